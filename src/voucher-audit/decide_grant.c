/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a contract, or an application of another instrument than vouchers, is granted: the rules
 * asked (decide_rules.h) with what the model and the counters know, and what the decision says of
 * it.
 */
#include "voucher-audit/decide_case.h"

#include "base/text.h"

#include <string.h>

/* --- what the command says --- */

static bool is_within(int64_t part, int64_t whole) {
	return part >= 0 && part <= whole;
}

void case_want_numbers(struct deciding *d, const struct asked_for *asked) {
	case_want(d,
	    is_within(asked->eligible, asked->total) && is_within(asked->vat, asked->eligible) &&
	        is_within(asked->earlier, asked->eligible),
	    PB__OUTCOME__AMOUNT_INVALID);
}

static bool admits(const Pb__AdmitProvider *admission, const char *category) {
	if (!admission)
		return false;
	for (size_t i = 0; i < admission->n_categories; i++)
		if (strcmp(admission->categories[i], category) == 0)
			return true;
	return admission->n_categories == 0;
}

uint64_t case_find_provider(
    struct deciding *d, const struct programme *programme, const char *code, const char *category) {
	const struct party *provider = case_find_party(d, code);
	if (!provider)
		return 0;
	case_want(
	    d, provider->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER, PB__OUTCOME__PARTY_KIND_WRONG);
	case_want_in_standing(d, provider->id);
	case_want_not_removed(d, programme->id, provider->id);
	case_want(d, admits(model_admission(d->m, programme->id, provider->id, d->arena), category),
	    PB__OUTCOME__PROVIDER_NOT_ADMITTED);
	return provider->id;
}

/* --- what stood before it --- */

/* Programmes whose joint caps bind: part_of, by the rules in force at each; never one twice. */
static void find_umbrellas(struct deciding *d, const struct asked_for *asked,
    struct counted *counted, struct decide_standing *standing) {
	const Pb__RuleSet *rules = asked->rules;
	size_t count = 0;
	while (rules && rules->part_of[0] && count < LIMIT_UMBRELLAS) {
		const struct programme *above = model_programme(d->m, rules->part_of);
		bool is_again = above && above->id == asked->programme->id;
		for (size_t i = 0; above && i < count; i++)
			is_again = is_again || counted->umbrellas[i] == above->id;
		if (!above || is_again)
			break;
		standing->umbrella_codes[count] = rules->part_of;
		rules = model_rules_in_force(d->m, above, d->now_us);
		standing->umbrellas[count] = rules;
		counted->umbrellas[count++] = above->id;
	}
	standing->n_umbrellas = count;
}

/* The applicant, or who was named before, or whom this entry names first. */
static uint64_t find_beneficiary(const struct deciding *d, const struct asked_for *asked) {
	if (!asked->beneficiary[0])
		return asked->holder;
	uint64_t known = used_beneficiary(d->m, asked->programme->id, asked->beneficiary);
	return known ? known : d->seq;
}

static const Pb__RecordAgreement *find_agreement(
    struct deciding *d, const struct asked_for *asked) {
	const Pb__RecordAgreement *agreement = asked->rules->agreements_allowed
	    ? model_agreement(d->m, asked->programme->id, asked->holder, d->arena)
	    : NULL;
	return agreement &&
	        decide_is_in_force(
	            agreement->from, agreement->until, case_local_day(d, asked->programme))
	    ? agreement
	    : NULL;
}

static struct decide_standing stand_before(
    struct deciding *d, const struct asked_for *asked, struct asking *asking) {
	struct decide_standing standing = {
		.had = used_had,
		.arg = asking,
		.annual_pool = used_allocated(d->m, asked->programme->id, asking->of.year),
		.voucher_live = asked->voucher ? asked->voucher->live : -1,
		.pool = -1,
	};
	if (!asked->voucher) {
		standing.pool = asked->programme->sums[PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE];
		standing.n_funds = case_read_funds(d, asked->programme, asked->rules, standing.funds);
	}
	find_umbrellas(d, asked, &asking->of, &standing);
	return standing;
}

/* --- what the decision says --- */

/* No more than was applied for, whatever the rules give. */
static void weigh_application(struct deciding *d, int64_t applied) {
	int64_t granted = d->decision.amount;
	size_t count = d->weighed.count;
	Pb__Bound *bound = weighed_money(&d->weighed, PB__RULE__RULE_APPLICATION, applied, 0, granted);
	bound->unit = PB__UNIT__UNIT_NUMBER; /* as the ledger writes it */
	bound->holds = true;
	bound->binds = applied < granted;
	bound->granted = bound->binds ? applied : granted;
	for (size_t i = 0; bound->binds && i < count; i++)
		d->weighed.bounds[i]->binds = false;
	d->decision.amount = bound->granted;
}

