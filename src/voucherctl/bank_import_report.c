/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A status report on its way into the ledger: what was paid or failed is recorded with its payment,
 * all in one batch. Banks repeat themselves, so what the ledger knows already is left out; what
 * contradicts it is not, and the ledger refuses all of it.
 */
#include "base/limits.h"
#include "base/text.h"
#include "ledger/bank_text.h"
#include "record/json.h"
#include "record/pb.h"
#include "voucherctl/answer.h"
#include "voucherctl/bank_import.h"
#include "voucherctl/query.h"
#include "voucherctl/send.h"
#include "voucherctl/table.h"
#include "voucherctl/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What is done with a status. */
enum doing { DOING_NOTHING, DOING_WAIT, DOING_KNOWN, DOING_PAID, DOING_FAILED, DOINGS };

struct item {
	const struct pain002_status *status;
	uint64_t settlement;
	uint32_t payment;
	enum doing doing;
};

struct reporting {
	struct session *session;
	const struct bank_content *content;
	struct uuid ledger_id;
	struct item *items;
	size_t count;
	const Pb__Settlement **settlements; /* that were asked for */
	size_t settlement_count;
	Pb__Command **commands;
	const struct item **sent; /* of each command */
	size_t command_count;
	size_t counts[DOINGS];
};

/* --- whose payments --- */

static struct bank_text read_reference(const struct reporting *reporting, const char *reference) {
	Pb__StatementLine line = PB__STATEMENT_LINE__INIT;
	line.reference = reference;
	return bank_text_read(reporting->ledger_id, &line);
}

static enum exit_status refuse_stranger(struct session *session, const struct bank_content *content,
    const struct pain002_status *status) {
	char reference[200];
	session_complain(session_say(session,
	                     "%s:%" PRIu64 ":%" PRIu64
	                     ": \"%s\" is no payment of this ledger. Nothing was recorded. Is this the "
	                     "report on another ledger's file?",
	                     "%s:%" PRIu64 ":%" PRIu64
	                     ": \"%s\" 不是本账本的付款。未登记任何内容。是否为其他账本的付款报告？"),
	    content->name, status->line, status->column,
	    text_show(reference, sizeof(reference), status->end_to_end_id));
	return EXIT_REFUSED;
}

/* So that all of it goes into one request. */
static enum exit_status refuse_size(const struct reporting *reporting) {
	session_complain(session_say(reporting->session,
	                     "%s reports more payments than go into one request (%d). Ask the bank for "
	                     "a report on each file.",
	                     "%s 中的付款超过一次可登记的笔数（%d）。请向银行索取按文件的报告。"),
	    reporting->content->name, (int)LIMIT_BATCH_COMMANDS);
	return EXIT_REFUSED;
}

static enum exit_status read_items(struct reporting *reporting) {
	const struct pain002 *report = &reporting->content->report;
	struct arena *arena = &reporting->session->arena;
	if (report->count > LIMIT_BATCH_COMMANDS)
		return refuse_size(reporting);
	reporting->items = arena_zalloc(arena, (report->count + 1) * sizeof(*reporting->items));
	if (!reporting->items)
		return session_out_of_memory();
	for (size_t i = 0; i < report->count; i++) {
		const struct pain002_status *status = &report->statuses[i];
		const struct bank_text text = read_reference(reporting, status->end_to_end_id);
		if (text.settlement == 0 || text.payment == 0 || text.is_ambiguous)
			return refuse_stranger(reporting->session, reporting->content, status);
		reporting->items[reporting->count++] = (struct item){ status, text.settlement, text.payment,
			DOING_NOTHING };
	}
	return EXIT_DONE;
}

static enum exit_status get_settlement(
    struct reporting *reporting, uint64_t id, const Pb__Settlement **ret_settlement) {
	struct session *session = reporting->session;
	for (size_t i = 0; i < reporting->settlement_count; i++)
		if (reporting->settlements[i]->id == id) {
			*ret_settlement = reporting->settlements[i];
			return EXIT_DONE;
		}
	ProtobufCMessage *message = NULL;
	const char *target = arena_printf(&session->arena, "/v1/settlements/%" PRIu64, id);
	reporting->settlements = arena_grow(&session->arena, reporting->settlements,
	    reporting->settlement_count, sizeof(*reporting->settlements));
	if (!target || !reporting->settlements)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__settlement__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	*ret_settlement = (const Pb__Settlement *)message;
	reporting->settlements[reporting->settlement_count++] = *ret_settlement;
	return EXIT_DONE;
}

