/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a credential to a principal: a copy, in memory, of the ledger's principals, kept current by
 * src/api as register_principal and revoke_principal commit. Every request is authorised by its
 * principal's state at that moment.
 *
 * Any thread reads; one thread writes.
 */
#ifndef AUTH_DIRECTORY_H
#define AUTH_DIRECTORY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CREDENTIAL_BYTES                                                                           \
	32 /* SHA-256 of the SubjectPublicKeyInfo, or of the token's characters   \
	                         */

struct identity {
	uint64_t principal;
	uint64_t party; /* 0: staff */
	uint32_t roles; /* bit 1 << Pb__Role */
	char person[32];
	char region[16]; /* of staff: whose files it sees; "": all */
};

struct directory;

enum err directory_new(struct directory **ret_directory) MUST_CHECK;
void directory_free(struct directory *directory);

/* Adds or replaces the principal with this credential. `by_token`: it is a token's hash, not a
 * key's. */
enum err directory_put(struct directory *directory, const uint8_t credential[CREDENTIAL_BYTES],
    bool by_token, const struct identity *identity) MUST_CHECK;

/* From now on its credential finds nothing. Returns whether it was there. */
bool directory_revoke(struct directory *directory, uint64_t principal);

/* The digest of the key of its certificate. ERR_NOT_FOUND: it has none, or is revoked. */
enum err directory_key_of(struct directory *directory, uint64_t principal,
    uint8_t ret_spki_sha256[CREDENTIAL_BYTES]) MUST_CHECK;

/* ERR_NOT_FOUND: nobody has this credential (any more). */
enum err directory_find_key(struct directory *directory,
    const uint8_t spki_sha256[CREDENTIAL_BYTES], struct identity *ret_identity) MUST_CHECK;
/* `token` as in "Authorization: Bearer <token>". Only its hash is compared. ERR_SYNTAX when it is
 * not a token. */
enum err directory_find_token(struct directory *directory, const char *token, size_t bytes,
    struct identity *ret_identity) MUST_CHECK;

/* A new random token, 256 bits as 43 characters of base64url, and its hash. `ret_token` takes
 * TOKEN_TEXT_BYTES. */
#define TOKEN_TEXT_BYTES 48
enum err token_new(char ret_token[TOKEN_TEXT_BYTES], uint8_t ret_hash[CREDENTIAL_BYTES]) MUST_CHECK;

#endif
