/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUIDs (RFC 9562). Text by libuuid; version 7 (time-ordered) by ourselves, since Debian 12's
 * libuuid has none.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "base/err.h"

#include <stdint.h>

struct uuid {
	uint64_t high; /* big-endian halves */
	uint64_t low;
};

#define UUID_TEXT_BYTES 37 /* with NUL */

/* A new version-7 UUID: the millisecond, then random bits. Thread-safe. */
struct uuid uuid_new(void);

/* ERR_SYNTAX unless `text` is the 36-character form; upper case is taken. */
enum err uuid_parse_text(const char *text, struct uuid *ret_uuid) MUST_CHECK;

void uuid_format(struct uuid uuid, char ret_text[UUID_TEXT_BYTES]); /* lower case */

#endif
