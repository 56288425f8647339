/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_store.h"

#include "base/clock.h"
#include "base/limits.h"
#include "model.h"
#include "support/suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct state_store_config small_config(const char *directory) {
	return (struct state_store_config){
		.directory = directory,
		.format = 7,
		.map_bytes = 256 << 20,
		.memtable_bytes_max = 2 << 20,
		.segment_bytes = 64 << 10,
		.idle_ms = 5,
	};
}

static struct state_store *open_expecting(const struct state_store_config *config, uint64_t seq) {
	unsigned char meta[STORE_META_BYTES_MAX];
	struct state_store *store = NULL;
	uint64_t found_seq = 77;
	size_t meta_bytes = 77;
	ck_assert_int_eq(store_open(config, &store, &found_seq, meta, &meta_bytes), ERR_OK);
	ck_assert_uint_eq(found_seq, seq);
	return store;
}

static enum err try_open(const struct state_store_config *config) {
	unsigned char meta[STORE_META_BYTES_MAX];
	struct state_store *store;
	uint64_t seq;
	size_t meta_bytes;
	return store_open(config, &store, &seq, meta, &meta_bytes);
}

static void put_text(struct state_store *store, const char *key, const char *text) {
	store_put(store, 1, key, strlen(key), text, strlen(text) + 1);
}

static const char *get_text(struct state_store *store, const char *key) {
	size_t bytes = 0;
	const char *text = store_get(store, 1, key, strlen(key), &bytes);
	if (text)
		ck_assert_uint_eq(bytes, strlen(text) + 1);
	return text;
}

static void merge(struct state_store *store, uint64_t seq) {
	EXPECT(store_merge(store, seq, &seq, sizeof(seq)) == ERR_OK);
}

static void wait_for(struct state_store *store, uint64_t seq) {
	int64_t deadline_us = clock_monotonic_us() + 60 * US_PER_S;
	ck_assert_int_eq(store_wait_checkpoint(store, seq, deadline_us), ERR_OK);
	ck_assert_uint_ge(store_checkpoint_seq(store), seq);
}

/* --- the batch layer --- */

START_TEST(a_put_is_seen_at_once_and_a_drop_forgets_it) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	ck_assert_ptr_null(get_text(store, "a"));
	put_text(store, "a", "one");
	ck_assert_str_eq(get_text(store, "a"), "one");
	merge(store, 1);
	put_text(store, "a", "two");
	put_text(store, "b", "two");
	put_text(store, "a", "three");
	ck_assert_str_eq(get_text(store, "a"), "three");
	store_drop(store);
	ck_assert_str_eq(get_text(store, "a"), "one");
	ck_assert_ptr_null(get_text(store, "b"));
	store_drop(store);
	store_close(store);
}
END_TEST

START_TEST(marks_nest_like_a_stack) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "0");
	size_t outer = store_mark(store);
	put_text(store, "a", "1");
	put_text(store, "b", "1");
	size_t inner = store_mark(store);
	put_text(store, "a", "2");
	put_text(store, "c", "2");
	store_rollback(store, inner);
	ck_assert_str_eq(get_text(store, "a"), "1");
	ck_assert_ptr_null(get_text(store, "c"));
	put_text(store, "b", "3");
	store_rollback(store, inner); /* the same mark again */
	ck_assert_str_eq(get_text(store, "b"), "1");
	store_rollback(store, outer);
	ck_assert_str_eq(get_text(store, "a"), "0");
	ck_assert_ptr_null(get_text(store, "b"));
	merge(store, 1);
	ck_assert_str_eq(get_text(store, "a"), "0");
	store_close(store);
}
END_TEST

START_TEST(what_a_get_returned_stays_through_later_gets_and_puts) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	char key[16];
	const char *rows[2000];
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		put_text(store, key, key);
	}
	merge(store, 1);
	store_close(store);
	store = open_expecting(&config, 1);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		rows[i] = get_text(store, key);
		put_text(store, key, "changed");
		rows[1000 + i] = get_text(store, key);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		ck_assert_str_eq(rows[i], key);
		ck_assert_str_eq(rows[1000 + i], "changed");
	}
	store_close(store);
}
END_TEST

