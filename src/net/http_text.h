/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The characters that HTTP allows where (RFC 9110, 9112, 3986), and its fixed texts. Pure.
 */
#ifndef NET_HTTP_TEXT_H
#define NET_HTTP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* One or more token characters (RFC 9110, 5.6.2). */
bool http_is_token(const char *text, size_t bytes);

/* Visible characters, blanks and bytes from 0x80 on; no control character but the tabulator. */
bool http_is_field_value(const char *text, size_t bytes);

/* Origin form: "/", then visible ASCII without "#", and whole percent escapes. */
bool http_is_target(const char *text, size_t bytes);

/* Host and optional port, not empty. */
bool http_is_authority(const char *text, size_t bytes);

/* Upper-case letters and nothing else; at most LIMIT_METHOD_BYTES. */
bool http_is_method(const char *text, size_t bytes);

/* Lower case, ASCII only. */
void http_lower(char *text, size_t bytes);

/* Equal to a lower-case word, whatever the case of `text`. */
bool http_is_word(const char *text, size_t bytes, const char *word);

/* "Not Found" for 404; "Unknown" when it is none that we send. */
const char *http_reason(unsigned status);

#endif
