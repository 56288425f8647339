/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A statement on its way into the ledger: whose it is, whom it pays, and what became of its lines.
 * Whether the file has been imported before is asked first, by the id of its first page: the payees
 * that wait are others by then, and so would be the pages.
 */
#include "voucherctl/bank_import.h"

#include "base/limits.h"
#include "record/json.h"
#include "voucherctl/answer.h"
#include "voucherctl/import_summary.h"
#include "voucherctl/query.h"
#include "voucherctl/send.h"
#include "voucherctl/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct importing {
	struct session *session;
	struct import_source source;
	Pb__Command **commands;
	size_t command_count;
};

/* --- whom it pays --- */

static enum exit_status take_accounts(void *user, const Pb__Page *page) {
	struct importing *importing = user;
	struct arena *arena = &importing->session->arena;
	for (size_t i = 0; i < page->n_payments; i++) {
		const Pb__SettlementPayment *payment = page->payments[i];
		if (!payment->payment || !payment->payment->account ||
		    !payment->payment->account->number[0])
			continue;
		const char *number = bank_import_plain_number(arena, payment->payment->account->number);
		importing->source.accounts = arena_grow(arena, importing->source.accounts,
		    importing->source.account_count, sizeof(*importing->source.accounts));
		if (!importing->source.accounts || !number)
			return session_out_of_memory();
		importing->source.accounts[importing->source.account_count++] = (struct import_account){
			number, payment->payee
		};
	}
	return EXIT_DONE;
}

static enum exit_status get_accounts(struct importing *importing) {
	const char *target = query_target(importing->session,
	    "/v1/payments?limit=1000&awaited=true&house_account=", importing->source.house->code);
	if (!target)
		return session_out_of_memory();
	enum exit_status status = query_pages(importing->session, target, take_accounts, importing);
	bank_import_sort_accounts(importing->source.accounts, &importing->source.account_count);
	return status;
}

/* --- sending --- */

static enum exit_status make_commands(struct importing *importing) {
	importing->commands = bank_import_pages(
	    &importing->source, &importing->session->arena, &importing->command_count);
	return importing->commands ? EXIT_DONE : session_out_of_memory();
}

static Pb__Batch make_batch(const struct importing *importing) {
	Pb__Batch batch = PB__BATCH__INIT;
	batch.commands = importing->commands;
	batch.n_commands = importing->command_count;
	batch.linked = true;
	batch.dry_run = importing->session->line.options[OPTION_DRY_RUN] != NULL;
	return batch;
}

static enum exit_status want_one_request(const struct importing *importing) {
	const Pb__Batch batch = make_batch(importing);
	struct buffer body;
	buffer_init(&body, LIMIT_BODY_BYTES);
	json_encode(&batch.base, JSON_COMPACT, &body);
	enum err err = buffer_error(&body);
	buffer_done(&body);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (!err && batch.n_commands <= LIMIT_BATCH_COMMANDS)
		return EXIT_DONE;
	session_complain(
	    session_say(importing->session,
	        "%s is too large to be imported at once (%zu pages of %d lines), and it must be, or "
	        "half of it could be missing. Export shorter spans from the bank, the oldest first.",
	        "%s 过大，无法一次导入（%zu 页，每页 %d 条），而分批导入可能缺漏。"
	        "请从网银分段导出，并从最早的一段开始导入。"),
	    importing->source.content->name, importing->command_count, (int)LIMIT_STATEMENT_LINES);
	return EXIT_REFUSED;
}

/* Of the page that was refused; the others failed with it. */
static size_t find_refused(const Pb__BatchReply *reply) {
	for (size_t i = 0; i < reply->n_replies; i++)
		if (reply->replies[i]->outcome != PB__OUTCOME__OUTCOME_OK &&
		    reply->replies[i]->outcome != PB__OUTCOME__LINKED_FAILED)
			return i;
	return reply->n_replies;
}

/* An id that somebody else has used is that of this file. */
static bool is_known(const Pb__Reply *reply) {
	return reply->outcome == PB__OUTCOME__STATEMENT_KNOWN ||
	    (reply->outcome == PB__OUTCOME__ID_REUSED && !reply->refusal);
}

static enum exit_status say_known(const struct importing *importing) {
	struct session *session = importing->session;
	if (session_is_json(session)) {
		buffer_append_text(&session->out, "{\"already_imported\":true}\n");
		return session_print(session);
	}
	if (!session_is_quiet(session))
		fprintf(stderr,
		    session_say(session,
		        "%s has been imported before; nothing changed. \"bank-file list --house-account "
		        "%s\" shows when.\n",
		        "%s 此前已导入，未发生任何变更。可用 bank-file list --house-account %s 查看。\n"),
		    importing->source.content->name, importing->source.house->code);
	return EXIT_DONE;
}

