/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/import_summary.h"

#include "record/json.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"
#include "voucherctl/table.h"
#include "voucherctl/view.h"

#include <inttypes.h>
#include <string.h>

#define EXCEPTIONS_MAX 8 /* kinds: Pb__LineException */

struct counts {
	uint64_t lines, known, matched, unmatched, partial, exceptions;
	uint64_t by_kind[EXCEPTIONS_MAX];
	uint64_t left_out; /* not booked yet */
	const char *first_day, *last_day;
};

/* --- counting --- */

static void count_line(
    struct counts *counts, const Pb__StatementLine *line, const Pb__LineResult *result) {
	const char *day = line->booking_date;
	counts->lines++;
	if (!counts->first_day || strcmp(day, counts->first_day) < 0)
		counts->first_day = day;
	if (!counts->last_day || strcmp(day, counts->last_day) > 0)
		counts->last_day = day;
	if (result->is_known) {
		counts->known++;
		return;
	}
	counts->matched += result->state == PB__LINE_STATE__LINE_MATCHED;
	counts->unmatched += result->state == PB__LINE_STATE__LINE_UNMATCHED;
	counts->partial += result->state == PB__LINE_STATE__LINE_PARTIALLY_MATCHED;
	if (result->state == PB__LINE_STATE__LINE_EXCEPTION) {
		counts->exceptions++;
		counts->by_kind[(unsigned)result->exception % EXCEPTIONS_MAX]++;
	}
}

static bool is_open(const Pb__LineResult *result) {
	return !result->is_known && result->state != PB__LINE_STATE__LINE_MATCHED;
}

/* Calls `visit` for each line with what became of it, as far as the reply says. */
static void each_line(const struct import_summary *summary, void *user,
    void (*visit)(void *user, const Pb__StatementLine *line, const Pb__LineResult *result)) {
	for (size_t i = 0; i < summary->count; i++) {
		const Pb__ImportStatement *import = summary->commands[i]->import_statement;
		const Pb__Decision *decision = summary->replies[i]->decision;
		size_t count = decision ? decision->n_lines : 0;
		for (size_t n = 0; n < count && n < import->n_lines; n++)
			visit(user, import->lines[n], decision->lines[n]);
	}
}

static void visit_count(void *user, const Pb__StatementLine *line, const Pb__LineResult *result) {
	count_line(user, line, result);
}

static struct counts count_all(const struct import_summary *summary) {
	struct counts counts = { 0 };
	each_line(summary, &counts, visit_count);
	for (size_t i = 0; i < summary->content->count; i++)
		counts.left_out += summary->content->statements[i].pending;
	return counts;
}

/* --- for programs --- */

struct listing {
	struct session *session;
	struct table table;
	bool has_begun;
};

static void visit_json(void *user, const Pb__StatementLine *line, const Pb__LineResult *result) {
	struct listing *listing = user;
	struct buffer *out = &listing->session->out;
	if (!is_open(result))
		return;
	buffer_printf(out, "%s{\"file_line\":%" PRIu64 ",\"said\":", listing->has_begun ? "," : "",
	    line->file_line);
	json_encode(&line->base, JSON_COMPACT, out);
	buffer_append_text(out, ",\"result\":");
	json_encode(&result->base, JSON_COMPACT, out);
	buffer_append_char(out, '}');
	listing->has_begun = true;
}

static void show_json(
    struct session *session, const struct import_summary *summary, const struct counts *counts) {
	struct listing listing = { .session = session };
	struct buffer *out = &session->out;
	buffer_append_text(out, "{\"house_account\":");
	json_append_string(out, summary->house->code);
	buffer_printf(out,
	    ",\"already_imported\":%s,\"lines\":%" PRIu64 ",\"known\":%" PRIu64 ",\"new\":%" PRIu64
	    ",\"matched\":%" PRIu64 ",\"unmatched\":%" PRIu64 ",\"partially_matched\":%" PRIu64
	    ",\"exceptions\":%" PRIu64 ",\"left_out\":%" PRIu64 ",\"open\":[",
	    summary->was_imported ? "true" : "false", counts->lines, counts->known,
	    counts->lines - counts->known, counts->matched, counts->unmatched, counts->partial,
	    counts->exceptions, counts->left_out);
	each_line(summary, &listing, visit_json);
	buffer_append_text(out, "]}\n");
}

/* --- for people --- */

static void visit_row(void *user, const Pb__StatementLine *line, const Pb__LineResult *result) {
	struct listing *listing = user;
	struct session *session = listing->session;
	struct view view = { session->settings.lang, &session->arena };
	if (!is_open(result))
		return;
	const char *exception = view_value(&view, &result->base, "exception");
	bool is_suggested = result->state == PB__LINE_STATE__LINE_UNMATCHED;
	if (is_suggested)
		exception = session_say(session, "to be confirmed", "待确认");
	table_cell(&listing->table, arena_printf(view.arena, "%" PRIu64, line->file_line));
	table_cell(&listing->table, arena_printf(view.arena, "%" PRIu64, result->line));
	table_cell(&listing->table, line->booking_date);
	table_cell(&listing->table, view_money(&view, line->amount));
	table_cell(&listing->table, exception);
	table_cell(&listing->table, line->payee);
	table_cell(&listing->table, line->reference);
	table_cell(&listing->table, line->text);
}

