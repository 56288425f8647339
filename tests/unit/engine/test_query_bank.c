/* SPDX-License-Identifier: Apache-2.0 */
/* House accounts, their statements and bank lines, as queries show them. */
#include "support/scheme.h"
#include "support/suite.h"
#include "unit/engine/asking.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define FILE_A "00000000000000000000000000000000000000000000000000000000000000aa"
#define FILE_B "00000000000000000000000000000000000000000000000000000000000000bb"

/* --- a ledger with two accounts, of which the second has lines, too --- */

struct stage {
	struct scheme *s;
	struct world *w;
	uint64_t main, statement, other_statement;
};

static struct stage stage_new(void) {
	struct stage stage = { .s = scheme_new(&scheme_plain) };
	struct world *w = stage.w = stage.s->world;
	world_as(w, stage.s->finance);
	stage.main = world_accept(w,
	    "{'register_house_account': {'code': 'main', 'name': '基本户', 'opening_balance': 100000,"
	    " 'account': {'number': '0200009', 'bank_code': '102100099996',"
	    " 'holder_name': '科委'}}}");
	stage.statement = world_accept(w,
	    "{'import_statement': {'house_account': 'main', 'file': '" FILE_A "', 'format': 'csv icbc',"
	    " 'number': '2026-01', 'page': 1, 'pages': 1, 'has_balances': true,"
	    " 'opening_balance': 100000, 'closing_balance': 99500, 'lines': ["
	    "{'file_line': 5, 'serial': 'S1', 'amount': -700, 'booking_date': '2026-01-04',"
	    " 'value_date': '2026-01-05', 'reference': 'R1', 'bank_reference': 'B1', 'text': '手续费'},"
	    "{'file_line': 6, 'serial': 'S2', 'amount': 200, 'booking_date': '2026-01-05'}]}}");
	stage.other_statement = world_accept(w,
	    "{'import_statement': {'house_account': 'house', 'file': '" FILE_B "', 'format': 'csv ccb',"
	    " 'page': 1, 'pages': 2, 'lines': ["
	    "{'file_line': 2, 'amount': 300, 'booking_date': '2026-01-04'}]}}");
	return stage;
}

static const Pb__BankLine *line_named(struct stage *stage, const char *name) {
	const Pb__BankLine *line = asking_get(stage->w, RESOURCE_BANK_LINES, name, &asking_banker);
	ck_assert_msg(line != NULL, "%s", name);
	return line;
}

/* --- what is shown --- */

START_TEST(a_house_account_is_shown_with_what_it_and_its_books_come_to) {
	struct stage stage = stage_new();
	const Pb__HouseAccount *main = asking_get(
	    stage.w, RESOURCE_HOUSE_ACCOUNTS, "main", &asking_banker);
	ck_assert_str_eq(asking_json(stage.w, main),
	    arena_printf(world_arena(stage.w),
	        "{\"id\":\"%" PRIu64 "\",\"code\":\"main\",\"name\":\"基本户\",\"account\":"
	        "{\"number\":\"0200009\",\"bank_code\":\"102100099996\",\"holder_name\":\"科委\"},"
	        "\"currency\":\"CNY\",\"figures\":{\"house_account\":\"%" PRIu64 "\","
	        "\"statement\":\"99500\",\"books\":\"100000\",\"open_in\":\"200\","
	        "\"open_out\":\"700\",\"lines\":\"2\",\"open_lines\":\"2\"},"
	        "\"exceptions\":\"2\",\"booked_until\":\"2026-01-05\","
	        "\"opening_balance\":\"100000\"}",
	        stage.main, stage.main));
	world_accept(stage.w,
	    "{'resolve_line': {'house_account': 'main', 'line': 1, 'kind': 'LINE_FEE', 'reason':"
	    " 'r'}}");
	const char *id = arena_printf(world_arena(stage.w), "%" PRIu64, stage.main);
	const Pb__HouseAccount *by_id = asking_get(
	    stage.w, RESOURCE_HOUSE_ACCOUNTS, id, &asking_banker);
	ck_assert_str_eq(by_id->code, "main");
	ck_assert_int_eq(by_id->figures->ignored_in, 0);
	ck_assert_int_eq(by_id->figures->ignored_out, 700);
	const Pb__Page *page = asking_list(stage.w, RESOURCE_HOUSE_ACCOUNTS, NULL, &asking_banker);
	ck_assert_uint_eq(page->n_house_accounts, 2);
	ck_assert_str_eq(page->house_accounts[0]->code, "house");
	ck_assert_int_eq(
	    page->house_accounts[0]->figures->statement - page->house_accounts[0]->figures->books, 300);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_house_account_without_lines_is_booked_until_no_day) {
	struct scheme *s = scheme_new(&scheme_plain);
	const Pb__HouseAccount *house = asking_get(
	    s->world, RESOURCE_HOUSE_ACCOUNTS, "house", &asking_banker);
	ck_assert_str_eq(house->booked_until, "");
	scheme_free(s);
}
END_TEST

