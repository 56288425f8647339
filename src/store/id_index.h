/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids and their values: keys of 16 bytes, spread at random, that are put once, looked up mostly in
 * vain, and never change. In a B-tree each of them would cost a page. Here a checkpoint writes its
 * ids as one sorted run, runs are merged by eights in tiers, and a lookup asks each run's filter.
 *
 *	tail    the newest few ids, in the manifest itself: an idle ledger makes no files
 *	runs    files (id_run.h)
 *
 * The manifest names the runs and holds the tail. It is a row of the environment, so that runs come
 * and go in the transaction of the checkpoint; files that it does not name are removed at opening.
 *
 *	prepare ─► files durable ─► manifest in the transaction ─► commit
 *	                                                        └► abort: the new files go
 *
 * A view is what the manifest of one checkpoint says, kept as long as somebody reads it; a file
 * that is merged away goes with the last view that has it.
 *
 * Threads: prepare, commit and abort are the checkpointer's; views are for any.
 */
#ifndef STORE_ID_INDEX_H
#define STORE_ID_INDEX_H

#include "base/buffer.h"
#include "store/id_merge.h"

#include <pthread.h>
#include <stdbool.h>

enum {
	ID_RUNS_MAX = 128,
	ID_TAIL_MAX = 2048,
};

struct id_view {
	uint64_t seq; /* of the checkpoint */
	unsigned references;
	size_t run_count;
	struct id_run *runs[ID_RUNS_MAX];
	size_t tail_count;
	struct id_entry *tail; /* ascending */
};

struct id_index {
	struct id_place place;
	uint64_t next_number;
	struct id_merge merge;

	pthread_mutex_t mutex; /* over the references, and these */
	struct id_view *current;
	struct id_view *next; /* of the checkpoint under way; NULL */
	struct id_run *dead;  /* without references: to close, and perhaps remove, takes a while */
};

/* In an open environment; `manifest` is what id_index_manifest made for `seq`, or NULL: there is
 * none. `env` and `directory` outlive the index. ERR_CORRUPT: it must all be derived again. */
enum err id_index_open(struct id_index *index, const struct env *env, const char *directory,
    uint64_t seq, const void *manifest, size_t bytes) MUST_CHECK;
void id_index_close(struct id_index *index); /* views must have been released */

/* --- checkpointer --- */

/* Makes the view of the next checkpoint, which has these ids, ascending, too. All that it takes is
 * durable. ERR_FULL, ERR_IO, ERR_MEMORY, ERR_CORRUPT: nothing has happened. */
enum err id_index_prepare(
    struct id_index *index, uint64_t seq, const struct id_entry *entries, size_t count) MUST_CHECK;

/* What is to be stored with the checkpoint. */
enum err id_index_manifest(const struct id_index *index, struct buffer *manifest) MUST_CHECK;

void id_index_commit(struct id_index *index);

/* The checkpoint was not written; `is_known`: that is certain. */
void id_index_abort(struct id_index *index, bool is_known);

/* --- any thread --- */

/* The newest view; with `seq`, the one of that checkpoint, NULL: it is not there any more. */
struct id_view *id_index_newest(struct id_index *index);
struct id_view *id_index_view(struct id_index *index, uint64_t seq);
void id_index_release(struct id_index *index, struct id_view *view); /* accepts NULL */

/* ERR_NOT_FOUND. ERR_CORRUPT, ERR_IO. */
enum err id_index_find(const struct id_index *index, const struct id_view *view, const void *key,
    uint64_t *ret_value) MUST_CHECK;

/* Visits entries in order, from `from` (inclusive) on, until `visit` returns false. Reads all runs:
 * not for what somebody waits for. ERR_CORRUPT, ERR_IO, ERR_MEMORY. */
typedef bool (*id_visit)(void *arg, const struct id_entry *entry);
enum err id_index_scan(
    const struct id_view *view, struct id from, id_visit visit, void *arg) MUST_CHECK;

/* Gets what the lookup will touch on its way from memory. */
void id_index_prefetch(const struct id_index *index, const struct id_view *view, const void *key);

#endif
