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
 * full disk, or checkpoints that fail while memory is at its limit, make the engine read-only
 * (engine_is_writable): new commands are UNAVAILABLE at once, replays, dry runs and reads go on,
 * until engine_resume(). ERR_FATAL from the log ends the process: what is on disk must be read
 * again.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/uuid.h"
#include "engine/prover.h"
#include "engine/queue.h"
#include "ledger/state.h"
#include "record/digest.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

struct engine;

#define ENGINE_DETAIL_BYTES 640 /* what happened, where, what to do; perhaps in two languages */

struct engine_config {
	const char *directory;
	size_t memtable_bytes_max; /* 0: the store's default */
	size_t map_bytes;          /* address space of each of the two files; as env_options has it */
	size_t queue_commands_max; /* 0: LIMIT_QUEUE_COMMANDS */
	/* Called on the sequencer's thread after each commit with the entries it added, before any
	 * done(); quick and without calling the engine. May be NULL. */
	void (*on_commit)(void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq);
	void *on_commit_arg;
	/* What time it is, in microseconds since 1970 (UTC). Any of the engine's threads. NULL: the
	 * system's clock. */
	int64_t (*now_us)(void *arg);
	void *now_arg;
};

/* Makes <directory> (mode 0700), if it is not there, and a ledger in it whose entry 1 is `genesis`.
 * ERR_EXISTS: it has a ledger. After any other failure it can be tried again. */
enum err engine_create(const char *directory, const Pb__JournalEntry *genesis) MUST_CHECK;

/* Opens, recovers by replaying the journal from the last checkpoint (or from the start when the
 * state is gone), checks the rebuilt tree against the stored head, starts the threads.
 * ERR_NOT_FOUND, ERR_BUSY, ERR_CORRUPT, … with `ret_detail` filled on failure. */
enum err engine_open(const struct engine_config *config, struct engine **ret_engine,
    char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

/* Finishes what is in the queues, checkpoints, stops. Later submissions are ERR_CLOSED until it
 * returns; then the engine is gone. Accepts NULL. */
void engine_close(struct engine *engine);

/* --- commands --- */

struct engine_call; /* the caller's request: embed, fill, submit */

struct engine_call {
	const Pb__Batch *batch; /* every command with an id; lives in `arena` */
	uint64_t principal;
	struct arena *arena;                    /* lent to the sequencer until done() */
	void (*done)(struct engine_call *call); /* on the sequencer's thread: hand over and return */
	Pb__BatchReply *reply;    /* out, in `arena`; one reply per command. NULL: arena exhausted, ask
	                             again with the same ids */
	struct queue_item queued; /* the engine's */
};

/* ERR_FULL: the queue is full, say 503. ERR_RANGE: more than LIMIT_BATCH_COMMANDS. ERR_CLOSED:
 * stopping. On ERR_OK, done() will be called exactly once. Any thread. */
enum err engine_submit(struct engine *engine, struct engine_call *call) MUST_CHECK;

/* Likewise, but the sequencer may sleep on until engine_wake: who submits many calls at once, and
 * wakes it behind the last, lets them share a round, and a commit. */
enum err engine_submit_quietly(struct engine *engine, struct engine_call *call) MUST_CHECK;
void engine_wake(struct engine *engine);

/* --- reads --- */

struct engine_view {
	const struct state *state;
	const struct history *history;
	uint64_t seq; /* that the state reflects */
};

struct engine_read; /* like engine_call */

struct engine_read {
	void (*run)(struct engine_read *read, const struct engine_view *view);
	/* err: run was not called, or what it found is of no use: half a list (ERR_MEMORY). */
	void (*done)(struct engine_read *read, enum err err);
	int64_t deadline_us;      /* snapshot reads: monotonic; 0: 10 s from now */
	bool as_checkpointed;     /* … of what is on disk now, however old: waits for nothing */
	bool may_be_old;          /* … of the same, if the disk is full and takes no newer state */
	uint64_t seq_min;         /* the engine's */
	struct queue_item queued; /* the engine's */
};

/* A point read: runs on the sequencer's thread, after every command submitted before it is durable.
 * Keep it to a few rows. The view cannot be scanned. ERR_FULL, ERR_CLOSED. */
enum err engine_read_latest(struct engine *engine, struct engine_read *read) MUST_CHECK;

/* A list read: runs on the query thread on a snapshot that reflects at least every command
 * acknowledged before this call; waits for a checkpoint if it must, until the deadline
 * (ERR_TIMEOUT to done()). The view can be scanned. ERR_FULL, ERR_CLOSED. */
enum err engine_read_snapshot(struct engine *engine, struct engine_read *read) MUST_CHECK;

/* Runs `visit` over encoded entries from `from` (record/entry.h). Any thread. */
enum err engine_read_journal(struct engine *engine, uint64_t from,
    bool (*visit)(void *arg, uint64_t seq, const void *data, size_t bytes), void *arg) MUST_CHECK;

/* --- the tree over the journal: any thread, without waiting for the sequencer --- */

/*
 * Of any size up to the committed one, which stands for 0 where `size` or `to` says so; but the
 * tree of 0 entries has a root, and is what `from` = 0 means. ERR_NOT_FOUND: there is no such entry
 * or size yet, or one is not below the other. ERR_CORRUPT: hashes are damaged on the disk; the next
 * start makes them again. ERR_IO, ERR_MEMORY.
 */
enum err engine_tree_root(
    struct engine *engine, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) MUST_CHECK;
enum err engine_prove_inclusion(
    struct engine *engine, uint64_t seq, uint64_t size, struct inclusion *ret_inclusion) MUST_CHECK;
enum err engine_prove_consistency(struct engine *engine, uint64_t from, uint64_t to,
    struct consistency *ret_consistency) MUST_CHECK;
enum err engine_read_tile(
    struct engine *engine, const struct tile *tile, uint8_t ret_hashes[TILE_BYTES_MAX]) MUST_CHECK;

/* --- status: any thread --- */

uint64_t engine_last_seq(struct engine *engine); /* durable */
int64_t engine_now_us(struct engine *engine);    /* by its clock */
bool engine_is_writable(struct engine *engine);
void engine_resume(struct engine *engine); /* tries to write again after a full disk */
void engine_tree_head(struct engine *engine, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]);
struct uuid engine_ledger_id(struct engine *engine);
const Pb__Genesis *engine_genesis(struct engine *engine); /* until engine_close */

/* Brings the gauges (queue depth, checkpoint) up to date: before metrics_write(). */
void engine_refresh_metrics(struct engine *engine);

#endif
