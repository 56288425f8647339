/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A witness of ledgers' checkpoints (C2SP tlog-witness, tlog-cosignature): signs one when it goes
 * on from the one that it signed last, which it keeps.
 *
 *	<directory>/<SHA-256 of the origin, hexadecimal>   the newest checkpoint signed, as text
 *	                                                   (record/checkpoint.h); replaced atomically
 *	<directory>/lock                                   held while one is compared and replaced
 *
 * What was signed is on disk before the signature leaves. Several processes may share a directory.
 */
#ifndef VOUCHER_AUDIT_WITNESS_H
#define VOUCHER_AUDIT_WITNESS_H

#include "base/buffer.h"
#include "record/note_key.h"

#define WITNESS_KEYS_MAX 64

struct witness {
	const char *directory;
	const struct note_signer *signer; /* NOTE_COSIGNATURE */
	const struct note_key *keys;      /* of ledgers; a key's name is its ledger's origin */
	size_t n_keys;                    /* at most WITNESS_KEYS_MAX */
	uint64_t now_s;
	bool is_sm3; /* the ledgers' trees are by SM3; the specification says SHA-256 */
};

/*
 * Answers add-checkpoint: an HTTP status, and appends the body of the answer.
 *
 *	200  signature lines
 *	400  no such request; or older than what it goes on from
 *	403  signed by no key of that ledger
 *	404  no ledger that is known
 *	409  the size that was signed last, a number and a newline; also when another tree of the same
 *	     size was signed
 *	422  the proof is none
 *	500  it could not be kept
 */
int witness_answer(
    const struct witness *witness, const char *request, size_t bytes, struct buffer *body);

#endif
