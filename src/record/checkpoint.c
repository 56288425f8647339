/* SPDX-License-Identifier: Apache-2.0 */
#include "record/checkpoint.h"

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"

#include <string.h>

void checkpoint_format(const struct checkpoint *checkpoint, struct buffer *text) {
	char root64[BASE64_TEXT_BYTES(DIGEST_BYTES)];
	check(note_is_name(checkpoint->origin, strlen(checkpoint->origin)));
	base64_encode(checkpoint->root, DIGEST_BYTES, root64);
	buffer_append_text(text, checkpoint->origin);
	buffer_append_char(text, '\n');
	buffer_append_u64(text, checkpoint->size);
	buffer_append_char(text, '\n');
	buffer_append_text(text, root64);
	buffer_append_char(text, '\n');
}

/* The next line, without its newline, and at least one character; the cursor moves behind it. */
static bool take_line(
    const char **cursor, const char *end, const char **ret_line, size_t *ret_bytes) {
	const char *line = *cursor, *newline = memchr(line, '\n', (size_t)(end - line));
	if (!newline || newline == line)
		return false;
	*ret_line = line;
	*ret_bytes = (size_t)(newline - line);
	*cursor = newline + 1;
	return true;
}

enum err checkpoint_parse(const char *text, size_t bytes, struct checkpoint *ret_checkpoint) {
	const char *cursor = text, *end = text + bytes, *line;
	size_t line_bytes, root_bytes;
	uint8_t root[BASE64_DATA_BYTES(BASE64_TEXT_BYTES(DIGEST_BYTES))];
	struct checkpoint checkpoint = { 0 };
	if (!take_line(&cursor, end, &line, &line_bytes) || !note_is_name(line, line_bytes))
		return ERR_SYNTAX;
	memcpy(checkpoint.origin, line, line_bytes);
	if (!take_line(&cursor, end, &line, &line_bytes) || (line[0] == '0' && line_bytes > 1) ||
	    text_parse_u64(line, line_bytes, &checkpoint.size))
		return ERR_SYNTAX;
	if (!take_line(&cursor, end, &line, &line_bytes) ||
	    line_bytes != BASE64_TEXT_BYTES(DIGEST_BYTES) - 1 ||
	    base64_decode_strict(line, line_bytes, root, &root_bytes) || root_bytes != DIGEST_BYTES)
		return ERR_SYNTAX;
	memcpy(checkpoint.root, root, DIGEST_BYTES);
	while (cursor < end) /* extensions */
		if (!take_line(&cursor, end, &line, &line_bytes))
			return ERR_SYNTAX;
	*ret_checkpoint = checkpoint;
	return ERR_OK;
}

enum err checkpoint_sign(const struct checkpoint *checkpoint,
    const struct note_signer *const *signers, size_t count, struct buffer *note) {
	struct buffer text;
	buffer_init(&text, 0);
	checkpoint_format(checkpoint, &text);
	enum err err = buffer_error(&text);
	if (!err)
		err = note_sign(text.data, text.bytes, signers, count, 0, note);
	buffer_done(&text);
	return err;
}

enum err checkpoint_open(const char *data, size_t bytes, const char *origin,
    const struct note_key *keys, size_t count, struct checkpoint *ret_checkpoint,
    struct note *ret_note) {
	struct note note;
	struct checkpoint checkpoint;
	enum err err = note_parse(data, bytes, &note);
	if (!err)
		err = checkpoint_parse(note.text, note.text_bytes, &checkpoint);
	if (err)
		return err;
	if (strcmp(checkpoint.origin, origin) != 0)
		return ERR_CONFIG;
	err = note_verify(&note, keys, count, NULL);
	if (err)
		return err;
	*ret_checkpoint = checkpoint;
	if (ret_note)
		*ret_note = note;
	return ERR_OK;
}
