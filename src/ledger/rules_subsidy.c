/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a tier grants: floor(eligible × ratio / 10,000) in minor units, then the smallest of all
 * that the caps leave. Pure; any thread.
 *
 * Bounds come in the order of Pb__Rule, and exactly one of them binds: the first of those that
 * leave the least.
 */
#include "ledger/rules.h"

#include <string.h>

#define BOUNDS_MAX 6

struct weighing {
	struct arena *arena;
	const char *tier; /* its name, in the arena */
	Pb__Bound *bounds[BOUNDS_MAX];
	size_t count;
	bool has_failed; /* memory */
};

static void weigh(struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used) {
	Pb__Bound *bound = arena_alloc(weighing->arena, sizeof(*bound));
	if (!bound) {
		weighing->has_failed = true;
		return;
	}
	pb__bound__init(bound);
	bound->rule = rule;
	bound->limit = limit;
	bound->used = used;
	weighing->bounds[weighing->count++] = bound;
}

/* The same for a cap of the tier. */
static void weigh_tier(struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used) {
	weigh(weighing, rule, limit, used);
	if (!weighing->has_failed)
		weighing->bounds[weighing->count - 1]->name = weighing->tier;
}

/* What a cap leaves; a cap that was lowered below what is used leaves nothing. */
static int64_t left_by(const Pb__Bound *bound) {
	return bound->limit > bound->used ? bound->limit - bound->used : 0;
}

/* In the order of Pb__Rule. A cap of 0 is no cap: it is not weighed. */
static void weigh_all(struct weighing *weighing, const Pb__RuleSet *rules, const Pb__Tier *tier,
    int64_t computed, const struct rules_usage *usage) {
	weigh(weighing, PB__RULE__RULE_RATIO, computed, 0);
	if (tier->per_contract)
		weigh_tier(weighing, PB__RULE__RULE_PER_CONTRACT, tier->per_contract, 0);
	if (tier->per_year)
		weigh_tier(weighing, PB__RULE__RULE_TIER_PER_YEAR, tier->per_year,
		    tier->per_year_alone ? usage->holder_this_tier : usage->holder_this_year);
	if (rules->holder_per_year)
		weigh(weighing, PB__RULE__RULE_HOLDER_PER_YEAR, rules->holder_per_year,
		    usage->holder_this_year);
	if (tier->pool_share_bp)
		weigh_tier(weighing, PB__RULE__RULE_TIER_POOL_SHARE,
		    rules_share(usage->annual_pool, tier->pool_share_bp), usage->tier_this_year);
	weigh(weighing, PB__RULE__RULE_VOUCHER, usage->voucher_live, 0);
}

void rules_subsidy(const Pb__RuleSet *rules, const Pb__Tier *tier, int64_t eligible,
    const struct rules_usage *usage, struct arena *arena, struct rules_result *ret_result) {
	int64_t computed = rules_share(eligible, tier->ratio_bp);
	struct weighing weighing = {
		.arena = arena,
		.tier = arena_string(arena, tier->name, strlen(tier->name)),
	};
	weigh_all(&weighing, rules, tier, computed, usage);
	Pb__Bound **bounds = arena_copy(arena, weighing.bounds, sizeof(weighing.bounds));
	if (weighing.has_failed || !weighing.tier || !bounds) {
		*ret_result = (struct rules_result){ .outcome = PB__OUTCOME__UNAVAILABLE };
		return;
	}
	Pb__Bound *least = bounds[0];
	for (size_t i = 0; i < weighing.count; i++) {
		bounds[i]->asked = i == 0 ? eligible : computed;
		if (left_by(bounds[i]) < left_by(least))
			least = bounds[i];
	}
	least->binds = true;
	*ret_result = (struct rules_result){
		.amount = left_by(least),
		.n_bounds = weighing.count,
		.bounds = bounds,
	};
	if (ret_result->amount > 0)
		return;
	ret_result->against = least;
	ret_result->outcome = least->rule == PB__RULE__RULE_VOUCHER ? PB__OUTCOME__VOUCHER_INSUFFICIENT
	                                                            : PB__OUTCOME__CAP_REACHED;
}
