/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints are signed for what is committed, never contradict each other, and follow the key. */
#include "engine/signer.h"

#include "base/file.h"
#include "engine/engine_internal.h"
#include "engine/guard.h"
#include "engine/key_file.h"
#include "record/pb.h"
#include "support/checkpoint_key.h"
#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static const char *directory;
static struct memory_log memory;
static struct engine *engine;
static struct signer *signer;
static char key_path[300], guard_path[300], detail[ENGINE_DETAIL_BYTES];

/* --- scenery --- */

static void write_key(const char *pem) {
	ck_assert_int_eq(file_replace(key_path, pem, strlen(pem), 0600), ERR_OK);
}

static struct engine *open_log(struct memory_log *log) {
	const struct engine_config config = { .directory = directory };
	struct engine *opened = NULL;
	enum err err = engine_open_with_log(&config, memory_log_open(log), &opened, detail);
	ck_assert_msg(err == ERR_OK, "%s", detail);
	return opened;
}

static enum err start_signer(void) {
	const struct signer_config config = {
		.engine = engine, .key_file = key_path, .guard_file = guard_path
	};
	detail[0] = '\0';
	return signer_start(&config, &signer, detail);
}

static void make_fund(const char *code) {
	stage_must(engine, STAGE_STAFF, stage_create_fund(&arena, code), &arena);
}

static void set_up(void) {
	arena_init(&arena, 0);
	directory = suite_directory();
	snprintf(key_path, sizeof(key_path), "%s/key", directory);
	snprintf(guard_path, sizeof(guard_path), "%s/guard", directory);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_put_genesis(&log, stage_genesis(&arena));
	write_key(TEST_CHECKPOINT_PEM);
	engine = open_log(&memory);
}

static void begin(void) {
	set_up();
	ck_assert_msg(start_signer() == ERR_OK, "%s", detail);
}

static void restart_engine(void) {
	engine_close(engine);
	engine = open_log(&memory);
}

static void tear_down(void) {
	signer_stop(signer);
	signer = NULL;
	engine_close(engine);
	memory_log_done(&memory);
	arena_done(&arena);
}

/* --- asking --- */

struct asked {
	struct signer_request request; /* first */
	sem_t done;
	enum err err;
	struct checkpoint checkpoint;
	struct buffer note;
	struct buffer guard; /* the file as it was when the note was handed out */
};

static void on_done(
    struct signer_request *request, enum err err, const struct signed_checkpoint *newest) {
	struct asked *asked = (struct asked *)request;
	asked->err = err;
	asked->checkpoint = newest->checkpoint;
	buffer_append(&asked->note, newest->note, newest->note_bytes);
	if (!err)
		ck_assert_int_eq(file_read(guard_path, LIMIT_NOTE_BYTES, &asked->guard), ERR_OK);
	sem_post(&asked->done);
}

static void ask(struct asked *asked) {
	*asked = (struct asked){ .request = { .size_min = engine_last_seq(engine), .done = on_done } };
	buffer_init(&asked->note, 0);
	buffer_init(&asked->guard, 0);
	sem_init(&asked->done, 0, 0);
	ck_assert_int_eq(signer_ask(signer, &asked->request), ERR_OK);
	while (sem_wait(&asked->done) != 0)
		;
	sem_destroy(&asked->done);
}

static void forget(struct asked *asked) {
	buffer_done(&asked->note);
	buffer_done(&asked->guard);
}

static struct note_key test_key(void) {
	Pb__Genesis genesis = PB__GENESIS__INIT;
	struct note_key key;
	test_name_log(&genesis);
	ck_assert_int_eq(note_key_make(NOTE_ED25519, TEST_ORIGIN, genesis.checkpoint_key->ed25519.data,
	                     NOTE_ED25519_BYTES, &key),
	    ERR_OK);
	return key;
}

static enum err open_note(const struct asked *asked, const struct note_key *key) {
	const struct checkpoint_trust trust = { .origin = TEST_ORIGIN, .keys = key, .count = 1 };
	struct checkpoint checkpoint;
	enum err err = checkpoint_open(&trust, asked->note.data, asked->note.bytes, &checkpoint, NULL);
	if (!err)
		ck_assert_mem_eq(checkpoint.root, asked->checkpoint.root, DIGEST_BYTES);
	return err;
}

/* What is asked for now is of the tree as it stands, and signed by this key. */
static void checkpoint_is_signed_by(const struct note_key *key) {
	struct asked asked;
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	ask(&asked);
	ck_assert_int_eq(asked.err, ERR_OK);
	engine_tree_head(engine, &size, root);
	ck_assert_uint_eq(asked.checkpoint.size, size);
	ck_assert_mem_eq(asked.checkpoint.root, root, DIGEST_BYTES);
	ck_assert_int_eq(open_note(&asked, key), ERR_OK);
	forget(&asked);
}