START_TEST(the_longest_keys_and_rows_are_kept) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	static unsigned char row[LIMIT_ROW_BYTES];
	unsigned char key[LIMIT_KEY_BYTES];
	memset(row, 'r', sizeof(row));
	memset(key, 'k', sizeof(key));
	store_put(store, 255, key, sizeof(key), row, sizeof(row));
	store_put(store, 0, NULL, 0, NULL, 0);
	merge(store, 1);
	for (int round = 0; round < 2; round++) {
		size_t bytes = 0;
		const void *found = store_get(store, 255, key, sizeof(key), &bytes);
		ck_assert_ptr_nonnull(found);
		ck_assert_uint_eq(bytes, sizeof(row));
		ck_assert_mem_eq(found, row, sizeof(row));
		ck_assert_ptr_nonnull(store_get(store, 0, NULL, 0, &bytes));
		ck_assert_uint_eq(bytes, 0);
		ck_assert_ptr_null(store_get(store, 255, key, sizeof(key) - 1, &bytes));
		ck_assert_ptr_null(store_get(store, 254, key, sizeof(key), &bytes));
		store_close(store);
		store = open_expecting(&config, 1);
	}
	store_close(store);
}
END_TEST

/* --- against the model --- */

enum { MERGES_MAX = 600 };

struct run {
	struct state_store_config config;
	struct state_store *store;
	uint64_t random;
	uint64_t seq;          /* merged */
	struct model now;      /* with the batch under way */
	struct model *history; /* [seq]: as merged */
	struct {
		size_t mark;
		struct model model;
	} marks[4];
	unsigned mark_count;
};

static unsigned below(struct run *run, unsigned limit) {
	return (unsigned)(model_random(&run->random) % limit);
}

static void do_get(struct run *run) {
	unsigned indexes[2] = { below(run, MODEL_KEYS), below(run, MODEL_KEYS) };
	const void *rows[2];
	size_t bytes[2] = { 0 };
	for (int i = 0; i < 2; i++) {
		const struct model_key *key = model_key(indexes[i]);
		rows[i] = store_get(run->store, key->table, key->data, key->bytes, &bytes[i]);
	}
	for (int i = 0; i < 2; i++)
		model_expect(&run->now, indexes[i], rows[i], bytes[i], "get");
}

static void do_put(struct run *run) {
	unsigned char row[MODEL_ROW_BYTES_MAX];
	unsigned index = below(run, below(run, 4) ? MODEL_KEYS : 50);
	const struct model_key *key = model_key(index);
	uint64_t value = model_random(&run->random) | 1 << 20; /* not 0 */
	store_put(run->store, key->table, key->data, key->bytes, row, model_row(value, row));
	run->now.values[index] = value;
}

static void do_mark(struct run *run) {
	if (run->mark_count == sizeof(run->marks) / sizeof(run->marks[0]))
		return;
	run->marks[run->mark_count].mark = store_mark(run->store);
	run->marks[run->mark_count++].model = run->now;
}

static void do_rollback(struct run *run) {
	if (!run->mark_count)
		return;
	run->mark_count = below(run, run->mark_count);
	store_rollback(run->store, run->marks[run->mark_count].mark);
	run->now = run->marks[run->mark_count].model;
}

static void do_merge(struct run *run) {
	if (run->seq + 3 >= MERGES_MAX)
		return;
	run->seq += 1 + below(run, 3);
	merge(run->store, run->seq);
	run->history[run->seq] = run->now;
	run->mark_count = 0;
}

static void do_drop(struct run *run) {
	store_drop(run->store);
	run->now = run->history[run->seq];
	run->mark_count = 0;
}

static void do_snapshot(struct run *run) {
	struct snapshot *snapshot;
	if (below(run, 2)) {
		store_flush(run->store);
		wait_for(run->store, run->seq);
	}
	uint64_t least = store_checkpoint_seq(run->store);
	ck_assert_int_eq(snapshot_open(run->store, &snapshot), ERR_OK);
	uint64_t seq = snapshot_seq(snapshot);
	ck_assert_uint_ge(seq, least);
	ck_assert_uint_le(seq, run->seq);
	model_expect_snapshot(&run->history[seq], snapshot);
	snapshot_close(snapshot);
}

