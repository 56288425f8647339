/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher/verify.h"

#include "support/small_log.h"
#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SIZE = 150, INDEX = 77 };

/* A log, who trusts it, its checkpoint and a receipt of it. */
struct world {
	struct small_log log;
	struct voucher_trust *trust;
	struct buffer note, receipt;
};

static void add_key(struct voucher_trust *trust, const struct note_signer *signer) {
	char text[NOTE_VKEY_BYTES_MAX];
	const char *detail = "";
	note_key_format(note_signer_key(signer), text);
	ck_assert_msg(voucher_trust_add(trust, text, &detail) == VOUCHER_OK, "%s", detail);
}

static void world_init(struct world *world, const char *hash) {
	small_log_init(&world->log, hash);
	buffer_init(&world->note, 0);
	buffer_init(&world->receipt, 0);
	ck_assert_int_eq(voucher_trust_new(hash, &world->trust), VOUCHER_OK);
	add_key(world->trust, world->log.signer);
	small_log_note(&world->log, SIZE, world->log.witness, 1700000000, &world->note);
	small_log_receipt(&world->log, INDEX, SIZE, &world->note, &world->receipt);
}

static void world_done(struct world *world) {
	small_log_done(&world->log);
	voucher_trust_free(world->trust);
	buffer_done(&world->note);
	buffer_done(&world->receipt);
}

static enum voucher_verdict check_receipt(
    const struct voucher_trust *trust, const char *text, size_t bytes) {
	struct voucher_receipt *receipt = NULL;
	enum voucher_verdict verdict = voucher_receipt_check(trust, text, bytes, &receipt);
	ck_assert(!receipt == (verdict != VOUCHER_VALID));
	voucher_receipt_free(receipt);
	return verdict;
}

static enum voucher_verdict check_note(
    const struct voucher_trust *trust, const struct buffer *note) {
	struct voucher_checkpoint *checkpoint = NULL;
	enum voucher_verdict verdict = voucher_checkpoint_check(
	    trust, note->data, note->bytes, &checkpoint);
	ck_assert(!checkpoint == (verdict != VOUCHER_VALID));
	voucher_checkpoint_free(checkpoint);
	return verdict;
}

START_TEST(a_receipt_says_what_is_in_the_books) {
	static const char *const hashes[] = { "SHA256", "SM3" };
	for (size_t i = 0; i < COUNT(hashes); i++) {
		struct world world;
		struct voucher_receipt *receipt = NULL;
		size_t bytes = 0;
		world_init(&world, hashes[i]);
		ck_assert_int_eq(
		    voucher_receipt_check(world.trust, world.receipt.data, world.receipt.bytes, &receipt),
		    VOUCHER_VALID);
		ck_assert_uint_eq(voucher_receipt_seq(receipt), INDEX + 1);
		const uint8_t *entry = voucher_receipt_entry(receipt, &bytes);
		ck_assert_uint_eq(bytes, 8);
		ck_assert_mem_eq(entry, "entry 77", 8);
		const struct voucher_checkpoint *checkpoint = voucher_receipt_checkpoint(receipt);
		ck_assert_str_eq(voucher_checkpoint_origin(checkpoint), SMALL_LOG_ORIGIN);
		ck_assert_uint_eq(voucher_checkpoint_size(checkpoint), SIZE);
		ck_assert_uint_eq(voucher_checkpoint_witnesses(checkpoint), 0);
		struct checkpoint wanted;
		small_log_checkpoint(&world.log, SIZE, &wanted);
		ck_assert_mem_eq(voucher_checkpoint_root(checkpoint), wanted.root, DIGEST_BYTES);
		voucher_receipt_free(receipt);
		world_done(&world);
	}
}
END_TEST

/* A proof of the one hash does not hold under the other. */
START_TEST(a_ledger_by_sm3_is_not_taken_for_one_by_sha256) {
	struct world world;
	struct voucher_trust *trust = NULL;
	world_init(&world, "SM3");
	ck_assert_int_eq(voucher_trust_new(NULL, &trust), VOUCHER_OK);
	add_key(trust, world.log.signer);
	ck_assert_int_eq(
	    check_receipt(trust, world.receipt.data, world.receipt.bytes), VOUCHER_UNPROVED);
	voucher_trust_free(trust);
	world_done(&world);
}
END_TEST

/* The text with `from` replaced by `to`. */
static void replace(
    const struct buffer *text, const char *from, const char *to, struct buffer *ret_text) {
	struct buffer copy;
	buffer_init(&copy, 0);
	buffer_append(&copy, text->data, text->bytes);
	const char *start = buffer_string(&copy), *at = strstr(start, from);
	ck_assert_msg(at, "%s", from);
	buffer_clear(ret_text);
	buffer_append(ret_text, start, (size_t)(at - start));
	buffer_append_text(ret_text, to);
	buffer_append_text(ret_text, at + strlen(from));
	buffer_done(&copy);
}

