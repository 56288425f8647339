/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"
#include "refusals.h"
#include "support/bank.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE(serial, amount, date)                                                                 \
	"{'file_line': 7, 'serial': '" serial "', 'amount': '" amount "', 'booking_date': '" date "'}"

static struct statement_row statement_of(struct desk *desk, uint64_t id) {
	return WORLD_ROW(desk->w, TABLE_STATEMENT, id, struct statement_row);
}

static const Pb__LineResult *result_of(struct desk *desk, uint64_t seq, size_t index) {
	const Pb__Decision *decision = world_entry(desk->w, seq)->decision;
	ck_assert_uint_lt(index, decision->n_lines);
	return decision->lines[index];
}

/* --- lines --- */

START_TEST(lines_are_numbered_on_and_nobody_knows_what_names_nothing) {
	struct desk desk = bank_desk(1000);
	uint64_t first = bank_import(
	    desk.w, LINE("a", "-300", "2026-01-06") ", " LINE("b", "50", "2026-01-05"));
	uint64_t second = bank_import(desk.w, LINE("", "7", "2026-02-01"));
	ck_assert_uint_eq(result_of(&desk, first, 1)->line, 2);
	ck_assert_uint_eq(result_of(&desk, second, 0)->line, 3);
	ck_assert_int_eq(result_of(&desk, first, 0)->state, PB__LINE_STATE__LINE_EXCEPTION);
	ck_assert_int_eq(result_of(&desk, first, 0)->exception, PB__LINE_EXCEPTION__LINE_UNKNOWN);

	struct bank_line_row line = bank_line_row(desk.w, desk.house, 2);
	ck_assert_uint_eq(line.seq, first);
	ck_assert_uint_eq(line.index, 1);
	ck_assert_uint_eq(line.statement, first);
	ck_assert_int_eq(line.amount, 50);
	ck_assert_int_eq(line.booked, 0);
	ck_assert_int_eq(line.since_us, (int64_t)world_entry(desk.w, first)->time_us);

	struct house_row house = bank_house_row(desk.w, desk.house);
	char day[DATE_TEXT_BYTES];
	ck_assert_int_eq(house.statement, 1000 - 300 + 50 + 7);
	ck_assert_int_eq(house.books, 1000);
	ck_assert_int_eq(house.open_in, 57);
	ck_assert_int_eq(house.open_out, 300);
	ck_assert_uint_eq(house.lines, 3);
	ck_assert_uint_eq(house.open_lines, 3);
	ck_assert_uint_eq(house.exceptions, 3);
	ck_assert_uint_eq(house.statements, 2);
	ck_assert_uint_eq(house.receiving, 0);
	date_format(house.first_day, day);
	ck_assert_str_eq(day, "2026-01-05");
	date_format(house.last_day, day);
	ck_assert_str_eq(day, "2026-02-01");
	world_free(desk.w);
}
END_TEST

static struct open_lines_row open_in_month(struct desk *desk, uint32_t period) {
	struct key key = key_of_id(desk->house);
	key_add_u32(&key, period);
	const struct open_lines_row *row = STATE_GET(
	    world_state(desk->w), TABLE_OPEN_LINES, &key, struct open_lines_row);
	return row ? *row : (struct open_lines_row){ 0 };
}

START_TEST(open_lines_are_counted_in_the_month_of_their_booking) {
	struct desk desk = bank_desk(1000);
	bank_import(desk.w, LINE("a", "1", "2026-01-31") ", " LINE("b", "1", "2026-02-01"));
	bank_import(desk.w, LINE("c", "1", "2026-01-01"));
	ck_assert_uint_eq(open_in_month(&desk, 202601).open, 2);
	ck_assert_uint_eq(open_in_month(&desk, 202602).open, 1);
	ck_assert_uint_eq(open_in_month(&desk, 202601).carried, 0);
	world_free(desk.w);
}
END_TEST

START_TEST(a_line_that_the_account_has_had_is_passed_over) {
	struct desk desk = bank_desk(1000);
	bank_import(desk.w, LINE("a", "-300", "2026-01-06") ", " LINE("b", "50", "2026-01-06"));
	uint64_t again = bank_import(desk.w,
	    LINE("b", "50", "2026-01-06") ", " LINE("c", "9", "2026-01-07") ", " LINE(
	        "c", "9", "2026-01-07"));
	ck_assert(result_of(&desk, again, 0)->is_known);
	ck_assert_uint_eq(result_of(&desk, again, 0)->line, 2);
	ck_assert(!result_of(&desk, again, 1)->is_known);
	ck_assert_uint_eq(result_of(&desk, again, 1)->line, 3);
	ck_assert(result_of(&desk, again, 2)->is_known); /* twice in one file */
	ck_assert_uint_eq(result_of(&desk, again, 2)->line, 3);
	ck_assert_uint_eq(statement_of(&desk, again).lines, 3);
	ck_assert_uint_eq(statement_of(&desk, again).new_lines, 1);
	ck_assert_int_eq(bank_house_row(desk.w, desk.house).statement, 1000 - 300 + 50 + 9);
	world_free(desk.w);
}
END_TEST

