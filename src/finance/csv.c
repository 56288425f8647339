/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/csv.h"

void csv_begin(struct csv_reader *reader, char *text, size_t bytes, char separator) {
	reader->count = 0;
	reader->at = text;
	reader->end = text + bytes;
	reader->line = reader->column = 1;
	reader->separator = separator;
}

/* The character that `at` stands on; it goes on to the next byte. */
static char step(struct csv_reader *reader) {
	char c = *reader->at++;
	if (c == '\n' || (c == '\r' && *reader->at != '\n')) {
		reader->line++;
		reader->column = 1;
	} else {
		reader->column += (c & 0xC0) != 0x80;
	}
	return c;
}

static bool is_blank(const struct csv_reader *reader, char c) {
	return (c == ' ' || c == '\t') && c != reader->separator;
}

static void skip_blanks(struct csv_reader *reader) {
	while (is_blank(reader, *reader->at))
		step(reader);
}

static bool is_at_end_of_cell(const struct csv_reader *reader) {
	char c = *reader->at;
	return reader->at == reader->end || c == reader->separator || c == '\n' || c == '\r';
}

/* step() for what has no end of a line in it, which is most of every file. */
static void skip_cell(struct csv_reader *reader) {
	const char separator = reader->separator;
	char *at = reader->at;
	uint64_t characters = 0;
	for (; *at && *at != separator && *at != '\n' && *at != '\r'; at++)
		characters += (*at & 0xC0) != 0x80;
	reader->at = at;
	reader->column += characters;
}

/* What is between the quotes moves to the left over them. */
static enum err read_quoted(struct csv_reader *reader, struct file_mistake *mistake) {
	const struct csv_cell *cell = &reader->cells[reader->count];
	char *out = cell->text;
	step(reader);
	for (;;) {
		if (reader->at == reader->end) {
			mistake->line = cell->line;
			mistake->column = cell->column;
			mistake_say(mistake, "the quote is not closed", "引号没有闭合");
			return ERR_SYNTAX;
		}
		char c = step(reader);
		if (c == '"' && *reader->at != '"')
			break;
		if (c == '"')
			step(reader);
		*out++ = c;
	}
	skip_blanks(reader);
	if (!is_at_end_of_cell(reader)) {
		mistake->line = reader->line;
		mistake->column = reader->column;
		mistake_say(mistake, "a cell must end after its closing quote", "闭合引号之后单元格应结束");
		return ERR_SYNTAX;
	}
	/* The quotes made room, so that nothing is lost that is still to be read. */
	*out = '\0';
	return ERR_OK;
}

/* The cell and what ends it. */
static enum err read_cell(
    struct csv_reader *reader, bool *ret_is_last, struct file_mistake *mistake) {
	struct csv_cell *cell = &reader->cells[reader->count];
	*cell = (struct csv_cell){ reader->at, reader->line, reader->column, false };
	skip_blanks(reader);
	if (*reader->at == '"') {
		*cell = (struct csv_cell){ reader->at, reader->line, reader->column, true };
		enum err err = read_quoted(reader, mistake);
		if (err != ERR_OK)
			return err;
	} else {
		skip_cell(reader);
	}
	char *end = reader->at;
	char c = *end;
	*ret_is_last = reader->at == reader->end || c != reader->separator;
	if (reader->at < reader->end)
		step(reader);
	if (c == '\r' && *reader->at == '\n')
		step(reader);
	*end = '\0';
	reader->count++;
	return ERR_OK;
}

enum err csv_next(struct csv_reader *reader, struct file_mistake *mistake) {
	bool is_last = false;
	reader->count = 0;
	if (reader->at == reader->end)
		return ERR_NOT_FOUND;
	while (!is_last) {
		if (reader->count == CSV_CELLS_MAX) {
			mistake->line = reader->line;
			mistake->column = reader->column;
			mistake_say(
			    mistake, "a row has more than %d cells", "一行超过 %d 个单元格", CSV_CELLS_MAX);
			return ERR_RANGE;
		}
		enum err err = read_cell(reader, &is_last, mistake);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
