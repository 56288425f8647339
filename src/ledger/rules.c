/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may hold a voucher, and which tier a case falls into. Pure; any thread. How much the tier
 * grants is in rules_subsidy.c, whether the rules make sense at all in rules_check.c.
 */
#include "ledger/rules.h"

#include "ledger/rules_range.h"

#include <string.h>

static bool has_word(const char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

/* --- eligibility --- */

static const Pb__Attribute *find_attribute(const struct rules_party *party, const char *name) {
	for (size_t i = 0; i < party->n_attributes; i++) {
		if (strcmp(party->attributes[i]->name, name) == 0)
			return party->attributes[i];
	}
	return NULL;
}

static bool meets(const struct rules_party *party, const Pb__Condition *condition) {
	const Pb__Attribute *attribute = find_attribute(party, condition->attribute);
	return attribute && rules_range_has(rules_range_of(condition), attribute->value);
}

static const Pb__Condition *first_unmet(
    const struct rules_party *party, Pb__Condition *const *conditions, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (!meets(party, conditions[i]))
			return conditions[i];
	}
	return NULL;
}

static char *copy_text(struct arena *arena, const char *text) {
	return arena_string(arena, text, strlen(text));
}

/* Not eligible for want of `field`, a name of ours ("kind") or of the rules'. */
static void refuse(struct rules_result *result, const char *field, const char *detail,
    const Pb__Bound *bound, struct arena *arena) {
	Pb__Bound *against = arena_copy(arena, bound, sizeof(*bound));
	if (against)
		against->attribute = copy_text(arena, bound->attribute);
	*result = (struct rules_result){
		.outcome = PB__OUTCOME__NOT_ELIGIBLE,
		.field = copy_text(arena, field),
		.detail = detail,
		.against = against,
	};
	if (!detail || !result->field || !against || !against->attribute)
		*result = (struct rules_result){ .outcome = PB__OUTCOME__UNAVAILABLE };
}

static Pb__Bound condition_bound(const char *attribute) {
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = PB__RULE__RULE_CONDITION;
	bound.attribute = attribute;
	bound.binds = true;
	return bound;
}

static void refuse_condition(const struct rules_party *holder, const Pb__Condition *condition,
    struct arena *arena, struct rules_result *result) {
	static const char *const phrases[] = {
		[PB__COMPARISON__LESS] = "less than",
		[PB__COMPARISON__AT_MOST] = "at most",
		[PB__COMPARISON__MORE] = "more than",
		[PB__COMPARISON__AT_LEAST] = "at least",
		[PB__COMPARISON__EQUAL] = "exactly",
	};
	bool is_known = condition->is > 0 && condition->is <= PB__COMPARISON__EQUAL;
	const char *phrase = is_known ? phrases[condition->is] : "as the rules say";
	const Pb__Attribute *stated = find_attribute(holder, condition->attribute);
	Pb__Bound bound = condition_bound(condition->attribute);
	bound.limit = condition->value;
	bound.asked = stated ? stated->value : 0;
	char *detail = stated
	    ? arena_printf(arena, "%s is %lld and must be %s %lld", condition->attribute,
	          (long long)stated->value, phrase, (long long)condition->value)
	    : arena_printf(arena, "%s is not stated and must be %s %lld", condition->attribute, phrase,
	          (long long)condition->value);
	refuse(result, condition->attribute, detail, &bound, arena);
}

static bool has_kind(const Pb__Eligibility *eligibility, Pb__PartyKind kind) {
	for (size_t i = 0; i < eligibility->n_kinds; i++) {
		if (eligibility->kinds[i] == kind)
			return true;
	}
	return eligibility->n_kinds == 0;
}

static const char *first_missing_status(
    const Pb__Eligibility *eligibility, const struct rules_party *holder) {
	for (size_t i = 0; i < eligibility->n_statuses; i++) {
		if (!has_word(holder->statuses, holder->n_statuses, eligibility->statuses[i]))
			return eligibility->statuses[i];
	}
	return NULL;
}

void rules_eligible(const Pb__RuleSet *rules, const struct rules_party *holder, struct arena *arena,
    struct rules_result *ret_result) {
	*ret_result = (struct rules_result){ .outcome = PB__OUTCOME__OUTCOME_OK };
	const Pb__Eligibility *eligibility = rules->holder;
	if (!eligibility)
		return;
	if (!has_kind(eligibility, holder->kind)) {
		Pb__Bound bound = condition_bound("kind");
		refuse(ret_result, "kind", "parties of this kind may not hold a voucher", &bound, arena);
		return;
	}
	const char *status = first_missing_status(eligibility, holder);
	if (status) {
		Pb__Bound bound = condition_bound(status);
		char *detail = arena_printf(arena, "the status %s is required", status);
		refuse(ret_result, "statuses", detail, &bound, arena);
		return;
	}
	if (eligibility->region[0] && !rules_is_local(eligibility->region, holder->region)) {
		Pb__Bound bound = condition_bound("region");
		char *detail = arena_printf(
		    arena, "region is \"%s\" and must lie in %s", holder->region, eligibility->region);
		refuse(ret_result, "region", detail, &bound, arena);
		return;
	}
	const Pb__Condition *unmet = first_unmet(
	    holder, eligibility->conditions, eligibility->n_conditions);
	if (unmet)
		refuse_condition(holder, unmet, arena, ret_result);
}

/* --- the case --- */

bool rules_is_local(const char *programme_region, const char *party_region) {
	size_t significant = strlen(programme_region);
	while (significant >= 2 && memcmp(programme_region + significant - 2, "00", 2) == 0)
		significant -= 2;
	return party_region[0] && strncmp(programme_region, party_region, significant) == 0;
}

static bool controls(const struct rules_party *controlled, const char *code) {
	return code[0] && strcmp(controlled->controller, code) == 0;
}

bool rules_is_related(const struct rules_party *a, const struct rules_party *b) {
	return a->id == b->id || has_word(a->related, a->n_related, b->code) ||
	    has_word(b->related, b->n_related, a->code) || controls(a, b->controller) ||
	    controls(a, b->code) || controls(b, a->code);
}

Pb__Outcome rules_category(const Pb__RuleSet *rules, const char *category) {
	bool is_excluded = has_word(rules->exclusions, rules->n_exclusions, category);
	bool is_covered = rules->n_categories == 0 ||
	    has_word(rules->categories, rules->n_categories, category);
	return is_covered && !is_excluded ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__CATEGORY_NOT_COVERED;
}

static bool fits_locality(Pb__Locality locality, const char *programme_region, const char *region) {
	return locality == PB__LOCALITY__LOCALITY_ANY ||
	    (locality == PB__LOCALITY__LOCALITY_LOCAL) == rules_is_local(programme_region, region);
}

const Pb__Tier *rules_tier(const Pb__RuleSet *rules, const char *programme_region,
    const struct rules_party *holder, const struct rules_party *provider, const char *category) {
	for (size_t i = 0; i < rules->n_tiers; i++) {
		const Pb__Tier *tier = rules->tiers[i];
		if (!fits_locality(tier->holder, programme_region, holder->region) ||
		    !fits_locality(tier->provider, programme_region, provider->region))
			continue;
		if (tier->n_categories && !has_word(tier->categories, tier->n_categories, category))
			continue;
		if (!first_unmet(holder, tier->conditions, tier->n_conditions))
			return tier;
	}
	return NULL;
}
