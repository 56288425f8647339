/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While an exchange is on its way, what the client sends meanwhile is kept (at most what one read
 * brings; then reading stops). It is parsed when the answer has been written, in produce.
 */
#include "net/http1.h"

#include "net/http1_parser.h"
#include "net/http_text.h"
#include "net/response.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static const char continue_text[] = "HTTP/1.1 100 Continue\r\n\r\n";

struct http1 {
	struct http1_parser parser;
	struct exchange *exchange; /* the present one, or NULL */
	struct buffer kept;        /* input that came too early */
	size_t kept_start;
	int64_t since_us; /* the idle time, the header or the body has begun */
	bool owes_continue;
	bool is_last; /* close after this answer */
	bool is_deaf; /* takes no more input: framing is lost, or we are closing */
};

static bool is_busy(const struct http1 *http) {
	return http->exchange && http->exchange->state != EXCHANGE_RECEIVING;
}

static bool has_kept(const struct http1 *http) {
	return http->kept_start < http->kept.bytes;
}

static bool http1_open(struct conn *conn) {
	struct http1 *http = calloc(1, sizeof(*http));
	if (!http)
		return false;
	http1_parser_init(&http->parser);
	buffer_init(&http->kept, 0);
	http->since_us = conn->worker->loop.now_us;
	conn->session = http;
	return true;
}

static void http1_close(struct conn *conn) {
	struct http1 *http = conn->session;
	http1_parser_done(&http->parser);
	buffer_done(&http->kept);
	free(http);
	conn->session = NULL;
}

static void http1_forget(struct conn *conn, struct exchange *exchange) {
	struct http1 *http = conn->session;
	if (http->exchange == exchange)
		http->exchange = NULL;
}

/* --- requests --- */

static void refuse(struct conn *conn, int status, const char *detail) {
	struct http1 *http = conn->session;
	http->is_last = http->is_deaf = true;
	if (!http->exchange)
		http->exchange = exchange_new(conn);
	if (http->exchange)
		exchange_refuse(http->exchange, status, detail);
	else
		conn_kill(conn);
}

/* ERR_OK, or what is wrong with the head. */
static enum err read_head(struct exchange *exchange, const struct http1_parser *parser) {
	const struct http1_head *head = http1_parser_head(parser);
	enum err err = exchange_set_method(exchange, head->method, strlen(head->method));
	if (!err)
		err = exchange_set_target(exchange, head->target, strlen(head->target));
	for (size_t i = 0; !err && i < head->field_count; i++) {
		struct http1_text name, value;
		http1_parser_field(parser, i, &name, &value);
		err = exchange_take_field(exchange, name.data, name.bytes, value.data, value.bytes);
	}
	return err;
}

static void begin_request(struct conn *conn) {
	struct http1 *http = conn->session;
	const struct http1_head *head = http1_parser_head(&http->parser);
	http->since_us = conn->worker->loop.now_us; /* of the body */
	http->exchange = exchange_new(conn);
	if (!http->exchange) {
		conn_kill(conn);
		return;
	}
	enum err err = read_head(http->exchange, &http->parser);
	if (err == ERR_EXISTS)
		refuse(conn, 400, "A header field that may come once comes twice.");
	else if (err)
		refuse(conn, 500, "Out of memory.");
	else if (head->content_length > conn->worker->settings->body_bytes_max)
		refuse(conn, 413, "The request body is too large.");
	http->is_last |= head->wants_close;
	http->owes_continue = head->expects_continue && head->has_body && !http->is_deaf;
}

static void take_body(struct conn *conn, const struct http1_text *piece) {
	struct http1 *http = conn->session;
	http->owes_continue = false;
	enum err err = exchange_take_body(http->exchange, piece->data, piece->bytes);
	if (err == ERR_RANGE)
		refuse(conn, 413, "The request body is too large.");
	else if (err == ERR_FULL)
		refuse(conn, 503, EXCHANGE_TOO_MUCH_HELD);
	else if (err)
		conn_kill(conn);
}

/* Takes input up to the end of a request. */
static void parse(struct conn *conn, const char **data, size_t *bytes) {
	struct http1 *http = conn->session;
	if (*bytes && http1_parser_is_between(&http->parser))
		http->since_us = conn->worker->loop.now_us; /* of the header */
	while (!is_busy(http) && conn->state == CONN_OPEN) {
		struct http1_text piece;
		const struct http1_refusal *refusal;
		switch (http1_parser_next(&http->parser, data, bytes, &piece)) {
		case HTTP1_NEED_MORE: return;
		case HTTP1_HEAD: begin_request(conn); break;
		case HTTP1_BODY: take_body(conn, &piece); break;
		case HTTP1_END: exchange_dispatch(http->exchange); break;
		case HTTP1_REFUSED:
			refusal = http1_parser_refusal(&http->parser);
			refuse(conn, refusal->status, refusal->detail);
			break;
		}
	}
}

