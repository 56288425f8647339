/* SPDX-License-Identifier: Apache-2.0 */
#include "record/receipt.h"

#include "support/small_log.h"
#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { ENTRIES = 11 };

struct world {
	struct small_log log;
	struct note_key key;
	struct buffer note, text;
	struct arena arena;
};

static const char origin[] = SMALL_LOG_ORIGIN;

static void world_init(struct world *world) {
	small_log_init(&world->log, "SHA256");
	world->key = *note_signer_key(world->log.signer);
	buffer_init(&world->note, 0);
	buffer_init(&world->text, 0);
	arena_init(&world->arena, 0);
	small_log_note(&world->log, ENTRIES, NULL, 0, &world->note);
}

static void world_done(struct world *world) {
	small_log_done(&world->log);
	buffer_done(&world->note);
	buffer_done(&world->text);
	arena_done(&world->arena);
}

/* The receipt of an entry, as text. */
static void world_receipt(struct world *world, unsigned index) {
	buffer_clear(&world->text);
	small_log_receipt(&world->log, index, ENTRIES, &world->note, &world->text);
}

static enum err world_check(struct world *world, const char *text, size_t bytes) {
	struct receipt receipt;
	struct checkpoint checkpoint = { .size = 99 };
	const struct checkpoint_trust trust = { origin, &world->key, 1 };
	arena_reset(&world->arena);
	enum err err = receipt_parse(text, bytes, &world->arena, &receipt);
	if (!err)
		err = receipt_verify(&receipt, world->log.digest, &trust, &checkpoint, NULL);
	ck_assert_uint_eq(checkpoint.size, err ? 99 : ENTRIES);
	return err;
}

START_TEST(every_entry_has_a_receipt_that_holds) {
	struct world world;
	world_init(&world);
	for (unsigned i = 0; i < ENTRIES; i++) {
		world_receipt(&world, i);
		ck_assert_int_eq(world_check(&world, world.text.data, world.text.bytes), ERR_OK);
	}
	world_done(&world);
}
END_TEST

START_TEST(a_receipt_is_read_as_it_was_written) {
	struct world world;
	struct receipt receipt;
	struct buffer again;
	world_init(&world);
	world_receipt(&world, 6);
	static const char begins[] = "c2sp.org/tlog-proof@v1\nextra ZW50cnkgNg==\nindex 6\n";
	ck_assert_mem_eq(world.text.data, begins, strlen(begins));
	ck_assert_int_eq(
	    receipt_parse(world.text.data, world.text.bytes, &world.arena, &receipt), ERR_OK);
	ck_assert_uint_eq(receipt.entry_bytes, 7);
	ck_assert_mem_eq(receipt.entry, "entry 6", 7);
	ck_assert_uint_eq(receipt.index, 6);
	ck_assert_uint_eq(receipt.proof.count, 4);
	ck_assert_uint_eq(receipt.note_bytes, world.note.bytes);
	buffer_init(&again, 0);
	receipt_format(&receipt, &again);
	ck_assert_str_eq(buffer_string(&again), buffer_string(&world.text));
	buffer_done(&again);
	world_done(&world);
}
END_TEST

START_TEST(no_byte_of_a_receipt_can_be_changed) {
	struct world world;
	world_init(&world);
	world_receipt(&world, 10);
	for (size_t i = 0; i < world.text.bytes; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			world.text.data[i] ^= (char)(1 << bit);
			ck_assert_msg(world_check(&world, world.text.data, world.text.bytes), "byte %zu", i);
			world.text.data[i] ^= (char)(1 << bit);
		}
	for (size_t bytes = 0; bytes < world.text.bytes; bytes++)
		ck_assert_msg(world_check(&world, world.text.data, bytes), "cut at %zu", bytes);
	ck_assert_int_eq(world_check(&world, world.text.data, world.text.bytes), ERR_OK);
	world_done(&world);
}
END_TEST

