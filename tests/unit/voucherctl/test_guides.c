/* SPDX-License-Identifier: Apache-2.0 */
/* What explains the command line says what the tables say: the manual page, help, completion. */
#include "support/suite.h"
#include "unit/voucherctl/words.h"
#include "voucherctl/complete.h"
#include "voucherctl/file.h"
#include "voucherctl/help.h"
#include "voucherctl/help_zh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the manual page --- */

/* Without the marks that troff needs: "\-" is "-". */
static void read_page(struct buffer *page) {
	const char *top = getenv("top_srcdir");
	char path[1000];
	snprintf(path, sizeof(path), "%s/contrib/man/voucherctl.1", top ? top : "..");
	FILE *file = file_open(path);
	ck_assert_msg(file != NULL, "%s", path);
	buffer_init(page, 0);
	ck_assert_int_eq(file_read_all(file, page), ERR_OK);
	file_close(file);
	size_t to = 0;
	for (size_t i = 0; i < page->bytes; i++)
		if (page->data[i] != '\\' || page->data[i + 1] != '-')
			page->data[to++] = page->data[i];
	page->bytes = to;
}

/* The line of a verb: `.B status` or `.BI "fund create " "CODE --name TEXT [options]"`. */
static const char *find_verb(const char *page, const struct verb *verb) {
	struct arena arena;
	arena_init(&arena, 0);
	char words[100], line[400];
	snprintf(words, sizeof(words), "%s%s%s", verb->noun, verb->verb ? " " : "",
	    verb->verb ? verb->verb : "");
	const char *usage = help_usage(&arena, verb) + strlen("voucherctl ") + strlen(words);
	if (*usage)
		snprintf(line, sizeof(line), "\n.BI \"%s \" \"%s\"\n", words, usage + 1);
	else
		snprintf(line, sizeof(line), "\n.B %s\n", words);
	const char *at = strstr(page, line);
	arena_done(&arena);
	return at ? at + 1 : NULL;
}

/* The options of a verb stand between .RS and .RE, before the next verb. */
static void check_options(const char *at, const struct verb *verb) {
	const char *next = strstr(at, "\n.RE");
	for (size_t i = 0; i < verb->parameter_count; i++) {
		const struct parameter *parameter = &verb->parameters[i];
		if (parameter_is_argument(parameter))
			continue;
		char line[100];
		snprintf(
		    line, sizeof(line), parameter->value ? "\n.BI %s \" " : "\n.B %s\n", parameter->name);
		const char *found = strstr(at, line);
		ck_assert_msg(found && next && found < next, "%s %s: %s is not explained", verb->noun,
		    verb->verb, parameter->name);
	}
}

START_TEST(manual_page_has_every_noun_verb_and_option) {
	struct buffer buffer;
	read_page(&buffer);
	const char *page = buffer_string(&buffer);
	for (size_t i = 0; i < command_noun_count; i++) {
		char line[100];
		snprintf(line, sizeof(line), "\n.SS %s\n", command_nouns[i].noun);
		ck_assert_msg(strstr(page, line) != NULL, "%s", command_nouns[i].noun);
	}
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++) {
		const char *at = find_verb(page, verb);
		ck_assert_msg(at != NULL, "%s %s is not explained", verb->noun, verb->verb);
		check_options(at, verb);
	}
	for (size_t i = 0; i < OPTION_COUNT; i++)
		ck_assert_msg(strstr(page, option_table[i].name) != NULL, "%s", option_table[i].name);
	buffer_done(&buffer);
}
END_TEST

/* --- help --- */

static void write_help(
    enum lang lang, const struct noun *noun, const struct verb *verb, struct buffer *out) {
	struct arena arena;
	arena_init(&arena, 0);
	buffer_init(out, 0);
	struct help help = { lang, &arena, out };
	ck_assert_int_eq(help_write(&help, noun, verb), ERR_OK);
	arena_done(&arena);
}

START_TEST(help_at_each_level_has_what_is_below_it) {
	struct buffer out;
	for (int lang = LANG_EN; lang <= LANG_ZH; lang++) {
		write_help((enum lang)lang, NULL, NULL, &out);
		for (size_t i = 0; i < command_noun_count; i++) {
			ck_assert_ptr_nonnull(strstr(buffer_string(&out), command_nouns[i].noun));
			ck_assert_ptr_nonnull(strstr(buffer_string(&out),
			    lang == LANG_ZH ? command_nouns[i].help_zh : command_nouns[i].help));
		}
		buffer_done(&out);
	}
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++) {
		write_help(LANG_EN, command_find_noun(verb->noun), NULL, &out);
		ck_assert_ptr_nonnull(strstr(buffer_string(&out), verb->help));
		buffer_done(&out);
		write_help(LANG_EN, command_find_noun(verb->noun), verb, &out);
		ck_assert_ptr_nonnull(strstr(buffer_string(&out), verb->example));
		for (size_t k = 0; k < verb->parameter_count; k++) {
			ck_assert_ptr_nonnull(strstr(buffer_string(&out), verb->parameters[k].name));
			ck_assert_ptr_nonnull(strstr(buffer_string(&out), verb->parameters[k].help));
		}
		buffer_done(&out);
	}
}
END_TEST

START_TEST(help_fits_a_terminal) {
	struct buffer out;
	write_help(LANG_EN, NULL, NULL, &out);
	char *saved = NULL;
	char *text = strdup(buffer_string(&out));
	for (char *line = strtok_r(text, "\n", &saved); line; line = strtok_r(NULL, "\n", &saved))
		ck_assert_msg(strlen(line) <= 100, "%s", line);
	free(text);
	buffer_done(&out);
}
END_TEST

