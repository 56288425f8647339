/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nghttp2 is fed in http2_input and asked for output in http2_produce, never from within its
 * callbacks. A response is submitted when it comes, and its body is copied straight from the
 * exchange into the stream's output. For what the client sends see http2_receive.c.
 */
#include "net/http2.h"

#include "net/http2_session.h"
#include "net/response.h"

#include "base/limits.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>

enum {
	FRAME_HEAD_BYTES = 9,
	WINDOW_BYTES = 1 << 20,            /* of a stream */
	CONNECTION_WINDOW_BYTES = 8 << 20, /* for all */
};

static int64_t now_us(const struct conn *conn) {
	return conn->worker->loop.now_us;
}

static bool is_idle(const struct conn *conn) {
	for (size_t i = 0; i < EXCHANGE_STATES; i++)
		if (!TAILQ_EMPTY(&conn->exchanges[i]))
			return false;
	return true;
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
		http2_count_reset(arg); /* a client can make us reset as well */
		return 0;
	}
	bool is_end = (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) &&
	    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM);
	struct exchange *exchange = is_end ? http2_exchange_of(session, frame->hd.stream_id) : NULL;
	/* Answered early. RST_STREAM with NO_ERROR would be right at once (RFC 9113, 8.1), but libcurl
	 * then throws the answer away; so the client first gets time to notice. */
	if (exchange && !exchange->is_complete)
		exchange_linger(exchange);
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

static void http2_forget(struct conn *conn, struct exchange *exchange) {
	struct http2 *http = conn->session;
	http->unsent_bytes -= exchange->reply.bytes - exchange->reply_sent;
	http->body_bytes -= exchange->body.bytes;
	http->idle_since_us = now_us(conn);
	nghttp2_session_set_stream_user_data(http->session, exchange->stream_id, NULL);
}

/* --- the session --- */

static bool set_callbacks(nghttp2_session_callbacks **ret_callbacks) {
	nghttp2_session_callbacks *callbacks;
	if (nghttp2_session_callbacks_new(&callbacks))
		return false;
	http2_set_receiving(callbacks);
	nghttp2_session_callbacks_set_send_callback(callbacks, send_frame);
	nghttp2_session_callbacks_set_send_data_callback(callbacks, send_reply);
	nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
	*ret_callbacks = callbacks;
	return true;
}

static void *lib_malloc(size_t bytes, void *recycler) {
	return recycler_alloc(recycler, bytes);
}

static void lib_free(void *memory, void *recycler) {
	recycler_give(recycler, memory);
}

static void *lib_calloc(size_t count, size_t bytes, void *recycler) {
	return recycler_zalloc(recycler, count, bytes);
}

static void *lib_realloc(void *memory, size_t bytes, void *recycler) {
	return recycler_resize(recycler, memory, bytes);
}

static nghttp2_session *new_session(struct conn *conn) {
	nghttp2_mem memory = { &conn->worker->recycler, lib_malloc, lib_free, lib_calloc, lib_realloc };
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;
	nghttp2_session *session = NULL;
	if (!set_callbacks(&callbacks) || nghttp2_option_new(&option))
		goto out;
	nghttp2_option_set_no_closed_streams(option, 1);
	http2_ask_for_extensions(option);
	if (nghttp2_session_server_new3(&session, callbacks, conn, option, &memory))
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

static int64_t linger_deadline_us(const struct conn *conn) {
	const struct exchange *first = TAILQ_FIRST(&conn->exchanges[EXCHANGE_LINGERING]);
	return first ? first->began_us + LIMIT_LINGER_MS * 1000LL : INT64_MAX;
}

static int64_t earlier(int64_t a_us, int64_t b_us) {
	return a_us < b_us ? a_us : b_us;
}

static int64_t http2_deadline_us(const struct conn *conn) {
	const struct http2 *http = conn->session;
	if (is_idle(conn))
		return http->idle_since_us + conn->worker->settings->idle_us;
	return earlier(
	    linger_deadline_us(conn), earlier(body_deadline_us(conn), header_deadline_us(conn)));
}

static void http2_say_goodbye(struct conn *conn) {
	struct http2 *http = conn->session;
	int32_t last = nghttp2_session_get_last_proc_stream_id(http->session);
	if (nghttp2_submit_goaway(http->session, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, NULL, 0))
		conn_kill(conn);
	conn_touch(conn);
}

static void end_lingering(struct conn *conn, struct exchange *exchange) {
	struct http2 *http = conn->session;
	int32_t stream_id = exchange->stream_id;
	exchange_release(exchange);
	if (nghttp2_submit_rst_stream(http->session, NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_NO_ERROR))
		conn_kill(conn);
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
	while (linger_deadline_us(conn) <= now_us(conn))
		end_lingering(conn, TAILQ_FIRST(&conn->exchanges[EXCHANGE_LINGERING]));
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
