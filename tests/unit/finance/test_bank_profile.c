/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles of banks: those that come with the program, and what in one is a mistake, and where. */
#include "finance/bank_profile.h"

#include "support/suite.h"
#include "unit/finance/bank_files.h"

#include <string.h>

#define NAME  "[profile]\nname = x\n"
#define SIDES "[columns]\nbooking_date = Date\ndebit = Out\ncredit = In\n"

static struct arena arena;

static enum err parse(
    const char *text, struct bank_profile *profile, struct file_mistake *mistake) {
	memset(mistake, 0, sizeof(*mistake));
	return bank_profile_parse(text, strlen(text), &arena, profile, mistake);
}

START_TEST(banks_have_profiles) {
	static const char *const names[] = { "icbc", "ccb", "cmb", "boc" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bank_profile profile;
		arena_init(&arena, 0);
		bank_files_profile(names[i], &arena, &profile);
		ck_assert_str_eq(profile.name, names[i]);
		ck_assert(profile.title[0] && profile.payment.is_there);
		ck_assert_uint_gt(profile.columns[BANK_COLUMN_BALANCE].count, 0);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(profile_says_what_it_says) {
	struct bank_profile profile;
	struct file_mistake mistake;
	arena_init(&arena, 0);
	ck_assert_int_eq(
	    parse("\xEF\xBB\xBF; a comment\r\n[profile]\r\nname = my-bank\r\ntitle =  我的 银行 \r\n"
	          "encoding = gb18030 ; a comment\r\nseparator = pipe\r\norder = newest-first\r\n"
	          "header_within = 7\r\n[columns]\r\nbooking_date = Date | 日期\r\namount = 金额\r\n"
	          "text = a\r\ntext = b | c\r\n[payment]\r\nencoding = gbk\r\nheader = no\r\n"
	          "line_end = lf\r\ncolumn = 用途 | {reference} x\r\ncolumn = 空 |\r\n",
	        &profile, &mistake),
	    ERR_OK);
	ck_assert_str_eq(profile.name, "my-bank");
	ck_assert_str_eq(profile.title, "我的 银行");
	ck_assert_int_eq(profile.encoding, BANK_ENCODING_GB18030);
	ck_assert_int_eq(profile.separator, '|');
	ck_assert_int_eq(profile.order, BANK_ORDER_NEWEST_FIRST);
	ck_assert_uint_eq(profile.lines_max, 7);
	ck_assert_uint_eq(profile.columns[BANK_COLUMN_BOOKING_DATE].count, 2);
	ck_assert_str_eq(profile.columns[BANK_COLUMN_BOOKING_DATE].words[1], "日期");
	ck_assert_uint_eq(profile.columns[BANK_COLUMN_TEXT].count, 3);
	ck_assert_str_eq(profile.columns[BANK_COLUMN_TEXT].words[2], "c");
	ck_assert_int_eq(profile.payment.encoding, BANK_ENCODING_GBK);
	ck_assert(!profile.payment.has_header && profile.payment.has_unix_lines);
	ck_assert_uint_eq(profile.payment.count, 2);
	ck_assert_str_eq(profile.payment.fields[0].content, "{reference} x");
	ck_assert_str_eq(profile.payment.fields[1].content, "");
	arena_done(&arena);
}
END_TEST

START_TEST(mistakes_have_their_line) {
	static const struct {
		const char *text;
		uint64_t line;
		const char *says;
	} cases[] = {
		{ "", 0, "[profile] name must be" },
		{ SIDES, 0, "[profile] name must be" },
		{ "[profile]\nname = My Bank\n" SIDES, 0, "[profile] name must be" },
		{ "[profile]\nname = a-name-that-is-too-long\n" SIDES, 0, "[profile] name must be" },
		{ NAME "currency = yuan\n" SIDES, 0, "ISO 4217" },
		{ NAME, 0, "lacks booking_date" },
		{ NAME "[columns]\nbooking_date = Date\n", 0, "lacks amount" },
		{ NAME "[columns]\nbooking_date = Date\ndebit = Out\n", 0, "both, or neither" },
		{ NAME SIDES "direction = Way\n[direction]\nin = C\n", 0, "[direction] lacks" },
		{ NAME "name = y\n" SIDES, 3, "name is given twice" },
		{ NAME "nmae = y\n" SIDES, 3, "no setting \"nmae\" in [profile]" },
		{ NAME "[colums]\ndebit = Out\n", 4, "no setting \"debit\" in [colums]" },
		{ "name = x\n", 1, "no setting \"name\" in []" },
		{ NAME "encoding = utf8\n", 3, "encoding cannot be \"utf8\"" },
		{ NAME "separator = ,\n", 3, "separator cannot be \",\"" },
		{ NAME "header_within = 0\n", 3, "from 1 to 100" },
		{ NAME "header_within = 101\n", 3, "from 1 to 100" },
		{ NAME SIDES "text = a | | b\n", 7, "empty between" },
		{ NAME SIDES "text =\n", 7, "empty between" },
		{ NAME SIDES "text = a|b|c|d|e|f|g|h|i|j|k|l|m\n", 7, "more than 12 words" },
		{ NAME SIDES "[payment]\ncolumn = 用途\n", 8, "column = HEADER | CONTENT" },
		{ NAME SIDES "[payment]\ncolumn = a | b {amuont}\n", 8, "\"{amuont}\" does not begin" },
		{ NAME SIDES "[payment]\ncolumn = a | {amount\n", 8, "does not begin" },
		{ NAME SIDES "[payment]\ncolumn = a | {same_bank}\n", 8, "does not begin" },
		{ NAME SIDES "[payment]\ncolumn = a | {same_bank?1}\n", 8, "does not begin" },
		{ NAME SIDES "[payment]\ncolumn = a | {amount?1:2}\n", 8, "does not begin" },
		{ NAME "rubbish\n" SIDES, 3, "neither [section], name = value" },
		{ NAME "[columns\n", 3, "does not end in \"]\"" },
		{ NAME "title = \xFF\n", 0, "not UTF-8" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bank_profile profile = { .name = "untouched" };
		struct file_mistake mistake;
		arena_init(&arena, 0);
		enum err err = parse(cases[i].text, &profile, &mistake);
		ck_assert_msg(err == ERR_SYNTAX, "%zu: %d", i, err);
		ck_assert_msg(strstr(mistake.text, cases[i].says) != NULL, "%zu: %s", i, mistake.text);
		ck_assert_msg(mistake.line == cases[i].line, "%zu: line %d", i, (int)mistake.line);
		ck_assert(mistake.zh[0]);
		ck_assert_str_eq(profile.name, "untouched");
		arena_done(&arena);
	}
}
END_TEST

START_TEST(long_lines_and_profiles_are_refused) {
	struct buffer text;
	struct bank_profile profile;
	struct file_mistake mistake;
	arena_init(&arena, 0);
	buffer_init(&text, 0);
	buffer_append_text(&text, NAME "title = ");
	for (int i = 0; i < BANK_PROFILE_LINE_BYTES; i++)
		buffer_append_char(&text, 'a');
	ck_assert_int_eq(parse(buffer_string(&text), &profile, &mistake), ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(mistake.text, "too long"));
	ck_assert_uint_eq(mistake.line, 3);
	for (int i = 0; i < BANK_PROFILE_BYTES_MAX; i++)
		buffer_append_char(&text, '\n');
	ck_assert_int_eq(parse(buffer_string(&text), &profile, &mistake), ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(mistake.text, "more than 65536 bytes"));
	buffer_done(&text);
	arena_done(&arena);
}
END_TEST

START_TEST(words_are_compared_as_people_read_them) {
	static const struct {
		const char *one, *other;
		bool are_equal;
	} cases[] = {
		{ "账号", "账号", true },
		{ "账　　号：", "账号", true },
		{ "\tBalance : ", "ｂａｌａｎｃｅ", true },
		{ "借方发生额（支取）", "借方发生额(支取)", true },
		{ "a:b", "ab", false },
		{ "a:b", "A：B:", true },
		{ "账号", "账户", false },
		{ "账号", "账号1", false },
		{ "", " :: ", true },
		{ "", "a", false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(
		    bank_words_are_equal(cases[i].one, cases[i].other) == cases[i].are_equal, "%zu", i);
		ck_assert_msg(
		    bank_words_are_equal(cases[i].other, cases[i].one) == cases[i].are_equal, "%zu", i);
	}
}
END_TEST

SUITE_MAIN("bank-profile", banks_have_profiles, profile_says_what_it_says, mistakes_have_their_line,
    long_lines_and_profiles_are_refused, words_are_compared_as_people_read_them)
