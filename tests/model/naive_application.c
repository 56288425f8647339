/* SPDX-License-Identifier: Apache-2.0 */
/* From the application to the voucher, or to what is granted at once. */
#include "naive_inside.h"

#include <string.h>

typedef __int128 wide;

/* What is about to be issued. */
struct issuing {
	struct naive_programme *programme;
	const Pb__RuleSet *rules;
	const struct naive_party *holder;
	const Pb__Apply *told;
	uint64_t application;
};

static bool is_voucher(const Pb__RuleSet *rules) {
	return rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
}

/* --- who may have one --- */

static Pb__Outcome ask_holder(struct naive *world, const struct issuing *i) {
	Pb__Outcome outcome = naive_ask_standing(world, i->holder->id);
	if (!outcome && naive_is_removed(world, i->programme->id, i->holder->id))
		outcome = PB__OUTCOME__PARTY_REMOVED;
	if (!outcome && is_voucher(i->rules) && !naive_is_eligible(i->rules, i->holder))
		outcome = PB__OUTCOME__NOT_ELIGIBLE;
	return outcome;
}

static Pb__Outcome ask_voucher(struct naive *world, const struct issuing *i, int64_t amount) {
	const Pb__RuleSet *rules = i->rules;
	bool has_face = rules->n_face_values == 0;
	uint32_t in_use = 0;
	for (size_t n = 0; n < rules->n_face_values; n++)
		has_face = has_face || rules->face_values[n] == amount;
	for (size_t n = 0; n < world->n_vouchers; n++)
		in_use += world->vouchers[n].programme == i->programme->id &&
		    world->vouchers[n].holder == i->holder->id &&
		    world->vouchers[n].live + world->vouchers[n].reserved > 0;
	if (!has_face)
		return PB__OUTCOME__FACE_VALUE_WRONG;
	if (rules->voucher_amount_max && amount > rules->voucher_amount_max)
		return PB__OUTCOME__CAP_REACHED;
	return rules->vouchers_at_once && in_use >= rules->vouchers_at_once
	    ? PB__OUTCOME__VOUCHERS_AT_ONCE
	    : PB__OUTCOME__OUTCOME_OK;
}

/* The most that the pool has, every fund for its share. */
static int64_t pool_left(struct naive *world, const struct issuing *i) {
	uint64_t programme = i->programme->id;
	wide left = naive_total(world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme);
	for (size_t n = 0; n < i->rules->n_fund_shares; n++) {
		const Pb__FundShare *share = i->rules->fund_shares[n];
		wide whole = (wide)naive_balance(world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme,
		                 naive_fund_by_code(world, share->fund)->id) *
		    10000 / share->share_bp;
		left = whole < left ? whole : left;
	}
	return (int64_t)left;
}

/* --- issuing --- */

static void set_deadlines(
    struct naive *world, const struct issuing *i, struct naive_voucher *voucher) {
	const Pb__RuleSet *rules = i->rules;
	int32_t use_by = rules->use_by[0] ? naive_parse_date(rules->use_by)
	                                  : naive_day(world->now) + (int32_t)rules->use_within_days;
	int32_t claim_by = rules->claim_by[0] ? naive_parse_date(rules->claim_by)
	                                      : use_by + (int32_t)rules->claim_within_days;
	voucher->use_by = naive_start_of(use_by + 1);
	voucher->claim_by = naive_start_of(claim_by + 1);
}

static Pb__Outcome issue_voucher(struct naive *world, const struct issuing *i, int64_t amount) {
	struct naive_voucher *voucher = &world->vouchers[world->n_vouchers];
	*voucher = (struct naive_voucher){ .id = world->seq,
		.programme = i->programme->id,
		.holder = i->holder->id,
		.version = i->rules->version,
		.amount = amount,
		.live = amount,
		.issued_by = world->actor->person };
	set_deadlines(world, i, voucher);
	if (world->now >= voucher->use_by)
		return PB__OUTCOME__VOUCHER_EXPIRED;
	if (!naive_take(world, i->rules, i->programme->id, amount, voucher->left))
		return PB__OUTCOME__POOL_EMPTY;
	world->n_vouchers++;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_LIVE, i->programme->id, 0, amount);
	return PB__OUTCOME__OUTCOME_OK;
}

