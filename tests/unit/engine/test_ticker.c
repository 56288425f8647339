/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What falls due, through a whole engine whose clock the test turns: each effect once, whatever
 * fails or restarts, and clients in between.
 */
#include "engine/ticker.h"

#include "base/clock.h"
#include "engine/engine_internal.h"
#include "ledger/due.h"
#include "ledger/rows.h"
#include "record/entry.h"
#include "record/pb.h"
#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK PB__OUTCOME__OUTCOME_OK

enum { AT_ONCE = 10000, GRANTS_MAX = LIMIT_TICK_FOUND + 500 };

static struct arena arena;
static struct memory_log memory;
static struct engine *engine;
static struct ticker *ticker;
static const char *directory;
static uint64_t startup;
static uint64_t objects[GRANTS_MAX]; /* vouchers, or reservations */
static _Atomic int64_t days_later;
static _Atomic size_t largest_commit, committed; /* of the daemon's commands */

/* --- an engine whose clock is turned --- */

static int64_t now_us(void *arg) {
	(void)arg;
	return clock_wall_us() + atomic_load(&days_later) * US_PER_DAY;
}

static bool is_daemons(const Pb__JournalEntry *entry) {
	return entry->actor && entry->actor->principal == LEDGER_SYSTEM_PRINCIPAL;
}

static void on_commit(
    void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq) {
	size_t own = 0;
	(void)arg;
	(void)last_seq;
	for (size_t i = 0; i < count; i++)
		own += is_daemons(entries[i]);
	if (own > atomic_load(&largest_commit))
		atomic_store(&largest_commit, own);
	atomic_fetch_add(&committed, own);
}

static void open_engine(unsigned interval_s) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = {
		.directory = directory,
		.on_commit = on_commit,
		.now_us = now_us,
	};
	ck_assert_msg(
	    !engine_open_with_log(&config, memory_log_open(&memory), &engine, detail), "%s", detail);
	ck_assert_int_eq(ticker_start(engine, interval_s, &ticker), ERR_OK);
}

static void close_engine(void) {
	ticker_stop(ticker);
	engine_close(engine);
}

static void open_new(size_t grants) {
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, 0);
	directory = suite_directory();
	atomic_store(&days_later, 0);
	atomic_store(&largest_commit, 0);
	atomic_store(&committed, 0);
	open_engine(0);
	startup = stage_set_up(engine, grants);
}

static void close_all(void) {
	close_engine();
	memory_log_done(&memory);
	arena_done(&arena);
}

static void restart(void) {
	close_engine();
	open_engine(0);
}

static void tick(void) {
	ck_assert_int_eq(ticker_tick(ticker), ERR_OK);
}

static void tick_after(int64_t days) {
	atomic_store(&days_later, days);
	tick();
}

/* --- what is in the journal --- */

struct tally {
	size_t expired; /* entries */
	size_t reminded;
	size_t withdrawn;
	size_t others;
	size_t between; /* others that lie between two of the daemon's */
	int64_t amount; /* expired */
};

struct journal_scan {
	struct tally tally;
	struct arena arena;
	size_t pending; /* others since the daemon's last one */
};

static void tally_own(struct tally *tally, const Pb__JournalEntry *entry) {
	switch (entry->command->body_case) {
	case PB__COMMAND__BODY_EXPIRE:
		tally->expired++;
		tally->amount += entry->decision->amount;
		break;
	case PB__COMMAND__BODY_REMIND: tally->reminded++; break;
	default: tally->withdrawn++;
	}
}

static bool visit_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct journal_scan *scan = arg;
	Pb__JournalEntry *entry;
	(void)seq;
	arena_reset(&scan->arena);
	ck_assert_int_eq(entry_decode(data, bytes, &scan->arena, &entry), ERR_OK);
	if (!is_daemons(entry)) {
		scan->tally.others++;
		scan->pending += scan->tally.expired > 0;
		return true;
	}
	tally_own(&scan->tally, entry);
	scan->tally.between += scan->pending;
	scan->pending = 0;
	return true;
}

