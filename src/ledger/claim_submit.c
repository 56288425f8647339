/* SPDX-License-Identifier: Apache-2.0 */
/*
 * submit_claim: of what has been redeemed on a reservation and not been claimed, supported by
 * invoices where the subsidy was a share of the expense, within the days on which claims are taken.
 *
 * What was submitted in time and returned may be corrected later, until its time for corrections
 * has passed, and for no more than it asked.
 */
#include "base/check.h"
#include "ledger/claim.h"
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/invoice.h"
#include "ledger/personal.h"
#include "ledger/pool.h"
#include "ledger/use.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* What a claim is made on. */
struct submitting {
	const Pb__SubmitClaim *command;
	const struct reservation_row *reservation;
	const struct voucher_row *voucher;
	const Pb__RuleSet *rules;
	const struct claim_row *replaced; /* NULL: it corrects none */
	uint64_t payee;
};

/* --- who --- */

static bool find_what_is_claimed(struct deciding *d, struct submitting *s) {
	s->reservation = find_reservation(d, s->command->reservation, "reservation");
	if (!s->reservation)
		return false;
	s->voucher = the_voucher(d, s->reservation->voucher);
	s->rules = read_rules(d, s->reservation->programme, s->voucher->rule_version);
	if (!s->rules)
		return false;
	s->payee = use_payee(s->rules, s->reservation);
	return true;
}

static bool want_claimant(struct deciding *d, const struct submitting *s) {
	uint64_t claimant = use_claimant(s->rules, s->reservation);
	return want_party(d, claimant) && want_not_suspended(d, claimant, "reservation") &&
	    want_not_suspended(d, s->payee, "reservation");
}

/* Found missing here, it costs a correction today and not a payment in a month. */
static bool want_bank_account(struct deciding *d, uint64_t payee) {
	const Pb__RegisterParty *particulars = read_particulars(d, payee);
	if (!particulars)
		return false;
	return has_account(particulars) ||
	    refuse_detail(d, PB__OUTCOME__FIELD_MISSING, "bank_account",
	        arena_printf(d->arena, "%s has no bank account", particulars->code));
}

/* --- when --- */

/* A correction replaces a returned claim of the same reservation that nothing has replaced yet. */
static bool find_replaced(struct deciding *d, struct submitting *s) {
	if (!s->command->replaces)
		return true;
	const struct claim_row *claim = find_claim(d, s->command->replaces, "replaces");
	if (!claim)
		return false;
	if (claim->reservation != s->command->reservation)
		return refuse_detail(
		    d, PB__OUTCOME__FIELD_INVALID, "replaces", "that claim is of another reservation");
	if (claim->replaced_by)
		return refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "replaces",
		    arena_printf(
		        d->arena, "claim %llu replaces it", (unsigned long long)claim->replaced_by));
	s->replaced = claim;
	return claim_want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_RETURNED);
}

static bool want_in_time(struct deciding *d, const struct submitting *s) {
	const Pb__RuleSet *rules = s->rules;
	int64_t now_us = d->occasion->time_us;
	int32_t today = local_day(d, the_programme(d, s->reservation->programme));
	bool is_late = now_us >= s->voucher->claim_by_us;
	Pb__Outcome untimely = is_late ? PB__OUTCOME__CLAIM_TOO_LATE : PB__OUTCOME__WINDOW_CLOSED;
	if (!is_late && rules_is_open(rules->claim_windows, rules->n_claim_windows, today))
		return true;
	if (!s->replaced)
		return refuse_field(d, untimely, "reservation");
	if (is_late && now_us >= due_claims_us(s->voucher, rules))
		return refuse_detail(d, untimely, "replaces", "its time for corrections has passed");
	return s->command->amount <= s->replaced->amount ||
	    refuse_detail(d, untimely, "amount",
	        "a correction that comes late may not exceed the claim that it replaces");
}

/* --- how much --- */

static bool weigh_redeemed(struct deciding *d, const struct submitting *s) {
	const struct weight redeemed = {
		.rule = PB__RULE__RULE_REDEEMED,
		.outcome = PB__OUTCOME__CLAIM_EXCEEDS,
		.limit = s->reservation->redeemed,
		.used = s->reservation->claimed,
		.asked = s->command->amount,
	};
	return weigh(d, &redeemed);
}

