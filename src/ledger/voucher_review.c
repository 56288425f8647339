/* SPDX-License-Identifier: Apache-2.0 */
/* Family *voucher*: review_application, by as many levels as the rules of the application ask. */
#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/rules_cache.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

static bool want_verdict(struct deciding *d, const Pb__ReviewApplication *review) {
	switch (review->verdict) {
	case PB__VERDICT__VERDICT_APPROVE:
		return allow_text(d, review->reason, LIMIT_TEXT_BYTES, "reason");
	case PB__VERDICT__VERDICT_REJECT:
	case PB__VERDICT__VERDICT_RETURN:
		return want_text(d, review->reason, LIMIT_TEXT_BYTES, "reason");
	case PB__VERDICT__VERDICT_UNSPECIFIED:
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "verdict");
	default: return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "verdict");
	}
}

static bool is_under_review(const struct application_row *application) {
	return application->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED ||
	    application->status == PB__APPLICATION_STATUS__APPLICATION_REVIEWED;
}

/* Of two levels the second is another person's. Whoever approved may still stop it. */
static bool want_reviewer(struct deciding *d, const struct application_row *application) {
	const Pb__RuleSet *rules = read_rules(d, application->programme, application->rule_version);
	bool is_approval = d->command->review_application->verdict == PB__VERDICT__VERDICT_APPROVE;
	return rules &&
	    want_apart(d, rules, PB__DUTY__DUTY_REVIEW_FROM_APPLY, application->applied_by) &&
	    (!is_approval || want_other_person(d, application->reviewed_by));
}

bool decide_review_application(struct deciding *d) {
	const Pb__ReviewApplication *review = d->command->review_application;
	const struct application_row *application;
	if (!want_verdict(d, review) ||
	    !(application = find_application(d, review->application, "application")) ||
	    !want_in_region(d, application->party, "application"))
		return false;
	if (!is_under_review(application))
		return refuse_state(d, PB__OUTCOME__APPLICATION_STATE, &pb__application_status__descriptor,
		    application->status);
	if (!want_reviewer(d, application))
		return false;
	d->decision->subject = review->application;
	d->decision->programme = application->programme;
	d->decision->holder = application->party;
	d->decision->amount = application->amount;
	return true;
}

static Pb__ApplicationStatus next_status(
    const struct applying *a, const struct application_row *row) {
	switch (a->command->review_application->verdict) {
	case PB__VERDICT__VERDICT_REJECT: return PB__APPLICATION_STATUS__APPLICATION_REJECTED;
	case PB__VERDICT__VERDICT_RETURN: return PB__APPLICATION_STATUS__APPLICATION_RETURNED;
	default: break;
	}
	const Pb__RuleSet *rules = rules_cache_get(
	    a->rules, a->state, row->programme, row->rule_version);
	check(rules);
	bool is_first = row->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED;
	return is_first && rules->review == PB__REVIEW__REVIEW_TWO
	    ? PB__APPLICATION_STATUS__APPLICATION_REVIEWED
	    : PB__APPLICATION_STATUS__APPLICATION_APPROVED;
}

void apply_review_application(struct applying *a) {
	struct application_row row = get_application(a, a->decision->subject);
	check(is_under_review(&row));
	if (row.status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED)
		row.reviewed_by = actor_person(a);
	else
		row.reviewed_again_by = actor_person(a);
	row.status = next_status(a, &row);
	row.review_seq = a->entry->seq;
	put_application(a, a->decision->subject, &row);
}
