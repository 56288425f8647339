/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "books export": the journal, page by page, through a writer of src/finance into FILE.part, which
 * becomes FILE when it is whole. What is exported ends at an entry fixed at the start.
 */
#include "finance/books.h"

#include "base/text.h"
#include "record/json.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/progress.h"
#include "voucherctl/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE_ENTRIES 2000

struct export {
	struct session *session;
	struct arena arena; /* of one entry */
	struct books *books;
	struct progress progress;
	const char *name, *part;
	FILE *file;
	uint64_t after, until;
};

static enum err write_part(void *user, const void *data, size_t bytes) {
	const struct export *export = user;
	return fwrite(data, 1, bytes, export->file) == bytes ? ERR_OK : ERR_IO;
}

/* --- the journal --- */

static enum exit_status explain(const struct export *export, enum err err) {
	if (err == ERR_IO)
		session_complain("%s cannot be written: %m.", export->part);
	else if (err == ERR_MEMORY)
		return session_out_of_memory();
	else
		session_complain("The entry after %" PRIu64 " does not follow from those before it. Books "
		                 "need every entry: export them as finance staff or auditor.",
		    export->after);
	return err == ERR_IO ? EXIT_LOCAL : EXIT_REFUSED;
}

static enum exit_status take_line(struct export *export, const char *line, size_t bytes) {
	struct json_error error = { 0 };
	ProtobufCMessage *message = NULL;
	arena_reset(&export->arena);
	enum err err = json_decode(
	    &pb__journal_entry__descriptor, line, bytes, &export->arena, &message, &error);
	if (err && err != ERR_MEMORY) {
		session_complain("The entry after %" PRIu64 " is not understood (%s: %s).", export->after,
		    error.path, error.reason);
		return EXIT_NO_SERVER;
	}
	if (!err)
		err = books_entry(export->books, (const Pb__JournalEntry *)message);
	if (err)
		return explain(export, err);
	export->after++;
	return EXIT_DONE;
}

static enum exit_status take_page(struct export *export) {
	uint64_t left = export->until - export->after, before = export->after;
	struct voucher_reply *reply = NULL;
	char target[96];
	snprintf(target, sizeof(target), "/v1/journal?after=%" PRIu64 "&limit=%" PRIu64, export->after,
	    left < PAGE_ENTRIES ? left : PAGE_ENTRIES);
	enum exit_status status = session_call(export->session, "GET", target, NULL, &reply);
	const char *text = status == EXIT_DONE ? voucher_reply_body(reply) : "";
	while (status == EXIT_DONE && *text && export->after < export->until) {
		size_t bytes = strcspn(text, "\n");
		if (bytes > 0)
			status = take_line(export, text, bytes);
		text += bytes + (text[bytes] == '\n');
	}
	voucher_reply_free(reply);
	if (status == EXIT_DONE && export->after == before)
		status = explain(export, ERR_NOT_FOUND);
	progress_show(&export->progress, export->after, export->after);
	return status;
}

/* --- the file --- */

static enum exit_status finish(struct export *export) {
	enum err err = books_end(export->books);
	if (err)
		return explain(export, err);
	if (fflush(export->file) != 0 || fsync(fileno(export->file)) != 0)
		return explain(export, ERR_IO);
	if (rename(export->part, export->name) == 0)
		return EXIT_DONE;
	session_complain("%s cannot be written: %m.", export->name);
	return EXIT_LOCAL;
}

static enum exit_status run(struct export *export, enum books_format format) {
	export->file = fopen(export->part, "we");
	if (!export->file)
		return explain(export, ERR_IO);
	const struct books_sink sink = { write_part, export };
	if (books_begin(format, &sink, &export->books) != ERR_OK)
		return session_out_of_memory();
	progress_begin(&export->progress, export->until);
	enum exit_status status = EXIT_DONE;
	while (status == EXIT_DONE && export->after < export->until)
		status = take_page(export);
	progress_clear(&export->progress);
	return status == EXIT_DONE ? finish(export) : status;
}

/* --- the command line --- */

static enum exit_status read_until(struct export *export) {
	struct session *session = export->session;
	const char *text = options_text(&session->line, "--until");
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_get(
	    session, "/v1/checkpoint", &pb__tree_head__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	uint64_t size = ((const Pb__TreeHead *)message)->size;
	export->until = size;
	if (!text ||
	    (text_parse_u64(text, strlen(text), &export->until) == ERR_OK && export->until >= 1 &&
	        export->until <= size))
		return EXIT_DONE;
	session_complain(
	    "--until must be an entry from 1 to %" PRIu64 ", the last, not \"%s\".", size, text);
	return EXIT_USAGE;
}

enum exit_status action_books_export(struct session *session) {
	struct export export = { .session = session, .name = options_text(&session->line, "--output") };
	const char *format_name = options_text(&session->line, "--format");
	enum books_format format;
	if (books_format_parse(format_name, &format) != ERR_OK) {
		session_complain("--format must be beancount, hledger, ledger, csv or csv-people, "
		                 "not \"%s\".",
		    format_name);
		return EXIT_USAGE;
	}
	export.part = arena_printf(&session->arena, "%s.part", export.name);
	if (!export.part)
		return session_out_of_memory();
	enum exit_status status = read_until(&export);
	if (status != EXIT_DONE)
		return status;
	arena_init(&export.arena, 0);
	status = run(&export, format);
	books_free(export.books);
	arena_done(&export.arena);
	if (export.file && fclose(export.file) != 0 && status == EXIT_DONE)
		status = explain(&export, ERR_IO);
	if (export.file && status != EXIT_DONE)
		unlink(export.part);
	if (status != EXIT_DONE || session_is_quiet(session) || session_is_json(session))
		return status;
	buffer_printf(&session->out,
	    session_say(session, "%s: %" PRIu64 " entries\n", "%s：%" PRIu64 " 条\n"), export.name,
	    export.until);
	return session_print(session);
}
