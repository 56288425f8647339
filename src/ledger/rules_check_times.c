/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and days. Days are numbers since 1970-01-01 here; what is not stated, or is a mistake of
 * its own, is NO_DAY, and nothing is compared with it.
 */
#include "ledger/rules_check.h"

#include "base/date.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

#define NO_DAY       (-1)
#define YEARLY_BYTES 5 /* "MM-DD" */
#define LEAP_YEAR    "2000-"

struct days {
	int64_t from;   /* effective_from */
	int64_t use_by; /* first possible last day of use */
	int64_t claim_by;
};

static int64_t day_of(const char *date) {
	int32_t day;
	return date_parse(date, &day) == ERR_OK ? day : NO_DAY;
}

/* A date that may be left out. */
static int64_t check_date(struct review *review, const char *path, const char *date) {
	struct place place = place_of(path);
	int64_t day = day_of(date);
	if (date[0] && day == NO_DAY)
		fault(review, &place, "This is not a date YYYY-MM-DD.", "须为 YYYY-MM-DD 格式的日期。");
	return day;
}

/* --- use, extension, reminders --- */

static void check_use(struct review *review, struct days *days) {
	const Pb__RuleSet *rules = review->rules;
	struct place within = place_of("rules.use_within_days");
	days->use_by = check_date(review, "rules.use_by", rules->use_by);
	check_days(review, &within, rules->use_within_days);
	if (rules->use_within_days && rules->use_by[0])
		FAULT_IN(review, "use_by", "Either use_by or use_within_days is stated, not both.",
		    "use_by 与 use_within_days 只能填写一项。");
	if (!rules->use_within_days && !rules->use_by[0])
		fault(review, &within, "The last day of use is missing: use_within_days or use_by.",
		    "缺少使用期限：须填写 use_within_days 或 use_by。");
	if (days->from == NO_DAY)
		return;
	if (days->use_by != NO_DAY && days->use_by < days->from)
		FAULT_IN(review, "use_by", "The last day of use is before rules.effective_from.",
		    "使用期限早于 rules.effective_from。");
	if (rules->use_within_days && rules->use_within_days <= LIMIT_RULE_DAYS && !rules->use_by[0])
		days->use_by = days->from + rules->use_within_days - 1;
}

static void check_extension(struct review *review, const struct days *days) {
	const Pb__RuleSet *rules = review->rules;
	struct place extension = place_of("rules.extension_days");
	check_days(review, &extension, rules->extension_days);
	if (rules->extension_days && is_grant(rules))
		fault(review, &extension, "Only vouchers are extended.", "只有创新券可以延期。");
	if (days->use_by != NO_DAY && days->claim_by != NO_DAY && days->use_by <= days->claim_by &&
	    days->use_by + rules->extension_days > days->claim_by)
		fault(review, &extension, "Extended, the last day of use is after rules.claim_by.",
		    "延期后的使用期限晚于 rules.claim_by。");
}

/* Days between the first day and the last. */
static int64_t use_days(const struct review *review, const struct days *days) {
	if (review->rules->use_within_days)
		return review->rules->use_within_days;
	return days->use_by == NO_DAY || days->from == NO_DAY ? NO_DAY : days->use_by - days->from + 1;
}

static void check_reminders(struct review *review, const struct days *days) {
	const Pb__RuleSet *rules = review->rules;
	struct place list = place_of("rules.remind_days");
	int64_t period = use_days(review, days);
	if (!check_count(review, &list, rules->n_remind_days, LIMIT_REMINDERS))
		return;
	if (rules->n_remind_days && is_grant(rules))
		fault(review, &list, "Only of vouchers are holders reminded.", "只有创新券才提醒持有人。");
	for (size_t i = 0; i < rules->n_remind_days; i++) {
		struct place place = place_at(&list, i);
		uint32_t before = rules->remind_days[i];
		if (before == 0)
			fault(review, &place, "A reminder comes at least one day before the last.",
			    "至少提前一天提醒。");
		if (i > 0 && before >= rules->remind_days[i - 1])
			fault(review, &place, "The days must fall.", "天数须由大到小排列。");
		if (period != NO_DAY && period > 0 && before >= period)
			fault(review, &place,
			    "A voucher is used within %lld days: this comes before it is issued.",
			    "使用期限只有 %lld 天：提醒早于发放。", (long long)period);
	}
}

