/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/net/fixture.h"

#include "base/buffer.h"
#include "base/text.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS_MAX = 4096, HELD_MAX = 4096 };

struct reported {
	char event[32], detail[256];
};

/* Guarded by `lock`, but for the courier's thread handle. */
struct fixture_state {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct reported events[EVENTS_MAX];
	unsigned event_count;
	struct exchange *held[HELD_MAX];
	unsigned held_count, held_total, released, abandoned;
	struct exchange *letters[HELD_MAX]; /* for the courier */
	unsigned letter_count;
	bool is_over;
	pthread_t courier;
};

/* --- waiting --- */

static void wait_change(struct fixture_state *state) {
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += CLIENT_PATIENCE_S;
	int result = pthread_cond_timedwait(&state->changed, &state->lock, &until);
	ck_assert_msg(result == 0, "what was waited for did not happen");
}

static unsigned count_events(struct fixture_state *state, const char *event, char *ret_detail) {
	unsigned count = 0;
	for (unsigned i = 0; i < state->event_count; i++) {
		if (strcmp(state->events[i].event, event) != 0)
			continue;
		count++;
		if (ret_detail)
			memcpy(ret_detail, state->events[i].detail, sizeof(state->events[i].detail));
	}
	return count;
}

void fixture_wait_event(
    struct fixture *fixture, const char *event, unsigned count, char ret_detail[256]) {
	struct fixture_state *state = fixture->state;
	pthread_mutex_lock(&state->lock);
	while (count_events(state, event, ret_detail) < count)
		wait_change(state);
	pthread_mutex_unlock(&state->lock);
}

unsigned fixture_event_count(struct fixture *fixture, const char *event) {
	struct fixture_state *state = fixture->state;
	pthread_mutex_lock(&state->lock);
	unsigned count = count_events(state, event, NULL);
	pthread_mutex_unlock(&state->lock);
	return count;
}

static void on_event(void *arg, const char *event, const char *address, const char *detail) {
	(void)address;
	struct fixture_state *state = arg;
	pthread_mutex_lock(&state->lock);
	if (state->event_count < EVENTS_MAX) {
		struct reported *reported = &state->events[state->event_count++];
		snprintf(reported->event, sizeof(reported->event), "%s", event);
		snprintf(reported->detail, sizeof(reported->detail), "%s", detail);
	}
	pthread_cond_broadcast(&state->changed);
	pthread_mutex_unlock(&state->lock);
}

/* --- the handler --- */

static void say(struct exchange *exchange, const char *text, size_t bytes) {
	exchange_respond(exchange,
	    &(struct response){
	        .status = 200, .content_type = "text/plain", .body = text, .body_bytes = bytes });
}

static void echo(struct exchange *exchange) {
	const struct request *request = exchange_request(exchange);
	struct buffer text;
	buffer_init(&text, 0);
	buffer_printf(&text, "%s %s [%s] [%s] [%s] [%s] [%s] %s %s", request->method, request->path,
	    request->query, request->content_type, request->accept, request->authorization,
	    request->idempotency_key, request->is_http2 ? "h2" : "h1", request->address);
	if (request->body_bytes) {
		buffer_append_char(&text, '\n');
		buffer_append(&text, request->body, request->body_bytes);
	}
	ck_assert_int_eq(request->body[request->body_bytes], '\0');
	say(exchange, text.data, text.bytes);
	buffer_done(&text);
}

static void whoami(struct exchange *exchange) {
	const struct request *request = exchange_request(exchange);
	char text[65] = "nobody";
	if (request->has_certificate)
		text_hex(request->spki_sha256, sizeof(request->spki_sha256), text);
	say(exchange, text, strlen(text));
}

static void say_size(struct exchange *exchange) {
	char text[32];
	int bytes = snprintf(text, sizeof(text), "%zu", exchange_request(exchange)->body_bytes);
	say(exchange, text, (size_t)bytes);
}

