/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/key_file.h"

#include "base/file.h"
#include "engine/detail.h"
#include "record/pb.h"

#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX (1 << 16)
#define BLOCK_BEGIN    "-----BEGIN "
#define BLOCK_END      "-----END "

/* --- make --- */

enum err key_file_generate(const char *origin, bool has_sm2, struct key_file *ret_keys) {
	struct key_file keys = { .count = 0 };
	enum err err = note_signer_generate(NOTE_ED25519, origin, &keys.signers[keys.count]);
	if (err)
		return err;
	keys.count++;
	if (has_sm2)
		err = note_signer_generate(NOTE_SM2, origin, &keys.signers[keys.count]);
	if (err) {
		key_file_close(&keys);
		return err;
	}
	keys.count += has_sm2;
	*ret_keys = keys;
	return ERR_OK;
}

enum err key_file_write(const struct key_file *keys, const char *path) {
	struct buffer pem;
	buffer_init(&pem, FILE_BYTES_MAX);
	enum err err = buffer_reserve(&pem, FILE_BYTES_MAX) ? ERR_OK : ERR_MEMORY; /* never moves */
	for (size_t i = 0; !err && i < keys->count; i++)
		err = note_signer_pem(keys->signers[i], &pem);
	if (!err)
		err = file_create(path, pem.data, pem.bytes, S_IRUSR | S_IWUSR);
	file_forget(&pem);
	return err;
}

/* --- open --- */

static enum err add_block(
    struct key_file *keys, const char *origin, const char *pem, size_t bytes) {
	if (keys->count == KEY_FILE_KEYS_MAX)
		return ERR_RANGE;
	struct note_signer **signer = &keys->signers[keys->count];
	enum err err = note_signer_read(NOTE_ED25519, origin, pem, bytes, signer);
	if (err == ERR_CONFIG)
		err = note_signer_read(NOTE_SM2, origin, pem, bytes, signer);
	if (err)
		return err == ERR_CONFIG ? ERR_SYNTAX : err;
	keys->count++;
	return ERR_OK;
}

/* What stands between blocks is a comment. */
static enum err add_blocks(struct key_file *keys, const char *origin, const struct buffer *pem) {
	const char *at = pem->data, *end = pem->data + pem->bytes;
	enum err err = ERR_OK;
	while (!err && (at = memmem(at, (size_t)(end - at), BLOCK_BEGIN, strlen(BLOCK_BEGIN)))) {
		const char *last = memmem(at, (size_t)(end - at), BLOCK_END, strlen(BLOCK_END));
		const char *newline = last ? memchr(last, '\n', (size_t)(end - last)) : NULL;
		const char *next = newline ? newline + 1 : end;
		err = last ? add_block(keys, origin, at, (size_t)(next - at)) : ERR_SYNTAX;
		at = next;
	}
	return err;
}

static bool has_type(const struct key_file *keys, enum note_type type) {
	for (size_t i = 0; i < keys->count; i++)
		if (note_signer_key(keys->signers[i])->type == type)
			return true;
	return false;
}

static enum err explain(const char *path, enum err err, char ret_detail[ENGINE_DETAIL_BYTES]) {
	switch (err) {
	case ERR_NOT_FOUND:
		return detail_fail(ret_detail, err,
		    "There is no key file %s: put the ledger's there (voucherctl init made it).", path);
	case ERR_DENIED:
		return detail_fail(ret_detail, err,
		    "Others than its owner may read or write the key file %s: chmod 600 it; if others may "
		    "have read it, rotate the key.",
		    path);
	case ERR_SYNTAX:
		return detail_fail(ret_detail, err,
		    "The key file %s must hold private keys of Ed25519 (and SM2) as PEM, unencrypted.",
		    path);
	case ERR_RANGE:
		return detail_fail(ret_detail, err,
		    "The key file %s holds more than %d keys: take the oldest out.", path,
		    KEY_FILE_KEYS_MAX);
	case ERR_IO: return detail_fail(ret_detail, err, "The key file %s cannot be read: %m.", path);
	default: return detail_fail(ret_detail, err, "%s", err_text(err));
	}
}

enum err key_file_open(const char *path, const char *origin, struct key_file *ret_keys,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct key_file keys = { .count = 0 };
	struct buffer pem;
	buffer_init(&pem, 0);
	enum err err = file_read_secret(path, FILE_BYTES_MAX, &pem);
	if (!err)
		err = add_blocks(&keys, origin, &pem);
	if (!err && !has_type(&keys, NOTE_ED25519))
		err = ERR_SYNTAX;
	if (err) {
		err = explain(path, err, ret_detail);
		key_file_close(&keys);
	} else {
		*ret_keys = keys;
	}
	file_forget(&pem);
	return err;
}

void key_file_close(struct key_file *keys) {
	for (size_t i = 0; i < keys->count; i++)
		note_signer_free(keys->signers[i]);
	keys->count = 0;
}

/* --- public halves --- */

static bool put_public(
    const struct note_key *key, struct arena *arena, Pb__CheckpointKey *message) {
	size_t bytes = note_public_key_bytes(key->type);
	ProtobufCBinaryData value = { bytes, arena_copy(arena, key->public_key, bytes) };
	*(key->type == NOTE_SM2 ? &message->sm2 : &message->ed25519) = value;
	return value.data != NULL;
}

Pb__CheckpointKey *key_file_public(const struct key_file *keys, struct arena *arena) {
	Pb__CheckpointKey *message = PB_NEW(Pb__CheckpointKey, pb__checkpoint_key, arena);
	for (size_t i = 0; message && i < keys->count; i++)
		if (!put_public(note_signer_key(keys->signers[i]), arena, message))
			return NULL;
	return message;
}

const struct note_signer *key_file_find(
    const struct key_file *keys, const ProtobufCBinaryData *public_key) {
	for (size_t i = 0; i < keys->count; i++) {
		const struct note_key *key = note_signer_key(keys->signers[i]);
		if (note_public_key_bytes(key->type) == public_key->len &&
		    memcmp(key->public_key, public_key->data, public_key->len) == 0)
			return keys->signers[i];
	}
	return NULL;
}
