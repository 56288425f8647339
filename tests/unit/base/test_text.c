/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(unsigned_numbers_are_read_strictly) {
	static const struct {
		const char *text;
		enum err err;
		uint64_t value;
	} cases[] = {
		{ "0", ERR_OK, 0 },
		{ "42", ERR_OK, 42 },
		{ "007", ERR_OK, 7 },
		{ "18446744073709551615", ERR_OK, UINT64_MAX },
		{ "18446744073709551616", ERR_RANGE, 0 },
		{ "99999999999999999999999", ERR_RANGE, 0 },
		{ "", ERR_SYNTAX, 0 },
		{ "+5", ERR_SYNTAX, 0 },
		{ "-5", ERR_SYNTAX, 0 },
		{ " 5", ERR_SYNTAX, 0 },
		{ "5 ", ERR_SYNTAX, 0 },
		{ "0x10", ERR_SYNTAX, 0 },
		{ "99999999999999999999999x", ERR_SYNTAX, 0 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 77;
		ck_assert_int_eq(
		    text_parse_u64(cases[i].text, strlen(cases[i].text), &value), cases[i].err);
		ck_assert_uint_eq(value, cases[i].err ? 77 : cases[i].value);
	}
}
END_TEST

START_TEST(signed_numbers_are_read_strictly) {
	static const struct {
		const char *text;
		enum err err;
		int64_t value;
	} cases[] = {
		{ "0", ERR_OK, 0 },
		{ "-1", ERR_OK, -1 },
		{ "9223372036854775807", ERR_OK, INT64_MAX },
		{ "9223372036854775808", ERR_RANGE, 0 },
		{ "-9223372036854775808", ERR_OK, INT64_MIN },
		{ "-9223372036854775809", ERR_RANGE, 0 },
		{ "-", ERR_SYNTAX, 0 },
		{ "--1", ERR_SYNTAX, 0 },
		{ "1.0", ERR_SYNTAX, 0 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t value = 77;
		ck_assert_int_eq(
		    text_parse_i64(cases[i].text, strlen(cases[i].text), &value), cases[i].err);
		ck_assert_int_eq(value, cases[i].err ? 77 : cases[i].value);
	}
}
END_TEST

START_TEST(utf8_is_well_formed_or_refused) {
	static const struct {
		const char *text;
		bool is_utf8, is_clean;
	} cases[] = {
		{ "", true, true },
		{ "voucher", true, true },
		{ "创新券", true, true },
		{ "\xf0\x9f\x92\xb0", true, true },
		{ "tab\there", true, false },
		{ "line\n", true, false },
		{ "\x7f", true, false },
		{ "\xc2\x85", true, false },          /* U+0085, a C1 control */
		{ "\xc2\xa0", true, true },           /* U+00A0 */
		{ "\xc0\x80", false, false },         /* overlong NUL */
		{ "\xc1\xbf", false, false },         /* overlong */
		{ "\xe0\x9f\xbf", false, false },     /* overlong */
		{ "\xf0\x8f\xbf\xbf", false, false }, /* overlong */
		{ "\xed\xa0\x80", false, false },     /* surrogate */
		{ "\xed\xbf\xbf", false, false },
		{ "\xf4\x8f\xbf\xbf", true, true }, /* U+10FFFF */
		{ "\xf4\x90\x80\x80", false, false },
		{ "\xf5\x80\x80\x80", false, false },
		{ "\xff", false, false },
		{ "\x80", false, false },
		{ "\xe5\x88", false, false }, /* cut short */
		{ "a\xe5", false, false },
		{ "\xe5\x88g", false, false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t bytes = strlen(cases[i].text);
		ck_assert_msg(text_is_utf8(cases[i].text, bytes) == cases[i].is_utf8, "case %zu", i);
		ck_assert_msg(text_is_clean_utf8(cases[i].text, bytes) == cases[i].is_clean, "case %zu", i);
	}
	ck_assert(!text_is_clean_utf8("a\0b", 3));
}
END_TEST

START_TEST(text_is_shown_without_what_could_harm) {
	char room[8];
	ck_assert_str_eq(text_show(room, sizeof(room), "ok"), "ok");
	ck_assert_str_eq(text_show(room, sizeof(room),
	                     "a\nb\xff"
	                     "c"),
	    "a?b?c");
	ck_assert_str_eq(text_show(room, sizeof(room),
	                     "\xc2\x9b"
	                     "1m"),
	    "?1m");
	ck_assert_str_eq(text_show(room, sizeof(room), "12345678"), "1234567");
	ck_assert_str_eq(text_show(room, sizeof(room), "创新券"), "创新");
	ck_assert_str_eq(text_show(room, 1, "x"), "");
}
END_TEST

START_TEST(hexadecimal_goes_there_and_back) {
	char text[9];
	unsigned char data[4] = { 0 };
	text_hex("\x00\xff\x1a\xa1", 4, text);
	ck_assert_str_eq(text, "00ff1aa1");
	ck_assert_int_eq(text_parse_hex("00FF1aA1", data, 4), ERR_OK);
	ck_assert_mem_eq(data, "\x00\xff\x1a\xa1", 4);
	static const char *const wrong[] = { "", "00ff1a", "00ff1aa1a", "00ff1aa1aa", "00ff1ag1" };
	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_int_eq(text_parse_hex(wrong[i], data, 4), ERR_SYNTAX);
	ck_assert_mem_eq(data, "\x00\xff\x1a\xa1", 4);
}
END_TEST

START_TEST(money_is_written_for_people) {
	static const struct {
		int64_t amount;
		const char *text;
	} cases[] = {
		{ 0, "0.00" },
		{ 5, "0.05" },
		{ -5, "-0.05" },
		{ 100, "1.00" },
		{ 99999, "999.99" },
		{ 100000, "1,000.00" },
		{ 123456789, "1,234,567.89" },
		{ -100000000, "-1,000,000.00" },
		{ INT64_MAX, "92,233,720,368,547,758.07" },
		{ INT64_MIN, "-92,233,720,368,547,758.08" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[TEXT_MONEY_BYTES];
		int64_t back = 0;
		text_money(cases[i].amount, text);
		ck_assert_str_eq(text, cases[i].text);
		ck_assert_int_eq(text_parse_money(text, &back), ERR_OK);
		ck_assert_int_eq(back, cases[i].amount);
	}
}
END_TEST

START_TEST(money_is_read_strictly) {
	static const struct {
		const char *text;
		enum err err;
		int64_t amount;
	} cases[] = {
		{ "1234567", ERR_OK, 123456700 },
		{ "12.5", ERR_OK, 1250 },
		{ "012.50", ERR_OK, 1250 },
		{ "12,345", ERR_OK, 1234500 },
		{ "", ERR_SYNTAX, 0 },
		{ "-", ERR_SYNTAX, 0 },
		{ ".5", ERR_SYNTAX, 0 },
		{ "5.", ERR_SYNTAX, 0 },
		{ "1.234", ERR_SYNTAX, 0 },
		{ "1.2.3", ERR_SYNTAX, 0 },
		{ "1.-2", ERR_SYNTAX, 0 },
		{ "1,23", ERR_SYNTAX, 0 },
		{ "1,2345", ERR_SYNTAX, 0 },
		{ "1234,567", ERR_SYNTAX, 0 },
		{ ",123", ERR_SYNTAX, 0 },
		{ "1,,234", ERR_SYNTAX, 0 },
		{ "1,234,", ERR_SYNTAX, 0 },
		{ " 1", ERR_SYNTAX, 0 },
		{ "1 ", ERR_SYNTAX, 0 },
		{ "¥1", ERR_SYNTAX, 0 },
		{ "92233720368547758.08", ERR_RANGE, 0 },
		{ "184467440737095517", ERR_RANGE, 0 },
		{ "99999999999999999999999999999999999999999", ERR_RANGE, 0 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t amount = 77;
		ck_assert_msg(
		    text_parse_money(cases[i].text, &amount) == cases[i].err, "%s", cases[i].text);
		ck_assert_int_eq(amount, cases[i].err ? 77 : cases[i].amount);
	}
}
END_TEST

START_TEST(what_people_type_is_normalised) {
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{ "", "" },
		{ "   ", "" },
		{ "plain", "plain" },
		{ "ＡＢＣ１２３", "ABC123" },
		{ "（甲）～！", "(甲)~!" },
		{ "　前后　", "前后" },
		{ " a b ", "a b" },
		{ "創新券 创新券", "創新券 创新券" },
		{ "a\xffz", "a\xffz" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[64];
		strcpy(text, cases[i].typed);
		text_normalise(text);
		ck_assert_str_eq(text, cases[i].meant);
	}
}
END_TEST

SUITE_MAIN("text", unsigned_numbers_are_read_strictly, signed_numbers_are_read_strictly,
    utf8_is_well_formed_or_refused, text_is_shown_without_what_could_harm,
    hexadecimal_goes_there_and_back, money_is_written_for_people, money_is_read_strictly,
    what_people_type_is_normalised)
