/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of cases, by the reader of finance/csv.h, and stricter: text is UTF-8 without control
 * characters, no cell goes over two lines, and quotes stand around a whole cell. Blanks around a
 * cell go; empty lines and lines that begin with "#" are passed over, and so is a byte order mark.
 */
#ifndef VOUCHERCTL_PROGRAMME_CSV_H
#define VOUCHERCTL_PROGRAMME_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/csv.h"

#include <stddef.h>
#include <stdint.h>

#define CASE_CELLS_MAX 96
_Static_assert(CASE_CELLS_MAX < CSV_CELLS_MAX, "one too many can be seen");

struct csv {
	const char *name; /* of the file, for messages */
	struct arena *arena;
	const char *message; /* why reading failed, with its place */

	/* its own */
	const char *next, *end;
	uint64_t line;
};

/* `text` is borrowed. */
void case_csv_init(
    struct csv *csv, const char *name, const char *text, size_t bytes, struct arena *arena);

/* The next row, `ret_row->line`; of no cells: there is no more. Its cells are in the arena.
 * ERR_CONFIG with `message`, ERR_MEMORY. */
enum err case_csv_next(struct csv *csv, struct csv_reader *ret_row) MUST_CHECK;

/* Notes what is wrong at a place: "cases.csv:3:14: …". ERR_CONFIG, or ERR_MEMORY. */
__attribute__((format(printf, 4, 5))) enum err case_csv_fault(
    struct csv *csv, uint64_t line, uint64_t column, const char *format, ...) MUST_CHECK;

#endif
