/* SPDX-License-Identifier: Apache-2.0 */
/* What lines of a statement match by themselves, and what they are where they do not. */
#include "ledger/matching.h"

#include "paying.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NONE      PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE
#define AMOUNT    PB__LINE_EXCEPTION__LINE_AMOUNT
#define DATE      PB__LINE_EXCEPTION__LINE_DATE
#define AMBIGUOUS PB__LINE_EXCEPTION__LINE_AMBIGUOUS
#define DUPLICATE PB__LINE_EXCEPTION__LINE_DUPLICATE
#define UNKNOWN   PB__LINE_EXCEPTION__LINE_UNKNOWN
#define RETURNED  PB__LINE_EXCEPTION__LINE_RETURNED

static void expect_matched(struct paying *p, uint64_t line, Pb__MatchBy by) {
	expect_line(p, line, PB__LINE_STATE__LINE_MATCHED, NONE);
	ck_assert_int_eq(line_at(p, line).by, by);
	ck_assert_int_eq(line_at(p, line).booked, line_at(p, line).amount);
}

static void expect_exception(struct paying *p, uint64_t line, Pb__LineException exception) {
	expect_line(p, line, PB__LINE_STATE__LINE_EXCEPTION, exception);
	ck_assert_uint_eq(line_at(p, line).targets, exception == RETURNED);
}

/* --- every state of a payment, in both directions, with its amount and with another --- */

enum { WHOLE = 1000 };

static void bring_nowhere(struct paying *p) {
	(void)p;
}

static void bring_paid(struct paying *p) {
	record_payment(p, 1, "PAYMENT_PAID");
}

static void bring_failed(struct paying *p) {
	record_payment(p, 1, "PAYMENT_FAILED");
}

static void bring_returned(struct paying *p) {
	bring_paid(p);
	record_payment(p, 1, "PAYMENT_RETURNED");
}

static void bring_confirmed(struct paying *p) {
	expect_matched(p, line_of(p, 1, -WHOLE), PB__MATCH_BY__MATCH_BY_REFERENCE);
}

static void bring_paid_and_found(struct paying *p) {
	bring_paid(p);
	bring_confirmed(p);
}

static void bring_confirmed_and_returned(struct paying *p) {
	bring_confirmed(p);
	record_payment(p, 1, "PAYMENT_RETURNED");
}

static void bring_come_back(struct paying *p) {
	bring_confirmed(p);
	expect_exception(p, line_of(p, 1, WHOLE), RETURNED);
}

static void bring_return_found(struct paying *p) {
	bring_returned(p);
	expect_matched(p, line_of(p, 1, WHOLE), PB__MATCH_BY__MATCH_BY_REFERENCE);
}

static void bring_clawed(struct paying *p) {
	bring_paid(p);
	order_clawback(p, p->claims[0], 10);
}

static void bring_confirmed_and_clawed(struct paying *p) {
	bring_confirmed(p);
	order_clawback(p, p->claims[0], 10);
}

static void bring_cancelled(struct paying *p) {
	world_accept(
	    p->w, "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}", p->settlement);
}

struct state_case {
	const char *name;
	bool is_prepared;
	void (*bring)(struct paying *p);
	Pb__LineException out, other_out, in, other_in;
};

static const struct state_case states[] = {
	{ "prepared", true, bring_nowhere, DATE, AMOUNT, DATE, AMOUNT },
	{ "cancelled before", true, bring_cancelled, AMBIGUOUS, AMOUNT, AMBIGUOUS, AMOUNT },
	{ "approved", false, bring_nowhere, NONE, AMOUNT, AMBIGUOUS, AMOUNT },
	{ "cancelled", false, bring_cancelled, AMBIGUOUS, AMOUNT, AMBIGUOUS, AMOUNT },
	{ "paid", false, bring_paid, NONE, AMOUNT, RETURNED, AMOUNT },
	{ "confirmed", false, bring_confirmed, DUPLICATE, DUPLICATE, RETURNED, AMOUNT },
	{ "paid, found", false, bring_paid_and_found, DUPLICATE, DUPLICATE, RETURNED, AMOUNT },
	{ "failed", false, bring_failed, AMBIGUOUS, AMOUNT, AMBIGUOUS, AMOUNT },
	{ "returned", false, bring_returned, NONE, AMOUNT, NONE, AMOUNT },
	{ "confirmed, returned", false, bring_confirmed_and_returned, DUPLICATE, DUPLICATE, NONE,
	    AMOUNT },
	{ "come back", false, bring_come_back, DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE },
	{ "return found", false, bring_return_found, NONE, AMOUNT, DUPLICATE, DUPLICATE },
	{ "clawed back", false, bring_clawed, NONE, AMOUNT, AMBIGUOUS, AMOUNT },
	{ "confirmed, clawed back", false, bring_confirmed_and_clawed, DUPLICATE, DUPLICATE, AMBIGUOUS,
	    AMOUNT },
};

