/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "books export": the journal through a writer of src/finance into a file. What is exported ends at
 * an entry fixed at the start.
 */
#include "finance/books.h"

#include "voucherctl/actions.h"
#include "voucherctl/entries.h"
#include "voucherctl/output.h"
#include "voucherctl/session.h"

#include <inttypes.h>

struct export {
	struct books *books;
	struct output output;
};

/* Of a writer: about the file, or about the entry. */
static enum exit_status explain(const struct export *export, uint64_t seq, enum err err) {
	return err == ERR_IO ? output_failed(&export->output, err) : entries_unfit(seq, err);
}

static enum exit_status take_entry(void *user, const Pb__JournalEntry *entry) {
	struct export *export = user;
	enum err err = books_entry(export->books, entry);
	return err ? explain(export, entry->seq, err) : EXIT_DONE;
}

static enum exit_status run(
    struct export *export, struct session *session, enum books_format format, uint64_t until) {
	const struct entries_reader reader = { take_entry, export };
	enum exit_status status = output_begin(
	    &export->output, session, options_text(&session->line, "--output"));
	if (status != EXIT_DONE)
		return status;
	if (books_begin(format, &export->output.sink, &export->books) != ERR_OK)
		return session_out_of_memory();
	status = entries_read(session, until, &reader);
	if (status != EXIT_DONE)
		return status;
	enum err err = books_end(export->books);
	return err ? explain(export, until, err) : output_finish(&export->output);
}

enum exit_status action_books_export(struct session *session) {
	struct export export = { 0 };
	const char *format_name = options_text(&session->line, "--format");
	enum books_format format;
	uint64_t until;
	if (books_format_parse(format_name, &format) != ERR_OK) {
		session_complain(
		    session_say(session,
		        "--format must be beancount, hledger, ledger, csv, csv-people or xlsx, "
		        "not \"%s\".",
		        "--format 应为 beancount、hledger、ledger、csv、csv-people 或 xlsx，而非 \"%s\"。"),
		    format_name);
		return EXIT_USAGE;
	}
	enum exit_status status = entries_until(session, &until);
	if (status != EXIT_DONE)
		return status;
	status = run(&export, session, format, until);
	books_free(export.books);
	output_drop(&export.output);
	if (status != EXIT_DONE || session_is_quiet(session) || session_is_json(session))
		return status;
	buffer_printf(&session->out,
	    session_say(session, "%s: %" PRIu64 " entries\n", "%s：%" PRIu64 " 条\n"),
	    export.output.name, until);
	return session_print(session);
}
