/* SPDX-License-Identifier: Apache-2.0 */
/* From the application to the voucher, or to what is granted at once. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"
#include "base/text.h"
#include "record/voucher_code.h"

#include <string.h>

/* What is about to be issued. */
struct issuing {
	const struct programme *programme;
	const Pb__RuleSet *rules;
	uint64_t holder, application;
	int64_t applied;
	const Pb__Apply *terms; /* NULL: of a voucher */
};

static bool is_voucher(const Pb__RuleSet *rules) {
	return rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
}

/* --- who, and of what size --- */

static void want_holder(struct deciding *d, const struct issuing *i) {
	case_want_in_standing(d, i->holder);
	case_want_not_removed(d, i->programme->id, i->holder);
	const struct party *holder = case_party_at(d, i->holder);
	if (!i->terms && holder)
		case_want(d, decide_eligible(i->rules->holder, case_read_party(d, holder), &d->weighed),
		    PB__OUTCOME__NOT_ELIGIBLE);
}

static void weigh_face_value(struct deciding *d, const Pb__RuleSet *rules, int64_t amount) {
	const char *list = "";
	bool is_one = false;
	for (size_t i = 0; i < rules->n_face_values; i++) {
		char money[TEXT_MONEY_BYTES];
		text_money(rules->face_values[i], money);
		list = decide_print(d->arena, "%s%s%s", list, i ? ", " : "", money);
		is_one = is_one || rules->face_values[i] == amount;
	}
	if (rules->n_face_values)
		case_weigh_fact(d, PB__RULE__RULE_FACE_VALUE, PB__OUTCOME__FACE_VALUE_WRONG, list, is_one);
}

static void weigh_voucher(struct deciding *d, const struct issuing *i, int64_t amount) {
	const struct limit size = { PB__RULE__RULE_VOUCHER_AMOUNT, PB__OUTCOME__CAP_REACHED, NULL,
		i->rules->voucher_amount_max, 0 };
	const struct limit at_once = { PB__RULE__RULE_VOUCHERS_AT_ONCE, PB__OUTCOME__VOUCHERS_AT_ONCE,
		NULL, i->rules->vouchers_at_once, used_vouchers(d->m, i->programme->id, i->holder) };
	weigh_face_value(d, i->rules, amount);
	if (size.limit)
		case_weigh(d, &size, amount);
	if (at_once.limit)
		case_weigh(d, &at_once, 1);
}

/* --- issued --- */

static int32_t day_or(const char *date, int32_t otherwise) {
	int32_t day;
	return date[0] && date_parse(date, &day) == ERR_OK ? day : otherwise;
}

/* The last day of use and of claims: each is over when the next begins. */
static void set_deadlines(struct deciding *d, const struct issuing *i) {
	const Pb__RuleSet *rules = i->rules;
	int32_t offset = i->programme->utc_offset_minutes;
	int32_t today = case_local_day(d, i->programme);
	int32_t use_by = day_or(rules->use_by, case_days_after(today, rules->use_within_days));
	int32_t claim_by = day_or(rules->claim_by, case_days_after(use_by, rules->claim_within_days));
	d->decision.use_by_us = date_day_start_us(use_by + 1, offset);
	d->decision.claim_by_us = date_day_start_us(claim_by + 1, offset);
	case_want(d, d->now_us < d->decision.use_by_us, PB__OUTCOME__VOUCHER_EXPIRED);
}

static void name_issued(struct deciding *d, const struct issuing *i) {
	d->decision.subject = i->application;
	d->decision.programme = i->programme->id;
	d->decision.rule_version = i->rules->version;
	d->decision.voucher = d->seq;
	case_name_holder(d, i->holder);
}

/* The entry's code. The one behind it where a voucher had that one: once in 2^60 vouchers. */
static const char *choose_code(struct deciding *d) {
	enum { ATTEMPTS = 4 };
	char code[VOUCHER_CODE_BYTES], text[VOUCHER_CODE_TEXT_BYTES];
	for (uint32_t attempt = ATTEMPTS; attempt-- > 0;) {
		voucher_code_make(d->m->ledger->id, d->seq, attempt, code);
		voucher_code_format(code, text);
		if (strcmp(text, d->stated->voucher_code) == 0)
			break;
	}
	return decide_text(d->arena, text);
}