/* What another programme paid, and nobody else tops up here. */
static Pb__Outcome find_topped(struct naive *world, const struct issuing *i, int64_t *ret_granted) {
	const struct naive_claim *claim = naive_claim(world, i->told->claim);
	if (i->rules->expense_base != PB__EXPENSE_BASE__EXPENSE_GRANTED)
		return i->told->claim ? PB__OUTCOME__FIELD_INVALID : PB__OUTCOME__OUTCOME_OK;
	if (!claim)
		return naive_unknown(i->told->claim, PB__OUTCOME__CLAIM_UNKNOWN);
	if (claim->programme != naive_programme_by_code(world, i->rules->tops_up)->id)
		return PB__OUTCOME__FIELD_INVALID;
	if (claim->holder != i->holder->id)
		return PB__OUTCOME__NOT_OWNER;
	if (claim->status != PB__CLAIM_STATUS__CLAIM_PAID &&
	    claim->status != PB__CLAIM_STATUS__CLAIM_RECONCILED)
		return PB__OUTCOME__CLAIM_STATE;
	*ret_granted = claim->amount - claim->clawed_back;
	for (size_t n = 0; n < world->n_applications; n++) {
		const struct naive_application *a = &world->applications[n];
		bool is_over = a->status == PB__APPLICATION_STATUS__APPLICATION_RETURNED ||
		    a->status == PB__APPLICATION_STATUS__APPLICATION_REJECTED;
		if (a->programme == i->programme->id && a->told->claim == claim->id && !is_over &&
		    a->id != i->application)
			return PB__OUTCOME__ALREADY_GRANTED;
	}
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome find_case(
    struct naive *world, const struct issuing *i, struct naive_case *ret_case) {
	const Pb__Apply *told = i->told;
	int64_t total = told->total ? told->total : told->eligible;
	const struct naive_party *provider = NULL;
	Pb__Outcome outcome = naive_ask_numbers(total, told->eligible, told->vat, told->earlier);
	if (!outcome && told->contract_number[0] &&
	    naive_is_taken(world->contracts, world->n_contracts, told->contract_number))
		outcome = PB__OUTCOME__CONTRACT_TAKEN;
	if (!outcome && told->provider[0])
		outcome = naive_ask_provider(world, i->programme->id, told->provider, &provider);
	int64_t granted = 0;
	if (!outcome)
		outcome = find_topped(world, i, &granted);
	*ret_case = (struct naive_case){ .programme = i->programme->id,
		.holder = i->holder,
		.provider = provider,
		.category = told->category,
		.beneficiary = told->beneficiary,
		.eligible = told->eligible,
		.vat = told->vat,
		.earlier = told->earlier,
		.granted = granted,
		.units = told->units,
		.voucher_live = -1,
		.from_pool = true };
	return outcome;
}

/* Voucher and reservation in one, both used up. */
static Pb__Outcome issue_grant(
    struct naive *world, const struct issuing *i, int64_t asked, int64_t *ret_amount) {
	struct naive_case one;
	struct naive_reservation *r;
	const struct naive_contract contract = { world->seq,
		i->told->total ? i->told->total : i->told->eligible, i->told->contract_number };
	Pb__Outcome outcome = find_case(world, i, &one);
	if (!outcome && asked && i->told->amount && asked > i->told->amount)
		outcome = PB__OUTCOME__CAP_REACHED;
	if (outcome)
		return outcome;
	size_t n_moves = world->n_moves, n_contracts = world->n_contracts;
	size_t n_reservations = world->n_reservations;
	outcome = naive_grant(world, i->rules, &one, &contract, asked ? asked : i->told->amount, &r);
	if (outcome)
		return outcome;
	outcome = asked && r->subsidy != asked ? PB__OUTCOME__CAP_REACHED /* it is that, or nothing */
	                                       : issue_voucher(world, i, r->subsidy);
	if (outcome) {
		world->n_moves = n_moves;
		world->n_contracts = n_contracts;
		world->n_reservations = n_reservations;
		return outcome;
	}
	struct naive_voucher *voucher = naive_voucher(world, world->seq);
	r->redeemed = r->subsidy;
	r->ratio_bp = naive_supported_ratio(i->rules, r->ratio_bp);
	voucher->live = 0;
	voucher->redeemed = r->subsidy;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_LIVE, i->programme->id, 0, -r->subsidy);
	naive_move(
	    world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, i->programme->id, i->holder->id, r->subsidy);
	*ret_amount = r->subsidy;
	return PB__OUTCOME__OUTCOME_OK;
}

