/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include "base/limits.h"
#include "support/suite.h"
#include "unit/net/fixture.h"
#include "unit/net/h2_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REQUEST(method, path)                                                                      \
	":method", method, ":scheme", "https", ":path", path, ":authority", "localhost"

static struct fixture fixture;
static struct h2_client *h2;

static void start_with(const struct fixture_options *options) {
	fixture_start(&fixture, options);
	struct client_options client_options = fixture_client(&fixture);
	h2 = h2_open(&client_options);
}

static void start(void) {
	start_with(&(struct fixture_options){ .threads = 1 });
}

static void stop(void) {
	h2_close(h2);
	fixture_stop(&fixture);
}

static void reopen(void) {
	h2_close(h2);
	struct client_options options = fixture_client(&fixture);
	h2 = h2_open(&options);
}

static const char *body_of(int32_t stream_id) {
	return buffer_string(&h2_stream(h2, stream_id)->body);
}

/* Everybody else is served as before. */
static void expect_service(void) {
	int32_t stream_id = h2_request(h2, "GET", "/echo", NULL, 0);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 200);
}

START_TEST(a_request_reaches_the_handler_with_all_its_parts) {
	start();
	const char *fields[] = { REQUEST("POST", "/echo?a=b&c"), "content-type", "Application/JSON;x=y",
		"accept", "text/plain", "accept", "application/json", "authorization", "Bearer t",
		"idempotency-key", "42", "content-length", "3", NULL };
	int32_t stream_id = h2_request_with(h2, fields, "abc", 3, false);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 200);
	ck_assert_str_eq(body_of(stream_id),
	    "POST /echo [a=b&c] [application/json] [text/plain, application/json] [Bearer t] [42] h2 "
	    "127.0.0.1\nabc");
	stream_id = h2_request(h2, "GET", "/fields", NULL, 0);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 405);
	stream_id = h2_request(h2, "GET", "/empty", NULL, 0);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 204);
	stream_id = h2_request(h2, "HEAD", "/big?777", NULL, 0);
	h2_wait_stream(h2, stream_id);
	ck_assert_uint_eq(h2_stream(h2, stream_id)->content_length, 777);
	ck_assert_uint_eq(h2_stream(h2, stream_id)->body.bytes, 0);
	stop();
}
END_TEST

START_TEST(a_hundred_streams_are_answered_by_another_thread) {
	enum { STREAMS = 100, ROUNDS = 5 };
	static char bodies[STREAMS][32];
	start_with(&(struct fixture_options){ .threads = 2 });
	for (int round = 0; round < ROUNDS; round++) {
		int32_t ids[STREAMS];
		for (int i = 0; i < STREAMS; i++) {
			int bytes = snprintf(bodies[i], sizeof(bodies[i]), "body %d of %d", i, round);
			ids[i] = h2_request(h2, "POST", "/later", bodies[i], (size_t)bytes);
		}
		h2_wait_closed(h2, (unsigned)(STREAMS * (round + 1)));
		for (int i = 0; i < STREAMS; i++) {
			ck_assert_int_eq(h2_stream(h2, ids[i])->status, 200);
			ck_assert_ptr_nonnull(strstr(body_of(ids[i]), "POST /later"));
			ck_assert_str_eq(strchr(body_of(ids[i]), '\n') + 1, bodies[i]);
		}
	}
	stop();
}
END_TEST

START_TEST(answers_overtake_each_other) {
	start();
	int32_t held = h2_request(h2, "GET", "/hold", NULL, 0);
	int32_t timer = h2_request(h2, "GET", "/timer", NULL, 0);
	int32_t now = h2_request(h2, "GET", "/echo", NULL, 0);
	h2_wait_stream(h2, timer);
	ck_assert_str_eq(body_of(timer), "time");
	ck_assert(h2_stream(h2, now)->is_closed);
	ck_assert(!h2_stream(h2, held)->is_closed);
	ck_assert_uint_eq(fixture_release(&fixture), 0);
	h2_wait_stream(h2, held);
	ck_assert_str_eq(body_of(held), "released");
	stop();
}
END_TEST

START_TEST(large_bodies_go_both_ways) {
	enum { BYTES = 8 << 20 };
	static char body[BYTES];
	start();
	int32_t up[3], down[3];
	for (size_t i = 0; i < COUNT(up); i++) {
		up[i] = h2_request(h2, "POST", "/size", body, BYTES - i);
		down[i] = h2_request(h2, "GET", "/big?3000000", NULL, 0);
	}
	h2_wait_closed(h2, COUNT(up) + COUNT(down));
	for (size_t i = 0; i < COUNT(up); i++) {
		ck_assert_uint_eq(strtoul(body_of(up[i]), NULL, 10), BYTES - i);
		ck_assert_uint_eq(h2_stream(h2, down[i])->body.bytes, 3000000);
	}
	stop();
}
END_TEST

