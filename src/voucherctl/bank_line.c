/* SPDX-License-Identifier: Apache-2.0 */
/* "bank-line show": a line, named by its account and its number, and what may be done with it. */
#include "base/text.h"
#include "voucherctl/actions.h"
#include "voucherctl/query.h"
#include "voucherctl/show.h"

#include <inttypes.h>
#include <string.h>

#define TARGET_COLUMNS "settlement payment is_return clawback amount"

static bool is_closed(const Pb__BankLine *line) {
	return line->state == PB__LINE_STATE__LINE_MATCHED ||
	    line->state == PB__LINE_STATE__LINE_IGNORED;
}

static enum err show_suggestions(struct session *session, const Pb__BankLine *line) {
	struct view view = { session->settings.lang, &session->arena };
	struct table table;
	table_init(&table, &session->arena);
	table.indent = 2;
	table.hides_empty = true;
	enum err err = show_table_begin(&table, &view, &pb__target__descriptor, TARGET_COLUMNS);
	for (size_t i = 0; !err && i < line->n_targets; i++)
		show_table_row(&table, &view, &line->targets[i]->base, TARGET_COLUMNS);
	buffer_printf(
	    &session->out, "%s\n", session_say(session, "It may be one of these:", "可能是以下款项："));
	return err ? err : table_write(&table, &session->out);
}

/* What somebody who looks at an open line would do next. */
static void advise(struct session *session, const Pb__BankLine *line) {
	const char *house = line->house_account;
	struct buffer *out = &session->out;
	if (line->state == PB__LINE_STATE__LINE_SUGGESTED && line->n_targets > 0) {
		const Pb__Target *first = line->targets[0];
		buffer_printf(out,
		    session_say(session,
		        "If it is: bank-line match %s %" PRIu64 " --%s %" PRIu64 "-%" PRIu32 "\n",
		        "如属实：bank-line match %s %" PRIu64 " --%s %" PRIu64 "-%" PRIu32 "\n"),
		    house, line->line, first->is_return ? "return" : "payment", first->settlement,
		    first->payment);
	} else if (line->exception == PB__LINE_EXCEPTION__LINE_RETURNED) {
		buffer_printf(out,
		    session_say(session,
		        "The payment is payable again. When it has been seen to: bank-line resolve %s "
		        "%" PRIu64 " --reason TEXT\n",
		        "该款项已恢复应付。处理完毕后：bank-line resolve %s %" PRIu64 " --reason 说明\n"),
		    house, line->line);
	} else {
		buffer_printf(out,
		    session_say(session,
		        "A payment: bank-line match %1$s %2$" PRIu64 " --payment SETTLEMENT-PAYMENT\n"
		        "None of the ledger's: bank-line resolve %1$s %2$" PRIu64
		        " --kind KIND --reason TEXT\n"
		        "Somebody's to find out: bank-line assign %1$s %2$" PRIu64
		        " --owner NUMBER --reason TEXT\n",
		        "属于付款：bank-line match %1$s %2$" PRIu64 " --payment 结算批次-付款\n"
		        "与账本无关：bank-line resolve %1$s %2$" PRIu64 " --kind 类型 --reason 说明\n"
		        "需要查明：bank-line assign %1$s %2$" PRIu64 " --owner 工号 --reason 说明\n"),
		    house, line->line);
	}
}

static enum exit_status render(struct session *session, const ProtobufCMessage *message) {
	const Pb__BankLine *line = (const Pb__BankLine *)message;
	struct view view = { session->settings.lang, &session->arena };
	Pb__BankLine shown = *line;
	bool is_suggested = line->state == PB__LINE_STATE__LINE_SUGGESTED;
	if (is_suggested) {
		shown.n_targets = 0;
		shown.by = PB__MATCH_BY__MATCH_BY_UNSPECIFIED;
	}
	enum err err = show_message(&view, &shown.base, 0, &session->out);
	if (!err && is_suggested)
		err = show_suggestions(session, line);
	if (!err && !is_closed(line))
		advise(session, line);
	return err ? session_out_of_memory() : EXIT_DONE;
}

enum exit_status action_bank_line_show(struct session *session) {
	const char *given = options_text(&session->line, "LINE");
	uint64_t line;
	if (text_parse_u64(given, strlen(given), &line) != ERR_OK) {
		session_complain(session_say(session, "LINE must be a number such as 17, not \"%s\".",
		                     "LINE 应为流水编号（如 17），而非 \"%s\"。"),
		    given);
		return EXIT_USAGE;
	}
	const char *house = query_target(
	    session, "/v1/house-accounts/", options_text(&session->line, "HOUSE-ACCOUNT"));
	const char *target = house ? arena_printf(&session->arena, "%s/lines/%" PRIu64, house, line)
	                           : NULL;
	if (!target)
		return session_out_of_memory();
	return query_show(session, target, &pb__bank_line__descriptor, render);
}
