/* SPDX-License-Identifier: Apache-2.0 */
/* Claims, from what was redeemed to what may be paid. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"

#include <string.h>

/* --- submit --- */

/* In the windows, by the last day; a correction may come a little later, for no more. */
static void want_in_time(struct deciding *d, const struct voucher *voucher,
    const struct programme *programme, const Pb__RuleSet *rules) {
	const Pb__SubmitClaim *command = d->command->submit_claim;
	const struct claim *before = case_claim_at(d, command->replaces);
	int64_t correct_by_us = amount_add(
	    voucher->claim_by_us, case_days_us(rules->correct_within_days));
	bool is_late = d->now_us >= voucher->claim_by_us;
	bool is_open = decide_is_open(
	    rules->claim_windows, rules->n_claim_windows, case_local_day(d, programme));
	bool is_correction = before && command->amount <= before->amount &&
	    !(is_late && d->now_us >= correct_by_us);
	case_want(d, (!is_late && is_open) || is_correction,
	    is_late ? PB__OUTCOME__CLAIM_TOO_LATE : PB__OUTCOME__WINDOW_CLOSED);
}

static void want_replaceable(struct deciding *d) {
	const Pb__SubmitClaim *command = d->command->submit_claim;
	const struct claim *before = case_claim_at(d, command->replaces);
	if (!command->replaces)
		return;
	case_want(d, before != NULL, PB__OUTCOME__CLAIM_UNKNOWN);
	if (!before)
		return;
	case_want(d, before->reservation == command->reservation, PB__OUTCOME__FIELD_INVALID);
	case_want(d, !before->replaced_by && before->status == PB__CLAIM_STATUS__CLAIM_RETURNED,
	    PB__OUTCOME__CLAIM_STATE);
}

static bool is_digits(const char *text, size_t count) {
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

/* 数电票: 20 digits. Legacy: a code of 10 or 12, and a number of 8. */
static bool is_invoice(const Pb__Invoice *invoice) {
	return invoice->code[0] ? (is_digits(invoice->code, 10) || is_digits(invoice->code, 12)) &&
	        is_digits(invoice->number, 8)
	                        : is_digits(invoice->number, 20);
}

/* What the invoices come to, and of it the VAT that supports nothing. */
static int64_t read_invoices(struct deciding *d, const Pb__RuleSet *rules, int64_t *ret_vat) {
	const Pb__SubmitClaim *command = d->command->submit_claim;
	int64_t sum = 0, vat = 0;
	for (size_t i = 0; i < command->n_invoices; i++) {
		const Pb__Invoice *invoice = command->invoices[i];
		case_want(d, invoice->amount > 0 && invoice->vat >= 0 && invoice->vat <= invoice->amount,
		    PB__OUTCOME__AMOUNT_INVALID);
		case_want(d, is_invoice(invoice), PB__OUTCOME__FIELD_INVALID);
		sum = amount_add(sum, invoice->amount);
		vat = amount_add(vat, invoice->vat);
	}
	*ret_vat = rules->vat_excluded ? vat : 0;
	return sum;
}

static void want_account(struct deciding *d, uint64_t payee) {
	const struct party *party = case_party_at(d, payee);
	case_want(
	    d, party && (party->has_account || party->has_commitment), PB__OUTCOME__FIELD_MISSING);
}

static void weigh_submitted(
    struct deciding *d, const struct reservation *r, const Pb__RuleSet *rules) {
	const Pb__SubmitClaim *command = d->command->submit_claim;
	int64_t vat, sum = read_invoices(d, rules, &vat);
	int64_t invoiced = amount_add(r->invoiced, amount_subtract(sum, vat));
	const struct limit redeemed = { PB__RULE__RULE_REDEEMED, PB__OUTCOME__CLAIM_EXCEEDS, NULL,
		r->redeemed, r->claimed };
	const struct limit invoices = { PB__RULE__RULE_INVOICES, PB__OUTCOME__INVOICES_INSUFFICIENT,
		NULL, amount_share(invoiced, r->ratio_bp), r->claimed };
	case_weigh(d, &redeemed, command->amount);
	if (r->ratio_bp)
		case_weigh(d, &invoices, command->amount);
	d->decision.vat = vat;
}

static bool submit(struct deciding *d) {
	const Pb__SubmitClaim *command = d->command->submit_claim;
	const struct reservation *r = case_find_reservation(d, command->reservation);
	const struct voucher *voucher = r ? case_voucher_at(d, r->voucher) : NULL;
	const struct programme *programme = r ? case_programme_at(d, r->programme) : NULL;
	d->at_stake = command->amount;
	if (!voucher || !programme)
		return false;
	const Pb__RuleSet *rules = case_rules_of(d, r->programme, voucher->rule_version);
	uint64_t payee = case_payee_of(rules, r);
	case_want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_want_not_suspended(d, payee);
	want_replaceable(d);
	want_in_time(d, voucher, programme, rules);
	case_want(d, r->ratio_bp == 0 || command->n_invoices > 0, PB__OUTCOME__FIELD_MISSING);
	want_account(d, payee);
	weigh_submitted(d, r, rules);
	case_name_reservation(d, r);
	d->decision.payee = payee;
	d->decision.amount = command->amount;
	d->decision.rule_version = voucher->rule_version;
	d->decision.ratio_bp = r->ratio_bp;
	const struct by_fund left = amounts_of(voucher->left);
	const struct by_fund shares = amount_split_by_fund(command->amount, &left);
	case_name_shares(d, programme, &shares);
	return true;
}

/* --- signed --- */

/* What another claim's invoices left over may have been stopped with it. */
static void weigh_support(struct deciding *d, const struct claim *claim) {
	const struct reservation *r = case_reservation_at(d, claim->reservation);
	if (!r || case_is_supported(r))
		return;
	const struct limit invoices = { PB__RULE__RULE_INVOICES, PB__OUTCOME__INVOICES_INSUFFICIENT,
		NULL, amount_share(r->invoiced, r->ratio_bp), amount_subtract(r->claimed, claim->amount) };
	case_weigh(d, &invoices, claim->amount);
}

static const Pb__RuleSet *rules_of_claim(struct deciding *d, const struct claim *claim) {
	const struct reservation *r = case_reservation_at(d, claim->reservation);
	const struct voucher *voucher = r ? case_voucher_at(d, r->voucher) : NULL;
	return case_rules_of(d, claim->programme, voucher ? voucher->rule_version : 0);
}

/* The end of the local day so many days from now; no days: now. */
static int64_t publication_end_us(struct deciding *d, const struct claim *claim, uint32_t days) {
	const struct programme *programme = case_programme_at(d, claim->programme);
	if (days == 0 || !programme)
		return d->now_us;
	return date_day_start_us(
	    case_days_after(case_local_day(d, programme), days) + 1, programme->utc_offset_minutes);
}

static void publish(struct deciding *d, const struct claim *claim) {
	const Pb__RuleSet *rules = rules_of_claim(d, claim);
	bool is_signed = claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	    (claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED && !rules->countersign);
	case_want(d, is_signed, PB__OUTCOME__CLAIM_STATE);
	weigh_support(d, claim);
	d->decision.publication_ends_us = publication_end_us(d, claim, rules->publication_days);
}

/* --- stopped --- */

/* What is paid in part, by setting it off, is paid as a whole. */
static bool is_stoppable(const struct claim *claim) {
	return claim->netted == 0 &&
	    (claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED);
}

static void reject(struct deciding *d, const struct claim *claim) {
	const struct programme *programme = case_programme_at(d, claim->programme);
	const struct reservation *r = case_reservation_at(d, claim->reservation);
	struct by_fund shares = amounts_of(claim->shares);
	if (!programme || !r)
		return;
	d->decision.year = r->year;
	case_give_back(d, programme,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, programme, claim->payee),
	    claim->amount, &shares);
}