static void do_reopen(struct run *run) {
	unsigned char meta[STORE_META_BYTES_MAX];
	size_t meta_bytes;
	uint64_t seq;
	bool is_crash = below(run, 2);
	if (is_crash)
		store_abandon(run->store);
	else
		store_close(run->store);
	ck_assert_int_eq(store_open(&run->config, &run->store, &seq, meta, &meta_bytes), ERR_OK);
	if (is_crash)
		ck_assert_uint_le(seq, run->seq);
	else
		ck_assert_uint_eq(seq, run->seq);
	if (seq > 0) {
		ck_assert_uint_eq(meta_bytes, sizeof(seq));
		ck_assert_mem_eq(meta, &seq, sizeof(seq));
	}
	run->seq = seq;
	do_drop(run);
	for (unsigned i = 0; i < MODEL_KEYS; i += 1 + below(run, 20)) {
		const struct model_key *key = model_key(i);
		size_t bytes = 0;
		const void *row = store_get(run->store, key->table, key->data, key->bytes, &bytes);
		model_expect(&run->now, i, row, bytes, "get after reopening");
	}
}

static void do_something(struct run *run) {
	static const struct {
		unsigned weight;
		void (*action)(struct run *run);
	} actions[] = {
		{ 1000, do_get },
		{ 1000, do_put },
		{ 30, do_mark },
		{ 20, do_rollback },
		{ 20, do_merge },
		{ 5, do_drop },
		{ 2, do_snapshot },
		{ 2, do_reopen },
	};
	unsigned total = 0;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		total += actions[i].weight;
	unsigned choice = below(run, total);
	size_t i = 0;
	for (; choice >= actions[i].weight; i++)
		choice -= actions[i].weight;
	actions[i].action(run);
}

START_TEST(random_changes_give_what_the_model_has) {
	const char *rounds_text = getenv("STORE_MODEL_ROUNDS");
	uint64_t rounds = rounds_text ? strtoull(rounds_text, NULL, 10) : 2;
	const char *directory = suite_directory();
	struct run *run = calloc(1, sizeof(*run));
	struct model *history = calloc(MERGES_MAX, sizeof(*history));
	ck_assert(run && history);
	for (uint64_t seed = 1; seed <= rounds; seed++) {
		memset(run, 0, sizeof(*run));
		memset(&history[0], 0, sizeof(history[0]));
		run->config = small_config(directory);
		run->config.discard = true;
		run->random = seed;
		run->history = history;
		run->store = open_expecting(&run->config, 0);
		run->config.discard = false;
		for (int i = 0; i < 20000; i++)
			do_something(run);
		do_drop(run);
		do_snapshot(run);
		store_close(run->store);
	}
	free(history);
	free(run);
}
END_TEST

/* --- checkpoints --- */

START_TEST(an_idle_store_checkpoints_by_itself) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 10);
	wait_for(store, 10);
	store_abandon(store);
	store = open_expecting(&config, 10);
	ck_assert_str_eq(get_text(store, "a"), "one");
	store_close(store);
}
END_TEST

START_TEST(a_flush_does_not_wait_for_age_or_size) {
	struct state_store_config config = small_config(suite_directory());
	config.idle_ms = 3600 * 1000;
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 10);
	ck_assert_int_eq(store_wait_checkpoint(store, 10, 0), ERR_TIMEOUT);
	store_flush(store);
	wait_for(store, 10);
	store_flush(store); /* nothing to do */
	merge(store, 11);   /* a batch that changed no row */
	store_flush(store);
	wait_for(store, 11);
	store_abandon(store);
	store_close(open_expecting(&config, 11));
}
END_TEST

START_TEST(what_is_large_is_checkpointed_without_being_asked) {
	struct state_store_config config = small_config(suite_directory());
	config.idle_ms = 3600 * 1000;
	struct state_store *store = open_expecting(&config, 0);
	static unsigned char row[60000];
	store_put(store, 1, "a", 1, row, sizeof(row));
	merge(store, 1);
	ck_assert_int_eq(store_wait_checkpoint(store, 1, 0), ERR_TIMEOUT);
	store_put(store, 1, "b", 1, row, sizeof(row));
	merge(store, 2);
	wait_for(store, 2);
	store_close(store);
}
END_TEST

