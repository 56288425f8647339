/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash functions, through OpenSSL EVP: SHA-256 (FIPS 180-4) or SM3 (GB/T 32905), both 32 bytes. An
 * algorithm is fetched once; a context belongs to one thread.
 */
#ifndef RECORD_DIGEST_H
#define RECORD_DIGEST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32

struct digest; /* a hash function with a context to run it in */

/* `name` is "SHA256" or "SM3". ERR_NOT_FOUND for anything else, ERR_MEMORY. */
enum err digest_new(const char *name, struct digest **ret_digest) MUST_CHECK;
void digest_free(struct digest *digest);

/* Hash of up to three pieces put together; a piece of 0 bytes may be NULL. Without memory to begin
 * with it ends the process (EX_OSERR), as the next one does. */
void digest_compute(struct digest *digest, const void *a, size_t a_bytes, const void *b,
    size_t b_bytes, const void *c, size_t c_bytes, uint8_t ret_hash[DIGEST_BYTES]);

/* SHA-256 in one call, for rare uses. */
void digest_sha256(const void *data, size_t bytes, uint8_t ret_hash[DIGEST_BYTES]);

#endif
