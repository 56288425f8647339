/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nghttp2 is fed in http2_input and asked for output in http2_produce, never from within its
 * callbacks. Its callbacks create, fill, dispatch and refuse exchanges; a response is submitted
 * when it comes and its body is copied straight from the exchange into the stream's output.
 */
#include "net/http2.h"

#include "net/http_text.h"
#include "net/response.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>

enum {
	FRAME_HEAD_BYTES = 9,
	WINDOW_BYTES = 1 << 20,            /* of a stream */
	CONNECTION_WINDOW_BYTES = 8 << 20, /* for all */
	HEADER_FLOOD = 4, /* so many times over the limit: not a mistake any more, but an attack */
	FIELD_OVERHEAD_BYTES = 32, /* RFC 9113, 6.5.2 */
	RATE_WINDOW_US = 10 * US_PER_S,
};

struct rate {
	int64_t since_us;
	unsigned count;
};

struct http2 {
	nghttp2_session *session;
	struct rate resets, controls;
	size_t body_bytes;     /* of requests, held */
	size_t unsent_bytes;   /* of responses */
	int64_t idle_since_us; /* since when there is no stream */
	bool is_broken;        /* says why, and closes */
};

static int64_t now_us(const struct conn *conn) {
	return conn->worker->loop.now_us;
}

static bool is_idle(const struct conn *conn) {
	for (size_t i = 0; i <= EXCHANGE_ANSWERED; i++)
		if (!TAILQ_EMPTY(&conn->exchanges[i]))
			return false;
	return true;
}

/* --- floods --- */

/* Counts one; true when that is the first too many. */
static bool is_flood(struct rate *rate, int64_t now, unsigned count_max) {
	if (now - rate->since_us >= RATE_WINDOW_US)
		*rate = (struct rate){ .since_us = now };
	return ++rate->count == count_max + 1;
}

static void calm_down(struct conn *conn, const char *detail) {
	struct http2 *http = conn->session;
	worker_report(conn->worker, "http2_flood", conn->address, detail);
	if (nghttp2_session_terminate_session(http->session, NGHTTP2_ENHANCE_YOUR_CALM))
		conn_kill(conn);
}

static void count_reset(struct conn *conn) {
	struct http2 *http = conn->session;
	if (is_flood(&http->resets, now_us(conn), LIMIT_RESETS_PER_10S))
		calm_down(conn, "too many streams were reset");
}

static void count_control(struct conn *conn) {
	struct http2 *http = conn->session;
	if (is_flood(&http->controls, now_us(conn), LIMIT_CONTROL_FRAMES_PER_10S))
		calm_down(conn, "too many control frames");
}

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *head, void *arg) {
	(void)session;
	switch (head->type) {
	case NGHTTP2_HEADERS:
	case NGHTTP2_CONTINUATION:
	case NGHTTP2_WINDOW_UPDATE: break;
	case NGHTTP2_RST_STREAM: count_reset(arg); break;
	case NGHTTP2_DATA:
		if (head->length || (head->flags & NGHTTP2_FLAG_END_STREAM))
			break;
		count_control(arg);
		break;
	default: count_control(arg); break; /* SETTINGS, PING, PRIORITY, unknown ones */
	}
	return 0;
}

/* --- requests --- */

/* What came of its body is of no use any more. */
static void drop_body(struct exchange *exchange) {
	struct http2 *http = exchange->conn->session;
	http->body_bytes -= exchange->body.bytes;
	buffer_done(&exchange->body);
}

static void refuse(struct exchange *exchange, int status, const char *detail) {
	if (exchange->state != EXCHANGE_RECEIVING)
		return;
	drop_body(exchange);
	exchange_refuse(exchange, status, detail);
}

static struct exchange *exchange_of(nghttp2_session *session, int32_t stream_id) {
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
		refuse(exchange, 501, "This is not a proxy.");
	return exchange_set_method(exchange, value, bytes);
}