static void return_claim(struct deciding *d, const struct claim *claim) {
	const struct programme *programme = case_programme_at(d, claim->programme);
	const struct by_fund shares = amounts_of(claim->shares);
	case_want(d, is_stoppable(claim), PB__OUTCOME__CLAIM_STATE);
	if (programme)
		case_name_shares(d, programme, &shares);
}

/* --- objections --- */

static void object(struct deciding *d, const struct claim *claim) {
	case_want(d, claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED, PB__OUTCOME__CLAIM_STATE);
	case_want(d, d->now_us < claim->publication_ends_us, PB__OUTCOME__WINDOW_CLOSED);
}

/* Not upheld, its publication goes on for as long as it had left. */
static void resolve(struct deciding *d, const struct claim *claim) {
	case_want(d, claim->status == PB__CLAIM_STATUS__CLAIM_OBJECTED, PB__OUTCOME__CLAIM_STATE);
	if (d->command->resolve_objection->upheld)
		reject(d, claim);
	else
		d->decision.publication_ends_us = amount_add(
		    d->now_us, amount_subtract(claim->publication_ends_us, claim->since_us));
}

/* --- every step --- */

static uint64_t claim_of(const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_RETURN_CLAIM: return command->return_claim->claim;
	case PB__COMMAND__BODY_APPROVE_CLAIM: return command->approve_claim->claim;
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM: return command->countersign_claim->claim;
	case PB__COMMAND__BODY_REJECT_CLAIM: return command->reject_claim->claim;
	case PB__COMMAND__BODY_PUBLISH_CLAIM: return command->publish_claim->claim;
	case PB__COMMAND__BODY_OBJECT_CLAIM: return command->object_claim->claim;
	default: return command->resolve_objection->claim;
	}
}

bool case_claim(struct deciding *d) {
	if (d->command->body_case == PB__COMMAND__BODY_SUBMIT_CLAIM)
		return submit(d);
	const struct claim *claim = case_find_claim(d, claim_of(d->command));
	if (!claim)
		return false;
	case_name_claim(d, claim);
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_RETURN_CLAIM: return_claim(d, claim); break;
	case PB__COMMAND__BODY_APPROVE_CLAIM:
		case_want(d, claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED, PB__OUTCOME__CLAIM_STATE);
		weigh_support(d, claim);
		break;
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM:
		case_want(d, claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED, PB__OUTCOME__CLAIM_STATE);
		weigh_support(d, claim);
		break;
	case PB__COMMAND__BODY_REJECT_CLAIM:
		case_want(d, is_stoppable(claim), PB__OUTCOME__CLAIM_STATE);
		reject(d, claim);
		break;
	case PB__COMMAND__BODY_PUBLISH_CLAIM: publish(d, claim); break;
	case PB__COMMAND__BODY_OBJECT_CLAIM: object(d, claim); break;
	default: resolve(d, claim);
	}
	return true;
}
