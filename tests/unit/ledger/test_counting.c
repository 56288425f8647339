/* SPDX-License-Identifier: Apache-2.0 */
/* What caps count: by holder, controller, provider, jointly; in a year and ever; and taken back. */
#include "support/scheme.h"
#include "support/suite.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"

/* Version 1: everything that is granted is what was asked; `caps` stand against it. */
#define RULES(programme, version, caps)                                                            \
	"{'programme': '" programme "', 'rules': {'version': " version ", 'title': 't',"               \
	" 'document': 'd', " WORLD_RULES "'effective_from': '2026-01-01', 'categories': ['testing'],"  \
	" 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 10000}], 'use_within_days': 600,"             \
	" 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER', " caps "}}"

static struct scheme *scheme_of(const char *rules) {
	struct scheme_config config = scheme_plain;
	config.rules = rules;
	return scheme_new(&config);
}

/* A voucher of its own, and what is asked of it. */
static const Pb__Reply *ask_of(struct scheme *s, uint64_t voucher, const struct member *holder,
    const struct member *provider, int64_t amount) {
	uint64_t actor = world_as(s->world, holder->principal);
	const Pb__Reply *reply = world_give(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'C-%" PRIu64
	    "', 'category': 'testing', 'total': %" PRId64 ", 'eligible': %" PRId64 "}}",
	    voucher, provider->code, world_last_seq(s->world), amount, amount);
	world_as(s->world, actor);
	return reply;
}

static const Pb__Reply *ask(
    struct scheme *s, const struct member *holder, const struct member *provider, int64_t amount) {
	return ask_of(s, scheme_voucher(s, holder, amount), holder, provider, amount);
}

/* What is granted; 0: a cap stood against it. */
static int64_t granted(
    struct scheme *s, const struct member *holder, const struct member *provider, int64_t amount) {
	const Pb__Reply *reply = ask(s, holder, provider, amount);
	if (reply->outcome == PB__OUTCOME__OUTCOME_OK)
		return reply->decision->amount;
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__CAP_REACHED);
	return 0;
}

static struct usage_row usage(
    struct scheme *s, enum usage_kind kind, uint64_t programme, uint64_t subject, int32_t year) {
	struct key key = key_of_usage(kind, programme, subject, year);
	const struct usage_row *row = STATE_GET(
	    world_state(s->world), TABLE_USAGE, &key, struct usage_row);
	return row ? *row : (struct usage_row){ 0 };
}

static void check_usage(struct usage_row row, int64_t amount, int64_t grants) {
	ck_assert_int_eq(row.amount, amount);
	ck_assert_int_eq(row.grants, grants);
}

static void release(struct scheme *s, const struct member *holder, uint64_t reservation) {
	scheme_step(s, holder->principal, "release", "reservation", reservation);
}

START_TEST(holders_under_one_controller_share_its_cap) {
	struct scheme *s = scheme_of(RULES("plain", "1",
	    "'caps': [{'name': 'group', 'per': 'CAP_PER_CONTROLLER', 'period': 'CAP_A_YEAR',"
	    " 'amount': 1000}]"));
	const struct member *first = scheme_holder(s, LOCAL, ", 'controller': 'P-7'");
	const struct member *second = scheme_holder(s, LOCAL, ", 'controller': 'P-7'");
	const struct member *apart = scheme_holder(s, LOCAL, ", 'controller': 'P-8'");
	const struct member *alone = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t reservation = ask(s, first, provider, 700)->seq;
	ck_assert_int_eq(granted(s, second, provider, 700), 300);
	ck_assert_int_eq(granted(s, first, provider, 1), 0);
	ck_assert_int_eq(granted(s, apart, provider, 700), 700);
	ck_assert_int_eq(granted(s, alone, provider, 700), 700);
	release(s, first, reservation);
	ck_assert_int_eq(granted(s, second, provider, 900), 700);
	scheme_free(s);
}
END_TEST

