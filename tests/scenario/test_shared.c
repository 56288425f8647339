/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the worked cases do not use, from the rule files of 示范市 (a made-up city): a district's
 * programme that three funds pay for, in windows, with two levels of review, face values, caps per
 * controller and provider, agreements, an extension and reminders; the city's programme above it,
 * whose joint caps bind; and the city's top-up of what the district has paid. Amounts are in 分.
 */
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define YUAN     INT64_C(100)
#define EAST     "990101"
#define ELSE     "990200"
#define TESTING  "检验检测"
#define RESEARCH "研发设计"

/* The district's shares of each amount. */
struct shares {
	int64_t city, east, park;
};

struct stage {
	struct scheme *scheme; /* its programme is the district's */
	struct world *world;
	uint64_t funds[3];
	uint64_t city, top_up; /* programmes */
	uint64_t second_reviewer;
	const struct member *provider;
	unsigned contracts;
	unsigned invoices;
};

/* --- the stage --- */

static uint64_t create_programme(struct stage *s, const char *code, const char *region) {
	return world_accept(s->world,
	    "{'create_programme': {'code': '%s', 'name': '%s', 'region': '%s',"
	    " 'utc_offset_minutes': 480}}",
	    code, code, region);
}

static void fund(
    struct stage *s, int index, const char *code, const char *programme, int64_t amount) {
	s->funds[index] = world_accept(
	    s->world, "{'create_fund': {'code': '%s', 'name': '%s'}}", code, code);
	world_accept(s->world,
	    "{'appropriate': {'fund': '%s', 'amount': '%" PRId64 "', 'document': 'd'}}", code, amount);
	world_accept(s->world,
	    "{'allocate': {'fund': '%s', 'programme': '%s', 'amount': '%" PRId64 "'}}", code, programme,
	    amount);
}

static struct stage begin(void) {
	const struct scheme_config config = { .programme = "shifan-city",
		.region = "990000",
		.rules = scheme_rules_file("shifan-city-2026.json"),
		.allocated = 300000 * YUAN };
	struct stage s = { .scheme = scheme_new(&config) };
	s.world = s.scheme->world;
	s.city = s.scheme->programme;
	s.scheme->code = "shifan-2026";
	s.scheme->programme = create_programme(&s, "shifan-2026", "990100");
	fund(&s, 0, "shifan-city", "shifan-2026", 500000 * YUAN);
	fund(&s, 1, "shifan-east", "shifan-2026", 333300 * YUAN);
	fund(&s, 2, "shifan-park", "shifan-2026", 166700 * YUAN);
	world_accept(s.world, "{'publish_rules': %s}", scheme_rules_file("shifan-2026.json"));
	s.top_up = create_programme(&s, "shifan-top-up", "990000");
	world_accept(s.world,
	    "{'appropriate': {'fund': 'fund', 'amount': '%" PRId64 "', 'document': 'd'}}",
	    100000 * YUAN);
	world_accept(s.world,
	    "{'allocate': {'fund': 'fund', 'programme': 'shifan-top-up', 'amount': '%" PRId64 "'}}",
	    100000 * YUAN);
	world_accept(s.world, "{'publish_rules': %s}", scheme_rules_file("shifan-top-up-2026.json"));
	s.second_reviewer = world_staff(s.world, "S6", "ROLE_REVIEWER");
	s.provider = scheme_provider(s.scheme, EAST);
	world_at(s.world, "2026-03-02 09:00");
	return s;
}

/* A firm with the status for the first tier, or without it. */
static const struct member *firm(struct stage *s, bool is_high_tech, const char *controller) {
	char more[512];
	snprintf(more, sizeof(more),
	    ", 'controller': '%s', 'statuses': [%s], 'attributes': [{'name': 'staff', 'value': 42},"
	    " {'name': 'rd_staff', 'value': 5}, {'name': 'penalties', 'value': 0},"
	    " {'name': 'revenue_last_year', 'value': '100000000'},"
	    " {'name': 'paid_up_capital', 'value': '10000000'}]",
	    controller, is_high_tech ? "'高新技术企业'" : "");
	return scheme_holder(s->scheme, EAST, more);
}

static const Pb__Reply *apply(struct stage *s, const struct member *holder, int64_t amount) {
	world_as(s->world, holder->principal);
	return world_give(s->world,
	    "{'apply': {'programme': 'shifan-2026', 'amount': '%" PRId64 "', 'documents':"
	    " [{'kind': '服务意向书', 'number': 'YX-1', 'date': '2026-02-01'}]}}",
	    amount);
}

