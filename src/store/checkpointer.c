/* SPDX-License-Identifier: Apache-2.0 */
#include "store/checkpointer.h"

#include "base/check.h"
#include "base/clock.h"
#include "store/condition.h"

#include <signal.h>

static const int32_t IDLE_MS_DEFAULT = 200;
static const int64_t AGE_IN_IDLES = 10;
static const int64_t RETRY_US_MIN = 100000;
static const int64_t RETRY_US_MAX = 2000000;

static void lock(struct checkpointer *checkpointer) {
	check(pthread_mutex_lock(&checkpointer->mutex) == 0);
}

static void unlock(struct checkpointer *checkpointer) {
	check(pthread_mutex_unlock(&checkpointer->mutex) == 0);
}

static bool has_changes(const struct segment *segment) {
	return segment->seq != 0;
}

/* --- the thread --- */

/* When the changes have to go, if nothing else asks for it: soon after the last one, so that an
 * idle store is on disk; while more keep coming, late, so that a row that changes often is written
 * once. */
static int64_t due_us(const struct checkpointer *checkpointer) {
	int64_t quiet_us = checkpointer->changed_us + checkpointer->idle_us;
	int64_t old_us = checkpointer->filling.since_us + checkpointer->idle_us * AGE_IN_IDLES;
	return quiet_us < old_us ? quiet_us : old_us;
}

static bool is_due(const struct checkpointer *checkpointer) {
	const struct segment *filling = &checkpointer->filling;
	if (!has_changes(filling))
		return false;
	return checkpointer->is_flush_wanted || checkpointer->is_stopping ||
	    filling->bytes >= checkpointer->segment_bytes ||
	    clock_monotonic_us() >= due_us(checkpointer);
}

/* False: there is nothing more to do, ever. */
static bool wait_for_work(struct checkpointer *checkpointer) {
	while (!checkpointer->is_abandoned && !is_due(checkpointer)) {
		const struct segment *filling = &checkpointer->filling;
		if (checkpointer->is_stopping)
			return false;
		if (has_changes(filling))
			condition_wait_until(&checkpointer->work, &checkpointer->mutex, due_us(checkpointer));
		else
			check(pthread_cond_wait(&checkpointer->work, &checkpointer->mutex) == 0);
	}
	return !checkpointer->is_abandoned;
}

static void take_over(struct checkpointer *checkpointer) {
	struct segment empty = checkpointer->writing;
	checkpointer->writing = checkpointer->filling;
	checkpointer->filling = empty;
	check(checkpointer->writing.number < UINT32_MAX);
	segment_reset(&checkpointer->filling, checkpointer->writing.number + 1);
	checkpointer->is_flush_wanted = false;
}

static void publish(struct checkpointer *checkpointer) {
	struct segment *writing = &checkpointer->writing;
	atomic_store_explicit(&checkpointer->seq, writing->seq, memory_order_release);
	atomic_store_explicit(&checkpointer->written, writing->number, memory_order_release);
	segment_reset(writing, 0);
}

/* After a failure: until it is time to try again. */
static void wait_for_retry(struct checkpointer *checkpointer, int64_t delay_us) {
	int64_t deadline_us = clock_monotonic_us() + delay_us;
	checkpointer->is_retry_wanted = false;
	while (!checkpointer->is_retry_wanted && !checkpointer->is_stopping &&
	    condition_wait_until(&checkpointer->work, &checkpointer->mutex, deadline_us))
		continue;
}

static int64_t longer(int64_t delay_us) {
	return delay_us < RETRY_US_MAX / 2 ? delay_us * 2 : RETRY_US_MAX;
}

/* False: it is in vain. */
static bool write_segment(struct checkpointer *checkpointer) {
	for (int64_t delay_us = RETRY_US_MIN;; delay_us = longer(delay_us)) {
		unlock(checkpointer);
		enum err err = segment_sort(&checkpointer->writing);
		if (!err)
			err = state_env_write(checkpointer->env, &checkpointer->writing);
		lock(checkpointer);
		if (!err)
			publish(checkpointer);
		checkpointer->failure = err;
		checkpointer->attempts++;
		check(pthread_cond_broadcast(&checkpointer->progress) == 0);
		if (!err)
			return true;
		if (err == ERR_FATAL || checkpointer->is_stopping)
			return false;
		wait_for_retry(checkpointer, delay_us);
		if (checkpointer->is_abandoned)
			return false;
	}
}

static void *run(void *arg) {
	struct checkpointer *checkpointer = arg;
	lock(checkpointer);
	while (wait_for_work(checkpointer)) {
		take_over(checkpointer);
		if (!write_segment(checkpointer))
			break;
	}
	unlock(checkpointer);
	return NULL;
}

/* --- start and stop --- */

