/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_text.h"

#include "base/limits.h"

#include <stdint.h>
#include <string.h>

enum {
	TOKEN = 1,
	VALUE = 2,
	TARGET = 4,
	HEX = 8,
	HOST = 16,
	UPPER = 32,
	DIGIT = 64,
};

static const uint8_t classes[256] = {
	['\t'] = VALUE,
	[' '] = VALUE,
	['!'] = TOKEN | VALUE | TARGET,
	['"'] = VALUE | TARGET,
	['#'] = TOKEN | VALUE,
	['$'] = TOKEN | VALUE | TARGET,
	['%'] = TOKEN | VALUE | TARGET | HOST,
	['&'] = TOKEN | VALUE | TARGET,
	['\''] = TOKEN | VALUE | TARGET,
	['('] = VALUE | TARGET,
	[')'] = VALUE | TARGET,
	['*'] = TOKEN | VALUE | TARGET,
	['+'] = TOKEN | VALUE | TARGET,
	[','] = VALUE | TARGET,
	['-'] = TOKEN | VALUE | TARGET | HOST,
	['.'] = TOKEN | VALUE | TARGET | HOST,
	['/'] = VALUE | TARGET,
	['0' ... '9'] = TOKEN | VALUE | TARGET | HEX | HOST | DIGIT,
	[':'] = VALUE | TARGET,
	[';' ... '@'] = VALUE | TARGET,
	['A' ... 'F'] = TOKEN | VALUE | TARGET | HEX | HOST | UPPER,
	['G' ... 'Z'] = TOKEN | VALUE | TARGET | HOST | UPPER,
	['[' ... ']'] = VALUE | TARGET,
	['^'] = TOKEN | VALUE | TARGET,
	['_'] = TOKEN | VALUE | TARGET | HOST,
	['`'] = TOKEN | VALUE | TARGET,
	['a' ... 'f'] = TOKEN | VALUE | TARGET | HEX | HOST,
	['g' ... 'z'] = TOKEN | VALUE | TARGET | HOST,
	['{'] = VALUE | TARGET,
	['|'] = TOKEN | VALUE | TARGET,
	['}'] = VALUE | TARGET,
	['~'] = TOKEN | VALUE | TARGET | HOST,
	[0x80 ... 0xff] = VALUE,
};

static bool is_of(const char *text, size_t bytes, unsigned class) {
	for (size_t i = 0; i < bytes; i++)
		if (!(classes[(uint8_t)text[i]] & class))
			return false;
	return true;
}

bool http_is_token(const char *text, size_t bytes) {
	return bytes && is_of(text, bytes, TOKEN);
}

bool http_is_field_value(const char *text, size_t bytes) {
	return is_of(text, bytes, VALUE);
}

bool http_is_target(const char *text, size_t bytes) {
	if (!bytes || text[0] != '/' || !is_of(text, bytes, TARGET))
		return false;
	const char *end = text + bytes;
	for (const char *at = text; (at = memchr(at, '%', (size_t)(end - at))); at += 3)
		if (end - at < 3 || !is_of(at + 1, 2, HEX))
			return false;
	return true;
}

bool http_is_authority(const char *text, size_t bytes) {
	const char *end = text + bytes;
	const char *host_end = end;
	if (bytes && text[0] == '[') {
		host_end = memchr(text, ']', bytes);
		if (!host_end || host_end - text < 3)
			return false;
		for (const char *at = text + 1; at < host_end; at++)
			if (*at != ':' && *at != '.' && !is_of(at, 1, HEX))
				return false;
		host_end++;
	} else {
		const char *colon = bytes ? memchr(text, ':', bytes) : NULL;
		host_end = colon ? colon : end;
		if (host_end == text || !is_of(text, (size_t)(host_end - text), HOST))
			return false;
	}
	if (host_end == end)
		return true;
	return *host_end == ':' && end - host_end <= 6 &&
	    is_of(host_end + 1, (size_t)(end - host_end - 1), DIGIT);
}

bool http_is_method(const char *text, size_t bytes) {
	return bytes && bytes <= LIMIT_METHOD_BYTES && is_of(text, bytes, UPPER);
}

static char lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

void http_lower(char *text, size_t bytes) {
	for (size_t i = 0; i < bytes; i++)
		text[i] = lower(text[i]);
}

bool http_is_word(const char *text, size_t bytes, const char *word) {
	for (size_t i = 0; i < bytes; i++)
		if (!word[i] || lower(text[i]) != word[i])
			return false;
	return word[bytes] == '\0';
}

const char *http_reason(unsigned status) {
	static const struct {
		unsigned status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 207, "Multi-Status" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" },
		{ 422, "Unprocessable Content" },
		{ 428, "Precondition Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
		{ 507, "Insufficient Storage" },
	};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}
