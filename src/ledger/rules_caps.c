/* SPDX-License-Identifier: Apache-2.0 */
/* Pure but for the counts that it asks for; any thread. */
#include "ledger/rules_caps.h"

#include "base/check.h"

/* --- counts --- */

static struct rules_count ask(const struct rules_deciding *d, const struct rules_counter *counter) {
	return d->standing->count(d->standing->arg, counter);
}

/* Of a holder, controller or provider: asked for once. */
static struct rules_count ask_once(struct rules_deciding *d, const struct rules_counter *counter) {
	unsigned whose = counter->joint ? 1 + counter->umbrella : 0;
	unsigned at = ((unsigned)counter->what * 2 + counter->ever) * (2 + LIMIT_UMBRELLAS) + whose;
	check(at < RULES_COUNTS);
	if (!(d->known & UINT32_C(1) << at)) {
		d->known |= UINT32_C(1) << at;
		d->counts[at] = ask(d, counter);
	}
	return d->counts[at];
}

/* --- combinations --- */

static const Pb__Combination *find_combination(const Pb__RuleSet *rules, uint32_t group) {
	for (size_t i = 0; group && i < rules->n_combinations; i++) {
		if (rules->combinations[i]->group == group)
			return rules->combinations[i];
	}
	return NULL;
}

static struct rules_count group_count(struct rules_deciding *d, enum rules_counted what) {
	const struct rules_counter counter = {
		.what = what,
		.ever = true,
		.tier = what == RULES_GROUP_TIER ? d->tier->id : 0,
		.group = d->tier->group,
	};
	return ask(d, &counter);
}

static int64_t base_grants(struct rules_deciding *d) {
	return group_count(d, RULES_GROUP).grants - group_count(d, RULES_GROUP_INCREMENT).grants;
}

/* May be granted once, and `grants` times was. */
static bool weigh_once(struct rules_deciding *d, const Pb__Combination *group, int64_t grants) {
	Pb__Bound *bound = weighing_add_grants(&d->weighing, PB__RULE__RULE_COMBINATION, 1, grants);
	bound->name = weighing_text(&d->weighing, group->name);
	return bound->granted ||
	    weighing_refuse(d->result, PB__OUTCOME__ALREADY_GRANTED, NULL, NULL, bound);
}

/* Together no more than the highest: this amount is granted less what the others were. */
static bool weigh_highest(struct rules_deciding *d, const Pb__Combination *group, int64_t others) {
	Pb__Bound *bound = weighing_add_money(
	    &d->weighing, PB__RULE__RULE_COMBINATION, d->asked, others, d->asked);
	bound->name = weighing_text(&d->weighing, group->name);
	if (!bound->granted && d->asked)
		return weighing_refuse(d->result, PB__OUTCOME__HIGHEST_ONLY, NULL, NULL, bound);
	d->asked = bound->granted;
	return true;
}

static bool weigh_increment(struct rules_deciding *d, const Pb__Combination *group) {
	if (base_grants(d) <= 0) {
		Pb__Bound *bound = weighing_add_grants(&d->weighing, PB__RULE__RULE_COMBINATION, 0, 0);
		bound->name = weighing_text(&d->weighing, group->name);
		return weighing_refuse(d->result, PB__OUTCOME__BASE_NOT_GRANTED, NULL, NULL, bound);
	}
	if (group->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT)
		return weigh_highest(d, group, group_count(d, RULES_GROUP_INCREMENT).amount);
	return weigh_once(d, group, group_count(d, RULES_GROUP_TIER).grants);
}

bool rules_weigh_combination(struct rules_deciding *d) {
	const Pb__Combination *group = find_combination(d->rules, d->tier->group);
	if (!group)
		return true;
	switch (group->kind) {
	case PB__COMBINATION_KIND__COMBINATION_CUMULATIVE:
		return weigh_once(d, group, group_count(d, RULES_GROUP_TIER).grants);
	case PB__COMBINATION_KIND__COMBINATION_HIGHEST_ONLY:
		return weigh_highest(d, group, group_count(d, RULES_GROUP).amount);
	case PB__COMBINATION_KIND__COMBINATION_INCREMENTS:
	case PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT:
		return d->tier->increment ? weigh_increment(d, group)
		                          : weigh_once(d, group, base_grants(d));
	default: return true;
	}
}

/* --- caps --- */

static void weigh_tier_cap(struct rules_deciding *d, Pb__Rule rule, int64_t limit, int64_t used) {
	weighing_add_money(&d->weighing, rule, limit, used, d->asked)->name = d->tier_name;
}

