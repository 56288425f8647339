/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings that could be taken for anything else are written in double quotes, which in YAML 1.2
 * read as they do in JSON. Not part of the daemon.
 */
#include "api/yaml.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_plain(const char *text) {
	static const char *const taken[] = { "true", "false", "null", "yes", "no", "on", "off", "y",
		"n" };
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                           "0123456789_-+./";
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcasecmp(text, taken[i]) == 0)
			return false;
	return text[0] && strchr(first, text[0]) && text[strspn(text, rest)] == '\0';
}

static void write_text(const char *text, struct buffer *buffer) {
	if (is_plain(text)) {
		buffer_append_text(buffer, text);
		return;
	}
	json_t *string = json_string(text);
	char *quoted = json_dumps(string, JSON_ENCODE_ANY);
	if (quoted)
		buffer_append_text(buffer, quoted);
	else
		buffer->error = ERR_MEMORY;
	free(quoted);
	json_decref(string);
}

static void write_scalar(const json_t *value, struct buffer *buffer) {
	switch (json_typeof(value)) {
	case JSON_STRING: write_text(json_string_value(value), buffer); break;
	case JSON_INTEGER: buffer_append_i64(buffer, json_integer_value(value)); break;
	case JSON_TRUE: buffer_append_text(buffer, "true"); break;
	case JSON_FALSE: buffer_append_text(buffer, "false"); break;
	case JSON_OBJECT: buffer_append_text(buffer, "{}"); break; /* empty */
	case JSON_ARRAY: buffer_append_text(buffer, "[]"); break;
	default: buffer_append_text(buffer, "null"); break;
	}
	buffer_append_char(buffer, '\n');
}

static bool is_block(const json_t *value) {
	return json_object_size(value) > 0 || json_array_size(value) > 0;
}

static void indent(int depth, struct buffer *buffer) {
	for (int i = 0; i < depth; i++)
		buffer_append_text(buffer, "  ");
}

/* `is_continued`: the first line is indented already (it follows "- "). */
static void write_block(const json_t *value, int depth, bool is_continued, struct buffer *buffer) {
	const char *key;
	json_t *member;
	size_t index;
	json_object_foreach((json_t *)value, key, member) {
		indent(is_continued ? 0 : depth, buffer);
		is_continued = false;
		write_text(key, buffer);
		buffer_append_text(buffer, is_block(member) ? ":\n" : ": ");
		if (is_block(member))
			write_block(member, depth + 1, false, buffer);
		else
			write_scalar(member, buffer);
	}
	json_array_foreach(value, index, member) {
		indent(is_continued ? 0 : depth, buffer);
		is_continued = false;
		buffer_append_text(buffer, "- ");
		if (is_block(member))
			write_block(member, depth + 1, true, buffer);
		else
			write_scalar(member, buffer);
	}
}

void yaml_write(const json_t *value, struct buffer *buffer) {
	if (is_block(value))
		write_block(value, 0, false, buffer);
	else
		write_scalar(value, buffer);
}
