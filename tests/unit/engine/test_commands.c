/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include "record/entry.h"
#include "record/merkle.h"
#include "support/stage.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define OK             PB__OUTCOME__OUTCOME_OK
#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

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

static const Pb__BatchReply *run(Pb__Command *const *commands, size_t count) {
	return stage_run(engine, STAGE_STAFF, stage_batch(&arena, commands, count), &arena);
}

static const Pb__Reply *run_one(Pb__Command *command) {
	return stage_run_one(engine, STAGE_STAFF, command, &arena);
}

static Pb__Command *fund(const char *code) {
	return stage_create_fund(&arena, code);
}

/* The tree over the whole journal, computed from its bytes. */
struct recomputed {
	struct merkle tree;
	struct digest *digest;
	uint64_t last_time_us;
};

static bool add_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct recomputed *recomputed = arg;
	Pb__JournalEntry *entry;
	ck_assert_uint_eq(seq, recomputed->tree.size + 1);
	ck_assert_int_eq(entry_decode(data, bytes, &arena, &entry), ERR_OK);
	ck_assert_uint_eq(entry->seq, seq);
	ck_assert_uint_gt(entry->time_us, recomputed->last_time_us);
	recomputed->last_time_us = entry->time_us;
	merkle_append(&recomputed->tree, recomputed->digest, (const char *)data + ENTRY_HEADER_BYTES,
	    bytes - ENTRY_HEADER_BYTES);
	return true;
}

/* The journal has `expected` entries, without gaps, with rising times, and the head is theirs. */
static void assert_journal(uint64_t expected) {
	uint8_t computed[DIGEST_BYTES], told[DIGEST_BYTES];
	uint64_t size;
	struct recomputed recomputed = { .last_time_us = 0 };
	merkle_init(&recomputed.tree);
	ck_assert_int_eq(digest_new("SHA256", &recomputed.digest), ERR_OK);
	ck_assert_int_eq(engine_read_journal(engine, 1, add_entry, &recomputed), ERR_OK);
	merkle_root(&recomputed.tree, recomputed.digest, computed);
	digest_free(recomputed.digest);
	engine_tree_head(engine, &size, told);
	ck_assert_uint_eq(recomputed.tree.size, expected);
	ck_assert_uint_eq(engine_last_seq(engine), expected);
	ck_assert_uint_eq(size, expected);
	ck_assert_mem_eq(computed, told, DIGEST_BYTES);
}

/* --- life --- */

START_TEST(a_new_ledger_holds_its_genesis) {
	open_new();
	assert_journal(1);
	ck_assert_str_eq(engine_genesis(engine)->name, "stage");
	ck_assert(engine_ledger_id(engine).high != 0);
	ck_assert(engine_is_writable(engine));
	close_all();
}
END_TEST

START_TEST(a_ledger_is_never_made_twice) {
	open_new();
	const Pb__JournalEntry *genesis = stage_genesis(&arena);
	ck_assert_int_eq(engine_create(directory, genesis), ERR_EXISTS);
	engine_close(engine);
	ck_assert_int_eq(engine_create(directory, genesis), ERR_EXISTS);
	engine = stage_open(directory);
	close_all();
}
END_TEST

START_TEST(a_ledger_has_a_directory_of_its_own_that_others_cannot_enter) {
	char path[300];
	struct stat stat_of;
	arena_init(&arena, 0);
	snprintf(path, sizeof(path), "%s/new", suite_directory());
	stage_create(path);
	ck_assert_int_eq(stat(path, &stat_of), 0);
	ck_assert_uint_eq(stat_of.st_mode & 0777, 0700);
	snprintf(path, sizeof(path), "%s/no/such/parent", suite_directory());
	ck_assert_int_eq(engine_create(path, stage_genesis(&arena)), ERR_NOT_FOUND);
	arena_done(&arena);
}
END_TEST

START_TEST(opening_nothing_says_what_to_do) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = { .directory = suite_directory() };
	engine = NULL;
	ck_assert_int_eq(engine_open(&config, &engine, detail), ERR_NOT_FOUND);
	ck_assert_ptr_null(engine);
	ck_assert_ptr_nonnull(strstr(detail, config.directory));
	ck_assert_ptr_nonnull(strstr(detail, "voucherctl init"));
	engine_close(NULL);
}
END_TEST

/* --- order --- */

struct committed {
	uint64_t seqs[100];
	size_t count;
	size_t commits;
};

static void on_commit(
    void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq) {
	struct committed *committed = arg;
	for (size_t i = 0; i < count && committed->count < COUNT_OF(committed->seqs); i++)
		committed->seqs[committed->count++] = entries[i]->seq;
	ck_assert_uint_eq(entries[count - 1]->seq, last_seq);
	committed->commits++;
}