START_TEST(abandoned_changes_are_gone_and_closed_ones_are_not) {
	struct state_store_config config = small_config(suite_directory());
	config.idle_ms = 3600 * 1000;
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 1);
	store_close(store);
	store = open_expecting(&config, 1);
	put_text(store, "a", "two");
	merge(store, 2);
	store_abandon(store);
	store = open_expecting(&config, 1);
	ck_assert_str_eq(get_text(store, "a"), "one");
	store_close(store);
}
END_TEST

START_TEST(the_meta_of_a_checkpoint_comes_back) {
	struct state_store_config config = small_config(suite_directory());
	unsigned char meta[STORE_META_BYTES_MAX], found[STORE_META_BYTES_MAX];
	for (size_t i = 0; i < sizeof(meta); i++)
		meta[i] = (unsigned char)(i * 7);
	static const size_t sizes[] = { 0, 1, 700, STORE_META_BYTES_MAX };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct state_store *store;
		uint64_t seq;
		size_t bytes;
		ck_assert_int_eq(store_open(&config, &store, &seq, found, &bytes), ERR_OK);
		ck_assert_int_eq(store_merge(store, 100 + i, meta, sizes[i]), ERR_OK);
		store_close(store);
		ck_assert_int_eq(store_open(&config, &store, &seq, found, &bytes), ERR_OK);
		ck_assert_uint_eq(seq, 100 + i);
		ck_assert_uint_eq(bytes, sizes[i]);
		ck_assert_int_eq(memcmp(meta, found, bytes), 0);
		store_close(store);
	}
}
END_TEST

START_TEST(a_snapshot_does_not_see_what_comes_after_it) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	struct snapshot *empty, *first;
	size_t bytes = 0;
	ck_assert_int_eq(snapshot_open(store, &empty), ERR_OK);
	put_text(store, "a", "one");
	merge(store, 1);
	wait_for(store, 1);
	ck_assert_int_eq(snapshot_open(store, &first), ERR_OK);
	const char *row = snapshot_get(first, 1, "a", 1, &bytes);
	put_text(store, "a", "two");
	put_text(store, "b", "two");
	merge(store, 2);
	wait_for(store, 2);

	ck_assert_uint_eq(snapshot_seq(empty), 0);
	ck_assert_ptr_null(snapshot_get(empty, 1, "a", 1, &bytes));
	ck_assert_uint_eq(snapshot_seq(first), 1);
	ck_assert_str_eq(row, "one");
	ck_assert_str_eq(snapshot_get(first, 1, "a", 1, &bytes), "one");
	ck_assert_ptr_null(snapshot_get(first, 1, "b", 1, &bytes));
	snapshot_close(first);
	snapshot_close(empty);
	snapshot_close(NULL);
	store_close(store);
}
END_TEST

/* --- limits --- */

START_TEST(memory_stays_within_its_limit) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	uint64_t random = 5, seq = 0;
	uint64_t row[50]; /* 400 bytes: 60,000 of them are more than ten times the limit */
	for (uint64_t i = 0; i < 60000;) {
		for (int n = 0; n < 500; n++, i++) {
			uint64_t key = model_random(&random);
			memset(row, (int)i, sizeof(row));
			store_put(store, 1, &key, sizeof(key), row, sizeof(row));
		}
		merge(store, ++seq);
		ck_assert_uint_le(store_memory_bytes(store), config.memtable_bytes_max);
	}
	store_flush(store);
	wait_for(store, seq);
	random = 5; /* and reading them all back */
	for (uint64_t i = 0; i < 60000; i++) {
		uint64_t key = model_random(&random);
		size_t bytes = 0;
		memset(row, (int)i, sizeof(row));
		const void *found = store_get(store, 1, &key, sizeof(key), &bytes);
		EXPECT(found);
		EXPECT(bytes == sizeof(row));
		EXPECT(memcmp(found, row, sizeof(row)) == 0);
		if (i % 500 == 0) {
			store_drop(store);
			ck_assert_uint_le(store_memory_bytes(store), config.memtable_bytes_max);
		}
	}
	store_close(store);
}
END_TEST

