/* SPDX-License-Identifier: Apache-2.0 */
/* Reserve, redeem, release. What is refused, and when, is in tests/scenario/test_refusals.c. */
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL   "110114"
#define OUTSIDE "110108"

static const Pb__Reply *give_reserve(struct scheme *s, const struct member *holder,
    uint64_t voucher, const struct member *provider, const char *contract) {
	world_as(s->world, holder->principal);
	return world_give(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': '%s',"
	    " 'category': 'testing', 'total': 30000, 'eligible': 20001}}",
	    voucher, provider->code, contract);
}

static const Pb__Bound *bound_of(const Pb__Decision *decision, Pb__Rule rule) {
	for (size_t i = 0; i < decision->n_bounds; i++)
		if (decision->bounds[i]->rule == rule)
			return decision->bounds[i];
	ck_abort_msg("no bound of rule %d", (int)rule);
}

START_TEST(reservation_says_what_was_decided_and_why) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	const Pb__Reply *reply = give_reserve(s, holder, voucher, provider, "HT-1");
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	const Pb__Decision *decision = reply->decision;
	ck_assert_int_eq(decision->amount, 10000);
	ck_assert_uint_eq(decision->rule_version, 1);
	ck_assert_uint_eq(decision->tier, 1);
	ck_assert_uint_eq(decision->ratio_bp, 5000);
	ck_assert_int_eq(decision->year, 2026);
	ck_assert_uint_eq(decision->programme, s->programme);
	ck_assert_uint_eq(decision->holder, holder->party);
	ck_assert_uint_eq(decision->provider, provider->party);
	ck_assert_uint_eq(decision->voucher, voucher);
	ck_assert_uint_eq(decision->reservation, reply->seq);
	ck_assert_int_eq(decision->expense_base, 20001);
	const Pb__Bound *ratio = bound_of(decision, PB__RULE__RULE_RATIO);
	ck_assert(ratio->binds);
	ck_assert_int_eq(ratio->asked, 20001);
	ck_assert_int_eq(ratio->granted, 10000);
	ck_assert_str_eq(bound_of(decision, PB__RULE__RULE_TIER_PER_YEAR)->name, "all");
	ck_assert_int_eq(bound_of(decision, PB__RULE__RULE_VOUCHER)->limit, 50000);
	ck_assert(bound_of(decision, PB__RULE__RULE_CATEGORY)->holds);
	ck_assert(bound_of(decision, PB__RULE__RULE_RELATED)->holds);
	const Pb__JournalEntry *entry = world_entry(s->world, reply->seq);
	ck_assert_uint_eq(entry->n_postings, 4);
	ck_assert_int_eq(entry->postings[0]->account, PB__ACCOUNT_KIND__PROGRAMME_LIVE);
	ck_assert_int_eq(entry->postings[0]->amount, -10000);
	ck_assert_int_eq(entry->postings[1]->account, PB__ACCOUNT_KIND__PROGRAMME_RESERVED);
	ck_assert_int_eq(entry->postings[1]->amount, 10000);
	ck_assert_int_eq(entry->postings[2]->account, PB__ACCOUNT_KIND__MEMO_COUNTER);
	ck_assert_int_eq(entry->postings[3]->account, PB__ACCOUNT_KIND__MEMO_OWN_SHARE);
	ck_assert_int_eq(entry->postings[3]->amount, 20000);
	struct voucher_row row = scheme_voucher_row(s, voucher);
	ck_assert_int_eq(row.live, 40000);
	ck_assert_int_eq(row.reserved, 10000);
	scheme_free(s);
}
END_TEST