START_TEST(a_statement_says_what_came_of_its_file) {
	struct stage stage = stage_new();
	const Pb__Page *page = asking_list(stage.w, RESOURCE_STATEMENTS, NULL, &asking_banker);
	ck_assert_uint_eq(page->n_statements, 2);
	int64_t time_us = (int64_t)world_entry(stage.w, stage.statement)->time_us;
	ck_assert_str_eq(asking_json(stage.w, page->statements[0]),
	    arena_printf(world_arena(stage.w),
	        "{\"id\":\"%" PRIu64 "\",\"house_account\":\"main\",\"format\":\"csv icbc\","
	        "\"number\":\"2026-01\",\"file\":\"" FILE_A "\",\"lines\":\"2\",\"new_lines\":\"2\","
	        "\"closing_balance\":\"99500\",\"is_whole\":true,\"person\":\"%s\","
	        "\"time_us\":\"%" PRId64 "\"}",
	        stage.statement, world_entry(stage.w, stage.statement)->actor->person, time_us));
	ck_assert(!page->statements[1]->is_whole);
	const struct query_filter filter = { .house_account = "house" };
	page = asking_list(stage.w, RESOURCE_STATEMENTS, &filter, &asking_banker);
	ck_assert_uint_eq(page->n_statements, 1);
	ck_assert_uint_eq(page->statements[0]->id, stage.other_statement);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_line_is_shown_as_the_bank_stated_it) {
	struct stage stage = stage_new();
	int64_t time_us = (int64_t)world_entry(stage.w, stage.statement)->time_us;
	ck_assert_str_eq(asking_json(stage.w, line_named(&stage, "main/1")),
	    arena_printf(world_arena(stage.w),
	        "{\"house_account\":\"main\",\"line\":\"1\",\"state\":\"LINE_EXCEPTION\","
	        "\"exception\":\"LINE_UNKNOWN\",\"amount\":\"-700\",\"open\":\"-700\","
	        "\"booking_date\":\"2026-01-04\",\"value_date\":\"2026-01-05\",\"serial\":\"S1\","
	        "\"reference\":\"R1\",\"bank_reference\":\"B1\",\"text\":\"手续费\","
	        "\"statement\":\"%" PRIu64 "\",\"file_line\":\"5\",\"since_us\":\"%" PRId64 "\","
	        "\"time_us\":\"%" PRId64 "\"}",
	        stage.statement, time_us, time_us));
	ck_assert_str_eq(line_named(&stage, "main/2")->serial, "S2");
	ck_assert_uint_eq(line_named(&stage, "house/1")->file_line, 2);
	static const char *const none[] = { "main/3", "main/0", "main", "main/", "/1", "moon/1", "",
		"main/1/", "main/-1", "1" };
	for (size_t i = 0; i < COUNT(none); i++)
		ck_assert_msg(
		    !asking_get(stage.w, RESOURCE_BANK_LINES, none[i], &asking_banker), "\"%s\"", none[i]);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_line_says_who_sees_to_it_and_the_newest_word_on_it) {
	struct stage stage = stage_new();
	const char *person = world_entry(stage.w, stage.statement)->actor->person;
	world_accept(stage.w,
	    "{'assign_line': {'house_account': 'main', 'line': 1, 'owner': '%s',"
	    " 'reason': 'ask the bank'}}",
	    person);
	const Pb__BankLine *line = line_named(&stage, "main/1");
	ck_assert_str_eq(line->owner, person);
	ck_assert_str_eq(line->reason, "ask the bank");
	uint64_t resolved = world_accept(stage.w,
	    "{'resolve_line': {'house_account': 'main', 'line': 1, 'kind': 'LINE_FEE',"
	    " 'reason': 'the fee of January'}}");
	line = line_named(&stage, "main/1");
	ck_assert_int_eq(line->state, PB__LINE_STATE__LINE_IGNORED);
	ck_assert_int_eq(line->kind, PB__LINE_KIND__LINE_FEE);
	ck_assert_int_eq(line->open, 0);
	ck_assert_str_eq(line->owner, person);
	ck_assert_str_eq(line->reason, "the fee of January");
	ck_assert_int_eq(line->since_us, (int64_t)world_entry(stage.w, resolved)->time_us);
	ck_assert_str_eq(line_named(&stage, "main/2")->owner, "");
	scheme_free(stage.s);
}
END_TEST

