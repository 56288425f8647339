/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head is collected line by line in one buffer and judged one line at a time, as soon as its LF
 * is there; names and values are then terminated in place. The body passes through uncopied.
 *
 *   REQUEST_LINE ─► FIELDS ─► HEAD_DONE ─┬─► LENGTH ──────────────────────────► END
 *                                        └─► SIZE ⇄ DATA… (chunked) ─► LAST… ─► END
 */
#include "net/http1_parser.h"

#include "net/http_text.h"

#include <string.h>

enum state {
	REQUEST_LINE,
	FIELDS,
	LENGTH,  /* `remaining` bytes of body */
	SIZE,    /* of a chunk: hexadecimal digits, then CR */
	SIZE_LF, /* behind the CR */
	DATA,    /* `remaining` bytes of a chunk */
	DATA_CR, /* behind the data */
	DATA_LF,
	LAST_CR, /* behind the chunk of size 0 */
	LAST_LF,
	COMPLETE, /* which has not been said yet */
	END,      /* it has */
	REFUSED,
};

enum {
	VERSION_BYTES = sizeof("HTTP/1.1") - 1,
	REQUEST_LINE_BYTES = LIMIT_METHOD_BYTES + 1 + LIMIT_TARGET_BYTES + 1 + VERSION_BYTES + 2,
	CHUNK_SIZE_DIGITS = 8,
	LENGTH_DIGITS = 18, /* no overflow */
	KEPT_BYTES = 2048,  /* of `lines`, on an idle connection */
};

enum seen { SEEN_HOST = 1, SEEN_LENGTH = 2, SEEN_ENCODING = 4, SEEN_EXPECT = 8 };

void http1_parser_init(struct http1_parser *parser) {
	*parser = (struct http1_parser){ .state = REQUEST_LINE };
	buffer_init(&parser->lines, 0);
}

void http1_parser_done(struct http1_parser *parser) {
	buffer_done(&parser->lines);
}

bool http1_parser_is_between(const struct http1_parser *parser) {
	return parser->state == END || (parser->state == REQUEST_LINE && !parser->lines.bytes);
}

void http1_parser_trim(struct http1_parser *parser) {
	if (parser->lines.capacity > KEPT_BYTES)
		buffer_done(&parser->lines);
}

const struct http1_head *http1_parser_head(const struct http1_parser *parser) {
	return &parser->head;
}

void http1_parser_field(const struct http1_parser *parser, size_t index,
    struct http1_text *ret_name, struct http1_text *ret_value) {
	const struct http1_field_place *place = &parser->fields[index];
	*ret_name = (struct http1_text){ parser->lines.data + place->name, place->name_bytes };
	*ret_value = (struct http1_text){ parser->lines.data + place->value, place->value_bytes };
}

const struct http1_refusal *http1_parser_refusal(const struct http1_parser *parser) {
	return &parser->refusal;
}

static void refuse(struct http1_parser *parser, int status, const char *detail) {
	parser->state = REFUSED;
	parser->refusal = (struct http1_refusal){ status, detail };
}

static void restart(struct http1_parser *parser) {
	buffer_clear(&parser->lines);
	parser->state = REQUEST_LINE;
	parser->line = 0;
	parser->remaining = 0;
	parser->seen = 0;
	parser->head = (struct http1_head){ 0 };
}

/* --- the request line --- */

static void judge_version(struct http1_parser *parser, const char *text, size_t bytes) {
	bool is_version = bytes == VERSION_BYTES && !memcmp(text, "HTTP/", 5) && text[6] == '.' &&
	    text[5] >= '0' && text[5] <= '9' && text[7] >= '0' && text[7] <= '9';
	if (!is_version)
		refuse(parser, 400, "The request line does not end in a version of HTTP.");
	else if (text[5] != '1' || text[7] != '1')
		refuse(parser, 505, "Only HTTP/1.1 and HTTP/2 are spoken here.");
}

static void judge_request_line(struct http1_parser *parser, char *line, size_t bytes) {
	char *method_end = memchr(line, ' ', bytes);
	if (!method_end || !http_is_method(line, (size_t)(method_end - line))) {
		refuse(parser, 400, "The request line does not begin with a method.");
		return;
	}
	char *target = method_end + 1;
	size_t left = bytes - (size_t)(target - line);
	char *target_end = memchr(target, ' ', left);
	size_t target_bytes = target_end ? (size_t)(target_end - target) : left;
	if (target_bytes > LIMIT_TARGET_BYTES) {
		refuse(parser, 414, "The request target is too long.");
		return;
	}
	if ((size_t)(method_end - line) == 7 && !memcmp(line, "CONNECT", 7)) {
		refuse(parser, 501, "This is not a proxy.");
		return;
	}
	if (!target_end || !http_is_target(target, target_bytes)) {
		refuse(parser, 400, "The request target is not a path of visible ASCII characters.");
		return;
	}
	judge_version(parser, target_end + 1, left - target_bytes - 1);
	*method_end = *target_end = '\0';
	parser->method = 0;
	parser->target = (uint32_t)(target - line);
}