static void say_much(struct exchange *exchange) {
	size_t bytes = strtoul(exchange_request(exchange)->query, NULL, 10);
	char *text = arena_alloc(exchange_arena(exchange), bytes);
	ck_assert_ptr_nonnull(text);
	memset(text, 'b', bytes);
	say(exchange, text, bytes);
}

static void on_timer(struct exchange *exchange) {
	say(exchange, "time", 4);
}

static void say_fields(struct exchange *exchange) {
	exchange_respond(exchange,
	    &(struct response){
	        .status = 405,
	        .content_type = "application/problem+json",
	        .body = "{}",
	        .body_bytes = 2,
	        .link = "</v1/vouchers?cursor=x>; rel=\"next\"",
	        .allow = "GET, POST",
	        .retry_after_s = 7,
	        .www_authenticate = "Bearer\r\nx-injected: 1",
	        .cache_control = "private",
	    });
}

static void add(struct fixture_state *state, struct exchange **list, unsigned *count,
    struct exchange *exchange) {
	pthread_mutex_lock(&state->lock);
	ck_assert_uint_lt(*count, HELD_MAX);
	list[(*count)++] = exchange;
	state->held_total += list == state->held;
	pthread_cond_broadcast(&state->changed);
	pthread_mutex_unlock(&state->lock);
}

static void set_long_timer(struct fixture_state *state, struct exchange *exchange) {
	exchange_set_timer(exchange, 3600 * 1000, on_timer);
	pthread_mutex_lock(&state->lock);
	state->held_total++;
	pthread_cond_broadcast(&state->changed);
	pthread_mutex_unlock(&state->lock);
}

static void handle(void *arg, struct exchange *exchange) {
	struct fixture_state *state = arg;
	const char *path = exchange_request(exchange)->path;
	exchange_set_user(exchange, state);
	if (!strcmp(path, "/echo"))
		echo(exchange);
	else if (!strcmp(path, "/whoami"))
		whoami(exchange);
	else if (!strcmp(path, "/size"))
		say_size(exchange);
	else if (!strcmp(path, "/big"))
		say_much(exchange);
	else if (!strcmp(path, "/later"))
		add(state, state->letters, &state->letter_count, exchange);
	else if (!strcmp(path, "/hold"))
		add(state, state->held, &state->held_count, exchange);
	else if (!strcmp(path, "/timer"))
		exchange_set_timer(exchange, 10, on_timer);
	else if (!strcmp(path, "/hour"))
		set_long_timer(state, exchange);
	else if (!strcmp(path, "/empty"))
		exchange_respond(exchange, &(struct response){ .status = 204 });
	else if (!strcmp(path, "/fields"))
		say_fields(exchange);
	else
		exchange_respond(exchange, &(struct response){ .status = 404 });
}

static void *deliver(void *arg) {
	struct fixture_state *state = arg;
	pthread_mutex_lock(&state->lock);
	while (!state->is_over || state->letter_count) {
		if (state->letter_count)
			exchange_post(state->letters[--state->letter_count], echo);
		else
			pthread_cond_wait(&state->changed, &state->lock);
	}
	pthread_mutex_unlock(&state->lock);
	return NULL;
}

static void answer_held(struct exchange *exchange) {
	struct fixture_state *state = exchange_user(exchange);
	pthread_mutex_lock(&state->lock);
	state->released++;
	state->abandoned += exchange_is_abandoned(exchange);
	pthread_cond_broadcast(&state->changed);
	pthread_mutex_unlock(&state->lock);
	say(exchange, "released", 8);
}

void fixture_wait_held(struct fixture *fixture, unsigned count) {
	struct fixture_state *state = fixture->state;
	pthread_mutex_lock(&state->lock);
	while (state->held_total < count)
		wait_change(state);
	pthread_mutex_unlock(&state->lock);
}

unsigned fixture_held(struct fixture *fixture) {
	struct fixture_state *state = fixture->state;
	pthread_mutex_lock(&state->lock);
	unsigned count = state->held_total;
	pthread_mutex_unlock(&state->lock);
	return count;
}

