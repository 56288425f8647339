/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and its response, seen from the protocols' side; the handler's side is in net/net.h.
 *
 *   RECEIVING ─► HELD ─► ANSWERED ─► given back     the handler answered
 *            └─────────► ANSWERED ─► given back     refused by us: it never saw the handler
 *                                └─► LINGERING      (HTTP/2) the client is still sending: what
 *                                                   comes is thrown away, for a while
 *
 * While HELD it belongs to the handler: when the connection goes, it is abandoned and given back by
 * the answer. Otherwise it belongs to its connection, and goes with it.
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "net/loop.h"
#include "net/net.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct conn;
struct worker;

/* What is said when ERR_FULL comes back. */
#define EXCHANGE_TOO_MUCH_HELD "The server holds too much already; try again in a moment."

TAILQ_HEAD(exchange_list, exchange);

enum exchange_state {
	EXCHANGE_RECEIVING,
	EXCHANGE_HELD,
	EXCHANGE_ANSWERED,
	EXCHANGE_LINGERING,
	EXCHANGE_STATES
};

struct exchange {
	struct loop_task task; /* first: the exchange is found from its task */
	TAILQ_ENTRY(exchange) link;
	struct worker *worker;
	struct conn *conn; /* NULL: abandoned */
	enum exchange_state state;
	_Atomic bool is_posted;
	void (*post_fn)(struct exchange *exchange);
	void *user;
	struct event timer;
	bool has_timer;
	void (*timer_fn)(struct exchange *exchange);

	struct request request;
	struct arena arena;
	struct buffer body;
	char address[INET6_ADDRSTRLEN];
	unsigned seen; /* fields that may come once */
	bool is_head;
	int64_t began_us; /* to be received; to linger */

	struct buffer reply; /* HTTP/1.1: all of it. HTTP/2: the body */
	size_t reply_sent;
	size_t held_bytes; /* of body and reply, as the worker has counted them */

	/* HTTP/2 only */
	int32_t stream_id;
	uint32_t header_count, header_bytes;
	const char *authority; /* of :authority or Host; NULL: not yet */
	bool has_header;       /* the header list is complete */
	bool is_complete;      /* the client has sent all of it */
	bool expects_continue;
};

/* In state RECEIVING, at the end of the connection's list. NULL: out of memory. */
struct exchange *exchange_new(struct conn *conn);

/* Out of its connection's list, back into the worker's store. Not while HELD. */
void exchange_release(struct exchange *exchange);

/* The connection goes, or the stream: a HELD exchange is abandoned, any other released. */
void exchange_leave(struct exchange *exchange);

/* What the request line or the pseudo-headers say. Return ERR_OK, ERR_MEMORY or ERR_SYNTAX. */
enum err exchange_set_method(
    struct exchange *exchange, const char *method, size_t bytes) MUST_CHECK;
enum err exchange_set_target(
    struct exchange *exchange, const char *target, size_t bytes) MUST_CHECK;

/* One header field, the name in lower case; ignored when nobody here needs it. ERR_EXISTS: it may
 * come only once. */
enum err exchange_take_field(struct exchange *exchange, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes) MUST_CHECK;

/* ERR_RANGE: more than body_bytes_max. ERR_FULL: all connections together hold too much. */
enum err exchange_take_body(struct exchange *exchange, const char *data, size_t bytes) MUST_CHECK;

/* The request is complete: gives it to the handler, which may answer at once. */
void exchange_dispatch(struct exchange *exchange);

/* Answers a request that is not given to the handler. `detail` is plain text without quotes. */
void exchange_refuse(struct exchange *exchange, int status, const char *detail);

/* The loop has ended: does what its timer would have done. */
void exchange_run_timer(struct exchange *exchange);

/* The answer has been sent, but the client has not finished. */
void exchange_linger(struct exchange *exchange);

/* Frees; for the worker's store. */
void exchange_free(struct exchange *exchange);

#endif
