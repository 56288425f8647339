/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of the families use, claim, settle and bank that cannot be true: whoever changed the
 * journal, or decided wrongly, apply stops the process rather than carry on with a ledger that is
 * wrong.
 */
#include "base/text.h"
#include "support/bank.h"
#include "support/memory_state.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOCAL "110114"

/* Applies the journal up to `seq`, changing that entry, in a process of its own; whether it was
 * stopped by check(). */
static bool is_stopped(
    struct world *w, uint64_t seq, void (*change)(struct world *w, Pb__JournalEntry *entry)) {
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		int quiet = open("/dev/null", O_WRONLY);
		struct memory_state *state = memory_state_new();
		struct ledger *ledger;
		if (quiet < 0 || dup2(quiet, STDERR_FILENO) < 0 || ledger_new(&ledger) != ERR_OK)
			_exit(1);
		for (uint64_t i = 1; i <= seq; i++) {
			Pb__JournalEntry *entry = (Pb__JournalEntry *)world_entry(w, i);
			if (change && i == seq)
				change(w, entry);
			ledger_apply(ledger, memory_state_writable(state), entry);
		}
		_exit(0);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
	    "status %d", status);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* The same journal, unchanged, is applied; changed, it is not. */
static void expect_stop(
    struct scheme *s, uint64_t seq, void (*change)(struct world *w, Pb__JournalEntry *entry)) {
	ck_assert(!is_stopped(s->world, seq, NULL));
	ck_assert(is_stopped(s->world, seq, change));
}

static void more(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->amount++;
}

static void same_contract(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->reserve->contract_number = "HT-1";
}

static void other_voucher(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->voucher++;
}

START_TEST(use_that_does_not_add_up_stops_the_process) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 1000);
	uint64_t first = scheme_reserve(s, voucher, provider, "HT-1", 1000);
	expect_stop(s, first, more);
	expect_stop(s, first, other_voucher);
	uint64_t second = scheme_reserve(s, voucher, provider, "HT-2", 1000);
	expect_stop(s, second, same_contract);
	expect_stop(s, scheme_redeem(s, first, 200), more);
	scheme_step(s, holder->principal, "release", "reservation", first);
	expect_stop(s, world_last_seq(s->world), more);
	scheme_free(s);
}
END_TEST

static void share_less(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->shares[0]->amount--;
}

static void share_by_another(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->shares[0]->fund++;
}

static void share_twice(struct world *w, Pb__JournalEntry *entry) {
	static Pb__Share half;
	static Pb__Share *both[2];
	(void)w;
	half = *entry->decision->shares[0];
	half.amount = 1;
	entry->decision->shares[0]->amount--;
	both[0] = entry->decision->shares[0];
	both[1] = &half;
	entry->decision->shares = both;
	entry->decision->n_shares = 2;
}

static void share_nothing(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->n_shares = 0;
}

START_TEST(pool_from_which_another_fund_paid_stops_the_process) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	uint64_t voucher = scheme_voucher(s, holder, 1000);
	scheme_step(s, holder->principal, "return_voucher", "voucher", voucher);
	const uint64_t entries[] = { voucher, world_last_seq(s->world) };
	for (size_t i = 0; i < 2; i++) {
		expect_stop(s, entries[i], share_less);
		expect_stop(s, entries[i], share_by_another);
		expect_stop(s, entries[i], share_twice);
		expect_stop(s, entries[i], share_nothing);
	}
	scheme_free(s);
}
END_TEST

static void same_invoice(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->submit_claim->invoices[0]->number = "26110000000000000001";
}

/* The claim with which the story began. */
static uint64_t first_claim(struct world *w) {
	for (uint64_t seq = 1; seq <= world_last_seq(w); seq++) {
		if (world_entry(w, seq)->command &&
		    world_entry(w, seq)->command->body_case == PB__COMMAND__BODY_SUBMIT_CLAIM)
			return seq;
	}
	ck_abort();
}

static void approve_again(struct world *w, Pb__JournalEntry *entry) {
	entry->command->approve_claim->claim = first_claim(w);
}

static void publish_again(struct world *w, Pb__JournalEntry *entry) {
	entry->command->publish_claim->claim = first_claim(w);
}

static void reject_returned(struct world *w, Pb__JournalEntry *entry) {
	entry->command->reject_claim->claim = first_claim(w);
}

