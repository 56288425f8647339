/* SPDX-License-Identifier: Apache-2.0 */
/* Pure; any thread. At most 6 × 64 cells times 32 earlier tiers: run when rules are published. */
#include "ledger/rules_reach.h"

#include "ledger/rules_range.h"

#include <string.h>

static bool has_word(const char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

static bool are_statuses_implied(
    const Pb__Eligibility *holder, const Pb__Tier *earlier, const Pb__Tier *later) {
	for (size_t i = 0; i < earlier->n_statuses; i++) {
		const char *status = earlier->statuses[i];
		if (!has_word(later->statuses, later->n_statuses, status) &&
		    !(holder && has_word(holder->statuses, holder->n_statuses, status)))
			return false;
	}
	return true;
}

/* Whether every holder for whom `later` is meant meets what `earlier` asks. */
static bool is_implied(const Pb__RuleSet *rules, const Pb__Tier *earlier, const Pb__Tier *later) {
	const Pb__Eligibility *holder = rules->holder;
	if (!are_statuses_implied(holder, earlier, later))
		return false;
	for (size_t i = 0; i < earlier->n_conditions; i++) {
		const Pb__Condition *asked = earlier->conditions[i];
		const char *attribute = asked->attribute;
		struct rules_range range = RULES_RANGE_ALL;
		bool is_stated = holder &&
		    rules_range_narrow(holder->conditions, holder->n_conditions, attribute, &range);
		is_stated |= rules_range_narrow(later->conditions, later->n_conditions, attribute, &range);
		if (!is_stated || !rules_range_covers(rules_range_of(asked), range))
			return false;
	}
	return true;
}

static bool takes_locality(Pb__Locality locality, Pb__Locality given) {
	return locality == PB__LOCALITY__LOCALITY_ANY || locality == given;
}

/* A case as tiers tell it apart, but for the conditions; category NULL: one that no tier names. */
struct cell {
	Pb__Locality holder;
	Pb__Locality provider;
	const char *category;
};

static bool takes_cell(const Pb__Tier *tier, const struct cell *cell) {
	if (!takes_locality(tier->holder, cell->holder) ||
	    !takes_locality(tier->provider, cell->provider))
		return false;
	if (tier->n_categories == 0)
		return true;
	return cell->category && has_word(tier->categories, tier->n_categories, cell->category);
}

static bool is_taken_before(const Pb__RuleSet *rules, size_t index, const struct cell *cell) {
	for (size_t i = 0; i < index; i++) {
		if (takes_cell(rules->tiers[i], cell) &&
		    is_implied(rules, rules->tiers[i], rules->tiers[index]))
			return true;
	}
	return false;
}

/* Whether tiers before it take every category of the tier for this pair of localities. */
static bool is_pair_taken_before(const Pb__RuleSet *rules, size_t index, struct cell *cell) {
	const Pb__Tier *tier = rules->tiers[index];
	if (!takes_locality(tier->holder, cell->holder) ||
	    !takes_locality(tier->provider, cell->provider))
		return true; /* not a case of this tier */
	bool is_own = tier->n_categories > 0;
	size_t count = is_own ? tier->n_categories : rules->n_categories;
	cell->category = NULL;
	if (count == 0)
		return is_taken_before(rules, index, cell);
	for (size_t i = 0; i < count; i++) {
		cell->category = is_own ? tier->categories[i] : rules->categories[i];
		if (!is_taken_before(rules, index, cell))
			return false;
	}
	return true;
}

bool rules_is_reachable(const Pb__RuleSet *rules, size_t index) {
	/* without a provider: no tier that asks where it is takes the case */
	static const Pb__Locality sides[] = { PB__LOCALITY__LOCALITY_LOCAL,
		PB__LOCALITY__LOCALITY_OUTSIDE, PB__LOCALITY__LOCALITY_ANY };
	bool has_provider = rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	for (size_t holder = 0; holder < 2; holder++) {
		for (size_t provider = 0; provider < (has_provider ? 2 : 3); provider++) {
			struct cell cell = { .holder = sides[holder], .provider = sides[provider] };
			if (!is_pair_taken_before(rules, index, &cell))
				return true;
		}
	}
	return false;
}
