/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *claim*: from what has been redeemed to a claim that may be paid.
 *
 *	submit ─► SUBMITTED ─ approve ─► APPROVED ─ countersign ─► COUNTERSIGNED ─ publish ─► PUBLISHED
 *	                                     └──── publish, if the rules ask for one approval ───┘
 *
 *	from any of these:  return ─► RETURNED, to be corrected (submit with `replaces`)
 *	                    reject ─► REJECTED, for good: the money goes back to the pool
 *
 * What supports a claim is looked at again at each step: the invoices of a reservation's claims
 * support them together, until one of them is stopped.
 *
 * A published claim waits in the programme's list (ready.h) for a settlement. Amounts claimed and
 * invoiced are counted on the reservation; submitting moves no money, for redeeming made it
 * payable.
 */
#include "base/check.h"
#include "base/date.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/invoice.h"
#include "ledger/pool.h"
#include "ledger/ready.h"
#include "ledger/use.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* --- submit_claim --- */

static bool want_state(struct deciding *d, const struct claim_row *claim, bool is_well) {
	return is_well ||
	    refuse_state(d, PB__OUTCOME__CLAIM_STATE, &pb__claim_status__descriptor, claim->status);
}

/* A correction replaces a returned claim of the same reservation that nothing has replaced yet. */
static bool find_replaced(
    struct deciding *d, const Pb__SubmitClaim *submit, const struct claim_row **ret_claim) {
	const struct claim_row *claim = NULL;
	if (submit->replaces) {
		claim = find_claim(d, submit->replaces, "replaces");
		if (!claim)
			return false;
		if (claim->reservation != submit->reservation)
			return refuse_detail(
			    d, PB__OUTCOME__FIELD_INVALID, "replaces", "that claim is of another reservation");
		if (claim->replaced_by)
			return refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "replaces",
			    arena_printf(
			        d->arena, "claim %llu replaces it", (unsigned long long)claim->replaced_by));
		if (!want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_RETURNED))
			return false;
	}
	*ret_claim = claim;
	return true;
}

/* A claim must come by the last day. What was submitted in time and returned may be corrected
 * afterwards, but for no more than it asked. */
static bool want_in_time(struct deciding *d, const struct voucher_row *voucher,
    const struct claim_row *replaced, int64_t amount) {
	if (d->occasion->time_us < voucher->claim_by_us || (replaced && amount <= replaced->amount))
		return true;
	if (!replaced)
		return refuse_field(d, PB__OUTCOME__CLAIM_TOO_LATE, "reservation");
	return refuse_detail(d, PB__OUTCOME__CLAIM_TOO_LATE, "amount",
	    "a correction after the last day may not exceed the claim that it replaces");
}

/* Found missing here, it costs a correction today and not a payment in a month. */
static bool want_bank_account(struct deciding *d, uint64_t payee) {
	const Pb__RegisterParty *particulars = read_particulars(d, payee);
	if (!particulars)
		return false;
	return particulars->bank_account ||
	    refuse_detail(d, PB__OUTCOME__FIELD_MISSING, "bank_account",
	        arena_printf(d->arena, "%s has no bank account", particulars->code));
}

static bool weigh_claim(struct deciding *d, const struct reservation_row *reservation,
    int64_t amount, int64_t invoiced) {
	const struct weight redeemed = {
		.rule = PB__RULE__RULE_REDEEMED,
		.outcome = PB__OUTCOME__CLAIM_EXCEEDS,
		.limit = reservation->redeemed,
		.used = reservation->claimed,
		.asked = amount,
	};
	const struct weight invoices = {
		.rule = PB__RULE__RULE_INVOICES,
		.outcome = PB__OUTCOME__INVOICES_INSUFFICIENT,
		.limit = rules_share(invoiced, reservation->ratio_bp),
		.used = reservation->claimed,
		.asked = amount,
	};
	return weigh(d, &redeemed) && weigh(d, &invoices);
}

static void concern_reservation(
    struct deciding *d, const struct reservation_row *reservation, uint64_t payee) {
	d->decision->programme = reservation->programme;
	d->decision->holder = reservation->holder;
	d->decision->provider = reservation->provider;
	d->decision->voucher = reservation->voucher;
	d->decision->payee = payee;
}