START_TEST(voucher_keeps_the_rules_under_which_it_was_issued) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t old = scheme_voucher(s, holder, 50000);
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'publish_rules': {'programme': 'plain', 'rules': {'version': 2," WORLD_RULES
	    "'effective_from': '2026-01-05', 'tiers': [{'id': 1, 'ratio_bp': 1000}],"
	    " 'use_within_days': 30, 'payee': 'PAYEE_STARTUP'}}}");
	uint64_t new = scheme_voucher(s, holder, 50000);
	uint64_t first = scheme_reserve(s, old, provider, "HT-1", 20000);
	uint64_t second = scheme_reserve(s, new, provider, "HT-2", 20000);
	ck_assert_int_eq(scheme_reservation_row(s, first).subsidy, 10000);
	ck_assert_int_eq(scheme_reservation_row(s, second).subsidy, 2000);
	uint64_t seq = scheme_redeem(s, first, 10000);
	ck_assert_uint_eq(world_entry(s->world, seq)->decision->payee, provider->party);
	seq = scheme_redeem(s, second, 2000);
	ck_assert_uint_eq(world_entry(s->world, seq)->decision->payee, holder->party);
	scheme_free(s);
}
END_TEST

START_TEST(last_moment_of_use_is_the_end_of_the_last_local_day) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	world_at(s->world, "2026-02-04 23:59"); /* issued on 5 January, for 30 days */
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);
	scheme_redeem(s, reservation, 1);
	world_at(s->world, "2026-02-05 00:00");
	world_as(s->world, holder->principal);
	ck_assert_int_eq(
	    give_reserve(s, holder, voucher, provider, "HT-2")->outcome, PB__OUTCOME__VOUCHER_EXPIRED);
	world_refuse(s->world, PB__OUTCOME__VOUCHER_EXPIRED,
	    "{'redeem': {'reservation': %" PRIu64 ", 'amount': 1}}", reservation);
	scheme_step(s, holder->principal, "release", "reservation", reservation);
	scheme_free(s);
}
END_TEST

START_TEST(contract_number_stays_taken_after_its_release) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);
	scheme_step(s, holder->principal, "release", "reservation", reservation);
	ck_assert_int_eq(
	    give_reserve(s, holder, voucher, provider, "HT-1")->outcome, PB__OUTCOME__CONTRACT_TAKEN);
	ck_assert_int_eq(give_reserve(s, holder, voucher, provider, " ＨＴ－１　")->outcome,
	    PB__OUTCOME__CONTRACT_TAKEN);
	ck_assert_int_eq(
	    give_reserve(s, holder, voucher, provider, " 　")->outcome, PB__OUTCOME__FIELD_INVALID);
	scheme_free(s);
}
END_TEST

/* A year ends at midnight in Beijing, and what is released counts where it had counted. */
START_TEST(cap_of_a_year_is_counted_in_the_local_calendar_year) {
	struct scheme_config config = scheme_plain;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES
	               "'effective_from': '2026-01-01',"
	               " 'tiers': [{'id': 7, 'ratio_bp': 5000, 'per_year': 10000}],"
	               " 'use_within_days': 700, 'payee': 'PAYEE_PROVIDER'}}";
	struct scheme *s = scheme_new(&config);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 100000);
	world_at(s->world, "2026-12-31 23:50");
	uint64_t old = scheme_reserve(s, voucher, provider, "HT-1", 30000);
	ck_assert_int_eq(scheme_reservation_row(s, old).subsidy, 10000);
	ck_assert_int_eq(
	    give_reserve(s, holder, voucher, provider, "HT-2")->outcome, PB__OUTCOME__CAP_REACHED);
	world_at(s->world, "2027-01-01 00:00");
	uint64_t new = scheme_reserve(s, voucher, provider, "HT-3", 16000);
	ck_assert_int_eq(scheme_reservation_row(s, new).subsidy, 8000);
	ck_assert_int_eq(scheme_reservation_row(s, new).year, 2027);
	scheme_step(s, holder->principal, "release", "reservation", old);
	const Pb__Reply *reply = give_reserve(s, holder, voucher, provider, "HT-4");
	ck_assert_int_eq(reply->decision->amount, 2000);
	ck_assert_int_eq(bound_of(reply->decision, PB__RULE__RULE_TIER_PER_YEAR)->used, 8000);
	scheme_free(s);
}
END_TEST