START_TEST(entries_follow_the_order_of_submission_without_gaps) {
	struct committed committed = { 0 };
	struct stage_call calls[10];
	struct arena arenas[10];
	char detail[ENGINE_DETAIL_BYTES];
	arena_init(&arena, 0);
	directory = suite_directory();
	stage_create(directory);
	const struct engine_config config = {
		.directory = directory, .on_commit = on_commit, .on_commit_arg = &committed
	};
	ck_assert_int_eq(engine_open(&config, &engine, detail), ERR_OK);
	for (int i = 0; i < 10; i++) {
		char code[16];
		arena_init(&arenas[i], 0);
		snprintf(code, sizeof(code), "f%d", i);
		Pb__Command *const commands[] = { stage_create_fund(&arenas[i], code),
			stage_create_fund(&arenas[i], code), stage_appropriate(&arenas[i], code, 100) };
		stage_submit(
		    engine, &calls[i], STAGE_STAFF, stage_batch(&arenas[i], commands, 3), &arenas[i]);
	}
	for (unsigned i = 0; i < 10; i++) {
		const Pb__BatchReply *reply = stage_wait(&calls[i]);
		ck_assert_uint_eq(reply->n_replies, 3);
		ck_assert_uint_eq(reply->replies[0]->seq, 2 + 2 * i);
		ck_assert_int_eq(reply->replies[1]->outcome, PB__OUTCOME__CODE_TAKEN);
		ck_assert_uint_eq(reply->replies[2]->seq, 3 + 2 * i);
		arena_done(&arenas[i]);
	}
	assert_journal(21);
	close_all();
	ck_assert_uint_eq(committed.count, 20);
	for (size_t i = 0; i < committed.count; i++)
		ck_assert_uint_eq(committed.seqs[i], i + 2);
}
END_TEST

START_TEST(an_empty_batch_has_an_empty_reply) {
	open_new();
	const Pb__BatchReply *reply = run(NULL, 0);
	ck_assert_ptr_nonnull(reply);
	ck_assert_uint_eq(reply->n_replies, 0);
	assert_journal(1);
	close_all();
}
END_TEST

START_TEST(a_batch_beyond_the_limit_is_refused_at_the_door) {
	open_new();
	static Pb__Command *commands[LIMIT_BATCH_COMMANDS + 1];
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		commands[i] = fund("same");
	struct engine_call call = {
		.batch = stage_batch(&arena, commands, COUNT_OF(commands)),
		.principal = STAGE_STAFF,
		.arena = &arena,
	};
	ck_assert_int_eq(engine_submit(engine, &call), ERR_RANGE);
	const Pb__BatchReply *reply = run(commands, LIMIT_BATCH_COMMANDS);
	ck_assert_int_eq(reply->replies[0]->outcome, OK);
	ck_assert_int_eq(reply->replies[LIMIT_BATCH_COMMANDS - 1]->outcome, PB__OUTCOME__CODE_TAKEN);
	assert_journal(2);
	close_all();
}
END_TEST

START_TEST(a_command_without_an_id_is_refused) {
	open_new();
	Pb__Command *command = fund("f");
	command->id = NULL;
	const Pb__Reply *reply = run_one(command);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__FIELD_MISSING);
	ck_assert_str_eq(reply->refusal->field, "id");
	assert_journal(1);
	close_all();
}
END_TEST

/* --- idempotency --- */

static void assert_same_answer(const Pb__Reply *first, const Pb__Reply *again) {
	ck_assert_int_eq(first->outcome, OK);
	ck_assert(!first->replayed);
	ck_assert_int_eq(again->outcome, OK);
	ck_assert(again->replayed);
	ck_assert_uint_eq(again->seq, first->seq);
	ck_assert_int_eq(again->time_us, first->time_us);
}

START_TEST(an_id_takes_effect_once_within_a_batch) {
	open_new();
	Pb__Command *once = fund("once");
	Pb__Command *const commands[] = { once, once, fund("other"), once };
	const Pb__BatchReply *reply = run(commands, 4);
	assert_same_answer(reply->replies[0], reply->replies[1]);
	assert_same_answer(reply->replies[0], reply->replies[3]);
	ck_assert_uint_eq(reply->replies[2]->seq, 3);
	assert_journal(3);
	close_all();
}
END_TEST

START_TEST(an_id_takes_effect_once_across_batches_and_restarts) {
	open_new();
	Pb__Command *once = fund("once");
	const Pb__Reply *first = run_one(once);
	assert_same_answer(first, run_one(once));
	reopen();
	assert_same_answer(first, run_one(once));
	assert_journal(2);
	close_all();
}
END_TEST

