/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing run of bytes with a sticky error: append freely, look once at the end.
 *
 * After the first failure (heap or limit exhausted) every append does nothing and buffer_error()
 * says why.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buffer {
	char *data; /* not terminated; use buffer_string */
	size_t bytes;
	size_t capacity; /* at most bytes_max */
	size_t bytes_max;
	enum err error;
};

/* `bytes_max` 0: no limit. Takes nothing yet. */
void buffer_init(struct buffer *buffer, size_t bytes_max);
void buffer_done(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* forgets content and error, keeps the memory */

void buffer_append_slowly(struct buffer *buffer, const void *data, size_t bytes); /* may grow */

static inline void buffer_append(struct buffer *buffer, const void *data, size_t bytes) {
	if (buffer->error || bytes == 0 || bytes > buffer->capacity - buffer->bytes) {
		buffer_append_slowly(buffer, data, bytes);
		return;
	}
	memcpy(buffer->data + buffer->bytes, data, bytes);
	buffer->bytes += bytes;
}

static inline void buffer_append_text(struct buffer *buffer, const char *text) {
	buffer_append(buffer, text, strlen(text));
}

static inline void buffer_append_char(struct buffer *buffer, char c) {
	buffer_append(buffer, &c, 1);
}

void buffer_append_u64(struct buffer *buffer, uint64_t value); /* decimal */
void buffer_append_i64(struct buffer *buffer, int64_t value);
__attribute__((format(printf, 2, 3))) void buffer_printf(
    struct buffer *buffer, const char *format, ...);

/* Room for `bytes` more at the end, or NULL; count what was written with buffer_grow. */
void *buffer_reserve(struct buffer *buffer, size_t bytes);
void buffer_grow(struct buffer *buffer, size_t bytes);

/* ERR_OK, or the first failure: ERR_MEMORY or ERR_RANGE (the limit). */
enum err buffer_error(const struct buffer *buffer) MUST_CHECK;

/* The content, terminated; "" after a failure. Valid until the next change. */
const char *buffer_string(struct buffer *buffer);

#endif
