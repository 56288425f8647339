/* SPDX-License-Identifier: Apache-2.0 */
/* From a statement to commands: pages, ids, payees, and what must not get into the ledger. */
#include "voucherctl/bank_import.h"

#include "base/limits.h"
#include "base/text.h"
#include "support/suite.h"
#include "voucherctl/reconciliation.h"

#include <stdio.h>
#include <string.h>

#define PERSON "6222021234567890123"

static struct arena arena;
static struct bank_content content;
static Pb__HouseAccount house;
static struct statement statements[2];
static const struct statement *listed[2] = { &statements[0], &statements[1] };
static struct import_source source;

static struct statement_line plain_line(int64_t amount) {
	return (struct statement_line){ .file_line = 7,
		.amount = amount,
		.serial = "s",
		.booking_date = "2026-11-22",
		.value_date = "2026-11-22",
		.reference = "",
		.bank_reference = "",
		.text = "",
		.other_account = "",
		.other_name = "",
		.details = 1 };
}

static void give(
    struct statement *statement, struct statement_line *lines, size_t count, int64_t opening) {
	*statement = (struct statement){ .account = "1",
		.number = "N1",
		.currency = "CNY",
		.format = "csv icbc",
		.has_balances = true,
		.opening_balance = opening,
		.closing_balance = opening,
		.lines = lines,
		.count = count };
	for (size_t i = 0; i < count; i++)
		statement->closing_balance += lines[i].amount;
}

static void set_up(struct statement_line *lines, size_t count) {
	arena_init(&arena, 0);
	pb__house_account__init(&house);
	house.code = "icbc";
	memset(content.hash, 0xab, sizeof(content.hash));
	give(&statements[0], lines, count, 1000);
	source = (struct import_source){
		.house = &house, .content = &content, .statements = listed, .count = 1
	};
}

static Pb__Command **pages(size_t expected) {
	size_t count = 0;
	Pb__Command **commands = bank_import_pages(&source, &arena, &count);
	ck_assert_ptr_nonnull(commands);
	ck_assert_uint_eq(count, expected);
	return commands;
}

/* --- pages --- */

START_TEST(pages_follow_each_other_from_balance_to_balance) {
	static struct statement_line lines[2 * LIMIT_STATEMENT_LINES + 1];
	size_t count = sizeof(lines) / sizeof(lines[0]);
	for (size_t i = 0; i < count; i++)
		lines[i] = plain_line(i % 2 ? -3 : 5);
	set_up(lines, count);
	Pb__Command **commands = pages(3);
	int64_t balance = 1000;
	for (size_t i = 0; i < 3; i++) {
		const Pb__ImportStatement *page = commands[i]->import_statement;
		ck_assert_uint_eq(page->page, i + 1);
		ck_assert_uint_eq(page->pages, 3);
		ck_assert_uint_eq(page->n_lines, i < 2 ? LIMIT_STATEMENT_LINES : 1);
		ck_assert_int_eq(page->opening_balance, balance);
		balance = page->closing_balance;
	}
	ck_assert_int_eq(balance, statements[0].closing_balance);
	arena_done(&arena);
}
END_TEST

START_TEST(statement_without_lines_is_one_page) {
	set_up(NULL, 0);
	const Pb__ImportStatement *page = pages(1)[0]->import_statement;
	ck_assert_uint_eq(page->n_lines, 0);
	ck_assert_int_eq(page->closing_balance, 1000);
	ck_assert_str_eq(page->number, "N1");
	arena_done(&arena);
}
END_TEST

START_TEST(statements_of_several_days_are_one) {
	struct statement_line first = plain_line(5), second = plain_line(-7);
	set_up(&first, 1);
	give(&statements[1], &second, 1, 1005);
	source.count = 2;
	const Pb__ImportStatement *page = pages(1)[0]->import_statement;
	ck_assert_uint_eq(page->n_lines, 2);
	ck_assert_int_eq(page->opening_balance, 1000);
	ck_assert_int_eq(page->closing_balance, 998);
	ck_assert_str_eq(page->number, "");
	statements[1].has_balances = false;
	page = pages(1)[0]->import_statement;
	ck_assert(!page->has_balances);
	ck_assert_int_eq(page->closing_balance, 0);
	arena_done(&arena);
}
END_TEST

/* --- ids --- */

static bool is_same(const Pb__Uuid *a, const Pb__Uuid *b) {
	return a->high == b->high && a->low == b->low;
}

START_TEST(ids_are_those_of_the_file_its_account_and_its_page) {
	set_up(NULL, 0);
	Pb__Uuid *id = bank_import_id(&content, "icbc", 1, &arena);
	ck_assert(is_same(id, bank_import_id(&content, "icbc", 1, &arena)));
	ck_assert(!is_same(id, bank_import_id(&content, "icbc", 2, &arena)));
	ck_assert(!is_same(id, bank_import_id(&content, "ccb", 1, &arena)));
	for (unsigned i = 0; i < 100000; i++) {
		id = bank_import_id(&content, "icbc", i, &arena);
		ck_assert_uint_eq(id->high >> 12 & 15, 8);
		ck_assert_uint_eq(id->low >> 62, 2);
		ck_assert_uint_ne(id->high >> 48, 0xffff);
		arena_reset(&arena);
	}
	content.hash[0]++;
	ck_assert(!is_same(pages(1)[0]->id, bank_import_id(&content, "ccb", 1, &arena)));
	arena_done(&arena);
}
END_TEST

