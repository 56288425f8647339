/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands against a computed amount: combinations, caps, and where the money comes from. Each
 * adds its bounds; what they leave together is for rules_decide.c. Internal to
 * src/ledger/rules*.c.
 */
#ifndef LEDGER_RULES_CAPS_H
#define LEDGER_RULES_CAPS_H

#include "ledger/rules_weighing.h"

#define RULES_COUNTED_MAX 16 /* counts that are remembered; more are asked for again */

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
	size_t n_counted;
	struct {
		struct rules_counter counter;
		struct rules_count count;
	} counted[RULES_COUNTED_MAX];
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
