/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/bank_csv.h"

#include "base/text.h"
#include "finance/bank_csv_internal.h"
#include "finance/encoding.h"

#include <stdlib.h>
#include <string.h>

/* --- labels --- */

/* The value that stands behind a label in its own cell ("账号：123"); NULL: it is none. */
static const char *value_within(const char *cell, const char *label) {
	size_t bytes = strlen(label);
	if (strncmp(cell, label, bytes) != 0)
		return NULL;
	cell += bytes + strspn(cell + bytes, " ");
	return *cell == ':' ? cell + 1 + strspn(cell + 1, " ") : NULL;
}

/* The first cell with something in it after `i`. */
static const char *value_after(const struct bank_csv_reading *r, size_t i) {
	for (i++; i < r->csv.count; i++)
		if (r->csv.cells[i].text[0])
			return r->csv.cells[i].text;
	return "";
}

static void take_label(
    struct bank_csv_reading *r, enum bank_label label, const char *word, size_t i) {
	const struct csv_cell *cell = &r->csv.cells[i];
	const char *value = value_within(cell->text, word);
	if (!value && bank_words_are_equal(cell->text, word))
		value = value_after(r, i);
	if (value && value[0] && !r->labels[label].is_there)
		r->labels[label] = (struct bank_csv_label){ true, value, cell->line, cell->column };
}

/* A row that is no line: what it says beside the words that we look for. */
static void take_labels(struct bank_csv_reading *r) {
	for (size_t i = 0; i < r->csv.count; i++)
		r->csv.cells[i].text = bank_csv_clean(r->csv.cells[i].text);
	for (size_t i = 0; i < r->csv.count; i++)
		for (size_t label = 0; label < BANK_LABELS; label++) {
			const struct bank_words *words = &r->profile->labels[label];
			for (size_t w = 0; w < words->count; w++)
				take_label(r, (enum bank_label)label, words->words[w], i);
		}
}

/* --- the row of names --- */

/* The place of the first of the words that is a name in this row, + 1; 0: none is. */
static size_t find_name(const struct bank_csv_reading *r, const struct bank_words *words) {
	for (size_t w = 0; w < words->count; w++)
		for (size_t i = 0; i < r->csv.count; i++)
			if (bank_words_are_equal(r->csv.cells[i].text, words->words[w]))
				return i + 1;
	return 0;
}

static bool is_header(const struct bank_csv_reading *r) {
	const struct bank_words *columns = r->profile->columns;
	return find_name(r, &columns[BANK_COLUMN_BOOKING_DATE]) > 0 &&
	    ((find_name(r, &columns[BANK_COLUMN_DEBIT]) > 0 &&
	         find_name(r, &columns[BANK_COLUMN_CREDIT]) > 0) ||
	        find_name(r, &columns[BANK_COLUMN_AMOUNT]) > 0);
}

static void find_texts(struct bank_csv_reading *r) {
	const struct bank_words *words = &r->profile->columns[BANK_COLUMN_TEXT];
	for (size_t w = 0; w < words->count; w++) {
		const struct bank_words one = { { words->words[w] }, 1 };
		size_t place = find_name(r, &one);
		if (place > 0)
			r->texts[r->text_count++] = place - 1;
	}
}

static void take_header(struct bank_csv_reading *r) {
	const struct csv_cell *cells = r->csv.cells;
	r->names = r->csv.count;
	while (!bank_csv_clean(cells[r->names - 1].text)[0])
		r->names--;
	for (size_t column = 0; column < BANK_COLUMNS; column++) {
		size_t place = find_name(r, &r->profile->columns[column]);
		r->place[column] = place;
		if (place == 0)
			continue;
		statement_squeeze(cells[place - 1].text, BANK_CSV_SHOWN_BYTES);
		r->title[column] = cells[place - 1].text;
	}
	if (r->place[BANK_COLUMN_DEBIT] == 0 || r->place[BANK_COLUMN_CREDIT] == 0)
		r->place[BANK_COLUMN_DEBIT] = r->place[BANK_COLUMN_CREDIT] = 0;
	find_texts(r);
}

