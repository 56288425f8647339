/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that claim to be what proves an entry: a note, a checkpoint, a receipt, a request to a
 * witness, a verifier key, the path of a tile. Each has one spelling, so what is taken is written
 * again as the same bytes; and what verifies is what the small log (tests/support/small_log.h) has
 * signed. After a "P" come a place, two sizes and hashes: the checks of proofs decide as the
 * definitions of RFC 9162 do.
 */
#include "base/check.h"
#include "record/receipt.h"
#include "record/tile.h"
#include "record/witness_request.h"
#include "support/small_log.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static struct small_log *the_log(void) {
	static struct small_log log;
	if (!log.digest)
		small_log_init(&log, "SHA256");
	return &log;
}

static void check_same(struct buffer *again, const char *text, size_t bytes) {
	check(!buffer_error(again));
	check(again->bytes == bytes && memcmp(again->data, text, bytes) == 0);
	buffer_done(again);
}

/* A root that the log has signed: of the size that it says. */
static void check_ours(const struct checkpoint *checkpoint) {
	struct checkpoint ours;
	check(checkpoint->size <= SMALL_LOG_ENTRIES);
	small_log_checkpoint(the_log(), checkpoint->size, &ours);
	check(strcmp(ours.origin, checkpoint->origin) == 0);
	check(memcmp(ours.root, checkpoint->root, DIGEST_BYTES) == 0);
}

static void try_note(const char *text, size_t bytes) {
	const struct checkpoint_trust trust = { SMALL_LOG_ORIGIN, note_signer_key(the_log()->signer),
		1 };
	struct checkpoint checkpoint;
	struct note note;
	struct buffer again;
	if (!note_parse(text, bytes, &note)) {
		buffer_init(&again, 0);
		buffer_append(&again, note.text, note.text_bytes);
		buffer_append_char(&again, '\n');
		buffer_append(&again, note.lines, note.lines_bytes);
		check_same(&again, text, bytes);
	}
	if (!checkpoint_open(&trust, text, bytes, &checkpoint, NULL))
		check_ours(&checkpoint);
	if (checkpoint_parse(text, bytes, &checkpoint))
		return;
	buffer_init(&again, 0);
	checkpoint_format(&checkpoint, &again);
	check_same(&again, text, again.bytes); /* extensions may follow */
}

static void check_receipt(const struct receipt *receipt) {
	const struct checkpoint_trust trust = { SMALL_LOG_ORIGIN, note_signer_key(the_log()->signer),
		1 };
	struct checkpoint checkpoint;
	char entry[32];
	if (receipt_verify(receipt, the_log()->digest, &trust, &checkpoint, NULL))
		return;
	check_ours(&checkpoint);
	check(receipt->index < checkpoint.size);
	check(small_log_entry(receipt->index, entry) == receipt->entry_bytes);
	check(memcmp(receipt->entry, entry, receipt->entry_bytes) == 0);
}

static void try_receipt(const char *text, size_t bytes) {
	struct receipt receipt;
	struct buffer again;
	struct arena arena;
	arena_init(&arena, 1 << 20);
	if (!receipt_parse(text, bytes, &arena, &receipt)) {
		buffer_init(&again, 0);
		receipt_format(&receipt, &again);
		check_same(&again, text, bytes);
		check_receipt(&receipt);
	}
	arena_done(&arena);
}

static void try_request(const char *text, size_t bytes) {
	struct witness_request request;
	struct buffer again;
	uint64_t size;
	if (!witness_request_parse(text, bytes, &request)) {
		buffer_init(&again, 0);
		witness_request_format(&request, &again);
		check_same(&again, text, bytes);
	}
	if (!witness_size_parse(text, bytes, &size)) {
		buffer_init(&again, 0);
		buffer_append_u64(&again, size);
		buffer_append_char(&again, '\n');
		check_same(&again, text, bytes);
	}
}

static void try_words(const char *text, size_t bytes) {
	struct tile tile;
	struct note_key key;
	char path[TILE_PATH_BYTES], vkey[NOTE_VKEY_BYTES_MAX];
	if (!tile_parse(text, bytes, &tile)) {
		tile_format(&tile, path);
		check(strlen(path) == bytes && memcmp(path, text, bytes) == 0);
	}
	if (!note_key_parse(text, bytes, &key)) {
		note_key_format(&key, vkey);
		check(strlen(vkey) == bytes && memcmp(vkey, text, bytes) == 0);
	}
}

/* --- proofs by their definitions --- */

static uint64_t half_of(uint64_t size) {
	uint64_t half = 1;
	while (half < size - half)
		half *= 2;
	return half;
}

