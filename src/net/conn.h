/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection: TLS stream, protocol, deadlines. Touched by its loop's thread only.
 *
 *   HANDSHAKE ─► OPEN ─► FINISHING ─► LINGERING ─► DEAD
 *
 * FINISHING: reads no more, writes what is left. LINGERING: has said goodbye, waits briefly for the
 * client to go. DEAD: is freed at the end of the turn; any state may lead there, and whoever sends
 * it there goes on without looking back.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "net/exchange.h"
#include "net/gate.h"
#include "net/loop.h"
#include "net/tls_stream.h"
#include "net/worker.h"

#include <event2/event_struct.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum conn_state { CONN_HANDSHAKE, CONN_OPEN, CONN_FINISHING, CONN_LINGERING, CONN_DEAD };

struct protocol {
	bool (*open)(struct conn *conn);  /* false: out of memory */
	void (*close)(struct conn *conn); /* frees its session; the exchanges are gone already */

	/* Takes all of it. */
	void (*input)(struct conn *conn, const char *data, size_t bytes);

	/* False: it has enough to do, so reading stops. */
	bool (*wants_input)(const struct conn *conn);

	/* Appends to the stream until that is full or there is no more to say. */
	void (*produce)(struct conn *conn);

	/* The exchange has just become ANSWERED. `response` is borrowed. False: out of memory. */
	bool (*respond)(struct conn *conn, struct exchange *exchange, const struct response *response);

	/* The exchange is about to be given back, answered or not. May be NULL. */
	void (*forget)(struct conn *conn, struct exchange *exchange);

	/* When the client's time is up, in the loop's time; INT64_MAX: it owes us nothing. */
	int64_t (*deadline_us)(const struct conn *conn);
	void (*expire)(struct conn *conn);

	/* Takes no new request, and finishes when the present ones are done. */
	void (*say_goodbye)(struct conn *conn);
};

struct conn {
	struct worker *worker;
	TAILQ_ENTRY(conn) link;
	struct loop_task task;   /* brings it to its loop */
	struct conn *next_dirty; /* in the worker's list; itself at the end of the list */
	bool is_dirty;
	enum conn_state state;
	struct tls_stream stream;
	const struct protocol *protocol;                 /* NULL before the handshake is done */
	void *session;                                   /* the protocol's */
	struct exchange_list exchanges[EXCHANGE_STATES]; /* by state, in order of arrival */

	struct event read_event, write_event, timer;
	bool is_reading, is_writing;
	bool has_more_input;  /* the last turn stopped reading before there was nothing left */
	int64_t timer_due_us; /* 0: not armed */
	int64_t since_us;     /* in this state */
	int64_t write_since_us;
	uint64_t write_mark; /* stream.written_bytes at that time */

	unsigned tls_generation;
	bool has_certificate;
	int64_t certificate_expires_us;
	uint8_t spki_sha256[32];
	struct gate_key gate_key;
	char address[INET6_ADDRSTRLEN];
};

/* For an accepted socket that has passed the gate; takes both over, also on failure (NULL). On any
 * thread; then hand it to its worker: loop_post(&worker->loop, &conn->task). */
struct conn *conn_new(struct worker *worker, int fd, const struct sockaddr_storage *peer,
    const struct gate_key *gate_key);

/* Numeric; IPv4 mapped into IPv6 as IPv4. */
void conn_print_address(const struct sockaddr_storage *peer, char ret_text[INET6_ADDRSTRLEN]);

/* Has something to write, or has changed: settled at the end of the turn. */
void conn_touch(struct conn *conn);

/* At the end of a turn: writes, waits for what comes next, or frees it. */
void conn_settle(struct conn *conn);

/* No more input; close when the output is written. */
void conn_finish(struct conn *conn);

/* Now, without goodbye. */
void conn_kill(struct conn *conn);

/* Ends a connection that is not in the middle of something soon. */
void conn_say_goodbye(struct conn *conn);

/* Judges its certificate by the TLS context of the day, if it has not been yet, and by the time.
 * False: it is refused, and the connection is DEAD. Before each request goes to the handler. */
bool conn_recheck(struct conn *conn);

void conn_free(struct conn *conn);

static inline bool conn_is_ending(const struct conn *conn) {
	return conn->state > CONN_OPEN;
}

#endif
