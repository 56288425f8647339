/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every callback is a turn: it reads what there is (bounded, so that all get their share), the
 * protocol works, and at the end conn_settle writes once, whatever the protocol has to say.
 *
 * One timer per connection serves all deadlines. It is armed again only when a deadline comes
 * before it; when it fires early, it looks what is due and sleeps on. Deadlines are absolute: a
 * byte a second buys no time.
 */
#include "net/conn.h"

#include "net/cut_off.h"
#include "net/http1.h"
#include "net/http2.h"
#include "net/tls.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES_PER_TURN = 16 * WORKER_INPUT_BYTES,
	WRITE_PROGRESS_BYTES = 16384, /* less than this per write_ms is no progress */
};

static void on_io(evutil_socket_t fd, short what, void *arg);
static void on_timer(evutil_socket_t fd, short what, void *arg);
static void on_arrival(struct loop_task *task);

/* --- life --- */

void conn_print_address(const struct sockaddr_storage *peer, char ret_text[INET6_ADDRSTRLEN]) {
	const struct sockaddr_in *v4 = (const void *)peer;
	const struct sockaddr_in6 *v6 = (const void *)peer;
	const void *address = &v6->sin6_addr;
	int family = peer->ss_family;
	if (family == AF_INET) {
		address = &v4->sin_addr;
	} else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		family = AF_INET;
		address = v6->sin6_addr.s6_addr + 12;
	}
	if (!inet_ntop(family, address, ret_text, INET6_ADDRSTRLEN))
		ret_text[0] = '\0';
}

static void leave_gate(struct worker *worker, const struct gate_key *gate_key) {
	if (gate_leave(worker->gate, gate_key))
		worker->on_room(worker->on_room_arg);
}

struct conn *conn_new(struct worker *worker, int fd, const struct sockaddr_storage *peer,
    const struct gate_key *gate_key) {
	struct conn *conn = calloc(1, sizeof(*conn));
	if (!conn) {
		close(fd);
		leave_gate(worker, gate_key);
		return NULL;
	}
	conn->worker = worker;
	conn->task.run = on_arrival;
	conn->stream.fd = fd;
	conn->gate_key = *gate_key;
	conn_print_address(peer, conn->address);
	for (size_t i = 0; i < EXCHANGE_STATES; i++)
		TAILQ_INIT(&conn->exchanges[i]);
	atomic_fetch_add(&worker->conn_count, 1);
	return conn;
}

static void drop_exchanges(struct conn *conn) {
	for (size_t i = 0; i < EXCHANGE_STATES; i++)
		while (!TAILQ_EMPTY(&conn->exchanges[i]))
			exchange_leave(TAILQ_FIRST(&conn->exchanges[i]));
}

void conn_free(struct conn *conn) {
	struct worker *worker = conn->worker;
	drop_exchanges(conn);
	if (conn->protocol)
		conn->protocol->close(conn);
	if (event_initialized(&conn->timer)) {
		event_del(&conn->read_event);
		event_del(&conn->write_event);
		event_del(&conn->timer);
		TAILQ_REMOVE(&worker->conns, conn, link);
	}
	tls_stream_close(&conn->stream);
	leave_gate(worker, &conn->gate_key);
	atomic_fetch_sub(&worker->conn_count, 1);
	free(conn);
}

static void enter_state(struct conn *conn, enum conn_state state) {
	if (conn->state == CONN_DEAD)
		return;
	conn->state = state;
	conn->since_us = conn->worker->loop.now_us;
	conn_touch(conn);
}

void conn_touch(struct conn *conn) {
	if (conn->is_dirty)
		return;
	conn->is_dirty = true;
	conn->next_dirty = conn->worker->dirty;
	conn->worker->dirty = conn;
}

void conn_kill(struct conn *conn) {
	enter_state(conn, CONN_DEAD);
}

void conn_finish(struct conn *conn) {
	if (conn->state < CONN_FINISHING)
		enter_state(conn, CONN_FINISHING);
}

void conn_say_goodbye(struct conn *conn) {
	if (conn->state == CONN_HANDSHAKE)
		conn_kill(conn);
	else if (conn->state == CONN_OPEN)
		conn->protocol->say_goodbye(conn);
}

static void linger(struct conn *conn) {
	tls_stream_goodbye(&conn->stream);
	drop_exchanges(conn);
	enter_state(conn, CONN_LINGERING);
}

/* --- arrival and handshake --- */

