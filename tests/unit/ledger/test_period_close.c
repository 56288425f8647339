/* SPDX-License-Identifier: Apache-2.0 */
/* A month of the books, prepared, reviewed, closed and opened again. */
#include "ledger/period.h"

#include "base/date.h"
#include "base/text.h"
#include "record/pb.h"
#include "refusals.h"
#include "support/memory_state.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOCAL "110114"

/* It is the 10th of February; two accounts of ours, "house" and "savings", to which nothing has
 * happened yet. */
struct books {
	struct scheme *scheme;
	struct world *world;
	uint64_t savings;
	uint64_t colleague; /* in finance, too */
	unsigned files;
};

static struct books begin(void) {
	struct scheme *s = scheme_new(&scheme_direct);
	struct books b = { .scheme = s, .world = s->world };
	b.colleague = world_staff(s->world, "S6", "ROLE_FINANCE");
	world_as(s->world, s->finance);
	b.savings = world_accept(s->world,
	    "{'register_house_account': {'code': 'savings', 'name': 'Savings', 'account': {'number':"
	    " '0200002', 'bank_code': '102100099996', 'holder_name': 'Committee'},"
	    " 'opening_balance': 1000000}}");
	world_at(s->world, "2026-02-10 09:00");
	return b;
}

static void end(struct books *b) {
	scheme_free(b->scheme);
}

/* One line that nobody knows, on a statement of its own. */
static uint64_t import(struct books *b, const char *account, const char *date, int64_t amount) {
	unsigned file = ++b->files;
	uint64_t seq = world_accept(b->world,
	    "{'import_statement': {'house_account': '%s', 'file': '%064x', 'format': 'csv',"
	    " 'page': 1, 'pages': 1, 'lines': [{'file_line': 2, 'serial': 'S%u', 'amount': %" PRId64
	    ", 'booking_date': '%s', 'text': 'something'}]}}",
	    account, file, file, amount, date);
	return world_entry(b->world, seq)->decision->lines[0]->line;
}

static void resolve(struct books *b, const char *account, uint64_t line) {
	world_accept(b->world,
	    "{'resolve_line': {'house_account': '%s', 'line': %" PRIu64
	    ", 'kind': 'LINE_FEE', 'reason': 'r'}}",
	    account, line);
}

static uint64_t prepare(struct books *b, const char *period) {
	world_as(b->world, b->scheme->finance);
	return world_accept(b->world, "{'prepare_period': {'period': '%s'}}", period);
}

static const char *figures_of(struct books *b, uint64_t prepared) {
	const Pb__Digest *digest = world_entry(b->world, prepared)->decision->period_digest;
	char *hex = arena_alloc(world_arena(b->world), 2 * digest->value.len + 1);
	ck_assert_ptr_nonnull(hex);
	text_hex(digest->value.data, digest->value.len, hex);
	return hex;
}

static void review(struct books *b, const char *period, uint64_t prepared) {
	uint64_t actor = world_as(b->world, b->colleague);
	world_accept(b->world, "{'review_period': {'period': '%s', 'figures': '%s'}}", period,
	    figures_of(b, prepared));
	world_as(b->world, actor);
}

static void close_month(struct books *b, const char *period) {
	world_accept(b->world, "{'close_period': {'period': '%s'}}", period);
}

/* All of it. */
static void settle(struct books *b, const char *period) {
	review(b, period, prepare(b, period));
	close_month(b, period);
}

static void expect_detail(struct books *b, Pb__Outcome outcome, const char *command,
    const char *field, const char *detail) {
	const Pb__Refusal *refusal = world_refuse(b->world, outcome, "%s", command);
	ck_assert_str_eq(refusal->field, field);
	ck_assert_str_eq(refusal->detail, detail);
}

static struct ledger_row head(struct books *b) {
	struct key empty = KEY_EMPTY;
	return *STATE_GET(world_state(b->world), TABLE_LEDGER, &empty, struct ledger_row);
}

