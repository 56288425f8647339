/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check(condition): the third kind of error, a bug. Always on, in release builds too: a ledger that
 * is wrong must stop. Prints the place and the condition to stderr and aborts.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

__attribute__((noreturn, cold)) void check_failed(
    const char *file, int line, const char *condition);

#define check(condition)                                                                           \
	do {                                                                                           \
		if (__builtin_expect(!(condition), 0))                                                     \
			check_failed(__FILE__, __LINE__, #condition);                                          \
	} while (0)

#endif
