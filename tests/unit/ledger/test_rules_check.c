/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "ledger/rules.h"

#include "sample_rules.h"
#include "support/suite.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct change {
	const char *name;
	void (*make)(struct sample_rules *s);
	const char *path; /* of the fault; NULL: none */
};

/* --- head --- */

static void version_0(struct sample_rules *s) {
	s->rules.version = 0;
}
static void long_title(struct sample_rules *s) {
	static char title[LIMIT_NAME_BYTES + 2];
	memset(title, 'x', LIMIT_NAME_BYTES + 1);
	s->rules.title = title;
}
static void control_in_document(struct sample_rules *s) {
	s->rules.document = "No. 1\n";
}
static void no_such_day(struct sample_rules *s) {
	s->rules.effective_from = "2026-02-30";
}
static void no_date(struct sample_rules *s) {
	s->rules.effective_from = "";
}

static void instrument_unknown(struct sample_rules *s) {
	s->rules.instrument = 9;
}
static void review_unknown(struct sample_rules *s) {
	s->rules.review = 9;
}
static void claimant_unknown(struct sample_rules *s) {
	s->rules.claimant = 9;
}
static void duty_unknown(struct sample_rules *s) {
	static Pb__Duty duties[] = { 9 };
	s->rules.duties_apart = duties;
	s->rules.n_duties_apart = 1;
}

/* --- who --- */

static void no_holder(struct sample_rules *s) {
	s->rules.holder = NULL;
}
static void kind_unspecified(struct sample_rules *s) {
	s->kinds[0] = PB__PARTY_KIND__PARTY_KIND_UNSPECIFIED;
}
static void kind_provider(struct sample_rules *s) {
	s->kinds[0] = PB__PARTY_KIND__PARTY_KIND_PROVIDER;
}
static void kind_twice(struct sample_rules *s) {
	s->kinds[1] = s->kinds[0];
	s->holder.n_kinds = 2;
}
static void status_empty(struct sample_rules *s) {
	s->statuses[0] = "";
}
static void status_twice(struct sample_rules *s) {
	s->statuses[1] = s->statuses[0];
	s->holder.n_statuses = 2;
}
static void region_of_4_digits(struct sample_rules *s) {
	s->holder.region = "1101";
}
static void attribute_missing(struct sample_rules *s) {
	s->conditions[1].attribute = "";
}
static void comparison_missing(struct sample_rules *s) {
	s->conditions[1].is = PB__COMPARISON__COMPARISON_UNSPECIFIED;
}
static void comparison_unknown(struct sample_rules *s) {
	s->conditions[1].is = 6;
}
static void unit_unknown(struct sample_rules *s) {
	s->conditions[1].unit = 9;
}

static void set_pair(
    struct sample_rules *s, Pb__Comparison first, int64_t a, Pb__Comparison second, int64_t b) {
	s->conditions[0].is = first;
	s->conditions[0].value = a;
	s->conditions[1].attribute = s->conditions[0].attribute;
	s->conditions[1].is = second;
	s->conditions[1].value = b;
}
static void less_and_more(struct sample_rules *s) {
	set_pair(s, PB__COMPARISON__LESS, 5, PB__COMPARISON__MORE, 10);
}
static void neighbours_exclude(struct sample_rules *s) { /* < 6 and > 5 */
	set_pair(s, PB__COMPARISON__LESS, 6, PB__COMPARISON__MORE, 5);
}
static void neighbours_include(struct sample_rules *s) { /* ≤ 5 and ≥ 5 */
	set_pair(s, PB__COMPARISON__AT_MOST, 5, PB__COMPARISON__AT_LEAST, 5);
}
static void equal_outside(struct sample_rules *s) {
	set_pair(s, PB__COMPARISON__AT_MOST, 5, PB__COMPARISON__EQUAL, 6);
}
static void bounded_twice(struct sample_rules *s) {
	set_pair(s, PB__COMPARISON__LESS, 6, PB__COMPARISON__LESS, 7);
}
static void less_than_anything(struct sample_rules *s) {
	s->conditions[0].value = INT64_MIN;
}
static void more_than_anything(struct sample_rules *s) {
	s->conditions[0].is = PB__COMPARISON__MORE;
	s->conditions[0].value = INT64_MAX;
}

