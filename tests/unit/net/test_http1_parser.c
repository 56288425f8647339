/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http1_parser.h"

#include "support/suite.h"
#include "unit/net/http1_trace.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(text)   (text), sizeof(text) - 1

struct accepted {
	const char *input;
	size_t bytes;
	const char *trace;
};

static const struct accepted accepted[] = {
	{ TEXT("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "head GET / host=[a] |\nend\n" },
	{ TEXT("POST /v1/batch?dry_run=1 HTTP/1.1\r\nHost: a:8443\r\nContent-Length: 2\r\n\r\n{}"),
	    "head POST /v1/batch?dry_run=1 host=[a:8443] content-length=[2] | body=2\nbody {}\nend\n" },
	{ TEXT("GET /v1/vouchers/%E5%88%B8:reserve HTTP/1.1\r\nhOsT:[::1]:8443\r\n\r\n"),
	    "head GET /v1/vouchers/%E5%88%B8:reserve host=[[::1]:8443] |\nend\n" },
	{ TEXT("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
	       "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n"),
	    "head PUT /x host=[a] transfer-encoding=[Chunked] | chunked\nbody abc0123456789\nend\n" },
	{ TEXT("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00000000\r\n\r\n"),
	    "head PUT /x host=[a] transfer-encoding=[chunked] | chunked\nend\n" },
	{ TEXT("GET / HTTP/1.1\r\nHost:\t a \t\r\nX-Empty:\r\nX: \t \r\n\r\n"),
	    "head GET / host=[a] x-empty=[] x=[] |\nend\n" },
	{ TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Close\r\n\r\n"),
	    "head GET / host=[a] connection=[keep-alive, Close] | close\nend\n" },
	{ TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\nConnection: keep-alive\r\n\r\n"),
	    "head GET / host=[a] connection=[closed] connection=[keep-alive] |\nend\n" },
	{ TEXT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\nx"),
	    "head POST / host=[a] content-length=[1] expect=[100-Continue] | body=1 continue\n"
	    "body x\nend\n" },
	{ TEXT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET /2 HTTP/1.1\r\nHost: "
	       "b\r\n\r\n"),
	    "head POST / host=[a] content-length=[0] |\nend\nhead GET /2 host=[b] |\nend\n" },
	{ TEXT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\0\r\nGET /2 HTTP/1.1\r\n"
	       "Host: b\r\n\r\n"),
	    NULL /* a NUL in the body is data */ },
	{ TEXT("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: caf\xc3\xa9\r\nUpgrade: h2c\r\n\r\n"),
	    "head GET / host=[a] user-agent=[caf\xc3\xa9] upgrade=[h2c] |\nend\n" },
	{ TEXT("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n"),
	    "head GET / host=[a] x=[1] x=[2] |\nend\n" },
	{ TEXT("GET / HTTP/1.1\r\nHost: a\r\n"), "more\n" },
	{ TEXT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"),
	    "head POST / host=[a] content-length=[5] | body=5\nbody abc\nmore\n" },
	{ TEXT(""), "" },
};

struct refused {
	const char *why;
	const char *input;
	size_t bytes;
	int status;
};

#define HEAD    "POST / HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"