static struct period_row period_row(struct books *b, uint32_t period) {
	struct key key = KEY_EMPTY;
	key_add_u32(&key, period);
	const struct period_row *row = STATE_GET(
	    world_state(b->world), TABLE_PERIOD, &key, struct period_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}

static int32_t day(const char *date) {
	int32_t day;
	ck_assert_int_eq(date_parse(date, &day), ERR_OK);
	return day;
}

/* --- the story --- */

START_TEST(month_is_prepared_reviewed_and_closed) {
	struct books b = begin();
	ck_assert_uint_eq(head(&b).closed_period, 0);
	ck_assert_int_eq(head(&b).closed_until, INT32_MIN);
	uint64_t prepared = prepare(&b, "2026-01");
	ck_assert_uint_eq(period_row(&b, 202601).status, PB__PERIOD_STATUS__PERIOD_PREPARED);
	review(&b, "2026-01", prepared);
	ck_assert_uint_eq(period_row(&b, 202601).status, PB__PERIOD_STATUS__PERIOD_REVIEWED);
	ck_assert_uint_eq(head(&b).closed_period, 0);
	close_month(&b, "2026-01");
	struct period_row row = period_row(&b, 202601);
	ck_assert_uint_eq(row.status, PB__PERIOD_STATUS__PERIOD_CLOSED);
	ck_assert_uint_eq(row.prepare_seq, prepared);
	ck_assert_uint_eq(row.review_seq, prepared + 1);
	ck_assert_uint_eq(row.close_seq, prepared + 2);
	ck_assert_uint_eq(row.prepared_by,
	    WORLD_ROW(b.world, TABLE_PRINCIPAL, b.scheme->finance, struct principal_row).person_id);
	ck_assert_uint_eq(row.reviewed_by,
	    WORLD_ROW(b.world, TABLE_PRINCIPAL, b.colleague, struct principal_row).person_id);
	ck_assert_uint_eq(row.closed_by, row.prepared_by);
	ck_assert_uint_eq(head(&b).closed_period, 202601);
	ck_assert_int_eq(head(&b).closed_until, day("2026-01-31"));
	end(&b);
}
END_TEST

START_TEST(figures_are_those_of_every_fund_programme_and_house_account) {
	struct books b = begin();
	struct world *w = b.world;
	world_as(w, b.scheme->office);
	uint64_t second = world_accept(w, "{'create_fund': {'code': 'f2', 'name': 'Second'}}");
	world_accept(w, "{'appropriate': {'fund': 'f2', 'amount': 77, 'document': 'd'}}");
	world_accept(w,
	    "{'create_programme': {'code': 'p2', 'name': 'P', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	scheme_published_claim(
	    b.scheme, scheme_holder(b.scheme, LOCAL, ""), scheme_provider(b.scheme, LOCAL), 5000);
	world_as(w, b.scheme->finance);
	import(&b, "savings", "2026-02-02", -300);
	resolve(&b, "house", import(&b, "house", "2026-02-02", 40));
	resolve(&b, "house", import(&b, "house", "2026-02-03", -7));

	uint64_t seq = world_accept(w,
	    "{'prepare_period': {'period': '2026-02', 'carry_over':"
	    " [{'house_account': 'savings', 'line': 1, 'reason': 'asked the bank'}]}}");
	const Pb__Decision *decision = world_entry(w, seq)->decision;
	const Pb__PeriodFigures *figures = decision->period;
	ck_assert_uint_eq(figures->n_funds, 2);
	ck_assert_uint_eq(figures->n_programmes, 2);
	ck_assert_uint_eq(figures->n_houses, 2);
	ck_assert_uint_eq(figures->houses[0]->house_account, b.scheme->house);
	ck_assert_uint_eq(figures->funds[0]->fund, b.scheme->fund);
	ck_assert_int_eq(figures->funds[0]->allocated, 100000000);
	ck_assert_int_eq(figures->funds[0]->available, 0);
	ck_assert_uint_eq(figures->funds[1]->fund, second);
	ck_assert_int_eq(figures->funds[1]->appropriated, 77);
	ck_assert_int_eq(figures->funds[1]->available, 77);
	const Pb__ProgrammeFigures *programme = figures->programmes[0];
	ck_assert_uint_eq(programme->programme, b.scheme->programme);
	ck_assert_int_eq(programme->allocated, 100000000);
	ck_assert_int_eq(programme->available, 100000000 - 5000);
	ck_assert_int_eq(programme->payable, 5000);
	const Pb__HouseFigures *house = figures->houses[1];
	ck_assert_uint_eq(house->house_account, b.savings);
	ck_assert_int_eq(house->statement, 1000000 - 300);
	ck_assert_int_eq(house->books, 1000000);
	ck_assert_int_eq(house->open_in, 0);
	ck_assert_int_eq(house->open_out, 300);
	ck_assert_uint_eq(house->lines, 1);
	ck_assert_uint_eq(house->open_lines, 1);
	ck_assert_uint_eq(house->carried_lines, 1); /* by this very entry */
	ck_assert_int_eq(house->ignored_out, 0);
	ck_assert_int_eq(figures->houses[0]->ignored_in, 40);
	ck_assert_int_eq(figures->houses[0]->ignored_out, 7);
	ck_assert_int_eq(figures->houses[0]->books, 100000000 + 40 - 7);

	uint8_t hash[DIGEST_BYTES];
	ck_assert_int_eq(period_digest(head(&b).ledger_id, 202602, seq, figures, hash), ERR_OK);
	ck_assert_uint_eq(decision->period_digest->value.len, DIGEST_BYTES);
	ck_assert_mem_eq(decision->period_digest->value.data, hash, DIGEST_BYTES);
	end(&b);
}
END_TEST

/* --- refused --- */

#define DIGEST_OF_ZEROS "'0000000000000000000000000000000000000000000000000000000000000000'"
#define CARRY(line)     "{'prepare_period': {'period': '2026-01', 'carry_over': [" line "]}}"
#define LINE(account, line, reason)                                                                \
	"{'house_account': '" account "', 'line': " line ", 'reason': '" reason "'}"

START_TEST(what_is_not_whole_is_refused) {
	struct books b = begin();
	import(&b, "house", "2026-01-07", 100);
	import(&b, "house", "2026-02-01", 100);
	resolve(&b, "house", import(&b, "house", "2026-01-08", -1));
	static const struct refused table[] = {
		{ "{'prepare_period': {}}", PB__OUTCOME__FIELD_MISSING, "period" },
		{ "{'prepare_period': {'period': '2026-13'}}", PB__OUTCOME__FIELD_INVALID, "period" },
		{ "{'prepare_period': {'period': '2026-01-01'}}", PB__OUTCOME__FIELD_INVALID, "period" },
		{ CARRY("{'line': 1, 'reason': 'r'}"), PB__OUTCOME__FIELD_MISSING,
		    "carry_over[0].house_account" },
		{ CARRY(LINE("unknown", "1", "r")), PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN,
		    "carry_over[0].house_account" },
		{ CARRY(LINE("house", "0", "r")), PB__OUTCOME__FIELD_MISSING, "carry_over[0].line" },
		{ CARRY(LINE("house", "4", "r")), PB__OUTCOME__BANK_LINE_UNKNOWN, "carry_over[0].line" },
		{ CARRY(LINE("savings", "1", "r")), PB__OUTCOME__BANK_LINE_UNKNOWN, "carry_over[0].line" },
		{ CARRY(LINE("house", "1", "")), PB__OUTCOME__FIELD_MISSING, "carry_over[0].reason" },
		{ CARRY(LINE("house", "3", "r")), PB__OUTCOME__BANK_LINE_STATE, "carry_over[0].line" },
		{ CARRY(LINE("house", "2", "r")), PB__OUTCOME__FIELD_INVALID, "carry_over[0].line" },
		{ CARRY(LINE("house", "1", "r") ", " LINE("house", "1", "s")), PB__OUTCOME__FIELD_INVALID,
		    "carry_over[1].line" },
		{ "{'prepare_period': {'period': '2026-01'}}", PB__OUTCOME__EXCEPTIONS_OPEN, "period" },
		{ "{'review_period': {'period': '2026-01'}}", PB__OUTCOME__FIELD_MISSING, "figures" },
		{ "{'review_period': {'period': '2026-01', 'figures': '00'}}", PB__OUTCOME__FIELD_INVALID,
		    "figures" },
		{ "{'review_period': {'figures': " DIGEST_OF_ZEROS "}}", PB__OUTCOME__FIELD_MISSING,
		    "period" },
		{ "{'review_period': {'period': '2026-01', 'figures': " DIGEST_OF_ZEROS "}}",
		    PB__OUTCOME__PERIOD_UNKNOWN, "period" },
		{ "{'close_period': {}}", PB__OUTCOME__FIELD_MISSING, "period" },
		{ "{'close_period': {'period': '2026-01'}}", PB__OUTCOME__PERIOD_UNKNOWN, "period" },
		{ "{'reopen_period': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "period" },
		{ "{'reopen_period': {'period': '2026-01'}}", PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}", PB__OUTCOME__PERIOD_UNKNOWN,
		    "period" },
	};
	REFUSE_ALL(b.world, table);
	end(&b);
}
END_TEST

START_TEST(staff_of_a_region_have_no_part_in_it) {
	struct books b = begin();
	uint64_t prepared = prepare(&b, "2026-01");
	world_as(b.world, scheme_regional(b.scheme, "S9", "ROLE_FINANCE", LOCAL));
	static const struct refused table[] = {
		{ "{'prepare_period': {'period': '2026-01'}}", PB__OUTCOME__NOT_IN_REGION, "period" },
		{ "{'review_period': {'period': '2026-01', 'figures': " DIGEST_OF_ZEROS "}}",
		    PB__OUTCOME__NOT_IN_REGION, "period" },
		{ "{'close_period': {'period': '2026-01'}}", PB__OUTCOME__NOT_IN_REGION, "period" },
		{ "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}", PB__OUTCOME__NOT_IN_REGION,
		    "period" },
	};
	REFUSE_ALL(b.world, table);
	review(&b, "2026-01", prepared);
	end(&b);
}
END_TEST

START_TEST(month_is_prepared_from_its_first_moment_in_china) {
	struct books b = begin();
	world_at(b.world, "2026-02-28 23:59");
	const Pb__Refusal *refusal = world_refuse(
	    b.world, PB__OUTCOME__NOT_DUE, "{'prepare_period': {'period': '2026-03'}}");
	ck_assert_str_eq(refusal->field, "period");
	world_at(b.world, "2026-03-01 00:00");
	prepare(&b, "2026-03");
	end(&b);
}
END_TEST

START_TEST(months_are_closed_one_after_another) {
	struct books b = begin();
	world_at(b.world, "2027-02-01 09:00");
	settle(&b, "2026-11"); /* the first may be any */
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, "{'prepare_period': {'period': '2026-10'}}",
	    "period", "2026-12");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, "{'prepare_period': {'period': '2026-11'}}",
	    "period", "2026-12");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, "{'prepare_period': {'period': '2027-01'}}",
	    "period", "2026-12");
	settle(&b, "2026-12");
	settle(&b, "2027-01");
	ck_assert_int_eq(head(&b).closed_until, day("2027-01-31"));
	end(&b);
}
END_TEST

