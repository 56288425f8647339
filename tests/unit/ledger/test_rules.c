/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/rules.h"

#include "sample_rules.h"
#include "support/suite.h"

#include <stdint.h>
#include <string.h>

static struct arena arena;
static struct sample_rules sample;

static Pb__Attribute staff = PB__ATTRIBUTE__INIT;
static Pb__Attribute revenue = PB__ATTRIBUTE__INIT;
static Pb__Attribute *const attributes[] = { &staff, &revenue };
static const char *const statuses[] = { "高新技术企业", "科技型中小企业" };

/* A company that may hold a voucher under the sample rules. */
static struct rules_party eligible_party(void) {
	staff.name = "staff";
	staff.value = 99;
	revenue.name = "revenue";
	revenue.value = 999999999;
	return (struct rules_party){
		.id = 7,
		.kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
		.region = "110114",
		.code = "91110108551385082Q",
		.controller = "",
		.n_attributes = 2,
		.attributes = attributes,
		.n_statuses = 2,
		.statuses = statuses,
	};
}

static void setup(void) {
	arena_done(&arena);
	arena_init(&arena, 0);
	sample_rules_init(&sample);
}

START_TEST(party_that_meets_everything_is_eligible) {
	setup();
	struct rules_party party = eligible_party();
	struct rules_result result;
	rules_eligible(&sample.rules, &party, &arena, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__OUTCOME_OK);
	sample.rules.holder = NULL;
	party = (struct rules_party){ .region = "", .code = "", .controller = "" };
	rules_eligible(&sample.rules, &party, &arena, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__OUTCOME_OK);
	arena_done(&arena);
}
END_TEST

static void expect_refused(const struct rules_party *party, const char *field) {
	struct rules_result result;
	rules_eligible(&sample.rules, party, &arena, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__NOT_ELIGIBLE);
	ck_assert_str_eq(result.field, field);
	ck_assert(!result.against->holds);
	ck_assert(result.against->binds);
	ck_assert_ptr_nonnull(result.detail);
}

START_TEST(whatever_is_missing_is_named) {
	setup();
	struct rules_party party = eligible_party();
	party.kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	expect_refused(&party, "kind");
	party = eligible_party();
	party.n_statuses = 1;
	expect_refused(&party, "statuses");
	party = eligible_party();
	party.region = "120000";
	expect_refused(&party, "region");
	party = eligible_party();
	party.n_attributes = 1;
	expect_refused(&party, "revenue");
	party = eligible_party();
	staff.value = 100;
	expect_refused(&party, "staff");
	arena_done(&arena);
}
END_TEST

START_TEST(refusal_by_a_condition_says_limit_and_value) {
	setup();
	struct rules_party party = eligible_party();
	struct rules_result result;
	staff.value = 100;
	rules_eligible(&sample.rules, &party, &arena, &result);
	ck_assert_str_eq(result.against->attribute, "staff");
	ck_assert_int_eq(result.against->limit, 100);
	ck_assert_int_eq(result.against->asked, 100);
	ck_assert_str_eq(result.detail, "staff is 100 and must be less than 100");
	arena_done(&arena);
}
END_TEST

