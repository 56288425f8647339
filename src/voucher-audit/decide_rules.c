/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The amount: floor(what counts × ratio / 10,000), a fixed amount or one for each unit; less what
 * a combination was granted already; then the least that any limit leaves. Of equal limits the
 * first binds, in the order: the computed amount, the combination, the tier's caps, the rules'
 * caps, those of the programmes above, the voucher, the pool, the funds.
 */
#include "voucher-audit/decide_rules.h"

#include "voucher-audit/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- memory --- */

void *decide_alloc(struct arena *arena, size_t bytes) {
	void *memory = arena_zalloc(arena, bytes);
	if (!memory)
		table_die("memory");
	return memory;
}

const char *decide_text(struct arena *arena, const char *text) {
	size_t bytes = strlen(text);
	char *copy = decide_alloc(arena, bytes + 1);
	memcpy(copy, text, bytes);
	return copy;
}

const char *decide_print(struct arena *arena, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	int bytes = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *text = decide_alloc(arena, (size_t)(bytes < 0 ? 0 : bytes) + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)(bytes < 0 ? 0 : bytes) + 1, format, arguments);
	va_end(arguments);
	return text;
}

/* --- the rules weighed --- */

static Pb__Bound *add(struct weighed *weighed, Pb__Rule rule) {
	Pb__Bound *bound = decide_alloc(weighed->arena, sizeof(*bound));
	void *larger = arena_grow(weighed->arena, weighed->bounds, weighed->count, sizeof(bound));
	if (!larger)
		table_die("memory");
	pb__bound__init(bound);
	bound->rule = rule;
	weighed->bounds = larger;
	weighed->bounds[weighed->count++] = bound;
	return bound;
}

Pb__Bound *weighed_money(
    struct weighed *weighed, Pb__Rule rule, int64_t limit, int64_t used, int64_t asked) {
	Pb__Bound *bound = add(weighed, rule);
	int64_t left = amount_subtract(limit, used);
	bound->unit = PB__UNIT__UNIT_MONEY;
	bound->limit = limit;
	bound->used = used;
	bound->asked = asked;
	bound->granted = left <= 0 ? 0 : left < asked ? left : asked;
	return bound;
}

Pb__Bound *weighed_grants(struct weighed *weighed, Pb__Rule rule, int64_t limit, int64_t used) {
	Pb__Bound *bound = add(weighed, rule);
	bound->unit = PB__UNIT__UNIT_NUMBER;
	bound->limit = limit;
	bound->used = used;
	bound->asked = 1;
	bound->holds = used < limit;
	bound->granted = bound->holds;
	return bound;
}

Pb__Bound *weighed_fact(struct weighed *weighed, Pb__Rule rule, const char *attribute, bool holds) {
	Pb__Bound *bound = add(weighed, rule);
	bound->attribute = decide_text(weighed->arena, attribute);
	bound->holds = holds;
	return bound;
}

/* --- a case under its rules --- */

struct subsidising {
	const struct decide_case *one;
	const struct decide_standing *standing;
	struct weighed *weighed;
	const Pb__Tier *tier;
	bool are_caps_waived;
	int64_t base;
	int64_t asked; /* what is computed, less what the combination had */
	Pb__Outcome against;
};

static bool refuse(struct subsidising *s, Pb__Outcome outcome) {
	s->against = outcome;
	return false;
}

static const Pb__RuleSet *rules_of(const struct subsidising *s) {
	return s->one->rules;
}

static struct decide_had ask(const struct subsidising *s, struct decide_question question) {
	return s->standing->had(s->standing->arg, &question);
}

/* --- whom --- */

static bool ask_who(struct subsidising *s) {
	const struct decide_case *one = s->one;
	const Pb__RuleSet *rules = rules_of(s);
	if (rules->n_categories || rules->n_exclusions) {
		bool is_covered = decide_is_covered(rules, one->category);
		weighed_fact(s->weighed, PB__RULE__RULE_CATEGORY, one->category, is_covered);
		if (!is_covered)
			return refuse(s, PB__OUTCOME__CATEGORY_NOT_COVERED);
	}
	if (!decide_eligible(rules->holder, one->holder, s->weighed))
		return refuse(s, PB__OUTCOME__NOT_ELIGIBLE);
	if (rules->related_parties_allowed || !one->provider)
		return true;
	bool is_related = decide_is_related(one->holder, one->provider);
	weighed_fact(s->weighed, PB__RULE__RULE_RELATED, one->provider->told->code, !is_related);
	return !is_related || refuse(s, PB__OUTCOME__RELATED_PARTY);
}

