/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/decide.h"

#include "base/clock.h"
#include "record/outcome.h"
#include "voucher-audit/decide_compare.h"
#include "voucher-audit/decide_tables.h"

#include <string.h>

/* Behind it no date can be written. */
#define TIME_MAX_US (INT64_C(253402300799) * US_PER_S)

/* --- which family --- */

static const struct {
	Pb__Command__BodyCase first, last;
	bool (*decide)(struct deciding *d);
} FAMILIES[] = {
	{ PB__COMMAND__BODY_SUSPEND_PARTY, PB__COMMAND__BODY_REINSTATE_PARTY, case_standing },
	{ PB__COMMAND__BODY_BLACKLIST_PARTY, PB__COMMAND__BODY_ASSESS_PARTY, case_standing },
	{ PB__COMMAND__BODY_RECORD_AGREEMENT, PB__COMMAND__BODY_RECORD_AGREEMENT, case_standing },
	{ PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT, PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT,
	    case_setup },
	{ PB__COMMAND__BODY_CREATE_FUND, PB__COMMAND__BODY_ROTATE_CHECKPOINT_KEY, case_setup },
	{ PB__COMMAND__BODY_APPLY, PB__COMMAND__BODY_ISSUE, case_application },
	{ PB__COMMAND__BODY_RETURN_VOUCHER, PB__COMMAND__BODY_REMIND, case_voucher },
	{ PB__COMMAND__BODY_RESERVE, PB__COMMAND__BODY_WITHDRAW_RESERVATION, case_use },
	{ PB__COMMAND__BODY_SUBMIT_CLAIM, PB__COMMAND__BODY_RESOLVE_OBJECTION, case_claim },
	{ PB__COMMAND__BODY_OPEN_SETTLEMENT, PB__COMMAND__BODY_OPEN_SETTLEMENT, case_open_settlement },
	{ PB__COMMAND__BODY_RECONCILE, PB__COMMAND__BODY_RESOLVE_LINE, case_bank },
	{ PB__COMMAND__BODY_IMPORT_STATEMENT, PB__COMMAND__BODY_IMPORT_STATEMENT, case_bank },
	{ PB__COMMAND__BODY_APPROVE_SETTLEMENT, PB__COMMAND__BODY_RECORD_PAYMENT_FILE,
	    case_settlement },
	{ PB__COMMAND__BODY_ORDER_CLAWBACK, PB__COMMAND__BODY_DRAW_SAMPLE, case_recovery },
	{ PB__COMMAND__BODY_PREPARE_PERIOD, PB__COMMAND__BODY_REOPEN_PERIOD, case_period },
};

static bool decide_command(struct deciding *d) {
	for (size_t i = 0; i < sizeof(FAMILIES) / sizeof(FAMILIES[0]); i++)
		if (d->command->body_case >= FAMILIES[i].first && d->command->body_case <= FAMILIES[i].last)
			return FAMILIES[i].decide(d);
	return case_unknown(d, PB__OUTCOME__MALFORMED);
}

/* --- what is wrong --- */

