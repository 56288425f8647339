/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one thread that changes the ledger: takes what waits, decides it, commits it, answers it.
 */
#ifndef ENGINE_SEQUENCER_H
#define ENGINE_SEQUENCER_H

#include "engine/engine.h"
#include "engine/position.h"
#include "ledger/ledger.h"
#include "store/log.h"
#include "store/state_store.h"

struct sequencer;

struct sequencer_config {
	struct state_store *store; /* all borrowed until sequencer_stop */
	const struct log *log;
	struct ledger *ledger;
	const Pb__JournalEntry *genesis;
	const struct position *position; /* of the log's end; copied */
	size_t queue_commands_max;
	void (*on_commit)(void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq);
	void *on_commit_arg;
	int64_t (*now_us)(void *arg);
	void *now_arg;
};

enum err sequencer_start(
    const struct sequencer_config *config, struct sequencer **ret_sequencer) MUST_CHECK;

/* Answers what is in the queue, then ends the thread. Accepts NULL. */
void sequencer_stop(struct sequencer *sequencer);

/* --- any thread --- */

/* The sequencer may sleep on until sequencer_wake. */
enum err sequencer_submit(struct sequencer *sequencer, struct engine_call *call) MUST_CHECK;
void sequencer_wake(struct sequencer *sequencer);

enum err sequencer_read(struct sequencer *sequencer, struct engine_read *read) MUST_CHECK;

uint64_t sequencer_last_seq(struct sequencer *sequencer); /* durable, and in the store */
void sequencer_tree_head(
    struct sequencer *sequencer, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]);
size_t sequencer_queue_depth(struct sequencer *sequencer);
bool sequencer_is_writable(struct sequencer *sequencer);
void sequencer_resume(struct sequencer *sequencer);

#endif
