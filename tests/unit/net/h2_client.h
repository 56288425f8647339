/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/2 for tests, by nghttp2 on a struct client.
 */
#ifndef TESTS_UNIT_NET_H2_CLIENT_H
#define TESTS_UNIT_NET_H2_CLIENT_H

#include "base/buffer.h"
#include "unit/net/client.h"

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { H2_STREAMS = 1024 };

struct h2_stream {
	int status;
	bool is_closed, has_continued;
	uint32_t error_code;
	struct buffer body;
	size_t content_length;
	const char *upload; /* what is sent, borrowed */
	size_t upload_bytes, uploaded;
	bool is_upload_open; /* there will be more: upload_bytes grows */
};

struct h2_client {
	struct client client;
	nghttp2_session *session;
	struct buffer output;
	struct h2_stream streams[H2_STREAMS]; /* by (stream id - 1) / 2 */
	unsigned closed_count;
	bool has_goaway;
	uint32_t goaway_error;
	enum client_end end; /* CLIENT_GOT while the connection lives */
};

/* Connects; the handshake must succeed. Free it with h2_close. */
struct h2_client *h2_open(const struct client_options *options);
void h2_close(struct h2_client *h2);

/* The stream's number; `body` stays borrowed until the stream is closed. */
int32_t h2_request(
    struct h2_client *h2, const char *method, const char *path, const char *body, size_t bytes);

/* With header fields of one's own: name, value, name, value, …, NULL. With `is_open` the body does
 * not end before h2_end_body. */
int32_t h2_request_with(
    struct h2_client *h2, const char *const *fields, const char *body, size_t bytes, bool is_open);
void h2_end_body(struct h2_client *h2, int32_t stream_id);

struct h2_stream *h2_stream(struct h2_client *h2, int32_t stream_id);

/* Sends what there is. False: the connection is over. */
bool h2_flush(struct h2_client *h2);

/* Sends, and receives once. False: the connection is over. */
bool h2_turn(struct h2_client *h2);

/* Turns until that many streams are closed, or that stream, or the connection. */
void h2_wait_closed(struct h2_client *h2, unsigned count);
void h2_wait_stream(struct h2_client *h2, int32_t stream_id);
void h2_wait_end(struct h2_client *h2);

#endif
