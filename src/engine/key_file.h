/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of the secret keys that sign checkpoints: PEM blocks (PKCS #8, not encrypted), of mode
 * 0600.
 *
 *	-----BEGIN PRIVATE KEY-----    Ed25519
 *	-----BEGIN PRIVATE KEY-----    SM2, perhaps
 *
 * Several keys of a kind stand in it while a key is rotated: the new one is put at the end, before
 * the ledger is told; which one counts, the ledger says. Whoever has only the old public key can
 * follow for as long as the old one stands there. Any thread, each its own `struct key_file`.
 */
#ifndef ENGINE_KEY_FILE_H
#define ENGINE_KEY_FILE_H

#include "base/arena.h"
#include "engine/engine.h"
#include "record/note_key.h"
#include "voucher/v1/setup.pb-c.h"

enum { KEY_FILE_KEYS_MAX = 8 };

#define KEY_FILE_NAME "checkpoint.key" /* in the ledger's directory, if no other is named */

struct key_file {
	struct note_signer *signers[KEY_FILE_KEYS_MAX];
	size_t count;
};

/* New keys, in memory: of Ed25519, and of SM2. ERR_SYNTAX: the origin is none; ERR_MEMORY. */
enum err key_file_generate(const char *origin, bool has_sm2, struct key_file *ret_keys) MUST_CHECK;

/* Makes the file, durably. ERR_EXISTS: it is there, and stays as it is. ERR_IO with errno, … */
enum err key_file_write(const struct key_file *keys, const char *path) MUST_CHECK;

/*
 * Reads the keys of the ledger of this origin. `ret_detail` says what is wrong and what to do.
 * ERR_NOT_FOUND; ERR_DENIED: others may read it; ERR_SYNTAX: something in it is no such key, or
 * there is no Ed25519 key in it; ERR_RANGE: too many; ERR_IO.
 */
enum err key_file_open(const char *path, const char *origin, struct key_file *ret_keys,
    char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;
void key_file_close(struct key_file *keys); /* accepts what was never opened, if zeroed */

/* Its newest keys (the last of each kind), as the ledger is told of them. NULL: arena exhausted. */
Pb__CheckpointKey *key_file_public(const struct key_file *keys, struct arena *arena);

/* The signer with this public key; NULL: it is not in the file. */
const struct note_signer *key_file_find(
    const struct key_file *keys, const ProtobufCBinaryData *public_key);

#endif
