/* SPDX-License-Identifier: Apache-2.0 */
/* Statements as tables: those of four banks, how else one may be written, and what is refused. */
#include "finance/bank_csv.h"

#include "support/suite.h"
#include "unit/finance/bank_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct statement statement;
static struct file_mistake mistake;

static void set_up(void) {
	arena_init(&arena, 0);
}
static void tear_down(void) {
	arena_done(&arena);
}

static enum err read_with(const char *profile_text, const char *data, size_t bytes) {
	struct bank_profile profile;
	memset(&mistake, 0, sizeof(mistake));
	enum err err = bank_profile_parse(
	    profile_text, strlen(profile_text), &arena, &profile, &mistake);
	ck_assert_msg(err == ERR_OK, "%d: %s", (int)mistake.line, mistake.text);
	statement.count = 77;
	return bank_csv_read(&profile, data, bytes, &arena, &statement, &mistake);
}

/* --- the banks --- */

static void read_bank(const char *bank) {
	struct bank_profile profile;
	struct buffer content;
	char path[100];
	set_up();
	snprintf(path, sizeof(path), "tests/unit/finance/data/%s.csv", bank);
	bank_files_profile(bank, &arena, &profile);
	bank_files_read(path, &content);
	enum err err = bank_csv_read(
	    &profile, content.data, content.bytes, &arena, &statement, &mistake);
	ck_assert_msg(
	    err == ERR_OK, "%s:%d:%d: %s", path, (int)mistake.line, (int)mistake.column, mistake.text);
	buffer_done(&content);
}

struct expected {
	uint64_t file_line;
	int64_t amount;
	const char *serial, *booking_date, *value_date, *reference, *bank_reference, *text;
	const char *other_account, *other_name;
	bool is_reversal;
};

static void assert_lines(const struct expected *expected, size_t count) {
	ck_assert_uint_eq(statement.count, count);
	for (size_t i = 0; i < count; i++) {
		const struct statement_line *line = &statement.lines[i];
		ck_assert_uint_eq(line->file_line, expected[i].file_line);
		ck_assert_int_eq(line->amount, expected[i].amount);
		ck_assert_str_eq(line->serial, expected[i].serial);
		ck_assert_str_eq(line->booking_date, expected[i].booking_date);
		ck_assert_str_eq(line->value_date, expected[i].value_date);
		ck_assert_str_eq(line->reference, expected[i].reference);
		ck_assert_str_eq(line->bank_reference, expected[i].bank_reference);
		ck_assert_str_eq(line->text, expected[i].text);
		ck_assert_str_eq(line->other_account, expected[i].other_account);
		ck_assert_str_eq(line->other_name, expected[i].other_name);
		ck_assert(line->is_reversal == expected[i].is_reversal);
		ck_assert_uint_eq(line->details, 1);
	}
}

static void assert_whole(
    const char *format, const char *account, int64_t opening, int64_t closing) {
	ck_assert_str_eq(statement.format, format);
	ck_assert_str_eq(statement.account, account);
	ck_assert_str_eq(statement.currency, "CNY");
	ck_assert(statement.has_balances);
	ck_assert_int_eq(statement.opening_balance, opening);
	ck_assert_int_eq(statement.closing_balance, closing);
}

START_TEST(icbc_is_gb18030_padded_with_tabs_and_without_serials) {
	static const struct expected lines[] = {
		{ 3, 200000000, "", "2026-11-20", "", "", "", "2026年科技创新券 拨款", "", "某区财政局",
		    false },
		{ 4, -15000000, "", "2026-11-22", "", "", "", "检测费 V0190a1b2-60-1",
		    "0200001009000012345", "北京某某检测技术有限公司", false },
		{ 5, -50000, "", "2026-11-22", "", "", "", "转账,跨行 手续费", "6222020200012345678", "",
		    false },
		{ 6, -50000, "", "2026-11-22", "", "", "", "转账,跨行 手续费", "6222020200012345678", "",
		    false },
		{ 7, 15000000, "", "2026-11-23", "", "", "", "退汇 V0190a1b2-60-1", "0200001009000012345",
		    "北京某某检测技术有限公司", false },
	};
	read_bank("icbc");
	assert_whole("csv icbc", "0200001009000099999", 0, 199900000);
	assert_lines(lines, 5);
	tear_down();
}
END_TEST

