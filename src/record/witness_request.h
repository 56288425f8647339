/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a ledger sends to a witness (C2SP tlog-witness, add-checkpoint): its new checkpoint, and
 * proof that it goes on from the one that the witness signed last.
 *
 *	old <size of that one, 0 if there was none>
 *	<base64 hashes of the consistency proof, one a line, at most 63>
 *	<empty line>
 *	<the checkpoint, a signed note>
 *
 * The answer is signature lines (note_sign_line), or with status 409 the size that the witness has,
 * one number and a newline, as WITNESS_SIZE_TYPE. Pure; any thread.
 */
#ifndef RECORD_WITNESS_REQUEST_H
#define RECORD_WITNESS_REQUEST_H

#include "base/buffer.h"
#include "base/limits.h"
#include "record/proof.h"

#define WITNESS_PROOF_HASHES_MAX 63
#define WITNESS_SIZE_TYPE        "text/x.tlog.size"

/* What a request takes at most. */
#define WITNESS_REQUEST_BYTES_MAX (LIMIT_NOTE_BYTES + 4 + 21 + 63 * 45 + 1)

struct witness_request {
	uint64_t old_size;
	struct proof proof;
	const char *note; /* the checkpoint; borrowed */
	size_t note_bytes;
};

/* Appends the request. Look at the buffer's error. */
void witness_request_format(const struct witness_request *request, struct buffer *body);

/* ERR_SYNTAX (a witness answers 400). The note is not looked into (checkpoint_open). */
enum err witness_request_parse(
    const char *body, size_t bytes, struct witness_request *ret_request) MUST_CHECK;

/* The body of a 409: which size the witness has. ERR_SYNTAX. */
enum err witness_size_parse(const char *body, size_t bytes, uint64_t *ret_size) MUST_CHECK;

#endif
