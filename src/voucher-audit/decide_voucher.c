/* SPDX-License-Identifier: Apache-2.0 */
/* A voucher on its way back: returned, cancelled, extended, expired; and reminders. */
#include "voucher-audit/decide_case.h"

#include "base/clock.h"
#include "base/date.h"

static void name_voucher(struct deciding *d, const struct voucher *voucher) {
	d->decision.voucher = voucher->id;
	d->decision.programme = voucher->programme;
	case_name_holder(d, voucher->holder);
}

/* What is live goes back to the pool. */
static bool give_back_live(struct deciding *d, const struct voucher *voucher) {
	const struct programme *programme = case_programme_at(d, voucher->programme);
	struct by_fund left = amounts_of(voucher->left);
	if (!programme)
		return false;
	case_want(d, voucher->live > 0, PB__OUTCOME__NOTHING_LEFT);
	name_voucher(d, voucher);
	d->decision.amount = voucher->live;
	case_give_back(d, programme,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, programme, 0), voucher->live,
	    &left);
	return true;
}

static bool take_back(struct deciding *d, uint64_t id) {
	const struct voucher *voucher = case_find_voucher(d, id);
	if (!voucher)
		return false;
	case_want(d, case_is_active(voucher), PB__OUTCOME__VOUCHER_STATE);
	return give_back_live(d, voucher);
}

/* --- time --- */

/* A date for claims that the rules fix stays, unless the last day of use comes after it. */
static bool extend(struct deciding *d) {
	const struct voucher *voucher = case_find_voucher(d, d->command->extend_voucher->voucher);
	if (!voucher)
		return false;
	const Pb__RuleSet *rules = case_rules_of(d, voucher->programme, voucher->rule_version);
	int64_t by_us = case_days_us(rules->extension_days);
	case_want(d, case_is_active(voucher), PB__OUTCOME__VOUCHER_STATE);
	case_want(d, d->now_us < voucher->use_by_us, PB__OUTCOME__VOUCHER_EXPIRED);
	case_want(
	    d, rules->extension_days > 0 && !voucher->is_extended, PB__OUTCOME__EXTENSION_NOT_ALLOWED);
	name_voucher(d, voucher);
	d->decision.rule_version = voucher->rule_version;
	d->decision.use_by_us = amount_add(voucher->use_by_us, by_us);
	d->decision.claim_by_us = amount_add(voucher->claim_by_us, rules->claim_by[0] ? 0 : by_us);
	if (d->decision.claim_by_us < d->decision.use_by_us)
		d->decision.claim_by_us = d->decision.use_by_us;
	return true;
}

static bool expire_voucher(struct deciding *d, uint64_t id) {
	const struct voucher *voucher = case_find_voucher(d, id);
	if (!voucher)
		return false;
	case_want(d, d->now_us >= voucher->use_by_us, PB__OUTCOME__NOT_DUE);
	d->decision.rule_version = voucher->rule_version;
	return give_back_live(d, voucher);
}

/* What is held after the last day of use; what is in no claim after that for claims and their
 * correction. */
static bool expire_reservation(struct deciding *d, uint64_t id) {
	const struct reservation *r = case_find_reservation(d, id);
	const struct voucher *voucher = r ? case_voucher_at(d, r->voucher) : NULL;
	const struct programme *programme = r ? case_programme_at(d, r->programme) : NULL;
	if (!voucher || !programme)
		return false;
	const Pb__RuleSet *rules = case_rules_of(d, r->programme, voucher->rule_version);
	int64_t claims_end_us = amount_add(
	    voucher->claim_by_us, case_days_us(rules->correct_within_days));
	int64_t held = d->now_us >= voucher->use_by_us ? r->held : 0;
	int64_t unclaimed = d->now_us >= claims_end_us ? amount_subtract(r->redeemed, r->claimed) : 0;
	struct by_fund left = amounts_of(voucher->left);
	case_want(d, held > 0 || unclaimed > 0, PB__OUTCOME__NOT_DUE);
	case_name_reservation(d, r);
	d->decision.rule_version = voucher->rule_version;
	d->decision.year = r->year;
	d->decision.payee = unclaimed > 0 ? case_payee_of(rules, r) : 0;
	d->decision.amount = amount_add(held, unclaimed);
	case_give_back(d, programme,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_RESERVED, programme, 0), held, &left);
	case_give_back(d, programme,
	    case_programme_account(
	        PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, programme, case_payee_of(rules, r)),
	    unclaimed, &left);
	case_take_back_costs(d, r, programme, d->decision.amount);
	return true;
}

static bool expire(struct deciding *d) {
	const Pb__Expire *command = d->command->expire;
	case_want(d, !command->voucher != !command->reservation, PB__OUTCOME__FIELD_INVALID);
	return command->voucher ? expire_voucher(d, command->voucher)
	                        : expire_reservation(d, command->reservation);
}

static bool remind(struct deciding *d) {
	const Pb__Remind *command = d->command->remind;
	const struct voucher *voucher = case_find_voucher(d, command->voucher);
	if (!voucher)
		return false;
	const Pb__RuleSet *rules = case_rules_of(d, voucher->programme, voucher->rule_version);
	bool is_reminder = false;
	for (size_t i = 0; i < rules->n_remind_days; i++)
		is_reminder = is_reminder || rules->remind_days[i] == command->days;
	int64_t due_us = amount_subtract(
	    amount_subtract(voucher->use_by_us, case_days_us(command->days)), US_PER_DAY);
	case_want(d, case_is_active(voucher), PB__OUTCOME__VOUCHER_STATE);
	case_want(d, voucher->live > 0, PB__OUTCOME__NOTHING_LEFT);
	case_want(d, d->now_us < voucher->use_by_us, PB__OUTCOME__VOUCHER_EXPIRED);
	case_want(d, is_reminder, PB__OUTCOME__FIELD_INVALID);
	case_want(d, d->now_us >= due_us, PB__OUTCOME__NOT_DUE);
	name_voucher(d, voucher);
	d->decision.rule_version = voucher->rule_version;
	d->decision.amount = voucher->live;
	d->decision.use_by_us = voucher->use_by_us;
	return true;
}

bool case_voucher(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_RETURN_VOUCHER: return take_back(d, d->command->return_voucher->voucher);
	case PB__COMMAND__BODY_CANCEL_VOUCHER: return take_back(d, d->command->cancel_voucher->voucher);
	case PB__COMMAND__BODY_EXTEND_VOUCHER: return extend(d);
	case PB__COMMAND__BODY_EXPIRE: return expire(d);
	default: return remind(d);
	}
}
