/* SPDX-License-Identifier: Apache-2.0 */
/* Claims, from what was redeemed to what may be paid. */
#include "naive_inside.h"

#include <stdio.h>
#include <string.h>

typedef __int128 wide;

static int64_t share(int64_t amount, uint32_t ratio_bp) {
	return (int64_t)((wide)amount * ratio_bp / 10000);
}

static const Pb__RuleSet *rules_of(struct naive *world, const struct naive_reservation *r) {
	return naive_rules(world, r->programme, naive_voucher(world, r->voucher)->version);
}

/* --- submit --- */

uint64_t naive_claimant(const struct naive *world, const struct naive_reservation *r) {
	const Pb__RuleSet *rules = rules_of((struct naive *)world, r);
	if (rules->instrument != PB__INSTRUMENT__INSTRUMENT_VOUCHER || !rules->claimant)
		return naive_payee(rules, r);
	return rules->claimant == PB__PAYEE__PAYEE_PROVIDER ? r->provider : r->holder;
}

static Pb__Outcome ask_invoices(const Pb__SubmitClaim *command) {
	for (size_t i = 0; i < command->n_invoices; i++) {
		const Pb__Invoice *invoice = command->invoices[i];
		if (invoice->amount <= 0 || invoice->vat < 0 || invoice->vat > invoice->amount)
			return PB__OUTCOME__AMOUNT_INVALID;
	}
	return command->amount > 0 ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__AMOUNT_INVALID;
}

static Pb__Outcome ask_replaced(struct naive *world, const Pb__SubmitClaim *command) {
	const struct naive_claim *before = naive_claim(world, command->replaces);
	if (!command->replaces)
		return PB__OUTCOME__OUTCOME_OK;
	if (!before)
		return PB__OUTCOME__CLAIM_UNKNOWN;
	if (before->reservation != command->reservation)
		return PB__OUTCOME__FIELD_INVALID;
	return before->replaced_by || before->status != PB__CLAIM_STATUS__CLAIM_RETURNED
	    ? PB__OUTCOME__CLAIM_STATE
	    : PB__OUTCOME__OUTCOME_OK;
}

/* In the windows and by the last day; corrections a little longer, and then for no more. */
static Pb__Outcome ask_time(struct naive *world, const Pb__SubmitClaim *command,
    const struct naive_reservation *r, const Pb__RuleSet *rules) {
	const struct naive_claim *before = naive_claim(world, command->replaces);
	int64_t claim_by = naive_voucher(world, r->voucher)->claim_by;
	int64_t correct_by = claim_by + rules->correct_within_days * INT64_C(86400000000);
	bool is_late = world->now >= claim_by;
	bool is_open = naive_is_open(rules->claim_windows, rules->n_claim_windows, world->now);
	if (!is_late && is_open)
		return PB__OUTCOME__OUTCOME_OK;
	if (before && command->amount <= before->amount && !(is_late && world->now >= correct_by))
		return PB__OUTCOME__OUTCOME_OK;
	return is_late ? PB__OUTCOME__CLAIM_TOO_LATE : PB__OUTCOME__WINDOW_CLOSED;
}

/* Free: in no claim, or in one that was returned or rejected. The newest that named it counts. */
static bool is_free(struct naive *world, const char *number) {
	const struct naive_claim *claim = NULL;
	for (size_t i = 0; i < world->n_invoices; i++)
		if (strcmp(world->invoices[i].text, number) == 0)
			claim = naive_claim(world, world->invoices[i].id);
	return !claim || claim->status == PB__CLAIM_STATUS__CLAIM_RETURNED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_REJECTED;
}