static void expect_unmoved(
    struct paying *p, uint64_t line, const struct payment_row *before, int64_t books) {
	const struct payment_row after = payment_at(p, 1);
	ck_assert_mem_eq(&after, before, sizeof(after));
	ck_assert_int_eq(bank_side(p).books, books);
	ck_assert_uint_eq(world_entry(p->w, line_at(p, line).seq)->n_postings, 0);
}

static void give_line(const struct state_case *c, int64_t amount, Pb__LineException expected) {
	static const int64_t amounts[] = { WHOLE, 400 };
	struct paying p = c->is_prepared ? new_prepared(amounts, 2) : new_paying(amounts, 2);
	c->bring(&p);
	const struct payment_row before = payment_at(&p, 1);
	int64_t books = bank_side(&p).books;
	uint64_t line = line_of(&p, 1, amount);
	const struct bank_line_row row = line_at(&p, line);
	bool is_matched = expected == NONE;
	ck_assert_msg(
	    row.exception == expected && (row.state == PB__LINE_STATE__LINE_MATCHED) == is_matched,
	    "%s, %d: state %u, exception %u", c->name, (int)amount, row.state, row.exception);
	if (!is_matched && expected != RETURNED) {
		expect_unmoved(&p, line, &before, books);
	} else {
		ck_assert_uint_eq(
		    amount > 0 ? payment_at(&p, 1).return_line : payment_at(&p, 1).line, line);
		ck_assert_int_eq(row.booked, amount);
	}
	end_paying(&p);
}

START_TEST(every_state_of_a_payment_decides_its_lines) {
	for (const struct state_case *c = states; c < states + COUNT(states); c++) {
		give_line(c, -WHOLE, c->out);
		give_line(c, -WHOLE + 1, c->other_out);
		give_line(c, WHOLE, c->in);
		give_line(c, WHOLE + 1, c->other_in);
	}
}
END_TEST

/* --- what a match does --- */

static int64_t balance(struct paying *p, Pb__AccountKind account) {
	return world_balance(p->w, account, p->s->programme, p->providers[0]->party);
}

START_TEST(a_line_confirms_an_approved_payment_and_the_books_at_once) {
	struct paying p = NEW_PAYING(1000, 500);
	int64_t books = bank_side(&p).books;
	uint64_t line = line_of(&p, 1, -1000);
	expect_matched(&p, line, PB__MATCH_BY__MATCH_BY_REFERENCE);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	ck_assert_int_eq(scheme_claim_row(p.s, p.claims[0]).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	ck_assert_uint_eq(scheme_claim_row(p.s, p.claims[0]).paid_seq, world_last_seq(p.w));
	ck_assert_int_eq(balance(&p, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT), 0);
	ck_assert_int_eq(balance(&p, PB__ACCOUNT_KIND__PROGRAMME_PAID), 1000);
	EXPECT_BANK_SIDE(&p, books - 1000, 0, 0, 0, 0);
	end_paying(&p);
}
END_TEST

START_TEST(a_line_of_what_was_recorded_moves_nothing_but_what_is_awaited) {
	struct paying p = NEW_PAYING(1000);
	record_payment(&p, 1, "PAYMENT_PAID");
	int64_t books = bank_side(&p).books;
	EXPECT_BANK_SIDE(&p, books, 0, 1000, 0, 0);
	line_of(&p, 1, -1000);
	ck_assert_uint_eq(world_entry(p.w, world_last_seq(p.w))->n_postings, 0);
	EXPECT_BANK_SIDE(&p, books, 0, 0, 0, 0);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	record_payment(&p, 1, "PAYMENT_RETURNED");
	EXPECT_BANK_SIDE(&p, books + 1000, 1000, 0, 0, 0);
	uint64_t line = line_of(&p, 1, 1000);
	expect_matched(&p, line, PB__MATCH_BY__MATCH_BY_REFERENCE);
	EXPECT_BANK_SIDE(&p, books + 1000, 0, 0, 0, 0);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RETURNED);
	end_paying(&p);
}
END_TEST

