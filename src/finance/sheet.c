/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/sheet.h"

#include "base/buffer.h"
#include "base/check.h"
#include "finance/write.h"
#include "finance/xlsx.h"

#include <stdlib.h>
#include <string.h>

#define FLUSH_BYTES (256 * 1024)

struct sheet {
	enum sheet_format format;
	const struct sheet_column *columns;
	size_t count;
	struct sink sink;
	struct buffer out; /* of CSV */
	struct xlsx *xlsx;
};

static const char *const format_names[] = {
	[SHEET_CSV] = "csv",
	[SHEET_CSV_PEOPLE] = "csv-people",
	[SHEET_XLSX] = "xlsx",
};

enum err sheet_format_parse(const char *name, enum sheet_format *ret_format) {
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (strcmp(name, format_names[i]) == 0) {
			*ret_format = (enum sheet_format)i;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

/* --- CSV --- */

static enum err flush(struct sheet *sheet, size_t bytes_min) {
	enum err err = buffer_error(&sheet->out);
	if (err || sheet->out.bytes < bytes_min || sheet->out.bytes == 0)
		return err;
	err = sheet->sink.write(sheet->sink.user, sheet->out.data, sheet->out.bytes);
	buffer_clear(&sheet->out);
	return err;
}

static void append_cell(struct sheet *sheet, const struct sheet_cell *cell) {
	if (cell->text)
		write_csv(&sheet->out, cell->text, sheet->format == SHEET_CSV_PEOPLE);
	else
		write_amount(&sheet->out, cell->value, cell->digits);
}

static enum err append_row(struct sheet *sheet, const struct sheet_cell *cells) {
	for (size_t i = 0; i < sheet->count; i++) {
		if (i > 0)
			buffer_append_char(&sheet->out, ',');
		append_cell(sheet, &cells[i]);
	}
	buffer_append_text(&sheet->out, sheet->format == SHEET_CSV_PEOPLE ? "\r\n" : "\n");
	return flush(sheet, FLUSH_BYTES);
}

static enum err append_heading(struct sheet *sheet) {
	struct sheet_cell titles[SHEET_COLUMNS_MAX];
	for (size_t i = 0; i < sheet->count; i++)
		titles[i] = sheet_text(sheet->columns[i].title);
	if (sheet->format == SHEET_CSV_PEOPLE)
		buffer_append_text(&sheet->out, "\xEF\xBB\xBF");
	return append_row(sheet, titles);
}

/* --- all formats --- */

enum err sheet_begin(enum sheet_format format, const struct sheet_column *columns, size_t count,
    const struct sink *sink, struct sheet **ret_sheet) {
	check(count > 0 && count <= SHEET_COLUMNS_MAX);
	struct sheet *sheet = calloc(1, sizeof(*sheet));
	if (!sheet)
		return ERR_MEMORY;
	sheet->format = format;
	sheet->columns = columns;
	sheet->count = count;
	sheet->sink = *sink;
	buffer_init(&sheet->out, 0);
	enum err err = format == SHEET_XLSX ? xlsx_begin(sink->path, columns, count, &sheet->xlsx)
	                                    : append_heading(sheet);
	if (err) {
		sheet_free(sheet);
		return err;
	}
	*ret_sheet = sheet;
	return ERR_OK;
}

enum err sheet_row(struct sheet *sheet, const struct sheet_cell *cells) {
	return sheet->xlsx ? xlsx_row(sheet->xlsx, cells) : append_row(sheet, cells);
}

enum err sheet_end(struct sheet *sheet) {
	return sheet->xlsx ? xlsx_end(sheet->xlsx) : flush(sheet, 0);
}

void sheet_free(struct sheet *sheet) {
	if (!sheet)
		return;
	xlsx_free(sheet->xlsx);
	buffer_done(&sheet->out);
	free(sheet);
}
