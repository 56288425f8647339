/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_desk.h"
#include "support/suite.h"

#include <stdint.h>
#include <string.h>

#define EMPTY (-2) /* nothing left, where 0 says that it is not asked */
#define OK    PB__OUTCOME__OUTCOME_OK
#define B(r)  PB__RULE__RULE_##r

static struct desk desk;

/* --- one case, one outcome --- */

struct count {
	struct rules_counter counter;
	int64_t amount, grants;
};

struct row {
	const char *name;
	const char *rules; /* fields */
	int64_t eligible, vat, earlier, granted, units;
	struct count counts[3];
	int64_t live, pool, annual_pool;
	struct rules_fund funds[3];
	Pb__Outcome outcome;
	int64_t amount;
	Pb__Rule binds;
};

#define TIER(fields)  "'tiers': [{'id': 1, 'name': 'T', " fields "}]"
#define RATIO(fields) TIER("'ratio_bp': 5000" fields)
#define REFUSES       ", 'when_capped': 'REFUSE'"
#define AWARD         ", 'instrument': 'INSTRUMENT_AWARD'"
#define GRANT         ", 'instrument': 'INSTRUMENT_GRANT'"
#define CAP(per, fields)                                                                           \
	"'caps': [{'name': 'C', 'per': 'CAP_PER_" per "', 'period': 'CAP_A_YEAR', " fields "}]"
#define FOR_EVER(per, fields)                                                                      \
	"'caps': [{'name': 'C', 'per': 'CAP_PER_" per "', 'period': 'CAP_FOR_EVER', " fields "}]"
#define GROUP(kind) ", 'combinations': [{'group': 1, 'name': 'G', 'kind': 'COMBINATION_" kind "'}]"
#define IN_GROUP    "'fixed': 300, 'group': 1"
#define INCREMENT   IN_GROUP ", 'increment': true"
#define HALVES                                                                                     \
	"'fund_shares': [{'fund': 'a', 'share_bp': 5000},"                                             \
	" {'fund': 'b', 'share_bp': 5000}]"

#define GROUP_COUNT(what_, amount_, grants_)                                                       \
	{                                                                                              \
		{ .what = what_, .ever = true, .group = 1, .tier = (what_) == RULES_GROUP_TIER }, amount_, \
		    grants_                                                                                \
	}

