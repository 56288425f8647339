/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of what a user names: a document, the public key of a certificate. */
#ifndef VOUCHERCTL_HASH_H
#define VOUCHERCTL_HASH_H

#include "base/err.h"
#include "record/digest.h"

#include <stdint.h>

/* Of the whole file, of any size. ERR_IO with errno. */
enum err hash_file(const char *path, uint8_t ret_hash[DIGEST_BYTES]) MUST_CHECK;

/*
 * Of the SubjectPublicKeyInfo (DER) of the first certificate in a PEM file: what the ledger knows a
 * key by. ERR_IO with errno; ERR_SYNTAX when there is no certificate in it.
 */
enum err hash_certificate_key(const char *path, uint8_t ret_hash[DIGEST_BYTES]) MUST_CHECK;

#endif
