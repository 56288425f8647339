/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule set says about a case: a pure function of the rules and the facts, used by the ledger
 * and, without a ledger, by voucherctl.
 *
 * subsidy = floor(eligible × ratio_bp / 10,000), then the smallest of all caps that bind. The
 * product is taken in 128 bits. Every rule weighed is named with its limit, what was used and what
 * was asked.
 */
#ifndef LEDGER_RULES_H
#define LEDGER_RULES_H

#include "base/arena.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/rules.pb-c.h"
#include "voucher/v1/setup.pb-c.h"

#include <stdbool.h>

/* A party as rules see it. Borrowed. */
struct rules_party {
	uint64_t id;
	Pb__PartyKind kind;
	const char *region;
	const char *code;
	const char *controller;
	size_t n_attributes;
	Pb__Attribute *const *attributes;
	size_t n_statuses;
	const char *const *statuses;
	size_t n_related;
	const char *const *related;
};

/* What has been used already, asked for by the rules as they need it. */
struct rules_usage {
	int64_t holder_this_year;
	int64_t holder_this_tier; /* of it, under the tier that fits */
	int64_t tier_this_year;   /* of the tier that fits */
	int64_t annual_pool;      /* what the pool shares are of */
	int64_t voucher_live;
};

/* What it points to lives in the arena that the function was given. UNAVAILABLE: that is
 * exhausted. */
struct rules_result {
	Pb__Outcome outcome; /* OUTCOME_OK: `amount` is granted */
	int64_t amount;
	size_t n_bounds; /* in the order of Pb__Rule */
	Pb__Bound **bounds;
	Pb__Bound *against; /* refused: the rule that stood against it; may be NULL */
	const char *field;  /* refused: which field or attribute */
	const char *detail; /* refused: what was found, for people; may be NULL */
};

/*
 * Whether the rule set is complete and free of contradictions; refused when published, never at the
 * counter: RULES_INVALID, naming the path, such as "rules.tiers[2].ratio_bp". Also refused: a tier
 * that no case can reach because tiers before it take them all, and what is larger than a row
 * (TOO_LARGE). That the version is the next one is the caller's question.
 */
Pb__Outcome rules_check(const Pb__RuleSet *rules, struct arena *arena, Pb__Refusal **ret_refusal);

/* Whether a party may hold a voucher: NOT_ELIGIBLE names the first thing that is missing. */
void rules_eligible(const Pb__RuleSet *rules, const struct rules_party *holder, struct arena *arena,
    struct rules_result *ret_result);

/* Whether a party's region lies in the programme's: it begins with the programme's code less its
 * trailing pairs of zeros (GB/T 2260: "110100" covers "110114"). An unknown region ("") lies
 * nowhere. */
bool rules_is_local(const char *programme_region, const char *party_region);

/* The same party, one named by the other as related, one controlled by the other, or both under one
 * controller. */
bool rules_is_related(const struct rules_party *a, const struct rules_party *b);

/* OUTCOME_OK or CATEGORY_NOT_COVERED. */
Pb__Outcome rules_category(const Pb__RuleSet *rules, const char *category);

/* The first tier that fits, or NULL. */
const Pb__Tier *rules_tier(const Pb__RuleSet *rules, const char *programme_region,
    const struct rules_party *holder, const struct rules_party *provider, const char *category);

/* floor(amount × ratio_bp / 10,000) for amounts ≥ 0 and ratios ≤ 10,000. */
int64_t rules_share(int64_t amount, uint32_t ratio_bp);

/* The subsidy for `eligible` > 0 under `tier`. When nothing is left to grant: VOUCHER_INSUFFICIENT
 * if that is the voucher's doing, else CAP_REACHED. */
void rules_subsidy(const Pb__RuleSet *rules, const Pb__Tier *tier, int64_t eligible,
    const struct rules_usage *usage, struct arena *arena, struct rules_result *ret_result);

#endif
