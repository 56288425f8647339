/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648): the standard alphabet with padding for JSON, the URL-safe one for cursors. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/err.h"

#include <stddef.h>

/* What encoding `bytes` bytes takes, with padding and NUL. */
#define BASE64_TEXT_BYTES(bytes) (((bytes) + 2) / 3 * 4 + 1)

/* What decoding `bytes` characters may give at most. */
#define BASE64_DATA_BYTES(bytes) ((bytes) / 4 * 3 + 2)

/* Section 4, with padding. */
void base64_encode(const void *data, size_t bytes, char *ret_text);

/* Section 5 (- and _ for + and /), without padding. */
void base64url_encode(const void *data, size_t bytes, char *ret_text);

/*
 * Takes either alphabet, with or without padding. ERR_SYNTAX for anything else: other characters,
 * padding that is too short, bits left over that are not zero. `ret_data` takes
 * BASE64_DATA_BYTES(bytes) and may be written to on failure too.
 */
enum err base64_decode(
    const char *text, size_t bytes, void *ret_data, size_t *ret_bytes) MUST_CHECK;

/* Takes section 4 with padding and nothing else: one text for the same bytes. Otherwise the same.
 */
enum err base64_decode_strict(
    const char *text, size_t bytes, void *ret_data, size_t *ret_bytes) MUST_CHECK;

#endif
