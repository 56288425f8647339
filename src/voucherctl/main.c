/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voucherctl: one command or query per run, over the HTTP interface of voucherd.
 *
 * Takes the command line apart, finds out where the server is and who we are, and hands over to the
 * verb. Exits with enum exit_status.
 */
#include "voucherctl/complete.h"
#include "voucherctl/help.h"
#include "voucherctl/send.h"
#include "voucherctl/session.h"

#include <string.h>

static enum exit_status print_help(struct session *session) {
	struct help help = { session->settings.lang, &session->arena, &session->out };
	if (help_write(&help, session->line.noun, session->line.verb) != ERR_OK)
		return session_out_of_memory();
	return session_print(session);
}

static enum exit_status print_version(struct session *session) {
	buffer_append_text(&session->out, "voucherctl " PACKAGE_VERSION "\n");
	return session_print(session);
}

static enum exit_status fail(enum err err, const char *message) {
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	session_complain("%s", message);
	return EXIT_USAGE;
}

static enum exit_status run(struct session *session) {
	const struct command_line *line = &session->line;
	const char *message = "";
	if (line->options[OPTION_VERSION])
		return print_version(session);
	session->settings.lang = lang_from_environment();
	const char *lang = line->options[OPTION_LANG];
	/* Help must not depend on a configuration that is yet to be written. */
	if (lang && lang_parse(lang, &session->settings.lang) != ERR_OK)
		return fail(ERR_CONFIG, "--lang is \"zh\" or \"en\". / --lang 应为 zh 或 en。");
	if (line->options[OPTION_HELP])
		return print_help(session);
	if (!line->noun) {
		print_help(session);
		return EXIT_USAGE;
	}
	enum err err = settings_load(line, &session->arena, &session->settings, &message);
	if (err)
		return fail(err, message);
	session->line.lang = session->settings.lang;
	return line->verb->run ? line->verb->run(session) : send_command(session);
}

static enum exit_status print_completions(
    struct session *session, int count, const char *const *words) {
	complete(count, words, &session->out);
	return session_print(session);
}

int main(int argc, char **argv) {
	const char *const *words = (const char *const *)argv;
	struct session session;
	session_init(&session);
	const char *message = "";
	enum exit_status status;
	if (argc > 1 && strcmp(argv[1], "--complete") == 0) {
		status = print_completions(&session, argc - 2, words + 2);
	} else {
		enum err err = options_parse(argc, words, &session.arena, &session.line, &message);
		status = err ? fail(err, message) : run(&session);
	}
	session_done(&session);
	return status;
}
