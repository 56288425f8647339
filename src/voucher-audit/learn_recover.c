/* SPDX-License-Identifier: Apache-2.0 */
/* Money that was paid and must come back. */
#include "voucher-audit/learn.h"

void learn_order_clawback(struct look *look) {
	const Pb__OrderClawback *told = look->command->order_clawback;
	const Pb__Decision *decision = look->decision;
	struct claim *claim = objects_find(&look->model->claims, told->claim);
	struct clawback *row = objects_add(&look->model->clawbacks, look->seq);
	if (!row)
		return;
	row->claim = told->claim;
	row->programme = claim ? claim->programme : decision->programme;
	row->payee = claim ? claim->payee : decision->payee;
	row->amount = decision->amount;
	row->ordered_by = learn_person(look);
	learn_shares(objects_find(&look->model->programmes, row->programme), decision->shares,
	    decision->n_shares, 1, row->left);
	if (!claim)
		return;
	learn_count(&claim->clawed_back, decision->amount);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		learn_count(&claim->clawed_shares[i], row->left[i]);
}

void learn_recovered(struct clawback *clawback, const int64_t parts[LIMIT_FUNDS], int sign) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++) {
		learn_count(&clawback->left[i], -sign * parts[i]);
		learn_count(&clawback->recovered, sign * parts[i]);
	}
}

void learn_record_recovery(struct look *look) {
	struct clawback *row = objects_find(
	    &look->model->clawbacks, look->command->record_recovery->clawback);
	int64_t parts[LIMIT_FUNDS] = { 0 };
	if (!row)
		return;
	learn_shares(objects_find(&look->model->programmes, row->programme), look->decision->shares,
	    look->decision->n_shares, 1, parts);
	learn_recovered(row, parts, 1);
}

void learn_write_off(struct look *look) {
	struct clawback *row = objects_find(
	    &look->model->clawbacks, look->command->write_off->clawback);
	if (!row)
		return;
	learn_count(&row->written_off, look->decision->amount);
	learn_shares(objects_find(&look->model->programmes, row->programme), look->decision->shares,
	    look->decision->n_shares, -1, row->left);
}