static const struct refused refused[] = {
	/* the request line */
	{ "an empty line before it", TEXT("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a blank before it", TEXT(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "no target", TEXT("GET HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "no version (HTTP/0.9)", TEXT("GET /\r\n"), 400 },
	{ "two blanks", TEXT("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "two blanks before the version", TEXT("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a blank behind it", TEXT("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 400 },
	{ "a tabulator", TEXT("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a blank in the target", TEXT("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "lower-case method", TEXT("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a method with a sign", TEXT("GE-T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a method too long", TEXT("ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "absolute form", TEXT("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "asterisk form", TEXT("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "authority form", TEXT("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), 501 },
	{ "a fragment", TEXT("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a bare percent sign", TEXT("GET /100% HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "half an escape", TEXT("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "an escape of no digits", TEXT("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "UTF-8 in the target", TEXT("GET /\xe5\x88\xb8 HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "NUL in the target", TEXT("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "HTTP/1.0", TEXT("GET / HTTP/1.0\r\nHost: a\r\n\r\n"), 505 },
	{ "HTTP/1.2", TEXT("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), 505 },
	{ "HTTP/2.0 preface", TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400 },
	{ "HTTP/2.0", TEXT("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505 },
	{ "lower-case version", TEXT("GET / http/1.1\r\nHost: a\r\n\r\n"), 400 },
	{ "a longer version", TEXT("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), 400 },
	{ "a version of letters", TEXT("GET / HTTP/x.y\r\nHost: a\r\n\r\n"), 400 },
	{ "TLS on TLS", TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"), 400 },
	/* line ends */
	{ "bare LF behind the request line", TEXT("GET / HTTP/1.1\nHost: a\r\n\r\n"), 400 },
	{ "bare LF behind a field", TEXT("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"), 400 },
	{ "bare LF at the end", TEXT("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400 },
	{ "bare CR in a value", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n"), 400 },
	{ "CR CR LF", TEXT("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"), 400 },
	{ "CR alone in a line", TEXT("GET / HTTP/1.1\r\nHost: a\r\n\r\r\n"), 400 },
	/* fields */
	{ "a folded field", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"), 400 },
	{ "a folded field, tabulator", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"), 400 },
	{ "a folded first field", TEXT("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400 },
	{ "a blank before the colon", TEXT("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400 },
	{ "a tabulator before the colon", TEXT(HEAD "Content-Length\t: 5\r\n\r\nabcde"), 400 },
	{ "no colon", TEXT("GET / HTTP/1.1\r\nHost a\r\n\r\n"), 400 },
	{ "no name", TEXT("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"), 400 },
	{ "a name with a bracket", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX[1]: b\r\n\r\n"), 400 },
	{ "a name with a blank", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"), 400 },
	{ "a name in UTF-8", TEXT("GET / HTTP/1.1\r\nHost: a\r\n\xe5\x88\xb8: b\r\n\r\n"), 400 },
	{ "NUL in a name", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"), 400 },
	{ "NUL in a value", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"), 400 },
	{ "DEL in a value", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX: a\x7f\r\n\r\n"), 400 },
	{ "a vertical tabulator",
	    TEXT(HEAD "Transfer-Encoding:\x0b"
	              "chunked\r\n\r\n"),
	    400 },
	/* Host */
	{ "no Host", TEXT("GET / HTTP/1.1\r\nX: a\r\n\r\n"), 400 },
	{ "no field at all", TEXT("GET / HTTP/1.1\r\n\r\n"), 400 },
	{ "Host twice", TEXT("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400 },
	{ "Host twice, differing", TEXT("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"), 400 },
	{ "Host empty", TEXT("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400 },
	{ "Host a list", TEXT("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"), 400 },
	{ "Host a URL", TEXT("GET / HTTP/1.1\r\nHost: http://a\r\n\r\n"), 400 },
	{ "Host with a user", TEXT("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400 },
	{ "Host with no port", TEXT("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n"), 400 },
	{ "Host with a long port", TEXT("GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n"), 400 },
	{ "Host half bracketed", TEXT("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), 400 },
	{ "Host bracketed badly", TEXT("GET / HTTP/1.1\r\nHost: [a/b]\r\n\r\n"), 400 },
	{ "Host behind brackets", TEXT("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"), 400 },
	/* Content-Length */
	{ "length twice, differing", TEXT(HEAD "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), 400 },
	{ "length twice, same", TEXT(HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), 400 },
	{ "length a list", TEXT(HEAD "Content-Length: 5, 5\r\n\r\nabcde"), 400 },
	{ "length +5", TEXT(HEAD "Content-Length: +5\r\n\r\nabcde"), 400 },
	{ "length -5", TEXT(HEAD "Content-Length: -5\r\n\r\nabcde"), 400 },
	{ "length 0x5", TEXT(HEAD "Content-Length: 0x5\r\n\r\nabcde"), 400 },
	{ "length 5.0", TEXT(HEAD "Content-Length: 5.0\r\n\r\nabcde"), 400 },
	{ "length 1 0", TEXT(HEAD "Content-Length: 1 0\r\n\r\nabcde"), 400 },
	{ "length empty", TEXT(HEAD "Content-Length:\r\n\r\n"), 400 },
	{ "length quoted", TEXT(HEAD "Content-Length: \"5\"\r\n\r\nabcde"), 400 },
	{ "length overflows", TEXT(HEAD "Content-Length: 18446744073709551621\r\n\r\nabcde"), 413 },
	{ "length with many zeros", TEXT(HEAD "Content-Length: 0000000000000000005\r\n\r\nab"), 413 },
	/* Transfer-Encoding */
	{ "length, then chunked",
	    TEXT(HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400 },
	{ "chunked, then length",
	    TEXT(HEAD "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), 400 },
	{ "chunked twice",
	    TEXT(HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), 400 },
	{ "chunked, then identity",
	    TEXT(HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"), 400 },
	{ "chunked, chunked", TEXT(HEAD "Transfer-Encoding: chunked, chunked\r\n\r\n"), 501 },
	{ "identity", TEXT(HEAD "Transfer-Encoding: identity\r\n\r\n"), 501 },
	{ "gzip, chunked", TEXT(HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501 },
	{ "xchunked", TEXT(HEAD "Transfer-Encoding: xchunked\r\n\r\n"), 501 },
	{ "chunked with a parameter", TEXT(HEAD "Transfer-Encoding: chunked;a=b\r\n\r\n"), 501 },
	{ "coding empty", TEXT(HEAD "Transfer-Encoding:\r\n\r\n"), 501 },
	{ "coding quoted", TEXT(HEAD "Transfer-Encoding: \"chunked\"\r\n\r\n"), 501 },
	/* chunks */
	{ "no size", TEXT(CHUNKED "\r\n"), 400 },
	{ "size 0x3", TEXT(CHUNKED "0x3\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "size +3", TEXT(CHUNKED "+3\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "size -1", TEXT(CHUNKED "-1\r\n"), 400 },
	{ "a blank before the size", TEXT(CHUNKED " 3\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "a blank behind the size", TEXT(CHUNKED "3 \r\nabc\r\n0\r\n\r\n"), 400 },
	{ "an extension", TEXT(CHUNKED "3;a=b\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "an extension with LF", TEXT(CHUNKED "3;\nabc\r\n0\r\n\r\n"), 400 },
	{ "bare LF behind the size", TEXT(CHUNKED "3\nabc\r\n0\r\n\r\n"), 400 },
	{ "CR and something behind the size", TEXT(CHUNKED "3\rxabc\r\n0\r\n\r\n"), 400 },
	{ "a size of nine digits", TEXT(CHUNKED "000000003\r\nabc\r\n0\r\n\r\n"), 400 },
	{ "a size that would overflow", TEXT(CHUNKED "fffffffffffffffff\r\n"), 400 },
	{ "data longer than its size", TEXT(CHUNKED "3\r\nabcd\r\n0\r\n\r\n"), 400 },
	{ "bare LF behind the data", TEXT(CHUNKED "3\r\nabc\n0\r\n\r\n"), 400 },
	{ "no line end behind the data", TEXT(CHUNKED "3\r\nabc0\r\n\r\n"), 400 },
	{ "CR and something behind the data", TEXT(CHUNKED "3\r\nabc\r0\r\n\r\n"), 400 },
	{ "bare LF at the end of the chunks", TEXT(CHUNKED "0\r\n\n"), 400 },
	{ "a trailer field", TEXT(CHUNKED "0\r\nX: a\r\n\r\n"), 400 },
	{ "a request in place of the trailer", TEXT(CHUNKED "0\r\nGET / HTTP/1.1\r\n\r\n"), 400 },
	/* others */
	{ "another expectation", TEXT(HEAD "Expect: 200-ok\r\n\r\n"), 417 },
	{ "Expect twice", TEXT(HEAD "Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n"), 400 },
};

static struct buffer whole, other;

static void init_traces(void) {
	buffer_init(&whole, 0);
	buffer_init(&other, 0);
}

static void done_traces(void) {
	buffer_done(&whole);
	buffer_done(&other);
}

/* Byte by byte, and cut in two at every place. */
static void assert_cuts_do_not_matter(const char *input, size_t bytes) {
	http1_trace(input, bytes, 0, 0, &whole);
	http1_trace(input, bytes, 1, 0, &other);
	ck_assert_str_eq(buffer_string(&other), buffer_string(&whole));
	for (size_t cut = 1; cut < bytes; cut++) {
		http1_trace_cut(input, bytes, cut, &other);
		ck_assert_str_eq(buffer_string(&other), buffer_string(&whole));
	}
}

START_TEST(well_formed_requests_are_taken) {
	init_traces();
	for (size_t i = 0; i < COUNT(accepted); i++) {
		http1_trace(accepted[i].input, accepted[i].bytes, 0, 0, &whole);
		if (accepted[i].trace)
			ck_assert_str_eq(buffer_string(&whole), accepted[i].trace);
		else
			ck_assert_ptr_null(strstr(buffer_string(&whole), "refused"));
		assert_cuts_do_not_matter(accepted[i].input, accepted[i].bytes);
	}
	done_traces();
}
END_TEST

START_TEST(a_nul_in_a_body_is_data) {
	init_traces();
	http1_trace(TEXT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na\0b"), 0, 0, &whole);
	static const char expected[] =
	    "head POST / host=[a] content-length=[3] | body=3\nbody a\0b\nend\n";
	ck_assert_uint_eq(whole.bytes, sizeof(expected) - 1);
	ck_assert_mem_eq(whole.data, expected, whole.bytes);
	done_traces();
}
END_TEST

START_TEST(what_two_servers_might_read_differently_is_refused) {
	init_traces();
	for (size_t i = 0; i < COUNT(refused); i++) {
		char expected[32];
		snprintf(expected, sizeof(expected), "refused %d ", refused[i].status);
		http1_trace(refused[i].input, refused[i].bytes, 0, 0, &whole);
		ck_assert_msg(strstr(buffer_string(&whole), expected), "%s: not %s but %s", refused[i].why,
		    expected, buffer_string(&whole));
		ck_assert_msg(!strstr(buffer_string(&whole), "end\n"), "%s: taken", refused[i].why);
		assert_cuts_do_not_matter(refused[i].input, refused[i].bytes);
	}
	done_traces();
}
END_TEST

START_TEST(a_refused_request_behind_a_good_one_does_not_spoil_it) {
	init_traces();
	http1_trace(TEXT("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"), 0, 0, &whole);
	ck_assert_str_eq(
	    buffer_string(&whole), "head GET /1 host=[a] |\nend\nrefused 400 Host is missing.\n");
	done_traces();
}
END_TEST

/* "GET /aaa… HTTP/1.1", or with a header of so many bytes, or so many fields. */
static void make_request(
    struct buffer *request, size_t target_bytes, size_t value_bytes, size_t field_count) {
	buffer_clear(request);
	buffer_append_text(request, "GET /");
	for (size_t i = 1; i < target_bytes; i++)
		buffer_append_char(request, 'a');
	buffer_append_text(request, " HTTP/1.1\r\nHost: a\r\n");
	for (size_t i = 1; i < field_count; i++) {
		buffer_append_text(request, "X:");
		for (size_t j = 0; j < value_bytes; j++)
			buffer_append_char(request, 'v');
		buffer_append_text(request, "\r\n");
	}
	buffer_append_text(request, "\r\n");
}

static const char *fate(const struct buffer *request) {
	http1_trace(request->data, request->bytes, 0, 0, &whole);
	http1_trace(request->data, request->bytes, 7, 42, &other);
	ck_assert_str_eq(buffer_string(&other), buffer_string(&whole));
	const char *refusal = strstr(buffer_string(&whole), "refused");
	return refusal ? refusal : strstr(buffer_string(&whole), "end");
}

START_TEST(limits_are_kept_to_the_byte) {
	struct buffer request;
	init_traces();
	buffer_init(&request, 0);
	make_request(&request, LIMIT_TARGET_BYTES, 0, 1);
	ck_assert_str_eq(fate(&request), "end\n");
	make_request(&request, LIMIT_TARGET_BYTES + 1, 0, 1);
	ck_assert_str_eq(fate(&request), "refused 414 The request target is too long.\n");
	make_request(&request, 20000, 0, 1);
	ck_assert_str_eq(fate(&request), "refused 414 The request line is too long.\n");
	make_request(&request, 1, 5, LIMIT_HEADERS);
	ck_assert_str_eq(fate(&request), "end\n");
	make_request(&request, 1, 5, LIMIT_HEADERS + 1);
	ck_assert_str_eq(fate(&request), "refused 431 There are too many header fields.\n");
	size_t rest = sizeof("GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n") - 1;
	make_request(&request, 1, LIMIT_HEADER_BYTES - rest, 2);
	ck_assert_uint_eq(request.bytes, LIMIT_HEADER_BYTES);
	ck_assert_str_eq(fate(&request), "end\n");
	make_request(&request, 1, LIMIT_HEADER_BYTES - rest + 1, 2);
	ck_assert_str_eq(fate(&request), "refused 431 The header is too large.\n");
	buffer_done(&request);
	done_traces();
}
END_TEST

START_TEST(an_endless_line_is_refused_at_the_limit) {
	struct http1_parser parser;
	struct http1_text piece;
	http1_parser_init(&parser);
	size_t taken = 0;
	for (;;) {
		const char *data = "x";
		size_t bytes = 1;
		enum http1_event event = http1_parser_next(&parser, &data, &bytes, &piece);
		if (event == HTTP1_REFUSED)
			break;
		ck_assert_int_eq(event, HTTP1_NEED_MORE);
		ck_assert_uint_lt(++taken, LIMIT_HEADER_BYTES);
	}
	ck_assert_int_eq(http1_parser_refusal(&parser)->status, 414);
	http1_parser_done(&parser);
}
END_TEST

START_TEST(the_head_stays_readable_until_the_next_request) {
	struct http1_parser parser;
	struct http1_text piece;
	const char *data =
	    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\n";
	size_t bytes = strlen(data);
	http1_parser_init(&parser);
	ck_assert(http1_parser_is_between(&parser));
	ck_assert_int_eq(http1_parser_next(&parser, &data, &bytes, &piece), HTTP1_HEAD);
	ck_assert_int_eq(http1_parser_next(&parser, &data, &bytes, &piece), HTTP1_BODY);
	ck_assert(!http1_parser_is_between(&parser));
	ck_assert_int_eq(http1_parser_next(&parser, &data, &bytes, &piece), HTTP1_END);
	ck_assert_str_eq(http1_parser_head(&parser)->target, "/a");
	ck_assert(http1_parser_is_between(&parser));
	ck_assert_int_eq(http1_parser_next(&parser, &data, &bytes, &piece), HTTP1_NEED_MORE);
	ck_assert(!http1_parser_is_between(&parser));
	http1_parser_done(&parser);
}
END_TEST

SUITE_MAIN("http1_parser", well_formed_requests_are_taken, a_nul_in_a_body_is_data,
    what_two_servers_might_read_differently_is_refused,
    a_refused_request_behind_a_good_one_does_not_spoil_it, limits_are_kept_to_the_byte,
    an_endless_line_is_refused_at_the_limit, the_head_stays_readable_until_the_next_request)