static void review(struct stage *s, uint64_t reviewer, uint64_t application) {
	world_as(s->world, reviewer);
	world_accept(s->world,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
}

static uint64_t issue(struct stage *s, const struct member *holder, int64_t amount) {
	const Pb__Reply *application = apply(s, holder, amount);
	ck_assert_int_eq(application->outcome, PB__OUTCOME__OUTCOME_OK);
	review(s, s->scheme->reviewer, application->seq);
	review(s, s->second_reviewer, application->seq);
	world_as(s->world, s->scheme->office);
	return world_accept(s->world,
	    "{'issue': {'application': %" PRIu64 ", 'amount': '%" PRId64 "'}}", application->seq,
	    amount);
}

static const Pb__Reply *reserve_with(struct stage *s, const struct member *holder, uint64_t voucher,
    const struct member *provider, const char *category, int64_t eligible, int64_t vat) {
	world_as(s->world, holder->principal);
	return world_give(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'SF-%u',"
	    " 'category': '%s', 'total': '%" PRId64 "', 'eligible': '%" PRId64 "', 'vat': '%" PRId64
	    "'}}",
	    voucher, provider->code, ++s->contracts, category, eligible, eligible, vat);
}

static const Pb__Reply *reserve(
    struct stage *s, const struct member *holder, uint64_t voucher, int64_t eligible) {
	return reserve_with(s, holder, voucher, s->provider, TESTING, eligible, 0);
}

/* The holder claims, the provider is paid; published. */
static uint64_t claim(
    struct stage *s, const struct member *holder, uint64_t reservation, int64_t amount) {
	world_as(s->world, holder->principal);
	uint64_t id = world_accept(s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': '%" PRId64 "', 'invoices':"
	    " [{'number': '2611%016u', 'amount': '%" PRId64 "', 'date': '2026-03-01'}]}}",
	    reservation, amount, ++s->invoices, 3 * amount);
	scheme_publish(s->scheme, id);
	return id;
}

/* After the days of publication. */
static void pay(struct stage *s) {
	world_wait(s->world, 6 * 24 * 60);
	uint64_t settlement = scheme_settlement(s->scheme);
	scheme_approve_settlement(s->scheme, settlement);
	world_as(s->world, s->scheme->finance);
	world_accept(s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID',"
	    " 'bank_reference': 'B%" PRIu64 "', 'value_date': '2026-03-20'}}",
	    settlement, settlement);
}

static void expect_pool(struct stage *s, const struct shares *taken) {
	const int64_t had[3] = { 50000000, 33330000, 16670000 };
	const int64_t less[3] = { taken->city, taken->east, taken->park };
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(world_balance(s->world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE,
		                     s->scheme->programme, s->funds[i]),
		    had[i] - less[i]);
}

static const Pb__Bound *binding(Pb__Bound *const *bounds, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (bounds[i]->binds)
			return bounds[i];
	}
	return NULL;
}

/* It is granted that much, and this rule (and cap) decided. */
static void expect_granted(
    const Pb__Reply *reply, int64_t amount, Pb__Rule rule, const char *name) {
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert_int_eq(reply->decision->amount, amount);
	const Pb__Bound *bound = binding(reply->decision->bounds, reply->decision->n_bounds);
	ck_assert_ptr_nonnull(bound);
	ck_assert_int_eq(bound->rule, rule);
	if (name)
		ck_assert_str_eq(bound->name, name);
}

static void expect_capped(const Pb__Reply *reply, Pb__Rule rule, const char *name) {
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__CAP_REACHED);
	ck_assert_int_eq(reply->refusal->bound->rule, rule);
	ck_assert_str_eq(reply->refusal->bound->name, name);
}

/* --- three funds --- */

