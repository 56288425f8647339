/* SPDX-License-Identifier: Apache-2.0 */
/* Whom and what rules are meant for. */
#include "voucher-audit/decide_rules.h"

#include "base/date.h"

#include <string.h>

/* --- words --- */

static bool says(const char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

bool decide_lies_in(const char *region, const char *in) {
	size_t length = strlen(in);
	while (length >= 2 && in[length - 1] == '0' && in[length - 2] == '0')
		length -= 2;
	return region[0] != '\0' && strncmp(region, in, length) == 0;
}

/* --- parties --- */

static const Pb__Attribute *stated(const Pb__RegisterParty *party, const char *name) {
	for (size_t i = 0; i < party->n_attributes; i++)
		if (strcmp(party->attributes[i]->name, name) == 0)
			return party->attributes[i];
	return NULL;
}

/* What a party does not state, it does not meet. */
static bool meets(const Pb__RegisterParty *party, const Pb__Condition *condition) {
	const Pb__Attribute *attribute = stated(party, condition->attribute);
	if (!attribute)
		return false;
	switch (condition->is) {
	case PB__COMPARISON__LESS: return attribute->value < condition->value;
	case PB__COMPARISON__AT_MOST: return attribute->value <= condition->value;
	case PB__COMPARISON__MORE: return attribute->value > condition->value;
	case PB__COMPARISON__AT_LEAST: return attribute->value >= condition->value;
	case PB__COMPARISON__EQUAL: return attribute->value == condition->value;
	default: return false;
	}
}

static bool meets_all(const Pb__RegisterParty *party, Pb__Condition *const *all, size_t count) {
	for (size_t i = 0; i < count; i++)
		if (!meets(party, all[i]))
			return false;
	return true;
}

static bool has_status(const Pb__RegisterParty *party, const char *status) {
	return says(party->statuses, party->n_statuses, status);
}

static bool is_of_kind(const Pb__Eligibility *who, Pb__PartyKind kind) {
	for (size_t i = 0; i < who->n_kinds; i++)
		if (who->kinds[i] == kind)
			return true;
	return who->n_kinds == 0;
}

bool decide_is_meant(const Pb__Eligibility *who, const Pb__RegisterParty *holder) {
	if (!who)
		return true;
	for (size_t i = 0; i < who->n_statuses; i++)
		if (!has_status(holder, who->statuses[i]))
			return false;
	for (size_t i = 0; i < who->n_statuses_without; i++)
		if (has_status(holder, who->statuses_without[i]))
			return false;
	return is_of_kind(who, holder->kind) &&
	    (!who->region[0] || decide_lies_in(holder->region, who->region)) &&
	    meets_all(holder, who->conditions, who->n_conditions);
}

/* --- eligibility --- */

/* "company, team": in the order of the schema. */
static const char *kinds_in_words(struct arena *arena, const Pb__Eligibility *who) {
	static const struct {
		Pb__PartyKind kind;
		const char *word;
	} words[] = {
		{ PB__PARTY_KIND__PARTY_KIND_COMPANY, "company" },
		{ PB__PARTY_KIND__PARTY_KIND_TEAM, "team" },
		{ PB__PARTY_KIND__PARTY_KIND_PROVIDER, "provider" },
		{ PB__PARTY_KIND__PARTY_KIND_SPACE, "space" },
	};
	const char *text = "";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_of_kind(who, words[i].kind))
			text = decide_print(arena, "%s%s%s", text, text[0] ? ", " : "", words[i].word);
	return text;
}

static bool weigh_condition(
    struct weighed *weighed, const Pb__Condition *condition, const Pb__RegisterParty *holder) {
	const Pb__Attribute *attribute = stated(holder, condition->attribute);
	Pb__Bound *bound = weighed_fact(
	    weighed, PB__RULE__RULE_CONDITION, condition->attribute, meets(holder, condition));
	bound->is = condition->is;
	bound->unit = condition->unit;
	bound->limit = condition->value;
	bound->asked = attribute ? attribute->value : 0;
	return bound->holds;
}

