/* SPDX-License-Identifier: Apache-2.0 */
/* A settlement after it was opened, and what the bank says of its payments. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"
#include "record/digest.h"

#include <string.h>

int64_t case_unpaid_of(const struct claim *claim, struct by_fund *ret_shares) {
	*ret_shares = amounts_of(claim->shares);
	const struct by_fund netted = amounts_of(claim->netted_shares);
	amounts_subtract(ret_shares, &netted);
	return amount_subtract(claim->amount, claim->netted);
}

/* Whether it is still a claim of the payment: one that was set off as a whole has left it. */
static const struct claim *claim_of(
    const struct deciding *d, const struct payment *payment, uint32_t at) {
	uint64_t id = *(const uint64_t *)table_row(&d->m->payment_claims, payment->claims + at);
	const struct claim *claim = case_claim_at(d, id);
	return claim && claim->settlement == payment->settlement && claim->payment == payment->number &&
	        claim->netted < claim->amount
	    ? claim
	    : NULL;
}

uint64_t case_clawed_claim_of(const struct deciding *d, const struct payment *payment) {
	for (uint32_t i = 0; i < payment->n_claims; i++) {
		const struct claim *claim = claim_of(d, payment, i);
		if (claim && claim->clawed_back > 0)
			return claim->id;
	}
	return 0;
}

void case_move_payment(struct deciding *d, const struct programme *programme,
    const struct payment *payment, Pb__AccountKind from, Pb__AccountKind to) {
	case_transfer(d, case_programme_account(from, programme, payment->payee),
	    case_programme_account(to, programme, payment->payee), payment->amount);
}

/* What it is about; NULL: it, or its programme, is not there. */
static const struct settlement *find_settlement(
    struct deciding *d, uint64_t id, const struct programme **ret_programme) {
	const struct settlement *settlement = objects_find(&d->m->settlements, id);
	case_want(d, settlement != NULL, PB__OUTCOME__SETTLEMENT_UNKNOWN);
	if (!settlement || !(*ret_programme = case_programme_at(d, settlement->programme)))
		return NULL;
	d->decision.programme = settlement->programme;
	d->decision.house_account = settlement->house;
	d->decision.amount = settlement->amount;
	return settlement;
}

/* --- approve --- */

static void want_payable(struct deciding *d, const struct payment *payment) {
	case_want_not_suspended(d, payment->payee);
	for (uint32_t i = 0; i < payment->n_claims; i++) {
		const struct claim *claim = claim_of(d, payment, i);
		const struct reservation *r = claim ? case_reservation_at(d, claim->reservation) : NULL;
		case_want(d, !r || case_is_supported(r), PB__OUTCOME__INVOICES_INSUFFICIENT);
	}
}

/* What is set off pays the claims and recovers the clawbacks, which must still owe it. */
static void set_off(
    struct deciding *d, const struct programme *programme, const struct payment *payment) {
	case_transfer(d,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, programme, payment->payee),
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_PAID, programme, payment->payee),
	    payment->netted);
	for (uint32_t i = 0; i < payment->n_nettings; i++) {
		const struct netting *netting = table_row(&d->m->nettings, payment->nettings + i);
		const struct clawback *clawback = objects_find(&d->m->clawbacks, netting->clawback);
		const struct by_fund shares = amounts_of(netting->shares);
		case_want(d, clawback != NULL, PB__OUTCOME__CLAWBACK_UNKNOWN);
		if (!clawback)
			continue;
		for (size_t f = 0; f < LIMIT_FUNDS; f++)
			case_want(d, clawback->left[f] >= shares.of[f], PB__OUTCOME__PAYMENTS_CHANGED);
		case_post_recovery(d, clawback, &shares);
	}
}

static bool approve(struct deciding *d) {
	const Pb__ApproveSettlement *command = d->command->approve_settlement;
	const struct programme *programme = NULL;
	const struct settlement *settlement = find_settlement(d, command->settlement, &programme);
	if (!settlement)
		return false;
	const Pb__Digest *digest = command->payments_digest;
	case_want(d, settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN,
	    PB__OUTCOME__SETTLEMENT_STATE);
	case_want(d,
	    digest && digest->value.len == DIGEST_BYTES &&
	        memcmp(digest->value.data, settlement->digest, DIGEST_BYTES) == 0,
	    PB__OUTCOME__PAYMENTS_CHANGED);
	for (uint32_t number = 1; number <= settlement->n_payments; number++) {
		const struct payment *payment = model_payment(d->m, settlement->id, number);
		want_payable(d, payment);
		case_move_payment(d, programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
		    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT);
		set_off(d, programme, payment);
	}
	return true;
}

