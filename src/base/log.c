/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 4096 };

static _Atomic int level_min = LOG_INFO;

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARNING] = "warning",
	[LOG_ERROR] = "error",
};

void log_set_level(enum log_level level) {
	atomic_store_explicit(&level_min, (int)level, memory_order_relaxed);
}

static size_t begin_line(char line[LINE_BYTES], enum log_level level, const char *event) {
	char date[DATE_TEXT_BYTES];
	int64_t now_us = clock_wall_us();
	date_format(date_local_day(now_us, 0), date);
	int64_t us = now_us % US_PER_DAY, second = us / US_PER_S;
	int used = snprintf(line, LINE_BYTES, "time=%sT%02d:%02d:%02d.%06dZ level=%s event=%s", date,
	    (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), (int)(us % US_PER_S),
	    level_names[level], event);
	return used < 0 ? 0 : used < LINE_BYTES ? (size_t)used : LINE_BYTES - 1;
}

/* Nothing in a line may end it or steer a terminal. */
static void disarm(char *text, size_t bytes) {
	for (size_t i = 0; i < bytes; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
	}
}

static void write_line(const char *line, size_t bytes) {
	int saved = errno;
	ssize_t written;
	do {
		written = write(STDERR_FILENO, line, bytes);
	} while (written < 0 && errno == EINTR);
	errno = saved; /* a log that cannot be written has nobody to tell */
}

void log_event(enum log_level level, const char *event, const char *fields, ...) {
	if ((int)level < atomic_load_explicit(&level_min, memory_order_relaxed))
		return;
	char line[LINE_BYTES];
	size_t used = begin_line(line, level, event);
	if (*fields && used < LINE_BYTES - 2) {
		line[used++] = ' ';
		va_list args;
		va_start(args, fields);
		int bytes = vsnprintf(line + used, LINE_BYTES - used, fields, args);
		va_end(args);
		size_t room = LINE_BYTES - used - 1;
		used += bytes < 0 ? 0 : (size_t)bytes < room ? (size_t)bytes : room;
	}
	disarm(line, used);
	line[used] = '\n';
	write_line(line, used + 1);
}

/* Appends one character or escape, if it fits with the closing quote and the NUL. */
static bool quote_piece(
    char *room, size_t room_bytes, size_t *used, const char *piece, size_t bytes) {
	if (bytes + 2 > room_bytes - *used)
		return false;
	memcpy(room + *used, piece, bytes);
	*used += bytes;
	return true;
}

const char *log_quote(char *room, size_t room_bytes, const char *text) {
	if (room_bytes < 3)
		return "";
	text = text ? text : "";
	size_t bytes = strlen(text), used = 0;
	room[used++] = '"';
	for (size_t at = 0, length; at < bytes; at += length) {
		uint32_t c = 0;
		length = text_utf8_char(text + at, bytes - at, &c);
		bool is_plain = length && text_is_clean_utf8(text + at, length);
		char escape[8];
		size_t escape_bytes = 0;
		if (c == '"' || c == '\\')
			escape_bytes = (size_t)snprintf(escape, sizeof(escape), "\\%c", (int)c);
		else if (c == '\n')
			escape_bytes = (size_t)snprintf(escape, sizeof(escape), "\\n");
		else if (!length)
			escape_bytes = (size_t)snprintf(escape, sizeof(escape), "\\x%02x", (uint8_t)text[at]);
		else if (!is_plain)
			escape_bytes = (size_t)snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)c);
		const char *piece = escape_bytes ? escape : text + at;
		if (!quote_piece(room, room_bytes, &used, piece, escape_bytes ? escape_bytes : length))
			break;
		length += !length;
	}
	room[used++] = '"';
	room[used] = '\0';
	return room;
}
