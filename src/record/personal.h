/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Particulars of a natural person as they are kept beside the journal, and what the journal says of
 * them:
 *
 *	sealed       salt (32 random bytes) ‖ Personal, packed: fields in order of their numbers,
 *	             empty ones left out, the text exactly as it came, nothing normalised
 *	commitment   SHA-256 of that
 *
 * The salt keeps who has only the journal from trying names and numbers until one fits; it is
 * erased with the text. With salt and text anybody can recompute the commitment. Pure; any thread.
 */
#ifndef RECORD_PERSONAL_H
#define RECORD_PERSONAL_H

#include "base/arena.h"
#include "base/err.h"
#include "record/digest.h"
#include "voucher/v1/setup.pb-c.h"

#include <stddef.h>
#include <stdint.h>

#define PERSONAL_SALT_BYTES 32

/* Bytes in an arena, or borrowed. */
struct sealed {
	const void *data; /* NULL: none */
	size_t bytes;
};

/* Puts salt and text together, in `arena`. ERR_MEMORY. */
enum err personal_seal(const uint8_t salt[PERSONAL_SALT_BYTES], const Pb__Personal *personal,
    struct arena *arena, struct sealed *ret_sealed) MUST_CHECK;

/* What the journal keeps of it. */
void sealed_commitment(const struct sealed *sealed, uint8_t ret_commitment[DIGEST_BYTES]);

/* The text again, in `arena`. ERR_CORRUPT: this is not what was committed to. ERR_MEMORY. */
enum err sealed_open(const struct sealed *sealed, const Pb__Digest *commitment, struct arena *arena,
    Pb__Personal **ret_personal) MUST_CHECK;

/* What the journal must say of this salt and this text: for whoever was shown both. ERR_MEMORY. */
enum err personal_commitment(const uint8_t salt[PERSONAL_SALT_BYTES], const Pb__Personal *personal,
    uint8_t ret_commitment[DIGEST_BYTES]) MUST_CHECK;

#endif
