/* SPDX-License-Identifier: Apache-2.0 */
/* When a programme takes something. Pure; any thread. Dates are compared as they are written. */
#include "ledger/rules.h"

#include "base/date.h"

#include <string.h>

#define YEARLY_BYTES 5 /* "MM-DD" */

static bool is_within(const Pb__Window *window, const char *date) {
	bool is_yearly = strlen(window->from) == YEARLY_BYTES;
	const char *day = is_yearly ? date + strlen("YYYY-") : date;
	bool has_begun = strcmp(window->from, day) <= 0;
	bool has_not_ended = strcmp(day, window->to) <= 0;
	bool spans_new_year = is_yearly && strcmp(window->from, window->to) > 0;
	return spans_new_year ? has_begun || has_not_ended : has_begun && has_not_ended;
}

bool rules_is_open(Pb__Window *const *windows, size_t count, int32_t day) {
	char date[DATE_TEXT_BYTES];
	date_format(day, date);
	for (size_t i = 0; i < count; i++) {
		if (is_within(windows[i], date))
			return true;
	}
	return count == 0;
}
