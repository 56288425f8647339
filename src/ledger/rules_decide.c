/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a case is granted: floor(base × ratio / 10,000) in minor units, or a fixed amount, or one
 * for each unit; then the smallest of all that stands against it. Pure but for the counts that it
 * asks for; any thread.
 *
 * Each step weighs, and says no when it refuses. Exactly one of the bounds from the computed amount
 * on binds: the first of those that leave the least.
 */
#include "ledger/rules_caps.h"

#include <string.h>

int64_t rules_share(int64_t amount, uint32_t ratio_bp) {
	return (int64_t)((__int128)amount * ratio_bp / 10000);
}

/* --- who and what --- */

static bool weigh_category(struct rules_deciding *d) {
	if (!d->rules->n_categories && !d->rules->n_exclusions)
		return true;
	bool is_covered = rules_category(d->rules, d->one->category) == PB__OUTCOME__OUTCOME_OK;
	Pb__Bound *bound = weighing_add_fact(
	    &d->weighing, PB__RULE__RULE_CATEGORY, d->one->category, is_covered);
	return is_covered ||
	    weighing_refuse(d->result, PB__OUTCOME__CATEGORY_NOT_COVERED, "category", NULL, bound);
}

static bool weigh_relation(struct rules_deciding *d) {
	if (d->rules->related_parties_allowed || !d->one->provider)
		return true;
	bool is_related = rules_is_related(d->one->holder, d->one->provider);
	Pb__Bound *bound = weighing_add_fact(
	    &d->weighing, PB__RULE__RULE_RELATED, d->one->provider->code, !is_related);
	return !is_related ||
	    weighing_refuse(d->result, PB__OUTCOME__RELATED_PARTY, "provider", NULL, bound);
}

static const Pb__Tier *terms_of(struct rules_deciding *d) {
	const Pb__RecordAgreement *agreement = d->one->agreement;
	if (!d->rules->agreements_allowed || !agreement || !agreement->terms)
		return NULL;
	bool fits = rules_fits(agreement->terms, d->one);
	Pb__Bound *bound = weighing_add_fact(&d->weighing, PB__RULE__RULE_AGREEMENT, "", fits);
	bound->name = weighing_text(&d->weighing, agreement->document);
	d->are_caps_waived = fits && agreement->caps_waived;
	return fits ? agreement->terms : NULL;
}

static bool find_tier(struct rules_deciding *d) {
	d->tier = terms_of(d);
	for (size_t i = 0; !d->tier && i < d->rules->n_tiers; i++) {
		if (rules_fits(d->rules->tiers[i], d->one))
			d->tier = d->rules->tiers[i];
	}
	if (!d->tier)
		return weighing_refuse(d->result, PB__OUTCOME__NO_TIER, NULL, NULL, NULL);
	d->result->tier = d->tier;
	d->tier_name = weighing_text(&d->weighing, d->tier->name);
	return true;
}

/* --- how much --- */

static bool refuse_amount(struct rules_deciding *d, const char *field, const char *detail) {
	return weighing_refuse(d->result, PB__OUTCOME__AMOUNT_INVALID, field, detail, NULL);
}

/* The expense, before anything is taken off. */
static int64_t expense_of(const struct rules_deciding *d) {
	return d->rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED ? d->one->granted
	                                                                   : d->one->eligible;
}

/* What of it counts: 0 to all of it. */
static int64_t base_of(const struct rules_deciding *d) {
	int64_t base = expense_of(d);
	if (d->rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED)
		return base;
	if (d->rules->expense_base == PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR)
		base -= d->one->earlier;
	if (d->rules->vat_excluded)
		base -= d->one->vat;
	return base > 0 ? base : 0;
}

/* All of it counts whatever it is: that is not worth a line. */
static bool is_whole(const struct rules_deciding *d) {
	return d->rules->expense_base != PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR &&
	    d->rules->expense_base != PB__EXPENSE_BASE__EXPENSE_GRANTED && !d->rules->vat_excluded;
}

static Pb__Bound *weigh_base(struct rules_deciding *d, int64_t asked) {
	int64_t expense = expense_of(d);
	return weighing_add_money(
	    &d->weighing, PB__RULE__RULE_EXPENSE_BASE, expense, expense - d->result->base, asked);
}