START_TEST(lines_without_a_serial_are_all_different) {
	struct desk desk = bank_desk(1000);
	bank_import(desk.w, LINE("", "5", "2026-01-06") ", " LINE("", "5", "2026-01-06"));
	ck_assert_uint_eq(bank_house_row(desk.w, desk.house).lines, 2);
	world_free(desk.w);
}
END_TEST

START_TEST(one_serial_is_of_one_amount_and_day) {
	struct desk desk = bank_desk(1000);
	static const char one[] =
	    "{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'f', 'page': 1,"
	    " 'pages': 1, 'lines': [" LINE("x", "1", "2026-01-06") ", %s]}}";
	static const char *const others[] = { LINE("a", "51", "2026-01-06"),
		LINE("a", "50", "2026-01-07"), LINE("x", "2", "2026-01-06"), LINE("x", "1", "2026-01-05") };
	bank_import(desk.w, LINE("a", "50", "2026-01-06"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const Pb__Refusal *refusal = world_refuse(
		    desk.w, PB__OUTCOME__STATEMENT_DIFFERS, one, bank_file(desk.w, 500), others[i]);
		ck_assert_str_eq(refusal->field, "lines[1].serial");
		ck_assert_str_eq(refusal->detail, i < 2 ? "line 1" : "line 2");
	}
	world_accept(desk.w, one, bank_file(desk.w, 500), LINE("a", "50", "2026-01-06"));
	world_free(desk.w);
}
END_TEST

/* A page as large as one may be, each line with a serial of its own, and with one of before. */
START_TEST(a_page_has_so_many_lines_and_no_more) {
	struct desk desk = bank_desk(1000);
	static char lines[65536];
	size_t used = 0;
	for (int i = 0; i <= LIMIT_STATEMENT_LINES; i++)
		used += (size_t)snprintf(lines + used, sizeof(lines) - used,
		    "%s{'serial': 's%d', 'amount': 1, 'booking_date': '2026-01-06'}", i ? ", " : "",
		    i < LIMIT_STATEMENT_LINES / 2 ? i : i + 1000);
	ck_assert_uint_lt(used, sizeof(lines) - 1);
	const Pb__Refusal *refusal = world_refuse(desk.w, PB__OUTCOME__FIELD_INVALID,
	    "{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'f', 'page': 1,"
	    " 'pages': 1, 'lines': [%s]}}",
	    bank_file(desk.w, 9), lines);
	ck_assert_str_eq(refusal->field, "lines");
	strrchr(lines, '{')[-2] = '\0'; /* one less */
	bank_import(desk.w, "%s", lines);
	ck_assert_uint_eq(bank_house_row(desk.w, desk.house).lines, LIMIT_STATEMENT_LINES);
	bank_import(desk.w, "%s", lines);
	ck_assert_uint_eq(bank_house_row(desk.w, desk.house).lines, LIMIT_STATEMENT_LINES);
	world_free(desk.w);
}
END_TEST

/* --- pages, balances --- */

/* One page with balances. */
#define PAGE                                                                                       \
	"{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'f', 'number': '%s'," \
	" 'page': %d, 'pages': %d, 'has_balances': true, 'opening_balance': %d,"                       \
	" 'closing_balance': %d, 'lines': [%s]}}"

START_TEST(pages_lead_from_one_balance_to_the_other) {
	struct desk desk = bank_desk(1000);
	const char *file = bank_file(desk.w, 1);
	uint64_t first = world_accept(
	    desk.w, PAGE, file, "N1", 1, 3, 1000, 700, LINE("a", "-300", "2026-01-06"));
	ck_assert_uint_eq(bank_house_row(desk.w, desk.house).receiving, first);
	uint64_t second = world_accept(desk.w, PAGE, file, "N1", 2, 3, 700, 700, "");
	ck_assert_uint_eq(world_entry(desk.w, second)->decision->statement, first);
	world_accept(desk.w, PAGE, file, "N1", 3, 3, 700, 750, LINE("b", "50", "2026-01-06"));
	struct statement_row row = statement_of(&desk, first);
	ck_assert_uint_eq(row.lines, 2);
	ck_assert_uint_eq(row.page, 3);
	ck_assert_int_eq(row.balance, 750);
	ck_assert_uint_eq(bank_house_row(desk.w, desk.house).receiving, 0);
	ck_assert_uint_eq(bank_house_row(desk.w, desk.house).statements, 1);
	world_free(desk.w);
}
END_TEST

START_TEST(a_statement_goes_on_where_it_stopped) {
	struct desk desk = bank_desk(1000);
	struct world *w = desk.w;
	const char *file = bank_file(w, 1);
	uint64_t first = world_accept(
	    w, PAGE, file, "N1", 1, 3, 1000, 700, LINE("a", "-300", "2026-01-06"));
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__STATEMENT_INCOMPLETE, PAGE, bank_file(w, 2), "N2", 1, 1, 700, 700, "");
	ck_assert_str_eq(refusal->field, "file");
	ck_assert_str_eq(refusal->detail, arena_printf(world_arena(w), "statement %" PRIu64, first));
	refusal = world_refuse(w, PB__OUTCOME__FIELD_INVALID, PAGE, file, "N1", 3, 3, 700, 700, "");
	ck_assert_str_eq(refusal->field, "page");
	ck_assert_str_eq(refusal->detail, "page 2 comes next");
	refusal = world_refuse(w, PB__OUTCOME__FIELD_INVALID, PAGE, file, "N1", 2, 4, 700, 700, "");
	ck_assert_str_eq(refusal->field, "pages");
	refusal = world_refuse(w, PB__OUTCOME__STATEMENT_DIFFERS, PAGE, file, "N7", 2, 3, 700, 700, "");
	ck_assert_str_eq(refusal->field, "number");
	refusal = world_refuse(w, PB__OUTCOME__BALANCE_BROKEN, PAGE, file, "N1", 2, 3, 701, 701, "");
	ck_assert_str_eq(refusal->field, "opening_balance");
	refusal = world_refuse(w, PB__OUTCOME__STATEMENT_KNOWN, PAGE, file, "N1", 1, 3, 1000, 700,
	    LINE("a", "-300", "2026-01-06"));
	ck_assert_str_eq(refusal->field, "file");
	refusal = world_refuse(w, PB__OUTCOME__FIELD_INVALID,
	    "{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'f', 'page': 2,"
	    " 'pages': 3}}",
	    file);
	ck_assert_str_eq(refusal->field, "has_balances");
	world_free(w);
}
END_TEST