static Pb__Outcome ask_support(struct naive *world, const Pb__SubmitClaim *command,
    const struct naive_reservation *r, const Pb__RuleSet *rules, int64_t *ret_invoiced) {
	wide sum = 0, vat = 0;
	for (size_t i = 0; i < command->n_invoices; i++) {
		if (!is_free(world, command->invoices[i]->number))
			return PB__OUTCOME__INVOICE_TAKEN;
		for (size_t before = 0; before < i; before++)
			if (strcmp(command->invoices[before]->number, command->invoices[i]->number) == 0)
				return PB__OUTCOME__INVOICE_TAKEN;
	}
	for (size_t i = 0; i < command->n_invoices; i++) {
		sum += command->invoices[i]->amount;
		vat += rules->vat_excluded ? command->invoices[i]->vat : 0;
	}
	if (sum > INT64_MAX || r->invoiced + sum - vat > INT64_MAX)
		return PB__OUTCOME__OVERFLOW;
	*ret_invoiced = (int64_t)(sum - vat);
	if (command->amount > r->redeemed - r->claimed)
		return PB__OUTCOME__CLAIM_EXCEEDS;
	if (r->ratio_bp &&
	    command->amount > share(r->invoiced + *ret_invoiced, r->ratio_bp) - r->claimed)
		return PB__OUTCOME__INVOICES_INSUFFICIENT;
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_submit(
    struct naive *world, const Pb__SubmitClaim *command, int64_t *ret_invoiced) {
	Pb__Outcome outcome = ask_invoices(command);
	const struct naive_reservation *r = naive_reservation(world, command->reservation);
	if (outcome)
		return outcome;
	if (!r)
		return naive_unknown(command->reservation, PB__OUTCOME__RESERVATION_UNKNOWN);
	const Pb__RuleSet *rules = rules_of(world, r);
	if (world->actor->party != naive_claimant(world, r))
		return PB__OUTCOME__NOT_OWNER;
	if (naive_party(world, world->actor->party)->suspended ||
	    naive_party(world, naive_payee(rules, r))->suspended)
		return PB__OUTCOME__PARTY_STATE;
	if ((outcome = ask_replaced(world, command)) || (outcome = ask_time(world, command, r, rules)))
		return outcome;
	if (r->ratio_bp && command->n_invoices == 0)
		return PB__OUTCOME__FIELD_MISSING;
	return ask_support(world, command, r, rules, ret_invoiced);
}

static struct naive_answer submit(struct naive *world, const Pb__SubmitClaim *command) {
	int64_t invoiced = 0;
	Pb__Outcome outcome = ask_submit(world, command, &invoiced);
	if (outcome)
		return refused(outcome);
	struct naive_reservation *r = naive_reservation(world, command->reservation);
	struct naive_voucher *voucher = naive_voucher(world, r->voucher);
	struct naive_claim *claim = &world->claims[world->n_claims++];
	*claim = (struct naive_claim){ .id = world->seq,
		.programme = r->programme,
		.reservation = r->id,
		.holder = r->holder,
		.provider = r->provider,
		.payee = naive_payee(rules_of(world, r), r),
		.amount = command->amount,
		.invoiced = invoiced,
		.status = PB__CLAIM_STATUS__CLAIM_SUBMITTED,
		.submitted_by = world->actor->person };
	naive_split(command->amount, voucher->left, 4, claim->shares);
	for (size_t i = 0; i < 4; i++)
		voucher->left[i] -= claim->shares[i];
	for (size_t i = 0; i < command->n_invoices; i++) {
		struct naive_word *word = &world->invoices[world->n_invoices++];
		snprintf(word->text, sizeof(word->text), "%s", command->invoices[i]->number);
		word->id = claim->id;
	}
	r->claimed += claim->amount;
	r->invoiced += invoiced;
	if (command->replaces)
		naive_claim(world, command->replaces)->replaced_by = claim->id;
	return accepted(claim->amount);
}

/* --- stopped --- */

/* What is paid in part, by setting it off, is paid as a whole. */
static bool is_stoppable(const struct naive_claim *claim) {
	bool is_early = claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED;
	return is_early && claim->netted == 0;
}

static void stop(struct naive *world, struct naive_claim *claim, Pb__ClaimStatus status) {
	struct naive_reservation *r = naive_reservation(world, claim->reservation);
	claim->status = status;
	r->claimed -= claim->amount;
	r->invoiced -= claim->invoiced;
}

static void reject(struct naive *world, struct naive_claim *claim) {
	struct naive_reservation *r = naive_reservation(world, claim->reservation);
	struct naive_voucher *voucher = naive_voucher(world, r->voucher);
	int64_t shares[4];
	stop(world, claim, PB__CLAIM_STATUS__CLAIM_REJECTED);
	memcpy(shares, claim->shares, sizeof(shares));
	r->redeemed -= claim->amount;
	r->released += claim->amount;
	voucher->redeemed -= claim->amount;
	voucher->cancelled += claim->amount;
	naive_move(
	    world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, claim->programme, claim->payee, -claim->amount);
	naive_give_back(world, claim->programme, claim->amount, shares);
}

/* --- signed --- */

static bool is_supported(struct naive *world, const struct naive_claim *claim) {
	const struct naive_reservation *r = naive_reservation(world, claim->reservation);
	return r->ratio_bp == 0 || r->claimed <= share(r->invoiced, r->ratio_bp);
}

/* Neither who submitted nor, where these duties are apart, who issued. */
static Pb__Outcome ask_approver(struct naive *world, const struct naive_claim *claim) {
	const struct naive_reservation *r = naive_reservation(world, claim->reservation);
	bool is_apart = naive_is_apart(rules_of(world, r), PB__DUTY__DUTY_APPROVE_FROM_ISSUE);
	const char *person = world->actor->person;
	if (naive_is_same(claim->submitted_by, person) ||
	    (is_apart && naive_is_same(naive_voucher(world, r->voucher)->issued_by, person)))
		return PB__OUTCOME__SAME_PERSON;
	return is_supported(world, claim) ? PB__OUTCOME__OUTCOME_OK
	                                  : PB__OUTCOME__INVOICES_INSUFFICIENT;
}

static struct naive_answer approve(struct naive *world, struct naive_claim *claim) {
	if (claim->status != PB__CLAIM_STATUS__CLAIM_SUBMITTED)
		return refused(PB__OUTCOME__CLAIM_STATE);
	Pb__Outcome outcome = ask_approver(world, claim);
	if (outcome)
		return refused(outcome);
	claim->status = PB__CLAIM_STATUS__CLAIM_APPROVED;
	claim->approved_by = world->actor->person;
	return accepted(claim->amount);
}

static struct naive_answer countersign(struct naive *world, struct naive_claim *claim) {
	if (claim->status != PB__CLAIM_STATUS__CLAIM_APPROVED)
		return refused(PB__OUTCOME__CLAIM_STATE);
	if (naive_is_same(claim->approved_by, world->actor->person))
		return refused(PB__OUTCOME__SAME_PERSON);
	Pb__Outcome outcome = ask_approver(world, claim);
	if (outcome)
		return refused(outcome);
	claim->status = PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED;
	claim->countersigned_by = world->actor->person;
	return accepted(claim->amount);
}

static struct naive_answer publish(struct naive *world, struct naive_claim *claim) {
	const Pb__RuleSet *rules = rules_of(world, naive_reservation(world, claim->reservation));
	const char *person = world->actor->person;
	bool is_signed = claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	    (claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED && !rules->countersign);
	if (!is_signed)
		return refused(PB__OUTCOME__CLAIM_STATE);
	if (naive_is_apart(rules, PB__DUTY__DUTY_PUBLISH_FROM_APPROVE) &&
	    (naive_is_same(claim->approved_by, person) ||
	        naive_is_same(claim->countersigned_by, person)))
		return refused(PB__OUTCOME__SAME_PERSON);
	if (!is_supported(world, claim))
		return refused(PB__OUTCOME__INVOICES_INSUFFICIENT);
	claim->status = PB__CLAIM_STATUS__CLAIM_PUBLISHED;
	claim->published_seq = world->seq;
	claim->publication_ends = rules->publication_days == 0
	    ? world->now
	    : naive_start_of(naive_day(world->now) + (int32_t)rules->publication_days + 1);
	return accepted(claim->amount);
}

/* --- objections --- */

static struct naive_answer object(struct naive *world, struct naive_claim *claim) {
	if (claim->status != PB__CLAIM_STATUS__CLAIM_PUBLISHED)
		return refused(PB__OUTCOME__CLAIM_STATE);
	if (world->now >= claim->publication_ends)
		return refused(PB__OUTCOME__WINDOW_CLOSED);
	claim->status = PB__CLAIM_STATUS__CLAIM_OBJECTED;
	claim->objection_left = claim->publication_ends - world->now;
	claim->objected_by = world->actor->person;
	return accepted(claim->amount);
}

static struct naive_answer resolve(struct naive *world, struct naive_claim *claim, bool upheld) {
	if (claim->status != PB__CLAIM_STATUS__CLAIM_OBJECTED)
		return refused(PB__OUTCOME__CLAIM_STATE);
	if (naive_is_same(claim->objected_by, world->actor->person))
		return refused(PB__OUTCOME__SAME_PERSON);
	if (upheld) {
		reject(world, claim);
	} else {
		claim->status = PB__CLAIM_STATUS__CLAIM_PUBLISHED;
		claim->publication_ends = world->now + claim->objection_left;
	}
	return accepted(claim->amount);
}

/* --- every step --- */

struct step {
	uint64_t claim;
	const char *reason; /* NULL: none is needed */
};

static struct step step_of(const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_RETURN_CLAIM:
		return (struct step){ command->return_claim->claim, command->return_claim->reason };
	case PB__COMMAND__BODY_REJECT_CLAIM:
		return (struct step){ command->reject_claim->claim, command->reject_claim->reason };
	case PB__COMMAND__BODY_OBJECT_CLAIM:
		return (struct step){ command->object_claim->claim, command->object_claim->reason };
	case PB__COMMAND__BODY_RESOLVE_OBJECTION:
		return (
		    struct step){ command->resolve_objection->claim, command->resolve_objection->reason };
	case PB__COMMAND__BODY_APPROVE_CLAIM:
		return (struct step){ command->approve_claim->claim, NULL };
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM:
		return (struct step){ command->countersign_claim->claim, NULL };
	default: return (struct step){ command->publish_claim->claim, NULL };
	}
}