/* Two were prepared when there was no closed one yet. */
START_TEST(month_that_is_not_the_next_any_more_is_not_closed) {
	struct books b = begin();
	review(&b, "2026-02", prepare(&b, "2026-02"));
	review(&b, "2025-12", prepare(&b, "2025-12"));
	close_month(&b, "2025-12");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, "{'close_period': {'period': '2026-02'}}",
	    "period", "2026-01");
	settle(&b, "2026-01");
	close_month(&b, "2026-02"); /* nothing has happened to a house account since */
	end(&b);
}
END_TEST

START_TEST(each_step_is_taken_in_its_turn) {
	struct books b = begin();
	struct world *w = b.world;
	const char *close_it = "{'close_period': {'period': '2026-01'}}";
	const char *reopen = "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}";
	const char *review_it = "{'review_period': {'period': '2026-01', 'figures': " DIGEST_OF_ZEROS
	                        "}}";
	uint64_t prepared = prepare(&b, "2026-01");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, close_it, "", "PERIOD_PREPARED");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, reopen, "", "PERIOD_PREPARED");
	world_refuse(w, PB__OUTCOME__SAME_PERSON, "%s", review_it);
	world_as(w, b.colleague);
	expect_detail(&b, PB__OUTCOME__PERIOD_CHANGED, review_it, "figures", "");
	review(&b, "2026-01", prepared);
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, review_it, "", "PERIOD_REVIEWED");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, reopen, "", "PERIOD_REVIEWED");
	close_month(&b, "2026-01");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, close_it, "", "PERIOD_CLOSED");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, review_it, "", "PERIOD_CLOSED");
	end(&b);
}
END_TEST

