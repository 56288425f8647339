/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include "base/clock.h"
#include "base/metrics.h"
#include "ledger/rows.h"
#include "support/stage.h"
#include "support/suite.h"

#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void close_all(void) {
	engine_close(engine);
	arena_done(&arena);
}

static uint64_t make_fund(const char *code) {
	return stage_must(engine, STAGE_STAFF, stage_create_fund(&arena, code), &arena);
}

/* A read that looks up one fund by its code, and counts all funds where it can. */
struct look {
	struct engine_read read;
	sem_t done;
	enum err err;
	const char *code;
	uint64_t id;
	uint64_t seq;
	size_t funds;
	bool has_scan;
	bool has_entry; /* the entry that made the fund is in the history */
};

static bool count_fund(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct look *look = arg;
	ck_assert_uint_eq(bytes, sizeof(struct fund_row));
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(key->bytes, 8);
	look->funds++;
	return true;
}

static void look_up(struct engine_read *read, const struct engine_view *view) {
	struct look *look = (struct look *)read;
	const struct state *state = view->state;
	struct key key = key_of_text(look->code), all = KEY_EMPTY;
	const struct id_row *row = STATE_GET(state, TABLE_FUND_CODE, &key, struct id_row);
	look->seq = view->seq;
	look->id = row ? row->id : 0;
	look->has_scan = state->ops->scan != NULL;
	if (look->has_scan)
		state->ops->scan(state->self, TABLE_FUND, &all, &all, count_fund, look);
	if (look->id) {
		struct arena scratch;
		arena_init(&scratch, 0);
		const Pb__JournalEntry *entry = view->history->ops->entry(
		    view->history->self, look->id, &scratch);
		look->has_entry = entry && entry->seq == look->id && entry->command->create_fund;
		arena_done(&scratch);
	}
}

static void on_look_done(struct engine_read *read, enum err err) {
	struct look *look = (struct look *)read;
	look->err = err;
	sem_post(&look->done);
}

typedef enum err (*submit_fn)(struct engine *engine, struct engine_read *read);

static void look_for(struct look *look, submit_fn submit, const char *code, int64_t deadline_us) {
	*look = (struct look){
		.read = { .run = look_up, .done = on_look_done, .deadline_us = deadline_us },
		.code = code,
	};
	sem_init(&look->done, 0, 0);
	ck_assert_int_eq(submit(engine, &look->read), ERR_OK);
	while (sem_wait(&look->done) != 0)
		;
	sem_destroy(&look->done);
}

START_TEST(a_point_read_sees_what_was_acknowledged) {
	open_new();
	for (int i = 0; i < 100; i++) {
		struct look look;
		char code[16];
		snprintf(code, sizeof(code), "f%d", i);
		uint64_t seq = make_fund(code);
		look_for(&look, engine_read_latest, code, 0);
		ck_assert_int_eq(look.err, ERR_OK);
		ck_assert_uint_eq(look.id, seq);
		ck_assert_uint_eq(look.seq, seq);
		ck_assert(look.has_entry);
		ck_assert(!look.has_scan);
	}
	close_all();
}
END_TEST

START_TEST(a_list_read_reflects_everything_acknowledged_before_it) {
	open_new();
	for (size_t i = 0; i < 20; i++) {
		struct look look;
		char code[16];
		snprintf(code, sizeof(code), "f%zu", i);
		uint64_t seq = make_fund(code);
		look_for(&look, engine_read_snapshot, code, 0);
		ck_assert_int_eq(look.err, ERR_OK);
		ck_assert_uint_eq(look.id, seq);
		ck_assert_uint_ge(look.seq, seq);
		ck_assert_uint_eq(look.funds, i + 1);
		ck_assert(look.has_entry);
	}
	close_all();
}
END_TEST

START_TEST(a_list_read_works_at_once_after_a_restart) {
	struct look look;
	open_new();
	uint64_t seq = make_fund("f");
	engine_close(engine);
	engine = stage_open(directory);
	look_for(&look, engine_read_snapshot, "f", 0);
	ck_assert_int_eq(look.err, ERR_OK);
	ck_assert_uint_eq(look.id, seq);
	ck_assert_uint_eq(look.seq, seq);
	close_all();
}
END_TEST

START_TEST(a_list_read_past_its_deadline_is_not_run) {
	struct look look;
	open_new();
	make_fund("f");
	look_for(&look, engine_read_snapshot, "f", clock_monotonic_us() - 1);
	ck_assert_int_eq(look.err, ERR_TIMEOUT);
	ck_assert_uint_eq(look.seq, 0);
	close_all();
}
END_TEST

/* A read or a call that submits itself again whenever it is done. */
struct endless {
	struct engine_read read;
	struct engine_call call;
	submit_fn submit;
	enum err end;
	unsigned rounds;
};

static void look_at_nothing(struct engine_read *read, const struct engine_view *view) {
	(void)read, (void)view;
}

static void read_again(struct engine_read *read, enum err err) {
	struct endless *endless = (struct endless *)read;
	ck_assert_int_eq(err, ERR_OK);
	endless->rounds++;
	read->deadline_us = 0;
	endless->end = endless->submit(engine, read);
}

static void call_again(struct engine_call *call) {
	struct endless *endless = (struct endless *)((char *)call - offsetof(struct endless, call));
	endless->rounds++;
	endless->end = engine_submit(engine, call);
}

