/* SPDX-License-Identifier: Apache-2.0 */
/* From submitted to published. What is refused, and when, is in tests/scenario/test_refusals.c. */
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>

#define LOCAL "110114"

struct stage {
	struct scheme *s;
	const struct member *holder;
	const struct member *provider;
	uint64_t voucher;
	uint64_t reservation; /* of 10,000 at 50 %, all redeemed */
};

static struct stage new_stage_of(const struct scheme_config *config) {
	struct stage stage = { .s = scheme_new(config) };
	stage.holder = scheme_holder(stage.s, LOCAL, "");
	stage.provider = scheme_provider(stage.s, LOCAL);
	stage.voucher = scheme_voucher(stage.s, stage.holder, 10000);
	stage.reservation = scheme_reserve(stage.s, stage.voucher, stage.provider, "HT-1", 20000);
	scheme_redeem(stage.s, stage.reservation, 10000);
	return stage;
}

static struct stage new_stage(void) {
	return new_stage_of(&scheme_plain);
}

static const Pb__Reply *give_claim(
    struct stage *t, int64_t amount, const char *number, int64_t invoiced) {
	world_as(t->s->world, t->provider->principal);
	return world_give(t->s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': '%" PRId64 "', 'invoices':"
	    " [{'number': '%s', 'amount': '%" PRId64 "', 'date': '2026-01-05'}]}}",
	    t->reservation, amount, number, invoiced);
}

static const Pb__Reply *give_correction(
    struct stage *t, uint64_t replaces, int64_t amount, const char *number) {
	world_as(t->s->world, t->provider->principal);
	return world_give(t->s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': '%" PRId64
	    "', 'replaces': %" PRIu64 ", 'invoices': [{'number': '%s', 'amount': '%" PRId64
	    "', 'date': '2026-01-05'}]}}",
	    t->reservation, amount, replaces, number, 2 * amount);
}

/* A rule set as scheme_plain's, but one approval, no publication, and `more`. */
#define RULES(more)                                                                                \
	"{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES                                  \
	" 'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'ratio_bp': 5000}],"                     \
	" 'use_within_days': 30, 'payee': 'PAYEE_PROVIDER', " more "}}"

static void expect_refused(const Pb__Reply *reply, Pb__Outcome outcome, const char *field) {
	ck_assert_int_eq(reply->outcome, outcome);
	ck_assert_str_eq(reply->refusal ? reply->refusal->field : "", field);
}

static void give_reason(struct stage *t, const char *command, uint64_t claim) {
	world_as(t->s->world, t->s->approver);
	world_accept(t->s->world, "{'%s': {'claim': %" PRIu64 ", 'reason': 'r'}}", command, claim);
}

#define INVOICE_1 "26110000000000000001"
#define INVOICE_2 "26110000000000000002"
#define INVOICE_3 "26110000000000000003"

START_TEST(claim_says_what_supports_it) {
	struct stage t = new_stage();
	const Pb__Reply *reply = give_claim(&t, 6000, INVOICE_1, 12001);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	const Pb__Decision *decision = reply->decision;
	ck_assert_int_eq(decision->amount, 6000);
	ck_assert_uint_eq(decision->payee, t.provider->party);
	ck_assert_uint_eq(decision->holder, t.holder->party);
	ck_assert_uint_eq(decision->voucher, t.voucher);
	ck_assert_uint_eq(decision->n_bounds, 2);
	ck_assert_int_eq(decision->bounds[0]->rule, PB__RULE__RULE_REDEEMED);
	ck_assert_int_eq(decision->bounds[0]->limit, 10000);
	ck_assert_int_eq(decision->bounds[1]->rule, PB__RULE__RULE_INVOICES);
	ck_assert_int_eq(decision->bounds[1]->limit, 6000); /* floor of half of 12,001 */
	struct claim_row row = scheme_claim_row(t.s, reply->seq);
	ck_assert_int_eq(row.status, PB__CLAIM_STATUS__CLAIM_SUBMITTED);
	ck_assert_int_eq(row.invoiced, 12001);
	ck_assert_uint_eq(row.submitter,
	    WORLD_ROW(t.s->world, TABLE_PRINCIPAL, t.provider->principal, struct principal_row)
	        .person_id);
	ck_assert_int_eq(row.since_us, world_time_us(t.s->world));
	ck_assert_int_eq(scheme_reservation_row(t.s, t.reservation).claimed, 6000);
	scheme_free(t.s);
}
END_TEST