static void keep(struct conn *conn, const char *data, size_t bytes) {
	struct http1 *http = conn->session;
	buffer_append(&http->kept, data, bytes);
	if (buffer_error(&http->kept))
		conn_kill(conn);
}

static void http1_input(struct conn *conn, const char *data, size_t bytes) {
	struct http1 *http = conn->session;
	parse(conn, &data, &bytes);
	if (bytes && !http->is_deaf)
		keep(conn, data, bytes);
}

static void parse_kept(struct conn *conn) {
	struct http1 *http = conn->session;
	const char *data = http->kept.data + http->kept_start;
	size_t bytes = http->kept.bytes - http->kept_start;
	parse(conn, &data, &bytes);
	http->kept_start = http->kept.bytes - bytes;
	if (has_kept(http) && !http->is_deaf)
		return;
	buffer_done(&http->kept);
	http->kept_start = 0;
}

static bool http1_wants_input(const struct conn *conn) {
	const struct http1 *http = conn->session;
	return !http->is_deaf && !has_kept(http);
}

/* --- answers --- */

static bool http1_respond(
    struct conn *conn, struct exchange *exchange, const struct response *response) {
	struct http1 *http = conn->session;
	struct buffer *reply = &exchange->reply;
	struct response_fields fields;
	response_list_fields(response, &fields);
	buffer_append_text(reply, "HTTP/1.1 ");
	buffer_append_u64(reply, response->status);
	buffer_append_char(reply, ' ');
	buffer_append_text(reply, http_reason(response->status));
	for (size_t i = 0; i < fields.count; i++) {
		buffer_append(reply, "\r\n", 2);
		buffer_append(reply, fields.fields[i].name, fields.fields[i].name_bytes);
		buffer_append(reply, ": ", 2);
		buffer_append(reply, fields.fields[i].value, fields.fields[i].value_bytes);
	}
	http->is_last |= conn->worker->is_draining;
	buffer_append_text(reply, http->is_last ? "\r\nconnection: close\r\n\r\n" : "\r\n\r\n");
	buffer_append(reply, response->body, response_body_bytes(response, exchange->is_head));
	http->owes_continue = false;
	return buffer_error(reply) == ERR_OK;
}

/* True when all of it has been taken. */
static bool write_reply(struct conn *conn) {
	struct http1 *http = conn->session;
	struct exchange *exchange = http->exchange;
	exchange->reply_sent += tls_stream_append(&conn->stream,
	    exchange->reply.data + exchange->reply_sent, exchange->reply.bytes - exchange->reply_sent);
	if (exchange->reply_sent < exchange->reply.bytes)
		return false;
	exchange_release(exchange);
	http->since_us = conn->worker->loop.now_us; /* of the idle time */
	if (http->is_last) {
		http->is_deaf = true;
		conn_finish(conn);
	} else {
		http1_parser_trim(&http->parser);
	}
	return true;
}

static void http1_produce(struct conn *conn) {
	struct http1 *http = conn->session;
	while (conn->state == CONN_OPEN) {
		if (http->owes_continue) {
			if (tls_stream_room(&conn->stream) < sizeof(continue_text) - 1)
				return;
			tls_stream_append(&conn->stream, continue_text, sizeof(continue_text) - 1);
			http->owes_continue = false;
		} else if (http->exchange && http->exchange->state == EXCHANGE_ANSWERED) {
			if (!write_reply(conn))
				return;
		} else if (has_kept(http) && !is_busy(http)) {
			parse_kept(conn);
		} else {
			return;
		}
	}
}

/* --- time --- */

static int64_t http1_deadline_us(const struct conn *conn) {
	const struct http1 *http = conn->session;
	const struct net_settings *settings = conn->worker->settings;
	if (is_busy(http))
		return INT64_MAX;
	if (http->exchange)
		return http->since_us + settings->body_us;
	if (http1_parser_is_between(&http->parser))
		return http->since_us + settings->idle_us;
	return http->since_us + settings->header_us;
}

static void http1_expire(struct conn *conn) {
	struct http1 *http = conn->session;
	if (!http->exchange && http1_parser_is_between(&http->parser))
		conn_finish(conn);
	else
		refuse(conn, 408, "The request did not come in time.");
}

static void http1_say_goodbye(struct conn *conn) {
	struct http1 *http = conn->session;
	http->is_last = true;
	if (!http->exchange && http1_parser_is_between(&http->parser)) {
		http->is_deaf = true;
		conn_finish(conn);
	}
}

const struct protocol http1_protocol = {
	.open = http1_open,
	.close = http1_close,
	.input = http1_input,
	.wants_input = http1_wants_input,
	.produce = http1_produce,
	.respond = http1_respond,
	.forget = http1_forget,
	.deadline_us = http1_deadline_us,
	.expire = http1_expire,
	.say_goodbye = http1_say_goodbye,
};
