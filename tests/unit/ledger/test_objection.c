/* SPDX-License-Identifier: Apache-2.0 */
/* Objections to published claims, and what becomes of them. */
#include "base/clock.h"
#include "funds.h"
#include "refusals.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"

struct stage {
	struct scheme *s;
	const struct member *holder;
	const struct member *provider;
	uint64_t claim; /* of 10,000, published on 5 January, until the end of the 12th */
};

static struct stage new_stage(void) {
	struct stage t = { .s = scheme_new(&scheme_plain) };
	t.holder = scheme_holder(t.s, LOCAL, "");
	t.provider = scheme_provider(t.s, LOCAL);
	t.claim = scheme_published_claim(t.s, t.holder, t.provider, 10000);
	return t;
}

static void end_stage(struct stage *t) {
	check_fund_sums(t->s->world, t->s->programme);
	scheme_free(t->s);
}

static uint64_t object(struct stage *t, uint64_t principal) {
	world_as(t->s->world, principal);
	return world_accept(t->s->world,
	    "{'object_claim': {'claim': %" PRIu64 ", 'reason': 'never delivered',"
	    " 'evidence': ['0101010101010101010101010101010101010101010101010101010101010101']}}",
	    t->claim);
}

static uint64_t resolve(struct stage *t, uint64_t principal, bool upheld) {
	world_as(t->s->world, principal);
	return world_accept(t->s->world,
	    "{'resolve_objection': {'claim': %" PRIu64 ", 'upheld': %s, 'reason': 'looked into'}}",
	    t->claim, upheld ? "true" : "false");
}

START_TEST(objected_claim_is_not_settled_until_it_is_resolved) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	uint64_t ready[8];
	uint64_t later = scheme_published_claim(s, t.holder, t.provider, 10000);
	uint64_t seq = object(&t, s->office);
	struct claim_row row = scheme_claim_row(s, t.claim);
	ck_assert_int_eq(row.status, PB__CLAIM_STATUS__CLAIM_OBJECTED);
	ck_assert_uint_eq(row.settled_reason_seq, seq);
	ck_assert_int_eq(row.since_us, world_time_us(s->world));
	ck_assert_uint_eq(scheme_ready(s, ready, 8), 1);
	ck_assert_uint_eq(ready[0], later);

	world_at(s->world, "2026-01-20 09:00"); /* both publications would be over */
	uint64_t settlement = scheme_settlement(s);
	const Pb__Decision *decision = world_entry(s->world, settlement)->decision;
	ck_assert_uint_eq(decision->payments[0]->n_claims, 1);
	ck_assert_uint_eq(decision->payments[0]->claims[0], later);
	end_stage(&t);
}
END_TEST

/* Four days and a bit were left when it was objected to; so much it has again. */
START_TEST(dismissed_objection_leaves_the_days_that_were_left) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	uint64_t ready[8];
	int64_t end_us = scheme_claim_row(s, t.claim).publication_ends_us;
	uint64_t later = scheme_published_claim(s, t.holder, t.provider, 10000);
	world_at(s->world, "2026-01-08 15:00");
	object(&t, s->office);
	int64_t left_us = end_us - world_time_us(s->world);
	ck_assert_int_eq(left_us, 4 * US_PER_DAY + 9 * 3600 * US_PER_S - US_PER_S);

	world_at(s->world, "2026-02-01 12:00");
	uint64_t seq = resolve(&t, s->director, false);
	struct claim_row row = scheme_claim_row(s, t.claim);
	ck_assert_int_eq(row.status, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	ck_assert_int_eq(row.publication_ends_us, world_time_us(s->world) + left_us);
	ck_assert_int_eq(
	    world_entry(s->world, seq)->decision->publication_ends_us, row.publication_ends_us);
	ck_assert_uint_eq(row.settled_reason_seq, 0);
	ck_assert_uint_eq(scheme_ready(s, ready, 8), 2); /* where it was */
	ck_assert_uint_eq(ready[0], t.claim);
	ck_assert_uint_eq(ready[1], later);

	/* Published again, it may be objected to again, and has no more days than it had. */
	world_at(s->world, "2026-02-03 12:00");
	object(&t, t.holder->principal);
	resolve(&t, s->director, false);
	row = scheme_claim_row(s, t.claim);
	ck_assert_int_eq(row.publication_ends_us - world_time_us(s->world), left_us - 2 * US_PER_DAY);
	world_at(s->world, "2026-02-06 00:00");
	ck_assert_uint_eq(
	    world_entry(s->world, scheme_settlement(s))->decision->payments[0]->n_claims, 2);
	end_stage(&t);
}
END_TEST