/* What was refused, and where in the file. */
static enum exit_status say_refused(
    const struct importing *importing, const Pb__BatchReply *reply, size_t page) {
	struct session *session = importing->session;
	enum exit_status status = answer_reply(
	    session, importing->commands[page], reply->replies[page]);
	const Pb__ImportStatement *import = importing->commands[page]->import_statement;
	const Pb__Refusal *refusal = reply->replies[page]->refusal;
	const char *field = refusal ? refusal->field : "";
	uint64_t index = 0;
	bool is_at_line = strncmp(field, "lines[", 6) == 0 &&
	    sscanf(field + 6, "%" SCNu64, &index) == 1;
	if (is_at_line && index < import->n_lines)
		fprintf(stderr,
		    session_say(session, "  %s, line %" PRIu64 "\n", "  %s 第 %" PRIu64 " 行\n"),
		    importing->source.content->name, import->lines[index]->file_line);
	fputs(session_say(session, "  Nothing of the file was imported.\n", "  文件未导入任何内容。\n"),
	    stderr);
	return status;
}

static enum exit_status summarise(
    const struct importing *importing, Pb__Reply *const *replies, bool is_before) {
	const struct import_summary summary = {
		.content = importing->source.content,
		.house = importing->source.house,
		.commands = importing->commands,
		.replies = replies,
		.count = importing->command_count,
		.was_imported = is_before,
	};
	return import_summary_show(importing->session, &summary);
}

static enum exit_status send(struct importing *importing) {
	struct session *session = importing->session;
	const Pb__Batch batch = make_batch(importing);
	Pb__BatchReply *reply = NULL;
	enum exit_status status = send_batch(session, &batch, &session->arena, &reply);
	if (status != EXIT_DONE) {
		if (session->is_in_doubt)
			fputs(
			    session_say(session,
			        "  It may have taken effect. Import the same file again: it then takes effect "
			        "once.\n",
			        "  可能已经生效。请重新导入同一文件：只会生效一次。\n"),
			    stderr);
		return status;
	}
	size_t refused = find_refused(reply);
	if (refused == reply->n_replies)
		return summarise(importing, reply->replies, false);
	return is_known(reply->replies[refused]) ? say_known(importing)
	                                         : say_refused(importing, reply, refused);
}

/* --- before --- */

static enum exit_status find_reply(
    const struct importing *importing, const Pb__Command *command, Pb__Reply **ret_reply) {
	struct session *session = importing->session;
	struct view view = { session->settings.lang, &session->arena };
	ProtobufCMessage *message = NULL;
	const char *id = view_value(&view, &command->base, "id");
	const char *target = id ? query_target(session, "/v1/commands/", id) : NULL;
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_find(
	    session, target, &pb__reply__descriptor, &session->arena, &message);
	*ret_reply = (Pb__Reply *)message;
	return status;
}

/* The replies of an earlier run, or NULL. */
static enum exit_status find_replies(const struct importing *importing, Pb__Reply ***ret_replies) {
	Pb__Reply **replies = arena_zalloc(
	    &importing->session->arena, (importing->command_count + 1) * sizeof(*replies));
	if (!replies)
		return session_out_of_memory();
	for (size_t i = 0; i < importing->command_count; i++) {
		enum exit_status status = find_reply(importing, importing->commands[i], &replies[i]);
		if (status != EXIT_DONE)
			return status;
		bool is_whole = replies[i] && replies[i]->decision &&
		    replies[i]->decision->n_lines == importing->commands[i]->import_statement->n_lines;
		if (!is_whole) /* nobody's, or not this one's: sending it will tell */
			return EXIT_DONE;
	}
	*ret_replies = replies;
	return EXIT_DONE;
}

enum exit_status bank_import_statement(
    struct session *session, const struct bank_content *content) {
	struct importing importing = { .session = session, .source.content = content };
	Pb__Reply **before = NULL;
	enum exit_status status = bank_import_choose(session, &importing.source);
	if (status == EXIT_DONE)
		status = get_accounts(&importing);
	if (status == EXIT_DONE)
		status = make_commands(&importing);
	if (status == EXIT_DONE)
		status = want_one_request(&importing);
	if (status == EXIT_DONE)
		status = find_replies(&importing, &before);
	if (status != EXIT_DONE)
		return status;
	return before ? summarise(&importing, before, true) : send(&importing);
}