/* An agreement in force comes first, where the rules allow one and its terms fit. */
static bool choose_tier(struct subsidising *s) {
	const Pb__RuleSet *rules = rules_of(s);
	const Pb__RecordAgreement *agreement = rules->agreements_allowed ? s->one->agreement : NULL;
	if (agreement && agreement->terms) {
		bool fits = decide_fits(agreement->terms, s->one);
		weighed_fact(s->weighed, PB__RULE__RULE_AGREEMENT, "", fits)->name = agreement->document;
		s->tier = fits ? agreement->terms : NULL;
		s->are_caps_waived = fits && agreement->caps_waived;
	}
	for (size_t i = 0; !s->tier && i < rules->n_tiers; i++)
		if (decide_fits(rules->tiers[i], s->one))
			s->tier = rules->tiers[i];
	return s->tier || refuse(s, PB__OUTCOME__NO_TIER);
}

/* --- what the expense counts for --- */

static int64_t expense_of(const struct subsidising *s) {
	bool is_granted = rules_of(s)->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED;
	return is_granted ? s->one->granted : s->one->eligible;
}

static int64_t what_counts(const struct subsidising *s) {
	const Pb__RuleSet *rules = rules_of(s);
	int64_t counts = expense_of(s);
	if (rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED)
		return counts;
	if (rules->expense_base == PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR)
		counts = amount_subtract(counts, s->one->earlier);
	if (rules->vat_excluded)
		counts = amount_subtract(counts, s->one->vat);
	return counts > 0 ? counts : 0;
}

static bool is_voucher(const struct subsidising *s) {
	return rules_of(s)->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
}

static bool ask_expense(struct subsidising *s) {
	const struct decide_case *one = s->one;
	const Pb__RuleSet *rules = rules_of(s);
	bool is_always_whole = rules->expense_base != PB__EXPENSE_BASE__EXPENSE_GRANTED &&
	    rules->expense_base != PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR && !rules->vat_excluded;
	if (!s->tier->ratio_bp && !is_voucher(s))
		return true;
	if (one->eligible < 0 || one->granted < 0 || one->vat < 0 || one->vat > one->eligible ||
	    one->earlier < 0 || one->earlier > one->eligible)
		return refuse(s, PB__OUTCOME__AMOUNT_INVALID);
	s->base = what_counts(s);
	int64_t expense = expense_of(s);
	if (s->tier->ratio_bp && !is_always_whole)
		weighed_money(s->weighed, PB__RULE__RULE_EXPENSE_BASE, expense, expense - s->base, expense);
	return s->base > 0 || refuse(s, PB__OUTCOME__AMOUNT_INVALID);
}

static void note_computed(struct subsidising *s, Pb__Rule rule, int64_t computed, int64_t of) {
	Pb__Bound *bound = weighed_money(s->weighed, rule, computed, 0, of);
	bound->granted = computed;
	bound->name = s->tier->name;
	s->asked = computed;
}

static bool compute(struct subsidising *s) {
	const Pb__Tier *tier = s->tier;
	if (tier->ratio_bp) {
		note_computed(s, PB__RULE__RULE_RATIO, amount_share(s->base, tier->ratio_bp), s->base);
		return true;
	}
	if (tier->per_unit && s->one->units <= 0)
		return refuse(s, PB__OUTCOME__AMOUNT_INVALID);
	if (tier->per_unit) {
		int64_t computed;
		if (__builtin_mul_overflow(tier->per_unit, s->one->units, &computed))
			return refuse(s, PB__OUTCOME__OVERFLOW);
		note_computed(s, PB__RULE__RULE_PER_UNIT, computed, s->one->units);
	} else {
		note_computed(s, PB__RULE__RULE_FIXED, tier->fixed, tier->fixed);
	}
	int64_t expense = expense_of(s);
	if (is_voucher(s)) /* no more than what was spent */
		weighed_money(
		    s->weighed, PB__RULE__RULE_EXPENSE_BASE, expense, expense - s->base, s->asked);
	return true;
}

/* --- combinations --- */

static const Pb__Combination *combination_of(const struct subsidising *s) {
	const Pb__RuleSet *rules = rules_of(s);
	for (size_t i = 0; s->tier->group && i < rules->n_combinations; i++)
		if (rules->combinations[i]->group == s->tier->group)
			return rules->combinations[i];
	return NULL;
}

