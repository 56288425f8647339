/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that people, spreadsheets and programs want each in their own way: as a table or JSON on
 * standard output, or by --format as CSV or a workbook (finance/sheet.h), which with --output goes
 * to a file. Row after row: memory is that of a page.
 *
 *	report_begin ─► report_fact … ─► report_row … ─► report_total ─► report_end
 *	                                             └► report_done, always
 *
 * Each says what is wrong when it returns anything but EXIT_DONE.
 */
#ifndef VOUCHERCTL_REPORT_H
#define VOUCHERCTL_REPORT_H

#include "finance/sheet.h"
#include "voucherctl/output.h"
#include "voucherctl/table.h"
#include "voucherctl/view.h"

#include <stdbool.h>

struct session;

struct report_column {
	const char *field; /* its name for programs; labels.h has that for people */
	enum sheet_kind kind;
	/* Not NULL: a cell's value is one of these. People see its label, programs its name. */
	const ProtobufCEnumDescriptor *values;
};

struct report_layout {
	const char *message; /* whose the fields are, for labels.h; may be NULL */
	const char *list;    /* the rows' name in JSON */
	const struct report_column *columns;
	size_t count;
	bool is_long; /* more rows than can be looked through for columns that are empty */
};

struct report {
	struct session *session;
	const struct report_layout *layout;
	bool is_sheet, is_json;
	enum sheet_format format;
	struct sheet_column titles[SHEET_COLUMNS_MAX];
	struct arena page; /* of the rows since the last writing */
	struct view view;
	struct table table;
	struct sheet *sheet;
	struct output output;
	uint64_t rows;
	bool has_list, has_total; /* JSON: the list has begun; it has ended */
};

/* By --format and --output. */
enum exit_status report_begin(
    struct report *report, struct session *session, const struct report_layout *layout);

/* Something about the whole: above a table, a member of the JSON; no part of a sheet. Before any
 * row. */
enum exit_status report_fact(
    struct report *report, const struct report_column *fact, struct sheet_cell cell);

/* A cell for each column. */
enum exit_status report_row(struct report *report, const struct sheet_cell *cells);

/* A last row of sums, for people, whose first cell says so; the member "total" of the JSON; nothing
 * for programs that read CSV. */
enum exit_status report_total(struct report *report, const struct sheet_cell *cells);

enum exit_status report_end(struct report *report);

void report_done(struct report *report);

#endif
