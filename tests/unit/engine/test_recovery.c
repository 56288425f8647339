/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting again: from a state that is gone, lags, runs ahead, or belongs to something else; from a
 * journal that is damaged.
 */
#include "engine/engine_internal.h"

#include "engine/position.h"
#include "record/entry.h"
#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OK             PB__OUTCOME__OUTCOME_OK
#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))
#define RESERVATIONS   20

static struct arena arena;
static const char *directory;
static struct engine *engine;
static uint64_t startup;
static uint64_t reservations[RESERVATIONS];

/* --- files --- */

__attribute__((format(printf, 1, 2))) static void shell(const char *format, ...) {
	char command[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	ck_assert_int_eq(system(command), 0);
}

/* Keeps <directory>/<part> as it is now; puts it back. */
static void keep(const char *part, const char *name) {
	shell("cp -r %s/%s %s/%s", directory, part, directory, name);
}

static void put_back(const char *part, const char *name) {
	shell("rm -r %s/%s && cp -r %s/%s %s/%s", directory, part, directory, name, directory, part);
}

static void remove_state(void) {
	shell("rm -r %s/state", directory);
}

/* --- what the state holds --- */

struct dump {
	struct engine_read read;
	sem_t done;
	struct buffer rows; /* table, key, row, of every table */
	unsigned table;
	uint64_t seq;
	const char *fault; /* of ledger_verify() */
};

static bool dump_row(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct dump *dump = arg;
	buffer_append(&dump->rows, &dump->table, sizeof(dump->table));
	buffer_append(&dump->rows, &key->bytes, sizeof(key->bytes));
	buffer_append(&dump->rows, key->data, key->bytes);
	buffer_append(&dump->rows, &bytes, sizeof(bytes));
	buffer_append(&dump->rows, row, bytes);
	return true;
}

static void dump_all(struct engine_read *read, const struct engine_view *view) {
	struct dump *dump = (struct dump *)read;
	const struct state *state = view->state;
	const struct key all = KEY_EMPTY;
	for (dump->table = 1; dump->table < TABLE_COUNT; dump->table++)
		state->ops->scan(state->self, dump->table, &all, &all, dump_row, dump);
	dump->seq = view->seq;
	dump->fault = ledger_verify(state, &arena);
}

static void on_dumped(struct engine_read *read, enum err err) {
	ck_assert_int_eq(err, ERR_OK);
	sem_post(&((struct dump *)read)->done);
}

/* Everything the state holds; the identities hold too. Free `rows`. */
static void take_dump(struct dump *dump) {
	*dump = (struct dump){ .read = { .run = dump_all, .done = on_dumped } };
	buffer_init(&dump->rows, 0);
	sem_init(&dump->done, 0, 0);
	ck_assert_int_eq(engine_read_snapshot(engine, &dump->read), ERR_OK);
	while (sem_wait(&dump->done) != 0)
		;
	sem_destroy(&dump->done);
	ck_assert_int_eq(buffer_error(&dump->rows), ERR_OK);
	ck_assert_msg(!dump->fault, "%s", dump->fault);
	ck_assert_uint_eq(dump->seq, engine_last_seq(engine));
	ck_assert_uint_gt(dump->rows.bytes, 1000);
}

static void assert_equal_dumps(struct dump *a, struct dump *b) {
	ck_assert_uint_eq(a->seq, b->seq);
	ck_assert_uint_eq(a->rows.bytes, b->rows.bytes);
	ck_assert(memcmp(a->rows.data, b->rows.data, a->rows.bytes) == 0);
	buffer_done(&a->rows);
	buffer_done(&b->rows);
}

/* --- a ledger with something in it --- */

static void open_new(void) {
	arena_init(&arena, 0);
	directory = suite_directory();
	stage_create(directory);
	engine = stage_open(directory);
	startup = stage_set_up(engine, RESERVATIONS);
	stage_reserve(engine, startup, reservations, RESERVATIONS);
}

static void redeem_all(int64_t amount) {
	for (size_t i = 0; i < RESERVATIONS; i++)
		stage_must(engine, startup, stage_redeem(&arena, reservations[i], amount), &arena);
}

static void close_all(void) {
	engine_close(engine);
	arena_done(&arena);
}

/* Whether the ledger takes commands, and agrees with a rebuilt one. */
static void assert_works_and_rebuilds_equal(void) {
	struct dump live, rebuilt;
	redeem_all(7);
	take_dump(&live);
	engine_close(engine);
	remove_state();
	engine = stage_open(directory);
	take_dump(&rebuilt);
	assert_equal_dumps(&live, &rebuilt);
}

START_TEST(a_deleted_state_is_rebuilt_equal) {
	open_new();
	redeem_all(100);
	assert_works_and_rebuilds_equal();
	close_all();
}
END_TEST

START_TEST(a_state_that_lags_catches_up) {
	struct dump live, caught_up;
	open_new();
	engine_close(engine);
	keep("state", "early");
	engine = stage_open(directory);
	redeem_all(100);
	take_dump(&live);
	engine_close(engine);
	put_back("state", "early");
	engine = stage_open(directory);
	take_dump(&caught_up);
	assert_equal_dumps(&live, &caught_up);
	assert_works_and_rebuilds_equal();
	close_all();
}
END_TEST

START_TEST(a_state_ahead_of_a_restored_journal_is_thrown_away) {
	struct dump early, restored;
	open_new();
	redeem_all(1);
	take_dump(&early);
	engine_close(engine);
	keep("journal", "backup");
	engine = stage_open(directory);
	redeem_all(100);
	engine_close(engine);
	put_back("journal", "backup");
	engine = stage_open(directory);
	take_dump(&restored);
	assert_equal_dumps(&early, &restored);
	assert_works_and_rebuilds_equal();
	close_all();
}
END_TEST

/* The journal went another way after a backup was restored: once with a head at the very size that
 * the state has, once with none there. */
START_TEST(a_state_of_another_history_is_thrown_away) {
	for (size_t in_one_batch = 0; in_one_batch < 2; in_one_batch++) {
		struct dump live, recovered;
		Pb__Command *commands[2 * RESERVATIONS];
		open_new();
		engine_close(engine);
		keep("journal", "backup");
		engine = stage_open(directory);
		redeem_all(100);
		stage_must(engine, STAGE_STAFF, stage_create_fund(&arena, "old"), &arena);
		engine_close(engine);
		keep("state", "old");
		put_back("journal", "backup");
		remove_state();
		engine = stage_open(directory);
		for (size_t i = 0; i < COUNT_OF(commands); i++) {
			commands[i] = stage_redeem(&arena, reservations[i % RESERVATIONS], 200);
			if (!in_one_batch)
				stage_must(engine, startup, commands[i], &arena);
		}
		if (in_one_batch)
			stage_run(engine, startup, stage_batch(&arena, commands, COUNT_OF(commands)), &arena);
		take_dump(&live);
		engine_close(engine);
		put_back("state", "old");
		engine = stage_open(directory);
		take_dump(&recovered);
		assert_equal_dumps(&live, &recovered);
		assert_works_and_rebuilds_equal();
		close_all();
	}
}
END_TEST

START_TEST(a_state_of_another_ledger_is_thrown_away) {
	struct dump live, recovered;
	open_new();
	char other[300];
	snprintf(other, sizeof(other), "%s", directory);
	engine_close(engine);
	arena_done(&arena);
	open_new();
	redeem_all(100);
	take_dump(&live);
	engine_close(engine);
	shell("rm -r %s/state && cp -r %s/state %s/state", directory, other, directory);
	engine = stage_open(directory);
	take_dump(&recovered);
	assert_equal_dumps(&live, &recovered);
	close_all();
}
END_TEST

/* As the process leaves it when it ends, again and again, before the state is up to date. */
START_TEST(a_state_that_ended_two_starts_is_thrown_away) {
	static const char *const attempts[] = { "", "x", "xx", "xxxxx" };
	struct dump live, recovered;
	open_new();
	redeem_all(100);
	take_dump(&live);
	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		char path[400];
		struct stat old, now;
		engine_close(engine);
		snprintf(path, sizeof(path), "%s/state/data.mdb", directory);
		int fd = open(path, O_RDONLY); /* so that a new file is another */
		ck_assert(fd >= 0 && fstat(fd, &old) == 0);
		shell("printf '%s' >%s/state/attempts", attempts[i], directory);
		engine = stage_open(directory);
		ck_assert_int_eq(stat(path, &now), 0);
		ck_assert_int_eq(now.st_ino == old.st_ino, strlen(attempts[i]) < 2);
		close(fd);
		shell("test ! -e %s/state/attempts", directory);
		take_dump(&recovered);
		assert_equal_dumps(&live, &recovered);
		take_dump(&live);
	}
	buffer_done(&live.rows);
	close_all();
}
END_TEST

