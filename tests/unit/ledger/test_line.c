/* SPDX-License-Identifier: Apache-2.0 */
#include "paying.h"
#include "refusals.h"
#include "support/bank.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>

/* A house account with 1000, and three lines that nobody knows: −30, +5, +400. */
static struct desk new_desk(void) {
	struct desk desk = bank_desk(1000);
	bank_import_line(desk.w, -30, "2026-01-06", "");
	bank_import_line(desk.w, 5, "2026-01-06", "");
	bank_import_line(desk.w, 400, "2026-02-06", "");
	return desk;
}

#define RESOLVE(line, more)                                                                        \
	"{'resolve_line': {'house_account': 'house', 'line': " line ", 'reason': 'r'" more "}}"
#define ASSIGN(line, owner)                                                                        \
	"{'assign_line': {'house_account': 'house', 'line': " line ", 'owner': '" owner                \
	"', 'reason': 'asked the bank'}}"

static void expect_house(struct desk *desk, int64_t books, int64_t in, int64_t out) {
	struct house_row house = bank_house_row(desk->w, desk->house);
	ck_assert_int_eq(house.books, books);
	ck_assert_int_eq(house.open_in, in);
	ck_assert_int_eq(house.open_out, out);
	ck_assert_int_eq(world_balance(desk->w, PB__ACCOUNT_KIND__MEMO_BANK, desk->house, 0), books);
}

START_TEST(a_line_that_is_resolved_enters_the_books_as_its_kind) {
	struct desk desk = new_desk();
	expect_house(&desk, 1000, 405, 30);
	uint64_t fee = world_accept(desk.w, RESOLVE("1", ", 'kind': 'LINE_FEE'"));
	expect_house(&desk, 970, 405, 0);
	ck_assert_int_eq(world_entry(desk.w, fee)->decision->amount, 30);
	ck_assert_uint_eq(world_entry(desk.w, fee)->decision->house_account, desk.house);
	world_accept(desk.w, RESOLVE("2", ", 'kind': 'LINE_INTEREST'"));
	world_accept(desk.w, RESOLVE("3", ", 'kind': 'LINE_DEPOSIT'"));
	expect_house(&desk, 1375, 0, 0);

	struct bank_line_row row = bank_line_row(desk.w, desk.house, 1);
	ck_assert_int_eq(row.state, PB__LINE_STATE__LINE_IGNORED);
	ck_assert_int_eq(row.exception, PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE);
	ck_assert_int_eq(row.kind, PB__LINE_KIND__LINE_FEE);
	ck_assert_int_eq(row.booked, -30);
	ck_assert_uint_eq(row.word_seq, fee);
	ck_assert_int_eq(row.since_us, (int64_t)world_entry(desk.w, fee)->time_us);
	struct house_row house = bank_house_row(desk.w, desk.house);
	ck_assert_uint_eq(house.open_lines, 0);
	ck_assert_uint_eq(house.exceptions, 0);
	ck_assert_int_eq(house.statement, 1375);
	world_free(desk.w);
}
END_TEST

#define UNMATCH(line) "{'unmatch': {'house_account': 'house', 'line': " line ", 'reason': 'r'}}"

static void expect_ignored(struct desk *desk, int64_t in, int64_t out) {
	struct house_row house = bank_house_row(desk->w, desk->house);
	ck_assert_int_eq(house.ignored_in, in);
	ck_assert_int_eq(house.ignored_out, out);
}

START_TEST(what_was_resolved_is_summed_up_until_it_is_taken_back) {
	struct desk desk = new_desk();
	expect_ignored(&desk, 0, 0);
	world_accept(desk.w, RESOLVE("1", ", 'kind': 'LINE_FEE'"));
	expect_ignored(&desk, 0, 30);
	world_accept(desk.w, RESOLVE("2", ", 'kind': 'LINE_INTEREST'"));
	world_accept(desk.w, RESOLVE("3", ", 'kind': 'LINE_DEPOSIT'"));
	expect_ignored(&desk, 405, 30);
	ck_assert_int_eq(bank_line_row(desk.w, desk.house, 1).ignored, -30);
	world_accept(desk.w, UNMATCH("3"));
	expect_ignored(&desk, 5, 30);
	ck_assert_int_eq(bank_line_row(desk.w, desk.house, 3).ignored, 0);
	world_accept(desk.w, UNMATCH("1"));
	expect_ignored(&desk, 5, 0);
	world_accept(desk.w, RESOLVE("1", ", 'kind': 'LINE_OTHER'"));
	expect_ignored(&desk, 5, 30);
	world_free(desk.w);
}
END_TEST

