/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network: one TLS port, HTTP/2 and HTTP/1.1 by ALPN, N event loops on N threads. Knows bytes
 * and deadlines, not vouchers.
 *
 * A connection lives on one loop and is touched by its thread only. A request that has been read in
 * full becomes an exchange and is given to the handler on that thread. The handler answers it
 * exactly once: at once, or later after having handed it to another thread, which brings it back
 * with exchange_post(). Whether the client is still there does not matter to the handler: an answer
 * to nobody is dropped.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net;
struct exchange;

struct net_limits { /* 0: the default of base/limits.h */
	uint32_t connections_max;
	uint32_t connections_per_address_max;
	uint32_t body_bytes_max;
	uint32_t held_bytes_max; /* bodies and replies of all connections; beyond it: 503 */
	uint32_t handshake_ms, header_ms, body_ms, idle_ms, write_ms, drain_ms;
};

struct net_tls {
	const char *certificate_file; /* PEM, chain */
	const char *key_file;         /* PEM; refused when others may read it (ERR_DENIED) */
	const char *client_ca_file;   /* PEM: who signs client certificates; NULL: none is asked for */
	const char *crl_file;         /* PEM, one CRL per CA, none of them expired; NULL: none */
	bool allow_tls12;
};

struct net_config {
	const char *address; /* numeric IPv4 or IPv6 */
	uint16_t port;       /* 0: any free one, see net_port */
	unsigned threads;    /* 0: 1 */
	struct net_tls tls;
	struct net_limits limits;
	void (*handler)(void *arg, struct exchange *exchange);
	void *handler_arg;
	/* Called on each loop's thread behind every turn of events, in which the handler may have been
	 * called many times, with handler_arg. May be NULL. */
	void (*after_events)(void *arg);
	/* Called on the connection's thread for what a log should know, with handler_arg. At most
	 * LIMIT_NET_EVENTS_PER_10S per thread, then "events_dropped" with their number. `event` is one
	 * of: handshake_failed handshake_timeout header_timeout write_timeout request_refused
	 * request_cut_off http2_broken http2_flood certificate_withdrawn connection_refused
	 * connections_full accept_paused events_dropped. May be NULL. */
	void (*on_event)(void *arg, const char *event, const char *address, const char *detail);
};

/* Binds and listens, loads keys; starts no thread. `ret_detail` (static or thread-local text) says
 * what was wrong. */
enum err net_open(
    const struct net_config *config, struct net **ret_net, const char **ret_detail) MUST_CHECK;
uint16_t net_port(const struct net *net);
uint32_t net_connection_count(struct net *net); /* any thread */
enum err net_start(struct net *net) MUST_CHECK;

/* Whether net_open and net_reload would accept these files, now. */
enum err net_check_tls(const struct net_tls *tls, const char **ret_detail) MUST_CHECK;

/* Loads certificate, key, CA and CRL again. When one is wrong, the old ones stay. From its return
 * on no request of a client whose certificate the new CA and CRL do not accept reaches the handler;
 * their live connections are closed soon after. Any thread. */
enum err net_reload(struct net *net, const struct net_tls *tls, const char **ret_detail) MUST_CHECK;

/* Closes the live connections of whoever showed a certificate with this key, whatever they are
 * doing, in the next turn of each loop. ERR_MEMORY: some may live on. Any thread. */
enum err net_withdraw(struct net *net, const uint8_t spki_sha256[32]) MUST_CHECK;

/* Stops accepting, says goodbye on idle connections, waits up to drain_ms for the others and for
 * exchanges that are still with the handler, joins the threads. */
void net_stop(struct net *net);

/* Stops if need be, and takes back what is still with the handler: exchanges that other threads
 * post now run here, and so do the timers of others. After a further drain_ms the net is not freed
 * at all: whoever comes late finds it. Accepts NULL. */
void net_close(struct net *net);

/* --- exchanges --- */

struct request {
	const char *method;          /* upper-case letters; "GET" for HEAD, whose body net drops */
	const char *path;            /* as sent, not decoded, without the query; begins with "/" */
	const char *query;           /* after "?", or "" */
	const char *content_type;    /* lower-case media type without parameters, or "" */
	const char *accept;          /* or ""; several fields joined by commas */
	const char *authorization;   /* or "" */
	const char *idempotency_key; /* or "" */
	const char *body;            /* NUL-terminated for convenience; may hold NULs */
	size_t body_bytes;
	bool is_http2;
	bool has_certificate;    /* verified against client_ca_file and crl_file, and in date */
	uint8_t spki_sha256[32]; /* of its SubjectPublicKeyInfo */
	const char *address;     /* of the client, numeric, for logs */
};

/* Borrowed until the answer. */
const struct request *exchange_request(const struct exchange *exchange);

/* The exchange's own memory, until the answer has been given. Owned by whoever holds the exchange.
 */
struct arena *exchange_arena(struct exchange *exchange);

/* An empty buffer to make the answer's body in. Its loop's thread only, until the answer. */
struct buffer *exchange_scratch(struct exchange *exchange);

/* A place for the handler's own pointer. */
void exchange_set_user(struct exchange *exchange, void *user);
void *exchange_user(const struct exchange *exchange);

/* A text that cannot stand in a header field (control characters) is left out. Requests that are
 * not well formed, too large or too slow are answered without the handler: 400, 408, 413, 414, 417,
 * 431, 501, 503, 505, as application/problem+json. */
struct response {
	uint16_t status;
	const char *content_type; /* NULL: no body */
	const void *body;         /* copied */
	size_t body_bytes;
	const char *link;                    /* value of a Link header, or NULL */
	const char *allow;                   /* value of an Allow header, or NULL (405) */
	uint32_t retry_after_s;              /* 0: no such header */
	const char *www_authenticate;        /* or NULL (401) */
	const char *cache_control;           /* NULL: "no-store" */
	const char *content_security_policy; /* or NULL */
	const char *content_disposition;     /* or NULL */
};

/* Answers; the exchange is gone afterwards. On its loop's thread only. */
void exchange_respond(struct exchange *exchange, const struct response *response);

/* Runs fn(exchange) on its loop's thread, soon. Any thread. Wakes the loop once for many posts. */
void exchange_post(struct exchange *exchange, void (*fn)(struct exchange *exchange));

/* Runs fn(exchange) on its loop's thread after `ms`, unless cancelled (or posted again). On its
 * loop's thread only. One timer per exchange. */
void exchange_set_timer(
    struct exchange *exchange, uint32_t ms, void (*fn)(struct exchange *exchange));
void exchange_cancel_timer(struct exchange *exchange);

/* The client has gone: the answer will be dropped, so do no more work than needed. On its loop's
 * thread only. */
bool exchange_is_abandoned(const struct exchange *exchange);

#endif
