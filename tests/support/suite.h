/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of unit tests: START_TEST(name_is_a_sentence) … END_TEST, then
 *
 *	SUITE_MAIN("arena", first_test, second_test)
 */
#ifndef TESTS_SUPPORT_SUITE_H
#define TESTS_SUPPORT_SUITE_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

/* Runs the tests, each in a process of its own unless CK_FORK=no; the exit status of the
 * program. */
int suite_run(const char *name, const TTest *const *tests, size_t count, int timeout_s);

#define SUITE_TIMEOUT_S 600 /* sanitizers and busy machines are slow */

#define SUITE_MAIN_WITHIN(timeout_s, name, ...)                                                    \
	int main(void) {                                                                               \
		const TTest *const tests[] = { __VA_ARGS__ };                                              \
		return suite_run((name), tests, sizeof(tests) / sizeof(tests[0]), (timeout_s));            \
	}
#define SUITE_MAIN(name, ...) SUITE_MAIN_WITHIN(SUITE_TIMEOUT_S, name, __VA_ARGS__)

/* Whether a tenth of the usual is asked for. */
bool suite_is_brief(void);

/* A number from the environment. */
long suite_setting(const char *variable, long fallback);

/* How often: what `variable` of the environment says, else as FAULTS there asks for a long form, or
 * for a brief one, a tenth of the short, that shows that the test works where it runs. */
long suite_count(const char *variable, long count_short, long count_long);

/* Prints the line that tests/faults collects: `count` is text with its unit. */
void suite_row(int row, const char *fault, const char *count, unsigned long unsound);

/* A new empty directory under $TMPDIR or /tmp, removed with its content when the program ends. */
const char *suite_directory(void);

/* Removes a file, or a directory with its content, if it is there. */
void suite_remove(const char *path);

#endif
