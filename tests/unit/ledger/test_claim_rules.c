/* SPDX-License-Identifier: Apache-2.0 */
/* What rule sets ask of claims: who claims, what supports them, whose hands they go through. */
#include "funds.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"
#define RULES(tier, more)                                                                          \
	"{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES                                  \
	" 'effective_from': '2026-01-01', 'tiers': [{'id': 1, " tier "}], 'use_within_days': 30,"      \
	" 'claim_within_days': 30, " more "}}"

#define HALF      "'ratio_bp': 5000"
#define INVOICE_1 "26110000000000000001"
#define INVOICE_2 "26110000000000000002"

struct stage {
	struct scheme *s;
	const struct member *holder;
	const struct member *provider;
	uint64_t reservation; /* of 10,000, all redeemed */
};

static struct stage new_stage(const char *rules) {
	struct scheme_config config = scheme_plain;
	config.rules = rules;
	struct stage t = { .s = scheme_new(&config) };
	t.holder = scheme_holder(t.s, LOCAL, "");
	t.provider = scheme_provider(t.s, LOCAL);
	uint64_t voucher = scheme_voucher(t.s, t.holder, 10000);
	t.reservation = scheme_reserve(t.s, voucher, t.provider, "HT-1", 20000);
	scheme_redeem(t.s, t.reservation, 10000);
	return t;
}

static void end_stage(struct stage *t) {
	check_fund_sums(t->s->world, t->s->programme);
	scheme_free(t->s);
}

static const Pb__Reply *give(
    struct stage *t, const struct member *claimant, int64_t amount, const char *invoices) {
	world_as(t->s->world, claimant->principal);
	return world_give(t->s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': %" PRId64 ", 'invoices': [%s]}}",
	    t->reservation, amount, invoices);
}

static uint64_t claim(
    struct stage *t, const struct member *claimant, int64_t amount, const char *invoices) {
	const Pb__Reply *reply = give(t, claimant, amount, invoices);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	return reply->seq;
}

static void expect_refused(const Pb__Reply *reply, Pb__Outcome outcome, const char *field) {
	ck_assert_int_eq(reply->outcome, outcome);
	ck_assert_str_eq(reply->refusal ? reply->refusal->field : "", field);
}

#define INVOICE(number, amounts) "{'number': '" number "', " amounts ", 'date': '2026-01-05'}"

/* --- who --- */

START_TEST(who_claims_may_be_another_than_who_is_paid) {
	struct stage t = new_stage(
	    RULES(HALF, "'claimant': 'PAYEE_STARTUP', 'payee': 'PAYEE_PROVIDER'"));
	struct scheme *s = t.s;
	const char *invoice = INVOICE(INVOICE_1, "'amount': 20000");
	expect_refused(give(&t, t.provider, 100, invoice), PB__OUTCOME__NOT_OWNER, "");
	world_as(s->world, s->office);
	world_accept(s->world, "{'suspend_party': {'party': '%s', 'reason': 'r'}}", t.provider->code);
	expect_refused(give(&t, t.holder, 100, invoice), PB__OUTCOME__PARTY_STATE, "reservation");
	world_as(s->world, s->office);
	world_accept(s->world, "{'reinstate_party': {'party': '%s', 'reason': 'r'}}", t.provider->code);
	uint64_t id = claim(&t, t.holder, 100, invoice);
	ck_assert_uint_eq(scheme_claim_row(s, id).payee, t.provider->party);
	scheme_step(s, s->approver, "approve_claim", "claim", id);
	scheme_step(s, s->office, "publish_claim", "claim", id);
	const Pb__Decision *decision = world_entry(s->world, scheme_settlement(s))->decision;
	ck_assert_uint_eq(decision->payments[0]->payee, t.provider->party);
	end_stage(&t);
}
END_TEST

START_TEST(where_nothing_else_is_said_who_is_paid_claims) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_STARTUP'"));
	const char *invoice = INVOICE(INVOICE_1, "'amount': 20000");
	expect_refused(give(&t, t.provider, 100, invoice), PB__OUTCOME__NOT_OWNER, "");
	uint64_t id = claim(&t, t.holder, 100, invoice);
	ck_assert_uint_eq(scheme_claim_row(t.s, id).payee, t.holder->party);
	end_stage(&t);
}
END_TEST