static const struct row rows[] = {
	/* computed */
	{ "floor", RATIO(), .eligible = 9999999, .amount = 4999999, .binds = B(RATIO) },
	{ "one minor unit", RATIO(), .eligible = 2, .amount = 1, .binds = B(RATIO) },
	{ "nothing after the floor", RATIO(), .eligible = 1, .outcome = PB__OUTCOME__CAP_REACHED,
	    .binds = B(RATIO) },
	{ "all of the largest amount", TIER("'ratio_bp': 10000"), .eligible = INT64_MAX,
	    .amount = INT64_MAX, .binds = B(RATIO) },
	{ "product beyond 64 bits", TIER("'ratio_bp': 3333"), .eligible = INT64_MAX,
	    .amount = 3074149899883696776, .binds = B(RATIO) },
	{ "no expense", RATIO(), .outcome = PB__OUTCOME__AMOUNT_INVALID },
	{ "less than no expense", RATIO(), .eligible = -1, .outcome = PB__OUTCOME__AMOUNT_INVALID },
	{ "fixed", TIER("'fixed': 700") GRANT, .amount = 700, .binds = B(FIXED) },
	{ "a voucher's fixed amount", TIER("'fixed': 700"), .eligible = 700, .amount = 700,
	    .binds = B(FIXED) },
	{ "a voucher's fixed amount of a smaller expense", TIER("'fixed': 700"), .eligible = 600,
	    .amount = 600, .binds = B(EXPENSE_BASE) },
	{ "a smaller expense, and no less is granted", TIER("'fixed': 700") REFUSES, .eligible = 600,
	    .outcome = PB__OUTCOME__WOULD_BE_CUT, .binds = B(EXPENSE_BASE) },
	{ "per unit", TIER("'per_unit': 700") AWARD, .units = 3, .amount = 2100, .binds = B(PER_UNIT) },
	{ "no unit", TIER("'per_unit': 700") AWARD, .outcome = PB__OUTCOME__AMOUNT_INVALID },
	{ "units beyond 64 bits", TIER("'per_unit': '4611686018427387904'") AWARD, .units = 2,
	    .outcome = PB__OUTCOME__OVERFLOW },
	{ "units at the edge of 64 bits", TIER("'per_unit': '9223372036854775807'") AWARD, .units = 1,
	    .amount = INT64_MAX, .binds = B(PER_UNIT) },

	/* expense base */
	{ "VAT counts", RATIO(), .eligible = 1130, .vat = 130, .amount = 565, .binds = B(RATIO) },
	{ "VAT does not count", "'vat_excluded': true", .eligible = 1130, .vat = 130, .amount = 500,
	    .binds = B(RATIO) },
	{ "nothing but VAT", "'vat_excluded': true", .eligible = 130, .vat = 130,
	    .outcome = PB__OUTCOME__AMOUNT_INVALID, .binds = B(EXPENSE_BASE) },
	{ "more VAT than expense", RATIO(), .eligible = 130, .vat = 131,
	    .outcome = PB__OUTCOME__AMOUNT_INVALID },
	{ "new this year", "'expense_base': 'EXPENSE_NEW_THIS_YEAR'", .eligible = 1000, .earlier = 400,
	    .amount = 300, .binds = B(RATIO) },
	{ "all of it spent before", "'expense_base': 'EXPENSE_NEW_THIS_YEAR'", .eligible = 1000,
	    .earlier = 1000, .outcome = PB__OUTCOME__AMOUNT_INVALID, .binds = B(EXPENSE_BASE) },
	{ "more spent before than ever", "'expense_base': 'EXPENSE_NEW_THIS_YEAR'", .eligible = 1000,
	    .earlier = 1001, .outcome = PB__OUTCOME__AMOUNT_INVALID },
	{ "spent before, and it counts", RATIO(), .eligible = 1000, .earlier = 400, .amount = 500,
	    .binds = B(RATIO) },
	{ "new this year less VAT", "'expense_base': 'EXPENSE_NEW_THIS_YEAR', 'vat_excluded': true",
	    .eligible = 1000, .earlier = 400, .vat = 100, .amount = 250, .binds = B(RATIO) },
	{ "less than nothing is new", "'expense_base': 'EXPENSE_NEW_THIS_YEAR', 'vat_excluded': true",
	    .eligible = 1000, .earlier = 950, .vat = 100, .outcome = PB__OUTCOME__AMOUNT_INVALID,
	    .binds = B(EXPENSE_BASE) },
	{ "topped up", "'expense_base': 'EXPENSE_GRANTED', 'instrument': 'INSTRUMENT_POST_SUBSIDY'",
	    .granted = 801, .amount = 400, .binds = B(RATIO) },
	{ "nothing to top up",
	    "'expense_base': 'EXPENSE_GRANTED', 'instrument': 'INSTRUMENT_POST_SUBSIDY'",
	    .eligible = 500, .outcome = PB__OUTCOME__AMOUNT_INVALID, .binds = B(EXPENSE_BASE) },

	/* the tier's caps */
	{ "per contract", RATIO(", 'per_contract': 30000"), .eligible = 100000, .amount = 30000,
	    .binds = B(PER_CONTRACT) },
	{ "per contract exactly", RATIO(", 'per_contract': 30000"), .eligible = 60000, .amount = 30000,
	    .binds = B(RATIO) },
	{ "rest of the year", RATIO(", 'per_year': 60000"), .eligible = 100000,
	    .counts = { { { .what = RULES_HOLDER }, 20000, 1 } }, .amount = 40000,
	    .binds = B(TIER_PER_YEAR) },
	{ "year used up", RATIO(", 'per_year': 20000"), .eligible = 100000,
	    .counts = { { { .what = RULES_HOLDER }, 20000, 1 } }, .outcome = PB__OUTCOME__CAP_REACHED,
	    .binds = B(TIER_PER_YEAR) },
	{ "year used beyond a cap that was lowered", RATIO(", 'per_year': 10000"), .eligible = 100000,
	    .counts = { { { .what = RULES_HOLDER }, 20000, 1 } }, .outcome = PB__OUTCOME__CAP_REACHED,
	    .binds = B(TIER_PER_YEAR) },
	{ "the tier's year alone", RATIO(", 'per_year': 60000, 'per_year_alone': true"),
	    .eligible = 100000,
	    .counts = { { { .what = RULES_HOLDER }, 50000, 1 },
	        { { .what = RULES_HOLDER_TIER, .tier = 1 }, 30000, 1 } },
	    .amount = 30000, .binds = B(TIER_PER_YEAR) },
	{ "share of the pool", RATIO(", 'pool_share_bp': 2000"), .eligible = 30000000,
	    .counts = { { { .what = RULES_TIER, .tier = 1 }, 1000000, 1 } }, .annual_pool = 10000000,
	    .amount = 1000000, .binds = B(TIER_POOL_SHARE) },
	{ "share of a pool that the rules state",
	    RATIO(", 'pool_share_bp': 2000") ", 'annual_pool': 5000", .eligible = 30000000,
	    .annual_pool = 10000000, .amount = 1000, .binds = B(TIER_POOL_SHARE) },
	{ "share of an empty pool", RATIO(", 'pool_share_bp': 2000"), .eligible = 30000000,
	    .outcome = PB__OUTCOME__CAP_REACHED, .binds = B(TIER_POOL_SHARE) },
	{ "a share is a floor too", RATIO(", 'pool_share_bp': 3333"), .eligible = 100000,
	    .annual_pool = 10001, .amount = 3333, .binds = B(TIER_POOL_SHARE) },

	/* caps */
	{ "cap of the holder", CAP("HOLDER", "'amount': 400"), .eligible = 1000,
	    .counts = { { { .what = RULES_HOLDER }, 100, 1 } }, .amount = 300, .binds = B(CAP) },
	{ "cap for ever", FOR_EVER("HOLDER", "'amount': 400"), .eligible = 1000,
	    .counts = { { { .what = RULES_HOLDER, .ever = true }, 150, 1 } }, .amount = 250,
	    .binds = B(CAP) },
	{ "cap of the controller", CAP("CONTROLLER", "'amount': 400"), .eligible = 1000,
	    .counts = { { { .what = RULES_CONTROLLER }, 399, 1 } }, .amount = 1, .binds = B(CAP) },
	{ "cap of the provider", CAP("PROVIDER", "'amount': 400"), .eligible = 1000,
	    .counts = { { { .what = RULES_PROVIDER }, 400, 1 } }, .outcome = PB__OUTCOME__CAP_REACHED,
	    .binds = B(CAP) },
	{ "provider's cap for ever", FOR_EVER("PROVIDER", "'amount': 400"), .eligible = 1000,
	    .counts = { { { .what = RULES_PROVIDER, .ever = true }, 50, 1 } }, .amount = 350,
	    .binds = B(CAP) },
	{ "cap that leaves enough", CAP("HOLDER", "'amount': 500"), .eligible = 1000, .amount = 500,
	    .binds = B(RATIO) },
	{ "one grant more", CAP("HOLDER", "'grants': 2"), .eligible = 1000,
	    .counts = { { { .what = RULES_HOLDER }, 900, 1 } }, .amount = 500, .binds = B(RATIO) },
	{ "no grant more", CAP("HOLDER", "'grants': 2"), .eligible = 1000,
	    .counts = { { { .what = RULES_HOLDER }, 900, 2 } }, .outcome = PB__OUTCOME__CAP_REACHED,
	    .binds = B(CAP_GRANTS) },
	{ "amount and grants", CAP("HOLDER", "'amount': 1000, 'grants': 2"), .eligible = 1000,
	    .counts = { { { .what = RULES_HOLDER }, 900, 1 } }, .amount = 100, .binds = B(CAP) },
	{ "cap on others", CAP("HOLDER", "'amount': 1, 'who': {'kinds': ['PARTY_KIND_TEAM']}"),
	    .eligible = 1000, .amount = 500, .binds = B(RATIO) },
	{ "cap on its like", CAP("HOLDER", "'amount': 1, 'who': {'kinds': ['PARTY_KIND_COMPANY']}"),
	    .eligible = 1000, .amount = 1, .binds = B(CAP) },
	{ "a joint cap of its own counts its members, too",
	    CAP("HOLDER", "'amount': 400, 'joint': true"), .eligible = 1000,
	    .counts = { { { .what = RULES_HOLDER }, 100, 1 },
	        { { .what = RULES_HOLDER, .joint = true }, 300, 2 } },
	    .amount = 100, .binds = B(CAP) },
	{ "a cap refuses what it would cut", CAP("HOLDER", "'amount': 400") REFUSES, .eligible = 1000,
	    .outcome = PB__OUTCOME__WOULD_BE_CUT, .binds = B(CAP) },
	{ "a cap refuses nothing that it leaves whole", CAP("HOLDER", "'amount': 500") REFUSES,
	    .eligible = 1000, .amount = 500, .binds = B(RATIO) },
	{ "a cap used up is said to be, not to cut", CAP("HOLDER", "'amount': 400") REFUSES,
	    .eligible = 1000, .counts = { { { .what = RULES_HOLDER }, 400, 1 } },
	    .outcome = PB__OUTCOME__CAP_REACHED, .binds = B(CAP) },

	/* combinations */
	{ "each once", TIER(IN_GROUP) GRANT GROUP("CUMULATIVE"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 500, 1) }, .amount = 300, .binds = B(FIXED) },
	{ "not twice", TIER(IN_GROUP) GRANT GROUP("CUMULATIVE"),
	    .counts = { GROUP_COUNT(RULES_GROUP_TIER, 300, 1) },
	    .outcome = PB__OUTCOME__ALREADY_GRANTED, .binds = B(COMBINATION) },
	{ "first of a kind", TIER(IN_GROUP) GRANT GROUP("HIGHEST_ONLY"), .amount = 300,
	    .binds = B(FIXED) },
	{ "a higher one: the difference", TIER(IN_GROUP) GRANT GROUP("HIGHEST_ONLY"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 100, 1) }, .amount = 200, .binds = B(COMBINATION) },
	{ "the difference is no cut", TIER(IN_GROUP) GRANT GROUP("HIGHEST_ONLY") REFUSES,
	    .counts = { GROUP_COUNT(RULES_GROUP, 100, 1) }, .amount = 200, .binds = B(COMBINATION) },
	{ "but a cap on the difference is",
	    TIER(IN_GROUP ", 'per_contract': 199") GRANT GROUP("HIGHEST_ONLY") REFUSES,
	    .counts = { GROUP_COUNT(RULES_GROUP, 100, 1) }, .outcome = PB__OUTCOME__WOULD_BE_CUT,
	    .binds = B(PER_CONTRACT) },
	{ "an equal one", TIER(IN_GROUP) GRANT GROUP("HIGHEST_ONLY"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 300, 1) }, .outcome = PB__OUTCOME__HIGHEST_ONLY,
	    .binds = B(COMBINATION) },
	{ "a lower one", TIER(IN_GROUP) GRANT GROUP("HIGHEST_ONLY"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 301, 1) }, .outcome = PB__OUTCOME__HIGHEST_ONLY,
	    .binds = B(COMBINATION) },
	{ "the base", TIER(IN_GROUP) GRANT GROUP("INCREMENTS"), .amount = 300, .binds = B(FIXED) },
	{ "the base again", TIER(IN_GROUP) GRANT GROUP("INCREMENTS"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 300, 1) }, .outcome = PB__OUTCOME__ALREADY_GRANTED,
	    .binds = B(COMBINATION) },
	{ "an increment without its base", TIER(INCREMENT) GRANT GROUP("INCREMENTS"),
	    .outcome = PB__OUTCOME__BASE_NOT_GRANTED, .binds = B(COMBINATION) },
	{ "increments are no base", TIER(INCREMENT) GRANT GROUP("INCREMENTS"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 100, 1), GROUP_COUNT(RULES_GROUP_INCREMENT, 100, 1) },
	    .outcome = PB__OUTCOME__BASE_NOT_GRANTED, .binds = B(COMBINATION) },
	{ "increments add up", TIER(INCREMENT) GRANT GROUP("INCREMENTS"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 900, 2), GROUP_COUNT(RULES_GROUP_INCREMENT, 500, 1) },
	    .amount = 300, .binds = B(FIXED) },
	{ "an increment again", TIER(INCREMENT) GRANT GROUP("INCREMENTS"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 700, 2), GROUP_COUNT(RULES_GROUP_INCREMENT, 300, 1),
	        GROUP_COUNT(RULES_GROUP_TIER, 300, 1) },
	    .outcome = PB__OUTCOME__ALREADY_GRANTED, .binds = B(COMBINATION) },
	{ "a higher increment: the difference", TIER(INCREMENT) GRANT GROUP("HIGHEST_INCREMENT"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 700, 2), GROUP_COUNT(RULES_GROUP_INCREMENT, 120, 1) },
	    .amount = 180, .binds = B(COMBINATION) },
	{ "a lower increment", TIER(INCREMENT) GRANT GROUP("HIGHEST_INCREMENT"),
	    .counts = { GROUP_COUNT(RULES_GROUP, 700, 2), GROUP_COUNT(RULES_GROUP_INCREMENT, 320, 1) },
	    .outcome = PB__OUTCOME__HIGHEST_ONLY, .binds = B(COMBINATION) },
	{ "a highest increment without its base", TIER(INCREMENT) GRANT GROUP("HIGHEST_INCREMENT"),
	    .outcome = PB__OUTCOME__BASE_NOT_GRANTED, .binds = B(COMBINATION) },

	/* where the money comes from */
	{ "what the voucher has left", RATIO(), .eligible = 100000, .live = 1234, .amount = 1234,
	    .binds = B(VOUCHER) },
	{ "an empty voucher", RATIO(), .eligible = 100000, .live = EMPTY,
	    .outcome = PB__OUTCOME__VOUCHER_INSUFFICIENT, .binds = B(VOUCHER) },
	{ "what the pool has left", RATIO(), .eligible = 100000, .pool = 77, .amount = 77,
	    .binds = B(POOL) },
	{ "an empty pool", RATIO(), .eligible = 100000, .pool = EMPTY,
	    .outcome = PB__OUTCOME__POOL_EMPTY, .binds = B(POOL) },
	{ "half of a fund's half", HALVES, .eligible = 100000, .pool = 100000,
	    .funds = { { "a", 5000, 300 }, { "b", 5000, 90000 } }, .amount = 600,
	    .binds = B(FUND_SHARE) },
	{ "a fund has nothing", HALVES, .eligible = 100000, .pool = 100000,
	    .funds = { { "a", 5000, 300 }, { "b", 5000, 0 } }, .outcome = PB__OUTCOME__POOL_EMPTY,
	    .binds = B(FUND_SHARE) },
	{ "a fund of more than 64 bits", HALVES, .eligible = INT64_MAX,
	    .funds = { { "a", 1, INT64_MAX }, { "b", 9999, INT64_MAX } }, .amount = INT64_MAX / 2,
	    .binds = B(RATIO) },
	{ "all at once: the first binds",
	    RATIO(", 'per_contract': 700, 'per_year': 700") ", " CAP("HOLDER", "'amount': 700"),
	    .eligible = 100000, .live = 700, .amount = 700, .binds = B(PER_CONTRACT) },
};

