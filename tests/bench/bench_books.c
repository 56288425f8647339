/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_books [ENTRIES]: how fast the writers of src/finance/books.h are, with entries of two
 * postings each that go to 10,000 payees; the file goes nowhere.
 */
#include "base/clock.h"
#include "base/text.h"
#include "finance/books.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTIES 10000
#define FIRST   (PARTIES + 3) /* genesis, a programme, the parties */

static uint64_t written;

static enum err count_bytes(void *user, const void *data, size_t bytes) {
	(void)user;
	(void)data;
	written += bytes;
	return ERR_OK;
}

static void give(struct books *books, Pb__JournalEntry *entry, uint64_t seq) {
	entry->seq = seq;
	entry->time_us = (uint64_t)(20000 * US_PER_DAY) + seq * 50000;
	enum err err = books_entry(books, entry);
	if (!err)
		return;
	fprintf(stderr, "bench_books: entry %" PRIu64 ": %s\n", seq, err_text(err));
	exit(EXIT_FAILURE);
}

static void set_up(struct books *books) {
	Pb__Currency currency = PB__CURRENCY__INIT, *currencies = &currency;
	Pb__Genesis genesis = PB__GENESIS__INIT;
	Pb__CreateProgramme programme = PB__CREATE_PROGRAMME__INIT;
	Pb__RegisterParty party = PB__REGISTER_PARTY__INIT;
	Pb__JournalEntry first = PB__JOURNAL_ENTRY__INIT, entry = PB__JOURNAL_ENTRY__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	char code[33];
	currency.code = "CNY";
	currency.minor_digits = 2;
	genesis.name = "bench";
	genesis.n_currencies = 1;
	genesis.currencies = &currencies;
	first.genesis = &genesis;
	give(books, &first, 1);
	entry.command = &command;
	command.body_case = PB__COMMAND__BODY_CREATE_PROGRAMME;
	command.create_programme = &programme;
	programme.code = "bench-2026";
	programme.utc_offset_minutes = 480;
	give(books, &entry, 2);
	command.body_case = PB__COMMAND__BODY_REGISTER_PARTY;
	command.register_party = &party;
	party.code = code;
	for (uint64_t seq = 3; seq < FIRST; seq++) {
		snprintf(code, sizeof(code), "9135%014" PRIu64, seq);
		give(books, &entry, seq);
	}
}

static void measure(const char *name, uint64_t entries) {
	const struct sink sink = { .write = count_bytes };
	struct books *books;
	enum books_format format;
	if (books_format_parse(name, &format) || books_begin(format, &sink, &books))
		exit(EXIT_FAILURE);
	set_up(books);
	Pb__Posting from = PB__POSTING__INIT, to = PB__POSTING__INIT, *postings[] = { &from, &to };
	Pb__Uuid id = PB__UUID__INIT;
	Pb__Redeem redeem = PB__REDEEM__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	Pb__Actor actor = PB__ACTOR__INIT;
	Pb__JournalEntry entry = PB__JOURNAL_ENTRY__INIT;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_REDEEM;
	command.redeem = &redeem;
	actor.person = "S-1001";
	entry.actor = &actor;
	entry.command = &command;
	entry.n_postings = 2;
	entry.postings = postings;
	from.account = PB__ACCOUNT_KIND__PROGRAMME_RESERVED;
	to.account = PB__ACCOUNT_KIND__PROGRAMME_PAYABLE;
	from.owner = to.owner = 2;
	written = 0;
	int64_t start_us = clock_monotonic_us();
	for (uint64_t i = 0; i < entries; i++) {
		id.high = id.low = i * UINT64_C(0x9e3779b97f4a7c15);
		to.party = 3 + i * 7919 % PARTIES;
		to.amount = (int64_t)(i % 1000000);
		from.amount = -to.amount;
		give(books, &entry, FIRST + i);
	}
	if (books_end(books))
		exit(EXIT_FAILURE);
	double s = (double)(clock_monotonic_us() - start_us) / 1e6;
	printf("%-10s  %8.0f entries/s  %6.1f MB/s\n", name, (double)entries / s,
	    (double)written / 1e6 / s);
	books_free(books);
}

int main(int argc, char **argv) {
	static const char *const formats[] = { "csv", "csv-people", "beancount", "hledger", "ledger" };
	uint64_t entries = 1000000;
	if (argc > 2 ||
	    (argc == 2 &&
	        (text_parse_u64(argv[1], strlen(argv[1]), &entries) || entries > 100000000))) {
		fprintf(stderr, "Usage: bench_books [ENTRIES]\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		measure(formats[i], entries);
	return EXIT_SUCCESS;
}