/* What one claim's invoices leave over supports the next: only the sums are compared. */
START_TEST(invoices_support_claims_together) {
	struct stage t = new_stage();
	ck_assert_int_eq(give_claim(&t, 1000, INVOICE_1, 10001)->outcome, PB__OUTCOME__OUTCOME_OK);
	const Pb__Reply *reply = give_claim(&t, 4002, INVOICE_2, 2);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__INVOICES_INSUFFICIENT);
	ck_assert_int_eq(reply->refusal->bound->limit, 5001);
	ck_assert_int_eq(reply->refusal->bound->used, 1000);
	ck_assert_int_eq(reply->refusal->bound->asked, 4002);
	ck_assert_int_eq(give_claim(&t, 4001, INVOICE_2, 2)->outcome, PB__OUTCOME__OUTCOME_OK);
	scheme_free(t.s);
}
END_TEST

/* What one claim's invoices left over is gone with it: the office stops what leaned on them. */
START_TEST(claim_whose_support_was_taken_back_goes_no_further) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	uint64_t rich = give_claim(&t, 1000, INVOICE_1, 20000)->seq;
	uint64_t poor = give_claim(&t, 9000, INVOICE_2, 2)->seq;
	const uint64_t actors[] = { s->approver, s->director, s->office };
	static const char *const commands[] = { "approve_claim", "countersign_claim", "publish_claim" };
	for (int i = 0; i < 3; i++) {
		give_reason(&t, "return_claim", rich);
		world_as(s->world, actors[i]);
		const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__INVOICES_INSUFFICIENT,
		    "{'%s': {'claim': %" PRIu64 "}}", commands[i], poor);
		ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_INVOICES);
		ck_assert_int_eq(refusal->bound->limit, 1);
		ck_assert_int_eq(refusal->bound->used, 0);
		ck_assert_int_eq(refusal->bound->asked, 9000);
		/* The correction supports it again. */
		const Pb__Reply *reply = give_claim(&t, 1, INVOICE_1, 20000);
		ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
		rich = reply->seq;
		scheme_step(s, actors[i], commands[i], "claim", poor);
	}
	scheme_free(s);
}
END_TEST

START_TEST(claim_without_a_bank_account_is_refused_at_once) {
	struct stage t = new_stage();
	world_as(t.s->world, t.s->office);
	world_accept(t.s->world, "{'update_party': {'code': '%s', 'name': 'n', 'region': '" LOCAL "'}}",
	    t.provider->code);
	const Pb__Reply *reply = give_claim(&t, 1000, INVOICE_1, 2000);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__FIELD_MISSING);
	ck_assert_str_eq(reply->refusal->field, "bank_account");
	scheme_free(t.s);
}
END_TEST

START_TEST(invoice_is_claimed_once_across_reservations) {
	struct stage t = new_stage();
	ck_assert_int_eq(give_claim(&t, 1000, INVOICE_1, 2000)->outcome, PB__OUTCOME__OUTCOME_OK);
	uint64_t voucher = scheme_voucher(t.s, t.holder, 10000);
	t.reservation = scheme_reserve(t.s, voucher, t.provider, "HT-2", 20000);
	scheme_redeem(t.s, t.reservation, 10000);
	const Pb__Reply *reply = give_claim(&t, 1000, INVOICE_1, 2000);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__INVOICE_TAKEN);
	ck_assert_str_eq(reply->refusal->field, "invoices[0]");
	scheme_free(t.s);
}
END_TEST

