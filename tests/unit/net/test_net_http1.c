/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include "base/limits.h"
#include "support/suite.h"
#include "unit/net/client.h"
#include "unit/net/fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HOST         "Host: localhost\r\n"

static struct fixture fixture;
static struct client client;

static void start_with(const struct fixture_options *options) {
	fixture_start(&fixture, options);
	struct client_options client_options = fixture_client(&fixture);
	ck_assert(client_open(&client, &client_options));
}

static void start(void) {
	start_with(&(struct fixture_options){ .threads = 1 });
}

static void stop(void) {
	client_close(&client);
	fixture_stop(&fixture);
}

static void reopen(void) {
	client_close(&client);
	struct client_options options = fixture_client(&fixture);
	ck_assert(client_open(&client, &options));
}

static void expect_response(int status, const char *body) {
	struct client_response response;
	ck_assert(client_response(&client, false, &response));
	ck_assert_int_eq(response.status, status);
	ck_assert(!response.closes);
	ck_assert_str_eq(buffer_string(&response.body), body);
	client_response_done(&response);
}

/* An answer by net itself, and then the end with close_notify. */
static void expect_refusal(int status) {
	struct client_response response;
	struct buffer rest;
	char expected[64];
	ck_assert(client_response(&client, false, &response));
	ck_assert_int_eq(response.status, status);
	ck_assert(response.closes);
	snprintf(expected, sizeof(expected), "\"status\":%d,\"detail\":\"", status);
	ck_assert_ptr_nonnull(strstr(buffer_string(&response.body), "{\"type\":\"about:blank\","));
	ck_assert_ptr_nonnull(strstr(buffer_string(&response.body), expected));
	ck_assert_ptr_nonnull(strstr(response.head, "\r\ncontent-type: application/problem+json\r\n"));
	client_response_done(&response);
	buffer_init(&rest, 0);
	ck_assert_int_eq(client_receive_all(&client, &rest), CLIENT_CLOSED);
	ck_assert_uint_eq(rest.bytes, 0);
	buffer_done(&rest);
}

