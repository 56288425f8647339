/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORIES_MAX 64
#define BRIEFER         10

static char directories[DIRECTORIES_MAX][256];
static int directory_count;
static pid_t directory_owner;

long suite_setting(const char *variable, long fallback) {
	const char *asked = getenv(variable);
	return asked ? atol(asked) : fallback;
}

static bool is_form(const char *name) {
	const char *form = getenv("FAULTS");
	return form && strcmp(form, name) == 0;
}

bool suite_is_brief(void) {
	return is_form("brief");
}

long suite_count(const char *variable, long count_short, long count_long) {
	long count = is_form("long") ? count_long : count_short;
	return suite_setting(variable, suite_is_brief() ? (count + BRIEFER - 1) / BRIEFER : count);
}

int suite_run(const char *name, const TTest *const *tests, size_t count, int timeout_s) {
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	tcase_set_timeout(tcase, suite_setting("SUITE_TIMEOUT_S", is_form("long") ? 0 : timeout_s));
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

void suite_row(int row, const char *fault, const char *count, unsigned long unsound) {
	printf("%d|%s|%s|%lu\n", row, fault, count, unsound);
	fflush(stdout);
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw) {
	(void)stat, (void)flag, (void)ftw;
	return remove(path);
}

void suite_remove(const char *path) {
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void remove_directories(void) {
	if (getpid() != directory_owner)
		return;
	for (int i = 0; i < directory_count; i++)
		suite_remove(directories[i]);
}

const char *suite_directory(void) {
	if (directory_owner != getpid()) {
		directory_owner = getpid();
		directory_count = 0;
		atexit(remove_directories);
	}
	ck_assert_int_lt(directory_count, DIRECTORIES_MAX);
	const char *parent = getenv("TMPDIR");
	char *path = directories[directory_count];
	snprintf(path, sizeof(directories[0]), "%s/voucherd-test-XXXXXX", parent ? parent : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(path));
	directory_count++;
	return path;
}