static struct decide_had of_group(const struct subsidising *s, enum decide_whose whose) {
	return ask(s,
	    (struct decide_question){ .whose = whose,
	        .is_ever = true,
	        .group = s->tier->group,
	        .tier = whose == OF_GROUP_TIER ? s->tier->id : 0 });
}

static bool weigh_once(struct subsidising *s, const Pb__Combination *group, int64_t had) {
	Pb__Bound *bound = weighed_grants(s->weighed, PB__RULE__RULE_COMBINATION, 1, had);
	bound->name = group->name;
	return bound->holds || refuse(s, PB__OUTCOME__ALREADY_GRANTED);
}

/* Together no more than the highest: the others' amount is taken off. */
static bool weigh_highest(struct subsidising *s, const Pb__Combination *group, int64_t others) {
	Pb__Bound *bound = weighed_money(
	    s->weighed, PB__RULE__RULE_COMBINATION, s->asked, others, s->asked);
	bound->name = group->name;
	if (s->asked && !bound->granted)
		return refuse(s, PB__OUTCOME__HIGHEST_ONLY);
	s->asked = bound->granted;
	return true;
}

static bool weigh_increment(struct subsidising *s, const Pb__Combination *group, int64_t bases) {
	if (bases <= 0) {
		weighed_grants(s->weighed, PB__RULE__RULE_COMBINATION, 0, 0)->name = group->name;
		return refuse(s, PB__OUTCOME__BASE_NOT_GRANTED);
	}
	return group->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT
	    ? weigh_highest(s, group, of_group(s, OF_GROUP_INCREMENT).amount)
	    : weigh_once(s, group, of_group(s, OF_GROUP_TIER).grants);
}

static bool weigh_combination(struct subsidising *s) {
	const Pb__Combination *group = combination_of(s);
	if (!group)
		return true;
	switch (group->kind) {
	case PB__COMBINATION_KIND__COMBINATION_CUMULATIVE:
		return weigh_once(s, group, of_group(s, OF_GROUP_TIER).grants);
	case PB__COMBINATION_KIND__COMBINATION_HIGHEST_ONLY:
		return weigh_highest(s, group, of_group(s, OF_GROUP).amount);
	case PB__COMBINATION_KIND__COMBINATION_INCREMENTS:
	case PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT: {
		int64_t bases = amount_subtract(
		    of_group(s, OF_GROUP).grants, of_group(s, OF_GROUP_INCREMENT).grants);
		return s->tier->increment ? weigh_increment(s, group, bases) : weigh_once(s, group, bases);
	}
	default: return true;
	}
}

/* --- caps --- */

static void weigh_tier_caps(struct subsidising *s) {
	const Pb__Tier *tier = s->tier;
	if (tier->per_contract)
		weighed_money(s->weighed, PB__RULE__RULE_PER_CONTRACT, tier->per_contract, 0, s->asked)
		    ->name = tier->name;
	if (tier->per_year) {
		const struct decide_question question = { .whose = tier->per_year_alone ? OF_HOLDER_TIER
			                                                                    : OF_HOLDER,
			.tier = tier->per_year_alone ? tier->id : 0 };
		weighed_money(s->weighed, PB__RULE__RULE_TIER_PER_YEAR, tier->per_year,
		    ask(s, question).amount, s->asked)
		    ->name = tier->name;
	}
	if (tier->pool_share_bp) {
		int64_t pool = rules_of(s)->annual_pool ? rules_of(s)->annual_pool
		                                        : s->standing->annual_pool;
		const struct decide_question question = { .whose = OF_TIER, .tier = tier->id };
		weighed_money(s->weighed, PB__RULE__RULE_TIER_POOL_SHARE,
		    amount_share(pool, tier->pool_share_bp), ask(s, question).amount, s->asked)
		    ->name = tier->name;
	}
}

static enum decide_whose counted_for(const Pb__Cap *cap) {
	switch (cap->per) {
	case PB__CAP_PER__CAP_PER_CONTROLLER: return OF_CONTROLLER;
	case PB__CAP_PER__CAP_PER_PROVIDER: return OF_PROVIDER;
	default: return OF_HOLDER;
	}
}