START_TEST(accounts_of_the_bank_are_owned_by_their_house_account) {
	struct stage stage = stage_new();
	const Pb__Page *page = asking_list(stage.w, RESOURCE_ACCOUNTS, NULL, &asking_banker);
	int found = 0;
	for (size_t i = 0; i < page->n_accounts; i++) {
		const Pb__AccountBalance *account = page->accounts[i];
		if (account->account < PB__ACCOUNT_KIND__MEMO_BANK || strcmp(account->owner, "main") != 0)
			continue;
		bool is_counter = account->account == PB__ACCOUNT_KIND__MEMO_BANK_COUNTER;
		ck_assert_str_eq(account->party, "");
		ck_assert_int_eq(account->balance, is_counter ? -100000 : 100000);
		found++;
	}
	ck_assert_int_eq(found, 2);
	scheme_free(stage.s);
}
END_TEST

/* --- lists --- */

/* The lines of a page as "main/1 main/2 ". */
static const char *names_of(struct stage *stage, const Pb__Page *page) {
	const char *names = "";
	for (size_t i = 0; i < page->n_bank_lines; i++)
		names = arena_printf(world_arena(stage->w), "%s%s/%" PRIu64 " ", names,
		    page->bank_lines[i]->house_account, page->bank_lines[i]->line);
	return names;
}

START_TEST(lines_are_listed_by_account_state_and_exception) {
	struct stage stage = stage_new();
	world_accept(stage.w,
	    "{'resolve_line': {'house_account': 'main', 'line': 1, 'kind': 'LINE_FEE',"
	    " 'reason': 'fee'}}");
	const struct {
		struct query_filter filter;
		const char *names;
	} table[] = {
		{ { 0 }, "house/1 main/1 main/2 " },
		{ { .house_account = "main" }, "main/1 main/2 " },
		{ { .house_account = "house" }, "house/1 " },
		{ { .state = "exception" }, "house/1 main/2 " },
		{ { .state = "LINE_IGNORED" }, "main/1 " },
		{ { .state = "unmatched" }, "" },
		{ { .state = "suggested" }, "" },
		{ { .exception = "unknown", .house_account = "main" }, "main/2 " },
		{ { .exception = "LINE_AMBIGUOUS" }, "" },
		{ { .open = "true" }, "house/1 main/2 " },
		{ { .open = "false" }, "main/1 " },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		const Pb__Page *page = asking_list(
		    stage.w, RESOURCE_BANK_LINES, &table[i].filter, &asking_banker);
		ck_assert_str_eq(names_of(&stage, page), table[i].names);
		ck_assert_str_eq(page->next, "");
	}
	scheme_free(stage.s);
}
END_TEST

START_TEST(pages_of_lines_follow_each_other) {
	struct stage stage = stage_new();
	struct query_filter filter = { .limit = 1 };
	const char *names = "";
	int pages = 0;
	do {
		const Pb__Page *page = asking_list(stage.w, RESOURCE_BANK_LINES, &filter, &asking_banker);
		names = arena_printf(world_arena(stage.w), "%s%s", names, names_of(&stage, page));
		filter.cursor = page->next;
	} while (++pages < 5 && filter.cursor[0]);
	ck_assert_int_eq(pages, 3);
	ck_assert_str_eq(names, "house/1 main/1 main/2 ");

	/* the place in one account is none in another */
	filter = (struct query_filter){ .house_account = "main", .limit = 1 };
	filter.cursor = asking_list(stage.w, RESOURCE_BANK_LINES, &filter, &asking_banker)->next;
	ck_assert_str_ne(filter.cursor, "");
	filter.house_account = "house";
	ck_assert_uint_eq(
	    asking_list(stage.w, RESOURCE_BANK_LINES, &filter, &asking_banker)->n_bank_lines, 0);
	ck_assert_str_eq(asking_fault(stage.w, RESOURCE_STATEMENTS, &filter, &asking_banker), "cursor");
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_filter_that_does_not_apply_is_named) {
	struct stage stage = stage_new();
	static const struct {
		enum resource resource;
		struct query_filter filter;
		const char *field;
	} table[] = {
		{ RESOURCE_BANK_LINES, { .house_account = "moon" }, "house_account" },
		{ RESOURCE_VOUCHERS, { .house_account = "main" }, "house_account" },
		{ RESOURCE_HOUSE_ACCOUNTS, { .house_account = "main" }, "house_account" },
		{ RESOURCE_BANK_LINES, { .state = "melted" }, "state" },
		{ RESOURCE_BANK_LINES, { .state = "state_unspecified" }, "state" },
		{ RESOURCE_STATEMENTS, { .state = "matched" }, "state" },
		{ RESOURCE_BANK_LINES, { .exception = "odd" }, "exception" },
		{ RESOURCE_PAYMENTS, { .exception = "unknown" }, "exception" },
		{ RESOURCE_BANK_LINES, { .open = "yes" }, "open" },
		{ RESOURCE_CLAIMS, { .open = "true" }, "open" },
		{ RESOURCE_PAYMENTS, { .awaited = "1" }, "awaited" },
		{ RESOURCE_BANK_LINES, { .awaited = "true" }, "awaited" },
		{ RESOURCE_BANK_LINES, { .programme = "plain" }, "programme" },
		{ RESOURCE_BANK_LINES, { .status = "matched" }, "status" },
		{ RESOURCE_PERIODS, { .status = "melted" }, "status" },
	};
	for (size_t i = 0; i < COUNT(table); i++)
		ck_assert_str_eq(asking_fault(stage.w, table[i].resource, &table[i].filter, &asking_banker),
		    table[i].field);
	scheme_free(stage.s);
}
END_TEST