/* The group is remembered with the grant: what is taken back is what was counted. */
START_TEST(grant_stays_counted_where_it_was_when_a_controller_changes) {
	struct scheme *s = scheme_of(RULES("plain", "1",
	    "'caps': [{'name': 'group', 'per': 'CAP_PER_CONTROLLER', 'period': 'CAP_FOR_EVER',"
	    " 'amount': 1000}]"));
	const struct member *first = scheme_holder(s, LOCAL, ", 'controller': 'P-7'");
	const struct member *second = scheme_holder(s, LOCAL, ", 'controller': 'P-7'");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t reservation = ask(s, first, provider, 700)->seq;
	uint64_t group = scheme_reservation_row(s, reservation).controller;
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'update_party': {'code': '%s', 'name': 'n', 'region': '" LOCAL "', 'controller': 'P-9'}}",
	    first->code);
	ck_assert_int_eq(granted(s, first, provider, 800), 800);
	ck_assert_int_eq(granted(s, second, provider, 800), 300);
	release(s, first, reservation);
	check_usage(usage(s, USAGE_CONTROLLER, s->programme, group, 0), 300, 1);
	check_usage(usage(s, USAGE_CONTROLLER, s->programme, group, 2026), 300, 1);
	scheme_free(s);
}
END_TEST

START_TEST(provider_has_a_cap_of_its_own) {
	struct scheme *s = scheme_of(RULES("plain", "1",
	    "'caps': [{'name': 'lab', 'per': 'CAP_PER_PROVIDER', 'period': 'CAP_A_YEAR',"
	    " 'amount': 1000}]"));
	const struct member *a = scheme_holder(s, LOCAL, "");
	const struct member *b = scheme_holder(s, LOCAL, "");
	const struct member *lab = scheme_provider(s, LOCAL);
	const struct member *other = scheme_provider(s, LOCAL);
	ck_assert_int_eq(granted(s, a, lab, 600), 600);
	ck_assert_int_eq(granted(s, b, lab, 600), 400);
	ck_assert_int_eq(granted(s, b, other, 600), 600);
	scheme_free(s);
}
END_TEST

START_TEST(lifetime_cap_does_not_begin_anew_with_the_year) {
	struct scheme *s = scheme_of(RULES("plain", "1",
	    "'caps': [{'name': 'year', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
	    " 'amount': 600}, {'name': 'ever', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_FOR_EVER',"
	    " 'amount': 1000}]"));
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	ck_assert_int_eq(granted(s, holder, provider, 700), 600);
	world_at(s->world, "2027-01-01 00:00");
	ck_assert_int_eq(granted(s, holder, provider, 700), 400);
	world_at(s->world, "2028-01-01 00:00");
	ck_assert_int_eq(granted(s, holder, provider, 700), 0);
	check_usage(usage(s, USAGE_HOLDER, s->programme, holder->party, 2026), 600, 1);
	check_usage(usage(s, USAGE_HOLDER, s->programme, holder->party, 2027), 400, 1);
	check_usage(usage(s, USAGE_HOLDER, s->programme, holder->party, 0), 1000, 2);
	scheme_free(s);
}
END_TEST

START_TEST(grant_is_counted_until_nothing_is_left_of_it) {
	struct scheme *s = scheme_of(RULES("plain", "1",
	    "'caps': [{'name': 'uses', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
	    " 'grants': 2}]"));
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t used = ask(s, holder, provider, 100)->seq;
	uint64_t unused = ask(s, holder, provider, 100)->seq;
	const Pb__Reply *reply = ask(s, holder, provider, 100);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__CAP_REACHED);
	ck_assert_int_eq(reply->refusal->bound->rule, PB__RULE__RULE_CAP_GRANTS);
	ck_assert_int_eq(reply->refusal->bound->limit, 2);
	ck_assert_int_eq(reply->refusal->bound->used, 2);
	ck_assert_str_eq(reply->refusal->bound->name, "uses");
	scheme_redeem(s, used, 1);
	release(s, holder, used); /* 1 of it is left */
	check_usage(usage(s, USAGE_HOLDER, s->programme, holder->party, 2026), 101, 2);
	ck_assert_int_eq(granted(s, holder, provider, 100), 0);
	release(s, holder, unused);
	check_usage(usage(s, USAGE_HOLDER, s->programme, holder->party, 2026), 1, 1);
	check_usage(usage(s, USAGE_PROVIDER, s->programme, provider->party, 0), 1, 1);
	check_usage(usage(s, USAGE_TIER, s->programme, 1, 2026), 1, 1);
	ck_assert_int_eq(granted(s, holder, provider, 100), 100);
	scheme_free(s);
}
END_TEST