START_TEST(a_second_engine_is_kept_out) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	struct engine *second;
	open_new();
	const struct engine_config config = { .directory = directory };
	ck_assert_int_eq(engine_open(&config, &second, detail), ERR_BUSY);
	ck_assert_ptr_nonnull(strstr(detail, "another process"));
	redeem_all(1);
	close_all();
}
END_TEST

/* --- a damaged journal --- */

/* Flips a bit of the one place in a file where `text` stands. */
static void damage_file(const char *path, const char *text) {
	int fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	off_t size = lseek(fd, 0, SEEK_END);
	char *data = malloc((size_t)size);
	ck_assert_int_eq(pread(fd, data, (size_t)size, 0), size);
	const char *at = memmem(data, (size_t)size, text, strlen(text));
	ck_assert_ptr_nonnull(at);
	char flipped = (char)(*at ^ 1);
	ck_assert_int_eq(pwrite(fd, &flipped, 1, at - data), 1);
	free(data);
	close(fd);
}

static void assert_corrupt(const char *expected) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = { .directory = directory };
	ck_assert_int_eq(engine_open(&config, &engine, detail), ERR_CORRUPT);
	ck_assert_msg(strstr(detail, expected) != NULL, "%s", detail);
	ck_assert_msg(strstr(detail, directory) != NULL, "%s", detail);
	ck_assert_msg(strstr(detail, "restore the journal from a backup") != NULL, "%s", detail);
}

