/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include "support/suite.h"

#define MAX "9223372036854775807"

static struct world *world_with_fund(void) {
	struct world *w = world_new();
	world_accept(w, "{'create_fund': {'code': 'city', 'name': 'City fund'}}");
	world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': '人人创新券', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	return w;
}

START_TEST(money_enters_by_appropriate_and_goes_on_by_allocate) {
	struct world *w = world_new();
	uint64_t fund = world_accept(w, "{'create_fund': {'code': 'city', 'name': 'City fund'}}");
	uint64_t programme = world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': 'p', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	uint64_t first = world_accept(
	    w, "{'appropriate': {'fund': 'city', 'amount': 1000, 'document': '京财 1'}}");
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': '500', 'document': '京财 2'}}");
	uint64_t allocate = world_accept(
	    w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 700}}");

	struct fund_row row = WORLD_ROW(w, TABLE_FUND, fund, struct fund_row);
	ck_assert_int_eq(row.appropriated, 1500);
	ck_assert_int_eq(row.available, 800);
	ck_assert_int_eq(row.allocated, 700);
	struct programme_row pool = WORLD_ROW(w, TABLE_PROGRAMME, programme, struct programme_row);
	ck_assert_int_eq(pool.allocated, 700);
	ck_assert_int_eq(pool.available, 700);
	ck_assert_int_eq(world_balance(w, PB__ACCOUNT_KIND__FUND_APPROPRIATED, fund, 0), -1500);
	ck_assert_int_eq(world_balance(w, PB__ACCOUNT_KIND__FUND_AVAILABLE, fund, 0), 800);
	ck_assert_int_eq(world_balance(w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, fund), 700);

	const Pb__JournalEntry *entry = world_entry(w, first);
	ck_assert_uint_eq(entry->n_postings, 2);
	ck_assert_uint_eq(entry->decision->subject, fund);
	ck_assert_int_eq(entry->decision->amount, 1000);
	entry = world_entry(w, allocate);
	ck_assert_uint_eq(entry->decision->subject, fund);
	ck_assert_uint_eq(entry->decision->programme, programme);
	ck_assert_uint_eq(entry->decision->n_bounds, 1);
	ck_assert_int_eq(entry->decision->bounds[0]->rule, PB__RULE__RULE_FUND);
	ck_assert_int_eq(entry->decision->bounds[0]->limit, 1500);
	world_free(w);
}
END_TEST

START_TEST(the_last_minor_unit_of_a_fund_can_be_allocated_and_not_one_more) {
	struct world *w = world_with_fund();
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': 300000000, 'document': 'd'}}");
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__FUND_INSUFFICIENT,
	    "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 300000001}}");
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_FUND);
	ck_assert_int_eq(refusal->bound->limit, 300000000);
	ck_assert_int_eq(refusal->bound->used, 0);
	ck_assert_int_eq(refusal->bound->asked, 300000001);
	ck_assert(refusal->bound->binds);
	world_accept(w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 300000000}}");
	refusal = world_refuse(w, PB__OUTCOME__FUND_INSUFFICIENT,
	    "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 1}}");
	ck_assert_int_eq(refusal->bound->used, 300000000);
	world_free(w);
}
END_TEST

START_TEST(allocations_count_in_the_programmes_own_year) {
	struct world *w = world_with_fund();
	uint64_t programme = world_accept(w,
	    "{'create_programme': {'code': 'west', 'name': 'w', 'region': '110114',"
	    " 'utc_offset_minutes': -720}}");
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': 100, 'document': 'd'}}");
	world_at(w, "2027-01-01 00:30"); /* still 2026 twenty hours further west */
	uint64_t east = world_accept(
	    w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 3}}");
	uint64_t west = world_accept(
	    w, "{'allocate': {'fund': 'city', 'programme': 'west', 'amount': 4}}");
	ck_assert_int_eq(world_entry(w, east)->decision->year, 2027);
	ck_assert_int_eq(world_entry(w, west)->decision->year, 2026);
	struct key key = key_of_usage(USAGE_ALLOCATED, programme, 0, 2026);
	const struct usage_row *usage = STATE_GET(world_state(w), TABLE_USAGE, &key, struct usage_row);
	ck_assert_ptr_nonnull(usage);
	ck_assert_int_eq(usage->amount, 4);
	world_free(w);
}
END_TEST

