/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One round: take items up to LIMIT_DRAIN_COMMANDS commands, without waiting for more; execute the
 * calls; commit; then run the reads and answer everything, in the order in which it came. Reads run
 * after the commit, so that no read ever sees what may yet fail.
 *
 * The batch, the ledger and the store's writer side belong to the sequencer's thread. Other threads
 * see the queue, the atomics, and the tree head under its mutex.
 */
#include "engine/sequencer.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "engine/batch.h"
#include "engine/instruments.h"
#include "engine/thread.h"
#include "engine/view.h"
#include "ledger/foresee.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum kind { KIND_CALL, KIND_READ };

struct sequencer {
	struct queue queue;
	pthread_t thread;

	/* the thread's own */
	struct batch *batch;
	struct queue_item *backlog; /* taken from the queue, not yet in a round; oldest first */
	void (*on_commit)(void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq);
	void *on_commit_arg;

	/* shared */
	_Atomic bool is_writable;
	_Atomic uint64_t last_seq;
	pthread_mutex_t head_mutex;
	uint64_t head_size; /* under head_mutex */
	uint8_t head_root[DIGEST_BYTES];
};

static struct engine_call *call_of(struct queue_item *item) {
	return (struct engine_call *)((char *)item - offsetof(struct engine_call, queued));
}

static struct engine_read *read_of(struct queue_item *item) {
	return (struct engine_read *)((char *)item - offsetof(struct engine_read, queued));
}

/* --- a round --- */

struct round {
	struct queue_item *first; /* linked by next, in the order of the queue */
	struct queue_item **end;
	size_t commands;
	size_t reads;
};

static void add_to_round(struct round *round, struct queue_item *item) {
	item->next = NULL;
	*round->end = item;
	round->end = &item->next;
	round->commands += item->weight;
	round->reads += item->kind == KIND_READ;
}

/* Takes what waits: what the last round left, then the queue, once. */
static void fill_round(struct sequencer *sequencer, struct round *round) {
	bool is_taken = false;
	*round = (struct round){ .end = &round->first };
	while (round->commands < LIMIT_DRAIN_COMMANDS) {
		if (!sequencer->backlog && !is_taken) {
			sequencer->backlog = queue_take(&sequencer->queue);
			is_taken = true;
		}
		struct queue_item *item = sequencer->backlog;
		if (!item)
			break;
		sequencer->backlog = item->next;
		add_to_round(round, item);
	}
	if (round->commands)
		queue_release(&sequencer->queue, round->commands);
}

static void publish(struct sequencer *sequencer) {
	const struct batch *batch = sequencer->batch;
	pthread_mutex_lock(&sequencer->head_mutex);
	sequencer->head_size = batch->durable.tree.size;
	memcpy(sequencer->head_root, batch->root, DIGEST_BYTES);
	pthread_mutex_unlock(&sequencer->head_mutex);
	atomic_store(&sequencer->last_seq, batch->durable.tree.size);
}

/* What is on disk is not known, or not ours: nobody gets an answer, recovery finds out. */
__attribute__((noreturn)) static void stop_process(
    const struct batch *batch, const char *event, enum err err) {
	log_event(LOG_ERROR, event, "reason=%s last_seq=%" PRIu64 " action=%s",
	    LOG_QUOTED(err_text(err)), batch->durable.tree.size,
	    LOG_QUOTED("the process ends; start it again to recover from the journal"));
	_exit(EX_IOERR);
}

static void become_read_only(struct sequencer *sequencer, const char *why, enum err err) {
	if (atomic_exchange(&sequencer->is_writable, false))
		log_event(LOG_ERROR, "ledger_read_only", "why=%s reason=%s last_seq=%" PRIu64 " action=%s",
		    LOG_QUOTED(why), LOG_QUOTED(err_text(err)), sequencer->batch->durable.tree.size,
		    LOG_QUOTED("make room, then send voucherd SIGHUP"));
}