static void take(const struct row *row) {
	desk_init(&desk);
	desk.one.eligible = row->eligible;
	desk.one.vat = row->vat;
	desk.one.earlier = row->earlier;
	desk.one.granted = row->granted;
	desk.one.units = row->units;
	desk.standing.annual_pool = row->annual_pool;
	desk.standing.voucher_live = row->live == EMPTY ? 0 : row->live ? row->live : -1;
	desk.standing.pool = row->pool == EMPTY ? 0 : row->pool ? row->pool : -1;
	desk.standing.funds = row->funds;
	while (desk.standing.n_funds < 3 && row->funds[desk.standing.n_funds].code)
		desk.standing.n_funds++;
	for (size_t i = 0; i < 3 && row->counts[i].grants; i++)
		desk_count(&desk, &row->counts[i].counter, row->counts[i].amount, row->counts[i].grants);
}

START_TEST(each_rule_grants_what_it_leaves) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		take(row);
		const struct rules_result *result = desk_decide(&desk, desk_rules(&desk.arena, row->rules));
		const Pb__Bound *binding = desk_binding(result);
		ck_assert_msg(result->outcome == row->outcome, "%s: %d", row->name, result->outcome);
		ck_assert_msg(
		    result->amount == row->amount, "%s: %lld", row->name, (long long)result->amount);
		ck_assert_msg((binding ? binding->rule : 0) == row->binds, "%s: bound by %d", row->name,
		    binding ? (int)binding->rule : 0);
		desk_done(&desk);
	}
}
END_TEST