START_TEST(preparing_again_voids_the_review) {
	struct books b = begin();
	uint64_t first = prepare(&b, "2026-01");
	review(&b, "2026-01", first);
	const char *digest = figures_of(&b, first);
	uint64_t second = prepare(&b, "2026-01");
	struct period_row row = period_row(&b, 202601);
	ck_assert_uint_eq(row.status, PB__PERIOD_STATUS__PERIOD_PREPARED);
	ck_assert_uint_eq(row.prepare_seq, second);
	ck_assert_uint_eq(row.reviewed_by, 0);
	ck_assert_uint_eq(row.review_seq, 0);
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, "{'close_period': {'period': '2026-01'}}", "",
	    "PERIOD_PREPARED");
	world_as(b.world, b.colleague);
	world_refuse(b.world, PB__OUTCOME__PERIOD_CHANGED,
	    "{'review_period': {'period': '2026-01', 'figures': '%s'}}", digest);
	review(&b, "2026-01", second);
	close_month(&b, "2026-01");
	end(&b);
}
END_TEST

/* --- open lines --- */

START_TEST(month_with_an_open_line_is_not_closed) {
	struct books b = begin();
	uint64_t old = import(&b, "savings", "2025-12-30", 100);
	import(&b, "savings", "2025-12-31", 100);
	uint64_t line = import(&b, "house", "2026-01-31", -700);
	import(&b, "house", "2026-02-01", -700); /* of the next month: in nobody's way */
	const char *prepare_it = "{'prepare_period': {'period': '2026-01'}}";
	expect_detail(&b, PB__OUTCOME__EXCEPTIONS_OPEN, prepare_it, "period", "savings: 2025-12: 2");
	resolve(&b, "savings", old);
	expect_detail(&b, PB__OUTCOME__EXCEPTIONS_OPEN, prepare_it, "period", "savings: 2025-12: 1");
	const char *carry_one = "{'prepare_period': {'period': '2026-01', 'carry_over':"
	                        " [" LINE("savings", "2", "r") "]}}";
	expect_detail(&b, PB__OUTCOME__EXCEPTIONS_OPEN, carry_one, "period", "house: 2026-01: 1");
	resolve(&b, "house", line);
	uint64_t prepared = world_accept(b.world, "%s", carry_one);
	review(&b, "2026-01", prepared);
	close_month(&b, "2026-01");
	end(&b);
}
END_TEST