bool decide_eligible(
    const Pb__Eligibility *who, const struct decide_party *holder, struct weighed *weighed) {
	const Pb__RegisterParty *told = holder->told;
	bool is_well = true;
	if (!who)
		return true;
	if (who->n_kinds)
		is_well &= weighed_fact(weighed, PB__RULE__RULE_KIND, kinds_in_words(weighed->arena, who),
		    is_of_kind(who, told->kind))
		               ->holds;
	if (who->region[0])
		is_well &= weighed_fact(
		    weighed, PB__RULE__RULE_REGION, who->region, decide_lies_in(told->region, who->region))
		               ->holds;
	for (size_t i = 0; i < who->n_statuses; i++)
		is_well &= weighed_fact(
		    weighed, PB__RULE__RULE_STATUS, who->statuses[i], has_status(told, who->statuses[i]))
		               ->holds;
	for (size_t i = 0; i < who->n_statuses_without; i++)
		is_well &= weighed_fact(weighed, PB__RULE__RULE_STATUS_WITHOUT, who->statuses_without[i],
		    !has_status(told, who->statuses_without[i]))
		               ->holds;
	for (size_t i = 0; i < who->n_conditions; i++)
		is_well &= weigh_condition(weighed, who->conditions[i], told);
	return is_well;
}

/* --- relation --- */

static bool names(const Pb__RegisterParty *one, const Pb__RegisterParty *other) {
	return says(one->related, one->n_related, other->code) ||
	    (other->code[0] && strcmp(one->controller, other->code) == 0);
}

bool decide_is_related(const struct decide_party *a, const struct decide_party *b) {
	const char *controller = a->told->controller;
	return a->id == b->id || names(a->told, b->told) || names(b->told, a->told) ||
	    (controller[0] && strcmp(controller, b->told->controller) == 0);
}

/* --- tiers and categories --- */

static bool fits_place(Pb__Locality wanted, const struct decide_party *party, const char *region) {
	if (wanted == PB__LOCALITY__LOCALITY_ANY)
		return true;
	return party &&
	    (wanted == PB__LOCALITY__LOCALITY_LOCAL) == decide_lies_in(party->told->region, region);
}

bool decide_fits(const Pb__Tier *tier, const struct decide_case *one) {
	for (size_t i = 0; i < tier->n_statuses; i++)
		if (!has_status(one->holder->told, tier->statuses[i]))
			return false;
	return fits_place(tier->holder, one->holder, one->region) &&
	    fits_place(tier->provider, one->provider, one->region) &&
	    (tier->n_categories == 0 || says(tier->categories, tier->n_categories, one->category)) &&
	    meets_all(one->holder->told, tier->conditions, tier->n_conditions);
}

bool decide_is_covered(const Pb__RuleSet *rules, const char *category) {
	return (rules->n_categories == 0 || says(rules->categories, rules->n_categories, category)) &&
	    !says(rules->exclusions, rules->n_exclusions, category);
}

/* --- days --- */

bool decide_is_in_force(const char *from, const char *until, int32_t day) {
	int32_t first, last;
	return date_parse(from, &first) == ERR_OK && date_parse(until, &last) == ERR_OK &&
	    first <= day && day <= last;
}

/* Every year where no year is named; such a window may go over into the next one. */
static bool is_in_window(const Pb__Window *window, const char *date) {
	bool is_yearly = strlen(window->from) < strlen("YYYY-MM-DD");
	const char *day = is_yearly ? date + strlen("YYYY-") : date;
	bool is_after = strcmp(day, window->from) >= 0, is_before = strcmp(day, window->to) <= 0;
	return is_yearly && strcmp(window->to, window->from) < 0 ? is_after || is_before
	                                                         : is_after && is_before;
}

bool decide_is_open(Pb__Window *const *windows, size_t count, int32_t day) {
	char date[DATE_TEXT_BYTES];
	date_format(day, date);
	for (size_t i = 0; i < count; i++)
		if (is_in_window(windows[i], date))
			return true;
	return count == 0;
}