START_TEST(what_breaks_the_rules_is_refused_stream_by_stream) {
	static const struct {
		const char *why;
		const char *const fields[16];
		int status; /* 0: the stream is reset */
	} cases[] = {
		{ "no path", { ":method", "GET", ":scheme", "https", ":authority", "a" }, 0 },
		{ "no authority", { ":method", "GET", ":scheme", "https", ":path", "/echo" }, 0 },
		{ "path twice", { REQUEST("GET", "/echo"), ":path", "/echo" }, 0 },
		{ "unknown pseudo-header", { REQUEST("GET", "/echo"), ":x", "y" }, 0 },
		{ "pseudo-header behind a field",
		    { ":method", "GET", ":scheme", "https", ":authority", "a", "x", "y", ":path", "/echo" },
		    0 },
		{ "connection", { REQUEST("GET", "/echo"), "connection", "close" }, 0 },
		{ "transfer-encoding", { REQUEST("POST", "/echo"), "transfer-encoding", "chunked" }, 0 },
		{ "te", { REQUEST("GET", "/echo"), "te", "gzip" }, 0 },
		{ "length of a body that is not there", { REQUEST("POST", "/hold"), "content-length", "5" },
		    0 },
		{ "length twice",
		    { REQUEST("POST", "/hold"), "content-length", "0", "content-length", "0" }, 0 },
		{ "length +0", { REQUEST("POST", "/hold"), "content-length", "+0" }, 0 },
		{ "a blank in a name", { REQUEST("GET", "/hold"), "x y", "z" }, 400 },
		{ "line end in a value", { REQUEST("GET", "/hold"), "x", "a\r\nb: c" }, 400 },
		{ "empty path", { REQUEST("GET", "") }, 0 },
		{ "path without slash", { REQUEST("GET", "echo") }, 0 },
		{ "asterisk", { REQUEST("OPTIONS", "*") }, 400 },
		{ "fragment", { REQUEST("GET", "/hold#a") }, 400 },
		{ "half an escape", { REQUEST("GET", "/hold%4") }, 400 },
		{ "method in lower case", { REQUEST("get", "/hold") }, 400 },
		{ "a bad authority",
		    { ":method", "GET", ":scheme", "https", ":path", "/hold", ":authority", "u@a" }, 400 },
		{ "another host", { REQUEST("GET", "/hold"), "host", "elsewhere" }, 400 },
		{ "authorization twice",
		    { REQUEST("GET", "/hold"), "authorization", "a", "authorization", "b" }, 400 },
		{ "another expectation", { REQUEST("GET", "/hold"), "expect", "magic" }, 417 },
		{ "same host", { REQUEST("GET", "/echo"), "host", "localhost" }, 200 },
		{ "te: trailers", { REQUEST("GET", "/echo"), "te", "trailers" }, 200 },
		{ "host alone",
		    { ":method", "GET", ":scheme", "https", ":path", "/echo", "host", "localhost" }, 200 },
	};
	start();
	for (size_t i = 0; i < COUNT(cases); i++) {
		int32_t stream_id = h2_request_with(h2, cases[i].fields, NULL, 0, false);
		h2_wait_stream(h2, stream_id);
		const struct h2_stream *stream = h2_stream(h2, stream_id);
		ck_assert_msg(stream->status == cases[i].status, "%s: %d", cases[i].why, stream->status);
		ck_assert_msg((stream->error_code != 0) == (cases[i].status == 0), "%s: error %u",
		    cases[i].why, (unsigned)stream->error_code);
		expect_service();
	}
	ck_assert_uint_eq(fixture_held(&fixture), 0); /* none of them was handled */
	stop();
}
END_TEST

START_TEST(connect_is_not_implemented) {
	start();
	const char *fields[] = { ":method", "CONNECT", ":authority", "a:443", NULL };
	int32_t stream_id = h2_request_with(h2, fields, NULL, 0, true);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 501);
	expect_service();
	stop();
}
END_TEST

