/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/programme_tally.h"

#include <string.h>

struct tally_grant {
	const struct programme_case *one;
	const Pb__Tier *tier;
	int64_t amount;
	const struct tally_grant *older;
};

void tally_init(struct tally *tally, const Pb__RuleSet *rules, struct arena *arena) {
	*tally = (struct tally){ .rules = rules, .arena = arena, .pool_left = CASE_NOT_STATED };
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		tally->funds_left[i] = CASE_NOT_STATED;
}

/* --- what was granted above --- */

static const char *group_of(const struct programme_case *one) {
	return one->holder.controller[0] ? one->holder.controller : one->holder.code;
}

static const char *beneficiary_of(const struct programme_case *one) {
	return one->beneficiary[0] ? one->beneficiary : one->holder.code;
}

static bool is_same(const char *a, const char *b) {
	return strcmp(a, b) == 0;
}

static bool counts(const struct tally_grant *grant, const struct programme_case *one,
    const struct rules_counter *counter) {
	const struct programme_case *other = grant->one;
	if (!counter->ever && other->year != one->year)
		return false;
	switch (counter->what) {
	case RULES_HOLDER: return is_same(other->holder.code, one->holder.code);
	case RULES_CONTROLLER: return is_same(group_of(other), group_of(one));
	case RULES_PROVIDER:
		return other->has_provider && is_same(other->provider.code, one->provider.code);
	case RULES_TIER: return grant->tier->id == counter->tier;
	case RULES_HOLDER_TIER:
		return grant->tier->id == counter->tier && is_same(other->holder.code, one->holder.code);
	case RULES_GROUP:
	case RULES_GROUP_INCREMENT:
	case RULES_GROUP_TIER: break;
	}
	return grant->tier->group == counter->group &&
	    is_same(beneficiary_of(other), beneficiary_of(one)) &&
	    (counter->what != RULES_GROUP_INCREMENT || grant->tier->increment) &&
	    (counter->what != RULES_GROUP_TIER || grant->tier->id == counter->tier);
}

static void add_money(int64_t *sum, int64_t amount) {
	if (amount > 0 && __builtin_add_overflow(*sum, amount, sum))
		*sum = INT64_MAX; /* no cap leaves anything of it */
}

/* --- what the case states --- */

static int64_t stated(int64_t value, int64_t otherwise) {
	return value == CASE_NOT_STATED ? otherwise : value;
}

/* Ever is at least this year, and all programmes at least this one. */
static struct rules_count stated_of(const struct case_usage *usage, enum case_subject subject,
    const struct rules_counter *counter) {
	struct rules_count count = { 0, 0 };
	bool is_joint = counter->joint || counter->umbrella > 0;
	for (int joint = 0; joint <= is_joint; joint++) {
		for (int ever = 0; ever <= counter->ever; ever++) {
			const struct rules_count *of = &usage->of[joint][subject][ever];
			count.amount = stated(of->amount, count.amount);
			count.grants = stated(of->grants, count.grants);
		}
	}
	return count;
}

static struct rules_count state(
    const struct programme_case *one, const struct rules_counter *counter) {
	const struct case_usage *usage = &one->usage;
	switch (counter->what) {
	case RULES_HOLDER: return stated_of(usage, CASE_HOLDER, counter);
	case RULES_CONTROLLER: return stated_of(usage, CASE_CONTROLLER, counter);
	case RULES_PROVIDER: return stated_of(usage, CASE_PROVIDER, counter);
	case RULES_TIER: return (struct rules_count){ usage->tier, 0 };
	case RULES_HOLDER_TIER: {
		struct rules_count holder = stated_of(usage, CASE_HOLDER, counter);
		return (struct rules_count){ stated(usage->holder_tier, holder.amount), 0 };
	}
	default: return (struct rules_count){ 0, 0 };
	}
}

static struct rules_count count(void *arg, const struct rules_counter *counter) {
	const struct tally *tally = arg;
	struct rules_count sum = state(tally->one, counter);
	if (!tally->one->has_holder)
		return sum;
	for (const struct tally_grant *grant = tally->newest; grant; grant = grant->older) {
		if (!counts(grant, tally->one, counter))
			continue;
		add_money(&sum.amount, grant->amount);
		sum.grants++;
	}
	return sum;
}

/* --- the case --- */

/* Costs are only shared where each fund's rest is known. */
static size_t find_funds(struct tally *tally) {
	const Pb__RuleSet *rules = tally->rules;
	if (rules->n_fund_shares > LIMIT_FUNDS)
		return 0;
	for (size_t i = 0; i < rules->n_fund_shares; i++) {
		if (tally->funds_left[i] == CASE_NOT_STATED)
			return 0;
		tally->funds[i] = (struct rules_fund){ rules->fund_shares[i]->fund,
			rules->fund_shares[i]->share_bp, tally->funds_left[i] };
	}
	return rules->n_fund_shares;
}

struct rules_standing tally_begin(struct tally *tally, const struct programme_case *one) {
	tally->one = one;
	tally->pool_left = stated(one->pool_left, one->has_holder ? tally->pool_left : CASE_NOT_STATED);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		tally->funds_left[i] = stated(
		    one->funds_left[i], one->has_holder ? tally->funds_left[i] : CASE_NOT_STATED);
	return (struct rules_standing){
		.count = count,
		.arg = tally,
		.annual_pool = stated(one->annual_pool, 0),
		.voucher_live = one->voucher,
		.pool = tally->pool_left,
		.n_funds = find_funds(tally),
		.funds = tally->funds,
		.umbrellas = tally->umbrellas,
		.umbrella_names = tally->umbrella_names,
		.n_umbrellas = tally->n_umbrellas,
	};
}

static void take_from_funds(struct tally *tally, int64_t amount) {
	int64_t weights[LIMIT_FUNDS], parts[LIMIT_FUNDS];
	size_t count = find_funds(tally);
	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		weights[i] = tally->funds[i].share_bp;
	rules_split(amount, weights, count, parts);
	for (size_t i = 0; i < count; i++)
		tally->funds_left[i] -= parts[i];
}

enum err tally_grant(
    struct tally *tally, const struct programme_case *one, const Pb__Tier *tier, int64_t amount) {
	if (!one->has_holder)
		return ERR_OK;
	struct tally_grant *grant = ARENA_NEW(tally->arena, struct tally_grant);
	if (!grant)
		return ERR_MEMORY;
	*grant = (struct tally_grant){ one, tier, amount, tally->newest };
	tally->newest = grant;
	if (tally->pool_left != CASE_NOT_STATED)
		tally->pool_left -= amount;
	take_from_funds(tally, amount);
	return ERR_OK;
}
