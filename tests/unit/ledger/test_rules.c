/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/rules.h"

#include "base/date.h"

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

/* --- everything is named --- */

START_TEST(every_part_of_eligibility_is_weighed_and_named) {
	setup();
	struct rules_party party = eligible_party();
	static const char *const without[] = { "失信被执行人", "高新技术企业" };
	static const struct {
		Pb__Rule rule;
		const char *attribute;
		int64_t limit, asked;
		bool holds;
	} expected[] = {
		{ PB__RULE__RULE_KIND, "company, team", 0, 0, true },
		{ PB__RULE__RULE_REGION, "110000", 0, 0, false },
		{ PB__RULE__RULE_STATUS, "科技型中小企业", 0, 0, true },
		{ PB__RULE__RULE_STATUS_WITHOUT, "失信被执行人", 0, 0, true },
		{ PB__RULE__RULE_STATUS_WITHOUT, "高新技术企业", 0, 0, false },
		{ PB__RULE__RULE_CONDITION, "staff", 100, 100, false },
		{ PB__RULE__RULE_CONDITION, "revenue", 1000000000, 999999999, true },
	};
	sample.holder.n_kinds = 2;
	sample.holder.statuses_without = (const char **)without;
	sample.holder.n_statuses_without = 2;
	sample.conditions[1].unit = PB__UNIT__UNIT_MONEY;
	staff.value = 100;
	party.region = "310000";
	struct rules_result result;
	rules_eligible(&sample.rules, &party, &arena, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__NOT_ELIGIBLE);
	ck_assert_uint_eq(result.n_bounds, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < result.n_bounds; i++) {
		const Pb__Bound *bound = result.bounds[i];
		ck_assert_int_eq(bound->rule, expected[i].rule);
		ck_assert_str_eq(bound->attribute, expected[i].attribute);
		ck_assert_int_eq(bound->limit, expected[i].limit);
		ck_assert_int_eq(bound->asked, expected[i].asked);
		ck_assert(bound->holds == expected[i].holds);
		ck_assert(bound->binds == (bound->rule == PB__RULE__RULE_REGION));
	}
	ck_assert_int_eq(result.bounds[5]->is, PB__COMPARISON__LESS);
	ck_assert_int_eq(result.bounds[6]->unit, PB__UNIT__UNIT_MONEY);
	ck_assert_ptr_eq(result.against, result.bounds[1]); /* the first that is missing */
	arena_done(&arena);
}
END_TEST

START_TEST(every_part_is_named_of_who_is_eligible_too) {
	setup();
	struct rules_party party = eligible_party();
	struct rules_result result;
	rules_eligible(&sample.rules, &party, &arena, &result);
	ck_assert_uint_eq(result.n_bounds, 5);
	for (size_t i = 0; i < result.n_bounds; i++)
		ck_assert(result.bounds[i]->holds && !result.bounds[i]->binds);
	ck_assert_ptr_null(result.against);
	arena_done(&arena);
}
END_TEST

START_TEST(status_that_is_ruled_out_excludes) {
	setup();
	struct rules_party party = eligible_party();
	static const char *const without[] = { "高新技术企业" };
	sample.holder.statuses_without = (const char **)without;
	sample.holder.n_statuses_without = 1;
	expect_refused(&party, "statuses");
	party.statuses = statuses + 1;
	party.n_statuses = 1;
	struct rules_result result;
	rules_eligible(&sample.rules, &party, &arena, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__OUTCOME_OK);
	arena_done(&arena);
}
END_TEST

START_TEST(who_is_meant_is_who_would_be_eligible) {
	setup();
	struct rules_party party = eligible_party();
	static const char *const without[] = { "高新技术企业" };
	ck_assert(rules_is_meant(NULL, &party));
	ck_assert(rules_is_meant(&sample.holder, &party));
	party.kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	ck_assert(!rules_is_meant(&sample.holder, &party));
	party = eligible_party();
	party.n_statuses = 1;
	ck_assert(!rules_is_meant(&sample.holder, &party));
	party = eligible_party();
	party.region = "";
	ck_assert(!rules_is_meant(&sample.holder, &party));
	party = eligible_party();
	staff.value = 100;
	ck_assert(!rules_is_meant(&sample.holder, &party));
	party = eligible_party();
	sample.holder.statuses_without = (const char **)without;
	sample.holder.n_statuses_without = 1;
	ck_assert(!rules_is_meant(&sample.holder, &party));
	arena_done(&arena);
}
END_TEST

