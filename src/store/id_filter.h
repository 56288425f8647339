/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says of most ids that are not in a run that they are not: a Bloom filter whose eight bits for an
 * id lie in one block of 32 bytes, so that a question costs one look into memory (Putze, Sanders,
 * Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007). 12 bits for each id; about one
 * stranger in 200 passes.
 *
 * Filled by one thread, then read by any.
 */
#ifndef STORE_ID_FILTER_H
#define STORE_ID_FILTER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ID_FILTER_WORDS = 8 };

struct id_filter {
	uint32_t (*blocks)[ID_FILTER_WORDS];
	uint64_t block_count;
	size_t bytes; /* of memory, and in the file */
};

/* Bytes of a filter for so many ids. */
size_t id_filter_bytes(uint64_t ids);

enum err id_filter_init(struct id_filter *filter, uint64_t ids) MUST_CHECK;
void id_filter_done(struct id_filter *filter); /* accepts a zeroed one */

void id_filter_add(struct id_filter *filter, uint64_t hash);
bool id_filter_may_have(const struct id_filter *filter, uint64_t hash);

/* Gets what a question will touch on its way from memory. */
static inline void id_filter_prefetch(const struct id_filter *filter, uint64_t hash) {
	__builtin_prefetch(filter->blocks[(hash >> 32) * filter->block_count >> 32]);
}

#endif