START_TEST(a_flipped_bit_in_an_entry_is_found_and_named) {
	char path[300], text[64], expected[64];
	open_new();
	engine_close(engine);
	remove_state();
	snprintf(path, sizeof(path), "%s/journal/data.mdb", directory);
	snprintf(text, sizeof(text), "C-%" PRIu64, reservations[3] - RESERVATIONS);
	snprintf(expected, sizeof(expected), "Entry %" PRIu64 " of", reservations[3]);
	damage_file(path, text);
	assert_corrupt(expected);
	arena_done(&arena);
}
END_TEST

/* The rest in memory, where anything can be done to the journal. */
static struct memory_log memory;

static enum err open_memory(char *detail) {
	const struct engine_config config = { .directory = suite_directory() };
	directory = config.directory;
	return engine_open_with_log(&config, memory_log_open(&memory), &engine, detail);
}

/* Genesis and five funds, each its own commit. */
static void fill_memory(void) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, 0);
	ck_assert_msg(!open_memory(detail), "%s", detail);
	for (int i = 0; i < 5; i++) {
		char code[16];
		snprintf(code, sizeof(code), "f%d", i);
		stage_must(engine, STAGE_STAFF, stage_create_fund(&arena, code), &arena);
	}
	engine_close(engine);
}

static Pb__JournalEntry *entry_at(uint64_t seq) {
	Pb__JournalEntry *entry;
	const struct memory_record *record = &memory.records[seq - 1];
	ck_assert_int_eq(entry_decode(record->data, record->bytes, &arena, &entry), ERR_OK);
	return entry;
}

static void replace(uint64_t seq, const Pb__JournalEntry *entry) {
	struct buffer buffer;
	struct memory_record *record = &memory.records[seq - 1];
	buffer_init(&buffer, 0);
	ck_assert_int_eq(entry_encode(entry, &buffer), ERR_OK);
	free(record->data);
	*record = (struct memory_record){ .data = buffer.data, .bytes = buffer.bytes };
}

static void damage_checksum(void) {
	((uint8_t *)memory.records[3].data)[7] ^= 0x10;
}

static void damage_genesis(void) {
	((uint8_t *)memory.records[0].data)[20] ^= 0x10;
}

static void hide_entry(void) {
	memory.hide_seq = 3;
}

static void hide_last_entry(void) {
	memory.hide_seq = 6;
}

static void repeat_entry(void) {
	replace(4, entry_at(3));
}

static void take_foreign_entry(void) {
	Pb__JournalEntry *entry = entry_at(4);
	entry->ledger_id->low++;
	replace(4, entry);
}

static void turn_back_time(void) {
	Pb__JournalEntry *entry = entry_at(4);
	entry->time_us = entry_at(3)->time_us;
	replace(4, entry);
}

static void repeat_genesis(void) {
	Pb__JournalEntry *entry = entry_at(1);
	entry->seq = 4;
	entry->time_us = entry_at(4)->time_us;
	replace(4, entry);
}

static void rewrite_entry(void) {
	Pb__JournalEntry *entry = entry_at(4);
	entry->command->create_fund->code = "forged";
	replace(4, entry);
}

static void replace_head(void) {
	uint8_t root[DIGEST_BYTES] = { 1 };
	struct buffer buffer;
	buffer_init(&buffer, 0);
	ck_assert_int_eq(tree_head_pack(6, root, &buffer), ERR_OK);
	free(memory.heads[5].data);
	memory.heads[5] = (struct memory_record){ .data = buffer.data, .bytes = buffer.bytes };
}