/* What the claim's invoices add to those that support the reservation's claims already. */
static bool read_support(struct deciding *d, const struct submitting *s, int64_t *ret_invoiced) {
	struct invoice_sums sums = { 0 };
	int64_t invoiced;
	if (!want_free_invoices(d, s->command) || !add_invoices(d, s->command, &sums))
		return false;
	d->decision->vat = s->rules->vat_excluded ? sums.vat : 0;
	if (__builtin_add_overflow(s->reservation->invoiced, sums.amount - d->decision->vat, &invoiced))
		return refuse_field(d, PB__OUTCOME__OVERFLOW, "invoices");
	*ret_invoiced = invoiced;
	return true;
}

/* An amount that is no share of an expense needs no invoices. */
static bool weigh_support(struct deciding *d, const struct submitting *s) {
	int64_t invoiced = 0;
	if (!read_support(d, s, &invoiced) || !weigh_redeemed(d, s))
		return false;
	const struct weight invoices = {
		.rule = PB__RULE__RULE_INVOICES,
		.outcome = PB__OUTCOME__INVOICES_INSUFFICIENT,
		.limit = rules_share(invoiced, s->reservation->ratio_bp),
		.used = s->reservation->claimed,
		.asked = s->command->amount,
	};
	return s->reservation->ratio_bp == 0 || weigh(d, &invoices);
}

bool decide_submit_claim(struct deciding *d) {
	const Pb__SubmitClaim *submit = d->command->submit_claim;
	struct submitting s = { .command = submit };
	if (!want_amount(d, submit->amount, "amount") || !allow_invoices(d, submit) ||
	    !allow_evidence(d, submit->evidence, submit->n_evidence) || !find_what_is_claimed(d, &s) ||
	    !want_claimant(d, &s) || !find_replaced(d, &s) || !want_in_time(d, &s))
		return false;
	if (s.reservation->ratio_bp > 0 && submit->n_invoices == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "invoices");
	if (!want_bank_account(d, s.payee) || !weigh_support(d, &s))
		return false;
	use_name_parties(d, submit->reservation, s.reservation);
	d->decision->payee = s.payee;
	d->decision->amount = submit->amount;
	d->decision->rule_version = s.voucher->rule_version;
	d->decision->ratio_bp = s.reservation->ratio_bp;
	const struct by_fund shares = by_fund_split(submit->amount, &s.voucher->left);
	return pool_name_shares(d, the_programme(d, s.reservation->programme), &shares);
}

/* --- apply --- */

static void apply_replacement(struct applying *a, uint64_t replaced) {
	struct claim_row row = get_claim(a, replaced);
	check(row.status == PB__CLAIM_STATUS__CLAIM_RETURNED && !row.replaced_by);
	row.replaced_by = a->entry->seq;
	put_claim(a, replaced, &row);
}

static void index_claim(struct applying *a, const struct claim_row *claim) {
	index_party(a, claim->holder, TABLE_CLAIM, a->entry->seq);
	if (claim->provider)
		index_party(a, claim->provider, TABLE_CLAIM, a->entry->seq);
}

void apply_submit_claim(struct applying *a) {
	const Pb__SubmitClaim *submit = a->command->submit_claim;
	uint64_t id = a->entry->seq;
	struct reservation_row reservation = get_reservation(a, submit->reservation);
	struct voucher_row voucher = get_voucher(a, reservation.voucher);
	struct claim_row row = {
		.programme = reservation.programme,
		.reservation = submit->reservation,
		.holder = reservation.holder,
		.provider = reservation.provider,
		.payee = a->decision->payee,
		.amount = a->decision->amount,
		.submitter = actor_person(a),
		.shares = pool_shares(a),
	};
	row.invoiced = take_invoices(a, submit, id);
	count(&row.invoiced, -a->decision->vat);
	row.status = PB__CLAIM_STATUS__CLAIM_SUBMITTED;
	put_claim(a, id, &row);
	count(&reservation.claimed, row.amount);
	count(&reservation.invoiced, row.invoiced);
	put_reservation(a, submit->reservation, &reservation);
	by_fund_subtract(&voucher.left, &row.shares);
	put_voucher(a, reservation.voucher, &voucher);
	if (submit->replaces)
		apply_replacement(a, submit->replaces);
	index_claim(a, &row);
}
