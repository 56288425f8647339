/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a verifier believes (include/voucher/verify.h). */
#ifndef CLIENT_TRUST_H
#define CLIENT_TRUST_H

#include "record/note_key.h"
#include "voucher/verify.h"

enum { TRUST_KEYS_MAX = 64 };

struct trust_keys {
	size_t count;
	struct note_key keys[TRUST_KEYS_MAX];
};

struct voucher_trust {
	const char *hash;
	unsigned witnesses_wanted;
	struct trust_keys ledger; /* all of one name, the origin */
	struct trust_keys witnesses;
};

#endif
