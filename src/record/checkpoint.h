/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints of a tree (C2SP tlog-checkpoint): the text of a note (record/note.h), by which the
 * ledger states how many entries it has and what they are.
 *
 *	voucherd.example/changping                        origin: which ledger
 *	20852163                                          size: entries, decimal
 *	CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=      root hash (RFC 6962), base64
 *
 * Further lines ("extensions") are taken from others but never written. (The checkpoints of the
 * state store are another thing.) Pure; any thread.
 */
#ifndef RECORD_CHECKPOINT_H
#define RECORD_CHECKPOINT_H

#include "record/digest.h"
#include "record/note.h"

struct checkpoint {
	char origin[LIMIT_NAME_BYTES + 1];
	uint64_t size;
	uint8_t root[DIGEST_BYTES];
};

/* What checkpoint_format() writes at most. */
#define CHECKPOINT_TEXT_BYTES_MAX (LIMIT_NAME_BYTES + 1 + 20 + 1 + 44 + 1)

/* Appends the text. The origin must be one (note_is_name). */
void checkpoint_format(const struct checkpoint *checkpoint, struct buffer *text);

/* ERR_SYNTAX. An origin that is no note_is_name() is refused too, though the specification only
 * advises against it. */
enum err checkpoint_parse(
    const char *text, size_t bytes, struct checkpoint *ret_checkpoint) MUST_CHECK;

/* Appends the checkpoint as a note with a signature by each signer. Errors as note_sign. */
enum err checkpoint_sign(const struct checkpoint *checkpoint,
    const struct note_signer *const *signers, size_t count, struct buffer *note) MUST_CHECK;

/* Whom a checkpoint must be of. Borrowed. */
struct checkpoint_trust {
	const char *origin;
	const struct note_key *keys; /* of the ledger; one of them suffices */
	size_t count;
};

/*
 * Reads a checkpoint that is of this origin and signed by one at least of these keys. In this
 * order: ERR_SYNTAX, ERR_RANGE: no such note or text; ERR_CONFIG: the checkpoint of another origin;
 * ERR_NOT_FOUND: signed by none of them; ERR_DENIED: a wrong signature by one of them. `ret_note`,
 * if not NULL, borrows `data`: for its cosignatures.
 */
enum err checkpoint_open(const struct checkpoint_trust *trust, const char *data, size_t bytes,
    struct checkpoint *ret_checkpoint, struct note *ret_note) MUST_CHECK;

#endif
