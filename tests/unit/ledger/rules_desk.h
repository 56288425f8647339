/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A desk at which cases are decided by rules alone, with no ledger: rule sets written as JSON with
 * ' for ", or read from contrib/programmes, and counts kept in a table.
 */
#ifndef TESTS_UNIT_LEDGER_RULES_DESK_H
#define TESTS_UNIT_LEDGER_RULES_DESK_H

#include "base/arena.h"
#include "ledger/rules.h"

/* A valid rule set of one tier of 50 %, with these fields added or in place of its own:
 * "'use_within_days': 30, 'caps': [...]". */
Pb__RuleSet *desk_rules(struct arena *arena, const char *fields);

/* contrib/programmes/NAME. */
Pb__RuleSet *desk_rules_of(struct arena *arena, const char *name);

#define DESK_COUNTS 64

/* What has been granted. */
struct desk {
	struct arena arena;
	struct {
		struct rules_counter counter;
		uint64_t subject;
		struct rules_count count;
	} rows[DESK_COUNTS];
	size_t n_rows;
	unsigned asked; /* how many counts */
	uint64_t controller;
	uint64_t beneficiary;
	struct rules_case one;          /* in hand */
	struct rules_standing standing; /* its `count` is the desk's */
	struct rules_party holder;      /* a company of 110114 with no attributes, id 1 */
	struct rules_party provider;    /* of 110114, id 2 */
	struct rules_result result;
};

void desk_init(struct desk *desk); /* points into itself */
void desk_done(struct desk *desk);

/* Adds to a count of the case in hand. */
void desk_count(
    struct desk *desk, const struct rules_counter *counter, int64_t amount, int64_t grants);

/* Decides the case in hand and checks what holds of every result: one bound binds, none is left out
 * of account. */
const struct rules_result *desk_decide(struct desk *desk, const Pb__RuleSet *rules);

/* The same, and counts what was granted as a ledger does. */
const struct rules_result *desk_grant(struct desk *desk, const Pb__RuleSet *rules);

/* The bound that binds; NULL: none. */
const Pb__Bound *desk_binding(const struct rules_result *result);

/* The first bound of a rule; NULL: it was not weighed. */
const Pb__Bound *desk_bound(const struct rules_result *result, Pb__Rule rule);

#endif
