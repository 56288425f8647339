/* SPDX-License-Identifier: Apache-2.0 */
/* Applications and vouchers: from applying to what is left at the end. */
#include "voucher-audit/learn.h"

/* --- issuing --- */

void learn_issued(struct look *look, const Pb__Apply *terms) {
	const Pb__Decision *decision = look->decision;
	struct programme *programme = objects_find(&look->model->programmes, decision->programme);
	struct voucher *row = objects_add(&look->model->vouchers, look->seq);
	bool is_grant = decision->reservation != 0;
	if (!row)
		return;
	row->programme = decision->programme;
	row->holder = decision->holder;
	row->amount = decision->amount;
	*(is_grant ? &row->redeemed : &row->live) = decision->amount;
	row->use_by_us = decision->use_by_us;
	row->claim_by_us = decision->claim_by_us;
	row->issued_by = learn_person(look);
	row->rule_version = decision->rule_version;
	row->is_grant = is_grant;
	learn_shares(programme, decision->shares, decision->n_shares, 1, row->left);
	if (*decision->voucher_code)
		model_set_number(look->model, mark_of_text(MARK_CODE, decision->voucher_code), look->seq);
	if (programme)
		learn_count(&programme->issued, decision->amount);
	if (!is_grant)
		return;
	if (programme)
		learn_count(&programme->redeemed, decision->amount);
	learn_reservation(look, terms ? terms->contract_number : "", true);
}

/* --- applications --- */

static uint32_t first_status(const struct look *look, const Pb__RuleSet *rules) {
	if (look->decision->voucher)
		return PB__APPLICATION_STATUS__APPLICATION_ISSUED;
	return rules && rules->review == PB__REVIEW__REVIEW_NONE
	    ? PB__APPLICATION_STATUS__APPLICATION_APPROVED
	    : PB__APPLICATION_STATUS__APPLICATION_SUBMITTED;
}

static void keep_terms(struct look *look, struct application *row, const Pb__Apply *told) {
	row->terms = model_keep_message(look->model, &told->base);
	if (told->claim)
		model_set_number(
		    look->model, mark_of_numbers(MARK_TOPPED, row->programme, told->claim, 0), look->seq);
}

void learn_apply(struct look *look) {
	const Pb__Apply *told = look->command->apply;
	const Pb__Decision *decision = look->decision;
	const Pb__RuleSet *rules = model_rules(
	    look->model, decision->programme, decision->rule_version);
	bool is_voucher = rules && rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	struct application *replaced = objects_find(&look->model->applications, told->replaces);
	struct application *row = objects_add(&look->model->applications, look->seq);
	if (!row)
		return;
	row->programme = decision->programme;
	row->holder = decision->holder;
	row->amount = decision->amount;
	row->voucher = decision->voucher;
	row->applied_by = learn_person(look);
	row->rule_version = decision->rule_version;
	row->status = first_status(look, rules);
	if (!is_voucher)
		keep_terms(look, row, told);
	if (replaced)
		replaced->replaced_by = look->seq;
	if (decision->voucher)
		learn_issued(look, is_voucher ? NULL : told);
}

static uint32_t status_after(struct look *look, const struct application *row) {
	switch (look->command->review_application->verdict) {
	case PB__VERDICT__VERDICT_REJECT: return PB__APPLICATION_STATUS__APPLICATION_REJECTED;
	case PB__VERDICT__VERDICT_RETURN: return PB__APPLICATION_STATUS__APPLICATION_RETURNED;
	default: break;
	}
	const Pb__RuleSet *rules = model_rules(look->model, row->programme, row->rule_version);
	bool is_first = row->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED;
	return is_first && rules && rules->review == PB__REVIEW__REVIEW_TWO
	    ? PB__APPLICATION_STATUS__APPLICATION_REVIEWED
	    : PB__APPLICATION_STATUS__APPLICATION_APPROVED;
}

