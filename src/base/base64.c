/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Returns how many characters were written. */
static size_t encode(const char *alphabet, const uint8_t *in, size_t bytes, char *out) {
	char *start = out;
	for (; bytes >= 3; bytes -= 3, in += 3) {
		*out++ = alphabet[in[0] >> 2];
		*out++ = alphabet[(in[0] & 3) << 4 | in[1] >> 4];
		*out++ = alphabet[(in[1] & 15) << 2 | in[2] >> 6];
		*out++ = alphabet[in[2] & 63];
	}
	if (bytes) {
		uint8_t second = bytes == 2 ? in[1] : 0;
		*out++ = alphabet[in[0] >> 2];
		*out++ = alphabet[(in[0] & 3) << 4 | second >> 4];
		if (bytes == 2)
			*out++ = alphabet[(second & 15) << 2];
	}
	return (size_t)(out - start);
}

void base64_encode(const void *data, size_t bytes, char *ret_text) {
	size_t used = encode(standard, data, bytes, ret_text);
	while (used % 4)
		ret_text[used++] = '=';
	ret_text[used] = '\0';
}

void base64url_encode(const void *data, size_t bytes, char *ret_text) {
	ret_text[encode(url_safe, data, bytes, ret_text)] = '\0';
}

static int value_of(char c) {
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

enum err base64_decode(const char *text, size_t bytes, void *ret_data, size_t *ret_bytes) {
	if (bytes && bytes % 4 == 0 && text[bytes - 1] == '=')
		bytes -= text[bytes - 2] == '=' ? 2 : 1;
	if (bytes % 4 == 1)
		return ERR_SYNTAX;
	uint8_t *out = ret_data;
	uint32_t bits = 0;
	for (size_t i = 0; i < bytes; i++) {
		int value = value_of(text[i]);
		if (value < 0)
			return ERR_SYNTAX;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4)
			*out++ = (uint8_t)(bits >> (6 - 2 * (i % 4)));
	}
	if ((bytes % 4 == 2 && bits & 15) || (bytes % 4 == 3 && bits & 3))
		return ERR_SYNTAX;
	*ret_bytes = (size_t)(out - (uint8_t *)ret_data);
	return ERR_OK;
}

enum err base64_decode_strict(const char *text, size_t bytes, void *ret_data, size_t *ret_bytes) {
	if (bytes % 4 || memchr(text, '-', bytes) || memchr(text, '_', bytes))
		return ERR_SYNTAX;
	return base64_decode(text, bytes, ret_data, ret_bytes);
}
