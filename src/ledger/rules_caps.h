/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands against a computed amount: combinations, caps, and where the money comes from. Each
 * adds its bounds; what they leave together is for rules_decide.c. Internal to
 * src/ledger/rules*.c.
 */
#ifndef LEDGER_RULES_CAPS_H
#define LEDGER_RULES_CAPS_H

#include "base/limits.h"
#include "ledger/rules_weighing.h"

/* Counts of holder, controller and provider, which several caps may stand on: this year and ever,
 * of the programme alone, jointly, and of each umbrella. */
#define RULES_COUNTS (3 * 2 * (2 + LIMIT_UMBRELLAS))

/* A decision under way. */
struct rules_deciding {
	const Pb__RuleSet *rules;
	const struct rules_case *one;
	const struct rules_standing *standing;
	struct rules_result *result;
	const Pb__Tier *tier;
	const char *tier_name; /* in the arena */
	bool are_caps_waived;
	int64_t asked; /* computed, then less what a combination leaves out */
	struct weighing weighing;
	uint32_t known; /* which of `counts`, a bit for each */
	struct rules_count counts[RULES_COUNTS];
};

/* The tier's combination, if any; lowers `asked` to what it leaves. False: refused. */
bool rules_weigh_combination(struct rules_deciding *d);

/* The tier's, the rule set's and the umbrellas' caps. */
void rules_weigh_caps(struct rules_deciding *d);

/* The voucher, the pool, the funds. */
void rules_weigh_sources(struct rules_deciding *d);

/* How many bounds these can take. */
size_t rules_caps_room(const Pb__RuleSet *rules, const struct rules_standing *standing);

#endif