/* It says another balance than ours, which no page of it can mend. */
START_TEST(a_statement_that_leads_nowhere_is_given_up) {
	static const char end[] = "{'import_statement': {'house_account': 'house', 'file': '%s',"
	                          " 'format': 'f', 'page': %d, 'pages': %d%s}}";
	struct desk desk = bank_desk(1000);
	struct world *w = desk.w;
	const char *file = bank_file(w, 1);
	uint64_t first = world_accept(
	    w, PAGE, file, "N1", 1, 3, 5000, 4700, LINE("a", "-300", "2026-01-06"));
	world_accept(w, PAGE, file, "N1", 2, 3, 4700, 4600, LINE("b", "-100", "2026-01-06"));
	world_refuse(w, PB__OUTCOME__BALANCE_BROKEN, PAGE, file, "N1", 3, 3, 4600, 4600, "");
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__FIELD_INVALID, end, file, 4, 4, ", 'number': 'N1'");
	ck_assert_str_eq(refusal->field, "page");
	refusal = world_refuse(w, PB__OUTCOME__FIELD_INVALID, end, file, 3, 4, "");
	ck_assert_str_eq(refusal->field, "pages");
	world_refuse(w, PB__OUTCOME__STATEMENT_DIFFERS, end, file, 3, 3, ", 'number': 'N2'");
	world_accept(w, end, file, 3, 3, ", 'number': 'N1'");
	struct statement_row row = statement_of(&desk, first);
	ck_assert_uint_eq(row.page, row.pages);
	ck_assert_uint_eq(row.lines, 2);
	ck_assert_int_eq(row.balance, 4600);
	struct house_row house = bank_house_row(w, desk.house);
	ck_assert_uint_eq(house.receiving, 0);
	ck_assert_int_eq(house.statement, 600);
	world_refuse(w, PB__OUTCOME__STATEMENT_KNOWN, end, file, 4, 4, ", 'number': 'N1'");
	world_accept(w, PAGE, bank_file(w, 2), "N2", 1, 1, 600, 550, LINE("c", "-50", "2026-01-06"));
	world_free(w);
}
END_TEST