START_TEST(no_sum_of_money_overflows) {
	struct world *w = world_with_fund();
	world_accept(w, "{'create_fund': {'code': 'state', 'name': 's'}}");
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': " MAX ", 'document': 'd'}}");
	world_accept(w, "{'appropriate': {'fund': 'state', 'amount': " MAX ", 'document': 'd'}}");
	world_accept(w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': " MAX "}}");
	static const struct refused table[] = {
		{ "{'appropriate': {'fund': 'city', 'amount': 1, 'document': 'd'}}", PB__OUTCOME__OVERFLOW,
		    "amount" },
		{ "{'allocate': {'fund': 'state', 'programme': 'cp', 'amount': 1}}", PB__OUTCOME__OVERFLOW,
		    "amount" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_a_fund_is_named) {
	struct world *w = world_with_fund();
	world_accept(w, "{'create_fund': {'code': 'euro', 'name': 'e', 'currency': 'EUR'}}");
	world_accept(w, "{'appropriate': {'fund': 'euro', 'amount': 5, 'document': 'd'}}");
	const struct refused table[] = {
		{ "{'create_fund': {'name': 'n'}}", PB__OUTCOME__FIELD_MISSING, "code" },
		{ "{'create_fund': {'code': 'City', 'name': 'n'}}", PB__OUTCOME__FIELD_INVALID, "code" },
		{ "{'create_fund': {'code': '-a', 'name': 'n'}}", PB__OUTCOME__FIELD_INVALID, "code" },
		{ "{'create_fund': {'code': 'abcdefghijklmnopqrstuvwxyz0123456', 'name': 'n'}}",
		    PB__OUTCOME__FIELD_INVALID, "code" },
		{ "{'create_fund': {'code': 'f'}}", PB__OUTCOME__FIELD_MISSING, "name" },
		{ "{'create_fund': {'code': 'f', 'name': 'a\\u0007'}}", PB__OUTCOME__FIELD_INVALID,
		    "name" },
		{ "{'create_fund': {'code': 'f', 'name': 'n', 'currency': 'USD'}}",
		    PB__OUTCOME__FIELD_INVALID, "currency" },
		{ "{'create_fund': {'code': 'f', 'name': 'n', 'currency': "
		  "'cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-"
		  "cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny-cny'}}",
		    PB__OUTCOME__FIELD_INVALID, "currency" },
		{ "{'create_fund': {'code': 'city', 'name': 'n'}}", PB__OUTCOME__CODE_TAKEN, "code" },

		{ "{'appropriate': {'fund': 'city', 'document': 'd'}}", PB__OUTCOME__AMOUNT_INVALID,
		    "amount" },
		{ "{'appropriate': {'fund': 'city', 'amount': -1, 'document': 'd'}}",
		    PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ "{'appropriate': {'fund': 'city', 'amount': 1}}", PB__OUTCOME__FIELD_MISSING,
		    "document" },
		{ "{'appropriate': {'amount': 1, 'document': 'd'}}", PB__OUTCOME__FIELD_MISSING, "fund" },
		{ "{'appropriate': {'fund': 'moon', 'amount': 1, 'document': 'd'}}",
		    PB__OUTCOME__FUND_UNKNOWN, "fund" },

		{ "{'allocate': {'fund': 'city', 'programme': 'cp'}}", PB__OUTCOME__AMOUNT_INVALID,
		    "amount" },
		{ "{'allocate': {'fund': 'moon', 'programme': 'cp', 'amount': 1}}",
		    PB__OUTCOME__FUND_UNKNOWN, "fund" },
		{ "{'allocate': {'fund': 'city', 'programme': 'moon', 'amount': 1}}",
		    PB__OUTCOME__PROGRAMME_UNKNOWN, "programme" },
		{ "{'allocate': {'fund': 'euro', 'programme': 'cp', 'amount': 1}}",
		    PB__OUTCOME__FIELD_INVALID, "fund" },
		{ "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 1}}",
		    PB__OUTCOME__FUND_INSUFFICIENT, "" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(texts_may_be_as_long_as_their_limit) {
	struct world *w = world_new();
	world_accept(w, "{'create_fund': {'code': '%s', 'name': '%s'}}",
	    repeated(w, 'f', LIMIT_CODE_BYTES), repeated(w, 'n', LIMIT_NAME_BYTES));
	world_refuse(w, PB__OUTCOME__FIELD_INVALID, "{'create_fund': {'code': 'g', 'name': '%s'}}",
	    repeated(w, 'n', LIMIT_NAME_BYTES + 1));
	world_accept(w, "{'appropriate': {'fund': '%s', 'amount': 1, 'document': '%s'}}",
	    repeated(w, 'f', LIMIT_CODE_BYTES), repeated(w, 'd', LIMIT_TEXT_BYTES));
	world_refuse(w, PB__OUTCOME__FUND_UNKNOWN,
	    "{'appropriate': {'fund': '%s', 'amount': 1, 'document': 'd'}}", repeated(w, 'f', 4000));
	world_free(w);
}
END_TEST

START_TEST(a_programme_takes_from_four_funds_and_from_no_fifth) {
	struct world *w = world_with_fund();
	uint64_t funds[LIMIT_FUNDS + 1], programme = 0;
	for (int i = 0; i <= LIMIT_FUNDS; i++) {
		funds[i] = world_accept(w, "{'create_fund': {'code': 'f%d', 'name': 'n'}}", i);
		world_accept(w, "{'appropriate': {'fund': 'f%d', 'amount': 100, 'document': 'd'}}", i);
	}
	for (int i = LIMIT_FUNDS - 1; i >= 0; i--) {
		uint64_t seq = world_accept(
		    w, "{'allocate': {'fund': 'f%d', 'programme': 'cp', 'amount': %d}}", i, 10 + i);
		programme = world_entry(w, seq)->decision->programme;
	}
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__FUNDS_TOO_MANY,
	    "{'allocate': {'fund': 'f4', 'programme': 'cp', 'amount': 1}}");
	ck_assert_str_eq(refusal->field, "fund");
	world_accept(w, "{'allocate': {'fund': 'f2', 'programme': 'cp', 'amount': 5}}");

	struct programme_row row = WORLD_ROW(w, TABLE_PROGRAMME, programme, struct programme_row);
	for (int i = 0; i < LIMIT_FUNDS; i++) /* in the order of their first allocation */
		ck_assert_uint_eq(row.funds[i], funds[LIMIT_FUNDS - 1 - i]);
	static const int64_t pool[LIMIT_FUNDS] = { 10, 11, 17, 13 };
	for (int i = 0; i < LIMIT_FUNDS; i++)
		ck_assert_int_eq(
		    world_balance(w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, funds[i]), pool[i]);
	ck_assert_int_eq(row.available, 51);
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: funds", money_enters_by_appropriate_and_goes_on_by_allocate,
    the_last_minor_unit_of_a_fund_can_be_allocated_and_not_one_more,
    allocations_count_in_the_programmes_own_year, no_sum_of_money_overflows,
    what_is_wrong_with_a_fund_is_named, texts_may_be_as_long_as_their_limit,
    a_programme_takes_from_four_funds_and_from_no_fifth)