/* --- signing --- */

START_TEST(checkpoint_covers_what_was_acknowledged_and_is_signed_by_the_key_of_the_genesis) {
	begin();
	const struct note_key key = test_key();
	checkpoint_is_signed_by(&key);
	make_fund("a");
	checkpoint_is_signed_by(&key);
	for (int i = 0; i < 3; i++)
		make_fund((const char *[]){ "b", "c", "d" }[i]);
	checkpoint_is_signed_by(&key);
	tear_down();
}
END_TEST

START_TEST(note_is_in_the_guard_file_before_anyone_has_it) {
	begin();
	struct asked asked;
	make_fund("a");
	ask(&asked);
	ck_assert_uint_eq(asked.guard.bytes, asked.note.bytes);
	ck_assert_mem_eq(asked.guard.data, asked.note.data, asked.note.bytes);
	forget(&asked);
	tear_down();
}
END_TEST

START_TEST(newest_is_there_at_once_and_says_when_it_does_not_reach_far_enough) {
	begin();
	struct checkpoint newest;
	struct buffer note;
	buffer_init(&note, 0);
	ck_assert_int_eq(signer_newest(signer, 1, &newest, &note), ERR_OK);
	ck_assert_uint_eq(newest.size, 1);
	make_fund("a");
	ck_assert_int_eq(signer_newest(signer, 2, &newest, &note), ERR_NOT_FOUND);
	ck_assert_int_eq(signer_newest(signer, 0, &newest, &note), ERR_OK);
	ck_assert_uint_eq(newest.size, 1);
	buffer_done(&note);
	tear_down();
}
END_TEST

START_TEST(rhythm_signs_without_being_asked) {
	set_up();
	const struct signer_config config = {
		.engine = engine, .key_file = key_path, .guard_file = guard_path, .interval_s = 1
	};
	ck_assert_int_eq(signer_start(&config, &signer, detail), ERR_OK);
	make_fund("a");
	struct checkpoint newest;
	struct buffer note;
	buffer_init(&note, 0);
	while (signer_newest(signer, 2, &newest, &note) == ERR_NOT_FOUND)
		usleep(10000);
	ck_assert_uint_eq(newest.size, 2);
	buffer_done(&note);
	tear_down();
}
END_TEST

START_TEST(checkpoint_that_cannot_be_stored_is_not_handed_out) {
	begin();
	struct asked asked;
	struct checkpoint newest;
	struct buffer note;
	char blocking[320];
	/* where the new file is to be made there is a directory */
	snprintf(blocking, sizeof(blocking), "%s.new", guard_path);
	ck_assert_int_eq(mkdir(blocking, 0700), 0);
	make_fund("a");
	ask(&asked);
	ck_assert_int_eq(asked.err, ERR_IO);
	forget(&asked);
	buffer_init(&note, 0);
	ck_assert_int_eq(signer_newest(signer, 2, &newest, &note), ERR_NOT_FOUND);
	buffer_done(&note);
	ck_assert_int_eq(rmdir(blocking), 0);
	const struct note_key key = test_key();
	checkpoint_is_signed_by(&key);
	tear_down();
}
END_TEST

/* --- the guard --- */

/* Everything but the first `count` entries is gone, as in a copy made then. */
static void cut_journal(size_t count) {
	engine_close(engine);
	engine = NULL;
	for (size_t i = count; i < memory.count; i++) {
		free(memory.records[i].data);
		free(memory.heads[i].data);
	}
	memory.count = count;
	char state[320];
	snprintf(state, sizeof(state), "%s/state", directory);
	suite_remove(state);
	engine = open_log(&memory);
}

static void refuses_to_start(const char *word, const char *word_zh) {
	ck_assert_int_eq(start_signer(), ERR_CORRUPT);
	ck_assert_msg(strstr(detail, word) && strstr(detail, word_zh), "%s", detail);
}

START_TEST(old_copy_of_the_journal_is_refused_and_the_newest_goes_on) {
	begin();
	make_fund("a");
	make_fund("b");
	const struct note_key key = test_key();
	checkpoint_is_signed_by(&key);
	signer_stop(signer);
	restart_engine();
	ck_assert_msg(start_signer() == ERR_OK, "%s", detail); /* the control: nothing is wrong yet */
	signer_stop(signer);
	signer = NULL;
	cut_journal(2);
	refuses_to_start("old copy", "旧副本");
	tear_down();
}
END_TEST

