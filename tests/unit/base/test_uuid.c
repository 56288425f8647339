/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include "base/clock.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { PER_THREAD = 5000, THREADS = 4 };

START_TEST(text_goes_there_and_back) {
	struct uuid uuid = { 0 };
	char text[UUID_TEXT_BYTES];
	ck_assert_int_eq(uuid_parse_text("0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", &uuid), ERR_OK);
	ck_assert_uint_eq(uuid.high, 0x0190a1b2c3d47e5f);
	ck_assert_uint_eq(uuid.low, 0x8a9b0c1d2e3f4a5b);
	uuid_format(uuid, text);
	ck_assert_str_eq(text, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
}
END_TEST

START_TEST(only_the_form_of_36_characters_is_taken) {
	static const char *const wrong[] = { "", "0190a1b2", "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b",
		"{0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5",
		"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b ",
		"0190a1b2-c3d47-e5f-8a9b-0c1d2e3f4a5b", "0190a1b2_c3d4_7e5f_8a9b_0c1d2e3f4a5b",
		"0190a1b2-c3d4-7e5f-8a9b- c1d2e3f4a5b" };
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct uuid uuid = { 1, 2 };
		ck_assert_msg(uuid_parse_text(wrong[i], &uuid) == ERR_SYNTAX, "%s", wrong[i]);
		ck_assert_uint_eq(uuid.high, 1);
	}
}
END_TEST

START_TEST(a_new_one_is_of_version_7_and_of_now) {
	uint64_t before_ms = (uint64_t)clock_wall_us() / 1000;
	struct uuid uuid = uuid_new();
	uint64_t after_ms = (uint64_t)clock_wall_us() / 1000;
	ck_assert_uint_ge(uuid.high >> 16, before_ms);
	ck_assert_uint_le(uuid.high >> 16, after_ms);
	ck_assert_uint_eq(uuid.high >> 12 & 15, 7);
	ck_assert_uint_eq(uuid.low >> 62, 2);
}
END_TEST

static void *make_many(void *arg) {
	struct uuid *made = arg;
	for (int i = 0; i < PER_THREAD; i++)
		made[i] = uuid_new();
	return NULL;
}

static int compare(const void *a, const void *b) {
	return memcmp(a, b, sizeof(struct uuid));
}

START_TEST(no_two_are_the_same_in_any_thread) {
	static struct uuid made[THREADS * PER_THREAD];
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, make_many, made + i * PER_THREAD), 0);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	qsort(made, COUNT(made), sizeof(made[0]), compare);
	for (size_t i = 1; i < COUNT(made); i++)
		ck_assert_int_ne(compare(&made[i - 1], &made[i]), 0);
}
END_TEST

START_TEST(a_child_process_does_not_repeat_its_parent) {
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	(void)uuid_new();
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		struct uuid uuid = uuid_new();
		_exit(write(ends[1], &uuid, sizeof(uuid)) == sizeof(uuid) ? 0 : 1);
	}
	struct uuid mine = uuid_new(), theirs;
	ck_assert_int_eq(read(ends[0], &theirs, sizeof(theirs)), sizeof(theirs));
	ck_assert_uint_ne(mine.low, theirs.low);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

SUITE_MAIN("uuid", text_goes_there_and_back, only_the_form_of_36_characters_is_taken,
    a_new_one_is_of_version_7_and_of_now, no_two_are_the_same_in_any_thread,
    a_child_process_does_not_repeat_its_parent)
