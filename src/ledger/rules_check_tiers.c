/* SPDX-License-Identifier: Apache-2.0 */
/* How much: tiers, the terms of agreements, combinations. */
#include "ledger/rules_check.h"

#include "base/limits.h"
#include "ledger/rules_reach.h"

#include <string.h>

#define RATIO_MAX 10000

/* --- one tier --- */

static bool is_locality(Pb__Locality locality) {
	return locality == PB__LOCALITY__LOCALITY_ANY || locality == PB__LOCALITY__LOCALITY_LOCAL ||
	    locality == PB__LOCALITY__LOCALITY_OUTSIDE;
}

static void check_locality(
    struct review *review, const struct place *tier, const char *field, Pb__Locality locality) {
	struct place place = place_in(tier, field);
	if (!is_locality(locality))
		fault(review, &place, "This is not LOCALITY_ANY, LOCALITY_LOCAL or LOCALITY_OUTSIDE.",
		    "须为 LOCALITY_ANY、LOCALITY_LOCAL 或 LOCALITY_OUTSIDE。");
}

/* A tier's categories must be among those that are covered at all. */
static void check_categories(
    struct review *review, const struct place *place, const Pb__Tier *tier) {
	struct place list = place_in(place, "categories");
	check_words(review, &list, tier->categories, tier->n_categories);
	for (size_t i = 0; tier->n_categories <= LIMIT_WORDS && i < tier->n_categories; i++) {
		struct place word = place_at(&list, i);
		if (rules_category(review->rules, tier->categories[i]))
			fault(review, &word, "“%s” is excluded, or not among the rules' categories.",
			    "“%s”已被排除，或不在规则的类别之列。", tier->categories[i]);
	}
}

static void check_statuses(struct review *review, const struct place *place, const Pb__Tier *tier) {
	const Pb__Eligibility *all = review->rules->holder;
	struct place list = place_in(place, "statuses");
	check_words(review, &list, tier->statuses, tier->n_statuses);
	for (size_t i = 0; all && tier->n_statuses <= LIMIT_WORDS && i < tier->n_statuses; i++) {
		struct place word = place_at(&list, i);
		if (has_word_among(all->statuses_without, all->n_statuses_without, tier->statuses[i]))
			fault(review, &word, "“%s” is ruled out by rules.holder.statuses_without.",
			    "“%s”已被 rules.holder.statuses_without 排除。", tier->statuses[i]);
	}
}

/* Which of ratio_bp, fixed and per_unit an instrument takes. */
static void check_instrument(
    struct review *review, const struct place *place, const Pb__Tier *tier) {
	switch (review->rules->instrument) {
	case PB__INSTRUMENT__INSTRUMENT_VOUCHER:
		if (tier->per_unit)
			fault(review, place, "A voucher's tier has a ratio or a fixed amount.",
			    "创新券的档次须按比例或定额。");
		return;
	case PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY:
		if (!tier->ratio_bp)
			fault(review, place, "A post-subsidy's tier has a ratio.", "后补助的档次须按比例。");
		return;
	case PB__INSTRUMENT__INSTRUMENT_GRANT:
		if (!tier->fixed)
			fault(review, place, "A one-off grant's tier has a fixed amount.",
			    "一次性资助的档次须为定额。");
		return;
	case PB__INSTRUMENT__INSTRUMENT_AWARD:
		if (tier->ratio_bp)
			fault(review, place, "An award's tier has an amount per unit or a fixed amount.",
			    "奖励的档次须按单位金额或定额。");
		return;
	default: return; /* a mistake of its own */
	}
}

/* An amount of which no cap could ever let all be granted. */
static void check_amount_fits(
    struct review *review, const struct place *place, const Pb__Tier *tier) {
	int64_t amount = tier->fixed ? tier->fixed : tier->per_unit;
	int64_t voucher_max = review->rules->voucher_amount_max;
	struct place field = place_in(place, tier->fixed ? "fixed" : "per_unit");
	if (amount > 0 && tier->per_contract > 0 && amount > tier->per_contract)
		fault(review, &field, "The amount is more than the tier's per_contract.",
		    "金额超过本档次的 per_contract。");
	if (amount > 0 && tier->per_year > 0 && amount > tier->per_year)
		fault(review, &field, "The amount is more than the tier's per_year.",
		    "金额超过本档次的 per_year。");
	if (tier->fixed > 0 && voucher_max > 0 && tier->fixed > voucher_max)
		fault(review, &field, "The amount is more than rules.voucher_amount_max.",
		    "金额超过 rules.voucher_amount_max。");
}

