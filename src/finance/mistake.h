/* SPDX-License-Identifier: Apache-2.0 */
/* Where and why the reading of a file ended, for people. */
#ifndef FINANCE_MISTAKE_H
#define FINANCE_MISTAKE_H

#include <stdint.h>

#define MISTAKE_BYTES 300

struct file_mistake {
	uint64_t line, column; /* from 1, in characters; 0: about the whole */
	char text[MISTAKE_BYTES];
	char zh[MISTAKE_BYTES]; /* the same in Chinese; "" where the words are a library's */
};

/* Sets both texts and no place. The two formats take the same arguments. */
__attribute__((format(printf, 2, 4), format(printf, 3, 4))) void mistake_say(
    struct file_mistake *mistake, const char *text, const char *zh, ...);

#endif
