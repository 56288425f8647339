/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Particulars of natural persons on a real ledger: where they stand, that they go, and that they
 * come and go with their entries.
 */
#include "engine/engine_internal.h"
#include "engine/query.h"
#include "record/pb.h"
#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OK     PB__OUTCOME__OUTCOME_OK
#define TEAM   "T-2026-1"
#define MARKER "marker-of-a-person"

static struct arena arena;
static const char *directory;
static struct engine *engine;

static void open_new(void) {
	arena_init(&arena, 0);
	directory = suite_directory();
	stage_create(directory);
	engine = stage_open(directory);
}

static void reopen(void) {
	engine_close(engine);
	engine = stage_open(directory);
}

static void close_all(void) {
	engine_close(engine);
	arena_done(&arena);
}

/* --- commands --- */

static Pb__Personal *personal(const char *name) {
	Pb__Personal *made = PB_NEW(Pb__Personal, pb__personal, &arena);
	made->name = name;
	made->telephone = "13800000000";
	return made;
}

/* stage_create_fund() gives the id. */
static Pb__Command *with_id(Pb__Command__BodyCase body_case) {
	Pb__Command *command = stage_create_fund(&arena, "x");
	command->body_case = body_case;
	return command;
}

static Pb__Command *enter(const char *code, const char *name) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_REGISTER_PARTY);
	command->register_party = PB_NEW(Pb__RegisterParty, pb__register_party, &arena);
	command->register_party->code = code;
	command->register_party->kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	command->register_party->region = "110114";
	command->register_party->personal = personal(name);
	return command;
}

static Pb__Command *update(const char *code, const char *name) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_UPDATE_PARTY);
	command->update_party = PB_NEW(Pb__UpdateParty, pb__update_party, &arena);
	command->update_party->code = code;
	command->update_party->region = "110114";
	command->update_party->personal = personal(name);
	return command;
}

static Pb__Command *erase(const char *code) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_ERASE_PERSONAL);
	command->erase_personal = PB_NEW(Pb__ErasePersonal, pb__erase_personal, &arena);
	command->erase_personal->party = code;
	command->erase_personal->reason = "asked for";
	return command;
}

/* The same command, as a client sends it again. */
static Pb__Command *again(const Pb__Command *command) {
	struct buffer bytes;
	ProtobufCMessage *copy;
	buffer_init(&bytes, 0);
	pb_pack(&command->base, &bytes);
	ck_assert_int_eq(
	    pb_unpack(&pb__command__descriptor, bytes.data, bytes.bytes, &arena, &copy), ERR_OK);
	buffer_done(&bytes);
	return (Pb__Command *)copy;
}

static const Pb__Reply *run(Pb__Command *command) {
	return stage_run_one(engine, STAGE_STAFF, command, &arena);
}

static uint64_t must(Pb__Command *command) {
	return stage_must(engine, STAGE_STAFF, command, &arena);
}

static void expect_replay(const Pb__Command *command, uint64_t seq) {
	const Pb__Reply *reply = run(again(command));
	ck_assert_int_eq(reply->outcome, OK);
	ck_assert(reply->replayed);
	ck_assert_uint_eq(reply->seq, seq);
}

static void expect_reused(const Pb__Command *command, const char *name) {
	Pb__Command *other = again(command);
	other->register_party->personal->name = name;
	const Pb__Reply *reply = run(other);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__ID_REUSED);
	ck_assert_str_eq(reply->refusal->field, "personal.name");
}

/* --- reading --- */

struct party_read {
	struct engine_read read;
	sem_t done;
	const char *code;
	enum err err;
	Pb__Party *party;
};

static void run_read(struct engine_read *read, const struct engine_view *view) {
	static const struct query_viewer staff = { .is_staff = true };
	struct party_read *wanted = (struct party_read *)read;
	ProtobufCMessage *message = NULL;
	wanted->err = query_get(view, RESOURCE_PARTIES, wanted->code, &staff, &arena, &message);
	wanted->party = (Pb__Party *)message;
}

static void on_read(struct engine_read *read, enum err err) {
	struct party_read *wanted = (struct party_read *)read;
	if (err)
		wanted->err = err;
	sem_post(&wanted->done);
}

