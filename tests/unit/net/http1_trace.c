/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/net/http1_trace.h"

#include "net/http1_parser.h"
#include "net/http_text.h"

#include "base/check.h"

#include <string.h>

struct tracer {
	struct http1_parser parser;
	struct buffer *trace;
	struct buffer body;
	bool is_in_request;
};

static void check_field(const struct http1_text *name, const struct http1_text *value) {
	check(http_is_token(name->data, name->bytes));
	check(http_is_field_value(value->data, value->bytes));
	check(strlen(name->data) == name->bytes && strlen(value->data) == value->bytes);
}

static void say_head(struct tracer *tracer) {
	const struct http1_head *head = http1_parser_head(&tracer->parser);
	unsigned hosts = 0, framings = 0;
	check(http_is_method(head->method, strlen(head->method)));
	check(http_is_target(head->target, strlen(head->target)));
	buffer_printf(tracer->trace, "head %s %s", head->method, head->target);
	for (size_t i = 0; i < head->field_count; i++) {
		struct http1_text name, value;
		http1_parser_field(&tracer->parser, i, &name, &value);
		check_field(&name, &value);
		hosts += !strcmp(name.data, "host");
		framings += !strcmp(name.data, "content-length") || !strcmp(name.data, "transfer-encoding");
		buffer_printf(tracer->trace, " %s=[%s]", name.data, value.data);
	}
	check(hosts == 1 && framings <= 1);
	check(head->has_body == (head->is_chunked || head->content_length > 0));
	buffer_append_text(tracer->trace, " |");
	if (head->is_chunked)
		buffer_append_text(tracer->trace, " chunked");
	else if (head->has_body)
		buffer_printf(tracer->trace, " body=%llu", (unsigned long long)head->content_length);
	buffer_append_text(tracer->trace, head->wants_close ? " close" : "");
	buffer_append_text(tracer->trace, head->expects_continue ? " continue" : "");
	buffer_append_char(tracer->trace, '\n');
	tracer->is_in_request = true;
}

static void say_body(struct tracer *tracer) {
	if (!tracer->body.bytes)
		return;
	buffer_append_text(tracer->trace, "body ");
	buffer_append(tracer->trace, tracer->body.data, tracer->body.bytes);
	buffer_append_char(tracer->trace, '\n');
}

static void say_end(struct tracer *tracer) {
	const struct http1_head *head = http1_parser_head(&tracer->parser);
	check(head->is_chunked || head->content_length == tracer->body.bytes);
	check(http1_parser_is_between(&tracer->parser));
	say_body(tracer);
	buffer_clear(&tracer->body);
	buffer_append_text(tracer->trace, "end\n");
	tracer->is_in_request = false;
}

/* False: refused. */
static bool feed(struct tracer *tracer, const char *data, size_t bytes) {
	for (;;) {
		struct http1_text piece;
		switch (http1_parser_next(&tracer->parser, &data, &bytes, &piece)) {
		case HTTP1_NEED_MORE: check(!bytes); return true;
		case HTTP1_HEAD: say_head(tracer); break;
		case HTTP1_BODY:
			check(piece.bytes);
			buffer_append(&tracer->body, piece.data, piece.bytes);
			break;
		case HTTP1_END: say_end(tracer); break;
		case HTTP1_REFUSED: return false;
		}
	}
}

static void begin(struct tracer *tracer, struct buffer *trace) {
	*tracer = (struct tracer){ .trace = trace };
	http1_parser_init(&tracer->parser);
	buffer_init(&tracer->body, 0);
	buffer_clear(trace);
}

static void finish(struct tracer *tracer, bool is_refused) {
	say_body(tracer);
	if (is_refused) {
		const struct http1_refusal *refusal = http1_parser_refusal(&tracer->parser);
		const char *more = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
		check(refusal->status >= 400 && refusal->status <= 505);
		check(!strpbrk(refusal->detail, "\"\\"));
		check(!feed(tracer, more, strlen(more))); /* once refused, always refused */
		buffer_printf(tracer->trace, "refused %d %s\n", refusal->status, refusal->detail);
	} else if (tracer->is_in_request || !http1_parser_is_between(&tracer->parser)) {
		buffer_append_text(tracer->trace, "more\n");
	}
	check(!buffer_error(tracer->trace) && !buffer_error(&tracer->body));
	buffer_done(&tracer->body);
	http1_parser_done(&tracer->parser);
}

void http1_trace(
    const char *data, size_t bytes, size_t piece_max, uint64_t seed, struct buffer *ret_trace) {
	struct tracer tracer;
	bool is_fine = true;
	begin(&tracer, ret_trace);
	while (is_fine && bytes) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		size_t piece = piece_max ? 1 + (size_t)(seed >> 33) % piece_max : bytes;
		piece = piece < bytes ? piece : bytes;
		is_fine = feed(&tracer, data, piece);
		data += piece;
		bytes -= piece;
	}
	finish(&tracer, !is_fine);
}

void http1_trace_cut(const char *data, size_t bytes, size_t first_bytes, struct buffer *ret_trace) {
	struct tracer tracer;
	begin(&tracer, ret_trace);
	bool is_fine = feed(&tracer, data, first_bytes) &&
	    feed(&tracer, data + first_bytes, bytes - first_bytes);
	finish(&tracer, !is_fine);
}