static const Pb__SettlementPayment *find_payment(
    const Pb__Settlement *settlement, uint32_t number) {
	for (size_t i = 0; i < settlement->n_payments; i++)
		if (settlement->payments[i]->payment && settlement->payments[i]->payment->number == number)
			return settlement->payments[i];
	return NULL;
}

/* --- a bank that refuses a file and names no payment --- */

static bool is_refused_whole(const struct pain002 *report) {
	return report->count == 0 &&
	    (strcmp(report->code, "RJCT") == 0 || strcmp(report->code, "CANC") == 0);
}

/* All of its payments that wait have failed, then. */
static enum exit_status add_whole(struct reporting *reporting) {
	struct session *session = reporting->session;
	const struct pain002 *report = &reporting->content->report;
	const struct bank_text text = read_reference(reporting, report->original_message_id);
	struct pain002_status *status = ARENA_NEW(&session->arena, struct pain002_status);
	const Pb__Settlement *settlement = NULL;
	if (!status)
		return session_out_of_memory();
	*status = (struct pain002_status){ report->original_message_id, report->code, PAIN002_FAILED,
		report->code, "", "", 1, 1 };
	if (text.settlement == 0 || text.payment != 0 || text.is_ambiguous)
		return refuse_stranger(session, reporting->content, status);
	enum exit_status result = get_settlement(reporting, text.settlement, &settlement);
	if (result != EXIT_DONE)
		return result;
	reporting->items = arena_zalloc(
	    &session->arena, (settlement->n_payments + 1) * sizeof(*reporting->items));
	if (!reporting->items)
		return session_out_of_memory();
	for (size_t i = 0; i < settlement->n_payments; i++) {
		const Pb__SettlementPayment *payment = settlement->payments[i];
		if (payment->payment && payment->status == PB__PAYMENT_STATUS__PAYMENT_APPROVED)
			reporting->items[reporting->count++] = (struct item){ status, text.settlement,
				payment->payment->number, DOING_NOTHING };
	}
	return EXIT_DONE;
}

/* --- what is done --- */

static bool is_said(const struct reporting *reporting, const struct item *item) {
	for (const struct item *before = reporting->items; before < item; before++)
		if (before->settlement == item->settlement && before->payment == item->payment &&
		    before->status->meaning == item->status->meaning)
			return true;
	return false;
}

static bool is_known(const struct item *item, Pb__PaymentStatus now) {
	if (item->status->meaning == PAIN002_FAILED)
		return now == PB__PAYMENT_STATUS__PAYMENT_FAILED;
	return now == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    now == PB__PAYMENT_STATUS__PAYMENT_RECONCILED ||
	    now == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
}

static enum doing decide(
    const struct reporting *reporting, const struct item *item, Pb__PaymentStatus now) {
	switch (item->status->meaning) {
	case PAIN002_PENDING: return DOING_WAIT;
	case PAIN002_UNKNOWN: return DOING_NOTHING;
	default: break;
	}
	if (is_known(item, now) || is_said(reporting, item))
		return DOING_KNOWN;
	return item->status->meaning == PAIN002_PAID ? DOING_PAID : DOING_FAILED;
}

/* Why, in the bank's words, but without the account that they may name. NULL: memory. */
static const char *reason_of(
    struct arena *arena, const struct pain002_status *status, const Pb__BankAccount *account) {
	const char *text = status->reason[0] ? status->reason : status->code;
	if (account)
		text = bank_import_hide(arena, text, account->number);
	if (account && text)
		text = bank_import_hide(arena, text, account->holder_name);
	char *reason = text ? arena_string(arena, text, strlen(text)) : NULL;
	if (reason)
		statement_squeeze(reason, LIMIT_TEXT_BYTES);
	return reason;
}