static enum err refuse_headless(struct bank_csv_reading *r, uint64_t line) {
	const struct bank_words *columns = r->profile->columns;
	const struct bank_words *amount = columns[BANK_COLUMN_CREDIT].count
	    ? &columns[BANK_COLUMN_CREDIT]
	    : &columns[BANK_COLUMN_AMOUNT];
	r->mistake->line = line;
	r->mistake->column = 1;
	mistake_say(r->mistake,
	    "there is no row with the names of columns (\"%s\", \"%s\" …) within the first %zu lines: "
	    "is it this bank's file, and its profile?",
	    "没有列名行（“%s”“%s”……，应在前 %zu 行内）：文件与所用银行配置是否相符？",
	    columns[BANK_COLUMN_BOOKING_DATE].words[0], amount->words[0], r->profile->lines_max);
	return ERR_SYNTAX;
}

/* --- rows --- */

static const char *first_text(const struct bank_csv_reading *r) {
	for (size_t i = 0; i < r->csv.count; i++) {
		const char *text = r->csv.cells[i].text;
		text += strspn(text, " \t");
		if (text[0] && !bank_words_are_equal(text, ""))
			return text;
	}
	return "";
}

static bool is_trailer(const struct bank_csv_reading *r, const char *text) {
	const struct bank_words *trailer = &r->profile->trailer;
	for (size_t i = 0; i < trailer->count; i++)
		if (strncmp(text, trailer->words[i], strlen(trailer->words[i])) == 0)
			return true;
	return false;
}

/* Some repeat the row of names on every page. */
static bool is_header_again(const struct bank_csv_reading *r) {
	size_t place = r->place[BANK_COLUMN_BOOKING_DATE];
	return place <= r->csv.count &&
	    bank_words_are_equal(r->csv.cells[place - 1].text, r->title[BANK_COLUMN_BOOKING_DATE]);
}

static enum err take_row(struct bank_csv_reading *r) {
	const char *text = first_text(r);
	uint64_t line = r->csv.cells[0].line;
	if (!text[0])
		return ERR_OK;
	if (r->names == 0 && is_header(r)) {
		take_header(r);
	} else if (r->names == 0 && line > r->profile->lines_max) {
		return refuse_headless(r, line);
	} else if (r->names == 0 || is_trailer(r, text)) {
		take_labels(r);
	} else if (!is_header_again(r)) {
		return bank_csv_take_line(r);
	}
	return ERR_OK;
}

/* --- the whole --- */

static size_t count_lines(const char *text, size_t bytes) {
	size_t count = 1;
	for (size_t i = 0; i < bytes; i++)
		count += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
	return count < STATEMENT_LINES_MAX ? count : STATEMENT_LINES_MAX;
}

static enum err read_table(struct bank_csv_reading *r, struct encoding_text text) {
	enum err err;
	csv_begin(&r->csv, text.text, text.bytes, r->profile->separator);
	do {
		err = csv_next(&r->csv, r->mistake);
		if (err == ERR_OK)
			err = take_row(r);
	} while (err == ERR_OK);
	if (err != ERR_NOT_FOUND)
		return err;
	return r->names > 0 ? bank_csv_check(r) : refuse_headless(r, 1);
}

static enum err read_text(struct bank_csv_reading *r, struct encoding_text text) {
	struct statement *statement = &r->statement;
	r->room = count_lines(text.text, text.bytes);
	statement->account = statement->number = statement->currency = "";
	statement->format = arena_printf(r->arena, "csv %s", r->profile->name);
	statement->lines = arena_alloc(r->arena, r->room * sizeof(struct statement_line));
	r->rows = malloc(r->room * sizeof(struct bank_csv_row));
	enum err err = ERR_MEMORY;
	if (statement->format && statement->lines && r->rows)
		err = read_table(r, text);
	free(r->rows);
	return err;
}

enum err bank_csv_read(const struct bank_profile *profile, const char *data, size_t bytes,
    struct arena *arena, struct statement *ret_statement, struct file_mistake *ret_mistake) {
	struct file_mistake mistake = { 0 };
	struct encoding_text text;
	struct bank_csv_reading *r = ARENA_NEW(arena, struct bank_csv_reading);
	if (!r)
		return ERR_MEMORY;
	r->profile = profile;
	r->arena = arena;
	r->mistake = &mistake;
	enum err err = ERR_RANGE;
	if (bytes > BANK_CSV_BYTES_MAX)
		mistake_say(
		    &mistake, "the file has more than %zu bytes", "文件超过 %zu 字节", BANK_CSV_BYTES_MAX);
	else
		err = encoding_decode(profile->encoding, data, bytes, arena, &text, &mistake);
	if (err == ERR_OK)
		err = read_text(r, text);
	if (err == ERR_OK)
		*ret_statement = r->statement;
	else if (err != ERR_MEMORY)
		*ret_mistake = mistake;
	return err;
}
