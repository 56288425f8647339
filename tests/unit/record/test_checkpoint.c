/* SPDX-License-Identifier: Apache-2.0 */
#include "record/checkpoint.h"

#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The text of C2SP tlog-checkpoint's example. */
#define ORIGIN "example.com/behind-the-sofa"
#define ROOT   "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define TEXT   ORIGIN "\n20852163\n" ROOT "\n"

START_TEST(the_example_is_read_and_written_as_it_is) {
	struct checkpoint checkpoint;
	struct buffer text;
	buffer_init(&text, 0);
	ck_assert_int_eq(checkpoint_parse(TEXT, strlen(TEXT), &checkpoint), ERR_OK);
	ck_assert_str_eq(checkpoint.origin, ORIGIN);
	ck_assert_uint_eq(checkpoint.size, 20852163);
	ck_assert_mem_eq(checkpoint.root, "\x0a\xc5\x18\x6a\x91\x86\x3e\x8e", 8);
	checkpoint_format(&checkpoint, &text);
	ck_assert_str_eq(buffer_string(&text), TEXT);
	checkpoint.size = UINT64_MAX;
	buffer_clear(&text);
	checkpoint_format(&checkpoint, &text);
	ck_assert_int_eq(checkpoint_parse(text.data, text.bytes, &checkpoint), ERR_OK);
	ck_assert_uint_eq(checkpoint.size, UINT64_MAX);
	buffer_done(&text);
}
END_TEST

START_TEST(extension_lines_are_taken_and_an_empty_tree_is_too) {
	static const char *const right[] = { TEXT "extension\n", TEXT "a\nb c +\n",
		ORIGIN "\n0\n" ROOT "\n" };
	for (size_t i = 0; i < COUNT(right); i++) {
		struct checkpoint checkpoint;
		ck_assert_msg(!checkpoint_parse(right[i], strlen(right[i]), &checkpoint), "%s", right[i]);
	}
}
END_TEST

START_TEST(what_is_no_checkpoint_is_refused) {
	static const char *const wrong[] = {
		"",
		"\n",
		ORIGIN "\n",
		ORIGIN "\n20852163\n",
		ORIGIN "\n20852163\n" ROOT,
		"\n20852163\n" ROOT "\n",
		"two words\n20852163\n" ROOT "\n",
		ORIGIN "\n020852163\n" ROOT "\n",
		ORIGIN "\n00\n" ROOT "\n",
		ORIGIN "\n+1\n" ROOT "\n",
		ORIGIN "\n-1\n" ROOT "\n",
		ORIGIN "\n1 \n" ROOT "\n",
		ORIGIN "\n0x1\n" ROOT "\n",
		ORIGIN "\n18446744073709551616\n" ROOT "\n",
		ORIGIN "\n\n" ROOT "\n",
		ORIGIN "\n1\n\n",
		ORIGIN "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
		ORIGIN "\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n",
		ORIGIN "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
		ORIGIN "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
		ORIGIN "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n",
		TEXT "\n",
		TEXT "a\n\nb\n",
		TEXT "a",
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct checkpoint checkpoint = { .size = 99 };
		ck_assert_msg(checkpoint_parse(wrong[i], strlen(wrong[i]), &checkpoint) == ERR_SYNTAX,
		    "%zu: %s", i, wrong[i]);
		ck_assert_uint_eq(checkpoint.size, 99);
	}
}
END_TEST

/* Keys and notes of one case. */
struct world {
	struct note_signer *ours, *other, *witness;
	struct note_key key;
	struct buffer note;
	struct checkpoint checkpoint;
};

static void world_init(struct world *world) {
	*world = (struct world){ .checkpoint = { .origin = ORIGIN, .size = 7, .root = { 1, 2, 3 } } };
	ck_assert_int_eq(note_signer_generate(NOTE_ED25519, ORIGIN, &world->ours), ERR_OK);
	ck_assert_int_eq(note_signer_generate(NOTE_ED25519, ORIGIN, &world->other), ERR_OK);
	ck_assert_int_eq(note_signer_generate(NOTE_COSIGNATURE, "w.example", &world->witness), ERR_OK);
	world->key = *note_signer_key(world->ours);
	buffer_init(&world->note, 0);
}

static void world_done(struct world *world) {
	note_signer_free(world->ours);
	note_signer_free(world->other);
	note_signer_free(world->witness);
	buffer_done(&world->note);
}

static void world_sign(struct world *world, const struct note_signer *signer) {
	buffer_clear(&world->note);
	ck_assert_int_eq(checkpoint_sign(&world->checkpoint, &signer, 1, &world->note), ERR_OK);
}

static enum err world_open(const struct world *world, const char *origin) {
	struct checkpoint checkpoint = { .size = 99 };
	struct note note = { .text = NULL };
	const struct checkpoint_trust trust = { origin, &world->key, 1 };
	enum err err = checkpoint_open(&trust, world->note.data, world->note.bytes, &checkpoint, &note);
	ck_assert_uint_eq(checkpoint.size, err ? 99 : world->checkpoint.size);
	ck_assert(err ? !note.text : note.text == world->note.data);
	return err;
}

START_TEST(a_signed_checkpoint_is_opened_with_its_key_and_origin_alone) {
	struct world world;
	world_init(&world);
	world_sign(&world, world.ours);
	ck_assert_int_eq(world_open(&world, ORIGIN), ERR_OK);
	ck_assert_int_eq(world_open(&world, "example.com/another"), ERR_CONFIG);
	world.note.data[strlen(ORIGIN) + 1] = '8'; /* the size */
	ck_assert_int_eq(world_open(&world, ORIGIN), ERR_DENIED);
	world_sign(&world, world.other);
	ck_assert_int_eq(world_open(&world, ORIGIN), ERR_NOT_FOUND);
	world_sign(&world, world.witness);
	ck_assert_int_eq(world_open(&world, ORIGIN), ERR_NOT_FOUND);
	world.note.bytes /= 2;
	ck_assert_int_eq(world_open(&world, ORIGIN), ERR_SYNTAX);
	world_done(&world);
}
END_TEST

START_TEST(a_cosigned_checkpoint_is_the_same_checkpoint) {
	struct world world;
	struct note note;
	struct checkpoint checkpoint;
	uint64_t time_s = 0;
	world_init(&world);
	world_sign(&world, world.ours);
	ck_assert_int_eq(note_parse(world.note.data, world.note.bytes, &note), ERR_OK);
	struct buffer lines;
	buffer_init(&lines, 0);
	ck_assert_int_eq(
	    note_sign_line(note.text, note.text_bytes, world.witness, 1234, &lines), ERR_OK);
	buffer_append(&world.note, lines.data, lines.bytes);
	const struct checkpoint_trust trust = { ORIGIN, &world.key, 1 };
	ck_assert_int_eq(
	    checkpoint_open(&trust, world.note.data, world.note.bytes, &checkpoint, &note), ERR_OK);
	ck_assert_int_eq(note_verify_key(&note, note_signer_key(world.witness), &time_s), ERR_OK);
	ck_assert_uint_eq(time_s, 1234);
	buffer_done(&lines);
	world_done(&world);
}
END_TEST

SUITE_MAIN("checkpoint", the_example_is_read_and_written_as_it_is,
    extension_lines_are_taken_and_an_empty_tree_is_too, what_is_no_checkpoint_is_refused,
    a_signed_checkpoint_is_opened_with_its_key_and_origin_alone,
    a_cosigned_checkpoint_is_the_same_checkpoint)