START_TEST(fork_is_refused_however_long_it_is) {
	begin();
	make_fund("a");
	make_fund("b");
	const struct note_key key = test_key();
	checkpoint_is_signed_by(&key);
	signer_stop(signer);
	signer = NULL;
	cut_journal(2);
	make_fund("c"); /* instead of b */
	refuses_to_start("replaced or changed", "替换或改动");
	make_fund("d");
	refuses_to_start("replaced or changed", "替换或改动");
	tear_down();
}
END_TEST

START_TEST(what_was_never_handed_out_may_be_missing_from_a_copy) {
	begin();
	make_fund("a");
	make_fund("b"); /* no checkpoint covers them */
	signer_stop(signer);
	signer = NULL;
	cut_journal(2);
	ck_assert_msg(start_signer() == ERR_OK, "%s", detail);
	tear_down();
}
END_TEST

START_TEST(guard_file_that_is_none_or_another_ledgers_is_refused) {
	set_up();
	static const char other[] = "other.example/log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
	                            "\n\n— other.example/log AAAAAAAA\n";
	ck_assert_int_eq(file_replace(guard_path, "x", 1, 0600), ERR_OK);
	ck_assert_int_eq(start_signer(), ERR_SYNTAX);
	ck_assert_msg(strstr(detail, "no checkpoint") != NULL, "%s", detail);
	ck_assert_int_eq(file_replace(guard_path, other, strlen(other), 0600), ERR_OK);
	ck_assert_int_eq(start_signer(), ERR_CONFIG);
	ck_assert_msg(strstr(detail, "other.example/log") != NULL, "%s", detail);
	tear_down();
}
END_TEST

/* --- keys --- */

static struct note_signer *new_key(struct buffer *pem) {
	struct note_signer *key;
	ck_assert_int_eq(note_signer_generate(NOTE_ED25519, TEST_ORIGIN, &key), ERR_OK);
	buffer_init(pem, 0);
	ck_assert_int_eq(note_signer_pem(key, pem), ERR_OK);
	return key;
}

static void rotate_to(const struct note_signer *key) {
	Pb__CheckpointKey public_key = PB__CHECKPOINT_KEY__INIT;
	Pb__RotateCheckpointKey rotate = PB__ROTATE_CHECKPOINT_KEY__INIT;
	Pb__Command *command = stage_create_fund(&arena, "unused"); /* for its id */
	uint8_t bytes[NOTE_ED25519_BYTES];
	memcpy(bytes, note_signer_key(key)->public_key, sizeof(bytes));
	public_key.ed25519 = (ProtobufCBinaryData){ sizeof(bytes), bytes };
	rotate.key = &public_key;
	rotate.reason = "test";
	command->body_case = PB__COMMAND__BODY_ROTATE_CHECKPOINT_KEY;
	command->rotate_checkpoint_key = &rotate;
	stage_must(engine, STAGE_STAFF, command, &arena);
}

START_TEST(after_a_rotation_both_keys_sign_for_as_long_as_both_are_in_the_file) {
	begin();
	struct buffer pem, both;
	struct note_signer *fresh = new_key(&pem);
	const struct note_key old = test_key();
	struct asked asked;
	buffer_init(&both, 0);
	buffer_append_text(&both, TEST_CHECKPOINT_PEM);
	buffer_append(&both, pem.data, pem.bytes);
	write_key(buffer_string(&both));
	ck_assert_int_eq(signer_reload(signer, detail), ERR_OK);
	ask(&asked); /* the ledger does not name the new one yet */
	ck_assert_int_eq(open_note(&asked, note_signer_key(fresh)), ERR_NOT_FOUND);
	forget(&asked);
	rotate_to(fresh);
	checkpoint_is_signed_by(note_signer_key(fresh));
	checkpoint_is_signed_by(&old);
	write_key(buffer_string(&pem));
	ck_assert_int_eq(signer_reload(signer, detail), ERR_OK);
	checkpoint_is_signed_by(note_signer_key(fresh));
	ask(&asked);
	ck_assert_int_eq(open_note(&asked, &old), ERR_NOT_FOUND);
	forget(&asked);
	note_signer_free(fresh);
	buffer_done(&pem);
	buffer_done(&both);
	tear_down();
}
END_TEST

START_TEST(nothing_is_signed_until_the_key_that_the_ledger_names_is_in_the_file) {
	begin();
	struct buffer pem;
	struct note_signer *fresh = new_key(&pem);
	struct asked asked;
	rotate_to(fresh);
	ask(&asked);
	ck_assert_int_eq(asked.err, ERR_CONFIG);
	forget(&asked);
	signer_stop(signer);
	ck_assert_msg(start_signer() == ERR_OK, "%s", detail);
	struct checkpoint newest;
	struct buffer note;
	buffer_init(&note, 0);
	ck_assert_int_eq(signer_newest(signer, 0, &newest, &note), ERR_NOT_FOUND);
	buffer_done(&note);
	write_key(buffer_string(&pem));
	checkpoint_is_signed_by(note_signer_key(fresh));
	note_signer_free(fresh);
	buffer_done(&pem);
	tear_down();
}
END_TEST