static void on_arrival(struct loop_task *task) {
	struct conn *conn = (struct conn *)((char *)task - offsetof(struct conn, task));
	struct worker *worker = conn->worker;
	struct event_base *base = worker->loop.base;
	int fd = conn->stream.fd;
	worker_refresh_tls(worker);
	if (worker->is_draining || !tls_stream_open(&conn->stream, worker->tls, fd, &worker->chunks)) {
		conn_free(conn);
		return;
	}
	conn->tls_generation = worker->tls_generation;
	event_assign(&conn->read_event, base, fd, EV_READ | EV_PERSIST, on_io, conn);
	event_assign(&conn->write_event, base, fd, EV_WRITE | EV_PERSIST, on_io, conn);
	event_assign(&conn->timer, base, -1, 0, on_timer, conn);
	TAILQ_INSERT_TAIL(&worker->conns, conn, link);
	enter_state(conn, CONN_HANDSHAKE);
}

bool conn_recheck(struct conn *conn) {
	struct worker *worker = conn->worker;
	const char *detail = "certificate has expired";
	if (conn->state == CONN_DEAD)
		return false;
	worker_refresh_tls(worker);
	bool is_over = conn->has_certificate && conn->certificate_expires_us <= worker->loop.now_us;
	bool is_checked = conn->tls_generation == worker->tls_generation;
	if (conn->state == CONN_HANDSHAKE || (is_checked && !is_over))
		return true;
	conn->tls_generation = worker->tls_generation;
	if (!is_over &&
	    (!conn->has_certificate || tls_is_peer_accepted(worker->tls, conn->stream.ssl, &detail)))
		return true;
	worker_report(worker, "certificate_withdrawn", conn->address, detail);
	conn_kill(conn);
	return false;
}

static void open_protocol(struct conn *conn) {
	SSL *ssl = conn->stream.ssl;
	conn->has_certificate = tls_peer_spki(ssl, conn->spki_sha256);
	conn->certificate_expires_us = tls_peer_expires_us(ssl);
	const struct protocol *protocol = tls_is_http2(ssl) ? &http2_protocol : &http1_protocol;
	enter_state(conn, CONN_OPEN);
	if (!conn_recheck(conn)) /* reloaded during the handshake */
		return;
	if (!protocol->open(conn)) {
		conn_kill(conn);
		return;
	}
	conn->protocol = protocol;
}

static void shake_hands(struct conn *conn) {
	switch (tls_stream_handshake(&conn->stream)) {
	case TLS_OK: open_protocol(conn); break;
	case TLS_AGAIN: break;
	case TLS_CLOSED: conn_kill(conn); break;
	case TLS_FAILED:
		worker_report(
		    conn->worker, "handshake_failed", conn->address, tls_failure(conn->stream.ssl));
		linger(conn); /* the alert should arrive */
		break;
	}
}

/* --- reading --- */

/* The client has gone, or its TLS is broken. What is written already may still reach it. */
static void lose_client(struct conn *conn, enum tls_result result) {
	const char *detail = result == TLS_FAILED ? tls_failure(conn->stream.ssl) : "";
	if (!TAILQ_EMPTY(&conn->exchanges[EXCHANGE_RECEIVING]))
		worker_report(conn->worker, "request_cut_off", conn->address, detail);
	if (result == TLS_CLOSED) {
		conn->protocol->produce(conn);
		(void)tls_stream_flush(&conn->stream);
	}
	conn_kill(conn);
}

static bool can_read(const struct conn *conn) {
	return conn->state == CONN_OPEN && conn->protocol->wants_input(conn);
}

static void read_input(struct conn *conn) {
	char *input = conn->worker->input;
	size_t got, total = 0;
	conn->has_more_input = true;
	while (total < READ_BYTES_PER_TURN && can_read(conn)) {
		enum tls_result result = tls_stream_read(&conn->stream, input, WORKER_INPUT_BYTES, &got);
		if (result == TLS_AGAIN) {
			conn->has_more_input = false;
			return;
		}
		if (result != TLS_OK) {
			lose_client(conn, result);
			return;
		}
		total += got;
		conn->protocol->input(conn, input, got);
		if (got < WORKER_INPUT_BYTES && !tls_stream_has_pending(&conn->stream)) {
			conn->has_more_input = false; /* or the socket says so: one read(2) saved */
			return;
		}
	}
}

static void on_io(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	struct conn *conn = arg;
	struct worker *worker = conn->worker;
	worker_begin_turn(worker);
	conn_touch(conn);
	if (conn->state == CONN_HANDSHAKE)
		shake_hands(conn);
	if (can_read(conn))
		read_input(conn);
	if (conn->state == CONN_LINGERING &&
	    tls_stream_discard(&conn->stream, worker->input, sizeof(worker->input)) != TLS_AGAIN)
		conn_kill(conn);
	worker_end_turn(worker);
}