/* The number alone is not the invoice where it has a code. */
START_TEST(legacy_invoices_differ_by_their_codes) {
	struct stage t = new_stage();
	world_as(t.s->world, t.provider->principal);
	world_accept(t.s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 1000, 'invoices': ["
	    "{'code': '1100171320', 'number': '00000001', 'amount': 1000, 'date': '2026-01-05'},"
	    "{'code': '1100171321', 'number': '00000001', 'amount': 1000, 'date': '2026-01-05'}]}}",
	    t.reservation);
	world_refuse(t.s->world, PB__OUTCOME__INVOICE_TAKEN,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 1000, 'invoices': ["
	    "{'code': '1100171321', 'number': '00000001', 'amount': 1000, 'date': '2026-01-05'}]}}",
	    t.reservation);
	scheme_free(t.s);
}
END_TEST

START_TEST(returned_claim_is_corrected_once) {
	struct stage t = new_stage();
	uint64_t first = give_claim(&t, 10000, INVOICE_1, 20000)->seq;
	give_reason(&t, "return_claim", first);
	struct reservation_row row = scheme_reservation_row(t.s, t.reservation);
	ck_assert_int_eq(row.claimed, 0);
	ck_assert_int_eq(row.invoiced, 0);
	const Pb__Reply *second = give_correction(&t, first, 9000, INVOICE_1);
	ck_assert_int_eq(second->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert_uint_eq(scheme_claim_row(t.s, first).replaced_by, second->seq);
	ck_assert_int_eq(
	    give_correction(&t, first, 1000, INVOICE_2)->outcome, PB__OUTCOME__CLAIM_STATE);
	/* A correction that is returned too is corrected in its turn. */
	give_reason(&t, "return_claim", second->seq);
	ck_assert_int_eq(
	    give_correction(&t, second->seq, 9000, INVOICE_1)->outcome, PB__OUTCOME__OUTCOME_OK);
	scheme_free(t.s);
}
END_TEST

START_TEST(correction_may_come_after_the_last_day_for_no_more) {
	struct scheme_config config = scheme_plain;
	config.rules = RULES("'claim_within_days': 30, 'correct_within_days': 10");
	struct stage t = new_stage_of(&config);
	world_at(t.s->world, "2026-03-06 23:59"); /* 30 days after the last day of use */
	uint64_t first = give_claim(&t, 6000, INVOICE_1, 12000)->seq;
	ck_assert_uint_ne(first, 0);
	world_at(t.s->world, "2026-03-07 00:00");
	expect_refused(give_claim(&t, 1, INVOICE_2, 2), PB__OUTCOME__CLAIM_TOO_LATE, "reservation");
	give_reason(&t, "return_claim", first);
	expect_refused(
	    give_correction(&t, first, 6001, INVOICE_1), PB__OUTCOME__CLAIM_TOO_LATE, "amount");
	uint64_t second = give_correction(&t, first, 6000, INVOICE_1)->seq;
	ck_assert_uint_ne(second, 0);

	/* Ten days later a returned claim lapses. */
	give_reason(&t, "return_claim", second);
	world_at(t.s->world, "2026-03-16 23:59");
	uint64_t third = give_correction(&t, second, 5000, INVOICE_1)->seq;
	ck_assert_uint_ne(third, 0);
	give_reason(&t, "return_claim", third);
	world_at(t.s->world, "2026-03-17 00:00");
	expect_refused(
	    give_correction(&t, third, 5000, INVOICE_1), PB__OUTCOME__CLAIM_TOO_LATE, "replaces");
	scheme_free(t.s);
}
END_TEST

START_TEST(claims_come_in_their_windows_and_corrections_whenever_they_ask_no_more) {
	struct scheme_config config = scheme_plain;
	config.rules = RULES("'claim_within_days': 90, 'claim_windows': [{'from': '01-10',"
	                     " 'to': '01-20'}, {'from': '02-10', 'to': '02-11'}]");
	struct stage t = new_stage_of(&config);
	world_at(t.s->world, "2026-01-09 23:59");
	expect_refused(give_claim(&t, 1, INVOICE_1, 2), PB__OUTCOME__WINDOW_CLOSED, "reservation");
	world_at(t.s->world, "2026-01-10 00:00"); /* in Beijing; at Greenwich it is the 9th */
	uint64_t first = give_claim(&t, 6000, INVOICE_1, 12000)->seq;
	ck_assert_uint_ne(first, 0);
	world_at(t.s->world, "2026-01-20 23:59");
	ck_assert_uint_ne(give_claim(&t, 1, INVOICE_2, 2)->seq, 0);
	world_at(t.s->world, "2026-01-21 00:00");
	expect_refused(give_claim(&t, 1, INVOICE_3, 2), PB__OUTCOME__WINDOW_CLOSED, "reservation");
	give_reason(&t, "return_claim", first);
	expect_refused(
	    give_correction(&t, first, 6001, INVOICE_1), PB__OUTCOME__WINDOW_CLOSED, "amount");
	ck_assert_uint_ne(give_correction(&t, first, 6000, INVOICE_1)->seq, 0);
	scheme_free(t.s);
}
END_TEST

START_TEST(claim_can_be_stopped_until_it_is_settled) {
	struct stage t = new_stage();
	struct scheme *s = t.s;
	for (int steps = 0; steps <= 3; steps++) {
		const uint64_t actors[] = { s->approver, s->director, s->office };
		static const char *const commands[] = { "approve_claim", "countersign_claim",
			"publish_claim" };
		uint64_t claim = give_claim(&t, 100, INVOICE_3, 200)->seq;
		for (int i = 0; i < steps; i++)
			scheme_step(s, actors[i], commands[i], "claim", claim);
		give_reason(&t, steps % 2 ? "return_claim" : "reject_claim", claim);
		ck_assert_int_eq(scheme_claim_row(s, claim).status,
		    steps % 2 ? PB__CLAIM_STATUS__CLAIM_RETURNED : PB__CLAIM_STATUS__CLAIM_REJECTED);
		ck_assert_int_eq(scheme_reservation_row(s, t.reservation).claimed, 0);
	}
	ck_assert_int_eq(scheme_reservation_row(s, t.reservation).redeemed, 10000 - 200);
	ck_assert_uint_eq(scheme_programme(s).ready_head, 0);
	scheme_free(s);
}
END_TEST

START_TEST(claim_that_is_stopped_leaves_the_list_wherever_it_stands) {
	struct stage t = new_stage();
	uint64_t claims[4];
	uint64_t ready[8];
	for (unsigned i = 0; i < 4; i++) {
		claims[i] = scheme_claim(t.s, t.provider, t.reservation, 100, i + 1);
		scheme_publish(t.s, claims[i]);
	}
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 4);
	give_reason(&t, "return_claim", claims[1]); /* middle, head, tail, last */
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 3);
	ck_assert_uint_eq(ready[1], claims[2]);
	give_reason(&t, "reject_claim", claims[0]);
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 2);
	give_reason(&t, "return_claim", claims[3]);
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 1);
	ck_assert_uint_eq(ready[0], claims[2]);
	give_reason(&t, "reject_claim", claims[2]);
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 0);
	scheme_free(t.s);
}
END_TEST

