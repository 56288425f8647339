/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine over a log that stalls and fails: group commit, the bounded queue, failed commits.
 */
#include "engine/engine_internal.h"

#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define OK             PB__OUTCOME__OUTCOME_OK
#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static struct arena arena;
static struct memory_log memory;
static struct engine *engine;
static const char *directory;

static void open_engine(size_t queue_commands_max) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = {
		.directory = directory,
		.queue_commands_max = queue_commands_max,
	};
	ck_assert_msg(
	    !engine_open_with_log(&config, memory_log_open(&memory), &engine, detail), "%s", detail);
}

static void open_new(size_t queue_commands_max) {
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, 0);
	directory = suite_directory();
	open_engine(queue_commands_max);
}

static void close_all(void) {
	engine_close(engine);
	memory_log_done(&memory);
	arena_done(&arena);
}

static Pb__Command *fund(const char *code) {
	return stage_create_fund(&arena, code);
}

static const Pb__Reply *run_one(Pb__Command *command) {
	return stage_run_one(engine, STAGE_STAFF, command, &arena);
}

/* A call of one command with an arena of its own, so that several can be in flight. */
struct flight {
	struct stage_call call;
	struct arena arena;
	Pb__Command *command;
};

static void take_off(struct flight *flight, const char *code) {
	arena_init(&flight->arena, 0);
	flight->command = stage_create_fund(&flight->arena, code);
	stage_submit(engine, &flight->call, STAGE_STAFF,
	    stage_batch(&flight->arena, &flight->command, 1), &flight->arena);
}

static const Pb__Reply *land(struct flight *flight) {
	return stage_wait(&flight->call)->replies[0];
}

static void clear(struct flight *flight) {
	arena_done(&flight->arena);
}

static void take_off_numbered(struct flight *flight, size_t number) {
	char code[32];
	snprintf(code, sizeof(code), "f%zu", number);
	take_off(flight, code);
}

/* --- group commit --- */

START_TEST(what_waits_during_a_commit_is_committed_at_once) {
	static struct flight flights[100];
	open_new(0);
	memory_log_stall(&memory);
	take_off_numbered(&flights[0], 0);
	memory_log_wait_stalled(&memory);
	size_t before = memory_log_appends(&memory);
	for (size_t i = 1; i < COUNT_OF(flights); i++)
		take_off_numbered(&flights[i], i);
	memory_log_release(&memory);
	for (size_t i = 0; i < COUNT_OF(flights); i++) {
		ck_assert_uint_eq(land(&flights[i])->seq, i + 2);
		clear(&flights[i]);
	}
	ck_assert_uint_eq(memory_log_appends(&memory), before + 2);
	close_all();
}
END_TEST

/* As soon as the first call is answered its memory is gone. */
START_TEST(an_id_repeated_within_a_commit_is_answered_from_memory_of_its_own) {
	static struct flight flights[3];
	open_new(0);
	memory_log_stall(&memory);
	take_off(&flights[0], "f0");
	memory_log_wait_stalled(&memory);
	take_off(&flights[1], "f1");
	arena_init(&flights[2].arena, 0);
	flights[2].command = stage_create_fund(&flights[2].arena, "f1");
	*flights[2].command->id = *flights[1].command->id;
	const struct uuid id = { flights[1].command->id->high, flights[1].command->id->low };
	stage_submit(engine, &flights[2].call, STAGE_STAFF,
	    stage_batch(&flights[2].arena, &flights[2].command, 1), &flights[2].arena);
	memory_log_release(&memory);
	land(&flights[0]);
	uint64_t seq = land(&flights[1])->seq;
	const Pb__Reply *reply = land(&flights[2]);
	ck_assert(reply->replayed);
	ck_assert_ptr_ne(reply->decision, flights[1].call.call.reply->replies[0]->decision);
	clear(&flights[0]);
	clear(&flights[1]);
	ck_assert_uint_eq(reply->seq, seq);
	ck_assert_uint_eq(reply->id->high, id.high);
	ck_assert_uint_eq(reply->id->low, id.low);
	ck_assert_uint_eq(reply->decision->subject, seq);
	clear(&flights[2]);
	close_all();
}
END_TEST

START_TEST(nothing_is_answered_or_visible_before_it_is_durable) {
	struct flight flight;
	int value;
	open_new(0);
	memory_log_stall(&memory);
	take_off(&flight, "f");
	memory_log_wait_stalled(&memory);
	sem_getvalue(&flight.call.done, &value);
	ck_assert_int_eq(value, 0);
	ck_assert_uint_eq(engine_last_seq(engine), 1);
	memory_log_release(&memory);
	ck_assert_uint_eq(land(&flight)->seq, 2);
	ck_assert_uint_eq(engine_last_seq(engine), 2);
	clear(&flight);
	close_all();
}
END_TEST