static void weigh_cap(struct subsidising *s, const Pb__Cap *cap, unsigned level) {
	const struct decide_question question = { .whose = counted_for(cap),
		.is_ever = cap->period == PB__CAP_PERIOD__CAP_FOR_EVER,
		.is_with_parts = cap->joint || level > 0,
		.level = level };
	if (!decide_is_meant(cap->who, s->one->holder->told) ||
	    (question.whose == OF_PROVIDER && !s->one->provider))
		return;
	struct decide_had had = ask(s, question);
	const char *name = level ? decide_print(s->weighed->arena, "%s: %s",
	                               s->standing->umbrella_codes[level - 1], cap->name)
	                         : cap->name;
	if (cap->amount)
		weighed_money(s->weighed, level ? PB__RULE__RULE_JOINT_CAP : PB__RULE__RULE_CAP,
		    cap->amount, had.amount, s->asked)
		    ->name = name;
	if (cap->grants)
		weighed_grants(s->weighed,
		    level ? PB__RULE__RULE_JOINT_CAP_GRANTS : PB__RULE__RULE_CAP_GRANTS, cap->grants,
		    had.grants)
		    ->name = name;
}

static void weigh_caps(struct subsidising *s) {
	const Pb__RuleSet *rules = rules_of(s);
	for (size_t i = 0; i < rules->n_caps && !s->are_caps_waived; i++)
		weigh_cap(s, rules->caps[i], 0);
	for (unsigned level = 1; level <= s->standing->n_umbrellas; level++) {
		const Pb__RuleSet *above = s->standing->umbrellas[level - 1];
		for (size_t i = 0; above && i < above->n_caps; i++)
			if (above->caps[i]->joint)
				weigh_cap(s, above->caps[i], level);
	}
}

/* --- where the money is --- */

static void weigh_sources(struct subsidising *s) {
	const struct decide_standing *standing = s->standing;
	if (standing->voucher_live >= 0)
		weighed_money(s->weighed, PB__RULE__RULE_VOUCHER, standing->voucher_live, 0, s->asked);
	if (standing->pool >= 0)
		weighed_money(s->weighed, PB__RULE__RULE_POOL, standing->pool, 0, s->asked);
	for (size_t i = 0; i < standing->n_funds; i++) {
		const struct decide_fund *fund = &standing->funds[i];
		if (fund->share_bp)
			weighed_money(s->weighed, PB__RULE__RULE_FUND_SHARE,
			    amount_whole(fund->left, fund->share_bp), 0, s->asked)
			    ->name = fund->code;
	}
}

/* --- the least of it --- */

/* What a limit leaves of the money; one that counts grants leaves all or nothing. */
static int64_t left_by(const Pb__Bound *bound) {
	return bound->unit == PB__UNIT__UNIT_NUMBER && bound->granted ? INT64_MAX : bound->granted;
}

static Pb__Outcome emptied_by(Pb__Rule rule) {
	if (rule == PB__RULE__RULE_VOUCHER)
		return PB__OUTCOME__VOUCHER_INSUFFICIENT;
	return rule == PB__RULE__RULE_POOL || rule == PB__RULE__RULE_FUND_SHARE
	    ? PB__OUTCOME__POOL_EMPTY
	    : PB__OUTCOME__CAP_REACHED;
}

static int64_t least(struct subsidising *s, size_t first) {
	Pb__Bound *binding = s->weighed->bounds[first];
	for (size_t i = first; i < s->weighed->count; i++)
		if (left_by(s->weighed->bounds[i]) < left_by(binding))
			binding = s->weighed->bounds[i];
	int64_t left = left_by(binding);
	binding->binds = true;
	if (left == 0)
		refuse(s, emptied_by(binding->rule));
	else if (left < s->asked && rules_of(s)->when_capped == PB__WHEN_CAPPED__REFUSE)
		refuse(s, PB__OUTCOME__WOULD_BE_CUT);
	return left;
}

struct decide_subsidy decide_subsidise(const struct decide_case *one,
    const struct decide_standing *standing, struct weighed *weighed) {
	struct subsidising s = { .one = one, .standing = standing, .weighed = weighed };
	int64_t amount = 0;
	if (ask_who(&s) && choose_tier(&s) && ask_expense(&s)) {
		size_t first = weighed->count;
		if (compute(&s) && weigh_combination(&s)) {
			weigh_tier_caps(&s);
			weigh_caps(&s);
			weigh_sources(&s);
			amount = least(&s, first);
		}
	}
	return (struct decide_subsidy){
		.against = s.against, .amount = amount, .base = s.base, .tier = s.tier
	};
}