/* --- header fields --- */

static bool is_first(struct http1_parser *parser, enum seen field, const char *detail) {
	if (parser->seen & field)
		refuse(parser, 400, detail);
	parser->seen |= field;
	return parser->state != REFUSED;
}

static void judge_length(struct http1_parser *parser, const char *value, size_t bytes) {
	if (!is_first(parser, SEEN_LENGTH, "Content-Length comes twice."))
		return;
	uint64_t length = 0;
	bool is_number = bytes > 0;
	for (size_t i = 0; i < bytes; i++) {
		is_number = is_number && value[i] >= '0' && value[i] <= '9';
		if (i < LENGTH_DIGITS)
			length = length * 10 + (uint64_t)(value[i] - '0');
	}
	if (!is_number)
		refuse(parser, 400, "Content-Length is not a number.");
	else if (bytes > LENGTH_DIGITS)
		refuse(parser, 413, "Content-Length is too large.");
	parser->head.content_length = length;
}

static void judge_encoding(struct http1_parser *parser, const char *value, size_t bytes) {
	if (!is_first(parser, SEEN_ENCODING, "Transfer-Encoding comes twice."))
		return;
	if (!http_is_word(value, bytes, "chunked"))
		refuse(parser, 501, "The transfer coding 'chunked' is the only one understood.");
	parser->head.is_chunked = true;
}

static void judge_host(struct http1_parser *parser, const char *value, size_t bytes) {
	if (!is_first(parser, SEEN_HOST, "Host comes twice."))
		return;
	if (!http_is_authority(value, bytes))
		refuse(parser, 400, "Host is not a host name with an optional port.");
}

static void judge_expect(struct http1_parser *parser, const char *value, size_t bytes) {
	if (!is_first(parser, SEEN_EXPECT, "Expect comes twice."))
		return;
	if (!http_is_word(value, bytes, "100-continue"))
		refuse(parser, 417, "The expectation '100-continue' is the only one understood.");
	parser->head.expects_continue = true;
}

static void judge_connection(struct http1_parser *parser, const char *value, size_t bytes) {
	const char *end = value + bytes;
	while (value < end) {
		const char *comma = memchr(value, ',', (size_t)(end - value));
		const char *word = value, *word_end = comma ? comma : end;
		while (word < word_end && (*word == ' ' || *word == '\t'))
			word++;
		while (word < word_end && (word_end[-1] == ' ' || word_end[-1] == '\t'))
			word_end--;
		if (http_is_word(word, (size_t)(word_end - word), "close"))
			parser->head.wants_close = true;
		value = comma ? comma + 1 : end;
	}
}

/* The fields that say where a message ends and what becomes of the connection. */
static void judge_field(
    struct http1_parser *parser, const char *name, const char *value, size_t bytes) {
	static const struct {
		const char *name;
		void (*judge)(struct http1_parser *parser, const char *value, size_t bytes);
	} judges[] = {
		{ "host", judge_host },
		{ "content-length", judge_length },
		{ "transfer-encoding", judge_encoding },
		{ "connection", judge_connection },
		{ "expect", judge_expect },
	};
	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
		if (!strcmp(name, judges[i].name))
			judges[i].judge(parser, value, bytes);
}

static void take_field(struct http1_parser *parser, char *line, size_t bytes) {
	char *colon = memchr(line, ':', bytes);
	size_t name_bytes = colon ? (size_t)(colon - line) : 0;
	if (!colon || !http_is_token(line, name_bytes)) {
		refuse(parser, 400, "A header line is not of the form 'Name: value'.");
		return;
	}
	char *value = colon + 1, *end = line + bytes;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	size_t value_bytes = (size_t)(end - value);
	if (!http_is_field_value(value, value_bytes)) {
		refuse(parser, 400, "A header value holds a control character.");
		return;
	}
	if (parser->head.field_count == LIMIT_HEADERS) {
		refuse(parser, 431, "There are too many header fields.");
		return;
	}
	http_lower(line, name_bytes);
	*colon = *end = '\0'; /* the end is at worst the CR */
	parser->fields[parser->head.field_count++] = (struct http1_field_place){
		.name = (uint32_t)parser->line,
		.name_bytes = (uint32_t)name_bytes,
		.value = (uint32_t)(value - parser->lines.data),
		.value_bytes = (uint32_t)value_bytes,
	};
	judge_field(parser, line, value, value_bytes);
}

/* The empty line: does the whole make sense? */
static void finish_head(struct http1_parser *parser) {
	struct http1_head *head = &parser->head;
	if (!(parser->seen & SEEN_HOST)) {
		refuse(parser, 400, "Host is missing.");
		return;
	}
	if ((parser->seen & SEEN_LENGTH) && (parser->seen & SEEN_ENCODING)) {
		refuse(parser, 400, "Content-Length and Transfer-Encoding exclude each other.");
		return;
	}
	head->method = parser->lines.data + parser->method;
	head->target = parser->lines.data + parser->target;
	head->has_body = head->is_chunked || head->content_length;
	parser->remaining = head->content_length;
	parser->size_digits = 0;
	parser->state = head->is_chunked ? SIZE : head->has_body ? LENGTH : COMPLETE;
}