static void remove_head(void) {
	memory.heads[5].bytes = 0;
}

static const struct {
	void (*damage)(void);
	const char *expected;
} damages[] = {
	{ damage_checksum, "Entry 4 of the journal in %s is damaged" },
	{ damage_genesis, "Entry 1 of the journal in %s is not a genesis" },
	{ hide_entry, "Entry 3 of the journal in %s is missing" },
	{ hide_last_entry, "Entry 6 of the journal in %s is missing" },
	{ repeat_entry, "Entry 4 of the journal in %s bears another number" },
	{ take_foreign_entry, "Entry 4 of the journal in %s belongs to another ledger" },
	{ turn_back_time, "Entry 4 of the journal in %s is not later than the entry before it" },
	{ repeat_genesis, "Entry 4 of the journal in %s is not a command, or is a second genesis" },
	{ rewrite_entry, "Entries 1 to 6 of the journal in %s do not give the tree head" },
	{ replace_head, "Entries 1 to 6 of the journal in %s do not give the tree head" },
	{ remove_head, "Entries 1 to 6 of the journal in %s do not give the tree head" },
};

START_TEST(damage_of_any_kind_is_found_and_named) {
	for (size_t i = 0; i < COUNT_OF(damages); i++) {
		char detail[ENGINE_DETAIL_BYTES] = "", expected[ENGINE_DETAIL_BYTES];
		fill_memory();
		damages[i].damage();
		engine = NULL;
		ck_assert_int_eq(open_memory(detail), ERR_CORRUPT);
		ck_assert_ptr_null(engine);
		snprintf(expected, sizeof(expected), damages[i].expected, directory);
		ck_assert_msg(strstr(detail, expected) == detail, "%s", detail);
		memory_log_done(&memory);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(a_ledger_of_another_format_is_not_opened) {
	char detail[ENGINE_DETAIL_BYTES] = "", expected[ENGINE_DETAIL_BYTES];
	fill_memory();
	Pb__JournalEntry *genesis = entry_at(1);
	genesis->genesis->format = LEDGER_JOURNAL_FORMAT - 1;
	replace(1, genesis);
	engine = NULL;
	ck_assert_int_eq(open_memory(detail), ERR_RANGE);
	ck_assert_ptr_null(engine);
	snprintf(expected, sizeof(expected), "The ledger in %s has journal format %d;", directory,
	    LEDGER_JOURNAL_FORMAT - 1);
	ck_assert_msg(strstr(detail, expected) == detail, "%s", detail);
	memory_log_done(&memory);
	arena_done(&arena);
}
END_TEST

START_TEST(an_undamaged_journal_in_memory_opens) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	fill_memory();
	ck_assert_msg(!open_memory(detail), "%s", detail);
	ck_assert_uint_eq(engine_last_seq(engine), 6);
	engine_close(engine);
	memory_log_done(&memory);
	arena_done(&arena);
}
END_TEST

/* --- time --- */

START_TEST(time_goes_on_from_the_last_entry_when_the_clock_was_set_back) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const int64_t future_us = INT64_C(4102444800000000); /* 2100-01-01 */
	arena_init(&arena, 0);
	memory_log_init(&memory);
	struct log log = memory_log_open(&memory);
	stage_create_in(&log, future_us);
	ck_assert_msg(!open_memory(detail), "%s", detail);
	for (int i = 1; i <= 3; i++) {
		char code[16];
		snprintf(code, sizeof(code), "f%d", i);
		const Pb__Reply *reply = stage_run_one(
		    engine, STAGE_STAFF, stage_create_fund(&arena, code), &arena);
		ck_assert_int_eq(reply->time_us, future_us + i);
	}
	engine_close(engine);
	memory_log_done(&memory);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("recovery", a_deleted_state_is_rebuilt_equal, a_state_that_lags_catches_up,
    a_state_ahead_of_a_restored_journal_is_thrown_away, a_state_of_another_history_is_thrown_away,
    a_state_of_another_ledger_is_thrown_away, a_state_that_ended_two_starts_is_thrown_away,
    a_second_engine_is_kept_out, a_flipped_bit_in_an_entry_is_found_and_named,
    damage_of_any_kind_is_found_and_named, a_ledger_of_another_format_is_not_opened,
    an_undamaged_journal_in_memory_opens,
    time_goes_on_from_the_last_entry_when_the_clock_was_set_back)