START_TEST(lines_of_several_accounts_and_months_are_carried_over_at_once) {
	struct books b = begin();
	static const char *const accounts[] = { "savings", "house" };
	static const char *const dates[] = { "2026-01-15", "2025-11-30", "2026-01-01" };
	for (size_t i = 0; i < 6; i++)
		import(&b, accounts[i % 2], dates[i / 2], 100 + (int64_t)i);
	uint64_t seq = world_accept(b.world,
	    CARRY(LINE("house", "3", "r") ", " LINE("savings", "2", "r") ", " LINE(
	        "house", "1", "r") ", " LINE("savings", "1", "r") ", " LINE("house", "2",
	        "r") ", " LINE("savings", "3", "r")));
	const Pb__PeriodFigures *figures = world_entry(b.world, seq)->decision->period;
	for (size_t i = 0; i < 2; i++) {
		struct house_row row = WORLD_ROW(
		    b.world, TABLE_HOUSE, figures->houses[i]->house_account, struct house_row);
		ck_assert_uint_eq(figures->houses[i]->carried_lines, 3);
		ck_assert_uint_eq(row.carried_lines, 3);
		ck_assert_uint_eq(row.open_lines, 3);
	}
	struct key key = key_of_ids(b.savings, 2);
	const struct bank_line_row *line = STATE_GET(
	    world_state(b.world), TABLE_BANK_LINE, &key, struct bank_line_row);
	ck_assert_uint_eq(line->carried, 202601);
	ck_assert_uint_eq(line->word_seq, seq);

	uint64_t again = prepare(&b, "2026-01"); /* they stay carried over */
	figures = world_entry(b.world, again)->decision->period;
	ck_assert_uint_eq(figures->houses[0]->carried_lines, 3);
	again = world_accept(b.world, CARRY(LINE("house", "3", "another reason")));
	figures = world_entry(b.world, again)->decision->period;
	ck_assert_uint_eq(figures->houses[0]->carried_lines, 3);
	review(&b, "2026-01", again);
	close_month(&b, "2026-01");
	end(&b);
}
END_TEST

START_TEST(statement_of_which_pages_are_missing_is_waited_for) {
	struct books b = begin();
	const char *page = "{'import_statement': {'house_account': 'house', 'format': 'csv', 'file':"
	                   " " DIGEST_OF_ZEROS ", 'page': %d, 'pages': 2, 'lines': [{'file_line': %d,"
	                   " 'serial': 'P%d', 'amount': 5, 'booking_date': '2026-02-01'}]}}";
	uint64_t first = world_accept(b.world, page, 1, 1, 1);
	char detail[64];
	snprintf(detail, sizeof(detail), "house: statement %" PRIu64, first);
	expect_detail(&b, PB__OUTCOME__STATEMENT_INCOMPLETE,
	    "{'prepare_period': {'period': '2026-01'}}", "period", detail);
	world_accept(b.world, page, 2, 2, 2);
	prepare(&b, "2026-01");
	end(&b);
}
END_TEST

/* --- what comes between preparing and closing --- */

START_TEST(account_that_changed_since_is_prepared_again) {
	struct books b = begin();
	review(&b, "2026-01", prepare(&b, "2026-01"));
	uint64_t line = import(&b, "house", "2026-02-05", -20); /* of another month */
	expect_detail(
	    &b, PB__OUTCOME__PERIOD_CHANGED, "{'close_period': {'period': '2026-01'}}", "period", "");
	resolve(&b, "house", line);
	expect_detail(
	    &b, PB__OUTCOME__PERIOD_CHANGED, "{'close_period': {'period': '2026-01'}}", "period", "");
	settle(&b, "2026-01");
	end(&b);
}
END_TEST