START_TEST(usage_shows_arguments_and_what_is_required) {
	struct arena arena;
	arena_init(&arena, 0);
	ck_assert_str_eq(help_usage(&arena, command_find_verb("voucher", "issue")),
	    "voucherctl voucher issue APPLICATION [AMOUNT]");
	ck_assert_str_eq(help_usage(&arena, command_find_verb("fund", "create")),
	    "voucherctl fund create CODE --name TEXT [options]");
	ck_assert_str_eq(
	    help_usage(&arena, command_find_verb("help", NULL)), "voucherctl help [NOUN] [VERB]");
	ck_assert_str_eq(help_usage(&arena, command_find_verb("status", NULL)), "voucherctl status");
	arena_done(&arena);
}
END_TEST

/* --- completion --- */

/* `line` ends with the word being typed; a blank at its end begins a new one. */
static void completions_of(const char *line, struct buffer *out) {
	struct words words;
	words_split(&words, line);
	if (!*line || line[strlen(line) - 1] == ' ')
		words.words[words.count++] = "";
	buffer_init(out, 0);
	complete(words.count - 1, words.words + 1, out);
}

START_TEST(verbs_of_money_are_told_in_chinese) {
	static const char *const nouns[] = { "settlement", "clawback", "house-account", "bank-file",
		"bank-line", "payment", "reconciliation", "period", "books", "statement" };
	const struct verb *verb;
	for (size_t n = 0; n < sizeof(nouns) / sizeof(nouns[0]); n++) {
		ck_assert_ptr_nonnull(command_find_noun(nouns[n]));
		for (size_t i = 0; (verb = command_verb(i)); i++)
			ck_assert_msg(strcmp(verb->noun, nouns[n]) != 0 || help_zh_of_verb(verb), "%s %s",
			    verb->noun, verb->verb ? verb->verb : "");
	}
}
END_TEST

START_TEST(completion_offers_what_may_follow) {
	setenv("HOME", suite_directory(), 1);
	unsetenv("VOUCHERCTL_CONFIG");
	unsetenv("VOUCHERCTL_PROFILE");
	static const struct {
		const char *line;
		const char *expected;
	} cases[] = {
		{ "vou", "voucher\n" },
		{ "--json vou", "voucher\n" },
		{ "--server x vou", "voucher\n" },
		{ "--server=x vou", "voucher\n" },
		{ "voucher re", "reserve\nreturn\n" },
		{ "voucher --profile p re", "reserve\nreturn\n" },
		{ "zzz", "" },
		{ "zzz ",
		    "fund\nprogramme\nparty\nprincipal\napplication\nvoucher\nreservation\nclaim\n"
		    "settlement\nclawback\nhouse-account\nbank-file\nbank-line\npayment\nreconciliation\n"
		    "period\nsample\ntake-"
		    "up\nclock\naccount\ndisclosure\njournal\nbooks\nstatement\ncheckpoint\n"
		    "receipt\nproof\ntiles\ncommand\nbatch"
		    "\nstatus\ntok"
		    "en\ninit\nbackup\nrestore\n"
		    "help\n" },
		{ "help set", "settlement\n" },
		{ "help settlement ca", "cancel\n" },
		{ "claim list --st", "--status\n" },
		{ "bank-line list --exception ",
		    "amount\ndate\nambiguous\nduplicate\nunknown\nreturned\n" },
		{ "bank-line resolve icbc 1 --kind i", "interest\n" },
		{ "settlement list --status ", "open\napproved\ncancelled\n" },
		{ "party register x --kind t", "team\n" },
		{ "principal register --role a", "admin\napprover\nauditor\n" },
		{ "principal register --certificate ", ":file\n" },
		{ "reservation redeem 1 2 --evidence r", ":file\n" },
		{ "bank-file ", "show\nimport\nlist\n" },
		{ "bank-file show ", ":file\n" },
		{ "batch ", ":file\n" },
		{ "batch x ", "" },
		{ "--ca ", ":file\n" },
		{ "--lang ", "en\nzh\n" },
		{ "--profile ", "" },
		{ "voucher show ", "" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer out;
		completions_of(cases[i].line, &out);
		ck_assert_msg(strcmp(buffer_string(&out), cases[i].expected) == 0, "%s: %s", cases[i].line,
		    buffer_string(&out));
		buffer_done(&out);
	}
}
END_TEST

START_TEST(completion_knows_every_verb_and_option) {
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++) {
		char line[100], word[100];
		struct buffer out;
		snprintf(line, sizeof(line), "%s %s %s", verb->noun, verb->verb ? verb->verb : "", "--");
		completions_of(line, &out);
		for (size_t k = 0; k < verb->parameter_count; k++) {
			if (parameter_is_argument(&verb->parameters[k]))
				continue;
			snprintf(word, sizeof(word), "%s\n", verb->parameters[k].name);
			ck_assert_ptr_nonnull(strstr(buffer_string(&out), word));
		}
		buffer_done(&out);
		if (!verb->verb)
			continue;
		snprintf(line, sizeof(line), "%s %s", verb->noun, verb->verb);
		snprintf(word, sizeof(word), "%s\n", verb->verb);
		completions_of(line, &out);
		ck_assert_ptr_nonnull(strstr(buffer_string(&out), word));
		buffer_done(&out);
	}
}
END_TEST

SUITE_MAIN("guides", manual_page_has_every_noun_verb_and_option,
    help_at_each_level_has_what_is_below_it, help_fits_a_terminal,
    usage_shows_arguments_and_what_is_required, verbs_of_money_are_told_in_chinese,
    completion_offers_what_may_follow, completion_knows_every_verb_and_option)