static struct tally read_journal(void) {
	struct journal_scan scan = { .pending = 0 };
	arena_init(&scan.arena, 0);
	ck_assert_int_eq(engine_read_journal(engine, 1, visit_entry, &scan), ERR_OK);
	arena_done(&scan.arena);
	return scan.tally;
}

/* --- a row, as it is --- */

struct row_read {
	struct engine_read read;
	sem_t done;
	enum table table;
	uint64_t id;
	union {
		struct voucher_row voucher;
		struct reservation_row reservation;
	} row;
};

static void copy_row(struct engine_read *read, const struct engine_view *view) {
	struct row_read *one = (struct row_read *)read;
	size_t bytes;
	struct key key = key_of_id(one->id);
	const void *row = view->state->ops->get(view->state->self, one->table, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_le(bytes, sizeof(one->row));
	memcpy(&one->row, row, bytes);
}

static void on_row(struct engine_read *read, enum err err) {
	ck_assert_int_eq(err, ERR_OK);
	sem_post(&((struct row_read *)read)->done);
}

static void read_row(struct row_read *one, enum table table, uint64_t id) {
	*one = (struct row_read){
		.read = { .run = copy_row, .done = on_row }, .table = table, .id = id
	};
	sem_init(&one->done, 0, 0);
	ck_assert_int_eq(engine_read_latest(engine, &one->read), ERR_OK);
	while (sem_wait(&one->done) != 0)
		;
	sem_destroy(&one->done);
}

static struct voucher_row voucher_of(uint64_t id) {
	struct row_read one;
	read_row(&one, TABLE_VOUCHER, id);
	return one.row.voucher;
}

static struct reservation_row reservation_of(uint64_t id) {
	struct row_read one;
	read_row(&one, TABLE_RESERVATION, id);
	return one.row.reservation;
}

/* --- commands of clients --- */

static Pb__Command *new_command(Pb__Command__BodyCase body) {
	Pb__Command *command = stage_create_fund(&arena, "x");
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
	    &pb__command__descriptor, body);
	ProtobufCMessage *message = pb_new(field->descriptor, &arena);
	command->body_case = body;
	memcpy((char *)command + field->offset, &message, sizeof(message));
	return command;
}

static void extend(uint64_t voucher) {
	Pb__Command *command = new_command(PB__COMMAND__BODY_EXTEND_VOUCHER);
	command->extend_voucher->voucher = voucher;
	command->extend_voucher->reason = "illness";
	stage_must(engine, STAGE_STAFF, command, &arena);
}

static void create_fund(size_t number) {
	char code[32];
	snprintf(code, sizeof(code), "f%zu", number);
	struct arena own;
	arena_init(&own, 0);
	stage_must(engine, STAGE_STAFF, stage_create_fund(&own, code), &own);
	arena_done(&own);
}

/* --- tests --- */

START_TEST(holders_are_reminded_and_vouchers_expire_on_their_day) {
	open_new(3);
	stage_issue(engine, startup, objects, 3);
	tick();
	tick_after(STAGE_USE_DAYS - STAGE_REMIND_DAYS - 1);
	ck_assert_uint_eq(read_journal().reminded, 0);
	tick_after(STAGE_USE_DAYS - STAGE_REMIND_DAYS);
	ck_assert_uint_eq(read_journal().reminded, 3);
	ck_assert_uint_eq(voucher_of(objects[0]).reminded_days, STAGE_REMIND_DAYS);
	tick_after(STAGE_USE_DAYS);
	ck_assert_uint_eq(read_journal().expired, 0);
	tick_after(STAGE_USE_DAYS + 1);
	struct tally tally = read_journal();
	ck_assert_uint_eq(tally.expired, 3);
	ck_assert_int_eq(tally.amount, 3 * STAGE_SUBSIDY);
	ck_assert_int_eq(voucher_of(objects[2]).expired, STAGE_SUBSIDY);

	uint64_t last = engine_last_seq(engine);
	tick();
	restart();
	tick();
	ck_assert_uint_eq(engine_last_seq(engine), last);
	close_all();
}
END_TEST