/* --- what is said of it --- */

#define MANY                                                                                       \
	"'exclusions': ['mandatory'], 'vat_excluded': true,"                                           \
	" 'tiers': [{'id': 4, 'name': 'T', 'ratio_bp': 5000, 'per_contract': 45000,"                   \
	" 'per_year': 60000, 'pool_share_bp': 2000}],"                                                 \
	" 'caps': [{'name': 'year', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"                  \
	" 'amount': 70000, 'grants': 9}]"

START_TEST(every_rule_is_named_with_limit_used_asked_and_granted) {
	static const struct {
		Pb__Rule rule;
		int64_t limit, used, asked, granted;
		const char *name;
		const char *attribute;
	} expected[] = {
		{ B(CATEGORY), 0, 0, 0, 0, "", "testing" },
		{ B(RELATED), 0, 0, 0, 0, "", "P" },
		{ B(EXPENSE_BASE), 113000, 13000, 113000, 100000, "", "" },
		{ B(RATIO), 50000, 0, 100000, 50000, "T", "" },
		{ B(PER_CONTRACT), 45000, 0, 50000, 45000, "T", "" },
		{ B(TIER_PER_YEAR), 60000, 20000, 50000, 40000, "T", "" },
		{ B(TIER_POOL_SHARE), 200000, 3000, 50000, 50000, "T", "" },
		{ B(CAP), 70000, 20000, 50000, 50000, "year", "" },
		{ B(CAP_GRANTS), 9, 3, 1, 1, "year", "" },
		{ B(VOUCHER), 42000, 0, 50000, 42000, "", "" },
		{ B(POOL), 900000, 0, 50000, 50000, "", "" },
		{ B(FUND_SHARE), 100000, 0, 50000, 50000, "city", "" },
	};
	const struct rules_fund fund = { "city", 4000, 40000 };
	const struct rules_counter tier = { .what = RULES_TIER, .tier = 4 };
	const struct rules_counter holder = { .what = RULES_HOLDER };
	desk_init(&desk);
	desk_count(&desk, &tier, 3000, 1);
	desk_count(&desk, &holder, 20000, 3);
	desk.one.eligible = 113000;
	desk.one.vat = 13000;
	desk.standing.annual_pool = 1000000;
	desk.standing.voucher_live = 42000;
	desk.standing.pool = 900000;
	desk.standing.funds = &fund;
	desk.standing.n_funds = 1;
	Pb__RuleSet *rules = desk_rules(&desk.arena, MANY);
	const struct rules_result *result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->amount, 40000);
	ck_assert_int_eq(result->base, 100000);
	ck_assert_uint_eq(result->tier->id, 4);
	ck_assert_uint_eq(result->n_bounds, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < result->n_bounds; i++) {
		const Pb__Bound *bound = result->bounds[i];
		ck_assert_int_eq(bound->rule, expected[i].rule);
		ck_assert_int_eq(bound->limit, expected[i].limit);
		ck_assert_int_eq(bound->used, expected[i].used);
		ck_assert_int_eq(bound->asked, expected[i].asked);
		ck_assert_int_eq(bound->granted, expected[i].granted);
		ck_assert_str_eq(bound->name, expected[i].name);
		ck_assert_str_eq(bound->attribute, expected[i].attribute);
		ck_assert(bound->binds == (bound->rule == B(TIER_PER_YEAR)));
		ck_assert(!bound->attribute[0] || bound->holds);
	}
	ck_assert_uint_eq(desk.asked, 2); /* what several caps count is asked for once */
	desk_done(&desk);
}
END_TEST