START_TEST(bounds_are_inclusive_or_exclusive_as_they_say) {
	static const struct {
		Pb__Comparison is;
		int64_t bound;
		bool below, at, above; /* 199,999; 200,000; 200,001 */
	} rows[] = {
		{ PB__COMPARISON__LESS, 200000, true, false, false },
		{ PB__COMPARISON__AT_MOST, 200000, true, true, false }, /* 低于20万(含20万) */
		{ PB__COMPARISON__MORE, 200000, false, false, true },
		{ PB__COMPARISON__AT_LEAST, 200000, false, true, true },
		{ PB__COMPARISON__EQUAL, 200000, false, true, false },
		{ PB__COMPARISON__LESS, INT64_MIN, false, false, false },
		{ PB__COMPARISON__MORE, INT64_MAX, false, false, false },
		{ PB__COMPARISON__AT_LEAST, INT64_MIN, true, true, true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup();
		struct rules_party party = eligible_party();
		sample.conditions[0].is = rows[i].is;
		sample.conditions[0].value = rows[i].bound;
		const bool expected[] = { rows[i].below, rows[i].at, rows[i].above };
		for (int step = 0; step < 3; step++) {
			struct rules_result result;
			staff.value = 199999 + step;
			rules_eligible(&sample.rules, &party, &arena, &result);
			ck_assert_msg((result.outcome == PB__OUTCOME__OUTCOME_OK) == expected[step],
			    "row %zu, value %lld", i, (long long)staff.value);
		}
	}
	arena_done(&arena);
}
END_TEST

START_TEST(local_means_within_the_division) {
	static const struct {
		const char *programme;
		const char *party;
		bool is_local;
	} rows[] = {
		{ "110114", "110114", true },
		{ "110114", "110108", false },
		{ "110114", "110100", false },
		{ "110100", "110114", true },
		{ "110000", "110228", true },
		{ "110000", "120114", false },
		{ "330226", "330226", true },
		{ "330200", "330226", true },
		{ "330000", "330226", true },
		{ "330226", "330200", false },
		{ "100000", "100000", true },
		{ "110000", "", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(rules_is_local(rows[i].programme, rows[i].party) == rows[i].is_local,
		    "%s in %s", rows[i].party, rows[i].programme);
}
END_TEST

START_TEST(parties_are_related_by_name_and_by_controller) {
	static const char *const names_b[] = { "X", "B" };
	struct rules_party a = { .id = 1, .code = "A", .controller = "" };
	struct rules_party b = { .id = 2, .code = "B", .controller = "" };
	ck_assert(!rules_is_related(&a, &b)); /* no controller is not a common one */
	ck_assert(rules_is_related(&a, &a));
	a.related = names_b;
	a.n_related = 2;
	ck_assert(rules_is_related(&a, &b) && rules_is_related(&b, &a));
	a.n_related = 1;
	ck_assert(!rules_is_related(&a, &b) && !rules_is_related(&b, &a));
	a.controller = "B"; /* b controls a */
	ck_assert(rules_is_related(&a, &b) && rules_is_related(&b, &a));
	a.controller = "P-1";
	ck_assert(!rules_is_related(&a, &b));
	b.controller = "P-1";
	ck_assert(rules_is_related(&a, &b) && rules_is_related(&b, &a));
}
END_TEST

START_TEST(category_must_be_covered_and_not_excluded) {
	setup();
	Pb__RuleSet *rules = &sample.rules;
	ck_assert_int_eq(rules_category(rules, "testing"), PB__OUTCOME__OUTCOME_OK);
	ck_assert_int_eq(rules_category(rules, "Testing"), PB__OUTCOME__CATEGORY_NOT_COVERED);
	ck_assert_int_eq(rules_category(rules, "mandatory-testing"), PB__OUTCOME__CATEGORY_NOT_COVERED);
	rules->n_categories = 0;
	ck_assert_int_eq(rules_category(rules, "anything"), PB__OUTCOME__OUTCOME_OK);
	ck_assert_int_eq(rules_category(rules, "mandatory-testing"), PB__OUTCOME__CATEGORY_NOT_COVERED);
	arena_done(&arena);
}
END_TEST

START_TEST(first_tier_that_fits_applies) {
	setup();
	struct rules_party holder = eligible_party();
	struct rules_party provider = { .region = "110108" };
	const Pb__RuleSet *rules = &sample.rules;
	ck_assert_ptr_eq(rules_tier(rules, "110114", &holder, &provider, "testing"), &sample.tiers[0]);
	ck_assert_ptr_eq(rules_tier(rules, "110108", &holder, &provider, "testing"), &sample.tiers[1]);
	sample.tiers[0].provider = PB__LOCALITY__LOCALITY_LOCAL;
	ck_assert_ptr_eq(rules_tier(rules, "110114", &holder, &provider, "testing"), &sample.tiers[1]);
	sample.tiers[0].provider = PB__LOCALITY__LOCALITY_OUTSIDE;
	ck_assert_ptr_eq(rules_tier(rules, "110114", &holder, &provider, "testing"), &sample.tiers[0]);
	sample.tiers[0].n_conditions = 1; /* patents, which the holder does not state */
	ck_assert_ptr_eq(rules_tier(rules, "110114", &holder, &provider, "testing"), &sample.tiers[1]);
	sample.tiers[1].n_categories = 1;
	ck_assert_ptr_null(rules_tier(rules, "110114", &holder, &provider, "consulting"));
	arena_done(&arena);
}
END_TEST

/* --- subsidy --- */

#define NONE INT64_MAX

struct subsidy_case {
	const char *name;
	int64_t eligible;
	uint32_t ratio_bp;
	int64_t per_contract, per_year, holder_per_year;
	uint32_t pool_share_bp;
	struct rules_usage usage;
	int64_t expected;
	Pb__Rule binds;
};

static const struct subsidy_case subsidy_cases[] = {
	{ "floor", 9999999, 4000, 0, 0, 0, 0, { 0, 0, 0, 0, NONE }, 3999999, PB__RULE__RULE_RATIO },
	{ "one minor unit", 2, 5000, 0, 0, 0, 0, { 0, 0, 0, 0, NONE }, 1, PB__RULE__RULE_RATIO },
	{ "nothing after the floor", 1, 5000, 0, 0, 0, 0, { 0, 0, 0, 0, NONE }, 0,
	    PB__RULE__RULE_RATIO },
	{ "all of the largest amount", INT64_MAX, 10000, 0, 0, 0, 0, { 0, 0, 0, 0, NONE }, INT64_MAX,
	    PB__RULE__RULE_RATIO },
	{ "product beyond 64 bits", INT64_MAX, 3333, 0, 0, 0, 0, { 0, 0, 0, 0, NONE },
	    3074149899883696776, PB__RULE__RULE_RATIO },
	{ "per contract", 100000, 5000, 30000, 0, 0, 0, { 0, 0, 0, 0, NONE }, 30000,
	    PB__RULE__RULE_PER_CONTRACT },
	{ "per contract exactly", 60000, 5000, 30000, 0, 0, 0, { 0, 0, 0, 0, NONE }, 30000,
	    PB__RULE__RULE_RATIO },
	{ "rest of the tier's year", 100000, 5000, 0, 60000, 0, 0, { 20000, 0, 0, 0, NONE }, 40000,
	    PB__RULE__RULE_TIER_PER_YEAR },
	{ "rest of the holder's year", 100000, 5000, 0, 90000, 60000, 0, { 20001, 0, 0, 0, NONE },
	    39999, PB__RULE__RULE_HOLDER_PER_YEAR },
	{ "year used up", 100000, 5000, 0, 20000, 0, 0, { 20000, 0, 0, 0, NONE }, 0,
	    PB__RULE__RULE_TIER_PER_YEAR },
	{ "year used beyond a cap that was lowered", 100000, 5000, 0, 10000, 0, 0,
	    { 20000, 0, 0, 0, NONE }, 0, PB__RULE__RULE_TIER_PER_YEAR },
	{ "tier's year with other tiers", 100000, 5000, 0, 60000, 0, 0, { 30000, 20000, 0, 0, NONE },
	    30000, PB__RULE__RULE_TIER_PER_YEAR },
	{ "share of the pool", 30000000, 2000, 0, 10000000, 0, 2000, { 0, 0, 1000000, 10000000, NONE },
	    1000000, PB__RULE__RULE_TIER_POOL_SHARE },
	{ "share of an empty pool", 30000000, 2000, 0, 0, 0, 2000, { 0, 0, 0, 0, NONE }, 0,
	    PB__RULE__RULE_TIER_POOL_SHARE },
	{ "share is a floor too", 100000, 10000, 0, 0, 0, 3333, { 0, 0, 0, 10001, NONE }, 3333,
	    PB__RULE__RULE_TIER_POOL_SHARE },
	{ "what the voucher has left", 100000, 5000, 0, 0, 0, 0, { 0, 0, 0, 0, 1234 }, 1234,
	    PB__RULE__RULE_VOUCHER },
	{ "empty voucher", 100000, 5000, 0, 0, 0, 0, { 0, 0, 0, 0, 0 }, 0, PB__RULE__RULE_VOUCHER },
	{ "all at once: the first binds", 100000, 5000, 700, 900, 900, 700, { 200, 0, 0, 10000, 700 },
	    700, PB__RULE__RULE_PER_CONTRACT },
};

static void run_subsidy(const struct subsidy_case *row, struct rules_result *ret_result) {
	Pb__Tier *tier = &sample.tiers[0];
	tier->ratio_bp = row->ratio_bp;
	tier->per_contract = row->per_contract;
	tier->per_year = row->per_year;
	tier->pool_share_bp = row->pool_share_bp;
	sample.rules.holder_per_year = row->holder_per_year;
	rules_subsidy(&sample.rules, tier, row->eligible, &row->usage, &arena, ret_result);
}

static Pb__Outcome expected_outcome(const struct subsidy_case *row) {
	if (row->expected > 0)
		return PB__OUTCOME__OUTCOME_OK;
	return row->binds == PB__RULE__RULE_VOUCHER ? PB__OUTCOME__VOUCHER_INSUFFICIENT
	                                            : PB__OUTCOME__CAP_REACHED;
}

START_TEST(subsidy_is_the_smallest_of_all_that_bind) {
	for (size_t i = 0; i < sizeof(subsidy_cases) / sizeof(subsidy_cases[0]); i++) {
		const struct subsidy_case *row = &subsidy_cases[i];
		struct rules_result result;
		setup();
		run_subsidy(row, &result);
		ck_assert_msg(
		    result.amount == row->expected, "%s: %lld", row->name, (long long)result.amount);
		ck_assert_msg(result.outcome == expected_outcome(row), "%s: %d", row->name, result.outcome);
		const Pb__Bound *binding = NULL;
		for (size_t j = 0; j < result.n_bounds; j++) {
			ck_assert_msg(j == 0 || result.bounds[j]->rule > result.bounds[j - 1]->rule,
			    "%s: bounds are not in order", row->name);
			if (!result.bounds[j]->binds)
				continue;
			ck_assert_msg(!binding, "%s: two bounds bind", row->name);
			binding = result.bounds[j];
		}
		ck_assert_msg(binding && binding->rule == row->binds, "%s: %d", row->name,
		    binding ? (int)binding->rule : -1);
		ck_assert_ptr_eq(result.against, row->expected > 0 ? NULL : binding);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(every_rule_is_named_with_limit_used_and_asked) {
	static const struct subsidy_case row = { "all", 100000, 5000, 45000, 60000, 70000, 2000,
		{ 20000, 0, 3000, 1000000, 42000 }, 40000, PB__RULE__RULE_TIER_PER_YEAR };
	static const struct {
		Pb__Rule rule;
		int64_t limit, used, asked;
		const char *name;
	} expected[] = {
		{ PB__RULE__RULE_RATIO, 50000, 0, 100000, "" },
		{ PB__RULE__RULE_PER_CONTRACT, 45000, 0, 50000, "local" },
		{ PB__RULE__RULE_TIER_PER_YEAR, 60000, 20000, 50000, "local" },
		{ PB__RULE__RULE_HOLDER_PER_YEAR, 70000, 20000, 50000, "" },
		{ PB__RULE__RULE_TIER_POOL_SHARE, 200000, 3000, 50000, "local" },
		{ PB__RULE__RULE_VOUCHER, 42000, 0, 50000, "" },
	};
	struct rules_result result;
	setup();
	run_subsidy(&row, &result);
	ck_assert_int_eq(result.amount, 40000);
	ck_assert_uint_eq(result.n_bounds, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < result.n_bounds; i++) {
		const Pb__Bound *bound = result.bounds[i];
		ck_assert_int_eq(bound->rule, expected[i].rule);
		ck_assert_int_eq(bound->limit, expected[i].limit);
		ck_assert_int_eq(bound->used, expected[i].used);
		ck_assert_int_eq(bound->asked, expected[i].asked);
		ck_assert_str_eq(bound->name, expected[i].name);
		ck_assert(bound->binds == (bound->rule == PB__RULE__RULE_TIER_PER_YEAR));
	}
	arena_done(&arena);
}
END_TEST

START_TEST(cap_of_a_tier_may_count_that_tier_alone) {
	const struct rules_usage usage = {
		.holder_this_year = 50000, .holder_this_tier = 20000, .voucher_live = NONE
	};
	struct rules_result result;
	setup();
	sample.tiers[0].per_year = 60000;
	rules_subsidy(&sample.rules, &sample.tiers[0], 200000, &usage, &arena, &result);
	ck_assert_int_eq(result.amount, 10000);
	sample.tiers[0].per_year_alone = true;
	rules_subsidy(&sample.rules, &sample.tiers[0], 200000, &usage, &arena, &result);
	ck_assert_int_eq(result.amount, 40000);
	ck_assert_int_eq(result.bounds[1]->used, 20000);
	arena_done(&arena);
}
END_TEST

START_TEST(exhausted_memory_is_unavailable) {
	setup();
	struct arena small;
	struct rules_result result;
	struct rules_party party = eligible_party();
	const struct rules_usage usage = { .voucher_live = 1000 };
	arena_init(&small, 1);
	rules_subsidy(&sample.rules, &sample.tiers[0], 1000, &usage, &small, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__UNAVAILABLE);
	staff.value = 100;
	rules_eligible(&sample.rules, &party, &small, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__UNAVAILABLE);
	arena_done(&small);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("rules", party_that_meets_everything_is_eligible, whatever_is_missing_is_named,
    refusal_by_a_condition_says_limit_and_value, bounds_are_inclusive_or_exclusive_as_they_say,
    local_means_within_the_division, parties_are_related_by_name_and_by_controller,
    category_must_be_covered_and_not_excluded, first_tier_that_fits_applies,
    subsidy_is_the_smallest_of_all_that_bind, every_rule_is_named_with_limit_used_and_asked,
    cap_of_a_tier_may_count_that_tier_alone, exhausted_memory_is_unavailable)
