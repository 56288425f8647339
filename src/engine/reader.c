/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reader.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "engine/instruments.h"
#include "engine/thread.h"
#include "engine/view.h"

#include <stdlib.h>

#define WAIT_US_MAX (10 * US_PER_S)

struct reader {
	struct queue queue;
	pthread_t thread;
	struct state_store *store;
	struct sequencer *sequencer;
	struct history history;
};

/* Waits until a snapshot opened now reflects what the reader may expect. */
static enum err wait_for_state(struct reader *reader, const struct engine_read *read) {
	int64_t start_us = clock_monotonic_us();
	if (start_us > read->deadline_us)
		return ERR_TIMEOUT;
	if (store_checkpoint_seq(reader->store) >= read->seq_min)
		return ERR_OK;
	store_flush(reader->store);
	enum err err = store_wait_checkpoint(reader->store, read->seq_min, read->deadline_us);
	instruments_snapshot_wait(clock_monotonic_us() - start_us);
	return err;
}

/* Whether what is on disk will do instead: the disk takes nothing newer, and that will not change
 * by itself. */
static bool is_old_enough(struct reader *reader, const struct engine_read *read, enum err err) {
	bool is_stuck = err == ERR_FULL || (err == ERR_IO && !sequencer_is_writable(reader->sequencer));
	return is_stuck && read->may_be_old && store_checkpoint_seq(reader->store) > 0;
}

static enum err serve(struct reader *reader, struct engine_read *read) {
	struct snapshot *snapshot;
	enum err err = wait_for_state(reader, read);
	bool is_old = is_old_enough(reader, read, err);
	if (err && !is_old)
		return err;
	err = snapshot_open(reader->store, &snapshot);
	if (err)
		return err;
	struct state state = view_snapshot(snapshot);
	const struct engine_view view = {
		.state = &state,
		.history = &reader->history,
		.seq = snapshot_seq(snapshot),
	};
	check(is_old || view.seq >= read->seq_min);
	read->run(read, &view);
	err = snapshot_error(snapshot); /* half a list must not pass for a list */
	snapshot_close(snapshot);
	return err;
}

static void *run(void *arg) {
	struct reader *reader = arg;
	thread_step_back();
	while (queue_wait(&reader->queue)) {
		for (struct queue_item *item = queue_take(&reader->queue), *next; item; item = next) {
			next = item->next;
			struct engine_read *read = (struct engine_read *)((char *)item -
			    offsetof(struct engine_read, queued));
			enum err err = serve(reader, read);
			queue_release(&reader->queue, item->weight);
			instruments_reads(0, 1);
			read->done(read, err);
		}
	}
	return NULL;
}

enum err reader_start(struct state_store *store, const struct log *log, struct sequencer *sequencer,
    struct reader **ret_reader) {
	struct reader *reader = calloc(1, sizeof(*reader));
	if (!reader)
		return ERR_MEMORY;
	reader->store = store;
	reader->sequencer = sequencer;
	reader->history = view_history(log);
	queue_init(&reader->queue, LIMIT_QUEUE_QUERIES);
	enum err err = thread_start(&reader->thread, "queries", run, reader);
	if (err) {
		queue_done(&reader->queue);
		free(reader);
		return err;
	}
	*ret_reader = reader;
	return ERR_OK;
}

void reader_stop(struct reader *reader) {
	if (!reader)
		return;
	queue_close(&reader->queue);
	thread_join(reader->thread);
	queue_done(&reader->queue);
	free(reader);
}

enum err reader_submit(struct reader *reader, struct engine_read *read) {
	read->seq_min = read->as_checkpointed ? 0 : sequencer_last_seq(reader->sequencer);
	if (!read->deadline_us)
		read->deadline_us = clock_monotonic_us() + WAIT_US_MAX;
	read->queued.weight = 1;
	return queue_push(&reader->queue, &read->queued);
}