/* What a decision says must outlive the rule set, whose memory is the cache's. */
START_TEST(names_are_copied) {
	desk_init(&desk);
	struct arena arena;
	arena_init(&arena, 0);
	desk.one.eligible = 100;
	Pb__RuleSet *rules = desk_rules(&arena, MANY ", 'holder': {'statuses': ['s']}");
	static const char *const statuses[] = { "s" };
	desk.holder.statuses = statuses;
	desk.holder.n_statuses = 1;
	const struct rules_result *result = desk_decide(&desk, rules);
	for (size_t i = 0; i < result->n_bounds; i++) {
		ck_assert_ptr_ne(result->bounds[i]->name, rules->tiers[0]->name);
		ck_assert_ptr_ne(result->bounds[i]->name, rules->caps[0]->name);
		ck_assert_ptr_ne(result->bounds[i]->attribute, rules->holder->statuses[0]);
	}
	arena_done(&arena);
	ck_assert_str_eq(desk_bound(result, B(CAP))->name, "year");
	ck_assert_str_eq(desk_bound(result, B(STATUS))->attribute, "s");
	desk_done(&desk);
}
END_TEST

/* --- who, what, with whom --- */

START_TEST(refusals_say_what_was_weighed_until_then) {
	desk_init(&desk);
	Pb__RuleSet *rules = desk_rules(
	    &desk.arena, MANY ", 'holder': {'region': '120000', 'statuses': ['a', 'b']}");
	static const char *const statuses[] = { "b" };
	desk.holder.statuses = statuses;
	desk.holder.n_statuses = 1;
	desk.one.category = "mandatory";
	const struct rules_result *result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->outcome, PB__OUTCOME__CATEGORY_NOT_COVERED);
	ck_assert_str_eq(result->field, "category");
	ck_assert_uint_eq(result->n_bounds, 1);
	desk.one.category = "testing";
	result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->outcome, PB__OUTCOME__NOT_ELIGIBLE);
	ck_assert_str_eq(result->field, "region");
	ck_assert_uint_eq(result->n_bounds, 4); /* category, region, both statuses */
	ck_assert(!result->bounds[2]->holds && result->bounds[3]->holds);
	rules->holder = NULL;
	desk.provider.controller = "H";
	result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->outcome, PB__OUTCOME__RELATED_PARTY);
	ck_assert_str_eq(result->field, "provider");
	ck_assert_int_eq(result->against->rule, B(RELATED));
	rules->related_parties_allowed = true;
	rules->tiers[0]->holder = PB__LOCALITY__LOCALITY_OUTSIDE;
	result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->outcome, PB__OUTCOME__NO_TIER);
	ck_assert_ptr_null(result->against);
	ck_assert_ptr_null(result->tier);
	desk_done(&desk);
}
END_TEST