START_TEST(a_batch_larger_than_the_memory_is_merged_and_then_leaves_it) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	uint64_t random = 5;
	uint64_t row[25] = { 0 };
	for (int i = 0; i < 30000; i++) {
		uint64_t key = model_random(&random);
		store_put(store, 1, &key, sizeof(key), row, sizeof(row));
	}
	merge(store, 1);
	merge(store, 2);
	ck_assert_uint_le(store_memory_bytes(store), config.memtable_bytes_max);
	random = 5;
	for (int i = 0; i < 30000; i++) {
		uint64_t key = model_random(&random);
		size_t bytes = 0;
		EXPECT(store_get(store, 1, &key, sizeof(key), &bytes));
	}
	store_close(store);
}
END_TEST

START_TEST(a_full_map_is_reported_and_loses_nothing) {
	struct state_store_config config = small_config(suite_directory());
	config.map_bytes = 512 << 10;
	struct state_store *store = open_expecting(&config, 0);
	uint64_t row[25] = { 0 };
	uint64_t key = 0, seq = 0;
	enum err err = ERR_OK;
	while (!err) {
		for (int n = 0; n < 500; n++) {
			key++;
			row[0] = key;
			store_put(store, 1, &key, sizeof(key), row, sizeof(row));
		}
		err = store_merge(store, ++seq, &seq, sizeof(seq));
		ck_assert_uint_lt(seq, 1000);
	}
	ck_assert_int_eq(err, ERR_FULL);
	int64_t deadline_us = clock_monotonic_us() + 60 * US_PER_S;
	store_flush(store);
	ck_assert_int_eq(store_wait_checkpoint(store, seq, deadline_us), ERR_FULL);
	uint64_t written = store_checkpoint_seq(store);
	ck_assert_uint_lt(written, seq);
	for (uint64_t i = 1; i <= key; i++) {
		size_t bytes = 0;
		const uint64_t *found = store_get(store, 1, &i, sizeof(i), &bytes);
		EXPECT(found);
		EXPECT(*found == i);
	}
	store_close(store);

	config.map_bytes = 64 << 20;
	store = open_expecting(&config, written);
	for (uint64_t i = 1; i <= key; i++) {
		size_t bytes = 0;
		const uint64_t *found = store_get(store, 1, &i, sizeof(i), &bytes);
		EXPECT((found != NULL) == (i <= written * 500));
	}
	store_close(store);
}
END_TEST

/* --- opening --- */

START_TEST(another_format_or_a_discard_begins_empty) {
	struct state_store_config config = small_config(suite_directory());
	for (int round = 0; round < 2; round++) {
		struct state_store *store = open_expecting(&config, 0);
		put_text(store, "a", "one");
		merge(store, 1);
		store_close(store);
		store_close(open_expecting(&config, 1));
		if (round == 0)
			config.format = 8;
		else
			config.discard = true;
		store = open_expecting(&config, 0);
		ck_assert_ptr_null(get_text(store, "a"));
		store_close(store);
	}
}
END_TEST

START_TEST(second_opener_is_told_that_it_is_busy) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	ck_assert_int_eq(try_open(&config), ERR_BUSY);
	put_text(store, "a", "one");
	merge(store, 1);
	store_close(store);
	store_close(open_expecting(&config, 1));
	config.directory = "/nonexistent/directory";
	ck_assert_int_eq(try_open(&config), ERR_NOT_FOUND);
}
END_TEST

static void overwrite(const char *directory, off_t offset, const char *text) {
	char path[300];
	snprintf(path, sizeof(path), "%s/state/data.mdb", directory);
	int fd = open(path, O_WRONLY);
	ck_assert_int_ge(fd, 0);
	for (off_t at = offset; at < offset + 8192; at += (off_t)strlen(text))
		ck_assert_int_eq(pwrite(fd, text, strlen(text), at), (ssize_t)strlen(text));
	close(fd);
}

