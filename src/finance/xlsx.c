/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxlsxwriter in its mode of constant memory: a row is written when the next one begins.
 *
 * The cells of a workbook are IEEE doubles, so this is the one place where an amount becomes one:
 * 15 digits go there and back unharmed, and what has more is written as text.
 */
#include "finance/xlsx.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/date.h"
#include "finance/write.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define EXACT_MAX  INT64_C(999999999999999) /* 15 digits */
#define DIGITS_MAX 6

struct xlsx {
	lxw_workbook *workbook; /* freed by workbook_close() alone */
	lxw_worksheet *sheet;   /* the newest */
	lxw_format *formats[SHEET_AMOUNT];
	lxw_format *amounts[DIGITS_MAX + 1]; /* by digits after the point */
	lxw_format *heading;
	const struct sheet_column *columns;
	size_t count;
	lxw_row_t row;
	struct buffer text; /* of the cell at hand */
	char *directory;    /* of the workbook */
};

static const struct {
	const char *format; /* as spreadsheets write formats; NULL: none */
	double width;       /* in characters */
} kinds[] = {
	[SHEET_TEXT] = { NULL, 24 },
	[SHEET_IDENTIFIER] = { "@", 24 },
	[SHEET_DATE] = { "yyyy-mm-dd", 12 },
	[SHEET_NUMBER] = { "0", 12 },
	[SHEET_AMOUNT] = { NULL, 18 }, /* struct xlsx */
};

static enum err err_of(lxw_error error) {
	switch (error) {
	case LXW_NO_ERROR: return ERR_OK;
	case LXW_ERROR_MEMORY_MALLOC_FAILED: return ERR_MEMORY;
	case LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED: return ERR_RANGE;
	default: return ERR_IO;
	}
}

/* --- texts --- */

