/* SPDX-License-Identifier: Apache-2.0 */
/* What all formats have in common: the order of entries, their words, and the way to the sink. */
#include "finance/books.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "finance/books_internal.h"
#include "record/pb.h"

#include <stdlib.h>
#include <string.h>

#define FLUSH_BYTES        (256 * 1024)
#define OFFSET_MINUTES_MAX (14 * 60)

static const char *const format_names[] = {
	[BOOKS_BEANCOUNT] = "beancount",
	[BOOKS_HLEDGER] = "hledger",
	[BOOKS_LEDGER] = "ledger",
	[BOOKS_CSV] = "csv",
	[BOOKS_CSV_PEOPLE] = "csv-people",
	[BOOKS_XLSX] = "xlsx",
};

enum err books_format_parse(const char *name, enum books_format *ret_format) {
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (strcmp(name, format_names[i]) == 0) {
			*ret_format = (enum books_format)i;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

enum err books_begin(enum books_format format, const struct sink *sink, struct books **ret_books) {
	struct books *books = calloc(1, sizeof(*books));
	if (!books)
		return ERR_MEMORY;
	books->format = format;
	books->sink = *sink;
	books->date_day = -1;
	chart_init(&books->chart);
	buffer_init(&books->out, 0);
	*ret_books = books;
	return ERR_OK;
}

void books_free(struct books *books) {
	if (!books)
		return;
	sheet_free(books->sheet);
	buffer_done(&books->out);
	chart_done(&books->chart);
	free(books);
}

static bool is_table(const struct books *books) {
	return books->format >= BOOKS_CSV;
}

static enum err flush(struct books *books, size_t bytes_min) {
	enum err err = buffer_error(&books->out);
	if (err || books->out.bytes < bytes_min || books->out.bytes == 0)
		return err;
	err = books->sink.write(books->sink.user, books->out.data, books->out.bytes);
	buffer_clear(&books->out);
	return err;
}

/* --- an entry --- */

/* The text of a field of the command that has this name, or "". */
static const char *text_of(const ProtobufCMessage *body, const char *name) {
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
	    body->descriptor, name);
	if (!field || field->type != PROTOBUF_C_TYPE_STRING ||
	    field->label == PROTOBUF_C_LABEL_REPEATED)
		return "";
	const char *text;
	memcpy(&text, (const char *)body + field->offset, sizeof(text));
	return text ? text : "";
}

static void read_command(const Pb__Command *command, struct books_words *words) {
	const ProtobufCFieldDescriptor *field = pb_set_field(&command->base, command->body_case);
	if (command->id)
		uuid_format((struct uuid){ command->id->high, command->id->low }, words->id);
	if (!field)
		return;
	const ProtobufCMessage *body;
	memcpy(&body, (const char *)command + field->offset, sizeof(body));
	words->command = field->name;
	words->document = body ? text_of(body, "document") : "";
}

void books_describe(const Pb__JournalEntry *entry, struct books_words *ret_words) {
	*ret_words = (struct books_words){
		.command = entry->genesis ? "genesis" : "",
		.person = entry->actor ? entry->actor->person : "",
		.document = "",
	};
	if (entry->command)
		read_command(entry->command, ret_words);
}

static enum err read_date(struct books *books, const Pb__JournalEntry *entry) {
	int32_t offset = chart_offset(&books->chart, entry);
	if (offset < -OFFSET_MINUTES_MAX || offset > OFFSET_MINUTES_MAX || entry->time_us > INT64_MAX)
		return ERR_RANGE;
	/* A day is left on either side, for what opens before the first entry and closes after all. */
	int64_t time_us = (int64_t)entry->time_us;
	if (time_us < 2 * US_PER_DAY || time_us / US_PER_DAY > INT64_C(2932896) - 3)
		return ERR_RANGE;
	int32_t day = date_local_day(time_us, offset);
	if (books->opening[0] == '\0')
		date_format(date_local_day(time_us, -OFFSET_MINUTES_MAX), books->opening);
	if (day != books->date_day)
		date_format(day, books->date);
	books->date_day = day;
	if (day > books->last_day)
		books->last_day = day;
	return ERR_OK;
}

static enum err begin_file(struct books *books, const Pb__JournalEntry *entry) {
	if (!entry->genesis)
		return ERR_SYNTAX;
	if (is_table(books))
		return books_table_begin(books);
	books_plain_begin(books, entry->genesis);
	return ERR_OK;
}

enum err books_entry(struct books *books, const Pb__JournalEntry *entry) {
	if (entry->seq != books->last_seq + 1 || (entry->genesis && entry->seq != 1))
		return ERR_SYNTAX;
	enum err err = chart_learn(&books->chart, entry);
	if (!err)
		err = read_date(books, entry);
	if (!err && entry->seq == 1)
		err = begin_file(books, entry);
	if (!err)
		err = chart_post(&books->chart, entry); /* before anything of the entry is written */
	if (err)
		return err;
	struct books_line line = { .entry = entry, .date = books->date };
	books_describe(entry, &line.words);
	err = is_table(books) ? books_table_entry(books, &line) : books_plain_entry(books, &line);
	if (err)
		return err;
	books->last_seq = entry->seq;
	return flush(books, FLUSH_BYTES);
}

enum err books_end(struct books *books) {
	if (books->sheet)
		return sheet_end(books->sheet);
	if (books->chart.first)
		books_plain_end(books);
	return flush(books, 0);
}
