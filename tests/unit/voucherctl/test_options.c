/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/options.h"

#include "support/suite.h"
#include "unit/voucherctl/words.h"

#include <stdlib.h>
#include <string.h>

START_TEST(mistakes_are_named_with_what_was_meant) {
	const struct {
		const char *line;
		const char *message; /* part of it */
	} cases[] = {
		{ "vouher list", "Did you mean \"voucher\"?" },
		{ "xyzzy", "There is no \"xyzzy\". \"voucherctl help\"" },
		{ "voucher", "\"voucher\" needs a verb" },
		{ "voucher isue 1 2", "Did you mean \"issue\"?" },
		{ "voucher list --stauts active", "Did you mean \"--status\"?" },
		{ "voucher list --prog cp", "Did you mean \"--programme\"?" },
		{ "--staus voucher list", "no option that may stand here" },
		{ "voucher show", "ID is missing" },
		{ "voucher show 1 2", "\"2\" is one argument too many" },
		{ "fund appropriate f", "AMOUNT is missing" },
		{ "fund create cp", "--name is missing" },
		{ "fund create cp --name", "--name wants a value" },
		{ "fund create cp --name a --name b", "--name is given twice" },
		{ "fund create cp --name a --code cp", "CODE is given twice" },
		{ "fund create cp --name a --server s --server t", "--server is given twice" },
		{ "fund list --all=yes", "--all takes no value" },
		{ "fund list --json=yes", "--json takes no value" },
		{ "fund list --id 0190a1b2-0000-7000-8000-000000000001", "--id is for commands" },
		{ "fund list --dry-run", "--dry-run is for commands" },
		{ "status now", "one argument too many" },
		{ "token", "\"token\" needs a verb" },
		{ "--lang zh voucher show", "缺少 ID（" },
		{ "voucher isue --lang=zh", "\"voucher\" 没有动词 \"isue\"。是否为 \"issue\"？" },
		{ "--lang fr voucher isue", "has no verb" },
	};
	setenv("VOUCHERCTL_LANG", "en", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct words words;
		struct arena arena;
		arena_init(&arena, 0);
		words_split(&words, cases[i].line);
		struct command_line line;
		const char *message = "";
		enum err err = options_parse(words.count, words.words, &arena, &line, &message);
		ck_assert_msg(err == ERR_CONFIG && strstr(message, cases[i].message), "%s: %s",
		    cases[i].line, message);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(options_may_stand_anywhere_and_be_written_two_ways) {
	static const char *const lines[] = {
		"--json --profile p --lang zh claim submit 9 1.00 --invoice a:1:2026-01-01",
		"claim submit -j -p p --lang=zh 9 1.00 --invoice=a:1:2026-01-01",
		"claim -p p submit --invoice a:1:2026-01-01 --reservation 9 --amount=1.00 -j --lang zh",
		"claim submit --amount 1.00 9 --invoice a:1:2026-01-01 -j --lang zh -p p",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct words words;
		struct arena arena;
		arena_init(&arena, 0);
		struct command_line line = words_parse(&words, lines[i], &arena);
		ck_assert_str_eq(line.noun->noun, "claim");
		ck_assert_str_eq(line.verb->verb, "submit");
		ck_assert_str_eq(line.options[OPTION_PROFILE], "p");
		ck_assert_str_eq(line.options[OPTION_LANG], "zh");
		ck_assert_ptr_nonnull(line.options[OPTION_JSON]);
		ck_assert_ptr_null(line.options[OPTION_QUIET]);
		ck_assert_str_eq(options_text(&line, "RESERVATION"), "9");
		ck_assert_str_eq(options_text(&line, "AMOUNT"), "1.00");
		ck_assert_str_eq(options_text(&line, "--invoice"), "a:1:2026-01-01");
		ck_assert(!options_has(&line, "--evidence"));
		arena_done(&arena);
	}
}
END_TEST

START_TEST(repeated_options_keep_their_order) {
	struct words words;
	struct arena arena;
	arena_init(&arena, 0);
	struct command_line line = words_parse(
	    &words, "programme admit cp P1 --category b --category a", &arena);
	ck_assert_uint_eq(line.argument_count, 4);
	ck_assert_str_eq(line.arguments[2].text, "b");
	ck_assert_str_eq(line.arguments[3].text, "a");
	arena_done(&arena);
}
END_TEST

START_TEST(two_dashes_end_options_and_one_is_a_name) {
	struct words words;
	struct arena arena;
	arena_init(&arena, 0);
	struct command_line line = words_parse(&words, "batch -", &arena);
	ck_assert_str_eq(options_text(&line, "FILE"), "-");
	line = words_parse(&words, "batch -- --file", &arena);
	ck_assert_str_eq(options_text(&line, "FILE"), "--file");
	arena_done(&arena);
}
END_TEST

START_TEST(help_asks_for_nothing_else) {
	static const char *const lines[] = { "--help", "fund --help", "fund create --help", "-h", "",
		"--version", "fund -V" };
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct words words;
		struct arena arena;
		arena_init(&arena, 0);
		words_parse(&words, lines[i], &arena);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(presets_stand_in) {
	struct words words;
	struct arena arena;
	arena_init(&arena, 0);
	struct command_line line = words_parse(
	    &words, "init --directory d --name n --admin a=b", &arena);
	ck_assert_str_eq(options_text(&line, "--hash"), "SHA256");
	ck_assert(!options_has(&line, "--hash"));
	ck_assert_ptr_null(options_text(&line, "--currency"));
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("options", mistakes_are_named_with_what_was_meant,
    options_may_stand_anywhere_and_be_written_two_ways, repeated_options_keep_their_order,
    two_dashes_end_options_and_one_is_a_name, help_asks_for_nothing_else, presets_stand_in)