unsigned fixture_release(struct fixture *fixture) {
	struct fixture_state *state = fixture->state;
	pthread_mutex_lock(&state->lock);
	unsigned expected = state->released + state->held_count;
	unsigned before = state->abandoned;
	while (state->held_count)
		exchange_post(state->held[--state->held_count], answer_held);
	while (state->released < expected)
		wait_change(state);
	unsigned abandoned = state->abandoned - before;
	pthread_mutex_unlock(&state->lock);
	return abandoned;
}

struct exchange *fixture_take_held(struct fixture *fixture) {
	struct fixture_state *state = fixture->state;
	pthread_mutex_lock(&state->lock);
	ck_assert_uint_gt(state->held_count, 0);
	struct exchange *exchange = state->held[--state->held_count];
	pthread_mutex_unlock(&state->lock);
	return exchange;
}

void fixture_leave_held(struct fixture *fixture) {
	struct fixture_state *state = fixture->state;
	while (state->held_count)
		exchange_post(state->held[--state->held_count], answer_held);
}

/* --- life --- */

static void make_identities(struct fixture *fixture) {
	const char *directory = suite_directory();
	pki_init(&fixture->pki, directory, "ca");
	pki_init(&fixture->other_pki, directory, "other-ca");
	pki_issue(&fixture->pki, "server", "serverAuth", &fixture->server);
	pki_issue(&fixture->pki, "alice", "clientAuth", &fixture->alice);
	pki_issue(&fixture->pki, "bob", "clientAuth", &fixture->bob);
	pki_issue_expired(&fixture->pki, "expired", &fixture->expired);
	pki_issue(&fixture->other_pki, "stranger", "clientAuth", &fixture->stranger);
	pki_write_crl(&fixture->pki, "empty", 0, false, fixture->crl_file);
}

void fixture_start(struct fixture *fixture, const struct fixture_options *options) {
	*fixture = (struct fixture){ .state = calloc(1, sizeof(*fixture->state)) };
	struct fixture_state *state = fixture->state;
	ck_assert_ptr_nonnull(state);
	pthread_mutex_init(&state->lock, NULL);
	pthread_cond_init(&state->changed, NULL);
	ck_assert_int_eq(pthread_create(&state->courier, NULL, deliver, state), 0);
	make_identities(fixture);
	fixture->tls = (struct net_tls){
		.certificate_file = fixture->server.certificate_file,
		.key_file = fixture->server.key_file,
		.client_ca_file = fixture->pki.ca_file,
		.crl_file = options->has_crl ? fixture->crl_file : NULL,
		.allow_tls12 = options->allow_tls12,
	};
	const struct net_config config = {
		.address = "127.0.0.1",
		.threads = options->threads,
		.tls = fixture->tls,
		.limits = options->limits,
		.handler = handle,
		.handler_arg = state,
		.on_event = on_event,
	};
	const char *detail = "";
	enum err err = net_open(&config, &fixture->net, &detail);
	ck_assert_msg(!err, "%s", detail);
	ck_assert_int_eq(net_start(fixture->net), ERR_OK);
	fixture->port = net_port(fixture->net);
	ck_assert_uint_ne(fixture->port, 0);
}

void fixture_stop(struct fixture *fixture) {
	struct fixture_state *state = fixture->state;
	net_stop(fixture->net);
	pthread_mutex_lock(&state->lock);
	state->is_over = true;
	pthread_cond_broadcast(&state->changed);
	pthread_mutex_unlock(&state->lock);
	pthread_join(state->courier, NULL);
	net_close(fixture->net);
	ck_assert_uint_eq(state->held_count, 0);
	pthread_mutex_destroy(&state->lock);
	pthread_cond_destroy(&state->changed);
	free(state);
	pki_done(&fixture->pki);
	pki_done(&fixture->other_pki);
}

struct client_options fixture_client(const struct fixture *fixture) {
	return (struct client_options){
		.port = fixture->port,
		.ca_file = fixture->pki.ca_file,
		.alpn = "http/1.1",
	};
}