START_TEST(line_that_came_since_is_seen_to) {
	struct books b = begin();
	review(&b, "2026-01", prepare(&b, "2026-01"));
	import(&b, "house", "2026-01-31", -20);
	expect_detail(&b, PB__OUTCOME__EXCEPTIONS_OPEN, "{'close_period': {'period': '2026-01'}}",
	    "period", "house: 2026-01: 1");
	end(&b);
}
END_TEST

/* The other figures are those of the entry that prepared it, and life goes on. */
START_TEST(vouchers_and_claims_are_in_nobodys_way) {
	struct books b = begin();
	review(&b, "2026-01", prepare(&b, "2026-01"));
	scheme_published_claim(
	    b.scheme, scheme_holder(b.scheme, LOCAL, ""), scheme_provider(b.scheme, LOCAL), 5000);
	world_as(b.world, b.scheme->finance);
	close_month(&b, "2026-01");
	end(&b);
}
END_TEST

/* --- a closed month --- */

#define IMPORT(date)                                                                               \
	"{'import_statement': {'house_account': 'house', 'file': " DIGEST_OF_ZEROS                     \
	", 'format': 'csv', 'page': 1, 'pages': 1, 'lines': [{'file_line': 2, 'serial': 'late',"       \
	" 'amount': 9, 'booking_date': '" date "'}]}}"

/* The bank's own number of a line of "house". */
static const char *serial_of(struct books *b, uint64_t line) {
	struct key key = key_of_ids(b->scheme->house, line);
	const struct bank_line_row *row = STATE_GET(
	    world_state(b->world), TABLE_BANK_LINE, &key, struct bank_line_row);
	ck_assert_ptr_nonnull(row);
	return world_entry(b->world, row->seq)->command->import_statement->lines[row->index]->serial;
}

START_TEST(closed_month_takes_no_date_any_more) {
	struct books b = begin();
	struct world *w = b.world;
	uint64_t resolved = import(&b, "house", "2026-01-20", 300);
	resolve(&b, "house", resolved);
	scheme_published_claim(
	    b.scheme, scheme_holder(b.scheme, LOCAL, ""), scheme_provider(b.scheme, LOCAL), 5000);
	uint64_t settlement = scheme_settlement(b.scheme);
	scheme_approve_settlement(b.scheme, settlement);
	settle(&b, "2026-01");
	const char *paid = "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1,"
	                   " 'status': 'PAYMENT_PAID', 'value_date': '%s'}}";
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__DATE_CLOSED, paid, settlement, "2026-01-31");
	ck_assert_str_eq(refusal->field, "value_date");
	world_accept(w, paid, settlement, "2026-02-01");
	const char *failed = "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status':"
	                     " 'PAYMENT_FAILED', 'reason': 'r', 'value_date': '%s'}}";
	refusal = world_refuse(w, PB__OUTCOME__DATE_CLOSED, failed, settlement, "2026-01-31");
	ck_assert_str_eq(refusal->field, "value_date");
	world_accept(w, failed, settlement, "2026-02-01");
	world_refuse(w, PB__OUTCOME__DATE_CLOSED, IMPORT("2026-01-31"));
	world_refuse(w, PB__OUTCOME__DATE_CLOSED, IMPORT("2025-06-30"));
	world_accept(w, IMPORT("2026-02-01"));
	uint64_t again = world_accept(w, /* a line that was imported before is none that is new */
	    "{'import_statement': {'house_account': 'house', 'file': '%064d', 'format': 'csv',"
	    " 'page': 1, 'pages': 1, 'lines': [{'serial': '%s', 'amount': 300, 'booking_date':"
	    " '2026-01-20'}]}}",
	    8, serial_of(&b, resolved));
	ck_assert(world_entry(w, again)->decision->lines[0]->is_known);
	world_refuse(w, PB__OUTCOME__DATE_CLOSED,
	    "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'r'}}", resolved);
	end(&b);
}
END_TEST

START_TEST(line_that_was_carried_over_is_seen_to_later) {
	struct books b = begin();
	uint64_t line = import(&b, "house", "2026-01-20", 300);
	uint64_t prepared = world_accept(b.world, CARRY(LINE("house", "1", "r")));
	review(&b, "2026-01", prepared);
	close_month(&b, "2026-01");
	settle(&b, "2026-02"); /* it needs no word again */
	resolve(&b, "house", line);
	struct house_row row = WORLD_ROW(b.world, TABLE_HOUSE, b.scheme->house, struct house_row);
	ck_assert_uint_eq(row.carried_lines, 0);
	ck_assert_uint_eq(row.open_lines, 0);
	world_accept(b.world, "{'unmatch': {'house_account': 'house', 'line': 1, 'reason': 'r'}}");
	row = WORLD_ROW(b.world, TABLE_HOUSE, b.scheme->house, struct house_row);
	ck_assert_uint_eq(row.carried_lines, 1);
	end(&b);
}
END_TEST

