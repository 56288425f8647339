/* SPDX-License-Identifier: Apache-2.0 */
/* Content negotiation. Pure; any thread. */
#include "api/media.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define FORM(media) (1u << (media))

enum media media_of_type(const char *type) {
	if (type[0] == '\0')
		return MEDIA_NONE;
	if (strcmp(type, MEDIA_TYPE_JSON) == 0)
		return MEDIA_JSON;
	return strcmp(type, MEDIA_TYPE_PROTOBUF) == 0 ? MEDIA_PROTOBUF : MEDIA_OTHER;
}

static bool is_range(const char *range, size_t bytes, const char *type) {
	return bytes == strlen(type) && strncasecmp(range, type, bytes) == 0;
}

/* Whether the parameters of a range say "q=0", "q=0.0" and so on. */
static bool is_unwanted(const char *parameters, size_t bytes) {
	for (size_t i = 0; i + 2 < bytes; i++) {
		bool is_weight = (parameters[i] == ';' || parameters[i] == ' ' || parameters[i] == '\t') &&
		    (parameters[i + 1] == 'q' || parameters[i + 1] == 'Q') && parameters[i + 2] == '=';
		if (is_weight) {
			size_t weight = i + 3;
			while (weight < bytes && (parameters[weight] == '0' || parameters[weight] == '.'))
				weight++;
			return weight > i + 3 &&
			    (weight == bytes || strchr(" \t;", parameters[weight]) != NULL);
		}
	}
	return false;
}

/* One range of the header, without the comma: the form that it means, or MEDIA_OTHER. */
static enum media media_of_range(const char *range, size_t bytes, enum media usual) {
	while (bytes > 0 && (*range == ' ' || *range == '\t'))
		range++, bytes--;
	size_t type_bytes = 0;
	while (type_bytes < bytes && strchr("; \t", range[type_bytes]) == NULL)
		type_bytes++;
	if (is_unwanted(range + type_bytes, bytes - type_bytes))
		return MEDIA_OTHER;
	if (is_range(range, type_bytes, "*/*") || is_range(range, type_bytes, "application/*"))
		return usual;
	if (is_range(range, type_bytes, MEDIA_TYPE_PROTOBUF))
		return MEDIA_PROTOBUF;
	if (is_range(range, type_bytes, MEDIA_TYPE_JSON))
		return MEDIA_JSON;
	if (is_range(range, type_bytes, MEDIA_TYPE_CSV))
		return MEDIA_CSV;
	if (is_range(range, type_bytes, MEDIA_TYPE_HTML))
		return MEDIA_HTML;
	if (is_range(range, type_bytes, MEDIA_TYPE_NDJSON))
		return MEDIA_NDJSON;
	return MEDIA_OTHER;
}

/* `forms`: those that there are. */
static enum media choose(const char *accept, enum media usual, unsigned forms) {
	while (*accept) {
		size_t bytes = strcspn(accept, ",");
		enum media media = media_of_range(accept, bytes, usual);
		if (forms & FORM(media))
			return media;
		accept += bytes;
		accept += *accept == ',';
	}
	return usual;
}

enum media media_choose(const char *accept, enum media usual) {
	return choose(accept, usual, FORM(MEDIA_JSON) | FORM(MEDIA_PROTOBUF));
}

enum media media_choose_page(const char *accept, enum media usual) {
	return choose(accept, usual,
	    FORM(MEDIA_JSON) | FORM(MEDIA_PROTOBUF) | FORM(MEDIA_CSV) | FORM(MEDIA_HTML));
}

enum media media_choose_feed(const char *accept) {
	return choose(accept, MEDIA_NDJSON, FORM(MEDIA_NDJSON) | FORM(MEDIA_PROTOBUF));
}
