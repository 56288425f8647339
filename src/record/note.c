/* SPDX-License-Identifier: Apache-2.0 */
#include "record/note.h"

#include "base/base64.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define DASH "\xe2\x80\x94 " /* U+2014, space */

enum { DASH_BYTES = sizeof(DASH) - 1, KEY_ID_BYTES = 4, TIME_BYTES = 8 };

/* One signature line. */
struct line {
	const char *start, *end; /* with its newline */
	const char *name;
	size_t name_bytes;
	uint32_t id;
	size_t bytes; /* of the signature */
	uint8_t signature[BASE64_DATA_BYTES(LIMIT_NOTE_SIGNATURE_BYTES * 4 / 3)];
};

/* The line at `*cursor`, which is not `end`; the cursor moves behind it. */
static enum err read_line(const char **cursor, const char *end, struct line *line) {
	const char *start = *cursor, *newline = memchr(start, '\n', (size_t)(end - start));
	if (!newline || newline - start < DASH_BYTES || memcmp(start, DASH, DASH_BYTES) != 0)
		return ERR_SYNTAX;
	const char *name = start + DASH_BYTES, *space = memchr(name, ' ', (size_t)(newline - name));
	if (!space || !note_is_name(name, (size_t)(space - name)))
		return ERR_SYNTAX;
	size_t text_bytes = (size_t)(newline - space - 1), bytes;
	if (text_bytes > LIMIT_NOTE_SIGNATURE_BYTES * 4 / 3)
		return ERR_RANGE;
	if (base64_decode_strict(space + 1, text_bytes, line->signature, &bytes) ||
	    bytes <= KEY_ID_BYTES)
		return ERR_SYNTAX;
	const uint8_t *id = line->signature;
	line->id = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	line->bytes = bytes - KEY_ID_BYTES;
	line->start = start;
	line->end = *cursor = newline + 1;
	line->name = name;
	line->name_bytes = (size_t)(space - name);
	return ERR_OK;
}

/* Ends in a newline, is UTF-8 and has no other control character below U+0020. */
static bool is_text(const char *data, size_t bytes) {
	if (!bytes || data[bytes - 1] != '\n' || !text_is_utf8(data, bytes))
		return false;
	for (size_t i = 0; i < bytes; i++)
		if ((unsigned char)data[i] < ' ' && data[i] != '\n')
			return false;
	return true;
}

enum err note_parse(const char *data, size_t bytes, struct note *ret_note) {
	if (bytes > LIMIT_NOTE_BYTES)
		return ERR_RANGE;
	if (!is_text(data, bytes))
		return ERR_SYNTAX;
	size_t split = bytes - 1; /* where the last empty line is */
	while (split && !(data[split - 1] == '\n' && data[split] == '\n'))
		split--;
	if (!split || split + 1 == bytes)
		return ERR_SYNTAX;
	const char *cursor = data + split + 1, *end = data + bytes;
	for (unsigned count = 0; cursor < end; count++) {
		struct line line;
		if (count == LIMIT_NOTE_SIGNATURES)
			return ERR_RANGE;
		enum err err = read_line(&cursor, end, &line);
		if (err)
			return err;
	}
	*ret_note = (struct note){
		.text = data,
		.text_bytes = split,
		.lines = data + split + 1,
		.lines_bytes = bytes - split - 1,
	};
	return ERR_OK;
}