/* The root that PATH (2.1.3.1) of `count` hashes leads to. False: no path has so many. */
static bool path_root(const struct proof *proof, size_t count, uint64_t index, uint64_t size,
    uint8_t hash[DIGEST_BYTES]) {
	if (size == 1)
		return count == 0;
	if (!count)
		return false;
	uint64_t half = half_of(size);
	const uint8_t *last = proof->hashes[count - 1];
	bool is_left = index < half;
	if (!path_root(
	        proof, count - 1, is_left ? index : index - half, is_left ? half : size - half, hash))
		return false;
	if (is_left)
		merkle_node(the_log()->digest, hash, last, hash);
	else
		merkle_node(the_log()->digest, last, hash, hash);
	return true;
}

/* The roots that SUBPROOF (2.1.4.1) leads to; `old` holds the old root where it may be left out. */
static bool both_roots(const struct proof *proof, size_t count, uint64_t from, uint64_t to,
    uint8_t roots[2][DIGEST_BYTES]) {
	const uint8_t *last = count ? proof->hashes[count - 1] : NULL;
	if (from == to) {
		if (count == 1) {
			memcpy(roots[0], last, DIGEST_BYTES);
			memcpy(roots[1], last, DIGEST_BYTES);
		}
		return count <= 1;
	}
	if (!count)
		return false;
	uint64_t half = half_of(to);
	bool is_left = from <= half;
	if (!both_roots(
	        proof, count - 1, is_left ? from : from - half, is_left ? half : to - half, roots))
		return false;
	if (is_left) {
		merkle_node(the_log()->digest, roots[1], last, roots[1]);
	} else {
		merkle_node(the_log()->digest, last, roots[0], roots[0]);
		merkle_node(the_log()->digest, last, roots[1], roots[1]);
	}
	return true;
}

/* How many hashes a proof of consistency has (0 < from < to). */
static size_t consistency_count(uint64_t from, uint64_t to) {
	size_t count = 0;
	bool is_whole = true;
	while (from != to) {
		uint64_t half = half_of(to);
		is_whole = is_whole && from <= half;
		to = from <= half ? half : to - half;
		from = from <= half ? from : from - half;
		count++;
	}
	return count + !is_whole;
}

static uint64_t take_u64(const uint8_t *data) {
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | data[i];
	return value;
}

/* The root is what the proof leads to: then it must hold, and with a bit of it changed not. */
static void try_inclusion(const struct proof *proof, uint64_t index, uint64_t size) {
	uint8_t leaf[DIGEST_BYTES] = { 7 }, root[DIGEST_BYTES] = { 7 };
	bool is_path = index < size && size <= PROOF_SIZE_MAX &&
	    path_root(proof, proof->count, index, size, root);
	struct digest *digest = the_log()->digest;
	check(proof_is_included(proof, digest, index, leaf, size, root) == is_path);
	root[index % DIGEST_BYTES] ^= 1;
	check(!proof_is_included(proof, digest, index, leaf, size, root));
}

static void try_consistency(const struct proof *proof, uint64_t from, uint64_t to) {
	uint8_t roots[2][DIGEST_BYTES] = { { 7 }, { 7 } };
	struct digest *digest = the_log()->digest;
	if (!from || from >= to || to > PROOF_SIZE_MAX) {
		check(!proof_is_consistent(proof, digest, from, roots[0], to, roots[1]) ||
		    (from == to && !proof->count && to <= PROOF_SIZE_MAX));
		return;
	}
	bool is_proof = proof->count == consistency_count(from, to) &&
	    both_roots(proof, proof->count, from, to, roots);
	check(proof_is_consistent(proof, digest, from, roots[0], to, roots[1]) == is_proof);
	roots[1][from % DIGEST_BYTES] ^= 1;
	check(!proof_is_consistent(proof, digest, from, roots[0], to, roots[1]));
}

static void try_proof(const uint8_t *data, size_t bytes) {
	static struct proof proof;
	if (bytes < 16)
		return;
	proof.count = (bytes - 16) / DIGEST_BYTES;
	if (proof.count > PROOF_HASHES_MAX)
		proof.count = PROOF_HASHES_MAX;
	memcpy(proof.hashes, data + 16, proof.count * DIGEST_BYTES);
	try_inclusion(&proof, take_u64(data), take_u64(data + 8));
	try_consistency(&proof, take_u64(data), take_u64(data + 8));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	const char *text = (const char *)data;
	if (bytes && data[0] == 'P')
		try_proof(data + 1, bytes - 1);
	try_note(text, bytes);
	try_receipt(text, bytes);
	try_request(text, bytes);
	try_words(text, bytes);
	return 0;
}
