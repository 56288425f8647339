/* SPDX-License-Identifier: Apache-2.0 */
/* Reservations: contracts, their milestones, and what is left of them. */
#include "base/limits.h"
#include "base/text.h"
#include "voucher-audit/learn.h"

#include <string.h>

static void keep_contract(struct look *look, const char *number) {
	char text[512];
	if (!*number || strlen(number) >= sizeof(text))
		return;
	strcpy(text, number);
	text_normalise(text);
	model_set_number(look->model, mark_of_text(MARK_CONTRACT, text), look->seq);
}

void learn_reservation(struct look *look, const char *contract, bool is_used) {
	const Pb__Decision *decision = look->decision;
	struct reservation *row = objects_add(&look->model->reservations, look->seq);
	keep_contract(look, contract);
	if (!row)
		return;
	row->voucher = decision->voucher;
	row->programme = decision->programme;
	row->holder = decision->holder;
	row->provider = decision->provider;
	row->subsidy = decision->amount;
	*(is_used ? &row->redeemed : &row->held) = decision->amount;
	row->own_share = decision->own_share;
	row->vat = decision->vat;
	row->controller = decision->controller;
	row->beneficiary = decision->beneficiary;
	row->year = decision->year;
	row->tier = decision->tier;
	row->ratio_bp = decision->ratio_bp;
	row->group = decision->group;
	row->is_increment = decision->increment;
	for (size_t i = 0; i < decision->n_umbrellas && i < LIMIT_UMBRELLAS; i++)
		row->umbrellas[i] = decision->umbrellas[i];
}

void learn_reserve(struct look *look) {
	const Pb__Reserve *told = look->command->reserve;
	struct voucher *voucher = objects_find(&look->model->vouchers, told->voucher);
	learn_reservation(look, told->contract_number, false);
	if (!voucher)
		return;
	learn_count(&voucher->live, -look->decision->amount);
	learn_count(&voucher->reserved, look->decision->amount);
}

void learn_redeem(struct look *look) {
	struct reservation *row = objects_find(
	    &look->model->reservations, look->command->redeem->reservation);
	struct voucher *voucher = row ? objects_find(&look->model->vouchers, row->voucher) : NULL;
	struct programme *programme = row ? objects_find(&look->model->programmes, row->programme)
	                                  : NULL;
	int64_t amount = look->decision->amount;
	if (!voucher || !programme)
		return;
	learn_count(&row->held, -amount);
	learn_count(&row->redeemed, amount);
	learn_count(&voucher->reserved, -amount);
	learn_count(&voucher->redeemed, amount);
	learn_count(&programme->redeemed, amount);
}

/* What was held leaves the reservation; its voucher. */
static struct voucher *end_holding(struct look *look, uint64_t id) {
	struct reservation *row = objects_find(&look->model->reservations, id);
	struct voucher *voucher = row ? objects_find(&look->model->vouchers, row->voucher) : NULL;
	const Pb__Decision *decision = look->decision;
	if (!voucher)
		return NULL;
	learn_count(&row->held, -decision->amount);
	learn_count(&row->released, decision->amount);
	learn_count(&row->own_share, -decision->own_share);
	learn_count(&row->vat, -decision->vat);
	learn_count(&voucher->reserved, -decision->amount);
	return voucher;
}

void learn_release(struct look *look) {
	struct voucher *voucher = end_holding(look, look->command->release->reservation);
	if (voucher)
		learn_count(&voucher->live, look->decision->amount);
}

void learn_withdraw_reservation(struct look *look) {
	const Pb__Decision *decision = look->decision;
	struct voucher *voucher = end_holding(look, look->command->withdraw_reservation->reservation);
	if (!voucher)
		return;
	struct programme *programme = objects_find(&look->model->programmes, voucher->programme);
	learn_count(&voucher->cancelled, decision->amount);
	learn_shares(programme, decision->shares, decision->n_shares, -1, voucher->left);
	if (programme)
		learn_count(&programme->cancelled, decision->amount);
}
