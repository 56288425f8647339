/* SPDX-License-Identifier: Apache-2.0 */
/* What verification finds when a row was changed behind the ledger's back. */
#ifndef TESTS_UNIT_LEDGER_FAULTS_H
#define TESTS_UNIT_LEDGER_FAULTS_H

#include "support/ledger_world.h"

/* A state of its own, made from the world's journal, to be changed. */
struct replay {
	struct world *world;
	struct memory_state *memory;
	const struct state *state;
};

/* Nothing may be wrong with it, at the beginning and in the end. */
struct replay new_replay(struct world *world);
void end_replay(struct replay *replay);

/* With `row`, as long as what is there, in its place, verification says what begins so. */
void expect_fault(struct replay *replay, enum table table, const struct key *key, const void *row,
    const char *fault);

#endif