START_TEST(an_id_with_another_content_is_refused_and_the_field_named) {
	open_new();
	Pb__Command *const commands[] = { fund("f"), stage_appropriate(&arena, "f", 100) };
	run(commands, 2);
	Pb__Command *changed = stage_appropriate(&arena, "f", 200);
	changed->id = commands[1]->id;
	for (int round = 0; round < 2; round++) {
		const Pb__Reply *reply = run_one(changed);
		ck_assert_int_eq(reply->outcome, PB__OUTCOME__ID_REUSED);
		ck_assert_str_eq(reply->refusal->field, "amount");
		reopen();
	}
	assert_journal(3);
	close_all();
}
END_TEST

START_TEST(an_id_of_another_principal_tells_nothing) {
	open_new();
	uint64_t startup = stage_set_up(engine, 0);
	uint64_t last = engine_last_seq(engine);
	Pb__Command *command = fund("f");
	ck_assert_int_eq(run_one(command)->outcome, OK);
	const Pb__Reply *reply = stage_run_one(engine, startup, command, &arena);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__ID_REUSED);
	ck_assert_uint_eq(reply->seq, 0);
	ck_assert(!reply->replayed);
	assert_journal(last + 1);
	close_all();
}
END_TEST

START_TEST(a_refused_id_may_be_tried_again) {
	open_new();
	Pb__Command *early = stage_appropriate(&arena, "f", 100);
	ck_assert_int_eq(run_one(early)->outcome, PB__OUTCOME__FUND_UNKNOWN);
	ck_assert_int_eq(run_one(fund("f"))->outcome, OK);
	const Pb__Reply *reply = run_one(early);
	ck_assert_int_eq(reply->outcome, OK);
	ck_assert(!reply->replayed);
	close_all();
}
END_TEST

/* --- linked --- */

static const Pb__BatchReply *run_linked(Pb__Command *const *commands, size_t count, bool dry_run) {
	Pb__Batch *batch = stage_batch(&arena, commands, count);
	batch->linked = true;
	batch->dry_run = dry_run;
	return stage_run(engine, STAGE_STAFF, batch, &arena);
}

START_TEST(linked_commands_take_effect_together) {
	open_new();
	Pb__Command *const commands[] = { fund("f"), stage_appropriate(&arena, "f", 100) };
	const Pb__BatchReply *reply = run_linked(commands, 2, false);
	ck_assert_uint_eq(reply->replies[0]->seq, 2);
	ck_assert_uint_eq(reply->replies[1]->seq, 3);
	assert_journal(3);
	close_all();
}
END_TEST

START_TEST(a_refusal_among_linked_commands_undoes_all_of_them) {
	open_new();
	Pb__Command *before = fund("before");
	Pb__Command *const linked[] = { fund("f"), stage_appropriate(&arena, "f", 100), before,
		stage_appropriate(&arena, "none", 100), fund("g") };
	ck_assert_int_eq(run_one(before)->outcome, OK);
	const Pb__BatchReply *reply = run_linked(linked, 5, false);
	const Pb__Outcome expected[] = { PB__OUTCOME__LINKED_FAILED, PB__OUTCOME__LINKED_FAILED, OK,
		PB__OUTCOME__FUND_UNKNOWN, PB__OUTCOME__LINKED_FAILED };
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		ck_assert_int_eq(reply->replies[i]->outcome, expected[i]);
		ck_assert_uint_eq(reply->replies[i]->id->low, linked[i]->id->low);
		ck_assert(i == 2 || reply->replies[i]->seq == 0);
	}
	ck_assert(reply->replies[2]->replayed); /* took effect before, and still has */
	assert_journal(2);
	/* Nothing of it is left, not even the ids. */
	ck_assert_uint_eq(run_one(linked[0])->seq, 3);
	ck_assert_uint_eq(run_one(linked[1])->seq, 4);
	reopen();
	assert_journal(4);
	close_all();
}
END_TEST

START_TEST(a_repeated_id_in_a_linked_batch_fails_with_it) {
	open_new();
	Pb__Command *twice = fund("f");
	Pb__Command *const linked[] = { twice, twice, stage_appropriate(&arena, "none", 100) };
	const Pb__BatchReply *reply = run_linked(linked, 3, false);
	ck_assert_int_eq(reply->replies[0]->outcome, PB__OUTCOME__LINKED_FAILED);
	ck_assert_int_eq(reply->replies[1]->outcome, PB__OUTCOME__LINKED_FAILED);
	ck_assert(!reply->replies[1]->replayed);
	assert_journal(1);
	close_all();
}
END_TEST

START_TEST(a_linked_batch_sent_again_is_answered_again) {
	open_new();
	Pb__Command *const linked[] = { fund("f"), stage_appropriate(&arena, "f", 100) };
	const Pb__BatchReply *first = run_linked(linked, 2, false);
	const Pb__BatchReply *again = run_linked(linked, 2, false);
	for (size_t i = 0; i < 2; i++)
		assert_same_answer(first->replies[i], again->replies[i]);
	assert_journal(3);
	close_all();
}
END_TEST

