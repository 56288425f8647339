/* SPDX-License-Identifier: Apache-2.0 */
/* Take-up and clocks counted again: from the journal, by another way than the ledger's. */
#ifndef TESTS_UNIT_LEDGER_RECOUNT_H
#define TESTS_UNIT_LEDGER_RECOUNT_H

#include "support/ledger_world.h"

/* NULL when every row of the state's TABLE_TAKE_UP is what the journal's entries come to, and there
 * is no other; else the first that is not. */
const char *recount_take_up(struct world *world, const struct state *state);

/* The same of TABLE_CLOCK: what waits, and since when, from the rows of applications and claims;
 * how long they waited in all, from the times of the journal's entries. */
const char *recount_clocks(struct world *world, const struct state *state);

/* A state of its own, made from the world's journal: to be changed, so that a recount finds it. */
struct memory_state *recount_replay(struct world *world);

#endif
