/* SPDX-License-Identifier: Apache-2.0 */
/* A command line as people type it, taken apart: blanks separate, double quotes keep together. */
#ifndef TESTS_UNIT_VOUCHERCTL_WORDS_H
#define TESTS_UNIT_VOUCHERCTL_WORDS_H

#include "voucherctl/options.h"

#define WORDS_MAX 40

struct words {
	const char *words[WORDS_MAX];
	int count;
	char text[2048];
};

/* `line` is what follows "voucherctl"; words[0] is the program. */
void words_split(struct words *words, const char *line);

/* Parses it, which must succeed. */
struct command_line words_parse(struct words *words, const char *line, struct arena *arena);

#endif
