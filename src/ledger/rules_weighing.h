/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules as they are weighed: bounds in one array of the arena, in their order. Memory that runs out
 * is noted and asked for once, at the end; until then every function goes on as if it had some.
 * Texts are copied: a rule set may go before the decision does. Internal to src/ledger/rules*.c.
 */
#ifndef LEDGER_RULES_WEIGHING_H
#define LEDGER_RULES_WEIGHING_H

#include "ledger/rules.h"

struct weighing {
	struct arena *arena;
	Pb__Bound *bounds;
	Pb__Bound **list;
	size_t count;
	size_t room;
	bool has_failed; /* no memory */
	Pb__Bound spare; /* what is filled in then */
};

void weighing_init(struct weighing *weighing, struct arena *arena, size_t room);

/* A new bound, empty but for its rule. Never NULL. */
Pb__Bound *weighing_add(struct weighing *weighing, Pb__Rule rule);

/* A bound of money: what of `asked` it leaves. */
Pb__Bound *weighing_add_money(
    struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used, int64_t asked);

/* A bound that counts grants: it leaves one more, or none. */
Pb__Bound *weighing_add_grants(
    struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used);

/* A bound without an amount. */
Pb__Bound *weighing_add_fact(
    struct weighing *weighing, Pb__Rule rule, const char *attribute, bool holds);

const char *weighing_text(struct weighing *weighing, const char *text);

/* Refuses: `against` (may be NULL) binds. `field` and `detail` as in struct rules_result. Always
 * false. */
bool weighing_refuse(struct rules_result *result, Pb__Outcome outcome, const char *field,
    const char *detail, Pb__Bound *against);

/* Puts what was weighed into the result, or UNAVAILABLE. */
void weighing_finish(struct weighing *weighing, struct rules_result *result);

/* How many bounds an eligibility can take. */
size_t rules_eligible_room(const Pb__RuleSet *rules);

/* Weighs every part of the eligibility of holders; false: refused, for the first that is missing.
 */
bool rules_weigh_eligible(const Pb__RuleSet *rules, const struct rules_party *holder,
    struct weighing *weighing, struct rules_result *result);

/* Whether a tier is meant for the case. */
bool rules_fits(const Pb__Tier *tier, const struct rules_case *one);

#endif