static void weigh_tier_caps(struct rules_deciding *d) {
	const Pb__Tier *tier = d->tier;
	if (tier->per_contract)
		weigh_tier_cap(d, PB__RULE__RULE_PER_CONTRACT, tier->per_contract, 0);
	if (tier->per_year) {
		const struct rules_counter alone = { .what = RULES_HOLDER_TIER, .tier = tier->id };
		const struct rules_counter all = { .what = RULES_HOLDER };
		struct rules_count count = tier->per_year_alone ? ask(d, &alone) : ask_once(d, &all);
		weigh_tier_cap(d, PB__RULE__RULE_TIER_PER_YEAR, tier->per_year, count.amount);
	}
	if (tier->pool_share_bp) {
		const struct rules_counter counter = { .what = RULES_TIER, .tier = tier->id };
		int64_t pool = d->rules->annual_pool ? d->rules->annual_pool : d->standing->annual_pool;
		weigh_tier_cap(d, PB__RULE__RULE_TIER_POOL_SHARE, rules_share(pool, tier->pool_share_bp),
		    ask(d, &counter).amount);
	}
}

static enum rules_counted counted_by(const Pb__Cap *cap) {
	switch (cap->per) {
	case PB__CAP_PER__CAP_PER_CONTROLLER: return RULES_CONTROLLER;
	case PB__CAP_PER__CAP_PER_PROVIDER: return RULES_PROVIDER;
	default: return RULES_HOLDER;
	}
}

/* "city: each holder" for a cap of the umbrella "city". */
static const char *name_cap(struct rules_deciding *d, const Pb__Cap *cap, unsigned umbrella) {
	if (!umbrella)
		return weighing_text(&d->weighing, cap->name);
	const char *programme = d->standing->umbrella_names[umbrella - 1];
	const char *name = arena_printf(d->weighing.arena, "%s: %s", programme, cap->name);
	d->weighing.has_failed |= !name;
	return name ? name : "";
}

/* `umbrella`: whose cap it is, as in struct rules_counter. */
static void weigh_cap(struct rules_deciding *d, const Pb__Cap *cap, unsigned umbrella) {
	const struct rules_counter counter = {
		.what = counted_by(cap),
		.ever = cap->period == PB__CAP_PERIOD__CAP_FOR_EVER,
		.joint = cap->joint,
		.umbrella = umbrella,
	};
	if ((counter.what == RULES_PROVIDER && !d->one->provider) ||
	    !rules_is_meant(cap->who, d->one->holder))
		return;
	struct rules_count count = ask_once(d, &counter);
	const char *name = name_cap(d, cap, umbrella);
	Pb__Rule rule = umbrella ? PB__RULE__RULE_JOINT_CAP : PB__RULE__RULE_CAP;
	Pb__Rule grants_rule = umbrella ? PB__RULE__RULE_JOINT_CAP_GRANTS : PB__RULE__RULE_CAP_GRANTS;
	if (cap->amount)
		weighing_add_money(&d->weighing, rule, cap->amount, count.amount, d->asked)->name = name;
	if (cap->grants)
		weighing_add_grants(&d->weighing, grants_rule, cap->grants, count.grants)->name = name;
}

static void weigh_joint_caps(struct rules_deciding *d, unsigned umbrella) {
	const Pb__RuleSet *rules = d->standing->umbrellas[umbrella - 1];
	for (size_t i = 0; i < rules->n_caps; i++) {
		if (rules->caps[i]->joint)
			weigh_cap(d, rules->caps[i], umbrella);
	}
}

void rules_weigh_caps(struct rules_deciding *d) {
	weigh_tier_caps(d);
	for (size_t i = 0; !d->are_caps_waived && i < d->rules->n_caps; i++)
		weigh_cap(d, d->rules->caps[i], 0);
	for (size_t i = 0; i < d->standing->n_umbrellas; i++)
		weigh_joint_caps(d, (unsigned)i + 1);
}

/* --- where the money comes from --- */

/* A share is never more than amount × share / 10,000 rounded up, and that is at most `left`
 * whenever it is before it is rounded. */
int64_t rules_whole(const struct rules_fund *fund) {
	__int128 whole = (__int128)fund->left * 10000 / fund->share_bp;
	return whole > INT64_MAX ? INT64_MAX : (int64_t)whole;
}

void rules_weigh_sources(struct rules_deciding *d) {
	const struct rules_standing *standing = d->standing;
	struct weighing *weighing = &d->weighing;
	if (standing->voucher_live >= 0)
		weighing_add_money(weighing, PB__RULE__RULE_VOUCHER, standing->voucher_live, 0, d->asked);
	if (standing->pool >= 0)
		weighing_add_money(weighing, PB__RULE__RULE_POOL, standing->pool, 0, d->asked);
	for (size_t i = 0; i < standing->n_funds; i++) {
		const struct rules_fund *fund = &standing->funds[i];
		if (!fund->share_bp)
			continue;
		Pb__Bound *bound = weighing_add_money(
		    weighing, PB__RULE__RULE_FUND_SHARE, rules_whole(fund), 0, d->asked);
		bound->name = weighing_text(weighing, fund->code);
	}
}

/* Two of each cap: money and grants. */
size_t rules_caps_room(const Pb__RuleSet *rules, const struct rules_standing *standing) {
	size_t room = 1 + 3 + 2 * rules->n_caps + 2 + standing->n_funds;
	for (size_t i = 0; i < standing->n_umbrellas; i++)
		room += 2 * standing->umbrellas[i]->n_caps;
	return room;
}
