/* SPDX-License-Identifier: Apache-2.0 */
#include "support/small_log.h"

#include "base/base64.h"
#include "base/check.h"
#include "record/receipt.h"

#include <stdio.h>
#include <string.h>

/* Level 0 alone: the tree has less than 256 leaves. */
static enum err read_leaves(
    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	struct small_log *log = context;
	check(level == 0 && first + count <= SMALL_LOG_ENTRIES);
	memcpy(ret_hashes, log->leaves[first], (size_t)count * DIGEST_BYTES);
	return ERR_OK;
}

size_t small_log_entry(uint64_t index, char ret_entry[32]) {
	return (size_t)snprintf(ret_entry, 32, "entry %u", (unsigned)index);
}

struct note_signer *small_log_signer(enum note_type type, const char *name, uint8_t seed) {
	/* RFC 8410, section 7: what stands before the 32 bytes of an Ed25519 key in PKCS #8. */
	uint8_t der[48] = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
	char text[BASE64_TEXT_BYTES(sizeof(der))], pem[160];
	struct note_signer *signer;
	memset(der + 16, seed, 32);
	base64_encode(der, sizeof(der), text);
	int bytes = snprintf(
	    pem, sizeof(pem), "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", text);
	check(!note_signer_read(type, name, pem, (size_t)bytes, &signer));
	return signer;
}

void small_log_init(struct small_log *log, const char *hash) {
	char entry[32];
	memset(log, 0, sizeof(*log));
	check(!digest_new(hash, &log->digest));
	log->signer = small_log_signer(NOTE_ED25519, SMALL_LOG_ORIGIN, 1);
	log->witness = small_log_signer(NOTE_COSIGNATURE, SMALL_LOG_WITNESS, 2);
	for (uint64_t i = 0; i < SMALL_LOG_ENTRIES; i++)
		merkle_leaf(log->digest, entry, small_log_entry(i, entry), log->leaves[i]);
	log->source = (struct proof_source){ .read = read_leaves, .context = log, .step = 8 };
}

void small_log_done(struct small_log *log) {
	note_signer_free(log->signer);
	note_signer_free(log->witness);
	digest_free(log->digest);
}

void small_log_checkpoint(
    const struct small_log *log, uint64_t size, struct checkpoint *checkpoint) {
	*checkpoint = (struct checkpoint){ .origin = SMALL_LOG_ORIGIN, .size = size };
	check(!proof_root(&log->source, log->digest, size, checkpoint->root));
}

void small_log_note(const struct small_log *log, uint64_t size, const struct note_signer *cosigner,
    uint64_t time_s, struct buffer *note) {
	const struct note_signer *signers[] = { log->signer, cosigner };
	struct checkpoint checkpoint;
	struct buffer text;
	small_log_checkpoint(log, size, &checkpoint);
	buffer_init(&text, 0);
	checkpoint_format(&checkpoint, &text);
	check(!note_sign(text.data, text.bytes, signers, cosigner ? 2 : 1, time_s, note));
	buffer_done(&text);
}

void small_log_receipt(const struct small_log *log, uint64_t index, uint64_t size,
    const struct buffer *note, struct buffer *text) {
	char entry[32];
	struct receipt receipt = {
		.entry = (const uint8_t *)entry,
		.entry_bytes = small_log_entry(index, entry),
		.index = index,
		.note = note->data,
		.note_bytes = note->bytes,
	};
	check(!proof_inclusion(&log->source, log->digest, index, size, &receipt.proof));
	receipt_format(&receipt, text);
	check(!buffer_error(text));
}