/* --- reopen --- */

START_TEST(newest_closed_month_is_opened_again) {
	struct books b = begin();
	struct world *w = b.world;
	settle(&b, "2025-12");
	settle(&b, "2026-01");
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE,
	    "{'reopen_period': {'period': '2025-12', 'reason': 'r'}}", "period", "2026-01");
	world_as(w, b.scheme->approver);
	uint64_t seq = world_accept(w, "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}");
	struct period_row row = period_row(&b, 202601);
	ck_assert_uint_eq(row.status, PB__PERIOD_STATUS__PERIOD_OPEN);
	ck_assert_uint_eq(row.reopened, 1);
	ck_assert_uint_eq(row.reopen_seq, seq);
	ck_assert_uint_eq(head(&b).closed_period, 202512);
	ck_assert_int_eq(head(&b).closed_until, day("2025-12-31"));
	expect_detail(&b, PB__OUTCOME__PERIOD_STATE, "{'close_period': {'period': '2026-01'}}", "",
	    "PERIOD_OPEN");

	world_as(w, b.scheme->finance);
	world_refuse(w, PB__OUTCOME__DATE_CLOSED, IMPORT("2025-12-31"));
	resolve(&b, "house", import(&b, "house", "2026-01-31", 9));
	settle(&b, "2026-01");
	row = period_row(&b, 202601);
	ck_assert_uint_eq(row.status, PB__PERIOD_STATUS__PERIOD_CLOSED);
	ck_assert_uint_eq(row.reopened, 1); /* its history stays */
	ck_assert_uint_eq(row.reopen_seq, seq);
	ck_assert_uint_eq(head(&b).closed_period, 202601);
	end(&b);
}
END_TEST

START_TEST(all_months_are_opened_again_one_after_another) {
	struct books b = begin();
	settle(&b, "2025-12");
	settle(&b, "2026-01");
	world_accept(b.world, "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}");
	world_accept(b.world, "{'reopen_period': {'period': '2025-12', 'reason': 'r'}}");
	ck_assert_uint_eq(head(&b).closed_period, 0);
	ck_assert_int_eq(head(&b).closed_until, INT32_MIN);
	settle(&b, "2026-01"); /* no month is closed: any may be the first */
	world_accept(b.world, "{'reopen_period': {'period': '2026-01', 'reason': 'r'}}");
	ck_assert_uint_eq(period_row(&b, 202601).reopened, 2);
	end(&b);
}
END_TEST

/* --- states made by hand --- */

/* The ledger of `w` once more, to be changed. */
static struct memory_state *copy_of(struct world *w, struct ledger *ledger) {
	struct memory_state *memory = memory_state_new();
	for (uint64_t seq = 1; seq <= world_last_seq(w); seq++)
		ledger_apply(ledger, memory_state_writable(memory), world_entry(w, seq));
	return memory;
}

/* `carry_over` times the same line. */
static struct verdict prepare_in(
    struct books *b, struct ledger *ledger, struct memory_state *memory, size_t carry_over) {
	struct arena *arena = world_arena(b->world);
	Pb__PreparePeriod *prepare_period = PB_NEW(Pb__PreparePeriod, pb__prepare_period, arena);
	Pb__CarryOver *line = PB_NEW(Pb__CarryOver, pb__carry_over, arena);
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, arena);
	command->id = PB_NEW(Pb__Uuid, pb__uuid, arena);
	command->id->low = 1;
	command->body_case = PB__COMMAND__BODY_PREPARE_PERIOD;
	command->prepare_period = prepare_period;
	prepare_period->period = "2026-01";
	prepare_period->n_carry_over = carry_over;
	prepare_period->carry_over = arena_alloc(arena, carry_over * sizeof(line));
	for (size_t i = 0; i < carry_over; i++)
		prepare_period->carry_over[i] = line;
	const struct occasion occasion = { .principal = b->scheme->finance,
		.seq = world_last_seq(b->world) + 1,
		.time_us = world_time_us(b->world) + 1000000 };
	struct verdict verdict;
	ledger_decide(ledger, memory_state_readable(memory), command, &occasion, arena, &verdict);
	return verdict;
}