START_TEST(refusal_by_a_cap_says_limit_used_and_asked) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 20000000);
	uint64_t second = scheme_voucher(s, holder, 20000000);
	scheme_reserve(s, voucher, provider, "HT-1", 40000000);
	const Pb__Reply *reply = give_reserve(s, holder, second, provider, "HT-2");
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__CAP_REACHED);
	const Pb__Bound *bound = reply->refusal->bound;
	ck_assert_int_eq(bound->rule, PB__RULE__RULE_TIER_PER_YEAR);
	ck_assert_int_eq(bound->limit, 20000000);
	ck_assert_int_eq(bound->used, 20000000);
	ck_assert_int_eq(bound->asked, 10000);
	ck_assert_str_eq(bound->name, "all");
	scheme_free(s);
}
END_TEST

START_TEST(case_that_fits_no_tier_is_refused) {
	struct scheme_config config = scheme_plain;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES
	               "'effective_from': '2026-01-01',"
	               " 'tiers': [{'id': 1, 'holder': 'LOCALITY_LOCAL', 'ratio_bp': 5000}],"
	               " 'use_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";
	struct scheme *s = scheme_new(&config);
	const struct member *local = scheme_holder(s, LOCAL, "");
	const struct member *outside = scheme_holder(s, OUTSIDE, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t first = scheme_voucher(s, local, 50000);
	uint64_t second = scheme_voucher(s, outside, 50000);
	ck_assert_int_eq(
	    give_reserve(s, local, first, provider, "HT-1")->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert_int_eq(
	    give_reserve(s, outside, second, provider, "HT-2")->outcome, PB__OUTCOME__NO_TIER);
	scheme_free(s);
}
END_TEST

START_TEST(related_provider_is_allowed_where_the_rules_allow_it) {
	struct scheme_config config = scheme_plain;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES
	               "'effective_from': '2026-01-01',"
	               " 'related_parties_allowed': true, 'tiers': [{'id': 1, 'ratio_bp': 5000}],"
	               " 'use_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";
	for (int is_allowed = 0; is_allowed < 2; is_allowed++) {
		struct scheme *s = scheme_new(is_allowed ? &config : &scheme_plain);
		const struct member *holder = scheme_holder(s, LOCAL, ", 'controller': 'P-77'");
		const struct member *provider = scheme_provider(s, LOCAL);
		uint64_t voucher = scheme_voucher(s, holder, 50000);
		world_as(s->world, s->office);
		world_accept(s->world,
		    "{'update_party': {'code': '%s', 'name': 'n', 'region': '" LOCAL "',"
		    " 'controller': 'P-77'}}",
		    provider->code);
		ck_assert_int_eq(give_reserve(s, holder, voucher, provider, "HT-1")->outcome,
		    is_allowed ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__RELATED_PARTY);
		scheme_free(s);
	}
}
END_TEST

/* Whatever the width of its characters: the cap of a controller counts them together, too. */
START_TEST(parties_are_related_however_a_code_is_written) {
	for (int i = 0; i < 2; i++) {
		struct scheme *s = scheme_new(&scheme_plain);
		const struct member *holder = scheme_holder(s, LOCAL, ", 'controller': 'Ｐ－７７ '");
		const struct member *provider = scheme_provider(s, LOCAL);
		uint64_t voucher = scheme_voucher(s, holder, 50000);
		world_as(s->world, s->office);
		world_accept(s->world,
		    "{'update_party': {'code': '%s', 'name': 'n', 'region': '" LOCAL "',"
		    " %s: %s%s%s}}",
		    provider->code, i ? "'related'" : "'controller'", i ? "['　" : "'P-77'",
		    i ? holder->code : "", i ? "']" : "");
		ck_assert_int_eq(give_reserve(s, holder, voucher, provider, "HT-1")->outcome,
		    PB__OUTCOME__RELATED_PARTY);
		scheme_free(s);
	}
}
END_TEST

/* Two tiers by category with yearly caps of their own, and one pool share of what was allocated. */
static const char two_tiers[] =
    "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES "'effective_from': '2026-01-01',"
    " 'categories': ['testing', 'events'], 'tiers': ["
    " {'id': 1, 'categories': ['testing'], 'ratio_bp': 10000, 'per_year': 1000,"
    "  'per_year_alone': true},"
    " {'id': 2, 'ratio_bp': 10000, 'per_year': 5000, 'per_year_alone': true,"
    "  'pool_share_bp': 3000}], 'use_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";

static int64_t granted(struct scheme *s, const struct member *holder, const struct member *provider,
    const char *category, int64_t eligible) {
	char contract[32];
	uint64_t voucher = scheme_voucher(s, holder, eligible);
	snprintf(contract, sizeof(contract), "HT-%" PRIu64, voucher);
	world_as(s->world, holder->principal);
	const Pb__Reply *reply = world_give(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': '%s',"
	    " 'category': '%s', 'total': '%" PRId64 "', 'eligible': '%" PRId64 "'}}",
	    voucher, provider->code, contract, category, eligible, eligible);
	return reply->outcome == PB__OUTCOME__OUTCOME_OK ? reply->decision->amount : 0;
}

START_TEST(caps_count_by_holder_by_tier_and_by_pool) {
	struct scheme_config config = scheme_plain;
	config.rules = two_tiers;
	config.allocated = 20000; /* tier 2 may use 6,000 of it */
	struct scheme *s = scheme_new(&config);
	const struct member *a = scheme_holder(s, LOCAL, "");
	const struct member *b = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	ck_assert_int_eq(granted(s, a, provider, "testing", 700), 700);
	ck_assert_int_eq(granted(s, a, provider, "testing", 700), 300);
	ck_assert_int_eq(granted(s, a, provider, "testing", 700), 0);
	ck_assert_int_eq(granted(s, a, provider, "events", 5100), 5000);
	ck_assert_int_eq(granted(s, b, provider, "testing", 700), 700);
	ck_assert_int_eq(granted(s, b, provider, "events", 2000), 1000);
	ck_assert_int_eq(granted(s, b, provider, "events", 1), 0);
	/* More money in the pool, more for the tier. */
	world_as(s->world, WORLD_ADMIN);
	world_accept(s->world, "{'appropriate': {'fund': 'fund', 'amount': 1000, 'document': 'd'}}");
	world_accept(s->world, "{'allocate': {'fund': 'fund', 'programme': 'plain', 'amount': 1000}}");
	ck_assert_int_eq(granted(s, b, provider, "events", 2000), 300);
	scheme_free(s);
}
END_TEST

START_TEST(reservation_is_redeemed_to_the_last_fen_and_closed) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 5);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 10);
	for (int milestone = 0; milestone < 5; milestone++) {
		ck_assert_int_eq(scheme_voucher_row(s, voucher).status, PB__VOUCHER_STATUS__VOUCHER_ACTIVE);
		scheme_redeem(s, reservation, 1);
	}
	struct reservation_row row = scheme_reservation_row(s, reservation);
	ck_assert_int_eq(row.status, PB__RESERVATION_STATUS__RESERVATION_CLOSED);
	ck_assert_int_eq(row.redeemed, 5);
	ck_assert_int_eq(scheme_voucher_row(s, voucher).status, PB__VOUCHER_STATUS__VOUCHER_CLOSED);
	ck_assert_int_eq(scheme_programme(s).redeemed, 5);
	scheme_free(s);
}
END_TEST