/* Only the rest of a line is none of the ledger's business: the payment in it is. */
START_TEST(only_the_rest_of_a_line_is_ignored) {
	struct paying p = NEW_PAYING(1000);
	struct desk desk = { .w = p.w, .house = p.s->house };
	uint64_t line = plain_line(&p, -1007);
	match_by_hand(&p, "1", "{'settlement': %" PRIu64 ", 'payment': 1}", p.settlement);
	ck_assert_uint_eq(line, 1);
	expect_ignored(&desk, 0, 0);
	world_accept(p.w, RESOLVE("1", ", 'kind': 'LINE_FEE'"));
	expect_ignored(&desk, 0, 7);
	unmatch(&p, line);
	expect_ignored(&desk, 0, 0);
	end_paying(&p);
}
END_TEST

START_TEST(a_line_is_assigned_and_stays_what_it_is) {
	struct desk desk = new_desk();
	struct bank_line_row before = bank_line_row(desk.w, desk.house, 1);
	uint64_t seq = world_accept(desk.w, ASSIGN("1", "S5"));
	struct bank_line_row row = bank_line_row(desk.w, desk.house, 1);
	ck_assert_uint_eq(row.owner_seq, seq);
	ck_assert_uint_eq(row.word_seq, seq);
	ck_assert_int_eq(row.state, before.state);
	ck_assert_int_eq(row.since_us, before.since_us);
	uint64_t resolved = world_accept(desk.w, RESOLVE("1", ", 'kind': 'LINE_OTHER'"));
	row = bank_line_row(desk.w, desk.house, 1);
	ck_assert_uint_eq(row.owner_seq, seq);
	ck_assert_uint_eq(row.word_seq, resolved);
	world_free(desk.w);
}
END_TEST

START_TEST(what_is_wrong_with_a_word_on_a_line_is_named) {
	struct desk desk = new_desk();
	world_party(desk.w, "PARTY_KIND_COMPANY", "91350100M000100Y43");
	world_member(desk.w, "M1", "ROLE_STARTUP", "91350100M000100Y43");
	world_accept(desk.w, RESOLVE("3", ", 'kind': 'LINE_DEPOSIT'"));
	const struct refused table[] = {
		{ "{'resolve_line': {'house_account': 'house', 'line': 1, 'kind': 'LINE_FEE'}}",
		    PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'resolve_line': {'line': 1, 'kind': 'LINE_FEE', 'reason': 'r'}}",
		    PB__OUTCOME__FIELD_MISSING, "house_account" },
		{ "{'resolve_line': {'house_account': 'moon', 'line': 1, 'reason': 'r'}}",
		    PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN, "house_account" },
		{ RESOLVE("0", ", 'kind': 'LINE_FEE'"), PB__OUTCOME__FIELD_MISSING, "line" },
		{ RESOLVE("4", ", 'kind': 'LINE_FEE'"), PB__OUTCOME__BANK_LINE_UNKNOWN, "line" },
		{ RESOLVE("3", ", 'kind': 'LINE_FEE'"), PB__OUTCOME__BANK_LINE_STATE, "" },
		{ RESOLVE("1", ""), PB__OUTCOME__FIELD_MISSING, "kind" },
		{ "{'assign_line': {'house_account': 'house', 'line': 1, 'owner': 'S5'}}",
		    PB__OUTCOME__FIELD_MISSING, "reason" },
		{ ASSIGN("1", ""), PB__OUTCOME__FIELD_MISSING, "owner" },
		{ ASSIGN("1", "a b"), PB__OUTCOME__FIELD_INVALID, "owner" },
		{ ASSIGN("1", "S77"), PB__OUTCOME__PRINCIPAL_UNKNOWN, "owner" },
		{ ASSIGN("1", "M1"), PB__OUTCOME__PRINCIPAL_UNKNOWN, "owner" },
		{ ASSIGN("4", "S5"), PB__OUTCOME__BANK_LINE_UNKNOWN, "line" },
		{ ASSIGN("3", "S5"), PB__OUTCOME__BANK_LINE_STATE, "" },
	};
	REFUSE_ALL(desk.w, table);
	world_free(desk.w);
}
END_TEST

