/* SPDX-License-Identifier: Apache-2.0 */
/* Settlements, their payments, and what is set off against them. */
#include "voucher-audit/decide_amount.h"
#include "voucher-audit/learn.h"

#include <string.h>

static void set_status(const struct look *look, struct claim *row, Pb__ClaimStatus status) {
	if (row->status != status)
		row->since_us = look->time_us;
	row->status = status;
	bool is_paid = status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
	if (is_paid && row->paid_seq == 0)
		row->paid_seq = look->seq;
}

/* --- the claims of a payment --- */

static struct claim *claim_at(const struct look *look, const struct payment *payment, uint32_t i) {
	const uint64_t *id = table_row(&look->model->payment_claims, payment->claims + i);
	return objects_find(&look->model->claims, *id);
}

/* Those of which nothing is left to pay have left it. */
static bool is_paid_by(const struct payment *payment, const struct claim *claim) {
	return claim && claim->settlement == payment->settlement && claim->payment == payment->number &&
	    claim->netted < claim->amount;
}

void learn_payment_status(struct look *look, struct payment *payment, uint32_t status) {
	Pb__ClaimStatus of_claims = status == PB__PAYMENT_STATUS__PAYMENT_APPROVED
	    ? PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT
	    : status == PB__PAYMENT_STATUS__PAYMENT_PAID ? PB__CLAIM_STATUS__CLAIM_PAID
	                                                 : PB__CLAIM_STATUS__CLAIM_RECONCILED;
	for (uint32_t i = 0; i < payment->n_claims; i++) {
		struct claim *claim = claim_at(look, payment, i);
		if (is_paid_by(payment, claim))
			set_status(look, claim, of_claims);
	}
	payment->status = status;
}

