/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of text with numbers and hashes in them, as the C2SP formats are made of. Each thing has
 * one spelling; any other is refused. Pure. */
#ifndef RECORD_LINE_H
#define RECORD_LINE_H

#include "base/buffer.h"
#include "record/proof.h"

struct line_reader {
	const char *next, *end; /* what has not been read */
};

struct line {
	const char *text; /* not terminated, without its newline */
	size_t bytes;
};

/* Of a text that may be empty, and then NULL. */
static inline struct line_reader line_reader_of(const char *text, size_t bytes) {
	return bytes ? (struct line_reader){ text, text + bytes } : (struct line_reader){ "", "" };
}

/* The next line. False: there is none that ends in a newline. */
bool line_take(struct line_reader *reader, struct line *ret_line) MUST_CHECK;

/* The next line, if it begins with this: what stands behind it. False: it does not, and has not
 * been taken. */
bool line_take_behind(
    struct line_reader *reader, const char *prefix, struct line *ret_line) MUST_CHECK;

/* A decimal number that does not begin with 0 unless it is 0. */
bool line_number(const struct line *line, uint64_t *ret_value) MUST_CHECK;

/* A hash as base64. */
bool line_hash(const struct line *line, uint8_t ret_hash[DIGEST_BYTES]) MUST_CHECK;

/* The hashes of a proof, one a line, up to and with the empty line behind them. False: something
 * else is among them, or there are more than `count_max`. */
bool line_take_proof(
    struct line_reader *reader, size_t count_max, struct proof *ret_proof) MUST_CHECK;

void line_append_hash(struct buffer *text, const uint8_t hash[DIGEST_BYTES]); /* with newline */
void line_append_proof(struct buffer *text, const struct proof *proof); /* with the empty line */

#endif
