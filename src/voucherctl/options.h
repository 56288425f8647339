/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line, taken apart by the table of commands:
 *
 *	voucherctl [options] <noun> [<verb>] [arguments and options]
 *
 * Options that every verb has may stand anywhere. "--option value" and "--option=value" are the
 * same; "--" ends options. Nothing is converted yet: see fields.h.
 */
#ifndef VOUCHERCTL_OPTIONS_H
#define VOUCHERCTL_OPTIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "voucherctl/command_table.h"
#include "voucherctl/lang.h"

enum option {
	OPTION_SERVER,
	OPTION_CA,
	OPTION_CERT,
	OPTION_KEY,
	OPTION_TOKEN_FILE,
	OPTION_PROFILE,
	OPTION_CONFIG,
	OPTION_TIMEOUT,
	OPTION_RETRIES,
	OPTION_LANG,
	OPTION_ID,
	OPTION_RECEIPT,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTION_QUIET,
	OPTION_YES,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COUNT,
};

struct option_info {
	const char *name;  /* "--server" */
	char letter;       /* 'q' for "-q"; 0: none */
	const char *value; /* "URL"; NULL: a flag */
	const char *help, *help_zh;
};
extern const struct option_info option_table[OPTION_COUNT];

struct argument {
	const struct parameter *parameter;
	const char *text;
};

struct command_line {
	const struct noun *noun;    /* NULL: nothing was asked for */
	const struct verb *verb;    /* NULL: only with --help, --version, or no words at all */
	struct argument *arguments; /* in the order given */
	size_t argument_count;
	const char *options[OPTION_COUNT]; /* NULL: not given; a flag: "" */
	enum lang lang; /* in which mistakes of it are told: of --lang, or of the environment */
};

/*
 * Everything is in `arena` or borrowed from `argv`. ERR_CONFIG with a sentence in `ret_message`
 * when the line is wrong: an unknown word (with what was probably meant), something missing,
 * something twice. With --help nothing is required.
 */
enum err options_parse(int argc, const char *const *argv, struct arena *arena,
    struct command_line *ret_line, const char **ret_message) MUST_CHECK;

/* The text given for a parameter by its name ("FILE", "--limit"), its preset, or NULL. */
const char *options_text(const struct command_line *line, const char *name);

bool options_has(const struct command_line *line, const char *name);

/* Finds an option that every verb has: "--json", "-q". OPTION_COUNT: there is none. `bytes` is the
 * length of the name within `text`. */
enum option option_find(const char *text, size_t bytes);

#endif
