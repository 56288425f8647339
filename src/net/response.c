/* SPDX-License-Identifier: Apache-2.0 */
#include "net/response.h"

#include "net/http_text.h"

#include <stdint.h>
#include <string.h>

static void add(struct response_fields *fields, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes) {
	if (http_is_field_value(value, value_bytes))
		fields->fields[fields->count++] = (struct response_field){ name, name_bytes, value,
			value_bytes };
}

#define ADD(fields, name, value) add((fields), (name), sizeof(name) - 1, (value), strlen(value))

/* Digits at the end of the room, terminated. */
static const char *decimal(char *room, size_t room_bytes, uint64_t number) {
	char *at = room + room_bytes;
	*--at = '\0';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return at;
}

static bool is_bodyless(const struct response *response) {
	return response->status == 204 || response->status == 304;
}

static size_t content_bytes(const struct response *response) {
	return response->content_type && !is_bodyless(response) ? response->body_bytes : 0;
}

size_t response_body_bytes(const struct response *response, bool is_head) {
	return is_head ? 0 : content_bytes(response);
}

void response_list_fields(const struct response *response, struct response_fields *ret_fields) {
	struct response_fields *fields = ret_fields;
	fields->count = 0;
	if (response->content_type && !is_bodyless(response))
		ADD(fields, "content-type", response->content_type);
	if (!is_bodyless(response))
		ADD(fields, "content-length",
		    decimal(fields->length, sizeof(fields->length), content_bytes(response)));
	ADD(fields, "cache-control", response->cache_control ? response->cache_control : "no-store");
	ADD(fields, "x-content-type-options", "nosniff");
	if (response->content_security_policy)
		ADD(fields, "content-security-policy", response->content_security_policy);
	if (response->content_disposition)
		ADD(fields, "content-disposition", response->content_disposition);
	if (response->link)
		ADD(fields, "link", response->link);
	if (response->allow)
		ADD(fields, "allow", response->allow);
	if (response->retry_after_s)
		ADD(fields, "retry-after",
		    decimal(fields->retry_after, sizeof(fields->retry_after), response->retry_after_s));
	if (response->www_authenticate)
		ADD(fields, "www-authenticate", response->www_authenticate);
}
