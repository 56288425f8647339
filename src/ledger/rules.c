/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may hold a voucher, and whom and what a tier is meant for. Pure; any thread. What a case is
 * granted is in rules_decide.c, whether the rules make sense at all in rules_check*.c.
 */
#include "ledger/rules.h"

#include "ledger/rules_range.h"
#include "ledger/rules_weighing.h"

#include <string.h>

static bool has_word(const char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

/* --- eligibility: whether --- */

static const Pb__Attribute *find_attribute(const struct rules_party *party, const char *name) {
	for (size_t i = 0; i < party->n_attributes; i++) {
		if (strcmp(party->attributes[i]->name, name) == 0)
			return party->attributes[i];
	}
	return NULL;
}

static bool meets_all(
    const struct rules_party *party, Pb__Condition *const *conditions, size_t count) {
	for (size_t i = 0; i < count; i++) {
		const Pb__Attribute *stated = find_attribute(party, conditions[i]->attribute);
		if (!stated || !rules_range_has(rules_range_of(conditions[i]), stated->value))
			return false;
	}
	return true;
}

static bool has_kind(const Pb__Eligibility *eligibility, Pb__PartyKind kind) {
	for (size_t i = 0; i < eligibility->n_kinds; i++) {
		if (eligibility->kinds[i] == kind)
			return true;
	}
	return eligibility->n_kinds == 0;
}

static bool has_all(const struct rules_party *party, const char *const *statuses, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (!has_word(party->statuses, party->n_statuses, statuses[i]))
			return false;
	}
	return true;
}

static bool has_none(const struct rules_party *party, const char *const *statuses, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (has_word(party->statuses, party->n_statuses, statuses[i]))
			return false;
	}
	return true;
}

bool rules_is_meant(const Pb__Eligibility *who, const struct rules_party *party) {
	return !who ||
	    (has_kind(who, party->kind) && has_all(party, who->statuses, who->n_statuses) &&
	        (!who->region[0] || rules_is_local(who->region, party->region)) &&
	        meets_all(party, who->conditions, who->n_conditions) &&
	        has_none(party, who->statuses_without, who->n_statuses_without));
}

/* --- eligibility: weighed --- */

size_t rules_eligible_room(const Pb__RuleSet *rules) {
	const Pb__Eligibility *who = rules->holder;
	return who ? 2 + who->n_statuses + who->n_statuses_without + who->n_conditions : 0;
}

/* Goes on after the first part that is missing, so that everything is named at once. */
struct eligible {
	const struct rules_party *holder;
	struct weighing *weighing;
	struct rules_result *result;
};

static void miss(struct eligible *e, const char *field, const char *detail, Pb__Bound *bound) {
	if (!detail)
		e->weighing->has_failed = true;
	weighing_refuse(e->result, PB__OUTCOME__NOT_ELIGIBLE, field, detail, bound);
}

static bool has_missed(const struct eligible *e) {
	return e->result->outcome != PB__OUTCOME__OUTCOME_OK;
}

/* "company, team": what is asked for, in words. */
static const char *name_kinds(struct weighing *weighing, const Pb__Eligibility *who) {
	static const char *const names[] = {
		[PB__PARTY_KIND__PARTY_KIND_COMPANY] = "company",
		[PB__PARTY_KIND__PARTY_KIND_TEAM] = "team",
		[PB__PARTY_KIND__PARTY_KIND_PROVIDER] = "provider",
		[PB__PARTY_KIND__PARTY_KIND_SPACE] = "space",
	};
	char text[64] = ""; /* room for all of them */
	for (size_t kind = 1; kind < sizeof(names) / sizeof(names[0]); kind++) {
		if (!has_kind(who, (Pb__PartyKind)kind))
			continue;
		strcat(text, text[0] ? ", " : "");
		strcat(text, names[kind]);
	}
	return weighing_text(weighing, text);
}

static void weigh_kind(struct eligible *e, const Pb__Eligibility *who) {
	if (!who->n_kinds)
		return;
	Pb__Bound *bound = weighing_add(e->weighing, PB__RULE__RULE_KIND);
	bound->attribute = name_kinds(e->weighing, who);
	bound->holds = has_kind(who, e->holder->kind);
	if (!bound->holds && !has_missed(e))
		miss(e, "kind", "parties of this kind may not hold a voucher", bound);
}

static void weigh_region(struct eligible *e, const Pb__Eligibility *who) {
	if (!who->region[0])
		return;
	bool is_local = rules_is_local(who->region, e->holder->region);
	Pb__Bound *bound = weighing_add_fact(e->weighing, PB__RULE__RULE_REGION, who->region, is_local);
	if (bound->holds || has_missed(e))
		return;
	const char *detail = arena_printf(
	    e->weighing->arena, "region is \"%s\" and must lie in %s", e->holder->region, who->region);
	miss(e, "region", detail, bound);
}

