/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/verifier_key.h"

#include "record/note_key.h"

static enum err write_one(enum note_type type, const char *origin,
    const ProtobufCBinaryData *public_key, const char *indent, struct buffer *out) {
	struct note_key key;
	char text[NOTE_VKEY_BYTES_MAX];
	if (public_key->len == 0)
		return ERR_OK;
	enum err err = note_key_make(type, origin, public_key->data, public_key->len, &key);
	if (err)
		return err;
	note_key_format(&key, text);
	buffer_printf(out, "%s%s\n", indent, text);
	return buffer_error(out);
}

enum err verifier_keys_write(
    const char *origin, const Pb__CheckpointKey *key, const char *indent, struct buffer *out) {
	enum err err = write_one(NOTE_ED25519, origin, &key->ed25519, indent, out);
	return err ? err : write_one(NOTE_SM2, origin, &key->sm2, indent, out);
}

enum err verifier_key_read(const char *text, struct arena *arena, Pb__CheckpointKey *key) {
	struct note_key read;
	enum err err = note_key_parse(text, strlen(text), &read);
	if (err || read.type == NOTE_COSIGNATURE)
		return ERR_SYNTAX;
	size_t bytes = note_public_key_bytes(read.type);
	ProtobufCBinaryData value = { bytes, arena_copy(arena, read.public_key, bytes) };
	*(read.type == NOTE_SM2 ? &key->sm2 : &key->ed25519) = value;
	return value.data ? ERR_OK : ERR_MEMORY;
}