/* What a cosignature signs. */
static enum err cosigned(
    const char *text, size_t bytes, uint64_t time_s, struct buffer *ret_message) {
	buffer_printf(ret_message, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
	buffer_append(ret_message, text, bytes);
	return buffer_error(ret_message);
}

static enum err check_cosignature(const struct note *note, const struct note_key *key,
    const struct line *line, uint64_t *ret_time_s) {
	const uint8_t *signature = line->signature + KEY_ID_BYTES;
	uint64_t time_s = 0;
	struct buffer message;
	if (line->bytes < TIME_BYTES)
		return ERR_DENIED;
	for (int i = 0; i < TIME_BYTES; i++)
		time_s = time_s << 8 | signature[i];
	if (time_s > INT64_MAX)
		return ERR_DENIED;
	buffer_init(&message, 0);
	enum err err = cosigned(note->text, note->text_bytes, time_s, &message);
	if (!err &&
	    !note_key_has_signed(
	        key, message.data, message.bytes, signature + TIME_BYTES, line->bytes - TIME_BYTES))
		err = ERR_DENIED;
	buffer_done(&message);
	if (!err)
		*ret_time_s = time_s;
	return err;
}

/* Whether a line is this key's signature. ERR_NOT_FOUND: it is another key's. */
static enum err check_line(const struct note *note, const struct note_key *key,
    const struct line *line, uint64_t *ret_time_s) {
	if (line->id != key->id || line->name_bytes != strlen(key->name) ||
	    memcmp(line->name, key->name, line->name_bytes) != 0)
		return ERR_NOT_FOUND;
	if (key->type == NOTE_COSIGNATURE)
		return check_cosignature(note, key, line, ret_time_s);
	*ret_time_s = 0;
	bool has_signed = note_key_has_signed(
	    key, note->text, note->text_bytes, line->signature + KEY_ID_BYTES, line->bytes);
	return has_signed ? ERR_OK : ERR_DENIED;
}

/* All lines of a key. Appends the right ones to `keep`, if that is not NULL. */
static enum err verify_key(const struct note *note, const struct note_key *key, struct buffer *keep,
    uint64_t *ret_time_s) {
	const char *cursor = note->lines, *end = cursor + note->lines_bytes;
	enum err result = ERR_NOT_FOUND;
	uint64_t latest_s = 0;
	while (cursor < end) {
		struct line line;
		uint64_t time_s = 0;
		enum err err = read_line(&cursor, end, &line);
		if (!err)
			err = check_line(note, key, &line, &time_s);
		if (err == ERR_NOT_FOUND)
			continue;
		if (err)
			return err;
		result = ERR_OK;
		if (time_s > latest_s)
			latest_s = time_s;
		if (keep)
			buffer_append(keep, line.start, (size_t)(line.end - line.start));
	}
	if (!result)
		*ret_time_s = latest_s;
	return result;
}

enum err note_verify_key(
    const struct note *note, const struct note_key *key, uint64_t *ret_time_s) {
	uint64_t time_s = 0;
	return verify_key(note, key, NULL, ret_time_s ? ret_time_s : &time_s);
}

enum err note_verify(
    const struct note *note, const struct note_key *keys, size_t count, size_t *ret_signed) {
	size_t signed_by = 0;
	for (size_t i = 0; i < count; i++) {
		enum err err = note_verify_key(note, &keys[i], NULL);
		if (err && err != ERR_NOT_FOUND)
			return err;
		signed_by += !err;
	}
	if (!signed_by)
		return ERR_NOT_FOUND;
	if (ret_signed)
		*ret_signed = signed_by;
	return ERR_OK;
}

enum err note_keep(const struct note *note, const struct note_key *key, struct buffer *lines) {
	uint64_t time_s;
	size_t bytes = lines->bytes;
	enum err err = verify_key(note, key, lines, &time_s);
	if (err)
		lines->bytes = bytes;
	return err ? err : buffer_error(lines);
}

/* Key id and signature of a text. */
static enum err sign(const char *text, size_t bytes, const struct note_signer *signer,
    uint64_t time_s, uint8_t *ret_data, size_t *ret_bytes) {
	const struct note_key *key = note_signer_key(signer);
	size_t used = KEY_ID_BYTES, signature_bytes;
	struct buffer message;
	for (int i = 0; i < KEY_ID_BYTES; i++)
		ret_data[i] = (uint8_t)(key->id >> (24 - 8 * i));
	if (key->type != NOTE_COSIGNATURE) {
		enum err err = note_signer_sign(signer, text, bytes, ret_data + used, &signature_bytes);
		if (!err)
			*ret_bytes = used + signature_bytes;
		return err;
	}
	if (time_s > INT64_MAX)
		return ERR_RANGE;
	for (int i = 0; i < TIME_BYTES; i++)
		ret_data[used++] = (uint8_t)(time_s >> (56 - 8 * i));
	buffer_init(&message, 0);
	enum err err = cosigned(text, bytes, time_s, &message);
	if (!err)
		err = note_signer_sign(
		    signer, message.data, message.bytes, ret_data + used, &signature_bytes);
	buffer_done(&message);
	if (!err)
		*ret_bytes = used + signature_bytes;
	return err;
}

enum err note_sign_line(const char *text, size_t bytes, const struct note_signer *signer,
    uint64_t time_s, struct buffer *lines) {
	uint8_t data[KEY_ID_BYTES + TIME_BYTES + NOTE_SIGNATURE_BYTES_MAX];
	char text64[BASE64_TEXT_BYTES(sizeof(data))];
	size_t data_bytes, before = lines->bytes;
	if (!is_text(text, bytes))
		return ERR_SYNTAX;
	enum err err = sign(text, bytes, signer, time_s, data, &data_bytes);
	if (err)
		return err;
	base64_encode(data, data_bytes, text64);
	buffer_append_text(lines, DASH);
	buffer_append_text(lines, note_signer_key(signer)->name);
	buffer_append_char(lines, ' ');
	buffer_append_text(lines, text64);
	buffer_append_char(lines, '\n');
	if (buffer_error(lines))
		lines->bytes = before;
	return buffer_error(lines);
}

enum err note_sign(const char *text, size_t bytes, const struct note_signer *const *signers,
    size_t count, uint64_t time_s, struct buffer *note) {
	size_t before = note->bytes;
	if (!is_text(text, bytes))
		return ERR_SYNTAX;
	buffer_append(note, text, bytes);
	buffer_append_char(note, '\n');
	enum err err = buffer_error(note);
	for (size_t i = 0; !err && i < count; i++)
		err = note_sign_line(text, bytes, signers[i], time_s, note);
	if (err)
		note->bytes = before;
	return err;
}