START_TEST(what_is_no_environment_is_begun_empty) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 1);
	store_close(store);
	overwrite(config.directory, 0, "no meta page ");
	store = open_expecting(&config, 0);
	ck_assert_ptr_null(get_text(store, "a"));
	put_text(store, "a", "two");
	merge(store, 1);
	store_close(store);
	store_close(open_expecting(&config, 1));
}
END_TEST

/* Changes one byte of the file where it reads `text`. */
static void damage(const char *directory, const char *text) {
	char path[300];
	snprintf(path, sizeof(path), "%s/state/data.mdb", directory);
	FILE *file = fopen(path, "r+");
	ck_assert_ptr_nonnull(file);
	static char content[1 << 20];
	size_t bytes = fread(content, 1, sizeof(content), file);
	unsigned damaged = 0;
	for (size_t at = 0; at + strlen(text) <= bytes; at++) {
		if (memcmp(content + at, text, strlen(text)) != 0)
			continue;
		ck_assert_int_eq(fseek(file, (long)at, SEEK_SET), 0);
		ck_assert_int_eq(fputc(text[0] ^ 1, file), text[0] ^ 1);
		damaged++;
	}
	ck_assert_uint_ge(damaged, 1);
	ck_assert_int_eq(fclose(file), 0);
}

static struct state_store_config make_damaged(void) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "key of a row", "the content of a row");
	put_text(store, "another", "content");
	merge(store, 1);
	store_close(store);
	damage(config.directory, "the content of");
	return config;
}

static bool count_visit(
    void *arg, const void *key, size_t key_bytes, const void *row, size_t bytes) {
	(void)key, (void)key_bytes, (void)row, (void)bytes;
	++*(unsigned *)arg;
	return true;
}

START_TEST(a_damaged_row_is_noticed_and_the_next_opening_begins_empty) {
	struct state_store_config config = make_damaged();
	struct state_store *store = open_expecting(&config, 1);
	struct snapshot *snapshot;
	ck_assert_int_eq(snapshot_open(store, &snapshot), ERR_OK);
	size_t bytes = 0;
	ck_assert_ptr_nonnull(snapshot_get(snapshot, 1, "another", 7, &bytes));
	unsigned count = 0;
	ck_assert_int_eq(
	    snapshot_scan(snapshot, 1, NULL, 0, NULL, 0, count_visit, &count), ERR_CORRUPT);
	ck_assert_uint_eq(count, 1); /* the one before it */
	snapshot_close(snapshot);
	store_close(store);
	store = open_expecting(&config, 0);
	ck_assert_ptr_null(get_text(store, "another"));
	merge(store, 1);
	store_close(store);
	store_close(open_expecting(&config, 1));
}
END_TEST

