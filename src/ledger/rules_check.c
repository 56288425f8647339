/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a rule set may be published: complete, within the limits, free of contradictions. Pure;
 * any thread. Stops at the first fault, in the order of the fields of RuleSet.
 *
 * Each check returns whether to go on; fault() notes what is wrong and says no.
 */
#include "ledger/rules.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "ledger/identifier.h"
#include "ledger/rules_range.h"
#include "ledger/rules_reach.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TIER_BYTES   40 /* paths: of a tier, of a list, of anything */
#define LIST_BYTES   80
#define PATH_BYTES   128
#define DETAIL_BYTES 320

struct review {
	const Pb__RuleSet *rules;
	struct arena *arena;
	Pb__Refusal *refusal; /* the first fault; NULL when memory is out */
};

struct words {
	const char *path;
	const char *const *items;
	size_t count;
};

struct conditions {
	const char *path;
	Pb__Condition *const *items;
	size_t count;
};

/* Notes a fault at `path`; `format` explains it. Always false. */
__attribute__((format(printf, 3, 4))) static bool fault(
    struct review *review, const char *path, const char *format, ...) {
	char detail[DETAIL_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	Pb__Refusal *refusal = ARENA_NEW(review->arena, Pb__Refusal);
	const char *field = arena_string(review->arena, path, strlen(path));
	const char *text = arena_string(review->arena, detail, strlen(detail));
	if (!refusal || !field || !text)
		return false;
	pb__refusal__init(refusal);
	refusal->field = field;
	refusal->detail = text;
	review->refusal = refusal;
	return false;
}

/* The paths of list elements; `room` has PATH_BYTES. */
static const char *path_at(char *room, const char *list, size_t index, const char *field) {
	snprintf(room, PATH_BYTES, "%s[%zu]%s", list, index, field);
	return room;
}

/* --- words and texts --- */

static bool check_text(struct review *review, const char *path, const char *text, size_t max) {
	size_t bytes = strlen(text);
	if (bytes > max)
		return fault(review, path, "is longer than %zu bytes", max);
	return text_is_clean_utf8(text, bytes) ||
	    fault(review, path, "is not UTF-8 text without control characters");
}

static bool check_word(struct review *review, const char *path, const char *word) {
	return (word[0] || fault(review, path, "is empty")) &&
	    check_text(review, path, word, LIMIT_WORD_BYTES);
}

static bool has_word(const struct words *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words->items[i], word) == 0)
			return true;
	}
	return false;
}

static bool check_words(struct review *review, const struct words *words) {
	char path[PATH_BYTES];
	if (words->count > LIMIT_WORDS)
		return fault(review, words->path, "has more than %d entries", LIMIT_WORDS);
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];
		path_at(path, words->path, i, "");
		if (!check_word(review, path, word))
			return false;
		if (has_word(words, i, word))
			return fault(review, path, "\"%s\" stands here twice", word);
	}
	return true;
}

static struct words covered(const Pb__RuleSet *rules) {
	return (struct words){ "rules.categories", rules->categories, rules->n_categories };
}

static struct words excluded(const Pb__RuleSet *rules) {
	return (struct words){ "rules.exclusions", rules->exclusions, rules->n_exclusions };
}

static bool check_categories(struct review *review) {
	struct words categories = covered(review->rules);
	struct words exclusions = excluded(review->rules);
	if (!check_words(review, &categories) || !check_words(review, &exclusions))
		return false;
	for (size_t i = 0; i < exclusions.count; i++) {
		char path[PATH_BYTES];
		if (has_word(&categories, categories.count, exclusions.items[i]))
			return fault(review, path_at(path, exclusions.path, i, ""),
			    "\"%s\" is both covered and excluded", exclusions.items[i]);
	}
	return true;
}

/* --- conditions --- */

static bool check_condition(struct review *review, const struct conditions *conditions,
    size_t index, const struct conditions *also) {
	const Pb__Condition *condition = conditions->items[index];
	char path[PATH_BYTES];
	if (!check_word(
	        review, path_at(path, conditions->path, index, ".attribute"), condition->attribute))
		return false;
	if (condition->is < PB__COMPARISON__LESS || condition->is > PB__COMPARISON__EQUAL)
		return fault(review, path_at(path, conditions->path, index, ".is"),
		    "is not LESS, AT_MOST, MORE, AT_LEAST or EQUAL");
	path_at(path, conditions->path, index, "");
	for (size_t i = 0; i < index; i++) {
		const Pb__Condition *other = conditions->items[i];
		if (other->is == condition->is && strcmp(other->attribute, condition->attribute) == 0)
			return fault(
			    review, path, "bounds \"%s\" a second time in the same way", condition->attribute);
	}
	struct rules_range range = RULES_RANGE_ALL;
	rules_range_narrow(also->items, also->count, condition->attribute, &range);
	rules_range_narrow(conditions->items, index + 1, condition->attribute, &range);
	return !rules_range_is_empty(range) ||
	    fault(review, path, "contradicts what is asked of \"%s\" before: no value meets both",
	        condition->attribute);
}

