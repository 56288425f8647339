/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the client sends: nghttp2's callbacks that create, fill, dispatch and refuse exchanges, and
 * count what may be a flood.
 */
#include "net/http2_session.h"

#include "net/http_text.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"

#include <nghttp2/nghttp2.h>
#include <string.h>

enum {
	HEADER_FLOOD = 4, /* so many times over the limit: not a mistake any more, but an attack */
	FIELD_OVERHEAD_BYTES = 32, /* RFC 9113, 6.5.2 */
	RATE_WINDOW_US = 10 * US_PER_S,
};

/* --- floods --- */

/* Counts one; true when that is the first too many. */
static bool is_flood(struct http2_rate *rate, int64_t now, unsigned count_max) {
	if (now - rate->since_us >= RATE_WINDOW_US)
		*rate = (struct http2_rate){ .since_us = now };
	return ++rate->count == count_max + 1;
}

static void calm_down(struct conn *conn, const char *detail) {
	struct http2 *http = conn->session;
	worker_report(conn->worker, "http2_flood", conn->address, detail);
	if (nghttp2_session_terminate_session(http->session, NGHTTP2_ENHANCE_YOUR_CALM))
		conn_kill(conn);
}

void http2_count_reset(struct conn *conn) {
	struct http2 *http = conn->session;
	if (is_flood(&http->resets, conn->worker->loop.now_us, LIMIT_RESETS_PER_10S))
		calm_down(conn, "too many streams were reset");
}

static void count_control(struct conn *conn) {
	struct http2 *http = conn->session;
	if (is_flood(&http->controls, conn->worker->loop.now_us, LIMIT_CONTROL_FRAMES_PER_10S))
		calm_down(conn, "too many control frames");
}

/* RFC 9113, 6.3. nghttp2 overlooks it when priorities are of no account. */
static void judge_priority(struct conn *conn, const nghttp2_frame_hd *head) {
	struct http2 *http = conn->session;
	count_control(conn);
	if (!head->stream_id &&
	    nghttp2_session_terminate_session(http->session, NGHTTP2_PROTOCOL_ERROR))
		conn_kill(conn);
}

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *head, void *arg) {
	(void)session;
	switch (head->type) {
	case NGHTTP2_PRIORITY: judge_priority(arg, head); break;
	case NGHTTP2_HEADERS:
	case NGHTTP2_CONTINUATION:
	case NGHTTP2_WINDOW_UPDATE: break;
	case NGHTTP2_RST_STREAM: http2_count_reset(arg); break;
	case NGHTTP2_DATA:
		if (head->length || (head->flags & NGHTTP2_FLAG_END_STREAM))
			break;
		count_control(arg);
		break;
	default: count_control(arg); break; /* SETTINGS, PING, unknown ones */
	}
	return 0;
}

/* Frames of types that nobody knows, which nghttp2 tells of only when it is asked to. */
static int ignore_extension(
    nghttp2_session *session, void **payload, const nghttp2_frame_hd *head, void *arg) {
	(void)session, (void)payload, (void)head, (void)arg;
	return NGHTTP2_ERR_CANCEL;
}

void http2_ask_for_extensions(nghttp2_option *option) {
	for (unsigned type = NGHTTP2_CONTINUATION + 1; type <= UINT8_MAX; type++)
		nghttp2_option_set_user_recv_extension_type(option, (uint8_t)type);
}

/* --- requests --- */

/* What came of its body is of no use any more. */
static void drop_body(struct exchange *exchange) {
	struct http2 *http = exchange->conn->session;
	http->body_bytes -= exchange->body.bytes;
	buffer_done(&exchange->body);
}

void http2_refuse(struct exchange *exchange, int status, const char *detail) {
	if (exchange->state != EXCHANGE_RECEIVING)
		return;
	drop_body(exchange);
	exchange_refuse(exchange, status, detail);
}

struct exchange *http2_exchange_of(nghttp2_session *session, int32_t stream_id) {
	return nghttp2_session_get_stream_user_data(session, stream_id);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *arg) {
	struct conn *conn = arg;
	if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0; /* trailers */
	struct exchange *exchange = exchange_new(conn);
	if (!exchange)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	exchange->stream_id = frame->hd.stream_id;
	exchange->request.is_http2 = true;
	if (nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, exchange)) {
		exchange_release(exchange);
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	}
	return 0;
}

static enum err take_method(struct exchange *exchange, const char *value, size_t bytes) {
	if (bytes == 7 && !memcmp(value, "CONNECT", 7))
		http2_refuse(exchange, 501, "This is not a proxy.");
	return exchange_set_method(exchange, value, bytes);
}

static enum err take_path(struct exchange *exchange, const char *value, size_t bytes) {
	if (bytes > LIMIT_TARGET_BYTES) {
		http2_refuse(exchange, 414, "The request target is too long.");
		return ERR_OK;
	}
	return exchange_set_target(exchange, value, bytes);
}

/* :authority, Host, or both and then the same. */
static enum err take_authority(struct exchange *exchange, const char *value, size_t bytes) {
	if (!http_is_authority(value, bytes))
		return ERR_SYNTAX;
	if (!exchange->authority) {
		exchange->authority = arena_string(&exchange->arena, value, bytes);
		return exchange->authority ? ERR_OK : ERR_MEMORY;
	}
	bool is_same = strlen(exchange->authority) == bytes &&
	    !memcmp(exchange->authority, value, bytes);
	return is_same ? ERR_OK : ERR_SYNTAX;
}

