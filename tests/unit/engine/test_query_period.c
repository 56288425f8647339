/* SPDX-License-Identifier: Apache-2.0 */
/* Months of the books, as queries show them. */
#include "record/pb.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "unit/engine/asking.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- a ledger with one open line in January --- */

struct stage {
	struct scheme *s;
	struct world *w;
	uint64_t reviewer;
};

static struct stage stage_new(void) {
	struct stage stage = { .s = scheme_new(&scheme_plain) };
	struct world *w = stage.w = stage.s->world;
	stage.reviewer = world_staff(w, "second", "ROLE_FINANCE");
	world_as(w, stage.s->finance);
	world_accept(w,
	    "{'import_statement': {'house_account': 'house', 'format': 'csv', 'page': 1, 'pages': 1,"
	    " 'file': '00000000000000000000000000000000000000000000000000000000000000aa',"
	    " 'lines': [{'amount': 300, 'booking_date': '2026-01-04'}]}}");
	return stage;
}

static uint64_t prepare(struct stage *stage) {
	world_as(stage->w, stage->s->finance);
	return world_accept(stage->w,
	    "{'prepare_period': {'period': '2026-01', 'carry_over': [{'house_account': 'house',"
	    " 'line': 1, 'reason': 'the bank looks for its sender'}]}}");
}

static uint64_t review(struct stage *stage, uint64_t prepared) {
	const Pb__Digest *digest = world_entry(stage->w, prepared)->decision->period_digest;
	char hex[65];
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest->value.data[i]);
	world_as(stage->w, stage->reviewer);
	return world_accept(stage->w, "{'review_period': {'period': '2026-01', 'figures': '%s'}}", hex);
}

static const Pb__Period *january(struct stage *stage) {
	return asking_get(stage->w, RESOURCE_PERIODS, "2026-01", &asking_banker);
}

static int64_t time_of(struct stage *stage, uint64_t seq) {
	return (int64_t)world_entry(stage->w, seq)->time_us;
}

/* --- what is shown --- */

START_TEST(a_month_is_shown_with_who_did_what_and_its_figures) {
	struct stage stage = stage_new();
	ck_assert_ptr_null(january(&stage));

	uint64_t prepared = prepare(&stage);
	const Pb__Decision *decision = world_entry(stage.w, prepared)->decision;
	const Pb__Period *period = january(&stage);
	ck_assert_str_eq(period->period, "2026-01");
	ck_assert_int_eq(period->status, PB__PERIOD_STATUS__PERIOD_PREPARED);
	ck_assert_str_eq(period->prepared_by, world_entry(stage.w, prepared)->actor->person);
	ck_assert_str_eq(period->reviewed_by, "");
	ck_assert_int_eq(period->reviewed_us, 0);
	ck_assert_uint_eq(period->seq, prepared);
	ck_assert_int_eq(period->prepared_us, time_of(&stage, prepared));
	ck_assert(pb_is_equal(&period->figures_digest->base, &decision->period_digest->base));
	ck_assert(pb_is_equal(&period->figures->base, &decision->period->base));
	ck_assert_uint_eq(period->n_carried_over, 1);
	ck_assert_str_eq(period->carried_over[0]->reason, "the bank looks for its sender");

	uint64_t reviewed = review(&stage, prepared);
	period = january(&stage);
	ck_assert_int_eq(period->status, PB__PERIOD_STATUS__PERIOD_REVIEWED);
	ck_assert_str_eq(period->reviewed_by, "second");
	ck_assert_int_eq(period->reviewed_us, time_of(&stage, reviewed));

	uint64_t closed = world_accept(stage.w, "{'close_period': {'period': '2026-01'}}");
	period = january(&stage);
	ck_assert_int_eq(period->status, PB__PERIOD_STATUS__PERIOD_CLOSED);
	ck_assert_str_eq(period->closed_by, "second");
	ck_assert_int_eq(period->closed_us, time_of(&stage, closed));
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_month_that_was_opened_again_says_why_and_how_often) {
	struct stage stage = stage_new();
	review(&stage, prepare(&stage));
	world_accept(stage.w, "{'close_period': {'period': '2026-01'}}");
	ck_assert_str_eq(january(&stage)->reopened_reason, "");
	world_accept(
	    stage.w, "{'reopen_period': {'period': '2026-01', 'reason': 'a page was missing'}}");
	const Pb__Period *period = january(&stage);
	ck_assert_int_eq(period->status, PB__PERIOD_STATUS__PERIOD_OPEN);
	ck_assert_str_eq(period->reopened_reason, "a page was missing");
	ck_assert_uint_eq(period->reopened, 1);
	ck_assert_str_eq(period->closed_by, "second");
	scheme_free(stage.s);
}
END_TEST

START_TEST(months_are_listed_by_status_without_their_figures) {
	struct stage stage = stage_new();
	prepare(&stage);
	static const struct {
		struct query_filter filter;
		size_t count;
	} table[] = {
		{ { 0 }, 1 },
		{ { .status = "prepared" }, 1 },
		{ { .status = "PERIOD_PREPARED" }, 1 },
		{ { .status = "closed" }, 0 },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		const Pb__Page *page = asking_list(
		    stage.w, RESOURCE_PERIODS, &table[i].filter, &asking_banker);
		ck_assert_uint_eq(page->n_periods, table[i].count);
		if (page->n_periods)
			ck_assert_ptr_null(page->periods[0]->figures);
	}
	static const char *const none[] = { "2026-02", "2026-13", "2026", "2026-01-01", "", "1" };
	for (size_t i = 0; i < COUNT(none); i++)
		ck_assert_ptr_null(asking_get(stage.w, RESOURCE_PERIODS, none[i], &asking_banker));
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_line_that_was_carried_over_says_so_and_why) {
	struct stage stage = stage_new();
	const Pb__BankLine *line = asking_get(stage.w, RESOURCE_BANK_LINES, "house/1", &asking_banker);
	ck_assert_str_eq(line->carried_over, "");
	prepare(&stage);
	line = asking_get(stage.w, RESOURCE_BANK_LINES, "house/1", &asking_banker);
	ck_assert_str_eq(line->carried_over, "2026-01");
	ck_assert_str_eq(line->reason, "the bank looks for its sender");
	scheme_free(stage.s);
}
END_TEST

START_TEST(too_little_memory_is_said_so) {
	struct stage stage = stage_new();
	prepare(&stage);
	asking_short_of_memory(stage.w, RESOURCE_PERIODS, "2026-01");
	asking_short_of_memory(stage.w, RESOURCE_BANK_LINES, "house/1");
	scheme_free(stage.s);
}
END_TEST

SUITE_MAIN("query: periods", too_little_memory_is_said_so,
    a_month_is_shown_with_who_did_what_and_its_figures,
    a_month_that_was_opened_again_says_why_and_how_often,
    months_are_listed_by_status_without_their_figures, a_line_that_was_carried_over_says_so_and_why)
