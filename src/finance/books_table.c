/* SPDX-License-Identifier: Apache-2.0 */
/* Every column is there in every row, so that a row can be read by itself. */
#include "finance/books_internal.h"

enum column {
	SEQ,
	DATE,
	TIME_US,
	COMMAND,
	COMMAND_ID,
	PERSON,
	DOCUMENT,
	ACCOUNT,
	OWNER,
	PARTY,
	AMOUNT,
	CURRENCY,
	COLUMN_COUNT
};

static const struct sheet_column columns[COLUMN_COUNT] = {
	[SEQ] = { "seq", SHEET_NUMBER },
	[DATE] = { "date", SHEET_DATE },
	[TIME_US] = { "time_us", SHEET_NUMBER },
	[COMMAND] = { "command", SHEET_TEXT },
	[COMMAND_ID] = { "command_id", SHEET_IDENTIFIER },
	[PERSON] = { "person", SHEET_IDENTIFIER },
	[DOCUMENT] = { "document", SHEET_TEXT },
	[ACCOUNT] = { "account", SHEET_TEXT },
	[OWNER] = { "owner", SHEET_IDENTIFIER },
	[PARTY] = { "party", SHEET_IDENTIFIER },
	[AMOUNT] = { "amount", SHEET_AMOUNT },
	[CURRENCY] = { "currency", SHEET_TEXT },
};

enum err books_table_begin(struct books *books) {
	static const enum sheet_format formats[] = {
		[BOOKS_CSV] = SHEET_CSV,
		[BOOKS_CSV_PEOPLE] = SHEET_CSV_PEOPLE,
		[BOOKS_XLSX] = SHEET_XLSX,
	};
	return sheet_begin(formats[books->format], columns, COLUMN_COUNT, &books->sink, &books->sheet);
}

enum err books_table_entry(struct books *books, const struct books_line *line) {
	const Pb__JournalEntry *entry = line->entry;
	struct sheet_cell cells[COLUMN_COUNT] = {
		[SEQ] = sheet_number((int64_t)entry->seq),
		[DATE] = sheet_text(line->date),
		[TIME_US] = sheet_number((int64_t)entry->time_us),
		[COMMAND] = sheet_text(line->words.command),
		[COMMAND_ID] = sheet_text(line->words.id),
		[PERSON] = sheet_text(line->words.person),
		[DOCUMENT] = sheet_text(line->words.document),
	};
	for (size_t i = ACCOUNT; i < COLUMN_COUNT; i++)
		cells[i] = sheet_text("");
	if (entry->n_postings == 0)
		return sheet_row(books->sheet, cells);
	enum err err = ERR_OK;
	for (size_t i = 0; i < entry->n_postings && !err; i++) {
		struct chart_account *account = NULL;
		err = chart_find(&books->chart, entry->postings[i], &account);
		if (err)
			break;
		cells[ACCOUNT].text = account->kind;
		cells[OWNER].text = account->owner;
		cells[PARTY].text = account->party;
		cells[AMOUNT] = sheet_amount(entry->postings[i]->amount, account->currency_digits);
		cells[CURRENCY].text = account->currency;
		err = sheet_row(books->sheet, cells);
	}
	return err;
}
