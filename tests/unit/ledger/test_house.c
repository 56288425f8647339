/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include "support/bank.h"
#include "support/suite.h"

static void expect_books(struct world *w, uint64_t house, int64_t books) {
	ck_assert_int_eq(bank_house_row(w, house).books, books);
	ck_assert_int_eq(world_balance(w, PB__ACCOUNT_KIND__MEMO_BANK, house, 0), books);
	ck_assert_int_eq(world_balance(w, PB__ACCOUNT_KIND__MEMO_BANK_COUNTER, house, 0), -books);
}

START_TEST(a_house_account_begins_with_what_the_bank_says_of_it) {
	struct world *w = world_new();
	uint64_t house = bank_house(w, 123456);
	struct house_row row = bank_house_row(w, house);
	ck_assert_str_eq(row.code, "house");
	ck_assert_int_eq(row.opening, 123456);
	ck_assert_int_eq(row.statement, 123456);
	ck_assert_uint_eq(row.lines, 0);
	expect_books(w, house, 123456);
	const Pb__Decision *decision = world_entry(w, house)->decision;
	ck_assert_uint_eq(decision->house_account, house);
	ck_assert_uint_eq(decision->subject, house);
	world_free(w);
}
END_TEST

START_TEST(an_account_may_be_overdrawn_or_empty) {
	static const int64_t openings[] = { -1, 0, INT64_MAX, -INT64_MAX };
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		struct world *w = world_new();
		uint64_t house = bank_house(w, openings[i]);
		ck_assert_uint_eq(world_entry(w, house)->n_postings, openings[i] ? 2 : 0);
		expect_books(w, house, openings[i]);
		world_free(w);
	}
}
END_TEST

static struct ledger_row head_of(struct world *w) {
	const struct key key = KEY_EMPTY;
	return *STATE_GET(world_state(w), TABLE_LEDGER, &key, struct ledger_row);
}

START_TEST(funds_programmes_and_house_accounts_lead_to_the_older_ones) {
	struct world *w = world_new();
	uint64_t funds[2], programmes[2], houses[2];
	ck_assert_int_eq(head_of(w).closed_until, INT32_MIN);
	for (int i = 0; i < 2; i++) {
		funds[i] = world_accept(w, "{'create_fund': {'code': 'f%d', 'name': 'n'}}", i);
		programmes[i] = world_accept(
		    w, "{'create_programme': {'code': 'p%d', 'name': 'n', 'region': '110114'}}", i);
		houses[i] = world_accept(w,
		    "{'register_house_account': {'code': 'h%d', 'name': 'n', 'currency': 'EUR',"
		    " 'account': {'number': '%d', 'bank_code': '102100099996', 'holder_name': 'h'}}}",
		    i, i);
	}
	ck_assert_uint_eq(head_of(w).newest_fund, funds[1]);
	ck_assert_uint_eq(head_of(w).newest_programme, programmes[1]);
	ck_assert_uint_eq(head_of(w).newest_house, houses[1]);
	for (int i = 0; i < 2; i++) {
		uint64_t fund = WORLD_ROW(w, TABLE_FUND, funds[i], struct fund_row).older;
		uint64_t programme =
		    WORLD_ROW(w, TABLE_PROGRAMME, programmes[i], struct programme_row).older;
		ck_assert_uint_eq(fund, i ? funds[0] : 0);
		ck_assert_uint_eq(programme, i ? programmes[0] : 0);
		ck_assert_uint_eq(bank_house_row(w, houses[i]).older, i ? houses[0] : 0);
		ck_assert_uint_eq(bank_house_row(w, houses[i]).currency, 1);
	}
	world_free(w);
}
END_TEST

#define ACCOUNT(number, bank, holder)                                                              \
	"'account': {'number': '" number "', 'bank_code': '" bank "', 'holder_name': '" holder "'}"
#define GOOD          ACCOUNT("1", "102100099996", "h")
#define HOUSE(fields) "{'register_house_account': {" fields "}}"

START_TEST(what_is_wrong_with_a_house_account_is_named) {
	struct world *w = world_new();
	bank_house(w, 0);
	const struct refused table[] = {
		{ HOUSE("'name': 'n', " GOOD), PB__OUTCOME__FIELD_MISSING, "code" },
		{ HOUSE("'code': 'A', 'name': 'n', " GOOD), PB__OUTCOME__FIELD_INVALID, "code" },
		{ HOUSE("'code': 'a', " GOOD), PB__OUTCOME__FIELD_MISSING, "name" },
		{ HOUSE("'code': 'a', 'name': 'n'"), PB__OUTCOME__FIELD_MISSING, "account" },
		{ HOUSE("'code': 'a', 'name': 'n', " ACCOUNT("", "102100099996", "h")),
		    PB__OUTCOME__FIELD_MISSING, "account.number" },
		{ HOUSE("'code': 'a', 'name': 'n', " ACCOUNT("1x", "102100099996", "h")),
		    PB__OUTCOME__FIELD_INVALID, "account.number" },
		{ HOUSE("'code': 'a', 'name': 'n', " ACCOUNT("1", "10210009999", "h")),
		    PB__OUTCOME__FIELD_INVALID, "account.bank_code" },
		{ HOUSE("'code': 'a', 'name': 'n', " ACCOUNT("1", "102100099996", "")),
		    PB__OUTCOME__FIELD_MISSING, "account.holder_name" },
		{ HOUSE("'code': 'a', 'name': 'n', 'currency': 'USD', " GOOD), PB__OUTCOME__FIELD_INVALID,
		    "currency" },
		{ HOUSE("'code': 'a', 'name': 'n', 'opening_balance': '-9223372036854775808', " GOOD),
		    PB__OUTCOME__AMOUNT_INVALID, "opening_balance" },
		{ HOUSE("'code': 'house', 'name': 'n', " GOOD), PB__OUTCOME__CODE_TAKEN, "code" },
		{ HOUSE("'code': 'a', 'name': 'n', " ACCOUNT("0200001", "102100099996", "h")),
		    PB__OUTCOME__CODE_TAKEN, "account.number" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(an_account_at_a_bank_is_registered_once) {
	static const char registering[] = HOUSE(
	    "'code': '%s', 'name': 'n', 'opening_balance': 5, 'account': {'number': '%s', 'bank_code':"
	    " '%s', 'holder_name': 'h'}");
	struct world *w = world_new();
	uint64_t first = world_accept(w, registering, "a", "0200001", "102100099996");
	uint64_t other_bank = world_accept(w, registering, "b", "0200001", "105100000017");
	world_accept(w, registering, "c", "02000010", "102100099996");
	const char *const taken[] = { "102100099996", "105100000017" };
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		const Pb__Refusal *refusal = world_refuse(
		    w, PB__OUTCOME__CODE_TAKEN, registering, "d", "0200001", taken[i]);
		ck_assert_str_eq(refusal->field, "account.number");
	}
	expect_books(w, first, 5);
	ck_assert_uint_eq(bank_house_row(w, other_bank).older, first);
	world_accept(w, registering, "d", "0200002", "102100099996");
	world_free(w);
}
END_TEST

SUITE_MAIN("house", a_house_account_begins_with_what_the_bank_says_of_it,
    an_account_may_be_overdrawn_or_empty,
    funds_programmes_and_house_accounts_lead_to_the_older_ones,
    what_is_wrong_with_a_house_account_is_named, an_account_at_a_bank_is_registered_once)
