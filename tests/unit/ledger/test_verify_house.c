/* SPDX-License-Identifier: Apache-2.0 */
/* What verification finds of house accounts when a row was changed behind the ledger's back. */
#include "faults.h"
#include "ledger/house.h"
#include "support/bank.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <string.h>

/* Of one settlement: payment 1 is paid, 2 came back, 3 failed, 4 is under way. Nobody knows what
 * lines 1 (−30, in January) and 2 (+5, in February) are; line 3 was a fee. */
struct stage {
	struct scheme *s;
	uint64_t settlement;
	struct replay replay;
};

static void record(struct scheme *s, uint64_t settlement, int payment, const char *status) {
	world_accept(s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d, 'status': '%s',"
	    " 'reason': 'r'}}",
	    settlement, payment, status);
}

static struct stage new_stage(void) {
	struct stage t = { .s = scheme_new(&scheme_plain) };
	struct world *w = t.s->world;
	const struct member *holder = scheme_holder(t.s, "110114", "");
	for (int i = 0; i < 4; i++)
		scheme_published_claim(t.s, holder, scheme_provider(t.s, "110114"), 100 + i);
	world_at(w, "2026-01-13 00:00");
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	world_as(w, t.s->finance);
	record(t.s, t.settlement, 1, "PAYMENT_PAID");
	record(t.s, t.settlement, 2, "PAYMENT_PAID");
	record(t.s, t.settlement, 2, "PAYMENT_RETURNED");
	record(t.s, t.settlement, 3, "PAYMENT_FAILED");
	bank_import_line(w, -30, "2026-01-14", "");
	bank_import_line(w, 5, "2026-02-01", "");
	bank_import_line(w, -2, "2026-01-14", "");
	world_accept(w,
	    "{'resolve_line': {'house_account': 'house', 'line': 3, 'kind': 'LINE_FEE',"
	    " 'reason': 'r'}}");
	t.replay = new_replay(w);
	return t;
}

static void end_stage(struct stage *t) {
	end_replay(&t->replay);
	scheme_free(t->s);
}

#define SUMS      "house account: the bank and the books do not add up"
#define BOOKS     "house account: books is not its account"
#define STATEMENT "house account: statement is not its lines"
#define OPEN      "house account: what is not in the books is not its lines"
#define IGNORED   "house account: what was ignored is not its lines"
#define NUMBERS   "house account: it has other open lines than it says"
#define WAITING   "house account: other payments of an amount wait"
#define AWAITED   "house account: what is awaited is not its payments"
#define LINES     "house account: it has other lines than it says"

START_TEST(verification_finds_a_house_account_that_is_off) {
	struct stage t = new_stage();
	const struct house_row there = bank_house_row(t.s->world, t.s->house);
	ck_assert_int_eq(there.awaited_out, 100 + 101);
	ck_assert_int_eq(there.awaited_in, 101);
	const struct {
		size_t first, second; /* counters by which it differs; both, so that the identity holds */
		int64_t by_first, by_second;
		const char *fault;
	} table[] = {
#define AT(counter) offsetof(struct house_row, counter)
		{ AT(books), AT(books), 1, 0, SUMS },
		{ AT(statement), AT(books), 1, 1, BOOKS },
		{ AT(books), AT(awaited_out), -1, 1, BOOKS },
		{ AT(statement), AT(open_in), 1, 1, STATEMENT },
		{ AT(opening), AT(opening), 1, 0, STATEMENT },
		{ AT(open_in), AT(open_out), 1, 1, OPEN },
		{ AT(awaited_in), AT(awaited_out), 1, 1, AWAITED },
		{ AT(ignored_in), AT(ignored_in), 1, 0, IGNORED },
		{ AT(ignored_out), AT(ignored_out), -1, 0, IGNORED },
		{ AT(lines), AT(lines), 1, 0, LINES },
		{ AT(open_lines), AT(open_lines), 1, 0, NUMBERS },
		{ AT(carried_lines), AT(carried_lines), 1, 0, NUMBERS },
		{ AT(exceptions), AT(exceptions), -1, 0, NUMBERS },
#undef AT
	};
	struct key key = key_of_id(t.s->house);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct house_row row = there;
		*(int64_t *)(void *)((char *)&row + table[i].first) += table[i].by_first;
		*(int64_t *)(void *)((char *)&row + table[i].second) += table[i].by_second;
		expect_fault(&t.replay, TABLE_HOUSE, &key, &row, table[i].fault);
	}
	struct house_row row = there;
	row.last_day--;
	expect_fault(&t.replay, TABLE_HOUSE, &key, &row, LINES);
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_line_that_is_off) {
	struct stage t = new_stage();
	struct key key = key_of_ids(t.s->house, 1);
	const struct bank_line_row there = bank_line_row(t.s->world, t.s->house, 1);
	struct bank_line_row row = there;
	row.amount--;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row, STATEMENT);
	row = there;
	row.booked = -1;
	expect_fault(
	    &t.replay, TABLE_BANK_LINE, &key, &row, "bank line: it is in the books as nothing (1)");
	row.booked = 1;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row,
	    "house account: a line's part in the books cannot be; line (1)");
	row = there;
	row.state = PB__LINE_STATE__LINE_MATCHED;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row,
	    "house account: a line's part in the books cannot be; line (1)");
	row = there;
	row.state = PB__LINE_STATE__LINE_UNMATCHED;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row, NUMBERS);
	row = there;
	row.carried = 202601;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row, NUMBERS);
	row = there;
	row.state = PB__LINE_STATE__LINE_IGNORED;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row,
	    "house account: a line's part in the books cannot be; line (1)");
	row = there;
	row.ignored = -1;
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row,
	    "house account: a line's part in the books cannot be; line (1)");
	row = there;
	row.booking_day += 20; /* in the middle of February: the first and the last day stay */
	expect_fault(&t.replay, TABLE_BANK_LINE, &key, &row, LINES);
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_month_of_open_lines_that_is_off) {
	struct stage t = new_stage();
	struct key key = key_of_id(t.s->house);
	key_add_u32(&key, 202601);
	struct open_lines_row row = { .open = 2 };
	expect_fault(&t.replay, TABLE_OPEN_LINES, &key, &row,
	    "house account: its open lines are of other months");
	row = (struct open_lines_row){ .open = 1, .carried = 1 };
	expect_fault(&t.replay, TABLE_OPEN_LINES, &key, &row,
	    "house account: its open lines are of other months");
	end_stage(&t);
}
END_TEST

