/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the application to the voucher, and back:
 *
 *	apply ─► SUBMITTED ─► review ─► APPROVED ─► issue ─► ISSUED, with a voucher ACTIVE
 *	                         └────► REJECTED (may apply again)
 *
 * Issue moves money from the pool into the voucher; return and cancel move back what is neither
 * reserved nor redeemed. Reservations are use.c's. A voucher keeps the rules of its issue.
 */
#include "base/check.h"
#include "base/date.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/pool.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

/* --- apply --- */

/* The applicant: the principal's own party, or the one that staff names. */
static const struct party_row *find_applicant(
    struct deciding *d, const char *code, uint64_t *ret_id) {
	if (is_staff(d))
		return find_party(d, code, "party", ret_id);
	const struct party_row *own = the_party(d, d->actor->party);
	if (*code && strcmp(code, own->code) != 0) { /* whether it exists is not for others to learn */
		refuse_field(d, PB__OUTCOME__NOT_OWNER, "party");
		return NULL;
	}
	*ret_id = d->actor->party;
	return own;
}

/* Whether the party, concerned by `field`, may hold a voucher of these rules now. */
static bool want_eligible(
    struct deciding *d, const Pb__RuleSet *rules, uint64_t party, const char *field) {
	struct rules_party holder;
	struct rules_result result;
	if (!want_not_suspended(d, party, field) || !read_rules_party(d, party, &holder))
		return false;
	rules_eligible(rules, &holder, d->arena, &result);
	return weigh_result(d, &result);
}

bool decide_apply(struct deciding *d) {
	const Pb__Apply *apply = d->command->apply;
	uint64_t programme_id, party_id;
	const struct programme_row *programme;
	const struct party_row *party;
	const Pb__RuleSet *rules;
	if (!want_amount(d, apply->amount, "amount") ||
	    !allow_text(d, apply->purpose, LIMIT_TEXT_BYTES, "purpose") ||
	    !allow_evidence(d, apply->evidence, apply->n_evidence) ||
	    !(programme = find_programme(d, apply->programme, "programme", &programme_id)) ||
	    !(party = find_applicant(d, apply->party, &party_id)))
		return false;
	if (party->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "party");
	if (!(rules = read_rules_in_force(d, programme_id, programme)) ||
	    !want_eligible(d, rules, party_id, "party"))
		return false;
	d->decision->programme = programme_id;
	d->decision->holder = party_id;
	d->decision->amount = apply->amount;
	d->decision->rule_version = rules->version;
	return true;
}

void apply_apply(struct applying *a) {
	const struct application_row row = {
		.programme = a->decision->programme,
		.party = a->decision->holder,
		.amount = a->decision->amount,
		.status = PB__APPLICATION_STATUS__APPLICATION_SUBMITTED,
	};
	put_application(a, a->entry->seq, &row);
	index_party(a, row.party, TABLE_APPLICATION, a->entry->seq);
}

/* --- review_application --- */

static bool want_application_in(
    struct deciding *d, const struct application_row *application, Pb__ApplicationStatus status) {
	return application->status == status ||
	    refuse_state(d, PB__OUTCOME__APPLICATION_STATE, &pb__application_status__descriptor,
	        application->status);
}

static bool want_verdict(struct deciding *d, const Pb__ReviewApplication *review) {
	switch (review->verdict) {
	case PB__VERDICT__VERDICT_APPROVE:
		return allow_text(d, review->reason, LIMIT_TEXT_BYTES, "reason");
	case PB__VERDICT__VERDICT_REJECT:
		return want_text(d, review->reason, LIMIT_TEXT_BYTES, "reason");
	case PB__VERDICT__VERDICT_UNSPECIFIED:
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "verdict");
	default: return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "verdict");
	}
}

/* The entry is about this application. */
static void concern_application(
    struct deciding *d, uint64_t id, const struct application_row *application) {
	d->decision->subject = id;
	d->decision->programme = application->programme;
	d->decision->holder = application->party;
}

bool decide_review_application(struct deciding *d) {
	const Pb__ReviewApplication *review = d->command->review_application;
	const struct application_row *application;
	if (!want_verdict(d, review) ||
	    !(application = find_application(d, review->application, "application")) ||
	    !want_application_in(d, application, PB__APPLICATION_STATUS__APPLICATION_SUBMITTED))
		return false;
	concern_application(d, review->application, application);
	d->decision->amount = application->amount;
	return true;
}

void apply_review_application(struct applying *a) {
	struct application_row row = get_application(a, a->decision->subject);
	bool is_approved = a->command->review_application->verdict == PB__VERDICT__VERDICT_APPROVE;
	row.status = is_approved ? PB__APPLICATION_STATUS__APPLICATION_APPROVED
	                         : PB__APPLICATION_STATUS__APPLICATION_REJECTED;
	row.review_seq = a->entry->seq;
	put_application(a, a->decision->subject, &row);
}

/* --- issue --- */

