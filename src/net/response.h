/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header fields of a response, the same for both protocols. Pure.
 */
#ifndef NET_RESPONSE_H
#define NET_RESPONSE_H

#include "net/net.h"

#include <stdbool.h>
#include <stddef.h>

enum { RESPONSE_FIELDS_MAX = 10 };

struct response_field {
	const char *name; /* lower case, static */
	size_t name_bytes;
	const char *value;
	size_t value_bytes;
};

struct response_fields {
	struct response_field fields[RESPONSE_FIELDS_MAX];
	size_t count;
	char length[24], retry_after[12]; /* what two of the values point to: do not copy */
};

/* Values are borrowed from the response. A value that cannot stand in a header is left out. */
void response_list_fields(const struct response *response, struct response_fields *ret_fields);

/* Bytes of body that the client gets: none for HEAD, 204 and 304. */
size_t response_body_bytes(const struct response *response, bool is_head);

#endif