START_TEST(what_is_held_and_what_is_not_claimed_expire_on_their_days) {
	open_new(2);
	stage_reserve(engine, startup, objects, 2);
	stage_must(engine, startup, stage_redeem(&arena, objects[0], STAGE_SUBSIDY / 4), &arena);
	tick_after(STAGE_USE_DAYS + 1);
	ck_assert_int_eq(reservation_of(objects[0]).released, STAGE_SUBSIDY / 4 * 3);
	ck_assert_int_eq(reservation_of(objects[1]).released, STAGE_SUBSIDY);
	tick_after(STAGE_USE_DAYS + STAGE_CLAIM_DAYS);
	ck_assert_int_eq(reservation_of(objects[0]).redeemed, STAGE_SUBSIDY / 4);
	tick_after(STAGE_USE_DAYS + STAGE_CLAIM_DAYS + 1);
	ck_assert_int_eq(reservation_of(objects[0]).redeemed, 0);
	ck_assert_uint_eq(read_journal().expired, 3);
	close_all();
}
END_TEST

START_TEST(what_was_extended_falls_due_later_with_its_reservations) {
	open_new(2);
	stage_reserve(engine, startup, objects, 2);
	uint64_t voucher = reservation_of(objects[0]).voucher;
	extend(voucher);
	int64_t last_day = STAGE_USE_DAYS + STAGE_EXTENSION_DAYS;
	tick_after(STAGE_USE_DAYS + 1);
	ck_assert_int_eq(reservation_of(objects[0]).held, STAGE_SUBSIDY);
	ck_assert_int_eq(reservation_of(objects[1]).held, 0);
	stage_must(engine, startup, stage_redeem(&arena, objects[0], STAGE_SUBSIDY / 4), &arena);
	tick_after(last_day);
	ck_assert_uint_eq(read_journal().expired, 1);
	tick_after(last_day + 1);
	ck_assert_int_eq(reservation_of(objects[0]).held, 0);
	tick_after(last_day + STAGE_CLAIM_DAYS);
	ck_assert_int_eq(reservation_of(objects[0]).redeemed, STAGE_SUBSIDY / 4);
	tick_after(last_day + STAGE_CLAIM_DAYS + 1);
	ck_assert_int_eq(reservation_of(objects[0]).redeemed, 0);
	ck_assert_uint_eq(read_journal().expired, 3);
	close_all();
}
END_TEST

START_TEST(an_extension_between_two_ticks_is_seen) {
	open_new(1);
	stage_issue(engine, startup, objects, 1);
	tick_after(STAGE_USE_DAYS);
	ck_assert_uint_eq(read_journal().reminded, 1);
	extend(objects[0]);
	tick_after(STAGE_USE_DAYS + 1);
	ck_assert_int_eq(voucher_of(objects[0]).live, STAGE_SUBSIDY);
	tick_after(STAGE_USE_DAYS + STAGE_EXTENSION_DAYS);
	ck_assert_uint_eq(read_journal().reminded, 2);
	tick_after(STAGE_USE_DAYS + STAGE_EXTENSION_DAYS + 1);
	ck_assert_int_eq(voucher_of(objects[0]).expired, STAGE_SUBSIDY);
	close_all();
}
END_TEST