static enum err world_verify(struct world *world, const struct receipt *receipt) {
	const struct checkpoint_trust trust = { origin, &world->key, 1 };
	struct checkpoint checkpoint;
	return receipt_verify(receipt, world->log.digest, &trust, &checkpoint, NULL);
}

START_TEST(receipts_that_do_not_fit_are_refused_in_kind) {
	struct world world;
	struct receipt receipt;
	struct checkpoint checkpoint;
	world_init(&world);
	const struct checkpoint_trust another = { "another.example", &world.key, 1 };
	const struct checkpoint_trust nobody = { origin, &world.key, 0 };
	world_receipt(&world, 3);
	ck_assert_int_eq(
	    receipt_parse(world.text.data, world.text.bytes, &world.arena, &receipt), ERR_OK);
	receipt.index = 2;
	ck_assert_int_eq(world_verify(&world, &receipt), ERR_CORRUPT);
	receipt.index = ENTRIES;
	ck_assert_int_eq(world_verify(&world, &receipt), ERR_CORRUPT);
	receipt.index = 3;
	receipt.entry_bytes--;
	ck_assert_int_eq(world_verify(&world, &receipt), ERR_CORRUPT);
	receipt.entry_bytes++;
	ck_assert_int_eq(
	    receipt_verify(&receipt, world.log.digest, &another, &checkpoint, NULL), ERR_CONFIG);
	ck_assert_int_eq(
	    receipt_verify(&receipt, world.log.digest, &nobody, &checkpoint, NULL), ERR_NOT_FOUND);
	ck_assert_int_eq(world_verify(&world, &receipt), ERR_OK);
	receipt.entry = NULL;
	ck_assert_int_eq(world_verify(&world, &receipt), ERR_CORRUPT);
	world_done(&world);
}
END_TEST

START_TEST(what_is_no_receipt_is_refused) {
	static const char *const wrong[] = {
		"",
		"c2sp.org/tlog-proof@v1",
		"c2sp.org/tlog-proof@v1\n",
		"c2sp.org/tlog-proof@v2\nindex 0\n\n",
		"c2sp.org/tlog-proof@v1 \nindex 0\n\n",
		"c2sp.org/tlog-proof@v1\r\nindex 0\n\n",
		"c2sp.org/tlog-proof@v1\nindex 0\n",
		"c2sp.org/tlog-proof@v1\nindex 00\n\n",
		"c2sp.org/tlog-proof@v1\nindex -1\n\n",
		"c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\n",
		"c2sp.org/tlog-proof@v1\nindex\n\n",
		"c2sp.org/tlog-proof@v1\nindex 0\nextra YQ==\n\n",
		"c2sp.org/tlog-proof@v1\nextra YQ\nindex 0\n\n",
		"c2sp.org/tlog-proof@v1\nextra YQ==\nextra YQ==\nindex 0\n\n",
		"c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\n",
		"c2sp.org/tlog-proof@v1\nindex 0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n\n",
	};
	struct world world;
	world_init(&world);
	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(
		    world_check(&world, wrong[i], strlen(wrong[i])) == ERR_SYNTAX, "%s", wrong[i]);
	buffer_append_text(&world.text, "c2sp.org/tlog-proof@v1\nindex 0\n");
	for (int i = 0; i <= PROOF_HASHES_MAX; i++)
		buffer_append_text(&world.text, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
	buffer_append_text(&world.text, "\n");
	ck_assert_int_eq(world_check(&world, world.text.data, world.text.bytes), ERR_SYNTAX);
	ck_assert_int_eq(world_check(&world, wrong[0], LIMIT_RECEIPT_BYTES + 1), ERR_RANGE);
	world_done(&world);
}
END_TEST

SUITE_MAIN("receipt", every_entry_has_a_receipt_that_holds, a_receipt_is_read_as_it_was_written,
    no_byte_of_a_receipt_can_be_changed, receipts_that_do_not_fit_are_refused_in_kind,
    what_is_no_receipt_is_refused)