static void issue_voucher(struct deciding *d, const struct issuing *i, int64_t amount) {
	name_issued(d, i);
	d->decision.amount = amount;
	set_deadlines(d, i);
	d->decision.voucher_code = choose_code(d);
	case_draw(d, i->programme, i->rules,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, i->programme, 0), amount);
}

/* --- granted --- */

static bool is_paid(const struct claim *claim) {
	return claim->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
}

/* What the claim that is topped up was paid; nobody else tops it up here. */
static int64_t find_topped(struct deciding *d, const struct issuing *i) {
	if (i->rules->expense_base != PB__EXPENSE_BASE__EXPENSE_GRANTED) {
		case_want(d, i->terms->claim == 0, PB__OUTCOME__FIELD_INVALID);
		return 0;
	}
	const struct claim *claim = case_find_claim(d, i->terms->claim);
	const struct programme *other = model_programme(d->m, i->rules->tops_up);
	if (!claim)
		return 0;
	case_want(d, other && claim->programme == other->id, PB__OUTCOME__FIELD_INVALID);
	case_want(d, claim->holder == i->holder, PB__OUTCOME__NOT_OWNER);
	case_want(d, is_paid(claim), PB__OUTCOME__CLAIM_STATE);
	uint64_t before = used_topped(d->m, i->programme->id, claim->id);
	const struct application *application = objects_find(&d->m->applications, before);
	bool is_over = !application || application->id == i->application ||
	    application->status == PB__APPLICATION_STATUS__APPLICATION_REJECTED ||
	    application->status == PB__APPLICATION_STATUS__APPLICATION_RETURNED;
	case_want(d, is_over, PB__OUTCOME__ALREADY_GRANTED);
	return amount_subtract(claim->amount, claim->clawed_back);
}

static struct asked_for asked_for(struct deciding *d, const struct issuing *i) {
	const Pb__Apply *terms = i->terms;
	struct asked_for asked = {
		.programme = i->programme,
		.rules = i->rules,
		.holder = i->holder,
		.category = terms->category,
		.beneficiary = terms->beneficiary,
		.total = terms->total ? terms->total : terms->eligible,
		.eligible = terms->eligible,
		.vat = terms->vat,
		.earlier = terms->earlier,
		.units = terms->units,
		.amount_max = i->applied,
	};
	case_want_numbers(d, &asked);
	if (terms->provider[0])
		asked.provider = case_find_provider(d, i->programme, terms->provider, terms->category);
	asked.granted = find_topped(d, i);
	return asked;
}

/* Payable at once. `asked`: what staff asked for, that or nothing; 0: as the rules give. */
static bool issue_grant(
    struct deciding *d, const struct issuing *i, struct asked_for *grant, int64_t asked) {
	const struct limit applied = { PB__RULE__RULE_APPLICATION, PB__OUTCOME__CAP_REACHED, NULL,
		i->applied, 0 };
	if (asked && i->applied)
		case_weigh(d, &applied, asked);
	if (asked)
		grant->amount_max = asked;
	if (!case_grant(d, grant))
		return false;
	case_want(d, asked == 0 || d->decision.amount == asked, PB__OUTCOME__CAP_REACHED);
	set_deadlines(d, i);
	name_issued(d, i);
	d->decision.reservation = d->seq;
	d->decision.payee = i->holder;
	d->decision.claim = i->terms->claim;
	case_draw(d, i->programme, i->rules,
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, i->programme, i->holder),
	    d->decision.amount);
	case_enter_costs(d, grant);
	return true;
}

/* --- apply --- */