/* How a command that had to be refused is told. */
static enum finding_kind kind_of(Pb__Outcome outcome) {
	switch (outcome) {
	case PB__OUTCOME__FUND_UNKNOWN:
	case PB__OUTCOME__PROGRAMME_UNKNOWN:
	case PB__OUTCOME__PARTY_UNKNOWN:
	case PB__OUTCOME__APPLICATION_UNKNOWN:
	case PB__OUTCOME__VOUCHER_UNKNOWN:
	case PB__OUTCOME__RESERVATION_UNKNOWN:
	case PB__OUTCOME__CLAIM_UNKNOWN:
	case PB__OUTCOME__SETTLEMENT_UNKNOWN:
	case PB__OUTCOME__PAYMENT_UNKNOWN:
	case PB__OUTCOME__CLAWBACK_UNKNOWN:
	case PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN:
	case PB__OUTCOME__BANK_LINE_UNKNOWN:
	case PB__OUTCOME__PERIOD_UNKNOWN: return FINDING_UNKNOWN_OBJECT;
	case PB__OUTCOME__PARTY_STATE:
	case PB__OUTCOME__BLACKLISTED:
	case PB__OUTCOME__PARTY_REMOVED:
	case PB__OUTCOME__PROVIDER_NOT_ADMITTED:
	case PB__OUTCOME__APPLICATION_STATE:
	case PB__OUTCOME__VOUCHER_STATE:
	case PB__OUTCOME__RESERVATION_STATE:
	case PB__OUTCOME__CLAIM_STATE:
	case PB__OUTCOME__SETTLEMENT_STATE:
	case PB__OUTCOME__PAYMENT_STATE:
	case PB__OUTCOME__CLAWBACK_STATE:
	case PB__OUTCOME__BANK_LINE_STATE: return FINDING_STATE;
	case PB__OUTCOME__VOUCHER_EXPIRED:
	case PB__OUTCOME__CLAIM_TOO_LATE:
	case PB__OUTCOME__WINDOW_CLOSED:
	case PB__OUTCOME__NOT_DUE:
	case PB__OUTCOME__DATE_CLOSED: return FINDING_DEADLINE;
	case PB__OUTCOME__PAYMENTS_CHANGED: return FINDING_DIGEST;
	case PB__OUTCOME__PERIOD_STATE:
	case PB__OUTCOME__PERIOD_CHANGED: return FINDING_PERIOD;
	case PB__OUTCOME__BALANCE_BROKEN:
	case PB__OUTCOME__STATEMENT_INCOMPLETE:
	case PB__OUTCOME__AMOUNT_MISMATCH: return FINDING_BANK;
	default: return FINDING_DECISION;
	}
}

static void tell_refusal(struct look *look, const struct deciding *d) {
	int64_t money = d->stated->amount ? d->stated->amount : d->at_stake;
	const struct outcome_info *info = outcome_info(d->against);
	look_money(look, kind_of(d->against), d->stated->subject, money, "it had to be refused: %s",
	    info ? info->name : "?");
}

static void compare_decision(struct look *look, const struct deciding *d) {
	struct difference difference;
	if (!look_same(look, FINDING_AMOUNT, "decision.amount", d->decision.amount, d->stated->amount))
		return;
	if (!compare_messages(&d->decision.base, &d->stated->base, &difference))
		return;
	char where[FINDING_WHERE_BYTES];
	strcpy(where, "decision.");
	strncat(where, difference.path, sizeof(where) - strlen(where) - 1);
	if (difference.is_money)
		look_same(look, FINDING_DECISION, where, difference.want, difference.have);
	else
		look_found(look, FINDING_DECISION, 0, "%s", where);
}

/* --- an entry --- */

static bool can_be_decided(const struct look *look) {
	return look->command && look->command->body_case && look->time_us >= 0 &&
	    look->time_us <= TIME_MAX_US;
}

void decide_before(struct look *look) {
	struct deciding d = {
		.m = look->model,
		.arena = look->arena,
		.entry = look->entry,
		.command = look->command,
		.stated = look->decision,
		.seq = look->seq,
		.now_us = look->time_us,
		.weighed = { .arena = look->arena },
	};
	if (!can_be_decided(look))
		return;
	used_before(look);
	pb__decision__init(&d.decision);
	bool is_there = decide_command(&d);
	d.decision.n_bounds = d.weighed.count;
	d.decision.bounds = d.weighed.bounds;
	if (d.against)
		tell_refusal(look, &d);
	if (!is_there)
		return;
	if (!d.against)
		compare_decision(look, &d);
	compare_postings(look, &d);
}

void decide_after(struct look *look) {
	if (can_be_decided(look))
		used_after(look);
}

enum err decide_open(struct model *model, struct store *store) {
	return used_open(model, store);
}

void decide_close(struct model *model) {
	used_close(model);
}
