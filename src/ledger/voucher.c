/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *voucher*: return and cancel. What a voucher has live, neither reserved nor redeemed, goes
 * back to the pool, to the funds that bear it: by the holder, or by the programme office.
 */
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/pool.h"
#include "ledger/take_up.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* --- return_voucher, cancel_voucher --- */

/* What is live goes back to the pool. */
static bool take_back(struct deciding *d, uint64_t id) {
	const struct voucher_row *voucher = find_voucher(d, id, "voucher");
	if (!voucher || !want_owner(d, voucher->holder) ||
	    !want_in_region(d, voucher->holder, "voucher"))
		return false;
	if (voucher->status != PB__VOUCHER_STATUS__VOUCHER_ACTIVE)
		return refuse_state(
		    d, PB__OUTCOME__VOUCHER_STATE, &pb__voucher_status__descriptor, voucher->status);
	if (voucher->live == 0)
		return refuse(d, PB__OUTCOME__NOTHING_LEFT);
	const struct programme_row *programme = the_programme(d, voucher->programme);
	d->decision->programme = voucher->programme;
	d->decision->holder = voucher->holder;
	d->decision->voucher = id;
	d->decision->amount = voucher->live;
	const struct pool pool = { .programme_id = voucher->programme, .programme = programme };
	struct by_fund left = voucher->left;
	return pool_give_back(d, &pool,
	    programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, voucher->programme, programme),
	    voucher->live, &left);
}

bool decide_return_voucher(struct deciding *d) {
	const Pb__ReturnVoucher *give = d->command->return_voucher;
	return allow_text(d, give->reason, LIMIT_TEXT_BYTES, "reason") && take_back(d, give->voucher);
}

void apply_return_voucher(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct voucher_row voucher = get_voucher(a, decision->voucher);
	const struct by_fund back = pool_given_back(a);
	count(&voucher.live, -decision->amount);
	count(&voucher.returned, decision->amount);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, decision->voucher, &voucher);
	count(&touch_programme(a, decision->programme)->returned, decision->amount);
	take_up(a, &TAKE_UP_VOUCHER(&voucher), &(struct take_up_row){ .returned = decision->amount });
}

bool decide_cancel_voucher(struct deciding *d) {
	const Pb__CancelVoucher *cancel = d->command->cancel_voucher;
	return want_text(d, cancel->reason, LIMIT_TEXT_BYTES, "reason") &&
	    take_back(d, cancel->voucher);
}

void apply_cancel_voucher(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct voucher_row voucher = get_voucher(a, decision->voucher);
	const struct by_fund back = pool_given_back(a);
	count(&voucher.live, -decision->amount);
	count(&voucher.cancelled, decision->amount);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, decision->voucher, &voucher);
	count(&touch_programme(a, decision->programme)->cancelled, decision->amount);
	take_up(a, &TAKE_UP_VOUCHER(&voucher), &(struct take_up_row){ .cancelled = decision->amount });
}