static Pb__Command *make_command(
    struct reporting *reporting, const struct item *item, const Pb__SettlementPayment *payment) {
	struct arena *arena = &reporting->session->arena;
	const struct pain002_status *status = item->status;
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, arena);
	Pb__RecordPayment *record = PB_NEW(Pb__RecordPayment, pb__record_payment, arena);
	const char *what = arena_printf(arena, "%" PRIu64, item->settlement);
	if (!command || !record || !what)
		return NULL;
	record->settlement = item->settlement;
	record->payment = item->payment;
	record->status = item->doing == DOING_PAID ? PB__PAYMENT_STATUS__PAYMENT_PAID
	                                           : PB__PAYMENT_STATUS__PAYMENT_FAILED;
	if (strlen(status->bank_reference) <= LIMIT_REFERENCE_BYTES)
		record->bank_reference = status->bank_reference;
	if (item->doing == DOING_FAILED)
		record->reason = reason_of(arena, status, payment->payment->account);
	command->id = bank_import_id(reporting->content, what, item->payment, arena);
	command->body_case = PB__COMMAND__BODY_RECORD_PAYMENT;
	command->record_payment = record;
	return record->reason && command->id ? command : NULL;
}

static enum exit_status make_commands(struct reporting *reporting) {
	struct session *session = reporting->session;
	size_t room = (reporting->count + 1) * sizeof(void *);
	reporting->commands = arena_alloc(&session->arena, room);
	reporting->sent = arena_alloc(&session->arena, room);
	if (!reporting->commands || !reporting->sent)
		return session_out_of_memory();
	for (size_t i = 0; i < reporting->count; i++) {
		struct item *item = &reporting->items[i];
		const Pb__Settlement *settlement = NULL;
		enum exit_status status = get_settlement(reporting, item->settlement, &settlement);
		if (status != EXIT_DONE)
			return status;
		const Pb__SettlementPayment *payment = find_payment(settlement, item->payment);
		if (!payment)
			return refuse_stranger(session, reporting->content, item->status);
		item->doing = decide(reporting, item, payment->status);
		reporting->counts[item->doing]++;
		if (item->doing != DOING_PAID && item->doing != DOING_FAILED)
			continue;
		Pb__Command *command = make_command(reporting, item, payment);
		if (!command)
			return session_out_of_memory();
		reporting->sent[reporting->command_count] = item;
		reporting->commands[reporting->command_count++] = command;
	}
	return EXIT_DONE;
}

static enum exit_status send(struct reporting *reporting) {
	struct session *session = reporting->session;
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__BatchReply *reply = NULL;
	if (reporting->command_count == 0)
		return EXIT_DONE;
	batch.commands = reporting->commands;
	batch.n_commands = reporting->command_count;
	batch.linked = true;
	batch.dry_run = session->line.options[OPTION_DRY_RUN] != NULL;
	enum exit_status status = send_batch(session, &batch, &session->arena, &reply);
	for (size_t i = 0; status == EXIT_DONE && i < reply->n_replies; i++) {
		Pb__Outcome outcome = reply->replies[i]->outcome;
		if (outcome == PB__OUTCOME__OUTCOME_OK || outcome == PB__OUTCOME__LINKED_FAILED)
			continue;
		answer_reply(session, reporting->commands[i], reply->replies[i]);
		fprintf(stderr,
		    session_say(session, "  %s, line %" PRIu64 ". Nothing of the file was recorded.\n",
		        "  %s 第 %" PRIu64 " 行。文件未登记任何内容。\n"),
		    reporting->content->name, reporting->sent[i]->status->line);
		status = EXIT_REFUSED;
	}
	return status;
}

/* --- telling --- */

static const char *doing_word(enum doing doing) {
	static const char *const words[DOINGS] = {
		[DOING_NOTHING] = "unknown",
		[DOING_WAIT] = "pending",
		[DOING_KNOWN] = "known",
		[DOING_PAID] = "paid",
		[DOING_FAILED] = "failed",
	};
	return words[doing];
}

static const char *doing_label(const struct session *session, enum doing doing) {
	switch (doing) {
	case DOING_WAIT: return session_say(session, "pending", "处理中");
	case DOING_KNOWN: return session_say(session, "known already", "此前已登记");
	case DOING_PAID: return session_say(session, "recorded as paid", "登记为已付");
	case DOING_FAILED: return session_say(session, "recorded as failed", "登记为付款失败");
	default: return session_say(session, "status not known: nothing done", "状态码未知，未处理");
	}
}

