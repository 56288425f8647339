/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "support/suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *directory;
static struct buffer content;

static const char *path_of(const char *name) {
	static char path[300];
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void set_up(void) {
	directory = suite_directory();
	buffer_init(&content, 0);
}

static void tear_down(void) {
	buffer_done(&content);
}

static void content_is(const char *name, const char *expected) {
	buffer_clear(&content);
	ck_assert_int_eq(file_read(path_of(name), 100, &content), ERR_OK);
	ck_assert_str_eq(buffer_string(&content), expected);
}

START_TEST(created_file_is_never_overwritten) {
	set_up();
	struct stat stat_now;
	ck_assert_int_eq(file_create(path_of("f"), "one", 3, 0600), ERR_OK);
	content_is("f", "one");
	ck_assert_int_eq(stat(path_of("f"), &stat_now), 0);
	ck_assert_uint_eq(stat_now.st_mode & 07777, 0600);
	ck_assert_int_eq(file_create(path_of("f"), "two", 3, 0600), ERR_EXISTS);
	content_is("f", "one");
	ck_assert_int_eq(file_create(path_of("none/f"), "x", 1, 0600), ERR_IO);
	ck_assert_int_eq(errno, ENOENT);
	tear_down();
}
END_TEST

START_TEST(replaced_file_is_the_new_one_with_nothing_left_beside_it) {
	set_up();
	ck_assert_int_eq(file_replace(path_of("f"), "a long one", 10, 0600), ERR_OK);
	ck_assert_int_eq(file_replace(path_of("f"), "short", 5, 0600), ERR_OK);
	content_is("f", "short");
	ck_assert_int_ne(access(path_of("f.new"), F_OK), 0);
	ck_assert_int_eq(file_replace(path_of("none/f"), "x", 1, 0600), ERR_IO);
	ck_assert_int_eq(mkdir(path_of("d"), 0700), 0);
	ck_assert_int_eq(file_replace(path_of("d"), "x", 1, 0600), ERR_IO);
	ck_assert_int_eq(chdir(directory), 0);
	ck_assert_int_eq(file_replace("here", "x", 1, 0600), ERR_OK); /* no slash in it */
	content_is("here", "x");
	tear_down();
}
END_TEST

START_TEST(file_is_read_as_a_whole_or_not_at_all) {
	set_up();
	ck_assert_int_eq(file_create(path_of("f"), "12345", 5, 0644), ERR_OK);
	ck_assert_int_eq(file_read(path_of("f"), 4, &content), ERR_RANGE);
	ck_assert_uint_eq(content.bytes, 0);
	ck_assert_int_eq(file_read(path_of("f"), 5, &content), ERR_OK);
	ck_assert_uint_eq(content.bytes, 5);
	ck_assert_int_eq(file_read(path_of("none"), 5, &content), ERR_NOT_FOUND);
	ck_assert_int_eq(file_read(directory, 5, &content), ERR_IO);
	tear_down();
}
END_TEST

START_TEST(secret_that_others_may_read_or_write_is_refused) {
	static const struct {
		mode_t mode;
		enum err err;
	} table[] = {
		{ 0600, ERR_OK },
		{ 0400, ERR_OK },
		{ 0700, ERR_OK },
		{ 0640, ERR_DENIED },
		{ 0620, ERR_DENIED },
		{ 0604, ERR_DENIED },
		{ 0602, ERR_DENIED },
		{ 0644, ERR_DENIED },
	};
	set_up();
	ck_assert_int_eq(file_create(path_of("f"), "secret", 6, 0600), ERR_OK);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buffer secret;
		buffer_init(&secret, 0);
		ck_assert_int_eq(chmod(path_of("f"), table[i].mode), 0);
		ck_assert_int_eq(file_read_secret(path_of("f"), 100, &secret), table[i].err);
		ck_assert_uint_eq(secret.bytes, table[i].err ? 0 : 6);
		file_forget(&secret);
		ck_assert_ptr_null(secret.data);
	}
	tear_down();
}
END_TEST

SUITE_MAIN("file", created_file_is_never_overwritten,
    replaced_file_is_the_new_one_with_nothing_left_beside_it, file_is_read_as_a_whole_or_not_at_all,
    secret_that_others_may_read_or_write_is_refused)
