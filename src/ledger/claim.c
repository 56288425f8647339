/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim's way through the office (claim.h has the picture): approved, countersigned, published,
 * or stopped.
 *
 * What supports a claim is looked at again at each step: the invoices of a reservation's claims
 * support them together, until one of them is stopped. Each step is taken by another person than
 * the one who submitted; what else must lie in different hands, the rules say (duties_apart).
 */
#include "ledger/claim.h"

#include "base/check.h"
#include "base/date.h"
#include "ledger/counting.h"
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/pool.h"
#include "ledger/ready.h"
#include "ledger/use.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* --- what every step asks --- */

bool claim_want_state(struct deciding *d, const struct claim_row *claim, bool is_well) {
	return is_well ||
	    refuse_state(d, PB__OUTCOME__CLAIM_STATE, &pb__claim_status__descriptor, claim->status);
}

const struct claim_row *claim_find(struct deciding *d, uint64_t id, const char *field) {
	const struct claim_row *claim = find_claim(d, id, field);
	if (!claim || !want_in_region(d, claim->holder, field))
		return NULL;
	use_name_parties(d, claim->reservation, the_reservation(d, claim->reservation));
	d->decision->payee = claim->payee;
	d->decision->claim = id;
	d->decision->amount = claim->amount;
	return claim;
}

/* The rules of the claim's voucher. NULL: refused, no memory. */
static const Pb__RuleSet *rules_of(struct deciding *d, const struct claim_row *claim) {
	const struct reservation_row *reservation = the_reservation(d, claim->reservation);
	return read_rules(d, claim->programme, the_voucher(d, reservation->voucher)->rule_version);
}

/* What another claim's invoices left over may have been stopped with it. */
static bool want_support(struct deciding *d, const struct claim_row *claim) {
	const struct reservation_row *reservation = the_reservation(d, claim->reservation);
	const struct weight invoices = {
		.rule = PB__RULE__RULE_INVOICES,
		.outcome = PB__OUTCOME__INVOICES_INSUFFICIENT,
		.limit = rules_share(reservation->invoiced, reservation->ratio_bp),
		.used = reservation->claimed - claim->amount,
		.asked = claim->amount,
	};
	return use_is_supported(reservation) || weigh(d, &invoices);
}

/* --- return_claim, reject_claim --- */

/* Nothing of it is settled yet: whoever finds a fault may still stop it. One of which a part was
 * set off is paid, and then clawed back. */
static bool is_stoppable(const struct claim_row *claim) {
	return claim->netted == 0 &&
	    (claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	        claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED);
}

static const struct claim_row *find_stoppable(struct deciding *d, uint64_t id, const char *reason) {
	if (!want_text(d, reason, LIMIT_TEXT_BYTES, "reason"))
		return NULL;
	const struct claim_row *claim = claim_find(d, id, "claim");
	return claim && claim_want_state(d, claim, is_stoppable(claim)) ? claim : NULL;
}

bool decide_return_claim(struct deciding *d) {
	const Pb__ReturnClaim *give = d->command->return_claim;
	const struct claim_row *claim = find_stoppable(d, give->claim, give->reason);
	return claim && pool_name_shares(d, the_programme(d, claim->programme), &claim->shares);
}

bool claim_decide_rejection(struct deciding *d, const struct claim_row *claim) {
	const struct pool pool = {
		.programme_id = claim->programme,
		.programme = the_programme(d, claim->programme),
	};
	struct by_fund shares = claim->shares;
	d->decision->year = the_reservation(d, claim->reservation)->year;
	return pool_give_back(d, &pool,
	    payee_account(
	        PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, claim->programme, pool.programme, claim->payee),
	    claim->amount, &shares);
}

bool decide_reject_claim(struct deciding *d) {
	const Pb__RejectClaim *reject = d->command->reject_claim;
	const struct claim_row *claim = find_stoppable(d, reject->claim, reject->reason);
	return claim && claim_decide_rejection(d, claim);
}

/* Out of the running, for the reason that this entry gives, and no longer counted on its
 * reservation. */
static struct claim_row stop(struct applying *a, uint64_t id, Pb__ClaimStatus status) {
	struct claim_row row = get_claim(a, id);
	check(is_stoppable(&row) || row.status == PB__CLAIM_STATUS__CLAIM_OBJECTED);
	if (row.status == PB__CLAIM_STATUS__CLAIM_PUBLISHED) {
		ready_remove(a, id);
		row = get_claim(a, id);
	}
	row.status = status;
	row.settled_reason_seq = a->entry->seq;
	put_claim(a, id, &row);
	struct reservation_row reservation = get_reservation(a, row.reservation);
	count(&reservation.claimed, -row.amount);
	count(&reservation.invoiced, -row.invoiced);
	put_reservation(a, row.reservation, &reservation);
	return row;
}