static void show_json(struct reporting *reporting) {
	struct buffer *out = &reporting->session->out;
	buffer_append_char(out, '{');
	for (int i = 0; i < DOINGS; i++)
		buffer_printf(out, "\"%s\":%zu,", doing_word((enum doing)i), reporting->counts[i]);
	buffer_append_text(out, "\"payments\":[");
	for (size_t i = 0; i < reporting->count; i++) {
		const struct item *item = &reporting->items[i];
		buffer_printf(out, "%s{\"settlement\":\"%" PRIu64 "\",\"payment\":%" PRIu32 ",\"status\":",
		    i > 0 ? "," : "", item->settlement, item->payment);
		json_append_string(out, item->status->code);
		buffer_append_text(out, ",\"reason\":");
		json_append_string(out, item->status->reason);
		buffer_printf(out, ",\"done\":\"%s\"}", doing_word(item->doing));
	}
	buffer_append_text(out, "]}\n");
}

static enum err show_table(struct reporting *reporting) {
	struct session *session = reporting->session;
	struct table table;
	table_init(&table, &session->arena);
	table.indent = 2;
	table.hides_empty = true;
	table_column(&table, session_say(session, "payment", "付款"), false);
	table_column(&table, session_say(session, "status", "状态码"), false);
	table_column(&table, session_say(session, "done", "处理"), false);
	table_column(&table, session_say(session, "reason", "原因"), false);
	table_column(&table, session_say(session, "bank's reference", "银行编号"), false);
	for (size_t i = 0; i < reporting->count; i++) {
		const struct item *item = &reporting->items[i];
		table_cell(&table,
		    arena_printf(&session->arena, "%" PRIu64 "-%" PRIu32, item->settlement, item->payment));
		table_cell(&table, item->status->code);
		table_cell(&table, doing_label(session, item->doing));
		table_cell(&table, item->status->reason);
		table_cell(&table, item->status->bank_reference);
	}
	return table_write(&table, &session->out);
}

static enum exit_status show_people(struct reporting *reporting) {
	struct session *session = reporting->session;
	const size_t *counts = reporting->counts;
	if (session->line.options[OPTION_DRY_RUN])
		buffer_append_text(&session->out,
		    session_say(session, "This is what would be done; nothing was recorded.\n",
		        "试算结果如下，未登记任何内容。\n"));
	buffer_printf(&session->out,
	    session_say(session,
	        "%s: %zu recorded as paid, %zu as failed, %zu known already, %zu pending, %zu not "
	        "known\n",
	        "%s：登记已付 %zu 笔，付款失败 %zu 笔，此前已登记 %zu 笔，处理中 %zu 笔，状态未知 %zu "
	        "笔\n"),
	    reporting->content->name, counts[DOING_PAID], counts[DOING_FAILED], counts[DOING_KNOWN],
	    counts[DOING_WAIT], counts[DOING_NOTHING]);
	if (reporting->count > 0 && show_table(reporting) != ERR_OK)
		return session_out_of_memory();
	if (counts[DOING_FAILED] > 0)
		buffer_append_text(&session->out,
		    session_say(session,
		        "  What failed is payable again: correct the account (party update), then open a "
		        "settlement.\n",
		        "  付款失败的款项已恢复应付：请更正账户（party update）后重新开立结算批次。\n"));
	return EXIT_DONE;
}

enum exit_status bank_import_report(struct session *session, const struct bank_content *content) {
	struct reporting reporting = { .session = session, .content = content };
	enum exit_status status = query_ledger_id(session, 0, &reporting.ledger_id);
	if (status == EXIT_DONE)
		status = is_refused_whole(&content->report) ? add_whole(&reporting)
		                                            : read_items(&reporting);
	if (status == EXIT_DONE)
		status = make_commands(&reporting);
	if (status == EXIT_DONE)
		status = send(&reporting);
	if (status != EXIT_DONE)
		return status;
	if (session_is_json(session))
		show_json(&reporting);
	else if (!session_is_quiet(session))
		status = show_people(&reporting);
	return status == EXIT_DONE ? session_print(session) : status;
}