/* Signals are for the threads of the program that asked for them. */
static int start_thread(struct checkpointer *checkpointer) {
	sigset_t all, before;
	sigfillset(&all);
	check(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	int error = pthread_create(&checkpointer->thread, NULL, run, checkpointer);
	check(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	if (error == 0)
		pthread_setname_np(checkpointer->thread, "checkpointer");
	return error;
}

static void done(struct checkpointer *checkpointer) {
	segment_done(&checkpointer->filling);
	segment_done(&checkpointer->writing);
	pthread_cond_destroy(&checkpointer->progress);
	pthread_cond_destroy(&checkpointer->work);
	pthread_mutex_destroy(&checkpointer->mutex);
}

enum err checkpointer_start(struct checkpointer *checkpointer, struct state_env *env,
    const struct state_store_config *config, uint64_t seq) {
	int32_t idle_ms = config->idle_ms > 0 ? config->idle_ms : IDLE_MS_DEFAULT;
	*checkpointer = (struct checkpointer){
		.env = env,
		.segment_bytes = config->segment_bytes,
		.idle_us = (int64_t)idle_ms * 1000,
	};
	atomic_init(&checkpointer->seq, seq);
	atomic_init(&checkpointer->written, 0);
	check(pthread_mutex_init(&checkpointer->mutex, NULL) == 0);
	condition_init(&checkpointer->work);
	condition_init(&checkpointer->progress);
	segment_reset(&checkpointer->filling, 1);
	if (start_thread(checkpointer) == 0)
		return ERR_OK;
	done(checkpointer);
	return ERR_MEMORY;
}

void checkpointer_stop(struct checkpointer *checkpointer, bool abandon) {
	lock(checkpointer);
	checkpointer->is_stopping = true;
	checkpointer->is_abandoned = abandon;
	check(pthread_cond_signal(&checkpointer->work) == 0);
	unlock(checkpointer);
	check(pthread_join(checkpointer->thread, NULL) == 0);

	lock(checkpointer);
	checkpointer->is_closed = true;
	check(pthread_cond_broadcast(&checkpointer->progress) == 0);
	while (checkpointer->waiting > 0)
		check(pthread_cond_wait(&checkpointer->progress, &checkpointer->mutex) == 0);
	unlock(checkpointer);
	done(checkpointer);
}

/* --- writer --- */

struct segment *checkpointer_begin(struct checkpointer *checkpointer) {
	lock(checkpointer);
	return &checkpointer->filling;
}

enum err checkpointer_end(struct checkpointer *checkpointer) {
	struct segment *filling = &checkpointer->filling;
	bool is_first = filling->since_us == 0;
	checkpointer->changed_us = clock_monotonic_us();
	if (is_first)
		filling->since_us = checkpointer->changed_us;
	if (is_first || filling->bytes >= checkpointer->segment_bytes)
		check(pthread_cond_signal(&checkpointer->work) == 0);
	enum err err = checkpointer->failure == ERR_FATAL ? ERR_FATAL : ERR_OK;
	unlock(checkpointer);
	return err;
}

size_t checkpointer_bytes(const struct checkpointer *checkpointer) {
	size_t capacity = checkpointer->filling.capacity + checkpointer->writing.capacity;
	return capacity * sizeof(struct row *);
}

static void hurry(struct checkpointer *checkpointer) {
	if (has_changes(&checkpointer->filling))
		checkpointer->is_flush_wanted = true;
	checkpointer->is_retry_wanted = true;
	check(pthread_cond_signal(&checkpointer->work) == 0);
}

enum err checkpointer_wait_written(struct checkpointer *checkpointer, uint32_t segment) {
	enum err err = ERR_OK;
	lock(checkpointer);
	uint64_t attempts = checkpointer->attempts;
	hurry(checkpointer);
	while (!err && checkpointer_written(checkpointer) < segment) {
		if (checkpointer->failure == ERR_FATAL)
			err = ERR_FATAL;
		else if (checkpointer->attempts != attempts && checkpointer->failure)
			err = checkpointer->failure;
		else
			check(pthread_cond_wait(&checkpointer->progress, &checkpointer->mutex) == 0);
	}
	unlock(checkpointer);
	return err;
}

/* --- any thread --- */

void checkpointer_flush(struct checkpointer *checkpointer) {
	lock(checkpointer);
	hurry(checkpointer);
	unlock(checkpointer);
}

enum err checkpointer_wait_seq(
    struct checkpointer *checkpointer, uint64_t seq, int64_t deadline_us) {
	if (checkpointer_seq(checkpointer) >= seq)
		return ERR_OK;
	enum err err = ERR_OK;
	lock(checkpointer);
	uint64_t attempts = checkpointer->attempts;
	checkpointer->waiting++;
	while (!err && checkpointer_seq(checkpointer) < seq) {
		if (checkpointer->is_closed)
			err = ERR_CLOSED;
		else if (checkpointer->failure == ERR_FATAL)
			err = ERR_FATAL;
		else if (checkpointer->attempts != attempts && checkpointer->failure)
			err = checkpointer->failure;
		else if (!condition_wait_until(&checkpointer->progress, &checkpointer->mutex, deadline_us))
			err = checkpointer_seq(checkpointer) < seq ? ERR_TIMEOUT : ERR_OK;
	}
	if (--checkpointer->waiting == 0 && checkpointer->is_closed)
		check(pthread_cond_broadcast(&checkpointer->progress) == 0);
	unlock(checkpointer);
	return err;
}

uint64_t checkpointer_seq(const struct checkpointer *checkpointer) {
	return atomic_load_explicit(&checkpointer->seq, memory_order_acquire);
}

uint32_t checkpointer_written(const struct checkpointer *checkpointer) {
	return atomic_load_explicit(&checkpointer->written, memory_order_acquire);
}
