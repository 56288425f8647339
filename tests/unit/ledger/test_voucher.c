/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"
#include "refusals.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#define COMPANY "91350100M000100Y43"
#define OTHER   "91310000MA1FL00900"
#define LAB     "91110108551385082Q"

#define ID(number) ((unsigned long long)(number))

/* A programme of 1,000.00 whose vouchers are worth at most 400.00, two at once, for companies. */
struct stage {
	struct world *w;
	uint64_t programme;
	uint64_t company, other; /* parties */
	uint64_t op, reviewer, startup, rival;
};

#define RULES(version, from, extra)                                                                \
	"{'publish_rules': {'programme': 'cp', 'rules': {'version': " version                          \
	", 'title': 't'," WORLD_RULES "'effective_from': '" from                                       \
	"', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"                                    \
	" 'use_within_days': 30, 'claim_within_days': 10, 'payee': 'PAYEE_PROVIDER'" extra "}}}"
#define CAPS                                                                                       \
	", 'voucher_amount_max': 40000, 'vouchers_at_once': 2,"                                        \
	" 'holder': {'kinds': ['PARTY_KIND_COMPANY']}"

static struct stage stage_new(void) {
	struct stage s = { .w = world_new() };
	struct world *w = s.w;
	world_accept(w, "{'create_fund': {'code': 'city', 'name': 'n'}}");
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': 500000, 'document': 'd'}}");
	s.programme = world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 100000}}");
	world_accept(w, RULES("1", "2026-01-01", CAPS));
	s.company = world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	s.other = world_party(w, "PARTY_KIND_COMPANY", OTHER);
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	world_party(w, "PARTY_KIND_TEAM", "T-1");
	s.op = world_staff(w, "op1", "ROLE_OPERATOR");
	s.reviewer = world_staff(w, "rev1", "ROLE_REVIEWER");
	s.startup = world_member(w, "s1", "ROLE_STARTUP", COMPANY);
	s.rival = world_member(w, "s2", "ROLE_STARTUP", OTHER);
	world_as(w, s.startup);
	return s;
}

static uint64_t apply(struct stage *s, long amount) {
	world_as(s->w, s->startup);
	return world_accept(s->w, "{'apply': {'programme': 'cp', 'amount': %ld}}", amount);
}

static uint64_t approved(struct stage *s, long amount) {
	uint64_t application = apply(s, amount);
	world_as(s->w, s->reviewer);
	world_accept(s->w,
	    "{'review_application': {'application': %llu, 'verdict': 'VERDICT_APPROVE'}}",
	    ID(application));
	world_as(s->w, s->op);
	return application;
}

static uint64_t issued(struct stage *s, long amount) {
	uint64_t application = approved(s, amount);
	return world_accept(
	    s->w, "{'issue': {'application': %llu, 'amount': %ld}}", ID(application), amount);
}

static struct application_row application_of(struct stage *s, uint64_t id) {
	return WORLD_ROW(s->w, TABLE_APPLICATION, id, struct application_row);
}

static struct voucher_row voucher_of(struct stage *s, uint64_t id) {
	return WORLD_ROW(s->w, TABLE_VOUCHER, id, struct voucher_row);
}

static struct programme_row pool_of(struct stage *s) {
	return WORLD_ROW(s->w, TABLE_PROGRAMME, s->programme, struct programme_row);
}

static int64_t vouchers_held(struct stage *s, uint64_t holder) {
	struct key key = key_of_usage(USAGE_VOUCHERS, s->programme, holder, 0);
	const struct usage_row *row = STATE_GET(world_state(s->w), TABLE_USAGE, &key, struct usage_row);
	return row ? row->amount : 0;
}

/* --- apply, review --- */

START_TEST(a_startup_applies_for_itself) {
	struct stage s = stage_new();
	uint64_t first = world_accept(s.w, "{'apply': {'programme': 'cp', 'amount': 100}}");
	uint64_t second = world_accept(
	    s.w, "{'apply': {'programme': 'cp', 'party': '" COMPANY "', 'amount': 100}}");
	ck_assert_uint_eq(application_of(&s, first).party, s.company);
	ck_assert_uint_eq(application_of(&s, second).party, s.company);
	const Pb__Decision *decision = world_entry(s.w, first)->decision;
	ck_assert_uint_eq(decision->holder, s.company);
	ck_assert_uint_eq(decision->programme, s.programme);
	ck_assert_uint_eq(decision->rule_version, 1);
	ck_assert_int_eq(decision->amount, 100);

	struct key key = key_of_party_object(s.company, TABLE_APPLICATION, first);
	ck_assert_ptr_nonnull(state_get(world_state(s.w), TABLE_BY_PARTY, &key, 0));
	world_free(s.w);
}
END_TEST

