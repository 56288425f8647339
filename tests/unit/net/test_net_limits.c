/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines, caps, and the end. Deadlines are set short here; the tests wait for what follows them.
 */
#include "net/net.h"

#include "base/clock.h"
#include "base/limits.h"
#include "support/suite.h"
#include "unit/net/fixture.h"
#include "unit/net/h2_client.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HOST         "Host: localhost\r\n"

enum { SHORT_MS = 300, DRIP_US = 20000 };

static struct fixture fixture;
static struct client client;

static struct client_options start(struct net_limits limits) {
	fixture_start(&fixture, &(struct fixture_options){ .limits = limits });
	return fixture_client(&fixture);
}

static void expect_response(struct client *from, int status) {
	struct client_response response;
	ck_assert(client_response(from, false, &response));
	ck_assert_int_eq(response.status, status);
	client_response_done(&response);
}

static void expect_service(struct client *from) {
	ck_assert(client_say(from, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
	expect_response(from, 200);
}

static bool has_ended(struct client *from) {
	char byte;
	errno = 0;
	return recv(from->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

/* A byte now and then, for as long as the server has nothing to say. */
static void drip(struct client *to, const char *byte) {
	int64_t begun_us = clock_monotonic_us();
	while (!has_ended(to)) {
		ck_assert_int_lt(clock_monotonic_us() - begun_us, CLIENT_PATIENCE_S * US_PER_S);
		client_send(to, byte, 1);
		usleep(DRIP_US);
	}
	ck_assert_int_ge(clock_monotonic_us() - begun_us, (SHORT_MS - 50) * 1000);
}

/* --- deadlines --- */

START_TEST(a_slow_handshake_is_cut_off) {
	start((struct net_limits){ .handshake_ms = SHORT_MS });
	int fd = client_connect(fixture.port, NULL);
	char byte;
	ck_assert_int_eq(send(fd, "\x16\x03\x01", 3, 0), 3);
	ck_assert_int_le(recv(fd, &byte, 1, 0), 0);
	close(fd);
	fixture_wait_event(&fixture, "handshake_timeout", 1, NULL);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_slow_header_is_cut_off_though_bytes_keep_coming) {
	struct client_options options = start((struct net_limits){ .header_ms = SHORT_MS });
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET /echo HTTP/1.1\r\nX: "));
	drip(&client, "x");
	expect_response(&client, 408);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_slow_body_is_cut_off_though_bytes_keep_coming) {
	struct client_options options = start((struct net_limits){ .body_ms = SHORT_MS });
	ck_assert(client_open(&client, &options));
	ck_assert(
	    client_say(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\n"));
	drip(&client, "x");
	expect_response(&client, 408);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(an_idle_connection_is_closed_with_a_goodbye) {
	struct client_options options = start((struct net_limits){ .idle_ms = SHORT_MS });
	struct buffer rest;
	buffer_init(&rest, 0);
	ck_assert(client_open(&client, &options));
	expect_service(&client);
	ck_assert_int_eq(client_receive_all(&client, &rest), CLIENT_CLOSED);
	ck_assert_uint_eq(rest.bytes, 0);
	buffer_done(&rest);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(waiting_for_the_handler_is_not_idle) {
	struct client_options options = start(
	    (struct net_limits){ .idle_ms = 100, .header_ms = 100, .body_ms = 100, .write_ms = 100 });
	struct client other;
	struct buffer rest;
	buffer_init(&rest, 0);
	ck_assert(client_open(&client, &options));
	ck_assert(client_open(&other, &options));
	ck_assert(client_say(&client, "GET /hold HTTP/1.1\r\n" HOST "\r\n"));
	fixture_wait_held(&fixture, 1);
	ck_assert_int_eq(client_receive_all(&other, &rest), CLIENT_CLOSED); /* that one was idle */
	usleep(200000);
	ck_assert_uint_eq(fixture_release(&fixture), 0);
	expect_response(&client, 200);
	client_close(&client);
	client_close(&other);
	buffer_done(&rest);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_client_that_does_not_read_is_closed) {
	struct client_options options = start((struct net_limits){ .write_ms = SHORT_MS });
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET /big?100000000 HTTP/1.1\r\n" HOST "\r\n"));
	fixture_wait_event(&fixture, "write_timeout", 1, NULL);
	client_close(&client);
	struct h2_client *h2 = h2_open(&options); /* its window is what blocks here */
	h2_request(h2, "GET", "/big?10000000", NULL, 0);
	h2_flush(h2);
	fixture_wait_event(&fixture, "write_timeout", 2, NULL);
	h2_close(h2);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(http2_deadlines_are_absolute_as_well) {
	struct client_options options = start(
	    (struct net_limits){ .body_ms = SHORT_MS, .idle_ms = SHORT_MS });
	struct h2_client *h2 = h2_open(&options);
	const char *fields[] = { ":method", "POST", ":scheme", "https", ":path", "/echo", ":authority",
		"localhost", NULL };
	int32_t slow = h2_request_with(h2, fields, NULL, 0, true);
	h2_flush(h2);
	while (!h2_stream(h2, slow)->is_closed) {
		nghttp2_submit_ping(h2->session, NGHTTP2_FLAG_NONE, NULL);
		ck_assert(h2_turn(h2));
		usleep(DRIP_US);
	}
	ck_assert_int_eq(h2_stream(h2, slow)->status, 408);
	while (h2_turn(h2)) { /* now it is idle, for all its pings */
		nghttp2_submit_ping(h2->session, NGHTTP2_FLAG_NONE, NULL);
		usleep(DRIP_US);
	}
	ck_assert(h2->has_goaway);
	ck_assert_uint_eq(h2->goaway_error, NGHTTP2_NO_ERROR);
	h2_close(h2);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(an_endless_http2_header_is_cut_off) {
	struct client_options options = start((struct net_limits){ .header_ms = SHORT_MS });
	struct h2_client *h2 = h2_open(&options);
	h2_wait_stream(h2, h2_request(h2, "GET", "/echo", NULL, 0));
	/* HEADERS without END_HEADERS on stream 3, and then nothing */
	static const uint8_t headers[] = { 0, 0, 1, 1, 1, 0, 0, 0, 3, 0x82 };
	ck_assert(client_send(&h2->client, headers, sizeof(headers)));
	fixture_wait_event(&fixture, "header_timeout", 1, NULL);
	h2_wait_end(h2);
	h2_close(h2);
	fixture_stop(&fixture);
}
END_TEST

/* --- caps --- */

START_TEST(at_the_cap_clients_wait_until_one_goes) {
	enum { CAP = 3 };
	struct client_options options = start((struct net_limits){ .connections_max = CAP });
	struct client clients[CAP];
	for (size_t i = 0; i < CAP; i++) {
		ck_assert(client_open(&clients[i], &options));
		expect_service(&clients[i]);
	}
	int waiting = client_connect(fixture.port, NULL); /* in the backlog */
	fixture_wait_event(&fixture, "connections_full", 1, NULL);
	ck_assert_uint_eq(net_connection_count(fixture.net), CAP);
	expect_service(&clients[0]);
	close(waiting);
	for (int i = 0; i < 20; i++) {
		client_close(&clients[i % CAP]);
		ck_assert(client_open(&clients[i % CAP], &options));
		expect_service(&clients[i % CAP]);
	}
	for (size_t i = 0; i < CAP; i++)
		client_close(&clients[i]);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(one_address_does_not_take_all_connections) {
	struct client_options options = start((struct net_limits){ .connections_per_address_max = 2 });
	struct client first, second, elsewhere;
	char byte;
	ck_assert(client_open(&first, &options));
	ck_assert(client_open(&second, &options));
	int third = client_connect(fixture.port, NULL);
	ck_assert_int_le(recv(third, &byte, 1, 0), 0); /* closed at once */
	close(third);
	fixture_wait_event(&fixture, "connection_refused", 1, NULL);
	options.from = "127.0.0.2";
	ck_assert(client_open(&elsewhere, &options));
	expect_service(&first);
	expect_service(&second);
	expect_service(&elsewhere);
	client_close(&first);
	client_close(&second);
	client_close(&elsewhere);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(without_descriptors_accepting_pauses_and_goes_on) {
	struct client_options options = start((struct net_limits){ 0 });
	ck_assert(client_open(&client, &options));
	expect_service(&client);
	struct rlimit before, none;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	int fd = client_connect(fixture.port, NULL);
	none = before;
	none.rlim_cur = 3;
	/* it may have been accepted already: then the next one is not */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	while (!fixture_event_count(&fixture, "accept_paused")) {
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
		close(fd);
		fd = client_connect(fixture.port, NULL);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
		usleep(1000);
	}
	expect_service(&client); /* who is in is served */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	close(fd);
	struct client late;
	ck_assert(client_open(&late, &options));
	expect_service(&late);
	client_close(&late);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

/* --- memory --- */

enum { SMALL_BODY = 65536, ALL_BODIES = 4 * SMALL_BODY };

START_TEST(bodies_of_all_connections_are_bounded_together) {
	enum { CLIENTS = 6 }; /* of 60,000 bytes: four fit */
	static char body[60000];
	struct client_options options = start(
	    (struct net_limits){ .body_bytes_max = SMALL_BODY, .held_bytes_max = ALL_BODIES });
	struct client clients[CLIENTS];
	unsigned held = 0, refused = 0;
	for (size_t i = 0; i < CLIENTS; i++) {
		ck_assert(client_open(&clients[i], &options));
		ck_assert(client_say(
		    &clients[i], "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n"));
		client_send(&clients[i], body, sizeof(body));
		if (i < 4)
			fixture_wait_held(&fixture, ++held);
		else
			expect_response(&clients[i], 503), refused++;
	}
	ck_assert_uint_eq(held + refused, CLIENTS);
	ck_assert_uint_eq(fixture_release(&fixture), 0);
	expect_response(&clients[0], 200);
	expect_service(&clients[0]); /* there is room again */
	for (size_t i = 0; i < CLIENTS; i++)
		client_close(&clients[i]);
	fixture_stop(&fixture);
}
END_TEST

/* How often until it is refused. */
static bool is_refused_soon(struct client *from) {
	for (unsigned i = 0; i < 100; i++) {
		struct client_response response;
		ck_assert(client_say(from, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
		ck_assert(client_response(from, false, &response));
		int status = response.status;
		client_response_done(&response);
		if (status == 503)
			return true;
		usleep(DRIP_US);
	}
	return false;
}

START_TEST(replies_that_nobody_reads_are_bounded_together) {
	struct client_options options = start(
	    (struct net_limits){ .body_bytes_max = SMALL_BODY, .held_bytes_max = ALL_BODIES });
	struct h2_client *h2 = h2_open(&options);
	int32_t stream_id = h2_request(h2, "GET", "/big?1000000", NULL, 0);
	ck_assert(h2_flush(h2));
	ck_assert(client_open(&client, &options));
	ck_assert(is_refused_soon(&client));
	h2_wait_stream(h2, stream_id);
	ck_assert_uint_eq(h2_stream(h2, stream_id)->body.bytes, 1000000);
	expect_service(&client); /* there is room again */
	client_close(&client);
	h2_close(h2);
	fixture_stop(&fixture);
}
END_TEST

/* --- the end --- */

static void *stop_net(void *net) {
	net_stop(net);
	return NULL;
}

START_TEST(stop_finishes_what_is_pending_and_says_goodbye) {
	struct client_options options = start((struct net_limits){ 0 });
	struct client idle;
	struct buffer rest;
	pthread_t stopper;
	buffer_init(&rest, 0);
	ck_assert(client_open(&idle, &options));
	expect_service(&idle);
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET /hold HTTP/1.1\r\n" HOST "\r\n"));
	struct h2_client *h2 = h2_open(&options);
	struct h2_client *idle_h2 = h2_open(&options);
	h2_wait_stream(idle_h2, h2_request(idle_h2, "GET", "/echo", NULL, 0));
	int32_t held = h2_request(h2, "GET", "/hold", NULL, 0);
	h2_flush(h2);
	fixture_wait_held(&fixture, 2);
	ck_assert_int_eq(pthread_create(&stopper, NULL, stop_net, fixture.net), 0);
	ck_assert_int_eq(client_receive_all(&idle, &rest), CLIENT_CLOSED);
	h2_wait_end(idle_h2);
	ck_assert_int_eq(idle_h2->end, CLIENT_CLOSED);
	ck_assert(idle_h2->has_goaway);
	while (!h2->has_goaway)
		ck_assert(h2_turn(h2));
	ck_assert_uint_eq(fixture_release(&fixture), 0);
	struct client_response response;
	ck_assert(client_response(&client, false, &response));
	ck_assert_int_eq(response.status, 200);
	ck_assert(response.closes);
	client_response_done(&response);
	ck_assert_int_eq(client_receive_all(&client, &rest), CLIENT_CLOSED);
	h2_wait_end(h2);
	ck_assert_int_eq(h2->end, CLIENT_CLOSED);
	ck_assert_int_eq(h2_stream(h2, held)->status, 200);
	client_close(&idle);
	client_close(&client);
	h2_close(h2);
	h2_close(idle_h2);
	buffer_done(&rest);
	pthread_join(stopper, NULL);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(stop_waits_no_longer_than_it_should) {
	struct client_options options = start((struct net_limits){ .drain_ms = SHORT_MS });
	char room[16];
	size_t got;
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET /hold HTTP/1.1\r\n" HOST "\r\n"));
	fixture_wait_held(&fixture, 1);
	net_stop(fixture.net);
	ck_assert_int_eq(client_receive(&client, room, sizeof(room), &got), CLIENT_CUT);
	client_close(&client);
	fixture_leave_held(&fixture); /* brought back after the loops have ended */
	fixture_stop(&fixture);
}
END_TEST

static void answer_nobody(struct exchange *exchange) {
	ck_assert(exchange_is_abandoned(exchange));
	exchange_respond(exchange, &(struct response){ .status = 204 });
}

static void *bring_back_late(void *exchange) {
	usleep(100000); /* so that net_close most probably waits for it */
	exchange_post(exchange, answer_nobody);
	return NULL;
}

START_TEST(close_takes_back_what_comes_late) {
	struct client_options options = start((struct net_limits){ .drain_ms = 1000 });
	pthread_t late;
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET /hold HTTP/1.1\r\n" HOST "\r\n"));
	fixture_wait_held(&fixture, 1);
	struct exchange *exchange = fixture_take_held(&fixture);
	net_stop(fixture.net);
	client_close(&client);
	ck_assert_int_eq(pthread_create(&late, NULL, bring_back_late, exchange), 0);
	fixture_stop(&fixture);
	pthread_join(late, NULL);
}
END_TEST

START_TEST(timers_that_the_end_overtakes_still_run) {
	struct client_options options = start((struct net_limits){ .drain_ms = 50 });
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET /hour HTTP/1.1\r\n" HOST "\r\n"));
	fixture_wait_held(&fixture, 1);
	client_close(&client);
	fixture_stop(&fixture); /* under a leak checker, this is the assertion */
}
END_TEST

START_TEST(a_net_that_never_ran_is_closed) {
	struct client_options options = start((struct net_limits){ 0 });
	ck_assert(client_open(&client, &options));
	client_close(&client);
	const struct net_config config = { .address = "127.0.0.1", .threads = 3, .tls = fixture.tls };
	struct net *net;
	const char *detail;
	ck_assert_int_eq(net_open(&config, &net, &detail), ERR_OK);
	int fd = client_connect(net_port(net), NULL);
	net_stop(net);
	net_close(net);
	close(fd);
	net_close(NULL);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(many_loops_share_the_connections) {
	enum { CLIENTS = 12 };
	fixture_start(&fixture, &(struct fixture_options){ .threads = 4 });
	struct client_options options = fixture_client(&fixture);
	struct client clients[CLIENTS];
	for (size_t i = 0; i < CLIENTS; i++)
		ck_assert(client_open(&clients[i], &options));
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < CLIENTS; i++)
			ck_assert(client_say(&clients[i], "GET /later HTTP/1.1\r\n" HOST "\r\n"));
		for (size_t i = 0; i < CLIENTS; i++)
			expect_response(&clients[i], 200);
	}
	for (size_t i = 0; i < CLIENTS; i++)
		client_close(&clients[i]);
	fixture_stop(&fixture);
}
END_TEST

SUITE_MAIN("net_limits", a_slow_handshake_is_cut_off,
    a_slow_header_is_cut_off_though_bytes_keep_coming,
    a_slow_body_is_cut_off_though_bytes_keep_coming, an_idle_connection_is_closed_with_a_goodbye,
    waiting_for_the_handler_is_not_idle, a_client_that_does_not_read_is_closed,
    http2_deadlines_are_absolute_as_well, an_endless_http2_header_is_cut_off,
    at_the_cap_clients_wait_until_one_goes, one_address_does_not_take_all_connections,
    without_descriptors_accepting_pauses_and_goes_on,
    stop_finishes_what_is_pending_and_says_goodbye, stop_waits_no_longer_than_it_should,
    bodies_of_all_connections_are_bounded_together, replies_that_nobody_reads_are_bounded_together,
    close_takes_back_what_comes_late, timers_that_the_end_overtakes_still_run,
    a_net_that_never_ran_is_closed, many_loops_share_the_connections)