static bool is_hexadecimal(const char *text, size_t count) {
	for (size_t i = 0; i < count; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* XML cannot hold U+FFFE and U+FFFF; and "_x0041_" stands for a character (ST_Xstring), as which
 * the library writes the controls. */
static const char *cell_text(struct xlsx *xlsx, const char *text) {
	buffer_clear(&xlsx->text);
	for (; *text; text++) {
		if (strncmp(text, "_x", 2) == 0 && is_hexadecimal(text + 2, 4) && text[6] == '_') {
			buffer_append_text(&xlsx->text, "_x005F_");
		} else if (strncmp(text, "\xEF\xBF\xBE", 3) == 0 || strncmp(text, "\xEF\xBF\xBF", 3) == 0) {
			buffer_append_text(&xlsx->text, "\xEF\xBF\xBD");
			text += 2;
		} else {
			buffer_append_char(&xlsx->text, *text);
		}
	}
	return buffer_string(&xlsx->text);
}

static enum err write_text(
    struct xlsx *xlsx, lxw_col_t column, const char *text, lxw_format *format) {
	if (!*text)
		return ERR_OK;
	const char *clean = cell_text(xlsx, text);
	enum err err = buffer_error(&xlsx->text);
	if (err)
		return err;
	return err_of(worksheet_write_string(xlsx->sheet, xlsx->row, column, clean, format));
}

/* --- cells --- */

static enum err write_value(
    struct xlsx *xlsx, lxw_col_t column, const struct sheet_cell *cell, lxw_format *format) {
	check(cell->digits <= DIGITS_MAX);
	if (cell->value > EXACT_MAX || cell->value < -EXACT_MAX) {
		struct buffer digits;
		buffer_init(&digits, 0);
		write_amount(&digits, cell->value, cell->digits);
		enum err err = write_text(
		    xlsx, column, buffer_string(&digits), xlsx->formats[SHEET_IDENTIFIER]);
		buffer_done(&digits);
		return err;
	}
	double divisor = 1;
	for (uint32_t i = 0; i < cell->digits; i++)
		divisor *= 10;
	return err_of(worksheet_write_number(
	    xlsx->sheet, xlsx->row, column, (double)cell->value / divisor, format));
}

/* What is no date stays what it is. */
static enum err write_date(
    struct xlsx *xlsx, lxw_col_t column, const char *text, lxw_format *format) {
	int32_t day;
	if (date_parse(text, &day) != ERR_OK)
		return write_text(xlsx, column, text, NULL);
	lxw_datetime date = {
		.year = (int)strtol(text, NULL, 10),
		.month = (int)strtol(text + 5, NULL, 10),
		.day = (int)strtol(text + 8, NULL, 10),
	};
	return err_of(worksheet_write_datetime(xlsx->sheet, xlsx->row, column, &date, format));
}

static enum err write_cell(struct xlsx *xlsx, lxw_col_t column, const struct sheet_cell *cell) {
	enum sheet_kind kind = xlsx->columns[column].kind;
	lxw_format *format = kind == SHEET_AMOUNT ? xlsx->amounts[cell->digits] : xlsx->formats[kind];
	if (!cell->text)
		return write_value(xlsx, column, cell, format);
	if (kind == SHEET_DATE)
		return write_date(xlsx, column, cell->text, format);
	return write_text(xlsx, column, cell->text, kind == SHEET_IDENTIFIER ? format : NULL);
}

/* --- worksheets --- */

static enum err add_sheet(struct xlsx *xlsx) {
	xlsx->sheet = workbook_add_worksheet(xlsx->workbook, NULL);
	if (!xlsx->sheet)
		return ERR_MEMORY;
	xlsx->row = 0;
	enum err err = ERR_OK;
	for (size_t i = 0; i < xlsx->count && !err; i++) {
		lxw_col_t column = (lxw_col_t)i;
		err = err_of(worksheet_set_column(
		    xlsx->sheet, column, column, kinds[xlsx->columns[i].kind].width, NULL));
		if (!err)
			err = write_text(xlsx, column, xlsx->columns[i].title, xlsx->heading);
	}
	worksheet_freeze_panes(xlsx->sheet, 1, 0);
	xlsx->row = 1;
	return err;
}

static enum err add_format(struct xlsx *xlsx, const char *format, lxw_format **ret_format) {
	*ret_format = workbook_add_format(xlsx->workbook);
	if (!*ret_format)
		return ERR_MEMORY;
	if (format)
		format_set_num_format(*ret_format, format);
	return ERR_OK;
}

static enum err add_formats(struct xlsx *xlsx) {
	enum err err = ERR_OK;
	for (size_t i = 0; i < SHEET_AMOUNT && !err; i++)
		if (kinds[i].format)
			err = add_format(xlsx, kinds[i].format, &xlsx->formats[i]);
	for (int i = 0; i <= DIGITS_MAX && !err; i++) {
		char format[16];
		snprintf(format, sizeof(format), "#,##0%s%.*s", i ? "." : "", i, "000000");
		err = add_format(xlsx, format, &xlsx->amounts[i]);
	}
	if (!err)
		err = add_format(xlsx, NULL, &xlsx->heading);
	if (!err)
		format_set_bold(xlsx->heading);
	return err;
}

static enum err open_workbook(struct xlsx *xlsx, const char *path) {
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = xlsx->directory };
	xlsx->workbook = workbook_new_opt(path, &options);
	enum err err = xlsx->workbook ? add_formats(xlsx) : ERR_MEMORY;
	return err ? err : add_sheet(xlsx);
}

enum err xlsx_begin(
    const char *path, const struct sheet_column *columns, size_t count, struct xlsx **ret_xlsx) {
	check(path);
	struct xlsx *xlsx = calloc(1, sizeof(*xlsx));
	if (!xlsx)
		return ERR_MEMORY;
	buffer_init(&xlsx->text, 0);
	xlsx->columns = columns;
	xlsx->count = count;
	const char *slash = strrchr(path, '/');
	xlsx->directory = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	enum err err = xlsx->directory ? open_workbook(xlsx, path) : ERR_MEMORY;
	if (err) {
		xlsx_free(xlsx);
		return err;
	}
	*ret_xlsx = xlsx;
	return ERR_OK;
}

enum err xlsx_row(struct xlsx *xlsx, const struct sheet_cell *cells) {
	enum err err = xlsx->row < LXW_ROW_MAX ? ERR_OK : add_sheet(xlsx);
	for (size_t i = 0; i < xlsx->count && !err; i++)
		err = write_cell(xlsx, (lxw_col_t)i, &cells[i]);
	xlsx->row++;
	return err;
}

/* --- the end --- */

/* The library does not look at what became of its rows on the way. */
static enum err look_after_rows(const struct xlsx *xlsx) {
	lxw_worksheet *sheet;
	STAILQ_FOREACH(sheet, xlsx->workbook->worksheets, list_pointers)
	if (sheet->optimize_tmpfile &&
	    (fflush(sheet->optimize_tmpfile) != 0 || ferror(sheet->optimize_tmpfile)))
		return ERR_IO;
	return ERR_OK;
}

enum err xlsx_end(struct xlsx *xlsx) {
	enum err err = look_after_rows(xlsx);
	lxw_error error = workbook_close(xlsx->workbook);
	xlsx->workbook = NULL;
	return err ? err : err_of(error);
}

void xlsx_free(struct xlsx *xlsx) {
	if (!xlsx)
		return;
	lxw_workbook_free(xlsx->workbook);
	buffer_done(&xlsx->text);
	free(xlsx->directory);
	free(xlsx);
}