START_TEST(closing_ends_what_would_go_on_for_ever) {
	struct endless latest = { .read = { .run = look_at_nothing, .done = read_again },
		.submit = engine_read_latest };
	struct endless snapshot = { .read = { .run = look_at_nothing, .done = read_again },
		.submit = engine_read_snapshot };
	struct endless call = { .call = { .principal = STAGE_STAFF, .done = call_again } };
	open_new();
	call.call.arena = &arena;
	call.call.batch = stage_batch(&arena, NULL, 0);
	ck_assert_int_eq(engine_read_latest(engine, &latest.read), ERR_OK);
	ck_assert_int_eq(engine_read_snapshot(engine, &snapshot.read), ERR_OK);
	ck_assert_int_eq(engine_submit(engine, &call.call), ERR_OK);
	close_all();
	ck_assert_int_eq(latest.end, ERR_CLOSED);
	ck_assert_int_eq(snapshot.end, ERR_CLOSED);
	ck_assert_int_eq(call.end, ERR_CLOSED);
	ck_assert_uint_ge(latest.rounds, 1);
	ck_assert_uint_ge(snapshot.rounds, 1);
	ck_assert_uint_ge(call.rounds, 1);
}
END_TEST

/* --- many threads at once --- */

enum { WRITERS = 3, READERS = 2, ROUNDS = 60 };

struct worker {
	pthread_t thread;
	int number;
	bool failed;
};

static void *write_funds(void *arg) {
	struct worker *worker = arg;
	struct arena own;
	arena_init(&own, 0);
	for (int i = 0; i < ROUNDS; i++) {
		char code[32];
		arena_reset(&own);
		snprintf(code, sizeof(code), "w%d-%d", worker->number, i);
		const Pb__Reply *reply = stage_run_one(
		    engine, STAGE_STAFF, stage_create_fund(&own, code), &own);
		worker->failed |= reply->outcome != OK;
	}
	arena_done(&own);
	return NULL;
}

/* What a list shows never goes back, and a point read is never behind the list before it. */
static void *read_funds(void *arg) {
	struct worker *worker = arg;
	size_t funds = 0;
	uint64_t seq = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct look look;
		uint64_t durable = engine_last_seq(engine);
		look_for(&look, engine_read_snapshot, "none", 0);
		worker->failed |= look.err || look.seq < durable || look.seq < seq || look.funds < funds;
		funds = look.funds;
		seq = look.seq;
		look_for(&look, engine_read_latest, "none", 0);
		worker->failed |= look.err || look.seq < seq;
	}
	return NULL;
}

START_TEST(writers_and_readers_do_not_disturb_each_other) {
	struct worker workers[WRITERS + READERS] = { 0 };
	struct look look;
	open_new();
	for (int i = 0; i < WRITERS + READERS; i++) {
		workers[i].number = i;
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL,
		                     i < WRITERS ? write_funds : read_funds, &workers[i]),
		    0);
	}
	for (int i = 0; i < WRITERS + READERS; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert_msg(!workers[i].failed, "worker %d", i);
	}
	look_for(&look, engine_read_snapshot, "w0-0", 0);
	ck_assert_uint_eq(look.funds, WRITERS * ROUNDS);
	ck_assert_uint_eq(engine_last_seq(engine), 1 + WRITERS * ROUNDS);
	close_all();
}
END_TEST

/* --- metrics --- */

static int64_t metric_value(const char *sample) {
	struct buffer text;
	char line[128];
	buffer_init(&text, 0);
	engine_refresh_metrics(engine);
	metrics_write(&text);
	snprintf(line, sizeof(line), "\n%s ", sample);
	const char *at = strstr(buffer_string(&text), line);
	ck_assert_msg(at != NULL, "no sample %s", sample);
	long long value = atoll(at + strlen(line));
	buffer_done(&text);
	return value;
}

/* Counters go on for as long as the process: what they grow by. */
static const struct {
	const char *sample;
	int64_t growth;
} counters[] = {
	{ "voucherd_commands_total{retry=\"none\"}", 2 },
	{ "voucherd_commands_total{retry=\"conflict\"}", 1 },
	{ "voucherd_replays_total", 1 },
	{ "voucherd_journal_entries_total", 1 },
	{ "voucherd_commit_seconds_count", 1 },
	{ "voucherd_reads_total{kind=\"latest\"}", 1 },
	{ "voucherd_reads_total{kind=\"snapshot\"}", 1 },
};

START_TEST(metrics_count_what_happened) {
	int64_t before[COUNT_OF(counters)];
	struct look look;
	open_new();
	for (size_t i = 0; i < COUNT_OF(counters); i++)
		before[i] = metric_value(counters[i].sample);
	Pb__Command *command = stage_create_fund(&arena, "f");
	stage_run_one(engine, STAGE_STAFF, command, &arena);
	stage_run_one(engine, STAGE_STAFF, command, &arena);
	stage_run_one(engine, STAGE_STAFF, stage_create_fund(&arena, "f"), &arena);
	look_for(&look, engine_read_snapshot, "f", 0);
	look_for(&look, engine_read_latest, "f", 0);
	for (size_t i = 0; i < COUNT_OF(counters); i++)
		ck_assert_int_eq(metric_value(counters[i].sample) - before[i], counters[i].growth);
	ck_assert_int_eq(metric_value("voucherd_journal_seq"), 2);
	ck_assert_int_eq(metric_value("voucherd_checkpoint_seq"), 2);
	ck_assert_int_eq(metric_value("voucherd_checkpoint_lag_entries"), 0);
	ck_assert_int_eq(metric_value("voucherd_queue_commands"), 0);
	close_all();
}
END_TEST

SUITE_MAIN("reads", a_point_read_sees_what_was_acknowledged,
    a_list_read_reflects_everything_acknowledged_before_it,
    a_list_read_works_at_once_after_a_restart, a_list_read_past_its_deadline_is_not_run,
    closing_ends_what_would_go_on_for_ever, writers_and_readers_do_not_disturb_each_other,
    metrics_count_what_happened)
