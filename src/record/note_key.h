/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that sign notes (record/note.h), as C2SP signed-note and tlog-cosignature have them:
 *
 *	verifier key  <name>+<key id, 8 lower-case hex digits>+<base64 of type ‖ public key>
 *	key id        SHA-256(name ‖ "\n" ‖ type ‖ public key), the first 4 bytes
 *
 *	type                          public key         signature
 *	0x01 Ed25519                  32 bytes RFC 8032  64 bytes over the text
 *	0x04 cosignature/v1           32 bytes RFC 8032  time (8, big-endian) ‖ 64 bytes over
 *	                                                 "cosignature/v1\ntime <decimal>\n" ‖ text
 *	0xff "voucherd-sm2-v1" SM2    65 bytes, 04 ‖ x ‖ y  SM2 with SM3 (GB/T 32918.2) over the text,
 *	                              with the usual id "1234567812345678", DER (GB/T 35276)
 *
 * Key ids are SHA-256 whatever the tree's hash is. Pure; any thread; keys are values to be copied.
 */
#ifndef RECORD_NOTE_KEY_H
#define RECORD_NOTE_KEY_H

#include "base/buffer.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTE_ED25519_BYTES        32 /* a public key */
#define NOTE_PUBLIC_KEY_BYTES_MAX 65
#define NOTE_SIGNATURE_BYTES_MAX  80 /* without the key id, of the types above */

/* Room for a verifier key as text, with its NUL. */
#define NOTE_VKEY_BYTES_MAX (LIMIT_NAME_BYTES + 1 + 8 + 1 + 112 + 1)

enum note_type {
	NOTE_ED25519 = 0x01,
	NOTE_COSIGNATURE = 0x04,
	NOTE_SM2 = 0xff,
};

struct note_key {
	enum note_type type;
	uint32_t id;
	char name[LIMIT_NAME_BYTES + 1];
	uint8_t public_key[NOTE_PUBLIC_KEY_BYTES_MAX]; /* note_public_key_bytes(type) of them */
};

size_t note_public_key_bytes(enum note_type type);

/* 1 to LIMIT_NAME_BYTES bytes of clean UTF-8 with no space of any kind and no plus: the name of a
 * key, and the origin of a checkpoint. */
bool note_is_name(const char *name, size_t bytes);

/* ERR_SYNTAX: the name is none, or the bytes are no point of the curve. */
enum err note_key_make(enum note_type type, const char *name, const void *public_key, size_t bytes,
    struct note_key *ret_key) MUST_CHECK;

/* A verifier key from its text. ERR_SYNTAX: it is none; ERR_NOT_FOUND: of a type that is not known
 * here; ERR_CORRUPT: its id is not that of its name and its bytes (mistyped). */
enum err note_key_parse(const char *text, size_t bytes, struct note_key *ret_key) MUST_CHECK;
void note_key_format(const struct note_key *key, char ret_text[NOTE_VKEY_BYTES_MAX]);

/* Whether these are the signature of these bytes by this key. Of a cosignature without its time,
 * which the message already holds. */
bool note_key_has_signed(const struct note_key *key, const void *message, size_t message_bytes,
    const void *signature, size_t signature_bytes);

/* A private key with its name. Immutable, so any thread may use it. */
struct note_signer;

/* From PEM (PKCS #8, not encrypted). ERR_SYNTAX: no such PEM, or no name; ERR_CONFIG: a key of
 * another algorithm than the type asks for; ERR_MEMORY. */
enum err note_signer_read(enum note_type type, const char *name, const char *pem, size_t pem_bytes,
    struct note_signer **ret_signer) MUST_CHECK;

/* A new key. ERR_SYNTAX: no name; ERR_MEMORY (also when the system has no randomness). */
enum err note_signer_generate(
    enum note_type type, const char *name, struct note_signer **ret_signer) MUST_CHECK;

/* Appends the private key as PEM. The buffer is the caller's to clear. */
enum err note_signer_pem(const struct note_signer *signer, struct buffer *pem) MUST_CHECK;

/* Its public half; borrowed from the signer. */
const struct note_key *note_signer_key(const struct note_signer *signer);

/* The signature of these bytes. ERR_MEMORY. */
enum err note_signer_sign(const struct note_signer *signer, const void *message, size_t bytes,
    uint8_t ret_signature[NOTE_SIGNATURE_BYTES_MAX], size_t *ret_bytes) MUST_CHECK;

void note_signer_free(struct note_signer *signer); /* accepts NULL; clears the key */

#endif
