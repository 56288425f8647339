/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/reconciliation.h"

#include "voucherctl/table.h"
#include "voucherctl/view.h"

static bool adjust(int64_t balance, int64_t in, int64_t out, int64_t *ret_balance) {
	return !__builtin_add_overflow(balance, in, ret_balance) &&
	    !__builtin_sub_overflow(*ret_balance, out, ret_balance);
}

bool reconciliation_adjust(
    const Pb__HouseFigures *figures, int64_t *ret_statement, int64_t *ret_books) {
	return adjust(figures->statement, figures->awaited_in, figures->awaited_out, ret_statement) &&
	    adjust(figures->books, figures->open_in, figures->open_out, ret_books);
}

struct layout {
	struct session *session;
	const Pb__HouseFigures *figures;
	const struct reconciling_items *sides; /* NULL: not known */
	struct table table;
};

static void add_row(struct layout *layout, const char *label, int64_t amount, const char *note) {
	struct view view = { layout->session->settings.lang, &layout->session->arena };
	table_cell(&layout->table, label);
	table_cell(&layout->table, view_money(&view, amount));
	table_cell(&layout->table, note);
}

static void add_items(struct layout *layout, enum reconciling_side side) {
	if (!layout->sides)
		return;
	const struct reconciling_items *items = &layout->sides[side];
	for (size_t i = 0; i < items->count; i++) {
		const struct reconciling_item *item = &items->items[i];
		add_row(layout, arena_printf(&layout->session->arena, "      %s", item->what), item->amount,
		    item->note);
	}
}

static void add_side_of_bank(struct layout *layout, int64_t adjusted) {
	struct session *session = layout->session;
	const Pb__HouseFigures *figures = layout->figures;
	add_row(layout, session_say(session, "Balance of the bank statement", "银行对账单余额"),
	    figures->statement, "");
	add_row(layout,
	    session_say(session, "  add: came in by the books, not yet at the bank",
	        "  加：账面已收、银行未收"),
	    figures->awaited_in, "");
	add_items(layout, AWAITED_IN);
	add_row(layout,
	    session_say(session, "  less: went out by the books, not yet at the bank",
	        "  减：账面已付、银行未付"),
	    figures->awaited_out, "");
	add_items(layout, AWAITED_OUT);
	add_row(layout, session_say(session, "Adjusted balance of the bank", "调节后银行余额"),
	    adjusted, "");
}

static void add_side_of_books(struct layout *layout, int64_t adjusted) {
	struct session *session = layout->session;
	const Pb__HouseFigures *figures = layout->figures;
	add_row(layout, session_say(session, "Balance of the books", "账面余额"), figures->books, "");
	add_row(layout,
	    session_say(session, "    of it, noted as none of the ledger's business: came in",
	        "    其中已注明为账外款项：收入"),
	    figures->ignored_in, "");
	add_row(layout,
	    session_say(session, "    of it, noted as none of the ledger's business: went out",
	        "    其中已注明为账外款项：支出"),
	    figures->ignored_out, "");
	add_row(layout,
	    session_say(
	        session, "  add: came in at the bank, not in the books", "  加：银行已收、账面未收"),
	    figures->open_in, "");
	add_items(layout, OPEN_IN);
	add_row(layout,
	    session_say(
	        session, "  less: went out at the bank, not in the books", "  减：银行已付、账面未付"),
	    figures->open_out, "");
	add_items(layout, OPEN_OUT);
	add_row(layout, session_say(session, "Adjusted balance of the books", "调节后账面余额"),
	    adjusted, "");
}

static void add_gap(struct layout *layout) {
	for (size_t i = 0; i < layout->table.columns; i++)
		table_cell(&layout->table, "");
}

enum err reconciliation_lay_out(struct session *session, const Pb__HouseFigures *figures,
    const struct reconciling_items *items, size_t indent, struct buffer *out) {
	struct layout layout = { .session = session, .figures = figures, .sides = items };
	int64_t statement, books;
	if (!reconciliation_adjust(figures, &statement, &books))
		return ERR_RANGE;
	table_init(&layout.table, &session->arena);
	layout.table.indent = indent;
	layout.table.has_heading = true; /* none wanted */
	table_column(&layout.table, "", false);
	table_column(&layout.table, "", true);
	table_column(&layout.table, "", false);
	add_side_of_bank(&layout, statement);
	add_gap(&layout);
	add_side_of_books(&layout, books);
	enum err err = table_write(&layout.table, out);
	buffer_printf(out, "%*s%s\n", (int)indent, "",
	    statement == books ? session_say(session, "Both agree.", "两侧相符。")
	                       : session_say(session, "THEY DO NOT AGREE: stop, and tell the auditor.",
	                             "两侧不符：请停止操作并告知审计人员。"));
	return err;
}
