/* SPDX-License-Identifier: Apache-2.0 */
/* "bank-file show": what a status report or a statement of the bank says. Asks no server. */
#include "base/text.h"
#include "record/json.h"
#include "voucherctl/actions.h"
#include "voucherctl/bank_reader.h"
#include "voucherctl/table.h"
#include "voucherctl/width.h"

#include <inttypes.h>
#include <stdio.h>

/* --- for programs --- */

struct member {
	const char *name, *text;
};

/* Those that the file has, with a comma before each but the first of an object. */
static void add_members(
    struct buffer *out, const char *before, const struct member *members, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (!members[i].text[0])
			continue;
		buffer_printf(out, "%s\"%s\":", before, members[i].name);
		json_append_string(out, members[i].text);
		before = ",";
	}
}

#define ADD_MEMBERS(out, before, members)                                                          \
	add_members(out, before, members, sizeof(members) / sizeof((members)[0]))

static void add_status(struct buffer *out, const struct pain002_status *status) {
	const struct member members[] = {
		{ "end_to_end_id", status->end_to_end_id },
		{ "status", status->code },
		{ "reason", status->reason },
		{ "bank_reference", status->bank_reference },
		{ "accepted", status->accepted },
	};
	buffer_printf(out, "{\"line\":%" PRIu64, status->line);
	ADD_MEMBERS(out, ",", members);
	buffer_append_char(out, '}');
}

static void add_report(struct buffer *out, const struct pain002 *report) {
	const struct member members[] = {
		{ "message_id", report->message_id },
		{ "original_message_id", report->original_message_id },
		{ "status", report->code },
	};
	buffer_append_text(out, "{\"message\":\"pain.002\"");
	ADD_MEMBERS(out, ",", members);
	buffer_append_text(out, ",\"payments\":[");
	for (size_t i = 0; i < report->count; i++) {
		buffer_append_text(out, i > 0 ? "," : "");
		add_status(out, &report->statuses[i]);
	}
	buffer_append_text(out, "]}\n");
}

static void add_line(struct buffer *out, const struct statement_line *line) {
	const struct member members[] = {
		{ "serial", line->serial },
		{ "booking_date", line->booking_date },
		{ "value_date", line->value_date },
		{ "reference", line->reference },
		{ "bank_reference", line->bank_reference },
		{ "text", line->text },
		{ "other_account", line->other_account },
		{ "other_name", line->other_name },
	};
	buffer_printf(
	    out, "{\"line\":%" PRIu64 ",\"amount\":\"%" PRId64 "\"", line->file_line, line->amount);
	ADD_MEMBERS(out, ",", members);
	buffer_printf(out, ",\"is_reversal\":%s,\"transactions\":%" PRIu32 "}",
	    line->is_reversal ? "true" : "false", line->details);
}

static void add_statement(struct buffer *out, const struct statement *statement) {
	const struct member members[] = {
		{ "format", statement->format },
		{ "account", statement->account },
		{ "number", statement->number },
		{ "currency", statement->currency },
	};
	buffer_append_char(out, '{');
	ADD_MEMBERS(out, "", members);
	if (statement->has_balances)
		buffer_printf(out,
		    ",\"opening_balance\":\"%" PRId64 "\",\"closing_balance\":\"%" PRId64 "\"",
		    statement->opening_balance, statement->closing_balance);
	buffer_printf(out, ",\"left_out\":%zu,\"entries\":[", statement->pending);
	for (size_t i = 0; i < statement->count; i++) {
		buffer_append_text(out, i > 0 ? "," : "");
		add_line(out, &statement->lines[i]);
	}
	buffer_append_text(out, "]}");
}

static void add_statements(struct buffer *out, const struct bank_content *report) {
	const struct member members[] = { { "message_id", report->message_id } };
	buffer_append_text(out, "{\"message\":\"statement\"");
	ADD_MEMBERS(out, ",", members);
	buffer_append_text(out, ",\"statements\":[");
	for (size_t i = 0; i < report->count; i++) {
		buffer_append_text(out, i > 0 ? "," : "");
		add_statement(out, &report->statements[i]);
	}
	buffer_append_text(out, "]}\n");
}

/* --- for people --- */

/* A line above the table. */
static void say(struct session *session, const char *label, const char *text) {
	const char *safe = width_safe_text(&session->arena, text);
	if (safe && safe[0])
		buffer_printf(&session->out, "%s  %s\n", label, safe);
}

static const char *name_meaning(const struct session *session, enum pain002_meaning meaning) {
	switch (meaning) {
	case PAIN002_PENDING: return session_say(session, "pending", "处理中");
	case PAIN002_PAID: return session_say(session, "paid", "已付");
	case PAIN002_FAILED: return session_say(session, "failed", "未付");
	case PAIN002_UNKNOWN: break;
	}
	return session_say(session, "unknown", "未知");
}

