/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the current row of a key: a hash table with open addressing and linear probing. The hash is
 * seeded at random, so that nobody can choose keys that collide.
 *
 * One thread: the writer.
 */
#ifndef STORE_ROW_TABLE_H
#define STORE_ROW_TABLE_H

#include "store/row.h"

struct row_slot {
	uint64_t hash;
	struct row *row; /* NULL: free */
};

struct row_table {
	struct row_slot *slots;
	size_t slot_count; /* a power of two */
	size_t count;
	uint64_t seed[2];
};

void row_table_init(struct row_table *table);
void row_table_done(struct row_table *table);

size_t row_table_bytes(const struct row_table *table);

struct row_name row_table_name(
    const struct row_table *table, unsigned number, const void *key, size_t key_bytes);
struct row_name row_table_name_of(const struct row_table *table, const struct row *row);

/* The place that holds the row of that name, until the next insert or remove; NULL: none. */
struct row **row_table_find(const struct row_table *table, const struct row_name *name);

/* The place that holds exactly this row, which must be there. */
struct row **row_table_place(const struct row_table *table, const struct row *row);

/* Adds a row whose key is not there. No memory stops the process. */
void row_table_insert(struct row_table *table, const struct row_name *name, struct row *row);

/* Empties the place. */
void row_table_remove(struct row_table *table, struct row **place);

/* Gives memory back after a time with many more rows than now. */
void row_table_fit(struct row_table *table);

/* Gets what the next find will touch on its way from memory: first where the row is said to be;
 * then, when that has come, the row. */
static inline void row_table_prefetch(const struct row_table *table, uint64_t hash) {
	__builtin_prefetch(&table->slots[hash & (table->slot_count - 1)]);
}
void row_table_prefetch_row(const struct row_table *table, uint64_t hash);

#endif
