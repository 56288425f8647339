/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Case E, 北京 算力券 2026, from its rule file: a quarter of a contract, 500,000.00 a year for an
 * incubated firm and 200,000.00 for others, issued on applying, first come, first served, for a
 * year. Amounts are in 分.
 */
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define YUAN      INT64_C(100)
#define BEIJING   "110108"
#define INCUBATED ", 'statuses': ['在孵企业']"

struct stage {
	struct scheme *scheme;
	struct world *world;
	const struct member *provider;
	unsigned contracts;
};

static struct stage begin(int64_t allocated) {
	const struct scheme_config config = { .programme = "beijing-computing-2026",
		.region = "110000",
		.rules = scheme_rules_file("beijing-computing-2026.json"),
		.allocated = allocated };
	struct stage stage = { .scheme = scheme_new(&config) };
	stage.world = stage.scheme->world;
	stage.provider = scheme_provider(stage.scheme, BEIJING);
	return stage;
}

static const Pb__Reply *apply(struct stage *s, const struct member *firm, int64_t amount) {
	world_as(s->world, firm->principal);
	return world_give(s->world,
	    "{'apply': {'programme': 'beijing-computing-2026', 'amount': '%" PRId64 "'}}", amount);
}

/* Applying issues: the entry is the voucher. */
static uint64_t issue(struct stage *s, const struct member *firm, int64_t amount, int64_t granted) {
	const Pb__Reply *reply = apply(s, firm, amount);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert_uint_eq(reply->decision->voucher, reply->seq);
	ck_assert_int_eq(reply->decision->amount, granted);
	ck_assert_int_eq(scheme_voucher_row(s->scheme, reply->seq).live, granted);
	return reply->seq;
}

static const Pb__Reply *reserve(
    struct stage *s, const struct member *firm, uint64_t voucher, int64_t eligible) {
	world_as(s->world, firm->principal);
	return world_give(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'SL-%u',"
	    " 'category': '算力服务', 'total': '%" PRId64 "', 'eligible': '%" PRId64 "'}}",
	    voucher, s->provider->code, ++s->contracts, eligible, eligible);
}

/* --- how much --- */

struct use_case {
	const char *name;
	const char *statuses;
	int64_t voucher;
	int64_t eligible[3]; /* contracts on it, one after the other; 0: no more */
	int64_t subsidy[3];
	Pb__Rule bound_by[3]; /* subsidy 0: what stood against it */
};

/* clang-format off */
#define BY(rule) PB__RULE__RULE_##rule
static const struct use_case cases[] = {
	{ "incubated", INCUBATED, 500000 * YUAN,
		{ 100000001, 2000000 * YUAN, 4 * YUAN }, { 25000000, 25000000, 0 },
		{ BY(RATIO), BY(TIER_PER_YEAR), BY(TIER_PER_YEAR) } },
	{ "not incubated", "", 500000 * YUAN,
		{ 600000 * YUAN, 1000000 * YUAN, 4 * YUAN }, { 15000000, 5000000, 0 },
		{ BY(RATIO), BY(TIER_PER_YEAR), BY(TIER_PER_YEAR) } },
	{ "the voucher has less", INCUBATED, 1234567,
		{ 100, 2000000 * YUAN, 4 * YUAN }, { 25, 1234542, 0 },
		{ BY(RATIO), BY(VOUCHER), BY(VOUCHER) } },
};
/* clang-format on */

static const Pb__Bound *binding(const Pb__Decision *decision) {
	for (size_t i = 0; i < decision->n_bounds; i++) {
		if (decision->bounds[i]->binds)
			return decision->bounds[i];
	}
	return NULL;
}

static void check_use(const struct use_case *row, int i, const Pb__Reply *reply) {
	bool is_granted = row->subsidy[i] > 0;
	ck_assert_msg((reply->outcome == PB__OUTCOME__OUTCOME_OK) == is_granted, "%s, %d: %d",
	    row->name, i, (int)reply->outcome);
	const Pb__Bound *bound = is_granted ? binding(reply->decision) : reply->refusal->bound;
	ck_assert_ptr_nonnull(bound);
	ck_assert_msg(bound->rule == row->bound_by[i], "%s, %d: %d", row->name, i, (int)bound->rule);
	if (is_granted)
		ck_assert_msg(reply->decision->amount == row->subsidy[i], "%s, %d: %" PRId64, row->name, i,
		    reply->decision->amount);
}