static enum err show_report(struct session *session, const struct pain002 *report) {
	struct table table;
	table_init(&table, &session->arena);
	table.hides_empty = true;
	table_column(&table, session_say(session, "reference", "付款编号"), false);
	table_column(&table, session_say(session, "status", "状态码"), false);
	table_column(&table, session_say(session, "meaning", "含义"), false);
	table_column(&table, session_say(session, "reason", "原因"), false);
	table_column(&table, session_say(session, "bank's reference", "银行编号"), false);
	table_column(&table, session_say(session, "accepted", "受理时间"), false);
	for (size_t i = 0; i < report->count; i++) {
		const struct pain002_status *status = &report->statuses[i];
		table_cell(&table, status->end_to_end_id);
		table_cell(&table, status->code);
		table_cell(&table, name_meaning(session, status->meaning));
		table_cell(&table, status->reason);
		table_cell(&table, status->bank_reference);
		table_cell(&table, status->accepted);
	}
	say(session, session_say(session, "status report", "付款状态报告"), report->message_id);
	say(session, session_say(session, "on payment file", "付款文件"), report->original_message_id);
	say(session, session_say(session, "status of the file", "文件状态码"), report->code);
	return table_write(&table, &session->out);
}

static void begin_lines(struct session *session, struct table *table) {
	table_init(table, &session->arena);
	table->hides_empty = true;
	table_column(table, session_say(session, "line", "行"), true);
	table_column(table, session_say(session, "serial", "银行流水号"), false);
	table_column(table, session_say(session, "booked", "记账日期"), false);
	table_column(table, session_say(session, "amount", "金额"), true);
	table_column(table, session_say(session, "reversal", "冲正"), false);
	table_column(table, session_say(session, "payments", "笔数"), true);
	table_column(table, session_say(session, "reference", "付款编号"), false);
	table_column(table, session_say(session, "other side", "对方"), false);
	table_column(table, session_say(session, "text", "附言"), false);
}

static const char *show_amount(struct session *session, int64_t amount) {
	char text[TEXT_MONEY_BYTES];
	text_money(amount, text);
	return arena_printf(&session->arena, "%s%s", amount > 0 ? "+" : "", text);
}

static void show_line(
    struct session *session, struct table *table, const struct statement_line *line) {
	struct arena *arena = &session->arena;
	table_cell(table, arena_printf(arena, "%" PRIu64, line->file_line));
	table_cell(table, line->serial);
	table_cell(table, line->booking_date);
	table_cell(table, show_amount(session, line->amount));
	table_cell(table, line->is_reversal ? session_say(session, "yes", "是") : "");
	table_cell(table, line->details > 1 ? arena_printf(arena, "%" PRIu32, line->details) : "");
	table_cell(table, line->reference);
	table_cell(table, line->other_name);
	table_cell(table, line->text);
}

static enum err show_lines(struct session *session, const struct statement *statement) {
	struct table table;
	begin_lines(session, &table);
	for (size_t i = 0; i < statement->count; i++)
		show_line(session, &table, &statement->lines[i]);
	return table_write(&table, &session->out);
}

static enum err show_statement(struct session *session, const struct statement *statement) {
	char opening[TEXT_MONEY_BYTES], closing[TEXT_MONEY_BYTES];
	text_money(statement->opening_balance, opening);
	text_money(statement->closing_balance, closing);
	say(session, session_say(session, "statement", "对账单"), statement->number);
	say(session, session_say(session, "account", "账户"), statement->account);
	say(session, session_say(session, "currency", "币种"), statement->currency);
	if (statement->has_balances) {
		say(session, session_say(session, "opening balance", "期初余额"), opening);
		say(session, session_say(session, "closing balance", "期末余额"), closing);
	}
	if (statement->pending > 0)
		buffer_printf(&session->out,
		    session_say(session, "not booked, left out  %zu\n", "未记账、已略去  %zu\n"),
		    statement->pending);
	if (statement->count == 0)
		buffer_printf(&session->out, "%s\n", session_say(session, "no entries", "无明细"));
	return show_lines(session, statement);
}

static enum err show_statements(struct session *session, const struct bank_content *report) {
	enum err err = ERR_OK;
	say(session, session_say(session, "message", "报文"), report->message_id);
	for (size_t i = 0; i < report->count && err == ERR_OK; i++)
		err = show_statement(session, &report->statements[i]);
	return err;
}

enum exit_status action_bank_file_show(struct session *session) {
	struct bank_content content;
	enum exit_status status = bank_reader_read(session, &content);
	if (status != EXIT_DONE)
		return status;
	bool is_report = content.kind == BANK_FILE_STATUS_REPORT;
	enum err err = ERR_OK;
	if (session_is_json(session) && is_report)
		add_report(&session->out, &content.report);
	else if (session_is_json(session))
		add_statements(&session->out, &content);
	else
		err = is_report ? show_report(session, &content.report)
		                : show_statements(session, &content);
	return err ? session_out_of_memory() : session_print(session);
}