/* --- claims --- */

static void check_claim_dates(struct review *review, struct days *days) {
	const Pb__RuleSet *rules = review->rules;
	struct place within = place_of("rules.claim_within_days");
	struct place correct = place_of("rules.correct_within_days");
	days->claim_by = check_date(review, "rules.claim_by", rules->claim_by);
	check_days(review, &within, rules->claim_within_days);
	check_days(review, &correct, rules->correct_within_days);
	if (rules->claim_within_days && rules->claim_by[0])
		FAULT_IN(review, "claim_by", "Either claim_by or claim_within_days is stated, not both.",
		    "claim_by 与 claim_within_days 只能填写一项。");
	if (days->claim_by != NO_DAY && days->use_by != NO_DAY && days->claim_by < days->use_by)
		FAULT_IN(review, "claim_by",
		    "The last day for claims is before the last day of use, also of the first voucher.",
		    "兑付期限早于使用期限，最早发放的券亦如此。");
	if (days->claim_by != NO_DAY && days->from != NO_DAY && days->claim_by < days->from)
		FAULT_IN(review, "claim_by", "The last day for claims is before rules.effective_from.",
		    "兑付期限早于 rules.effective_from。");
}

/* --- windows --- */

static bool is_yearly(const char *date) {
	char text[DATE_TEXT_BYTES];
	if (strlen(date) != YEARLY_BYTES)
		return false;
	snprintf(text, sizeof(text), LEAP_YEAR "%s", date);
	return day_of(text) != NO_DAY;
}

/* `last`: the day after which the window is of no use. */
static void check_window_dates(struct review *review, const struct place *place,
    const Pb__Window *window, const struct days *days, int64_t last) {
	int64_t from = day_of(window->from);
	int64_t to = day_of(window->to);
	if (from > to)
		fault(review, place, "The window ends before it begins.", "窗口的结束日早于开始日。");
	if (days->from != NO_DAY && to < days->from)
		fault(review, place, "The window ends before rules.effective_from.",
		    "窗口在 rules.effective_from 之前结束。");
	if (last != NO_DAY && from > last)
		fault(review, place, "The window begins after the last day on which it could serve.",
		    "窗口开始时期限已过。");
}

static bool is_same_window(const Pb__Window *a, const Pb__Window *b) {
	return strcmp(a->from, b->from) == 0 && strcmp(a->to, b->to) == 0;
}

struct windows {
	struct place list;
	Pb__Window *const *items;
	size_t count;
	int64_t last;
};

static void check_windows(
    struct review *review, const struct windows *windows, const struct days *days) {
	if (!check_count(review, &windows->list, windows->count, LIMIT_WINDOWS))
		return;
	for (size_t i = 0; i < windows->count; i++) {
		const Pb__Window *window = windows->items[i];
		struct place place = place_at(&windows->list, i);
		bool are_dates = day_of(window->from) != NO_DAY && day_of(window->to) != NO_DAY;
		if (are_dates)
			check_window_dates(review, &place, window, days, windows->last);
		else if (!is_yearly(window->from) || !is_yearly(window->to))
			fault(review, &place,
			    "A window is from MM-DD to MM-DD, or from YYYY-MM-DD to YYYY-MM-DD.",
			    "窗口的起止须同为 MM-DD 或同为 YYYY-MM-DD。");
		for (size_t j = 0; j < i; j++) {
			if (is_same_window(windows->items[j], window))
				fault(review, &place, "The same window stands here twice.", "该窗口重复出现。");
		}
	}
}

void check_times(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct days days = { .from = day_of(rules->effective_from) };
	check_use(review, &days);
	check_claim_dates(review, &days);
	check_extension(review, &days);
	check_reminders(review, &days);
	const struct windows applications = {
		.list = place_of("rules.application_windows"),
		.items = rules->application_windows,
		.count = rules->n_application_windows,
		.last = rules->use_by[0] ? days.use_by : NO_DAY,
	};
	const struct windows claims = {
		.list = place_of("rules.claim_windows"),
		.items = rules->claim_windows,
		.count = rules->n_claim_windows,
		.last = days.claim_by,
	};
	check_windows(review, &applications, &days);
	check_windows(review, &claims, &days);
}
