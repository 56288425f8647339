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

SUITE_MAIN("hostile matches", a_line_that_is_two_returns_of_one_claim_is_not_taken_back)