void learn_payment_given_back(struct look *look, struct payment *payment, uint32_t status) {
	for (uint32_t i = 0; i < payment->n_claims; i++) {
		struct claim *claim = claim_at(look, payment, i);
		if (!is_paid_by(payment, claim))
			continue;
		set_status(look, claim, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
		claim->settlement = 0;
		claim->payment = 0;
	}
	payment->status = status;
}

void learn_awaited(struct look *look, const struct payment *payment, bool is_return, int sign) {
	const struct settlement *settlement = objects_find(
	    &look->model->settlements, payment->settlement);
	struct house *house = settlement ? objects_find(&look->model->houses, settlement->house) : NULL;
	if (house)
		learn_count(is_return ? &house->awaited_in : &house->awaited_out, sign * payment->amount);
}

/* --- open_settlement --- */

static void keep_nettings(struct look *look, const Pb__Payment *told, struct payment *row,
    const struct programme *programme) {
	row->nettings = look->model->nettings.count;
	row->n_nettings = (uint32_t)told->n_nettings;
	for (size_t i = 0; i < told->n_nettings; i++) {
		const Pb__Netting *netting = told->nettings[i];
		struct netting *kept = table_add(&look->model->nettings);
		*kept = (struct netting){ .clawback = netting->clawback, .amount = netting->amount };
		learn_shares(programme, netting->shares, netting->n_shares, 1, kept->shares);
		learn_count(&row->netted, netting->amount);
	}
}

static void keep_payment(
    struct look *look, const Pb__Payment *told, const struct programme *programme) {
	struct payment *row = table_add(&look->model->payments);
	*row = (struct payment){
		.settlement = look->seq,
		.payee = told->payee,
		.amount = told->amount,
		.number = told->number,
		.claims = look->model->payment_claims.count,
		.n_claims = (uint32_t)told->n_claims,
		.status = PB__PAYMENT_STATUS__PAYMENT_PREPARED,
	};
	for (size_t i = 0; i < told->n_claims; i++) {
		uint64_t *id = table_add(&look->model->payment_claims);
		struct claim *claim = objects_find(&look->model->claims, told->claims[i]);
		*id = told->claims[i];
		if (!claim)
			continue;
		set_status(look, claim, PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT);
		claim->settlement = look->seq;
		claim->payment = told->number;
	}
	keep_nettings(look, told, row, programme);
}

void learn_open_settlement(struct look *look) {
	const Pb__OpenSettlement *told = look->command->open_settlement;
	const Pb__Decision *decision = look->decision;
	const struct programme *programme = model_programme(look->model, told->programme);
	const struct house *house = model_house(look->model, told->house_account);
	struct settlement *row = objects_add(&look->model->settlements, look->seq);
	if (!row)
		return;
	row->programme = programme ? programme->id : decision->programme;
	row->house = house ? house->id : decision->house_account;
	row->cutoff = told->cutoff;
	row->amount = decision->amount;
	row->payments = look->model->payments.count;
	row->n_payments = (uint32_t)decision->n_payments;
	row->prepared_by = learn_person(look);
	row->status = PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN;
	if (decision->payments_digest && decision->payments_digest->value.len == sizeof(row->digest))
		memcpy(row->digest, decision->payments_digest->value.data, sizeof(row->digest));
	for (size_t i = 0; i < decision->n_payments; i++) {
		keep_payment(look, decision->payments[i], programme);
		const struct payment *payment = table_row(&look->model->payments, row->payments + i);
		learn_count(&row->netted, payment->netted);
	}
}

/* --- approve_settlement --- */

/* What is set off pays the payment's claims in their order. */
static void pay_by_netting(struct look *look, struct payment *payment) {
	int64_t rest = payment->netted;
	for (uint32_t i = 0; rest > 0 && i < payment->n_claims; i++) {
		struct claim *claim = claim_at(look, payment, i);
		if (!is_paid_by(payment, claim))
			continue;
		int64_t unpaid = claim->amount - claim->netted;
		int64_t part = rest < unpaid ? rest : unpaid;
		struct by_fund left;
		for (size_t f = 0; f < LIMIT_FUNDS; f++)
			left.of[f] = claim->shares[f] - claim->netted_shares[f];
		const struct by_fund parts = amount_split_by_fund(part, &left);
		for (size_t f = 0; f < LIMIT_FUNDS; f++)
			learn_count(&claim->netted_shares[f], parts.of[f]);
		claim->netted += part;
		rest -= part;
		if (claim->netted == claim->amount)
			set_status(look, claim, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	}
}

static void approve(struct look *look, struct payment *payment) {
	for (uint32_t i = 0; i < payment->n_nettings; i++) {
		const struct netting *netting = table_row(&look->model->nettings, payment->nettings + i);
		struct clawback *clawback = objects_find(&look->model->clawbacks, netting->clawback);
		if (clawback)
			learn_recovered(clawback, netting->shares, 1);
	}
	pay_by_netting(look, payment);
	payment->approved_us = look->time_us;
	payment->status = payment->amount > 0 ? PB__PAYMENT_STATUS__PAYMENT_APPROVED
	                                      : PB__PAYMENT_STATUS__PAYMENT_NETTED;
}

void learn_approve_settlement(struct look *look) {
	struct settlement *row = objects_find(
	    &look->model->settlements, look->command->approve_settlement->settlement);
	if (!row)
		return;
	row->status = PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	row->approved_by = learn_person(look);
	for (uint32_t i = 0; i < row->n_payments; i++)
		approve(look, table_row(&look->model->payments, row->payments + i));
}

void learn_cancel_settlement(struct look *look) {
	struct settlement *row = objects_find(
	    &look->model->settlements, look->command->cancel_settlement->settlement);
	if (!row)
		return;
	row->status = PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED;
	for (uint32_t i = 0; i < row->n_payments; i++) {
		struct payment *payment = table_row(&look->model->payments, row->payments + i);
		if (payment->status != PB__PAYMENT_STATUS__PAYMENT_NETTED)
			learn_payment_given_back(look, payment, PB__PAYMENT_STATUS__PAYMENT_CANCELLED);
	}
}

/* --- what became of it --- */

void learn_record_payment_file(struct look *look) {
	const Pb__RecordPaymentFile *told = look->command->record_payment_file;
	struct settlement *row = objects_find(&look->model->settlements, told->settlement);
	struct mark format = mark_of_text(MARK_PAYMENT_FILE, told->format);
	model_set_number(look->model,
	    mark_of_numbers(MARK_PAYMENT_FILE, told->settlement, format.high, format.low), look->seq);
	if (row)
		row->files++;
}

static bool is_recorded(uint32_t status) {
	return status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    status == PB__PAYMENT_STATUS__PAYMENT_FAILED ||
	    status == PB__PAYMENT_STATUS__PAYMENT_RETURNED ||
	    status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
}

void learn_recorded(struct look *look, const struct payment *payment, uint32_t before) {
	struct settlement *settlement = objects_find(&look->model->settlements, payment->settlement);
	if (settlement && is_recorded(before) != is_recorded(payment->status))
		settlement->recorded += is_recorded(before) ? UINT32_MAX : 1;
}

void learn_record_payment(struct look *look) {
	const Pb__RecordPayment *told = look->command->record_payment;
	struct payment *row = model_payment(look->model, told->settlement, told->payment);
	if (!row)
		return;
	uint32_t before = row->status;
	switch (told->status) {
	case PB__PAYMENT_STATUS__PAYMENT_PAID:
		row->is_said_paid = 1;
		learn_awaited(look, row, false, 1);
		learn_payment_status(look, row, told->status);
		break;
	case PB__PAYMENT_STATUS__PAYMENT_RETURNED:
		row->is_said_returned = 1;
		learn_awaited(look, row, true, 1);
		learn_payment_given_back(look, row, told->status);
		break;
	default:
		if (before == PB__PAYMENT_STATUS__PAYMENT_PAID)
			learn_awaited(look, row, false, -1);
		learn_payment_given_back(look, row, told->status);
	}
	learn_recorded(look, row, before);
}
