/* SPDX-License-Identifier: Apache-2.0 */
/* What record/note_key.c asks of the cryptographic library (note_crypto.c), which does the rest of
 * note_key.h too. */
#ifndef RECORD_NOTE_CRYPTO_H
#define RECORD_NOTE_CRYPTO_H

#include "record/note_key.h"

/* Whether the public key's bytes are one: of SM2 a point of the curve. (Ed25519's are looked at
 * with each signature.) */
bool note_crypto_is_key(const struct note_key *key);

#endif
