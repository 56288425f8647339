/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worked cases of 北京昌平 人人创新券 2017 (A1–A8), from its rule file in contrib/programmes.
 * Amounts are in 分.
 */
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOCAL   "110114"
#define OUTSIDE "110108"
#define YUAN    INT64_C(100)
#define TESTING "样品测试检验"

struct use_case {
	const char *name;
	const char *after;       /* the case whose use is there already, in the same world */
	const char *same_holder; /* as in that case */
	const char *holder;
	const char *provider;
	const char *category;
	int64_t eligible;
	int64_t pool;
	int64_t subsidy;
	Pb__Outcome outcome;
	Pb__Rule bound_by;
};

/* clang-format off */
#define BY(rule) PB__OUTCOME__OUTCOME_OK, PB__RULE__RULE_##rule
#define PER_YEAR BY(TIER_PER_YEAR)
#define OF_POOL  BY(TIER_POOL_SHARE)
#define RELATED  PB__OUTCOME__RELATED_PARTY, 0
static const struct use_case changping[] = {
	/*      after holder= holder   provider category eligible  pool       subsidy   bound by */
	{ "A1", NULL, NULL, LOCAL,   LOCAL,   TESTING, 30000000, 100000000, 15000000, BY(RATIO) },
	{ "A2", "A1", "A1", LOCAL,   LOCAL,   TESTING, 15000000, 100000000,  5000000, PER_YEAR },
	{ "A3", NULL, NULL, LOCAL,   OUTSIDE, TESTING,  9999999, 100000000,  3999999, BY(RATIO) },
	{ "A4", NULL, NULL, OUTSIDE, LOCAL,   TESTING, 40000000, 100000000, 10000000, PER_YEAR },
	{ "A5", NULL, NULL, OUTSIDE, OUTSIDE, TESTING,  5000000,  10000000,  1000000, BY(RATIO) },
	{ "A6", "A5", NULL, OUTSIDE, OUTSIDE, TESTING, 30000000,  10000000,  1000000, OF_POOL },
	{ "A8", NULL, NULL, LOCAL,   LOCAL,   TESTING,  1000000, 100000000,        0, RELATED },
};
/* clang-format on */

struct stage {
	struct scheme *scheme;
	const struct use_case *cases;
	size_t count;
	const struct member *holders[8];
	const struct member *provider;
};

static size_t index_of(const struct stage *stage, const char *name) {
	for (size_t i = 0; i < stage->count; i++) {
		if (strcmp(stage->cases[i].name, name) == 0)
			return i;
	}
	ck_abort_msg("no case %s", name);
}

/* The firm of the cases. */
static const struct member *new_holder(struct stage *stage, const struct use_case *row, int staff) {
	char more[512];
	char related[64] = "";
	if (row->outcome == PB__OUTCOME__RELATED_PARTY)
		snprintf(related, sizeof(related), ", 'related': ['%s']", stage->provider->code);
	snprintf(more, sizeof(more),
	    ", 'attributes': [{'name': 'staff', 'value': %d},"
	    " {'name': 'revenue_last_year', 'value': '999999999'},"
	    " {'name': 'revenue_year_before_last', 'value': '999999999'},"
	    " {'name': 'registered_capital', 'value': '3000000000'}]%s",
	    staff, related);
	return scheme_holder(stage->scheme, row->holder, more);
}

static const Pb__Bound *binding(const Pb__Decision *decision) {
	const Pb__Bound *found = NULL;
	for (size_t i = 0; i < decision->n_bounds; i++) {
		if (!decision->bounds[i]->binds)
			continue;
		ck_assert_msg(!found, "two bounds bind");
		found = decision->bounds[i];
	}
	ck_assert_ptr_nonnull(found);
	return found;
}

static void play(struct stage *stage, const char *name) {
	size_t index = index_of(stage, name);
	const struct use_case *row = &stage->cases[index];
	if (row->after)
		play(stage, row->after);
	else
		stage->provider = scheme_provider(stage->scheme, row->provider);
	struct world *w = stage->scheme->world;
	const struct member *holder = row->same_holder
	    ? stage->holders[index_of(stage, row->same_holder)]
	    : new_holder(stage, row, 42);
	stage->holders[index] = holder;
	int64_t worth = row->pool / 2 < 20000000 ? row->pool / 2 : 20000000;
	uint64_t voucher = scheme_voucher(stage->scheme, holder, worth);
	int64_t reserved = scheme_programme(stage->scheme).reserved;
	world_as(w, holder->principal);
	const Pb__Reply *reply = world_give(w,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'HT-%s',"
	    " 'category': '%s', 'total': '%" PRId64 "', 'eligible': '%" PRId64 "'}}",
	    voucher, stage->provider->code, name, row->category, row->eligible, row->eligible);
	ck_assert_int_eq(reply->outcome, row->outcome);
	ck_assert_int_eq(scheme_programme(stage->scheme).reserved, reserved + row->subsidy);
	if (row->outcome != PB__OUTCOME__OUTCOME_OK) {
		world_note_refusal(row->outcome);
		return;
	}
	ck_assert_int_eq(reply->decision->amount, row->subsidy);
	ck_assert_int_eq(binding(reply->decision)->rule, row->bound_by);
	struct reservation_row reservation = scheme_reservation_row(stage->scheme, reply->seq);
	ck_assert_int_eq(reservation.subsidy, row->subsidy);
	ck_assert_int_eq(reservation.held, row->subsidy);
}

