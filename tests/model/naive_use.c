/* SPDX-License-Identifier: Apache-2.0 */
/* Contracts: the subsidy is held, made payable, and what is left of it goes back. */
#include "naive_inside.h"

#include <stdio.h>
#include <string.h>

typedef __int128 wide;

/* --- memorandum --- */

static void note(
    struct naive *world, const struct naive_reservation *r, int64_t own_share, int64_t vat) {
	naive_move(world, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, r->programme, r->holder, own_share);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_COUNTER, r->programme, r->holder, -own_share);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_VAT, r->programme, r->holder, vat);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_COUNTER, r->programme, r->holder, -vat);
}

void naive_take_back_memo(
    struct naive *world, struct naive_reservation *r, int64_t own_share, int64_t vat) {
	note(world, r, -own_share, -vat);
	r->own_share -= own_share;
	r->vat -= vat;
}

/* Of what is held, in proportion; all that there is when nothing else is left. */
void naive_end_holding(struct naive *world, struct naive_reservation *r) {
	int64_t held = r->held;
	int64_t own_share = r->redeemed ? (int64_t)((wide)r->own_share * held / r->subsidy)
	                                : r->own_share;
	int64_t vat = r->redeemed ? (int64_t)((wide)r->vat * held / r->subsidy) : r->vat;
	naive_take_back_memo(world, r, own_share, vat);
	r->held = 0;
	r->released += held;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_RESERVED, r->programme, 0, -held);
	naive_voucher(world, r->voucher)->reserved -= held;
}

/* --- what is asked for --- */

Pb__Outcome naive_ask_numbers(int64_t total, int64_t eligible, int64_t vat, int64_t earlier) {
	bool are_sound = total >= 0 && eligible >= 0 && eligible <= total && vat >= 0 &&
	    vat <= eligible && earlier >= 0 && earlier <= eligible;
	return are_sound ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__AMOUNT_INVALID;
}

