/* SPDX-License-Identifier: Apache-2.0 */
#include "net/exchange.h"

#include "net/conn.h"
#include "net/http_text.h"
#include "net/worker.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FREE_EXCHANGES = 1024,        /* kept by a worker */
	KEPT_ARENA_BYTES = 16384,     /* by a free exchange */
	KEPT_BUFFER_BYTES = 16384,    /* each of two */
	KEPT_SCRATCH_BYTES = 1 << 20, /* of a worker */
	BODY_RESERVE_BYTES = 65536,   /* more than this only when it comes */
};

/* --- life --- */

static void trim(struct buffer *buffer, size_t kept_bytes) {
	if (buffer->capacity > kept_bytes)
		buffer_done(buffer);
	buffer_clear(buffer);
}

static struct exchange *take_free(struct worker *worker) {
	struct exchange *exchange = TAILQ_FIRST(&worker->free_exchanges);
	if (exchange) {
		TAILQ_REMOVE(&worker->free_exchanges, exchange, link);
		worker->free_exchange_count--;
		return exchange;
	}
	exchange = calloc(1, sizeof(*exchange));
	if (!exchange)
		return NULL;
	arena_init(&exchange->arena, LIMIT_EXCHANGE_BYTES);
	/* one more for the NUL */
	buffer_init(&exchange->body, (size_t)worker->settings->body_bytes_max + 1);
	buffer_init(&exchange->reply, 0);
	exchange->worker = worker;
	return exchange;
}

struct exchange *exchange_new(struct conn *conn) {
	struct worker *worker = conn->worker;
	struct exchange *exchange = take_free(worker);
	if (!exchange)
		return NULL;
	exchange->conn = conn;
	exchange->state = EXCHANGE_RECEIVING;
	exchange->began_us = worker->loop.now_us;
	exchange->user = NULL;
	exchange->seen = 0;
	exchange->is_head = false;
	exchange->reply_sent = 0;
	exchange->stream_id = 0;
	exchange->header_bytes = exchange->header_count = 0;
	exchange->authority = NULL;
	exchange->has_header = exchange->is_complete = exchange->expects_continue = false;
	memcpy(exchange->address, conn->address, sizeof(exchange->address));
	exchange->request = (struct request){
		.method = "",
		.path = "",
		.query = "",
		.content_type = "",
		.accept = "",
		.authorization = "",
		.idempotency_key = "",
		.body = "",
		.has_certificate = conn->has_certificate,
		.address = exchange->address,
	};
	if (conn->has_certificate)
		memcpy(exchange->request.spki_sha256, conn->spki_sha256, sizeof(conn->spki_sha256));
	TAILQ_INSERT_TAIL(&conn->exchanges[EXCHANGE_RECEIVING], exchange, link);
	return exchange;
}

void exchange_free(struct exchange *exchange) {
	arena_done(&exchange->arena);
	buffer_done(&exchange->body);
	buffer_done(&exchange->reply);
	free(exchange);
}

/* Brings the worker's count up to date. */
static void count_held(struct exchange *exchange, size_t bytes) {
	exchange->worker->held_bytes += bytes - exchange->held_bytes;
	exchange->held_bytes = bytes;
}

static bool is_worker_full(const struct worker *worker) {
	return worker->held_bytes > worker->settings->held_bytes_max;
}

static void store(struct exchange *exchange) {
	struct worker *worker = exchange->worker;
	count_held(exchange, 0);
	if (worker->free_exchange_count == FREE_EXCHANGES) {
		exchange_free(exchange);
		return;
	}
	if (exchange->arena.bytes > KEPT_ARENA_BYTES)
		arena_done(&exchange->arena);
	else
		arena_reset(&exchange->arena);
	trim(&exchange->body, KEPT_BUFFER_BYTES);
	trim(&exchange->reply, KEPT_BUFFER_BYTES);
	TAILQ_INSERT_HEAD(&worker->free_exchanges, exchange, link);
	worker->free_exchange_count++;
}

void exchange_release(struct exchange *exchange) {
	struct conn *conn = exchange->conn;
	check(conn && exchange->state != EXCHANGE_HELD);
	if (conn->protocol && conn->protocol->forget)
		conn->protocol->forget(conn, exchange);
	TAILQ_REMOVE(&conn->exchanges[exchange->state], exchange, link);
	exchange->conn = NULL;
	store(exchange);
}

void exchange_leave(struct exchange *exchange) {
	if (exchange->state != EXCHANGE_HELD) {
		exchange_release(exchange);
		return;
	}
	struct conn *conn = exchange->conn;
	if (conn->protocol->forget)
		conn->protocol->forget(conn, exchange);
	TAILQ_REMOVE(&conn->exchanges[EXCHANGE_HELD], exchange, link);
	exchange->conn = NULL;
	TAILQ_INSERT_TAIL(&exchange->worker->abandoned, exchange, link);
}

