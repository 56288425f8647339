/* SPDX-License-Identifier: Apache-2.0 */
#include "record/line.h"

#include "base/base64.h"
#include "base/text.h"

#include <string.h>

enum { HASH_TEXT_BYTES = BASE64_TEXT_BYTES(DIGEST_BYTES) - 1 };

bool line_take(struct line_reader *reader, struct line *ret_line) {
	size_t left = (size_t)(reader->end - reader->next);
	const char *newline = left ? memchr(reader->next, '\n', left) : NULL;
	if (!newline)
		return false;
	*ret_line = (struct line){ reader->next, (size_t)(newline - reader->next) };
	reader->next = newline + 1;
	return true;
}

bool line_take_behind(struct line_reader *reader, const char *prefix, struct line *ret_line) {
	struct line_reader ahead = *reader;
	struct line line;
	size_t bytes = strlen(prefix);
	if (!line_take(&ahead, &line) || line.bytes < bytes || memcmp(line.text, prefix, bytes) != 0)
		return false;
	*ret_line = (struct line){ line.text + bytes, line.bytes - bytes };
	*reader = ahead;
	return true;
}

bool line_number(const struct line *line, uint64_t *ret_value) {
	bool is_padded = line->bytes > 1 && line->text[0] == '0';
	return !is_padded && !text_parse_u64(line->text, line->bytes, ret_value);
}

bool line_hash(const struct line *line, uint8_t ret_hash[DIGEST_BYTES]) {
	uint8_t hash[BASE64_DATA_BYTES(HASH_TEXT_BYTES)];
	size_t bytes;
	if (line->bytes != HASH_TEXT_BYTES ||
	    base64_decode_strict(line->text, line->bytes, hash, &bytes) || bytes != DIGEST_BYTES)
		return false;
	memcpy(ret_hash, hash, DIGEST_BYTES);
	return true;
}

bool line_take_proof(struct line_reader *reader, size_t count_max, struct proof *ret_proof) {
	struct proof proof = { .count = 0 };
	struct line line;
	while (line_take(reader, &line)) {
		if (!line.bytes) {
			*ret_proof = proof;
			return true;
		}
		if (proof.count == count_max || !line_hash(&line, proof.hashes[proof.count++]))
			return false;
	}
	return false;
}

void line_append_hash(struct buffer *text, const uint8_t hash[DIGEST_BYTES]) {
	char hash64[HASH_TEXT_BYTES + 1];
	base64_encode(hash, DIGEST_BYTES, hash64);
	buffer_append_text(text, hash64);
	buffer_append_char(text, '\n');
}

void line_append_proof(struct buffer *text, const struct proof *proof) {
	for (size_t i = 0; i < proof->count; i++)
		line_append_hash(text, proof->hashes[i]);
	buffer_append_char(text, '\n');
}