START_TEST(staff_apply_for_a_party_that_they_name) {
	struct stage s = stage_new();
	world_as(s.w, s.op);
	uint64_t id = world_accept(
	    s.w, "{'apply': {'programme': 'cp', 'party': '" OTHER "', 'amount': 100}}");
	ck_assert_uint_eq(application_of(&s, id).party, s.other);
	static const struct refused table[] = {
		{ "{'apply': {'programme': 'cp', 'amount': 100}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ "{'apply': {'programme': 'cp', 'party': 'T-9', 'amount': 100}}",
		    PB__OUTCOME__PARTY_UNKNOWN, "party" },
		{ "{'apply': {'programme': 'cp', 'party': '" LAB "', 'amount': 100}}",
		    PB__OUTCOME__PARTY_KIND_WRONG, "party" },
		{ "{'apply': {'programme': 'cp', 'party': 'T-1', 'amount': 100}}",
		    PB__OUTCOME__NOT_ELIGIBLE, "kind" },
	};
	REFUSE_ALL(s.w, table);
	world_free(s.w);
}
END_TEST

START_TEST(what_is_wrong_with_an_application_is_named) {
	struct stage s = stage_new();
	world_accept(s.w, "{'apply': {'programme': 'cp', 'amount': 1, 'evidence': ['%s']}}",
	    repeated(s.w, 'a', 64));
	static const struct refused table[] = {
		{ "{'apply': {'programme': 'cp'}}", PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ "{'apply': {'amount': 1}}", PB__OUTCOME__FIELD_MISSING, "programme" },
		{ "{'apply': {'programme': 'x', 'amount': 1}}", PB__OUTCOME__PROGRAMME_UNKNOWN,
		    "programme" },
		{ "{'apply': {'programme': 'cp', 'amount': 1, 'purpose': '\\u001fa'}}",
		    PB__OUTCOME__FIELD_INVALID, "purpose" },
		{ "{'apply': {'programme': 'cp', 'amount': 1, 'evidence': ['00']}}",
		    PB__OUTCOME__FIELD_INVALID, "evidence[0]" },
		{ "{'apply': {'programme': 'cp', 'amount': 1, 'party': '" OTHER "'}}",
		    PB__OUTCOME__NOT_OWNER, "party" },
		{ "{'apply': {'programme': 'cp', 'amount': 1, 'party': 'T-9'}}", PB__OUTCOME__NOT_OWNER,
		    "party" },
	};
	REFUSE_ALL(s.w, table);
	world_free(s.w);
}
END_TEST