START_TEST(a_file_is_imported_once_and_a_number_names_one_file) {
	struct desk desk = bank_desk(1000);
	struct world *w = desk.w;
	const char *file = bank_file(w, 1);
	world_accept(w, PAGE, file, "N1", 1, 1, 1000, 700, LINE("a", "-300", "2026-01-06"));
	world_refuse(w, PB__OUTCOME__STATEMENT_KNOWN, PAGE, file, "N1", 1, 1, 1000, 700,
	    LINE("a", "-300", "2026-01-06"));
	world_refuse(w, PB__OUTCOME__STATEMENT_KNOWN, PAGE, file, "N1", 2, 2, 700, 700, "");
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__STATEMENT_DIFFERS, PAGE, bank_file(w, 2), "N1", 1, 1, 700, 700, "");
	ck_assert_str_eq(refusal->field, "number");
	ck_assert_uint_eq(bank_house_row(w, desk.house).statements, 1);
	world_free(w);
}
END_TEST

START_TEST(what_is_new_leads_to_the_balance_of_the_bank) {
	struct desk desk = bank_desk(1000);
	struct world *w = desk.w;
	const char *line = LINE("a", "-300", "2026-01-06");
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__BALANCE_BROKEN, PAGE, bank_file(w, 1), "", 1, 1, 1000, 701, line);
	ck_assert_str_eq(refusal->field, "closing_balance");
	refusal = world_refuse(/* a statement before this one was never imported */
	    w, PB__OUTCOME__BALANCE_BROKEN, PAGE, bank_file(w, 1), "", 1, 1, 1100, 800, line);
	ck_assert_str_eq(refusal->field, "closing_balance");
	ck_assert_str_eq(refusal->detail, "the account comes to 700");
	world_refuse(w, PB__OUTCOME__BALANCE_BROKEN, PAGE, bank_file(w, 1), "", 1, 1, 900, 900, "");
	world_accept(w, PAGE, bank_file(w, 1), "", 1, 1, 1000, 700, line);
	world_accept(w, PAGE, bank_file(w, 2), "", 1, 1, 1000, 750, /* overlaps */
	    LINE("a", "-300", "2026-01-06") ", " LINE("b", "50", "2026-01-07"));
	world_accept(w, PAGE, bank_file(w, 3), "", 1, 1, 1000, 700, line); /* long known */
	world_accept(w, PAGE, bank_file(w, 4), "", 1, 1, 750, 750, "");    /* a quiet day */
	ck_assert_int_eq(bank_house_row(w, desk.house).statement, 750);
	world_free(w);
}
END_TEST

/* --- what is refused --- */

#define IMPORT(fields)                                                                             \
	"{'import_statement': {'house_account': 'house', 'file': '" SHA "', 'format': 'f',"            \
	" 'page': 1, 'pages': 1, " fields "}}"
#define SHA       "00000000000000000000000000000000000000000000000000000000000000aa"
#define ONE(line) IMPORT("'lines': [{" line "}]")