START_TEST(a_tick_gives_a_bounded_number_at_once_and_goes_on_until_all_is_done) {
	const size_t count = 2 * LIMIT_TICK_COMMANDS + 500;
	open_new(count);
	stage_issue(engine, startup, objects, count);
	tick_after(STAGE_USE_DAYS + 1);
	struct tally tally = read_journal();
	ck_assert_uint_eq(tally.expired, count);
	ck_assert_int_eq(tally.amount, (int64_t)count * STAGE_SUBSIDY);
	ck_assert_uint_eq(atomic_load(&largest_commit), LIMIT_TICK_COMMANDS);
	close_all();
}
END_TEST

START_TEST(a_restart_in_the_middle_repeats_and_loses_nothing) {
	const size_t count = 2 * LIMIT_TICK_COMMANDS + 500;
	open_new(count);
	stage_issue(engine, startup, objects, count);
	close_engine();
	atomic_store(&days_later, STAGE_USE_DAYS + 1);
	struct tally tally;
	do { /* each stop comes when a batch has been written */
		memory_log_stall(&memory);
		open_engine(1);
		memory_log_wait_stalled(&memory);
		memory_log_release(&memory);
		ticker_stop(ticker);
		tally = read_journal();
		engine_close(engine);
	} while (tally.expired < count);
	open_engine(0);
	tick();
	tally = read_journal();
	ck_assert_uint_eq(tally.expired, count);
	ck_assert_int_eq(tally.amount, (int64_t)count * STAGE_SUBSIDY);
	close_all();
}
END_TEST

START_TEST(what_could_not_be_made_durable_is_given_again) {
	const size_t count = LIMIT_TICK_COMMANDS + 1;
	open_new(count);
	stage_issue(engine, startup, objects, count);
	atomic_store(&days_later, STAGE_USE_DAYS + 1);
	memory_log_fail(&memory, ERR_IO);
	ck_assert_int_eq(ticker_tick(ticker), ERR_IO);
	ck_assert_uint_eq(read_journal().expired, 0);
	memory_log_fail(&memory, ERR_OK);
	tick();
	ck_assert_uint_eq(read_journal().expired, count);
	close_all();
}
END_TEST

START_TEST(a_full_disk_is_left_alone) {
	open_new(1);
	stage_issue(engine, startup, objects, 1);
	atomic_store(&days_later, STAGE_USE_DAYS + 1);
	memory_log_fail(&memory, ERR_FULL);
	ck_assert_int_eq(ticker_tick(ticker), ERR_IO);
	memory_log_fail(&memory, ERR_OK);
	size_t appends = memory_log_appends(&memory);
	tick();
	ck_assert_uint_eq(memory_log_appends(&memory), appends);
	engine_resume(engine);
	tick();
	ck_assert_uint_eq(read_journal().expired, 1);
	close_all();
}
END_TEST

/* Ten thousand vouchers fall due; a client goes on working, one command after the other. */
START_TEST(clients_work_while_everything_falls_due_at_once) {
	open_new(AT_ONCE);
	stage_issue(engine, startup, objects, AT_ONCE);
	close_engine();
	atomic_store(&days_later, STAGE_USE_DAYS + 1);
	memory_log_stall(&memory);
	open_engine(1);
	memory_log_wait_stalled(&memory); /* the first thousand */
	memory_log_release(&memory);
	size_t funds = 0;
	do
		create_fund(funds++);
	while (atomic_load(&committed) < AT_ONCE);
	struct tally tally = read_journal();
	ck_assert_uint_eq(tally.expired, AT_ONCE);
	ck_assert_int_eq(tally.amount, AT_ONCE * STAGE_SUBSIDY);
	ck_assert_uint_gt(tally.between, 0);
	ck_assert_uint_le(atomic_load(&largest_commit), LIMIT_TICK_COMMANDS);
	close_all();
}
END_TEST