/* --- cancel, send --- */

static bool cancel(struct deciding *d) {
	const struct programme *programme = NULL;
	const struct settlement *settlement = find_settlement(
	    d, d->command->cancel_settlement->settlement, &programme);
	if (!settlement)
		return false;
	bool is_approved = settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	bool is_unsent = settlement->files == 0 && settlement->recorded == 0 && settlement->amount > 0;
	case_want(d,
	    is_approved ? is_unsent : settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN,
	    PB__OUTCOME__SETTLEMENT_STATE);
	for (uint32_t number = 1; is_approved && number <= settlement->n_payments; number++)
		case_move_payment(d, programme, model_payment(d->m, settlement->id, number),
		    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
	return true;
}

static bool record_file(struct deciding *d) {
	const struct programme *programme = NULL;
	const struct settlement *settlement = find_settlement(
	    d, d->command->record_payment_file->settlement, &programme);
	if (!settlement)
		return false;
	case_want(d,
	    settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED && settlement->amount > 0,
	    PB__OUTCOME__SETTLEMENT_STATE);
	return true;
}

/* --- payments --- */

/* What may become of a payment, what that does to the money, and to the books of our account. */
static const struct becoming {
	Pb__PaymentStatus before, after;
	Pb__AccountKind from, to;
	int books;
} BECOMINGS[] = {
	{ PB__PAYMENT_STATUS__PAYMENT_APPROVED, PB__PAYMENT_STATUS__PAYMENT_PAID,
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAID, -1 },
	{ PB__PAYMENT_STATUS__PAYMENT_APPROVED, PB__PAYMENT_STATUS__PAYMENT_FAILED,
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 0 },
	{ PB__PAYMENT_STATUS__PAYMENT_PAID, PB__PAYMENT_STATUS__PAYMENT_FAILED,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1 },
	{ PB__PAYMENT_STATUS__PAYMENT_PAID, PB__PAYMENT_STATUS__PAYMENT_RETURNED,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1 },
	{ PB__PAYMENT_STATUS__PAYMENT_RECONCILED, PB__PAYMENT_STATUS__PAYMENT_RETURNED,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1 },
};

static const struct becoming *find_becoming(uint32_t before, Pb__PaymentStatus after) {
	for (size_t i = 0; i < sizeof(BECOMINGS) / sizeof(BECOMINGS[0]); i++)
		if (BECOMINGS[i].before == before && BECOMINGS[i].after == after)
			return &BECOMINGS[i];
	return NULL;
}

static bool record(struct deciding *d) {
	const Pb__RecordPayment *command = d->command->record_payment;
	const struct programme *programme = NULL;
	const struct settlement *settlement = find_settlement(d, command->settlement, &programme);
	const struct payment *payment = settlement
	    ? model_payment(d->m, settlement->id, command->payment)
	    : NULL;
	if (!payment)
		return case_unknown(d, PB__OUTCOME__PAYMENT_UNKNOWN);
	const struct becoming *becoming = find_becoming(payment->status, command->status);
	const struct house *house = objects_find(&d->m->houses, settlement->house);
	case_want_open_date(d, command->value_date);
	case_want(d, becoming != NULL, PB__OUTCOME__PAYMENT_STATE);
	case_want(d, case_clawed_claim_of(d, payment) == 0, PB__OUTCOME__CLAIM_STATE);
	d->decision.payee = payment->payee;
	d->decision.amount = payment->amount;
	if (!becoming)
		return true;
	case_move_payment(d, programme, payment, becoming->from, becoming->to);
	int64_t booked = becoming->books < 0 ? amount_subtract(0, payment->amount)
	    : becoming->books > 0            ? payment->amount
	                                     : 0;
	case_book(d, settlement->house, house ? house->currency : 0, booked);
	return true;
}

bool case_settlement(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT: return approve(d);
	case PB__COMMAND__BODY_CANCEL_SETTLEMENT: return cancel(d);
	case PB__COMMAND__BODY_RECORD_PAYMENT: return record(d);
	default: return record_file(d);
	}
}
