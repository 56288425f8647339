/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain text accounting. Beancount wants texts as strings and metadata in lower case; hledger and
 * ledger take comments with tags. What is used is declared before, so that the strictest of checks
 * can be run: `bean-check`, `hledger check --strict`, `ledger --pedantic`.
 */
#include "finance/books_internal.h"

#include "finance/write.h"

static const char *const tags[] = { "seq", "command", "command_id", "person", "document" };
#define TAG_COUNT (sizeof(tags) / sizeof(tags[0]))

/* --- the beginning --- */

/* "1000.00": how amounts are written. */
static void append_sample(struct buffer *out, uint32_t digits) {
	int64_t thousand = 1000;
	for (uint32_t i = 0; i < digits; i++)
		thousand *= 10;
	write_amount(out, thousand, digits);
}

static void declare_currency(struct books *books, const struct chart_currency *currency) {
	struct buffer *out = &books->out;
	switch (books->format) {
	case BOOKS_BEANCOUNT:
		buffer_printf(out, "option \"operating_currency\" \"%s\"\n", currency->code);
		buffer_printf(out, "%s commodity %s\n", books->opening, currency->code);
		break;
	case BOOKS_HLEDGER:
		buffer_append_text(out, "commodity ");
		append_sample(out, currency->digits);
		buffer_printf(out, " %s\n", currency->code);
		break;
	default:
		buffer_printf(out, "commodity %s\n    format ", currency->code);
		append_sample(out, currency->digits);
		buffer_printf(out, " %s\n", currency->code);
		break;
	}
}

void books_plain_begin(struct books *books, const Pb__Genesis *genesis) {
	struct buffer *out = &books->out;
	if (books->format == BOOKS_BEANCOUNT) {
		buffer_append_text(out, "option \"title\" ");
		write_quoted(out, genesis->name);
	} else {
		buffer_append_text(out, "; title: ");
		write_tag(out, genesis->name);
	}
	buffer_append_char(out, '\n');
	for (size_t i = 0; i < books->chart.currency_count; i++)
		declare_currency(books, &books->chart.currencies[i]);
	for (size_t i = 0; i < TAG_COUNT && books->format == BOOKS_LEDGER; i++)
		buffer_printf(out, "tag %s\n", tags[i]);
}

/* --- an entry --- */

static void open_account(struct books *books, struct chart_account *account) {
	if (account->is_opened)
		return;
	account->is_opened = true;
	if (books->format == BOOKS_BEANCOUNT)
		buffer_printf(
		    &books->out, "\n%s open %s %s\n", books->opening, account->name, account->currency);
	else
		buffer_printf(&books->out, "\naccount %s\n", account->name);
}

static void append_tag(struct books *books, const char *name, const char *text) {
	struct buffer *out = &books->out;
	if (!text[0])
		return;
	buffer_append_text(out, books->format == BOOKS_BEANCOUNT ? "  " : "    ; ");
	buffer_append_text(out, name);
	buffer_append_text(out, ": ");
	if (books->format == BOOKS_BEANCOUNT)
		write_quoted(out, text);
	else
		write_tag(out, text);
	buffer_append_char(out, '\n');
}

/* The date, and what was done. */
static void append_head(struct books *books, const struct books_line *line) {
	struct buffer *out = &books->out;
	buffer_append_char(out, '\n');
	buffer_append_text(out, line->date);
	buffer_append_text(out, " * ");
	if (books->format == BOOKS_BEANCOUNT) {
		write_quoted(out, line->words.command);
		buffer_append_text(out, "\n  seq: ");
	} else {
		buffer_append_char(out, '(');
		buffer_append_u64(out, line->entry->seq);
		buffer_append_text(out, ") ");
		buffer_append_text(out, line->words.command);
		buffer_append_text(out, "\n    ; seq: ");
	}
	buffer_append_u64(out, line->entry->seq);
	buffer_append_char(out, '\n');
	append_tag(books, "command", line->words.command);
	append_tag(books, "command_id", line->words.id);
	append_tag(books, "person", line->words.person);
	append_tag(books, "document", line->words.document);
}

static void append_posting(
    struct buffer *out, const struct chart_account *account, int64_t amount) {
	buffer_append_text(out, "    ");
	buffer_append_text(out, account->name);
	buffer_append_text(out, "  ");
	write_amount(out, amount, account->currency_digits);
	buffer_append_char(out, ' ');
	buffer_append_text(out, account->currency);
}

enum err books_plain_entry(struct books *books, const struct books_line *line) {
	const Pb__JournalEntry *entry = line->entry;
	struct chart_account *account = NULL;
	enum err err = ERR_OK;
	for (size_t i = 0; i < entry->n_postings && !err; i++) {
		err = chart_find(&books->chart, entry->postings[i], &account);
		if (!err)
			open_account(books, account);
	}
	if (err || entry->n_postings == 0)
		return err;
	append_head(books, line);
	for (size_t i = 0; i < entry->n_postings && !err; i++) {
		err = chart_find(&books->chart, entry->postings[i], &account);
		if (err)
			break;
		append_posting(&books->out, account, entry->postings[i]->amount);
		buffer_append_char(&books->out, '\n');
	}
	return err;
}

/* --- the end: what every account must come to --- */

void books_plain_end(struct books *books) {
	struct buffer *out = &books->out;
	char date[DATE_TEXT_BYTES];
	date_format(books->last_day + 1, date);
	buffer_append_char(out, '\n');
	if (books->format != BOOKS_BEANCOUNT)
		buffer_printf(out, "%s * closing balances\n", date);
	for (const struct chart_account *at = books->chart.first; at; at = at->next) {
		if (books->format == BOOKS_BEANCOUNT) {
			buffer_printf(out, "%s balance %s  ", date, at->name);
			write_amount(out, at->balance, at->currency_digits);
			buffer_printf(out, " ~ 0 %s\n", at->currency);
		} else {
			append_posting(out, at, 0);
			buffer_append_text(out, " = ");
			write_amount(out, at->balance, at->currency_digits);
			buffer_printf(out, " %s\n", at->currency);
		}
	}
}
