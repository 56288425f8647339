/* SPDX-License-Identifier: Apache-2.0 */
/* "books balances": the trial balance as of any entry or day, by posting the journal again. */
#include "finance/chart.h"

#include "voucherctl/actions.h"
#include "voucherctl/entries.h"
#include "voucherctl/report.h"
#include "voucherctl/session.h"

#include <stdlib.h>

enum column { ACCOUNT, OWNER, PARTY, BALANCE, CURRENCY, COLUMN_COUNT };

static const struct report_column columns[COLUMN_COUNT] = {
	[ACCOUNT] = { "account", SHEET_TEXT, &pb__account_kind__descriptor },
	[OWNER] = { "owner", SHEET_IDENTIFIER, NULL },
	[PARTY] = { "party", SHEET_IDENTIFIER, NULL },
	[BALANCE] = { "balance", SHEET_AMOUNT, NULL },
	[CURRENCY] = { "currency", SHEET_TEXT, NULL },
};

static const struct report_layout layout = {
	.message = "AccountBalance",
	.list = "accounts",
	.columns = columns,
	.count = COLUMN_COUNT,
};

static enum exit_status take_entry(void *user, const Pb__JournalEntry *entry) {
	struct chart *chart = user;
	enum err err = chart_learn(chart, entry);
	if (!err)
		err = chart_post(chart, entry);
	return err ? entries_unfit(entry->seq, err) : EXIT_DONE;
}

/* By kind, owner and party, as the server lists them. */
static int compare(const void *a, const void *b) {
	const struct chart_key *one = *(const struct chart_key *const *)a;
	const struct chart_key *other = *(const struct chart_key *const *)b;
	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (one->owner != other->owner)
		return one->owner < other->owner ? -1 : 1;
	return (one->party > other->party) - (one->party < other->party);
}

static enum exit_status sort_accounts(const struct chart *chart, struct arena *arena,
    const struct chart_account ***ret_list, size_t *ret_count) {
	const struct chart_account **list = NULL;
	size_t count = 0;
	for (const struct chart_account *at = chart->first; at; at = at->next, count++) {
		list = arena_grow(arena, list, count, sizeof(*list));
		if (!list)
			return session_out_of_memory();
		list[count] = at;
	}
	if (count > 0)
		qsort(list, count, sizeof(*list), compare);
	*ret_list = list;
	*ret_count = count;
	return EXIT_DONE;
}

static enum exit_status say_account(struct report *report, const struct chart_account *account) {
	const struct sheet_cell cells[COLUMN_COUNT] = {
		[ACCOUNT] = sheet_number((int64_t)account->key.kind),
		[OWNER] = sheet_text(account->owner),
		[PARTY] = sheet_text(account->party),
		[BALANCE] = sheet_amount(account->balance, account->currency_digits),
		[CURRENCY] = sheet_text(account->currency),
	};
	return report_row(report, cells);
}

/* All accounts together are nought; in several currencies there is no such sum. */
static enum exit_status say_total(struct report *report, const struct chart *chart) {
	int64_t sum = 0;
	bool is_whole = chart->currency_count == 1;
	for (const struct chart_account *at = chart->first; at; at = at->next)
		is_whole = is_whole && !__builtin_add_overflow(sum, at->balance, &sum);
	if (!is_whole)
		return EXIT_DONE;
	const struct sheet_cell cells[COLUMN_COUNT] = {
		[ACCOUNT] = sheet_text(""),
		[OWNER] = sheet_text(""),
		[PARTY] = sheet_text(""),
		[BALANCE] = sheet_amount(sum, chart->currencies[0].digits),
		[CURRENCY] = sheet_text(chart->currencies[0].code),
	};
	return report_total(report, cells);
}

static enum exit_status say_all(
    struct report *report, const struct chart *chart, uint64_t until, struct arena *arena) {
	static const struct report_column as_of = { "as_of", SHEET_NUMBER, NULL };
	const struct chart_account **list = NULL;
	size_t count = 0;
	enum exit_status status = sort_accounts(chart, arena, &list, &count);
	if (status == EXIT_DONE)
		status = report_fact(report, &as_of, sheet_number((int64_t)until));
	for (size_t i = 0; i < count && status == EXIT_DONE; i++)
		status = say_account(report, list[i]);
	if (status == EXIT_DONE)
		status = say_total(report, chart);
	return status == EXIT_DONE ? report_end(report) : status;
}

enum exit_status action_books_balances(struct session *session) {
	struct report report;
	struct chart chart;
	uint64_t until = 0;
	const struct entries_reader reader = { take_entry, &chart };
	chart_init(&chart);
	enum exit_status status = report_begin(&report, session, &layout);
	if (status == EXIT_DONE)
		status = entries_until(session, &until);
	if (status == EXIT_DONE)
		status = entries_read(session, until, &reader);
	if (status == EXIT_DONE)
		status = say_all(&report, &chart, until, &session->arena);
	report_done(&report);
	chart_done(&chart);
	return status;
}