/* `also`: conditions that hold at the same time. */
static bool check_conditions(
    struct review *review, const struct conditions *conditions, const struct conditions *also) {
	if (conditions->count > LIMIT_WORDS)
		return fault(review, conditions->path, "has more than %d entries", LIMIT_WORDS);
	for (size_t i = 0; i < conditions->count; i++) {
		if (!check_condition(review, conditions, i, also))
			return false;
	}
	return true;
}

static struct conditions holder_conditions(const Pb__RuleSet *rules) {
	struct conditions conditions = { .path = "rules.holder.conditions" };
	if (rules->holder) {
		conditions.items = rules->holder->conditions;
		conditions.count = rules->holder->n_conditions;
	}
	return conditions;
}

/* --- who --- */

static bool check_kinds(struct review *review, const Pb__Eligibility *eligibility) {
	char path[PATH_BYTES];
	if (eligibility->n_kinds > LIMIT_WORDS)
		return fault(review, "rules.holder.kinds", "has more than %d entries", LIMIT_WORDS);
	for (size_t i = 0; i < eligibility->n_kinds; i++) {
		Pb__PartyKind kind = eligibility->kinds[i];
		path_at(path, "rules.holder.kinds", i, "");
		if (kind != PB__PARTY_KIND__PARTY_KIND_COMPANY && kind != PB__PARTY_KIND__PARTY_KIND_TEAM)
			return fault(review, path, "only a company or a team can hold a voucher");
		for (size_t j = 0; j < i; j++) {
			if (eligibility->kinds[j] == kind)
				return fault(review, path, "stands here twice");
		}
	}
	return true;
}

static bool check_holder(struct review *review) {
	const Pb__Eligibility *eligibility = review->rules->holder;
	if (!eligibility)
		return true;
	struct words statuses = { "rules.holder.statuses", eligibility->statuses,
		eligibility->n_statuses };
	if (!check_kinds(review, eligibility) || !check_words(review, &statuses))
		return false;
	if (eligibility->region[0] && !identifier_is_region(eligibility->region))
		return fault(review, "rules.holder.region", "is not a division of 6 digits (GB/T 2260)");
	struct conditions conditions = holder_conditions(review->rules);
	struct conditions none = { .path = "" };
	return check_conditions(review, &conditions, &none);
}

/* --- tiers --- */

static struct conditions tier_conditions(const Pb__Tier *tier, const char *path) {
	return (struct conditions){ path, tier->conditions, tier->n_conditions };
}

/* A tier's categories must be among those that are covered at all. */
static bool check_tier_categories(struct review *review, const Pb__Tier *tier, const char *at) {
	char list[LIST_BYTES];
	char path[PATH_BYTES];
	snprintf(list, sizeof(list), "%s.categories", at);
	struct words words = { list, tier->categories, tier->n_categories };
	if (!check_words(review, &words))
		return false;
	for (size_t i = 0; i < words.count; i++) {
		if (rules_category(review->rules, words.items[i]) != PB__OUTCOME__OUTCOME_OK)
			return fault(review, path_at(path, list, i, ""),
			    "\"%s\" is excluded or not among the rules' categories", words.items[i]);
	}
	return true;
}

static bool check_tier_amounts(struct review *review, const Pb__Tier *tier, const char *at) {
	char path[PATH_BYTES];
	if (tier->ratio_bp < 1 || tier->ratio_bp > 10000) {
		snprintf(path, sizeof(path), "%s.ratio_bp", at);
		return fault(review, path, "must be 1 to 10000 basis points");
	}
	if (tier->per_contract < 0) {
		snprintf(path, sizeof(path), "%s.per_contract", at);
		return fault(review, path, "must not be negative");
	}
	if (tier->per_year < 0) {
		snprintf(path, sizeof(path), "%s.per_year", at);
		return fault(review, path, "must not be negative");
	}
	if (tier->pool_share_bp > 10000) {
		snprintf(path, sizeof(path), "%s.pool_share_bp", at);
		return fault(review, path, "must be at most 10000 basis points");
	}
	return true;
}

