/* SPDX-License-Identifier: Apache-2.0 */
/* Query strings, strictly: what is unknown, doubled or not text is refused. Pure; any thread. */
#include "api/parameters.h"

#include "base/text.h"

#include <string.h>

static int hex_digit(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err percent_decode(
    const char *text, size_t bytes, struct arena *arena, const char **ret_text) {
	char *decoded = arena_alloc(arena, bytes + 1);
	if (!decoded)
		return ERR_MEMORY;
	size_t length = 0;
	for (size_t i = 0; i < bytes; i++) {
		char c = text[i];
		if (c == '%') {
			int high = i + 2 < bytes ? hex_digit(text[i + 1]) : -1;
			int low = i + 2 < bytes ? hex_digit(text[i + 2]) : -1;
			if (high < 0 || low < 0)
				return ERR_SYNTAX;
			c = (char)(high << 4 | low);
			i += 2;
		}
		decoded[length++] = c;
	}
	decoded[length] = '\0';
	if (!text_is_clean_utf8(decoded, length))
		return ERR_SYNTAX;
	*ret_text = decoded;
	return ERR_OK;
}

void percent_encode(const char *text, struct buffer *buffer) {
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	for (const char *c = text; *c; c++) {
		if (strchr(plain, *c))
			buffer_append_char(buffer, *c);
		else
			buffer_printf(buffer, "%%%02X", (unsigned char)*c);
	}
}

static bool is_allowed(const char *allowed, const char *name) {
	size_t bytes = strlen(name);
	for (const char *word = allowed; *word;) {
		size_t word_bytes = strcspn(word, " ");
		if (word_bytes == bytes && memcmp(word, name, bytes) == 0)
			return true;
		word += word_bytes;
		word += *word == ' ';
	}
	return false;
}

/* One "name=value"; `bytes` without the "&". */
static enum err parse_one(const char *text, size_t bytes, struct arena *arena,
    struct parameters *parameters, const char **ret_field) {
	const char *equals = memchr(text, '=', bytes);
	size_t name_bytes = equals ? (size_t)(equals - text) : bytes;
	const char *name, *value = "";
	*ret_field = "";
	enum err err = percent_decode(text, name_bytes, arena, &name);
	if (err)
		return err;
	*ret_field = name;
	if (equals && (err = percent_decode(equals + 1, bytes - name_bytes - 1, arena, &value)) != 0)
		return err;
	parameters->items[parameters->count].name = name;
	parameters->items[parameters->count].value = value;
	parameters->count++;
	return ERR_OK;
}

enum err parameters_parse(const char *query, const char *allowed, struct arena *arena,
    struct parameters *ret_parameters, const char **ret_field) {
	struct parameters parameters = { 0 };
	while (*query) {
		size_t bytes = strcspn(query, "&");
		if (parameters.count == PARAMETERS_MAX) {
			*ret_field = "";
			return ERR_SYNTAX;
		}
		enum err err = parse_one(query, bytes, arena, &parameters, ret_field);
		if (err)
			return err;
		const char *name = parameters.items[parameters.count - 1].name;
		*ret_field = name;
		if (!is_allowed(allowed, name))
			return ERR_SYNTAX;
		for (size_t i = 0; i + 1 < parameters.count; i++)
			if (strcmp(parameters.items[i].name, name) == 0)
				return ERR_SYNTAX;
		query += bytes;
		query += *query == '&';
	}
	*ret_parameters = parameters;
	return ERR_OK;
}

const char *parameters_get(const struct parameters *parameters, const char *name) {
	for (size_t i = 0; i < parameters->count; i++)
		if (strcmp(parameters->items[i].name, name) == 0)
			return parameters->items[i].value;
	return NULL;
}

enum err parameters_number(const struct parameters *parameters, const char *name,
    const struct parameter_range *range, uint64_t *ret_number) {
	const char *text = parameters_get(parameters, name);
	uint64_t number = range->absent;
	if (text) {
		enum err err = text_parse_u64(text, strlen(text), &number);
		if (err)
			return err;
		if (number < range->least || number > range->most)
			return ERR_RANGE;
	}
	*ret_number = number;
	return ERR_OK;
}

enum err parameters_flag(const struct parameters *parameters, const char *name, bool *ret_flag) {
	const char *text = parameters_get(parameters, name);
	if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return ERR_SYNTAX;
	*ret_flag = text && text[0] == 't';
	return ERR_OK;
}