bool decide_submit_claim(struct deciding *d) {
	const Pb__SubmitClaim *submit = d->command->submit_claim;
	const struct reservation_row *reservation;
	const struct claim_row *replaced = NULL;
	int64_t invoiced;
	if (!want_amount(d, submit->amount, "amount") || !want_invoices(d, submit) ||
	    !allow_evidence(d, submit->evidence, submit->n_evidence) ||
	    !(reservation = find_reservation(d, submit->reservation, "reservation")))
		return false;
	const struct voucher_row *voucher = the_voucher(d, reservation->voucher);
	const Pb__RuleSet *rules = read_rules(d, reservation->programme, voucher->rule_version);
	if (!rules)
		return false;
	uint64_t payee = use_payee(rules, reservation);
	if (!want_party(d, payee) || !want_not_suspended(d, payee, "reservation") ||
	    !find_replaced(d, submit, &replaced) ||
	    !want_in_time(d, voucher, replaced, submit->amount) || !want_bank_account(d, payee) ||
	    !want_free_invoices(d, submit) ||
	    !add_invoices(d, submit, reservation->invoiced, &invoiced) ||
	    !weigh_claim(d, reservation, submit->amount, invoiced))
		return false;
	concern_reservation(d, reservation, payee);
	d->decision->amount = submit->amount;
	d->decision->rule_version = voucher->rule_version;
	d->decision->ratio_bp = reservation->ratio_bp;
	return true;
}

static void apply_replacement(struct applying *a, uint64_t replaced) {
	struct claim_row row = get_claim(a, replaced);
	check(row.status == PB__CLAIM_STATUS__CLAIM_RETURNED && !row.replaced_by);
	row.replaced_by = a->entry->seq;
	put_claim(a, replaced, &row);
}

void apply_submit_claim(struct applying *a) {
	const Pb__SubmitClaim *submit = a->command->submit_claim;
	uint64_t id = a->entry->seq;
	struct reservation_row reservation = get_reservation(a, submit->reservation);
	struct claim_row row = {
		.programme = reservation.programme,
		.reservation = submit->reservation,
		.holder = reservation.holder,
		.provider = reservation.provider,
		.payee = a->decision->payee,
		.amount = a->decision->amount,
		.status = PB__CLAIM_STATUS__CLAIM_SUBMITTED,
	};
	row.invoiced = take_invoices(a, submit, id);
	set_code(row.submitted_by, a->entry->actor->person);
	put_claim(a, id, &row);
	count(&reservation.claimed, row.amount);
	count(&reservation.invoiced, row.invoiced);
	put_reservation(a, submit->reservation, &reservation);
	if (submit->replaces)
		apply_replacement(a, submit->replaces);
	index_party(a, row.holder, TABLE_CLAIM, id);
	index_party(a, row.provider, TABLE_CLAIM, id);
}

/* --- return_claim, reject_claim --- */

/* Not settled yet: whoever finds a fault may still stop it. */
static bool is_stoppable(const struct claim_row *claim) {
	return claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED;
}

static void concern_claim(struct deciding *d, const struct claim_row *claim) {
	concern_reservation(d, the_reservation(d, claim->reservation), claim->payee);
	d->decision->amount = claim->amount;
}

static const struct claim_row *find_stoppable(struct deciding *d, uint64_t id, const char *reason) {
	if (!want_text(d, reason, LIMIT_TEXT_BYTES, "reason"))
		return NULL;
	const struct claim_row *claim = find_claim(d, id, "claim");
	if (!claim || !want_state(d, claim, is_stoppable(claim)))
		return NULL;
	concern_claim(d, claim);
	return claim;
}

bool decide_return_claim(struct deciding *d) {
	const Pb__ReturnClaim *give = d->command->return_claim;
	return find_stoppable(d, give->claim, give->reason) != NULL;
}

bool decide_reject_claim(struct deciding *d) {
	const Pb__RejectClaim *reject = d->command->reject_claim;
	const struct claim_row *claim = find_stoppable(d, reject->claim, reject->reason);
	if (!claim)
		return false;
	d->decision->year = the_reservation(d, claim->reservation)->year;
	const struct programme_row *programme = the_programme(d, claim->programme);
	const struct pool pool = { .programme_id = claim->programme, .programme = programme };
	struct by_fund left = the_voucher(d, the_reservation(d, claim->reservation)->voucher)->left;
	return pool_give_back(d, &pool,
	    payee_account(
	        PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, claim->programme, programme, claim->payee),
	    claim->amount, &left);
}

