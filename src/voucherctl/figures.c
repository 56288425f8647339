/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/figures.h"

#include "voucherctl/query.h"
#include "voucherctl/reconciliation.h"
#include "voucherctl/show.h"

#include <inttypes.h>

/* --- what things are called --- */

struct name {
	uint64_t id;
	const char *code;
};

struct names {
	struct arena *arena;
	struct name *names;
	size_t count;
};

static enum exit_status add_name(struct names *names, uint64_t id, const char *code) {
	names->names = arena_grow(names->arena, names->names, names->count, sizeof(*names->names));
	if (!names->names)
		return session_out_of_memory();
	names->names[names->count++] = (struct name){ id, code };
	return EXIT_DONE;
}

static enum exit_status take_names(void *user, const Pb__Page *page) {
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < page->n_funds; i++)
		status = add_name(user, page->funds[i]->id, page->funds[i]->code);
	for (size_t i = 0; status == EXIT_DONE && i < page->n_programmes; i++)
		status = add_name(user, page->programmes[i]->id, page->programmes[i]->code);
	for (size_t i = 0; status == EXIT_DONE && i < page->n_house_accounts; i++)
		status = add_name(user, page->house_accounts[i]->id, page->house_accounts[i]->code);
	return status;
}

static enum exit_status read_names(struct session *session, struct names *names) {
	static const char *const lists[] = { "/v1/funds?limit=1000", "/v1/programmes?limit=1000",
		"/v1/house-accounts?limit=1000" };
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < sizeof(lists) / sizeof(lists[0]); i++)
		status = query_pages(session, lists[i], take_names, names);
	return status;
}

/* Objects of any kind are numbered by their entries: no two have one number. */
static const char *find_name(const struct names *names, uint64_t id) {
	for (size_t i = 0; i < names->count; i++)
		if (names->names[i].id == id)
			return names->names[i].code;
	return arena_printf(names->arena, "%" PRIu64, id);
}

/* --- funds and programmes --- */

#define FUND_COLUMNS "appropriated available allocated"
#define PROGRAMME_COLUMNS                                                                          \
	"allocated available live reserved payable in_payment paid recovered receivable written_off"

static enum err begin_table(struct table *table, const struct view *view, const char *title,
    const ProtobufCMessageDescriptor *descriptor, const char *columns) {
	table_init(table, view->arena);
	table->indent = 2;
	table_column(table, title, false);
	return show_table_begin(table, view, descriptor, columns);
}

static enum err show_funds(struct session *session, const struct names *names,
    const Pb__PeriodFigures *figures, struct buffer *out) {
	struct view view = { session->settings.lang, &session->arena };
	struct table table;
	enum err err = begin_table(&table, &view, session_say(session, "fund", "资金"),
	    &pb__fund_figures__descriptor, FUND_COLUMNS);
	for (size_t i = 0; !err && i < figures->n_funds; i++) {
		table_cell(&table, find_name(names, figures->funds[i]->fund));
		show_table_row(&table, &view, &figures->funds[i]->base, FUND_COLUMNS);
	}
	return err ? err : table_write(&table, out);
}

static enum err show_programmes(struct session *session, const struct names *names,
    const Pb__PeriodFigures *figures, struct buffer *out) {
	struct view view = { session->settings.lang, &session->arena };
	struct table table;
	enum err err = begin_table(&table, &view, session_say(session, "programme", "项目"),
	    &pb__programme_figures__descriptor, PROGRAMME_COLUMNS);
	for (size_t i = 0; !err && i < figures->n_programmes; i++) {
		table_cell(&table, find_name(names, figures->programmes[i]->programme));
		show_table_row(&table, &view, &figures->programmes[i]->base, PROGRAMME_COLUMNS);
	}
	return err ? err : table_write(&table, out);
}

/* --- house accounts --- */

static enum err show_house(
    struct session *session, const char *name, const Pb__HouseFigures *house, struct buffer *out) {
	buffer_printf(out,
	    session_say(session,
	        "%s: %" PRIu64 " bank lines, %" PRIu64 " of them open, %" PRIu64
	        " of these carried over\n",
	        "%s：银行流水 %" PRIu64 " 条，其中未核对 %" PRIu64 " 条，已结转 %" PRIu64 " 条\n"),
	    name, house->lines, house->open_lines, house->carried_lines);
	return reconciliation_lay_out(session, house, NULL, 2, out);
}

static enum err show_all(struct session *session, const struct names *names,
    const Pb__PeriodFigures *figures, struct buffer *out) {
	enum err err = ERR_OK;
	if (figures->n_funds > 0) {
		buffer_append_char(out, '\n');
		err = show_funds(session, names, figures, out);
	}
	if (!err && figures->n_programmes > 0) {
		buffer_append_char(out, '\n');
		err = show_programmes(session, names, figures, out);
	}
	for (size_t i = 0; !err && i < figures->n_houses; i++) {
		const Pb__HouseFigures *house = figures->houses[i];
		buffer_append_char(out, '\n');
		err = show_house(session, find_name(names, house->house_account), house, out);
	}
	return err;
}

enum exit_status figures_show(
    struct session *session, const Pb__Period *period, struct buffer *out) {
	struct view view = { session->settings.lang, &session->arena };
	struct names names = { .arena = &session->arena };
	Pb__Period heading = *period;
	heading.figures = NULL; /* laid out below */
	enum exit_status status = period->figures ? read_names(session, &names) : EXIT_DONE;
	if (status != EXIT_DONE)
		return status;
	enum err err = show_message(&view, &heading.base, 0, out);
	if (!err && period->figures)
		err = show_all(session, &names, period->figures, out);
	return err ? session_out_of_memory() : EXIT_DONE;
}