START_TEST(lost_key_is_replaced_by_a_rotation) {
	begin();
	struct buffer pem;
	struct note_signer *fresh = new_key(&pem);
	signer_stop(signer);
	write_key(buffer_string(&pem)); /* in place of the ledger's, which is gone */
	ck_assert_msg(start_signer() == ERR_OK, "%s", detail);
	struct asked asked;
	ask(&asked);
	ck_assert_int_eq(asked.err, ERR_CONFIG);
	forget(&asked);
	rotate_to(fresh);
	checkpoint_is_signed_by(note_signer_key(fresh));
	note_signer_free(fresh);
	buffer_done(&pem);
	tear_down();
}
END_TEST

START_TEST(key_that_is_put_into_the_file_later_is_found_without_being_told) {
	begin();
	struct buffer pem;
	struct note_signer *fresh = new_key(&pem);
	rotate_to(fresh);
	write_key(buffer_string(&pem));
	checkpoint_is_signed_by(note_signer_key(fresh));
	note_signer_free(fresh);
	buffer_done(&pem);
	tear_down();
}
END_TEST

START_TEST(key_file_that_cannot_be_used_stops_the_start) {
	static const struct {
		const char *content; /* NULL: there is none */
		mode_t mode;
		enum err err;
		const char *word;
	} table[] = {
		{ NULL, 0600, ERR_NOT_FOUND, "There is no key file" },
		{ TEST_CHECKPOINT_PEM, 0644, ERR_DENIED, "chmod 600" },
		{ TEST_CHECKPOINT_PEM, 0640, ERR_DENIED, "chmod 600" },
		{ "", 0600, ERR_SYNTAX, "must hold private keys" },
		{ "-----BEGIN PRIVATE KEY-----\n", 0600, ERR_SYNTAX, "must hold private keys" },
		{ "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n", 0600, ERR_SYNTAX,
		    "must hold private keys" },
	};
	set_up();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		suite_remove(key_path);
		if (table[i].content) {
			write_key(table[i].content);
			ck_assert_int_eq(chmod(key_path, table[i].mode), 0);
		}
		ck_assert_int_eq(start_signer(), table[i].err);
		ck_assert_msg(strstr(detail, table[i].word) != NULL, "%s", detail);
	}
	tear_down();
}
END_TEST

START_TEST(generated_keys_are_read_again_from_their_file) {
	struct key_file made, read;
	arena_init(&arena, 0);
	directory = suite_directory();
	snprintf(key_path, sizeof(key_path), "%s/key", directory);
	ck_assert_int_eq(key_file_generate(TEST_ORIGIN, true, &made), ERR_OK);
	ck_assert_int_eq(key_file_write(&made, key_path), ERR_OK);
	ck_assert_int_eq(key_file_write(&made, key_path), ERR_EXISTS);
	ck_assert_msg(key_file_open(key_path, TEST_ORIGIN, &read, detail) == ERR_OK, "%s", detail);
	const Pb__CheckpointKey *key = key_file_public(&read, &arena);
	ck_assert_uint_eq(key->ed25519.len, 32);
	ck_assert_uint_eq(key->sm2.len, 65);
	ck_assert_ptr_nonnull(key_file_find(&made, &key->ed25519));
	ck_assert_ptr_nonnull(key_file_find(&made, &key->sm2));
	key->ed25519.data[0] ^= 1;
	ck_assert_ptr_null(key_file_find(&made, &key->ed25519));
	key_file_close(&made);
	key_file_close(&read);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("signer",
    checkpoint_covers_what_was_acknowledged_and_is_signed_by_the_key_of_the_genesis,
    note_is_in_the_guard_file_before_anyone_has_it,
    newest_is_there_at_once_and_says_when_it_does_not_reach_far_enough,
    rhythm_signs_without_being_asked, checkpoint_that_cannot_be_stored_is_not_handed_out,
    old_copy_of_the_journal_is_refused_and_the_newest_goes_on, fork_is_refused_however_long_it_is,
    what_was_never_handed_out_may_be_missing_from_a_copy,
    guard_file_that_is_none_or_another_ledgers_is_refused,
    after_a_rotation_both_keys_sign_for_as_long_as_both_are_in_the_file,
    nothing_is_signed_until_the_key_that_the_ledger_names_is_in_the_file,
    lost_key_is_replaced_by_a_rotation,
    key_that_is_put_into_the_file_later_is_found_without_being_told,
    key_file_that_cannot_be_used_stops_the_start, generated_keys_are_read_again_from_their_file)