START_TEST(redemption_says_who_is_to_be_paid_and_what_was_left) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);
	scheme_redeem(s, reservation, 4000);
	uint64_t seq = scheme_redeem(s, reservation, 1000);
	const Pb__JournalEntry *entry = world_entry(s->world, seq);
	const Pb__Decision *decision = entry->decision;
	ck_assert_int_eq(decision->amount, 1000);
	ck_assert_uint_eq(decision->payee, provider->party);
	ck_assert_uint_eq(decision->holder, holder->party);
	ck_assert_uint_eq(decision->voucher, voucher);
	ck_assert_uint_eq(decision->n_bounds, 1);
	ck_assert_int_eq(decision->bounds[0]->rule, PB__RULE__RULE_RESERVATION);
	ck_assert_int_eq(decision->bounds[0]->limit, 10000);
	ck_assert_int_eq(decision->bounds[0]->used, 4000);
	ck_assert_int_eq(entry->postings[0]->account, PB__ACCOUNT_KIND__PROGRAMME_RESERVED);
	ck_assert_int_eq(entry->postings[1]->account, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
	ck_assert_uint_eq(entry->postings[1]->party, provider->party);
	scheme_free(s);
}
END_TEST

START_TEST(suspended_holder_may_still_release) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);
	world_as(s->world, s->office);
	world_accept(s->world, "{'suspend_party': {'party': '%s', 'reason': 'r'}}", holder->code);
	scheme_step(s, holder->principal, "release", "reservation", reservation);
	ck_assert_int_eq(scheme_voucher_row(s, voucher).live, 50000);
	scheme_free(s);
}
END_TEST