/* --- who sees it --- */

START_TEST(only_those_whose_work_banks_are_see_anything_of_them) {
	struct stage stage = stage_new();
	const struct member *holder = scheme_holder(stage.s, "110114", "");
	const struct query_viewer others[] = { { .is_staff = true },
		{ .is_staff = true, .is_payer = true }, { .is_staff = true, .region = "110114" },
		{ .party = holder->party }, { 0 } };
	static const struct {
		enum resource resource;
		const char *name;
	} objects[] = {
		{ RESOURCE_HOUSE_ACCOUNTS, "main" },
		{ RESOURCE_BANK_LINES, "main/1" },
	};
	static const struct query_filter by_house = { .house_account = "main" },
	                                 by_moon = { .house_account = "moon" };
	for (size_t v = 0; v < COUNT(others); v++) {
		for (size_t i = 0; i < COUNT(objects); i++)
			ck_assert_ptr_null(
			    asking_get(stage.w, objects[i].resource, objects[i].name, &others[v]));
		for (int r = RESOURCE_HOUSE_ACCOUNTS; r < RESOURCE_COUNT; r++)
			ck_assert_uint_eq(
			    asking_count(asking_list(stage.w, (enum resource)r, NULL, &others[v])), 0);
		/* nor learns which accounts there are */
		ck_assert_uint_eq(
		    asking_count(asking_list(stage.w, RESOURCE_BANK_LINES, &by_house, &others[v])), 0);
		ck_assert_uint_eq(
		    asking_count(asking_list(stage.w, RESOURCE_BANK_LINES, &by_moon, &others[v])), 0);
		const Pb__Page *page = asking_list(stage.w, RESOURCE_ACCOUNTS, NULL, &others[v]);
		for (size_t i = 0; i < page->n_accounts; i++)
			ck_assert_int_lt(page->accounts[i]->account, PB__ACCOUNT_KIND__MEMO_BANK);
		ck_assert(!query_may_see(world_entry(stage.w, stage.main), &others[v]));
		ck_assert(!query_may_see(world_entry(stage.w, stage.statement), &others[v]));
	}
	ck_assert(query_may_see(world_entry(stage.w, stage.main), &asking_banker));
	scheme_free(stage.s);
}
END_TEST

START_TEST(too_little_memory_is_said_so) {
	struct stage stage = stage_new();
	const char *statement = arena_printf(world_arena(stage.w), "%" PRIu64, stage.statement);
	asking_short_of_memory(stage.w, RESOURCE_HOUSE_ACCOUNTS, "main");
	asking_short_of_memory(stage.w, RESOURCE_STATEMENTS, statement);
	asking_short_of_memory(stage.w, RESOURCE_BANK_LINES, "main/1");
	scheme_free(stage.s);
}
END_TEST

SUITE_MAIN("query: banks", too_little_memory_is_said_so,
    a_house_account_is_shown_with_what_it_and_its_books_come_to,
    a_house_account_without_lines_is_booked_until_no_day, a_statement_says_what_came_of_its_file,
    a_line_is_shown_as_the_bank_stated_it, a_line_says_who_sees_to_it_and_the_newest_word_on_it,
    accounts_of_the_bank_are_owned_by_their_house_account,
    lines_are_listed_by_account_state_and_exception, pages_of_lines_follow_each_other,
    a_filter_that_does_not_apply_is_named, only_those_whose_work_banks_are_see_anything_of_them)
