/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include "base/check.h"
#include "disk.h"
#include "recorder.h"
#include "support/stage.h"
#include "support/suite.h"

#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BATCH = 20,
	FUNDS_AT_ONCE = 500,
	TRIES = 3,         /* of a command that is UNAVAILABLE */
	SENT_AGAIN = 5,    /* acknowledged commands, by the examination */
	ASKED_AGAIN = 100, /* commands of which nothing was heard */
	MEMTABLE_BYTES = 4 << 20,
};

/* --- what was told --- */

static void add(struct acknowledgements *list, const void *data, size_t bytes) {
	size_t count = bytes / sizeof(list->list[0]);
	list->list = realloc(list->list, (list->count + count) * sizeof(list->list[0]));
	check(list->list);
	memcpy(list->list + list->count, data, bytes);
	list->count += count;
}

void told_add(struct told *told, const struct trace_event *event) {
	if (event->kind != TRACE_TOLD)
		return;
	if (event->file == TOLD_ASKED)
		add(&told->asked, event->data, event->bytes);
	if (event->file == TOLD_ACKNOWLEDGED)
		add(&told->acknowledged, event->data, event->bytes);
	if (event->file != TOLD_ERASED)
		return;
	told->erased = realloc(told->erased, (told->erased_count + 1) * sizeof(told->erased[0]));
	check(told->erased && event->bytes == sizeof(told->erased[0]));
	memcpy(told->erased[told->erased_count++], event->data, event->bytes);
}

void told_free(struct told *told) {
	acknowledgements_free(&told->acknowledged);
	acknowledgements_free(&told->asked);
	free(told->erased);
}

/* --- the ledger --- */

static enum err open_small(
    const char *directory, struct engine **ret_engine, char ret_detail[ENGINE_DETAIL_BYTES]) {
	const struct engine_config config = {
		.directory = directory,
		.memtable_bytes_max = MEMTABLE_BYTES,
	};
	return engine_open(&config, ret_engine, ret_detail);
}

void load_create(struct load *load, uint64_t more) {
	struct arena arena;
	stage_create(load->directory);
	struct engine *engine = stage_open(load->directory);
	load->startup = stage_set_up(engine, LOAD_RESERVATIONS);
	stage_reserve(engine, load->startup, load->reservations, LOAD_RESERVATIONS);
	arena_init(&arena, 0);
	for (uint64_t done = 0; done < more;) {
		Pb__Command *commands[FUNDS_AT_ONCE];
		size_t count = more - done < FUNDS_AT_ONCE ? (size_t)(more - done) : FUNDS_AT_ONCE;
		arena_reset(&arena);
		for (size_t i = 0; i < count; i++)
			commands[i] = stage_create_fund(
			    &arena, arena_printf(&arena, "more-%" PRIu64, done + i));
		check(stage_run(engine, STAGE_STAFF, stage_batch(&arena, commands, count), &arena));
		done += count;
	}
	arena_done(&arena);
	load->setup_seq = engine_last_seq(engine);
	engine_close(engine);
}

/* --- the load --- */

struct running {
	const struct load *load;
	struct engine *engine;
	_Atomic bool is_ending;
};

static void set_id(Pb__Command *command, struct uuid id, uint64_t last_bits) {
	command->id->high = id.high;
	command->id->low = (id.low & ~UINT64_C(3)) | last_bits;
}

static struct acknowledgement about(const Pb__Command *command) {
	return (struct acknowledgement){
		.id = { command->id->high, command->id->low },
		.reservation = command->redeem->reservation,
	};
}

/* A redemption of 0.01 that is refused: the ledger is wrong, or the test. */
static bool is_accepted(const struct load *load, const Pb__BatchReply *reply, size_t count) {
	for (size_t i = 0; i < count; i++) {
		Pb__Outcome outcome = reply ? reply->replies[i]->outcome : PB__OUTCOME__UNAVAILABLE;
		if (outcome == PB__OUTCOME__OUTCOME_OK)
			continue;
		if (!load->may_fail ||
		    (outcome != PB__OUTCOME__UNAVAILABLE && outcome != PB__OUTCOME__LINKED_FAILED)) {
			fprintf(stderr, "refused with outcome %d\n", (int)outcome);
			_exit(LOAD_REFUSED);
		}
		return false;
	}
	return true;
}