static void weigh_status(struct eligible *e, const char *status, bool is_asked) {
	bool has = has_word(e->holder->statuses, e->holder->n_statuses, status);
	Pb__Rule rule = is_asked ? PB__RULE__RULE_STATUS : PB__RULE__RULE_STATUS_WITHOUT;
	Pb__Bound *bound = weighing_add_fact(e->weighing, rule, status, has == is_asked);
	if (bound->holds || has_missed(e))
		return;
	const char *detail = is_asked
	    ? arena_printf(e->weighing->arena, "the status %s is required", status)
	    : arena_printf(e->weighing->arena, "the status %s excludes it", status);
	miss(e, "statuses", detail, bound);
}

static const char *describe_unmet(
    struct arena *arena, const Pb__Condition *condition, const Pb__Attribute *stated) {
	static const char *const phrases[] = {
		[PB__COMPARISON__LESS] = "less than",
		[PB__COMPARISON__AT_MOST] = "at most",
		[PB__COMPARISON__MORE] = "more than",
		[PB__COMPARISON__AT_LEAST] = "at least",
		[PB__COMPARISON__EQUAL] = "exactly",
	};
	bool is_known = condition->is > 0 && condition->is <= PB__COMPARISON__EQUAL;
	const char *phrase = is_known ? phrases[condition->is] : "as the rules say";
	return stated ? arena_printf(arena, "%s is %lld and must be %s %lld", condition->attribute,
	                    (long long)stated->value, phrase, (long long)condition->value)
	              : arena_printf(arena, "%s is not stated and must be %s %lld",
	                    condition->attribute, phrase, (long long)condition->value);
}

static void weigh_condition(struct eligible *e, const Pb__Condition *condition) {
	const Pb__Attribute *stated = find_attribute(e->holder, condition->attribute);
	bool holds = stated && rules_range_has(rules_range_of(condition), stated->value);
	Pb__Bound *bound = weighing_add_fact(
	    e->weighing, PB__RULE__RULE_CONDITION, condition->attribute, holds);
	bound->is = condition->is;
	bound->unit = condition->unit;
	bound->limit = condition->value;
	bound->asked = stated ? stated->value : 0;
	if (!holds && !has_missed(e))
		miss(e, bound->attribute, describe_unmet(e->weighing->arena, condition, stated), bound);
}

bool rules_weigh_eligible(const Pb__RuleSet *rules, const struct rules_party *holder,
    struct weighing *weighing, struct rules_result *result) {
	struct eligible e = { .holder = holder, .weighing = weighing, .result = result };
	const Pb__Eligibility *who = rules->holder;
	if (!who)
		return true;
	weigh_kind(&e, who);
	weigh_region(&e, who);
	for (size_t i = 0; i < who->n_statuses; i++)
		weigh_status(&e, who->statuses[i], true);
	for (size_t i = 0; i < who->n_statuses_without; i++)
		weigh_status(&e, who->statuses_without[i], false);
	for (size_t i = 0; i < who->n_conditions; i++)
		weigh_condition(&e, who->conditions[i]);
	return !has_missed(&e);
}

void rules_eligible(const Pb__RuleSet *rules, const struct rules_party *holder, struct arena *arena,
    struct rules_result *ret_result) {
	struct weighing weighing;
	*ret_result = (struct rules_result){ .outcome = PB__OUTCOME__OUTCOME_OK };
	weighing_init(&weighing, arena, rules_eligible_room(rules));
	rules_weigh_eligible(rules, holder, &weighing, ret_result);
	weighing_finish(&weighing, ret_result);
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

static bool fits_locality(
    Pb__Locality locality, const char *programme_region, const struct rules_party *party) {
	return locality == PB__LOCALITY__LOCALITY_ANY ||
	    (party &&
	        (locality == PB__LOCALITY__LOCALITY_LOCAL) ==
	            rules_is_local(programme_region, party->region));
}

bool rules_fits(const Pb__Tier *tier, const struct rules_case *one) {
	return fits_locality(tier->holder, one->programme_region, one->holder) &&
	    fits_locality(tier->provider, one->programme_region, one->provider) &&
	    (!tier->n_categories || has_word(tier->categories, tier->n_categories, one->category)) &&
	    has_all(one->holder, tier->statuses, tier->n_statuses) &&
	    meets_all(one->holder, tier->conditions, tier->n_conditions);
}
