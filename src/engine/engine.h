/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine: one queue, one sequencer thread, one query thread, and the store's checkpointer.
 *
 *	submit ─► queue ─► sequencer: 1 drain what waits, never wait to fill
 *	                              2 decide and apply each, into the batch layer
 *	                              3 append entries and tree head: one journal commit
 *	                              4 merge the batch layer into the memtable
 *	          done() ◄──────────  5 only now reply
 *
 * A failed commit answers UNAVAILABLE to every command waiting on it and leaves nothing visible. A
 * full disk latches the engine read-only (engine_is_writable). ERR_FATAL from the log ends the
 * process: what is on disk must be read again.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/arena.h"
#include "base/err.h"
#include "ledger/state.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

struct engine;

struct engine_config {
	const char *directory;
	size_t memtable_bytes_max; /* 0: the store's default */
	size_t queue_commands_max; /* 0: LIMIT_QUEUE_COMMANDS */
	/* Called on the sequencer's thread after each commit with the entries it added, before any
	 * done(); quick and without calling the engine. May be NULL. */
	void (*on_commit)(void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq);
	void *on_commit_arg;
};

/* Makes <directory> and a ledger in it whose entry 1 is `genesis`. ERR_EXISTS. */
enum err engine_create(const char *directory, const Pb__JournalEntry *genesis) MUST_CHECK;

/* Opens, recovers by replaying the journal from the last checkpoint (or from the start when the
 * state is gone), checks the rebuilt tree against the stored head, starts the threads.
 * ERR_NOT_FOUND, ERR_BUSY, ERR_CORRUPT, … */
enum err engine_open(const struct engine_config *config, struct engine **ret_engine) MUST_CHECK;

/* Finishes what is in the queue, checkpoints, stops. Accepts NULL. */
void engine_close(struct engine *engine);

/* --- commands --- */

struct engine_call; /* the caller's request: embed, fill, submit */

struct engine_call {
	const Pb__Batch *batch; /* every command with an id; lives in `arena` */
	uint64_t principal;
	struct arena *arena;                    /* lent to the sequencer until done() */
	void (*done)(struct engine_call *call); /* on the sequencer's thread: hand over and return */
	Pb__BatchReply *reply;    /* out, in `arena`; one reply per command. NULL: arena exhausted */
	struct engine_call *next; /* the engine's */
};

/* ERR_FULL: the queue is full, say 503. ERR_RANGE: more than LIMIT_BATCH_COMMANDS. ERR_CLOSED:
 * stopping. On ERR_OK, done() will be called exactly once. Any thread. */
enum err engine_submit(struct engine *engine, struct engine_call *call) MUST_CHECK;

/* --- reads --- */

struct engine_view {
	const struct state *state;
	const struct history *history;
	uint64_t seq; /* that the state reflects */
};

struct engine_read; /* like engine_call */

struct engine_read {
	void (*run)(struct engine_read *read, const struct engine_view *view);
	void (*done)(struct engine_read *read, enum err err); /* err: run was not called */
	struct engine_read *next;                             /* the engine's */
	int64_t deadline_us; /* snapshot reads: monotonic; 0: 10 s from now */
	uint64_t seq_min;    /* the engine's */
};

/* A point read: runs on the sequencer's thread, after every command submitted before it is durable.
 * Keep it to a few rows. The view cannot be scanned. */
enum err engine_read_latest(struct engine *engine, struct engine_read *read) MUST_CHECK;

/* A list read: runs on the query thread on a snapshot that reflects at least every command
 * acknowledged before this call; waits for a checkpoint if it must. The view can be scanned. */
enum err engine_read_snapshot(struct engine *engine, struct engine_read *read) MUST_CHECK;

/* Runs `visit` over encoded entries from `from` (record/entry.h). Any thread. */
enum err engine_read_journal(struct engine *engine, uint64_t from,
    bool (*visit)(void *arg, uint64_t seq, const void *data, size_t bytes), void *arg) MUST_CHECK;

/* --- status: any thread --- */

uint64_t engine_last_seq(struct engine *engine); /* durable */
bool engine_is_writable(struct engine *engine);
void engine_resume(struct engine *engine); /* tries to write again after a full disk */
void engine_tree_head(struct engine *engine, Pb__TreeHead *ret_head, uint8_t ret_root[32]);
struct uuid engine_ledger_id(struct engine *engine);
const Pb__Genesis *engine_genesis(struct engine *engine);

#endif
