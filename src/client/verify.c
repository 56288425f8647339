/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher/verify.h"

#include "client/trust.h"
#include "record/checkpoint.h"
#include "record/receipt.h"

#include <stdlib.h>
#include <string.h>

struct voucher_checkpoint {
	struct checkpoint checkpoint;
	unsigned witnesses;
	uint64_t witnessed_at_s;
};

struct voucher_receipt {
	struct voucher_checkpoint checkpoint;
	uint64_t seq;
	size_t entry_bytes;
	uint8_t entry[];
};

/* In order of their numbers, from 0. */
static const struct {
	const char *text, *text_zh;
} verdicts[] = {
	{ "Valid.", "有效。" },
	{ "This is no such document, or it was cut short or changed: ask for it again.",
	    "这不是该种凭证，或者已被截断、改动：请重新获取。" },
	{ "This is of another ledger: its origin is not the one of the key that is trusted.",
	    "这属于另一本账：其来源（origin）与所信任的公钥不符。" },
	{ "The ledger has not signed this: none of its signatures is by a key that is known.",
	    "未见本账的签名：其中没有任何一个签名出自已知的公钥。" },
	{ "A signature is wrong: this was changed after it was signed, or it is a forgery.",
	    "签名不符：内容在签名后被改动，或属伪造。" },
	{ "Too few of the witnesses have signed this: ask for a newer one.",
	    "见证方的签名不足：请获取更新的一份。" },
	{ "The entry is not shown to be in the ledger: entry, place and proof do not fit together.",
	    "不能证明该条目在账上：条目、位置与证明互不吻合。" },
	{ "It is not shown that the later books continue the earlier ones: keep both and ask why.",
	    "不能证明后一本账延续前一本账：请保留两份凭证并追查原因。" },
};

const char *voucher_verdict_text(enum voucher_verdict verdict) {
	size_t count = sizeof(verdicts) / sizeof(verdicts[0]);
	if (verdict >= 0 && (size_t)verdict < count)
		return verdicts[verdict].text;
	return "Not decided: out of memory.";
}

const char *voucher_verdict_text_zh(enum voucher_verdict verdict) {
	size_t count = sizeof(verdicts) / sizeof(verdicts[0]);
	if (verdict >= 0 && (size_t)verdict < count)
		return verdicts[verdict].text_zh;
	return "内存不足，未能判定。";
}

/* Of what record/checkpoint.h and record/receipt.h say. */
static enum voucher_verdict verdict_of(enum err err) {
	switch (err) {
	case ERR_OK: return VOUCHER_VALID;
	case ERR_CONFIG: return VOUCHER_OTHER_LEDGER;
	case ERR_NOT_FOUND: return VOUCHER_UNSIGNED;
	case ERR_DENIED: return VOUCHER_FORGED;
	case ERR_CORRUPT: return VOUCHER_UNPROVED;
	case ERR_MEMORY: return VOUCHER_UNDECIDED;
	default: return VOUCHER_MALFORMED;
	}
}

static enum voucher_verdict check_witnesses(const struct voucher_trust *trust,
    const struct note *note, struct voucher_checkpoint *checkpoint) {
	checkpoint->witnesses = 0;
	checkpoint->witnessed_at_s = 0;
	for (size_t i = 0; i < trust->witnesses.count; i++) {
		uint64_t time_s;
		enum err err = note_verify_key(note, &trust->witnesses.keys[i], &time_s);
		if (err == ERR_NOT_FOUND)
			continue;
		if (err)
			return verdict_of(err);
		checkpoint->witnesses++;
		if (time_s > checkpoint->witnessed_at_s)
			checkpoint->witnessed_at_s = time_s;
	}
	return checkpoint->witnesses < trust->witnesses_wanted ? VOUCHER_UNWITNESSED : VOUCHER_VALID;
}

static struct checkpoint_trust trust_of(const struct voucher_trust *trust) {
	return (struct checkpoint_trust){
		.origin = trust->ledger.count ? trust->ledger.keys[0].name : "",
		.keys = trust->ledger.keys,
		.count = trust->ledger.count,
	};
}

static enum voucher_verdict check_note(const struct voucher_trust *trust, const char *text,
    size_t bytes, struct voucher_checkpoint *checkpoint) {
	const struct checkpoint_trust whom = trust_of(trust);
	struct note note;
	if (!whom.count)
		return VOUCHER_UNSIGNED;
	enum err err = checkpoint_open(&whom, text, bytes, &checkpoint->checkpoint, &note);
	return err ? verdict_of(err) : check_witnesses(trust, &note, checkpoint);
}

enum voucher_verdict voucher_checkpoint_check(const struct voucher_trust *trust, const char *text,
    size_t bytes, struct voucher_checkpoint **ret_checkpoint) {
	struct voucher_checkpoint *checkpoint = malloc(sizeof(*checkpoint));
	if (!checkpoint)
		return VOUCHER_UNDECIDED;
	enum voucher_verdict verdict = check_note(trust, text, bytes, checkpoint);
	if (verdict == VOUCHER_VALID)
		*ret_checkpoint = checkpoint;
	else
		free(checkpoint);
	return verdict;
}

void voucher_checkpoint_free(struct voucher_checkpoint *checkpoint) {
	free(checkpoint);
}

