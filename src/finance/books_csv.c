/* SPDX-License-Identifier: Apache-2.0 */
/* Every column is there in every row, so that a row can be read by itself. */
#include "finance/books_internal.h"

#include "finance/write.h"

static const char columns[] =
    "seq,date,time_us,command,command_id,person,document,account,owner,party,amount,currency";

static void end_row(struct books *books) {
	buffer_append_text(&books->out, books->format == BOOKS_CSV_PEOPLE ? "\r\n" : "\n");
}

void books_csv_begin(struct books *books) {
	if (books->format == BOOKS_CSV_PEOPLE)
		buffer_append_text(&books->out, "\xEF\xBB\xBF");
	buffer_append_text(&books->out, columns);
	end_row(books);
}

static void append_cell(struct books *books, const char *text) {
	buffer_append_char(&books->out, ',');
	write_csv(&books->out, text, books->format == BOOKS_CSV_PEOPLE);
}

/* What all rows of an entry begin with. */
static void append_entry(struct books *books, const struct books_line *line) {
	buffer_append_u64(&books->out, line->entry->seq);
	append_cell(books, line->date);
	buffer_append_char(&books->out, ',');
	buffer_append_u64(&books->out, line->entry->time_us);
	append_cell(books, line->command);
	append_cell(books, line->id);
	append_cell(books, line->person);
	append_cell(books, line->document);
}

static void append_posting(
    struct books *books, const struct chart_account *account, int64_t amount) {
	append_cell(books, account->kind);
	append_cell(books, account->owner);
	append_cell(books, account->party);
	buffer_append_char(&books->out, ',');
	write_amount(&books->out, amount, account->currency_digits);
	append_cell(books, account->currency);
	end_row(books);
}

enum err books_csv_entry(struct books *books, const struct books_line *line) {
	const Pb__JournalEntry *entry = line->entry;
	if (entry->n_postings == 0) {
		append_entry(books, line);
		buffer_append_text(&books->out, ",,,,,");
		end_row(books);
	}
	for (size_t i = 0; i < entry->n_postings; i++) {
		struct chart_account *account = NULL;
		enum err err = chart_find(&books->chart, entry->postings[i], &account);
		if (err)
			return err;
		append_entry(books, line);
		append_posting(books, account, entry->postings[i]->amount);
	}
	return ERR_OK;
}
