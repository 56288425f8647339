/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comma-separated values (RFC 4180), cell by cell with their places. Blanks around a cell go; empty
 * lines and lines that begin with "#" are passed over, and so is a byte order mark. Text is UTF-8
 * without control characters, so no cell goes over two lines.
 */
#ifndef VOUCHERCTL_PROGRAMME_CSV_H
#define VOUCHERCTL_PROGRAMME_CSV_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

#define CSV_CELLS_MAX 96

struct csv_cell {
	char *text;      /* in the arena, never NULL */
	unsigned column; /* of the line, in characters from 1 */
};

struct csv_row {
	unsigned line; /* from 1 */
	size_t count;  /* 0: there is no more */
	struct csv_cell cells[CSV_CELLS_MAX];
};

struct csv {
	const char *name; /* of the file, for messages */
	struct arena *arena;
	const char *message; /* why reading failed, with its place */

	/* its own */
	const char *next, *end;
	unsigned line;
};

/* `text` is borrowed. */
void case_csv_init(
    struct csv *csv, const char *name, const char *text, size_t bytes, struct arena *arena);

/* ERR_CONFIG with `message`, ERR_MEMORY. */
enum err case_csv_next(struct csv *csv, struct csv_row *ret_row) MUST_CHECK;

/* Notes what is wrong at a place: "cases.csv:3:14: …". ERR_CONFIG, or ERR_MEMORY. */
__attribute__((format(printf, 4, 5))) enum err case_csv_fault(
    struct csv *csv, unsigned line, unsigned column, const char *format, ...) MUST_CHECK;

#endif