/* Gets the damaged row in a process of its own; how that ended. */
static int get_damaged_row(const struct state_store_config *config, bool from_snapshot) {
	int status;
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		close(STDERR_FILENO); /* what it says there is expected */
		struct state_store *store = open_expecting(config, 1);
		struct snapshot *snapshot;
		size_t bytes;
		if (from_snapshot && snapshot_open(store, &snapshot) == ERR_OK)
			snapshot_get(snapshot, 1, "key of a row", 12, &bytes);
		else
			store_get(store, 1, "key of a row", 12, &bytes);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

START_TEST(a_damaged_row_is_never_handed_out) {
	for (int from_snapshot = 0; from_snapshot < 2; from_snapshot++) {
		struct state_store_config config = make_damaged();
		int status = get_damaged_row(&config, from_snapshot);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
		store_close(open_expecting(&config, 0));
	}
}
END_TEST

/* --- threads --- */

struct reading {
	struct state_store *store;
	_Atomic bool ends;
	unsigned failures;
};

/* Row n of the writer's batch s holds s: within one snapshot they are all the same. */
static bool visit_same(
    void *arg, const void *key, size_t key_bytes, const void *row, size_t bytes) {
	(void)key, (void)key_bytes;
	const uint64_t *expected = arg;
	return bytes == sizeof(uint64_t) && memcmp(row, expected, bytes) == 0;
}

static bool is_consistent(struct snapshot *snapshot) {
	uint64_t seq = snapshot_seq(snapshot);
	for (uint64_t key = 0; key < 100; key++) {
		size_t bytes = 0;
		const uint64_t *row = snapshot_get(snapshot, 1, &key, sizeof(key), &bytes);
		if (seq == 0 ? row != NULL : !row || *row != seq)
			return false;
	}
	return snapshot_scan(snapshot, 1, NULL, 0, NULL, 0, visit_same, &seq) == ERR_OK;
}

static void *read_snapshots(void *arg) {
	struct reading *reading = arg;
	while (!reading->ends) {
		struct snapshot *snapshot;
		if (snapshot_open(reading->store, &snapshot) != ERR_OK)
			reading->failures++;
		else {
			reading->failures += !is_consistent(snapshot);
			snapshot_close(snapshot);
		}
		store_flush(reading->store);
		reading->failures += store_memory_bytes(reading->store) == 0;
	}
	return NULL;
}

START_TEST(snapshots_of_other_threads_are_whole_while_the_writer_writes) {
	struct state_store_config config = small_config(suite_directory());
	struct reading readings[2] = { 0 };
	pthread_t threads[2];
	struct state_store *store = open_expecting(&config, 0);
	for (int i = 0; i < 2; i++) {
		readings[i].store = store;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, read_snapshots, &readings[i]), 0);
	}
	for (uint64_t seq = 1; seq <= 2000; seq++) {
		for (uint64_t key = 0; key < 100; key++)
			store_put(store, 1, &key, sizeof(key), &seq, sizeof(seq));
		merge(store, seq);
		if (seq % 500 == 0)
			wait_for(store, seq);
	}
	for (int i = 0; i < 2; i++) {
		readings[i].ends = true;
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
		ck_assert_uint_eq(readings[i].failures, 0);
	}
	store_close(store);
}
END_TEST

struct waiting {
	struct state_store *store;
	pthread_barrier_t barrier;
	enum err result;
};

static void *wait_forever(void *arg) {
	struct waiting *waiting = arg;
	pthread_barrier_wait(&waiting->barrier);
	waiting->result = store_wait_checkpoint(waiting->store, 1000, INT64_MAX);
	return NULL;
}

START_TEST(closing_ends_the_waiting) {
	struct state_store_config config = small_config(suite_directory());
	struct waiting waiting = { .store = open_expecting(&config, 0) };
	pthread_t thread;
	ck_assert_int_eq(pthread_barrier_init(&waiting.barrier, NULL, 2), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, wait_forever, &waiting), 0);
	pthread_barrier_wait(&waiting.barrier);
	usleep(20000); /* nothing tells that the thread is inside; too little only tests less */
	store_close(waiting.store);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(waiting.result, ERR_CLOSED);
	pthread_barrier_destroy(&waiting.barrier);
	store_close(NULL);
	store_abandon(NULL);
}
END_TEST

SUITE_MAIN("state store", a_put_is_seen_at_once_and_a_drop_forgets_it, marks_nest_like_a_stack,
    what_a_get_returned_stays_through_later_gets_and_puts, the_longest_keys_and_rows_are_kept,
    random_changes_give_what_the_model_has, an_idle_store_checkpoints_by_itself,
    a_flush_does_not_wait_for_age_or_size, what_is_large_is_checkpointed_without_being_asked,
    abandoned_changes_are_gone_and_closed_ones_are_not, the_meta_of_a_checkpoint_comes_back,
    a_snapshot_does_not_see_what_comes_after_it, memory_stays_within_its_limit,
    a_batch_larger_than_the_memory_is_merged_and_then_leaves_it,
    a_full_map_is_reported_and_loses_nothing, another_format_or_a_discard_begins_empty,
    second_opener_is_told_that_it_is_busy, what_is_no_environment_is_begun_empty,
    a_damaged_row_is_noticed_and_the_next_opening_begins_empty, a_damaged_row_is_never_handed_out,
    snapshots_of_other_threads_are_whole_while_the_writer_writes, closing_ends_the_waiting)
