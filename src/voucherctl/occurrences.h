/* SPDX-License-Identifier: Apache-2.0 */
/* How often a hash has been seen: a set that counts. Sixteen bytes for each that is there. */
#ifndef VOUCHERCTL_OCCURRENCES_H
#define VOUCHERCTL_OCCURRENCES_H

#include "base/err.h"
#include "record/digest.h"

#include <stddef.h>
#include <stdint.h>

struct occurrence;

struct occurrences {
	struct occurrence *slots; /* a power of two of them, at most half full */
	size_t room;
	size_t count;
};

void occurrences_init(struct occurrences *occurrences);
void occurrences_done(struct occurrences *occurrences);

/* Counts one more; `ret_before` is how many there were. Hashes are told apart by their first 8
 * bytes. ERR_MEMORY. */
enum err occurrences_add(struct occurrences *occurrences, const uint8_t hash[DIGEST_BYTES],
    uint64_t *ret_before) MUST_CHECK;

#endif