START_TEST(a_request_reaches_the_handler_with_all_its_parts) {
	start();
	ck_assert(client_say(&client,
	    "POST /echo?limit=5&after=%20x HTTP/1.1\r\n" HOST
	    "Content-Type: Application/JSON; charset=utf-8\r\nAccept: text/plain\r\n"
	    "Accept: application/json;q=0.5\r\nAuthorization: Bearer t\r\n"
	    "Idempotency-Key: 42\r\nContent-Length: 3\r\n\r\nabc"));
	expect_response(200,
	    "POST /echo [limit=5&after=%20x] [application/json] [text/plain, application/json;q=0.5] "
	    "[Bearer t] [42] h1 127.0.0.1\nabc");
	ck_assert(client_say(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
	expect_response(200, "GET /echo [] [] [] [] [] h1 127.0.0.1");
	ck_assert(client_say(&client,
	    "PUT /echo HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"));
	expect_response(200, "PUT /echo [] [] [] [] [] h1 127.0.0.1\nabc");
	ck_assert(client_say(&client, "DELETE /nowhere HTTP/1.1\r\n" HOST "\r\n"));
	expect_response(404, "");
	stop();
}
END_TEST

START_TEST(a_response_has_the_fields_that_it_should) {
	start();
	struct client_response response;
	ck_assert(client_say(&client, "GET /fields HTTP/1.1\r\n" HOST "\r\n"));
	ck_assert(client_response(&client, false, &response));
	/* a value with a line end in it is left out */
	ck_assert_str_eq(response.head,
	    "HTTP/1.1 405 Method Not Allowed\r\ncontent-type: application/problem+json\r\n"
	    "content-length: 2\r\ncache-control: private\r\nx-content-type-options: nosniff\r\n"
	    "link: </v1/vouchers?cursor=x>; rel=\"next\"\r\nallow: GET, POST\r\nretry-after: "
	    "7\r\n\r\n");
	client_response_done(&response);
	ck_assert(client_say(&client, "GET /empty HTTP/1.1\r\n" HOST "\r\n"));
	ck_assert(client_response(&client, false, &response));
	ck_assert_str_eq(response.head,
	    "HTTP/1.1 204 No Content\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n"
	    "\r\n");
	client_response_done(&response);
	stop();
}
END_TEST

START_TEST(head_is_answered_like_get_without_the_body) {
	start();
	struct client_response response;
	ck_assert(client_say(&client, "HEAD /big?5000 HTTP/1.1\r\n" HOST "\r\n"));
	ck_assert(client_response(&client, true, &response));
	ck_assert_int_eq(response.status, 200);
	ck_assert_uint_eq(response.content_length, 5000);
	client_response_done(&response);
	ck_assert(client_say(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
	expect_response(200, "GET /echo [] [] [] [] [] h1 127.0.0.1");
	stop();
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_order) {
	enum { REQUESTS = 300 };
	start();
	struct buffer text;
	buffer_init(&text, 0);
	for (int i = 0; i < REQUESTS; i++) /* now and later in turn */
		buffer_printf(&text, "POST /%s?%d HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody",
		    i % 3 ? "echo" : "later", i);
	ck_assert(client_send(&client, text.data, text.bytes));
	for (int i = 0; i < REQUESTS; i++) {
		char expected[96];
		snprintf(expected, sizeof(expected), "POST /%s [%d] [] [] [] [] h1 127.0.0.1\nbody",
		    i % 3 ? "echo" : "later", i);
		expect_response(200, expected);
	}
	buffer_done(&text);
	stop();
}
END_TEST

START_TEST(a_request_in_single_bytes_is_one_request) {
	start();
	const char *text = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi";
	for (const char *at = text; *at; at++)
		ck_assert(client_send(&client, at, 1));
	expect_response(200, "POST /echo [] [] [] [] [] h1 127.0.0.1\nhi");
	stop();
}
END_TEST

START_TEST(expectations_are_answered) {
	start();
	struct client_response response;
	ck_assert(client_say(&client,
	    "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
	ck_assert(client_response(&client, false, &response));
	ck_assert_str_eq(response.head, "HTTP/1.1 100 Continue\r\n\r\n");
	client_response_done(&response);
	ck_assert(client_say(&client, "hi"));
	expect_response(200, "POST /echo [] [] [] [] [] h1 127.0.0.1\nhi");
	ck_assert(client_say(&client, "POST /echo HTTP/1.1\r\n" HOST "Expect: magic\r\n\r\n"));
	expect_refusal(417);
	stop();
}
END_TEST

START_TEST(what_is_not_http_is_refused_and_closed) {
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 400 },
		{ "GET / HTTP/1.0\r\n" HOST "\r\n", 505 },
		{ "GET / HTTP/1.1\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nabcde", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 501 },
		{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nxyz", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nAuthorization: b\r\n\r\n", 400 },
		{ "GET /echo HTTP/1.1\r\n" HOST "Content-Type: a\r\nContent-Type: a\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999\r\n\r\n", 413 },
		{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400 },
	};
	start();
	for (size_t i = 0; i < COUNT(cases); i++) {
		ck_assert(client_say(&client, cases[i].text));
		expect_refusal(cases[i].status);
		reopen();
	}
	fixture_wait_event(&fixture, "request_refused", COUNT(cases), NULL);
	stop();
}
END_TEST

START_TEST(a_header_beyond_the_limit_is_431_and_a_target_414) {
	start();
	struct buffer text;
	buffer_init(&text, 0);
	buffer_append_text(&text, "GET /echo HTTP/1.1\r\n" HOST);
	while (text.bytes <= LIMIT_HEADER_BYTES)
		buffer_append_text(&text,
		    "X: 01234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789\r\n");
	ck_assert(client_send(&client, text.data, text.bytes));
	expect_refusal(431);
	reopen();
	buffer_clear(&text);
	buffer_append_text(&text, "GET /");
	for (int i = 0; i < LIMIT_TARGET_BYTES; i++)
		buffer_append_char(&text, 'a');
	buffer_append_text(&text, " HTTP/1.1\r\n" HOST "\r\n");
	ck_assert(client_send(&client, text.data, text.bytes));
	expect_refusal(414);
	buffer_done(&text);
	stop();
}
END_TEST

START_TEST(a_body_beyond_the_limit_is_413) {
	start_with(&(struct fixture_options){ .limits = { .body_bytes_max = 1000 } });
	static const char body[1000] = { 0 };
	ck_assert(client_say(&client, "POST /size HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n"));
	ck_assert(client_send(&client, body, sizeof(body)));
	expect_response(200, "1000");
	ck_assert(client_say(&client, "POST /size HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n"));
	expect_refusal(413); /* without waiting for it */
	reopen();
	ck_assert(client_say(
	    &client, "POST /size HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"));
	ck_assert(client_send(&client, body, sizeof(body)));
	ck_assert(client_say(&client, "\r\n1\r\nx\r\n0\r\n\r\n"));
	expect_refusal(413);
	stop();
}
END_TEST

START_TEST(a_refusal_reaches_a_client_that_is_still_sending) {
	start_with(&(struct fixture_options){ .limits = { .body_bytes_max = 1000 } });
	static const char body[200000] = { 0 };
	ck_assert(client_say(&client, "POST /size HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n"));
	client_send(&client, body, sizeof(body));
	expect_refusal(413);
	stop();
}
END_TEST

START_TEST(a_large_answer_arrives_whole) {
	start();
	static const size_t sizes[] = { 1, 16384, 32768, 32769, 1000000, 20000000 };
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct client_response response;
		char text[96];
		snprintf(text, sizeof(text), "GET /big?%zu HTTP/1.1\r\n" HOST "\r\n", sizes[i]);
		ck_assert(client_say(&client, text));
		ck_assert(client_response(&client, false, &response));
		ck_assert_uint_eq(response.body.bytes, sizes[i]);
		ck_assert_int_eq(response.body.data[sizes[i] - 1], 'b');
		client_response_done(&response);
	}
	stop();
}
END_TEST

START_TEST(a_large_body_arrives_whole) {
	enum { BYTES = 8 << 20 };
	static char body[BYTES];
	start();
	for (int i = 0; i < 3; i++) {
		char text[96];
		snprintf(text, sizeof(text), "POST /size HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n",
		    BYTES - i);
		ck_assert(client_say(&client, text));
		ck_assert(client_send(&client, body, (size_t)BYTES - (size_t)i));
		snprintf(text, sizeof(text), "%d", BYTES - i);
		expect_response(200, text);
	}
	stop();
}
END_TEST

START_TEST(connection_close_is_honoured) {
	start();
	struct buffer all;
	buffer_init(&all, 0);
	ck_assert(client_say(&client,
	    "GET /later HTTP/1.1\r\n" HOST "Connection: close\r\n\r\nGET /echo HTTP/1.1\r\n" HOST
	    "\r\n"));
	ck_assert_int_eq(client_receive_all(&client, &all), CLIENT_CLOSED);
	const char *text = buffer_string(&all);
	ck_assert_ptr_nonnull(strstr(text, "\r\nconnection: close\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "GET /later []"));
	ck_assert_ptr_null(strstr(text, "GET /echo"));
	buffer_done(&all);
	stop();
}
END_TEST

START_TEST(a_client_that_leaves_abandons_its_exchange) {
	start();
	ck_assert(client_say(&client, "GET /hold HTTP/1.1\r\n" HOST "\r\n"));
	fixture_wait_held(&fixture, 1);
	client_close(&client);
	struct client_options options = fixture_client(&fixture);
	ck_assert(client_open(&client, &options));
	/* the loop has surely seen the first one go when it has answered the second */
	ck_assert(client_say(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
	expect_response(200, "GET /echo [] [] [] [] [] h1 127.0.0.1");
	ck_assert_uint_eq(fixture_release(&fixture), 1);
	stop();
}
END_TEST

START_TEST(an_exchange_may_be_answered_by_its_timer) {
	start();
	ck_assert(client_say(&client, "GET /timer HTTP/1.1\r\n" HOST "\r\n"));
	expect_response(200, "time");
	stop();
}
END_TEST

SUITE_MAIN("net_http1", a_request_reaches_the_handler_with_all_its_parts,
    a_response_has_the_fields_that_it_should, head_is_answered_like_get_without_the_body,
    pipelined_requests_are_answered_in_order, a_request_in_single_bytes_is_one_request,
    expectations_are_answered, what_is_not_http_is_refused_and_closed,
    a_header_beyond_the_limit_is_431_and_a_target_414, a_body_beyond_the_limit_is_413,
    a_refusal_reaches_a_client_that_is_still_sending, a_large_answer_arrives_whole,
    a_large_body_arrives_whole, connection_close_is_honoured,
    a_client_that_leaves_abandons_its_exchange, an_exchange_may_be_answered_by_its_timer)