/* --- lines --- */

static void judge_line(struct http1_parser *parser) {
	char *line = parser->lines.data + parser->line;
	size_t bytes = parser->lines.bytes - parser->line - 1; /* without LF */
	if (!bytes || line[bytes - 1] != '\r') {
		refuse(parser, 400, "A line does not end in CR LF.");
		return;
	}
	bytes--;
	if (parser->state == REQUEST_LINE) {
		parser->state = FIELDS;
		judge_request_line(parser, line, bytes);
	} else if (bytes) {
		take_field(parser, line, bytes);
	} else {
		finish_head(parser);
	}
	parser->line = parser->lines.bytes;
}

static void refuse_long_head(struct http1_parser *parser) {
	if (parser->state == REQUEST_LINE)
		refuse(parser, 414, "The request line is too long.");
	else
		refuse(parser, 431, "The header is too large.");
}

/* Takes input up to and with the next LF, or all of it, or what the limit leaves. */
static void take_line(struct http1_parser *parser, const char **data, size_t *bytes) {
	size_t room = (parser->state == REQUEST_LINE ? REQUEST_LINE_BYTES : LIMIT_HEADER_BYTES) -
	    parser->lines.bytes;
	size_t count = *bytes < room ? *bytes : room;
	const char *newline = memchr(*data, '\n', count);
	if (newline)
		count = (size_t)(newline - *data) + 1;
	buffer_append(&parser->lines, *data, count);
	if (buffer_error(&parser->lines)) {
		refuse(parser, 500, "Out of memory.");
		return;
	}
	*data += count;
	*bytes -= count;
	if (newline)
		judge_line(parser);
	else if (count == room)
		refuse_long_head(parser);
}

/* --- the body --- */

static void take_piece(
    struct http1_parser *parser, const char **data, size_t *bytes, struct http1_text *ret_piece) {
	size_t count = *bytes < parser->remaining ? *bytes : (size_t)parser->remaining;
	*ret_piece = (struct http1_text){ *data, count };
	*data += count;
	*bytes -= count;
	parser->remaining -= count;
	if (!parser->remaining)
		parser->state = parser->state == LENGTH ? COMPLETE : DATA_CR;
}

static int hex_digit(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	char lower = (char)(c | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static void take_size(struct http1_parser *parser, char c) {
	int digit = hex_digit(c);
	if (digit >= 0 && parser->size_digits < CHUNK_SIZE_DIGITS) {
		parser->remaining = parser->remaining << 4 | (unsigned)digit;
		parser->size_digits++;
	} else if (digit >= 0) {
		refuse(parser, 400, "A chunk size has too many digits.");
	} else if (c == '\r' && parser->size_digits) {
		parser->state = SIZE_LF;
	} else {
		refuse(parser, 400, "A chunk does not begin with its size and CR LF.");
	}
}

static void expect(struct http1_parser *parser, char c, char expected, enum state next) {
	if (c == expected)
		parser->state = (int)next;
	else
		refuse(parser, 400, "The chunks do not end where they say, or have a trailer.");
}

static void take_chunk_byte(struct http1_parser *parser, char c) {
	switch ((enum state)parser->state) {
	case SIZE: take_size(parser, c); break;
	case SIZE_LF: expect(parser, c, '\n', parser->remaining ? DATA : LAST_CR); break;
	case DATA_CR: expect(parser, c, '\r', DATA_LF); break;
	case DATA_LF:
		parser->size_digits = 0;
		expect(parser, c, '\n', SIZE);
		break;
	case LAST_CR: expect(parser, c, '\r', LAST_LF); break;
	default: expect(parser, c, '\n', COMPLETE); break;
	}
}

enum http1_event http1_parser_next(
    struct http1_parser *parser, const char **data, size_t *bytes, struct http1_text *ret_piece) {
	if (parser->state == END && *bytes)
		restart(parser);
	while (parser->state < COMPLETE && *bytes) {
		switch ((enum state)parser->state) {
		case REQUEST_LINE:
		case FIELDS:
			take_line(parser, data, bytes);
			if (parser->state > FIELDS && parser->state != REFUSED)
				return HTTP1_HEAD;
			break;
		case LENGTH:
		case DATA: take_piece(parser, data, bytes, ret_piece); return HTTP1_BODY;
		default:
			take_chunk_byte(parser, **data);
			(*data)++;
			(*bytes)--;
			break;
		}
	}
	if (parser->state != COMPLETE)
		return parser->state == REFUSED ? HTTP1_REFUSED : HTTP1_NEED_MORE;
	parser->state = END;
	return HTTP1_END;
}
