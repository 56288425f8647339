/* SPDX-License-Identifier: Apache-2.0 */
/* A voucher on its way back: returned, cancelled, extended, expired. */
#include "naive_inside.h"

typedef __int128 wide;

#define MICROSECONDS_A_DAY (86400 * INT64_C(1000000))

static bool is_active(const struct naive_voucher *voucher) {
	return voucher->live > 0 || voucher->reserved > 0;
}

/* --- return, cancel --- */

static Pb__Outcome take_back(struct naive *world, uint64_t id, int64_t *ret_amount) {
	struct naive_voucher *voucher = naive_voucher(world, id);
	if (!voucher)
		return naive_unknown(id, PB__OUTCOME__VOUCHER_UNKNOWN);
	if (!naive_is_staff(world) && world->actor->party != voucher->holder)
		return PB__OUTCOME__NOT_OWNER;
	if (!naive_may_see(world, voucher->holder))
		return PB__OUTCOME__NOT_IN_REGION;
	if (!is_active(voucher))
		return PB__OUTCOME__VOUCHER_STATE;
	if (!voucher->live)
		return PB__OUTCOME__NOTHING_LEFT;
	*ret_amount = voucher->live;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_LIVE, voucher->programme, 0, -voucher->live);
	naive_give_back(world, voucher->programme, voucher->live, voucher->left);
	voucher->live = 0;
	return PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer give_back(struct naive *world, const Pb__Command *command) {
	bool is_return = command->body_case == PB__COMMAND__BODY_RETURN_VOUCHER;
	uint64_t id = is_return ? command->return_voucher->voucher : command->cancel_voucher->voucher;
	int64_t amount = 0;
	if (!is_return && !command->cancel_voucher->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	Pb__Outcome outcome = take_back(world, id, &amount);
	if (outcome)
		return refused(outcome);
	struct naive_voucher *voucher = naive_voucher(world, id);
	*(is_return ? &voucher->returned : &voucher->cancelled) += amount;
	return accepted(amount);
}

/* --- extend --- */

static Pb__Outcome ask_extend(struct naive *world, const Pb__ExtendVoucher *command) {
	const struct naive_voucher *voucher = naive_voucher(world, command->voucher);
	if (!command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!voucher)
		return naive_unknown(command->voucher, PB__OUTCOME__VOUCHER_UNKNOWN);
	if (!naive_is_staff(world))
		return PB__OUTCOME__NOT_OWNER;
	if (!naive_may_see(world, voucher->holder))
		return PB__OUTCOME__NOT_IN_REGION;
	if (!is_active(voucher))
		return PB__OUTCOME__VOUCHER_STATE;
	if (world->now >= voucher->use_by)
		return PB__OUTCOME__VOUCHER_EXPIRED;
	bool is_allowed = naive_rules(world, voucher->programme, voucher->version)->extension_days > 0;
	return is_allowed && !voucher->extended ? PB__OUTCOME__OUTCOME_OK
	                                        : PB__OUTCOME__EXTENSION_NOT_ALLOWED;
}

static struct naive_answer extend(struct naive *world, const Pb__ExtendVoucher *command) {
	Pb__Outcome outcome = ask_extend(world, command);
	if (outcome)
		return refused(outcome);
	struct naive_voucher *voucher = naive_voucher(world, command->voucher);
	const Pb__RuleSet *rules = naive_rules(world, voucher->programme, voucher->version);
	voucher->use_by += rules->extension_days * MICROSECONDS_A_DAY;
	voucher->claim_by += rules->claim_by[0] ? 0 : rules->extension_days * MICROSECONDS_A_DAY;
	if (voucher->claim_by < voucher->use_by)
		voucher->claim_by = voucher->use_by;
	voucher->extended = true;
	return accepted(0);
}

/* --- expire --- */

static struct naive_answer expire_voucher(struct naive *world, uint64_t id) {
	struct naive_voucher *voucher = naive_voucher(world, id);
	if (!voucher)
		return refused(PB__OUTCOME__VOUCHER_UNKNOWN);
	if (!naive_is_staff(world))
		return refused(PB__OUTCOME__NOT_OWNER);
	if (!naive_may_see(world, voucher->holder))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (!voucher->live)
		return refused(PB__OUTCOME__NOTHING_LEFT);
	if (world->now < voucher->use_by)
		return refused(PB__OUTCOME__NOT_DUE);
	int64_t live = voucher->live;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_LIVE, voucher->programme, 0, -live);
	naive_give_back(world, voucher->programme, live, voucher->left);
	voucher->live = 0;
	voucher->expired += live;
	return accepted(live);
}

/* Of a memorandum leg, what goes with this part of the subsidy. */
static int64_t part_of(int64_t leg, int64_t amount, const struct naive_reservation *r) {
	return amount == r->held + r->redeemed ? leg : (int64_t)((wide)leg * amount / r->subsidy);
}

static struct naive_answer expire_reservation(struct naive *world, uint64_t id) {
	struct naive_reservation *r = naive_reservation(world, id);
	if (!r)
		return refused(PB__OUTCOME__RESERVATION_UNKNOWN);
	if (!naive_is_staff(world))
		return refused(PB__OUTCOME__NOT_OWNER);
	if (!naive_may_see(world, r->holder))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	struct naive_voucher *voucher = naive_voucher(world, r->voucher);
	const Pb__RuleSet *rules = naive_rules(world, r->programme, voucher->version);
	int64_t claims_end = voucher->claim_by + rules->correct_within_days * MICROSECONDS_A_DAY;
	int64_t unclaimed = r->redeemed - r->claimed;
	if (!r->held && !unclaimed)
		return refused(PB__OUTCOME__NOTHING_LEFT);
	int64_t held = world->now >= voucher->use_by ? r->held : 0;
	unclaimed = world->now >= claims_end ? unclaimed : 0;
	if (!held && !unclaimed)
		return refused(PB__OUTCOME__NOT_DUE);
	naive_take_back_memo(
	    world, r, part_of(r->own_share, held + unclaimed, r), part_of(r->vat, held + unclaimed, r));
	r->held -= held;
	r->redeemed -= unclaimed;
	r->released += held + unclaimed;
	voucher->reserved -= held;
	voucher->redeemed -= unclaimed;
	voucher->expired += held + unclaimed;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_RESERVED, r->programme, 0, -held);
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, r->programme, naive_payee(rules, r),
	    -unclaimed);
	naive_give_back(world, r->programme, held, voucher->left);
	naive_give_back(world, r->programme, unclaimed, voucher->left);
	return accepted(held + unclaimed);
}

static struct naive_answer expire(struct naive *world, const Pb__Expire *command) {
	if (!command->voucher && !command->reservation)
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (command->voucher && command->reservation)
		return refused(PB__OUTCOME__FIELD_INVALID);
	return command->voucher ? expire_voucher(world, command->voucher)
	                        : expire_reservation(world, command->reservation);
}

struct naive_answer naive_vouchers(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_EXTEND_VOUCHER: return extend(world, command->extend_voucher);
	case PB__COMMAND__BODY_EXPIRE: return expire(world, command->expire);
	default: return give_back(world, command);
	}
}