static enum err show_open(struct session *session, const struct import_summary *summary) {
	struct listing listing = { .session = session };
	struct table *table = &listing.table;
	table_init(table, &session->arena);
	table->indent = 2;
	table->hides_empty = true;
	table_column(table, session_say(session, "in the file", "文件行号"), true);
	table_column(table, session_say(session, "bank line", "银行流水"), true);
	table_column(table, session_say(session, "booked", "记账日期"), false);
	table_column(table, session_say(session, "amount", "金额"), true);
	table_column(table, session_say(session, "what it is", "情况"), false);
	table_column(table, session_say(session, "payee", "收款方"), false);
	table_column(table, session_say(session, "reference", "付款编号"), false);
	table_column(table, session_say(session, "text", "附言"), false);
	each_line(summary, &listing, visit_row);
	return table_write(table, &session->out);
}

/* " (2 duplicate, 1 unknown)" */
static const char *list_kinds(struct session *session, const struct counts *counts) {
	const char *list = "";
	for (int kind = 1; list && kind < EXCEPTIONS_MAX; kind++) {
		if (counts->by_kind[kind] == 0)
			continue;
		const char *name = enum_name(&pb__line_exception__descriptor, kind, &session->arena);
		name = name ? label_of_value("LineException", name, session->settings.lang) : NULL;
		list = name ? arena_printf(&session->arena, "%s%s%" PRIu64 " %s", list, list[0] ? ", " : "",
		                  counts->by_kind[kind], name)
		            : NULL;
	}
	return list && list[0] ? arena_printf(&session->arena, " (%s)", list) : list;
}

static enum exit_status show_people(
    struct session *session, const struct import_summary *summary, const struct counts *counts) {
	const char *kinds = list_kinds(session, counts);
	struct buffer *out = &session->out;
	if (!kinds)
		return session_out_of_memory();
	if (summary->was_imported)
		buffer_append_text(out,
		    session_say(session, "This file has been imported before; this is what became of it.\n",
		        "该文件此前已导入，当时结果如下，未发生任何变更。\n"));
	else if (session->line.options[OPTION_DRY_RUN])
		buffer_append_text(out,
		    session_say(session, "This is what would become of it; nothing was imported.\n",
		        "试算结果如下，未导入任何内容。\n"));
	buffer_printf(out,
	    session_say(session, "%s: %" PRIu64 " line%s of %s, %s to %s\n",
	        "%1$s：%4$s 流水 %2$" PRIu64 " 条%3$s，%5$s 至 %6$s\n"),
	    summary->content->name, counts->lines,
	    session_say(session, counts->lines == 1 ? "" : "s", ""), summary->house->code,
	    counts->first_day ? counts->first_day : "-", counts->last_day ? counts->last_day : "-");
	buffer_printf(out,
	    session_say(session,
	        "  new %" PRIu64 ", known %" PRIu64 "; matched %" PRIu64 ", to be confirmed %" PRIu64
	        ", exceptions %" PRIu64 "%s\n",
	        "  新增 %" PRIu64 "，此前已有 %" PRIu64 "；已核对 %" PRIu64 "，待确认 %" PRIu64
	        "，例外 %" PRIu64 "%s\n"),
	    counts->lines - counts->known, counts->known, counts->matched,
	    counts->unmatched + counts->partial, counts->exceptions, kinds);
	if (counts->left_out > 0)
		buffer_printf(out,
		    session_say(session, "  %" PRIu64 " not booked yet, left out\n",
		        "  未记账、已略去 %" PRIu64 " 条\n"),
		    counts->left_out);
	if (counts->matched + counts->known == counts->lines)
		return EXIT_DONE;
	if (show_open(session, summary) != ERR_OK)
		return session_out_of_memory();
	if (session->line.options[OPTION_DRY_RUN] && !summary->was_imported)
		return EXIT_DONE;
	buffer_printf(out,
	    session_say(session,
	        "  Next: \"bank-line show %s LINE\" shows what one may be; match, resolve or assign "
	        "it.\n",
	        "  下一步：可用 bank-line show %s 流水编号 "
	        "查看，再核对（match）、处理（resolve）或指派（assign）。\n"),
	    summary->house->code);
	return EXIT_DONE;
}

enum exit_status import_summary_show(
    struct session *session, const struct import_summary *summary) {
	const struct counts counts = count_all(summary);
	enum exit_status status = EXIT_DONE;
	if (session_is_json(session))
		show_json(session, summary, &counts);
	else if (session_is_quiet(session))
		buffer_printf(&session->out, "%" PRIu64 "\n", summary->replies[0]->seq);
	else
		status = show_people(session, summary, &counts);
	return status == EXIT_DONE ? session_print(session) : status;
}