START_TEST(publication_ends_with_a_local_day) {
	struct stage t = new_stage();
	uint64_t claim = give_claim(&t, 100, INVOICE_1, 200)->seq;
	world_at(t.s->world, "2026-01-20 23:50");
	scheme_publish(t.s, claim);
	world_at(t.s->world, "2026-01-28 00:00"); /* the 27th is the seventh day after the 20th */
	struct claim_row row = scheme_claim_row(t.s, claim);
	ck_assert_int_eq(row.publication_ends_us, world_time_us(t.s->world));
	scheme_free(t.s);
}
END_TEST

START_TEST(rules_may_ask_for_one_approval_and_no_publication) {
	struct scheme_config config = scheme_plain;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES
	               "'effective_from': '2026-01-01',"
	               " 'tiers': [{'id': 1, 'ratio_bp': 5000}], 'use_within_days': 30,"
	               " 'payee': 'PAYEE_PROVIDER'}}";
	struct stage t = new_stage_of(&config);
	uint64_t first = give_claim(&t, 100, INVOICE_1, 200)->seq;
	scheme_step(t.s, t.s->approver, "approve_claim", "claim", first);
	scheme_step(t.s, t.s->office, "publish_claim", "claim", first);
	ck_assert_int_le(scheme_claim_row(t.s, first).publication_ends_us, world_time_us(t.s->world));
	/* A second approval is no fault. */
	uint64_t second = give_claim(&t, 100, INVOICE_2, 200)->seq;
	scheme_publish(t.s, second);
	scheme_settlement(t.s);
	ck_assert_int_eq(scheme_claim_row(t.s, second).status, PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT);
	scheme_free(t.s);
}
END_TEST

SUITE_MAIN("claim", claim_says_what_supports_it, invoices_support_claims_together,
    claim_whose_support_was_taken_back_goes_no_further,
    claim_without_a_bank_account_is_refused_at_once, invoice_is_claimed_once_across_reservations,
    legacy_invoices_differ_by_their_codes, returned_claim_is_corrected_once,
    correction_may_come_after_the_last_day_for_no_more,
    claims_come_in_their_windows_and_corrections_whenever_they_ask_no_more,
    claim_can_be_stopped_until_it_is_settled,
    claim_that_is_stopped_leaves_the_list_wherever_it_stands, publication_ends_with_a_local_day,
    rules_may_ask_for_one_approval_and_no_publication)