static void check_computed(struct review *review, const struct place *place, const Pb__Tier *tier) {
	int stated = (tier->ratio_bp != 0) + (tier->fixed != 0) + (tier->per_unit != 0);
	struct place ratio = place_in(place, "ratio_bp");
	struct place fixed = place_in(place, "fixed");
	struct place per_unit = place_in(place, "per_unit");
	if (stated != 1)
		fault(review, place, "Exactly one of ratio_bp, fixed and per_unit must be stated.",
		    "ratio_bp、fixed、per_unit 须且只能填写一项。");
	else
		check_instrument(review, place, tier);
	if (tier->ratio_bp > RATIO_MAX)
		fault(review, &ratio, "A ratio is 1 to %d basis points.", "比例须为 1 至 %d 个基点。",
		    RATIO_MAX);
	check_not_negative(review, &fixed, tier->fixed);
	check_not_negative(review, &per_unit, tier->per_unit);
	check_amount_fits(review, place, tier);
}

static void check_tier_caps(
    struct review *review, const struct place *place, const Pb__Tier *tier) {
	struct place per_contract = place_in(place, "per_contract");
	struct place per_year = place_in(place, "per_year");
	struct place alone = place_in(place, "per_year_alone");
	struct place share = place_in(place, "pool_share_bp");
	check_not_negative(review, &per_contract, tier->per_contract);
	check_not_negative(review, &per_year, tier->per_year);
	if (tier->per_year_alone && !tier->per_year)
		fault(review, &alone, "There is no per_year that it could be about.",
		    "未设 per_year，此项无从适用。");
	if (tier->pool_share_bp > RATIO_MAX)
		fault(review, &share, "A share is at most %d basis points.", "比例不得超过 %d 个基点。",
		    RATIO_MAX);
}

static const Pb__Combination *find_combination(const Pb__RuleSet *rules, uint32_t group) {
	for (size_t i = 0; i < rules->n_combinations; i++) {
		if (rules->combinations[i]->group == group)
			return rules->combinations[i];
	}
	return NULL;
}

static bool has_increments(const Pb__Combination *combination) {
	return combination->kind == PB__COMBINATION_KIND__COMBINATION_INCREMENTS ||
	    combination->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT;
}

static void check_group(struct review *review, const struct place *place, const Pb__Tier *tier) {
	struct place group = place_in(place, "group");
	struct place increment = place_in(place, "increment");
	const Pb__Combination *combination = find_combination(review->rules, tier->group);
	if (tier->group && !combination)
		fault(review, &group, "No combination has the group %u.", "没有分组为 %u 的组合规则。",
		    tier->group);
	if (tier->increment && !tier->group)
		fault(review, &increment, "An increment needs a group.", "增量须属于某一分组。");
	else if (tier->increment && combination && !has_increments(combination))
		fault(review, &increment, "The combination of its group knows no increments.",
		    "其分组的组合方式不含增量。");
}

void check_terms(struct review *review, const struct place *place, const Pb__Tier *terms) {
	struct place id = place_in(place, "id");
	struct place name = place_in(place, "name");
	struct place conditions = place_in(place, "conditions");
	if (terms->id == 0)
		fault(review, &id, "An id must not be 0.", "编号不得为 0。");
	check_text(review, &name, terms->name, LIMIT_NAME_BYTES);
	check_locality(review, place, "holder", terms->holder);
	check_locality(review, place, "provider", terms->provider);
	check_categories(review, place, terms);
	check_statuses(review, place, terms);
	check_conditions(
	    review, &conditions, terms->conditions, terms->n_conditions, review->rules->holder);
	check_computed(review, place, terms);
	check_tier_caps(review, place, terms);
	check_group(review, place, terms);
}

