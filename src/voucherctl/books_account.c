/* SPDX-License-Identifier: Apache-2.0 */
/* "books account": everything that was posted to one account, with the balance after each. */
#include "finance/chart.h"

#include "base/date.h"
#include "finance/books.h"
#include "voucherctl/actions.h"
#include "voucherctl/entries.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/report.h"
#include "voucherctl/session.h"

#include <string.h>

enum column { SEQ, DATE, COMMAND, PERSON, DOCUMENT, AMOUNT, BALANCE, CURRENCY, COLUMN_COUNT };

static const struct report_column columns[COLUMN_COUNT] = {
	[SEQ] = { "seq", SHEET_NUMBER, NULL },
	[DATE] = { "date", SHEET_DATE, NULL },
	[COMMAND] = { "command", SHEET_TEXT, NULL },
	[PERSON] = { "person", SHEET_IDENTIFIER, NULL },
	[DOCUMENT] = { "document", SHEET_TEXT, NULL },
	[AMOUNT] = { "amount", SHEET_AMOUNT, NULL },
	[BALANCE] = { "balance", SHEET_AMOUNT, NULL },
	[CURRENCY] = { "currency", SHEET_TEXT, NULL },
};

static const struct report_layout layout = {
	.message = "AccountLine",
	.list = "lines",
	.columns = columns,
	.count = COLUMN_COUNT,
	.is_long = true,
};

enum { CHINA_MINUTES = 480 };

struct ledger_sheet {
	struct chart chart;
	struct report report;
	const ProtobufCEnumValue *kind;
	const char *owner, *party;
	const struct chart_account *account; /* NULL: nothing has been posted to it */
};

static bool is_wanted(const struct ledger_sheet *sheet, const struct chart_account *account) {
	if (sheet->account)
		return sheet->account == account;
	return account->key.kind == (uint64_t)sheet->kind->value &&
	    strcmp(account->owner, sheet->owner) == 0 && strcmp(account->party, sheet->party) == 0;
}

static enum exit_status say_posting(
    struct ledger_sheet *sheet, const Pb__JournalEntry *entry, int64_t amount) {
	const struct chart_account *account = sheet->account;
	struct books_words words;
	char date[DATE_TEXT_BYTES];
	books_describe(entry, &words);
	date_format(date_local_day((int64_t)entry->time_us, CHINA_MINUTES), date);
	const struct sheet_cell cells[COLUMN_COUNT] = {
		[SEQ] = sheet_number((int64_t)entry->seq),
		[DATE] = sheet_text(date),
		[COMMAND] = sheet_text(words.command),
		[PERSON] = sheet_text(words.person),
		[DOCUMENT] = sheet_text(words.document),
		[AMOUNT] = sheet_amount(amount, account->currency_digits),
		[BALANCE] = sheet_amount(account->balance, account->currency_digits),
		[CURRENCY] = sheet_text(account->currency),
	};
	return report_row(&sheet->report, cells);
}

/* What the entry posts to the account, in one line. */
static enum exit_status take_entry(void *user, const Pb__JournalEntry *entry) {
	struct ledger_sheet *sheet = user;
	int64_t amount = 0;
	bool is_posted = false;
	enum err err = chart_learn(&sheet->chart, entry);
	if (!err)
		err = chart_post(&sheet->chart, entry);
	for (size_t i = 0; i < entry->n_postings && !err; i++) {
		struct chart_account *account = NULL;
		err = chart_find(&sheet->chart, entry->postings[i], &account);
		if (err || !is_wanted(sheet, account))
			continue;
		sheet->account = account;
		is_posted = true;
		if (__builtin_add_overflow(amount, entry->postings[i]->amount, &amount))
			err = ERR_RANGE;
	}
	if (err)
		return entries_unfit(entry->seq, err);
	return is_posted ? say_posting(sheet, entry, amount) : EXIT_DONE;
}

static enum exit_status say_facts(struct ledger_sheet *sheet, uint64_t until) {
	static const struct report_column facts[] = {
		{ "account", SHEET_TEXT, &pb__account_kind__descriptor },
		{ "owner", SHEET_IDENTIFIER, NULL },
		{ "party", SHEET_IDENTIFIER, NULL },
		{ "as_of", SHEET_NUMBER, NULL },
	};
	const struct sheet_cell cells[] = {
		sheet_number(sheet->kind->value),
		sheet_text(sheet->owner),
		sheet_text(sheet->party),
		sheet_number((int64_t)until),
	};
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]) && status == EXIT_DONE; i++)
		status = report_fact(&sheet->report, &facts[i], cells[i]);
	return status;
}

static enum exit_status read_account(struct ledger_sheet *sheet, struct session *session) {
	const char *kind = options_text(&session->line, "KIND");
	const char *party = options_text(&session->line, "PARTY");
	sheet->kind = enum_find(&pb__account_kind__descriptor, kind);
	sheet->owner = options_text(&session->line, "OWNER");
	sheet->party = party ? party : "";
	if (sheet->kind)
		return EXIT_DONE;
	const char *list = enum_list(&pb__account_kind__descriptor, &session->arena);
	if (!list)
		return session_out_of_memory();
	session_complain(session_say(session, "KIND must be one of %s, not \"%s\".",
	                     "KIND 应为 %s 之一，而非 \"%s\"。"),
	    list, kind);
	return EXIT_USAGE;
}

static enum exit_status run(struct ledger_sheet *sheet, struct session *session) {
	const struct entries_reader reader = { take_entry, sheet };
	uint64_t until = 0;
	enum exit_status status = report_begin(&sheet->report, session, &layout);
	if (status == EXIT_DONE)
		status = entries_until(session, &until);
	if (status == EXIT_DONE)
		status = say_facts(sheet, until);
	if (status == EXIT_DONE)
		status = entries_read(session, until, &reader);
	if (status == EXIT_DONE && !sheet->account) {
		session_complain("%s",
		    session_say(session,
		        "Nothing has been posted to such an account. \"books balances\" shows "
		        "which there are.",
		        "该账户没有记过账。可用 books balances 查看有哪些账户。"));
		return EXIT_REFUSED;
	}
	return status == EXIT_DONE ? report_end(&sheet->report) : status;
}

enum exit_status action_books_account(struct session *session) {
	struct ledger_sheet sheet = { .account = NULL };
	enum exit_status status = read_account(&sheet, session);
	if (status != EXIT_DONE)
		return status;
	chart_init(&sheet.chart);
	status = run(&sheet, session);
	report_done(&sheet.report);
	chart_done(&sheet.chart);
	return status;
}