START_TEST(what_comes_back_is_payable_again_and_somebody_looks_at_it) {
	struct paying p = NEW_PAYING(1000, 500);
	uint64_t waiting[4];
	int64_t books = bank_side(&p).books;
	line_of(&p, 1, -1000);
	uint64_t line = line_of(&p, 1, 1000);
	expect_exception(&p, line, RETURNED);
	ck_assert_uint_eq(bank_house_row(p.w, p.s->house).exceptions, 1);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RETURNED);
	ck_assert_int_eq(balance(&p, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE), 1000);
	ck_assert_uint_eq(scheme_ready(p.s, waiting, 4), 1);
	ck_assert_uint_eq(waiting[0], p.claims[0]);
	EXPECT_BANK_SIDE(&p, books, 0, 0, 0, 0);
	end_paying(&p);
}
END_TEST

START_TEST(what_is_booked_before_approval_is_no_match) {
	struct paying p = NEW_PAYING(1000);
	uint64_t out = bank_import_line(p.w, -1000, PAYING_EARLY, reference_of(&p, 1));
	expect_exception(&p, out, DATE);
	uint64_t batch = bank_import_line(p.w, -1000, PAYING_EARLY, reference_of(&p, 0));
	expect_exception(&p, batch, DATE);
	record_payment(&p, 1, "PAYMENT_PAID");
	uint64_t in = bank_import_line(p.w, 1000, PAYING_EARLY, reference_of(&p, 1));
	expect_exception(&p, in, DATE);
	end_paying(&p);
}
END_TEST

/* --- by what a payment is named --- */

static uint64_t line_with(struct paying *p, int64_t amount, const char *field, const char *value) {
	uint64_t seq = bank_import(p->w,
	    "{'amount': '%" PRId64 "', 'booking_date': '" PAYING_DAY "', '%s': '%s'}", amount, field,
	    value);
	return world_entry(p->w, seq)->decision->lines[0]->line;
}

START_TEST(a_payment_is_named_by_the_reference_of_the_bank) {
	static const char *const fields[] = { "bank_reference", "serial" };
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct paying p = NEW_PAYING(1000, 1000);
		record_payment(&p, 1, "PAYMENT_PAID");
		uint64_t line = line_with(&p, -1000, fields[i], "BR-1");
		expect_matched(&p, line, PB__MATCH_BY__MATCH_BY_BANK_REFERENCE);
		expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
		expect_status(&p, 2, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
		end_paying(&p);
	}
}
END_TEST

START_TEST(a_bank_reference_of_two_payments_names_neither) {
	struct paying p = NEW_PAYING(1000, 1000);
	for (int i = 1; i <= 2; i++)
		world_accept(p.w,
		    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d,"
		    " 'status': 'PAYMENT_PAID', 'bank_reference': 'same'}}",
		    p.settlement, i);
	uint64_t line = line_with(&p, -1000, "bank_reference", "same");
	expect_line(&p, line, PB__LINE_STATE__LINE_UNMATCHED, NONE);
	end_paying(&p);
}
END_TEST

static const char *code_of_voucher(struct paying *p, uint64_t claim) {
	uint64_t reservation = scheme_claim_row(p->s, claim).reservation;
	uint64_t voucher = scheme_reservation_row(p->s, reservation).voucher;
	return world_entry(p->w, voucher)->decision->voucher_code;
}

