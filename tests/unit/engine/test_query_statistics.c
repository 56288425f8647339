/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "engine/query.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct query_viewer staff = { .is_staff = true };

/* January: 10,000.00 and 3,000.00 issued in two regions; 2,000.00 of the first used in two
 * categories. February: the second voucher returned. */
static struct scheme *year_new(void) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, "110114", "");
	const struct member *other = scheme_holder(s, "110108", "");
	const struct member *provider = scheme_provider(s, "110114");
	uint64_t voucher = scheme_voucher(s, holder, 1000000);
	uint64_t theirs = scheme_voucher(s, other, 300000);
	uint64_t testing = scheme_reserve(s, voucher, provider, "HT-1", 400000);
	scheme_redeem(s, testing, 150000);
	world_as(w, holder->principal);
	uint64_t consulting = world_accept(w,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'HT-2',"
	    " 'category': 'consulting', 'total': '100000', 'eligible': '100000'}}",
	    voucher, provider->code);
	scheme_redeem(s, consulting, 50000);
	world_at(w, "2026-02-01 00:00");
	world_as(w, other->principal);
	world_accept(w, "{'return_voucher': {'voucher': %" PRIu64 "}}", theirs);
	return s;
}

static enum err ask(struct scheme *s, struct query_take_up asked, const struct query_viewer *viewer,
    Pb__Page **ret_page, const char **ret_field) {
	struct world *w = s->world;
	const struct engine_view view = { world_state(w), world_history(w), world_last_seq(w) };
	return query_take_up(&view, &asked, viewer, world_arena(w), ret_page, ret_field);
}

static Pb__Page *take_up(
    struct scheme *s, struct query_take_up asked, const struct query_viewer *viewer) {
	Pb__Page *page = NULL;
	const char *field = "";
	asked.programme = "plain";
	enum err err = ask(s, asked, viewer, &page, &field);
	ck_assert_msg(!err, "%s: %s", err_text(err), field);
	ck_assert_uint_eq(page->as_of, world_last_seq(s->world));
	return page;
}

START_TEST(without_by_there_is_one_sum) {
	struct scheme *s = year_new();
	const Pb__Page *page = take_up(s, (struct query_take_up){ 0 }, &staff);
	ck_assert_uint_eq(page->n_take_up, 1);
	const Pb__TakeUp *sum = page->take_up[0];
	ck_assert_str_eq(sum->programme, "plain");
	ck_assert_str_eq(sum->region, "");
	ck_assert_str_eq(sum->category, "");
	ck_assert_str_eq(sum->month, "");
	ck_assert_int_eq(sum->issued, 1300000);
	ck_assert_int_eq(sum->used, 200000);
	ck_assert_int_eq(sum->returned, 300000);
	ck_assert_int_eq(sum->unused, 800000);
	ck_assert_uint_eq(sum->vouchers, 2);
	ck_assert_uint_eq(sum->uses, 2);
	scheme_free(s);
}
END_TEST

START_TEST(sums_are_kept_apart_by_what_is_asked) {
	struct scheme *s = year_new();
	static const struct {
		struct query_take_up asked;
		struct {
			const char *region, *category, *month;
			int64_t issued, used, returned;
		} rows[6];
	} cases[] = {
		{ { .by = "region" },
		    { { "110108", "", "", 300000, 0, 300000 }, { "110114", "", "", 1000000, 200000, 0 } } },
		{ { .by = "category" },
		    { { "", "", "", 1300000, 0, 300000 }, { "", "testing", "", 0, 150000, 0 },
		        { "", "consulting", "", 0, 50000, 0 } } },
		{ { .by = "month" },
		    { { "", "", "2026-01", 1300000, 200000, 0 }, { "", "", "2026-02", 0, 0, 300000 } } },
		{ { .by = "month,region" },
		    { { "110108", "", "2026-01", 300000, 0, 0 }, { "110108", "", "2026-02", 0, 0, 300000 },
		        { "110114", "", "2026-01", 1000000, 200000, 0 } } },
		{ { .by = "region,category,month", .to = "2026-01" },
		    { { "110108", "", "2026-01", 300000, 0, 0 }, { "110114", "", "2026-01", 1000000, 0, 0 },
		        { "110114", "testing", "2026-01", 0, 150000, 0 },
		        { "110114", "consulting", "2026-01", 0, 50000, 0 } } },
		{ { .from = "2026-02", .to = "2026-02" }, { { "", "", "", 0, 0, 300000 } } },
		{ { .from = "2026-03" }, { { 0 } } },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const Pb__Page *page = take_up(s, cases[i].asked, &staff);
		size_t count = 0;
		for (; cases[i].rows[count].region; count++) {
			ck_assert_uint_lt(count, page->n_take_up);
			const Pb__TakeUp *sum = page->take_up[count];
			ck_assert_str_eq(sum->region, cases[i].rows[count].region);
			ck_assert_str_eq(sum->category, cases[i].rows[count].category);
			ck_assert_str_eq(sum->month, cases[i].rows[count].month);
			ck_assert_int_eq(sum->issued, cases[i].rows[count].issued);
			ck_assert_int_eq(sum->used, cases[i].rows[count].used);
			ck_assert_int_eq(sum->returned, cases[i].rows[count].returned);
		}
		ck_assert_uint_eq(page->n_take_up, count);
	}
	scheme_free(s);
}
END_TEST