START_TEST(a_body_that_differs_from_its_length_is_reset) {
	start();
	const char *fields[] = { REQUEST("POST", "/hold"), "content-length", "5", NULL };
	int32_t less = h2_request_with(h2, fields, "abc", 3, false);
	int32_t more = h2_request_with(h2, fields, "abcdefg", 7, false);
	h2_wait_closed(h2, 2);
	ck_assert_uint_eq(h2_stream(h2, less)->error_code, NGHTTP2_PROTOCOL_ERROR);
	ck_assert_uint_eq(h2_stream(h2, more)->error_code, NGHTTP2_PROTOCOL_ERROR);
	ck_assert_uint_eq(fixture_held(&fixture), 0);
	expect_service();
	stop();
}
END_TEST

START_TEST(a_body_beyond_the_limit_is_413_and_the_rest_is_not_wanted) {
	static char body[3000];
	start_with(&(struct fixture_options){ .limits = { .body_bytes_max = 1000 } });
	const char *fields[] = { REQUEST("POST", "/size"), "content-length", "1001", NULL };
	int32_t announced = h2_request_with(h2, fields, NULL, 0, true);
	h2_wait_stream(h2, announced);
	ck_assert_int_eq(h2_stream(h2, announced)->status, 413);
	ck_assert_uint_eq(h2_stream(h2, announced)->error_code, NGHTTP2_NO_ERROR);
	int32_t silent = h2_request(h2, "POST", "/size", body, 1001);
	int32_t fits = h2_request(h2, "POST", "/size", body, 1000);
	int32_t open = h2_request_with(
	    h2, (const char *[]){ REQUEST("POST", "/size"), NULL }, body, sizeof(body), true);
	h2_wait_closed(h2, 4);
	ck_assert_int_eq(h2_stream(h2, silent)->status, 413);
	ck_assert_int_eq(h2_stream(h2, open)->status, 413);
	ck_assert_str_eq(body_of(fits), "1000");
	stop();
}
END_TEST

START_TEST(a_refusal_reaches_a_client_that_sends_on_to_the_end) {
	enum { BYTES = 9 << 20 };
	static char body[BYTES];
	start();
	int32_t stream_id = h2_request(h2, "POST", "/hold", body, BYTES);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 413);
	ck_assert_uint_eq(h2_stream(h2, stream_id)->uploaded, BYTES);
	ck_assert_uint_eq(h2_stream(h2, stream_id)->error_code, NGHTTP2_NO_ERROR);
	expect_service();
	stop();
}
END_TEST

START_TEST(bodies_of_one_connection_are_bounded_together) {
	enum { STREAMS = 6 }; /* of 6 MB: five fit */
	static char body[6 << 20];
	start();
	int32_t ids[STREAMS];
	for (size_t i = 0; i < STREAMS; i++)
		ids[i] = h2_request_with(
		    h2, (const char *[]){ REQUEST("POST", "/size"), NULL }, body, sizeof(body), true);
	h2_wait_closed(h2, 1); /* each waits for its end, but one */
	unsigned refused = 0;
	for (size_t i = 0; i < STREAMS; i++)
		if (h2_stream(h2, ids[i])->is_closed)
			refused += h2_stream(h2, ids[i])->status == 503;
		else
			h2_end_body(h2, ids[i]);
	ck_assert_uint_eq(refused, 1);
	h2_wait_closed(h2, STREAMS);
	expect_service();
	stop();
}
END_TEST

START_TEST(a_header_list_beyond_the_limit_is_431) {
	static char value[LIMIT_HEADER_BYTES];
	memset(value, 'v', sizeof(value) - 1);
	start();
	int32_t large = h2_request_with(
	    h2, (const char *[]){ REQUEST("GET", "/hold"), "x", value, NULL }, NULL, 0, false);
	h2_wait_stream(h2, large);
	ck_assert_int_eq(h2_stream(h2, large)->status, 431);
	const char *many[2 * (4 + LIMIT_HEADERS) + 1] = { REQUEST("GET", "/hold") };
	for (size_t i = 8; i + 2 < COUNT(many); i += 2) {
		many[i] = "x";
		many[i + 1] = "y";
	}
	int32_t numerous = h2_request_with(h2, many, NULL, 0, false);
	h2_wait_stream(h2, numerous);
	ck_assert_int_eq(h2_stream(h2, numerous)->status, 431);
	expect_service();
	stop();
}
END_TEST

START_TEST(a_target_beyond_the_limit_is_414) {
	static char path[LIMIT_TARGET_BYTES + 2];
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	start();
	int32_t stream_id = h2_request(h2, "GET", path, NULL, 0);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 414);
	path[LIMIT_TARGET_BYTES] = '\0';
	stream_id = h2_request(h2, "GET", path, NULL, 0);
	h2_wait_stream(h2, stream_id);
	ck_assert_int_eq(h2_stream(h2, stream_id)->status, 404);
	stop();
}
END_TEST