/* --- memorandum --- */

static int64_t memo(struct scheme *s, Pb__AccountKind kind, uint64_t holder) {
	return world_balance(s->world, kind, s->programme, holder);
}

static void check_memo(struct scheme *s, uint64_t holder, int64_t own_share, int64_t vat) {
	ck_assert_int_eq(memo(s, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, holder), own_share);
	ck_assert_int_eq(memo(s, PB__ACCOUNT_KIND__MEMO_VAT, holder), vat);
	ck_assert_int_eq(memo(s, PB__ACCOUNT_KIND__MEMO_COUNTER, holder), -own_share - vat);
}

/* 50 % of what is eligible less VAT and what was spent before this year. */
static struct scheme *scheme_without_vat(void) {
	struct scheme_config config = scheme_plain;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, 'title': 't', 'document': 'd',"
	               " 'instrument': 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE',"
	               " 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_NEW_THIS_YEAR',"
	               " 'vat_excluded': true, 'effective_from': '2026-01-01',"
	               " 'categories': ['testing'],"
	               " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"
	               " 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";
	return scheme_new(&config);
}

static uint64_t reserve_with_vat(struct scheme *s, const struct member *holder, uint64_t voucher,
    const struct member *provider) {
	world_as(s->world, holder->principal);
	return world_accept(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'V-%" PRIu64
	    "', 'category': 'testing', 'total': 15000, 'eligible': 12000, 'vat': 1500,"
	    " 'earlier': 500}}",
	    voucher, provider->code, voucher);
}

START_TEST(own_share_and_vat_go_with_the_reservation) {
	struct scheme *s = scheme_without_vat();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t id = reserve_with_vat(s, holder, scheme_voucher(s, holder, 50000), provider);
	const Pb__Decision *decision = world_entry(s->world, id)->decision;
	ck_assert_int_eq(decision->expense_base, 10000);
	ck_assert_int_eq(decision->amount, 5000);
	ck_assert_int_eq(decision->own_share, 8500); /* 15,000 − 1,500 − 5,000 */
	ck_assert_int_eq(decision->vat, 1500);
	ck_assert_int_eq(scheme_reservation_row(s, id).own_share, 8500);
	check_memo(s, holder->party, 8500, 1500);
	scheme_step(s, holder->principal, "release", "reservation", id);
	check_memo(s, holder->party, 0, 0);
	ck_assert_int_eq(scheme_reservation_row(s, id).vat, 0);
	scheme_free(s);
}
END_TEST

