/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include "base/clock.h"
#include "support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { CHINA = 480 }; /* minutes */

START_TEST(dates_are_days) {
	static const struct {
		const char *text;
		int32_t day;
	} cases[] = {
		{ "1970-01-01", 0 },
		{ "1970-12-31", 364 },
		{ "1999-12-31", 10956 },
		{ "2000-02-29", 11016 },
		{ "2000-03-01", 11017 },
		{ "2024-02-29", 19782 },
		{ "2100-03-01", 47541 },
		{ "9999-12-31", 2932896 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		int32_t day = -1;
		char text[DATE_TEXT_BYTES];
		ck_assert_int_eq(date_parse(cases[i].text, &day), ERR_OK);
		ck_assert_int_eq(day, cases[i].day);
		date_format(day, text);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

START_TEST(every_day_comes_back) {
	for (int32_t day = 0; day <= 2932896; day += 13) {
		char text[DATE_TEXT_BYTES];
		int32_t back = -1;
		date_format(day, text);
		ck_assert_int_eq(date_parse(text, &back), ERR_OK);
		ck_assert_int_eq(back, day);
	}
}
END_TEST

START_TEST(what_is_no_date_is_refused) {
	static const char *const wrong[] = { "", "2024", "2024-1-1", "2024-01-1", "24-01-01",
		"2024/01/01", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "2023-02-29",
		"2100-02-29", "2024-04-31", "1969-12-31", "2024-01-01 ", "+024-01-01", "2024-0a-01",
		"2024-01-01T00" };
	for (size_t i = 0; i < COUNT(wrong); i++) {
		int32_t day = 77;
		ck_assert_msg(date_parse(wrong[i], &day) == ERR_SYNTAX, "%s", wrong[i]);
		ck_assert_int_eq(day, 77);
	}
}
END_TEST

START_TEST(a_local_day_begins_at_local_midnight) {
	int32_t day = 0;
	ck_assert_int_eq(date_parse("2017-01-01", &day), ERR_OK);
	int64_t start_us = date_day_start_us(day, CHINA);
	ck_assert_int_eq(start_us, day * US_PER_DAY - 8 * 3600 * US_PER_S);
	ck_assert_int_eq(date_local_day(start_us, CHINA), day);
	ck_assert_int_eq(date_local_day(start_us - 1, CHINA), day - 1);
	ck_assert_int_eq(date_local_year(start_us, CHINA), 2017);
	ck_assert_int_eq(date_local_year(start_us - 1, CHINA), 2016);
	ck_assert_int_eq(date_local_year(start_us, 0), 2016);
	ck_assert_int_eq(date_local_day(-1, 0), -1);
}
END_TEST

START_TEST(a_moment_is_read_with_its_offset) {
	static const struct {
		const char *text;
		int64_t seconds;
	} moments[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-30T08:15:00+08:00", 1795997700 },
		{ "1970-01-02T05:30:01+05:30", 86401 },
		{ "1970-01-01T00:00:00-00:30", 1800 },
	};
	static const char *const wrong[] = { "", "2026-11-30", "2026-11-30T08:15:00",
		"2026-11-30 08:15:00Z", "2026-11-30T24:00:00Z", "2026-11-30T08:60:00Z",
		"2026-11-30T08:15:60Z", "2026-11-30T08:15:00z", "2026-11-30T08:15:00+0800",
		"2026-11-30T08:15:00+24:00", "2026-11-30T08:15:00+08:60", "2026-11-30T08:15:00Z ",
		"2026-11-31T08:15:00Z", "2026-11-30T08:15:00.5Z", "2026-11-30T+8:15:00Z" };
	int64_t time_us;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		ck_assert_int_eq(date_parse_time(moments[i].text, &time_us), ERR_OK);
		ck_assert_int_eq(time_us, moments[i].seconds * 1000000);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(date_parse_time(wrong[i], &time_us) == ERR_SYNTAX, "%s", wrong[i]);
}
END_TEST

SUITE_MAIN("date", dates_are_days, every_day_comes_back, what_is_no_date_is_refused,
    a_local_day_begins_at_local_midnight, a_moment_is_read_with_its_offset)
