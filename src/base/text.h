/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text and numbers at the border: strict parsing, UTF-8, hexadecimal, money as people write it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal digits and nothing else ("+5", " 5", "" and overflow are ERR_SYNTAX or ERR_RANGE). */
enum err text_parse_u64(const char *text, size_t bytes, uint64_t *ret_value) MUST_CHECK;
enum err text_parse_i64(
    const char *text, size_t bytes, int64_t *ret_value) MUST_CHECK; /* "-" allowed */

/*
 * The character that `text` begins with: its length in bytes, 1 to 4, or 0 when the bytes are not
 * well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF) or there
 * are none.
 */
size_t text_utf8_char(const char *text, size_t bytes, uint32_t *ret_char);

bool text_is_utf8(const char *text, size_t bytes);

/* Well-formed UTF-8 with no control characters (C0, DEL, C1). */
bool text_is_clean_utf8(const char *text, size_t bytes);

/*
 * Copies what is to be shown: control characters and bytes that are not UTF-8 become '?', and what
 * does not fit is left out, whole characters at a time. `room_bytes` is at least 1. Returns `room`.
 */
const char *text_show(char *room, size_t room_bytes, const char *text);

/* Lower-case hexadecimal; `ret_text` takes 2 × bytes + 1. Parsing takes either case. */
int text_hex_digit(char c); /* its value; -1: it is none */
void text_hex(const void *data, size_t bytes, char *ret_text);
enum err text_parse_hex(
    const char *text, void *ret_data, size_t bytes) MUST_CHECK; /* exactly 2 × bytes digits */

/*
 * Money for people: minor units with two digits, "1,234,567.89". `ret_text` takes TEXT_MONEY_BYTES.
 * Parsing takes digits with optional "," at thousands, optional "." with one or two digits, and a
 * leading "-".
 */
#define TEXT_MONEY_BYTES 32
void text_money(int64_t amount, char ret_text[TEXT_MONEY_BYTES]);
enum err text_parse_money(const char *text, int64_t *ret_amount) MUST_CHECK;

/*
 * Normalises in place what people type: full-width digits, Latin letters and punctuation
 * (U+FF01–U+FF5E) become half-width, U+3000 a space; spaces at both ends go. Never grows.
 * Everything else stays as written.
 */
void text_normalise(char *text);

#endif
