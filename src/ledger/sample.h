/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which claims an auditor looks at. The ledger records the seed, the share and the range of the
 * journal; the drawing is a function of these and of the journal alone, so that whoever has the
 * journal draws the same: of the programme's claims first paid by entries after `after` up to
 * `until`, ceil(n × share_bp / 10,000), those whose SHA-256(seed ‖ claim, u64 big-endian) is
 * smallest. What is recorded later (a payment that comes back, a clawback) changes none of it.
 */
#ifndef LEDGER_SAMPLE_H
#define LEDGER_SAMPLE_H

#include "base/err.h"
#include "record/digest.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Draws among `count` different claims, which may stand in any order. Brings those that are drawn,
 * *ret_drawn of them, to the front of `claims`, by ascending id; the order of the others is lost.
 * share_bp: 1 to 10,000. ERR_MEMORY.
 */
enum err sample_pick(const uint8_t seed[DIGEST_BYTES], uint32_t share_bp, uint64_t *claims,
    size_t count, size_t *ret_drawn) MUST_CHECK;

#endif