static struct naive_answer end(
    struct naive *world, struct naive_claim *claim, const Pb__Command *command) {
	struct naive_reservation *r = naive_reservation(world, claim->reservation);
	if (!is_stoppable(claim))
		return refused(PB__OUTCOME__CLAIM_STATE);
	if (command->body_case == PB__COMMAND__BODY_REJECT_CLAIM) {
		reject(world, claim);
	} else {
		stop(world, claim, PB__CLAIM_STATUS__CLAIM_RETURNED);
		for (size_t i = 0; i < 4; i++)
			naive_voucher(world, r->voucher)->left[i] += claim->shares[i];
	}
	return accepted(claim->amount);
}

struct naive_answer naive_claims(struct naive *world, const Pb__Command *command) {
	if (command->body_case == PB__COMMAND__BODY_SUBMIT_CLAIM)
		return submit(world, command->submit_claim);
	struct step step = step_of(command);
	struct naive_claim *claim = naive_claim(world, step.claim);
	if (step.reason && !step.reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (!claim)
		return refused(naive_unknown(step.claim, PB__OUTCOME__CLAIM_UNKNOWN));
	if (!naive_may_see(world, claim->holder))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	switch (command->body_case) {
	case PB__COMMAND__BODY_APPROVE_CLAIM: return approve(world, claim);
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM: return countersign(world, claim);
	case PB__COMMAND__BODY_PUBLISH_CLAIM: return publish(world, claim);
	case PB__COMMAND__BODY_OBJECT_CLAIM: return object(world, claim);
	case PB__COMMAND__BODY_RESOLVE_OBJECTION:
		return resolve(world, claim, command->resolve_objection->upheld);
	default: return end(world, claim, command);
	}
}