START_TEST(a_payment_that_came_back_is_in_the_books_and_is_only_looked_at) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	scheme_published_claim(s, scheme_holder(s, "110114", ""), scheme_provider(s, "110114"), 100);
	world_at(w, "2026-01-13 00:00");
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	scheme_bank_line(s, settlement, 1, false);
	ck_assert_uint_eq(scheme_bank_line(s, settlement, 1, true), 2);
	struct bank_line_row row = bank_line_row(w, s->house, 2);
	ck_assert_int_eq(row.state, PB__LINE_STATE__LINE_EXCEPTION);
	ck_assert_int_eq(row.exception, PB__LINE_EXCEPTION__LINE_RETURNED);
	ck_assert_int_eq(row.booked, 100);
	const struct refused table[] = {
		{ RESOLVE("2", ", 'kind': 'LINE_OTHER'"), PB__OUTCOME__FIELD_INVALID, "kind" },
	};
	REFUSE_ALL(w, table);
	world_as(w, s->finance);
	uint64_t seq = world_accept(w, RESOLVE("2", ""));
	ck_assert_uint_eq(world_entry(w, seq)->n_postings, 0);
	row = bank_line_row(w, s->house, 2);
	ck_assert_int_eq(row.state, PB__LINE_STATE__LINE_MATCHED);
	ck_assert_int_eq(row.exception, PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE);
	ck_assert_uint_eq(bank_house_row(w, s->house).open_lines, 0);
	scheme_free(s);
}
END_TEST

#define HALF "4611686018427387000"

/* What no sum has room for is refused, whichever way it would come in. */
START_TEST(no_sum_of_a_house_account_overflows) {
	struct desk desk = { .w = world_new() };
	struct world *w = desk.w;
	static const char line[] = "{'amount': '%s" HALF "', 'booking_date': '2026-01-06'}";
	desk.house = bank_house(w, 0);
	bank_import(w, line, "");
	world_accept(w, RESOLVE("1", ", 'kind': 'LINE_DEPOSIT'"));
	bank_import(w, line, "-");
	bank_import(w, line, "");
	bank_import(w, line, "");
	expect_house(&desk, INT64_C(4611686018427387000), 2 * INT64_C(4611686018427387000),
	    INT64_C(4611686018427387000));
	world_refuse(w, PB__OUTCOME__OVERFLOW,
	    "{'unmatch': {'house_account': 'house', 'line': 1, 'reason': 'r'}}");
	world_free(w);
}
END_TEST

/* The sums only grow, however often the books go up and down. */
START_TEST(no_sum_of_what_is_ignored_overflows) {
	struct desk desk = { .w = world_new() };
	struct world *w = desk.w;
	static const char line[] = "{'amount': '%s" HALF "', 'booking_date': '2026-01-06'}";
	desk.house = bank_house(w, 0);
	for (int i = 0; i < 4; i++) {
		bank_import(w, line, i % 2 ? "-" : "");
		world_accept(w,
		    "{'resolve_line': {'house_account': 'house', 'line': %d, 'kind': 'LINE_OTHER',"
		    " 'reason': 'r'}}",
		    i + 1);
	}
	expect_ignored(&desk, 2 * INT64_C(4611686018427387000), 2 * INT64_C(4611686018427387000));
	bank_import(w, line, "");
	world_refuse(w, PB__OUTCOME__OVERFLOW, RESOLVE("5", ", 'kind': 'LINE_DEPOSIT'"));
	bank_import(w, line, "-");
	world_refuse(w, PB__OUTCOME__OVERFLOW, RESOLVE("6", ", 'kind': 'LINE_OTHER'"));
	world_free(w);
}
END_TEST

START_TEST(lines_are_for_staff_of_no_region) {
	struct desk desk = new_desk();
	world_as(desk.w, WORLD_ADMIN);
	world_as(desk.w,
	    world_accept(desk.w,
	        "{'register_principal': {'person': 'S9', 'roles': ['ROLE_FINANCE'], 'region': '110114',"
	        " 'certificate_spki': '%s'}}",
	        bank_file(desk.w, 77)));
	world_refuse(desk.w, PB__OUTCOME__NOT_IN_REGION, RESOLVE("1", ", 'kind': 'LINE_FEE'"));
	world_refuse(desk.w, PB__OUTCOME__NOT_IN_REGION, ASSIGN("1", "S5"));
	world_free(desk.w);
}
END_TEST

SUITE_MAIN("line", a_line_that_is_resolved_enters_the_books_as_its_kind,
    a_line_is_assigned_and_stays_what_it_is, what_is_wrong_with_a_word_on_a_line_is_named,
    a_payment_that_came_back_is_in_the_books_and_is_only_looked_at,
    no_sum_of_a_house_account_overflows, what_was_resolved_is_summed_up_until_it_is_taken_back,
    only_the_rest_of_a_line_is_ignored, no_sum_of_what_is_ignored_overflows,
    lines_are_for_staff_of_no_region)
