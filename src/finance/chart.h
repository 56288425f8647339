/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chart of accounts as books name it, and every account's balance; learned from the entries.
 *
 * A name has the root that says what kind of account it is, and is legal in beancount, hledger and
 * ledger: parts divided by ':', each of A–Z a–z 0–9 and '-', each beginning with A–Z or 0–9.
 *
 *	Equity:Fund:Cp2017:Appropriated            Expenses:Programme:Cp:Paid:91350100M000100Y43
 *	Assets:Programme:Cp:Available:Cp2017       Equity:Memo:Cp:Counter:T--0001
 *	Assets:Bank:Icbc--1                        Equity:Bank:Icbc--1:Counter
 *
 * A code becomes a part so that it can be read back: its first letter becomes a capital (codes of
 * funds and programmes have none, those of parties have no others), '-' becomes "--", and any other
 * character but a letter or a digit '-' and two hexadecimal digits for each byte.
 *
 * What is held is an asset whoever it is meant for; money enters as equity, what is paid is an
 * expense, and what came back of it an income. So every account keeps the sign that the ledger has.
 */
#ifndef FINANCE_CHART_H
#define FINANCE_CHART_H

#include "base/arena.h"
#include "base/err.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chart_key {
	uint64_t kind; /* Pb__AccountKind; 0: not an account, but what accounts are kept for */
	uint64_t owner, party;
};

struct chart_account {
	struct chart_key key; /* first, as in all that the table holds */
	const char *name, *kind, *owner, *party;
	const char *currency;
	uint32_t currency_digits;
	bool is_opened; /* the writer's: it has been declared */
	int64_t balance;
	struct chart_account *next; /* in order of first use */
};

struct chart_currency {
	const char *code;
	uint32_t digits;
};

struct chart {
	struct arena arena; /* all that is in the table */
	struct chart_key **slots;
	size_t used, capacity; /* a power of two, at most half used */
	struct chart_currency *currencies;
	size_t currency_count;
	struct chart_account *first, *last;
};

void chart_init(struct chart *chart);
void chart_done(struct chart *chart);

/* Learns what an entry makes. ERR_MEMORY; ERR_SYNTAX: a code or a currency that no ledger has. */
enum err chart_learn(struct chart *chart, const Pb__JournalEntry *entry) MUST_CHECK;

/* The account of a posting, as errors of books_entry. Posts nothing. */
enum err chart_find(
    struct chart *chart, const Pb__Posting *posting, struct chart_account **ret_account) MUST_CHECK;

/* Adds the entry's postings to the balances. Errors as those of books_entry. */
enum err chart_post(struct chart *chart, const Pb__JournalEntry *entry) MUST_CHECK;

/* Minutes east of UTC of the programme concerned; where there is none those of China. */
int32_t chart_offset(const struct chart *chart, const Pb__JournalEntry *entry);

#endif