START_TEST(what_was_redeemed_keeps_its_part_of_the_memorandum) {
	struct scheme *s = scheme_without_vat();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t id = reserve_with_vat(s, holder, scheme_voucher(s, holder, 50000), provider);
	scheme_redeem(s, id, 3333);
	scheme_step(s, holder->principal, "release", "reservation", id);
	/* 1,667 of 5,000 went back: 2,833 of 8,500 (2,833.9) and 500 of 1,500 (500.1) with it. */
	check_memo(s, holder->party, 5667, 1000);
	ck_assert_int_eq(scheme_reservation_row(s, id).own_share, 5667);
	scheme_free(s);
}
END_TEST

START_TEST(numbers_of_a_contract_lie_within_each_other) {
	struct scheme *s = scheme_without_vat();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	static const struct {
		const char *numbers, *field;
	} table[] = {
		{ "'total': 0, 'eligible': 5", "total" },
		{ "'total': 5, 'eligible': 0", "eligible" },
		{ "'total': 5, 'eligible': 6", "eligible" },
		{ "'total': 5, 'eligible': 5, 'vat': 6", "vat" },
		{ "'total': 5, 'eligible': 5, 'vat': -1", "vat" },
		{ "'total': 5, 'eligible': 5, 'earlier': 6", "earlier" },
		{ "'total': 5, 'eligible': 5, 'earlier': -1", "earlier" },
	};
	world_as(s->world, holder->principal);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__AMOUNT_INVALID,
		    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'X',"
		    " 'category': 'testing', %s}}",
		    voucher, provider->code, table[i].numbers);
		ck_assert_str_eq(refusal->field, table[i].field);
	}
	scheme_free(s);
}
END_TEST

/* --- what the office takes back --- */

START_TEST(withdrawn_reservation_goes_back_to_the_pool) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);
	scheme_redeem(s, reservation, 4000);
#define WITHDRAW "{'withdraw_reservation': {'reservation': %" PRIu64
	world_as(s->world, scheme_regional(s, "D9", "ROLE_OPERATOR", OUTSIDE));
	world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION, WITHDRAW ", 'reason': 'r'}}", reservation);
	world_as(s->world, s->office);
	world_refuse(s->world, PB__OUTCOME__FIELD_MISSING, WITHDRAW "}}", reservation);
	world_refuse(s->world, PB__OUTCOME__RESERVATION_UNKNOWN, WITHDRAW ", 'reason': 'r'}}", voucher);
	world_accept(s->world, WITHDRAW ", 'reason': 'r'}}", reservation);
	struct reservation_row row = scheme_reservation_row(s, reservation);
	ck_assert_int_eq(row.held, 0);
	ck_assert_int_eq(row.redeemed, 4000);
	ck_assert_int_eq(row.released, 6000);
	ck_assert_uint_eq(row.status, PB__RESERVATION_STATUS__RESERVATION_CLOSED);
	struct voucher_row after = scheme_voucher_row(s, voucher);
	ck_assert_int_eq(after.live, 40000);
	ck_assert_int_eq(after.reserved, 0);
	ck_assert_int_eq(after.cancelled, 6000);
	ck_assert_int_eq(after.left.amount[0], 44000);
	ck_assert_int_eq(scheme_programme(s).cancelled, 6000);
	ck_assert_int_eq(scheme_programme(s).available, 100000000 - 44000);
	world_refuse(
	    s->world, PB__OUTCOME__RESERVATION_STATE, WITHDRAW ", 'reason': 'r'}}", reservation);
	scheme_free(s);
}
END_TEST