/* --- lines --- */

START_TEST(number_and_name_of_the_other_side_stay_outside) {
	struct statement_line line = plain_line(-5);
	line.other_account = PERSON;
	line.other_name = "张三丰";
	line.text = "付 张三丰 " PERSON " 补贴";
	set_up(&line, 1);
	const Pb__StatementLine *made = pages(1)[0]->import_statement->lines[0];
	ck_assert_str_eq(made->text, "付 *** *** 补贴");
	ck_assert_str_eq(made->payee, "");
	ck_assert_str_eq(made->value_date, ""); /* as booked */
	arena_done(&arena);
}
END_TEST

START_TEST(payees_are_known_by_their_account_unless_several_have_it) {
	struct import_account accounts[] = { { "33", "C" }, { "22", "B" }, { "11", "A" }, { "22", "X" },
		{ "11", "A" } };
	static const struct {
		const char *account, *payee;
	} cases[] = { { "11", "A" }, { "22", "" }, { "3-3", "C" }, { "3 3", "C" }, { "44", "" },
		{ "", "" } };
	struct statement_line line = plain_line(-5);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		line.other_account = cases[i].account;
		set_up(&line, 1);
		source.accounts = accounts;
		source.account_count = i == 0 ? 5 : 3;
		bank_import_sort_accounts(accounts, &source.account_count);
		ck_assert_uint_eq(source.account_count, 3);
		const Pb__StatementLine *made = pages(1)[0]->import_statement->lines[0];
		ck_assert_msg(strcmp(made->payee, cases[i].payee) == 0, "%zu: %s", i, made->payee);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(text_is_cut_at_a_character_and_a_reference_that_is_too_long_is_none) {
	char text[3 * LIMIT_TEXT_BYTES + 1] = "", reference[LIMIT_REFERENCE_BYTES + 2];
	for (size_t i = 0; i < LIMIT_TEXT_BYTES; i++)
		memcpy(text + 3 * i, "券", 4);
	memset(reference, 'R', sizeof(reference));
	reference[LIMIT_REFERENCE_BYTES + 1] = '\0';
	struct statement_line line = plain_line(5);
	line.text = text;
	line.reference = reference;
	line.bank_reference = reference + 1;
	set_up(&line, 1);
	const Pb__StatementLine *made = pages(1)[0]->import_statement->lines[0];
	ck_assert_uint_eq(strlen(made->text), LIMIT_TEXT_BYTES / 3 * 3);
	ck_assert(text_is_utf8(made->text, strlen(made->text)));
	ck_assert_str_eq(made->reference, "");
	ck_assert_uint_eq(strlen(made->bank_reference), LIMIT_REFERENCE_BYTES);
	arena_done(&arena);
}
END_TEST

/* --- 余额调节表 --- */

START_TEST(both_sides_are_adjusted_by_what_the_other_has) {
	Pb__HouseFigures figures = PB__HOUSE_FIGURES__INIT;
	figures.statement = 850;
	figures.books = 900;
	figures.awaited_in = 7;
	figures.awaited_out = 57;
	figures.open_in = 10;
	figures.open_out = 110;
	int64_t statement = 0, books = 0;
	ck_assert(reconciliation_adjust(&figures, &statement, &books));
	ck_assert_int_eq(statement, 800);
	ck_assert_int_eq(books, 800);
	figures.statement = INT64_MAX;
	ck_assert(!reconciliation_adjust(&figures, &statement, &books));
	figures.statement = INT64_MIN;
	ck_assert(!reconciliation_adjust(&figures, &statement, &books));
}
END_TEST

START_TEST(sides_that_do_not_agree_are_shouted_about) {
	struct session session;
	session_init(&session);
	Pb__HouseFigures figures = PB__HOUSE_FIGURES__INIT;
	figures.statement = 850;
	figures.books = 851;
	ck_assert_int_eq(reconciliation_lay_out(&session, &figures, NULL, 0, &session.out), ERR_OK);
	ck_assert_ptr_nonnull(strstr(buffer_string(&session.out), "THEY DO NOT AGREE"));
	session_done(&session);
}
END_TEST

SUITE_MAIN("bank-import", pages_follow_each_other_from_balance_to_balance,
    statement_without_lines_is_one_page, statements_of_several_days_are_one,
    ids_are_those_of_the_file_its_account_and_its_page,
    number_and_name_of_the_other_side_stay_outside,
    payees_are_known_by_their_account_unless_several_have_it,
    text_is_cut_at_a_character_and_a_reference_that_is_too_long_is_none,
    both_sides_are_adjusted_by_what_the_other_has, sides_that_do_not_agree_are_shouted_about)