static void weigh_window(struct deciding *d, const struct issuing *i) {
	Pb__Window *const *windows = i->rules->application_windows;
	size_t count = i->rules->n_application_windows;
	const char *list = "";
	for (size_t n = 0; n < count; n++)
		list = decide_print(
		    d->arena, "%s%s%s – %s", list, n ? ", " : "", windows[n]->from, windows[n]->to);
	if (count)
		case_weigh_fact(d, PB__RULE__RULE_WINDOW, PB__OUTCOME__WINDOW_CLOSED, list,
		    decide_is_open(windows, count, case_local_day(d, i->programme)));
}

static void weigh_documents(struct deciding *d, const struct issuing *i) {
	const Pb__Apply *apply = d->command->apply;
	for (size_t n = 0; n < i->rules->n_documents; n++) {
		bool is_cited = false;
		for (size_t c = 0; c < apply->n_documents; c++)
			is_cited = is_cited || strcmp(apply->documents[c]->kind, i->rules->documents[n]) == 0;
		case_weigh_fact(d, PB__RULE__RULE_DOCUMENT, PB__OUTCOME__DOCUMENT_MISSING,
		    i->rules->documents[n], is_cited);
	}
}

static void want_replaceable(struct deciding *d, const struct issuing *i) {
	uint64_t id = d->command->apply->replaces;
	const struct application *before = objects_find(&d->m->applications, id);
	if (id == 0)
		return;
	case_want(d, before != NULL, PB__OUTCOME__APPLICATION_UNKNOWN);
	if (!before)
		return;
	case_want(d, before->holder == i->holder, PB__OUTCOME__NOT_OWNER);
	case_want(d, before->programme == i->programme->id, PB__OUTCOME__FIELD_INVALID);
	case_want(d,
	    !before->replaced_by &&
	        (before->status == PB__APPLICATION_STATUS__APPLICATION_RETURNED ||
	            before->status == PB__APPLICATION_STATUS__APPLICATION_REJECTED),
	    PB__OUTCOME__APPLICATION_STATE);
}

/* What other instruments are computed from says nothing about a voucher. */
static bool says_more(const Pb__Apply *apply) {
	return apply->category[0] || apply->provider[0] || apply->contract_number[0] || apply->total ||
	    apply->eligible || apply->vat || apply->earlier || apply->units || apply->beneficiary[0] ||
	    apply->claim;
}