START_TEST(first_tier_that_fits_applies) {
	static const struct {
		const char *holder, *provider, *category, *status;
		uint32_t tier; /* 0: none */
	} cases[] = {
		{ "110114", "110114", "testing", "x", 1 },
		{ "110114", "120101", "testing", "x", 2 },
		{ "110114", NULL, "testing", "x", 4 },
		{ "120101", "110114", "testing", "x", 3 },
		{ "120101", "110114", "testing", "hi-tech", 3 },
		{ "110114", "110114", "consulting", "x", 4 },
		{ "110114", "110114", "consulting", "hi-tech", 4 },
		{ "110114", "110114", "training", "hi-tech", 5 },
		{ "110114", "110114", "training", "x", 0 },
	};
	desk_init(&desk);
	Pb__RuleSet *rules = desk_rules(&desk.arena,
	    "'tiers': ["
	    " {'id': 1, 'ratio_bp': 5000, 'holder': 'LOCALITY_LOCAL', 'provider': 'LOCALITY_LOCAL',"
	    " 'categories': ['testing']},"
	    " {'id': 2, 'ratio_bp': 4000, 'holder': 'LOCALITY_LOCAL', 'provider': 'LOCALITY_OUTSIDE'},"
	    " {'id': 3, 'ratio_bp': 3000, 'holder': 'LOCALITY_OUTSIDE'},"
	    " {'id': 4, 'ratio_bp': 2000, 'categories': ['testing', 'consulting']},"
	    " {'id': 5, 'ratio_bp': 1000, 'statuses': ['hi-tech']}]");
	desk.one.eligible = 10000;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		desk.holder.region = cases[i].holder;
		desk.holder.statuses = &cases[i].status;
		desk.holder.n_statuses = 1;
		desk.provider.region = cases[i].provider ? cases[i].provider : "";
		desk.one.provider = cases[i].provider ? &desk.provider : NULL;
		desk.one.category = cases[i].category;
		const struct rules_result *result = desk_decide(&desk, rules);
		uint32_t tier = result->tier ? result->tier->id : 0;
		ck_assert_msg(tier == cases[i].tier, "case %zu: %u", i, tier);
		ck_assert(tier ? result->amount == 10000 * (6 - tier) / 10
		               : result->outcome == PB__OUTCOME__NO_TIER);
	}
	desk_done(&desk);
}
END_TEST