START_TEST(a_payment_is_named_by_its_claim_or_its_voucher) {
	struct paying p = NEW_PAYING(1000, 500, 700);
	char text[100];
	snprintf(text, sizeof(text), "兑付申请%" PRIu64 "号", p.claims[1]);
	expect_matched(&p, line_saying(&p, -500, text), PB__MATCH_BY__MATCH_BY_NUMBER);
	snprintf(text, sizeof(text), "voucher %s", code_of_voucher(&p, p.claims[0]));
	expect_matched(&p, line_saying(&p, -1000, text), PB__MATCH_BY__MATCH_BY_NUMBER);
	snprintf(text, sizeof(text), "claim %" PRIu64 " claim %" PRIu64, p.claims[0], p.claims[2]);
	expect_exception(&p, line_saying(&p, -700, text), AMBIGUOUS);
	snprintf(text, sizeof(text), "claim %" PRIu64, p.claims[2]);
	expect_exception(&p, line_saying(&p, -701, text), AMOUNT);
	snprintf(text, sizeof(text), "claim %" PRIu64 ", voucher %s", p.claims[2],
	    code_of_voucher(&p, p.claims[2]));
	expect_matched(&p, line_saying(&p, -700, text), PB__MATCH_BY__MATCH_BY_NUMBER);
	expect_exception(&p, line_saying(&p, 700, text), RETURNED);
	end_paying(&p);
}
END_TEST

START_TEST(the_first_that_names_anything_decides) {
	struct paying p = NEW_PAYING(1000, 500);
	char text[200];
	snprintf(text, sizeof(text),
	    "{'amount': '-500', 'booking_date': '" PAYING_DAY "', 'reference': '%s',"
	    " 'text': 'claim %" PRIu64 "'}",
	    reference_of(&p, 1), p.claims[1]);
	uint64_t seq = bank_import(p.w, "%s", text);
	expect_exception(&p, world_entry(p.w, seq)->decision->lines[0]->line, AMOUNT);
	snprintf(text, sizeof(text), "%s %s", reference_of(&p, 1), reference_of(&p, 2));
	expect_exception(&p, line_saying(&p, -1000, text), AMBIGUOUS);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	end_paying(&p);
}
END_TEST

START_TEST(a_broken_reference_is_the_one_that_fits) {
	struct paying p = NEW_PAYING(1000, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 900);
	struct paying twins = NEW_PAYING(900, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 900);
	char text[100];
	snprintf(text, sizeof(text), "%s 2", reference_of(&p, 1));
	expect_exception(&p, line_saying(&p, -800, text), AMBIGUOUS);
	uint64_t line = line_saying(&p, -900, text);
	expect_matched(&p, line, PB__MATCH_BY__MATCH_BY_REFERENCE);
	ck_assert_uint_eq(payment_at(&p, 12).line, line);
	line = line_saying(&p, -1000, text);
	ck_assert_uint_eq(payment_at(&p, 1).line, line);
	expect_exception(&twins, line_saying(&twins, -900, text), AMBIGUOUS);
	end_paying(&p);
	end_paying(&twins);
}
END_TEST

START_TEST(what_another_account_pays_is_not_named) {
	struct paying p = NEW_PAYING(1000);
	world_as(p.w, p.s->office);
	uint64_t other = world_accept(p.w,
	    "{'register_house_account': {'code': 'other', 'name': 'Other', 'account': {'number':"
	    " '0200002', 'bank_code': '102100099996', 'holder_name': 'Committee'}}}");
	world_as(p.w, p.s->finance);
	world_accept(p.w,
	    "{'import_statement': {'house_account': 'other', 'file': '%s', 'format': 'f', 'page': 1,"
	    " 'pages': 1, 'lines': [{'amount': -1000, 'booking_date': '" PAYING_DAY "',"
	    " 'reference': '%s'}]}}",
	    bank_file(p.w, 1), reference_of(&p, 1));
	ck_assert_int_eq(bank_line_row(p.w, other, 1).exception, UNKNOWN);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	end_paying(&p);
}
END_TEST