/* Where an expense matters: all but fixed amounts and awards that are no voucher's. */
static bool find_base(struct rules_deciding *d) {
	const struct rules_case *one = d->one;
	if (!d->tier->ratio_bp && d->rules->instrument != PB__INSTRUMENT__INSTRUMENT_VOUCHER)
		return true;
	if (one->eligible < 0 || one->granted < 0)
		return refuse_amount(d, "eligible", "less than nothing");
	if (one->vat < 0 || one->vat > one->eligible)
		return refuse_amount(d, "vat", "more than the expense");
	if (one->earlier < 0 || one->earlier > one->eligible)
		return refuse_amount(d, "earlier", "more than the expense");
	d->result->base = base_of(d);
	Pb__Bound *bound = NULL;
	if (d->tier->ratio_bp && !is_whole(d))
		bound = weigh_base(d, expense_of(d));
	return d->result->base > 0 ||
	    weighing_refuse(d->result, PB__OUTCOME__AMOUNT_INVALID, "eligible",
	        "nothing of the expense counts", bound);
}

/* `asked`: of what it was computed. */
static void set_computed(struct rules_deciding *d, Pb__Rule rule, int64_t computed, int64_t asked) {
	Pb__Bound *bound = weighing_add_money(&d->weighing, rule, computed, 0, asked);
	bound->granted = computed;
	bound->name = d->tier_name;
	d->asked = computed;
}

static bool compute_per_unit(struct rules_deciding *d) {
	int64_t computed;
	if (d->one->units <= 0)
		return refuse_amount(d, "units", "there are none");
	if (__builtin_mul_overflow(d->tier->per_unit, d->one->units, &computed))
		return weighing_refuse(d->result, PB__OUTCOME__OVERFLOW, "units", NULL, NULL);
	set_computed(d, PB__RULE__RULE_PER_UNIT, computed, d->one->units);
	return true;
}

static bool compute(struct rules_deciding *d) {
	const Pb__Tier *tier = d->tier;
	if (tier->ratio_bp) {
		int64_t base = d->result->base;
		set_computed(d, PB__RULE__RULE_RATIO, rules_share(base, tier->ratio_bp), base);
		return true;
	}
	if (tier->per_unit) {
		if (!compute_per_unit(d))
			return false;
	} else {
		set_computed(d, PB__RULE__RULE_FIXED, tier->fixed, tier->fixed);
	}
	if (d->rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER)
		weigh_base(d, d->asked);
	return true;
}

/* --- what is left of it --- */

static int64_t left_by(const Pb__Bound *bound) {
	bool counts_grants = bound->unit == PB__UNIT__UNIT_NUMBER;
	return counts_grants && bound->granted ? INT64_MAX : bound->granted;
}

static Pb__Outcome nothing_left(const Pb__Bound *bound) {
	switch (bound->rule) {
	case PB__RULE__RULE_VOUCHER: return PB__OUTCOME__VOUCHER_INSUFFICIENT;
	case PB__RULE__RULE_POOL:
	case PB__RULE__RULE_FUND_SHARE: return PB__OUTCOME__POOL_EMPTY;
	default: return PB__OUTCOME__CAP_REACHED;
	}
}

/* By the bounds from `first` on. */
static void conclude(struct rules_deciding *d, size_t first) {
	if (d->weighing.has_failed)
		return;
	Pb__Bound *least = &d->weighing.bounds[first];
	for (size_t i = first + 1; i < d->weighing.count; i++) {
		if (left_by(&d->weighing.bounds[i]) < left_by(least))
			least = &d->weighing.bounds[i];
	}
	int64_t left = left_by(least);
	if (left == 0) {
		weighing_refuse(d->result, nothing_left(least), NULL, NULL, least);
	} else if (left < d->asked && d->rules->when_capped == PB__WHEN_CAPPED__REFUSE) {
		weighing_refuse(d->result, PB__OUTCOME__WOULD_BE_CUT, NULL, NULL, least);
	} else {
		least->binds = true;
		d->result->amount = left;
	}
}

static void weigh_money(struct rules_deciding *d) {
	size_t first = d->weighing.count;
	if (!compute(d) || !rules_weigh_combination(d))
		return;
	rules_weigh_caps(d);
	rules_weigh_sources(d);
	conclude(d, first);
}

void rules_decide(const Pb__RuleSet *rules, const struct rules_case *one,
    const struct rules_standing *standing, struct arena *arena, struct rules_result *ret_result) {
	struct rules_deciding d;
	d.rules = rules;
	d.one = one;
	d.standing = standing;
	d.result = ret_result;
	d.are_caps_waived = false;
	d.known = 0;
	*ret_result = (struct rules_result){ .outcome = PB__OUTCOME__OUTCOME_OK };
	/* category, relation, agreement, base, computed amount: one each */
	weighing_init(
	    &d.weighing, arena, 5 + rules_eligible_room(rules) + rules_caps_room(rules, standing));
	if (weigh_category(&d) && rules_weigh_eligible(rules, one->holder, &d.weighing, ret_result) &&
	    weigh_relation(&d) && find_tier(&d) && find_base(&d))
		weigh_money(&d);
	weighing_finish(&d.weighing, ret_result);
}
