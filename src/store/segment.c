/* SPDX-License-Identifier: Apache-2.0 */
#include "store/segment.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN = 1024 };

void segment_done(struct segment *segment) {
	free(segment->rows);
	segment->rows = NULL;
}

void segment_reset(struct segment *segment, uint32_t number) {
	segment->number = number;
	segment->count = 0;
	segment->bytes = 0;
	segment->seq = 0;
	segment->since_us = 0;
	segment->meta_bytes = 0;
}

static void make_room(struct segment *segment) {
	if (segment->count < segment->capacity)
		return;
	size_t capacity = segment->capacity ? segment->capacity * 2 : CAPACITY_MIN;
	struct row **rows = realloc(segment->rows, capacity * sizeof(*rows));
	check(rows);
	segment->rows = rows;
	segment->capacity = capacity;
}

void segment_list(struct segment *segment, struct row *row) {
	if (row->segment == segment->number) {
		const struct row *listed = segment->rows[row->segment_index];
		segment->bytes -= row_footprint(listed->key_bytes, listed->bytes);
	} else {
		make_room(segment);
		check(segment->count < UINT32_MAX);
		row->segment = segment->number;
		row->segment_index = (uint32_t)segment->count++;
	}
	segment->rows[row->segment_index] = row;
	segment->bytes += row_footprint(row->key_bytes, row->bytes);
}

/* --- order --- */

/* The first 16 bytes of table and key, as numbers: most comparisons look no further. */
struct sort_item {
	uint64_t high;
	uint64_t low;
	struct row *row;
};

static struct sort_item item_of(struct row *row) {
	unsigned char prefix[16] = { row->table };
	size_t bytes = row->key_bytes < sizeof(prefix) - 1 ? row->key_bytes : sizeof(prefix) - 1;
	memcpy(prefix + 1, row->data, bytes);
	struct sort_item item = { .row = row };
	memcpy(&item.high, prefix, sizeof(item.high));
	memcpy(&item.low, prefix + sizeof(item.high), sizeof(item.low));
	item.high = __builtin_bswap64(item.high);
	item.low = __builtin_bswap64(item.low);
	return item;
}

static int compare_keys(const struct row *left, const struct row *right) {
	size_t bytes = left->key_bytes < right->key_bytes ? left->key_bytes : right->key_bytes;
	int order = memcmp(left->data, right->data, bytes);
	return order ? order : (int)left->key_bytes - (int)right->key_bytes;
}

static int compare_items(const void *left_item, const void *right_item) {
	const struct sort_item *left = left_item, *right = right_item;
	if (left->high != right->high)
		return left->high < right->high ? -1 : 1;
	if (left->low != right->low)
		return left->low < right->low ? -1 : 1;
	return compare_keys(left->row, right->row);
}

enum err segment_sort(struct segment *segment) {
	if (segment->count < 2)
		return ERR_OK;
	struct sort_item *items = malloc(segment->count * sizeof(*items));
	if (!items)
		return ERR_MEMORY;
	for (size_t i = 0; i < segment->count; i++)
		items[i] = item_of(segment->rows[i]);
	qsort(items, segment->count, sizeof(*items), compare_items);
	for (size_t i = 0; i < segment->count; i++)
		segment->rows[i] = items[i].row;
	free(items);
	return ERR_OK;
}