/* Ends a claim. */
static struct claim_row stop(struct applying *a, uint64_t id, Pb__ClaimStatus status) {
	struct claim_row row = get_claim(a, id);
	check(is_stoppable(&row));
	if (row.status == PB__CLAIM_STATUS__CLAIM_PUBLISHED)
		ready_remove(a, id);
	row = get_claim(a, id);
	row.status = status;
	row.settled_reason_seq = a->entry->seq;
	put_claim(a, id, &row);
	return row;
}

void apply_return_claim(struct applying *a) {
	struct claim_row row = stop(
	    a, a->command->return_claim->claim, PB__CLAIM_STATUS__CLAIM_RETURNED);
	struct reservation_row reservation = get_reservation(a, row.reservation);
	count(&reservation.claimed, -row.amount);
	count(&reservation.invoiced, -row.invoiced);
	put_reservation(a, row.reservation, &reservation);
}

void apply_reject_claim(struct applying *a) {
	struct claim_row row = stop(
	    a, a->command->reject_claim->claim, PB__CLAIM_STATUS__CLAIM_REJECTED);
	struct reservation_row reservation = get_reservation(a, row.reservation);
	count(&reservation.claimed, -row.amount);
	count(&reservation.invoiced, -row.invoiced);
	count(&reservation.redeemed, -row.amount);
	count(&reservation.released, row.amount);
	put_reservation(a, row.reservation, &reservation);
	use_count(a, &reservation, -row.amount);
	struct voucher_row voucher = get_voucher(a, reservation.voucher);
	count(&voucher.redeemed, -row.amount);
	count(&voucher.cancelled, row.amount);
	const struct by_fund back = pool_given_back(a);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, reservation.voucher, &voucher);
	struct programme_row *programme = touch_programme(a, row.programme);
	count(&programme->redeemed, -row.amount);
	count(&programme->cancelled, row.amount);
}

/* --- approve_claim, countersign_claim --- */

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

bool decide_approve_claim(struct deciding *d) {
	const struct claim_row *claim = find_claim(d, d->command->approve_claim->claim, "claim");
	if (!claim || !want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED) ||
	    !want_other_person_named(d, claim->submitted_by) || !want_support(d, claim))
		return false;
	concern_claim(d, claim);
	return true;
}

void apply_approve_claim(struct applying *a) {
	uint64_t id = a->command->approve_claim->claim;
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_SUBMITTED);
	row.status = PB__CLAIM_STATUS__CLAIM_APPROVED;
	row.approve_seq = a->entry->seq;
	set_code(row.approved_by, a->entry->actor->person);
	put_claim(a, id, &row);
}

bool decide_countersign_claim(struct deciding *d) {
	const struct claim_row *claim = find_claim(d, d->command->countersign_claim->claim, "claim");
	if (!claim || !want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED) ||
	    !want_other_person_named(d, claim->approved_by) ||
	    !want_other_person_named(d, claim->submitted_by) || !want_support(d, claim))
		return false;
	concern_claim(d, claim);
	return true;
}

void apply_countersign_claim(struct applying *a) {
	uint64_t id = a->command->countersign_claim->claim;
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_APPROVED);
	row.status = PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED;
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

bool decide_publish_claim(struct deciding *d) {
	const struct claim_row *claim = find_claim(d, d->command->publish_claim->claim, "claim");
	if (!claim)
		return false;
	const struct reservation_row *reservation = the_reservation(d, claim->reservation);
	const Pb__RuleSet *rules = read_rules(
	    d, claim->programme, the_voucher(d, reservation->voucher)->rule_version);
	if (!rules)
		return false;
	bool is_signed = claim->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	    (claim->status == PB__CLAIM_STATUS__CLAIM_APPROVED && !rules->countersign);
	if (!want_state(d, claim, is_signed) || !want_support(d, claim))
		return false;
	concern_claim(d, claim);
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
