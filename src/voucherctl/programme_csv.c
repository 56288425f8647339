/* SPDX-License-Identifier: Apache-2.0 */
/* A line is found first, then taken apart: nothing here looks beyond its end. */
#include "voucherctl/programme_csv.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES 400

/* What is left of one line. */
struct cursor {
	const char *start, *at, *end;
};

void case_csv_init(
    struct csv *csv, const char *name, const char *text, size_t bytes, struct arena *arena) {
	static const char mark[] = "\xEF\xBB\xBF";
	*csv = (struct csv){ .name = name, .arena = arena, .next = text, .end = text + bytes };
	if (bytes >= 3 && memcmp(text, mark, 3) == 0)
		csv->next += 3;
}

enum err case_csv_fault(struct csv *csv, unsigned line, unsigned column, const char *format, ...) {
	char reason[MESSAGE_BYTES], shown[MESSAGE_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	csv->message = arena_printf(csv->arena, "%s:%u:%u: %s", csv->name, line, column,
	    text_show(shown, sizeof(shown), reason));
	return csv->message ? ERR_CONFIG : ERR_MEMORY;
}

static unsigned column_of(const struct cursor *cursor, const char *at) {
	unsigned column = 1;
	for (const char *c = cursor->start; c < at; c++)
		column += ((unsigned char)*c & 0xC0) != 0x80;
	return column;
}

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct cursor *cursor) {
	while (cursor->at < cursor->end && is_blank(*cursor->at))
		cursor->at++;
}

/* The next line that says something; false at the end of the text. */
static bool next_line(struct csv *csv, struct cursor *ret_cursor) {
	while (csv->next < csv->end) {
		const char *start = csv->next;
		const char *newline = memchr(start, '\n', (size_t)(csv->end - start));
		const char *end = newline ? newline : csv->end;
		csv->next = newline ? newline + 1 : csv->end;
		csv->line++;
		if (end > start && end[-1] == '\r')
			end--;
		struct cursor cursor = { start, start, end };
		skip_blanks(&cursor);
		if (cursor.at == end || *start == '#')
			continue;
		*ret_cursor = (struct cursor){ start, start, end };
		return true;
	}
	return false;
}

/* From behind the opening quote to behind the closing one. */
static enum err read_quoted(struct csv *csv, struct cursor *cursor, struct csv_cell *cell) {
	char *to = cell->text = arena_alloc(csv->arena, (size_t)(cursor->end - cursor->at) + 1);
	if (!to)
		return ERR_MEMORY;
	for (;; cursor->at++) {
		if (cursor->at == cursor->end)
			return case_csv_fault(
			    csv, csv->line, cell->column, "The quote is not closed on its line.");
		if (*cursor->at == '"') {
			bool is_doubled = cursor->end - cursor->at > 1 && cursor->at[1] == '"';
			if (!is_doubled)
				break;
			cursor->at++;
		}
		*to++ = *cursor->at;
	}
	*to = '\0';
	cursor->at++;
	skip_blanks(cursor);
	if (cursor->at < cursor->end && *cursor->at != ',')
		return case_csv_fault(csv, csv->line, column_of(cursor, cursor->at),
		    "A comma must follow the closing quote.");
	return ERR_OK;
}

static enum err read_plain(struct csv *csv, struct cursor *cursor, struct csv_cell *cell) {
	const char *start = cursor->at;
	const char *comma = memchr(start, ',', (size_t)(cursor->end - start));
	cursor->at = comma ? comma : cursor->end;
	const char *end = cursor->at;
	while (end > start && is_blank(end[-1]))
		end--;
	const char *quote = memchr(start, '"', (size_t)(end - start));
	if (quote)
		return case_csv_fault(csv, csv->line, column_of(cursor, quote),
		    "A cell with a quote in it must stand in quotes, and the quote twice.");
	cell->text = arena_string(csv->arena, start, (size_t)(end - start));
	return cell->text ? ERR_OK : ERR_MEMORY;
}

static enum err read_cell(struct csv *csv, struct cursor *cursor, struct csv_cell *cell) {
	skip_blanks(cursor);
	cell->column = column_of(cursor, cursor->at);
	if (cursor->at == cursor->end || *cursor->at != '"')
		return read_plain(csv, cursor, cell);
	cursor->at++;
	return read_quoted(csv, cursor, cell);
}

/* Tabs are blanks between cells, and nothing within one. */
static enum err check_line(struct csv *csv, const struct cursor *line) {
	for (const char *at = line->start; at < line->end;) {
		uint32_t c = 0;
		size_t bytes = text_utf8_char(at, (size_t)(line->end - at), &c);
		if (bytes == 0)
			return case_csv_fault(
			    csv, csv->line, column_of(line, at), "This is not UTF-8: save the file as UTF-8.");
		if ((c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0))
			return case_csv_fault(
			    csv, csv->line, column_of(line, at), "A control character stands here.");
		at += bytes;
	}
	return ERR_OK;
}

enum err case_csv_next(struct csv *csv, struct csv_row *ret_row) {
	struct cursor cursor;
	ret_row->count = 0;
	if (!next_line(csv, &cursor))
		return ERR_OK;
	ret_row->line = csv->line;
	enum err err = check_line(csv, &cursor);
	while (!err) {
		if (ret_row->count == CSV_CELLS_MAX)
			return case_csv_fault(csv, csv->line, column_of(&cursor, cursor.at),
			    "More than %d cells in a line.", CSV_CELLS_MAX);
		err = read_cell(csv, &cursor, &ret_row->cells[ret_row->count]);
		ret_row->count++;
		if (!err && cursor.at == cursor.end)
			break;
		cursor.at++; /* the comma */
	}
	return err;
}
