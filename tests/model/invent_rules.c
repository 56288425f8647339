/* SPDX-License-Identifier: Apache-2.0 */
/* Rule sets by chance: every part of the model occurs, alone and with the others. */
#include "invent.h"
#include "naive_inside.h"

#include "base/date.h"

#include <string.h>

#define SET_LIST(i, message, list, ...)                                                            \
	do {                                                                                           \
		__typeof__(*(message)->list) items[] = { __VA_ARGS__ };                                    \
		(message)->list = invent_alloc((i), sizeof(items));                                        \
		memcpy((void *)(message)->list, items, sizeof(items));                                     \
		(message)->n_##list = sizeof(items) / sizeof(items[0]);                                    \
	} while (0)

static int64_t amount(struct invention *i, int64_t most) {
	return 1 + (int64_t)invent_below(i, (size_t)most);
}

static Pb__Condition *staff_below(struct invention *i, int64_t value) {
	INVENT(i, condition, Condition);
	condition->attribute = "staff";
	condition->is = invent_one_in(i, 2) ? PB__COMPARISON__LESS : PB__COMPARISON__AT_MOST;
	condition->value = value;
	return condition;
}

static void set_holder(struct invention *i, Pb__RuleSet *rule_set) {
	if (invent_one_in(i, 3))
		return;
	INVENT(i, eligibility, Eligibility);
	if (invent_one_in(i, 2))
		SET_LIST(i, eligibility, conditions, staff_below(i, 90 + amount(i, 20)));
	if (invent_one_in(i, 8))
		SET_LIST(i, eligibility, statuses_without, "dishonest");
	if (invent_one_in(i, 8))
		eligibility->region = "110000";
	rule_set->holder = eligibility;
}

/* --- tiers --- */

static void set_computation(struct invention *i, const Pb__RuleSet *rule_set, Pb__Tier *tier) {
	switch (rule_set->instrument) {
	case PB__INSTRUMENT__INSTRUMENT_AWARD: tier->per_unit = amount(i, 50000); break;
	case PB__INSTRUMENT__INSTRUMENT_GRANT: tier->fixed = amount(i, 200000); break;
	default: tier->ratio_bp = 1 + (uint32_t)invent_below(i, 10000); break;
	}
}

static void set_tier_caps(struct invention *i, Pb__Tier *tier) {
	if (!tier->fixed && invent_one_in(i, 3))
		tier->per_contract = tier->per_unit + amount(i, 60000);
	if (invent_one_in(i, 3)) {
		tier->per_year = tier->fixed + tier->per_unit + tier->per_contract + amount(i, 200000);
		tier->per_year_alone = invent_one_in(i, 2);
	}
	if (invent_one_in(i, 4))
		tier->pool_share_bp = 1 + (uint32_t)invent_below(i, 5000);
}

static Pb__Tier *new_tier(struct invention *i, const Pb__RuleSet *rule_set, uint32_t id) {
	INVENT(i, tier, Tier);
	tier->id = id;
	tier->name = invent_text(i, "tier %u", id);
	set_computation(i, rule_set, tier);
	set_tier_caps(i, tier);
	return tier;
}

/* By who the holder is, where the parties are; the last one takes everyone. */
static void set_plain_tiers(struct invention *i, Pb__RuleSet *rule_set) {
	Pb__Tier *first = new_tier(i, rule_set, 1);
	Pb__Tier *second = new_tier(i, rule_set, 2);
	Pb__Tier *last = new_tier(i, rule_set, 3);
	SET_LIST(i, first, statuses, "incubated");
	if (invent_one_in(i, 2))
		second->holder = PB__LOCALITY__LOCALITY_LOCAL;
	else
		SET_LIST(i, second, conditions, staff_below(i, 40));
	if (invent_one_in(i, 2))
		second->provider = PB__LOCALITY__LOCALITY_LOCAL;
	SET_LIST(i, rule_set, tiers, first, second, last);
}

/* By category, weighed together for one beneficiary. */
static void set_combined_tiers(struct invention *i, Pb__RuleSet *rule_set) {
	static const Pb__CombinationKind kinds[] = {
		PB__COMBINATION_KIND__COMBINATION_CUMULATIVE,
		PB__COMBINATION_KIND__COMBINATION_HIGHEST_ONLY,
		PB__COMBINATION_KIND__COMBINATION_INCREMENTS,
		PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT,
	};
	INVENT(i, combination, Combination);
	combination->group = 7;
	combination->name = "level";
	combination->kind = kinds[invent_below(i, 4)];
	bool has_increments = combination->kind == PB__COMBINATION_KIND__COMBINATION_INCREMENTS ||
	    combination->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT;
	Pb__Tier *tiers[3];
	static const char *const categories[] = { "testing", "design", "training" };
	for (uint32_t n = 0; n < 3; n++) {
		tiers[n] = new_tier(i, rule_set, n + 1);
		tiers[n]->group = combination->group;
		tiers[n]->increment = has_increments && n > 0;
		SET_LIST(i, tiers[n], categories, categories[n]);
	}
	SET_LIST(i, rule_set, tiers, tiers[0], tiers[1], tiers[2]);
	SET_LIST(i, rule_set, combinations, combination);
}