START_TEST(more_lines_than_the_limit_are_not_carried_over_at_once) {
	struct books b = begin();
	struct ledger *ledger;
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	struct memory_state *memory = copy_of(b.world, ledger);
	struct verdict verdict = prepare_in(&b, ledger, memory, LIMIT_CARRY_OVER + 1);
	ck_assert_int_eq(verdict.outcome, PB__OUTCOME__FIELD_INVALID);
	ck_assert_str_eq(verdict.refusal->field, "carry_over");
	verdict = prepare_in(&b, ledger, memory, LIMIT_CARRY_OVER);
	ck_assert_str_eq(verdict.refusal->field, "carry_over[0].house_account");
	memory_state_free(memory);
	ledger_free(ledger);
	end(&b);
}
END_TEST

START_TEST(books_that_do_not_add_up_are_not_closed) {
	struct books b = begin();
	struct ledger *ledger;
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	struct fund_row fund = WORLD_ROW(b.world, TABLE_FUND, b.scheme->fund, struct fund_row);
	struct programme_row programme = scheme_programme(b.scheme);
	struct house_row house = WORLD_ROW(b.world, TABLE_HOUSE, b.savings, struct house_row);
	fund.available++;
	programme.live--;
	house.awaited_out++;
	const struct {
		enum table table;
		uint64_t id;
		const void *row;
		size_t bytes;
		const char *what;
	} rows[] = {
		{ TABLE_FUND, b.scheme->fund, &fund, sizeof(fund), "fund" },
		{ TABLE_PROGRAMME, b.scheme->programme, &programme, sizeof(programme), "programme" },
		{ TABLE_HOUSE, b.savings, &house, sizeof(house), "house_account" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct memory_state *memory = copy_of(b.world, ledger);
		ck_assert_int_eq(prepare_in(&b, ledger, memory, 0).outcome, PB__OUTCOME__OUTCOME_OK);
		struct key key = key_of_id(rows[i].id);
		char detail[64];
		state_put(memory_state_writable(memory), rows[i].table, &key, rows[i].row, rows[i].bytes);
		struct verdict verdict = prepare_in(&b, ledger, memory, 0);
		ck_assert_int_eq(verdict.outcome, PB__OUTCOME__IDENTITY_BROKEN);
		world_note_refusal(verdict.outcome);
		snprintf(detail, sizeof(detail), "%s %" PRIu64, rows[i].what, rows[i].id);
		ck_assert_str_eq(verdict.refusal->detail, detail);
		memory_state_free(memory);
	}
	ledger_free(ledger);
	end(&b);
}
END_TEST

/* More funds than anybody has, each with the largest figures. */
START_TEST(figures_that_do_not_fit_an_entry_are_refused) {
	enum { FUNDS = 30000 };
	const uint64_t first = UINT64_C(1) << 62;
	struct books b = begin();
	struct ledger *ledger;
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	struct memory_state *memory = copy_of(b.world, ledger);
	const struct state *state = memory_state_writable(memory);
	struct ledger_row top = head(&b);
	for (uint64_t i = 0; i < FUNDS; i++) {
		const struct fund_row row = {
			.appropriated = INT64_MAX,
			.available = INT64_MAX / 2,
			.allocated = INT64_MAX - INT64_MAX / 2,
			.older = top.newest_fund,
		};
		top.newest_fund = first + i;
		struct key key = key_of_id(top.newest_fund);
		STATE_PUT(state, TABLE_FUND, &key, &row);
	}
	struct key empty = KEY_EMPTY;
	STATE_PUT(state, TABLE_LEDGER, &empty, &top);
	ck_assert_int_eq(prepare_in(&b, ledger, memory, 0).outcome, PB__OUTCOME__TOO_LARGE);
	memory_state_free(memory);
	ledger_free(ledger);
	end(&b);
}
END_TEST

SUITE_MAIN("period_close", month_is_prepared_reviewed_and_closed,
    figures_are_those_of_every_fund_programme_and_house_account, what_is_not_whole_is_refused,
    more_lines_than_the_limit_are_not_carried_over_at_once, staff_of_a_region_have_no_part_in_it,
    month_is_prepared_from_its_first_moment_in_china, months_are_closed_one_after_another,
    month_that_is_not_the_next_any_more_is_not_closed, each_step_is_taken_in_its_turn,
    preparing_again_voids_the_review, month_with_an_open_line_is_not_closed,
    lines_of_several_accounts_and_months_are_carried_over_at_once,
    statement_of_which_pages_are_missing_is_waited_for,
    account_that_changed_since_is_prepared_again, line_that_came_since_is_seen_to,
    vouchers_and_claims_are_in_nobodys_way, closed_month_takes_no_date_any_more,
    line_that_was_carried_over_is_seen_to_later, newest_closed_month_is_opened_again,
    all_months_are_opened_again_one_after_another, books_that_do_not_add_up_are_not_closed,
    figures_that_do_not_fit_an_entry_are_refused)
