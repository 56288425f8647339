/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two halves of HTTP/2 share: http2.c (session, responses, deadlines) and http2_receive.c
 * (requests, floods). Nobody else includes it.
 */
#ifndef NET_HTTP2_SESSION_H
#define NET_HTTP2_SESSION_H

#include "net/conn.h"
#include "net/exchange.h"

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http2_rate {
	int64_t since_us;
	unsigned count;
};

struct http2 {
	nghttp2_session *session;
	struct http2_rate resets, controls;
	size_t body_bytes;     /* of requests, held */
	size_t unsent_bytes;   /* of responses */
	int64_t idle_since_us; /* since when there is no stream */
	bool is_broken;        /* says why, and closes */
};

void http2_set_receiving(nghttp2_session_callbacks *callbacks);

/* So that frames of unknown types are counted too. */
void http2_ask_for_extensions(nghttp2_option *option);

/* A stream was reset, by either side; too many end the connection. */
void http2_count_reset(struct conn *conn);

/* Refuses a request unless it has been answered already, and drops what came of its body. */
void http2_refuse(struct exchange *exchange, int status, const char *detail);

/* NULL: the stream has none, or has gone. */
struct exchange *http2_exchange_of(nghttp2_session *session, int32_t stream_id);

#endif