START_TEST(nobody_applies_before_rules_are_in_force) {
	struct stage s = stage_new();
	world_as(s.w, WORLD_ADMIN);
	world_accept(s.w,
	    "{'create_programme': {'code': 'new', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(s.w, "{'allocate': {'fund': 'city', 'programme': 'new', 'amount': 10}}");
	world_as(s.w, s.startup);
#define APPLY_NEW "{'apply': {'programme': 'new', 'amount': 1}}"
	world_refuse(s.w, PB__OUTCOME__RULES_MISSING, APPLY_NEW);
	world_as(s.w, WORLD_ADMIN);
	world_accept(s.w,
	    "{'publish_rules': {'programme': 'new', 'rules': {'version': 1, 'title': 't'," WORLD_RULES
	    "'effective_from': '2026-09-20', 'tiers': [{'id': 1, 'name': 'a', 'ratio_bp': 1}],"
	    " 'use_within_days': 1, 'claim_within_days': 1, 'payee': 'PAYEE_STARTUP'}}}");
	world_as(s.w, s.startup);
	world_at(s.w, "2026-09-19 23:58");
	world_refuse(s.w, PB__OUTCOME__RULES_MISSING, APPLY_NEW);
	world_at(s.w, "2026-09-20 00:00");
	world_accept(s.w, APPLY_NEW);
	world_free(s.w);
}
END_TEST

START_TEST(a_suspended_holder_gets_nothing_new) {
	struct stage s = stage_new();
	uint64_t application = approved(&s, 100);
	world_accept(s.w, "{'suspend_party': {'party': '" COMPANY "', 'reason': 'r'}}");
	world_refuse(s.w, PB__OUTCOME__PARTY_STATE, "{'issue': {'application': %llu, 'amount': 100}}",
	    ID(application));
	world_as(s.w, s.startup);
	world_refuse(s.w, PB__OUTCOME__PARTY_STATE, "{'apply': {'programme': 'cp', 'amount': 1}}");
	world_free(s.w);
}
END_TEST

START_TEST(a_review_approves_or_rejects_once) {
	struct stage s = stage_new();
	uint64_t good = apply(&s, 100), bad = apply(&s, 200);
	world_as(s.w, s.reviewer);
#define REVIEW "{'review_application': {'application': %llu, 'verdict': "
	world_refuse(
	    s.w, PB__OUTCOME__FIELD_MISSING, "{'review_application': {'application': %llu}}", ID(good));
	world_refuse(s.w, PB__OUTCOME__FIELD_MISSING, REVIEW "'VERDICT_REJECT'}}", ID(bad));
	world_refuse(s.w, PB__OUTCOME__FIELD_INVALID, REVIEW "'VERDICT_APPROVE', 'reason': '\\u0001'}}",
	    ID(good));
	world_refuse(s.w, PB__OUTCOME__APPLICATION_UNKNOWN, REVIEW "'VERDICT_APPROVE'}}", ID(7777));
	uint64_t review = world_accept(s.w, REVIEW "'VERDICT_APPROVE'}}", ID(good));
	world_accept(s.w, REVIEW "'VERDICT_REJECT', 'reason': '材料不全'}}", ID(bad));
	ck_assert_uint_eq(
	    application_of(&s, good).status, PB__APPLICATION_STATUS__APPLICATION_APPROVED);
	ck_assert_uint_eq(application_of(&s, good).review_seq, review);
	ck_assert_uint_eq(application_of(&s, bad).status, PB__APPLICATION_STATUS__APPLICATION_REJECTED);
	const Pb__Decision *decision = world_entry(s.w, review)->decision;
	ck_assert_uint_eq(decision->subject, good);
	ck_assert_uint_eq(decision->holder, s.company);

	const Pb__Refusal *refusal = world_refuse(
	    s.w, PB__OUTCOME__APPLICATION_STATE, REVIEW "'VERDICT_APPROVE'}}", ID(bad));
	ck_assert_str_eq(refusal->detail, "APPLICATION_REJECTED");
	world_refuse(s.w, PB__OUTCOME__APPLICATION_STATE, REVIEW "'VERDICT_APPROVE'}}", ID(good));
	apply(&s, 200); /* who was rejected may apply again */
	world_free(s.w);
}
END_TEST

/* --- issue --- */

START_TEST(an_issue_takes_from_the_pool) {
	struct stage s = stage_new();
	uint64_t application = approved(&s, 30000);
	world_at(s.w, "2026-02-10 23:30");
	uint64_t id = world_accept(
	    s.w, "{'issue': {'application': %llu, 'amount': 25000}}", ID(application));

	struct voucher_row voucher = voucher_of(&s, id);
	int32_t last_use, last_claim;
	ck_assert_int_eq(date_parse("2026-03-12", &last_use), ERR_OK);
	ck_assert_int_eq(date_parse("2026-03-22", &last_claim), ERR_OK);
	struct voucher_row expected = {
		.programme = s.programme,
		.holder = s.company,
		.amount = 25000,
		.live = 25000,
		.use_by_us = date_day_start_us(last_use + 1, 480),
		.claim_by_us = date_day_start_us(last_claim + 1, 480),
		.left = { { 25000 } },
		.issued_by = s.op,
		.rule_version = 1,
		.status = PB__VOUCHER_STATUS__VOUCHER_ACTIVE,
	};
	ck_assert_mem_eq(&voucher, &expected, sizeof(voucher));
	ck_assert_uint_eq(application_of(&s, application).voucher, id);
	ck_assert_uint_eq(
	    application_of(&s, application).status, PB__APPLICATION_STATUS__APPLICATION_ISSUED);
	struct programme_row pool = pool_of(&s);
	ck_assert_int_eq(pool.available, 75000);
	ck_assert_int_eq(pool.live, 25000);
	ck_assert_int_eq(pool.issued, 25000);
	ck_assert_uint_eq(pool.vouchers, 1);
	ck_assert_int_eq(vouchers_held(&s, s.company), 1);

	const Pb__Decision *decision = world_entry(s.w, id)->decision;
	ck_assert_uint_eq(decision->voucher, id);
	ck_assert_uint_eq(decision->holder, s.company);
	ck_assert_uint_eq(decision->subject, application);
	ck_assert_uint_eq(decision->n_bounds, 5); /* the condition on holders among them */
	const Pb__Refusal *refusal = world_refuse(s.w, PB__OUTCOME__APPLICATION_STATE,
	    "{'issue': {'application': %llu, 'amount': 1}}", ID(application));
	ck_assert_str_eq(refusal->detail, "APPLICATION_ISSUED");
	world_free(s.w);
}
END_TEST

static void check_bound(
    const Pb__Refusal *refusal, Pb__Rule rule, int64_t limit, int64_t used, int64_t asked) {
	ck_assert_ptr_nonnull(refusal->bound);
	ck_assert_int_eq(refusal->bound->rule, rule);
	ck_assert_int_eq(refusal->bound->limit, limit);
	ck_assert_int_eq(refusal->bound->used, used);
	ck_assert_int_eq(refusal->bound->asked, asked);
	ck_assert(refusal->bound->binds);
}

START_TEST(an_issue_that_a_rule_stands_against_names_it) {
	struct stage s = stage_new();
	uint64_t small = approved(&s, 100), large = approved(&s, 40000);
#define ISSUE "{'issue': {'application': %llu, 'amount': %d}}"
	world_refuse(s.w, PB__OUTCOME__AMOUNT_INVALID, ISSUE, ID(small), 0);
	world_refuse(s.w, PB__OUTCOME__APPLICATION_UNKNOWN, ISSUE, ID(7777), 1);
	check_bound(world_refuse(s.w, PB__OUTCOME__CAP_REACHED, ISSUE, ID(small), 101),
	    PB__RULE__RULE_APPLICATION, 100, 0, 101);
	world_refuse(s.w, PB__OUTCOME__APPLICATION_STATE, ISSUE, ID(apply(&s, 1)), 1);

	issued(&s, 40000);
	issued(&s, 40000);
	check_bound(world_refuse(s.w, PB__OUTCOME__VOUCHERS_AT_ONCE, ISSUE, ID(large), 1),
	    PB__RULE__RULE_VOUCHERS_AT_ONCE, 2, 2, 1);

	world_as(s.w, s.op);
	uint64_t other = world_accept(
	    s.w, "{'apply': {'programme': 'cp', 'party': '" OTHER "', 'amount': 40000}}");
	world_accept(s.w, REVIEW "'VERDICT_APPROVE'}}", ID(other));
	check_bound(world_refuse(s.w, PB__OUTCOME__POOL_EMPTY, ISSUE, ID(other), 20001),
	    PB__RULE__RULE_POOL, 100000, 80000, 20001);
	world_accept(s.w, ISSUE, ID(other), 20000); /* to exactly zero */
	ck_assert_int_eq(pool_of(&s).available, 0);
	world_free(s.w);
}
END_TEST

START_TEST(a_voucher_keeps_the_rules_of_its_issue) {
	struct stage s = stage_new();
	uint64_t old = issued(&s, 100);
	world_as(s.w, WORLD_ADMIN);
	world_accept(s.w, RULES("2", "2026-03-01", ""));
	world_accept(s.w, RULES("3", "2026-04-01", ", 'voucher_amount_max': 50"));
	world_at(s.w, "2026-02-28 23:50");
	uint64_t february = issued(&s, 100);
	world_at(s.w, "2026-03-01 00:00");
	uint64_t march = issued(&s, 100);
	uint64_t application = approved(&s, 100);
	world_at(s.w, "2026-04-01 00:00");
	check_bound(world_refuse(s.w, PB__OUTCOME__CAP_REACHED, ISSUE, ID(application), 51),
	    PB__RULE__RULE_VOUCHER_AMOUNT, 50, 0, 51);
	world_as(s.w, s.startup);
	world_refuse(s.w, PB__OUTCOME__CAP_REACHED, "{'apply': {'programme': 'cp', 'amount': 51}}");
	world_as(s.w, s.op);
	uint64_t april = world_accept(s.w, ISSUE, ID(application), 50);
	ck_assert_uint_eq(voucher_of(&s, old).rule_version, 1);
	ck_assert_uint_eq(voucher_of(&s, february).rule_version, 1);
	ck_assert_uint_eq(voucher_of(&s, march).rule_version, 2);
	ck_assert_uint_eq(voucher_of(&s, april).rule_version, 3);
	world_free(s.w);
}
END_TEST

START_TEST(eligibility_is_asked_again_at_issue) {
	struct stage s = stage_new();
	uint64_t application = approved(&s, 100);
	world_accept(s.w,
	    RULES("2", "2026-01-01",
	        ", 'holder': {'conditions': [{'attribute': 'staff', 'is': 'LESS', 'value': 100}]}"));
	const Pb__Refusal *refusal = world_refuse(
	    s.w, PB__OUTCOME__NOT_ELIGIBLE, ISSUE, ID(application), 100);
	ck_assert_str_eq(refusal->field, "staff");
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_CONDITION);
	world_accept(s.w,
	    "{'update_party': {'code': '" COMPANY "', 'name': 'n', 'region': '110114',"
	    " 'attributes': [{'name': 'staff', 'value': 99}]}}");
	world_accept(s.w, ISSUE, ID(application), 100);
	world_free(s.w);
}
END_TEST

