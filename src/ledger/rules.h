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

/* What a subsidy is asked for. Borrowed. */
struct rules_case {
	const char *programme_region;
	const struct rules_party *holder;
	const struct rules_party *provider; /* NULL: none is concerned */
	const char *category;
	int64_t eligible; /* expense, minor units */
	int64_t vat;      /* in it */
	int64_t earlier;  /* of it: spent before this year (where VAT is excluded: without VAT) */
	int64_t granted;  /* EXPENSE_GRANTED: what the claim that is topped up was paid */
	int64_t units;
	const Pb__RecordAgreement *agreement; /* in force for this holder; NULL: none */
};

/* What rules count. Each within its programme, or, `joint`, over that programme and all that are
 * part of it; `umbrella` says which programme: 0 the one concerned, 1 its part_of, 2 that one's
 * part_of. Only HOLDER, CONTROLLER and PROVIDER are counted jointly, and umbrellas only so. */
enum rules_counted {
	RULES_HOLDER,
	RULES_CONTROLLER,
	RULES_PROVIDER,
	RULES_TIER,            /* granted by `tier`, in a year */
	RULES_HOLDER_TIER,     /* to the holder by `tier`, in a year */
	RULES_GROUP,           /* to the beneficiary by the tiers of `group`, ever */
	RULES_GROUP_INCREMENT, /* of it, by increments */
	RULES_GROUP_TIER,      /* of it, by `tier` */
};

struct rules_counter {
	enum rules_counted what;
	bool ever;  /* not this calendar year alone */
	bool joint; /* `umbrella` > 0: always */
	unsigned umbrella;
	uint32_t tier;
	uint32_t group;
};

struct rules_count {
	int64_t amount;
	int64_t grants;
};

/* A fund that pays `share_bp` of the amount and has `left`. */
struct rules_fund {
	const char *code;
	uint32_t share_bp;
	int64_t left;
};

/* What the case stands before; `count` is asked for what the rules need, and for no more. */
struct rules_standing {
	struct rules_count (*count)(void *arg, const struct rules_counter *counter);
	void *arg;
	int64_t annual_pool;  /* what the pool shares are of, where the rules do not say */
	int64_t voucher_live; /* −1: no voucher is concerned */
	int64_t pool; /* what the programme has left; −1: it is not asked (it is in the voucher) */
	const struct rules_fund *funds; /* where the pool is asked and the rules share costs */
	size_t n_funds;
	const Pb__RuleSet *const *umbrellas; /* [0] is number 1; their joint caps bind */
	const char *const *umbrella_names;
	size_t n_umbrellas;
};

/* What it points to lives in the arena that the function was given. UNAVAILABLE: that is
 * exhausted. */
struct rules_result {
	Pb__Outcome outcome; /* OUTCOME_OK: `amount` is granted */
	int64_t amount;
	int64_t base;         /* what the ratio was taken of */
	const Pb__Tier *tier; /* or the agreement's terms; NULL: none fits */
	size_t n_bounds;      /* as they were weighed: eligibility, the computed amount, caps */
	Pb__Bound **bounds;   /* also of what was refused: all that was weighed until then */
	Pb__Bound *against;   /* refused: the rule that stood against it; may be NULL */
	const char *field;    /* refused: which field or attribute */
	const char *detail;   /* refused: what was found, for people; may be NULL */
};

/* A mistake in a rule set. */
struct rules_mistake {
	const char *path; /* "rules.tiers[2].ratio_bp" */
	const char *en;   /* what is wrong, as a sentence */
	const char *zh;
};

/*
 * Whether the rule set is complete and free of contradictions; refused when published, never at the
 * counter: RULES_INVALID (TOO_LARGE: larger than a row), and every mistake with its place, in
 * `arena`. Also a mistake: a tier that no case can reach because tiers before it take them all,
 * shares that do not sum to 10,000, dates out of order. What needs the ledger (whether the version
 * is the next one, the funds and programmes named exist, part_of makes no cycle) is the caller's
 * question.
 */
Pb__Outcome rules_mistakes(const Pb__RuleSet *rules, struct arena *arena,
    struct rules_mistake **ret_mistakes, size_t *ret_count);

/* The same for the terms of an agreement under these rules: paths begin with "terms". */
Pb__Outcome rules_terms_mistakes(const Pb__RuleSet *rules, const Pb__Tier *terms,
    struct arena *arena, struct rules_mistake **ret_mistakes, size_t *ret_count);

/* Whether a party may hold a voucher: every part of the eligibility is weighed and named; `against`
 * is the first that is missing (NOT_ELIGIBLE). */
void rules_eligible(const Pb__RuleSet *rules, const struct rules_party *holder, struct arena *arena,
    struct rules_result *ret_result);

/* Whether a party is what an eligibility describes; NULL describes everyone. */
bool rules_is_meant(const Pb__Eligibility *who, const struct rules_party *party);

/* Whether a party's region lies in the programme's: it begins with the programme's code less its
 * trailing pairs of zeros (GB/T 2260: "110100" covers "110114"). An unknown region ("") lies
 * nowhere. */
bool rules_is_local(const char *programme_region, const char *party_region);

/* The same party, one named by the other as related, one controlled by the other, or both under one
 * controller. */
bool rules_is_related(const struct rules_party *a, const struct rules_party *b);

/* OUTCOME_OK or CATEGORY_NOT_COVERED. */
Pb__Outcome rules_category(const Pb__RuleSet *rules, const char *category);

/* Whether `day` (days since 1970-01-01, local) lies in one of the windows; none: always. */
bool rules_is_open(Pb__Window *const *windows, size_t count, int32_t day);

/* floor(amount × ratio_bp / 10,000) for amounts ≥ 0 and ratios ≤ 10,000. */
int64_t rules_share(int64_t amount, uint32_t ratio_bp);

/* The largest amount of which a fund can pay its share (> 0), however that is rounded. */
int64_t rules_whole(const struct rules_fund *fund);

/*
 * Splits `amount` ≥ 0 in proportion to `weights` ≥ 0 (not all 0 unless the amount is), by largest
 * remainder (Hamilton); equal remainders go to the first. The parts sum to the amount exactly, and
 * none is more than its weight if the amount is not more than their sum.
 */
void rules_split(int64_t amount, const int64_t *weights, size_t count, int64_t *ret_parts);

/*
 * The subsidy: category, eligibility, relation, agreement (its terms where they fit the case, else
 * the tiers) and tier, expense base, computed amount (ratio, fixed, per unit), combination; then
 * the smallest of what the tier's caps, the rules' caps, the umbrellas' joint caps, the voucher,
 * the pool and the funds leave of what the combination left. A voucher's fixed tier grants no more
 * than the expense base. An agreement that waives caps waives RuleSet.caps, not its own terms' and
 * not the umbrellas'. Of equals the first that was weighed binds.
 *
 * Refused: CATEGORY_NOT_COVERED, NOT_ELIGIBLE, RELATED_PARTY, NO_TIER, AMOUNT_INVALID (nothing of
 * the expense counts, no units), OVERFLOW (units), ALREADY_GRANTED, BASE_NOT_GRANTED, HIGHEST_ONLY;
 * nothing left: VOUCHER_INSUFFICIENT, POOL_EMPTY (pool or a fund) or CAP_REACHED by what binds;
 * less than computed under REFUSE: WOULD_BE_CUT (a higher award of HIGHEST_ONLY and
 * HIGHEST_INCREMENT is always granted as the difference).
 */
void rules_decide(const Pb__RuleSet *rules, const struct rules_case *one,
    const struct rules_standing *standing, struct arena *arena, struct rules_result *ret_result);

#endif
