/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that carries changes from memory into the state environment.
 *
 * There are two segments: the writer fills one, the thread writes the other. It takes the one being
 * filled over as soon as it has written its own and that one is large enough, old enough or asked
 * for; under load a checkpoint so collects whatever came during the one before. A segment is kept
 * until it is written, however often that fails.
 *
 *	filling ──(large, old, flush, stop)──► writing ──(one LMDB transaction)──► written
 *	                                          ▲             │ failed: wait, twice as long each time
 *	                                          └─────────────┘
 */
#ifndef STORE_CHECKPOINTER_H
#define STORE_CHECKPOINTER_H

#include "store/segment.h"
#include "store/state_env.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct checkpointer {
	struct state_env *env;
	size_t segment_bytes;
	int64_t idle_us;
	pthread_t thread;

	_Atomic uint64_t seq;     /* that the environment reflects */
	_Atomic uint32_t written; /* number of the newest segment in the environment */

	pthread_mutex_t mutex;   /* over everything below */
	pthread_cond_t work;     /* for the thread */
	pthread_cond_t progress; /* from it */
	int64_t changed_us;      /* the newest change; monotonic */
	struct segment filling;
	struct segment writing; /* the thread's alone while its seq is not 0 */
	enum err failure;       /* of the newest attempt */
	uint64_t attempts;      /* that have ended */
	bool is_flush_wanted;
	bool is_retry_wanted;
	bool is_stopping;
	bool is_abandoned;
	bool is_closed; /* the thread has ended */
	unsigned waiting;
};

/* `seq`: what the environment reflects now. */
enum err checkpointer_start(struct checkpointer *checkpointer, struct state_env *env,
    const struct state_store_config *config, uint64_t seq) MUST_CHECK;

/* Writes what there is, except when it is to be abandoned, and ends the thread. */
void checkpointer_stop(struct checkpointer *checkpointer, bool abandon);

/* --- writer --- */

/* The segment to list rows in; nothing else happens to it until the end. */
struct segment *checkpointer_begin(struct checkpointer *checkpointer);

/* ERR_FATAL: what is listed will never be written. */
enum err checkpointer_end(struct checkpointer *checkpointer) MUST_CHECK;

/* Memory of the lists of rows; between begin and end. */
size_t checkpointer_bytes(const struct checkpointer *checkpointer);

/* Waits until the segment is written, and hurries. Otherwise the error of an attempt made while
 * waiting; ERR_FATAL for good. */
enum err checkpointer_wait_written(struct checkpointer *checkpointer, uint32_t segment) MUST_CHECK;

/* --- any thread --- */

void checkpointer_flush(struct checkpointer *checkpointer);

/* As store_wait_checkpoint. */
enum err checkpointer_wait_seq(
    struct checkpointer *checkpointer, uint64_t seq, int64_t deadline_us) MUST_CHECK;

uint64_t checkpointer_seq(const struct checkpointer *checkpointer);
uint32_t checkpointer_written(const struct checkpointer *checkpointer);

#endif
