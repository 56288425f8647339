/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *buffer, size_t bytes_max) {
	*buffer = (struct buffer){ .bytes_max = bytes_max ? bytes_max : SIZE_MAX / 4 };
}

void buffer_done(struct buffer *buffer) {
	free(buffer->data);
	buffer_init(buffer, buffer->bytes_max);
}

void buffer_clear(struct buffer *buffer) {
	buffer->bytes = 0;
	buffer->error = ERR_OK;
}

void *buffer_reserve(struct buffer *buffer, size_t bytes) {
	if (buffer->error)
		return NULL;
	if (bytes > buffer->bytes_max - buffer->bytes) {
		buffer->error = ERR_RANGE;
		return NULL;
	}
	size_t needed = buffer->bytes + bytes;
	if (needed > buffer->capacity || !buffer->data) {
		size_t capacity = buffer->capacity ? buffer->capacity : 256;
		while (capacity < needed)
			capacity *= 2;
		if (capacity > buffer->bytes_max)
			capacity = buffer->bytes_max;
		char *data = realloc(buffer->data, capacity);
		if (!data) {
			buffer->error = ERR_MEMORY;
			return NULL;
		}
		buffer->data = data;
		buffer->capacity = capacity;
	}
	return buffer->data + buffer->bytes;
}

void buffer_grow(struct buffer *buffer, size_t bytes) {
	buffer->bytes += bytes;
}

void buffer_append_slowly(struct buffer *buffer, const void *data, size_t bytes) {
	void *room = buffer_reserve(buffer, bytes);
	if (!room || !bytes)
		return;
	memcpy(room, data, bytes);
	buffer->bytes += bytes;
}

void buffer_append_u64(struct buffer *buffer, uint64_t value) {
	char digits[20];
	size_t at = sizeof(digits);
	for (; value >= 100; value /= 100) { /* two at a time: a division costs more than all else */
		unsigned pair = (unsigned)(value % 100);
		digits[--at] = (char)('0' + pair % 10);
		digits[--at] = (char)('0' + pair / 10);
	}
	digits[--at] = (char)('0' + value % 10);
	if (value >= 10)
		digits[--at] = (char)('0' + value / 10);
	buffer_append(buffer, digits + at, sizeof(digits) - at);
}

void buffer_append_i64(struct buffer *buffer, int64_t value) {
	if (value < 0)
		buffer_append_char(buffer, '-');
	buffer_append_u64(buffer, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void buffer_printf(struct buffer *buffer, const char *format, ...) {
	va_list args;
	va_start(args, format);
	int bytes = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (bytes < 0)
		return;
	char *room = buffer_reserve(buffer, (size_t)bytes + 1);
	if (!room)
		return;
	va_start(args, format);
	vsnprintf(room, (size_t)bytes + 1, format, args);
	va_end(args);
	buffer->bytes += (size_t)bytes;
}

enum err buffer_error(const struct buffer *buffer) {
	return buffer->error;
}

const char *buffer_string(struct buffer *buffer) {
	char *room = buffer_reserve(buffer, 1);
	if (!room)
		return "";
	*room = '\0';
	return buffer->data;
}