Pb__Outcome naive_ask_provider(struct naive *world, uint64_t programme, const char *code,
    const struct naive_party **ret_provider) {
	struct naive_party *provider = naive_party_by_code(world, code);
	const char *umbrella = naive_programme(world, programme)->code;
	if (!provider)
		return PB__OUTCOME__PARTY_UNKNOWN;
	if (provider->told->kind != PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return PB__OUTCOME__PARTY_KIND_WRONG;
	Pb__Outcome outcome = naive_ask_standing(world, provider->id);
	if (outcome)
		return outcome;
	if (naive_is_removed(world, programme, provider->id))
		return PB__OUTCOME__PARTY_REMOVED;
	*ret_provider = provider;
	/* the world admits its providers to its two programmes, and nobody to the umbrella */
	return strcmp(umbrella, "p3") == 0 ? PB__OUTCOME__PROVIDER_NOT_ADMITTED
	                                   : PB__OUTCOME__OUTCOME_OK;
}

/* A subsidy is granted: the reservation of it, held or redeemed, at the end of the list. */
Pb__Outcome naive_grant(struct naive *world, const Pb__RuleSet *rules, const struct naive_case *one,
    const struct naive_contract *contract, int64_t amount_max,
    struct naive_reservation **ret_grant) {
	struct naive_subsidy subsidy = naive_subsidise(world, rules, one);
	struct naive_reservation *r = &world->reservations[world->n_reservations];
	if (subsidy.outcome)
		return subsidy.outcome;
	if (amount_max && subsidy.amount > amount_max)
		subsidy.amount = amount_max;
	int64_t cost = contract->total - one->vat;
	*r = (struct naive_reservation){ .id = world->seq,
		.voucher = contract->voucher,
		.programme = one->programme,
		.holder = one->holder->id,
		.provider = one->provider ? one->provider->id : 0,
		.controller = one->holder->controller,
		.beneficiary = one->beneficiary,
		.umbrellas = { subsidy.umbrellas[0], subsidy.umbrellas[1] },
		.subsidy = subsidy.amount,
		.own_share = cost > subsidy.amount ? cost - subsidy.amount : 0,
		.vat = one->vat,
		.year = naive_year(world->now),
		.tier = subsidy.tier->id,
		.ratio_bp = subsidy.tier->ratio_bp,
		.group = subsidy.tier->group,
		.increment = subsidy.tier->increment };
	wide stated = -(wide)naive_balance(
	    world, PB__ACCOUNT_KIND__MEMO_COUNTER, one->programme, one->holder->id);
	if ((r->own_share || r->vat) && stated + r->own_share + r->vat > INT64_MAX / 2)
		return PB__OUTCOME__OVERFLOW;
	world->n_reservations++;
	note(world, r, r->own_share, r->vat);
	if (contract->number[0])
		snprintf(world->contracts[world->n_contracts++].text, sizeof(world->contracts[0].text),
		    "%s", contract->number);
	*ret_grant = r;
	return PB__OUTCOME__OUTCOME_OK;
}

/* --- reserve --- */

static Pb__Outcome ask_reserve(const struct naive *world, const Pb__Reserve *reserve) {
	if (reserve->total <= 0 || reserve->eligible <= 0)
		return PB__OUTCOME__AMOUNT_INVALID;
	Pb__Outcome outcome = naive_ask_numbers(
	    reserve->total, reserve->eligible, reserve->vat, reserve->earlier);
	if (!outcome && naive_is_taken(world->contracts, world->n_contracts, reserve->contract_number))
		return PB__OUTCOME__CONTRACT_TAKEN;
	return outcome;
}

static Pb__Outcome ask_voucher(struct naive *world, uint64_t id) {
	const struct naive_voucher *voucher = naive_voucher(world, id);
	if (!voucher)
		return naive_unknown(id, PB__OUTCOME__VOUCHER_UNKNOWN);
	if (world->actor->party != voucher->holder)
		return PB__OUTCOME__NOT_OWNER;
	Pb__Outcome outcome = naive_ask_standing(world, voucher->holder);
	if (outcome)
		return outcome;
	if (naive_is_removed(world, voucher->programme, voucher->holder))
		return PB__OUTCOME__PARTY_REMOVED;
	if (voucher->live == 0 && voucher->reserved == 0)
		return PB__OUTCOME__VOUCHER_STATE;
	return world->now >= voucher->use_by ? PB__OUTCOME__VOUCHER_EXPIRED : PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer reserve(struct naive *world, const Pb__Reserve *command) {
	Pb__Outcome outcome = ask_reserve(world, command);
	const struct naive_party *provider = NULL;
	struct naive_reservation *r;
	if (!outcome)
		outcome = ask_voucher(world, command->voucher);
	if (outcome)
		return refused(outcome);
	struct naive_voucher *voucher = naive_voucher(world, command->voucher);
	outcome = naive_ask_provider(world, voucher->programme, command->provider, &provider);
	if (outcome)
		return refused(outcome);
	const struct naive_case one = { .programme = voucher->programme,
		.holder = naive_party(world, voucher->holder),
		.provider = provider,
		.category = command->category,
		.beneficiary = "",
		.eligible = command->eligible,
		.vat = command->vat,
		.earlier = command->earlier,
		.units = command->units,
		.voucher_live = voucher->live };
	const struct naive_contract contract = { voucher->id, command->total,
		command->contract_number };
	outcome = naive_grant(
	    world, naive_rules(world, voucher->programme, voucher->version), &one, &contract, 0, &r);
	if (outcome)
		return refused(outcome);
	r->held = r->subsidy;
	voucher->live -= r->subsidy;
	voucher->reserved += r->subsidy;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_LIVE, r->programme, 0, -r->subsidy);
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_RESERVED, r->programme, 0, r->subsidy);
	return accepted(r->subsidy);
}

/* --- redeem, release, withdraw --- */

uint32_t naive_supported_ratio(const Pb__RuleSet *rules, uint32_t ratio_bp) {
	return rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED ? 0 : ratio_bp;
}