static bool apply_for_voucher(struct deciding *d, const struct issuing *i, bool is_at_once) {
	bool is_rest_taken = i->rules->n_face_values == 0 &&
	    i->rules->when_capped == PB__WHEN_CAPPED__GRANT_THE_REST;
	case_want(d, i->applied > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_want(d, !says_more(d->command->apply), PB__OUTCOME__FIELD_INVALID);
	want_holder(d, i);
	weigh_voucher(d, i, i->applied);
	int64_t amount = case_weigh_pool(d, i->programme, i->rules, i->applied, is_rest_taken);
	if (is_at_once)
		issue_voucher(d, i, amount);
	else
		d->decision.amount = i->applied;
	return true;
}

/* What the rules would give now is said, and decided when it is issued. */
static bool apply_for_grant(struct deciding *d, const struct issuing *i, bool is_at_once) {
	want_holder(d, i);
	struct asked_for grant = asked_for(d, i);
	d->decision.claim = i->terms->claim;
	if (is_at_once)
		return issue_grant(d, i, &grant, 0);
	if (!case_grant(d, &grant))
		return false;
	d->decision.beneficiary = 0;
	d->decision.own_share = 0;
	d->decision.vat = 0;
	return true;
}

/* The applicant: the principal's party, or the one that staff names. */
static uint64_t find_applicant(struct deciding *d) {
	const struct principal *actor = d->entry->actor
	    ? model_principal(d->m, d->entry->actor->principal)
	    : NULL;
	if (actor && actor->party) {
		const struct party *own = case_party_at(d, actor->party);
		const char *named = d->command->apply->party;
		case_want(d, !own || !named[0] || strcmp(named, model_text(d->m, own->code)) == 0,
		    PB__OUTCOME__NOT_OWNER);
		return actor->party;
	}
	const struct party *party = case_find_party(d, d->command->apply->party);
	return party ? party->id : 0;
}

static bool apply(struct deciding *d) {
	const Pb__Apply *command = d->command->apply;
	struct issuing i = { .programme = case_find_programme(d, command->programme),
		.holder = find_applicant(d),
		.application = d->seq,
		.applied = command->amount };
	d->at_stake = command->amount;
	if (!i.programme || !case_party_at(d, i.holder))
		return case_unknown(d, PB__OUTCOME__PARTY_UNKNOWN);
	i.rules = case_rules_in_force(d, i.programme);
	i.terms = is_voucher(i.rules) ? NULL : command;
	weigh_window(d, &i);
	weigh_documents(d, &i);
	want_replaceable(d, &i);
	d->decision.subject = d->seq;
	d->decision.programme = i.programme->id;
	d->decision.rule_version = i.rules->version;
	case_name_holder(d, i.holder);
	bool is_at_once = i.rules->review == PB__REVIEW__REVIEW_NONE && i.rules->issue_at_once;
	return i.terms ? apply_for_grant(d, &i, is_at_once) : apply_for_voucher(d, &i, is_at_once);
}

/* --- review --- */

static const struct application *find_application(struct deciding *d, uint64_t id) {
	const struct application *application = objects_find(&d->m->applications, id);
	case_want(d, application != NULL, PB__OUTCOME__APPLICATION_UNKNOWN);
	return application;
}

static bool review(struct deciding *d) {
	const Pb__ReviewApplication *command = d->command->review_application;
	const struct application *application = find_application(d, command->application);
	if (!application)
		return false;
	case_want(d,
	    command->verdict > PB__VERDICT__VERDICT_UNSPECIFIED &&
	        command->verdict <= PB__VERDICT__VERDICT_RETURN,
	    PB__OUTCOME__FIELD_INVALID);
	case_want(d,
	    application->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED ||
	        application->status == PB__APPLICATION_STATUS__APPLICATION_REVIEWED,
	    PB__OUTCOME__APPLICATION_STATE);
	d->decision.subject = application->id;
	d->decision.programme = application->programme;
	d->decision.amount = application->amount;
	case_name_holder(d, application->holder);
	return true;
}

/* --- issue --- */

static bool issue(struct deciding *d) {
	const Pb__Issue *command = d->command->issue;
	const struct application *application = find_application(d, command->application);
	const struct programme *programme = application ? case_programme_at(d, application->programme)
	                                                : NULL;
	d->at_stake = command->amount;
	if (!programme)
		return false;
	struct issuing i = { .programme = programme,
		.rules = case_rules_in_force(d, programme),
		.holder = application->holder,
		.application = application->id,
		.applied = application->amount,
		.terms = (const Pb__Apply *)model_message(
		    d->m, application->terms, &pb__apply__descriptor, d->arena) };
	case_want(d, application->status == PB__APPLICATION_STATUS__APPLICATION_APPROVED,
	    PB__OUTCOME__APPLICATION_STATE);
	case_want(d, is_voucher(i.rules) == (i.terms == NULL), PB__OUTCOME__APPLICATION_STATE);
	want_holder(d, &i);
	if (i.terms) {
		i.applied = i.terms->amount;
		struct asked_for grant = asked_for(d, &i);
		return issue_grant(d, &i, &grant, command->amount);
	}
	const struct limit applied = { PB__RULE__RULE_APPLICATION, PB__OUTCOME__CAP_REACHED, NULL,
		i.applied, 0 };
	case_want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_weigh(d, &applied, command->amount);
	weigh_voucher(d, &i, command->amount);
	case_weigh_pool(d, programme, i.rules, command->amount, false);
	issue_voucher(d, &i, command->amount);
	return true;
}

bool case_application(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_APPLY: return apply(d);
	case PB__COMMAND__BODY_REVIEW_APPLICATION: return review(d);
	default: return issue(d);
	}
}