START_TEST(staff_of_a_region_see_its_sums) {
	struct scheme *s = year_new();
	const struct query_viewer local = { .is_staff = true, .region = "110108" };
	const Pb__Page *page = take_up(s, (struct query_take_up){ 0 }, &local);
	ck_assert_uint_eq(page->n_take_up, 1);
	ck_assert_int_eq(page->take_up[0]->issued, 300000);
	ck_assert_int_eq(page->take_up[0]->used, 0);
	scheme_free(s);
}
END_TEST

START_TEST(what_cannot_be_summed_is_named) {
	struct scheme *s = year_new();
	static const struct {
		struct query_take_up asked;
		const char *field;
	} cases[] = {
		{ { 0 }, "programme" },
		{ { .programme = "none" }, "programme" },
		{ { .programme = "plain", .from = "2026" }, "from" },
		{ { .programme = "plain", .from = "2026-13" }, "from" },
		{ { .programme = "plain", .from = "2026-00" }, "from" },
		{ { .programme = "plain", .from = "2026/01" }, "from" },
		{ { .programme = "plain", .to = "2026-1" }, "to" },
		{ { .programme = "plain", .from = "2026-03", .to = "2026-02" }, "to" },
		{ { .programme = "plain", .by = "holder" }, "by" },
		{ { .programme = "plain", .by = "region,region" }, "by" },
		{ { .programme = "plain", .by = "region," }, "by" },
		{ { .programme = "plain", .by = ",region" }, "by" },
		{ { .programme = "plain", .by = "region month" }, "by" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		Pb__Page *page = NULL;
		const char *field = "";
		ck_assert_int_eq(ask(s, cases[i].asked, &staff, &page, &field), ERR_SYNTAX);
		ck_assert_str_eq(field, cases[i].field);
		ck_assert_ptr_null(page);
	}
	scheme_free(s);
}
END_TEST

START_TEST(without_memory_there_are_no_statistics) {
	struct scheme *s = year_new();
	struct world *w = s->world;
	const struct engine_view view = { world_state(w), world_history(w), world_last_seq(w) };
	const struct query_take_up asked = { .programme = "plain", .by = "region,category,month" };
	struct query_viewer now = staff;
	now.now_us = world_time_us(w);
	for (size_t bytes = 1; bytes < 1 << 16; bytes *= 2) {
		for (int i = 0; i < 2; i++) {
			struct arena arena;
			arena_init(&arena, bytes);
			Pb__Page *page = NULL;
			const char *field = "";
			enum err err = i ? query_take_up(&view, &asked, &now, &arena, &page, &field)
			                 : query_waiting(&view, "plain", &now, &arena, &page, &field);
			ck_assert(err == (page ? ERR_OK : ERR_MEMORY));
			arena_done(&arena);
		}
	}
	scheme_free(s);
}
END_TEST

static const Pb__StepClock *clock_of(const Pb__Page *page, const char *step) {
	for (size_t i = 0; i < page->n_clocks; i++)
		if (strcmp(page->clocks[i]->step, step) == 0)
			return page->clocks[i];
	ck_abort_msg("no clock of %s", step);
}

START_TEST(waiting_is_shown_step_by_step) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, "110114", "");
	scheme_voucher(s, holder, 1000);
	world_as(w, holder->principal);
	world_accept(w, "{'apply': {'programme': 'plain', 'amount': '1000'}}");
	int64_t applied_us = world_time_us(w);
	world_wait(w, 59);
	world_accept(w, "{'apply': {'programme': 'plain', 'amount': '1000'}}");
	const struct engine_view view = { world_state(w), world_history(w), world_last_seq(w) };
	const struct query_viewer now = { .is_staff = true, .now_us = applied_us + 3600 * US_PER_S };
	Pb__Page *page = NULL;
	const char *field = "";
	ck_assert_int_eq(query_waiting(&view, "plain", &now, world_arena(w), &page, &field), ERR_OK);
	const Pb__StepClock *submitted = clock_of(page, "APPLICATION_SUBMITTED");
	ck_assert_str_eq(submitted->programme, "plain");
	ck_assert_uint_eq(submitted->waiting, 2);
	ck_assert_int_eq(submitted->waiting_mean_s, (3600 + (3600 - 59 * 60 - 1) + 1) / 2);
	ck_assert_uint_eq(submitted->done, 1);
	ck_assert_int_eq(submitted->done_mean_s, 1);
	ck_assert_int_eq(submitted->done_max_s, 1);
	ck_assert_uint_eq(clock_of(page, "APPLICATION_APPROVED")->waiting, 0);
	ck_assert_uint_eq(page->n_clocks, 2);

	ck_assert_int_eq(query_waiting(&view, NULL, &now, world_arena(w), &page, &field), ERR_OK);
	ck_assert_uint_eq(page->n_clocks, 2);
	ck_assert_int_eq(query_waiting(&view, "none", &now, world_arena(w), &page, &field), ERR_SYNTAX);
	ck_assert_str_eq(field, "programme");
	scheme_free(s);
}
END_TEST

SUITE_MAIN("statistics", without_by_there_is_one_sum, sums_are_kept_apart_by_what_is_asked,
    staff_of_a_region_see_its_sums, what_cannot_be_summed_is_named,
    without_memory_there_are_no_statistics, waiting_is_shown_step_by_step)
