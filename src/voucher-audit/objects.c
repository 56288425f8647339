/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/objects.h"

#include <stdio.h>

enum err objects_open(
    struct objects *objects, struct store *store, const char *name, size_t row_bytes) {
	snprintf(objects->index_name, sizeof(objects->index_name), "%s-index", name);
	enum err err = store_table(store, name, row_bytes, &objects->rows);
	return err
	    ? err
	    : store_table(store, objects->index_name, sizeof(struct objects_block), &objects->blocks);
}

static uint64_t last_id(const struct objects *objects) {
	return objects->rows.count ? *(uint64_t *)table_row(&objects->rows, objects->rows.count - 1)
	                           : 0;
}

void *objects_add(struct objects *objects, uint64_t id) {
	uint64_t number = id / OBJECTS_BLOCK_BITS, bit = id % OBJECTS_BLOCK_BITS;
	if (id <= last_id(objects))
		return NULL;
	while (objects->blocks.count <= number) {
		struct objects_block *fresh = table_add(&objects->blocks);
		fresh->before = objects->rows.count;
	}
	struct objects_block *block = table_row(&objects->blocks, number);
	block->bits[bit / 64] |= UINT64_C(1) << bit % 64;
	uint64_t *row = table_add(&objects->rows);
	*row = id;
	return row;
}

void *objects_find(const struct objects *objects, uint64_t id) {
	uint64_t number = id / OBJECTS_BLOCK_BITS, bit = id % OBJECTS_BLOCK_BITS;
	if (number >= objects->blocks.count)
		return NULL;
	const struct objects_block *block = table_row(&objects->blocks, number);
	uint64_t mask = UINT64_C(1) << bit % 64;
	if (!(block->bits[bit / 64] & mask))
		return NULL;
	uint64_t index = block->before +
	    (uint64_t)__builtin_popcountll(block->bits[bit / 64] & (mask - 1));
	for (uint64_t i = 0; i < bit / 64; i++)
		index += (uint64_t)__builtin_popcountll(block->bits[i]);
	return table_row(&objects->rows, index);
}
