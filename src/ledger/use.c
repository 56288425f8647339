/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *use*: reserve (use_reserve.c) computes the subsidy for a contract and holds it; redeem
 * makes part of it payable, milestone by milestone; release gives back what is left to the voucher,
 * and withdraw to the pool.
 *
 *	PROGRAMME_LIVE ── reserve ─► PROGRAMME_RESERVED ── redeem ─► PROGRAMME_PAYABLE of the payee
 *	               ◄─ release ──          └────── withdraw ────► PROGRAMME_AVAILABLE of the funds
 *
 * Only the holder uses a voucher: no code, and no staff, is enough. A contract number is taken for
 * ever, also when its reservation is released.
 */
#include "ledger/use.h"

#include "base/check.h"
#include "ledger/counting.h"
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/memo.h"
#include "ledger/pool.h"
#include "ledger/take_up.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

static uint64_t party_of(Pb__Payee who, const struct reservation_row *reservation) {
	return who == PB__PAYEE__PAYEE_PROVIDER ? reservation->provider : reservation->holder;
}

/* What is granted without a voucher is the holder's: no provider is waiting for it. */
uint64_t use_payee(const Pb__RuleSet *rules, const struct reservation_row *reservation) {
	return rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER
	    ? party_of(rules->payee, reservation)
	    : reservation->holder;
}

uint64_t use_claimant(const Pb__RuleSet *rules, const struct reservation_row *reservation) {
	bool is_stated = rules->claimant != PB__PAYEE__PAYEE_UNSPECIFIED &&
	    rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	return is_stated ? party_of(rules->claimant, reservation) : use_payee(rules, reservation);
}

bool use_is_supported(const struct reservation_row *reservation) {
	return reservation->ratio_bp == 0 ||
	    reservation->claimed <= rules_share(reservation->invoiced, reservation->ratio_bp);
}

void use_name_parties(struct deciding *d, uint64_t id, const struct reservation_row *reservation) {
	d->decision->programme = reservation->programme;
	d->decision->holder = reservation->holder;
	d->decision->provider = reservation->provider;
	d->decision->voucher = reservation->voucher;
	d->decision->reservation = id;
}

/* --- memorandum --- */

static int64_t part_of(int64_t leg, int64_t amount, const struct reservation_row *r) {
	return amount == r->held + r->redeemed ? leg : (int64_t)((__int128)leg * amount / r->subsidy);
}

bool use_take_back_memo(struct deciding *d, const struct reservation_row *r,
    const struct programme_row *programme, int64_t amount) {
	check(amount > 0 && amount <= r->held + r->redeemed);
	d->decision->own_share = part_of(r->own_share, amount, r);
	d->decision->vat = part_of(r->vat, amount, r);
	struct account own_share = payee_account(
	    PB__ACCOUNT_KIND__MEMO_OWN_SHARE, r->programme, programme, r->holder);
	struct account vat = payee_account(
	    PB__ACCOUNT_KIND__MEMO_VAT, r->programme, programme, r->holder);
	return memo_leave(d, own_share, d->decision->own_share) && memo_leave(d, vat, d->decision->vat);
}

void use_apply_taken_back(struct applying *a, struct reservation_row *r, int64_t amount) {
	int64_t own_share = a->decision->own_share, vat = a->decision->vat;
	check_posted(a, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, r->programme, r->holder, -own_share);
	check_posted(a, PB__ACCOUNT_KIND__MEMO_VAT, r->programme, r->holder, -vat);
	count(&r->own_share, -own_share);
	count(&r->vat, -vat);
	counting_take_back(a, r, amount);
}

/* --- redeem, release, withdraw: decide --- */

static bool want_open(struct deciding *d, const struct reservation_row *reservation) {
	return reservation->status == PB__RESERVATION_STATUS__RESERVATION_OPEN ||
	    refuse_state(d, PB__OUTCOME__RESERVATION_STATE, &pb__reservation_status__descriptor,
	        reservation->status);
}

static bool want_redeem_fields(struct deciding *d, const Pb__Redeem *redeem) {
	return want_amount(d, redeem->amount, "amount") &&
	    allow_text(d, redeem->milestone, LIMIT_TEXT_BYTES, "milestone") &&
	    allow_evidence(d, redeem->evidence, redeem->n_evidence);
}