static void handle_failure(struct sequencer *sequencer, const struct round *round, enum err err) {
	if (err == ERR_FATAL || err == ERR_EXISTS)
		stop_process(sequencer->batch, "journal_unknown", err);
	instruments_commit_failed();
	log_event(LOG_ERROR, "commit_failed", "reason=%s commands=%zu last_seq=%" PRIu64,
	    LOG_QUOTED(err_text(err)), round->commands - round->reads,
	    sequencer->batch->durable.tree.size);
	if (err == ERR_FULL)
		become_read_only(sequencer, "the journal has no room", err);
	for (struct queue_item *item = round->first; item; item = item->next) {
		if (item->kind == KIND_CALL)
			batch_answer_failed(sequencer->batch, call_of(item));
	}
}

/* The entries are durable, whatever became of the checkpoint. But while checkpoints fail memory
 * grows: take no more. */
static void watch_state(struct sequencer *sequencer) {
	const struct batch *batch = sequencer->batch;
	if (batch->state_error == ERR_FATAL)
		stop_process(batch, "state_unknown", ERR_FATAL);
	if (batch->state_error)
		become_read_only(sequencer, "no checkpoint can be written", batch->state_error);
}

static void commit(struct sequencer *sequencer, const struct round *round) {
	struct batch *batch = sequencer->batch;
	size_t count = batch->count;
	if (!count)
		return;
	int64_t start_us = clock_monotonic_us();
	enum err err = batch_commit(batch);
	if (err) {
		handle_failure(sequencer, round, err);
		return;
	}
	instruments_commit(count, clock_monotonic_us() - start_us);
	publish(sequencer);
	watch_state(sequencer);
	if (sequencer->on_commit)
		sequencer->on_commit(
		    sequencer->on_commit_arg, batch->entries, count, batch->durable.tree.size);
	batch_clear(batch);
}

/* After done() the item is the caller's again. */
static void answer(struct sequencer *sequencer, struct queue_item *item) {
	if (item->kind == KIND_CALL) {
		struct engine_call *call = call_of(item);
		call->done(call);
		return;
	}
	const struct engine_view view = {
		.state = &sequencer->batch->state,
		.history = &sequencer->batch->history,
		.seq = sequencer->batch->durable.tree.size,
	};
	struct engine_read *read = read_of(item);
	read->run(read, &view);
	read->done(read, ERR_OK);
}

static void count(const struct round *round) {
	struct instruments_tally tally = { 0 };
	for (struct queue_item *item = round->first; item; item = item->next) {
		if (item->kind == KIND_CALL)
			instruments_count(&tally, call_of(item)->reply);
	}
	instruments_add(&tally);
	instruments_reads(round->reads, 0);
}

/* Of this call and those after it, one command each: larger ones look ahead for themselves.
 * Returns how many calls they are. */
static size_t foresee(struct sequencer *sequencer, struct queue_item *item) {
	const Pb__Command *commands[FORESEE_MAX];
	size_t count = 0;
	for (; item && count < FORESEE_MAX; item = item->next) {
		if (item->kind == KIND_CALL && call_of(item)->batch->n_commands)
			commands[count++] = call_of(item)->batch->commands[0];
	}
	ledger_foresee(&sequencer->batch->state, commands, count);
	return count;
}

static void execute(struct sequencer *sequencer, const struct round *round) {
	size_t foreseen = 0;
	for (struct queue_item *item = round->first; item; item = item->next) {
		if (item->kind != KIND_CALL)
			continue;
		if (foreseen == 0)
			foreseen = foresee(sequencer, item);
		foreseen -= foreseen > 0 && call_of(item)->batch->n_commands;
		batch_execute(sequencer->batch, call_of(item));
	}
}