/* --- windows --- */

START_TEST(windows_open_and_close_on_their_days) {
	static const struct {
		const char *from, *to, *day;
		bool is_open;
	} rows[] = {
		{ "03-01", "06-30", "2026-02-28", false },
		{ "03-01", "06-30", "2026-03-01", true },
		{ "03-01", "06-30", "2031-06-30", true },
		{ "03-01", "06-30", "2026-07-01", false },
		{ "11-15", "01-31", "2026-11-14", false }, /* across the end of the year */
		{ "11-15", "01-31", "2026-11-15", true },
		{ "11-15", "01-31", "2026-12-31", true },
		{ "11-15", "01-31", "2027-01-01", true },
		{ "11-15", "01-31", "2027-01-31", true },
		{ "11-15", "01-31", "2027-02-01", false },
		{ "02-29", "02-29", "2028-02-29", true },
		{ "02-29", "02-29", "2027-02-28", false },
		{ "02-01", "02-29", "2027-02-28", true },
		{ "2026-12-15", "2027-01-15", "2026-12-14", false },
		{ "2026-12-15", "2027-01-15", "2026-12-15", true },
		{ "2026-12-15", "2027-01-15", "2027-01-15", true },
		{ "2026-12-15", "2027-01-15", "2027-01-16", false },
		{ "2026-12-15", "2027-01-15", "2027-12-20", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Pb__Window window = PB__WINDOW__INIT;
		Pb__Window *const windows[] = { &window };
		int32_t day;
		window.from = rows[i].from;
		window.to = rows[i].to;
		ck_assert_int_eq(date_parse(rows[i].day, &day), ERR_OK);
		ck_assert_msg(rules_is_open(windows, 1, day) == rows[i].is_open, "row %zu", i);
	}
}
END_TEST

START_TEST(one_open_window_is_enough_and_none_is_always) {
	Pb__Window spring = PB__WINDOW__INIT;
	Pb__Window autumn = PB__WINDOW__INIT;
	Pb__Window *const windows[] = { &spring, &autumn };
	int32_t day;
	spring.from = "03-01";
	spring.to = "05-31";
	autumn.from = "09-01";
	autumn.to = "11-30";
	ck_assert_int_eq(date_parse("2026-10-01", &day), ERR_OK);
	ck_assert(rules_is_open(windows, 2, day));
	ck_assert(!rules_is_open(windows, 1, day));
	ck_assert(rules_is_open(NULL, 0, day));
}
END_TEST

/* --- memory --- */

START_TEST(exhausted_memory_is_unavailable) {
	setup();
	struct arena small;
	struct rules_result result;
	struct rules_party party = eligible_party();
	arena_init(&small, 1);
	rules_eligible(&sample.rules, &party, &small, &result);
	ck_assert_int_eq(result.outcome, PB__OUTCOME__UNAVAILABLE);
	ck_assert_uint_eq(result.n_bounds, 0);
	arena_done(&small);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("rules", party_that_meets_everything_is_eligible, whatever_is_missing_is_named,
    refusal_by_a_condition_says_limit_and_value, bounds_are_inclusive_or_exclusive_as_they_say,
    every_part_of_eligibility_is_weighed_and_named, every_part_is_named_of_who_is_eligible_too,
    status_that_is_ruled_out_excludes, who_is_meant_is_who_would_be_eligible,
    local_means_within_the_division, parties_are_related_by_name_and_by_controller,
    category_must_be_covered_and_not_excluded, windows_open_and_close_on_their_days,
    one_open_window_is_enough_and_none_is_always, exhausted_memory_is_unavailable)
