/* SPDX-License-Identifier: Apache-2.0 */
/* Messages one after another, each behind its length as a varint (protobuf's "delimited" form). */
#ifndef RECORD_DELIMITED_H
#define RECORD_DELIMITED_H

#include "base/buffer.h"

#include <stddef.h>

void delimited_append(struct buffer *buffer, const void *message, size_t bytes);

struct delimited {
	const char *next, *end; /* what has not been read */
};

/* The next message, within the bytes read. ERR_NOT_FOUND: that was the last. ERR_SYNTAX: the bytes
 * end within a message, or its length is none. */
enum err delimited_read(
    struct delimited *reader, const void **ret_message, size_t *ret_bytes) MUST_CHECK;

#endif