static void note_umbrellas(struct deciding *d, const struct counted *counted, size_t count) {
	if (count == 0)
		return;
	d->decision.umbrellas = decide_alloc(d->arena, LIMIT_UMBRELLAS * sizeof(uint64_t));
	d->decision.n_umbrellas = count;
	for (size_t i = 0; i < count; i++)
		d->decision.umbrellas[i] = counted->umbrellas[i];
}

static void note_tier(struct deciding *d, const struct asked_for *asked, const Pb__Tier *tier,
    const struct counted *counted) {
	bool is_top_up = asked->rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED;
	d->decision.tier = tier->id;
	d->decision.ratio_bp = is_top_up ? 0 : tier->ratio_bp; /* it has no invoices of its own */
	d->decision.group = tier->group;
	d->decision.increment = tier->increment;
	d->decision.beneficiary = tier->group ? counted->beneficiary : 0;
}

static void note_grant(
    struct deciding *d, const struct asked_for *asked, const struct counted *counted) {
	int64_t cost = amount_subtract(asked->total, asked->vat);
	d->decision.rule_version = asked->rules->version;
	d->decision.year = counted->year;
	d->decision.programme = asked->programme->id;
	d->decision.provider = asked->provider;
	d->decision.voucher = asked->voucher ? asked->voucher->id : 0;
	d->decision.own_share = cost > d->decision.amount ? amount_subtract(cost, d->decision.amount)
	                                                  : 0;
	d->decision.vat = asked->vat;
	d->decision.controller = counted->controller;
	d->decision.units = asked->units;
	case_name_holder(d, asked->holder);
}

bool case_grant(struct deciding *d, const struct asked_for *asked) {
	const struct party *holder = case_party_at(d, asked->holder);
	const struct party *provider = case_party_at(d, asked->provider);
	if (!holder)
		return case_unknown(d, PB__OUTCOME__PARTY_UNKNOWN);
	struct asking asking = { .model = d->m,
		.of = { .programme = asked->programme->id,
		    .holder = asked->holder,
		    .controller = holder->controller,
		    .provider = asked->provider,
		    .beneficiary = find_beneficiary(d, asked),
		    .year = case_local_year(d, asked->programme) } };
	const struct decide_standing standing = stand_before(d, asked, &asking);
	const struct decide_case one = {
		.rules = asked->rules,
		.region = model_text(d->m, asked->programme->region),
		.holder = case_read_party(d, holder),
		.provider = provider ? case_read_party(d, provider) : NULL,
		.category = asked->category,
		.agreement = find_agreement(d, asked),
		.eligible = asked->eligible,
		.vat = asked->vat,
		.earlier = asked->earlier,
		.granted = asked->granted,
		.units = asked->units,
	};
	const struct decide_subsidy subsidy = decide_subsidise(&one, &standing, &d->weighed);
	case_want(d, !subsidy.against, subsidy.against);
	d->decision.amount = subsidy.amount;
	d->decision.expense_base = subsidy.base;
	if (asked->amount_max)
		weigh_application(d, asked->amount_max);
	if (subsidy.tier)
		note_tier(d, asked, subsidy.tier, &asking.of);
	note_umbrellas(d, &asking.of, standing.n_umbrellas);
	note_grant(d, asked, &asking.of);
	return true;
}

/* --- own share and VAT --- */

void case_enter_costs(struct deciding *d, const struct asked_for *asked) {
	case_enter_memo(d, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, asked->programme, asked->holder,
	    d->decision.own_share);
	case_enter_memo(
	    d, PB__ACCOUNT_KIND__MEMO_VAT, asked->programme, asked->holder, d->decision.vat);
}

/* All that there is when nothing else is left of the grant. */
static int64_t part_of(int64_t leg, int64_t amount, const struct reservation *r) {
	return amount == amount_add(r->held, r->redeemed) ? leg : amount_part(leg, amount, r->subsidy);
}

void case_take_back_costs(struct deciding *d, const struct reservation *r,
    const struct programme *programme, int64_t amount) {
	d->decision.own_share = part_of(r->own_share, amount, r);
	d->decision.vat = part_of(r->vat, amount, r);
	case_leave_memo(
	    d, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, programme, r->holder, d->decision.own_share);
	case_leave_memo(d, PB__ACCOUNT_KIND__MEMO_VAT, programme, r->holder, d->decision.vat);
}

/* --- of what was granted --- */

uint64_t case_payee_of(const Pb__RuleSet *rules, const struct reservation *reservation) {
	bool is_provider = rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER &&
	    rules->payee == PB__PAYEE__PAYEE_PROVIDER;
	return is_provider ? reservation->provider : reservation->holder;
}

bool case_is_supported(const struct reservation *reservation) {
	return reservation->ratio_bp == 0 ||
	    reservation->claimed <= amount_share(reservation->invoiced, reservation->ratio_bp);
}