/* --- agreements --- */

static Pb__Tier terms = PB__TIER__INIT;
static Pb__RecordAgreement agreement = PB__RECORD_AGREEMENT__INIT;

static const struct rules_result *decide_agreed(bool is_allowed, bool are_caps_waived) {
	desk_init(&desk);
	Pb__RuleSet *rules = desk_rules(&desk.arena, CAP("HOLDER", "'amount': 100"));
	rules->agreements_allowed = is_allowed;
	desk.one.eligible = 1000;
	desk.one.agreement = &agreement;
	agreement.caps_waived = are_caps_waived;
	return desk_decide(&desk, rules);
}

START_TEST(agreement_stands_in_place_of_the_tiers) {
	terms.id = 9;
	terms.name = "as agreed";
	terms.ratio_bp = 8000;
	terms.per_contract = 700;
	agreement.document = "No. 7";
	agreement.terms = &terms;
	const struct rules_result *result = decide_agreed(true, true);
	ck_assert_int_eq(result->amount, 700); /* its own cap binds, the rules' is waived */
	ck_assert_ptr_eq(result->tier, &terms);
	ck_assert_str_eq(desk_bound(result, B(AGREEMENT))->name, "No. 7");
	ck_assert(desk_bound(result, B(AGREEMENT))->holds);
	ck_assert_ptr_null(desk_bound(result, B(CAP)));
	desk_done(&desk);
	ck_assert_int_eq(decide_agreed(true, false)->amount, 100);
	desk_done(&desk);
	result = decide_agreed(false, true); /* the rules know no agreements */
	ck_assert_int_eq(result->amount, 100);
	ck_assert_uint_eq(result->tier->id, 1);
	ck_assert_ptr_null(desk_bound(result, B(AGREEMENT)));
	desk_done(&desk);
	terms.holder = PB__LOCALITY__LOCALITY_OUTSIDE;
	result = decide_agreed(true, true); /* it is about another case */
	ck_assert_int_eq(result->amount, 100);
	ck_assert_uint_eq(result->tier->id, 1);
	ck_assert(!desk_bound(result, B(AGREEMENT))->holds);
	desk_done(&desk);
}
END_TEST

/* --- umbrellas --- */

START_TEST(joint_caps_of_umbrellas_bind) {
	desk_init(&desk);
	const Pb__RuleSet *umbrellas[] = {
		desk_rules(&desk.arena, CAP("HOLDER", "'amount': 1000, 'grants': 4, 'joint': true")),
		desk_rules(&desk.arena, FOR_EVER("CONTROLLER", "'amount': 5000, 'joint': true")),
	};
	const char *const names[] = { "city", "province" };
	const struct rules_counter in_city = { .what = RULES_HOLDER, .joint = true, .umbrella = 1 };
	const struct rules_counter in_province = {
		.what = RULES_CONTROLLER, .ever = true, .joint = true, .umbrella = 2
	};
	desk_count(&desk, &in_city, 300, 2);
	desk_count(&desk, &in_province, 4800, 9);
	Pb__RuleSet *rules = desk_rules(&desk.arena, "'agreements_allowed': true");
	desk.standing.umbrellas = umbrellas;
	desk.standing.umbrella_names = names;
	desk.standing.n_umbrellas = 2;
	desk.one.eligible = 100000;
	const struct rules_result *result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->amount, 200);
	const Pb__Bound *binding = desk_binding(result);
	ck_assert_int_eq(binding->rule, B(JOINT_CAP));
	ck_assert_str_eq(binding->name, "province: C");
	ck_assert_int_eq(binding->used, 4800);
	ck_assert_int_eq(desk_bound(result, B(JOINT_CAP_GRANTS))->limit, 4);
	agreement = (Pb__RecordAgreement)PB__RECORD_AGREEMENT__INIT;
	terms = (Pb__Tier)PB__TIER__INIT;
	terms.ratio_bp = 10000;
	agreement.terms = &terms;
	agreement.caps_waived = true;
	desk.one.agreement = &agreement; /* which is not the umbrellas' */
	ck_assert_int_eq(desk_decide(&desk, rules)->amount, 200);
	desk_count(&desk, &in_city, 1, 2);
	result = desk_decide(&desk, rules);
	ck_assert_int_eq(result->outcome, PB__OUTCOME__CAP_REACHED);
	ck_assert_int_eq(result->against->rule, B(JOINT_CAP_GRANTS));
	desk_done(&desk);
}
END_TEST

