/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table as a file for spreadsheets and programs: the columns, then row after row. However many
 * rows there are, memory is that of one.
 *
 *	csv          for programs: as RFC 4180, lines that end in LF, texts as they are
 *	csv-people   for spreadsheets: a byte order mark, lines that end in CRLF, and no text that a
 *	             spreadsheet takes for a formula
 *	xlsx         identifiers as text; dates as dates; amounts and numbers as numbers where 15 digits
 *	             hold them, which is what a spreadsheet keeps, and as text where they do not
 *
 * One thread. Pure but for XLSX, which goes to a file (finance/sink.h).
 */
#ifndef FINANCE_SHEET_H
#define FINANCE_SHEET_H

#include "base/err.h"
#include "finance/sink.h"

#include <stddef.h>
#include <stdint.h>

#define SHEET_COLUMNS_MAX 32

enum sheet_format { SHEET_CSV, SHEET_CSV_PEOPLE, SHEET_XLSX };

enum sheet_kind {
	SHEET_TEXT,
	SHEET_IDENTIFIER, /* a text that may look like a number, and is none */
	SHEET_DATE,       /* a text: YYYY-MM-DD */
	SHEET_NUMBER,
	SHEET_AMOUNT,
};

struct sheet_column {
	const char *title;
	enum sheet_kind kind;
};

/* `text`, as it stands ("": nothing); or, where that is NULL, `value` with so many digits after the
 * point. */
struct sheet_cell {
	const char *text;
	int64_t value;
	uint32_t digits;
};

static inline struct sheet_cell sheet_text(const char *text) {
	return (struct sheet_cell){ .text = text };
}

static inline struct sheet_cell sheet_amount(int64_t minor_units, uint32_t digits) {
	return (struct sheet_cell){ .value = minor_units, .digits = digits };
}

static inline struct sheet_cell sheet_number(int64_t value) {
	return sheet_amount(value, 0);
}

struct sheet;

/* "csv", "csv-people", "xlsx". ERR_NOT_FOUND: there is no such format. */
enum err sheet_format_parse(const char *name, enum sheet_format *ret_format) MUST_CHECK;

/* Writes the heading. The columns are borrowed until sheet_free. ERR_MEMORY, ERR_IO. */
enum err sheet_begin(enum sheet_format format, const struct sheet_column *columns, size_t count,
    const struct sink *sink, struct sheet **ret_sheet) MUST_CHECK;

/* The next row: a cell for each column. ERR_MEMORY, ERR_IO, and what the sink returns. ERR_RANGE:
 * a text is longer than a cell of XLSX can be. */
enum err sheet_row(struct sheet *sheet, const struct sheet_cell *cells) MUST_CHECK;

/* The file is whole after ERR_OK only. Errors as those of sheet_row. */
enum err sheet_end(struct sheet *sheet) MUST_CHECK;

void sheet_free(struct sheet *sheet); /* accepts NULL */

#endif