/* --- apply --- */

static Pb__Outcome find_applicant(struct naive *world, struct issuing *i) {
	i->programme = naive_programme_by_code(world, i->told->programme);
	if (!i->programme)
		return PB__OUTCOME__PROGRAMME_UNKNOWN;
	i->holder = naive_is_staff(world) ? naive_party_by_code(world, i->told->party)
	                                  : naive_party(world, world->actor->party);
	if (!i->holder)
		return i->told->party[0] ? PB__OUTCOME__PARTY_UNKNOWN : PB__OUTCOME__FIELD_MISSING;
	if (i->told->party[0] && strcmp(i->told->party, i->holder->told->code) != 0)
		return PB__OUTCOME__NOT_OWNER;
	if (!naive_may_see(world, i->holder->id))
		return PB__OUTCOME__NOT_IN_REGION;
	i->rules = naive_rules_in_force(world, i->programme->id, world->now);
	return i->rules ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__RULES_MISSING;
}

static Pb__Outcome ask_fields(const struct issuing *i) {
	const Pb__Apply *told = i->told;
	if (told->amount < 0 || (is_voucher(i->rules) && told->amount == 0))
		return PB__OUTCOME__AMOUNT_INVALID;
	bool says_more = told->category[0] || told->provider[0] || told->contract_number[0] ||
	    told->total || told->eligible || told->vat || told->earlier || told->units ||
	    told->beneficiary[0] || told->claim;
	return is_voucher(i->rules) && says_more ? PB__OUTCOME__FIELD_INVALID : PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_documents(const struct issuing *i) {
	for (size_t n = 0; n < i->rules->n_documents; n++) {
		bool is_cited = false;
		for (size_t d = 0; d < i->told->n_documents; d++)
			is_cited = is_cited || strcmp(i->told->documents[d]->kind, i->rules->documents[n]) == 0;
		if (!is_cited)
			return PB__OUTCOME__DOCUMENT_MISSING;
	}
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_replaced(struct naive *world, const struct issuing *i) {
	const struct naive_application *before = naive_application(world, i->told->replaces);
	if (!i->told->replaces)
		return PB__OUTCOME__OUTCOME_OK;
	if (!before)
		return PB__OUTCOME__APPLICATION_UNKNOWN;
	if (before->party != i->holder->id)
		return PB__OUTCOME__NOT_OWNER;
	if (before->programme != i->programme->id)
		return PB__OUTCOME__FIELD_INVALID;
	bool is_open = before->status == PB__APPLICATION_STATUS__APPLICATION_RETURNED ||
	    before->status == PB__APPLICATION_STATUS__APPLICATION_REJECTED;
	return before->replaced_by || !is_open ? PB__OUTCOME__APPLICATION_STATE
	                                       : PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_apply(struct naive *world, struct issuing *i) {
	Pb__Outcome outcome;
	for (size_t n = 0; n < i->told->n_documents; n++)
		if (!i->told->documents[n]->number[0])
			return PB__OUTCOME__FIELD_MISSING;
	if ((outcome = find_applicant(world, i)))
		return outcome;
	if (is_voucher(i->rules) && i->holder->told->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return PB__OUTCOME__PARTY_KIND_WRONG;
	if ((outcome = ask_fields(i)))
		return outcome;
	if (!naive_is_open(i->rules->application_windows, i->rules->n_application_windows, world->now))
		return PB__OUTCOME__WINDOW_CLOSED;
	if ((outcome = ask_documents(i)) || (outcome = ask_replaced(world, i)))
		return outcome;
	return ask_holder(world, i);
}

/* An application for a voucher: `ret_amount` is what there is for it. */
static Pb__Outcome ask_for_voucher(
    struct naive *world, const struct issuing *i, int64_t *ret_amount) {
	int64_t left = pool_left(world, i);
	bool is_rest_taken = i->rules->n_face_values == 0 &&
	    i->rules->when_capped == PB__WHEN_CAPPED__GRANT_THE_REST;
	Pb__Outcome outcome = ask_voucher(world, i, i->told->amount);
	if (outcome)
		return outcome;
	*ret_amount = i->told->amount;
	if (left >= i->told->amount)
		return PB__OUTCOME__OUTCOME_OK;
	*ret_amount = left;
	return is_rest_taken && left > 0 ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__POOL_EMPTY;
}

/* What the rules would give now. */
static Pb__Outcome forecast(struct naive *world, const struct issuing *i, int64_t *ret_amount) {
	struct naive_case one;
	struct naive_reservation *r;
	const struct naive_contract contract = { 0, i->told->total ? i->told->total : i->told->eligible,
		"" };
	Pb__Outcome outcome = find_case(world, i, &one);
	size_t n_moves = world->n_moves, n_reservations = world->n_reservations;
	if (!outcome)
		outcome = naive_grant(world, i->rules, &one, &contract, i->told->amount, &r);
	if (!outcome)
		*ret_amount = r->subsidy;
	world->n_moves = n_moves;
	world->n_reservations = n_reservations;
	return outcome;
}

static struct naive_answer apply(struct naive *world, const Pb__Apply *told) {
	struct issuing i = { .told = told };
	int64_t amount = 0;
	Pb__Outcome outcome = ask_apply(world, &i);
	if (outcome)
		return refused(outcome);
	bool is_at_once = i.rules->review == PB__REVIEW__REVIEW_NONE && i.rules->issue_at_once;
	if (is_voucher(i.rules)) {
		outcome = ask_for_voucher(world, &i, &amount);
		if (!outcome && is_at_once)
			outcome = issue_voucher(world, &i, amount);
		else
			amount = told->amount;
	} else {
		outcome = is_at_once ? issue_grant(world, &i, 0, &amount) : forecast(world, &i, &amount);
	}
	if (outcome)
		return refused(outcome);
	world->applications[world->n_applications++] = (struct naive_application){ .id = world->seq,
		.programme = i.programme->id,
		.party = i.holder->id,
		.told = told,
		.amount = amount,
		.version = i.rules->version,
		.is_voucher = is_voucher(i.rules),
		.status = is_at_once ? PB__APPLICATION_STATUS__APPLICATION_ISSUED
		    : i.rules->review == PB__REVIEW__REVIEW_NONE
		    ? PB__APPLICATION_STATUS__APPLICATION_APPROVED
		    : PB__APPLICATION_STATUS__APPLICATION_SUBMITTED,
		.applied_by = world->actor->person };
	if (told->replaces)
		naive_application(world, told->replaces)->replaced_by = world->seq;
	return accepted(amount);
}

/* --- review --- */

static Pb__Outcome ask_review(struct naive *world, const Pb__ReviewApplication *command) {
	const struct naive_application *application = naive_application(world, command->application);
	if (!command->verdict)
		return PB__OUTCOME__FIELD_MISSING;
	if (command->verdict > PB__VERDICT__VERDICT_RETURN)
		return PB__OUTCOME__FIELD_INVALID;
	if (command->verdict != PB__VERDICT__VERDICT_APPROVE && !command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!application)
		return naive_unknown(command->application, PB__OUTCOME__APPLICATION_UNKNOWN);
	if (!naive_may_see(world, application->party))
		return PB__OUTCOME__NOT_IN_REGION;
	if (application->status != PB__APPLICATION_STATUS__APPLICATION_SUBMITTED &&
	    application->status != PB__APPLICATION_STATUS__APPLICATION_REVIEWED)
		return PB__OUTCOME__APPLICATION_STATE;
	const Pb__RuleSet *rules = naive_rules(world, application->programme, application->version);
	bool is_own = naive_is_apart(rules, PB__DUTY__DUTY_REVIEW_FROM_APPLY) &&
	    naive_is_same(application->applied_by, world->actor->person);
	bool is_again = command->verdict == PB__VERDICT__VERDICT_APPROVE &&
	    naive_is_same(application->reviewed_by, world->actor->person);
	return is_own || is_again ? PB__OUTCOME__SAME_PERSON : PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer review(struct naive *world, const Pb__ReviewApplication *command) {
	Pb__Outcome outcome = ask_review(world, command);
	if (outcome)
		return refused(outcome);
	struct naive_application *application = naive_application(world, command->application);
	const Pb__RuleSet *rules = naive_rules(world, application->programme, application->version);
	bool is_first = application->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED;
	if (is_first)
		application->reviewed_by = world->actor->person;
	else
		application->reviewed_again_by = world->actor->person;
	if (command->verdict == PB__VERDICT__VERDICT_REJECT)
		application->status = PB__APPLICATION_STATUS__APPLICATION_REJECTED;
	else if (command->verdict == PB__VERDICT__VERDICT_RETURN)
		application->status = PB__APPLICATION_STATUS__APPLICATION_RETURNED;
	else if (is_first && rules->review == PB__REVIEW__REVIEW_TWO)
		application->status = PB__APPLICATION_STATUS__APPLICATION_REVIEWED;
	else
		application->status = PB__APPLICATION_STATUS__APPLICATION_APPROVED;
	return accepted(application->amount);
}

/* --- issue --- */

static Pb__Outcome find_issuing(struct naive *world, uint64_t id, struct issuing *i) {
	const struct naive_application *application = naive_application(world, id);
	const char *person = world->actor->person;
	if (!application)
		return naive_unknown(id, PB__OUTCOME__APPLICATION_UNKNOWN);
	if (!naive_may_see(world, application->party))
		return PB__OUTCOME__NOT_IN_REGION;
	if (application->status != PB__APPLICATION_STATUS__APPLICATION_APPROVED)
		return PB__OUTCOME__APPLICATION_STATE;
	*i = (struct issuing){ naive_programme(world, application->programme),
		naive_rules_in_force(world, application->programme, world->now),
		naive_party(world, application->party), application->told, application->id };
	if (!i->rules)
		return PB__OUTCOME__RULES_MISSING;
	if (naive_is_apart(i->rules, PB__DUTY__DUTY_ISSUE_FROM_REVIEW) &&
	    (naive_is_same(application->reviewed_by, person) ||
	        naive_is_same(application->reviewed_again_by, person)))
		return PB__OUTCOME__SAME_PERSON;
	return application->is_voucher == is_voucher(i->rules) ? PB__OUTCOME__OUTCOME_OK
	                                                       : PB__OUTCOME__APPLICATION_STATE;
}

static Pb__Outcome issue_asked(struct naive *world, const struct issuing *i, int64_t amount) {
	Pb__Outcome outcome = amount <= 0 ? PB__OUTCOME__AMOUNT_INVALID : ask_holder(world, i);
	if (!outcome && amount > i->told->amount)
		outcome = PB__OUTCOME__CAP_REACHED;
	if (!outcome)
		outcome = ask_voucher(world, i, amount);
	if (!outcome && amount > pool_left(world, i))
		outcome = PB__OUTCOME__POOL_EMPTY;
	return outcome ? outcome : issue_voucher(world, i, amount);
}

static struct naive_answer issue(struct naive *world, const Pb__Issue *command) {
	struct issuing i;
	int64_t amount = command->amount;
	Pb__Outcome outcome = find_issuing(world, command->application, &i);
	if (!outcome && is_voucher(i.rules))
		outcome = issue_asked(world, &i, amount);
	else if (!outcome && amount < 0)
		outcome = PB__OUTCOME__AMOUNT_INVALID;
	else if (!outcome && !(outcome = ask_holder(world, &i)))
		outcome = issue_grant(world, &i, amount, &amount);
	if (outcome)
		return refused(outcome);
	naive_application(world, command->application)->status =
	    PB__APPLICATION_STATUS__APPLICATION_ISSUED;
	return accepted(amount);
}

struct naive_answer naive_applications(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_APPLY: return apply(world, command->apply);
	case PB__COMMAND__BODY_REVIEW_APPLICATION: return review(world, command->review_application);
	default: return issue(world, command->issue);
	}
}
