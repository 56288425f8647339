/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sequencer has decided since the last commit: the entries, their bytes, the tree with
 * them, and (in the store's batch layer) the rows that they changed. All of it becomes durable by
 * batch_commit(), or none.
 *
 * Invariant: end.tree.size == durable.tree.size + count; the store shows the state after entry
 * end.tree.size. Belongs to the sequencer's thread.
 */
#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H

#include "base/buffer.h"
#include "base/limits.h"
#include "engine/engine.h"
#include "engine/position.h"
#include "ledger/ledger.h"
#include "store/log.h"
#include "store/state_store.h"

/* Calls are taken whole, so the last one may go beyond the drain limit by a batch. */
enum { BATCH_ENTRIES_MAX = LIMIT_DRAIN_COMMANDS + LIMIT_BATCH_COMMANDS };

struct batch_span {
	size_t offset; /* of an encoded entry in `bytes` */
	size_t bytes;
};

struct batch {
	/* set by batch_init */
	struct state_store *store;
	const struct log *log;
	struct ledger *ledger;
	struct digest *digest;
	struct uuid ledger_id;
	struct state state;
	struct history history;
	int64_t (*now_us)(void *arg);
	void *now_arg;

	struct position durable;
	uint8_t root[DIGEST_BYTES]; /* of durable.tree */
	struct position end;
	int64_t call_us;   /* when the call under way was taken up: the time of its entries */
	bool is_read_only; /* set by the sequencer: new commands are UNAVAILABLE */
	enum err
	    state_error; /* of the last commit's store_merge(): about checkpoints, not the commit */

	size_t count;
	struct buffer bytes;
	struct buffer head;
	struct batch_span spans[BATCH_ENTRIES_MAX];
	struct log_record records[BATCH_ENTRIES_MAX];
	Pb__JournalEntry *entries[BATCH_ENTRIES_MAX]; /* in the calls' arenas */
	struct log_erasable
	    personal[BATCH_ENTRIES_MAX]; /* their changes beside the journal; likewise */
	size_t n_personal;
};

struct batch_config {
	struct state_store *store; /* all borrowed */
	const struct log *log;
	struct ledger *ledger;
	const Pb__JournalEntry *genesis;
	const struct position *position; /* of the log's end */
	int64_t (*now_us)(void *arg);
	void *now_arg;
};

enum err batch_new(const struct batch_config *config, struct batch **ret_batch) MUST_CHECK;
void batch_free(struct batch *batch);

/* Decides the call's commands in order and sets its reply, which holds once batch_commit succeeds.
 */
void batch_execute(struct batch *batch, struct engine_call *call);

/*
 * Makes the entries durable and the rows part of the state. On an error nothing of the batch is
 * left, in memory or in the log, except on ERR_FATAL and ERR_EXISTS: then the process must stop.
 */
enum err batch_commit(struct batch *batch) MUST_CHECK;

/* Rewrites the reply of a call that was executed in a batch whose commit failed: UNAVAILABLE,
 * except for what had taken effect before. */
void batch_answer_failed(const struct batch *batch, struct engine_call *call);

/* Forgets the entries after their commit: the calls' arenas are given back. */
void batch_clear(struct batch *batch);

#endif