START_TEST(caps_of_umbrellas_that_are_not_joint_do_not_bind) {
	desk_init(&desk);
	const Pb__RuleSet *umbrella = desk_rules(&desk.arena, CAP("HOLDER", "'amount': 1"));
	const char *const name = "city";
	desk.standing.umbrellas = &umbrella;
	desk.standing.umbrella_names = &name;
	desk.standing.n_umbrellas = 1;
	desk.one.eligible = 1000;
	ck_assert_int_eq(desk_decide(&desk, desk_rules(&desk.arena, ""))->amount, 500);
	desk_done(&desk);
}
END_TEST

START_TEST(providers_caps_need_a_provider) {
	desk_init(&desk);
	desk.one.provider = NULL;
	desk.one.eligible = 1000;
	Pb__RuleSet *rules = desk_rules(&desk.arena, CAP("PROVIDER", "'amount': 1"));
	ck_assert_int_eq(desk_decide(&desk, rules)->amount, 500);
	desk_done(&desk);
}
END_TEST

/* --- funds --- */

static uint64_t next_random(uint64_t *state) { /* xorshift64* */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545F4914F6CDD1DULL;
}

/* No fund's rounded share of what is granted is more than it has, whatever else cuts the amount. */
START_TEST(no_fund_pays_more_than_it_has) {
	uint64_t state = 42;
	desk_init(&desk);
	Pb__RuleSet *rules = desk_rules(&desk.arena, TIER("'ratio_bp': 10000"));
	for (int round = 0; round < 20000; round++) {
		struct rules_fund funds[3] = { { .code = "a" }, { .code = "b" }, { .code = "c" } };
		funds[0].share_bp = 1 + (uint32_t)(next_random(&state) % 9998);
		funds[1].share_bp = 1 + (uint32_t)(next_random(&state) % (9999 - funds[0].share_bp));
		funds[2].share_bp = 10000 - funds[0].share_bp - funds[1].share_bp;
		int64_t weights[3], parts[3];
		for (int i = 0; i < 3; i++) {
			funds[i].left = (int64_t)(next_random(&state) >> (1 + next_random(&state) % 62));
			weights[i] = funds[i].share_bp;
		}
		desk.one.eligible = (int64_t)(next_random(&state) >> (1 + next_random(&state) % 62)) + 1;
		desk.standing.funds = funds;
		desk.standing.n_funds = 3;
		const struct rules_result *result = desk_decide(&desk, rules);
		rules_split(result->amount, weights, 3, parts);
		for (int i = 0; i < 3; i++)
			ck_assert_int_le(parts[i], funds[i].left);
		const Pb__Bound *binding = desk_binding(result);
		if (binding->rule == B(FUND_SHARE)) { /* nor could it have paid one more in full */
			const struct rules_fund *fund = &funds[binding->name[0] - 'a'];
			ck_assert(
			    (__int128)(result->amount + 1) * fund->share_bp > (__int128)fund->left * 10000);
		}
		arena_reset(&desk.arena);
		rules = desk_rules(&desk.arena, TIER("'ratio_bp': 10000"));
	}
	desk_done(&desk);
}
END_TEST

/* --- memory --- */

START_TEST(exhausted_memory_is_unavailable) {
	desk_init(&desk);
	Pb__RuleSet *rules = desk_rules(&desk.arena, MANY);
	desk.one.eligible = 1000;
	desk_decide(&desk, rules);
	bool has_succeeded = false;
	for (size_t bytes = 1; bytes < 8192; bytes += 16) {
		struct arena small;
		struct rules_result result;
		arena_init(&small, bytes);
		rules_decide(rules, &desk.one, &desk.standing, &small, &result);
		if (result.outcome == PB__OUTCOME__UNAVAILABLE)
			ck_assert(!has_succeeded && result.n_bounds == 0 && !result.bounds);
		else
			ck_assert_int_eq(result.outcome, desk.result.outcome);
		has_succeeded = result.outcome != PB__OUTCOME__UNAVAILABLE;
		arena_done(&small);
	}
	ck_assert(has_succeeded);
	desk_done(&desk);
}
END_TEST

SUITE_MAIN("rules_decide", each_rule_grants_what_it_leaves,
    every_rule_is_named_with_limit_used_asked_and_granted, names_are_copied,
    refusals_say_what_was_weighed_until_then, first_tier_that_fits_applies,
    agreement_stands_in_place_of_the_tiers, joint_caps_of_umbrellas_bind,
    caps_of_umbrellas_that_are_not_joint_do_not_bind, providers_caps_need_a_provider,
    no_fund_pays_more_than_it_has, exhausted_memory_is_unavailable)
