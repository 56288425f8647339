/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include "recount.h"
#include "support/memory_state.h"

#include <check.h>
#include <string.h>

struct replay new_replay(struct world *world) {
	struct replay replay = { .world = world, .memory = recount_replay(world) };
	replay.state = memory_state_writable(replay.memory);
	ck_assert_ptr_null(ledger_verify(replay.state, world_arena(world)));
	return replay;
}

void end_replay(struct replay *replay) {
	ck_assert_ptr_null(ledger_verify(replay->state, world_arena(replay->world)));
	memory_state_free(replay->memory);
}

void expect_fault(struct replay *replay, enum table table, const struct key *key, const void *row,
    const char *fault) {
	struct arena *arena = world_arena(replay->world);
	size_t bytes = 0;
	const void *there = replay->state->ops->get(replay->state->self, table, key, &bytes);
	void *old = there ? arena_copy(arena, there, bytes) : NULL;
	ck_assert(old);
	state_put(replay->state, table, key, row, bytes);
	const char *found = ledger_verify(replay->state, arena);
	ck_assert_msg(found != NULL, "nothing was found, not \"%s\"", fault);
	ck_assert_msg(strncmp(found, fault, strlen(fault)) == 0, "\"%s\", not \"%s\"", found, fault);
	state_put(replay->state, table, key, old, bytes);
}
