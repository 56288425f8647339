/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *recover*: money that was paid and must come back.
 *
 *	order_clawback    MEMO_COUNTER ─► MEMO_RECEIVABLE of the payee
 *	record_recovery   MEMO_RECEIVABLE ─► MEMO_COUNTER, and
 *	                  PROGRAMME_RECOVERED of the payee ─► PROGRAMME_AVAILABLE of the funds that paid
 *	write_off         MEMO_RECEIVABLE ─► MEMO_WRITTEN_OFF, by another person than ordered it
 *
 * A clawback is of one paid claim, and of a claim no more is clawed back, all clawbacks together,
 * than it was paid. It is split over the funds as they bear the claim when it is ordered; each
 * recovery and each write-off over what is then still owed to them. What is written off is owed no
 * longer. The claim stays paid: paid less recovered is what the programme spent.
 */
#include "base/check.h"
#include "base/date.h"
#include "ledger/claim.h"
#include "ledger/clawback.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/memo.h"
#include "ledger/pool.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* --- order_clawback --- */

static bool want_ground(struct deciding *d, Pb__ClawbackGround ground) {
	if (ground == PB__CLAWBACK_GROUND__CLAWBACK_GROUND_UNSPECIFIED)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "ground");
	return protobuf_c_enum_descriptor_get_value(&pb__clawback_ground__descriptor, (int)ground) ||
	    refuse_field(d, PB__OUTCOME__FIELD_INVALID, "ground");
}

/* None, or a day that has not passed. */
static bool allow_due(struct deciding *d, const struct claim_row *claim, const char *due) {
	int32_t day;
	if (!*due)
		return true;
	return want_date(d, due, "due", &day) &&
	    (day >= local_day(d, the_programme(d, claim->programme)) ||
	        refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "due", "it has passed"));
}

static bool weigh_claim(struct deciding *d, const struct claim_row *claim, int64_t amount) {
	const struct weight paid = {
		.rule = PB__RULE__RULE_CLAWBACK,
		.outcome = PB__OUTCOME__CLAWBACK_EXCEEDS,
		.limit = claim->amount,
		.used = claim->clawed_back,
		.asked = amount,
	};
	return weigh(d, &paid);
}

/* How the funds bear what is clawed back: as they bear what is not clawed back yet. */
static bool share_clawback(struct deciding *d, const struct claim_row *claim, int64_t amount) {
	struct by_fund rest = claim->shares;
	by_fund_subtract(&rest, &claim->clawed_shares);
	const struct by_fund shares = by_fund_split(amount, &rest);
	return pool_name_shares(d, the_programme(d, claim->programme), &shares);
}

bool decide_order_clawback(struct deciding *d) {
	const Pb__OrderClawback *order = d->command->order_clawback;
	const struct claim_row *claim;
	if (!want_amount(d, order->amount, "amount") || !want_ground(d, order->ground) ||
	    !want_text(d, order->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(claim = claim_find(d, order->claim, "claim")) || !allow_due(d, claim, order->due))
		return false;
	bool is_paid = claim->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
	if (!claim_want_state(d, claim, is_paid) || !weigh_claim(d, claim, order->amount) ||
	    !memo_want_debt(d, claim->programme, claim->payee, order->amount, "amount") ||
	    !share_clawback(d, claim, order->amount))
		return false;
	d->decision->amount = order->amount;
	const struct programme_row *programme = the_programme(d, claim->programme);
	return memo_enter(d,
	    payee_account(PB__ACCOUNT_KIND__MEMO_RECEIVABLE, claim->programme, programme, claim->payee),
	    order->amount);
}

void apply_order_clawback(struct applying *a) {
	uint64_t claim_id = a->command->order_clawback->claim;
	struct claim_row claim = get_claim(a, claim_id);
	const struct clawback_row row = {
		.programme = claim.programme,
		.claim = claim_id,
		.payee = claim.payee,
		.amount = a->decision->amount,
		.ordered_by = actor_person(a),
		.left = pool_shares(a),
	};
	check_moved(a, 0, claim.payee, row.amount);
	put_clawback(a, a->entry->seq, &row);
	count(&claim.clawed_back, row.amount);
	by_fund_add(&claim.clawed_shares, &row.left);
	check(claim.clawed_back <= claim.amount);
	put_claim(a, claim_id, &claim);
	index_party(a, row.payee, TABLE_CLAWBACK, a->entry->seq);
}

/* --- record_recovery, write_off --- */

/* A clawback; the entry is then about its claim. NULL: refused. */
static const struct clawback_row *find_clawback(struct deciding *d, uint64_t id) {
	const struct clawback_row *row = clawback_read(d, id);
	if (!row)
		refuse_field(
		    d, id ? PB__OUTCOME__CLAWBACK_UNKNOWN : PB__OUTCOME__FIELD_MISSING, "clawback");
	return row && claim_find(d, row->claim, "clawback") ? row : NULL;
}

static struct account receivable_of(const struct deciding *d, const struct clawback_row *clawback) {
	return payee_account(PB__ACCOUNT_KIND__MEMO_RECEIVABLE, clawback->programme,
	    the_programme(d, clawback->programme), clawback->payee);
}

bool decide_record_recovery(struct deciding *d) {
	const Pb__RecordRecovery *record = d->command->record_recovery;
	const struct clawback_row *clawback;
	if (!want_amount(d, record->amount, "amount") ||
	    !allow_text(d, record->bank_reference, LIMIT_REFERENCE_BYTES, "bank_reference") ||
	    !allow_date(d, record->value_date, "value_date") ||
	    !(clawback = find_clawback(d, record->clawback)) ||
	    !clawback_weigh(d, clawback, record->amount))
		return false;
	d->decision->amount = record->amount;
	const struct by_fund parts = by_fund_split(record->amount, &clawback->left);
	return pool_name_shares(d, the_programme(d, clawback->programme), &parts) &&
	    clawback_post_recovery(d, clawback, &parts);
}

void apply_record_recovery(struct applying *a) {
	uint64_t id = a->command->record_recovery->clawback;
	const struct by_fund given = pool_given_back(a);
	check_moved(a, 0, get_clawback(a, id).payee, a->decision->amount);
	clawback_recover(a, id, &given);
}

bool decide_write_off(struct deciding *d) {
	const Pb__WriteOff *write_off = d->command->write_off;
	const struct clawback_row *clawback;
	if (!want_amount(d, write_off->amount, "amount") ||
	    !want_text(d, write_off->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(clawback = find_clawback(d, write_off->clawback)) ||
	    !want_other_person(d, clawback->ordered_by) ||
	    !clawback_weigh(d, clawback, write_off->amount))
		return false;
	d->decision->amount = write_off->amount;
	const struct programme_row *programme = the_programme(d, clawback->programme);
	const struct by_fund shares = by_fund_split(write_off->amount, &clawback->left);
	return pool_name_shares(d, programme, &shares) &&
	    transfer(d, receivable_of(d, clawback),
	        payee_account(PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, clawback->programme, programme,
	            clawback->payee),
	        write_off->amount);
}

void apply_write_off(struct applying *a) {
	uint64_t id = a->command->write_off->clawback;
	struct clawback_row row = get_clawback(a, id);
	const struct by_fund shares = pool_shares(a);
	check_moved(a, 0, row.payee, a->decision->amount);
	by_fund_subtract(&row.left, &shares);
	count(&row.written_off, a->decision->amount);
	put_clawback(a, id, &row);
}
