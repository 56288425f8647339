/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The books: journal entries, one after another from the first, as a file for other programs.
 *
 *	beancount, hledger, ledger   plain text accounting: what moves money, and at the end an
 *	                             assertion of every account's balance
 *	csv                          a row for each posting, and one for an entry that has none
 *	csv-people, xlsx             the same for spreadsheets (finance/sheet.h)
 *
 * Memory grows with the accounts, funds, programmes and parties, not with the entries. One thread.
 * Pure but for XLSX: what is written goes to the sink.
 */
#ifndef FINANCE_BOOKS_H
#define FINANCE_BOOKS_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/sink.h"
#include "voucher/v1/journal.pb-c.h"

enum books_format {
	BOOKS_BEANCOUNT,
	BOOKS_HLEDGER,
	BOOKS_LEDGER,
	BOOKS_CSV,
	BOOKS_CSV_PEOPLE,
	BOOKS_XLSX,
};

struct books;

/* "beancount", "csv-people": ERR_NOT_FOUND when there is no such format. */
enum err books_format_parse(const char *name, enum books_format *ret_format) MUST_CHECK;

/* ERR_MEMORY. Free with books_free, also after a failure of what follows. */
enum err books_begin(
    enum books_format format, const struct sink *sink, struct books **ret_books) MUST_CHECK;

/*
 * The next entry. ERR_SYNTAX: it is not the one that follows, the first is no genesis, or it names
 * a fund, programme, party, house account or currency that no entry made. ERR_RANGE: a balance
 * leaves 64 bits, or a moment the calendar. ERR_MEMORY, ERR_IO, and what the sink returns. After a
 * failure: books_free.
 */
enum err books_entry(struct books *books, const Pb__JournalEntry *entry) MUST_CHECK;

/*
 * Unpacks what books want of an entry: all but its ledger's id; its decision, of which there is the
 * programme; and what is in commands that neither make anything that has accounts nor cite a
 * document. Strictly as pb_unpack (record/pb.h), whose errors it has, but for what is left out. The
 * entry lives in `arena`.
 */
enum err books_unpack(
    const void *data, size_t bytes, struct arena *arena, Pb__JournalEntry **ret_entry) MUST_CHECK;

/* An entry in words: "" where there is nothing to say. Borrowed from the entry. */
struct books_words {
	const char *command; /* "submit_claim"; "genesis" */
	const char *person;
	const char *document;
	char id[37]; /* of the command */
};
void books_describe(const Pb__JournalEntry *entry, struct books_words *ret_words);

/* What stands at the end. The file is whole after ERR_OK only. */
enum err books_end(struct books *books) MUST_CHECK;

void books_free(struct books *books); /* accepts NULL */

#endif