static enum err take_path(struct exchange *exchange, const char *value, size_t bytes) {
	if (bytes > LIMIT_TARGET_BYTES) {
		refuse(exchange, 414, "The request target is too long.");
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
		refuse(exchange, 413, "The request body is too large.");
	return ERR_OK;
}

static enum err take_expect(struct exchange *exchange, const char *value, size_t bytes) {
	exchange->expects_continue = http_is_word(value, bytes, "100-continue");
	if (!exchange->expects_continue)
		refuse(exchange, 417, "The expectation '100-continue' is the only one understood.");
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
		refuse(exchange, 431, "There are too many header fields.");
	else if (exchange->header_bytes > LIMIT_HEADER_BYTES)
		refuse(exchange, 431, "The header is too large.");
	return exchange->header_bytes <= HEADER_FLOOD * LIMIT_HEADER_BYTES;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags, void *arg) {
	(void)flags;
	struct exchange *exchange = exchange_of(session, frame->hd.stream_id);
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
		refuse(exchange, 500, "Out of memory.");
	else if (err == ERR_EXISTS)
		refuse(exchange, 400, "A header field that may come once comes twice.");
	else if (err)
		refuse(exchange, 400, "The method, target, authority or length is not well formed.");
	return 0;
}

/* A field with characters that do not belong there; nghttp2 would drop it silently. */
static int on_invalid_header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags,
    void *arg) {
	(void)name, (void)name_bytes, (void)value, (void)value_bytes, (void)flags, (void)arg;
	struct exchange *exchange = exchange_of(session, frame->hd.stream_id);
	if (exchange)
		refuse(exchange, 400, "A header field is not well formed.");
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
	struct exchange *exchange = exchange_of(session, frame->hd.stream_id);
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
	struct exchange *exchange = exchange_of(session, stream_id);
	if (!exchange || exchange->state != EXCHANGE_RECEIVING)
		return 0; /* refused already */
	if (http->body_bytes + bytes > LIMIT_STREAM_BODY_BYTES_TOTAL) {
		refuse(exchange, 503, "This connection has too much in flight; send less at a time.");
		return 0;
	}
	size_t before = exchange->body.bytes;
	enum err err = exchange_take_body(exchange, (const char *)data, bytes);
	http->body_bytes += exchange->body.bytes - before;
	if (err == ERR_RANGE)
		refuse(exchange, 413, "The request body is too large.");
	else if (err)
		refuse(exchange, 500, "Out of memory.");
	return 0;
}

static int on_stream_close(
    nghttp2_session *session, int32_t stream_id, uint32_t error_code, void *arg) {
	(void)error_code, (void)arg;
	struct exchange *exchange = exchange_of(session, stream_id);
	if (exchange)
		exchange_leave(exchange);
	return 0;
}

static void http2_forget(struct conn *conn, struct exchange *exchange) {
	struct http2 *http = conn->session;
	http->unsent_bytes -= exchange->reply.bytes - exchange->reply_sent;
	http->body_bytes -= exchange->body.bytes;
	http->idle_since_us = now_us(conn);
	nghttp2_session_set_stream_user_data(http->session, exchange->stream_id, NULL);
}

/* --- responses --- */

static ssize_t read_reply(nghttp2_session *session, int32_t stream_id, uint8_t *room, size_t bytes,
    uint32_t *ret_flags, nghttp2_data_source *source, void *arg) {
	(void)session, (void)stream_id, (void)room, (void)arg;
	const struct exchange *exchange = source->ptr;
	size_t left = exchange->reply.bytes - exchange->reply_sent;
	*ret_flags |= NGHTTP2_DATA_FLAG_NO_COPY;
	if (left <= bytes)
		*ret_flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)(left < bytes ? left : bytes);
}

static int send_reply(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *frame_head,
    size_t bytes, nghttp2_data_source *source, void *arg) {
	(void)session, (void)frame;
	struct conn *conn = arg;
	struct http2 *http = conn->session;
	struct exchange *exchange = source->ptr;
	if (tls_stream_room(&conn->stream) < FRAME_HEAD_BYTES + bytes)
		return NGHTTP2_ERR_WOULDBLOCK;
	tls_stream_append(&conn->stream, frame_head, FRAME_HEAD_BYTES);
	tls_stream_append(&conn->stream, exchange->reply.data + exchange->reply_sent, bytes);
	exchange->reply_sent += bytes;
	http->unsent_bytes -= bytes;
	return 0;
}