START_TEST(three_funds_share_every_amount_to_the_fen) {
	struct stage s = begin();
	const struct member *holder = firm(&s, true, "");
	uint64_t voucher = issue(&s, holder, 10000 * YUAN);
	expect_pool(&s, &(struct shares){ 500000, 333300, 166700 });
	const Pb__Reply *used = reserve(&s, holder, voucher, 16669); /* 60 %: 100.01 */
	expect_granted(used, 10001, PB__RULE__RULE_RATIO, NULL);
	scheme_redeem(s.scheme, used->seq, 10001);
	struct claim_row row = scheme_claim_row(s.scheme, claim(&s, holder, used->seq, 10001));
	/* 50.005, 33.3333…, 16.6717…: the 分 left over goes to the largest remainder. */
	ck_assert_int_eq(row.shares.amount[0], 5001);
	ck_assert_int_eq(row.shares.amount[1], 3333);
	ck_assert_int_eq(row.shares.amount[2], 1667);
	world_as(s.world, holder->principal);
	world_accept(s.world, "{'return_voucher': {'voucher': %" PRIu64 "}}", voucher);
	expect_pool(&s, &(struct shares){ 5001, 3333, 1667 });
	pay(&s);
	ck_assert_int_eq(scheme_programme(s.scheme).paid, 10001);
	ck_assert_int_eq(world_balance(s.world, PB__ACCOUNT_KIND__PROGRAMME_PAID, s.scheme->programme,
	                     s.provider->party),
	    10001);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(contract_is_split_into_subsidy_vat_and_own_share) {
	struct stage s = begin();
	const struct member *holder = firm(&s, true, "");
	uint64_t voucher = issue(&s, holder, 100000 * YUAN);
	const Pb__Reply *used = reserve_with(
	    &s, holder, voucher, s.provider, TESTING, 106000 * YUAN, 6000 * YUAN);
	expect_granted(used, 60000 * YUAN, PB__RULE__RULE_RATIO, NULL);
	ck_assert_int_eq(used->decision->expense_base, 100000 * YUAN);
	struct {
		Pb__AccountKind account;
		int64_t balance;
	} memo[] = { { PB__ACCOUNT_KIND__MEMO_VAT, 6000 * YUAN },
		{ PB__ACCOUNT_KIND__MEMO_OWN_SHARE, 40000 * YUAN } };
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(
		    world_balance(s.world, memo[i].account, s.scheme->programme, holder->party),
		    memo[i].balance);
	world_as(s.world, holder->principal);
	world_accept(s.world, "{'release': {'reservation': %" PRIu64 "}}", used->seq);
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(
		    world_balance(s.world, memo[i].account, s.scheme->programme, holder->party), 0);
	scheme_free(s.scheme);
}
END_TEST

/* --- caps --- */

START_TEST(firms_under_one_controller_share_a_cap) {
	struct stage s = begin();
	const struct member *first = firm(&s, true, "K-7"), *second = firm(&s, true, "K-7");
	const struct member *other = firm(&s, true, "");
	uint64_t vouchers[3] = { issue(&s, first, 100000 * YUAN), issue(&s, second, 100000 * YUAN),
		issue(&s, other, 100000 * YUAN) };
	expect_granted(
	    reserve(&s, first, vouchers[0], 125000 * YUAN), 75000 * YUAN, PB__RULE__RULE_RATIO, NULL);
	const Pb__Reply *rest = reserve(&s, second, vouchers[1], 125000 * YUAN);
	expect_granted(rest, 45000 * YUAN, PB__RULE__RULE_CAP, "同一实际控制人年度");
	expect_capped(reserve(&s, first, vouchers[0], 1000), PB__RULE__RULE_CAP, "同一实际控制人年度");
	expect_granted(
	    reserve(&s, other, vouchers[2], 125000 * YUAN), 75000 * YUAN, PB__RULE__RULE_RATIO, NULL);
	world_as(s.world, second->principal);
	world_accept(s.world, "{'release': {'reservation': %" PRIu64 "}}", rest->seq);
	expect_granted(reserve(&s, first, vouchers[0], 100), 60, PB__RULE__RULE_RATIO, NULL);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(one_provider_has_a_cap_whoever_uses_it) {
	struct stage s = begin();
	const struct member *outside = scheme_provider(s.scheme, ELSE);
	const struct member *holder = NULL;
	uint64_t voucher = 0;
	for (int i = 0; i < 4; i++) { /* 80,000.00 a contract; 300,000.00 a provider */
		holder = firm(&s, true, "");
		voucher = issue(&s, holder, 100000 * YUAN);
		const Pb__Reply *reply = reserve(&s, holder, voucher, 150000 * YUAN);
		if (i < 3)
			expect_granted(reply, 80000 * YUAN, PB__RULE__RULE_PER_CONTRACT, NULL);
		else
			expect_granted(reply, 60000 * YUAN, PB__RULE__RULE_CAP, "单个服务机构年度");
	}
	expect_capped(reserve(&s, holder, voucher, 1000), PB__RULE__RULE_CAP, "单个服务机构年度");
	expect_granted(reserve_with(&s, holder, voucher, outside, RESEARCH, 1000, 0), 400,
	    PB__RULE__RULE_RATIO, NULL);
	scheme_free(s.scheme);
}
END_TEST

/* The 250,000.00 a year stand over what the city itself, the district and the top-up give. */
START_TEST(joint_cap_of_the_city_binds_its_members_and_itself) {
	struct stage s = begin();
	struct world *w = s.world;
	const struct member *holder = firm(&s, true, "");
	uint64_t first = issue(&s, holder, 100000 * YUAN), second = issue(&s, holder, 100000 * YUAN);
	const Pb__Reply *used = reserve(&s, holder, first, 100000 * YUAN);
	expect_granted(used, 60000 * YUAN, PB__RULE__RULE_RATIO, NULL);
	expect_granted(reserve(&s, holder, second, 150000 * YUAN), 40000 * YUAN, PB__RULE__RULE_CAP,
	    "单个主体年度");
	scheme_redeem(s.scheme, used->seq, 60000 * YUAN);
	uint64_t paid = claim(&s, holder, used->seq, 60000 * YUAN);
	pay(&s);

	world_as(w, holder->principal); /* the city's own: 30 % */
	uint64_t application = world_accept(
	    w, "{'apply': {'programme': 'shifan-city', 'amount': '%" PRId64 "'}}", 200000 * YUAN);
	review(&s, s.scheme->reviewer, application);
	world_as(w, s.scheme->office);
	world_accept(
	    w, "{'admit_provider': {'programme': 'shifan-city', 'party': '%s'}}", s.provider->code);
	uint64_t voucher = world_accept(w,
	    "{'issue': {'application': %" PRIu64 ", 'amount': '%" PRId64 "'}}", application,
	    200000 * YUAN);
	const Pb__Reply *city = reserve(&s, holder, voucher, 467400 * YUAN);
	expect_granted(city, 140220 * YUAN, PB__RULE__RULE_RATIO, NULL);

	world_as(w, holder->principal); /* a fifth of 60,000.00 would be 12,000.00 */
	const Pb__Reply *asked = world_give(
	    w, "{'apply': {'programme': 'shifan-top-up', 'claim': %" PRIu64 "}}", paid);
	ck_assert_int_eq(asked->outcome, PB__OUTCOME__OUTCOME_OK);
	review(&s, s.scheme->reviewer, asked->seq);
	world_as(w, s.scheme->office);
	const Pb__Reply *granted = world_give(w, "{'issue': {'application': %" PRIu64 "}}", asked->seq);
	expect_granted(
	    granted, 9780 * YUAN, PB__RULE__RULE_JOINT_CAP, "shifan-city: 全市单个主体年度合计");
	ck_assert_int_eq(granted->decision->expense_base, 60000 * YUAN);
	expect_capped(reserve(&s, holder, voucher, 1000), PB__RULE__RULE_CAP, "全市单个主体年度合计");
	world_as(w, holder->principal);
	world_refuse(w, PB__OUTCOME__ALREADY_GRANTED,
	    "{'apply': {'programme': 'shifan-top-up', 'claim': %" PRIu64 "}}", paid);
	scheme_free(s.scheme);
}
END_TEST

/* --- applying --- */

START_TEST(applications_need_their_window_document_and_face_value) {
	struct stage s = begin();
	const struct member *holder = firm(&s, false, "");
	ck_assert_int_eq(apply(&s, holder, 20000 * YUAN)->outcome, PB__OUTCOME__FACE_VALUE_WRONG);
	world_as(s.world, holder->principal);
	world_refuse(s.world, PB__OUTCOME__DOCUMENT_MISSING,
	    "{'apply': {'programme': 'shifan-2026', 'amount': 1000000}}");
	world_at(s.world, "2026-06-30 23:00");
	ck_assert_int_eq(apply(&s, holder, 10000 * YUAN)->outcome, PB__OUTCOME__OUTCOME_OK);
	world_at(s.world, "2026-07-01 00:00");
	ck_assert_int_eq(apply(&s, holder, 10000 * YUAN)->outcome, PB__OUTCOME__WINDOW_CLOSED);
	world_at(s.world, "2026-09-01 00:00");
	ck_assert_int_eq(apply(&s, holder, 10000 * YUAN)->outcome, PB__OUTCOME__OUTCOME_OK);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(two_levels_of_review_are_two_persons) {
	struct stage s = begin();
	const struct member *holder = firm(&s, false, "");
	uint64_t application = apply(&s, holder, 10000 * YUAN)->seq;
	review(&s, s.scheme->reviewer, application);
	world_as(s.world, s.scheme->reviewer);
	world_refuse(s.world, PB__OUTCOME__SAME_PERSON,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	world_as(s.world, s.scheme->office);
	world_refuse(s.world, PB__OUTCOME__APPLICATION_STATE,
	    "{'issue': {'application': %" PRIu64 ", 'amount': 1000000}}", application);
	review(&s, s.second_reviewer, application);
	world_as(s.world, s.scheme->office);
	world_accept(
	    s.world, "{'issue': {'application': %" PRIu64 ", 'amount': 1000000}}", application);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(agreement_stands_in_place_of_the_tiers) {
	struct stage s = begin();
	const struct member *holder = firm(&s, true, "");
	uint64_t voucher = issue(&s, holder, 100000 * YUAN);
	world_as(s.world, s.scheme->office);
	world_accept(s.world,
	    "{'record_agreement': {'programme': 'shifan-2026', 'party': '%s', 'document': '协议1号',"
	    " 'from': '2026-03-01', 'until': '2026-03-31', 'terms': {'id': 9, 'name': '协议',"
	    " 'ratio_bp': 8000}}}",
	    holder->code);
	expect_granted(
	    reserve(&s, holder, voucher, 10000 * YUAN), 8000 * YUAN, PB__RULE__RULE_RATIO, "协议");
	world_at(s.world, "2026-04-01 09:00");
	expect_granted(
	    reserve(&s, holder, voucher, 10000 * YUAN), 6000 * YUAN, PB__RULE__RULE_RATIO, NULL);
	scheme_free(s.scheme);
}
END_TEST

/* --- days --- */

/* Issued on 2 March: 180 days later is 29 August; one extension makes it 27 November. */
START_TEST(voucher_is_reminded_of_and_extended_once) {
	struct stage s = begin();
	const struct member *holder = firm(&s, true, "");
	uint64_t voucher = issue(&s, holder, 10000 * YUAN);
	world_at(s.world, "2026-06-30 09:00");
	world_as(s.world, LEDGER_SYSTEM_PRINCIPAL);
	world_accept(s.world, "{'remind': {'voucher': %" PRIu64 ", 'days': 60}}", voucher);
	world_at(s.world, "2026-08-29 23:00");
	world_as(s.world, s.scheme->office);
	world_accept(
	    s.world, "{'extend_voucher': {'voucher': %" PRIu64 ", 'reason': '检测排期'}}", voucher);
	world_refuse(s.world, PB__OUTCOME__EXTENSION_NOT_ALLOWED,
	    "{'extend_voucher': {'voucher': %" PRIu64 ", 'reason': '检测排期'}}", voucher);
	world_at(s.world, "2026-11-27 23:00");
	expect_granted(reserve(&s, holder, voucher, 100), 60, PB__RULE__RULE_RATIO, NULL);
	world_at(s.world, "2026-11-28 00:00");
	ck_assert_int_eq(reserve(&s, holder, voucher, 100)->outcome, PB__OUTCOME__VOUCHER_EXPIRED);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(claims_are_taken_in_their_window) {
	struct stage s = begin();
	world_at(s.world, "2026-11-30 09:00");
	const struct member *holder = firm(&s, true, "");
	uint64_t voucher = issue(&s, holder, 10000 * YUAN);
	const Pb__Reply *used = reserve(&s, holder, voucher, 10000);
	scheme_redeem(s.scheme, used->seq, 6000);
	world_at(s.world, "2026-12-21 00:00");
	world_as(s.world, holder->principal);
	world_refuse(s.world, PB__OUTCOME__WINDOW_CLOSED,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 6000, 'invoices':"
	    " [{'number': '26110000000000000009', 'amount': 10000, 'date': '2026-12-01'}]}}",
	    used->seq);
	world_at(s.world, "2027-01-01 00:00");
	claim(&s, holder, used->seq, 6000);
	scheme_free(s.scheme);
}
END_TEST

SUITE_MAIN("shared", three_funds_share_every_amount_to_the_fen,
    contract_is_split_into_subsidy_vat_and_own_share, firms_under_one_controller_share_a_cap,
    one_provider_has_a_cap_whoever_uses_it, joint_cap_of_the_city_binds_its_members_and_itself,
    applications_need_their_window_document_and_face_value, two_levels_of_review_are_two_persons,
    agreement_stands_in_place_of_the_tiers, voucher_is_reminded_of_and_extended_once,
    claims_are_taken_in_their_window)