static void remove_party(const char *code) {
	Pb__Command *command = new_command(PB__COMMAND__BODY_ASSESS_PARTY);
	command->assess_party->programme = STAGE_PROGRAMME;
	command->assess_party->party = code;
	command->assess_party->year = 2021;
	command->assess_party->reason = "no results";
	stage_must(engine, STAGE_STAFF, command, &arena);
	command = new_command(PB__COMMAND__BODY_ASSESS_PARTY);
	command->assess_party->programme = STAGE_PROGRAMME;
	command->assess_party->party = code;
	command->assess_party->year = 2022;
	command->assess_party->reason = "no results again";
	stage_must(engine, STAGE_STAFF, command, &arena);
}

START_TEST(what_is_open_with_a_removed_provider_is_withdrawn) {
	const size_t count = GRANTS_MAX; /* more than a look finds: the next one goes on within */
	open_new(count);
	stage_reserve(engine, startup, objects, count);
	stage_must(engine, startup, stage_redeem(&arena, objects[1], STAGE_SUBSIDY / 4), &arena);
	stage_must(engine, startup, stage_redeem(&arena, objects[2], STAGE_SUBSIDY), &arena);
	tick();
	remove_party(STAGE_PROVIDER);
	tick();
	ck_assert_int_eq(reservation_of(objects[0]).released, STAGE_SUBSIDY);
	ck_assert_int_eq(reservation_of(objects[1]).released, STAGE_SUBSIDY / 4 * 3);
	ck_assert_int_eq(reservation_of(objects[2]).redeemed, STAGE_SUBSIDY);
	ck_assert_int_eq(reservation_of(objects[count - 1]).held, 0);
	ck_assert_uint_eq(read_journal().withdrawn, count - 1);
	uint64_t last = engine_last_seq(engine);
	restart();
	tick();
	ck_assert_uint_eq(engine_last_seq(engine), last);
	close_all();
}
END_TEST

START_TEST(what_a_removed_holder_has_left_is_cancelled) {
	open_new(5);
	stage_issue(engine, startup, objects, 3);
	stage_reserve(engine, startup, objects + 3, 2);
	remove_party(STAGE_STARTUP);
	tick();
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(voucher_of(objects[i]).cancelled, STAGE_SUBSIDY);
	ck_assert_int_eq(reservation_of(objects[3]).held, STAGE_SUBSIDY); /* it may finish these */
	ck_assert_uint_eq(read_journal().withdrawn, 3);
	close_all();
}
END_TEST

START_TEST(nobody_can_take_the_id_under_which_something_will_expire) {
	open_new(1);
	stage_issue(engine, startup, objects, 1);
	struct uuid ledger_id = engine_ledger_id(engine);
	const struct due_command due = {
		.time_us = voucher_of(objects[0]).use_by_us,
		.object = objects[0],
		.body = PB__COMMAND__BODY_EXPIRE,
	};
	struct uuid id = due_command_id(ledger_id, &due);
	Pb__Command *command = stage_create_fund(&arena, "squat");
	command->id->high = id.high;
	command->id->low = id.low;
	const Pb__Reply *reply = stage_run_one(engine, STAGE_STAFF, command, &arena);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__FIELD_INVALID);
	ck_assert_str_eq(reply->refusal->field, "id");
	tick_after(STAGE_USE_DAYS + 1);
	ck_assert_int_eq(voucher_of(objects[0]).expired, STAGE_SUBSIDY);
	close_all();
}
END_TEST

SUITE_MAIN("ticker", holders_are_reminded_and_vouchers_expire_on_their_day,
    what_is_held_and_what_is_not_claimed_expire_on_their_days,
    what_was_extended_falls_due_later_with_its_reservations, an_extension_between_two_ticks_is_seen,
    a_tick_gives_a_bounded_number_at_once_and_goes_on_until_all_is_done,
    a_restart_in_the_middle_repeats_and_loses_nothing,
    what_could_not_be_made_durable_is_given_again, a_full_disk_is_left_alone,
    clients_work_while_everything_falls_due_at_once,
    what_is_open_with_a_removed_provider_is_withdrawn, what_a_removed_holder_has_left_is_cancelled,
    nobody_can_take_the_id_under_which_something_will_expire)
