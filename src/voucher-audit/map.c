/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/map.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024

/* --- marks --- */

static uint64_t mix(uint64_t a, uint64_t b) {
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#define P0 0xa0761d6478bd642full
#define P1 0xe7037ed1a0b428dbull
#define P2 0x8ebc6af09c88c6e3ull
#define P3 0x589965cc75374cc3ull

struct mark mark_of(uint64_t kind, const void *data, size_t bytes) {
	const unsigned char *in = data;
	uint64_t high = mix(kind ^ P0, bytes ^ P1), low = mix(kind ^ P2, bytes ^ P3);
	for (size_t at = 0; at < bytes; at += 8) {
		uint64_t word = 0;
		memcpy(&word, in + at, bytes - at < 8 ? bytes - at : 8);
		high = mix(high ^ word ^ P1, P0);
		low = mix(low + word, P2) ^ word;
	}
	struct mark mark = { mix(high, P3 ^ low), mix(low, P1) ^ high };
	mark.low |= mark.high == 0 && mark.low == 0;
	return mark;
}

struct mark mark_of_text(uint64_t kind, const char *text) {
	return mark_of(kind, text, strlen(text));
}

struct mark mark_of_numbers(uint64_t kind, uint64_t a, uint64_t b, uint64_t c) {
	const uint64_t numbers[] = { a, b, c };
	return mark_of(kind, numbers, sizeof(numbers));
}

/* --- slots --- */

static bool is_free(const struct mark *slot) {
	return (slot->high | slot->low) == 0;
}

static struct mark *slot_of(const struct table *slots, struct mark key) {
	uint64_t mask = slots->count - 1;
	for (uint64_t at = mix(key.high ^ P2, key.low ^ P3) & mask;; at = (at + 1) & mask) {
		struct mark *slot = table_row(slots, at);
		if (is_free(slot) || (slot->high == key.high && slot->low == key.low))
			return slot;
	}
}

static void set_size(struct table *slots, uint64_t count) {
	if (slots->capacity < count)
		table_grow(slots, count);
	slots->count = count;
}

enum err map_open(struct map *map, struct store *store, const char *name, size_t row_bytes) {
	snprintf(map->used_name, sizeof(map->used_name), "%s-used", name);
	enum err err = store_table(store, name, sizeof(struct mark) + row_bytes, &map->slots);
	if (!err)
		err = store_table(store, map->used_name, sizeof(uint64_t), &map->used);
	if (err)
		return err;
	if (map->used.count == 0)
		table_add(&map->used);
	if (map->slots.count == 0)
		set_size(&map->slots, FIRST_SLOTS);
	return ERR_OK;
}

/* Twice the slots: those in use are taken out and put again. */
static void widen(struct map *map) {
	size_t row_bytes = map->slots.row_bytes;
	uint64_t slots = map->slots.count, used = map_count(map), n = 0;
	char *rows = malloc(used * row_bytes);
	if (!rows)
		table_die("memory");
	for (uint64_t at = 0; at < slots; at++) {
		struct mark *slot = table_row(&map->slots, at);
		if (!is_free(slot))
			memcpy(rows + n++ * row_bytes, slot, row_bytes);
	}
	memset(map->slots.rows, 0, slots * row_bytes);
	set_size(&map->slots, 2 * slots);
	for (uint64_t i = 0; i < n; i++) {
		struct mark key;
		memcpy(&key, rows + i * row_bytes, sizeof(key));
		memcpy(slot_of(&map->slots, key), rows + i * row_bytes, row_bytes);
	}
	free(rows);
}

void *map_find(const struct map *map, struct mark key) {
	struct mark *slot = slot_of(&map->slots, key);
	return is_free(slot) ? NULL : slot + 1;
}

void *map_put(struct map *map, struct mark key) {
	check(!is_free(&key));
	struct mark *slot = slot_of(&map->slots, key);
	if (!is_free(slot))
		return slot + 1;
	uint64_t *used = table_row(&map->used, 0);
	if (*used + 1 > map->slots.count - map->slots.count / 4) {
		widen(map);
		slot = slot_of(&map->slots, key);
	}
	++*used;
	*slot = key;
	return slot + 1;
}

uint64_t map_count(const struct map *map) {
	return *(uint64_t *)table_row(&map->used, 0);
}

bool map_next(const struct map *map, uint64_t *at, const struct mark **ret_key, void **ret_row) {
	for (; *at < map->slots.count; ++*at) {
		struct mark *slot = table_row(&map->slots, *at);
		if (is_free(slot))
			continue;
		++*at;
		*ret_key = slot;
		*ret_row = slot + 1;
		return true;
	}
	return false;
}