START_TEST(claim_that_cannot_be_stops_the_process) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 1000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 2000);
	scheme_redeem(s, reservation, 800);
	uint64_t first = scheme_claim(s, provider, reservation, 400, 1);
	scheme_publish(s, first);
	uint64_t second = scheme_claim(s, provider, reservation, 400, 2);
	expect_stop(s, second, more);
	expect_stop(s, second, same_invoice);
	scheme_step(s, s->approver, "approve_claim", "claim", second);
	expect_stop(s, world_last_seq(s->world), approve_again);
	scheme_step(s, s->director, "countersign_claim", "claim", second);
	scheme_step(s, s->office, "publish_claim", "claim", second);
	expect_stop(s, world_last_seq(s->world), publish_again);
	world_as(s->world, s->office);
	world_accept(s->world, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", first);
	world_as(s->world, s->approver);
	uint64_t reject = world_accept(
	    s->world, "{'reject_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", second);
	expect_stop(s, reject, reject_returned);
	scheme_free(s);
}
END_TEST

static void pay_more(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->payments[0]->amount++;
	entry->decision->amount++;
}

static void pay_another(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->payments[0]->payee++;
}

static void claim_twice(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	Pb__Payment *payment = entry->decision->payments[0];
	payment->claims[1] = payment->claims[0];
}

static void pay_more_out(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->postings[0]->amount--;
	entry->postings[1]->amount++;
}

static void return_what_is_not_paid(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->record_payment->status = PB__PAYMENT_STATUS__PAYMENT_RETURNED;
}

START_TEST(settlement_that_cannot_be_stops_the_process) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	for (int i = 0; i < 2; i++)
		scheme_published_claim(s, holder, provider, 100);
	world_at(w, "2026-01-13 00:00");
	uint64_t settlement = scheme_settlement(s);
	expect_stop(s, settlement, pay_more);
	expect_stop(s, settlement, pay_another);
	expect_stop(s, settlement, claim_twice);
	scheme_approve_settlement(s, settlement);
	expect_stop(s, world_last_seq(w), pay_more_out);
	world_as(w, s->finance);
	uint64_t paid = world_accept(w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    settlement);
	expect_stop(s, paid, return_what_is_not_paid);
	scheme_free(s);
}
END_TEST

static void open_with_more(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->register_house_account->opening_balance++;
}

static void skip_a_line(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->lines[0]->line++;
}

static void forget_a_line(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->n_lines--;
}

static void bring_nothing(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->import_statement->lines[1]->amount = 0;
}

static void match_with_nothing(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->lines[0]->state = PB__LINE_STATE__LINE_MATCHED;
}

static void repeat_a_page(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->import_statement->page = 2;
}

static void continue_another(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->statement--;
}

static void post_another_sum(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->postings[0]->amount--;
	entry->postings[1]->amount++;
}

static uint64_t fund_of(struct world *w) {
	const struct key code = key_of_text("fund");
	return STATE_GET(world_state(w), TABLE_FUND_CODE, &code, struct id_row)->id;
}

static void post_to_the_fund(struct world *w, Pb__JournalEntry *entry) {
	for (size_t i = 0; i < 2; i++) {
		entry->postings[i]->owner = fund_of(w);
		entry->postings[i]->account = PB__ACCOUNT_KIND__FUND_AVAILABLE;
	}
}

static void resolve_again(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->resolve_line->line = 2;
}

START_TEST(bank_line_that_cannot_be_stops_the_process) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	expect_stop(s, s->house, open_with_more);
	world_as(w, s->finance);
	uint64_t imported = bank_import(w,
	    "{'amount': -5, 'booking_date': '2026-01-05'}, {'amount': 5, 'booking_date':"
	    " '2026-01-05'}");
	expect_stop(s, imported, skip_a_line);
	expect_stop(s, imported, forget_a_line);
	expect_stop(s, imported, bring_nothing);
	expect_stop(s, imported, match_with_nothing);
	expect_stop(s, imported, repeat_a_page);
	expect_stop(s, imported, continue_another);
	static const char resolve[] = "{'resolve_line': {'house_account': 'house', 'line': %d,"
	                              " 'kind': 'LINE_OTHER', 'reason': 'r'}}";
	world_accept(w, resolve, 2);
	uint64_t resolved = world_accept(w, resolve, 1);
	expect_stop(s, resolved, post_another_sum);
	expect_stop(s, resolved, post_to_the_fund);
	expect_stop(s, resolved, resolve_again);
	scheme_free(s);
}
END_TEST

/* --- a page that concerns several programmes --- */

/* From here on the scheme's steps are in a second programme. */
static void begin_second(struct scheme *s, const struct member *provider) {
	struct world *w = s->world;
	world_as(w, s->office);
	world_accept(w, "{'appropriate': {'fund': 'fund', 'amount': 1000, 'document': 'd'}}");
	s->programme = world_accept(w,
	    "{'create_programme': {'code': 'second', 'name': 'n', 'region': '" LOCAL "',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'allocate': {'fund': 'fund', 'programme': 'second', 'amount': 1000}}");
	world_accept(w,
	    "{'publish_rules': {'programme': 'second', 'rules': {'version': 1, 'title': 't',"
	    " " WORLD_RULES "'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'name': 'all',"
	    " 'ratio_bp': 5000, 'per_year': 1000}], 'use_within_days': 30, 'claim_within_days': 30,"
	    " 'payee': 'PAYEE_PROVIDER', 'countersign': true}}}");
	s->code = "second";
	scheme_admit(s, provider, "");
}

