/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_store.h"

#include "base/clock.h"
#include "fixture.h"
#include "support/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static enum err try_open(const struct state_store_config *config) {
	unsigned char meta[STORE_META_BYTES_MAX];
	struct state_store *store;
	uint64_t seq;
	size_t meta_bytes;
	return store_open(config, &store, &seq, meta, &meta_bytes);
}

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

/* As the next opening finds it: there is no more than what was synced. */
START_TEST(what_is_made_in_bulk_stays_if_it_was_closed_and_begins_empty_if_not) {
	struct state_store_config config = small_config(suite_directory()), bulk = config;
	bulk.bulk = true;
	for (int round = 0; round < 2; round++) {
		struct state_store *store = open_expecting(&bulk, 0);
		ck_assert_ptr_null(get_text(store, "a"));
		put_text(store, "a", "one");
		merge(store, 1);
		store_flush(store);
		ck_assert_int_eq(
		    store_wait_checkpoint(store, 1, clock_monotonic_us() + 10 * US_PER_S), ERR_OK);
		store_abandon(store);
		store_close(open_expecting(&config, 0));
		store = open_expecting(&bulk, 0);
		put_text(store, "a", "one");
		merge(store, 1);
		store_close(store);
		store = open_expecting(&config, 1);
		ck_assert_str_eq(get_text(store, "a"), "one");
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

static struct state_store_config make_rows(void) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "key of a row", "the content of a row");
	put_text(store, "another", "content");
	merge(store, 1);
	store_close(store);
	return config;
}

static void damage_row(const struct state_store_config *config) {
	damage(config->directory, "the content of");
}

static bool count_visit(
    void *arg, const void *key, size_t key_bytes, const void *row, size_t bytes) {
	(void)key, (void)key_bytes, (void)row, (void)bytes;
	++*(unsigned *)arg;
	return true;
}

/* An inner page of LMDB 0.9 (P_BRANCH): the offsets of its nodes follow its header. */
struct inner_page {
	uint64_t number;
	uint16_t pad, flags, lower, upper;
	uint16_t nodes[];
};
struct inner_node {
	uint16_t child_low, child_high, child_top, key_bytes;
	unsigned char key[];
};

/* Changes the key by which the second child of each inner page is found. */
static unsigned damage_inner_pages(const char *directory) {
	enum { PAGE = 4096, BRANCH = 1 };
	char path[300];
	_Alignas(8) unsigned char content[PAGE];
	unsigned damaged = 0;
	snprintf(path, sizeof(path), "%s/state/data.mdb", directory);
	int fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	for (off_t at = (off_t)2 * PAGE; pread(fd, content, PAGE, at) == PAGE; at += PAGE) {
		const struct inner_page *page = (const struct inner_page *)content;
		if (page->number != (uint64_t)(at / PAGE) || page->flags != BRANCH)
			continue;
		struct inner_node *node = (struct inner_node *)(content + page->nodes[1]);
		node->key[node->key_bytes - 1] ^= 0x40;
		ck_assert_int_eq(pwrite(fd, content, PAGE, at), PAGE);
		damaged++;
	}
	close(fd);
	return damaged;
}

/* All rows are there when they are walked, but some are not where they are looked for. */
START_TEST(rows_that_cannot_be_found_by_their_key_are_noticed) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	for (int i = 0; i < 500; i++) {
		char key[20];
		snprintf(key, sizeof(key), "row %04d", i);
		put_text(store, key, "a text of some length, so that the rows fill some pages");
	}
	merge(store, 1);
	store_close(store);
	store_close(open_expecting(&config, 1));
	ck_assert_uint_gt(damage_inner_pages(config.directory), 0);
	store_close(open_expecting(&config, 0));
}
END_TEST

START_TEST(a_damaged_row_is_noticed_and_the_next_opening_begins_empty) {
	struct state_store_config config = make_rows();
	struct state_store *store = open_expecting(&config, 1);
	damage_row(&config);
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
		damage_row(config);
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
		struct state_store_config config = make_rows();
		int status = get_damaged_row(&config, from_snapshot);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EX_IOERR);
		store_close(open_expecting(&config, 0));
	}
}
END_TEST

START_TEST(a_state_that_was_damaged_before_begins_empty) {
	struct state_store_config config = make_rows();
	damage_row(&config);
	store_close(open_expecting(&config, 0));
}
END_TEST

SUITE_MAIN("state open", another_format_or_a_discard_begins_empty,
    what_is_made_in_bulk_stays_if_it_was_closed_and_begins_empty_if_not,
    second_opener_is_told_that_it_is_busy, what_is_no_environment_is_begun_empty,
    rows_that_cannot_be_found_by_their_key_are_noticed,
    a_damaged_row_is_noticed_and_the_next_opening_begins_empty, a_damaged_row_is_never_handed_out,
    a_state_that_was_damaged_before_begins_empty)