/* --- the request --- */

enum err exchange_set_method(struct exchange *exchange, const char *method, size_t bytes) {
	if (!http_is_method(method, bytes))
		return ERR_SYNTAX;
	struct request *request = &exchange->request;
	exchange->is_head = bytes == 4 && !memcmp(method, "HEAD", 4);
	if (exchange->is_head || (bytes == 3 && !memcmp(method, "GET", 3)))
		request->method = "GET";
	else if (bytes == 4 && !memcmp(method, "POST", 4))
		request->method = "POST";
	else
		request->method = arena_string(&exchange->arena, method, bytes);
	return request->method ? ERR_OK : ERR_MEMORY;
}

enum err exchange_set_target(struct exchange *exchange, const char *target, size_t bytes) {
	if (!http_is_target(target, bytes))
		return ERR_SYNTAX;
	char *path = arena_string(&exchange->arena, target, bytes);
	if (!path)
		return ERR_MEMORY;
	char *mark = memchr(path, '?', bytes);
	if (mark)
		*mark = '\0';
	exchange->request.path = path;
	exchange->request.query = mark ? mark + 1 : "";
	return ERR_OK;
}

/* "Application/JSON; charset=utf-8" → "application/json" */
static char *media_type(struct arena *arena, const char *value, size_t bytes) {
	const char *semicolon = memchr(value, ';', bytes);
	if (semicolon)
		bytes = (size_t)(semicolon - value);
	while (bytes && (value[bytes - 1] == ' ' || value[bytes - 1] == '\t'))
		bytes--;
	char *type = arena_string(arena, value, bytes);
	if (type)
		http_lower(type, bytes);
	return type;
}

static enum err take_content_type(struct exchange *exchange, const char *value, size_t bytes) {
	exchange->request.content_type = media_type(&exchange->arena, value, bytes);
	return exchange->request.content_type ? ERR_OK : ERR_MEMORY;
}

static enum err take_accept(struct exchange *exchange, const char *value, size_t bytes) {
	struct request *request = &exchange->request;
	request->accept = request->accept[0]
	    ? arena_printf(&exchange->arena, "%s, %.*s", request->accept, (int)bytes, value)
	    : arena_string(&exchange->arena, value, bytes);
	return request->accept ? ERR_OK : ERR_MEMORY;
}

static enum err take_authorization(struct exchange *exchange, const char *value, size_t bytes) {
	exchange->request.authorization = arena_string(&exchange->arena, value, bytes);
	return exchange->request.authorization ? ERR_OK : ERR_MEMORY;
}

static enum err take_idempotency_key(struct exchange *exchange, const char *value, size_t bytes) {
	exchange->request.idempotency_key = arena_string(&exchange->arena, value, bytes);
	return exchange->request.idempotency_key ? ERR_OK : ERR_MEMORY;
}

enum err exchange_take_field(struct exchange *exchange, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes) {
	static const struct {
		const char *name;
		uint8_t name_bytes;
		bool is_list;
		enum err (*take)(struct exchange *exchange, const char *value, size_t bytes);
	} fields[] = {
		{ "accept", 6, true, take_accept },
		{ "content-type", 12, false, take_content_type },
		{ "authorization", 13, false, take_authorization },
		{ "idempotency-key", 15, false, take_idempotency_key },
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (name_bytes != fields[i].name_bytes || memcmp(name, fields[i].name, name_bytes))
			continue;
		bool is_again = exchange->seen & 1u << i;
		exchange->seen |= 1u << i;
		if (is_again && !fields[i].is_list)
			return ERR_EXISTS;
		return fields[i].take(exchange, value, value_bytes);
	}
	return ERR_OK;
}

enum err exchange_take_body(struct exchange *exchange, const char *data, size_t bytes) {
	buffer_append(&exchange->body, data, bytes);
	enum err err = buffer_error(&exchange->body);
	if (err || exchange->body.bytes >= exchange->body.bytes_max)
		return err ? err : ERR_RANGE;
	count_held(exchange, exchange->body.bytes);
	return is_worker_full(exchange->worker) ? ERR_FULL : ERR_OK;
}

static void enter_state(struct exchange *exchange, enum exchange_state state) {
	struct conn *conn = exchange->conn;
	TAILQ_REMOVE(&conn->exchanges[exchange->state], exchange, link);
	TAILQ_INSERT_TAIL(&conn->exchanges[state], exchange, link);
	exchange->state = state;
}

void exchange_linger(struct exchange *exchange) {
	enter_state(exchange, EXCHANGE_LINGERING);
	exchange->began_us = exchange->worker->loop.now_us;
}

