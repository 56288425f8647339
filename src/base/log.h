/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs: one line per event on stderr, logfmt, written with one write(2). Values are quoted and
 * control bytes escaped, so no input can forge a line. Only the programs, src/engine's threads and
 * src/api log; libraries return.
 *
 *	log_event(LOG_INFO, "listening", "address=%s port=%u", address, port);
 *	→ time=2026-11-21T08:15:30.123456Z level=info event=listening address=127.0.0.1 port=8443
 *
 * Thread-safe. Use LOG_QUOTED for any text that comes from outside.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Events below this level are dropped. At start: LOG_INFO. */
void log_set_level(enum log_level level);

/* `fields` is a printf format of key=value pairs separated by spaces, or "". */
__attribute__((format(printf, 3, 4))) void log_event(
    enum log_level level, const char *event, const char *fields, ...);

/* Quotes and escapes `text` (NULL is "") into `room`, cut to fit; returns `room`. */
const char *log_quote(char *room, size_t room_bytes, const char *text);
#define LOG_QUOTED(text)      log_quote((char[256]){ 0 }, 256, (text))
#define LOG_QUOTED_LONG(text) log_quote((char[1024]){ 0 }, 1024, (text)) /* explanations of ours */

#endif