/* --- caps --- */

static Pb__Cap *new_cap(struct invention *i, int number) {
	INVENT(i, cap, Cap);
	cap->name = invent_text(i, "cap %d", number);
	cap->per = (Pb__CapPer)(1 + invent_below(i, 3));
	cap->period = (Pb__CapPeriod)(1 + invent_below(i, 2));
	if (!invent_one_in(i, 3))
		cap->amount = amount(i, 300000);
	if (!cap->amount || invent_one_in(i, 4))
		cap->grants = 1 + (uint32_t)invent_below(i, 6);
	if (invent_one_in(i, 5)) {
		INVENT(i, eligibility, Eligibility);
		SET_LIST(i, eligibility, statuses, "incubated");
		cap->who = eligibility;
	}
	return cap;
}

static void set_caps(struct invention *i, Pb__RuleSet *rule_set, bool are_joint) {
	size_t count = are_joint ? 2 : invent_below(i, 4);
	rule_set->caps = invent_alloc(i, 4 * sizeof(*rule_set->caps));
	rule_set->n_caps = count;
	for (size_t n = 0; n < count; n++) {
		rule_set->caps[n] = new_cap(i, (int)n + 1);
		rule_set->caps[n]->joint = are_joint;
	}
}

/* --- money, time, people --- */

static Pb__FundShare *share(struct invention *i, const char *fund, uint32_t share_bp) {
	INVENT(i, fund_share, FundShare);
	fund_share->fund = fund;
	fund_share->share_bp = share_bp;
	return fund_share;
}

static void set_shares(struct invention *i, Pb__RuleSet *rule_set) {
	uint32_t a = 1 + (uint32_t)invent_below(i, 5000), b = 1 + (uint32_t)invent_below(i, 4000);
	if (invent_one_in(i, 2))
		return;
	if (invent_one_in(i, 2))
		SET_LIST(i, rule_set, fund_shares, share(i, "f1", a), share(i, "f2", 10000 - a));
	else
		SET_LIST(i, rule_set, fund_shares, share(i, "f1", a), share(i, "f2", b),
		    share(i, "f3", 10000 - a - b));
}

static Pb__Window *window(struct invention *i, const char *from, const char *to) {
	INVENT(i, window, Window);
	window->from = from;
	window->to = to;
	return window;
}

static void set_days(struct invention *i, Pb__RuleSet *rule_set) {
	rule_set->use_within_days = 10 + (uint32_t)invent_below(i, 40);
	rule_set->claim_within_days = (uint32_t)invent_below(i, 30);
	rule_set->correct_within_days = (uint32_t)invent_below(i, 5);
	rule_set->publication_days = (uint32_t)invent_below(i, 4);
	if (invent_one_in(i, 6))
		SET_LIST(i, rule_set, application_windows, window(i, "01-05", "01-17"),
		    window(i, "01-19", "12-20"));
	if (invent_one_in(i, 6))
		SET_LIST(
		    i, rule_set, claim_windows, window(i, "12-15", "01-12"), window(i, "01-15", "10-20"));
}

static const char *later(struct invention *i, const char *date, uint32_t days) {
	char text[DATE_TEXT_BYTES];
	date_format(naive_parse_date(date) + (int32_t)days, text);
	return invent_text(i, "%s", text);
}

/* Dates in place of days; however long an extension is, the last for claims comes after it. */
static void set_dates(struct invention *i, Pb__RuleSet *rule_set) {
	uint32_t use = rule_set->use_within_days;
	if (invent_one_in(i, 5)) {
		use = 15 + (uint32_t)invent_below(i, 40);
		rule_set->use_by = later(i, rule_set->effective_from, use);
		rule_set->use_within_days = 0;
	}
	if (invent_one_in(i, 5)) {
		rule_set->claim_by = later(
		    i, rule_set->effective_from, use + 20 + (uint32_t)invent_below(i, 15));
		rule_set->claim_within_days = 0;
	}
}

