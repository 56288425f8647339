/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proleptic Gregorian calendar, with no locale and no time zone database: a day is a number, a
 * date is "YYYY-MM-DD", and a programme's zone is a fixed offset from UTC (China: +480 minutes, no
 * daylight saving). Method: days from civil, as in H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms".
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/err.h"

#include <stdint.h>

/* Years that a date may have. */
#define DATE_YEAR_MIN 1970
#define DATE_YEAR_MAX 9999

#define DATE_TEXT_BYTES 11 /* "YYYY-MM-DD" and NUL */

/* Days since 1970-01-01. ERR_SYNTAX when `text` is not exactly YYYY-MM-DD or names no day. */
enum err date_parse(const char *text, int32_t *ret_day) MUST_CHECK;

/* A moment, YYYY-MM-DDTHH:MM:SS and then Z or an offset such as +08:00 (RFC 3339; no fractions, no
 * leap second), in microseconds since 1970. ERR_SYNTAX. */
enum err date_parse_time(const char *text, int64_t *ret_time_us) MUST_CHECK;

/* Writes "YYYY-MM-DD". `day` must lie in the years above. */
void date_format(int32_t day, char ret_text[DATE_TEXT_BYTES]);

/* The local day and calendar year of a moment. */
int32_t date_local_day(int64_t time_us, int32_t utc_offset_minutes);
int32_t date_local_year(int64_t time_us, int32_t utc_offset_minutes);

/* Its calendar month as year × 12 + month − 1. */
int32_t date_local_month(int64_t time_us, int32_t utc_offset_minutes);

/* The moment at which a local day begins. */
int64_t date_day_start_us(int32_t day, int32_t utc_offset_minutes);

#endif
