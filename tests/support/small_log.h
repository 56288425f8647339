/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small log for tests of proofs: entries "entry 0", "entry 1", …, their tree, checkpoints and
 * receipts. Its Ed25519 keys are always the same, so the same log signs the same texts.
 */
#ifndef TESTS_SUPPORT_SMALL_LOG_H
#define TESTS_SUPPORT_SMALL_LOG_H

#include "record/checkpoint.h"
#include "record/proof.h"

enum { SMALL_LOG_ENTRIES = 200 };

#define SMALL_LOG_ORIGIN  "voucherd.example/test"
#define SMALL_LOG_WITNESS "witness.example/w1"

struct small_log {
	struct digest *digest;
	struct note_signer *signer, *witness;
	uint8_t leaves[SMALL_LOG_ENTRIES][DIGEST_BYTES];
	struct proof_source source;
};

/* `hash`: "SHA256" or "SM3". */
void small_log_init(struct small_log *log, const char *hash);
void small_log_done(struct small_log *log);

/* What entry `index` consists of. Returns how many bytes. */
size_t small_log_entry(uint64_t index, char ret_entry[32]);

/* Another signer of the same kind, under this name, whose key is made from `seed`. */
struct note_signer *small_log_signer(enum note_type type, const char *name, uint8_t seed);

void small_log_checkpoint(
    const struct small_log *log, uint64_t size, struct checkpoint *checkpoint);

/* Appends the checkpoint of this size, signed by the log and `cosigner` (NULL: nobody, or one
 * who signs at `time_s`). */
void small_log_note(const struct small_log *log, uint64_t size, const struct note_signer *cosigner,
    uint64_t time_s, struct buffer *note);

/* Appends the receipt of an entry in the tree that `note` is the checkpoint of. */
void small_log_receipt(const struct small_log *log, uint64_t index, uint64_t size,
    const struct buffer *note, struct buffer *text);

#endif
