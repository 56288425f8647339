/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files for verified.py, and what libvoucher says of others:
 *
 *	proof_files make HASH DIRECTORY    a small log's (tests/support/small_log.h) keys, checkpoints,
 *	                                   receipts and proofs
 *	proof_files check HASH KEY…        "checkpoint FILE" and "receipt FILE" from standard input, one
 *	                                   a line: prints the verdict (include/voucher/verify.h) of
 *	                                   each, one witness wanted
 */
#include "base/check.h"
#include "record/json.h"
#include "record/receipt.h"
#include "support/small_log.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucher/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t sizes[] = { 1, 2, 7, 64, 65, 150, SMALL_LOG_ENTRIES };

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]), TIME_S = 1700000000 };

static const char *directory;

static void write_file(const char *name, const void *data, size_t bytes) {
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "wb");
	check(file && fwrite(data, 1, bytes, file) == bytes && fclose(file) == 0);
}

static void write_buffer(const char *name, struct buffer *buffer) {
	check(!buffer_error(buffer));
	write_file(name, buffer->data, buffer->bytes);
	buffer_clear(buffer);
}

static void write_key(const char *name, const struct note_signer *signer) {
	char text[NOTE_VKEY_BYTES_MAX];
	note_key_format(note_signer_key(signer), text);
	write_file(name, text, strlen(text));
}

/* --- proofs, as the daemon's routes write them --- */

enum { ROOM = PROOF_HASHES_MAX + 3 };

struct hashes {
	size_t count;
	Pb__Digest digests[ROOM];
	Pb__Digest *all[ROOM];
};

static Pb__Digest *add_hash(struct hashes *hashes, const uint8_t *hash) {
	Pb__Digest *digest = &hashes->digests[hashes->count++];
	*digest = (Pb__Digest)PB__DIGEST__INIT;
	digest->value = (ProtobufCBinaryData){ DIGEST_BYTES, (uint8_t *)hash };
	return digest;
}

static void add_proof(struct hashes *hashes, const struct proof *proof) {
	for (size_t i = 0; i < proof->count; i++)
		hashes->all[i] = add_hash(hashes, proof->hashes[i]);
}

static void write_inclusion(const struct small_log *log, uint64_t index, uint64_t size) {
	Pb__InclusionProof message = PB__INCLUSION_PROOF__INIT;
	struct hashes hashes = { .count = 0 };
	struct checkpoint checkpoint;
	struct proof proof;
	struct buffer json;
	char name[64];
	small_log_checkpoint(log, size, &checkpoint);
	check(!proof_inclusion(&log->source, log->digest, index, size, &proof));
	add_proof(&hashes, &proof);
	message.seq = index + 1;
	message.index = index;
	message.size = size;
	message.leaf = add_hash(&hashes, log->leaves[index]);
	message.root = add_hash(&hashes, checkpoint.root);
	message.n_hashes = proof.count;
	message.hashes = hashes.all;
	buffer_init(&json, 0);
	json_encode(&message.base, JSON_PRETTY, &json);
	snprintf(name, sizeof(name), "inclusion-%u-%u", (unsigned)index, (unsigned)size);
	write_buffer(name, &json);
	buffer_done(&json);
}

static void write_consistency(const struct small_log *log, uint64_t from, uint64_t to) {
	Pb__ConsistencyProof message = PB__CONSISTENCY_PROOF__INIT;
	struct hashes hashes = { .count = 0 };
	struct checkpoint old, new;
	struct proof proof;
	struct buffer json;
	char name[64];
	small_log_checkpoint(log, from, &old);
	small_log_checkpoint(log, to, &new);
	check(!proof_consistency(&log->source, log->digest, from, to, &proof));
	add_proof(&hashes, &proof);
	message.from = from;
	message.to = to;
	message.from_root = add_hash(&hashes, old.root);
	message.to_root = add_hash(&hashes, new.root);
	message.n_hashes = proof.count;
	message.hashes = hashes.all;
	buffer_init(&json, 0);
	json_encode(&message.base, JSON_PRETTY, &json);
	snprintf(name, sizeof(name), "consistency-%u-%u", (unsigned)from, (unsigned)to);
	write_buffer(name, &json);
	buffer_done(&json);
}