START_TEST(upheld_objection_is_a_rejection) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	struct claim_row claim = scheme_claim_row(s, t.claim);
	struct programme_row before = scheme_programme(s);
	object(&t, s->office);
	uint64_t seq = resolve(&t, s->director, true);
	const Pb__Decision *decision = world_entry(s->world, seq)->decision;
	ck_assert_int_eq(decision->amount, 10000);
	ck_assert_int_eq(decision->year, 2026);
	ck_assert_uint_eq(decision->n_shares, 1);
	ck_assert_uint_eq(decision->shares[0]->fund, s->fund);

	struct programme_row after = scheme_programme(s);
	ck_assert_int_eq(after.available, before.available + 10000);
	ck_assert_int_eq(after.payable, before.payable - 10000);
	ck_assert_int_eq(after.cancelled, before.cancelled + 10000);
	claim = scheme_claim_row(s, t.claim);
	ck_assert_int_eq(claim.status, PB__CLAIM_STATUS__CLAIM_REJECTED);
	ck_assert_uint_eq(claim.settled_reason_seq, seq);
	struct reservation_row reservation = scheme_reservation_row(s, claim.reservation);
	ck_assert_int_eq(reservation.claimed, 0);
	ck_assert_int_eq(reservation.redeemed, 0);
	ck_assert_int_eq(reservation.released, 10000);
	ck_assert_int_eq(scheme_voucher_row(s, reservation.voucher).cancelled, 10000);
	end_stage(&t);
}
END_TEST

START_TEST(anyone_may_object_and_another_person_resolves) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	struct world *w = s->world;
	const struct member *stranger = scheme_holder(s, "440300", "");
	object(&t, stranger->principal);
	resolve(&t, s->office, false);
	object(&t, s->office);
	uint64_t other_key = world_member(w, "S1", "ROLE_APPROVER", ""); /* the same person's */
	const uint64_t same[] = { s->office, other_key };
	for (int i = 0; i < 2; i++) {
		world_as(w, same[i]);
		world_refuse(w, PB__OUTCOME__SAME_PERSON,
		    "{'resolve_objection': {'claim': %" PRIu64 ", 'upheld': true, 'reason': 'r'}}",
		    t.claim);
	}
	resolve(&t, s->director, false);
	end_stage(&t);
}
END_TEST

START_TEST(staff_of_another_region_neither_objects_nor_resolves) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	uint64_t elsewhere = scheme_regional(t.s, "S9", "ROLE_APPROVER", "110105");
	uint64_t here = scheme_regional(t.s, "S8", "ROLE_APPROVER", LOCAL);
	world_as(w, elsewhere);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'object_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", t.claim);
	ck_assert_str_eq(refusal->field, "claim");
	object(&t, t.s->office);
	world_as(w, elsewhere);
	world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'resolve_objection': {'claim': %" PRIu64 ", 'reason': 'r'}}", t.claim);
	resolve(&t, here, false);
	end_stage(&t);
}
END_TEST

/* In one story: what each step refuses, and when. */
START_TEST(objections_have_their_time) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	struct world *w = s->world;
	char text[6][160];
	static const char *const forms[] = {
		"{'object_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}",
		"{'resolve_objection': {'claim': %" PRIu64 ", 'reason': 'r'}}",
		"{'return_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}",
		"{'reject_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}",
		"{'object_claim': {'claim': %" PRIu64 "}}",
		"{'resolve_objection': {'claim': %" PRIu64 "}}",
	};
	for (int i = 0; i < 6; i++)
		snprintf(text[i], sizeof(text[i]), forms[i], t.claim);
	world_as(w, s->director);
	const struct refused published[] = {
		{ "{'object_claim': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "claim" },
		{ "{'object_claim': {'claim': 1, 'reason': 'r'}}", PB__OUTCOME__CLAIM_UNKNOWN, "claim" },
		{ "{'resolve_objection': {'claim': 1, 'reason': 'r'}}", PB__OUTCOME__CLAIM_UNKNOWN,
		    "claim" },
		{ text[4], PB__OUTCOME__FIELD_MISSING, "reason" },
		{ text[5], PB__OUTCOME__FIELD_MISSING, "reason" },
		{ text[1], PB__OUTCOME__CLAIM_STATE, "" },
	};
	REFUSE_ALL(w, published);
	object(&t, s->office);
	world_as(w, s->director);
	const struct refused objected[] = {
		{ text[0], PB__OUTCOME__CLAIM_STATE, "" }, /* one at a time */
		{ text[2], PB__OUTCOME__CLAIM_STATE, "" },
		{ text[3], PB__OUTCOME__CLAIM_STATE, "" },
	};
	REFUSE_ALL(w, objected);
	resolve(&t, s->director, false);
	int64_t end_us = scheme_claim_row(s, t.claim).publication_ends_us;
	world_wait(w, (end_us - world_time_us(w)) / US_PER_S / 60 + 1);
	const struct refused over[] = { { text[0], PB__OUTCOME__WINDOW_CLOSED, "claim" } };
	REFUSE_ALL(w, over);
	scheme_settlement(s);
	const struct refused settled[] = { { text[0], PB__OUTCOME__CLAIM_STATE, "" } };
	REFUSE_ALL(w, settled);
	end_stage(&t);
}
END_TEST

SUITE_MAIN("objection", objected_claim_is_not_settled_until_it_is_resolved,
    dismissed_objection_leaves_the_days_that_were_left, upheld_objection_is_a_rejection,
    anyone_may_object_and_another_person_resolves,
    staff_of_another_region_neither_objects_nor_resolves, objections_have_their_time)