const char *voucher_checkpoint_origin(const struct voucher_checkpoint *checkpoint) {
	return checkpoint->checkpoint.origin;
}

uint64_t voucher_checkpoint_size(const struct voucher_checkpoint *checkpoint) {
	return checkpoint->checkpoint.size;
}

const uint8_t *voucher_checkpoint_root(const struct voucher_checkpoint *checkpoint) {
	return checkpoint->checkpoint.root;
}

unsigned voucher_checkpoint_witnesses(const struct voucher_checkpoint *checkpoint) {
	return checkpoint->witnesses;
}

uint64_t voucher_checkpoint_witnessed_at(const struct voucher_checkpoint *checkpoint) {
	return checkpoint->witnessed_at_s;
}

/* False: these bytes are no hashes, or more than a proof has. */
static bool take_proof(const uint8_t *hashes, size_t bytes, struct proof *ret_proof) {
	if (bytes % DIGEST_BYTES || bytes > sizeof(ret_proof->hashes))
		return false;
	ret_proof->count = bytes / DIGEST_BYTES;
	if (bytes)
		memcpy(ret_proof->hashes, hashes, bytes);
	return true;
}

enum voucher_verdict voucher_checkpoint_includes(const struct voucher_trust *trust,
    const struct voucher_checkpoint *checkpoint, uint64_t seq, const void *entry,
    size_t entry_bytes, const uint8_t *proof, size_t proof_bytes) {
	const struct checkpoint *tree = &checkpoint->checkpoint;
	struct proof hashes;
	struct digest *digest;
	uint8_t leaf[DIGEST_BYTES];
	if (!take_proof(proof, proof_bytes, &hashes))
		return VOUCHER_MALFORMED;
	if (digest_new(trust->hash, &digest))
		return VOUCHER_UNDECIDED;
	merkle_leaf(digest, entry, entry_bytes, leaf);
	bool is_included = seq &&
	    proof_is_included(&hashes, digest, seq - 1, leaf, tree->size, tree->root);
	digest_free(digest);
	return is_included ? VOUCHER_VALID : VOUCHER_UNPROVED;
}

enum voucher_verdict voucher_checkpoint_extends(const struct voucher_trust *trust,
    const struct voucher_checkpoint *earlier, const struct voucher_checkpoint *later,
    const uint8_t *proof, size_t proof_bytes) {
	const struct checkpoint *from = &earlier->checkpoint, *to = &later->checkpoint;
	struct proof hashes;
	struct digest *digest;
	if (!take_proof(proof, proof_bytes, &hashes))
		return VOUCHER_MALFORMED;
	if (strcmp(from->origin, to->origin) != 0)
		return VOUCHER_OTHER_LEDGER;
	if (digest_new(trust->hash, &digest))
		return VOUCHER_UNDECIDED;
	bool is_consistent = proof_is_consistent(
	    &hashes, digest, from->size, from->root, to->size, to->root);
	digest_free(digest);
	return is_consistent ? VOUCHER_VALID : VOUCHER_INCONSISTENT;
}

/* Fills `receipt`, which has room for the entry of `parsed`. */
static enum voucher_verdict check_receipt(const struct voucher_trust *trust,
    const struct receipt *parsed, struct voucher_receipt *receipt) {
	const struct checkpoint_trust whom = trust_of(trust);
	struct note note;
	struct digest *digest;
	if (!whom.count)
		return VOUCHER_UNSIGNED;
	if (digest_new(trust->hash, &digest))
		return VOUCHER_UNDECIDED;
	enum err err = receipt_verify(parsed, digest, &whom, &receipt->checkpoint.checkpoint, &note);
	digest_free(digest);
	if (err)
		return verdict_of(err);
	receipt->seq = parsed->index + 1;
	receipt->entry_bytes = parsed->entry_bytes;
	memcpy(receipt->entry, parsed->entry, parsed->entry_bytes);
	return check_witnesses(trust, &note, &receipt->checkpoint);
}

enum voucher_verdict voucher_receipt_check(const struct voucher_trust *trust, const char *text,
    size_t bytes, struct voucher_receipt **ret_receipt) {
	struct voucher_receipt *receipt = NULL;
	enum voucher_verdict verdict = VOUCHER_UNDECIDED;
	struct receipt parsed;
	struct arena arena;
	arena_init(&arena, 2 * LIMIT_RECEIPT_BYTES);
	enum err err = receipt_parse(text, bytes, &arena, &parsed);
	if (err)
		verdict = verdict_of(err);
	else if ((receipt = malloc(sizeof(*receipt) + parsed.entry_bytes)))
		verdict = check_receipt(trust, &parsed, receipt);
	arena_done(&arena);
	if (verdict == VOUCHER_VALID)
		*ret_receipt = receipt;
	else
		free(receipt);
	return verdict;
}

void voucher_receipt_free(struct voucher_receipt *receipt) {
	free(receipt);
}

uint64_t voucher_receipt_seq(const struct voucher_receipt *receipt) {
	return receipt->seq;
}

const uint8_t *voucher_receipt_entry(const struct voucher_receipt *receipt, size_t *ret_bytes) {
	*ret_bytes = receipt->entry_bytes;
	return receipt->entry;
}

const struct voucher_checkpoint *voucher_receipt_checkpoint(const struct voucher_receipt *receipt) {
	return &receipt->checkpoint;
}