START_TEST(closing_answers_what_is_queued) {
	static struct flight flights[20];
	open_new(0);
	memory_log_stall(&memory);
	for (size_t i = 0; i < COUNT_OF(flights); i++)
		take_off_numbered(&flights[i], i);
	memory_log_release(&memory);
	engine_close(engine);
	for (size_t i = 0; i < COUNT_OF(flights); i++) {
		ck_assert_uint_eq(land(&flights[i])->seq, i + 2);
		clear(&flights[i]);
	}
	open_engine(0);
	ck_assert_uint_eq(engine_last_seq(engine), COUNT_OF(flights) + 1);
	close_all();
}
END_TEST

/* --- the queue --- */

START_TEST(a_full_queue_refuses_and_recovers) {
	struct flight stalled, waiting[10];
	open_new(10);
	memory_log_stall(&memory);
	take_off(&stalled, "stalled");
	memory_log_wait_stalled(&memory);
	for (size_t i = 0; i < COUNT_OF(waiting); i++)
		take_off_numbered(&waiting[i], i);
	Pb__Command *command = fund("late");
	struct engine_call late = {
		.batch = stage_batch(&arena, &command, 1), .principal = STAGE_STAFF, .arena = &arena
	};
	struct engine_read read = { 0 };
	ck_assert_int_eq(engine_submit(engine, &late), ERR_FULL);
	ck_assert_int_eq(engine_read_latest(engine, &read), ERR_FULL);
	memory_log_release(&memory);
	ck_assert_int_eq(land(&stalled)->outcome, OK);
	for (size_t i = 0; i < COUNT_OF(waiting); i++) {
		ck_assert_int_eq(land(&waiting[i])->outcome, OK);
		clear(&waiting[i]);
	}
	ck_assert_int_eq(run_one(command)->outcome, OK);
	clear(&stalled);
	close_all();
}
END_TEST

/* --- failed commits --- */

/* The head is as it was, and the ledger goes on. */
static void assert_goes_on_from(uint64_t seq, const uint8_t root[DIGEST_BYTES]) {
	uint8_t now[DIGEST_BYTES];
	uint64_t size;
	engine_tree_head(engine, &size, now);
	ck_assert_uint_eq(size, seq);
	ck_assert_mem_eq(now, root, DIGEST_BYTES);
	ck_assert_uint_eq(engine_last_seq(engine), seq);
	memory_log_fail(&memory, ERR_OK);
	engine_resume(engine);
	ck_assert_uint_eq(run_one(fund("after"))->seq, seq + 1);
	/* What the log holds is a journal that recovery accepts. */
	engine_close(engine);
	open_engine(0);
	ck_assert_uint_eq(engine_last_seq(engine), seq + 1);
}

static const struct {
	enum err err;
	bool stays_writable;
} failures[] = {
	{ ERR_IO, true },
	{ ERR_MEMORY, true },
	{ ERR_CLOSED, true },
	{ ERR_FULL, false },
};

static void fail_a_commit(enum err err, bool stays_writable) {
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	open_new(0);
	Pb__Command *durable = fund("durable");
	uint64_t seq = run_one(durable)->seq;
	engine_tree_head(engine, &size, root);
	memory_log_fail(&memory, err);
	Pb__Command *once = fund("once");
	Pb__Command *const commands[] = { once, once, durable, fund("durable"), fund("other") };
	const Pb__BatchReply *reply = stage_run(
	    engine, STAGE_STAFF, stage_batch(&arena, commands, 5), &arena);
	for (size_t i = 0; i < 5; i++) {
		/* The refusal too: it was decided on a state that never came to be. */
		ck_assert_int_eq(reply->replies[i]->outcome, i == 2 ? OK : PB__OUTCOME__UNAVAILABLE);
		ck_assert_uint_eq(reply->replies[i]->seq, i == 2 ? seq : 0);
		ck_assert_uint_eq(reply->replies[i]->id->low, commands[i]->id->low);
	}
	ck_assert_int_eq(engine_is_writable(engine), stays_writable);
	assert_goes_on_from(seq, root);
	const Pb__Reply *retried = run_one(once);
	ck_assert_int_eq(retried->outcome, OK);
	ck_assert(!retried->replayed);
	close_all();
}

START_TEST(a_failed_commit_fails_its_commands_and_leaves_nothing) {
	for (size_t i = 0; i < COUNT_OF(failures); i++)
		fail_a_commit(failures[i].err, failures[i].stays_writable);
}
END_TEST