/* --- the tiers together --- */

static void check_unlike_earlier(
    struct review *review, const struct place *place, const Pb__Tier *tier, size_t index) {
	struct place id = place_in(place, "id");
	struct place name = place_in(place, "name");
	for (size_t i = 0; i < index; i++) {
		const Pb__Tier *earlier = review->rules->tiers[i];
		if (tier->id && earlier->id == tier->id)
			fault(review, &id, "%u is the id of rules.tiers[%zu].",
			    "%u 已是 rules.tiers[%zu] 的编号。", tier->id, i);
		if (tier->name[0] && strcmp(earlier->name, tier->name) == 0)
			fault(review, &name, "“%s” is the name of rules.tiers[%zu].",
			    "“%s”已是 rules.tiers[%zu] 的名称。", tier->name, i);
	}
}

static void check_reach(struct review *review, const struct place *tiers) {
	for (size_t i = 0; i < review->rules->n_tiers; i++) {
		struct place place = place_at(tiers, i);
		if (!rules_is_reachable(review->rules, i))
			fault(review, &place,
			    "This tier can never apply: tiers before it take every case of it.",
			    "本档次永远不会适用：之前的档次已涵盖其全部情形。");
	}
}

void check_tiers(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place tiers = place_of("rules.tiers");
	size_t before = review->count;
	if (rules->n_tiers == 0)
		fault(review, &tiers, "There is no tier: nothing could be granted.",
		    "没有任何档次，无法资助。");
	if (!check_count(review, &tiers, rules->n_tiers, LIMIT_TIERS))
		return;
	for (size_t i = 0; i < rules->n_tiers; i++) {
		struct place place = place_at(&tiers, i);
		check_terms(review, &place, rules->tiers[i]);
		check_unlike_earlier(review, &place, rules->tiers[i], i);
	}
	if (review->count == before) /* of what contradicts itself nothing follows */
		check_reach(review, &tiers);
}

/* --- combinations --- */

static size_t count_tiers(const Pb__RuleSet *rules, uint32_t group, bool is_increment) {
	size_t count = 0;
	for (size_t i = 0; i < rules->n_tiers; i++)
		count += rules->tiers[i]->group == group && rules->tiers[i]->increment == is_increment;
	return count;
}

static void check_members(
    struct review *review, const struct place *place, const Pb__Combination *combination) {
	size_t bases = count_tiers(review->rules, combination->group, false);
	size_t increments = count_tiers(review->rules, combination->group, true);
	if (bases + increments == 0) {
		fault(review, place, "No tier names the group %u.", "没有档次属于分组 %u。",
		    combination->group);
		return;
	}
	if (!has_increments(combination))
		return;
	if (bases == 0)
		fault(review, place, "Its increments have no base: a tier of the group without increment.",
		    "增量没有基础：该分组中须有一个非增量档次。");
	if (increments == 0)
		fault(review, place, "No tier of the group is an increment.", "该分组中没有增量档次。");
}

void check_combinations(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place list = place_of("rules.combinations");
	if (!check_count(review, &list, rules->n_combinations, LIMIT_COMBINATIONS) ||
	    rules->n_tiers > LIMIT_TIERS)
		return;
	for (size_t i = 0; i < rules->n_combinations; i++) {
		const Pb__Combination *combination = rules->combinations[i];
		struct place place = place_at(&list, i);
		struct place group = place_in(&place, "group");
		struct place name = place_in(&place, "name");
		struct place kind = place_in(&place, "kind");
		if (combination->group == 0)
			fault(review, &group, "A group must not be 0.", "分组不得为 0。");
		else if (find_combination(rules, combination->group) != combination)
			fault(review, &group, "The group %u has a combination already.",
			    "分组 %u 已有组合规则。", combination->group);
		else
			check_members(review, &place, combination);
		check_name(review, &name, combination->name);
		check_enum(review, &kind, &pb__combination_kind__descriptor, (int)combination->kind);
	}
}