void apply_return_claim(struct applying *a) {
	uint64_t id = a->command->return_claim->claim;
	struct claim_row row = stop(a, id, PB__CLAIM_STATUS__CLAIM_RETURNED);
	struct reservation_row reservation = get_reservation(a, row.reservation);
	struct voucher_row voucher = get_voucher(a, reservation.voucher);
	by_fund_add(&voucher.left, &row.shares);
	put_voucher(a, reservation.voucher, &voucher);
	due_put_reservation(a, row.reservation, &reservation, &voucher);
}

void claim_apply_rejection(struct applying *a, uint64_t id) {
	struct claim_row row = stop(a, id, PB__CLAIM_STATUS__CLAIM_REJECTED);
	struct by_fund given = pool_given_back(a);
	by_fund_subtract(&given, &row.shares);
	check(by_fund_is_zero(&given));
	struct reservation_row reservation = get_reservation(a, row.reservation);
	count(&reservation.redeemed, -row.amount);
	count(&reservation.released, row.amount);
	put_reservation(a, row.reservation, &reservation);
	counting_take_back(a, &reservation, row.amount);
	struct voucher_row voucher = get_voucher(a, reservation.voucher);
	count(&voucher.redeemed, -row.amount);
	count(&voucher.cancelled, row.amount);
	put_voucher(a, reservation.voucher, &voucher);
	struct programme_row *programme = touch_programme(a, row.programme);
	count(&programme->redeemed, -row.amount);
	count(&programme->cancelled, row.amount);
}

void apply_reject_claim(struct applying *a) {
	claim_apply_rejection(a, a->command->reject_claim->claim);
}

/* --- approve_claim, countersign_claim --- */

/* Who approves, first or second. */
static bool want_approver(struct deciding *d, const struct claim_row *claim) {
	const Pb__RuleSet *rules = rules_of(d, claim);
	if (!rules || !want_other_person(d, claim->submitter))
		return false;
	uint64_t voucher = the_reservation(d, claim->reservation)->voucher;
	return want_apart(
	    d, rules, PB__DUTY__DUTY_APPROVE_FROM_ISSUE, the_voucher(d, voucher)->issued_by);
}

bool decide_approve_claim(struct deciding *d) {
	const struct claim_row *claim = claim_find(d, d->command->approve_claim->claim, "claim");
	return claim &&
	    claim_want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED) &&
	    want_approver(d, claim) && want_support(d, claim);
}

void apply_approve_claim(struct applying *a) {
	uint64_t id = a->command->approve_claim->claim;
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_SUBMITTED);
	row.status = PB__CLAIM_STATUS__CLAIM_APPROVED;
	row.approve_seq = a->entry->seq;
	row.approver = actor_person(a);
	put_claim(a, id, &row);
}

bool decide_countersign_claim(struct deciding *d) {
	const struct claim_row *claim = claim_find(d, d->command->countersign_claim->claim, "claim");
	return claim && claim_want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED) &&
	    want_other_person(d, claim->approver) && want_approver(d, claim) && want_support(d, claim);
}

void apply_countersign_claim(struct applying *a) {
	uint64_t id = a->command->countersign_claim->claim;
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_APPROVED);
	row.status = PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED;
	row.countersigner = actor_person(a);
	put_claim(a, id, &row);
}

/* --- publish_claim --- */

/* The end of the local day so many days from now; no days: now. */
static int64_t publication_end_us(
    const struct deciding *d, const struct programme_row *programme, uint32_t days) {
	if (days == 0)
		return d->occasion->time_us;
	int32_t last_day = local_day(d, programme) + (int32_t)days;
	return date_day_start_us(last_day + 1, programme->utc_offset_minutes);
}

static bool want_publisher(
    struct deciding *d, const Pb__RuleSet *rules, const struct claim_row *claim) {
	const Pb__Duty duty = PB__DUTY__DUTY_PUBLISH_FROM_APPROVE;
	return want_apart(d, rules, duty, claim->approver) &&
	    want_apart(d, rules, duty, claim->countersigner);
}

bool decide_publish_claim(struct deciding *d) {
	const struct claim_row *claim = claim_find(d, d->command->publish_claim->claim, "claim");
	const Pb__RuleSet *rules = claim ? rules_of(d, claim) : NULL;
	if (!rules)
		return false;
	bool is_signed = claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	    (claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED && !rules->countersign);
	if (!claim_want_state(d, claim, is_signed) || !want_publisher(d, rules, claim) ||
	    !want_support(d, claim))
		return false;
	d->decision->publication_ends_us = publication_end_us(
	    d, the_programme(d, claim->programme), rules->publication_days);
	return true;
}

void apply_publish_claim(struct applying *a) {
	uint64_t id = a->command->publish_claim->claim;
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_APPROVED ||
	    row.status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED);
	row.status = PB__CLAIM_STATUS__CLAIM_PUBLISHED;
	row.published_seq = a->entry->seq;
	row.publication_ends_us = a->decision->publication_ends_us;
	put_claim(a, id, &row);
	ready_insert(a, id, 0);
}
