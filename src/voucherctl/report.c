/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/report.h"

#include "base/check.h"
#include "base/text.h"
#include "finance/write.h"
#include "record/json.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"
#include "voucherctl/session.h"
#include "voucherctl/width.h"

#include <string.h>

#define PAGE_ROWS 1000

/* --- cells as text: NULL for exhausted memory --- */

static const char *amount_text(struct arena *arena, const struct sheet_cell *cell) {
	struct buffer out;
	buffer_init(&out, 0);
	write_amount(&out, cell->value, cell->digits);
	const char *text = arena_string(arena, out.data ? out.data : "", out.bytes);
	enum err err = buffer_error(&out);
	buffer_done(&out);
	return err ? NULL : text;
}

static const char *value_label(
    const struct view *view, const struct report_column *column, int value) {
	const char *name = enum_name(column->values, value, view->arena);
	return name ? label_of_value(NULL, name, view->lang) : NULL;
}

static const char *cell_for_people(
    const struct view *view, const struct report_column *column, const struct sheet_cell *cell) {
	if (cell->text) { /* which the caller has for the moment only */
		const char *text = width_safe_text(view->arena, cell->text);
		return text ? arena_string(view->arena, text, strlen(text)) : NULL;
	}
	if (column->values)
		return value_label(view, column, (int)cell->value);
	if (column->kind == SHEET_AMOUNT && cell->digits == 2)
		return view_money(view, cell->value);
	return amount_text(view->arena, cell);
}

/* An enum's value as a sheet has it; other cells as they are. */
static enum exit_status name_value(
    struct report *report, const struct report_column *column, struct sheet_cell *cell) {
	if (cell->text || !column->values)
		return EXIT_DONE;
	cell->text = report->format == SHEET_CSV
	    ? enum_name(column->values, (int)cell->value, &report->page)
	    : value_label(&report->view, column, (int)cell->value);
	return cell->text ? EXIT_DONE : session_out_of_memory();
}

/* --- JSON --- */

/* `"field":"value"`. 64-bit numbers are strings, as in all of our JSON. */
static void append_member(
    struct buffer *out, const struct report_column *column, const struct sheet_cell *cell) {
	json_append_string(out, column->field);
	buffer_append_char(out, ':');
	if (cell->text) {
		json_append_string(out, cell->text);
	} else if (column->values) {
		const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		    column->values, (int)cell->value);
		json_append_string(out, value ? value->name : "");
	} else {
		buffer_append_char(out, '"');
		buffer_append_i64(out, cell->value);
		buffer_append_char(out, '"');
	}
}

static void append_object(const struct report *report, const struct sheet_cell *cells) {
	struct buffer *out = &report->session->out;
	const char *before = "{";
	for (size_t i = 0; i < report->layout->count; i++) {
		if (cells[i].text && !cells[i].text[0])
			continue;
		buffer_append_text(out, before);
		append_member(out, &report->layout->columns[i], &cells[i]);
		before = ",";
	}
	buffer_append_text(out, before[0] == '{' ? "{}" : "}");
}

static void begin_list(struct report *report) {
	struct buffer *out = &report->session->out;
	if (report->has_list)
		return;
	report->has_list = true;
	json_append_string(out, report->layout->list);
	buffer_append_text(out, ":[");
}

/* --- the beginning --- */

static enum exit_status read_format(struct report *report) {
	const struct command_line *line = &report->session->line;
	const char *format = options_text(line, "--format"), *name = options_text(line, "--output");
	report->is_sheet = format;
	if (format && sheet_format_parse(format, &report->format) != ERR_OK) {
		session_complain(
		    session_say(report->session, "--format must be csv, csv-people or xlsx, not \"%s\".",
		        "--format 应为 csv、csv-people 或 xlsx，而非 \"%s\"。"),
		    format);
		return EXIT_USAGE;
	}
	if (name && !format) {
		session_complain("%s",
		    session_say(report->session, "--output needs --format: csv, csv-people or xlsx.",
		        "--output 须与 --format（csv、csv-people 或 xlsx）同用。"));
		return EXIT_USAGE;
	}
	if (format && !name && report->format == SHEET_XLSX) {
		session_complain("%s",
		    session_say(report->session, "--format xlsx needs --output FILE.",
		        "--format xlsx 须以 --output 指明文件。"));
		return EXIT_USAGE;
	}
	report->is_json = !format && session_is_json(report->session);
	return name ? output_begin(&report->output, report->session, name) : EXIT_DONE;
}

static enum err write_stdout(void *user, const void *data, size_t bytes) {
	(void)user;
	return fwrite(data, 1, bytes, stdout) == bytes ? ERR_OK : ERR_IO;
}

static enum exit_status sheet_result(const struct report *report, enum err err) {
	if (!err)
		return EXIT_DONE;
	if (report->output.file || err == ERR_MEMORY)
		return output_failed(&report->output, err);
	session_complain(session_say(report->session, "Standard output cannot be written: %s.",
	                     "无法写入标准输出：%s。"),
	    session_reason(report->session));
	return EXIT_LOCAL;
}

static enum exit_status begin_sheet(struct report *report) {
	const struct sink to_stdout = { .write = write_stdout };
	return sheet_result(report,
	    sheet_begin(report->format, report->titles, report->layout->count,
	        report->output.file ? &report->output.sink : &to_stdout, &report->sheet));
}

