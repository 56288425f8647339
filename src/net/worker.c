/* SPDX-License-Identifier: Apache-2.0 */
#include "net/worker.h"

#include "net/conn.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"

#include <event2/event.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RECHECKS_PER_TURN = 64, /* a certificate takes some 100 µs */
	REPORT_WINDOW_US = 10 * US_PER_S,
};

/* --- turns --- */

void worker_begin_turn(struct worker *worker) {
	loop_begin_turn(&worker->loop);
}

static void end_when_drained(struct worker *worker) {
	if (worker->is_draining && TAILQ_EMPTY(&worker->conns) && !worker->held_count)
		loop_break(&worker->loop);
}

void worker_end_turn(struct worker *worker) {
	while (worker->dirty) {
		struct conn *conn = worker->dirty;
		worker->dirty = conn->next_dirty;
		conn->is_dirty = false;
		conn_settle(conn);
	}
	end_when_drained(worker);
}

static void after_tasks(struct loop *loop) {
	worker_end_turn((struct worker *)loop);
}

static void after_events(struct loop *loop) {
	const struct net_settings *settings = ((struct worker *)loop)->settings;
	if (settings->after_events)
		settings->after_events(settings->handler_arg);
}

/* --- reports --- */

void worker_report(
    struct worker *worker, const char *event, const char *address, const char *detail) {
	const struct net_settings *settings = worker->settings;
	if (!settings->on_event)
		return;
	int64_t now_us = worker->loop.now_us;
	if (now_us - worker->events_since_us >= REPORT_WINDOW_US) {
		char text[64];
		snprintf(text, sizeof(text), "%u more events", worker->events_dropped);
		if (worker->events_dropped)
			settings->on_event(settings->handler_arg, "events_dropped", "", text);
		worker->events_since_us = now_us;
		worker->event_count = worker->events_dropped = 0;
	}
	if (worker->event_count == LIMIT_NET_EVENTS_PER_10S) {
		worker->events_dropped++;
		return;
	}
	worker->event_count++;
	settings->on_event(settings->handler_arg, event, address, detail);
}

/* --- a new TLS context --- */

void worker_refresh_tls(struct worker *worker) {
	if (atomic_load(&worker->tls_current->generation) != worker->tls_generation)
		tls_current_get(worker->tls_current, &worker->tls, &worker->tls_generation);
}

void worker_recheck(struct worker *worker) {
	if (!atomic_exchange(&worker->is_rechecking, true))
		loop_post(&worker->loop, &worker->recheck_task);
}

static void recheck_some(struct loop_task *task) {
	struct worker *worker = (struct worker *)((char *)task - offsetof(struct worker, recheck_task));
	atomic_store(&worker->is_rechecking, false);
	worker_refresh_tls(worker);
	unsigned left = RECHECKS_PER_TURN;
	struct conn *conn;
	TAILQ_FOREACH(conn, &worker->conns, link) {
		if (conn->tls_generation == worker->tls_generation || !conn->has_certificate)
			continue;
		if (!left--) {
			worker_recheck(worker);
			return;
		}
		conn_recheck(conn);
	}
}

/* --- a key that is no longer welcome --- */

struct withdrawal {
	struct loop_task task; /* first: it is found from its task */
	struct worker *worker;
	uint8_t spki_sha256[32];
};

static void withdraw(struct loop_task *task) {
	struct withdrawal *withdrawal = (struct withdrawal *)task;
	struct worker *worker = withdrawal->worker;
	struct conn *conn;
	TAILQ_FOREACH(conn, &worker->conns, link) {
		bool is_it = conn->has_certificate && conn->state != CONN_DEAD &&
		    !memcmp(conn->spki_sha256, withdrawal->spki_sha256, sizeof(conn->spki_sha256));
		if (!is_it)
			continue;
		worker_report(worker, "certificate_withdrawn", conn->address, "no longer admitted");
		conn_kill(conn);
	}
	free(withdrawal);
}

