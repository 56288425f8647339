/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Case C, 通州 2018: assessment. Failed in 2018 the party is warned, failed in 2019 as well it is
 * removed: no new vouchers with it, open ones go back to the pool. As a provider of
 * tongzhou-2018-vouchers.json, and as a holder.
 */
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>

#define YUAN     INT64_C(100)
#define TONGZHOU "110112"
#define TESTING  "检验检测"

struct stage {
	struct scheme *scheme;
	struct world *world;
	const struct member *provider;
	const struct member *firm;
	unsigned contracts;
};

static struct stage begin(void) {
	const struct scheme_config config = { .programme = "tongzhou-vouchers",
		.region = TONGZHOU,
		.rules = scheme_rules_file("tongzhou-2018-vouchers.json"),
		.allocated = 1000000 * YUAN,
		.begins = "2018-03-12 09:00" };
	struct stage stage = { .scheme = scheme_new(&config) };
	stage.world = stage.scheme->world;
	stage.provider = scheme_provider(stage.scheme, TONGZHOU);
	stage.firm = scheme_holder(stage.scheme, TONGZHOU, "");
	return stage;
}

static const Pb__Reply *assess(
    struct stage *s, const struct member *party, int year, bool is_passed) {
	world_as(s->world, s->scheme->office);
	return world_give(s->world,
	    "{'assess_party': {'programme': 'tongzhou-vouchers', 'party': '%s', 'year': %d,"
	    " 'passed': %s, 'document': 'd', 'reason': '%s'}}",
	    party->code, year, is_passed ? "true" : "false", is_passed ? "" : "考核不合格");
}

static const Pb__Reply *reserve(struct stage *s, uint64_t voucher) {
	world_as(s->world, s->firm->principal);
	return world_give(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'TZ-%u',"
	    " 'category': '" TESTING "', 'total': 2000000, 'eligible': 2000000}}",
	    voucher, s->provider->code, ++s->contracts);
}

/* Year by year: how many failures in a row, and whether that is one too many. */
START_TEST(c_failing_once_warns_and_twice_in_a_row_removes) {
	static const struct {
		const char *when;
		int year;
		bool is_passed;
		Pb__Outcome outcome;
		unsigned failures;
		bool is_removed;
	} years[] = {
		{ "2018-03-12 10:00", 2015, false, PB__OUTCOME__OUTCOME_OK, 1, false },
		{ "2018-03-12 10:01", 2016, true, PB__OUTCOME__OUTCOME_OK, 0, false },
		{ "2018-03-12 10:02", 2019, false, PB__OUTCOME__NOT_DUE, 0, false },
		{ "2019-01-15 09:00", 2018, false, PB__OUTCOME__OUTCOME_OK, 1, false },
		{ "2019-01-15 09:01", 2018, true, PB__OUTCOME__ASSESSED_ALREADY, 0, false },
		{ "2019-01-15 09:02", 2017, true, PB__OUTCOME__ASSESSED_ALREADY, 0, false },
		{ "2020-01-15 09:00", 2019, false, PB__OUTCOME__OUTCOME_OK, 2, true },
		{ "2020-01-15 09:01", 2020, false, PB__OUTCOME__OUTCOME_OK, 3, false }, /* it is already */
	};
	struct stage s = begin();
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		world_at(s.world, years[i].when);
		const Pb__Reply *reply = assess(&s, s.provider, years[i].year, years[i].is_passed);
		ck_assert_msg(reply->outcome == years[i].outcome, "%zu: %d", i, (int)reply->outcome);
		if (reply->outcome != PB__OUTCOME__OUTCOME_OK)
			continue;
		ck_assert_msg(reply->decision->failures == years[i].failures, "%zu", i);
		ck_assert_msg(reply->decision->removed == years[i].is_removed, "%zu", i);
	}
	scheme_free(s.scheme);
}
END_TEST

START_TEST(c_removed_provider_gets_nothing_new_and_what_is_open_goes_back) {
	struct stage s = begin();
	world_at(s.world, "2019-01-15 09:00");
	ck_assert_int_eq(assess(&s, s.provider, 2018, false)->outcome, PB__OUTCOME__OUTCOME_OK);
	world_at(s.world, "2019-06-01 09:00");
	uint64_t voucher = scheme_voucher(s.scheme, s.firm, 50000 * YUAN);
	const Pb__Reply *open = reserve(&s, voucher); /* warned, not removed */
	ck_assert_int_eq(open->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert_int_eq(open->decision->amount, 10000 * YUAN);
	scheme_redeem(s.scheme, open->seq, 4000 * YUAN);
	world_at(s.world, "2020-01-15 09:00");
	ck_assert_int_eq(assess(&s, s.provider, 2019, false)->decision->removed, true);
	ck_assert_int_eq(reserve(&s, voucher)->outcome, PB__OUTCOME__PARTY_REMOVED);
	world_as(s.world, LEDGER_SYSTEM_PRINCIPAL);
	world_accept(s.world,
	    "{'withdraw_reservation': {'reservation': %" PRIu64 ", 'reason': 'removed'}}", open->seq);
	struct programme_row row = scheme_programme(s.scheme);
	ck_assert_int_eq(row.available, (1000000 - 50000 + 6000) * YUAN);
	ck_assert_int_eq(row.reserved, 0);
	ck_assert_int_eq(row.payable, 4000 * YUAN); /* what was delivered is owed */
	ck_assert_int_eq(row.live, 40000 * YUAN);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(c_removed_holder_may_not_apply) {
	struct stage s = begin();
	world_at(s.world, "2019-06-01 09:00");
	uint64_t voucher = scheme_voucher(s.scheme, s.firm, 50000 * YUAN);
	ck_assert_int_eq(assess(&s, s.firm, 2018, false)->outcome, PB__OUTCOME__OUTCOME_OK);
	world_at(s.world, "2020-01-15 09:00");
	ck_assert_int_eq(assess(&s, s.firm, 2019, false)->decision->removed, true);
	world_as(s.world, s.firm->principal);
	world_refuse(s.world, PB__OUTCOME__PARTY_REMOVED,
	    "{'apply': {'programme': 'tongzhou-vouchers', 'amount': 1000}}");
	ck_assert_int_eq(reserve(&s, voucher)->outcome, PB__OUTCOME__PARTY_REMOVED);
	world_as(s.world, LEDGER_SYSTEM_PRINCIPAL);
	world_accept(
	    s.world, "{'cancel_voucher': {'voucher': %" PRIu64 ", 'reason': 'removed'}}", voucher);
	ck_assert_int_eq(scheme_programme(s.scheme).available, 1000000 * YUAN);
	scheme_free(s.scheme);
}
END_TEST

SUITE_MAIN("assessed", c_failing_once_warns_and_twice_in_a_row_removes,
    c_removed_provider_gets_nothing_new_and_what_is_open_goes_back, c_removed_holder_may_not_apply)
