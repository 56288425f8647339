/* SPDX-License-Identifier: Apache-2.0 */
/* What bank lines are matched with: payments that went out or came back, and clawbacks. */
#include "voucher-audit/decide_amount.h"
#include "voucher-audit/learn.h"

#include <string.h>

/* --- taken --- */

/* It waited for the line: unknown to the books until now, or in them already. */
static void take_out(
    struct look *look, const struct bank_line *leader, struct payment *payment, struct target *t) {
	uint32_t before = payment->status;
	t->is_news = before == PB__PAYMENT_STATUS__PAYMENT_APPROVED;
	if (!t->is_news)
		learn_awaited(look, payment, false, -1);
	payment->line = leader->number;
	if (before != PB__PAYMENT_STATUS__PAYMENT_RETURNED)
		learn_payment_status(look, payment, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	learn_recorded(look, payment, before);
}

static void take_return(
    struct look *look, const struct bank_line *leader, struct payment *payment, struct target *t) {
	uint32_t before = payment->status;
	t->is_news = before != PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	payment->return_line = leader->number;
	if (t->is_news)
		learn_payment_given_back(look, payment, PB__PAYMENT_STATUS__PAYMENT_RETURNED);
	else
		learn_awaited(look, payment, true, -1);
	learn_recorded(look, payment, before);
}

static void take_recovery(struct look *look, struct target *t) {
	struct clawback *clawback = objects_find(&look->model->clawbacks, t->clawback);
	struct by_fund left;
	if (!clawback)
		return;
	memcpy(left.of, clawback->left, sizeof(left.of));
	const struct by_fund parts = amount_split_by_fund(t->amount, &left);
	memcpy(t->shares, parts.of, sizeof(t->shares));
	learn_recovered(clawback, t->shares, 1);
}

/* A line's targets lie together: of one that gets more they are put behind the others again. */
static void gather(struct look *look, struct bank_line *leader) {
	struct table *targets = &look->model->targets;
	uint64_t first = targets->count;
	for (uint32_t i = 0; i < leader->n_targets; i++) {
		struct target *copy = table_add(targets);
		*copy = *(const struct target *)table_row(targets, leader->targets + i);
	}
	leader->targets = first;
}

void learn_take_targets(struct look *look, struct bank_line *leader, Pb__Target *const *targets,
    size_t count, uint32_t by) {
	gather(look, leader);
	for (size_t i = 0; i < count; i++) {
		struct target *t = table_add(&look->model->targets);
		*t = (struct target){
			.settlement = targets[i]->settlement,
			.clawback = targets[i]->clawback,
			.amount = targets[i]->amount,
			.payment = targets[i]->payment,
			.is_return = targets[i]->is_return,
		};
		struct payment *payment = t->clawback
		    ? NULL
		    : model_payment(look->model, t->settlement, t->payment);
		if (t->clawback)
			take_recovery(look, t);
		else if (payment && t->is_return)
			take_return(look, leader, payment, t);
		else if (payment)
			take_out(look, leader, payment, t);
		learn_count(&leader->booked, t->clawback || t->is_return ? t->amount : -t->amount);
		leader->n_targets++;
	}
	leader->leader = leader->number;
	leader->by = by;
}

/* --- taken back --- */

static void leave_out(struct look *look, struct payment *payment) {
	uint32_t before = payment->status;
	if (payment->is_said_paid)
		learn_awaited(look, payment, false, 1);
	payment->line = 0;
	if (before != PB__PAYMENT_STATUS__PAYMENT_RETURNED)
		learn_payment_status(look, payment,
		    payment->is_said_paid ? PB__PAYMENT_STATUS__PAYMENT_PAID
		                          : PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	learn_recorded(look, payment, before);
}

/* Its claims, which wait again, are its own once more. */
static void take_claims_back(struct look *look, struct payment *payment, uint32_t status) {
	for (uint32_t i = 0; i < payment->n_claims; i++) {
		const uint64_t *id = table_row(&look->model->payment_claims, payment->claims + i);
		struct claim *claim = objects_find(&look->model->claims, *id);
		if (!claim || claim->status != PB__CLAIM_STATUS__CLAIM_PUBLISHED)
			continue;
		claim->settlement = payment->settlement;
		claim->payment = payment->number;
	}
	learn_payment_status(look, payment, status);
}

static void leave_return(struct look *look, struct payment *payment) {
	uint32_t before = payment->status;
	payment->return_line = 0;
	if (payment->is_said_returned)
		learn_awaited(look, payment, true, 1);
	else
		take_claims_back(look, payment,
		    payment->line ? PB__PAYMENT_STATUS__PAYMENT_RECONCILED
		                  : PB__PAYMENT_STATUS__PAYMENT_PAID);
	learn_recorded(look, payment, before);
}

void learn_leave_targets(struct look *look, struct bank_line *leader) {
	for (uint32_t i = leader->n_targets; i-- > 0;) {
		const struct target *t = table_row(&look->model->targets, leader->targets + i);
		struct clawback *clawback = objects_find(&look->model->clawbacks, t->clawback);
		struct payment *payment = t->clawback
		    ? NULL
		    : model_payment(look->model, t->settlement, t->payment);
		if (clawback)
			learn_recovered(clawback, t->shares, -1);
		else if (payment && t->is_return)
			leave_return(look, payment);
		else if (payment)
			leave_out(look, payment);
	}
	leader->n_targets = 0;
}