enum err worker_withdraw(struct worker *worker, const uint8_t spki_sha256[32]) {
	struct withdrawal *withdrawal = malloc(sizeof(*withdrawal));
	if (!withdrawal)
		return ERR_MEMORY;
	*withdrawal = (struct withdrawal){ .task.run = withdraw, .worker = worker };
	memcpy(withdrawal->spki_sha256, spki_sha256, sizeof(withdrawal->spki_sha256));
	loop_post(&worker->loop, &withdrawal->task);
	return ERR_OK;
}

/* --- the end --- */

static void kill_all(struct worker *worker) {
	struct conn *conn;
	TAILQ_FOREACH(conn, &worker->conns, link)
	conn_kill(conn);
}

static void on_drain_timeout(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	struct worker *worker = arg;
	worker_begin_turn(worker);
	kill_all(worker);
	worker_end_turn(worker);
	loop_break(&worker->loop); /* whoever still holds an exchange brings it to worker_done */
}

static void drain(struct loop_task *task) {
	struct worker *worker = (struct worker *)((char *)task - offsetof(struct worker, drain_task));
	worker->is_draining = true;
	int64_t drain_us = worker->settings->drain_us;
	struct timeval wait = { .tv_sec = drain_us / US_PER_S, .tv_usec = drain_us % US_PER_S };
	bool is_timed = event_add(worker->drain_timer, &wait) == 0;
	struct conn *conn;
	TAILQ_FOREACH(conn, &worker->conns, link)
	conn_say_goodbye(conn);
	if (!is_timed)
		kill_all(worker);
}

void worker_drain(struct worker *worker) {
	loop_post(&worker->loop, &worker->drain_task);
}

/* --- life --- */

enum err worker_init(struct worker *worker, const struct net_settings *settings, struct gate *gate,
    struct tls_current *tls_current) {
	*worker = (struct worker){ .settings = settings, .gate = gate, .tls_current = tls_current };
	TAILQ_INIT(&worker->conns);
	TAILQ_INIT(&worker->free_exchanges);
	TAILQ_INIT(&worker->abandoned);
	buffer_init(&worker->scratch, 0);
	worker->drain_task.run = drain;
	worker->recheck_task.run = recheck_some;
	enum err err = loop_init(&worker->loop, after_tasks);
	if (err)
		return err;
	worker->loop.after_events = after_events;
	worker->drain_timer = event_new(worker->loop.base, -1, 0, on_drain_timeout, worker);
	return worker->drain_timer ? ERR_OK : ERR_MEMORY;
}

/* Handlers that only wait for their timer get it now. */
static void run_timers(struct worker *worker) {
	struct exchange *exchange = TAILQ_FIRST(&worker->abandoned);
	while (exchange) {
		struct exchange *next = TAILQ_NEXT(exchange, link);
		exchange_run_timer(exchange);
		exchange = next;
	}
}

static void wait_for_post(struct worker *worker, int64_t until_us) {
	struct pollfd wake = { .fd = worker->loop.wake_fd, .events = POLLIN };
	int64_t wait_us = until_us - worker->loop.now_us;
	poll(&wake, 1, wait_us > 0 ? (int)(wait_us / 1000) + 1 : 0);
}

bool worker_wind_up(struct worker *worker, int64_t until_us) {
	if (!worker->loop.base)
		return true;
	worker->is_draining = true; /* connections on their way go at once */
	worker_begin_turn(worker);
	loop_run_posted(&worker->loop);
	kill_all(worker);
	worker_end_turn(worker);
	run_timers(worker);
	while (worker->held_count && worker->loop.now_us < until_us) {
		wait_for_post(worker, until_us);
		loop_run_woken(&worker->loop);
		run_timers(worker);
	}
	return !worker->held_count;
}

void worker_done(struct worker *worker) {
	struct exchange *exchange;
	while ((exchange = TAILQ_FIRST(&worker->free_exchanges))) {
		TAILQ_REMOVE(&worker->free_exchanges, exchange, link);
		exchange_free(exchange);
	}
	tls_chunk_pool_done(&worker->chunks);
	recycler_done(&worker->recycler);
	buffer_done(&worker->scratch);
	if (worker->drain_timer)
		event_free(worker->drain_timer);
	loop_done(&worker->loop);
	SSL_CTX_free(worker->tls);
	worker->tls = NULL;
}