static void play_changping(const char *name) {
	struct stage stage = { .cases = changping, .count = sizeof(changping) / sizeof(changping[0]) };
	const struct scheme_config config = { .programme = "renren-2017",
		.region = LOCAL,
		.rules = scheme_rules_file("changping-2017.json"),
		.allocated = changping[index_of(&stage, name)].pool,
		.begins = "2017-01-03 09:00" };
	stage.scheme = scheme_new(&config);
	play(&stage, name);
	scheme_free(stage.scheme);
}

START_TEST(a1_local_firm_and_local_provider_get_half) {
	play_changping("A1");
}
END_TEST

START_TEST(a2_rest_of_the_year_is_what_the_annual_cap_leaves) {
	play_changping("A2");
}
END_TEST

START_TEST(a3_two_fifths_are_rounded_down_to_the_fen) {
	play_changping("A3");
}
END_TEST

START_TEST(a4_outside_firm_is_capped_at_a_hundred_thousand) {
	play_changping("A4");
}
END_TEST

START_TEST(a5_outside_firm_and_outside_provider_get_a_fifth) {
	play_changping("A5");
}
END_TEST

START_TEST(a6_last_tier_ends_at_its_share_of_the_pool) {
	play_changping("A6");
}
END_TEST

/* At the counter, and, for who grew since, when the voucher is used. */
START_TEST(a7_firm_of_a_hundred_staff_is_refused) {
	struct stage stage = { .cases = changping, .count = sizeof(changping) / sizeof(changping[0]) };
	const struct scheme_config config = { .programme = "renren-2017",
		.region = LOCAL,
		.rules = scheme_rules_file("changping-2017.json"),
		.allocated = 1000000 * YUAN };
	struct scheme *s = stage.scheme = scheme_new(&config);
	struct world *w = s->world;
	const struct member *large = new_holder(&stage, &changping[0], 100);
	world_as(w, large->principal);
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__NOT_ELIGIBLE, "{'apply': {'programme': 'renren-2017', 'amount': 1000000}}");
	ck_assert_str_eq(refusal->bound->attribute, "staff");
	ck_assert_int_eq(refusal->bound->limit, 100);
	ck_assert_int_eq(refusal->bound->asked, 100);

	const struct member *grown = new_holder(&stage, &changping[0], 99);
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, grown, 1000000);
	world_as(w, s->office);
	world_accept(w,
	    "{'update_party': {'code': '%s', 'name': 'Grown', 'region': '" LOCAL "',"
	    " 'attributes': [{'name': 'staff', 'value': 100}]}}",
	    grown->code);
	world_as(w, grown->principal);
	refusal = world_refuse(w, PB__OUTCOME__NOT_ELIGIBLE,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'HT-A7',"
	    " 'category': '样品测试检验', 'total': 1000000, 'eligible': 1000000}}",
	    voucher, provider->code);
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_CONDITION);
	ck_assert_str_eq(refusal->field, "staff");
	scheme_free(s);
}
END_TEST

START_TEST(a8_related_provider_is_refused) {
	play_changping("A8");
}
END_TEST

START_TEST(mandatory_testing_is_never_covered) {
	struct stage stage = { .cases = changping, .count = sizeof(changping) / sizeof(changping[0]) };
	const struct scheme_config config = { .programme = "renren-2017",
		.region = LOCAL,
		.rules = scheme_rules_file("changping-2017.json"),
		.allocated = 1000000 * YUAN };
	struct scheme *s = stage.scheme = scheme_new(&config);
	const struct member *holder = new_holder(&stage, &changping[0], 42);
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 1000000);
	world_as(s->world, holder->principal);
	world_refuse(s->world, PB__OUTCOME__CATEGORY_NOT_COVERED,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'HT-X',"
	    " 'category': '强制检测', 'total': 1000000, 'eligible': 1000000}}",
	    voucher, provider->code);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("cases", a1_local_firm_and_local_provider_get_half,
    a2_rest_of_the_year_is_what_the_annual_cap_leaves, a3_two_fifths_are_rounded_down_to_the_fen,
    a4_outside_firm_is_capped_at_a_hundred_thousand,
    a5_outside_firm_and_outside_provider_get_a_fifth, a6_last_tier_ends_at_its_share_of_the_pool,
    a7_firm_of_a_hundred_staff_is_refused, a8_related_provider_is_refused,
    mandatory_testing_is_never_covered)
