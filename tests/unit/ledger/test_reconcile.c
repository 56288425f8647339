/* SPDX-License-Identifier: Apache-2.0 */
/* What people match by hand, and what taking it back restores. */
#include "paying.h"
#include "refusals.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NONE      PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE
#define MATCHED   PB__LINE_STATE__LINE_MATCHED
#define PARTLY    PB__LINE_STATE__LINE_PARTIALLY_MATCHED
#define UNMATCHED PB__LINE_STATE__LINE_UNMATCHED

/* A target in JSON, for match_by_hand(). */
#define PAYMENT(number)   "{'settlement': %" PRIu64 ", 'payment': " #number "}"
#define COME_BACK(number) "{'settlement': %" PRIu64 ", 'payment': " #number ", 'is_return': true}"
#define WHOLE_SETTLEMENT  "{'settlement': %" PRIu64 "}"

/* --- matching by hand --- */

START_TEST(one_line_is_several_payments) {
	struct paying p = NEW_PAYING(1000, 500, 300);
	int64_t books = bank_side(&p).books;
	record_payment(&p, 2, "PAYMENT_PAID");
	uint64_t line = plain_line(&p, -1500);
	match_by_hand(&p, "1", PAYMENT(1) ", " PAYMENT(2), p.settlement, p.settlement);
	expect_line(&p, line, MATCHED, NONE);
	ck_assert_int_eq(line_at(&p, line).by, PB__MATCH_BY__MATCH_BY_PERSON);
	ck_assert_uint_eq(line_at(&p, line).targets, 2);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	expect_status(&p, 2, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	EXPECT_BANK_SIDE(&p, books - 1500, 0, 0, 0, 0);
	end_paying(&p);
}
END_TEST

START_TEST(several_lines_are_one_payment) {
	struct paying p = NEW_PAYING(1000, 500);
	int64_t books = bank_side(&p).books;
	plain_line(&p, -600);
	plain_line(&p, -390);
	plain_line(&p, -10);
	world_refuse(p.w, PB__OUTCOME__AMOUNT_MISMATCH,
	    "{'reconcile': {'house_account': 'house', 'lines': [1, 2], 'targets': [" PAYMENT(1) "]}}",
	    p.settlement);
	match_by_hand(&p, "2, 1, 3", PAYMENT(1), p.settlement);
	for (uint64_t line = 1; line <= 3; line++) {
		expect_line(&p, line, MATCHED, NONE);
		ck_assert_uint_eq(line_at(&p, line).leader, 2);
		ck_assert_int_eq(line_at(&p, line).booked, line_at(&p, line).amount);
	}
	ck_assert_uint_eq(line_at(&p, 2).together, 1);
	ck_assert_uint_eq(line_at(&p, 1).together, 3);
	ck_assert_uint_eq(line_at(&p, 3).together, 0);
	ck_assert_uint_eq(payment_at(&p, 1).line, 2);
	EXPECT_BANK_SIDE(&p, books - 1000, 0, 0, 0, 0);
	unmatch(&p, 3);
	for (uint64_t line = 1; line <= 3; line++)
		expect_line(&p, line, UNMATCHED, NONE);
	EXPECT_BANK_SIDE(&p, books, 0, 0, 0, 1000);
	end_paying(&p);
}
END_TEST

START_TEST(several_lines_are_several_payments) {
	struct paying p = NEW_PAYING(1000, 500, 300);
	plain_line(&p, -1200);
	plain_line(&p, -600);
	match_by_hand(&p, "1, 2", WHOLE_SETTLEMENT, p.settlement);
	ck_assert_uint_eq(line_at(&p, 1).targets, 3);
	for (unsigned payment = 1; payment <= 3; payment++)
		ck_assert_uint_eq(payment_at(&p, payment).line, 1);
	end_paying(&p);
}
END_TEST

START_TEST(a_line_is_matched_in_parts_and_the_rest_resolved) {
	struct paying p = NEW_PAYING(1000, 500);
	int64_t books = bank_side(&p).books;
	plain_line(&p, -1503);
	match_by_hand(&p, "1", PAYMENT(1), p.settlement);
	expect_line(&p, 1, PARTLY, NONE);
	EXPECT_BANK_SIDE(&p, books - 1000, 0, 0, 0, 503);
	match_by_hand(&p, "1", PAYMENT(2), p.settlement);
	expect_line(&p, 1, PARTLY, NONE);
	ck_assert_uint_eq(line_at(&p, 1).targets, 2);
	EXPECT_BANK_SIDE(&p, books - 1500, 0, 0, 0, 3);
	world_accept(p.w,
	    "{'resolve_line': {'house_account': 'house', 'line': 1, 'kind': 'LINE_FEE',"
	    " 'reason': 'the bank charges'}}");
	expect_line(&p, 1, PB__LINE_STATE__LINE_IGNORED, NONE);
	EXPECT_BANK_SIDE(&p, books - 1503, 0, 0, 0, 0);
	unmatch(&p, 1);
	expect_line(&p, 1, UNMATCHED, NONE);
	ck_assert_int_eq(line_at(&p, 1).kind, 0);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	expect_status(&p, 2, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	EXPECT_BANK_SIDE(&p, books, 0, 0, 0, 1503);
	end_paying(&p);
}
END_TEST

START_TEST(a_partial_match_is_completed) {
	struct paying p = NEW_PAYING(1000, 500);
	plain_line(&p, -1500);
	match_by_hand(&p, "1", PAYMENT(1), p.settlement);
	match_by_hand(&p, "1", PAYMENT(2), p.settlement);
	expect_line(&p, 1, MATCHED, NONE);
	ck_assert_uint_eq(bank_house_row(p.w, p.s->house).open_lines, 0);
	unmatch(&p, 1);
	match_by_hand(&p, "1", WHOLE_SETTLEMENT, p.settlement);
	expect_line(&p, 1, MATCHED, NONE);
	end_paying(&p);
}
END_TEST

/* What a person says came back is looked at already. */
START_TEST(a_return_by_hand_is_no_exception) {
	struct paying p = NEW_PAYING(1000, 500);
	int64_t books = bank_side(&p).books;
	record_payment(&p, 1, "PAYMENT_PAID");
	plain_line(&p, 1000);
	match_by_hand(&p, "1", COME_BACK(1), p.settlement);
	expect_line(&p, 1, MATCHED, NONE);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RETURNED);
	EXPECT_BANK_SIDE(&p, books, 0, 1000, 0, 0);
	end_paying(&p);
}
END_TEST

START_TEST(money_in_and_out_are_matched_together) {
	struct paying p = NEW_PAYING(1000, 500);
	record_payment(&p, 1, "PAYMENT_PAID");
	plain_line(&p, 1000);
	plain_line(&p, -500);
	match_by_hand(&p, "1, 2", COME_BACK(1) ", " PAYMENT(2), p.settlement, p.settlement);
	expect_line(&p, 1, MATCHED, NONE);
	expect_line(&p, 2, MATCHED, NONE);
	unmatch(&p, 2);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_PAID);
	expect_status(&p, 2, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	end_paying(&p);
}
END_TEST

/* --- what is refused --- */

#define RECONCILE(lines, targets)                                                                  \
	"{'reconcile': {'house_account': 'house', 'lines': [" lines "], 'targets': [" targets "]}}"
#define UNMATCH(line) "{'unmatch': {'house_account': 'house', 'line': " line ", 'reason': 'r'}}"

START_TEST(what_is_wrong_with_a_match_is_named) {
	struct paying p = NEW_PAYING(1000, 500);
	plain_line(&p, -1000);
	const struct refused table[] = {
		{ RECONCILE("", "{'settlement': 1, 'payment': 1}"), PB__OUTCOME__FIELD_MISSING, "lines" },
		{ RECONCILE("1, 2, 1", "{'settlement': 1, 'payment': 1}"), PB__OUTCOME__FIELD_INVALID,
		    "lines" },
		{ RECONCILE("1", ""), PB__OUTCOME__FIELD_MISSING, "targets" },
		{ RECONCILE("1", "{}"), PB__OUTCOME__FIELD_MISSING, "targets[0].settlement" },
		{ RECONCILE("1", "{'settlement': 1, 'payment': 1, 'clawback': 1}"),
		    PB__OUTCOME__FIELD_INVALID, "targets[0].settlement" },
		{ RECONCILE("1", "{'settlement': 1, 'payment': 1, 'amount': 5}"),
		    PB__OUTCOME__FIELD_INVALID, "targets[0].amount" },
		{ RECONCILE("1", "{'settlement': 1, 'is_return': true}"), PB__OUTCOME__FIELD_MISSING,
		    "targets[0].payment" },
		{ RECONCILE("1", "{'settlement': 1}, {'settlement': 1, 'payment': 2, 'is_return': true}"),
		    PB__OUTCOME__FIELD_INVALID, "targets[1].is_return" },
		{ RECONCILE("1", "{'clawback': 1, 'payment': 1, 'amount': 5}"), PB__OUTCOME__FIELD_INVALID,
		    "targets[0].clawback" },
		{ RECONCILE("1", "{'clawback': 1}"), PB__OUTCOME__AMOUNT_INVALID, "targets[0].amount" },
		{ "{'reconcile': {'lines': [1], 'targets': [{'settlement': 1}]}}",
		    PB__OUTCOME__FIELD_MISSING, "house_account" },
		{ "{'reconcile': {'house_account': 'moon', 'lines': [1], 'targets': [{'settlement': 1}]}}",
		    PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN, "house_account" },
		{ RECONCILE("7", "{'settlement': 1}"), PB__OUTCOME__BANK_LINE_UNKNOWN, "lines" },
		{ RECONCILE("1", "{'settlement': 1, 'payment': 1}"), PB__OUTCOME__SETTLEMENT_UNKNOWN,
		    "targets[0].settlement" },
		{ RECONCILE("1", "{'clawback': 1, 'amount': 1}"), PB__OUTCOME__CLAWBACK_UNKNOWN,
		    "targets[0].clawback" },
		{ "{'unmatch': {'house_account': 'house', 'line': 1}}", PB__OUTCOME__FIELD_MISSING,
		    "reason" },
		{ "{'unmatch': {'line': 1, 'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "house_account" },
		{ UNMATCH("0"), PB__OUTCOME__FIELD_MISSING, "line" },
		{ UNMATCH("7"), PB__OUTCOME__BANK_LINE_UNKNOWN, "line" },
		{ UNMATCH("1"), PB__OUTCOME__BANK_LINE_STATE, "" },
	};
	REFUSE_ALL(p.w, table);
	end_paying(&p);
}
END_TEST

/* A line of `amount`, and a match of it that names this payment. */
static void refuse_match(
    struct paying *p, Pb__Outcome outcome, int64_t amount, unsigned payment, const char *more) {
	char command[300];
	uint64_t line = plain_line(p, amount);
	snprintf(command, sizeof(command),
	    "{'reconcile': {'house_account': 'house', 'lines': [%" PRIu64 "], 'targets':"
	    " [{'settlement': %" PRIu64 ", 'payment': %u%s}]}}",
	    line, p->settlement, payment, more);
	world_refuse(p->w, outcome, "%s", command);
}

START_TEST(payments_that_do_not_wait_are_refused) {
	struct paying p = NEW_PAYING(1000, 500, 300, 200);
	static const int64_t amounts[] = { 1000, 500 };
	struct paying prepared = new_prepared(amounts, 2);
	static const char back[] = ", 'is_return': true";
	line_of(&p, 1, -1000);
	record_payment(&p, 2, "PAYMENT_FAILED");
	record_payment(&p, 3, "PAYMENT_PAID");
	order_clawback(&p, p.claims[2], 10);
	refuse_match(&p, PB__OUTCOME__STATEMENT_LINE_TAKEN, -1000, 1, "");
	refuse_match(&p, PB__OUTCOME__PAYMENT_STATE, -500, 2, "");
	refuse_match(&p, PB__OUTCOME__PAYMENT_STATE, 500, 2, back);
	refuse_match(&p, PB__OUTCOME__CLAIM_STATE, 300, 3, back);
	refuse_match(&p, PB__OUTCOME__PAYMENT_STATE, 200, 4, back);
	refuse_match(&p, PB__OUTCOME__PAYMENT_UNKNOWN, -200, 5, "");
	refuse_match(&p, PB__OUTCOME__AMOUNT_MISMATCH, -199, 4, "");
	refuse_match(&p, PB__OUTCOME__AMOUNT_MISMATCH, 200, 4, "");
	refuse_match(&prepared, PB__OUTCOME__PAYMENT_STATE, -1000, 1, "");
	refuse_match(&prepared, PB__OUTCOME__PAYMENT_STATE, -1500, 0, "");
	end_paying(&p);
	end_paying(&prepared);
}
END_TEST

START_TEST(a_payment_is_named_once) {
	struct paying p = NEW_PAYING(1000);
	plain_line(&p, -2000);
	world_refuse(p.w, PB__OUTCOME__STATEMENT_LINE_TAKEN, RECONCILE("1", PAYMENT(1) ", " PAYMENT(1)),
	    p.settlement, p.settlement);
	end_paying(&p);
}
END_TEST

/* What went out and came back are two matches, also when they come one after the other. */
START_TEST(a_line_is_not_both_ways_of_one_payment) {
	struct paying p = NEW_PAYING(1000, 5000);
	plain_line(&p, -7000);
	match_by_hand(&p, "1", PAYMENT(1), p.settlement);
	const Pb__Refusal *refusal = world_refuse(p.w, PB__OUTCOME__FIELD_INVALID,
	    RECONCILE("1", PAYMENT(2) ", " COME_BACK(1)), p.settlement, p.settlement);
	ck_assert_str_eq(refusal->field, "targets[1].is_return");
	end_paying(&p);
}
END_TEST

START_TEST(a_closed_line_and_one_of_another_match_are_refused) {
	struct paying p = NEW_PAYING(1000, 500, 300, 200);
	line_of(&p, 1, -1000);
	world_refuse(p.w, PB__OUTCOME__BANK_LINE_STATE, RECONCILE("1", PAYMENT(2)), p.settlement);
	plain_line(&p, -800);
	match_by_hand(&p, "2", PAYMENT(2), p.settlement);
	plain_line(&p, -200);
	world_refuse(p.w, PB__OUTCOME__BANK_LINE_STATE, RECONCILE("3, 2", PAYMENT(3) ", " PAYMENT(4)),
	    p.settlement, p.settlement);
	uint64_t back = line_of(&p, 1, 1000); /* all of it is in the books */
	ck_assert_uint_eq(back, 4);
	world_refuse(p.w, PB__OUTCOME__BANK_LINE_STATE, RECONCILE("4", PAYMENT(3)), p.settlement);
	end_paying(&p);
}
END_TEST

START_TEST(another_account_s_payments_are_refused) {
	struct paying p = NEW_PAYING(1000);
	world_as(p.w, p.s->office);
	world_accept(p.w,
	    "{'register_house_account': {'code': 'other', 'name': 'Other', 'account': {'number':"
	    " '0200002', 'bank_code': '102100099996', 'holder_name': 'Committee'}}}");
	world_as(p.w, p.s->finance);
	world_accept(p.w,
	    "{'import_statement': {'house_account': 'other', 'file': '%s', 'format': 'f', 'page': 1,"
	    " 'pages': 1, 'lines': [{'amount': -1000, 'booking_date': '" PAYING_DAY "'}]}}",
	    bank_file(p.w, 1));
	const Pb__Refusal *refusal = world_refuse(p.w, PB__OUTCOME__FIELD_INVALID,
	    "{'reconcile': {'house_account': 'other', 'lines': [1], 'targets': [" PAYMENT(1) "]}}",
	    p.settlement);
	ck_assert_str_eq(refusal->field, "targets[0].settlement");
	end_paying(&p);
}
END_TEST

START_TEST(staff_of_a_region_match_nothing) {
	struct paying p = NEW_PAYING(1000);
	line_of(&p, 1, -1000);
	plain_line(&p, -5);
	world_as(p.w, scheme_regional(p.s, "R1", "ROLE_FINANCE", "110114"));
	world_refuse(p.w, PB__OUTCOME__NOT_IN_REGION, RECONCILE("2", PAYMENT(1)), p.settlement);
	world_refuse(p.w, PB__OUTCOME__NOT_IN_REGION, UNMATCH("1"));
	end_paying(&p);
}
END_TEST

/* --- taking back --- */

/* Everything that a match may touch, but for when. */
struct snapshot {
	struct bank_side bank;
	struct programme_row programme;
	struct settlement_row settlement;
	struct payment_row payments[PAYING_MAX];
	struct claim_row claims[PAYING_MAX];
	uint64_t waiting[PAYING_MAX];
	size_t waiting_count;
};

static struct snapshot take_snapshot(struct paying *p) {
	struct snapshot s;
	memset(&s, 0, sizeof(s));
	s.bank = bank_side(p);
	s.programme = scheme_programme(p->s);
	s.settlement = WORLD_ROW(p->w, TABLE_SETTLEMENT, p->settlement, struct settlement_row);
	for (unsigned i = 0; i < p->count; i++) {
		s.payments[i] = payment_at(p, i + 1);
		s.claims[i] = scheme_claim_row(p->s, p->claims[i]);
		s.claims[i].since_us = 0;
		s.claims[i].paid_seq = 0; /* when it was first paid stays known */
	}
	s.waiting_count = scheme_ready(p->s, s.waiting, PAYING_MAX);
	return s;
}

/* Brings the payments somewhere, then matches a line; its number. */
struct back_case {
	const char *name;
	uint64_t (*bring)(struct paying *p); /* and imports the line, unmatched */
	const char *targets;                 /* to match it with */
};

static uint64_t bring_approved(struct paying *p) {
	return plain_line(p, -1000);
}

static uint64_t bring_paid(struct paying *p) {
	record_payment(p, 1, "PAYMENT_PAID");
	return plain_line(p, -1000);
}

static uint64_t bring_returned(struct paying *p) {
	record_payment(p, 1, "PAYMENT_PAID");
	record_payment(p, 1, "PAYMENT_RETURNED");
	return plain_line(p, -1000);
}

static uint64_t bring_return_of_paid(struct paying *p) {
	record_payment(p, 1, "PAYMENT_PAID");
	return plain_line(p, 1000);
}

static uint64_t bring_return_of_confirmed(struct paying *p) {
	line_of(p, 1, -1000);
	return plain_line(p, 1000);
}

static uint64_t bring_return_of_found(struct paying *p) {
	record_payment(p, 1, "PAYMENT_PAID");
	line_of(p, 1, -1000);
	return plain_line(p, 1000);
}

static uint64_t bring_recorded_return(struct paying *p) {
	line_of(p, 1, -1000);
	record_payment(p, 1, "PAYMENT_RETURNED");
	return plain_line(p, 1000);
}

static uint64_t bring_all(struct paying *p) {
	record_payment(p, 2, "PAYMENT_PAID");
	return plain_line(p, -1800);
}

static const struct back_case backs[] = {
	{ "approved", bring_approved, PAYMENT(1) },
	{ "paid", bring_paid, PAYMENT(1) },
	{ "returned", bring_returned, PAYMENT(1) },
	{ "return of a paid one", bring_return_of_paid, COME_BACK(1) },
	{ "return of a confirmed one", bring_return_of_confirmed, COME_BACK(1) },
	{ "return of a found one", bring_return_of_found, COME_BACK(1) },
	{ "return that is recorded", bring_recorded_return, COME_BACK(1) },
	{ "all of a settlement", bring_all, WHOLE_SETTLEMENT },
};

static void match_and_back(struct paying *p, uint64_t line, const char *targets) {
	char number[24], text[200];
	snprintf(number, sizeof(number), "%" PRIu64, line);
	const char *place = strstr(targets, "%");
	snprintf(text, sizeof(text), "%.*s%" PRIu64 "%s", (int)(place - targets), targets,
	    p->settlement, place + strlen("%" PRIu64));
	match_by_hand(p, number, "%s", text);
	expect_line(p, line, MATCHED, NONE);
	check_paying(p);
	unmatch(p, line);
	expect_line(p, line, UNMATCHED, NONE);
	check_paying(p);
}

START_TEST(taking_back_restores_what_was) {
	for (size_t i = 0; i < COUNT(backs); i++) {
		struct paying p = NEW_PAYING(1000, 500, 300);
		uint64_t line = backs[i].bring(&p);
		const struct snapshot before = take_snapshot(&p);
		for (int times = 0; times < 2; times++) {
			match_and_back(&p, line, backs[i].targets);
			const struct snapshot after = take_snapshot(&p);
			ck_assert_msg(memcmp(&before.bank, &after.bank, sizeof(before.bank)) == 0, "%s: bank",
			    backs[i].name);
			ck_assert_msg(memcmp(&before.payments, &after.payments, sizeof(before.payments)) == 0,
			    "%s: payments", backs[i].name);
			ck_assert_msg(memcmp(&before, &after, sizeof(before)) == 0, "%s", backs[i].name);
		}
		end_paying(&p);
	}
}
END_TEST

START_TEST(what_matched_by_itself_is_taken_back_too) {
	struct paying p = NEW_PAYING(1000, 500);
	const struct snapshot before = take_snapshot(&p);
	uint64_t out = line_of(&p, 1, -1000);
	uint64_t in = line_of(&p, 1, 1000);
	expect_line(&p, in, PB__LINE_STATE__LINE_EXCEPTION, PB__LINE_EXCEPTION__LINE_RETURNED);
	world_refuse(p.w, PB__OUTCOME__PAYMENT_STATE, UNMATCH("1")); /* it came back since */
	unmatch(&p, in);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	unmatch(&p, out);
	const struct snapshot after = take_snapshot(&p);
	ck_assert_mem_eq(&before.payments, &after.payments, sizeof(before.payments));
	ck_assert_mem_eq(&before.claims, &after.claims, sizeof(before.claims));
	ck_assert_mem_eq(&before.programme, &after.programme, sizeof(before.programme));
	line_of(&p, 1, -1000);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	end_paying(&p);
}
END_TEST

START_TEST(a_return_that_was_none_leaves_the_voucher_s_name) {
	struct paying p = NEW_PAYING(1000);
	uint64_t reservation = scheme_claim_row(p.s, p.claims[0]).reservation;
	uint64_t voucher = scheme_reservation_row(p.s, reservation).voucher;
	record_payment(&p, 1, "PAYMENT_PAID");
	uint64_t in = line_of(&p, 1, 1000);
	unmatch(&p, in);
	uint64_t out = line_saying(&p, -1000, world_entry(p.w, voucher)->decision->voucher_code);
	expect_line(&p, out, MATCHED, NONE);
	ck_assert_int_eq(line_at(&p, out).by, PB__MATCH_BY__MATCH_BY_NUMBER);
	end_paying(&p);
}
END_TEST

START_TEST(an_exception_that_was_seen_to_is_taken_back) {
	struct paying p = NEW_PAYING(1000);
	line_of(&p, 1, -1000);
	uint64_t in = line_of(&p, 1, 1000);
	world_accept(p.w,
	    "{'resolve_line': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'seen'}}", in);
	expect_line(&p, in, MATCHED, NONE);
	unmatch(&p, in);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	end_paying(&p);
}
END_TEST

START_TEST(a_line_that_was_resolved_alone_is_open_again) {
	struct paying p = NEW_PAYING(1000);
	int64_t books = bank_side(&p).books;
	plain_line(&p, 70);
	world_accept(p.w,
	    "{'resolve_line': {'house_account': 'house', 'line': 1, 'kind': 'LINE_INTEREST',"
	    " 'reason': 'r'}}");
	EXPECT_BANK_SIDE(&p, books + 70, 0, 0, 0, 0);
	unmatch(&p, 1);
	EXPECT_BANK_SIDE(&p, books, 0, 0, 70, 0);
	expect_line(&p, 1, UNMATCHED, NONE);
	end_paying(&p);
}
END_TEST

START_TEST(money_that_has_gone_on_is_not_taken_back) {
	struct paying p = NEW_PAYING(1000, 500, 300);
	line_of(&p, 1, -1000);
	order_clawback(&p, p.claims[0], 10);
	const Pb__Refusal *refusal = world_refuse(p.w, PB__OUTCOME__CLAIM_STATE, UNMATCH("1"));
	ck_assert_str_eq(refusal->field, "line");
	line_of(&p, 2, -500);
	record_payment(&p, 2, "PAYMENT_RETURNED");
	world_refuse(p.w, PB__OUTCOME__PAYMENT_STATE, UNMATCH("2"));
	line_of(&p, 3, -300);
	line_of(&p, 3, 300);
	uint64_t next = scheme_settlement(p.s); /* takes the claims of 2 and 3 */
	world_refuse(p.w, PB__OUTCOME__CLAIM_STATE, UNMATCH("4"));
	world_accept(p.w, "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}", next);
	unmatch(&p, 4);
	expect_status(&p, 3, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	end_paying(&p);
}
END_TEST

/* --- clawbacks --- */

START_TEST(a_recovery_is_matched_and_taken_back) {
	struct paying p = NEW_PAYING(1000, 500);
	uint64_t clawback = owe_back(&p, 500);
	const struct snapshot before = take_snapshot(&p);
	plain_line(&p, 200);
	plain_line(&p, 100);
	char target[64];
	snprintf(target, sizeof(target), "{'clawback': %" PRIu64 ", 'amount': 300}", clawback);
	world_refuse(p.w, PB__OUTCOME__FIELD_INVALID, RECONCILE("1, 2", "%s, %s"), target, target);
	match_by_hand(&p, "1, 2", "%s", target);
	ck_assert_int_eq(WORLD_ROW(p.w, TABLE_CLAWBACK, clawback, struct clawback_row).recovered, 300);
	ck_assert_int_eq(scheme_programme(p.s).available, before.programme.available + 300);
	ck_assert_int_eq(scheme_programme(p.s).receivable, 200);
	check_paying(&p);
	plain_line(&p, 300);
	world_refuse(p.w, PB__OUTCOME__CLAWBACK_EXCEEDS, RECONCILE("3", "%s"), target);
	unmatch(&p, 2);
	const struct snapshot after = take_snapshot(&p);
	ck_assert_mem_eq(&before.programme, &after.programme, sizeof(before.programme));
	ck_assert_int_eq(WORLD_ROW(p.w, TABLE_CLAWBACK, clawback, struct clawback_row).recovered, 0);
	match_by_hand(&p, "3", "{'clawback': %" PRIu64 ", 'amount': 300}", clawback);
	plain_line(&p, 200);
	match_by_hand(&p, "4", "{'clawback': %" PRIu64 ", 'amount': 200}", clawback);
	plain_line(&p, 1);
	world_refuse(p.w, PB__OUTCOME__CLAWBACK_STATE,
	    RECONCILE("5", "{'clawback': %" PRIu64 ", 'amount': 1}"), clawback);
	end_paying(&p);
}
END_TEST

START_TEST(a_recovery_that_is_spent_is_not_taken_back) {
	struct paying p = NEW_PAYING(1000);
	uint64_t clawback = owe_back(&p, 300);
	plain_line(&p, 300);
	match_by_hand(&p, "1", "{'clawback': %" PRIu64 ", 'amount': 300}", clawback);
	scheme_voucher(p.s, p.holder, scheme_programme(p.s).available - 299);
	world_as(p.w, p.s->finance);
	const Pb__Refusal *refusal = world_refuse(p.w, PB__OUTCOME__POOL_EMPTY, UNMATCH("1"));
	ck_assert_str_eq(refusal->field, "line");
	end_paying(&p);
}
END_TEST

/* What was set off stays set off: only what is paid comes back, and is taken back. */
START_TEST(a_payment_that_is_partly_set_off_comes_back_and_is_taken_back) {
	struct paying p = NEW_PAYING(1000);
	owe_back(&p, 300);
	p.claims[0] = scheme_published_claim(p.s, p.holder, p.providers[0], 1000);
	uint64_t other = scheme_published_claim(p.s, p.holder, p.providers[0], 200);
	p.settlement = scheme_settlement(p.s);
	scheme_approve_settlement(p.s, p.settlement);
	world_as(p.w, p.s->finance);
	ck_assert_int_eq(payment_at(&p, 1).amount, 900);
	ck_assert_int_eq(payment_at(&p, 1).netted, 300);
	uint64_t out = line_of(&p, 1, -900);
	const struct snapshot confirmed = take_snapshot(&p);
	uint64_t in = line_of(&p, 1, 900);
	ck_assert_int_eq(scheme_programme(p.s).payable, 900);
	ck_assert_int_eq(scheme_claim_row(p.s, other).status, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	unmatch(&p, in);
	struct snapshot after = take_snapshot(&p);
	after.bank = confirmed.bank; /* the line is open */
	ck_assert_mem_eq(&confirmed, &after, sizeof(after));
	ck_assert_int_eq(scheme_claim_row(p.s, other).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	unmatch(&p, out);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	end_paying(&p);
}
END_TEST

/* --- any sequence --- */

static uint64_t next_random(uint64_t *state) {
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state >> 33;
}

struct walk {
	struct paying p;
	uint64_t random;
	unsigned accepted[8];
};

static uint64_t pick(struct walk *walk, uint64_t below) {
	return next_random(&walk->random) % below;
}

/* Any step that may come up, whether it is refused or not. */
static void step(struct walk *walk) {
	static const int64_t amounts[] = { 1000, 500, 500, 300, 200 };
	static const char *const outcomes[] = { "PAYMENT_PAID", "PAYMENT_FAILED", "PAYMENT_RETURNED" };
	struct paying *p = &walk->p;
	unsigned payment = (unsigned)pick(walk, p->count) + 1;
	uint64_t lines = bank_house_row(p->w, p->s->house).lines;
	uint64_t line = lines ? 1 + pick(walk, lines) : 1;
	bool is_in = pick(walk, 3) == 0;
	int64_t amount = is_in ? amounts[payment - 1] : -amounts[payment - 1];
	unsigned kind = (unsigned)pick(walk, 8);
	uint64_t before = world_last_seq(p->w);
	switch (kind) {
	case 0: line_of(p, payment, amount); break;
	case 1: line_of(p, pick(walk, 8) ? payment : 0, pick(walk, 4) ? amount : 2 * amount); break;
	case 2: plain_line(p, pick(walk, 2) ? amount : -700); break;
	case 3:
		world_give(p->w,
		    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %u, 'status': '%s',"
		    " 'reason': 'r'}}",
		    p->settlement, payment, outcomes[pick(walk, 3)]);
		break;
	case 4:
		world_give(p->w,
		    "{'resolve_line': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'r'%s}}",
		    line, pick(walk, 4) ? "" : ", 'kind': 'LINE_OTHER'");
		break;
	case 5:
		world_give(p->w,
		    "{'reconcile': {'house_account': 'house', 'lines': [%" PRIu64 "], 'targets':"
		    " [{'settlement': %" PRIu64 ", 'payment': %u, 'is_return': %s}]}}",
		    line, p->settlement, payment, is_in ? "true" : "false");
		break;
	case 6:
		world_give(p->w,
		    "{'reconcile': {'house_account': 'house', 'lines': [%" PRIu64 "], 'targets':"
		    " [{'settlement': %" PRIu64 ", 'payment': 4}, {'settlement': %" PRIu64
		    ", 'payment': 5}]}}",
		    line, p->settlement, p->settlement);
		break;
	default:
		world_give(p->w,
		    "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'r'}}", line);
	}
	walk->accepted[kind] += world_last_seq(p->w) > before;
}

START_TEST(any_sequence_keeps_every_identity) {
	struct walk walk = { .random = 1 };
	for (int round = 0; round < 12; round++) {
		walk.p = NEW_PAYING(1000, 500, 500, 300, 200);
		for (int i = 0; i < 60; i++) {
			step(&walk);
			if (i % 4 == 0)
				check_paying(&walk.p);
		}
		end_paying(&walk.p);
	}
	for (size_t kind = 0; kind < COUNT(walk.accepted); kind++)
		ck_assert_msg(walk.accepted[kind] >= 5, "step %zu: %u", kind, walk.accepted[kind]);
}
END_TEST

SUITE_MAIN("reconcile", one_line_is_several_payments, several_lines_are_one_payment,
    several_lines_are_several_payments, a_line_is_matched_in_parts_and_the_rest_resolved,
    a_partial_match_is_completed, a_return_by_hand_is_no_exception,
    money_in_and_out_are_matched_together, what_is_wrong_with_a_match_is_named,
    payments_that_do_not_wait_are_refused, a_payment_is_named_once,
    a_line_is_not_both_ways_of_one_payment, a_closed_line_and_one_of_another_match_are_refused,
    another_account_s_payments_are_refused, staff_of_a_region_match_nothing,
    taking_back_restores_what_was, what_matched_by_itself_is_taken_back_too,
    a_return_that_was_none_leaves_the_voucher_s_name, an_exception_that_was_seen_to_is_taken_back,
    a_line_that_was_resolved_alone_is_open_again, money_that_has_gone_on_is_not_taken_back,
    a_recovery_is_matched_and_taken_back, a_recovery_that_is_spent_is_not_taken_back,
    a_payment_that_is_partly_set_off_comes_back_and_is_taken_back,
    any_sequence_keeps_every_identity)