START_TEST(more_streams_than_allowed_are_refused) {
	enum { STREAMS = LIMIT_STREAMS + 10 };
	start();
	/* our own nghttp2 would keep to the limit once it has seen the server's SETTINGS */
	for (int i = 0; i < STREAMS; i++)
		h2_request(h2, "GET", "/hold", NULL, 0);
	h2_flush(h2);
	h2_wait_closed(h2, STREAMS - LIMIT_STREAMS);
	fixture_wait_held(&fixture, LIMIT_STREAMS);
	ck_assert_uint_eq(fixture_release(&fixture), 0);
	h2_wait_closed(h2, STREAMS);
	unsigned served = 0;
	for (int i = 0; i < STREAMS; i++)
		served += h2->streams[i].status == 200;
	ck_assert_uint_eq(served, LIMIT_STREAMS);
	stop();
}
END_TEST

START_TEST(expectations_are_answered) {
	start();
	const char *fields[] = { REQUEST("POST", "/size"), "expect", "100-continue", NULL };
	int32_t stream_id = h2_request_with(h2, fields, "abc", 3, true);
	while (!h2_stream(h2, stream_id)->has_continued)
		ck_assert(h2_turn(h2));
	h2_end_body(h2, stream_id);
	h2_wait_stream(h2, stream_id);
	ck_assert_str_eq(body_of(stream_id), "3");
	stop();
}
END_TEST

START_TEST(a_reset_stream_abandons_its_exchange) {
	start();
	int32_t left = h2_request(h2, "GET", "/hold", NULL, 0);
	int32_t stays = h2_request(h2, "GET", "/hold", NULL, 0);
	h2_flush(h2);
	fixture_wait_held(&fixture, 2);
	nghttp2_submit_rst_stream(h2->session, NGHTTP2_FLAG_NONE, left, NGHTTP2_CANCEL);
	expect_service(); /* the reset has been seen when this is answered */
	ck_assert_uint_eq(fixture_release(&fixture), 1);
	h2_wait_stream(h2, stays);
	ck_assert_str_eq(body_of(stays), "released");
	stop();
}
END_TEST

START_TEST(a_client_that_leaves_abandons_all_its_exchanges) {
	start();
	for (int i = 0; i < 50; i++)
		h2_request(h2, "GET", i % 2 ? "/hold" : "/later", NULL, 0);
	h2_flush(h2);
	fixture_wait_held(&fixture, 25);
	client_vanish(&h2->client);
	reopen();
	expect_service();
	ck_assert_uint_eq(fixture_release(&fixture), 25);
	stop();
}
END_TEST

/* --- floods --- */

static void expect_calm_down(const char *reason) {
	char detail[256];
	h2_wait_end(h2);
	fixture_wait_event(&fixture, "http2_flood", 1, detail);
	ck_assert_str_eq(detail, reason);
	ck_assert(h2->has_goaway);
	ck_assert_uint_eq(h2->goaway_error, NGHTTP2_ENHANCE_YOUR_CALM);
	fixture_release(&fixture);
	reopen();
	expect_service();
}

START_TEST(rapid_reset_ends_in_goaway) {
	start();
	for (int i = 0; i < LIMIT_RESETS_PER_10S + 50; i++) {
		int32_t stream_id = h2_request(h2, "GET", "/hold", NULL, 0);
		h2_flush(h2);
		nghttp2_submit_rst_stream(h2->session, NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_CANCEL);
		if (!h2_flush(h2))
			break;
	}
	expect_calm_down("too many streams were reset");
	stop();
}
END_TEST

START_TEST(making_the_server_reset_ends_in_goaway) {
	start();
	const char *fields[] = { REQUEST("POST", "/hold"), "content-length", "5", NULL };
	for (int i = 0; i < LIMIT_RESETS_PER_10S + 50 && h2->end == CLIENT_GOT && !h2->has_goaway;
	     i++) {
		int32_t stream_id = h2_request_with(h2, fields, "abc", 3, false);
		while (!h2_stream(h2, stream_id)->is_closed && h2_turn(h2))
			;
	}
	expect_calm_down("too many streams were reset");
	stop();
}
END_TEST

START_TEST(a_flood_of_pings_ends_in_goaway) {
	start();
	for (int i = 0; i < LIMIT_CONTROL_FRAMES_PER_10S + 50; i++) {
		nghttp2_submit_ping(h2->session, NGHTTP2_FLAG_NONE, NULL);
		if (i % 50 == 0 && !h2_turn(h2))
			break;
	}
	expect_calm_down("too many control frames");
	stop();
}
END_TEST

