/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tick is a row of rounds: look (on the query thread, in a snapshot), then give what was found,
 * some at a time: submit, wait, settle. A look waits for a checkpoint of what was given before it,
 * so it finds more than are given at once.
 *
 * Invariant: every due row before `cursor` is done with, and none will appear there. The second
 * holds because a row is never put before the time of its entry: the cursor stays at or before the
 * newest entry of the tick's first snapshot. During a tick a second cursor runs ahead of it.
 */
#include "engine/ticker.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/chores.h"
#include "engine/instruments.h"
#include "engine/thread.h"
#include "ledger/ledger.h"
#include "store/condition.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>

struct ticker {
	struct engine *engine;
	int64_t interval_us; /* 0: there is no thread */
	pthread_t thread;

	pthread_mutex_t mutex;
	pthread_cond_t wakeup;
	bool is_stopping; /* under mutex */

	/* whoever ticks */
	struct chores_cursor cursor;
	struct chores chores;
	struct arena arena;   /* of what was found */
	struct arena replies; /* to what was given last */
	sem_t answered;
	struct engine_read read;
	enum err read_error;
	struct engine_call call;
	struct instruments_tick tally; /* of the tick under way */
};

static bool is_stopping(struct ticker *ticker) {
	pthread_mutex_lock(&ticker->mutex);
	bool is_stopping = ticker->is_stopping;
	pthread_mutex_unlock(&ticker->mutex);
	return is_stopping;
}

static void wait_for_answer(struct ticker *ticker) {
	while (sem_wait(&ticker->answered) != 0)
		;
}

/* --- look --- */

static void run_read(struct engine_read *read, const struct engine_view *view) {
	struct ticker *ticker = (struct ticker *)((char *)read - offsetof(struct ticker, read));
	chores_find(&ticker->chores, view);
}

static void on_read(struct engine_read *read, enum err err) {
	struct ticker *ticker = (struct ticker *)((char *)read - offsetof(struct ticker, read));
	ticker->read_error = err;
	sem_post(&ticker->answered);
}

static enum err look(struct ticker *ticker) {
	ticker->read = (struct engine_read){ .run = run_read, .done = on_read };
	enum err err = engine_read_snapshot(ticker->engine, &ticker->read);
	if (err)
		return err;
	wait_for_answer(ticker);
	return ticker->read_error;
}

/* --- give --- */

static void on_call(struct engine_call *call) {
	struct ticker *ticker = (struct ticker *)((char *)call - offsetof(struct ticker, call));
	sem_post(&ticker->answered);
}

static void tally(struct ticker *ticker, const Pb__Command *command, const Pb__Reply *reply) {
	if (reply->outcome != PB__OUTCOME__OUTCOME_OK)
		ticker->tally.refused++;
	else if (!reply->replayed && command->body_case == PB__COMMAND__BODY_EXPIRE)
		ticker->tally.expired++;
	else if (!reply->replayed && command->body_case == PB__COMMAND__BODY_REMIND)
		ticker->tally.reminded++;
	else if (!reply->replayed)
		ticker->tally.withdrawn++;
}

/* A refusal settles a row too: its object is not, or no longer, in the state that was seen. */
static enum err settle(struct ticker *ticker, Pb__Command *const *commands) {
	const Pb__BatchReply *reply = ticker->call.reply;
	enum err err = reply ? ERR_OK : ERR_MEMORY;
	for (size_t i = 0; reply && i < reply->n_replies; i++) {
		if (reply->replies[i]->retry == PB__RETRY__RETRY_SAME_ID)
			err = ERR_IO;
		else
			tally(ticker, commands[i], reply->replies[i]);
	}
	return err;
}

static enum err give(struct ticker *ticker, Pb__Command **commands, size_t count) {
	Pb__Batch batch = PB__BATCH__INIT;
	batch.n_commands = count;
	batch.commands = commands;
	arena_reset(&ticker->replies);
	ticker->call = (struct engine_call){
		.batch = &batch,
		.principal = LEDGER_SYSTEM_PRINCIPAL,
		.arena = &ticker->replies,
		.done = on_call,
	};
	enum err err = engine_submit(ticker->engine, &ticker->call);
	if (err)
		return err;
	wait_for_answer(ticker);
	return settle(ticker, commands);
}

static enum err give_all(struct ticker *ticker) {
	struct chores *chores = &ticker->chores;
	enum err err = ERR_OK;
	for (size_t at = 0; !err && at < chores->count; at += LIMIT_TICK_COMMANDS) {
		size_t left = chores->count - at;
		size_t count = left < LIMIT_TICK_COMMANDS ? left : LIMIT_TICK_COMMANDS;
		err = is_stopping(ticker) ? ERR_CLOSED : give(ticker, chores->commands + at, count);
	}
	return err;
}

/* --- tick --- */