/* --- what supports it --- */

START_TEST(vat_supports_nothing_where_the_rules_exclude_it) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_PROVIDER', 'vat_excluded': true"));
	const char *taxed = INVOICE(INVOICE_1, "'amount': 10600, 'vat': 600");
	const Pb__Reply *reply = give(&t, t.provider, 5001, taxed);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__INVOICES_INSUFFICIENT);
	ck_assert_int_eq(reply->refusal->bound->limit, 5000);
	uint64_t id = claim(&t, t.provider, 5000, taxed);
	ck_assert_int_eq(world_entry(t.s->world, id)->decision->vat, 600);
	ck_assert_int_eq(scheme_claim_row(t.s, id).invoiced, 10000);
	ck_assert_int_eq(scheme_reservation_row(t.s, t.reservation).invoiced, 10000);
	/* All of it VAT: an invoice, but no support. */
	const char *all = INVOICE(INVOICE_2, "'amount': 600, 'vat': 600");
	reply = give(&t, t.provider, 1, all);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__INVOICES_INSUFFICIENT);
	end_stage(&t);
}
END_TEST

START_TEST(vat_supports_claims_where_the_rules_do_not_speak_of_it) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_PROVIDER'"));
	uint64_t id = claim(&t, t.provider, 5300, INVOICE(INVOICE_1, "'amount': 10600, 'vat': 600"));
	ck_assert_int_eq(world_entry(t.s->world, id)->decision->vat, 0);
	ck_assert_int_eq(scheme_claim_row(t.s, id).invoiced, 10600);
	end_stage(&t);
}
END_TEST

START_TEST(vat_lies_within_its_invoice) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_PROVIDER'"));
	static const char *const wrong[] = { "'amount': 10600, 'vat': 10601",
		"'amount': 10600, 'vat': -1", "'amount': 10600, 'vat': '9223372036854775807'" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char invoices[256];
		snprintf(invoices, sizeof(invoices), "%s, {'number': '" INVOICE_2 "', %s, 'date': '%s'}",
		    INVOICE(INVOICE_1, "'amount': 1, 'vat': 1"), wrong[i], "2026-01-05");
		expect_refused(
		    give(&t, t.provider, 1, invoices), PB__OUTCOME__AMOUNT_INVALID, "invoices[1].vat");
	}
	end_stage(&t);
}
END_TEST

START_TEST(share_of_an_expense_needs_invoices) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_PROVIDER'"));
	expect_refused(give(&t, t.provider, 1, ""), PB__OUTCOME__FIELD_MISSING, "invoices");
	end_stage(&t);
}
END_TEST

START_TEST(fixed_amount_needs_no_invoices) {
	struct stage t = new_stage(RULES("'fixed': 10000", "'payee': 'PAYEE_PROVIDER'"));
	struct scheme *s = t.s;
	uint64_t first = claim(&t, t.provider, 4000, "");
	ck_assert_uint_eq(world_entry(s->world, first)->decision->n_bounds, 1);
	/* One that is given all the same is taken, and weighs nothing. */
	uint64_t second = claim(&t, t.provider, 6000, INVOICE(INVOICE_1, "'amount': 1"));
	expect_refused(give(&t, t.provider, 1, INVOICE(INVOICE_1, "'amount': 1")),
	    PB__OUTCOME__INVOICE_TAKEN, "invoices[0]");
	const uint64_t claims[] = { first, second };
	for (int i = 0; i < 2; i++) {
		scheme_step(s, s->approver, "approve_claim", "claim", claims[i]);
		scheme_step(s, s->office, "publish_claim", "claim", claims[i]);
	}
	uint64_t settlement = scheme_settlement(s);
	ck_assert_int_eq(world_entry(s->world, settlement)->decision->amount, 10000);
	scheme_approve_settlement(s, settlement);
	end_stage(&t);
}
END_TEST