bool decide_redeem(struct deciding *d) {
	const Pb__Redeem *redeem = d->command->redeem;
	const struct reservation_row *reservation;
	if (!want_redeem_fields(d, redeem) ||
	    !(reservation = find_reservation(d, redeem->reservation, "reservation")) ||
	    !want_party(d, reservation->holder) ||
	    !want_in_good_standing(d, reservation->holder, "reservation") ||
	    !want_open(d, reservation) ||
	    !want_in_good_standing(d, reservation->provider, "reservation"))
		return false;
	const struct voucher_row *voucher = the_voucher(d, reservation->voucher);
	if (d->occasion->time_us >= voucher->use_by_us)
		return refuse_field(d, PB__OUTCOME__VOUCHER_EXPIRED, "reservation");
	const Pb__RuleSet *rules = read_rules(d, reservation->programme, voucher->rule_version);
	const struct weight held = {
		.rule = PB__RULE__RULE_RESERVATION,
		.outcome = PB__OUTCOME__RESERVATION_INSUFFICIENT,
		.limit = reservation->subsidy,
		.used = reservation->subsidy - reservation->held,
		.asked = redeem->amount,
	};
	if (!rules || !weigh(d, &held))
		return false;
	use_name_parties(d, redeem->reservation, reservation);
	d->decision->amount = redeem->amount;
	d->decision->rule_version = voucher->rule_version;
	d->decision->payee = use_payee(rules, reservation);
	const struct programme_row *programme = the_programme(d, reservation->programme);
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, reservation->programme, programme);
	struct account payable = payee_account(
	    PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, reservation->programme, programme, d->decision->payee);
	return transfer(d, reserved, payable, redeem->amount);
}

bool decide_release(struct deciding *d) {
	const Pb__Release *release = d->command->release;
	const struct reservation_row *reservation;
	if (!allow_text(d, release->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(reservation = find_reservation(d, release->reservation, "reservation")) ||
	    !want_owner(d, reservation->holder) || !want_open(d, reservation))
		return false;
	const struct programme_row *programme = the_programme(d, reservation->programme);
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, reservation->programme, programme);
	struct account live = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_LIVE, reservation->programme, programme);
	use_name_parties(d, release->reservation, reservation);
	d->decision->amount = reservation->held;
	d->decision->year = reservation->year;
	return transfer(d, reserved, live, reservation->held) &&
	    use_take_back_memo(d, reservation, programme, reservation->held);
}

bool decide_withdraw_reservation(struct deciding *d) {
	const Pb__WithdrawReservation *withdraw = d->command->withdraw_reservation;
	const struct reservation_row *reservation;
	if (!want_text(d, withdraw->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(reservation = find_reservation(d, withdraw->reservation, "reservation")) ||
	    !want_in_region(d, reservation->holder, "reservation") || !want_open(d, reservation))
		return false;
	const struct programme_row *programme = the_programme(d, reservation->programme);
	const struct pool pool = { .programme_id = reservation->programme, .programme = programme };
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, reservation->programme, programme);
	struct by_fund left = the_voucher(d, reservation->voucher)->left;
	use_name_parties(d, withdraw->reservation, reservation);
	d->decision->amount = reservation->held;
	d->decision->year = reservation->year;
	return pool_give_back(d, &pool, reserved, reservation->held, &left) &&
	    use_take_back_memo(d, reservation, programme, reservation->held);
}

/* --- apply --- */

void apply_redeem(struct applying *a) {
	uint64_t id = a->command->redeem->reservation;
	int64_t amount = a->decision->amount;
	struct reservation_row row = get_reservation(a, id);
	struct voucher_row voucher = get_voucher(a, row.voucher);
	check_moved(a, 0, a->decision->payee, amount);
	count(&row.held, -amount);
	count(&row.redeemed, amount);
	put_reservation(a, id, &row);
	count(&voucher.reserved, -amount);
	count(&voucher.redeemed, amount);
	put_voucher(a, row.voucher, &voucher);
	count(&touch_programme(a, row.programme)->redeemed, amount);
	take_up(a, &TAKE_UP_RESERVATION(&row), &(struct take_up_row){ .used = amount, .uses = 1 });
}

/* What is held leaves the reservation; its row, as it stands then. */
static struct reservation_row end_holding(
    struct applying *a, uint64_t id, struct voucher_row *voucher) {
	int64_t amount = a->decision->amount;
	struct reservation_row row = get_reservation(a, id);
	check(amount == row.held);
	count(&row.held, -amount);
	count(&row.released, amount);
	use_apply_taken_back(a, &row, amount);
	put_reservation(a, id, &row);
	*voucher = get_voucher(a, row.voucher);
	count(&voucher->reserved, -amount);
	return row;
}

void apply_release(struct applying *a) {
	struct voucher_row voucher;
	const struct reservation_row row = end_holding(a, a->command->release->reservation, &voucher);
	check_moved(a, 0, 0, a->decision->amount);
	count(&voucher.live, a->decision->amount);
	put_voucher(a, row.voucher, &voucher);
	if ((int64_t)a->entry->time_us >= voucher.use_by_us) /* it expires at once */
		due_put_voucher(a, row.voucher, &voucher);
}

void apply_withdraw_reservation(struct applying *a) {
	int64_t amount = a->decision->amount;
	struct voucher_row voucher;
	const struct reservation_row row = end_holding(
	    a, a->command->withdraw_reservation->reservation, &voucher);
	const struct by_fund back = pool_given_back(a);
	count(&voucher.cancelled, amount);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, row.voucher, &voucher);
	count(&touch_programme(a, row.programme)->cancelled, amount);
	take_up(a, &TAKE_UP_RESERVATION(&row), &(struct take_up_row){ .cancelled = amount });
}