START_TEST(what_was_ever_issued_stays_in_range) {
	struct stage s = stage_new();
	world_as(s.w, WORLD_ADMIN);
	world_accept(s.w, "{'create_fund': {'code': 'big', 'name': 'n'}}");
	world_accept(
	    s.w, "{'appropriate': {'fund': 'big', 'amount': '9000000000000000000', 'document': 'd'}}");
	world_accept(
	    s.w, "{'allocate': {'fund': 'big', 'programme': 'cp', 'amount': '9000000000000000000'}}");
	world_accept(s.w, RULES("2", "2026-01-01", ""));
	uint64_t voucher = issued(&s, 5000000000000000000);
	world_accept(s.w, "{'cancel_voucher': {'voucher': %llu, 'reason': 'r'}}", ID(voucher));
	uint64_t application = approved(&s, 5000000000000000000);
	const Pb__Refusal *refusal = world_refuse(s.w, PB__OUTCOME__OVERFLOW,
	    "{'issue': {'application': %llu, 'amount': '5000000000000000000'}}", ID(application));
	ck_assert_str_eq(refusal->field, "amount");
	world_free(s.w);
}
END_TEST

/* --- return, cancel --- */

START_TEST(what_is_returned_is_in_the_pool_at_once) {
	struct stage s = stage_new();
	uint64_t id = issued(&s, 40000);
	world_as(s.w, s.startup);
	uint64_t seq = world_accept(s.w, "{'return_voucher': {'voucher': %llu}}", ID(id));
	struct voucher_row voucher = voucher_of(&s, id);
	ck_assert_int_eq(voucher.live, 0);
	ck_assert_int_eq(voucher.returned, 40000);
	ck_assert_uint_eq(voucher.status, PB__VOUCHER_STATUS__VOUCHER_CLOSED);
	ck_assert_int_eq(pool_of(&s).available, 100000);
	ck_assert_int_eq(pool_of(&s).returned, 40000);
	ck_assert_int_eq(vouchers_held(&s, s.company), 0);
	ck_assert_int_eq(world_entry(s.w, seq)->decision->amount, 40000);
	ck_assert_uint_eq(world_entry(s.w, seq)->decision->voucher, id);
	const Pb__Refusal *refusal = world_refuse(
	    s.w, PB__OUTCOME__VOUCHER_STATE, "{'return_voucher': {'voucher': %llu}}", ID(id));
	ck_assert_str_eq(refusal->detail, "VOUCHER_CLOSED");
	issued(&s, 40000); /* it no longer counts among the vouchers at once */
	issued(&s, 40000);
	world_free(s.w);
}
END_TEST

