/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict, incremental parser of HTTP/1.1 requests (RFC 9112): bytes in, events out.
 *
 * Pure: no I/O, no clock. However the bytes are cut into pieces, the events are the same. What the
 * RFC lets a server tolerate is refused here when two servers could read it in two ways:
 *
 *   lines end in CRLF; no line folding, no empty line before a request; exactly one Host; one
 *   Content-Length (digits) or "Transfer-Encoding: chunked", never both, neither twice; no chunk
 *   extensions and no trailer fields; targets begin with "/"; HTTP/1.1 and nothing else (505).
 *
 * After a refusal nothing more is read: the connection has lost its framing and must be closed.
 */
#ifndef NET_HTTP1_PARSER_H
#define NET_HTTP1_PARSER_H

#include "base/buffer.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http1_event {
	HTTP1_NEED_MORE, /* every byte given has been taken */
	HTTP1_HEAD,      /* request line and header fields are complete: http1_parser_head */
	HTTP1_BODY,      /* a piece of the body */
	HTTP1_END,       /* the request is complete; the next call begins another */
	HTTP1_REFUSED,   /* http1_parser_refusal; for ever */
};

/* Borrowed from the parser until the next request begins. Texts are terminated. */
struct http1_head {
	const char *method;
	const char *target;
	size_t field_count;
	bool has_body;           /* it has a Content-Length above 0, or is chunked */
	bool is_chunked;         /* its length is not known yet */
	uint64_t content_length; /* 0 when chunked */
	bool wants_close;        /* Connection: close */
	bool expects_continue;   /* Expect: 100-continue */
};

struct http1_text {
	const char *data;
	size_t bytes;
};

struct http1_refusal {
	int status; /* 400, 414, 417, 431, 501, 505, or 500 when out of memory */
	const char *detail;
};

struct http1_field_place {
	uint32_t name, name_bytes, value, value_bytes;
};

struct http1_parser {
	int state;
	struct buffer lines;     /* of the head, so far */
	size_t line;             /* where the current one begins */
	uint64_t remaining;      /* of the body or the chunk */
	unsigned size_digits;    /* of the chunk's size, so far */
	uint32_t method, target; /* places in `lines` */
	unsigned seen;           /* fields that may come once */
	struct http1_head head;
	struct http1_field_place fields[LIMIT_HEADERS];
	struct http1_refusal refusal;
};

void http1_parser_init(struct http1_parser *parser);
void http1_parser_done(struct http1_parser *parser);

/* Takes bytes from the front of *data until there is something to say. `ret_piece` is set for
 * HTTP1_BODY only and points into the data. Call it until it says HTTP1_NEED_MORE. */
enum http1_event http1_parser_next(
    struct http1_parser *parser, const char **data, size_t *bytes, struct http1_text *ret_piece);

const struct http1_head *http1_parser_head(const struct http1_parser *parser);

/* Field `index` < field_count: the name in lower case, the value without surrounding blanks. */
void http1_parser_field(const struct http1_parser *parser, size_t index,
    struct http1_text *ret_name, struct http1_text *ret_value);

const struct http1_refusal *http1_parser_refusal(const struct http1_parser *parser);

/* Nothing of the next request has been seen. */
bool http1_parser_is_between(const struct http1_parser *parser);

/* Gives back memory that a large head took; only between requests. */
void http1_parser_trim(struct http1_parser *parser);

#endif
