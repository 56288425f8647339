/* SPDX-License-Identifier: Apache-2.0 */
/* What was paid and must come back; and samples. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"

int64_t owed_of(const struct clawback *clawback) {
	return amount_subtract(
	    amount_subtract(clawback->amount, clawback->recovered), clawback->written_off);
}

void weigh_owed(struct deciding *d, const struct clawback *clawback, int64_t amount) {
	int64_t owed = owed_of(clawback);
	const struct limit receivable = { PB__RULE__RULE_RECEIVABLE, PB__OUTCOME__CLAWBACK_EXCEEDS,
		NULL, clawback->amount, amount_subtract(clawback->amount, owed) };
	want(d, owed > 0, PB__OUTCOME__CLAWBACK_STATE);
	weigh(d, &receivable, amount);
}

void post_recovery(
    struct deciding *d, const struct clawback *clawback, const struct by_fund *parts) {
	const struct programme *programme = programme_at(d, clawback->programme);
	if (!programme)
		return;
	leave_memo(
	    d, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, clawback->payee, by_fund_sum(parts));
	put_back(d, programme,
	    programme_account(PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, programme, clawback->payee),
	    parts);
}

static bool order(struct deciding *d) {
	const Pb__OrderClawback *command = d->command->order_clawback;
	const struct claim *claim = find_claim(d, command->claim);
	const struct programme *programme = claim ? programme_at(d, claim->programme) : NULL;
	d->at_stake = command->amount;
	if (!programme)
		return false;
	const struct limit paid = { PB__RULE__RULE_CLAWBACK, PB__OUTCOME__CLAWBACK_EXCEEDS, NULL,
		claim->amount, claim->clawed_back };
	struct by_fund rest = by_fund_of(claim->shares);
	const struct by_fund clawed = by_fund_of(claim->clawed_shares);
	int32_t due;
	if (command->due[0])
		want(d, date_parse(command->due, &due) == ERR_OK && due >= local_day(d, programme),
		    PB__OUTCOME__FIELD_INVALID);
	want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	want(d,
	    claim->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_RECONCILED,
	    PB__OUTCOME__CLAIM_STATE);
	weigh(d, &paid, command->amount);
	name_claim(d, claim);
	d->decision.amount = command->amount;
	by_fund_subtract(&rest, &clawed);
	const struct by_fund shares = amount_split_by_fund(command->amount, &rest);
	name_shares(d, programme, &shares);
	enter_memo(d, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, claim->payee, command->amount);
	return true;
}

/* A clawback, with its claim named; the shares of so much of it. */
static const struct clawback *find_clawback(
    struct deciding *d, uint64_t id, int64_t amount, struct by_fund *ret_parts) {
	const struct clawback *clawback = objects_find(&d->m->clawbacks, id);
	const struct claim *claim = clawback ? find_claim(d, clawback->claim) : NULL;
	const struct programme *programme = claim ? programme_at(d, clawback->programme) : NULL;
	d->at_stake = amount;
	want(d, programme != NULL, PB__OUTCOME__CLAWBACK_UNKNOWN);
	if (!programme)
		return NULL;
	want(d, amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	name_claim(d, claim);
	weigh_owed(d, clawback, amount);
	d->decision.amount = amount;
	const struct by_fund left = by_fund_of(clawback->left);
	*ret_parts = amount_split_by_fund(amount, &left);
	name_shares(d, programme, ret_parts);
	return clawback;
}

static bool record(struct deciding *d) {
	const Pb__RecordRecovery *command = d->command->record_recovery;
	struct by_fund parts;
	const struct clawback *clawback = find_clawback(d, command->clawback, command->amount, &parts);
	if (clawback)
		post_recovery(d, clawback, &parts);
	return clawback != NULL;
}

static bool write_off(struct deciding *d) {
	const Pb__WriteOff *command = d->command->write_off;
	struct by_fund parts;
	const struct clawback *clawback = find_clawback(d, command->clawback, command->amount, &parts);
	if (!clawback)
		return false;
	const struct programme *programme = programme_at(d, clawback->programme);
	transfer(d, programme_account(PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, clawback->payee),
	    programme_account(PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, programme, clawback->payee),
	    command->amount);
	return true;
}

static bool draw_sample(struct deciding *d) {
	const Pb__DrawSample *command = d->command->draw_sample;
	const struct programme *programme = find_programme(d, command->programme);
	if (!programme)
		return false;
	want(d, command->share_bp > 0 && command->share_bp <= 10000, PB__OUTCOME__FIELD_INVALID);
	want(d, command->until > 0 && command->until < d->seq, PB__OUTCOME__CUTOFF_AHEAD);
	want(d, command->after < command->until, PB__OUTCOME__FIELD_INVALID);
	d->decision.programme = programme->id;
	return true;
}

bool decide_recovery(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_ORDER_CLAWBACK: return order(d);
	case PB__COMMAND__BODY_RECORD_RECOVERY: return record(d);
	case PB__COMMAND__BODY_WRITE_OFF: return write_off(d);
	default: return draw_sample(d);
	}
}
