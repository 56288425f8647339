/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables as text, row by row: RFC 4180, with any separator, with blanks around quotes, and with
 * lines ended by LF, CR LF or CR. Works in place: cells are pieces of the text.
 *
 * Pure. One thread.
 */
#ifndef FINANCE_CSV_H
#define FINANCE_CSV_H

#include "base/err.h"
#include "finance/mistake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_CELLS_MAX 256

struct csv_cell {
	char *text; /* as long as the text that is read; a cell may be changed, but not grow */
	uint64_t line, column;
	bool is_quoted; /* it stood in quotes, of which this is the first */
};

struct csv_reader {
	struct csv_cell cells[CSV_CELLS_MAX]; /* of the row that was read last */
	size_t count;
	char *at, *end;
	uint64_t line, column; /* of `at` */
	char separator;
};

/* `text`: UTF-8 without zero bytes, terminated. */
void csv_begin(struct csv_reader *reader, char *text, size_t bytes, char separator);

/* The next row, of one cell at least; ERR_NOT_FOUND after the last; ERR_SYNTAX or ERR_RANGE with
 * the mistake. */
enum err csv_next(struct csv_reader *reader, struct file_mistake *mistake) MUST_CHECK;

#endif