/* --- what --- */

static void no_categories(struct sample_rules *s) {
	s->rules.n_categories = 0;
}
static void category_twice(struct sample_rules *s) {
	s->categories[1] = s->categories[0];
}
static void category_too_long(struct sample_rules *s) {
	static char word[LIMIT_WORD_BYTES + 2];
	memset(word, 'x', LIMIT_WORD_BYTES + 1);
	s->categories[1] = word;
}
static void category_not_utf8(struct sample_rules *s) {
	s->categories[0] = "\xff";
}
static void covered_and_excluded(struct sample_rules *s) {
	s->rules.n_exclusions = 2;
}
static void tier_category_not_covered(struct sample_rules *s) {
	s->tiers[0].n_categories = 1;
	s->tiers[0].categories = &s->statuses[0];
}
static void tier_category_excluded(struct sample_rules *s) {
	s->rules.n_categories = 0;
	s->tiers[0].n_categories = 1;
	s->tiers[0].categories = &s->exclusions[0];
}

/* --- tiers --- */

static void no_tiers(struct sample_rules *s) {
	s->rules.n_tiers = 0;
}
static void tier_id_0(struct sample_rules *s) {
	s->tiers[1].id = 0;
}
static void tier_id_twice(struct sample_rules *s) {
	s->tiers[1].id = 1;
}
static void locality_unknown(struct sample_rules *s) {
	s->tiers[1].holder = 3;
}
static void provider_locality_unknown(struct sample_rules *s) {
	s->tiers[0].provider = 3;
}
static void ratio_0(struct sample_rules *s) {
	s->tiers[0].ratio_bp = 0;
}
static void ratio_all(struct sample_rules *s) {
	s->tiers[0].ratio_bp = 10000;
}
static void ratio_more_than_all(struct sample_rules *s) {
	s->tiers[1].ratio_bp = 10001;
}
static void contract_cap_negative(struct sample_rules *s) {
	s->tiers[1].per_contract = -1;
}
static void year_cap_negative(struct sample_rules *s) {
	s->tiers[1].per_year = -1;
}
static void pool_share_more_than_all(struct sample_rules *s) {
	s->tiers[1].pool_share_bp = 10001;
}
static void tier_contradicts_holder(struct sample_rules *s) {
	s->tiers[1].n_conditions = 1;
	s->conditions[2].attribute = "staff";
	s->conditions[2].is = PB__COMPARISON__AT_LEAST;
	s->conditions[2].value = 100;
}
static void tier_condition_incomplete(struct sample_rules *s) {
	s->tiers[1].n_conditions = 1;
	s->conditions[2].attribute = "";
}

/* --- reach --- */

static void same_cases_again(struct sample_rules *s) {
	s->tiers[1].holder = PB__LOCALITY__LOCALITY_LOCAL;
}
static void everything_first(struct sample_rules *s) {
	s->tiers[0].holder = PB__LOCALITY__LOCALITY_ANY;
}
static void all_categories_first(struct sample_rules *s) { /* each one named is as good as none */
	everything_first(s);
	s->tiers[0].n_categories = 2;
}
static void one_category_first(struct sample_rules *s) {
	everything_first(s);
	s->tiers[0].n_categories = 1;
}
static void named_categories_of_open_rules_first(struct sample_rules *s) {
	all_categories_first(s);
	s->rules.n_categories = 0;
}
static void condition_first(struct sample_rules *s) { /* who has no patents goes on to tier 2 */
	everything_first(s);
	s->tiers[0].n_conditions = 1;
}
static void same_condition_later(struct sample_rules *s) {
	condition_first(s);
	s->tiers[1].n_conditions = 1;
}
static void condition_first_that_all_holders_meet(struct sample_rules *s) {
	condition_first(s);
	s->conditions[2].attribute = "staff";
	s->conditions[2].is = PB__COMPARISON__LESS;
	s->conditions[2].value = 200;
}
static void condition_first_that_some_holders_meet(struct sample_rules *s) {
	condition_first_that_all_holders_meet(s);
	s->conditions[2].value = 50;
}
static void other_provider(struct sample_rules *s) {
	everything_first(s);
	s->tiers[0].provider = PB__LOCALITY__LOCALITY_LOCAL;
}

