/* SPDX-License-Identifier: Apache-2.0 */
/* Who may hold a voucher, what is covered. */
#include "ledger/rules_check.h"

#include "base/limits.h"
#include "ledger/identifier.h"
#include "ledger/rules_range.h"

#include <string.h>

struct words {
	const char *const *items;
	size_t count;
};

/* None, where there are too many: that is a mistake already. */
static struct words words_of(const char *const *items, size_t count) {
	return (struct words){ items, count > LIMIT_WORDS ? 0 : count };
}

/* --- conditions --- */

static bool is_comparison(Pb__Comparison is) {
	return is >= PB__COMPARISON__LESS && is <= PB__COMPARISON__EQUAL;
}

static const Pb__Condition *find_same(
    Pb__Condition *const *conditions, size_t count, const Pb__Condition *condition) {
	for (size_t i = 0; i < count; i++) {
		if (conditions[i]->is == condition->is &&
		    strcmp(conditions[i]->attribute, condition->attribute) == 0)
			return conditions[i];
	}
	return NULL;
}

/* Whether some value meets the first `count` conditions on the attribute, and those on `all`. */
static bool is_possible(Pb__Condition *const *conditions, size_t count, const char *attribute,
    const Pb__Eligibility *all) {
	struct rules_range range = RULES_RANGE_ALL;
	rules_range_narrow(conditions, count, attribute, &range);
	if (all)
		rules_range_narrow(all->conditions, all->n_conditions, attribute, &range);
	return !rules_range_is_empty(range);
}

static void check_condition(
    struct review *review, const struct place *place, const Pb__Condition *condition) {
	struct place attribute = place_in(place, "attribute");
	struct place is = place_in(place, "is");
	struct place unit = place_in(place, "unit");
	if (!condition->attribute[0])
		fault(review, &attribute, "The condition names no attribute.", "条件未写明属性。");
	check_text(review, &attribute, condition->attribute, LIMIT_WORD_BYTES);
	if (!is_comparison(condition->is))
		check_enum(review, &is, &pb__comparison__descriptor, (int)condition->is);
	if (condition->unit != PB__UNIT__UNIT_NUMBER && condition->unit != PB__UNIT__UNIT_MONEY)
		fault(review, &unit, "This is neither UNIT_NUMBER nor UNIT_MONEY.",
		    "须为 UNIT_NUMBER 或 UNIT_MONEY。");
}

void check_conditions(struct review *review, const struct place *list,
    Pb__Condition *const *conditions, size_t count, const Pb__Eligibility *all) {
	if (!check_count(review, list, count, LIMIT_WORDS))
		return;
	for (size_t i = 0; i < count; i++) {
		const Pb__Condition *condition = conditions[i];
		struct place place = place_at(list, i);
		check_condition(review, &place, condition);
		if (!condition->attribute[0] || !is_comparison(condition->is))
			continue;
		if (find_same(conditions, i, condition))
			fault(review, &place, "“%s” is bounded a second time in the same way.",
			    "对“%s”以相同方式重复设限。", condition->attribute);
		else if (!is_possible(conditions, i + 1, condition->attribute, all))
			fault(review, &place,
			    "This contradicts what is asked of “%s” elsewhere: no value meets both.",
			    "与对“%s”的其他条件矛盾：没有任何数值同时满足。", condition->attribute);
	}
}

/* --- eligibility --- */

static bool has_kind(const Pb__Eligibility *who, size_t count, Pb__PartyKind kind) {
	for (size_t i = 0; i < count; i++) {
		if (who->kinds[i] == kind)
			return true;
	}
	return false;
}

static void check_kind(struct review *review, const struct place *place, Pb__PartyKind kind) {
	if (kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER && is_voucher(review->rules))
		fault(review, place, "A provider cannot hold a voucher.", "服务机构不能持有创新券。");
	else
		check_enum(review, place, &pb__party_kind__descriptor, (int)kind);
}

static void check_kinds(struct review *review, const struct place *place,
    const Pb__Eligibility *who, const Pb__Eligibility *all) {
	struct place list = place_in(place, "kinds");
	bool is_any = !who->n_kinds || !all || !all->n_kinds;
	if (!check_count(review, &list, who->n_kinds, LIMIT_WORDS))
		return;
	for (size_t i = 0; i < who->n_kinds; i++) {
		struct place kind = place_at(&list, i);
		check_kind(review, &kind, who->kinds[i]);
		if (has_kind(who, i, who->kinds[i]))
			fault(review, &kind, "This kind stands here twice.", "该类主体重复出现。");
		is_any |= all && has_kind(all, all->n_kinds, who->kinds[i]);
	}
	if (!is_any)
		fault(review, &list, "No party of these kinds may hold one: rules.holder.kinds.",
		    "该类主体均不在 rules.holder.kinds 之列。");
}

/* No party has a status and has it not. */
static void check_clash(struct review *review, const struct place *list, const struct words *words,
    const struct words *others) {
	for (size_t i = 0; i < words->count; i++) {
		struct place place = place_at(list, i);
		if (has_word_among(others->items, others->count, words->items[i]))
			fault(review, &place, "“%s” is both required and ruled out.", "“%s”既被要求又被排除。",
			    words->items[i]);
	}
}

static void check_statuses(struct review *review, const struct place *place,
    const Pb__Eligibility *who, const Pb__Eligibility *all) {
	struct place with_list = place_in(place, "statuses");
	struct place without_list = place_in(place, "statuses_without");
	struct words with = words_of(who->statuses, who->n_statuses);
	struct words without = words_of(who->statuses_without, who->n_statuses_without);
	check_words(review, &with_list, who->statuses, who->n_statuses);
	check_words(review, &without_list, who->statuses_without, who->n_statuses_without);
	check_clash(review, &without_list, &without, &with);
	if (!all)
		return;
	struct words all_with = words_of(all->statuses, all->n_statuses);
	struct words all_without = words_of(all->statuses_without, all->n_statuses_without);
	check_clash(review, &with_list, &with, &all_without);
	check_clash(review, &without_list, &without, &all_with);
}

void check_eligibility(struct review *review, const struct place *place, const Pb__Eligibility *who,
    const Pb__Eligibility *all) {
	struct place region = place_in(place, "region");
	struct place conditions = place_in(place, "conditions");
	check_kinds(review, place, who, all);
	check_statuses(review, place, who, all);
	if (who->region[0] && !identifier_is_region(who->region))
		fault(review, &region, "This is not a division of 6 digits (GB/T 2260).",
		    "须为 6 位行政区划代码（GB/T 2260）。");
	check_conditions(review, &conditions, who->conditions, who->n_conditions, all);
}

void check_who(struct review *review) {
	struct place holder = place_of("rules.holder");
	if (review->rules->holder)
		check_eligibility(review, &holder, review->rules->holder, NULL);
}

/* --- what --- */

void check_what(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place categories = place_of("rules.categories");
	struct place exclusions = place_of("rules.exclusions");
	struct place documents = place_of("rules.documents");
	check_words(review, &categories, rules->categories, rules->n_categories);
	check_words(review, &exclusions, rules->exclusions, rules->n_exclusions);
	check_words(review, &documents, rules->documents, rules->n_documents);
	struct words covered = words_of(rules->categories, rules->n_categories);
	struct words excluded = words_of(rules->exclusions, rules->n_exclusions);
	for (size_t i = 0; i < excluded.count; i++) {
		struct place place = place_at(&exclusions, i);
		if (has_word_among(covered.items, covered.count, excluded.items[i]))
			fault(review, &place, "“%s” is both covered and excluded.", "“%s”既被支持又被排除。",
			    excluded.items[i]);
	}
}