START_TEST(nobody_uses_a_voucher_with_who_is_blacklisted_or_removed) {
	struct scheme_config config = scheme_plain;
	config.rules =
	    "{'programme': 'plain', 'rules': {'version': 1, 'title': 't', 'document': 'd', " WORLD_RULES
	    "'effective_from': '2026-01-01', 'assessment_failures': 1,"
	    " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"
	    " 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";
	struct scheme *s = scheme_new(&config);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	const struct member *failed = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'assess_party': {'programme': 'plain', 'party': '%s', 'year': 2025, 'reason': 'r',"
	    " 'document': 'd'}}",
	    failed->code);
	ck_assert_int_eq(
	    give_reserve(s, holder, voucher, failed, "HT-2")->outcome, PB__OUTCOME__PARTY_REMOVED);
	for (int i = 0; i < 2; i++) {
		const char *code = i ? holder->code : provider->code;
		world_as(s->world, s->office);
		world_accept(s->world, "{'blacklist_party': {'party': '%s', 'reason': 'r'}}", code);
		ck_assert_int_eq(
		    give_reserve(s, holder, voucher, provider, "HT-2")->outcome, PB__OUTCOME__BLACKLISTED);
		world_as(s->world, holder->principal);
		world_refuse(s->world, PB__OUTCOME__BLACKLISTED,
		    "{'redeem': {'reservation': %" PRIu64 ", 'amount': 1}}", reservation);
		world_as(s->world, s->office);
		world_accept(s->world, "{'reinstate_party': {'party': '%s', 'reason': 'r'}}", code);
	}
	scheme_redeem(s, reservation, 1);
	scheme_free(s);
}
END_TEST

START_TEST(agreement_stands_in_place_of_the_tiers) {
	struct scheme_config config = scheme_plain;
	config.rules =
	    "{'programme': 'plain', 'rules': {'version': 1, 'title': 't', 'document': 'd', " WORLD_RULES
	    "'effective_from': '2026-01-01', 'agreements_allowed': true,"
	    " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"
	    " 'use_within_days': 60, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";
	struct scheme *s = scheme_new(&config);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *other = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'record_agreement': {'programme': 'plain', 'party': '%s', 'document': 'A-1', 'terms':"
	    " {'id': 9, 'name': 'agreed', 'ratio_bp': 8000}, 'from': '2026-01-01',"
	    " 'until': '2026-01-31'}}",
	    holder->code);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	const Pb__Reply *reply = give_reserve(s, holder, voucher, provider, "HT-1");
	ck_assert_uint_eq(reply->decision->tier, 9);
	ck_assert_int_eq(reply->decision->amount, 16000); /* 80 % of 20,001 */
	ck_assert_str_eq(bound_of(reply->decision, PB__RULE__RULE_AGREEMENT)->name, "A-1");
	reply = give_reserve(s, other, scheme_voucher(s, other, 50000), provider, "HT-2");
	ck_assert_int_eq(reply->decision->amount, 10000);
	world_at(s->world, "2026-02-01 00:00");
	reply = give_reserve(s, holder, voucher, provider, "HT-3");
	ck_assert_int_eq(reply->decision->amount, 10000);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("use", reservation_says_what_was_decided_and_why,
    voucher_keeps_the_rules_under_which_it_was_issued,
    last_moment_of_use_is_the_end_of_the_last_local_day,
    contract_number_stays_taken_after_its_release,
    cap_of_a_year_is_counted_in_the_local_calendar_year, refusal_by_a_cap_says_limit_used_and_asked,
    case_that_fits_no_tier_is_refused, related_provider_is_allowed_where_the_rules_allow_it,
    parties_are_related_however_a_code_is_written, caps_count_by_holder_by_tier_and_by_pool,
    reservation_is_redeemed_to_the_last_fen_and_closed,
    redemption_says_who_is_to_be_paid_and_what_was_left, suspended_holder_may_still_release,
    own_share_and_vat_go_with_the_reservation, what_was_redeemed_keeps_its_part_of_the_memorandum,
    numbers_of_a_contract_lie_within_each_other, withdrawn_reservation_goes_back_to_the_pool,
    nobody_uses_a_voucher_with_who_is_blacklisted_or_removed,
    agreement_stands_in_place_of_the_tiers)