START_TEST(ccb_begins_with_the_newest_line_and_has_red_ink) {
	static const struct expected lines[] = {
		{ 7, 199992000, "12-5300190501N0000012", "2026-11-20", "", "", "", "拨款 2026年科技创新券",
		    "53001905036050000001", "某区财政局", false },
		{ 6, 8000, "13-5300190501N0000013", "2026-11-21", "", "", "", "利息", "", "", false },
		{ 5, -15000000, "14-5300190501N0000014", "2026-11-22", "", "V0190a1b2-60-1", "",
		    "电子转账 V0190a1b2-60-1 检测费", "11050161360000000001", "北京某某检测技术有限公司",
		    false },
		{ 4, -8000, "15-5300190501N0000015", "2026-11-23", "", "", "", "冲正 利息多计", "", "",
		    true },
	};
	read_bank("ccb");
	assert_whole("csv ccb", "53001905038050548106", 0, 184992000);
	assert_lines(lines, 4);
	tear_down();
}
END_TEST

START_TEST(cmb_has_balances_before_the_table_and_one_serial_for_payment_and_fee) {
	static const struct expected lines[] = {
		{ 8, -15000000, "C0012026112200001", "2026-11-22", "2026-11-22", "V0190a1b2-60-1",
		    "N11111111", "网银付款 检测费", "0200001009000012345", "北京\"某某\"检测技术有限公司",
		    false },
		{ 9, -1000, "C0012026112200001/2", "2026-11-22", "2026-11-22", "", "", "手续费", "", "",
		    false },
	};
	read_bank("cmb");
	assert_whole("csv cmb", "110900000010001", 200000000, 184999000);
	assert_lines(lines, 2);
	tear_down();
}
END_TEST

START_TEST(boc_has_signed_amounts_and_sums_before_the_table) {
	static const struct expected lines[] = {
		{ 9, 200000000, "109585237086", "2026-11-20", "2026-11-20", "", "", "拨款 2026年科技创新券",
		    "232500000001", "某区财政局", false },
		{ 10, -15000000, "109585237087", "2026-11-22", "2026-11-22", "V0190a1b2-60-1",
		    "OB20261122001", "检测费 V0190a1b2-60-1", "0200001009000012345",
		    "北京某某检测技术有限公司", false },
		{ 11, -2278, "109585237088", "2026-11-22", "2026-11-22", "", "", "手续费", "", "", false },
	};
	read_bank("boc");
	assert_whole("csv boc", "232500474807", 0, 184997722);
	assert_lines(lines, 3);
	tear_down();
}
END_TEST

/* --- how a table may be written --- */

#define BEGIN "[profile]\nname = x\ncurrency = CNY\n"
#define SIDES                                                                                      \
	"[columns]\naccount = Account\ncurrency = Currency\nbooking_date = Date\ntime = Time\n"        \
	"debit = Out\ncredit = In\nbalance = Balance\nserial = Serial\ntext = Text\n"
#define LABELS                                                                                     \
	"[labels]\naccount = Account\nopening_balance = Opening\nclosing_balance = Closing\n"          \
	"lines = Lines\ndebit_lines = Outs\ndebit_sum = Out sum\ncredit_sum = In sum\n"                \
	"[trailer]\nbegins = Total | Closing\n"
#define PLAIN BEGIN SIDES LABELS
#define WORDED                                                                                     \
	BEGIN "[columns]\nbooking_date = Date\namount = Amount\ndirection = Way\nbalance = Balance\n"  \
	      "[direction]\nin = C | 贷\nout = D | 借\n"
#define HEAD "Date,Out,In,Balance,Text\n"

