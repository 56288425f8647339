/* SPDX-License-Identifier: Apache-2.0 */
/* Claims: from the office's table to publication. */
#include "voucher-audit/learn.h"

static void set_status(const struct look *look, struct claim *row, Pb__ClaimStatus status) {
	if (row->status != status)
		row->since_us = look->time_us;
	row->status = status;
}

/* --- submit_claim --- */

struct mark learn_invoice_mark(const Pb__Invoice *invoice) {
	const struct mark code = mark_of_text(MARK_INVOICE, invoice->code);
	const struct mark number = mark_of_text(MARK_INVOICE, invoice->number);
	return mark_of_numbers(MARK_INVOICE, code.high ^ code.low, number.high, number.low);
}

static int64_t keep_invoices(struct look *look, const Pb__SubmitClaim *told) {
	int64_t sum = 0;
	for (size_t i = 0; i < told->n_invoices; i++) {
		const Pb__Invoice *invoice = told->invoices[i];
		struct mark *row = table_add(&look->model->invoices);
		*row = learn_invoice_mark(invoice);
		model_set_number(look->model, *row, look->seq);
		learn_count(&sum, invoice->amount);
	}
	return sum;
}

static void keep_on_reservation(struct look *look, const struct claim *claim) {
	struct reservation *reservation = objects_find(&look->model->reservations, claim->reservation);
	struct voucher *voucher = reservation
	    ? objects_find(&look->model->vouchers, reservation->voucher)
	    : NULL;
	if (!voucher)
		return;
	learn_count(&reservation->claimed, claim->amount);
	learn_count(&reservation->invoiced, claim->invoiced);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		learn_count(&voucher->left[i], -claim->shares[i]);
}

void learn_submit_claim(struct look *look) {
	const Pb__SubmitClaim *told = look->command->submit_claim;
	const Pb__Decision *decision = look->decision;
	struct claim *replaced = objects_find(&look->model->claims, told->replaces);
	struct claim *row = objects_add(&look->model->claims, look->seq);
	if (!row)
		return;
	row->programme = decision->programme;
	row->reservation = told->reservation;
	row->holder = decision->holder;
	row->provider = decision->provider;
	row->payee = decision->payee;
	row->amount = decision->amount;
	row->submitter = learn_person(look);
	row->invoices = look->model->invoices.count;
	row->n_invoices = (uint32_t)told->n_invoices;
	row->invoiced = keep_invoices(look, told);
	learn_count(&row->invoiced, -decision->vat);
	learn_shares(objects_find(&look->model->programmes, decision->programme), decision->shares,
	    decision->n_shares, 1, row->shares);
	set_status(look, row, PB__CLAIM_STATUS__CLAIM_SUBMITTED);
	keep_on_reservation(look, row);
	if (replaced)
		replaced->replaced_by = look->seq;
}

/* --- the office --- */

static struct claim *find(struct look *look, uint64_t id) {
	return objects_find(&look->model->claims, id);
}

void learn_approve_claim(struct look *look) {
	struct claim *row = find(look, look->command->approve_claim->claim);
	if (!row)
		return;
	row->approver = learn_person(look);
	set_status(look, row, PB__CLAIM_STATUS__CLAIM_APPROVED);
}

void learn_countersign_claim(struct look *look) {
	struct claim *row = find(look, look->command->countersign_claim->claim);
	if (!row)
		return;
	row->countersigner = learn_person(look);
	set_status(look, row, PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED);
}

void learn_publish_claim(struct look *look) {
	struct claim *row = find(look, look->command->publish_claim->claim);
	if (!row)
		return;
	row->published_seq = look->seq;
	row->publication_ends_us = look->decision->publication_ends_us;
	set_status(look, row, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
}

/* --- stopped --- */

static struct reservation *stop(struct look *look, struct claim *row, Pb__ClaimStatus status) {
	struct reservation *reservation = objects_find(&look->model->reservations, row->reservation);
	set_status(look, row, status);
	if (!reservation)
		return NULL;
	learn_count(&reservation->claimed, -row->amount);
	learn_count(&reservation->invoiced, -row->invoiced);
	return reservation;
}

void learn_return_claim(struct look *look) {
	struct claim *row = find(look, look->command->return_claim->claim);
	struct reservation *reservation = row ? stop(look, row, PB__CLAIM_STATUS__CLAIM_RETURNED)
	                                      : NULL;
	struct voucher *voucher = reservation
	    ? objects_find(&look->model->vouchers, reservation->voucher)
	    : NULL;
	for (size_t i = 0; voucher && i < LIMIT_FUNDS; i++)
		learn_count(&voucher->left[i], row->shares[i]);
}

static void reject(struct look *look, uint64_t id) {
	struct claim *row = find(look, id);
	struct reservation *reservation = row ? stop(look, row, PB__CLAIM_STATUS__CLAIM_REJECTED)
	                                      : NULL;
	struct voucher *voucher = reservation
	    ? objects_find(&look->model->vouchers, reservation->voucher)
	    : NULL;
	struct programme *programme = row ? objects_find(&look->model->programmes, row->programme)
	                                  : NULL;
	if (!voucher || !programme)
		return;
	learn_count(&reservation->redeemed, -row->amount);
	learn_count(&reservation->released, row->amount);
	learn_count(&voucher->redeemed, -row->amount);
	learn_count(&voucher->cancelled, row->amount);
	learn_count(&programme->redeemed, -row->amount);
	learn_count(&programme->cancelled, row->amount);
}

void learn_reject_claim(struct look *look) {
	reject(look, look->command->reject_claim->claim);
}

void learn_object_claim(struct look *look) {
	struct claim *row = find(look, look->command->object_claim->claim);
	if (!row)
		return;
	row->objector = learn_person(look);
	set_status(look, row, PB__CLAIM_STATUS__CLAIM_OBJECTED);
}

void learn_resolve_objection(struct look *look) {
	const Pb__ResolveObjection *told = look->command->resolve_objection;
	struct claim *row = find(look, told->claim);
	if (told->upheld) {
		reject(look, told->claim);
		return;
	}
	if (!row)
		return;
	row->publication_ends_us = look->decision->publication_ends_us;
	row->objector = 0;
	set_status(look, row, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
}