START_TEST(what_names_nothing_waits_for_a_person_or_is_unknown) {
	struct paying p = NEW_PAYING(1000, 500);
	expect_line(&p, plain_line(&p, -500), PB__LINE_STATE__LINE_UNMATCHED, NONE);
	expect_exception(&p, plain_line(&p, -501), UNKNOWN);
	expect_exception(&p, plain_line(&p, 500), UNKNOWN);
	record_payment(&p, 2, "PAYMENT_PAID");
	expect_line(&p, plain_line(&p, -500), PB__LINE_STATE__LINE_UNMATCHED, NONE);
	record_payment(&p, 2, "PAYMENT_RETURNED");
	expect_line(&p, plain_line(&p, 500), PB__LINE_STATE__LINE_UNMATCHED, NONE);
	line_of(&p, 2, 500);
	line_of(&p, 2, -500);
	expect_exception(&p, plain_line(&p, -500), UNKNOWN);
	expect_exception(&p, plain_line(&p, 500), UNKNOWN);
	ck_assert_int_eq(payment_at(&p, 1).line, 0);
	end_paying(&p);
}
END_TEST

/* --- a settlement in one sum --- */

START_TEST(a_settlement_is_paid_in_one_sum) {
	struct paying p = NEW_PAYING(1000, 500, 300, 200);
	expect_exception(&p, line_of(&p, 0, -1999), AMOUNT);
	record_payment(&p, 1, "PAYMENT_PAID");
	record_payment(&p, 2, "PAYMENT_FAILED");
	line_of(&p, 3, -300);
	expect_exception(&p, line_of(&p, 0, -2000), AMOUNT);
	expect_exception(&p, line_of(&p, 0, 1200), AMBIGUOUS);
	int64_t books = bank_side(&p).books;
	uint64_t line = line_of(&p, 0, -1200);
	expect_matched(&p, line, PB__MATCH_BY__MATCH_BY_BATCH);
	ck_assert_uint_eq(line_at(&p, line).targets, 2);
	ck_assert_int_eq(bank_side(&p).books, books - 200);
	ck_assert_int_eq(bank_side(&p).awaited_out, 0);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	expect_status(&p, 2, PB__PAYMENT_STATUS__PAYMENT_FAILED);
	expect_status(&p, 4, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	expect_exception(&p, line_of(&p, 0, -1200), DUPLICATE);
	end_paying(&p);
}
END_TEST

START_TEST(a_settlement_that_is_not_approved_or_cancelled_takes_no_sum) {
	static const int64_t amounts[] = { 1000, 500 };
	struct paying p = new_prepared(amounts, 2);
	expect_exception(&p, line_of(&p, 0, -1500), DATE);
	bring_cancelled(&p);
	expect_exception(&p, line_of(&p, 0, -1500), AMBIGUOUS);
	end_paying(&p);
}
END_TEST

/* --- several lines in one entry --- */

/* Two lines of payment 1, with these amounts and serials. */
static uint64_t two_lines(
    struct paying *p, const char *serials[2], const int64_t amounts[2], const char *references[2]) {
	uint64_t seq = bank_import(p->w,
	    "{'amount': '%" PRId64 "', 'booking_date': '" PAYING_DAY "', 'serial': '%s', 'reference':"
	    " '%s'}, {'amount': '%" PRId64 "', 'booking_date': '" PAYING_DAY "', 'serial': '%s',"
	    " 'reference': '%s'}",
	    amounts[0], serials[0], references[0], amounts[1], serials[1], references[1]);
	return world_entry(p->w, seq)->decision->lines[0]->line;
}

START_TEST(lines_of_one_entry_know_of_each_other) {
	static const struct {
		int64_t amounts[2];
		bool is_named[2]; /* by the reference of payment 1 */
		Pb__LineState states[2];
		Pb__LineException exceptions[2];
	} table[] = {
		{ { -1000, -1000 }, { true, true },
		    { PB__LINE_STATE__LINE_MATCHED, PB__LINE_STATE__LINE_EXCEPTION }, { NONE, DUPLICATE } },
		{ { -1000, 1000 }, { true, true },
		    { PB__LINE_STATE__LINE_MATCHED, PB__LINE_STATE__LINE_EXCEPTION }, { NONE, RETURNED } },
		{ { 1000, -1000 }, { true, true },
		    { PB__LINE_STATE__LINE_EXCEPTION, PB__LINE_STATE__LINE_MATCHED }, { AMBIGUOUS, NONE } },
		{ { -1000, -1000 }, { true, false },
		    { PB__LINE_STATE__LINE_MATCHED, PB__LINE_STATE__LINE_EXCEPTION }, { NONE, UNKNOWN } },
		{ { -1000, -1000 }, { false, true },
		    { PB__LINE_STATE__LINE_UNMATCHED, PB__LINE_STATE__LINE_MATCHED }, { NONE, NONE } },
		{ { -999, -1000 }, { true, true },
		    { PB__LINE_STATE__LINE_EXCEPTION, PB__LINE_STATE__LINE_MATCHED }, { AMOUNT, NONE } },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		for (int with_serials = 0; with_serials < 2; with_serials++) {
			struct paying p = NEW_PAYING(1000);
			const char *serials[] = { with_serials ? "s1" : "", with_serials ? "s2" : "" };
			const char *references[2];
			for (int n = 0; n < 2; n++)
				references[n] = table[i].is_named[n] ? reference_of(&p, 1) : "";
			uint64_t first = two_lines(&p, serials, table[i].amounts, references);
			for (uint64_t n = 0; n < 2; n++)
				expect_line(&p, first + n, table[i].states[n], table[i].exceptions[n]);
			end_paying(&p);
		}
	}
}
END_TEST

START_TEST(a_payment_comes_back_once_in_an_entry) {
	struct paying p = NEW_PAYING(1000);
	char line[200];
	snprintf(line, sizeof(line),
	    "{'amount': 1000, 'booking_date': '" PAYING_DAY "', 'reference': '%s'}",
	    reference_of(&p, 1));
	record_payment(&p, 1, "PAYMENT_PAID");
	uint64_t seq = bank_import(p.w, "%s, %s", line, line);
	const Pb__Decision *decision = world_entry(p.w, seq)->decision;
	ck_assert_int_eq(decision->lines[0]->exception, RETURNED);
	ck_assert_int_eq(decision->lines[1]->exception, DUPLICATE);
	end_paying(&p);
}
END_TEST

/* A line that names a payment, and whose account the other side's is. */
static uint64_t line_and_payee(struct paying *p, int64_t amount, const struct member *payee) {
	uint64_t seq = bank_import(p->w,
	    "{'amount': %" PRId64 ", 'booking_date': '" PAYING_DAY "', 'reference': '%s', 'payee':"
	    " '%s'}",
	    amount, reference_of(p, 1), payee->code);
	return world_entry(p->w, seq)->decision->lines[0]->line;
}

START_TEST(what_went_to_another_payee_or_came_from_one_is_for_somebody_to_look_at) {
	struct paying p = NEW_PAYING(1000, 1000);
	expect_exception(&p, line_and_payee(&p, -1000, p.providers[1]), AMBIGUOUS);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	expect_matched(&p, line_and_payee(&p, -1000, p.providers[0]), PB__MATCH_BY__MATCH_BY_REFERENCE);
	expect_exception(&p, line_and_payee(&p, 1000, p.providers[1]), AMBIGUOUS);
	expect_status(&p, 1, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	expect_exception(&p, line_and_payee(&p, 1000, p.providers[0]), RETURNED);
	end_paying(&p);
}
END_TEST

/* As genuine as they may be: two payees of the same amount, and the bank paid one of them twice. */
START_TEST(genuine_duplicates_are_kept_apart) {
	struct paying p = NEW_PAYING(1000, 1000);
	uint64_t lines[] = { line_of(&p, 1, -1000), line_of(&p, 2, -1000), line_of(&p, 1, -1000) };
	expect_matched(&p, lines[0], PB__MATCH_BY__MATCH_BY_REFERENCE);
	expect_matched(&p, lines[1], PB__MATCH_BY__MATCH_BY_REFERENCE);
	expect_exception(&p, lines[2], DUPLICATE);
	ck_assert_int_eq(bank_side(&p).open_out, 1000);
	end_paying(&p);
}
END_TEST

/* A page of many: the table of what is taken grows. */
START_TEST(a_full_page_matches_a_settlement_and_its_duplicates) {
	struct paying p = NEW_PAYING(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
	static char lines[65536];
	size_t used = 0;
	for (unsigned i = 0; i < LIMIT_STATEMENT_LINES; i++)
		used += (size_t)snprintf(lines + used, sizeof(lines) - used,
		    "%s{'amount': %d, 'booking_date': '" PAYING_DAY "', 'reference': '%s'}", i ? ", " : "",
		    -(int)(12 - i % 12), reference_of(&p, i % 12 + 1));
	ck_assert_uint_lt(used, sizeof(lines) - 1);
	uint64_t seq = bank_import(p.w, "%s", lines);
	const Pb__Decision *decision = world_entry(p.w, seq)->decision;
	for (size_t i = 0; i < decision->n_lines; i++)
		ck_assert_int_eq(decision->lines[i]->exception, i < 12 ? NONE : DUPLICATE);
	end_paying(&p);
}
END_TEST

/* --- recoveries --- */

START_TEST(what_is_owed_of_a_claim_comes_in_with_its_number) {
	struct paying p = NEW_PAYING(1000, 500);
	uint64_t clawback = owe_back(&p, 300);
	struct programme_row before = scheme_programme(p.s);
	int64_t books = bank_side(&p).books;
	char text[100];
	snprintf(text, sizeof(text), "退回兑付%" PRIu64, p.claims[0]);
	expect_exception(&p, line_saying(&p, 299, text), AMOUNT);
	uint64_t line = line_saying(&p, 300, text);
	expect_matched(&p, line, PB__MATCH_BY__MATCH_BY_NUMBER);
	ck_assert_int_eq(WORLD_ROW(p.w, TABLE_CLAWBACK, clawback, struct clawback_row).recovered, 300);
	ck_assert_int_eq(scheme_programme(p.s).available, before.available + 300);
	ck_assert_int_eq(scheme_programme(p.s).receivable, 0);
	ck_assert_int_eq(bank_side(&p).books, books + 300);
	expect_exception(&p, line_saying(&p, 300, text), AMOUNT);
	end_paying(&p);
}
END_TEST

START_TEST(two_debts_of_one_amount_are_ambiguous) {
	struct paying p = NEW_PAYING(1000, 500);
	char text[100];
	owe_back(&p, 300);
	order_clawback(&p, p.claims[0], 300);
	snprintf(text, sizeof(text), "claim %" PRIu64, p.claims[0]);
	expect_exception(&p, line_saying(&p, 300, text), AMBIGUOUS);
	ck_assert_int_eq(scheme_programme(p.s).receivable, 600);
	end_paying(&p);
}
END_TEST

/* One page with two lines of one clawback: the first is it. */
START_TEST(a_debt_is_recovered_once_in_an_entry) {
	struct paying p = NEW_PAYING(1000);
	char line[200];
	owe_back(&p, 300);
	snprintf(line, sizeof(line),
	    "{'amount': 300, 'booking_date': '" PAYING_DAY "', 'text': 'claim %" PRIu64 "'}",
	    p.claims[0]);
	uint64_t seq = bank_import(p.w, "%s, %s", line, line);
	const Pb__Decision *decision = world_entry(p.w, seq)->decision;
	ck_assert_int_eq(decision->lines[0]->state, PB__LINE_STATE__LINE_MATCHED);
	ck_assert_int_eq(decision->lines[1]->exception, AMOUNT);
	end_paying(&p);
}
END_TEST

SUITE_MAIN("matching", every_state_of_a_payment_decides_its_lines,
    a_line_confirms_an_approved_payment_and_the_books_at_once,
    a_line_of_what_was_recorded_moves_nothing_but_what_is_awaited,
    what_comes_back_is_payable_again_and_somebody_looks_at_it,
    what_is_booked_before_approval_is_no_match, a_payment_is_named_by_the_reference_of_the_bank,
    a_bank_reference_of_two_payments_names_neither, a_payment_is_named_by_its_claim_or_its_voucher,
    the_first_that_names_anything_decides, a_broken_reference_is_the_one_that_fits,
    what_another_account_pays_is_not_named, what_names_nothing_waits_for_a_person_or_is_unknown,
    a_settlement_is_paid_in_one_sum, a_settlement_that_is_not_approved_or_cancelled_takes_no_sum,
    lines_of_one_entry_know_of_each_other, a_payment_comes_back_once_in_an_entry,
    what_went_to_another_payee_or_came_from_one_is_for_somebody_to_look_at,
    genuine_duplicates_are_kept_apart, a_full_page_matches_a_settlement_and_its_duplicates,
    what_is_owed_of_a_claim_comes_in_with_its_number, two_debts_of_one_amount_are_ambiguous,
    a_debt_is_recovered_once_in_an_entry)