START_TEST(the_office_cancels_with_a_reason) {
	struct stage s = stage_new();
	uint64_t id = issued(&s, 40000);
	world_refuse(s.w, PB__OUTCOME__FIELD_MISSING, "{'cancel_voucher': {'voucher': %llu}}", ID(id));
	world_accept(s.w, "{'cancel_voucher': {'voucher': %llu, 'reason': '企业注销'}}", ID(id));
	ck_assert_int_eq(voucher_of(&s, id).cancelled, 40000);
	ck_assert_int_eq(pool_of(&s).cancelled, 40000);
	ck_assert_int_eq(pool_of(&s).available, 100000);
	world_refuse(s.w, PB__OUTCOME__VOUCHER_STATE,
	    "{'cancel_voucher': {'voucher': %llu, 'reason': 'r'}}", ID(id));
	world_free(s.w);
}
END_TEST

START_TEST(a_voucher_is_returned_by_its_holder) {
	struct stage s = stage_new();
	uint64_t id = issued(&s, 40000);
	world_as(s.w, s.rival);
	world_refuse(s.w, PB__OUTCOME__NOT_OWNER, "{'return_voucher': {'voucher': %llu}}", ID(id));
	static const struct refused table[] = {
		{ "{'return_voucher': {}}", PB__OUTCOME__FIELD_MISSING, "voucher" },
		{ "{'return_voucher': {'voucher': 7777}}", PB__OUTCOME__VOUCHER_UNKNOWN, "voucher" },
		{ "{'return_voucher': {'voucher': 1, 'reason': '\\u0009'}}", PB__OUTCOME__FIELD_INVALID,
		    "reason" },
		{ "{'cancel_voucher': {'voucher': 7777, 'reason': 'r'}}", PB__OUTCOME__VOUCHER_UNKNOWN,
		    "voucher" },
	};
	REFUSE_ALL(s.w, table);
	world_free(s.w);
}
END_TEST

