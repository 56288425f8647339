/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/voucherctl/verb_run.h"

#include "support/suite.h"
#include "unit/voucherctl/words.h"
#include "voucherctl/session.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void verb_read_file(const char *name, char ret_text[VERB_RUN_BYTES]) {
	FILE *file = fopen(name, "r");
	ck_assert_ptr_nonnull(file);
	size_t bytes = fread(ret_text, 1, VERB_RUN_BYTES - 1, file);
	ret_text[bytes] = '\0';
	fclose(file);
}

void verb_write_file(const char *name, const char *text, size_t bytes) {
	FILE *file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, bytes, file), bytes);
	fclose(file);
}

/* Both streams into files, and back again. */
static int divert(FILE *stream, const char *name) {
	fflush(stream);
	int saved = dup(fileno(stream));
	int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(saved, 0);
	ck_assert_int_ge(file, 0);
	ck_assert_int_ge(dup2(file, fileno(stream)), 0);
	close(file);
	return saved;
}

static void restore(FILE *stream, int saved) {
	fflush(stream);
	ck_assert_int_ge(dup2(saved, fileno(stream)), 0);
	close(saved);
}

void verb_run(struct verb_run *run, const char *line) {
	struct session session;
	struct words words;
	session_init(&session);
	session.line = words_parse(&words, line, &session.arena);
	const char *lang = session.line.options[OPTION_LANG];
	if (lang)
		ck_assert_int_eq(lang_parse(lang, &session.settings.lang), ERR_OK);
	int out = divert(stdout, "out"), err = divert(stderr, "err");
	run->status = session.line.verb->run(&session);
	restore(stdout, out);
	restore(stderr, err);
	session_done(&session);
	verb_read_file("out", run->out);
	verb_read_file("err", run->err);
}