static bool is_locality(Pb__Locality locality) {
	return locality == PB__LOCALITY__LOCALITY_ANY || locality == PB__LOCALITY__LOCALITY_LOCAL ||
	    locality == PB__LOCALITY__LOCALITY_OUTSIDE;
}

static bool check_tier_head(struct review *review, size_t index, const char *at) {
	const Pb__Tier *tier = review->rules->tiers[index];
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "%s.id", at);
	if (tier->id == 0)
		return fault(review, path, "must not be 0");
	for (size_t i = 0; i < index; i++) {
		if (review->rules->tiers[i]->id == tier->id)
			return fault(review, path, "%u is the id of rules.tiers[%zu]", tier->id, i);
	}
	snprintf(path, sizeof(path), "%s.name", at);
	if (!check_text(review, path, tier->name, LIMIT_NAME_BYTES))
		return false;
	snprintf(path, sizeof(path), "%s.%s", at, is_locality(tier->holder) ? "provider" : "holder");
	return (is_locality(tier->holder) && is_locality(tier->provider)) ||
	    fault(review, path, "is not LOCALITY_ANY, LOCALITY_LOCAL or LOCALITY_OUTSIDE");
}

static bool check_tiers(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct conditions general = holder_conditions(rules);
	if (rules->n_tiers == 0)
		return fault(review, "rules.tiers", "has no tier: nothing could be granted");
	if (rules->n_tiers > LIMIT_TIERS)
		return fault(review, "rules.tiers", "has more than %d entries", LIMIT_TIERS);
	for (size_t i = 0; i < rules->n_tiers; i++) {
		char at[TIER_BYTES];
		char list[LIST_BYTES];
		snprintf(at, sizeof(at), "rules.tiers[%zu]", i);
		snprintf(list, sizeof(list), "%s.conditions", at);
		struct conditions conditions = tier_conditions(rules->tiers[i], list);
		if (!check_tier_head(review, i, at) ||
		    !check_tier_categories(review, rules->tiers[i], at) ||
		    !check_conditions(review, &conditions, &general) ||
		    !check_tier_amounts(review, rules->tiers[i], at))
			return false;
		if (!rules_is_reachable(rules, i))
			return fault(review, at, "can never apply: tiers before it take every case of it");
	}
	return true;
}

/* --- the rest --- */

static bool check_head(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	int32_t day;
	if (rules->version == 0)
		return fault(review, "rules.version", "must be 1 or more");
	if (!check_text(review, "rules.title", rules->title, LIMIT_NAME_BYTES) ||
	    !check_text(review, "rules.document", rules->document, LIMIT_TEXT_BYTES))
		return false;
	return date_parse(rules->effective_from, &day) == ERR_OK ||
	    fault(review, "rules.effective_from", "is not a date YYYY-MM-DD");
}

static bool check_caps(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	if (rules->holder_per_year < 0)
		return fault(review, "rules.holder_per_year", "must not be negative");
	if (rules->voucher_amount_max < 0)
		return fault(review, "rules.voucher_amount_max", "must not be negative");
	return rules->annual_pool >= 0 || fault(review, "rules.annual_pool", "must not be negative");
}

static bool check_times(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	if (rules->use_within_days < 1 || rules->use_within_days > LIMIT_RULE_DAYS)
		return fault(review, "rules.use_within_days", "must be 1 to %d days", LIMIT_RULE_DAYS);
	if (rules->claim_within_days > LIMIT_RULE_DAYS)
		return fault(review, "rules.claim_within_days", "must be at most %d days", LIMIT_RULE_DAYS);
	if (rules->payee != PB__PAYEE__PAYEE_PROVIDER && rules->payee != PB__PAYEE__PAYEE_STARTUP)
		return fault(review, "rules.payee", "must be PAYEE_PROVIDER or PAYEE_STARTUP");
	return rules->publication_days <= LIMIT_RULE_DAYS ||
	    fault(review, "rules.publication_days", "must be at most %d days", LIMIT_RULE_DAYS);
}

Pb__Outcome rules_check(const Pb__RuleSet *rules, struct arena *arena, Pb__Refusal **ret_refusal) {
	struct review review = { .rules = rules, .arena = arena };
	if (pb__rule_set__get_packed_size(rules) > LIMIT_ROW_BYTES)
		return PB__OUTCOME__TOO_LARGE;
	if (check_head(&review) && check_holder(&review) && check_categories(&review) &&
	    check_tiers(&review) && check_caps(&review) && check_times(&review))
		return PB__OUTCOME__OUTCOME_OK;
	if (!review.refusal)
		return PB__OUTCOME__UNAVAILABLE;
	*ret_refusal = review.refusal;
	return PB__OUTCOME__RULES_INVALID;
}