void exchange_dispatch(struct exchange *exchange) {
	struct conn *conn = exchange->conn;
	struct worker *worker = exchange->worker;
	if (!conn_recheck(conn))
		return;
	if (is_worker_full(worker)) {
		exchange_refuse(exchange, 503, EXCHANGE_TOO_MUCH_HELD);
		return;
	}
	struct request *request = &exchange->request;
	if (exchange->body.bytes) {
		request->body_bytes = exchange->body.bytes;
		request->body = buffer_string(&exchange->body);
		if (buffer_error(&exchange->body)) {
			conn_kill(conn);
			return;
		}
	}
	enter_state(exchange, EXCHANGE_HELD);
	worker->held_count++;
	worker->settings->handler(worker->settings->handler_arg, exchange);
}

/* --- the answer --- */

static void answer(struct exchange *exchange, const struct response *response) {
	struct conn *conn = exchange->conn;
	enter_state(exchange, EXCHANGE_ANSWERED);
	if (!conn->protocol->respond(conn, exchange, response))
		conn_kill(conn);
	count_held(exchange, exchange->body.bytes + exchange->reply.bytes);
	conn_touch(conn);
}

void exchange_refuse(struct exchange *exchange, int status, const char *detail) {
	check(exchange->state == EXCHANGE_RECEIVING);
	worker_report(exchange->worker, "request_refused", exchange->address, detail);
	char body[384];
	int bytes = snprintf(body, sizeof(body),
	    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}",
	    http_reason((unsigned)status), status, detail);
	check(bytes > 0 && (size_t)bytes < sizeof(body));
	answer(exchange,
	    &(struct response){
	        .status = (uint16_t)status,
	        .content_type = "application/problem+json",
	        .body = body,
	        .body_bytes = (size_t)bytes,
	        .retry_after_s = status == 503,
	    });
}

void exchange_respond(struct exchange *exchange, const struct response *response) {
	struct worker *worker = exchange->worker;
	check(loop_is_mine(&worker->loop));
	check(exchange->state == EXCHANGE_HELD);
	exchange_cancel_timer(exchange);
	worker->held_count--;
	if (exchange->conn) {
		answer(exchange, response);
	} else {
		TAILQ_REMOVE(&worker->abandoned, exchange, link);
		store(exchange);
	}
	trim(&worker->scratch, KEPT_SCRATCH_BYTES);
}

/* --- the handler's side --- */

const struct request *exchange_request(const struct exchange *exchange) {
	return &exchange->request;
}

struct arena *exchange_arena(struct exchange *exchange) {
	return &exchange->arena;
}

struct buffer *exchange_scratch(struct exchange *exchange) {
	struct worker *worker = exchange->worker;
	check(loop_is_mine(&worker->loop));
	buffer_clear(&worker->scratch);
	return &worker->scratch;
}

void exchange_set_user(struct exchange *exchange, void *user) {
	exchange->user = user;
}

void *exchange_user(const struct exchange *exchange) {
	return exchange->user;
}

bool exchange_is_abandoned(const struct exchange *exchange) {
	check(loop_is_mine(&exchange->worker->loop));
	return !exchange->conn;
}

static void run_posted(struct loop_task *task) {
	struct exchange *exchange = (struct exchange *)task;
	atomic_store_explicit(&exchange->is_posted, false, memory_order_relaxed);
	exchange_cancel_timer(exchange);
	exchange->post_fn(exchange);
}

void exchange_post(struct exchange *exchange, void (*fn)(struct exchange *exchange)) {
	bool was_posted = atomic_exchange_explicit(&exchange->is_posted, true, memory_order_relaxed);
	check(!was_posted);
	exchange->post_fn = fn;
	exchange->task.run = run_posted;
	loop_post(&exchange->worker->loop, &exchange->task);
}

static void on_timer(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	struct exchange *exchange = arg;
	struct worker *worker = exchange->worker;
	worker_begin_turn(worker);
	exchange_run_timer(exchange);
	worker_end_turn(worker);
}

void exchange_run_timer(struct exchange *exchange) {
	if (!exchange->has_timer)
		return;
	exchange_cancel_timer(exchange);
	exchange->timer_fn(exchange);
}

void exchange_set_timer(
    struct exchange *exchange, uint32_t ms, void (*fn)(struct exchange *exchange)) {
	struct worker *worker = exchange->worker;
	check(loop_is_mine(&worker->loop));
	exchange_cancel_timer(exchange);
	exchange->timer_fn = fn;
	exchange->has_timer = true;
	event_assign(&exchange->timer, worker->loop.base, -1, 0, on_timer, exchange);
	struct timeval wait = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	if (event_add(&exchange->timer, &wait))
		event_active(&exchange->timer, EV_TIMEOUT, 0); /* out of memory: early, not never */
}

void exchange_cancel_timer(struct exchange *exchange) {
	if (!exchange->has_timer)
		return;
	exchange->has_timer = false;
	event_del(&exchange->timer);
}