#define POST_SUBSIDY                                                                               \
	"{'programme': 'plain', 'rules': {'version': 1, 'instrument': 'INSTRUMENT_POST_SUBSIDY',"      \
	" 'review': 'REVIEW_ONE', 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL',"  \
	" 'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'ratio_bp': 3000}],"                     \
	" 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_STARTUP'}}"

/* Of expense already made: the holder claims it like any other. */
START_TEST(grant_without_a_voucher_is_claimed_by_its_holder) {
	struct scheme_config config = scheme_plain;
	config.rules = POST_SUBSIDY;
	struct stage t = { .s = scheme_new(&config) };
	struct scheme *s = t.s;
	struct world *w = s->world;
	t.holder = scheme_holder(s, LOCAL, "");
	world_as(w, t.holder->principal);
	uint64_t application = world_accept(
	    w, "{'apply': {'programme': 'plain', 'category': 'equipment', 'eligible': 33333}}");
	world_as(w, s->reviewer);
	world_accept(w,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	world_as(w, s->office);
	t.reservation = world_accept(w, "{'issue': {'application': %" PRIu64 "}}", application);
	ck_assert_int_eq(scheme_reservation_row(s, t.reservation).redeemed, 9999);

	int64_t available = scheme_programme(s).available;
	uint64_t first = claim(&t, t.holder, 5000, INVOICE(INVOICE_1, "'amount': 33333"));
	ck_assert_uint_eq(scheme_claim_row(s, first).provider, 0);
	world_as(w, s->approver);
	world_accept(w, "{'reject_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", first);
	ck_assert_int_eq(scheme_programme(s).available, available + 5000);
	uint64_t second = claim(&t, t.holder, 4999, INVOICE(INVOICE_1, "'amount': 33333"));
	expect_refused(
	    give(&t, t.holder, 1, INVOICE(INVOICE_2, "'amount': 1")), PB__OUTCOME__CLAIM_EXCEEDS, "");
	scheme_step(s, s->approver, "approve_claim", "claim", second);
	scheme_step(s, s->office, "publish_claim", "claim", second);
	uint64_t settlement = scheme_settlement(s);
	ck_assert_uint_eq(world_entry(w, settlement)->decision->payments[0]->payee, t.holder->party);
	scheme_approve_settlement(s, settlement);
	end_stage(&t);
}
END_TEST

/* --- in whose hands --- */

START_TEST(duties_lie_apart_where_the_rules_say_so) {
	struct stage t = new_stage(RULES(HALF,
	    "'payee': 'PAYEE_PROVIDER', 'countersign': true,"
	    " 'duties_apart': ['DUTY_APPROVE_FROM_ISSUE', 'DUTY_PUBLISH_FROM_APPROVE']"));
	struct scheme *s = t.s;
	uint64_t id = claim(&t, t.provider, 100, INVOICE(INVOICE_1, "'amount': 20000"));
	const struct {
		uint64_t wrong; /* the one who issued, approved, countersigned */
		uint64_t right;
		const char *command;
	} steps[] = {
		{ s->office, s->approver, "approve_claim" },
		{ s->office, s->director, "countersign_claim" },
		{ s->approver, 0, "publish_claim" },
		{ s->director, s->office, "publish_claim" },
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		world_as(s->world, steps[i].wrong);
		world_refuse(s->world, PB__OUTCOME__SAME_PERSON, "{'%s': {'claim': %" PRIu64 "}}",
		    steps[i].command, id);
		if (steps[i].right)
			scheme_step(s, steps[i].right, steps[i].command, "claim", id);
	}
	end_stage(&t);
}
END_TEST

START_TEST(duties_may_lie_in_one_hand_where_the_rules_are_silent) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_PROVIDER'"));
	uint64_t id = claim(&t, t.provider, 100, INVOICE(INVOICE_1, "'amount': 20000"));
	scheme_step(t.s, t.s->office, "approve_claim", "claim", id);
	scheme_step(t.s, t.s->office, "publish_claim", "claim", id);
	end_stage(&t);
}
END_TEST

