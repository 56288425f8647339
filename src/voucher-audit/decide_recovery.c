/* SPDX-License-Identifier: Apache-2.0 */
/* What was paid and must come back; and samples. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"

int64_t case_owed_of(const struct clawback *clawback) {
	return amount_subtract(
	    amount_subtract(clawback->amount, clawback->recovered), clawback->written_off);
}

void case_weigh_owed(struct deciding *d, const struct clawback *clawback, int64_t amount) {
	int64_t owed = case_owed_of(clawback);
	const struct limit receivable = { PB__RULE__RULE_RECEIVABLE, PB__OUTCOME__CLAWBACK_EXCEEDS,
		NULL, clawback->amount, amount_subtract(clawback->amount, owed) };
	case_want(d, owed > 0, PB__OUTCOME__CLAWBACK_STATE);
	case_weigh(d, &receivable, amount);
}

void case_post_recovery(
    struct deciding *d, const struct clawback *clawback, const struct by_fund *parts) {
	const struct programme *programme = case_programme_at(d, clawback->programme);
	if (!programme)
		return;
	case_leave_memo(
	    d, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, clawback->payee, amounts_sum(parts));
	case_put_back(d, programme,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, programme, clawback->payee),
	    parts);
}

static bool order(struct deciding *d) {
	const Pb__OrderClawback *command = d->command->order_clawback;
	const struct claim *claim = case_find_claim(d, command->claim);
	const struct programme *programme = claim ? case_programme_at(d, claim->programme) : NULL;
	d->at_stake = command->amount;
	if (!programme)
		return false;
	const struct limit paid = { PB__RULE__RULE_CLAWBACK, PB__OUTCOME__CLAWBACK_EXCEEDS, NULL,
		claim->amount, claim->clawed_back };
	struct by_fund rest = amounts_of(claim->shares);
	const struct by_fund clawed = amounts_of(claim->clawed_shares);
	int32_t due;
	if (command->due[0])
		case_want(d,
		    date_parse(command->due, &due) == ERR_OK && due >= case_local_day(d, programme),
		    PB__OUTCOME__FIELD_INVALID);
	case_want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_want(d,
	    claim->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_RECONCILED,
	    PB__OUTCOME__CLAIM_STATE);
	case_weigh(d, &paid, command->amount);
	case_name_claim(d, claim);
	d->decision.amount = command->amount;
	amounts_subtract(&rest, &clawed);
	const struct by_fund shares = amount_split_by_fund(command->amount, &rest);
	case_name_shares(d, programme, &shares);
	case_enter_memo(d, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, claim->payee, command->amount);
	return true;
}

/* A clawback, with its claim named; the shares of so much of it. */
static const struct clawback *find_clawback(
    struct deciding *d, uint64_t id, int64_t amount, struct by_fund *ret_parts) {
	const struct clawback *clawback = objects_find(&d->m->clawbacks, id);
	const struct claim *claim = clawback ? case_find_claim(d, clawback->claim) : NULL;
	const struct programme *programme = claim ? case_programme_at(d, clawback->programme) : NULL;
	d->at_stake = amount;
	case_want(d, programme != NULL, PB__OUTCOME__CLAWBACK_UNKNOWN);
	if (!programme)
		return NULL;
	case_want(d, amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_name_claim(d, claim);
	case_weigh_owed(d, clawback, amount);
	d->decision.amount = amount;
	const struct by_fund left = amounts_of(clawback->left);
	*ret_parts = amount_split_by_fund(amount, &left);
	case_name_shares(d, programme, ret_parts);
	return clawback;
}

static bool record(struct deciding *d) {
	const Pb__RecordRecovery *command = d->command->record_recovery;
	struct by_fund parts;
	const struct clawback *clawback = find_clawback(d, command->clawback, command->amount, &parts);
	if (clawback)
		case_post_recovery(d, clawback, &parts);
	return clawback != NULL;
}

static bool write_off(struct deciding *d) {
	const Pb__WriteOff *command = d->command->write_off;
	struct by_fund parts;
	const struct clawback *clawback = find_clawback(d, command->clawback, command->amount, &parts);
	if (!clawback)
		return false;
	const struct programme *programme = case_programme_at(d, clawback->programme);
	case_transfer(d,
	    case_programme_account(PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, clawback->payee),
	    case_programme_account(PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, programme, clawback->payee),
	    command->amount);
	return true;
}

static bool draw_sample(struct deciding *d) {
	const Pb__DrawSample *command = d->command->draw_sample;
	const struct programme *programme = case_find_programme(d, command->programme);
	if (!programme)
		return false;
	case_want(d, command->share_bp > 0 && command->share_bp <= 10000, PB__OUTCOME__FIELD_INVALID);
	case_want(d, command->until > 0 && command->until < d->seq, PB__OUTCOME__CUTOFF_AHEAD);
	case_want(d, command->after < command->until, PB__OUTCOME__FIELD_INVALID);
	d->decision.programme = programme->id;
	return true;
}

bool case_recovery(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_ORDER_CLAWBACK: return order(d);
	case PB__COMMAND__BODY_RECORD_RECOVERY: return record(d);
	case PB__COMMAND__BODY_WRITE_OFF: return write_off(d);
	default: return draw_sample(d);
	}
}
