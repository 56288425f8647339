/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row_table.h"

#include "base/check.h"
#include "store/hash.h"
#include "store/huge.h"

#include <string.h>
#include <sys/random.h>

enum { SLOTS_MIN = 1 << 12 };

/* Above 5/8 full, unsuccessful searches become long. */
static size_t count_max(size_t slot_count) {
	return slot_count / 8 * 5;
}

static struct row_slot *new_slots(size_t count) {
	struct row_slot *slots = huge_new(count * sizeof(*slots));
	check(slots);
	return slots;
}

static void free_slots(struct row_slot *slots, size_t count) {
	huge_free(slots, count * sizeof(*slots));
}

void row_table_init(struct row_table *table) {
	*table = (struct row_table){ .slots = new_slots(SLOTS_MIN), .slot_count = SLOTS_MIN };
	check(getrandom(table->seed, sizeof(table->seed), 0) == sizeof(table->seed));
}

void row_table_done(struct row_table *table) {
	free_slots(table->slots, table->slot_count);
	*table = (struct row_table){ 0 };
}

size_t row_table_bytes(const struct row_table *table) {
	return table->slot_count * sizeof(*table->slots);
}

/* --- names --- */

static uint64_t load64(const unsigned char *data) {
	uint64_t value;
	memcpy(&value, data, sizeof(value));
	return value;
}

struct row_name row_table_name(
    const struct row_table *table, unsigned number, const void *key, size_t key_bytes) {
	check(number <= UINT8_MAX && key_bytes <= LIMIT_KEY_BYTES);
	return (struct row_name){
		.hash = hash_key(table->seed, number, key, key_bytes),
		.key = key,
		.key_bytes = (uint8_t)key_bytes,
		.table = (uint8_t)number,
	};
}

struct row_name row_table_name_of(const struct row_table *table, const struct row *row) {
	return row_table_name(table, row->table, row->data, row->key_bytes);
}

/* --- search --- */

static size_t next_index(const struct row_table *table, size_t index) {
	return (index + 1) & (table->slot_count - 1);
}

static size_t home_index(const struct row_table *table, uint64_t hash) {
	return hash & (table->slot_count - 1);
}

/* Most keys are one or two numbers. */
static bool is_same(const unsigned char *a, const unsigned char *b, size_t bytes) {
	if (bytes == 8)
		return load64(a) == load64(b);
	if (bytes == 16)
		return load64(a) == load64(b) && load64(a + 8) == load64(b + 8);
	return bytes == 0 || memcmp(a, b, bytes) == 0;
}

static bool has_name(const struct row *row, const struct row_name *name) {
	return row->table == name->table && row->key_bytes == name->key_bytes &&
	    is_same(row->data, name->key, name->key_bytes);
}

struct row **row_table_find(const struct row_table *table, const struct row_name *name) {
	for (size_t i = home_index(table, name->hash);; i = next_index(table, i)) {
		struct row_slot *slot = &table->slots[i];
		if (!slot->row)
			return NULL;
		if (slot->hash == name->hash && has_name(slot->row, name))
			return &slot->row;
	}
}

void row_table_prefetch_row(const struct row_table *table, uint64_t hash) {
	enum { LINE_BYTES = 64, LINES = 4 }; /* header, key and most of the value */
	for (size_t i = home_index(table, hash);; i = next_index(table, i)) {
		const struct row_slot *slot = &table->slots[i];
		if (!slot->row)
			return;
		if (slot->hash != hash)
			continue;
		for (size_t line = 0; line < LINES; line++)
			__builtin_prefetch((const char *)slot->row + line * LINE_BYTES);
		return;
	}
}

struct row **row_table_place(const struct row_table *table, const struct row *row) {
	size_t i = home_index(table, row_table_name_of(table, row).hash);
	for (; table->slots[i].row != row; i = next_index(table, i))
		check(table->slots[i].row);
	return &table->slots[i].row;
}

/* --- change --- */

static void insert_slot(struct row_table *table, struct row_slot slot) {
	size_t i = home_index(table, slot.hash);
	while (table->slots[i].row)
		i = next_index(table, i);
	table->slots[i] = slot;
}

static void resize(struct row_table *table, size_t slot_count) {
	struct row_slot *old = table->slots;
	size_t old_count = table->slot_count;
	table->slot_count = slot_count;
	table->slots = new_slots(slot_count);
	for (size_t i = 0; i < old_count; i++) {
		if (old[i].row)
			insert_slot(table, old[i]);
	}
	free_slots(old, old_count);
}

void row_table_fit(struct row_table *table) {
	size_t slot_count = table->slot_count;
	while (slot_count > SLOTS_MIN && table->count < slot_count / 8)
		slot_count /= 2;
	if (slot_count < table->slot_count)
		resize(table, slot_count);
}

void row_table_insert(struct row_table *table, const struct row_name *name, struct row *row) {
	if (table->count >= count_max(table->slot_count))
		resize(table, table->slot_count * 2);
	insert_slot(table, (struct row_slot){ .hash = name->hash, .row = row });
	table->count++;
}

/* Closes the gap: what was pushed past it by a collision moves back (Knuth, TAOCP 3, 6.4 R). */
void row_table_remove(struct row_table *table, struct row **place) {
	struct row_slot *slot = (struct row_slot *)((char *)place - offsetof(struct row_slot, row));
	size_t gap = (size_t)(slot - table->slots);
	for (size_t i = next_index(table, gap); table->slots[i].row; i = next_index(table, i)) {
		size_t distance = (i - home_index(table, table->slots[i].hash)) & (table->slot_count - 1);
		if (distance >= ((i - gap) & (table->slot_count - 1))) {
			table->slots[gap] = table->slots[i];
			gap = i;
		}
	}
	table->slots[gap].row = NULL;
	table->count--;
}