START_TEST(tables_may_be_written_in_many_ways) {
	static const struct {
		const char *profile, *table;
		size_t count;
		int64_t first, opening; /* the oldest line's amount */
		const char *date;
	} cases[] = {
		{ PLAIN, HEAD "2026-11-21,1.00,,9.00,a\n", 1, -100, 1000, "2026-11-21" },
		{ PLAIN, HEAD "20261121,1.00,0.00,9.00,a\r\n", 1, -100, 1000, "2026-11-21" },
		{ PLAIN, HEAD "2026/1/2,,1,9,a", 1, 100, 800, "2026-01-02" },
		{ PLAIN, HEAD "2026.11.21,,\"1,234.5\",2000,a\n\n,,,,\n", 1, 123450, 76550, "2026-11-21" },
		{ PLAIN, HEAD "2026年11月21日 10:11:12,,￥1.00,+9.00,a\n", 1, 100, 800, "2026-11-21" },
		{ PLAIN, HEAD "2026年1月2日,-,1.00,9.00,a\n", 1, 100, 800, "2026-01-02" },
		{ PLAIN, HEAD "2026-11-21T10:11:12.5,/,1.00,9.00,a\n", 1, 100, 800, "2026-11-21" },
		{ PLAIN, HEAD "２０２６１１２１,,１．００,9.00,a\n", 1, 100, 800, "2026-11-21" },
		{ PLAIN, HEAD "=\"20261121\",,'1.00,\t9.00,a\n", 1, 100, 800, "2026-11-21" },
		{ PLAIN, "Date\rrubbish\r" HEAD "20261121,,1.00,9.00,\"a\rb\"\r", 1, 100, 800,
		    "2026-11-21" },
		{ PLAIN, " date , OUT：,　In　,Balance\n20261121,,1.00,9.00\n", 1, 100, 800, "2026-11-21" },
		/* the newest first, the oldest first, by day, by time, by balance */
		{ PLAIN, HEAD "20261122,,2,3,\n20261121,,1,1,\n", 2, 100, 0, "2026-11-21" },
		{ PLAIN, HEAD "20261121,,1,1,\n20261121,,2,3,\n", 2, 100, 0, "2026-11-21" },
		{ PLAIN, HEAD "20261121,,2,3,\n20261121,,1,1,\n", 2, 100, 0, "2026-11-21" },
		{ PLAIN, "Date,Time,Out,In,Balance\n20261121,10:00,,1,1\n20261121,11:00,1,,0\n", 2, 100, 0,
		    "2026-11-21" },
		{ PLAIN, "Date,Time,Out,In,Balance\n20261121,11:00,,1,1\n20261121,10:00,1,,0\n", 2, -100,
		    100, "2026-11-21" },
		/* a balance here and there */
		{ PLAIN, HEAD "20261121,,1,,\n20261121,,2,3,\n20261121,,4,,\n20261121,,8,15,\n", 4, 100, 0,
		    "2026-11-21" },
		/* a line of nothing; red ink */
		{ PLAIN, HEAD "20261121,0.00,0.00,3,\n20261121,,1,4,\n", 1, 100, 300, "2026-11-21" },
		{ PLAIN, HEAD "20261121,-1,,4,\n", 1, 100, 300, "2026-11-21" },
		/* the row of names on every page, and trailers */
		{ PLAIN, HEAD "20261121,,1,1,\nTotal,,1,,\n" HEAD "20261121,,2,3,\nTotal of all,,3,,\n", 2,
		    100, 0, "2026-11-21" },
		/* one column of amounts */
		{ WORDED, "Date,Way,Amount,Balance\n20261121,D,1,2\n20261122,贷,1,3\n", 2, -100, 300,
		    "2026-11-21" },
		{ WORDED, "Date,Amount,Balance\n20261121,-1,2\n20261122,+1,3\n", 2, -100, 300,
		    "2026-11-21" },
		{ BEGIN "separator = tab\n" SIDES, "Date\tOut\tIn\tBalance\n20261121\t\t1\t9\n", 1, 100,
		    800, "2026-11-21" },
		{ BEGIN "separator = pipe\n" SIDES, "Date|Out|In|Balance|\n20261121||1|9|||\n", 1, 100, 800,
		    "2026-11-21" },
		{ BEGIN "order = newest-first\n" SIDES, HEAD "20261121,,1,1,\n20261121,1,,0,\n", 2, -100,
		    100, "2026-11-21" },
		/* balances beside the table */
		{ PLAIN, "Opening,8\nClosing：9.00\nDate,Out,In\n20261121,,1\n", 1, 100, 800,
		    "2026-11-21" },
		{ PLAIN, "Opening,8\nDate,Out,In\n20261121,,1\nClosing,9\n", 1, 100, 800, "2026-11-21" },
		{ PLAIN, "Lines,1,Outs,0\nOut sum,0,In sum,1.00\n" HEAD "20261121,,1,9,\n", 1, 100, 800,
		    "2026-11-21" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up();
		enum err err = read_with(cases[i].profile, cases[i].table, strlen(cases[i].table));
		ck_assert_msg(err == ERR_OK, "%zu: %d:%d: %s", i, (int)mistake.line, (int)mistake.column,
		    mistake.text);
		ck_assert_msg(statement.count == cases[i].count, "%zu: %zu lines", i, statement.count);
		ck_assert_msg(statement.lines[0].amount == cases[i].first, "%zu: %d", i,
		    (int)statement.lines[0].amount);
		ck_assert_msg(statement.has_balances && statement.opening_balance == cases[i].opening,
		    "%zu: %d", i, (int)statement.opening_balance);
		ck_assert_str_eq(statement.lines[0].booking_date, cases[i].date);
		tear_down();
	}
}
END_TEST

START_TEST(statement_without_lines_or_balances_is_one_too) {
	set_up();
	ck_assert_int_eq(read_with(PLAIN, HEAD, strlen(HEAD)), ERR_OK);
	ck_assert_uint_eq(statement.count, 0);
	ck_assert(!statement.has_balances);
	static const char table[] = "Date,Out,In\n20261121,,1\n";
	ck_assert_int_eq(read_with(PLAIN, table, strlen(table)), ERR_OK);
	ck_assert_uint_eq(statement.count, 1);
	ck_assert(!statement.has_balances);
	ck_assert_str_eq(statement.account, "");
	tear_down();
}
END_TEST

START_TEST(reference_that_is_too_long_for_one_is_text) {
	static const char table[] =
	    "Date,In,Out,Ref,Text\n20261121,,1,"
	    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789,b\n"
	    "20261121,,1,V-1,c\n";
	set_up();
	ck_assert_int_eq(read_with(BEGIN "[columns]\nbooking_date = Date\ndebit = Out\ncredit = In\n"
	                                 "reference = Ref\ntext = Text\n",
	                     table, strlen(table)),
	    ERR_OK);
	ck_assert_str_eq(statement.lines[0].reference, "");
	ck_assert_str_eq(statement.lines[0].text,
	    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 b");
	ck_assert_str_eq(statement.lines[1].reference, "V-1");
	ck_assert_str_eq(statement.lines[1].text, "c");
	tear_down();
}
END_TEST

/* --- what is refused --- */

struct refusal {
	const char *profile, *table;
	uint64_t line, column;
	const char *says;
};

static void assert_refused(const struct refusal *cases, size_t count) {
	for (size_t i = 0; i < count; i++) {
		set_up();
		enum err err = read_with(cases[i].profile, cases[i].table, strlen(cases[i].table));
		ck_assert_msg(err == ERR_SYNTAX, "%zu: %d", i, err);
		ck_assert_msg(strstr(mistake.text, cases[i].says) != NULL, "%zu: %s", i, mistake.text);
		ck_assert_msg(mistake.zh[0] != '\0', "%zu", i);
		ck_assert_msg(mistake.line == cases[i].line && mistake.column == cases[i].column,
		    "%zu: %d:%d: %s", i, (int)mistake.line, (int)mistake.column, mistake.text);
		ck_assert_uint_eq(statement.count, 77);
		tear_down();
	}
}
#define ASSERT_REFUSED(cases) assert_refused((cases), sizeof(cases) / sizeof((cases)[0]))

START_TEST(tables_without_their_columns_are_refused) {
	static const struct refusal cases[] = {
		{ PLAIN, "", 1, 1, "no row with the names of columns (\"Date\", \"In\"" },
		{ PLAIN, "Date,Out,Balance\n", 1, 1, "no row with the names" },
		{ BEGIN "header_within = 2\n" SIDES, "a\nb\nc\n" HEAD, 3, 1, "within the first 2 lines" },
		{ PLAIN, HEAD "2026-11-21,1.00,9.00,a\n", 2, 22, "4 cells, and there are 5 names" },
		{ PLAIN, HEAD "2026-11-21,,1.00,,9.00,a\n", 2, 24, "6 cells, and there are 5 names" },
		{ PLAIN, HEAD "2026-11-21,2026-11-21,1.00,9.00,a\n", 2, 12,
		    "Out: \"2026-11-21\" is no amount" },
		{ PLAIN, HEAD "检测费,1.00,,2026-11-21,a\n", 2, 1, "Date: \"检测费\" is no day" },
		{ PLAIN, HEAD "2026-11-21,,1.00,检测费,a\n", 2, 18, "Balance: \"检测费\" is no amount" },
		{ PLAIN, HEAD "2026-11-21,,,9.00,a\n", 2, 12, "on neither side" },
		{ PLAIN, HEAD "2026-11-21,1,2,9.00,a\n", 2, 14, "beside an amount of the other side" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(days_and_amounts_that_are_none_are_refused) {
	static const struct refusal cases[] = {
		{ PLAIN, HEAD "2026-02-30,1,,9.00,a\n", 2, 1, "is no day" },
		{ PLAIN, HEAD "2026-1121,1,,9.00,a\n", 2, 1, "is no day" },
		{ PLAIN, HEAD "202611,1,,9.00,a\n", 2, 1, "is no day" },
		{ PLAIN, HEAD "2026-11-21x,1,,9.00,a\n", 2, 1, "is no day" },
		{ PLAIN, HEAD "202611211,1,,9.00,a\n", 2, 1, "is no day" },
		{ PLAIN, HEAD ",1,,9.00,a\n", 2, 1, "is no day" },
		{ PLAIN, HEAD "20261121,1.001,,9.00,a\n", 2, 10, "is no amount" },
		{ PLAIN, HEAD "20261121,\"1,23\",,9.00,a\n", 2, 10, "is no amount" },
		{ PLAIN, HEAD "20261121,1e3,,9.00,a\n", 2, 10, "is no amount" },
		{ PLAIN, HEAD "20261121,99999999999999999999,,9.00,a\n", 2, 10, "is no amount" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(balances_that_do_not_follow_from_the_lines_are_refused) {
	static const struct refusal cases[] = {
		{ PLAIN, HEAD "20261121,,1,1,\n20261121,,2,4,\n", 3, 13,
		    "the balance of this line is 4.00, and the lines before it lead to 3.00" },
		{ PLAIN, HEAD "20261123,,2,4,\n20261122,,2,2,\n20261121,,1,1,\n", 3, 13,
		    "this line is 2.00, and the lines before it lead to 3.00" },
		{ PLAIN, HEAD "20261121,,1,1,\n20261121,,1,1,\n20261121,,2,4,\n", 3, 13, "doubled" },
		{ BEGIN "order = oldest-first\n" SIDES, HEAD "20261122,,2,3,\n20261121,,1,1,\n", 3, 13,
		    "lead to 4.00" },
		{ PLAIN, "Opening,7\n" HEAD "20261121,,1,9,\n", 1, 1,
		    "Opening: \"7\" stands here, and by the lines it is 8.00" },
		{ PLAIN, "Opening,8\nClosing,10\nDate,Out,In\n20261121,,1\n", 2, 1, "it is 9.00" },
		{ PLAIN, "Opening,x\nClosing,10\nDate,Out,In\n20261121,,1\n", 1, 1, "an amount" },
		{ PLAIN, "Lines,2\n" HEAD "20261121,,1,9,\n", 1, 1, "Lines: \"2\" stands here" },
		{ PLAIN, "Out sum,1\n" HEAD "20261121,,1,9,\n", 1, 1, "it is 0.00" },
		{ PLAIN, HEAD "20261121,,90000000000000000,,\n20261121,,90000000000000000,,\n", 3, 11,
		    "is too much" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(lines_that_do_not_say_whose_or_which_they_are_are_refused) {
	static const struct refusal cases[] = {
		{ PLAIN, "Account,1\nDate,Account,Out,In\n20261121,2,,1\n", 1, 1, "by the lines it is 2" },
		{ PLAIN, "Date,Account,Out,In\n20261121,2,,1\n20261121,3,,1\n", 3, 10, "another account" },
		{ PLAIN, "Date,Currency,Out,In\n20261121,USD,,1\n20261121,CNY,,1\n", 3, 10,
		    "another currency" },
		{ PLAIN, "Date,Currency,Out,In\n20261121,gold,,1\n", 2, 10, "no currency that is known" },
		{ PLAIN, "Date,Serial,Out,In\n20261121,1.02E+18,,1\n", 2, 10, "a spreadsheet leaves" },
		{ WORDED, "Date,Way,Amount\n20261121,X,1\n", 2, 10, "none of the words for in and out" },
		{ WORDED, "Date,Way,Amount\n20261121,D,\n", 2, 12, "is no amount" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(what_is_no_table_of_its_encoding_is_refused) {
	static const struct refusal cases[] = {
		{ PLAIN, HEAD "20261121,\"1.00\n,,9.00,a\n", 2, 10, "not closed" },
		{ PLAIN, HEAD "20261121,\"1\"x,,9.00,a\n", 2, 13, "after its closing quote" },
		{ BEGIN "encoding = utf-8\n" SIDES, HEAD "20261121,,1,9,a\xD6\xD0\n", 2, 16, "not UTF-8" },
		{ BEGIN "encoding = utf-8\n" SIDES, HEAD "检测,\xE6\xA3", 2, 4, "not UTF-8" },
		{ BEGIN "encoding = gb18030\n" SIDES, HEAD "20261121,,1,9,\xD6\xD0\xFF\xFF", 2, 16,
		    "not GB18030" },
		{ PLAIN, HEAD "20261121,,1,9,\xE6\xA3\x80\xFF\xFF", 2, 16,
		    "neither UTF-8 (line 2, column 16)" },
		{ PLAIN, "PK\3\4aaaaaa", 1, 1, "this is XLSX" },
		{ PLAIN, "\xD0\xCF\x11\xE0\xA1", 1, 1, "this is XLS:" },
		{ PLAIN, "%PDF-1.7", 1, 1, "this is PDF" },
		{ PLAIN, "\xFF\xFE", 1, 1, "this is UTF-16" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(zero_bytes_are_refused) {
	static const char table[] = HEAD "20261121,,1,9,\0a\n";
	set_up();
	ck_assert_int_eq(read_with(PLAIN, table, sizeof(table) - 1), ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(mistake.text, "zero byte"));
	ck_assert_uint_eq(mistake.line, 2);
	ck_assert_uint_eq(mistake.column, 15);
	tear_down();
}
END_TEST

START_TEST(limits_end_in_a_refusal) {
	size_t bytes = (size_t)300 << 20;
	char *nothing = calloc(1, bytes);
	struct buffer table;
	set_up();
	ck_assert_ptr_nonnull(nothing);
	ck_assert_int_eq(read_with(PLAIN, nothing, bytes), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "bytes"));
	free(nothing);
	buffer_init(&table, 0);
	for (int i = 0; i < 300; i++)
		buffer_append_text(&table, ",");
	ck_assert_int_eq(read_with(PLAIN, table.data, table.bytes), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "256 cells"));
	buffer_clear(&table);
	buffer_append_text(&table, "Date,Out,In\n");
	for (int i = 0; i <= STATEMENT_LINES_MAX; i++)
		buffer_append_text(&table, "20261121,,1\n");
	ck_assert_int_eq(read_with(PLAIN, table.data, table.bytes), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "1000000 lines"));
	ck_assert_uint_eq(mistake.line, STATEMENT_LINES_MAX + 2);
	buffer_done(&table);
	tear_down();
}
END_TEST

/* A line left out, doubled, or changed never passes where there is a running balance. */
START_TEST(no_line_can_be_lost_or_doubled) {
	static const char *const banks[] = { "icbc", "ccb", "cmb", "boc" };
	size_t tried = 0;
	for (size_t b = 0; b < 4; b++) {
		struct bank_profile profile;
		struct buffer content, changed;
		char path[100];
		set_up();
		snprintf(path, sizeof(path), "tests/unit/finance/data/%s.csv", banks[b]);
		bank_files_profile(banks[b], &arena, &profile);
		bank_files_read(path, &content);
		buffer_init(&changed, 0);
		ck_assert_int_eq(
		    bank_csv_read(&profile, content.data, content.bytes, &arena, &statement, &mistake),
		    ERR_OK);
		size_t count = statement.count;
		for (size_t at = 0, next; at < content.bytes; at = next) {
			const char *feed = memchr(content.data + at, '\n', content.bytes - at);
			next = feed ? (size_t)(feed + 1 - content.data) : content.bytes;
			buffer_clear(&changed);
			buffer_append(&changed, content.data, next);
			buffer_append(&changed, content.data + at, content.bytes - at);
			enum err err = bank_csv_read(
			    &profile, changed.data, changed.bytes, &arena, &statement, &mistake);
			ck_assert_msg(err == ERR_SYNTAX || (err == ERR_OK && statement.count == count),
			    "%s: a line at %zu may stand there twice", banks[b], at);
			tried++;
		}
		buffer_done(&changed);
		buffer_done(&content);
		tear_down();
	}
	ck_assert_uint_gt(tried, 30);
}
END_TEST

SUITE_MAIN("bank-csv", icbc_is_gb18030_padded_with_tabs_and_without_serials,
    ccb_begins_with_the_newest_line_and_has_red_ink,
    cmb_has_balances_before_the_table_and_one_serial_for_payment_and_fee,
    boc_has_signed_amounts_and_sums_before_the_table, tables_may_be_written_in_many_ways,
    statement_without_lines_or_balances_is_one_too, reference_that_is_too_long_for_one_is_text,
    tables_without_their_columns_are_refused, days_and_amounts_that_are_none_are_refused,
    balances_that_do_not_follow_from_the_lines_are_refused,
    lines_that_do_not_say_whose_or_which_they_are_are_refused,
    what_is_no_table_of_its_encoding_is_refused, zero_bytes_are_refused, limits_end_in_a_refusal,
    no_line_can_be_lost_or_doubled)
