/* SPDX-License-Identifier: Apache-2.0 */
#include "record/note_key.h"

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "record/digest.h"
#include "record/note_crypto.h"

#include <stdio.h>
#include <string.h>

/* How a type stands in a verifier key and in what key ids are hashed from. */
static const struct type {
	enum note_type type;
	size_t prefix_bytes, key_bytes;
	const char *prefix;
} types[] = {
	{ NOTE_ED25519, 1, NOTE_ED25519_BYTES, "\x01" },
	{ NOTE_COSIGNATURE, 1, NOTE_ED25519_BYTES, "\x04" },
	{ NOTE_SM2, 16, NOTE_PUBLIC_KEY_BYTES_MAX, "\xffvoucherd-sm2-v1" },
};

enum { TYPES = sizeof(types) / sizeof(types[0]), MATERIAL_BYTES_MAX = 16 + 65 };

static const struct type *type_of(enum note_type type) {
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return &types[i];
	check(!"type of a note key");
	return NULL;
}

size_t note_public_key_bytes(enum note_type type) {
	return type_of(type)->key_bytes;
}

/* Unicode's White_Space. */
static bool is_space(uint32_t c) {
	return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

bool note_is_name(const char *name, size_t bytes) {
	if (!bytes || bytes > LIMIT_NAME_BYTES || !text_is_clean_utf8(name, bytes))
		return false;
	for (size_t i = 0; i < bytes;) {
		uint32_t c;
		i += text_utf8_char(name + i, bytes - i, &c);
		if (is_space(c) || c == '+')
			return false;
	}
	return true;
}

/* Type and public key together. Returns how many bytes. */
static size_t put_material(const struct note_key *key, uint8_t room[MATERIAL_BYTES_MAX]) {
	const struct type *type = type_of(key->type);
	memcpy(room, type->prefix, type->prefix_bytes);
	memcpy(room + type->prefix_bytes, key->public_key, type->key_bytes);
	return type->prefix_bytes + type->key_bytes;
}

static uint32_t key_id(const struct note_key *key) {
	uint8_t room[LIMIT_NAME_BYTES + 1 + MATERIAL_BYTES_MAX], hash[DIGEST_BYTES];
	size_t bytes = strlen(key->name);
	memcpy(room, key->name, bytes);
	room[bytes++] = '\n';
	bytes += put_material(key, room + bytes);
	digest_sha256(room, bytes, hash);
	return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

enum err note_key_make(enum note_type type, const char *name, const void *public_key, size_t bytes,
    struct note_key *ret_key) {
	size_t name_bytes = strlen(name);
	struct note_key key = { .type = type };
	if (!note_is_name(name, name_bytes) || bytes != note_public_key_bytes(type))
		return ERR_SYNTAX;
	memcpy(key.name, name, name_bytes);
	memcpy(key.public_key, public_key, bytes);
	if (!note_crypto_is_key(&key))
		return ERR_SYNTAX;
	key.id = key_id(&key);
	*ret_key = key;
	return ERR_OK;
}

/* The decoded part of a verifier key: which type it is, and its public key. */
static enum err take_material(const uint8_t *data, size_t bytes, struct note_key *key) {
	for (size_t i = 0; i < TYPES; i++) {
		const struct type *type = &types[i];
		if (bytes < type->prefix_bytes || memcmp(data, type->prefix, type->prefix_bytes) != 0)
			continue;
		if (bytes != type->prefix_bytes + type->key_bytes)
			return ERR_SYNTAX;
		key->type = type->type;
		memcpy(key->public_key, data + type->prefix_bytes, type->key_bytes);
		return ERR_OK;
	}
	return bytes ? ERR_NOT_FOUND : ERR_SYNTAX;
}

enum err note_key_parse(const char *text, size_t bytes, struct note_key *ret_key) {
	/* Room for keys of types that are not known here too, so that they are called that. */
	uint8_t material[BASE64_DATA_BYTES(LIMIT_NOTE_SIGNATURE_BYTES)];
	const char *end = text + bytes, *id = memchr(text, '+', bytes);
	const char *key64 = id ? memchr(id + 1, '+', (size_t)(end - id - 1)) : NULL;
	size_t material_bytes;
	struct note_key key = { 0 };
	char digits[9] = "";
	if (!key64 || !note_is_name(text, (size_t)(id - text)) || key64 - id != 9)
		return ERR_SYNTAX;
	key64++;
	if (end - key64 > LIMIT_NOTE_SIGNATURE_BYTES ||
	    base64_decode_strict(key64, (size_t)(end - key64), material, &material_bytes))
		return ERR_SYNTAX;
	memcpy(digits, id + 1, 8);
	if (strspn(digits, "0123456789abcdef") != 8)
		return ERR_SYNTAX;
	memcpy(key.name, text, (size_t)(id - text));
	enum err err = take_material(material, material_bytes, &key);
	if (err)
		return err;
	char wanted[9];
	key.id = key_id(&key);
	snprintf(wanted, sizeof(wanted), "%08x", key.id);
	if (strcmp(wanted, digits) != 0)
		return ERR_CORRUPT;
	if (!note_crypto_is_key(&key))
		return ERR_SYNTAX;
	*ret_key = key;
	return ERR_OK;
}

void note_key_format(const struct note_key *key, char ret_text[NOTE_VKEY_BYTES_MAX]) {
	uint8_t material[MATERIAL_BYTES_MAX];
	char key64[BASE64_TEXT_BYTES(MATERIAL_BYTES_MAX)];
	base64_encode(material, put_material(key, material), key64);
	snprintf(ret_text, NOTE_VKEY_BYTES_MAX, "%s+%08x+%s", key->name, key->id, key64);
}
