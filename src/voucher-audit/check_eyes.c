/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_persons.h"
#include "voucher-audit/learn.h"

#include <string.h>

/* The persons are two; `other` 0: there is none to compare with. */
static void want_other(struct look *look, uint64_t other, uint64_t object, const char *duty) {
	if (other && other == look->actor->person)
		look_money(look, FINDING_FOUR_EYES, object, look->decision->amount, "%s", duty);
}

static bool is_apart(const Pb__RuleSet *rules, Pb__Duty duty) {
	for (size_t i = 0; rules && i < rules->n_duties_apart; i++)
		if (rules->duties_apart[i] == duty)
			return true;
	return false;
}

/* The rules of a claim's voucher, and who issued that. */
static const Pb__RuleSet *rules_of_claim(
    struct look *look, const struct claim *claim, uint64_t *ret_issued_by) {
	const struct reservation *r = objects_find(&look->model->reservations, claim->reservation);
	const struct voucher *v = r ? objects_find(&look->model->vouchers, r->voucher) : NULL;
	*ret_issued_by = v ? v->issued_by : 0;
	return v ? model_rules(look->model, v->programme, v->rule_version) : NULL;
}

/* --- applications --- */

static void check_review(struct look *look) {
	const Pb__ReviewApplication *review = look->command->review_application;
	const struct application *a = objects_find(&look->model->applications, review->application);
	if (!a)
		return;
	const Pb__RuleSet *rules = model_rules(look->model, a->programme, a->rule_version);
	if (is_apart(rules, PB__DUTY__DUTY_REVIEW_FROM_APPLY))
		want_other(look, a->applied_by, a->id, "who reviews applied");
	if (review->verdict == PB__VERDICT__VERDICT_APPROVE)
		want_other(look, a->reviewed_by, a->id, "both levels of review");
}

static void check_issue(struct look *look) {
	const struct application *a = objects_find(
	    &look->model->applications, look->command->issue->application);
	const struct programme *p = a ? objects_find(&look->model->programmes, a->programme) : NULL;
	if (!p)
		return;
	const Pb__RuleSet *rules = model_rules_in_force(look->model, p, look->time_us);
	if (!is_apart(rules, PB__DUTY__DUTY_ISSUE_FROM_REVIEW))
		return;
	want_other(look, a->reviewed_by, a->id, "who issues reviewed");
	want_other(look, a->reviewed_again_by, a->id, "who issues reviewed");
}

/* --- claims --- */

static void check_approval(struct look *look, uint64_t id, bool is_second) {
	const struct claim *claim = objects_find(&look->model->claims, id);
	uint64_t issued_by;
	if (!claim)
		return;
	const Pb__RuleSet *rules = rules_of_claim(look, claim, &issued_by);
	want_other(look, claim->submitter, id, "who approves submitted");
	if (is_second)
		want_other(look, claim->approver, id, "who countersigns approved");
	if (is_apart(rules, PB__DUTY__DUTY_APPROVE_FROM_ISSUE))
		want_other(look, issued_by, id, "who approves issued");
}

static void check_publication(struct look *look) {
	const struct claim *claim = objects_find(
	    &look->model->claims, look->command->publish_claim->claim);
	uint64_t issued_by;
	if (!claim ||
	    !is_apart(rules_of_claim(look, claim, &issued_by), PB__DUTY__DUTY_PUBLISH_FROM_APPROVE))
		return;
	want_other(look, claim->approver, claim->id, "who publishes approved");
	want_other(look, claim->countersigner, claim->id, "who publishes countersigned");
}

static void check_objection(struct look *look) {
	const struct claim *claim = objects_find(
	    &look->model->claims, look->command->resolve_objection->claim);
	if (claim)
		want_other(look, claim->objector, claim->id, "who resolves objected");
}

/* --- money --- */

static bool is_digest(const Pb__Digest *digest, const uint8_t have[32]) {
	return digest && digest->value.len == 32 && memcmp(digest->value.data, have, 32) == 0;
}

static void check_settlement(struct look *look) {
	const Pb__ApproveSettlement *told = look->command->approve_settlement;
	const struct settlement *s = objects_find(&look->model->settlements, told->settlement);
	if (!s)
		return;
	want_other(look, s->prepared_by, s->id, "who approves prepared");
	if (!is_digest(told->payments_digest, s->digest))
		look_money(look, FINDING_DIGEST, s->id, s->amount,
		    "approve_settlement.payments_digest: other payments were approved");
}

static void check_period(struct look *look) {
	const Pb__ReviewPeriod *told = look->command->review_period;
	const struct period *p = map_find(
	    &look->model->periods, mark_of_numbers(MARK_PERIOD, learn_period(told->period), 0, 0));
	if (!p)
		return;
	want_other(look, p->prepared_by, p->prepare_seq, "who reviews the month prepared it");
	if (!is_digest(told->figures, p->digest))
		look_found(look, FINDING_DIGEST, p->prepare_seq,
		    "review_period.figures: other figures were reviewed");
}

static void check_write_off(struct look *look) {
	const struct clawback *c = objects_find(
	    &look->model->clawbacks, look->command->write_off->clawback);
	if (c)
		want_other(look, c->ordered_by, c->id, "who writes off ordered");
}

void check_eyes(struct look *look) {
	const Pb__Command *c = look->command;
	switch (c->body_case) {
	case PB__COMMAND__BODY_REVIEW_APPLICATION: check_review(look); break;
	case PB__COMMAND__BODY_ISSUE: check_issue(look); break;
	case PB__COMMAND__BODY_APPROVE_CLAIM:
		check_approval(look, c->approve_claim->claim, false);
		break;
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM:
		check_approval(look, c->countersign_claim->claim, true);
		break;
	case PB__COMMAND__BODY_PUBLISH_CLAIM: check_publication(look); break;
	case PB__COMMAND__BODY_RESOLVE_OBJECTION: check_objection(look); break;
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT: check_settlement(look); break;
	case PB__COMMAND__BODY_REVIEW_PERIOD: check_period(look); break;
	case PB__COMMAND__BODY_WRITE_OFF: check_write_off(look); break;
	default: break;
	}
}
