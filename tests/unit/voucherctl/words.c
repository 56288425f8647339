/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/voucherctl/words.h"

#include "support/suite.h"

#include <string.h>

void words_split(struct words *words, const char *line) {
	*words = (struct words){ .words = { "voucherctl" }, .count = 1 };
	ck_assert_uint_lt(strlen(line), sizeof(words->text));
	char *to = words->text;
	while (*(line += strspn(line, " "))) {
		ck_assert_int_lt(words->count, WORDS_MAX);
		words->words[words->count++] = to;
		for (int is_quoted = 0; *line && (is_quoted || *line != ' '); line++) {
			if (*line == '"')
				is_quoted = !is_quoted;
			else
				*to++ = *line;
		}
		*to++ = '\0';
	}
}

struct command_line words_parse(struct words *words, const char *line, struct arena *arena) {
	struct command_line parsed;
	const char *message = "";
	words_split(words, line);
	enum err err = options_parse(words->count, words->words, arena, &parsed, &message);
	ck_assert_msg(err == ERR_OK, "%s: %s", line, message);
	return parsed;
}