/* What was confirmed as paid in the second programme becomes reserved there: after it the page
 * concerns the first once more. */
static void reserve_what_was_paid(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	for (size_t i = 0; i < entry->n_postings; i++)
		if (entry->postings[i]->account == PB__ACCOUNT_KIND__PROGRAMME_PAID &&
		    entry->postings[i]->owner != entry->postings[0]->owner)
			entry->postings[i]->account = PB__ACCOUNT_KIND__PROGRAMME_RESERVED;
}

START_TEST(every_programme_that_a_page_concerns_must_add_up) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *providers[2] = { scheme_provider(s, LOCAL), scheme_provider(s, LOCAL) };
	uint64_t first = s->programme;
	scheme_published_claim(s, holder, providers[0], 100);
	scheme_published_claim(s, holder, providers[1], 10);
	world_at(w, "2026-01-13 00:00");
	uint64_t plain = scheme_settlement(s);
	scheme_approve_settlement(s, plain);
	begin_second(s, providers[0]);
	scheme_published_claim(s, holder, providers[0], 30);
	uint64_t second = scheme_settlement(s);
	scheme_approve_settlement(s, second);
	world_as(w, s->finance);
	static const char line[] = "{'amount': %d, 'booking_date': '2026-01-13', 'reference': '%s'}";
	char lines[3][160];
	const Pb__Decision *opened = world_entry(w, plain)->decision;
	snprintf(lines[0], sizeof(lines[0]), line, -100, opened->payments[0]->reference);
	snprintf(lines[2], sizeof(lines[2]), line, -10, opened->payments[1]->reference);
	opened = world_entry(w, second)->decision;
	snprintf(lines[1], sizeof(lines[1]), line, -30, opened->payments[0]->reference);
	uint64_t page = bank_import(w, "%s, %s, %s", lines[0], lines[1], lines[2]);
	ck_assert_int_eq(WORLD_ROW(w, TABLE_PROGRAMME, first, struct programme_row).paid, 110);
	ck_assert_int_eq(scheme_programme(s).paid, 30);
	ck_assert_int_eq(bank_house_row(w, s->house).books, scheme_plain.allocated - 140);
	expect_stop(s, page, reserve_what_was_paid);
	scheme_free(s);
}
END_TEST

static void report_more(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->period->programmes[0]->available++;
}

static void report_no_fund(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->decision->period->n_funds = 0;
}

static void carry_over_nothing(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->prepare_period->n_carry_over = 0;
}

static void prepare_an_earlier_month(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->prepare_period->period = "2025-12";
}

static void review_own(struct world *w, Pb__JournalEntry *entry) {
	entry->actor->principal = world_entry(w, entry->seq - 1)->actor->principal;
}

static void close_another(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->close_period->period = "2025-12";
}

static void reopen_another(struct world *w, Pb__JournalEntry *entry) {
	(void)w;
	entry->command->reopen_period->period = "2025-12";
}

START_TEST(month_that_cannot_be_stops_the_process) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	world_as(w, s->finance);
	world_accept(w,
	    "{'import_statement': {'house_account': 'house', 'format': 'csv', 'page': 1, 'pages': 1,"
	    " 'file': '%064d', 'lines': [{'amount': 100, 'booking_date': '2026-01-04'}]}}",
	    0);
	uint64_t prepared = world_accept(w,
	    "{'prepare_period': {'period': '2026-01', 'carry_over':"
	    " [{'house_account': 'house', 'line': 1, 'reason': 'r'}]}}");
	expect_stop(s, prepared, report_more);
	expect_stop(s, prepared, report_no_fund);
	expect_stop(s, prepared, carry_over_nothing);
	expect_stop(s, prepared, prepare_an_earlier_month);
	char figures[65];
	text_hex(world_entry(w, prepared)->decision->period_digest->value.data, 32, figures);
	world_as(w, s->approver);
	expect_stop(s,
	    world_accept(w, "{'review_period': {'period': '2026-01', 'figures': '%s'}}", figures),
	    review_own);
	expect_stop(s, world_accept(w, "{'close_period': {'period': '2026-01'}}"), close_another);
	expect_stop(s, world_accept(w, "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}"),
	    reopen_another);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("tampered", use_that_does_not_add_up_stops_the_process,
    pool_from_which_another_fund_paid_stops_the_process, claim_that_cannot_be_stops_the_process,
    settlement_that_cannot_be_stops_the_process, bank_line_that_cannot_be_stops_the_process,
    every_programme_that_a_page_concerns_must_add_up, month_that_cannot_be_stops_the_process)