/* `count` redemptions at once; of two each has effect only with the other. */
static void redeem(const struct running *running, size_t count, uint64_t *seed) {
	const struct load *load = running->load;
	struct arena arena;
	Pb__Command *commands[BATCH];
	struct acknowledgement list[BATCH];
	struct uuid base = uuid_new();
	arena_init(&arena, 0);
	for (size_t i = 0; i < count; i++) {
		uint64_t reservation = load->reservations[chance(seed) % LOAD_RESERVATIONS];
		commands[i] = stage_redeem(&arena, reservation, 1);
		set_id(commands[i], count == 2 ? base : uuid_new(), count == 2 ? ID_LINKED | i : 0);
		list[i] = about(commands[i]);
	}
	Pb__Batch *batch = stage_batch(&arena, commands, count);
	batch->linked = count == 2;
	if (!batch->linked)
		recorder_tell(TOLD_ASKED, list, count * sizeof(list[0]));
	for (int i = 0; i < TRIES; i++) {
		const Pb__BatchReply *reply = stage_run(running->engine, load->startup, batch, &arena);
		if (!is_accepted(load, reply, count))
			continue;
		for (size_t j = 0; j < count; j++)
			list[j].seq = reply->replies[j]->seq;
		recorder_tell(TOLD_ACKNOWLEDGED, list, count * sizeof(list[0]));
		break;
	}
	arena_done(&arena);
}

static bool run_one(const struct running *running, Pb__Command *command, struct arena *arena) {
	set_id(command, uuid_new(), 0);
	const Pb__BatchReply *reply = stage_run(
	    running->engine, STAGE_STAFF, stage_batch(arena, &command, 1), arena);
	if (!is_accepted(running->load, reply, 1))
		return false;
	const struct acknowledgement told = {
		.id = { command->id->high, command->id->low },
		.seq = reply->replies[0]->seq,
	};
	recorder_tell(TOLD_ACKNOWLEDGED, &told, sizeof(told));
	return true;
}

static void be_a_client(const struct load *load, bool is_client) {
	if (load->spare)
		load->spare(is_client);
}

static void *run_persons(void *arg) {
	const struct running *running = arg;
	be_a_client(running->load, true);
	struct arena arena;
	arena_init(&arena, 0);
	for (int i = 0; i == 0 || !running->is_ending; i++) { /* the first one keeps its text */
		person_code code = "";
		snprintf(code, sizeof(code), "T-%d-%d", running->load->round, i);
		arena_reset(&arena);
		bool is_there = run_one(running, person_enter(code, &arena), &arena);
		if (is_there && i % 3 == 0)
			is_there = run_one(running, person_update(code, &arena), &arena);
		if (is_there && i % 4 != 0 && run_one(running, person_erase(code, &arena), &arena))
			recorder_tell(TOLD_ERASED, code, sizeof(code));
	}
	arena_done(&arena);
	return NULL;
}

struct list_read {
	struct engine_read read;
	sem_t done;
};

static void look_at_nothing(struct engine_read *read, const struct engine_view *view) {
	(void)read, (void)view;
}

static void on_listed(struct engine_read *read, enum err err) {
	(void)err;
	sem_post(&((struct list_read *)read)->done);
}

/* A list that is asked for makes a checkpoint begin. */
static void *run_lists(void *arg) {
	const struct running *running = arg;
	be_a_client(running->load, true);
	while (!running->is_ending) {
		struct list_read list = { .read = { .run = look_at_nothing, .done = on_listed } };
		check(sem_init(&list.done, 0, 0) == 0);
		check(engine_read_snapshot(running->engine, &list.read) == ERR_OK);
		while (sem_wait(&list.done) != 0)
			;
		sem_destroy(&list.done);
	}
	return NULL;
}

static void run_redemptions(const struct running *running) {
	uint64_t seed = running->load->seed;
	for (int i = 0; i < running->load->steps; i++) {
		static const size_t counts[] = { 1, 1, 2, BATCH };
		redeem(running, counts[chance(&seed) % 4], &seed);
	}
}

