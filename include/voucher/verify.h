/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libvoucher: check receipts and checkpoints of a ledger, offline, with nothing but its public key.
 *
 *	voucher_trust_new("SHA256", &trust);
 *	voucher_trust_add(trust, "voucherd.example/changping+5bd20f7e+AQ…", &detail);
 *	verdict = voucher_receipt_check(trust, text, strlen(text), &receipt);
 *	if (verdict == VOUCHER_VALID)
 *		… voucher_receipt_entry(receipt, &bytes) is in the books …
 *	else
 *		puts(voucher_verdict_text(verdict));
 *	voucher_receipt_free(receipt);
 *	voucher_trust_free(trust);
 *
 * The formats are public: C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof, RFC
 * 9162 section 2.1. Nothing here reads a file, a clock or the network, or shows a type of another
 * library. A trust that is not being added to may be used by any number of threads.
 */
#ifndef VOUCHER_VERIFY_H
#define VOUCHER_VERIFY_H

#include "voucher/client.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- whom to believe --- */

struct voucher_trust;

/* `hash` is what the ledger's first entry says: "SHA256" or "SM3"; NULL: "SHA256". Anything else is
 * VOUCHER_USAGE. */
enum voucher_result voucher_trust_new(const char *hash, struct voucher_trust **ret_trust);
void voucher_trust_free(struct voucher_trust *trust); /* accepts NULL */

/*
 * Adds a verifier key, as `voucherctl init` prints it and C2SP signed-note has it:
 * "<name>+<id>+<base64>". A key of type 0x04 is a witness's. Any other is the ledger's; its name is
 * the ledger's origin, and further ones (after the key was changed) must have the same name.
 * VOUCHER_USAGE: it is none, is mistyped, of a type that is not known here, there already, or there
 * are 64 of its kind; `ret_detail`, if not NULL, is a sentence about it, valid until the next call
 * on this thread.
 */
enum voucher_result voucher_trust_add(
    struct voucher_trust *trust, const char *verifier_key, const char **ret_detail);

/* How many of the witnesses must have signed a checkpoint too. Not set: none. */
void voucher_trust_want_witnesses(struct voucher_trust *trust, unsigned count);

/* --- what is so --- */

enum voucher_verdict {
	VOUCHER_VALID = 0,
	VOUCHER_MALFORMED = 1,    /* not such a text, cut short, or too large */
	VOUCHER_OTHER_LEDGER = 2, /* of another origin */
	VOUCHER_UNSIGNED = 3,     /* by none of the ledger's keys: an unknown key or algorithm */
	VOUCHER_FORGED = 4,       /* a signature of a key that is known is wrong */
	VOUCHER_UNWITNESSED = 5,  /* by fewer witnesses than are wanted */
	VOUCHER_UNPROVED = 6,     /* entry, place, proof and checkpoint do not belong together */
	VOUCHER_INCONSISTENT = 7, /* it is not shown that one tree begins with the other */
	VOUCHER_UNDECIDED = -1,   /* no memory; where even a hash has none, the process ends */
};

/* A sentence for people, never NULL. */
const char *voucher_verdict_text(enum voucher_verdict verdict);
const char *voucher_verdict_text_zh(enum voucher_verdict verdict);

/* --- checkpoints: how many entries the ledger has, and the root of their tree --- */

struct voucher_checkpoint;

/* Takes the text of a checkpoint. `ret_checkpoint` is set with VOUCHER_VALID alone, and the
 * caller's to free. */
enum voucher_verdict voucher_checkpoint_check(const struct voucher_trust *trust, const char *text,
    size_t bytes, struct voucher_checkpoint **ret_checkpoint);
void voucher_checkpoint_free(struct voucher_checkpoint *checkpoint); /* accepts NULL */

const char *voucher_checkpoint_origin(const struct voucher_checkpoint *checkpoint);
uint64_t voucher_checkpoint_size(const struct voucher_checkpoint *checkpoint);       /* entries */
const uint8_t *voucher_checkpoint_root(const struct voucher_checkpoint *checkpoint); /* 32 bytes */

/* How many of the witnesses have signed it, and when the last of them did (POSIX time, in seconds;
 * 0: none has). */
unsigned voucher_checkpoint_witnesses(const struct voucher_checkpoint *checkpoint);
uint64_t voucher_checkpoint_witnessed_at(const struct voucher_checkpoint *checkpoint);

/*
 * Whether the entry with these bytes (JournalEntry, protobuf, as the journal has it) has this
 * sequence number in the checkpoint's tree. `proof`: hashes of 32 bytes each, one after another, as
 * GET /v1/proof/inclusion has them.
 */
enum voucher_verdict voucher_checkpoint_includes(const struct voucher_trust *trust,
    const struct voucher_checkpoint *checkpoint, uint64_t seq, const void *entry,
    size_t entry_bytes, const uint8_t *proof, size_t proof_bytes);

/* Whether the later checkpoint's tree begins with the earlier one's: nothing was taken out or
 * changed between them. The proof is that of GET /v1/proof/consistency; VOUCHER_INCONSISTENT. */
enum voucher_verdict voucher_checkpoint_extends(const struct voucher_trust *trust,
    const struct voucher_checkpoint *earlier, const struct voucher_checkpoint *later,
    const uint8_t *proof, size_t proof_bytes);

/* --- receipts: an entry, its place and a checkpoint in one text --- */

struct voucher_receipt;

/* As voucher_checkpoint_check. */
enum voucher_verdict voucher_receipt_check(const struct voucher_trust *trust, const char *text,
    size_t bytes, struct voucher_receipt **ret_receipt);
void voucher_receipt_free(struct voucher_receipt *receipt); /* accepts NULL */

uint64_t voucher_receipt_seq(const struct voucher_receipt *receipt); /* of the entry, from 1 */

/* The entry: a JournalEntry of proto/voucher/v1/journal.proto. Valid as long as the receipt, as is
 * the checkpoint. */
const uint8_t *voucher_receipt_entry(const struct voucher_receipt *receipt, size_t *ret_bytes);
const struct voucher_checkpoint *voucher_receipt_checkpoint(const struct voucher_receipt *receipt);

#ifdef __cplusplus
}
#endif

#endif
