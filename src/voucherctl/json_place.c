/* SPDX-License-Identifier: Apache-2.0 */
/* Only walks: the text is known to be JSON, and a NUL ends every search. */
#include "voucherctl/json_place.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_space(const char *at) {
	return at + strspn(at, " \t\r\n");
}

/* Behind the closing quote of the string that begins here. */
static const char *skip_string(const char *at) {
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
	}
	return *at ? at + 1 : at;
}

/* Behind the value that begins here. */
static const char *skip_value(const char *at) {
	size_t depth = 0;
	while (*at) {
		if (*at == '"') {
			at = skip_string(at);
			if (depth == 0)
				return at;
			continue;
		}
		bool is_end = *at == '}' || *at == ']';
		if (depth == 0 && (is_end || *at == ','))
			return at;
		if (*at == '{' || *at == '[')
			depth++;
		depth -= is_end;
		at++;
		if (is_end && depth == 0)
			return at;
	}
	return at;
}

/* The next element or member after the value that begins here; NULL: it was the last. */
static const char *skip_to_next(const char *at) {
	at = skip_space(skip_value(at));
	return *at == ',' ? skip_space(at + 1) : NULL;
}

/* The key of the member; NULL: the object has none of that name. */
static const char *find_member(const char *object, const char *name, size_t bytes) {
	const char *key = *object == '{' ? skip_space(object + 1) : NULL;
	while (key && *key == '"') {
		if (strncmp(key + 1, name, bytes) == 0 && key[1 + bytes] == '"')
			return key;
		const char *colon = skip_space(skip_string(key));
		key = *colon == ':' ? skip_to_next(skip_space(colon + 1)) : NULL;
	}
	return NULL;
}

static const char *find_element(const char *array, unsigned long index) {
	const char *element = *array == '[' ? skip_space(array + 1) : NULL;
	while (element && *element != ']' && index-- > 0)
		element = skip_to_next(element);
	return element && *element != ']' ? element : NULL;
}

unsigned json_place_line(const char *text, const char *path) {
	const char *value = skip_space(text), *found = value;
	while (value && *path) {
		if (*path == '[') {
			char *end;
			value = find_element(value, strtoul(path + 1, &end, 10));
			found = value ? value : found;
			path = *end == ']' ? end + 1 : end;
		} else {
			size_t bytes = strcspn(path, ".[");
			const char *key = find_member(value, path, bytes);
			found = key ? key : found;
			value = key ? skip_space(skip_space(skip_string(key)) + 1) : NULL;
			path += bytes;
		}
		path += *path == '.';
	}
	unsigned line = 1;
	for (const char *c = text; c < found; c++)
		line += *c == '\n';
	return line;
}