/* --- the end of a turn --- */

static void write_output(struct conn *conn) {
	while (conn->state == CONN_OPEN || conn->state == CONN_FINISHING) {
		conn->protocol->produce(conn);
		if (!tls_stream_has_output(&conn->stream))
			return;
		enum tls_result result = tls_stream_flush(&conn->stream);
		if (result == TLS_AGAIN)
			return;
		if (result != TLS_OK)
			conn_kill(conn);
	}
}

static bool has_unsent(const struct conn *conn) {
	return tls_stream_has_output(&conn->stream) ||
	    !TAILQ_EMPTY(&conn->exchanges[EXCHANGE_ANSWERED]);
}

static void watch_progress(struct conn *conn) {
	uint64_t written = conn->stream.written_bytes;
	if (!has_unsent(conn)) {
		conn->write_since_us = 0;
	} else if (!conn->write_since_us || written - conn->write_mark >= WRITE_PROGRESS_BYTES) {
		conn->write_since_us = conn->worker->loop.now_us;
		conn->write_mark = written;
	}
}

static int64_t write_deadline_us(const struct conn *conn) {
	return conn->write_since_us ? conn->write_since_us + conn->worker->settings->write_us
	                            : INT64_MAX;
}

static int64_t deadline_us(const struct conn *conn) {
	int64_t write_us = write_deadline_us(conn);
	int64_t client_us;
	switch (conn->state) {
	case CONN_HANDSHAKE: return conn->since_us + conn->worker->settings->handshake_us;
	case CONN_LINGERING: return conn->since_us + LIMIT_LINGER_MS * 1000LL;
	case CONN_OPEN:
		client_us = conn->protocol->deadline_us(conn);
		return client_us < write_us ? client_us : write_us;
	default: return write_us;
	}
}

static bool arm_timer(struct conn *conn) {
	int64_t due_us = deadline_us(conn);
	if (due_us == INT64_MAX || (conn->timer_due_us && conn->timer_due_us <= due_us))
		return true;
	int64_t wait_us = due_us - conn->worker->loop.now_us;
	if (wait_us < 1000)
		wait_us = 1000;
	conn->timer_due_us = due_us;
	struct timeval wait = { .tv_sec = wait_us / US_PER_S, .tv_usec = wait_us % US_PER_S };
	return event_add(&conn->timer, &wait) == 0;
}

static bool want_event(struct event *event, bool *is_added, bool is_wanted) {
	if (*is_added == is_wanted)
		return true;
	*is_added = is_wanted;
	return (is_wanted ? event_add(event, NULL) : event_del(event)) == 0;
}

static bool wait_for_socket(struct conn *conn) {
	bool reads = conn->state == CONN_HANDSHAKE || conn->state == CONN_LINGERING || can_read(conn);
	bool writes = conn->state < CONN_LINGERING && conn->stream.is_blocked;
	if (conn->has_more_input && can_read(conn) && tls_stream_has_pending(&conn->stream))
		event_active(&conn->read_event, EV_READ, 0);
	return want_event(&conn->read_event, &conn->is_reading, reads) &&
	    want_event(&conn->write_event, &conn->is_writing, writes);
}

void conn_settle(struct conn *conn) {
	if (conn->state == CONN_DEAD) {
		conn_free(conn);
		return;
	}
	write_output(conn);
	if (conn->state == CONN_FINISHING && !tls_stream_has_output(&conn->stream))
		linger(conn);
	if (conn->state == CONN_DEAD) /* and dirty again */
		return;
	watch_progress(conn);
	if (!arm_timer(conn) || !wait_for_socket(conn))
		conn_kill(conn);
}

/* --- deadlines --- */

static void expire(struct conn *conn) {
	struct worker *worker = conn->worker;
	if (conn->state == CONN_HANDSHAKE) {
		cut_off_count(CUT_OFF_HANDSHAKE);
		worker_report(worker, "handshake_timeout", conn->address, "");
	}
	if (conn->state == CONN_OPEN && write_deadline_us(conn) > worker->loop.now_us) {
		conn->protocol->expire(conn);
		return;
	}
	if (conn->state == CONN_OPEN || conn->state == CONN_FINISHING) {
		cut_off_count(CUT_OFF_WRITE);
		worker_report(worker, "write_timeout", conn->address, "");
	}
	conn_kill(conn);
}

static void on_timer(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	struct conn *conn = arg;
	struct worker *worker = conn->worker;
	worker_begin_turn(worker);
	conn->timer_due_us = 0;
	conn_touch(conn);
	if (deadline_us(conn) <= worker->loop.now_us)
		expire(conn);
	worker_end_turn(worker);
}