static const Pb__Party *party(const char *code) {
	struct party_read wanted = { .read = { .run = run_read, .done = on_read }, .code = code };
	sem_init(&wanted.done, 0, 0);
	ck_assert_int_eq(engine_read_latest(engine, &wanted.read), ERR_OK);
	while (sem_wait(&wanted.done) != 0)
		;
	sem_destroy(&wanted.done);
	ck_assert_int_eq(wanted.err, ERR_OK);
	return wanted.party;
}

static void expect_name(const char *code, const char *name) {
	const Pb__Party *found = party(code);
	ck_assert_ptr_nonnull(found->personal);
	ck_assert_str_eq(found->personal->name, name);
	ck_assert(!found->personal_erased);
}

static void expect_erased(const char *code) {
	const Pb__Party *found = party(code);
	ck_assert_ptr_null(found->personal);
	ck_assert(found->personal_erased);
}

/* --- what stands on the disk --- */

static const char *sought;
static size_t found_in_journal, found_elsewhere;

static int look_into(const char *path, const struct stat *stat_of, int type, struct FTW *place) {
	size_t size = (size_t)stat_of->st_size, length = strlen(sought), count = 0;
	(void)place;
	if (type != FTW_F || !size)
		return 0;
	int fd = open(path, O_RDONLY);
	char *bytes = malloc(size);
	ck_assert(fd >= 0 && bytes && read(fd, bytes, size) == (ssize_t)size);
	for (const char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), sought, length));
	     at += length)
		count++;
	*(strstr(path, "/journal/erasable") ? &found_in_journal : &found_elsewhere) += count;
	free(bytes);
	close(fd);
	return 0;
}

/* Looks for a text in every file of the ledger, which is closed first: with its last checkpoint. */
static void expect_on_disk(const char *text, size_t beside_journal, size_t elsewhere) {
	engine_close(engine);
	sought = text;
	found_in_journal = found_elsewhere = 0;
	ck_assert_int_eq(nftw(directory, look_into, 8, FTW_PHYS), 0);
	ck_assert_uint_eq(found_in_journal, beside_journal);
	ck_assert_msg(
	    (found_elsewhere > 0) == (elsewhere > 0), "%s: found %zu times", text, found_elsewhere);
	engine = stage_open(directory);
}

START_TEST(particulars_stand_beside_the_journal_and_nowhere_else) {
	open_new();
	must(enter(TEAM, MARKER));
	must(enter("T-2026-2", "somebody else"));
	expect_on_disk(MARKER, 1, 0);
	expect_on_disk(TEAM, 0, 1); /* what stands in journal and state would be found */
	must(erase(TEAM));
	expect_on_disk(MARKER, 0, 0);
	expect_on_disk("somebody else", 1, 0);
	close_all();
}
END_TEST

START_TEST(they_outlive_the_state_which_is_rebuilt_without_them) {
	char command[600];
	open_new();
	must(enter(TEAM, MARKER));
	must(enter("T-2026-2", "another-marker"));
	must(erase("T-2026-2"));
	engine_close(engine);
	snprintf(command, sizeof(command), "rm -r %s/state", directory);
	ck_assert_int_eq(system(command), 0);
	engine = stage_open(directory);
	expect_name(TEAM, MARKER);
	expect_erased("T-2026-2");
	close_all();
}
END_TEST

START_TEST(they_are_read_replaced_and_erased) {
	open_new();
	must(enter(TEAM, "first"));
	expect_name(TEAM, "first");
	must(update(TEAM, "second"));
	expect_name(TEAM, "second");
	must(erase(TEAM));
	expect_erased(TEAM);
	reopen();
	expect_erased(TEAM);
	must(update(TEAM, "third"));
	expect_name(TEAM, "third");
	close_all();
}
END_TEST

START_TEST(a_retry_is_known_again_before_and_after_a_restart) {
	open_new();
	Pb__Command *first = enter(TEAM, "first");
	uint64_t seq = must(again(first));
	for (int round = 0; round < 2; round++) {
		expect_replay(first, seq);
		expect_reused(first, "other");
		reopen();
	}
	must(erase(TEAM));
	expect_replay(first, seq);
	close_all();
}
END_TEST