static struct payment_row payment_of(struct stage *t, uint32_t number) {
	struct key key = key_of_payment(t->settlement, number);
	return *STATE_GET(t->replay.state, TABLE_PAYMENT, &key, struct payment_row);
}

START_TEST(verification_finds_payments_that_wait_in_vain_or_unknown) {
	static const struct {
		uint32_t payment, status;
		const char *fault;
	} table[] = {
		{ 1, PB__PAYMENT_STATUS__PAYMENT_APPROVED, AWAITED },
		{ 1, PB__PAYMENT_STATUS__PAYMENT_FAILED, WAITING },
		{ 2, PB__PAYMENT_STATUS__PAYMENT_PAID, WAITING },
		{ 3, PB__PAYMENT_STATUS__PAYMENT_PAID, WAITING },
		{ 4, PB__PAYMENT_STATUS__PAYMENT_PAID, AWAITED },
	};
	struct stage t = new_stage();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct key key = key_of_payment(t.settlement, table[i].payment);
		struct payment_row row = payment_of(&t, table[i].payment);
		row.status = table[i].status;
		expect_fault(&t.replay, TABLE_PAYMENT, &key, &row, table[i].fault);
	}
	struct key key = key_of_payment(t.settlement, 1);
	struct payment_row row = payment_of(&t, 1);
	row.line = 1;
	expect_fault(&t.replay, TABLE_PAYMENT, &key, &row, WAITING);
	row.line = 0;
	row.amount++;
	expect_fault(&t.replay, TABLE_PAYMENT, &key, &row,
	    "house account: a payment waits with another amount or account");
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_payment_that_waits_for_a_line_and_is_not_listed) {
	struct stage t = new_stage();
	end_replay(&t.replay);
	const struct member *holder = scheme_holder(t.s, "110114", "");
	scheme_published_claim(t.s, holder, scheme_provider(t.s, "110114"), 200);
	world_at(t.s->world, "2026-01-23 00:00");
	t.settlement = scheme_settlement(t.s); /* not approved */
	t.replay = new_replay(t.s->world);
	struct key key = key_of_payment(t.settlement, 1);
	struct payment_row row = payment_of(&t, 1);
	row.status = PB__PAYMENT_STATUS__PAYMENT_APPROVED;
	expect_fault(&t.replay, TABLE_PAYMENT, &key, &row, "payments: other ones wait for a line than");
	end_stage(&t);
}
END_TEST

