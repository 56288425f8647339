/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include "base/check.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct civil {
	int32_t year;
	int32_t month; /* 1–12 */
	int32_t day;   /* 1–31 */
};

static int32_t days_from_civil(struct civil date) {
	int32_t year = date.year - (date.month <= 2);
	int32_t era = (year >= 0 ? year : year - 399) / 400;
	int32_t year_of_era = year - era * 400;
	int32_t month_from_march = (date.month + 9) % 12;
	int32_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static struct civil civil_from_days(int32_t day) {
	day += 719468;
	int32_t era = (day >= 0 ? day : day - 146096) / 146097;
	int32_t day_of_era = day - era * 146097;
	int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	                          day_of_era / 146096) /
	    365;
	int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t month_from_march = (5 * day_of_year + 2) / 153;
	int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	return (struct civil){
		.year = year_of_era + era * 400 + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
	};
}

static bool parse_digits(const char *text, int count, int32_t *ret_value) {
	int32_t value = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*ret_value = value;
	return true;
}

enum err date_parse(const char *text, int32_t *ret_day) {
	struct civil date;
	if (strlen(text) != DATE_TEXT_BYTES - 1 || text[4] != '-' || text[7] != '-')
		return ERR_SYNTAX;
	if (!parse_digits(text, 4, &date.year) || !parse_digits(text + 5, 2, &date.month) ||
	    !parse_digits(text + 8, 2, &date.day))
		return ERR_SYNTAX;
	if (date.year < DATE_YEAR_MIN || date.month < 1 || date.month > 12 || date.day < 1)
		return ERR_SYNTAX;
	int32_t day = days_from_civil(date);
	struct civil back = civil_from_days(day); /* 30 February comes back as another day */
	if (back.month != date.month || back.day != date.day)
		return ERR_SYNTAX;
	*ret_day = day;
	return ERR_OK;
}

/* "Z", "+08:00". */
static bool parse_offset(const char *text, int32_t *ret_minutes) {
	int32_t hours, minutes;
	*ret_minutes = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
	    !parse_digits(text + 1, 2, &hours) || !parse_digits(text + 4, 2, &minutes) || hours > 23 ||
	    minutes > 59)
		return false;
	*ret_minutes = (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
	return true;
}

enum err date_parse_time(const char *text, int64_t *ret_time_us) {
	enum { CLOCK_AT = 11, OFFSET_AT = 19 }; /* 2026-11-30T08:15:00+08:00 */
	char day_text[DATE_TEXT_BYTES];
	const char *clock = text + CLOCK_AT;
	int32_t day, hours, minutes, seconds, offset;
	if (strlen(text) <= OFFSET_AT || text[CLOCK_AT - 1] != 'T' || clock[2] != ':' ||
	    clock[5] != ':')
		return ERR_SYNTAX;
	memcpy(day_text, text, DATE_TEXT_BYTES - 1);
	day_text[DATE_TEXT_BYTES - 1] = '\0';
	if (date_parse(day_text, &day) || !parse_digits(clock, 2, &hours) ||
	    !parse_digits(clock + 3, 2, &minutes) || !parse_digits(clock + 6, 2, &seconds) ||
	    hours > 23 || minutes > 59 || seconds > 59 || !parse_offset(text + OFFSET_AT, &offset))
		return ERR_SYNTAX;
	*ret_time_us = date_day_start_us(day, offset) +
	    (hours * 3600LL + minutes * 60 + seconds) * US_PER_S;
	return ERR_OK;
}

void date_format(int32_t day, char ret_text[DATE_TEXT_BYTES]) {
	struct civil date = civil_from_days(day);
	check(date.year >= DATE_YEAR_MIN && date.year <= DATE_YEAR_MAX);
	char text[32];
	snprintf(text, sizeof(text), "%04d-%02d-%02d", date.year, date.month, date.day);
	memcpy(ret_text, text, DATE_TEXT_BYTES);
}

static int64_t floor_div(int64_t a, int64_t b) {
	return a / b - (a % b < 0);
}

int32_t date_local_day(int64_t time_us, int32_t utc_offset_minutes) {
	return (int32_t)floor_div(time_us + utc_offset_minutes * 60 * US_PER_S, US_PER_DAY);
}

int32_t date_local_year(int64_t time_us, int32_t utc_offset_minutes) {
	return civil_from_days(date_local_day(time_us, utc_offset_minutes)).year;
}

int32_t date_local_month(int64_t time_us, int32_t utc_offset_minutes) {
	struct civil date = civil_from_days(date_local_day(time_us, utc_offset_minutes));
	return date.year * 12 + date.month - 1;
}

int64_t date_day_start_us(int32_t day, int32_t utc_offset_minutes) {
	return day * US_PER_DAY - utc_offset_minutes * 60 * US_PER_S;
}