static enum exit_status name_columns(struct report *report) {
	const struct report_layout *layout = report->layout;
	bool is_for_programs = report->is_sheet && report->format == SHEET_CSV;
	for (size_t i = 0; i < layout->count; i++) {
		const struct report_column *column = &layout->columns[i];
		const char *title = is_for_programs ? column->field
		                                    : label_of_field(layout->message, column->field,
		                                          report->view.lang, &report->session->arena);
		if (!title)
			return session_out_of_memory();
		report->titles[i] = (struct sheet_column){ title, column->kind };
	}
	return EXIT_DONE;
}

enum exit_status report_begin(
    struct report *report, struct session *session, const struct report_layout *layout) {
	check(layout->count <= SHEET_COLUMNS_MAX && layout->count <= TABLE_COLUMNS_MAX);
	*report = (struct report){ .session = session, .layout = layout };
	arena_init(&report->page, 0);
	report->view = (struct view){ session->settings.lang, &report->page };
	enum exit_status status = read_format(report);
	if (status == EXIT_DONE)
		status = name_columns(report);
	if (status != EXIT_DONE)
		return status;
	if (report->is_sheet)
		return begin_sheet(report);
	if (report->is_json)
		buffer_append_char(&session->out, '{');
	table_init(&report->table, &report->page);
	report->table.hides_empty = !layout->is_long;
	for (size_t i = 0; i < layout->count; i++)
		table_column(&report->table, report->titles[i].title,
		    layout->columns[i].kind >= SHEET_NUMBER && !layout->columns[i].values);
	return EXIT_DONE;
}

/* --- what is said --- */

enum exit_status report_fact(
    struct report *report, const struct report_column *fact, struct sheet_cell cell) {
	struct buffer *out = &report->session->out;
	if (report->is_sheet || (cell.text && !cell.text[0]))
		return EXIT_DONE;
	if (report->is_json) {
		append_member(out, fact, &cell);
		buffer_append_char(out, ',');
		return EXIT_DONE;
	}
	if (session_is_quiet(report->session))
		return EXIT_DONE;
	const char *label = label_of_field(
	    report->layout->message, fact->field, report->view.lang, &report->page);
	const char *text = cell_for_people(&report->view, fact, &cell);
	if (!label || !text)
		return session_out_of_memory();
	buffer_printf(out, session_say(report->session, "%s: %s\n", "%s：%s\n"), label, text);
	return EXIT_DONE;
}

/* Gives what there is to standard output, and forgets it. */
static enum exit_status flush(struct report *report) {
	if (!report->is_json && !report->is_sheet && !table_is_empty(&report->table) &&
	    table_write(&report->table, &report->session->out) != ERR_OK)
		return session_out_of_memory();
	arena_reset(&report->page);
	return session_print(report->session);
}

static enum exit_status add_to_sheet(struct report *report, const struct sheet_cell *cells) {
	struct sheet_cell named[SHEET_COLUMNS_MAX];
	for (size_t i = 0; i < report->layout->count; i++) {
		named[i] = cells[i];
		enum exit_status status = name_value(report, &report->layout->columns[i], &named[i]);
		if (status != EXIT_DONE)
			return status;
	}
	return sheet_result(report, sheet_row(report->sheet, named));
}

static void add_to_table(struct report *report, const struct sheet_cell *cells) {
	for (size_t i = 0; i < report->layout->count; i++)
		table_cell(
		    &report->table, cell_for_people(&report->view, &report->layout->columns[i], &cells[i]));
}

enum exit_status report_row(struct report *report, const struct sheet_cell *cells) {
	enum exit_status status = EXIT_DONE;
	if (report->is_sheet) {
		status = add_to_sheet(report, cells);
	} else if (report->is_json) {
		begin_list(report);
		buffer_append_text(&report->session->out, report->rows > 0 ? ",\n" : "\n");
		append_object(report, cells);
	} else {
		add_to_table(report, cells);
	}
	if (status == EXIT_DONE && ++report->rows % PAGE_ROWS == 0)
		status = flush(report);
	return status;
}

static enum exit_status add_total(struct report *report, const struct sheet_cell *cells) {
	struct sheet_cell named[SHEET_COLUMNS_MAX];
	memcpy(named, cells, report->layout->count * sizeof(*cells));
	named[0] = sheet_text(session_say(report->session, "total", "合计"));
	if (report->is_sheet)
		return add_to_sheet(report, named);
	add_to_table(report, named);
	return EXIT_DONE;
}

enum exit_status report_total(struct report *report, const struct sheet_cell *cells) {
	if (report->is_sheet && report->format == SHEET_CSV)
		return EXIT_DONE;
	if (!report->is_json)
		return add_total(report, cells);
	begin_list(report);
	buffer_append_text(&report->session->out, "],\n\"total\":");
	append_object(report, cells);
	report->has_total = true;
	return EXIT_DONE;
}

enum exit_status report_end(struct report *report) {
	if (report->is_sheet) {
		enum exit_status status = sheet_result(report, sheet_end(report->sheet));
		if (status != EXIT_DONE)
			return status;
		return report->output.file ? output_finish(&report->output)
		                           : session_print(report->session);
	}
	if (report->is_json) {
		begin_list(report);
		buffer_append_text(&report->session->out, report->has_total ? "}\n" : "]}\n");
	}
	return flush(report);
}

void report_done(struct report *report) {
	sheet_free(report->sheet);
	output_drop(&report->output);
	arena_done(&report->page);
}