static void set_duties(struct invention *i, Pb__RuleSet *rule_set) {
	rule_set->duties_apart = invent_alloc(i, 4 * sizeof(*rule_set->duties_apart));
	bool is_reviewed = rule_set->review != PB__REVIEW__REVIEW_NONE;
	for (int duty = is_reviewed ? 1 : 3; duty <= 4; duty++)
		if (invent_one_in(i, 2))
			rule_set->duties_apart[rule_set->n_duties_apart++] = (Pb__Duty)duty;
}

static void set_vouchers(struct invention *i, Pb__RuleSet *rule_set) {
	if (invent_one_in(i, 2))
		rule_set->extension_days = 1 + (uint32_t)invent_below(i, 20);
	if (invent_one_in(i, 2))
		SET_LIST(i, rule_set, remind_days, 9, 3);
	rule_set->vouchers_at_once = invent_one_in(i, 3) ? 1 + (uint32_t)invent_below(i, 3) : 0;
	if (invent_one_in(i, 5))
		SET_LIST(i, rule_set, face_values, 20000, 50000, 100000);
	else if (invent_one_in(i, 3))
		rule_set->voucher_amount_max = amount(i, 100000);
}

/* What another programme paid is topped up. */
static void set_topped(
    struct invention *i, const struct naive_programme *programme, Pb__RuleSet *rule_set) {
	if (rule_set->instrument != PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY || invent_one_in(i, 3))
		return;
	rule_set->expense_base = PB__EXPENSE_BASE__EXPENSE_GRANTED;
	rule_set->vat_excluded = false;
	rule_set->tops_up = strcmp(programme->code, "p1") == 0 ? "p2" : "p1";
}

static void set_instrument(struct invention *i, Pb__RuleSet *rule_set) {
	rule_set->instrument = invent_one_in(i, 2) ? PB__INSTRUMENT__INSTRUMENT_VOUCHER
	                                           : (Pb__Instrument)(1 + invent_below(i, 4));
	bool is_voucher = rule_set->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	rule_set->payee = is_voucher && invent_one_in(i, 2) ? PB__PAYEE__PAYEE_PROVIDER
	                                                    : PB__PAYEE__PAYEE_STARTUP;
	rule_set->claimant = is_voucher && invent_one_in(i, 3) ? (Pb__Payee)(1 + invent_below(i, 2))
	                                                       : PB__PAYEE__PAYEE_UNSPECIFIED;
	rule_set->review = (Pb__Review)(1 + invent_below(i, 3));
	rule_set->issue_at_once = rule_set->review == PB__REVIEW__REVIEW_NONE && invent_one_in(i, 2);
	rule_set->when_capped = (Pb__WhenCapped)(1 + invent_below(i, 2));
	bool has_expense = is_voucher ||
	    rule_set->instrument == PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY;
	rule_set->expense_base = has_expense && invent_one_in(i, 2)
	    ? PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR
	    : PB__EXPENSE_BASE__EXPENSE_ACTUAL;
	rule_set->vat_excluded = has_expense && invent_one_in(i, 2);
}

Pb__RuleSet *invent_rules(struct invention *i, const struct naive_programme *programme,
    uint32_t version, const char *effective_from) {
	bool is_umbrella = strcmp(programme->code, "p3") == 0;
	INVENT(i, rule_set, RuleSet);
	rule_set->version = version;
	rule_set->title = "rules by chance";
	rule_set->document = "none";
	rule_set->effective_from = effective_from;
	set_instrument(i, rule_set);
	set_topped(i, programme, rule_set);
	set_holder(i, rule_set);
	SET_LIST(i, rule_set, categories, "testing", "design", "training");
	SET_LIST(i, rule_set, exclusions, "mandatory");
	rule_set->related_parties_allowed = invent_one_in(i, 3);
	bool is_voucher = rule_set->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	if (is_voucher || invent_one_in(i, 2))
		set_plain_tiers(i, rule_set);
	else
		set_combined_tiers(i, rule_set);
	set_caps(i, rule_set, is_umbrella);
	if (!is_umbrella && invent_one_in(i, 2))
		rule_set->part_of = "p3";
	set_shares(i, rule_set);
	set_days(i, rule_set);
	set_dates(i, rule_set);
	set_duties(i, rule_set);
	if (is_voucher)
		set_vouchers(i, rule_set);
	rule_set->agreements_allowed = invent_one_in(i, 2);
	rule_set->countersign = invent_one_in(i, 2);
	rule_set->net_clawbacks = !invent_one_in(i, 3);
	rule_set->assessment_failures = (uint32_t)invent_below(i, 3);
	if (invent_one_in(i, 6))
		SET_LIST(i, rule_set, documents, "recognition");
	return rule_set;
}