uint64_t naive_payee(const Pb__RuleSet *rules, const struct naive_reservation *r) {
	bool is_provider = rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER &&
	    rules->payee == PB__PAYEE__PAYEE_PROVIDER;
	return is_provider ? r->provider : r->holder;
}

static Pb__Outcome ask_redeem(struct naive *world, const Pb__Redeem *command) {
	const struct naive_reservation *r = naive_reservation(world, command->reservation);
	if (command->amount <= 0)
		return PB__OUTCOME__AMOUNT_INVALID;
	if (!r)
		return naive_unknown(command->reservation, PB__OUTCOME__RESERVATION_UNKNOWN);
	if (world->actor->party != r->holder)
		return PB__OUTCOME__NOT_OWNER;
	Pb__Outcome outcome = naive_ask_standing(world, r->holder);
	if (outcome)
		return outcome;
	if (!r->held)
		return PB__OUTCOME__RESERVATION_STATE;
	if ((outcome = naive_ask_standing(world, r->provider)))
		return outcome;
	if (world->now >= naive_voucher(world, r->voucher)->use_by)
		return PB__OUTCOME__VOUCHER_EXPIRED;
	return command->amount > r->held ? PB__OUTCOME__RESERVATION_INSUFFICIENT
	                                 : PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer redeem(struct naive *world, const Pb__Redeem *command) {
	Pb__Outcome outcome = ask_redeem(world, command);
	if (outcome)
		return refused(outcome);
	struct naive_reservation *r = naive_reservation(world, command->reservation);
	struct naive_voucher *voucher = naive_voucher(world, r->voucher);
	uint64_t payee = naive_payee(naive_rules(world, r->programme, voucher->version), r);
	r->held -= command->amount;
	r->redeemed += command->amount;
	voucher->reserved -= command->amount;
	voucher->redeemed += command->amount;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_RESERVED, r->programme, 0, -command->amount);
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, r->programme, payee, command->amount);
	return accepted(command->amount);
}

static Pb__Outcome ask_end(struct naive *world, uint64_t id) {
	if (!naive_reservation(world, id))
		return naive_unknown(id, PB__OUTCOME__RESERVATION_UNKNOWN);
	return PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer release(struct naive *world, const Pb__Release *command) {
	Pb__Outcome outcome = ask_end(world, command->reservation);
	if (outcome)
		return refused(outcome);
	struct naive_reservation *r = naive_reservation(world, command->reservation);
	int64_t held = r->held;
	if (!naive_is_staff(world) && world->actor->party != r->holder)
		return refused(PB__OUTCOME__NOT_OWNER);
	if (!held)
		return refused(PB__OUTCOME__RESERVATION_STATE);
	naive_end_holding(world, r);
	naive_voucher(world, r->voucher)->live += held;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_LIVE, r->programme, 0, held);
	return accepted(held);
}

static struct naive_answer withdraw(struct naive *world, const Pb__WithdrawReservation *command) {
	Pb__Outcome outcome = command->reason[0] ? ask_end(world, command->reservation)
	                                         : PB__OUTCOME__FIELD_MISSING;
	if (outcome)
		return refused(outcome);
	struct naive_reservation *r = naive_reservation(world, command->reservation);
	struct naive_voucher *voucher = naive_voucher(world, r->voucher);
	int64_t held = r->held;
	if (!naive_may_see(world, r->holder))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (!held)
		return refused(PB__OUTCOME__RESERVATION_STATE);
	naive_end_holding(world, r);
	voucher->cancelled += held;
	naive_give_back(world, r->programme, held, voucher->left);
	return accepted(held);
}

struct naive_answer naive_uses(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_RESERVE: return reserve(world, command->reserve);
	case PB__COMMAND__BODY_REDEEM: return redeem(world, command->redeem);
	case PB__COMMAND__BODY_RELEASE: return release(world, command->release);
	default: return withdraw(world, command->withdraw_reservation);
	}
}
