/* SPDX-License-Identifier: Apache-2.0 */
#include "client/reply.h"
#include "client/retry.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

START_TEST(headers_that_do_not_parse_are_ignored) {
	const struct {
		const char *line;
		const char *next; /* NULL: none */
		uint32_t retry_after_s;
	} cases[] = {
		{ "Link: </v1/claims?cursor=x>; rel=\"next\"\r\n", "/v1/claims?cursor=x", 0 },
		{ "link:</a>;rel=\"next\"", "/a", 0 },
		{ "Link: </a>; rel=\"prev\"\r\n", NULL, 0 },
		{ "Link: <https://elsewhere.example/a>; rel=\"next\"\r\n", NULL, 0 },
		{ "Link: </a; rel=\"next\"\r\n", NULL, 0 },
		{ "Link:\r\n", NULL, 0 },
		{ "Link", NULL, 0 },
		{ "Linked: </a>; rel=\"next\"\r\n", NULL, 0 },
		{ "Retry-After: 7\r\n", NULL, 7 },
		{ "RETRY-AFTER:\t8 \r\n", NULL, 8 },
		{ "Retry-After: 99999999999999999999\r\n", NULL, 3600 },
		{ "Retry-After: -1\r\n", NULL, 0 },
		{ "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", NULL, 0 },
		{ "Retry-After:\r\n", NULL, 0 },
		{ "\r\n", NULL, 0 },
		{ "", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct voucher_reply *reply = reply_new();
		ck_assert_ptr_nonnull(reply);
		/* Exactly these bytes, so that the sanitizer sees a read behind them. */
		size_t bytes = strlen(cases[i].line);
		char *line = malloc(bytes ? bytes : 1);
		ck_assert_ptr_nonnull(line);
		memcpy(line, cases[i].line, bytes);
		ck_assert_int_eq(reply_take_header(reply, line, bytes), ERR_OK);
		free(line);
		ck_assert_pstr_eq(voucher_reply_next(reply), cases[i].next);
		ck_assert_uint_eq(reply->retry_after_s, cases[i].retry_after_s);
		voucher_reply_free(reply);
	}
}
END_TEST

START_TEST(new_status_line_forgets_the_earlier_response) {
	struct voucher_reply *reply = reply_new();
	ck_assert_ptr_nonnull(reply);
	const char *lines[] = { "HTTP/1.1 103 Early Hints\r\n", "Link: </a>; rel=\"next\"\r\n",
		"Retry-After: 7\r\n", "\r\n", "HTTP/2 200\r\n" };
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_int_eq(reply_take_header(reply, lines[i], strlen(lines[i])), ERR_OK);
	ck_assert_ptr_null(voucher_reply_next(reply));
	ck_assert_uint_eq(reply->retry_after_s, 0);
	voucher_reply_free(reply);
}
END_TEST

START_TEST(pauses_grow_to_a_limit_and_differ) {
	uint32_t last = 0;
	for (uint32_t attempt = 0; attempt < 70; attempt++) {
		uint32_t least = retry_pause_ms(attempt, 0, 0);
		ck_assert_uint_ge(least, last);
		ck_assert_uint_le(least, RETRY_MOST_MS / 2);
		for (uint32_t random = 0; random < 100; random++) {
			uint32_t pause = retry_pause_ms(attempt, 0, random * 7919);
			ck_assert_uint_ge(pause, least);
			ck_assert_uint_le(pause, 2 * least + 1);
			ck_assert_uint_le(pause, RETRY_MOST_MS);
		}
		ck_assert_uint_ne(retry_pause_ms(attempt, 0, 1), least);
		last = least;
	}
	ck_assert_uint_eq(retry_pause_ms(0, 0, 0), RETRY_FIRST_MS / 2);
	ck_assert_uint_ge(retry_pause_ms(0, 3, 0), 3000);
}
END_TEST

START_TEST(only_passing_troubles_are_worth_repeating) {
	for (unsigned status = 100; status < 600; status++) {
		bool expected = status == 429 || status == 502 || status == 503 || status == 504;
		ck_assert_int_eq(retry_is_worthwhile(status), expected);
	}
}
END_TEST

SUITE_MAIN("reply", headers_that_do_not_parse_are_ignored,
    new_status_line_forgets_the_earlier_response, pauses_grow_to_a_limit_and_differ,
    only_passing_troubles_are_worth_repeating)