/* All that stands against an issue of `amount`, but for the pool. A cap of 0 is none. */
static bool weigh_issue(struct deciding *d, const struct application_row *application,
    const Pb__RuleSet *rules, int64_t amount) {
	int64_t vouchers = usage_so_far(
	    d, USAGE_VOUCHERS, application->programme, application->party, 0);
	const struct weight applied = { PB__RULE__RULE_APPLICATION, PB__OUTCOME__CAP_REACHED,
		.limit = application->amount, .asked = amount };
	const struct weight size = { PB__RULE__RULE_VOUCHER_AMOUNT, PB__OUTCOME__CAP_REACHED,
		.limit = rules->voucher_amount_max, .asked = amount };
	const struct weight at_once = { PB__RULE__RULE_VOUCHERS_AT_ONCE, PB__OUTCOME__VOUCHERS_AT_ONCE,
		.limit = rules->vouchers_at_once, .used = vouchers, .asked = 1 };
	return weigh(d, &applied) && (size.limit == 0 || weigh(d, &size)) &&
	    (at_once.limit == 0 || weigh(d, &at_once));
}

/* The last day of use is so many days after today, the last day of claims so many after that: each
 * is over when the day after it begins. */
static void set_deadlines(
    struct deciding *d, const struct programme_row *programme, const Pb__RuleSet *rules) {
	int32_t offset = programme->utc_offset_minutes;
	int32_t use_by = local_day(d, programme) + (int32_t)rules->use_within_days;
	int32_t claim_by = use_by + (int32_t)rules->claim_within_days;
	d->decision->use_by_us = date_day_start_us(use_by + 1, offset);
	d->decision->claim_by_us = date_day_start_us(claim_by + 1, offset);
}

bool decide_issue(struct deciding *d) {
	const Pb__Issue *issue = d->command->issue;
	const struct application_row *application;
	if (!want_amount(d, issue->amount, "amount") ||
	    !(application = find_application(d, issue->application, "application")) ||
	    !want_application_in(d, application, PB__APPLICATION_STATUS__APPLICATION_APPROVED))
		return false;
	uint64_t programme_id = application->programme;
	const struct programme_row *programme = the_programme(d, programme_id);
	const Pb__RuleSet *rules = read_rules_in_force(d, programme_id, programme);
	if (!rules || !want_eligible(d, rules, application->party, "application") ||
	    !weigh_issue(d, application, rules, issue->amount))
		return false;
	const struct pool pool = { programme_id, programme, rules };
	if (!pool_weigh(d, &pool, issue->amount))
		return false;
	int64_t sum; /* bounds whatever is counted of vouchers */
	if (__builtin_add_overflow(programme->issued, issue->amount, &sum))
		return refuse_field(d, PB__OUTCOME__OVERFLOW, "amount");

	concern_application(d, issue->application, application);
	d->decision->voucher = d->entry->seq;
	d->decision->amount = issue->amount;
	d->decision->rule_version = rules->version;
	set_deadlines(d, programme, rules);
	return pool_draw(d, &pool,
	    programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, programme_id, programme),
	    issue->amount);
}

void apply_issue(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	const struct voucher_row voucher = {
		.programme = decision->programme,
		.holder = decision->holder,
		.amount = decision->amount,
		.live = decision->amount,
		.use_by_us = decision->use_by_us,
		.claim_by_us = decision->claim_by_us,
		.left = pool_taken(a),
		.rule_version = decision->rule_version,
	};
	put_voucher(a, decision->voucher, &voucher);
	index_party(a, voucher.holder, TABLE_VOUCHER, decision->voucher);

	struct application_row application = get_application(a, decision->subject);
	check(application.status == PB__APPLICATION_STATUS__APPLICATION_APPROVED);
	application.status = PB__APPLICATION_STATUS__APPLICATION_ISSUED;
	application.voucher = decision->voucher;
	put_application(a, decision->subject, &application);

	struct programme_row *programme = touch_programme(a, decision->programme);
	count(&programme->issued, decision->amount);
	programme->vouchers++;
}

/* --- return_voucher, cancel_voucher --- */

/* What is live goes back to the pool. */
static bool take_back(struct deciding *d, uint64_t id) {
	const struct voucher_row *voucher = find_voucher(d, id, "voucher");
	if (!voucher || !want_owner(d, voucher->holder))
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
	count(&voucher.live, -decision->amount);
	count(&voucher.returned, decision->amount);
	const struct by_fund back = pool_given_back(a);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, decision->voucher, &voucher);
	count(&touch_programme(a, decision->programme)->returned, decision->amount);
}

bool decide_cancel_voucher(struct deciding *d) {
	const Pb__CancelVoucher *cancel = d->command->cancel_voucher;
	return want_text(d, cancel->reason, LIMIT_TEXT_BYTES, "reason") &&
	    take_back(d, cancel->voucher);
}

void apply_cancel_voucher(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct voucher_row voucher = get_voucher(a, decision->voucher);
	count(&voucher.live, -decision->amount);
	count(&voucher.cancelled, decision->amount);
	const struct by_fund back = pool_given_back(a);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, decision->voucher, &voucher);
	count(&touch_programme(a, decision->programme)->cancelled, decision->amount);
}