/* --- dry run --- */

START_TEST(a_dry_run_explains_and_leaves_no_trace) {
	open_new();
	Pb__Command *const commands[] = { fund("f"), stage_appropriate(&arena, "f", 100), fund("f") };
	Pb__Batch *batch = stage_batch(&arena, commands, 3);
	batch->dry_run = true;
	const Pb__BatchReply *reply = stage_run(engine, STAGE_STAFF, batch, &arena);
	ck_assert_int_eq(reply->replies[0]->outcome, OK);
	ck_assert_uint_eq(reply->replies[0]->seq, 0);
	ck_assert_int_eq(reply->replies[0]->time_us, 0);
	ck_assert_int_eq(reply->replies[1]->outcome, PB__OUTCOME__FUND_UNKNOWN);
	ck_assert_int_eq(reply->replies[2]->outcome, OK);
	assert_journal(1);
	batch->dry_run = false;
	reply = stage_run(engine, STAGE_STAFF, batch, &arena);
	ck_assert_uint_eq(reply->replies[0]->seq, 2);
	ck_assert(!reply->replies[0]->replayed);
	assert_journal(3);
	close_all();
}
END_TEST

START_TEST(a_linked_dry_run_sees_its_own_effects_and_leaves_no_trace) {
	open_new();
	Pb__Command *const commands[] = { fund("f"), stage_appropriate(&arena, "f", 100) };
	const Pb__BatchReply *reply = run_linked(commands, 2, true);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(reply->replies[i]->outcome, OK);
		ck_assert_uint_eq(reply->replies[i]->seq, 0);
	}
	assert_journal(1);
	ck_assert_int_eq(run_one(commands[1])->outcome, PB__OUTCOME__FUND_UNKNOWN);
	close_all();
}
END_TEST

START_TEST(a_dry_run_of_a_command_that_took_effect_says_so) {
	open_new();
	Pb__Command *command = fund("f");
	const Pb__Reply *first = run_one(command);
	Pb__Batch *batch = stage_batch(&arena, &command, 1);
	batch->dry_run = true;
	assert_same_answer(first, stage_run(engine, STAGE_STAFF, batch, &arena)->replies[0]);
	assert_journal(2);
	close_all();
}
END_TEST

/* --- memory --- */

START_TEST(a_call_whose_memory_runs_out_can_be_asked_again) {
	open_new();
	struct arena small;
	Pb__Command *commands[200];
	arena_init(&small, 16384);
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		char code[16];
		snprintf(code, sizeof(code), "f%zu", i);
		commands[i] = fund(code);
	}
	Pb__Batch *batch = stage_batch(&arena, commands, COUNT_OF(commands));
	ck_assert_ptr_null(stage_run(engine, STAGE_STAFF, batch, &small));
	uint64_t before = engine_last_seq(engine);
	ck_assert_uint_lt(before, COUNT_OF(commands) + 1);
	const Pb__BatchReply *reply = stage_run(engine, STAGE_STAFF, batch, &arena);
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		ck_assert_int_eq(reply->replies[i]->outcome, OK);
		ck_assert_uint_eq(reply->replies[i]->seq, i + 2);
		ck_assert_int_eq(reply->replies[i]->replayed, i + 2 <= before);
	}
	assert_journal(COUNT_OF(commands) + 1);
	arena_done(&small);
	close_all();
}
END_TEST

SUITE_MAIN("commands", a_new_ledger_holds_its_genesis, a_ledger_is_never_made_twice,
    a_ledger_has_a_directory_of_its_own_that_others_cannot_enter, opening_nothing_says_what_to_do,
    entries_follow_the_order_of_submission_without_gaps, an_empty_batch_has_an_empty_reply,
    a_batch_beyond_the_limit_is_refused_at_the_door, a_command_without_an_id_is_refused,
    an_id_takes_effect_once_within_a_batch, an_id_takes_effect_once_across_batches_and_restarts,
    an_id_with_another_content_is_refused_and_the_field_named,
    an_id_of_another_principal_tells_nothing, a_refused_id_may_be_tried_again,
    linked_commands_take_effect_together, a_refusal_among_linked_commands_undoes_all_of_them,
    a_repeated_id_in_a_linked_batch_fails_with_it, a_linked_batch_sent_again_is_answered_again,
    a_dry_run_explains_and_leaves_no_trace,
    a_linked_dry_run_sees_its_own_effects_and_leaves_no_trace,
    a_dry_run_of_a_command_that_took_effect_says_so,
    a_call_whose_memory_runs_out_can_be_asked_again)