static ssize_t send_frame(
    nghttp2_session *session, const uint8_t *data, size_t bytes, int flags, void *arg) {
	(void)session, (void)flags;
	struct conn *conn = arg;
	size_t taken = tls_stream_append(&conn->stream, data, bytes);
	return taken ? (ssize_t)taken : NGHTTP2_ERR_WOULDBLOCK;
}

static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame, void *arg) {
	if (frame->hd.type == NGHTTP2_RST_STREAM) {
		count_reset(arg); /* a client can make us reset as well */
		return 0;
	}
	bool is_end = (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) &&
	    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM);
	struct exchange *exchange = is_end ? exchange_of(session, frame->hd.stream_id) : NULL;
	if (exchange && !exchange->is_complete) /* answered early: the client need not go on */
		return nghttp2_submit_rst_stream(
		    session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
	return 0;
}

static nghttp2_nv name_value(
    const char *name, size_t name_bytes, const char *value, size_t value_bytes) {
	return (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, name_bytes, value_bytes,
		NGHTTP2_NV_FLAG_NO_COPY_NAME };
}

static bool http2_respond(
    struct conn *conn, struct exchange *exchange, const struct response *response) {
	struct http2 *http = conn->session;
	const char status[3] = { (char)('0' + response->status / 100 % 10),
		(char)('0' + response->status / 10 % 10), (char)('0' + response->status % 10) };
	struct response_fields fields;
	nghttp2_nv pairs[1 + RESPONSE_FIELDS_MAX];
	response_list_fields(response, &fields);
	pairs[0] = name_value(":status", 7, status, sizeof(status));
	for (size_t i = 0; i < fields.count; i++) {
		const struct response_field *field = &fields.fields[i];
		pairs[1 + i] = name_value(field->name, field->name_bytes, field->value, field->value_bytes);
	}
	size_t body_bytes = response_body_bytes(response, exchange->is_head);
	buffer_append(&exchange->reply, response->body, body_bytes);
	if (buffer_error(&exchange->reply))
		return false;
	http->unsent_bytes += body_bytes;
	const nghttp2_data_provider provider = { .source.ptr = exchange, .read_callback = read_reply };
	return nghttp2_submit_response(http->session, exchange->stream_id, pairs, 1 + fields.count,
	           body_bytes ? &provider : NULL) == 0;
}

/* --- the session --- */

static bool set_callbacks(nghttp2_session_callbacks **ret_callbacks) {
	nghttp2_session_callbacks *callbacks;
	if (nghttp2_session_callbacks_new(&callbacks))
		return false;
	nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, on_invalid_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
	nghttp2_session_callbacks_set_send_callback(callbacks, send_frame);
	nghttp2_session_callbacks_set_send_data_callback(callbacks, send_reply);
	nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
	*ret_callbacks = callbacks;
	return true;
}

static nghttp2_session *new_session(struct conn *conn) {
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;
	nghttp2_session *session = NULL;
	if (!set_callbacks(&callbacks) || nghttp2_option_new(&option))
		goto out;
	nghttp2_option_set_no_closed_streams(option, 1);
	if (nghttp2_session_server_new2(&session, callbacks, conn, option))
		session = NULL;
out:
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	return session;
}

static bool greet(nghttp2_session *session) {
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, LIMIT_STREAMS },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, LIMIT_HEADER_BYTES },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_BYTES },
		{ NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1 },
	};
	return nghttp2_submit_settings(
	           session, NGHTTP2_FLAG_NONE, settings, sizeof(settings) / sizeof(settings[0])) == 0 &&
	    nghttp2_session_set_local_window_size(
	        session, NGHTTP2_FLAG_NONE, 0, CONNECTION_WINDOW_BYTES) == 0;
}

