/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loop with its connections, and what they share: the TLS context, memory kept for reuse, the
 * list of those that have something to write at the end of the turn. Touched by the loop's thread
 * only, except where stated.
 */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include "base/err.h"
#include "net/exchange.h"
#include "net/gate.h"
#include "net/loop.h"
#include "net/net.h"
#include "net/recycler.h"
#include "net/tls.h"
#include "net/tls_stream.h"

#include <openssl/types.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

enum { WORKER_INPUT_BYTES = 16384 }; /* one TLS record */

struct conn;
TAILQ_HEAD(conn_list, conn);

/* What net_open was told, with the defaults filled in. Immutable. */
struct net_settings {
	uint32_t connections_max, connections_per_address_max, body_bytes_max;
	uint64_t held_bytes_max; /* by one worker */
	int64_t handshake_us, header_us, body_us, idle_us, write_us, drain_us;
	void (*handler)(void *arg, struct exchange *exchange);
	void *handler_arg;
	void (*after_events)(void *arg); /* may be NULL */
	void (*on_event)(void *arg, const char *event, const char *address, const char *detail);
};

struct worker {
	struct loop loop; /* first: the worker is found from its loop */
	const struct net_settings *settings;
	struct gate *gate;
	void (*on_room)(void *arg); /* the gate has room again, and somebody waits */
	void *on_room_arg;
	struct tls_current *tls_current;
	SSL_CTX *tls; /* see worker_refresh_tls */
	unsigned tls_generation;
	struct conn_list conns;
	_Atomic uint32_t conn_count; /* any thread: to choose the least busy */
	struct conn *dirty;          /* to be settled at the end of the turn */
	struct exchange_list free_exchanges;
	unsigned free_exchange_count;
	uint64_t held_bytes;            /* of bodies and replies */
	unsigned held_count;            /* exchanges in the handler's hands */
	struct exchange_list abandoned; /* those of them whose client has gone */
	struct tls_chunk_pool chunks;
	struct recycler recycler; /* nghttp2's memory */
	struct buffer scratch;    /* for one answer at a time */
	bool is_draining;
	struct event *drain_timer;
	struct loop_task drain_task;
	_Atomic bool is_rechecking; /* the task is posted */
	struct loop_task recheck_task;
	int64_t events_since_us; /* reported in this window */
	unsigned event_count, events_dropped;
	char input[WORKER_INPUT_BYTES];
};

/* All are borrowed. */
enum err worker_init(struct worker *worker, const struct net_settings *settings, struct gate *gate,
    struct tls_current *tls_current) MUST_CHECK;
/* After loop_join: ends the connections, and takes back what is with the handler, at most until
 * that time (base/clock.h, monotonic). False: somebody still holds an exchange, so nothing may be
 * freed. */
bool worker_wind_up(struct worker *worker, int64_t until_us) MUST_CHECK;

/* Frees; after worker_wind_up. A worker of zero bytes too. */
void worker_done(struct worker *worker);

/* A turn: every event callback of a connection runs between the two. */
void worker_begin_turn(struct worker *worker);
void worker_end_turn(struct worker *worker);

/* Takes over the TLS context of the day if it is another than ours; before each use of it. */
void worker_refresh_tls(struct worker *worker);

/* There is a new context: connections whose certificate it does not accept are closed, a slice per
 * turn. None of them gets a request through meanwhile, see conn_recheck. Any thread. */
void worker_recheck(struct worker *worker);

/* Kills the connections whose certificate has this key, soon. Any thread. ERR_MEMORY. */
enum err worker_withdraw(struct worker *worker, const uint8_t spki_sha256[32]) MUST_CHECK;

/* Begins the end, from any thread: idle connections are closed, the others finish, and the loop
 * ends when all have, or after drain_us. */
void worker_drain(struct worker *worker);

/* Tells on_event, if it is not too often. */
void worker_report(
    struct worker *worker, const char *event, const char *address, const char *detail);

#endif