START_TEST(a_retry_is_known_again_in_the_same_batch) {
	open_new();
	Pb__Command *first = enter(TEAM, "first"), *other = again(first);
	other->register_party->personal->name = "other";
	Pb__Command *const commands[] = { again(first), again(first), other, update(TEAM, "second"),
		again(first), erase(TEAM), again(first), enter("T-2", "two") };
	static const struct {
		Pb__Outcome outcome;
		bool is_replayed;
	} expected[] = { { OK, false }, { OK, true }, { PB__OUTCOME__ID_REUSED, false }, { OK, false },
		{ OK, true }, { OK, false }, { OK, true }, { OK, false } };
	const Pb__BatchReply *reply = stage_run(
	    engine, STAGE_STAFF, stage_batch(&arena, commands, 8), &arena);
	for (size_t i = 0; i < 8; i++) {
		ck_assert_int_eq(reply->replies[i]->outcome, expected[i].outcome);
		ck_assert_int_eq(reply->replies[i]->replayed, expected[i].is_replayed);
	}
	expect_erased(TEAM);
	expect_name("T-2", "two");
	expect_on_disk("first", 0, 0);
	close_all();
}
END_TEST

START_TEST(what_is_only_tried_or_fails_with_its_siblings_keeps_nothing) {
	open_new();
	Pb__Command *team = enter(TEAM, MARKER);
	Pb__Batch *batch = stage_batch(&arena, &team, 1);
	batch->dry_run = true;
	ck_assert_int_eq(stage_run(engine, STAGE_STAFF, batch, &arena)->replies[0]->outcome, OK);
	Pb__Command *const linked[] = { enter(TEAM, MARKER), erase("T-unknown") };
	batch = stage_batch(&arena, linked, 2);
	batch->linked = true;
	ck_assert_int_eq(stage_run(engine, STAGE_STAFF, batch, &arena)->replies[0]->outcome,
	    PB__OUTCOME__LINKED_FAILED);
	must(enter("T-2", "two"));
	expect_on_disk(MARKER, 0, 0);
	expect_name("T-2", "two");

	Pb__Command *const tried[] = { erase("T-2") };
	batch = stage_batch(&arena, tried, 1);
	batch->dry_run = true;
	ck_assert_int_eq(stage_run(engine, STAGE_STAFF, batch, &arena)->replies[0]->outcome, OK);
	expect_name("T-2", "two");
	close_all();
}
END_TEST

START_TEST(a_failed_commit_keeps_nothing_and_the_retry_works) {
	struct memory_log memory;
	char detail[ENGINE_DETAIL_BYTES] = "";
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, 0);
	const struct engine_config config = { .directory = suite_directory() };
	ck_assert_int_eq(engine_open_with_log(&config, log, &engine, detail), ERR_OK);
	must(enter("T-2", "two"));
	Pb__Command *team = enter(TEAM, "one"), *erasure = erase("T-2");
	memory_log_fail(&memory, ERR_IO);
	ck_assert_int_eq(run(again(team))->outcome, PB__OUTCOME__UNAVAILABLE);
	ck_assert_int_eq(run(again(erasure))->outcome, PB__OUTCOME__UNAVAILABLE);
	memory_log_fail(&memory, ERR_OK);
	expect_name("T-2", "two");
	ck_assert_uint_eq(memory.n_texts, 1);
	uint64_t seq = must(again(team));
	expect_replay(team, seq);
	expect_reused(team, "other");
	expect_name(TEAM, "one");
	must(again(erasure));
	expect_erased("T-2");
	close_all();
	memory_log_done(&memory);
}
END_TEST

START_TEST(no_two_salts_are_the_same) {
	struct memory_log memory;
	char detail[ENGINE_DETAIL_BYTES] = "";
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, 0);
	const struct engine_config config = { .directory = suite_directory() };
	ck_assert_int_eq(engine_open_with_log(&config, log, &engine, detail), ERR_OK);
	Pb__Command *const commands[] = { enter("T-1", "same"), enter("T-2", "same"),
		update("T-1", "same") };
	stage_run(engine, STAGE_STAFF, stage_batch(&arena, commands, 3), &arena);
	ck_assert_uint_eq(memory.n_texts, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_mem_ne(memory.texts[i].text.data, memory.texts[(i + 1) % 3].text.data, 32);
	close_all();
	memory_log_done(&memory);
}
END_TEST

SUITE_MAIN("personal", particulars_stand_beside_the_journal_and_nowhere_else,
    they_outlive_the_state_which_is_rebuilt_without_them, they_are_read_replaced_and_erased,
    a_retry_is_known_again_before_and_after_a_restart, a_retry_is_known_again_in_the_same_batch,
    what_is_only_tried_or_fails_with_its_siblings_keeps_nothing,
    a_failed_commit_keeps_nothing_and_the_retry_works, no_two_salts_are_the_same)