START_TEST(a_failed_commit_fails_every_call_of_its_group) {
	static struct flight flights[20];
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	open_new(0);
	engine_tree_head(engine, &size, root);
	memory_log_stall(&memory);
	take_off_numbered(&flights[0], 0);
	memory_log_wait_stalled(&memory);
	for (size_t i = 1; i < COUNT_OF(flights); i++)
		take_off_numbered(&flights[i], i);
	memory_log_fail(&memory, ERR_IO);
	memory_log_release(&memory);
	for (size_t i = 0; i < COUNT_OF(flights); i++) {
		ck_assert_int_eq(land(&flights[i])->outcome, PB__OUTCOME__UNAVAILABLE);
		clear(&flights[i]);
	}
	assert_goes_on_from(1, root);
	close_all();
}
END_TEST

START_TEST(a_full_disk_makes_the_ledger_read_only_until_told) {
	open_new(0);
	Pb__Command *before = fund("before");
	uint64_t seq = run_one(before)->seq;
	memory_log_fail(&memory, ERR_FULL);
	ck_assert_int_eq(run_one(fund("full"))->outcome, PB__OUTCOME__UNAVAILABLE);
	ck_assert(!engine_is_writable(engine));
	memory_log_fail(&memory, ERR_OK);

	/* Refused at once, without trying the disk; what needs no disk still works. */
	size_t appends = memory_log_appends(&memory);
	ck_assert_int_eq(run_one(fund("still"))->outcome, PB__OUTCOME__UNAVAILABLE);
	ck_assert_uint_eq(run_one(before)->seq, seq);
	Pb__Command *command = fund("dry");
	Pb__Batch *batch = stage_batch(&arena, &command, 1);
	batch->dry_run = true;
	ck_assert_int_eq(stage_run(engine, STAGE_STAFF, batch, &arena)->replies[0]->outcome, OK);
	ck_assert_uint_eq(memory_log_appends(&memory), appends);

	engine_resume(engine);
	ck_assert(engine_is_writable(engine));
	ck_assert_uint_eq(run_one(fund("again"))->seq, seq + 1);
	close_all();
}
END_TEST

START_TEST(resuming_on_a_disk_that_is_still_full_is_harmless) {
	open_new(0);
	memory_log_fail(&memory, ERR_FULL);
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(run_one(fund("f"))->outcome, PB__OUTCOME__UNAVAILABLE);
		ck_assert(!engine_is_writable(engine));
		engine_resume(engine);
	}
	memory_log_fail(&memory, ERR_OK);
	ck_assert_uint_eq(run_one(fund("f"))->seq, 2);
	close_all();
}
END_TEST

/* As many funds as a batch may have; whether all were accepted. */
static bool make_funds(size_t round) {
	struct arena own;
	Pb__Command *commands[1000];
	arena_init(&own, 0);
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		char code[32];
		snprintf(code, sizeof(code), "r%zu-%zu", round, i);
		commands[i] = stage_create_fund(&own, code);
	}
	const Pb__BatchReply *reply = stage_run(
	    engine, STAGE_STAFF, stage_batch(&own, commands, COUNT_OF(commands)), &own);
	size_t accepted = 0;
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		accepted += reply->replies[i]->outcome == OK;
	arena_done(&own);
	ck_assert(accepted == 0 || accepted == COUNT_OF(commands));
	return accepted > 0;
}

/* A list: what of, or why not. */
struct list_read {
	struct engine_read read;
	sem_t done;
	uint64_t seq;
	enum err err;
};

static void note_seq(struct engine_read *read, const struct engine_view *view) {
	((struct list_read *)read)->seq = view->seq;
}

static void on_list_done(struct engine_read *read, enum err err) {
	((struct list_read *)read)->err = err;
	sem_post(&((struct list_read *)read)->done);
}

static enum err list_as_of(bool may_be_old, uint64_t *ret_seq) {
	struct list_read list = {
		.read = { .run = note_seq, .done = on_list_done, .may_be_old = may_be_old },
	};
	sem_init(&list.done, 0, 0);
	ck_assert_int_eq(engine_read_snapshot(engine, &list.read), ERR_OK);
	while (sem_wait(&list.done) != 0)
		;
	sem_destroy(&list.done);
	*ret_seq = list.seq;
	return list.err;
}

/* No newer state can be written: lists that may be old are as of the last, others are refused. */
static void lists_must_be_old(void) {
	uint64_t seq = 0;
	ck_assert_int_ne(list_as_of(false, &seq), ERR_OK);
	ck_assert_int_eq(list_as_of(true, &seq), ERR_OK);
	ck_assert_uint_gt(seq, 0);
	ck_assert_uint_lt(seq, engine_last_seq(engine));
}