START_TEST(a_flood_of_settings_ends_in_goaway) {
	start();
	for (int i = 0; i < LIMIT_CONTROL_FRAMES_PER_10S + 50; i++) {
		nghttp2_submit_settings(h2->session, NGHTTP2_FLAG_NONE, NULL, 0);
		if (i % 50 == 0 && !h2_turn(h2))
			break;
	}
	expect_calm_down("too many control frames");
	stop();
}
END_TEST

START_TEST(a_flood_of_empty_data_ends_in_goaway) {
	start();
	int32_t stream_id = h2_request_with(
	    h2, (const char *[]){ REQUEST("POST", "/hold"), NULL }, NULL, 0, true);
	h2_flush(h2);
	for (int i = 0; i < LIMIT_CONTROL_FRAMES_PER_10S + 50; i++) {
		const uint8_t data[] = { 0, 0, 0, 0, 0, 0, 0, 0, (uint8_t)stream_id };
		if (!client_send(&h2->client, data, sizeof(data)))
			break;
	}
	expect_calm_down("too many control frames");
	stop();
}
END_TEST

/* 4 KB on the wire: what is repeated is one byte there, an index into HPACK's table. */
START_TEST(a_header_list_that_unpacks_to_far_beyond_the_limit_ends_in_goaway) {
	enum { REPEATED = 30 };
	static char value[2900];
	const char *fields[8 + 2 * REPEATED + 1] = { REQUEST("GET", "/hold") };
	memset(value, 'v', sizeof(value) - 1);
	for (size_t i = 0; i < REPEATED; i++) {
		fields[8 + 2 * i] = "x";
		fields[9 + 2 * i] = value;
	}
	start();
	h2_request_with(h2, fields, NULL, 0, false);
	expect_calm_down("a header list far over the limit");
	ck_assert_uint_eq(fixture_held(&fixture), 0);
	stop();
}
END_TEST

START_TEST(a_header_list_of_many_frames_is_not_handled) {
	static char value[15000];
	memset(value, 'v', sizeof(value) - 1);
	start();
	int32_t stream_id = h2_request_with(h2,
	    (const char *[]){ REQUEST("GET", "/hold"), "a", value, "b", value, "c", value, "d", value,
	        "e", value, NULL },
	    NULL, 0, false);
	/* refused at once, or the connection with it, as the frames happen to come */
	while (!h2_stream(h2, stream_id)->is_closed && h2_turn(h2))
		;
	ck_assert(h2_stream(h2, stream_id)->status == 431 || h2->has_goaway);
	ck_assert_uint_eq(fixture_held(&fixture), 0);
	reopen();
	expect_service();
	stop();
}
END_TEST

START_TEST(garbage_in_place_of_the_preface_is_closed) {
	start();
	struct client_options options = fixture_client(&fixture);
	struct client client;
	struct buffer all;
	buffer_init(&all, 0);
	options.alpn = "h2";
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
	client_receive_all(&client, &all);
	fixture_wait_event(&fixture, "http2_broken", 1, NULL);
	client_close(&client);
	buffer_done(&all);
	expect_service();
	stop();
}
END_TEST

SUITE_MAIN("net_http2", a_request_reaches_the_handler_with_all_its_parts,
    a_hundred_streams_are_answered_by_another_thread, answers_overtake_each_other,
    large_bodies_go_both_ways, what_breaks_the_rules_is_refused_stream_by_stream,
    connect_is_not_implemented, a_body_that_differs_from_its_length_is_reset,
    a_body_beyond_the_limit_is_413_and_the_rest_is_not_wanted,
    a_refusal_reaches_a_client_that_sends_on_to_the_end,
    bodies_of_one_connection_are_bounded_together, a_header_list_beyond_the_limit_is_431,
    a_target_beyond_the_limit_is_414, more_streams_than_allowed_are_refused,
    expectations_are_answered, a_reset_stream_abandons_its_exchange,
    a_client_that_leaves_abandons_all_its_exchanges, rapid_reset_ends_in_goaway,
    making_the_server_reset_ends_in_goaway, a_flood_of_pings_ends_in_goaway,
    a_flood_of_settings_ends_in_goaway, a_flood_of_empty_data_ends_in_goaway,
    a_header_list_that_unpacks_to_far_beyond_the_limit_ends_in_goaway,
    a_header_list_of_many_frames_is_not_handled, garbage_in_place_of_the_preface_is_closed)