START_TEST(what_is_reserved_cannot_be_returned) {
	struct stage s = stage_new();
	uint64_t id = issued(&s, 40000);
	world_accept(s.w, "{'admit_provider': {'programme': 'cp', 'party': '" LAB "'}}");
	world_as(s.w, s.startup);
	world_accept(s.w,
	    "{'reserve': {'voucher': %llu, 'provider': '" LAB "', 'contract_number': 'c-1',"
	    " 'category': '检验检测', 'total': 60000, 'eligible': 60000}}",
	    ID(id));
	world_accept(s.w, "{'return_voucher': {'voucher': %llu}}", ID(id));
	struct voucher_row voucher = voucher_of(&s, id);
	ck_assert_int_eq(voucher.reserved, 30000);
	ck_assert_int_eq(voucher.returned, 10000);
	ck_assert_uint_eq(voucher.status, PB__VOUCHER_STATUS__VOUCHER_ACTIVE);
	ck_assert_int_eq(vouchers_held(&s, s.company), 1);
	world_refuse(s.w, PB__OUTCOME__NOTHING_LEFT, "{'return_voucher': {'voucher': %llu}}", ID(id));
	world_as(s.w, s.op);
	world_refuse(s.w, PB__OUTCOME__NOTHING_LEFT,
	    "{'cancel_voucher': {'voucher': %llu, 'reason': 'r'}}", ID(id));
	world_free(s.w);
}
END_TEST

SUITE_MAIN("voucher", a_startup_applies_for_itself, staff_apply_for_a_party_that_they_name,
    what_is_wrong_with_an_application_is_named, nobody_applies_before_rules_are_in_force,
    a_suspended_holder_gets_nothing_new, a_review_approves_or_rejects_once,
    an_issue_takes_from_the_pool, an_issue_that_a_rule_stands_against_names_it,
    a_voucher_keeps_the_rules_of_its_issue, eligibility_is_asked_again_at_issue,
    what_was_ever_issued_stays_in_range, what_is_returned_is_in_the_pool_at_once,
    the_office_cancels_with_a_reason, a_voucher_is_returned_by_its_holder,
    what_is_reserved_cannot_be_returned)