/* --- the rest --- */

static void write_size(const struct small_log *log, uint64_t size) {
	const uint64_t indices[] = { 0, size / 2, size - 1 };
	struct buffer note, text;
	char name[64];
	buffer_init(&note, 0);
	buffer_init(&text, 0);
	small_log_note(log, size, log->witness, TIME_S, &note);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "receipt-%u-%u", (unsigned)indices[i], (unsigned)size);
		small_log_receipt(log, indices[i], size, &note, &text);
		write_buffer(name, &text);
		write_inclusion(log, indices[i], size);
	}
	snprintf(name, sizeof(name), "checkpoint-%u", (unsigned)size);
	write_buffer(name, &note);
	for (size_t i = 0; i < SIZES; i++)
		if (sizes[i] <= size)
			write_consistency(log, sizes[i], size);
	buffer_done(&note);
	buffer_done(&text);
}

/* The largest tree, signed with SM2 alone. */
static void write_sm2(const struct small_log *log) {
	struct note_signer *signer;
	struct checkpoint checkpoint;
	struct buffer note;
	buffer_init(&note, 0);
	check(!note_signer_generate(NOTE_SM2, SMALL_LOG_ORIGIN, &signer));
	const struct note_signer *signers[] = { signer };
	small_log_checkpoint(log, SMALL_LOG_ENTRIES, &checkpoint);
	check(!checkpoint_sign(&checkpoint, signers, 1, &note));
	write_buffer("checkpoint-sm2", &note);
	write_key("key-sm2", signer);
	note_signer_free(signer);
	buffer_done(&note);
}

static int make(const char *hash) {
	static struct small_log log;
	small_log_init(&log, hash);
	write_key("key", log.signer);
	write_key("witness", log.witness);
	for (size_t i = 0; i < SIZES; i++)
		write_size(&log, sizes[i]);
	write_sm2(&log);
	small_log_done(&log);
	return 0;
}

static int verdict_of(const struct voucher_trust *trust, const char *kind, const char *path) {
	static char text[1 << 20];
	struct voucher_receipt *receipt = NULL;
	struct voucher_checkpoint *checkpoint = NULL;
	enum voucher_verdict verdict;
	FILE *file = fopen(path, "rb");
	check(file);
	size_t bytes = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (strcmp(kind, "receipt") == 0)
		verdict = voucher_receipt_check(trust, text, bytes, &receipt);
	else
		verdict = voucher_checkpoint_check(trust, text, bytes, &checkpoint);
	voucher_receipt_free(receipt);
	voucher_checkpoint_free(checkpoint);
	return verdict;
}

static int check_files(const char *hash, char **keys) {
	struct voucher_trust *trust;
	char kind[16], path[4000];
	check(voucher_trust_new(hash, &trust) == VOUCHER_OK);
	for (; *keys; keys++)
		check(voucher_trust_add(trust, *keys, NULL) == VOUCHER_OK);
	voucher_trust_want_witnesses(trust, 1);
	while (scanf("%15s %3999s", kind, path) == 2)
		printf("%d\n", verdict_of(trust, kind, path));
	voucher_trust_free(trust);
	return 0;
}

int main(int argc, char **argv) {
	if (argc == 4 && strcmp(argv[1], "make") == 0) {
		directory = argv[3];
		return make(argv[2]);
	}
	if (argc > 3 && strcmp(argv[1], "check") == 0)
		return check_files(argv[2], argv + 3);
	fprintf(stderr, "usage: proof_files make HASH DIRECTORY | check HASH KEY…\n");
	return 2;
}
