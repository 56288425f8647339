/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receipts: one small text that shows to whoever has the ledger's public key that an entry is in
 * its books (C2SP tlog-proof).
 *
 *	c2sp.org/tlog-proof@v1
 *	extra <base64 of the entry>
 *	index <its sequence number − 1>
 *	<base64 hashes of the inclusion proof, one a line>
 *	<empty line>
 *	<the checkpoint, a signed note, as it is>
 *
 * The entry is the protobuf JournalEntry exactly as its leaf is hashed (record/entry.h, from offset
 * 5). The specification calls for SHA-256: receipts of a ledger by SM3 look the same, and only the
 * tools of this project check them. Pure; any thread.
 */
#ifndef RECORD_RECEIPT_H
#define RECORD_RECEIPT_H

#include "base/arena.h"
#include "record/checkpoint.h"
#include "record/proof.h"

struct receipt {
	const uint8_t *entry;
	size_t entry_bytes;
	uint64_t index;
	struct proof proof;
	const char *note; /* the checkpoint */
	size_t note_bytes;
};

/* Appends the text. Look at the buffer's error. */
void receipt_format(const struct receipt *receipt, struct buffer *text);

/* ERR_SYNTAX, ERR_RANGE (longer than LIMIT_RECEIPT_BYTES), ERR_MEMORY. The entry is in the arena,
 * the note borrows `text`. A receipt without "extra" has an entry of NULL. */
enum err receipt_parse(
    const char *text, size_t bytes, struct arena *arena, struct receipt *ret_receipt) MUST_CHECK;

/*
 * Whether the receipt's entry is where it says in a tree that is trusted. Errors and outputs as
 * checkpoint_open; then ERR_CORRUPT: entry, index, proof and root do not belong together (also when
 * there is no entry).
 */
enum err receipt_verify(const struct receipt *receipt, struct digest *digest,
    const struct checkpoint_trust *trust, struct checkpoint *ret_checkpoint,
    struct note *ret_note) MUST_CHECK;

#endif
