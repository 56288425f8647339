/* SPDX-License-Identifier: Apache-2.0 */
#include "record/checkpoint.h"

#include "base/check.h"
#include "record/line.h"

#include <string.h>

void checkpoint_format(const struct checkpoint *checkpoint, struct buffer *text) {
	check(note_is_name(checkpoint->origin, strlen(checkpoint->origin)));
	buffer_append_text(text, checkpoint->origin);
	buffer_append_char(text, '\n');
	buffer_append_u64(text, checkpoint->size);
	buffer_append_char(text, '\n');
	line_append_hash(text, checkpoint->root);
}

enum err checkpoint_parse(const char *text, size_t bytes, struct checkpoint *ret_checkpoint) {
	struct line_reader reader = line_reader_of(text, bytes);
	struct checkpoint checkpoint = { .size = 0 };
	struct line line;
	if (!line_take(&reader, &line) || !note_is_name(line.text, line.bytes))
		return ERR_SYNTAX;
	memcpy(checkpoint.origin, line.text, line.bytes);
	if (!line_take(&reader, &line) || !line_number(&line, &checkpoint.size) ||
	    !line_take(&reader, &line) || !line_hash(&line, checkpoint.root))
		return ERR_SYNTAX;
	while (reader.next < reader.end) /* extensions */
		if (!line_take(&reader, &line) || !line.bytes)
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

enum err checkpoint_open(const struct checkpoint_trust *trust, const char *data, size_t bytes,
    struct checkpoint *ret_checkpoint, struct note *ret_note) {
	struct note note;
	struct checkpoint checkpoint;
	enum err err = note_parse(data, bytes, &note);
	if (!err)
		err = checkpoint_parse(note.text, note.text_bytes, &checkpoint);
	if (err)
		return err;
	if (strcmp(checkpoint.origin, trust->origin) != 0)
		return ERR_CONFIG;
	err = note_verify(&note, trust->keys, trust->count, NULL);
	if (err)
		return err;
	*ret_checkpoint = checkpoint;
	if (ret_note)
		*ret_note = note;
	return ERR_OK;
}
