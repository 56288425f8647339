/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of text in columns that align, for people. Counts columns of a terminal, not bytes.
 *
 *	table_init(&table, &arena);
 *	table_column(&table, "id", true); table_column(&table, "name", false);
 *	table_cell(&table, "42"); table_cell(&table, "样品测试检验");      ← row after row
 *	table_write(&table, &buffer);
 *
 * Long lists come page by page: table_write() writes the heading once, forgets its rows and keeps
 * the widths, so the arena may be reset between pages.
 */
#ifndef VOUCHERCTL_TABLE_H
#define VOUCHERCTL_TABLE_H

#include "base/arena.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

#define TABLE_COLUMNS_MAX 24

struct table_row;

struct table {
	struct arena *arena;
	size_t columns;
	const char *titles[TABLE_COLUMNS_MAX];
	bool is_right[TABLE_COLUMNS_MAX]; /* aligned at its end, as numbers are */
	size_t widths[TABLE_COLUMNS_MAX];
	size_t cell;      /* of the row being filled */
	size_t indent;    /* blanks before each row */
	bool has_heading; /* it was written, or is not wanted */
	bool hides_empty; /* leaves columns out in which no row has anything */
	bool has_content[TABLE_COLUMNS_MAX];
	bool is_exhausted; /* the arena was: table_write() fails */
	struct table_row *first, *last;
};

void table_init(struct table *table, struct arena *arena);

/* `title` is borrowed for the table's life. A bug when there are too many. */
void table_column(struct table *table, const char *title, bool is_right);

/* The next cell; a full row begins the next. `text` is borrowed until table_write(); NULL is a cell
 * for which there was no memory. */
void table_cell(struct table *table, const char *text);

bool table_is_empty(const struct table *table); /* no row since the last table_write() */

/* ERR_MEMORY when a cell was lost. */
enum err table_write(struct table *table, struct buffer *buffer) MUST_CHECK;

#endif
