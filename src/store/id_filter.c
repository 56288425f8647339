/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_filter.h"

#include "store/huge.h"

enum { BITS_PER_ID = 12 };

static const size_t PAGE_BYTES = 4096;
static const size_t HUGE_BYTES = 2 << 20;

/* Odd numbers: each makes another five bits of the same hash. */
static const uint32_t SALTS[ID_FILTER_WORDS] = { 0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d,
	0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31 };

size_t id_filter_bytes(uint64_t ids) {
	size_t least = (size_t)(ids * BITS_PER_ID / 8);
	if (least > HUGE_BYTES / 2)
		return (least + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
	size_t bytes = PAGE_BYTES;
	while (bytes < least)
		bytes *= 2;
	return bytes;
}

enum err id_filter_init(struct id_filter *filter, uint64_t ids) {
	size_t bytes = id_filter_bytes(ids);
	*filter = (struct id_filter){ .bytes = bytes,
		.block_count = bytes / sizeof(filter->blocks[0]) };
	filter->blocks = huge_new(bytes);
	return filter->blocks ? ERR_OK : ERR_MEMORY;
}

void id_filter_done(struct id_filter *filter) {
	huge_free(filter->blocks, filter->bytes);
	filter->blocks = NULL;
}

static uint32_t *block_of(const struct id_filter *filter, uint64_t hash) {
	return filter->blocks[(hash >> 32) * filter->block_count >> 32];
}

static uint32_t bit_of(uint64_t hash, unsigned word) {
	return UINT32_C(1) << ((uint32_t)hash * SALTS[word] >> 27);
}

void id_filter_add(struct id_filter *filter, uint64_t hash) {
	uint32_t *block = block_of(filter, hash);
	for (unsigned i = 0; i < ID_FILTER_WORDS; i++)
		block[i] |= bit_of(hash, i);
}

bool id_filter_may_have(const struct id_filter *filter, uint64_t hash) {
	const uint32_t *block = block_of(filter, hash);
	uint32_t missing = 0;
	for (unsigned i = 0; i < ID_FILTER_WORDS; i++)
		missing |= ~block[i] & bit_of(hash, i);
	return missing == 0;
}
