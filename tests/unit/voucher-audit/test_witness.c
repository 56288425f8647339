/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/witness.h"

#include "record/checkpoint.h"
#include "record/witness_request.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN "voucherd.example/changping"

/* A ledger with a tree of nine leaves, and a witness that trusts it. */
struct meeting {
	uint8_t leaves[9][DIGEST_BYTES];
	struct digest *digest;
	struct note_signer *ledger, *stranger, *cosigner;
	struct witness witness;
	struct note_key known;
};

static struct note_signer *new_signer(enum note_type type, const char *name) {
	struct note_signer *signer;
	ck_assert_int_eq(note_signer_generate(type, name, &signer), ERR_OK);
	return signer;
}

static struct meeting meet_by(const char *hash) {
	static char directory[512];
	struct meeting m;
	ck_assert_int_eq(digest_new(hash, &m.digest), ERR_OK);
	for (uint8_t i = 0; i < 9; i++)
		merkle_leaf(m.digest, &i, 1, m.leaves[i]);
	m.ledger = new_signer(NOTE_ED25519, ORIGIN);
	m.stranger = new_signer(NOTE_ED25519, ORIGIN);
	m.cosigner = new_signer(NOTE_COSIGNATURE, "example.org/witness");
	m.known = *note_signer_key(m.ledger);
	snprintf(directory, sizeof(directory), "%s", suite_directory());
	m.witness = (struct witness){
		.directory = directory, .signer = m.cosigner, .n_keys = 1, .now_s = 1800000000
	};
	return m;
}

static struct meeting meet(void) {
	return meet_by("SHA256");
}

static void part(struct meeting *m) {
	digest_free(m->digest);
	note_signer_free(m->ledger);
	note_signer_free(m->stranger);
	note_signer_free(m->cosigner);
}

static enum err read_leaf(
    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	const struct meeting *m = context;
	struct merkle tree;
	for (unsigned i = 0; i < count; i++) {
		merkle_init(&tree);
		for (uint64_t leaf = (first + i) << level; leaf < (first + i + 1) << level; leaf++)
			merkle_append_leaf(&tree, m->digest, m->leaves[leaf]);
		merkle_root(&tree, m->digest, ret_hashes + i * DIGEST_BYTES);
	}
	return ERR_OK;
}

/* What a ledger asks: to go on from `old` to `size` leaves, the root of which is true, or not. */
struct asking {
	uint64_t old, size;
	struct note_signer *signer; /* NULL: the ledger's */
	const char *origin;         /* NULL: the ledger's */
	uint64_t proof_from;        /* 0: as `old` */
	bool is_forked;
};

static int ask(struct meeting *m, struct asking asking, struct buffer *body) {
	struct checkpoint checkpoint = { .size = asking.size };
	const struct note_signer *signer = asking.signer ? asking.signer : m->ledger;
	const struct proof_source source = { read_leaf, m, 1 };
	struct witness_request request = { .old_size = asking.old };
	struct buffer note, bytes;
	strcpy(checkpoint.origin, asking.origin ? asking.origin : ORIGIN);
	buffer_init(&note, 0);
	buffer_init(&bytes, 0);
	ck_assert_int_eq(proof_root(&source, m->digest, asking.size, checkpoint.root), ERR_OK);
	checkpoint.root[5] ^= asking.is_forked;
	uint64_t from = asking.proof_from ? asking.proof_from : asking.old;
	if (from <= asking.size)
		ck_assert_int_eq(
		    proof_consistency(&source, m->digest, from, asking.size, &request.proof), ERR_OK);
	ck_assert_int_eq(checkpoint_sign(&checkpoint, &signer, 1, &note), ERR_OK);
	request.note = note.data;
	request.note_bytes = note.bytes;
	witness_request_format(&request, &bytes);
	ck_assert_int_eq(buffer_error(&bytes), ERR_OK);
	buffer_clear(body);
	m->witness.keys = &m->known;
	int status = witness_answer(&m->witness, bytes.data, bytes.bytes, body);
	buffer_done(&note);
	buffer_done(&bytes);
	return status;
}

START_TEST(a_checkpoint_that_goes_on_is_signed_and_kept) {
	struct meeting m = meet();
	struct buffer body;
	buffer_init(&body, 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 0, .size = 3 }, &body), 200);
	ck_assert_int_eq(strncmp(body.data, "\xe2\x80\x94 example.org/witness ", 24), 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 3, .size = 8 }, &body), 200);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 8, .size = 8 }, &body), 200);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 8, .size = 9 }, &body), 200);
	part(&m);
	buffer_done(&body);
}
END_TEST

START_TEST(a_ledger_by_sm3_needs_a_witness_by_sm3) {
	struct meeting m = meet_by("SM3");
	struct buffer body;
	buffer_init(&body, 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 0, .size = 3 }, &body), 200);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 3, .size = 8 }, &body), 422);
	m.witness.is_sm3 = true;
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 3, .size = 8 }, &body), 200);
	part(&m);
	buffer_done(&body);
}
END_TEST

START_TEST(who_asks_from_another_size_is_told_which) {
	struct meeting m = meet();
	struct buffer body;
	buffer_init(&body, 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 2, .size = 5 }, &body), 409);
	ck_assert_str_eq(buffer_string(&body), "0\n");
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 0, .size = 5 }, &body), 200);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 0, .size = 7 }, &body), 409);
	ck_assert_str_eq(buffer_string(&body), "5\n");
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 7, .size = 5 }, &body), 400);
	part(&m);
	buffer_done(&body);
}
END_TEST

/* An old copy of the ledger, written on, is another tree of the same size. */
START_TEST(a_fork_is_never_signed) {
	struct meeting m = meet();
	struct buffer body;
	buffer_init(&body, 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 0, .size = 4 }, &body), 200);
	ck_assert_int_eq(
	    ask(&m, (struct asking){ .old = 4, .size = 4, .is_forked = true }, &body), 409);
	ck_assert_int_eq(
	    ask(&m, (struct asking){ .old = 4, .size = 6, .is_forked = true }, &body), 422);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 4, .size = 6, .proof_from = 3 }, &body), 422);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 4, .size = 6 }, &body), 200);
	part(&m);
	buffer_done(&body);
}
END_TEST

START_TEST(strangers_are_not_signed_for) {
	struct meeting m = meet();
	struct buffer body;
	buffer_init(&body, 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .size = 4, .signer = m.stranger }, &body), 403);
	ck_assert_int_eq(
	    ask(&m, (struct asking){ .size = 4, .origin = "voucherd.example/moon" }, &body), 404);
	ck_assert_int_eq(witness_answer(&m.witness, "old x\n", 6, &body), 400);
	ck_assert_int_eq(witness_answer(&m.witness, "", 0, &body), 400);
	part(&m);
	buffer_done(&body);
}
END_TEST

START_TEST(what_was_kept_and_is_damaged_stops_it) {
	struct meeting m = meet();
	struct buffer body;
	char command[1200];
	buffer_init(&body, 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 0, .size = 4 }, &body), 200);
	snprintf(command, sizeof(command), "for f in '%s'/[0-9a-f]*; do echo >\"$f\"; done",
	    m.witness.directory);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(ask(&m, (struct asking){ .old = 4, .size = 6 }, &body), 500);
	part(&m);
	buffer_done(&body);
}
END_TEST

SUITE_MAIN("witness", a_checkpoint_that_goes_on_is_signed_and_kept,
    a_ledger_by_sm3_needs_a_witness_by_sm3, who_asks_from_another_size_is_told_which,
    a_fork_is_never_signed, strangers_are_not_signed_for, what_was_kept_and_is_damaged_stops_it)