void load_run(const struct load *load) {
	struct running running = { .load = load };
	char detail[ENGINE_DETAIL_BYTES] = "";
	pthread_t persons, lists;
	if (load->on_start)
		load->on_start();
	if (open_small(load->directory, &running.engine, detail)) {
		fprintf(stderr, "not opened: %s\n", detail);
		_exit(LOAD_NOT_OPENED);
	}
	if (!load->is_old) {
		be_a_client(load, true);
		check(pthread_create(&persons, NULL, run_persons, &running) == 0);
		check(pthread_create(&lists, NULL, run_lists, &running) == 0);
		run_redemptions(&running);
		if (!load->is_closed)
			kill(getpid(), SIGKILL);
		running.is_ending = true;
		pthread_join(persons, NULL);
		pthread_join(lists, NULL);
		be_a_client(load, false);
	}
	engine_close(running.engine);
	_exit(LOAD_CLOSED);
}

/* --- the examination --- */

static const char *resend(struct engine *engine, const struct load *load,
    const struct acknowledgement *told, struct arena *arena) {
	Pb__Command *command = stage_redeem(arena, told->reservation, 1);
	command->id->high = told->id.high;
	command->id->low = told->id.low;
	const Pb__Reply *reply = stage_run_one(engine, load->startup, command, arena);
	if (!reply || reply->outcome != PB__OUTCOME__OUTCOME_OK)
		return "a command that is sent again is refused";
	if (told->seq && (!reply->replayed || reply->seq != told->seq))
		return "an acknowledged command that is sent again is answered otherwise";
	return NULL;
}

/* What was asked shortly before the end, and nothing heard of: it is carried out, once. */
static const char *resolve(struct engine *engine, const struct load *load, const struct told *told,
    uint64_t *seed, struct arena *arena) {
	const struct acknowledgements *asked = &told->asked, *heard = &told->acknowledged;
	const char *fault = NULL;
	size_t first = asked->count > ASKED_AGAIN ? asked->count - ASKED_AGAIN : 0;
	for (size_t i = first; i < asked->count && !fault; i++)
		fault = resend(engine, load, &asked->list[i], arena);
	for (size_t i = 0; i < SENT_AGAIN && heard->count && !fault; i++) {
		const struct acknowledgement *one = &heard->list[chance(seed) % heard->count];
		if (one->reservation)
			fault = resend(engine, load, one, arena);
	}
	if (!fault) {
		const struct acknowledgement another = { .id = { uuid_new().high, 4 },
			.reservation = load->reservations[0] };
		fault = resend(engine, load, &another, arena);
	}
	return fault;
}

static const char *examine_open(struct engine *engine, const struct load *load,
    const char *directory, const struct told *told, uint64_t *seed, struct arena *arena,
    uint8_t ret_digest[DIGEST_BYTES]) {
	size_t texts;
	const char *fault = examine_journal(engine, &told->acknowledged, arena);
	if (!fault)
		fault = resolve(engine, load, told, seed, arena);
	if (!fault)
		fault = examine_journal(engine, &told->acknowledged, arena);
	if (!fault)
		fault = examine_state(engine, arena, ret_digest);
	return fault ? fault : persons_examine(engine, directory, &texts, arena);
}

static const char *examine_rebuilt(
    const char *directory, const uint8_t digest[DIGEST_BYTES], struct arena *arena) {
	char state[600], detail[ENGINE_DETAIL_BYTES] = "";
	uint8_t again[DIGEST_BYTES];
	struct engine *engine;
	snprintf(state, sizeof(state), "%s/state", directory);
	suite_remove(state);
	if (open_small(directory, &engine, detail))
		return arena_printf(arena, "the state cannot be made again: %s", detail);
	const char *fault = examine_state(engine, arena, again);
	engine_close(engine);
	if (!fault && memcmp(digest, again, DIGEST_BYTES) != 0)
		fault = "the state is not what the journal says";
	return fault;
}

const char *load_examine(const struct load *load, const char *directory, const struct told *told,
    uint64_t seed, struct arena *arena) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	uint8_t digest[DIGEST_BYTES];
	struct engine *engine;
	struct told seen = *told;
	seen.acknowledged.setup_seq = load->setup_seq;
	const char *fault = persons_examine_erased(
	    directory, (const person_code *)seen.erased, seen.erased_count, arena);
	if (fault)
		return fault;
	if (open_small(directory, &engine, detail))
		return arena_printf(arena, "it cannot be opened: %s", detail);
	fault = examine_open(engine, load, directory, &seen, &seed, arena, digest);
	engine_close(engine);
	return fault ? fault : examine_rebuilt(directory, digest, arena);
}
