/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/sheet.h"

#include "base/buffer.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct sheet_column columns[] = {
	{ "name", SHEET_TEXT },
	{ "account", SHEET_IDENTIFIER },
	{ "date", SHEET_DATE },
	{ "lines", SHEET_NUMBER },
	{ "amount", SHEET_AMOUNT },
};
#define COUNT (sizeof(columns) / sizeof(columns[0]))

static struct buffer file;

static enum err take(void *user, const void *data, size_t bytes) {
	(void)user;
	buffer_append(&file, data, bytes);
	return buffer_error(&file);
}

static enum err refuse(void *user, const void *data, size_t bytes) {
	(void)user;
	(void)data;
	(void)bytes;
	return ERR_FULL;
}

static enum err write_row(struct sheet *sheet, const char *name) {
	const struct sheet_cell cells[COUNT] = {
		sheet_text(name),
		sheet_text("007"),
		sheet_text("2026-11-22"),
		sheet_number(3),
		sheet_amount(-123456, 2),
	};
	return sheet_row(sheet, cells);
}

START_TEST(csv_is_raw_for_programs_and_safe_for_people) {
	static const struct {
		enum sheet_format format;
		const char *wanted;
	} cases[] = {
		{ SHEET_CSV, "name,account,date,lines,amount\n=1+1,007,2026-11-22,3,-1234.56\n" },
		{ SHEET_CSV_PEOPLE,
		    "\xEF\xBB\xBFname,account,date,lines,amount\r\n"
		    "\"'=1+1\",007,2026-11-22,3,-1234.56\r\n" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sink sink = { .write = take };
		struct sheet *sheet;
		buffer_init(&file, 0);
		ck_assert_int_eq(sheet_begin(cases[i].format, columns, COUNT, &sink, &sheet), ERR_OK);
		ck_assert_int_eq(write_row(sheet, "=1+1"), ERR_OK);
		ck_assert_int_eq(sheet_end(sheet), ERR_OK);
		ck_assert_str_eq(buffer_string(&file), cases[i].wanted);
		sheet_free(sheet);
		buffer_done(&file);
	}
}
END_TEST

START_TEST(what_the_sink_says_ends_the_file) {
	const struct sink sink = { .write = refuse };
	struct sheet *sheet;
	enum err err = sheet_begin(SHEET_CSV, columns, COUNT, &sink, &sheet);
	ck_assert_int_eq(err, ERR_OK);
	while (!err)
		err = write_row(sheet, "a");
	ck_assert_int_eq(err, ERR_FULL);
	sheet_free(sheet);
}
END_TEST

START_TEST(a_workbook_that_cannot_be_written_says_so) {
	const struct sink sink = { .path = "/nonexistent/a.xlsx" };
	struct sheet *sheet;
	enum err err = sheet_begin(SHEET_XLSX, columns, COUNT, &sink, &sheet);
	if (!err) {
		err = write_row(sheet, "a");
		err = err ? err : sheet_end(sheet);
		sheet_free(sheet);
	}
	ck_assert_int_eq(err, ERR_IO);
}
END_TEST

START_TEST(a_text_too_long_for_a_cell_is_refused) {
	char name[] = "/tmp/voucherd-sheet-XXXXXX";
	int fd = mkstemp(name);
	ck_assert_int_ge(fd, 0);
	close(fd);
	const struct sink sink = { .path = name };
	struct sheet *sheet;
	char *text = malloc(32769);
	memset(text, 'x', 32768);
	text[32768] = '\0';
	ck_assert_int_eq(sheet_begin(SHEET_XLSX, columns, COUNT, &sink, &sheet), ERR_OK);
	ck_assert_int_eq(write_row(sheet, text), ERR_RANGE);
	sheet_free(sheet);
	free(text);
	unlink(name);
}
END_TEST

START_TEST(formats_have_names) {
	enum sheet_format format = SHEET_CSV;
	ck_assert_int_eq(sheet_format_parse("xlsx", &format), ERR_OK);
	ck_assert_int_eq(format, SHEET_XLSX);
	ck_assert_int_eq(sheet_format_parse("pdf", &format), ERR_NOT_FOUND);
}
END_TEST

SUITE_MAIN("sheet", csv_is_raw_for_programs_and_safe_for_people, what_the_sink_says_ends_the_file,
    a_workbook_that_cannot_be_written_says_so, a_text_too_long_for_a_cell_is_refused,
    formats_have_names)
