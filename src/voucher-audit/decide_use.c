/* SPDX-License-Identifier: Apache-2.0 */
/* Contracts: the subsidy is held, made payable, and what is left of it goes back. */
#include "voucher-audit/decide_case.h"

static struct account_name reserved(const struct programme *programme) {
	return case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_RESERVED, programme, 0);
}

static struct account_name live(const struct programme *programme) {
	return case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, programme, 0);
}

static bool reserve(struct deciding *d) {
	const Pb__Reserve *command = d->command->reserve;
	const struct voucher *voucher = case_find_voucher(d, command->voucher);
	const struct programme *programme = voucher ? case_programme_at(d, voucher->programme) : NULL;
	if (!programme)
		return false;
	struct asked_for asked = {
		.programme = programme,
		.rules = case_rules_of(d, voucher->programme, voucher->rule_version),
		.holder = voucher->holder,
		.voucher = voucher,
		.category = command->category,
		.beneficiary = "",
		.total = command->total,
		.eligible = command->eligible,
		.vat = command->vat,
		.earlier = command->earlier,
		.units = command->units,
	};
	case_want(d, command->total > 0 && command->eligible > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_want_numbers(d, &asked);
	case_want_in_standing(d, voucher->holder);
	case_want_not_removed(d, voucher->programme, voucher->holder);
	case_want(d, case_is_active(voucher), PB__OUTCOME__VOUCHER_STATE);
	case_want(d, d->now_us < voucher->use_by_us, PB__OUTCOME__VOUCHER_EXPIRED);
	asked.provider = case_find_provider(d, programme, command->provider, command->category);
	if (!case_grant(d, &asked))
		return false;
	d->decision.reservation = d->seq;
	case_transfer(d, live(programme), reserved(programme), d->decision.amount);
	case_enter_costs(d, &asked);
	return true;
}

static bool redeem(struct deciding *d) {
	const Pb__Redeem *command = d->command->redeem;
	const struct reservation *r = case_find_reservation(d, command->reservation);
	const struct voucher *voucher = r ? case_voucher_at(d, r->voucher) : NULL;
	const struct programme *programme = r ? case_programme_at(d, r->programme) : NULL;
	d->at_stake = command->amount;
	if (!voucher || !programme)
		return false;
	const Pb__RuleSet *rules = case_rules_of(d, r->programme, voucher->rule_version);
	const struct limit held = { PB__RULE__RULE_RESERVATION, PB__OUTCOME__RESERVATION_INSUFFICIENT,
		NULL, r->subsidy, amount_subtract(r->subsidy, r->held) };
	case_want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_want_in_standing(d, r->holder);
	case_want(d, r->held > 0, PB__OUTCOME__RESERVATION_STATE);
	case_want_in_standing(d, r->provider);
	case_want(d, d->now_us < voucher->use_by_us, PB__OUTCOME__VOUCHER_EXPIRED);
	case_weigh(d, &held, command->amount);
	case_name_reservation(d, r);
	d->decision.amount = command->amount;
	d->decision.rule_version = voucher->rule_version;
	d->decision.payee = case_payee_of(rules, r);
	case_transfer(d, reserved(programme),
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, programme, d->decision.payee),
	    command->amount);
	return true;
}

/* What is held goes back to the voucher, or to the pool. */
static bool end_holding(struct deciding *d, uint64_t id, bool is_withdrawn) {
	const struct reservation *r = case_find_reservation(d, id);
	const struct voucher *voucher = r ? case_voucher_at(d, r->voucher) : NULL;
	const struct programme *programme = r ? case_programme_at(d, r->programme) : NULL;
	if (!voucher || !programme)
		return false;
	case_want(d, r->held > 0, PB__OUTCOME__RESERVATION_STATE);
	case_name_reservation(d, r);
	d->decision.amount = r->held;
	d->decision.year = r->year;
	struct by_fund left = amounts_of(voucher->left);
	if (is_withdrawn)
		case_give_back(d, programme, reserved(programme), r->held, &left);
	else
		case_transfer(d, reserved(programme), live(programme), r->held);
	case_take_back_costs(d, r, programme, r->held);
	return true;
}

bool case_use(struct deciding *d) {
	const Pb__Command *command = d->command;
	switch (command->body_case) {
	case PB__COMMAND__BODY_RESERVE: return reserve(d);
	case PB__COMMAND__BODY_REDEEM: return redeem(d);
	case PB__COMMAND__BODY_RELEASE: return end_holding(d, command->release->reservation, false);
	default: return end_holding(d, command->withdraw_reservation->reservation, true);
	}
}