START_TEST(e_a_quarter_is_granted_up_to_the_years_cap) {
	struct stage s = begin(5000000 * YUAN);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct use_case *row = &cases[i];
		const struct member *firm = scheme_holder(s.scheme, BEIJING, row->statuses);
		uint64_t voucher = issue(&s, firm, row->voucher, row->voucher);
		for (int k = 0; k < 3 && row->eligible[k]; k++)
			check_use(row, k, reserve(&s, firm, voucher, row->eligible[k]));
	}
	scheme_free(s.scheme);
}
END_TEST

/* --- first come, first served --- */

START_TEST(e_pool_goes_to_exactly_zero_and_then_says_so) {
	static const struct {
		int64_t asked, granted; /* yuan */
	} firms[] = { { 500000, 500000 }, { 300000, 300000 }, { 500000, 200000 }, { 1, 0 } };
	struct stage s = begin(1000000 * YUAN);
	const struct member *member[4];
	for (size_t i = 0; i < 4; i++)
		member[i] = scheme_holder(s.scheme, BEIJING, INCUBATED);
	for (size_t i = 0; i < 3; i++)
		issue(&s, member[i], firms[i].asked * YUAN, firms[i].granted * YUAN);
	ck_assert_int_eq(scheme_programme(s.scheme).available, 0);
	const Pb__Reply *late = apply(&s, member[3], firms[3].asked * YUAN);
	ck_assert_int_eq(late->outcome, PB__OUTCOME__POOL_EMPTY);
	/* What one gives back, the next one has. */
	world_as(s.world, member[0]->principal);
	world_accept(
	    s.world, "{'return_voucher': {'voucher': %" PRIu64 "}}", world_last_seq(s.world) - 2);
	issue(&s, member[3], firms[3].asked * YUAN, firms[3].asked * YUAN);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(e_one_voucher_at_once_and_none_beyond_its_size) {
	struct stage s = begin(5000000 * YUAN);
	const struct member *firm = scheme_holder(s.scheme, BEIJING, "");
	const struct member *elsewhere = scheme_holder(s.scheme, "120101", "");
	ck_assert_int_eq(apply(&s, firm, 500000 * YUAN + 1)->outcome, PB__OUTCOME__CAP_REACHED);
	issue(&s, firm, 500000 * YUAN, 500000 * YUAN);
	ck_assert_int_eq(apply(&s, firm, 1000)->outcome, PB__OUTCOME__VOUCHERS_AT_ONCE);
	ck_assert_int_eq(apply(&s, elsewhere, 1000)->outcome, PB__OUTCOME__NOT_ELIGIBLE);
	scheme_free(s.scheme);
}
END_TEST

/* Issued on 5 January 2026: 5 January 2027 is the last day. */
START_TEST(e_voucher_lives_a_year_and_goes_back_to_the_pool_by_itself) {
	struct stage s = begin(500000 * YUAN);
	const struct member *firm = scheme_holder(s.scheme, BEIJING, INCUBATED);
	uint64_t voucher = issue(&s, firm, 500000 * YUAN, 500000 * YUAN);
	world_at(s.world, "2027-01-05 23:00");
	ck_assert_int_eq(reserve(&s, firm, voucher, 400000 * YUAN)->outcome, PB__OUTCOME__OUTCOME_OK);
	world_as(s.world, LEDGER_SYSTEM_PRINCIPAL);
	world_refuse(s.world, PB__OUTCOME__NOT_DUE, "{'expire': {'voucher': %" PRIu64 "}}", voucher);
	world_at(s.world, "2027-01-06 00:00");
	ck_assert_int_eq(
	    reserve(&s, firm, voucher, 400000 * YUAN)->outcome, PB__OUTCOME__VOUCHER_EXPIRED);
	world_as(s.world, LEDGER_SYSTEM_PRINCIPAL);
	world_accept(s.world, "{'expire': {'voucher': %" PRIu64 "}}", voucher);
	struct programme_row row = scheme_programme(s.scheme);
	ck_assert_int_eq(row.expired, 400000 * YUAN);
	ck_assert_int_eq(row.available, 400000 * YUAN);
	ck_assert_int_eq(row.reserved, 100000 * YUAN);
	scheme_free(s.scheme);
}
END_TEST

SUITE_MAIN("computing", e_a_quarter_is_granted_up_to_the_years_cap,
    e_pool_goes_to_exactly_zero_and_then_says_so, e_one_voucher_at_once_and_none_beyond_its_size,
    e_voucher_lives_a_year_and_goes_back_to_the_pool_by_itself)