/* The journal has room and the state has not: what is in the journal counts. */
START_TEST(failing_checkpoints_make_the_ledger_read_only) {
	struct rlimit before, tight;
	char detail[ENGINE_DETAIL_BYTES] = "";
	size_t rounds = 0;
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, 0);
	directory = suite_directory();
	const struct engine_config config = { .directory = directory, .memtable_bytes_max = 2 << 20 };
	ck_assert_msg(
	    !engine_open_with_log(&config, memory_log_open(&memory), &engine, detail), "%s", detail);

	uint64_t seq;
	ck_assert_int_eq(list_as_of(false, &seq), ERR_OK); /* there is a checkpoint */
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 256 << 10;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &tight), 0);
	while (engine_is_writable(engine) && rounds < 200)
		ck_assert(make_funds(rounds++));
	ck_assert(!engine_is_writable(engine));
	ck_assert_uint_eq(engine_last_seq(engine), 1 + rounds * 1000);
	ck_assert(!make_funds(rounds));
	lists_must_be_old();

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	engine_resume(engine);
	ck_assert(make_funds(rounds));
	ck_assert(engine_is_writable(engine));
	ck_assert_int_eq(list_as_of(true, &seq), ERR_OK);
	ck_assert_uint_eq(seq, engine_last_seq(engine));
	engine_close(engine);
	open_engine(0);
	ck_assert_uint_eq(engine_last_seq(engine), 1 + (rounds + 1) * 1000);
	close_all();
}
END_TEST

/* What became of a commit is not known, or somebody else wrote: the process must end unanswered. */
START_TEST(an_unknown_commit_ends_the_process) {
	const enum err errs[] = { ERR_FATAL, ERR_EXISTS };
	for (size_t i = 0; i < COUNT_OF(errs); i++) {
		pid_t child = fork();
		ck_assert_int_ge(child, 0);
		if (child == 0) {
			open_new(0);
			memory_log_fail(&memory, errs[i]);
			run_one(fund("f"));
			_exit(EX_OK); /* answered: wrong */
		}
		int status;
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), EX_IOERR);
	}
}
END_TEST

/* --- reads beside failed commits --- */

struct fund_read {
	struct engine_read read;
	sem_t done;
	const char *code;
	uint64_t id;
	uint64_t seq;
};

static void look_up_fund(struct engine_read *read, const struct engine_view *view) {
	struct fund_read *look = (struct fund_read *)read;
	struct key key = key_of_text(look->code);
	size_t bytes;
	const uint64_t *id = view->state->ops->get(view->state->self, TABLE_FUND_CODE, &key, &bytes);
	look->id = id ? *id : 0;
	look->seq = view->seq;
}

static void on_read_done(struct engine_read *read, enum err err) {
	ck_assert_int_eq(err, ERR_OK);
	sem_post(&((struct fund_read *)read)->done);
}

START_TEST(a_read_never_sees_what_then_fails) {
	struct flight flight;
	struct fund_read look = { .read = { .run = look_up_fund, .done = on_read_done }, .code = "f" };
	open_new(0);
	sem_init(&look.done, 0, 0);
	memory_log_stall(&memory);
	struct flight first;
	take_off(&first, "first");
	memory_log_wait_stalled(&memory);
	take_off(&flight, "f");
	ck_assert_int_eq(engine_read_latest(engine, &look.read), ERR_OK);
	memory_log_fail(&memory, ERR_IO);
	memory_log_release(&memory);
	sem_wait(&look.done);
	ck_assert_uint_eq(look.id, 0);
	ck_assert_uint_eq(look.seq, 1);
	ck_assert_int_eq(land(&first)->outcome, PB__OUTCOME__UNAVAILABLE);
	ck_assert_int_eq(land(&flight)->outcome, PB__OUTCOME__UNAVAILABLE);
	clear(&first);
	clear(&flight);
	sem_destroy(&look.done);
	close_all();
}
END_TEST

SUITE_MAIN("failures", what_waits_during_a_commit_is_committed_at_once,
    an_id_repeated_within_a_commit_is_answered_from_memory_of_its_own,
    nothing_is_answered_or_visible_before_it_is_durable, closing_answers_what_is_queued,
    a_full_queue_refuses_and_recovers, a_failed_commit_fails_its_commands_and_leaves_nothing,
    a_failed_commit_fails_every_call_of_its_group,
    a_full_disk_makes_the_ledger_read_only_until_told,
    resuming_on_a_disk_that_is_still_full_is_harmless,
    failing_checkpoints_make_the_ledger_read_only, an_unknown_commit_ends_the_process,
    a_read_never_sees_what_then_fails)
