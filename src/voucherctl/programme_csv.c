/* SPDX-License-Identifier: Apache-2.0 */
/* A line is found first, then taken apart: nothing here looks beyond its end. */
#include "voucherctl/programme_csv.h"

#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES 400

struct line {
	char *text; /* terminated */
	size_t bytes;
};

void case_csv_init(
    struct csv *csv, const char *name, const char *text, size_t bytes, struct arena *arena) {
	static const char mark[] = "\xEF\xBB\xBF";
	*csv = (struct csv){ .name = name, .arena = arena, .next = text, .end = text + bytes };
	if (bytes >= 3 && memcmp(text, mark, 3) == 0)
		csv->next += 3;
}

enum err case_csv_fault(struct csv *csv, uint64_t line, uint64_t column, const char *format, ...) {
	char reason[MESSAGE_BYTES], shown[MESSAGE_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	csv->message = arena_printf(csv->arena, "%s:%" PRIu64 ":%" PRIu64 ": %s", csv->name, line,
	    column, text_show(shown, sizeof(shown), reason));
	return csv->message ? ERR_CONFIG : ERR_MEMORY;
}

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

/* The next line that says something, in the arena; `text` is NULL at the end. */
static enum err next_line(struct csv *csv, struct line *ret_line) {
	while (csv->next < csv->end) {
		const char *start = csv->next;
		const char *newline = memchr(start, '\n', (size_t)(csv->end - start));
		const char *end = newline ? newline : csv->end;
		csv->next = newline ? newline + 1 : csv->end;
		csv->line++;
		if (end > start && end[-1] == '\r')
			end--;
		const char *at = start;
		while (at < end && is_blank(*at))
			at++;
		if (at == end || *start == '#')
			continue;
		ret_line->bytes = (size_t)(end - start);
		ret_line->text = arena_string(csv->arena, start, ret_line->bytes);
		return ret_line->text ? ERR_OK : ERR_MEMORY;
	}
	ret_line->text = NULL;
	return ERR_OK;
}

/* Tabs are blanks between cells, and nothing within one. */
static enum err check_line(struct csv *csv, const struct line *line) {
	const char *end = line->text + line->bytes;
	uint64_t column = 1;
	for (const char *at = line->text; at < end; column++) {
		uint32_t c = 0;
		size_t width = text_utf8_char(at, (size_t)(end - at), &c);
		if (width == 0)
			return case_csv_fault(
			    csv, csv->line, column, "This is not UTF-8: save the file as UTF-8.");
		if ((c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0))
			return case_csv_fault(csv, csv->line, column, "A control character stands here.");
		at += width;
	}
	return ERR_OK;
}

/* What is between blanks, and where. A quote in the midst of it is one that was forgotten. */
static enum err trim_cell(struct csv *csv, struct csv_cell *cell) {
	if (cell->is_quoted)
		return ERR_OK;
	for (; is_blank(*cell->text); cell->text++)
		cell->column++;
	size_t bytes = strlen(cell->text);
	while (bytes > 0 && is_blank(cell->text[bytes - 1]))
		bytes--;
	cell->text[bytes] = '\0';
	uint64_t column = cell->column;
	for (const char *at = cell->text; *at != '"'; at++) {
		if (!*at)
			return ERR_OK;
		column += ((unsigned char)*at & 0xC0) != 0x80;
	}
	return case_csv_fault(csv, csv->line, column,
	    "A cell with a quote in it must stand in quotes, and the quote twice.");
}

enum err case_csv_next(struct csv *csv, struct csv_reader *ret_row) {
	struct line line;
	struct file_mistake mistake;
	ret_row->count = 0;
	enum err err = next_line(csv, &line);
	if (err || !line.text)
		return err;
	err = check_line(csv, &line);
	if (err)
		return err;
	csv_begin(ret_row, line.text, line.bytes, ',');
	ret_row->line = csv->line;
	err = csv_next(ret_row, &mistake);
	if (err == ERR_RANGE || ret_row->count > CASE_CELLS_MAX)
		return case_csv_fault(csv, csv->line, ret_row->cells[CASE_CELLS_MAX].column,
		    "More than %d cells in a line.", CASE_CELLS_MAX);
	if (err)
		return case_csv_fault(csv, mistake.line, mistake.column, "%c%s.",
		    toupper((unsigned char)mistake.text[0]), mistake.text + 1);
	for (size_t i = 0; !err && i < ret_row->count; i++)
		err = trim_cell(csv, &ret_row->cells[i]);
	return err;
}