/* Looks from `cursor` on, gives what was found, and moves it there when that is settled. */
static enum err run_round(struct ticker *ticker, struct chores_cursor *cursor) {
	struct chores *chores = &ticker->chores;
	arena_reset(&ticker->arena);
	chores->cursor = *cursor;
	enum err err = look(ticker);
	if (!err)
		err = give_all(ticker);
	if (err)
		return err;
	*cursor = chores->cursor;
	return chores->is_starved ? ERR_MEMORY : ERR_OK;
}

static void advance(struct ticker *ticker, const struct chores_cursor *reached, int64_t as_of_us) {
	bool is_within = chores_time_us(reached) <= as_of_us;
	ticker->cursor = is_within ? *reached : chores_after(as_of_us);
}

/* For how long what the cursor stands before is due. */
static int64_t lag_us(const struct ticker *ticker, const struct chores_cursor *cursor) {
	return cursor->row.bytes ? ticker->chores.now_us - chores_time_us(cursor) : 0;
}

static enum err run_rounds(struct ticker *ticker) {
	struct chores_cursor cursor = ticker->cursor;
	struct chores *chores = &ticker->chores;
	enum err err = run_round(ticker, &cursor);
	int64_t as_of_us = chores->as_of_us;
	while (!err && chores->has_more && !is_stopping(ticker)) {
		instruments_due_lag(lag_us(ticker, &cursor));
		err = run_round(ticker, &cursor);
	}
	if (as_of_us)
		advance(ticker, &cursor, as_of_us);
	bool is_done = !err && !chores->has_more;
	instruments_due_lag(is_done ? 0 : lag_us(ticker, &cursor));
	return err;
}

static void report(const struct instruments_tick *tally, enum err err) {
	if (err && err != ERR_CLOSED)
		log_event(LOG_WARNING, "tick_failed", "reason=%s action=%s", LOG_QUOTED(err_text(err)),
		    LOG_QUOTED("the next tick goes on where this one ended"));
	if (tally->expired || tally->reminded || tally->withdrawn || tally->refused)
		log_event(LOG_INFO, "tick", "expired=%zu reminded=%zu withdrawn=%zu refused=%zu",
		    tally->expired, tally->reminded, tally->withdrawn, tally->refused);
}

enum err ticker_tick(struct ticker *ticker) {
	if (!engine_is_writable(ticker->engine))
		return ERR_OK;
	int64_t start_us = clock_monotonic_us();
	ticker->tally = (struct instruments_tick){ 0 };
	ticker->chores.now_us = engine_now_us(ticker->engine);
	ticker->chores.as_of_us = 0;
	enum err err = run_rounds(ticker);
	instruments_ticked(&ticker->tally, clock_monotonic_us() - start_us);
	report(&ticker->tally, err);
	return err;
}

/* --- the thread --- */

/* False: it is time to stop. */
static bool sleep_until(struct ticker *ticker, int64_t deadline_us) {
	bool is_time = false;
	pthread_mutex_lock(&ticker->mutex);
	while (!ticker->is_stopping && !is_time)
		is_time = !condition_wait_until(&ticker->wakeup, &ticker->mutex, deadline_us);
	bool goes_on = !ticker->is_stopping;
	pthread_mutex_unlock(&ticker->mutex);
	return goes_on;
}

static void *run(void *arg) {
	struct ticker *ticker = arg;
	int64_t next_us = clock_monotonic_us();
	while (sleep_until(ticker, next_us)) {
		enum err err = ticker_tick(ticker);
		(void)err; /* logged; the next tick goes on */
		next_us = clock_monotonic_us() + ticker->interval_us;
	}
	return NULL;
}

/* --- life --- */

static void ticker_free(struct ticker *ticker) {
	sem_destroy(&ticker->answered);
	pthread_cond_destroy(&ticker->wakeup);
	pthread_mutex_destroy(&ticker->mutex);
	arena_done(&ticker->arena);
	arena_done(&ticker->replies);
	free(ticker);
}

enum err ticker_start(struct engine *engine, unsigned interval_s, struct ticker **ret_ticker) {
	struct ticker *ticker = calloc(1, sizeof(*ticker));
	if (!ticker)
		return ERR_MEMORY;
	ticker->engine = engine;
	ticker->interval_us = interval_s * US_PER_S;
	arena_init(&ticker->arena, 0);
	arena_init(&ticker->replies, 0);
	ticker->chores.arena = &ticker->arena;
	ticker->chores.ledger_id = engine_ledger_id(engine);
	check(pthread_mutex_init(&ticker->mutex, NULL) == 0);
	condition_init(&ticker->wakeup);
	check(sem_init(&ticker->answered, 0, 0) == 0);
	enum err err = interval_s ? thread_start(&ticker->thread, "ticker", run, ticker) : ERR_OK;
	if (err)
		ticker_free(ticker);
	else
		*ret_ticker = ticker;
	return err;
}

void ticker_stop(struct ticker *ticker) {
	if (!ticker)
		return;
	pthread_mutex_lock(&ticker->mutex);
	ticker->is_stopping = true;
	pthread_cond_signal(&ticker->wakeup);
	pthread_mutex_unlock(&ticker->mutex);
	if (ticker->interval_us)
		thread_join(ticker->thread);
	ticker_free(ticker);
}