START_TEST(every_way_to_be_wrong_has_its_verdict) {
	static const struct {
		const char *from, *to;
		enum voucher_verdict wanted;
	} cases[] = {
		{ "tlog-proof@v1", "tlog-proof@v2", VOUCHER_MALFORMED },
		{ "index 77\n", "index 077\n", VOUCHER_MALFORMED },
		{ "index 77\n", "index 76\n", VOUCHER_UNPROVED },
		{ "index 77\n", "index 150\n", VOUCHER_UNPROVED },
		{ "extra ZW50cnkgNzc=", "extra ZW50cnkgNzg=", VOUCHER_UNPROVED },
		{ "extra ZW50cnkgNzc=\n", "", VOUCHER_UNPROVED },
		{ "\n\nvoucherd.example/test\n", "\n\nvoucherd.example/tesu\n", VOUCHER_OTHER_LEDGER },
		{ "\n150\n", "\n151\n", VOUCHER_FORGED },
		{ "— voucherd.example/test ", "— voucherd.example/tesu ", VOUCHER_UNSIGNED },
		{ "— voucherd.example/test ", "- voucherd.example/test ", VOUCHER_MALFORMED },
	};
	struct world world;
	struct buffer text;
	world_init(&world, "SHA256");
	buffer_init(&text, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		replace(&world.receipt, cases[i].from, cases[i].to, &text);
		enum voucher_verdict verdict = check_receipt(world.trust, text.data, text.bytes);
		ck_assert_msg(verdict == cases[i].wanted, "%s to %s: %s", cases[i].from, cases[i].to,
		    voucher_verdict_text(verdict));
	}
	buffer_done(&text);
	world_done(&world);
}
END_TEST

START_TEST(a_receipt_with_any_byte_changed_or_cut_is_not_valid) {
	struct world world;
	world_init(&world, "SHA256");
	add_key(world.trust, world.log.witness); /* so that its line counts too */
	voucher_trust_want_witnesses(world.trust, 1);
	char *text = world.receipt.data;
	size_t bytes = world.receipt.bytes;
	ck_assert_int_eq(check_receipt(world.trust, text, bytes), VOUCHER_VALID);
	for (size_t i = 0; i < bytes; i++) {
		text[i] ^= (char)(1 << i % 8);
		ck_assert_msg(check_receipt(world.trust, text, bytes) != VOUCHER_VALID, "byte %zu", i);
		text[i] ^= (char)(1 << i % 8);
		ck_assert_msg(check_receipt(world.trust, text, i) != VOUCHER_VALID, "cut at %zu", i);
	}
	world_done(&world);
}
END_TEST

START_TEST(witnesses_count_when_they_are_wanted) {
	struct world world;
	struct voucher_checkpoint *checkpoint = NULL;
	struct note_signer *second = small_log_signer(NOTE_COSIGNATURE, "witness.example/w2", 9);
	world_init(&world, "SHA256");
	voucher_trust_want_witnesses(world.trust, 1);
	ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_UNWITNESSED);
	add_key(world.trust, world.log.witness);
	ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_VALID);
	ck_assert_int_eq(
	    voucher_checkpoint_check(world.trust, world.note.data, world.note.bytes, &checkpoint),
	    VOUCHER_VALID);
	ck_assert_uint_eq(voucher_checkpoint_witnesses(checkpoint), 1);
	ck_assert_uint_eq(voucher_checkpoint_witnessed_at(checkpoint), 1700000000);
	voucher_checkpoint_free(checkpoint);
	voucher_trust_want_witnesses(world.trust, 2);
	add_key(world.trust, second);
	ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_UNWITNESSED);
	ck_assert_int_eq(
	    check_receipt(world.trust, world.receipt.data, world.receipt.bytes), VOUCHER_UNWITNESSED);
	buffer_clear(&world.note);
	small_log_note(&world.log, SIZE, second, 1700000009, &world.note);
	ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_UNWITNESSED);
	voucher_trust_want_witnesses(world.trust, 1);
	ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_VALID);
	note_signer_free(second);
	world_done(&world);
}
END_TEST

