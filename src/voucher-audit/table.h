/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the auditor remembers, in files instead of memory: 50 million entries leave more behind than
 * it may take. A table is an array of rows of one size in a file that is mapped into memory. It
 * only grows, so that a pointer to a row stays good; a row of a new table is zero.
 *
 * The kernel writes pages out when it needs the memory; store_trim() gives them back before that.
 * Rows hold no pointers: a table that is opened again (store.h) goes on where it was.
 *
 * Owned by one thread. A disk that is full or fails ends the process: an audit that has forgotten
 * something has no result (table_die).
 */
#ifndef VOUCHER_AUDIT_TABLE_H
#define VOUCHER_AUDIT_TABLE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct table {
	char *rows;
	uint64_t count;
	uint64_t capacity; /* rows that the file has room for */
	size_t row_bytes;
	int fd;
};

/* `fd` is the table's from here on, also on failure; `count` rows are in it. ERR_IO, ERR_MEMORY,
 * ERR_RANGE. */
enum err table_open(struct table *table, int fd, size_t row_bytes, uint64_t count) MUST_CHECK;
void table_close(struct table *table);

static inline void *table_row(const struct table *table, uint64_t index) {
	return table->rows + index * table->row_bytes;
}

void table_grow(struct table *table, uint64_t count); /* to at least so many rows */

/* A new row at the end. */
static inline void *table_add(struct table *table) {
	if (table->count == table->capacity)
		table_grow(table, table->count + 1);
	return table_row(table, table->count++);
}

/* Appends bytes to a table whose rows are one byte; where they begin. */
uint64_t table_append(struct table *table, const void *data, size_t bytes);

/* Gives the memory back, not what is in it. */
void table_trim(const struct table *table);

/* Says on stderr what failed with errno, and exits with EXIT_AUDIT_FAILED. */
__attribute__((noreturn)) void table_die(const char *what);

#endif