void learn_review_application(struct look *look) {
	struct application *row = objects_find(
	    &look->model->applications, look->command->review_application->application);
	if (!row)
		return;
	if (row->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED)
		row->reviewed_by = learn_person(look);
	else
		row->reviewed_again_by = learn_person(look);
	row->status = status_after(look, row);
}

void learn_issue(struct look *look) {
	struct application *row = objects_find(
	    &look->model->applications, look->command->issue->application);
	const Pb__Apply *terms = NULL;
	if (row) {
		row->status = PB__APPLICATION_STATUS__APPLICATION_ISSUED;
		row->voucher = look->decision->voucher;
		terms = (const Pb__Apply *)model_message(
		    look->model, row->terms, &pb__apply__descriptor, look->arena);
	}
	learn_issued(look, terms);
}

/* --- what is given back --- */

enum given_back { RETURNED, CANCELLED, EXPIRED };

static void give_back(struct look *look, uint64_t id, enum given_back how) {
	struct voucher *row = objects_find(&look->model->vouchers, id);
	int64_t amount = look->decision->amount;
	if (!row)
		return;
	struct programme *programme = objects_find(&look->model->programmes, row->programme);
	int64_t *const of_voucher[] = { &row->returned, &row->cancelled, &row->expired };
	learn_count(&row->live, -amount);
	learn_count(of_voucher[how], amount);
	learn_shares(programme, look->decision->shares, look->decision->n_shares, -1, row->left);
	if (!programme)
		return;
	int64_t *const of_programme[] = { &programme->returned, &programme->cancelled,
		&programme->expired };
	learn_count(of_programme[how], amount);
}

void learn_return_voucher(struct look *look) {
	give_back(look, look->command->return_voucher->voucher, RETURNED);
}

void learn_cancel_voucher(struct look *look) {
	give_back(look, look->command->cancel_voucher->voucher, CANCELLED);
}

/* --- time --- */

void learn_extend_voucher(struct look *look) {
	struct voucher *row = objects_find(
	    &look->model->vouchers, look->command->extend_voucher->voucher);
	if (!row)
		return;
	row->use_by_us = look->decision->use_by_us;
	row->claim_by_us = look->decision->claim_by_us;
	row->is_extended = 1;
	row->reminded_days = 0;
}

void learn_remind(struct look *look) {
	struct voucher *row = objects_find(&look->model->vouchers, look->command->remind->voucher);
	if (row)
		row->reminded_days = look->command->remind->days;
}

/* What was payable of it: as the postings took it from the payee. */
static int64_t unclaimed_of(const struct look *look) {
	int64_t sum = 0;
	for (size_t i = 0; i < look->entry->n_postings; i++)
		if (look->entry->postings[i]->account == PB__ACCOUNT_KIND__PROGRAMME_PAYABLE)
			learn_count(&sum, -look->entry->postings[i]->amount);
	return sum;
}

static void expire_reservation(struct look *look) {
	const Pb__Decision *decision = look->decision;
	struct reservation *row = objects_find(
	    &look->model->reservations, look->command->expire->reservation);
	struct voucher *voucher = row ? objects_find(&look->model->vouchers, row->voucher) : NULL;
	if (!voucher)
		return;
	struct programme *programme = objects_find(&look->model->programmes, row->programme);
	int64_t unclaimed = unclaimed_of(look), held = decision->amount - unclaimed;
	learn_count(&row->held, -held);
	learn_count(&row->redeemed, -unclaimed);
	learn_count(&row->released, decision->amount);
	learn_count(&row->own_share, -decision->own_share);
	learn_count(&row->vat, -decision->vat);
	learn_count(&voucher->reserved, -held);
	learn_count(&voucher->redeemed, -unclaimed);
	learn_count(&voucher->expired, decision->amount);
	learn_shares(programme, decision->shares, decision->n_shares, -1, voucher->left);
	if (!programme)
		return;
	learn_count(&programme->redeemed, -unclaimed);
	learn_count(&programme->expired, decision->amount);
}

void learn_expire(struct look *look) {
	if (look->command->expire->voucher)
		give_back(look, look->command->expire->voucher, EXPIRED);
	else
		expire_reservation(look);
}