START_TEST(district_decides_its_own_claims_only) {
	struct stage t = new_stage(RULES(HALF, "'payee': 'PAYEE_PROVIDER', 'countersign': true"));
	struct scheme *s = t.s;
	uint64_t here[2] = { scheme_regional(s, "H1", "ROLE_APPROVER", LOCAL),
		scheme_regional(s, "H2", "ROLE_APPROVER", "110000") };
	uint64_t elsewhere = scheme_regional(s, "E1", "ROLE_APPROVER", "110105");
	uint64_t id = claim(&t, t.provider, 100, INVOICE(INVOICE_1, "'amount': 20000"));
	static const char *const commands[] = { "approve_claim", "countersign_claim", "publish_claim",
		"return_claim", "reject_claim" };
	for (int i = 0; i < 5; i++) {
		world_as(s->world, elsewhere);
		const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION,
		    "{'%s': {'claim': %" PRIu64 "%s}}", commands[i], id, i > 2 ? ", 'reason': 'r'" : "");
		ck_assert_str_eq(refusal->field, "claim");
		if (i <= 2)
			scheme_step(s, here[i % 2], commands[i], "claim", id);
	}
	end_stage(&t);
}
END_TEST

/* --- where the money goes --- */

#define TEAM "'code': 'T-7', 'kind': 'PARTY_KIND_TEAM', 'region': '" LOCAL "'"

/* A team has no account but that of a person: the journal has a commitment to it. */
START_TEST(team_is_paid_to_an_account_that_the_journal_does_not_know) {
	struct scheme_config config = scheme_plain;
	config.rules = RULES(HALF, "'payee': 'PAYEE_STARTUP'");
	struct scheme *s = scheme_new(&config);
	struct world *w = s->world;
	const struct member *provider = scheme_provider(s, LOCAL);
	world_as(w, s->office);
	uint64_t party = world_accept(w, "{'register_party': {" TEAM ", 'personal': {'name': 'n'}}}");
	struct member team = { .code = "T-7", .person = "T7", .party = party };
	team.principal = world_member(w, team.person, "ROLE_STARTUP", team.code);
	s->members[s->count++] = &team;
	struct stage t = { .s = s, .holder = &team, .provider = provider };
	t.reservation = scheme_reserve(s, scheme_voucher(s, &team, 10000), provider, "HT-1", 20000);
	scheme_redeem(s, t.reservation, 10000);
	const char *invoice = INVOICE(INVOICE_1, "'amount': 20000");
	expect_refused(give(&t, &team, 100, invoice), PB__OUTCOME__FIELD_MISSING, "bank_account");

	world_as(w, s->office);
	uint64_t update = world_accept(w,
	    "{'update_party': {'code': 'T-7', 'region': '" LOCAL "', 'personal': {'name': 'n',"
	    " 'bank_account': {'number': '6222', 'bank_code': '102100099996',"
	    " 'holder_name': 'n'}}}}");
	uint64_t id = claim(&t, &team, 100, invoice);
	scheme_step(s, s->approver, "approve_claim", "claim", id);
	scheme_step(s, s->office, "publish_claim", "claim", id);
	uint64_t settlement = scheme_settlement(s);
	const Pb__Payment *payment = world_entry(w, settlement)->decision->payments[0];
	const Pb__Digest *commitment =
	    world_entry(w, update)->command->update_party->personal_commitment;
	ck_assert_ptr_null(payment->account);
	ck_assert_uint_eq(payment->account_commitment->value.len, commitment->value.len);
	ck_assert_mem_eq(
	    payment->account_commitment->value.data, commitment->value.data, commitment->value.len);
	scheme_approve_settlement(s, settlement);
	end_stage(&t);
}
END_TEST

SUITE_MAIN("claim rules", who_claims_may_be_another_than_who_is_paid,
    where_nothing_else_is_said_who_is_paid_claims, vat_supports_nothing_where_the_rules_exclude_it,
    vat_supports_claims_where_the_rules_do_not_speak_of_it, vat_lies_within_its_invoice,
    share_of_an_expense_needs_invoices, fixed_amount_needs_no_invoices,
    grant_without_a_voucher_is_claimed_by_its_holder, duties_lie_apart_where_the_rules_say_so,
    duties_may_lie_in_one_hand_where_the_rules_are_silent, district_decides_its_own_claims_only,
    team_is_paid_to_an_account_that_the_journal_does_not_know)