/* Payment 1 went out as line 4 says, and payment 2 with a fee as line 5 does: 7 more. */
static struct stage new_matched_stage(void) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	end_replay(&t.replay);
	ck_assert_uint_eq(scheme_bank_line(t.s, t.settlement, 1, false), 4);
	bank_import_line(w, -101 - 7, "2026-01-14", "");
	world_accept(w,
	    "{'reconcile': {'house_account': 'house', 'lines': [5], 'targets': [{'settlement': %" PRIu64
	    ", 'payment': 2}]}}",
	    t.settlement);
	world_accept(w,
	    "{'resolve_line': {'house_account': 'house', 'line': 5, 'kind': 'LINE_FEE', 'reason':"
	    " 'r'}}");
	t.replay = new_replay(w);
	return t;
}

START_TEST(verification_finds_a_match_that_is_off) {
	struct stage t = new_matched_stage();
	struct key key = key_of_ids(t.s->house, 4);
	key_add_u32(&key, 0);
	const struct match_row there = *STATE_GET(t.replay.state, TABLE_MATCH, &key, struct match_row);
	struct match_row match = there;
	match.payment = 2;
	expect_fault(
	    &t.replay, TABLE_MATCH, &key, &match, "bank line: a payment is not matched with it (4)");
	match = there;
	match.amount--;
	expect_fault(
	    &t.replay, TABLE_MATCH, &key, &match, "bank line: a payment is not matched with it (4)");
	match = there;
	match.is_return = true;
	expect_fault(
	    &t.replay, TABLE_MATCH, &key, &match, "bank line: a payment is not matched with it (4)");
	match = (struct match_row){ .clawback = 9, .amount = there.amount };
	expect_fault(
	    &t.replay, TABLE_MATCH, &key, &match, "bank line: it is not what it is matched with (4)");

	struct key line_key = key_of_ids(t.s->house, 4);
	const struct bank_line_row line = bank_line_row(t.s->world, t.s->house, 4);
	struct bank_line_row row = line;
	row.targets = 0;
	expect_fault(&t.replay, TABLE_BANK_LINE, &line_key, &row,
	    "bank line: it is not what it is matched with (4)");
	row = line;
	row.leader = 0;
	expect_fault(&t.replay, TABLE_BANK_LINE, &line_key, &row,
	    "bank line: it is in the books as nothing (4)");
	row = line;
	row.together = 5;
	expect_fault(&t.replay, TABLE_BANK_LINE, &line_key, &row,
	    "bank line: its match has lines that are not in it (4)");
	row = line;
	row.leader = 5;
	expect_fault(
	    &t.replay, TABLE_BANK_LINE, &line_key, &row, "payments: they are matched with lines");
	line_key = key_of_ids(t.s->house, 5);
	row = bank_line_row(t.s->world, t.s->house, 5);
	ck_assert_int_eq(row.ignored, -7);
	row.kind = PB__LINE_KIND__LINE_KIND_UNSPECIFIED;
	expect_fault(&t.replay, TABLE_BANK_LINE, &line_key, &row,
	    "bank line: it is not what it is matched with (5)");
	row = bank_line_row(t.s->world, t.s->house, 5);
	row.ignored++;
	expect_fault(&t.replay, TABLE_BANK_LINE, &line_key, &row,
	    "bank line: it is not what it is matched with (5)");

	struct key payment_key = key_of_payment(t.settlement, 1);
	struct payment_row payment = payment_of(&t, 1);
	payment.return_line = 1;
	expect_fault(
	    &t.replay, TABLE_PAYMENT, &payment_key, &payment, "payments: they are matched with lines");
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_list_of_what_is_awaited_that_is_off) {
	struct stage t = new_stage();
	struct key key = key_of_awaited(t.s->house, -payment_of(&t, 4).amount);
	const struct id_row row = { .id = 2 };
	expect_fault(&t.replay, TABLE_AWAITED_COUNT, &key, &row, WAITING);
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_statement_that_is_off) {
	struct stage t = new_stage();
	uint64_t id = bank_line_row(t.s->world, t.s->house, 1).statement;
	struct statement_row row = WORLD_ROW(t.s->world, TABLE_STATEMENT, id, struct statement_row);
	struct key key = key_of_id(id);
	row.new_lines++;
	expect_fault(&t.replay, TABLE_STATEMENT, &key, &row, "statements: they have other lines");
	end_stage(&t);
}
END_TEST

SUITE_MAIN("verify: house accounts", verification_finds_a_house_account_that_is_off,
    verification_finds_a_line_that_is_off, verification_finds_a_month_of_open_lines_that_is_off,
    verification_finds_payments_that_wait_in_vain_or_unknown,
    verification_finds_a_payment_that_waits_for_a_line_and_is_not_listed,
    verification_finds_a_match_that_is_off,
    verification_finds_a_list_of_what_is_awaited_that_is_off,
    verification_finds_a_statement_that_is_off)