static void run_round(struct sequencer *sequencer) {
	struct round round;
	fill_round(sequencer, &round);
	sequencer->batch->is_read_only = !atomic_load(&sequencer->is_writable);
	execute(sequencer, &round);
	commit(sequencer, &round);
	count(&round);
	for (struct queue_item *item = round.first, *next; item; item = next) {
		next = item->next;
		answer(sequencer, item);
	}
	/* What was read since the commit, or without one, need not be kept for the next round. */
	store_drop(sequencer->batch->store);
}

static void *run(void *arg) {
	struct sequencer *sequencer = arg;
	while (sequencer->backlog || queue_wait(&sequencer->queue))
		run_round(sequencer);
	return NULL;
}

/* --- life --- */

enum err sequencer_start(const struct sequencer_config *config, struct sequencer **ret_sequencer) {
	struct sequencer *sequencer = calloc(1, sizeof(*sequencer));
	if (!sequencer)
		return ERR_MEMORY;
	const struct batch_config batch = {
		.store = config->store,
		.log = config->log,
		.ledger = config->ledger,
		.genesis = config->genesis,
		.position = config->position,
		.now_us = config->now_us,
		.now_arg = config->now_arg,
	};
	enum err err = batch_new(&batch, &sequencer->batch);
	if (err)
		goto out;
	queue_init(&sequencer->queue, config->queue_commands_max);
	check(pthread_mutex_init(&sequencer->head_mutex, NULL) == 0);
	sequencer->on_commit = config->on_commit;
	sequencer->on_commit_arg = config->on_commit_arg;
	atomic_init(&sequencer->is_writable, true);
	publish(sequencer);
	err = thread_start(&sequencer->thread, "sequencer", run, sequencer);
	if (!err) {
		*ret_sequencer = sequencer;
		return ERR_OK;
	}
	pthread_mutex_destroy(&sequencer->head_mutex);
	queue_done(&sequencer->queue);
out:
	batch_free(sequencer->batch);
	free(sequencer);
	return err;
}

void sequencer_stop(struct sequencer *sequencer) {
	if (!sequencer)
		return;
	queue_close(&sequencer->queue);
	thread_join(sequencer->thread);
	pthread_mutex_destroy(&sequencer->head_mutex);
	queue_done(&sequencer->queue);
	batch_free(sequencer->batch);
	free(sequencer);
}

/* --- any thread --- */

enum err sequencer_submit(struct sequencer *sequencer, struct engine_call *call) {
	size_t count = call->batch->n_commands;
	if (count > LIMIT_BATCH_COMMANDS)
		return ERR_RANGE;
	call->queued.kind = KIND_CALL;
	call->queued.weight = count ? (uint32_t)count : 1;
	return queue_push_quietly(&sequencer->queue, &call->queued);
}

void sequencer_wake(struct sequencer *sequencer) {
	queue_wake(&sequencer->queue);
}

enum err sequencer_read(struct sequencer *sequencer, struct engine_read *read) {
	read->queued.kind = KIND_READ;
	read->queued.weight = 1;
	return queue_push(&sequencer->queue, &read->queued);
}

uint64_t sequencer_last_seq(struct sequencer *sequencer) {
	return atomic_load(&sequencer->last_seq);
}

void sequencer_tree_head(
    struct sequencer *sequencer, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]) {
	pthread_mutex_lock(&sequencer->head_mutex);
	*ret_size = sequencer->head_size;
	memcpy(ret_root, sequencer->head_root, DIGEST_BYTES);
	pthread_mutex_unlock(&sequencer->head_mutex);
}

size_t sequencer_queue_depth(struct sequencer *sequencer) {
	return queue_depth(&sequencer->queue);
}

bool sequencer_is_writable(struct sequencer *sequencer) {
	return atomic_load(&sequencer->is_writable);
}

void sequencer_resume(struct sequencer *sequencer) {
	if (!atomic_exchange(&sequencer->is_writable, true))
		log_event(LOG_INFO, "ledger_resumed", "last_seq=%" PRIu64, sequencer_last_seq(sequencer));
}
