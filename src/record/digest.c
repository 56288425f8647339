/* SPDX-License-Identifier: Apache-2.0 */
#include "record/digest.h"

#include "base/check.h"
#include "base/log.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct digest {
	EVP_MD *algorithm;
	EVP_MD_CTX *context;
};

enum err digest_new(const char *name, struct digest **ret_digest) {
	if (strcmp(name, "SHA256") != 0 && strcmp(name, "SM3") != 0)
		return ERR_NOT_FOUND;
	struct digest *digest = calloc(1, sizeof(*digest));
	if (!digest)
		return ERR_MEMORY;
	enum err err = ERR_NOT_FOUND;
	digest->algorithm = EVP_MD_fetch(NULL, name, NULL);
	if (!digest->algorithm)
		goto out;
	err = ERR_MEMORY;
	digest->context = EVP_MD_CTX_new();
	if (!digest->context)
		goto out;
	check(EVP_MD_get_size(digest->algorithm) == DIGEST_BYTES);
	*ret_digest = digest;
	return ERR_OK;
out:
	digest_free(digest);
	return err;
}

void digest_free(struct digest *digest) {
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	EVP_MD_free(digest->algorithm);
	free(digest);
}

enum { JOINED_BYTES = 512 };

/* Appends to `*bytes` bytes that there is room for. */
static void join(uint8_t *room, size_t *bytes, const void *piece, size_t piece_bytes) {
	if (piece_bytes)
		memcpy(room + *bytes, piece, piece_bytes);
	*bytes += piece_bytes;
}

/* With the algorithm fetched, hashing fails only on misuse, but beginning to hash, which allocates
 * in OpenSSL 3.0. Nobody can go on without the hash. */
static void need_memory(bool is_done) {
	if (is_done)
		return;
	log_event(LOG_ERROR, "out_of_memory", "what=%s action=%s", LOG_QUOTED("a hash"),
	    LOG_QUOTED("the process ends; give it more memory, and start it again"));
	_exit(EX_OSERR);
}

static void update(struct digest *digest, const void *piece, size_t bytes) {
	check(!bytes || EVP_DigestUpdate(digest->context, piece, bytes) == 1);
}

void digest_compute(struct digest *digest, const void *a, size_t a_bytes, const void *b,
    size_t b_bytes, const void *c, size_t c_bytes, uint8_t ret_hash[DIGEST_BYTES]) {
	need_memory(EVP_DigestInit_ex2(digest->context, digest->algorithm, NULL) == 1);
	if (a_bytes + b_bytes + c_bytes <= JOINED_BYTES) { /* what is short is hashed as one: faster */
		uint8_t joined[JOINED_BYTES];
		size_t bytes = 0;
		join(joined, &bytes, a, a_bytes);
		join(joined, &bytes, b, b_bytes);
		join(joined, &bytes, c, c_bytes);
		update(digest, joined, bytes);
	} else {
		update(digest, a, a_bytes);
		update(digest, b, b_bytes);
		update(digest, c, c_bytes);
	}
	check(EVP_DigestFinal_ex(digest->context, ret_hash, NULL) == 1);
}

void digest_sha256(const void *data, size_t bytes, uint8_t ret_hash[DIGEST_BYTES]) {
	need_memory(EVP_Digest(data, bytes, ret_hash, NULL, EVP_sha256(), NULL) == 1);
}