static void http2_close(struct conn *conn) {
	struct http2 *http = conn->session;
	nghttp2_session_del(http->session);
	free(http);
	conn->session = NULL;
}

static bool http2_open(struct conn *conn) {
	struct http2 *http = calloc(1, sizeof(*http));
	if (!http)
		return false;
	http->session = new_session(conn);
	http->idle_since_us = now_us(conn);
	conn->session = http;
	if (http->session && greet(http->session))
		return true;
	http2_close(conn);
	return false;
}

static void http2_input(struct conn *conn, const char *data, size_t bytes) {
	struct http2 *http = conn->session;
	ssize_t taken = nghttp2_session_mem_recv(http->session, (const uint8_t *)data, bytes);
	if (taken == (ssize_t)bytes)
		return;
	worker_report(conn->worker, "http2_broken", conn->address, nghttp2_strerror((int)taken));
	http->is_broken = true;
	if (nghttp2_session_terminate_session(http->session, NGHTTP2_PROTOCOL_ERROR))
		conn_kill(conn);
}

static bool http2_wants_input(const struct conn *conn) {
	const struct http2 *http = conn->session;
	return !http->is_broken && http->unsent_bytes < LIMIT_OUTPUT_BYTES &&
	    nghttp2_session_want_read(http->session);
}

static void http2_produce(struct conn *conn) {
	struct http2 *http = conn->session;
	if (conn->state != CONN_OPEN)
		return;
	if (nghttp2_session_send(http->session)) {
		conn_kill(conn);
		return;
	}
	bool is_over = http->is_broken || !nghttp2_session_want_read(http->session);
	if (is_over && !nghttp2_session_want_write(http->session))
		conn_finish(conn);
}

/* --- time --- */

/* Streams begin in order, so the first that is being received is due first, and only the last can
 * be in the middle of its header. */
static int64_t body_deadline_us(const struct conn *conn) {
	const struct exchange *first = TAILQ_FIRST(&conn->exchanges[EXCHANGE_RECEIVING]);
	return first ? first->began_us + conn->worker->settings->body_us : INT64_MAX;
}

static int64_t header_deadline_us(const struct conn *conn) {
	const struct exchange *last = TAILQ_LAST(&conn->exchanges[EXCHANGE_RECEIVING], exchange_list);
	return last && !last->has_header ? last->began_us + conn->worker->settings->header_us
	                                 : INT64_MAX;
}

static int64_t http2_deadline_us(const struct conn *conn) {
	const struct http2 *http = conn->session;
	if (is_idle(conn))
		return http->idle_since_us + conn->worker->settings->idle_us;
	int64_t body_us = body_deadline_us(conn), header_us = header_deadline_us(conn);
	return header_us < body_us ? header_us : body_us;
}

static void http2_say_goodbye(struct conn *conn) {
	struct http2 *http = conn->session;
	int32_t last = nghttp2_session_get_last_proc_stream_id(http->session);
	if (nghttp2_submit_goaway(http->session, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, NULL, 0))
		conn_kill(conn);
	conn_touch(conn);
}

static void http2_expire(struct conn *conn) {
	if (is_idle(conn)) {
		http2_say_goodbye(conn);
		return;
	}
	if (header_deadline_us(conn) <= now_us(conn)) {
		/* within a header list nothing else can be said or understood */
		worker_report(conn->worker, "header_timeout", conn->address, "");
		conn_kill(conn);
		return;
	}
	while (body_deadline_us(conn) <= now_us(conn))
		exchange_refuse(TAILQ_FIRST(&conn->exchanges[EXCHANGE_RECEIVING]), 408,
		    "The request did not come in time.");
}

const struct protocol http2_protocol = {
	.open = http2_open,
	.close = http2_close,
	.input = http2_input,
	.wants_input = http2_wants_input,
	.produce = http2_produce,
	.respond = http2_respond,
	.forget = http2_forget,
	.deadline_us = http2_deadline_us,
	.expire = http2_expire,
	.say_goodbye = http2_say_goodbye,
};