START_TEST(what_is_wrong_with_a_statement_is_named) {
	struct desk desk = bank_desk(1000);
	struct world *w = desk.w;
	const struct refused table[] = {
		{ "{'import_statement': {'house_account': 'house', 'format': 'f', 'page': 1, 'pages': 1}}",
		    PB__OUTCOME__FIELD_MISSING, "file" },
		{ "{'import_statement': {'house_account': 'house', 'file': 'aa', 'format': 'f', 'page': 1,"
		  " 'pages': 1}}",
		    PB__OUTCOME__FIELD_INVALID, "file" },
		{ "{'import_statement': {'house_account': 'house', 'file': '" SHA "', 'page': 1,"
		  " 'pages': 1}}",
		    PB__OUTCOME__FIELD_MISSING, "format" },
		{ "{'import_statement': {'house_account': 'house', 'file': '" SHA "', 'format': 'f',"
		  " 'pages': 1}}",
		    PB__OUTCOME__FIELD_MISSING, "page" },
		{ "{'import_statement': {'house_account': 'house', 'file': '" SHA "', 'format': 'f',"
		  " 'page': 1}}",
		    PB__OUTCOME__FIELD_MISSING, "pages" },
		{ "{'import_statement': {'house_account': 'house', 'file': '" SHA "', 'format': 'f',"
		  " 'page': 2, 'pages': 1}}",
		    PB__OUTCOME__FIELD_INVALID, "page" },
		{ "{'import_statement': {'house_account': 'house', 'file': '" SHA "', 'format': 'f',"
		  " 'page': 2, 'pages': 2}}",
		    PB__OUTCOME__FIELD_INVALID, "page" },
		{ "{'import_statement': {'file': '" SHA "', 'format': 'f', 'page': 1, 'pages': 1}}",
		    PB__OUTCOME__FIELD_MISSING, "house_account" },
		{ "{'import_statement': {'house_account': 'moon', 'file': '" SHA "', 'format': 'f',"
		  " 'page': 1, 'pages': 1}}",
		    PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN, "house_account" },
		{ ONE("'booking_date': '2026-01-06'"), PB__OUTCOME__AMOUNT_INVALID, "lines[0].amount" },
		{ ONE("'amount': '-9223372036854775808', 'booking_date': '2026-01-06'"),
		    PB__OUTCOME__AMOUNT_INVALID, "lines[0].amount" },
		{ ONE("'amount': 1"), PB__OUTCOME__FIELD_MISSING, "lines[0].booking_date" },
		{ ONE("'amount': 1, 'booking_date': '2026-02-30'"), PB__OUTCOME__FIELD_INVALID,
		    "lines[0].booking_date" },
		{ ONE("'amount': 1, 'booking_date': '2026-01-06', 'value_date': 'x'"),
		    PB__OUTCOME__FIELD_INVALID, "lines[0].value_date" },
		{ ONE("'amount': 1, 'booking_date': '2026-01-06', 'serial': 'a\\u0007'"),
		    PB__OUTCOME__FIELD_INVALID, "lines[0].serial" },
		{ ONE("'amount': 1, 'booking_date': '2026-01-06', 'reference': '\\u0007'"),
		    PB__OUTCOME__FIELD_INVALID, "lines[0].reference" },
		{ ONE("'amount': 1, 'booking_date': '2026-01-06', 'bank_reference': '\\u0007'"),
		    PB__OUTCOME__FIELD_INVALID, "lines[0].bank_reference" },
		{ ONE("'amount': 1, 'booking_date': '2026-01-06', 'text': '\\u0007'"),
		    PB__OUTCOME__FIELD_INVALID, "lines[0].text" },
		{ ONE("'amount': 1, 'booking_date': '2026-01-06', 'payee': '911'"),
		    PB__OUTCOME__PARTY_UNKNOWN, "lines[0].payee" },
		{ IMPORT("'number': '\\u0007'"), PB__OUTCOME__FIELD_INVALID, "number" },
		{ IMPORT("'lines': [" LINE("a", "9223372036854775807", "2026-01-06") "]"),
		    PB__OUTCOME__OVERFLOW, "lines" },
		{ IMPORT("'lines': [" LINE("a", "-9223372036854775807", "2026-01-06") ", " LINE(
		      "b", "-1001", "2026-01-06") "]"),
		    PB__OUTCOME__OVERFLOW, "lines" },
		{ IMPORT("'lines': [" LINE("a", "9223372036854775807", "2026-01-06") ", " LINE(
		      "b", "-9223372036854775807", "2026-01-06") "]"), /* on the way */
		    PB__OUTCOME__OVERFLOW, "lines" },
	};
	REFUSE_ALL(w, table);
	ck_assert_uint_eq(bank_house_row(w, desk.house).lines, 0);
	world_free(w);
}
END_TEST

START_TEST(statements_are_for_staff_of_no_region) {
	struct desk desk = bank_desk(1000);
	struct world *w = desk.w;
	world_as(w, WORLD_ADMIN);
	uint64_t regional = world_accept(w,
	    "{'register_principal': {'person': 'S9', 'roles': ['ROLE_FINANCE'], 'region': '110114',"
	    " 'certificate_spki': '%s'}}",
	    bank_file(w, 77));
	world_as(w, regional);
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__NOT_IN_REGION, IMPORT("'number': ''"));
	ck_assert_str_eq(refusal->field, "house_account");
	world_free(w);
}
END_TEST

SUITE_MAIN("statement", lines_are_numbered_on_and_nobody_knows_what_names_nothing,
    open_lines_are_counted_in_the_month_of_their_booking,
    a_line_that_the_account_has_had_is_passed_over, lines_without_a_serial_are_all_different,
    one_serial_is_of_one_amount_and_day, a_page_has_so_many_lines_and_no_more,
    pages_lead_from_one_balance_to_the_other, a_statement_goes_on_where_it_stopped,
    a_statement_that_leads_nowhere_is_given_up, a_file_is_imported_once_and_a_number_names_one_file,
    what_is_new_leads_to_the_balance_of_the_bank, what_is_wrong_with_a_statement_is_named,
    statements_are_for_staff_of_no_region)
