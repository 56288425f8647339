/* SPDX-License-Identifier: Apache-2.0 */
/* Matches that are each in order and together are not. */
#include "paying.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>

#define COME_BACK "{'settlement': %" PRIu64 ", 'payment': 1, 'is_return': true}"
#define UNMATCH   "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'r'}}"

/* Its claims are settled and paid once more. */
static void pay_again(struct paying *p) {
	p->settlement = scheme_settlement(p->s);
	scheme_approve_settlement(p->s, p->settlement);
	world_as(p->w, p->s->finance);
	record_payment(p, 1, "PAYMENT_PAID");
}

/* A claim that came back with both cannot be both payments' again. */
START_TEST(a_line_that_is_two_returns_of_one_claim_is_not_taken_back) {
	struct paying p = NEW_PAYING(1000);
	record_payment(&p, 1, "PAYMENT_PAID");
	uint64_t line = plain_line(&p, 2500);
	match_by_hand(&p, "1", COME_BACK, p.settlement);
	pay_again(&p);
	match_by_hand(&p, "1", COME_BACK, p.settlement);
	const Pb__Refusal *refusal = world_refuse(p.w, PB__OUTCOME__CLAIM_STATE, UNMATCH, line);
	ck_assert_str_eq(refusal->field, "line");
	scheme_free(p.s);
}
END_TEST

/* Taking it back is one entry. */
START_TEST(a_line_is_matched_in_a_limited_number_of_parts) {
	static const char part[] = "{'clawback': %" PRIu64 ", 'amount': 1}";
	struct paying p = NEW_PAYING(1000);
	uint64_t clawback = owe_back(&p, 1000);
	uint64_t line = plain_line(&p, 900);
	for (int i = 0; i < LIMIT_MATCH_TARGETS; i++)
		match_by_hand(&p, "1", part, clawback);
	const Pb__Refusal *refusal = world_refuse(p.w, PB__OUTCOME__FIELD_INVALID,
	    "{'reconcile': {'house_account': 'house', 'lines': [1], 'targets': [{'clawback': %" PRIu64
	    ", 'amount': 1}]}}",
	    clawback);
	ck_assert_str_eq(refusal->field, "targets");
	expect_line(
	    &p, line, PB__LINE_STATE__LINE_PARTIALLY_MATCHED, PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE);
	unmatch(&p, line);
	match_by_hand(&p, "1", "{'clawback': %" PRIu64 ", 'amount': 900}", clawback);
	end_paying(&p);
}
END_TEST

/* Half the range of amounts is one payment, of two programmes that one account pays. */
#define ALL  INT64_C(9000000000000000000)
#define MUCH INT64_C(4000000000000000000)
#define RULES                                                                                      \
	"'rules': {'version': 1, " WORLD_RULES "'effective_from': '2026-01-01',"                       \
	" 'tiers': [{'id': 1, 'ratio_bp': 5000}], 'use_within_days': 30, 'claim_within_days': 30,"     \
	" 'payee': 'PAYEE_PROVIDER'}"

static void found_second_programme(struct scheme *s) {
	world_as(s->world, WORLD_ADMIN);
	world_accept(s->world, "{'create_fund': {'code': 'f2', 'name': 'n'}}");
	world_accept(
	    s->world, "{'appropriate': {'fund': 'f2', 'amount': '%" PRId64 "', 'document': 'd'}}", ALL);
	s->programme = world_accept(s->world,
	    "{'create_programme': {'code': 'second', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(s->world,
	    "{'allocate': {'fund': 'f2', 'programme': 'second', 'amount': '%" PRId64 "'}}", ALL);
	world_accept(s->world, "{'publish_rules': {'programme': 'second', " RULES "}}");
	s->code = "second";
}

START_TEST(more_than_can_be_counted_is_refused_where_it_stands) {
	struct scheme_config config = scheme_plain;
	config.allocated = ALL;
	config.rules = "{'programme': 'plain', " RULES "}";
	struct scheme *s = scheme_new(&config);
	const struct member *holders[2], *providers[2];
	for (int i = 0; i < 2; i++) {
		holders[i] = scheme_holder(s, "110114", "");
		providers[i] = scheme_provider(s, "110114");
		scheme_published_claim(s, holders[i], providers[i], MUCH);
	}
	uint64_t first = scheme_settlement(s);
	scheme_approve_settlement(s, first);
	found_second_programme(s);
	scheme_admit(s, providers[0], "");
	scheme_published_claim(s, holders[0], providers[0], MUCH);
	uint64_t second = scheme_settlement(s);
	scheme_approve_settlement(s, second);
	world_as(s->world, s->finance);
	bank_import(s->world, "{'amount': -1, 'booking_date': '" PAYING_DAY "'}");
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__OVERFLOW,
	    "{'reconcile': {'house_account': 'house', 'lines': [1], 'targets': [{'settlement': %" PRIu64
	    "}, {'settlement': %" PRIu64 "}]}}",
	    first, second);
	ck_assert_str_eq(refusal->field, "targets[1]");
	scheme_free(s);
}
END_TEST

SUITE_MAIN("hostile matches", a_line_that_is_two_returns_of_one_claim_is_not_taken_back,
    a_line_is_matched_in_a_limited_number_of_parts,
    more_than_can_be_counted_is_refused_where_it_stands)