static enum err take_length(struct exchange *exchange, const char *value, size_t bytes) {
	uint64_t length;
	enum err err = text_parse_u64(value, bytes, &length);
	if (err)
		return err;
	if (length > exchange->worker->settings->body_bytes_max)
		http2_refuse(exchange, 413, "The request body is too large.");
	return ERR_OK;
}

static enum err take_expect(struct exchange *exchange, const char *value, size_t bytes) {
	exchange->expects_continue = http_is_word(value, bytes, "100-continue");
	if (!exchange->expects_continue)
		http2_refuse(exchange, 417, "The expectation '100-continue' is the only one understood.");
	return ERR_OK;
}

static enum err take_field(struct exchange *exchange, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes) {
	static const struct {
		const char *name;
		uint8_t name_bytes;
		enum err (*take)(struct exchange *exchange, const char *value, size_t bytes);
	} fields[] = {
		{ ":path", 5, take_path },
		{ ":method", 7, take_method },
		{ ":authority", 10, take_authority },
		{ "content-length", 14, take_length },
		{ "host", 4, take_authority },
		{ "expect", 6, take_expect },
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (name_bytes == fields[i].name_bytes && !memcmp(name, fields[i].name, name_bytes))
			return fields[i].take(exchange, value, value_bytes);
	return exchange_take_field(exchange, name, name_bytes, value, value_bytes);
}

/* False: so far over the limit that it is an attack. */
static bool is_within_limits(struct exchange *exchange, size_t name_bytes, size_t value_bytes) {
	exchange->header_count++;
	exchange->header_bytes += (uint32_t)(name_bytes + value_bytes + FIELD_OVERHEAD_BYTES);
	if (exchange->header_count > LIMIT_HEADERS)
		http2_refuse(exchange, 431, "There are too many header fields.");
	else if (exchange->header_bytes > LIMIT_HEADER_BYTES)
		http2_refuse(exchange, 431, "The header is too large.");
	return exchange->header_bytes <= HEADER_FLOOD * LIMIT_HEADER_BYTES;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags, void *arg) {
	(void)flags;
	struct exchange *exchange = http2_exchange_of(session, frame->hd.stream_id);
	if (!exchange)
		return 0;
	if (!is_within_limits(exchange, name_bytes, value_bytes)) {
		calm_down(arg, "a header list far over the limit");
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	}
	if (exchange->state != EXCHANGE_RECEIVING || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	enum err err = take_field(
	    exchange, (const char *)name, name_bytes, (const char *)value, value_bytes);
	if (err == ERR_MEMORY)
		http2_refuse(exchange, 500, "Out of memory.");
	else if (err == ERR_EXISTS)
		http2_refuse(exchange, 400, "A header field that may come once comes twice.");
	else if (err)
		http2_refuse(exchange, 400, "The method, target, authority or length is not well formed.");
	return 0;
}

/* A field with characters that do not belong there; nghttp2 would drop it silently. */
static int on_invalid_header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags,
    void *arg) {
	(void)name, (void)name_bytes, (void)value, (void)value_bytes, (void)flags, (void)arg;
	struct exchange *exchange = http2_exchange_of(session, frame->hd.stream_id);
	if (exchange)
		http2_refuse(exchange, 400, "A header field is not well formed.");
	return 0;
}

static void send_continue(nghttp2_session *session, struct exchange *exchange) {
	static uint8_t name[] = ":status", value[] = "100";
	const nghttp2_nv status = { name, value, sizeof(name) - 1, sizeof(value) - 1,
		NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE };
	exchange->expects_continue = false;
	if (nghttp2_submit_headers(
	        session, NGHTTP2_FLAG_NONE, exchange->stream_id, NULL, &status, 1, NULL))
		conn_kill(exchange->conn);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg) {
	(void)arg;
	if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
		return 0;
	struct exchange *exchange = http2_exchange_of(session, frame->hd.stream_id);
	if (!exchange)
		return 0;
	exchange->has_header = true;
	exchange->is_complete = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
	if (exchange->state != EXCHANGE_RECEIVING)
		return 0;
	if (exchange->is_complete)
		exchange_dispatch(exchange);
	else if (exchange->expects_continue)
		send_continue(session, exchange);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *data,
    size_t bytes, void *arg) {
	(void)flags;
	struct conn *conn = arg;
	struct http2 *http = conn->session;
	struct exchange *exchange = http2_exchange_of(session, stream_id);
	if (!exchange || exchange->state != EXCHANGE_RECEIVING)
		return 0; /* refused already */
	if (http->body_bytes + bytes > LIMIT_STREAM_BODY_BYTES_TOTAL) {
		http2_refuse(exchange, 503, "This connection has too much in flight; send less at a time.");
		return 0;
	}
	size_t before = exchange->body.bytes;
	enum err err = exchange_take_body(exchange, (const char *)data, bytes);
	http->body_bytes += exchange->body.bytes - before;
	if (err == ERR_RANGE)
		http2_refuse(exchange, 413, "The request body is too large.");
	else if (err == ERR_FULL)
		http2_refuse(exchange, 503, EXCHANGE_TOO_MUCH_HELD);
	else if (err)
		http2_refuse(exchange, 500, "Out of memory.");
	return 0;
}

static int on_stream_close(
    nghttp2_session *session, int32_t stream_id, uint32_t error_code, void *arg) {
	(void)error_code, (void)arg;
	struct exchange *exchange = http2_exchange_of(session, stream_id);
	if (exchange)
		exchange_leave(exchange);
	return 0;
}

/* --- all of them --- */

void http2_set_receiving(nghttp2_session_callbacks *callbacks) {
	nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
	nghttp2_session_callbacks_set_unpack_extension_callback(callbacks, ignore_extension);
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, on_invalid_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
}
