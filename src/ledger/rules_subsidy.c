/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a tier grants: floor(eligible × ratio / 10,000) in minor units, then the smallest of all
 * that the caps leave (DOMAIN 3). Pure; any thread.
 *
 * Bounds come in the order of Pb__Rule, and exactly one of them binds: the first of those that
 * leave the least.
 */
#include "ledger/rules.h"

#define BOUNDS_MAX 6

struct weighing {
	struct arena *arena;
	Pb__Bound *bounds[BOUNDS_MAX];
	size_t count;
	bool has_failed; /* memory */
};

/* A cap of 0 is no cap: it is not weighed. */
static Pb__Bound *weigh(struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used) {
	Pb__Bound *bound = arena_alloc(weighing->arena, sizeof(*bound));
	if (!bound) {
		weighing->has_failed = true;
		return NULL;
	}
	pb__bound__init(bound);
	bound->rule = rule;
	bound->limit = limit;
	bound->used = used;
	weighing->bounds[weighing->count++] = bound;
	return bound;
}

static void weigh_cap(
    struct weighing *weighing, Pb__Rule rule, const char *name, int64_t limit, int64_t used) {
	Pb__Bound *bound = limit > 0 ? weigh(weighing, rule, limit, used) : NULL;
	if (bound)
		bound->name = name;
}

/* What a cap leaves; a cap that was lowered below what is used leaves nothing. */
static int64_t left_by(const Pb__Bound *bound) {
	return bound->limit > bound->used ? bound->limit - bound->used : 0;
}

int64_t rules_share(int64_t amount, uint32_t ratio_bp) {
	return (int64_t)((__int128)amount * ratio_bp / 10000);
}

void rules_subsidy(const Pb__RuleSet *rules, const Pb__Tier *tier, int64_t eligible,
    const struct rules_usage *usage, struct arena *arena, struct rules_result *ret_result) {
	struct weighing weighing = { .arena = arena };
	int64_t computed = rules_share(eligible, tier->ratio_bp);
	weigh(&weighing, PB__RULE__RULE_RATIO, computed, 0);
	weigh_cap(&weighing, PB__RULE__RULE_PER_CONTRACT, tier->name, tier->per_contract, 0);
	weigh_cap(&weighing, PB__RULE__RULE_TIER_PER_YEAR, tier->name, tier->per_year,
	    usage->holder_this_year);
	weigh_cap(&weighing, PB__RULE__RULE_HOLDER_PER_YEAR, "", rules->holder_per_year,
	    usage->holder_this_year);
	if (tier->pool_share_bp) {
		Pb__Bound *share = weigh(&weighing, PB__RULE__RULE_TIER_POOL_SHARE,
		    rules_share(usage->annual_pool, tier->pool_share_bp), usage->tier_this_year);
		if (share)
			share->name = tier->name;
	}
	weigh(&weighing, PB__RULE__RULE_VOUCHER, usage->voucher_live, 0);

	Pb__Bound **bounds = weighing.has_failed
	    ? NULL
	    : arena_copy(arena, weighing.bounds, weighing.count * sizeof(*bounds));
	if (!bounds) {
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
	*ret_result = (struct rules_result){ .amount = left_by(least), .bounds = bounds };
	ret_result->n_bounds = weighing.count;
	if (ret_result->amount > 0)
		return;
	ret_result->against = least;
	ret_result->outcome = least->rule == PB__RULE__RULE_VOUCHER ? PB__OUTCOME__VOUCHER_INSUFFICIENT
	                                                            : PB__OUTCOME__CAP_REACHED;
}
