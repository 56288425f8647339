/* SPDX-License-Identifier: Apache-2.0 */
#include "store/segment.h"

#include "base/check.h"

#include <stdbool.h>
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

enum {
	PREFIX_WORDS = 3,
	WORD_BYTES = sizeof(uint64_t),
	PREFIX_BYTES = PREFIX_WORDS * WORD_BYTES, /* as much as most keys have */
	RADIX_BYTES = 6,  /* so many of those in which the keys of a table differ */
	RADIX_LEAST = 64, /* fewer items are only compared */
	TABLES = UINT8_MAX + 1,
};

/* The first bytes of the key, as numbers: most comparisons look no further. */
struct sort_item {
	uint64_t words[PREFIX_WORDS];
	struct row *row;
};

static struct sort_item item_of(struct row *row) {
	struct sort_item item = { .row = row };
	memcpy(item.words, row->data, row->key_bytes < PREFIX_BYTES ? row->key_bytes : PREFIX_BYTES);
	for (size_t i = 0; i < PREFIX_WORDS; i++)
		item.words[i] = __builtin_bswap64(item.words[i]);
	return item;
}

static int compare_keys(const struct row *left, const struct row *right) {
	size_t bytes = left->key_bytes < right->key_bytes ? left->key_bytes : right->key_bytes;
	int order = memcmp(left->data, right->data, bytes);
	return order ? order : (int)left->key_bytes - (int)right->key_bytes;
}

/* After the radix: where the bytes that it looked at are equal. */
static int compare_items(const void *left_item, const void *right_item) {
	const struct sort_item *left = left_item, *right = right_item;
	for (size_t i = 0; i < PREFIX_WORDS; i++) {
		if (left->words[i] != right->words[i])
			return left->words[i] < right->words[i] ? -1 : 1;
	}
	return compare_keys(left->row, right->row);
}

/* Where byte `place` of the prefix is in its word, 0 being the first. */
static unsigned shift_of(unsigned place) {
	return 56 - place % WORD_BYTES * 8;
}

static unsigned byte_at(const struct sort_item *item, unsigned place) {
	return item->words[place / WORD_BYTES] >> shift_of(place) & 255;
}

/* The first places in which items differ; returns how many. */
static unsigned find_places(
    const struct sort_item *items, size_t count, unsigned ret_places[RADIX_BYTES]) {
	struct sort_item varying = { 0 };
	for (size_t i = 1; i < count; i++)
		for (size_t w = 0; w < PREFIX_WORDS; w++)
			varying.words[w] |= items[i].words[w] ^ items[0].words[w];
	unsigned found = 0;
	for (unsigned place = 0; place < PREFIX_BYTES && found < RADIX_BYTES; place++)
		if (byte_at(&varying, place))
			ret_places[found++] = place;
	return found;
}

/* Into `to`, ordered by that byte and otherwise as they were. */
static void scatter(
    const struct sort_item *items, size_t count, unsigned place, struct sort_item *to) {
	size_t next[256] = { 0 }, sum = 0;
	for (size_t i = 0; i < count; i++)
		next[byte_at(&items[i], place)]++;
	for (unsigned b = 0; b < 256; b++) {
		size_t in_bucket = next[b];
		next[b] = sum;
		sum += in_bucket;
	}
	for (size_t i = 0; i < count; i++)
		to[next[byte_at(&items[i], place)]++] = items[i];
}

/* How many items from the first on are equal in the chosen bytes. */
static size_t count_equal(
    const struct sort_item *items, size_t count, const struct sort_item *mask) {
	for (size_t equal = 1; equal < count; equal++)
		for (size_t w = 0; w < PREFIX_WORDS; w++)
			if ((items[equal].words[w] ^ items[0].words[w]) & mask->words[w])
				return equal;
	return count;
}

/* All bits of the chosen bytes. */
static struct sort_item mask_of(const unsigned *places, unsigned count) {
	struct sort_item mask = { 0 };
	for (unsigned i = 0; i < count; i++)
		mask.words[places[i] / WORD_BYTES] |= UINT64_C(255) << shift_of(places[i]);
	return mask;
}

/*
 * By radix, the last of the chosen bytes first; then what is equal in all of them by comparison, so
 * that whoever chooses keys can make it no slower than comparing. Returns where the items are then.
 */
static struct sort_item *sort_table(
    struct sort_item *items, size_t count, struct sort_item *spare) {
	unsigned places[RADIX_BYTES];
	unsigned place_count = count < RADIX_LEAST ? 0 : find_places(items, count, places);
	for (unsigned i = place_count; i-- > 0;) {
		struct sort_item *from = items;
		scatter(from, count, places[i], spare);
		items = spare;
		spare = from;
	}
	const struct sort_item mask = mask_of(places, place_count);
	for (size_t start = 0, equal; start < count; start += equal) {
		equal = count_equal(items + start, count - start, &mask);
		if (equal > 1)
			qsort(items + start, equal, sizeof(*items), compare_items);
	}
	return items;
}

/* Items of the rows, table by table, and where those of each table begin. */
static void scatter_tables(
    const struct segment *segment, struct sort_item *items, size_t ret_starts[TABLES + 1]) {
	size_t next[TABLES] = { 0 }, sum = 0;
	for (size_t i = 0; i < segment->count; i++)
		next[segment->rows[i]->table]++;
	for (size_t table = 0; table < TABLES; table++) {
		ret_starts[table] = sum;
		sum += next[table];
		next[table] = ret_starts[table];
	}
	ret_starts[TABLES] = sum;
	for (size_t i = 0; i < segment->count; i++)
		items[next[segment->rows[i]->table]++] = item_of(segment->rows[i]);
}

enum err segment_sort(struct segment *segment) {
	size_t count = segment->count, starts[TABLES + 1];
	if (count < 2)
		return ERR_OK;
	struct sort_item *items = malloc(2 * count * sizeof(*items));
	if (!items)
		return ERR_MEMORY;
	scatter_tables(segment, items, starts);
	for (size_t table = 0; table < TABLES; table++) {
		size_t start = starts[table], of_table = starts[table + 1] - start;
		const struct sort_item *sorted = sort_table(items + start, of_table, items + count + start);
		for (size_t i = 0; i < of_table; i++)
			segment->rows[start + i] = sorted[i].row;
	}
	free(items);
	return ERR_OK;
}
