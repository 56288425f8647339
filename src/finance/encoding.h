/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of banks as UTF-8, and back. Strict: nothing is replaced or skipped. Pure. Any thread. */
#ifndef FINANCE_ENCODING_H
#define FINANCE_ENCODING_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "finance/bank_profile.h"
#include "finance/mistake.h"

#include <stddef.h>

struct encoding_text {
	char *text; /* the reader's to change; terminated, and without other zero bytes */
	size_t bytes;
};

/* ERR_SYNTAX: the place is that of the first byte that is not of the encoding. ERR_MEMORY. */
enum err encoding_decode(enum bank_encoding encoding, const char *data, size_t bytes,
    struct arena *arena, struct encoding_text *ret_text,
    struct file_mistake *ret_mistake) MUST_CHECK;

/* Appends it, or nothing: ERR_SYNTAX when it has a character that the encoding lacks. ERR_MEMORY,
 * ERR_RANGE: the buffer's. */
enum err encoding_encode(
    enum bank_encoding encoding, const char *text, size_t bytes, struct buffer *buffer) MUST_CHECK;

#endif