/* --- caps and times --- */

static void voucher_cap_negative(struct sample_rules *s) {
	s->rules.voucher_amount_max = -1;
}
static void pool_negative(struct sample_rules *s) {
	s->rules.annual_pool = -1;
}
static void never_usable(struct sample_rules *s) {
	s->rules.use_within_days = 0;
}
static void usable_for_ever(struct sample_rules *s) {
	s->rules.use_within_days = LIMIT_RULE_DAYS + 1;
}
static void claims_on_the_last_day_of_use(struct sample_rules *s) {
	s->rules.claim_within_days = 0;
}
static void claims_for_ever(struct sample_rules *s) {
	s->rules.claim_within_days = UINT32_MAX;
}
static void nobody_is_paid(struct sample_rules *s) {
	s->rules.payee = PB__PAYEE__PAYEE_UNSPECIFIED;
}
static void published_for_ever(struct sample_rules *s) {
	s->rules.publication_days = LIMIT_RULE_DAYS + 1;
}

#define CHANGE(make, path)                                                                         \
	{ #make, make, path }

static const struct change changes[] = {
	CHANGE(version_0, "rules.version"),
	CHANGE(long_title, "rules.title"),
	CHANGE(control_in_document, "rules.document"),
	CHANGE(no_such_day, "rules.effective_from"),
	CHANGE(no_date, "rules.effective_from"),
	CHANGE(instrument_unknown, "rules.instrument"),
	CHANGE(review_unknown, "rules.review"),
	CHANGE(claimant_unknown, "rules.claimant"),
	CHANGE(duty_unknown, "rules.duties_apart[0]"),
	CHANGE(no_holder, NULL),
	CHANGE(kind_unspecified, "rules.holder.kinds[0]"),
	CHANGE(kind_provider, "rules.holder.kinds[0]"),
	CHANGE(kind_twice, "rules.holder.kinds[1]"),
	CHANGE(status_empty, "rules.holder.statuses[0]"),
	CHANGE(status_twice, "rules.holder.statuses[1]"),
	CHANGE(region_of_4_digits, "rules.holder.region"),
	CHANGE(attribute_missing, "rules.holder.conditions[1].attribute"),
	CHANGE(comparison_missing, "rules.holder.conditions[1].is"),
	CHANGE(comparison_unknown, "rules.holder.conditions[1].is"),
	CHANGE(unit_unknown, "rules.holder.conditions[1].unit"),
	CHANGE(less_and_more, "rules.holder.conditions[1]"),
	CHANGE(neighbours_exclude, "rules.holder.conditions[1]"),
	CHANGE(neighbours_include, NULL),
	CHANGE(equal_outside, "rules.holder.conditions[1]"),
	CHANGE(bounded_twice, "rules.holder.conditions[1]"),
	CHANGE(less_than_anything, "rules.holder.conditions[0]"),
	CHANGE(more_than_anything, "rules.holder.conditions[0]"),
	CHANGE(no_categories, NULL),
	CHANGE(category_twice, "rules.categories[1]"),
	CHANGE(category_too_long, "rules.categories[1]"),
	CHANGE(category_not_utf8, "rules.categories[0]"),
	CHANGE(covered_and_excluded, "rules.exclusions[1]"),
	CHANGE(tier_category_not_covered, "rules.tiers[0].categories[0]"),
	CHANGE(tier_category_excluded, "rules.tiers[0].categories[0]"),
	CHANGE(no_tiers, "rules.tiers"),
	CHANGE(tier_id_0, "rules.tiers[1].id"),
	CHANGE(tier_id_twice, "rules.tiers[1].id"),
	CHANGE(locality_unknown, "rules.tiers[1].holder"),
	CHANGE(provider_locality_unknown, "rules.tiers[0].provider"),
	CHANGE(ratio_0, "rules.tiers[0]"),
	CHANGE(ratio_all, NULL),
	CHANGE(ratio_more_than_all, "rules.tiers[1].ratio_bp"),
	CHANGE(contract_cap_negative, "rules.tiers[1].per_contract"),
	CHANGE(year_cap_negative, "rules.tiers[1].per_year"),
	CHANGE(pool_share_more_than_all, "rules.tiers[1].pool_share_bp"),
	CHANGE(tier_contradicts_holder, "rules.tiers[1].conditions[0]"),
	CHANGE(tier_condition_incomplete, "rules.tiers[1].conditions[0].attribute"),
	CHANGE(same_cases_again, "rules.tiers[1]"),
	CHANGE(everything_first, "rules.tiers[1]"),
	CHANGE(all_categories_first, "rules.tiers[1]"),
	CHANGE(one_category_first, NULL),
	CHANGE(named_categories_of_open_rules_first, NULL),
	CHANGE(condition_first, NULL),
	CHANGE(same_condition_later, "rules.tiers[1]"),
	CHANGE(condition_first_that_all_holders_meet, "rules.tiers[1]"),
	CHANGE(condition_first_that_some_holders_meet, NULL),
	CHANGE(other_provider, NULL),
	CHANGE(voucher_cap_negative, "rules.voucher_amount_max"),
	CHANGE(pool_negative, "rules.annual_pool"),
	CHANGE(never_usable, "rules.use_within_days"),
	CHANGE(usable_for_ever, "rules.use_within_days"),
	CHANGE(claims_on_the_last_day_of_use, NULL),
	CHANGE(claims_for_ever, "rules.claim_within_days"),
	CHANGE(nobody_is_paid, "rules.payee"),
	CHANGE(published_for_ever, "rules.publication_days"),
};

/* All mistakes, "path path". */
static const char *paths_of(const Pb__RuleSet *rules, struct arena *arena) {
	struct rules_mistake *mistakes = NULL;
	size_t count = 0;
	Pb__Outcome outcome = rules_mistakes(rules, arena, &mistakes, &count);
	ck_assert_int_eq(outcome, count ? PB__OUTCOME__RULES_INVALID : PB__OUTCOME__OUTCOME_OK);
	const char *paths = "";
	for (size_t i = 0; i < count; i++) {
		const char *en = mistakes[i].en;
		ck_assert_msg((en[0] < 'a' || en[0] > 'z') && en[strlen(en) - 1] == '.', "%s", en);
		ck_assert_msg(strstr(mistakes[i].zh, "。"), "%s", mistakes[i].zh);
		paths = arena_printf(arena, "%s%s%s", paths, i ? " " : "", mistakes[i].path);
	}
	return paths;
}

static struct arena arena;
static struct sample_rules sample;

static void setup(void) {
	arena_done(&arena);
	arena_init(&arena, 0);
	sample_rules_init(&sample);
}

START_TEST(sample_is_accepted) {
	setup();
	ck_assert_str_eq(paths_of(&sample.rules, &arena), "");
	arena_done(&arena);
}
END_TEST

START_TEST(each_mistake_is_named_by_its_path) {
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const struct change *change = &changes[i];
		setup();
		change->make(&sample);
		const char *paths = paths_of(&sample.rules, &arena);
		ck_assert_msg(
		    strcmp(paths, change->path ? change->path : "") == 0, "%s: %s", change->name, paths);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(every_mistake_is_named_not_only_the_first) {
	setup();
	version_0(&sample);
	kind_twice(&sample);
	tier_id_0(&sample);
	ratio_more_than_all(&sample);
	pool_negative(&sample);
	nobody_is_paid(&sample);
	ck_assert_str_eq(paths_of(&sample.rules, &arena),
	    "rules.version rules.payee rules.holder.kinds[1] rules.tiers[1].id"
	    " rules.tiers[1].ratio_bp rules.annual_pool");
	arena_done(&arena);
}
END_TEST

/* Local and outside, one after the other, leave nothing for a third tier that takes any. */
START_TEST(tier_that_others_take_together_is_refused) {
	setup();
	sample.tiers[1].holder = PB__LOCALITY__LOCALITY_OUTSIDE;
	Pb__Tier third = sample.tiers[0];
	third.id = 3;
	third.name = "any";
	third.holder = PB__LOCALITY__LOCALITY_ANY;
	Pb__Tier *tiers[] = { &sample.tiers[0], &sample.tiers[1], &third };
	sample.rules.tiers = tiers;
	sample.rules.n_tiers = 3;
	ck_assert_str_eq(paths_of(&sample.rules, &arena), "rules.tiers[2]");
	sample.tiers[1].provider = PB__LOCALITY__LOCALITY_LOCAL;
	ck_assert_str_eq(paths_of(&sample.rules, &arena), "");
	arena_done(&arena);
}
END_TEST

START_TEST(lists_are_bounded) {
	setup();
	static char words[LIMIT_WORDS + 1][16];
	const char *list[LIMIT_WORDS + 1];
	for (int i = 0; i <= LIMIT_WORDS; i++) {
		snprintf(words[i], sizeof(words[i]), "w%d", i);
		list[i] = words[i];
	}
	sample.rules.categories = list;
	sample.rules.n_categories = LIMIT_WORDS;
	ck_assert_str_eq(paths_of(&sample.rules, &arena), "");
	sample.rules.n_categories = LIMIT_WORDS + 1;
	ck_assert_str_eq(paths_of(&sample.rules, &arena), "rules.categories");
	arena_done(&arena);
}
END_TEST

/* Whoever sends the largest rule set with a mistake in every word gets no more than so many. */
START_TEST(mistakes_are_bounded) {
	setup();
	struct rules_mistake *mistakes;
	size_t count;
	const char *list[LIMIT_WORDS];
	for (int i = 0; i < LIMIT_WORDS; i++)
		list[i] = "";
	sample.rules.categories = list;
	sample.rules.n_categories = LIMIT_WORDS;
	sample.rules.exclusions = list;
	sample.rules.n_exclusions = LIMIT_WORDS;
	sample.rules.documents = list;
	sample.rules.n_documents = LIMIT_WORDS;
	ck_assert_int_eq(
	    rules_mistakes(&sample.rules, &arena, &mistakes, &count), PB__OUTCOME__RULES_INVALID);
	ck_assert_uint_eq(count, 128);
	arena_done(&arena);
}
END_TEST

START_TEST(rules_larger_than_a_row_are_refused) {
	setup();
	struct rules_mistake *mistakes;
	size_t count;
	static char title[LIMIT_ROW_BYTES + 1];
	memset(title, 'x', LIMIT_ROW_BYTES);
	sample.rules.title = title;
	ck_assert_int_eq(
	    rules_mistakes(&sample.rules, &arena, &mistakes, &count), PB__OUTCOME__TOO_LARGE);
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(mistakes[0].path, "rules");
	arena_done(&arena);
}
END_TEST

START_TEST(exhausted_memory_is_unavailable) {
	setup();
	sample.rules.version = 0;
	for (size_t bytes = 1; bytes < 16384; bytes += 512) {
		struct arena small;
		struct rules_mistake *mistakes = NULL;
		size_t count = 77;
		arena_init(&small, bytes);
		Pb__Outcome outcome = rules_mistakes(&sample.rules, &small, &mistakes, &count);
		if (outcome == PB__OUTCOME__UNAVAILABLE)
			ck_assert(!mistakes && count == 77);
		else
			ck_assert(outcome == PB__OUTCOME__RULES_INVALID && count == 1);
		ck_assert(bytes > 1 || outcome == PB__OUTCOME__UNAVAILABLE);
		arena_done(&small);
	}
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("rules_check", sample_is_accepted, each_mistake_is_named_by_its_path,
    every_mistake_is_named_not_only_the_first, tier_that_others_take_together_is_refused,
    lists_are_bounded, mistakes_are_bounded, rules_larger_than_a_row_are_refused,
    exhausted_memory_is_unavailable)