/* A witness alone is not the ledger. */
START_TEST(what_only_a_witness_has_signed_is_unsigned) {
	struct world world;
	struct voucher_trust *trust = NULL;
	world_init(&world, "SHA256");
	ck_assert_int_eq(voucher_trust_new("SHA256", &trust), VOUCHER_OK);
	ck_assert_int_eq(check_note(trust, &world.note), VOUCHER_UNSIGNED);
	add_key(trust, world.log.witness);
	ck_assert_int_eq(check_note(trust, &world.note), VOUCHER_UNSIGNED);
	ck_assert_int_eq(
	    check_receipt(trust, world.receipt.data, world.receipt.bytes), VOUCHER_UNSIGNED);
	voucher_trust_free(trust);
	world_done(&world);
}
END_TEST

START_TEST(after_a_change_of_keys_both_keys_are_the_ledgers) {
	struct world world;
	struct note_signer *next = small_log_signer(NOTE_ED25519, SMALL_LOG_ORIGIN, 3);
	struct note_signer *sm2 = NULL;
	ck_assert_int_eq(note_signer_generate(NOTE_SM2, SMALL_LOG_ORIGIN, &sm2), ERR_OK);
	world_init(&world, "SHA256");
	const struct note_signer *const signers[] = { next, sm2 };
	for (size_t i = 0; i < COUNT(signers); i++) {
		struct checkpoint checkpoint;
		buffer_clear(&world.note);
		small_log_checkpoint(&world.log, 9, &checkpoint);
		ck_assert_int_eq(checkpoint_sign(&checkpoint, &signers[i], 1, &world.note), ERR_OK);
		ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_UNSIGNED);
		add_key(world.trust, signers[i]);
		ck_assert_int_eq(check_note(world.trust, &world.note), VOUCHER_VALID);
	}
	note_signer_free(next);
	note_signer_free(sm2);
	world_done(&world);
}
END_TEST

