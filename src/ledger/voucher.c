/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *voucher*: return and cancel. What a voucher has live, neither reserved nor redeemed, goes
 * back to the pool, to the funds that bear it: by the holder, or by the programme office.
 */
#include "ledger/voucher.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/pool.h"
#include "ledger/take_up.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

bool voucher_give_back(struct deciding *d, uint64_t id, const struct voucher_row *voucher) {
	const struct programme_row *programme = the_programme(d, voucher->programme);
	const struct pool pool = { .programme_id = voucher->programme, .programme = programme };
	struct by_fund left = voucher->left;
	d->decision->programme = voucher->programme;
	d->decision->holder = voucher->holder;
	d->decision->voucher = id;
	d->decision->amount = voucher->live;
	return pool_give_back(d, &pool,
	    programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, voucher->programme, programme),
	    voucher->live, &left);
}

void voucher_apply_given_back(struct applying *a, const struct take_up_row *gone) {
	uint64_t id = a->decision->voucher;
	int64_t amount = a->decision->amount;
	struct voucher_row voucher = get_voucher(a, id);
	struct programme_row *programme = touch_programme(a, voucher.programme);
	const struct by_fund back = pool_given_back(a);
	check(amount == voucher.live && amount == gone->returned + gone->cancelled + gone->expired);
	check_posted(a, PB__ACCOUNT_KIND__PROGRAMME_LIVE, voucher.programme, 0, -amount);
	count(&voucher.live, -amount);
	count(&voucher.returned, gone->returned);
	count(&voucher.cancelled, gone->cancelled);
	count(&voucher.expired, gone->expired);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, id, &voucher);
	count(&programme->returned, gone->returned);
	count(&programme->cancelled, gone->cancelled);
	count(&programme->expired, gone->expired);
	take_up(a, &TAKE_UP_VOUCHER(&voucher), gone);
}

/* --- return_voucher, cancel_voucher --- */

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
	return voucher_give_back(d, id, voucher);
}

bool decide_return_voucher(struct deciding *d) {
	const Pb__ReturnVoucher *give = d->command->return_voucher;
	return allow_text(d, give->reason, LIMIT_TEXT_BYTES, "reason") && take_back(d, give->voucher);
}

void apply_return_voucher(struct applying *a) {
	voucher_apply_given_back(a, &(struct take_up_row){ .returned = a->decision->amount });
}

bool decide_cancel_voucher(struct deciding *d) {
	const Pb__CancelVoucher *cancel = d->command->cancel_voucher;
	return want_text(d, cancel->reason, LIMIT_TEXT_BYTES, "reason") &&
	    take_back(d, cancel->voucher);
}

void apply_cancel_voucher(struct applying *a) {
	voucher_apply_given_back(a, &(struct take_up_row){ .cancelled = a->decision->amount });
}