/* --- jointly --- */

#define JOINT                                                                                      \
	"'caps': [{'name': 'city', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR', 'amount': 1000,"   \
	" 'joint': true}]"

/* "plain" becomes part of "city", which has the joint cap and money of its own. */
static uint64_t make_umbrella(struct scheme *s) {
	struct world *w = s->world;
	world_as(w, WORLD_ADMIN);
	uint64_t city = world_accept(w,
	    "{'create_programme': {'code': 'city', 'name': 'n', 'region': '110000',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'publish_rules': " RULES("city", "1", JOINT) "}");
	world_accept(w, "{'appropriate': {'fund': 'fund', 'amount': 100000, 'document': 'd'}}");
	world_accept(w, "{'allocate': {'fund': 'fund', 'programme': 'city', 'amount': 100000}}");
	world_accept(w, "{'publish_rules': " RULES("plain", "2", "'part_of': 'city'") "}");
	return city;
}

static uint64_t city_voucher(struct scheme *s, const struct member *holder) {
	const char *own = s->code;
	s->code = "city";
	uint64_t voucher = scheme_voucher(s, holder, 5000);
	s->code = own;
	return voucher;
}

START_TEST(joint_cap_counts_what_its_parts_and_itself_grant) {
	struct scheme *s = scheme_of(RULES("plain", "1", "'publication_days': 1"));
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t city = make_umbrella(s);
	world_as(s->world, s->office);
	world_accept(
	    s->world, "{'admit_provider': {'programme': 'city', 'party': '%s'}}", provider->code);
	uint64_t voucher = city_voucher(s, holder);

	const Pb__Reply *reply = ask(s, holder, provider, 600);
	ck_assert_int_eq(reply->decision->amount, 600);
	ck_assert_uint_eq(reply->decision->n_umbrellas, 1);
	ck_assert_uint_eq(reply->decision->umbrellas[0], city);
	ck_assert_uint_eq(scheme_reservation_row(s, reply->seq).umbrellas[0], city);
	check_usage(usage(s, USAGE_JOINT_HOLDER, city, holder->party, 2026), 600, 1);
	check_usage(usage(s, USAGE_HOLDER, city, holder->party, 2026), 0, 0);

	const Pb__Reply *own = ask_of(s, voucher, holder, provider, 300);
	ck_assert_int_eq(own->decision->amount, 300);
	ck_assert_uint_eq(own->decision->n_umbrellas, 0);
	check_usage(usage(s, USAGE_HOLDER, city, holder->party, 2026), 300, 1);

	const Pb__Reply *rest = ask(s, holder, provider, 600);
	ck_assert_int_eq(rest->decision->amount, 100);
	ck_assert_int_eq(ask(s, holder, provider, 600)->outcome, PB__OUTCOME__CAP_REACHED);
	ck_assert_int_eq(ask_of(s, voucher, holder, provider, 1)->outcome, PB__OUTCOME__CAP_REACHED);
	release(s, holder, reply->seq);
	ck_assert_int_eq(ask_of(s, voucher, holder, provider, 900)->decision->amount, 600);
	scheme_free(s);
}
END_TEST

/* Vouchers of the rules before it were not part of anything. */
START_TEST(voucher_of_older_rules_counts_in_no_umbrella) {
	struct scheme *s = scheme_of(RULES("plain", "1", "'publication_days': 1"));
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t old = scheme_voucher(s, holder, 5000);
	uint64_t city = make_umbrella(s);
	const Pb__Reply *reply = ask_of(s, old, holder, provider, 3000);
	ck_assert_int_eq(reply->decision->amount, 3000);
	ck_assert_uint_eq(reply->decision->n_umbrellas, 0);
	check_usage(usage(s, USAGE_JOINT_HOLDER, city, holder->party, 0), 0, 0);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("counting", holders_under_one_controller_share_its_cap,
    grant_stays_counted_where_it_was_when_a_controller_changes, provider_has_a_cap_of_its_own,
    lifetime_cap_does_not_begin_anew_with_the_year, grant_is_counted_until_nothing_is_left_of_it,
    joint_cap_counts_what_its_parts_and_itself_grant, voucher_of_older_rules_counts_in_no_umbrella)