START_TEST(keys_that_are_none_are_refused_in_words) {
	struct world world;
	struct note_signer *other = small_log_signer(NOTE_ED25519, "voucherd.example/other", 4);
	char ours[NOTE_VKEY_BYTES_MAX], theirs[NOTE_VKEY_BYTES_MAX], mistyped[NOTE_VKEY_BYTES_MAX];
	world_init(&world, "SHA256");
	note_key_format(note_signer_key(world.log.signer), ours);
	note_key_format(note_signer_key(other), theirs);
	memcpy(mistyped, theirs, sizeof(theirs));
	mistyped[3] = 'X';
	const struct {
		const char *key, *word;
	} cases[] = {
		{ "", "Not a verifier key" },
		{ "voucherd.example/test", "Not a verifier key" },
		{ mistyped, "mistyped" },
		{ "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "type" },
		{ ours, "there already" },
		{ theirs, "another ledger" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *detail = "";
		ck_assert_int_eq(voucher_trust_add(world.trust, cases[i].key, &detail), VOUCHER_USAGE);
		ck_assert_msg(strstr(detail, cases[i].word), "%s: %s", cases[i].key, detail);
		ck_assert_int_eq(voucher_trust_add(world.trust, cases[i].key, NULL), VOUCHER_USAGE);
	}
	for (uint8_t seed = 10;; seed++) {
		struct note_signer *witness = small_log_signer(NOTE_COSIGNATURE, "witness.example", seed);
		char text[NOTE_VKEY_BYTES_MAX];
		note_key_format(note_signer_key(witness), text);
		note_signer_free(witness);
		if (voucher_trust_add(world.trust, text, NULL) == VOUCHER_OK)
			continue;
		ck_assert_uint_eq(seed, 10 + 64);
		break;
	}
	struct voucher_trust *trust = NULL;
	ck_assert_int_eq(voucher_trust_new("MD5", &trust), VOUCHER_USAGE);
	ck_assert_ptr_null(trust);
	note_signer_free(other);
	world_done(&world);
}
END_TEST

static struct voucher_checkpoint *checkpoint_of(struct world *world, uint64_t size) {
	struct voucher_checkpoint *checkpoint = NULL;
	buffer_clear(&world->note);
	small_log_note(&world->log, size, NULL, 0, &world->note);
	ck_assert_int_eq(
	    voucher_checkpoint_check(world->trust, world->note.data, world->note.bytes, &checkpoint),
	    VOUCHER_VALID);
	return checkpoint;
}

START_TEST(a_later_checkpoint_continues_an_earlier_one) {
	struct world world;
	struct proof proof;
	world_init(&world, "SHA256");
	struct voucher_checkpoint *earlier = checkpoint_of(&world, 60),
	                          *later = checkpoint_of(&world, SIZE);
	ck_assert_int_eq(
	    proof_consistency(&world.log.source, world.log.digest, 60, SIZE, &proof), ERR_OK);
	uint8_t *hashes = proof.hashes[0];
	size_t bytes = proof.count * DIGEST_BYTES;
	ck_assert_int_eq(
	    voucher_checkpoint_extends(world.trust, earlier, later, hashes, bytes), VOUCHER_VALID);
	ck_assert_int_eq(voucher_checkpoint_extends(world.trust, later, earlier, hashes, bytes),
	    VOUCHER_INCONSISTENT);
	ck_assert_int_eq(voucher_checkpoint_extends(world.trust, earlier, later, hashes, bytes - 32),
	    VOUCHER_INCONSISTENT);
	ck_assert_int_eq(voucher_checkpoint_extends(world.trust, earlier, later, hashes, bytes - 1),
	    VOUCHER_MALFORMED);
	ck_assert_int_eq(voucher_checkpoint_extends(world.trust, earlier, later, hashes, 65 * 32),
	    VOUCHER_MALFORMED);
	ck_assert_int_eq(voucher_checkpoint_extends(world.trust, later, later, NULL, 0), VOUCHER_VALID);
	ck_assert_int_eq(
	    voucher_checkpoint_extends(world.trust, earlier, later, NULL, 0), VOUCHER_INCONSISTENT);
	hashes[40] ^= 1;
	ck_assert_int_eq(voucher_checkpoint_extends(world.trust, earlier, later, hashes, bytes),
	    VOUCHER_INCONSISTENT);
	voucher_checkpoint_free(earlier);
	voucher_checkpoint_free(later);
	world_done(&world);
}
END_TEST

START_TEST(an_entry_is_in_a_checkpoint_by_its_proof) {
	struct world world;
	struct proof proof;
	world_init(&world, "SHA256");
	struct voucher_checkpoint *checkpoint = checkpoint_of(&world, SIZE);
	ck_assert_int_eq(
	    proof_inclusion(&world.log.source, world.log.digest, INDEX, SIZE, &proof), ERR_OK);
	const uint8_t *hashes = proof.hashes[0];
	size_t bytes = proof.count * DIGEST_BYTES;
	const struct {
		uint64_t seq;
		const char *entry;
		size_t bytes;
		enum voucher_verdict wanted;
	} cases[] = {
		{ INDEX + 1, "entry 77", bytes, VOUCHER_VALID },
		{ INDEX + 2, "entry 77", bytes, VOUCHER_UNPROVED },
		{ 0, "entry 77", bytes, VOUCHER_UNPROVED },
		{ UINT64_MAX, "entry 77", bytes, VOUCHER_UNPROVED },
		{ INDEX + 1, "entry 78", bytes, VOUCHER_UNPROVED },
		{ INDEX + 1, "entry 77", bytes - 32, VOUCHER_UNPROVED },
		{ INDEX + 1, "entry 77", 0, VOUCHER_UNPROVED },
		{ INDEX + 1, "entry 77", bytes - 1, VOUCHER_MALFORMED },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		ck_assert_int_eq(voucher_checkpoint_includes(world.trust, checkpoint, cases[i].seq,
		                     cases[i].entry, 8, hashes, cases[i].bytes),
		    cases[i].wanted);
	voucher_checkpoint_free(checkpoint);
	world_done(&world);
}
END_TEST

START_TEST(every_verdict_is_said_in_both_languages) {
	for (int verdict = VOUCHER_UNDECIDED; verdict <= VOUCHER_INCONSISTENT; verdict++) {
		ck_assert_uint_gt(strlen(voucher_verdict_text((enum voucher_verdict)verdict)), 5);
		ck_assert_uint_gt(strlen(voucher_verdict_text_zh((enum voucher_verdict)verdict)), 5);
	}
	ck_assert_str_eq(voucher_verdict_text((enum voucher_verdict)(VOUCHER_INCONSISTENT + 1)),
	    voucher_verdict_text(VOUCHER_UNDECIDED));
	voucher_trust_free(NULL);
	voucher_receipt_free(NULL);
	voucher_checkpoint_free(NULL);
}
END_TEST

SUITE_MAIN("verify", a_receipt_says_what_is_in_the_books,
    a_ledger_by_sm3_is_not_taken_for_one_by_sha256, every_way_to_be_wrong_has_its_verdict,
    a_receipt_with_any_byte_changed_or_cut_is_not_valid, witnesses_count_when_they_are_wanted,
    what_only_a_witness_has_signed_is_unsigned, after_a_change_of_keys_both_keys_are_the_ledgers,
    keys_that_are_none_are_refused_in_words, a_later_checkpoint_continues_an_earlier_one,
    an_entry_is_in_a_checkpoint_by_its_proof, every_verdict_is_said_in_both_languages)
