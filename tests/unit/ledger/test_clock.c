/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/clock.h"

#include "recount.h"
#include "support/memory_state.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <string.h>

#define MINUTE_S            60
#define CLAIM(status)       (CLOCK_CLAIMS + PB__CLAIM_STATUS__CLAIM_##status)
#define APPLICATION(status) ((uint32_t)PB__APPLICATION_STATUS__APPLICATION_##status)

static struct clock_row clock_of(struct scheme *s, uint32_t step) {
	const struct state *state = world_state(s->world);
	struct key key = clock_key(s->programme, step);
	const struct clock_row *row = STATE_GET(state, TABLE_CLOCK, &key, struct clock_row);
	return row ? *row : (struct clock_row){ 0 };
}

#define CHECK_CLOCK(s, step, waits, is_done, seconds, longest)                                     \
	do {                                                                                           \
		struct clock_row clock = clock_of((s), (step));                                            \
		ck_assert_int_eq(clock.waiting, (waits));                                                  \
		ck_assert_int_eq(clock.done, (is_done));                                                   \
		ck_assert_int_eq(clock.done_s, (seconds));                                                 \
		ck_assert_int_eq(clock.done_max_s, (longest));                                             \
		ck_assert_int_eq(clock.waiting_since_s != 0, (waits) != 0);                                \
	} while (0)

START_TEST(every_status_in_which_something_waits_has_a_name) {
	ck_assert_str_eq(clock_step_name(APPLICATION(SUBMITTED)), "APPLICATION_SUBMITTED");
	ck_assert_str_eq(clock_step_name(CLAIM(OBJECTED)), "CLAIM_OBJECTED");
	ck_assert_ptr_null(clock_step_name(0));
	ck_assert_ptr_null(clock_step_name(CLOCK_CLAIMS));
	ck_assert_ptr_null(clock_step_name(99));
	ck_assert_ptr_null(clock_step_name(UINT32_MAX));
}
END_TEST

/* A step of one command takes a second beside what the test waits. */
START_TEST(a_claim_is_timed_step_by_step) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, "110114", "");
	const struct member *provider = scheme_provider(s, "110114");
	uint64_t voucher = scheme_voucher(s, holder, 1000000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 400000);
	scheme_redeem(s, reservation, 200000);
	CHECK_CLOCK(s, APPLICATION(SUBMITTED), 0, 1, 1, 1);
	CHECK_CLOCK(s, APPLICATION(APPROVED), 0, 1, 1, 1);
	CHECK_CLOCK(s, APPLICATION(ISSUED), 0, 0, 0, 0);

	uint64_t first = scheme_claim(s, provider, reservation, 10000, 1);
	world_wait(s->world, 60);
	uint64_t second = scheme_claim(s, provider, reservation, 20000, 2);
	CHECK_CLOCK(s, CLAIM(SUBMITTED), 2, 0, 0, 0);
	world_wait(s->world, 10);
	scheme_step(s, s->approver, "approve_claim", "claim", second);
	CHECK_CLOCK(s, CLAIM(SUBMITTED), 1, 1, 601, 601);
	scheme_step(s, s->approver, "approve_claim", "claim", first);
	CHECK_CLOCK(s, CLAIM(SUBMITTED), 0, 2, 601 + 70 * MINUTE_S + 3, 70 * MINUTE_S + 3);
	CHECK_CLOCK(s, CLAIM(APPROVED), 2, 0, 0, 0);
	ck_assert_ptr_null(recount_clocks(s->world, world_state(s->world)));
	ck_assert_int_eq(scheme_claim_row(s, first).since_us, world_time_us(s->world));
	scheme_free(s);
}
END_TEST

START_TEST(what_is_returned_waits_until_it_is_corrected) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, "110114", "");
	const struct member *provider = scheme_provider(s, "110114");
	uint64_t voucher = scheme_voucher(s, holder, 1000000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 400000);
	scheme_redeem(s, reservation, 200000);
	uint64_t claim = scheme_claim(s, provider, reservation, 10000, 1);
	world_as(s->world, s->office);
	world_accept(
	    s->world, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'unreadable'}}", claim);
	CHECK_CLOCK(s, CLAIM(RETURNED), 1, 0, 0, 0);
	world_wait(s->world, 30);
	world_as(s->world, provider->principal);
	world_accept(s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 10000, 'replaces': %" PRIu64
	    ", 'invoices': [{'number': '26110000000000000009', 'amount': 20000,"
	    " 'date': '2026-01-05'}]}}",
	    reservation, claim);
	CHECK_CLOCK(s, CLAIM(RETURNED), 0, 1, 30 * MINUTE_S + 1, 30 * MINUTE_S + 1);
	CHECK_CLOCK(s, CLAIM(SUBMITTED), 1, 1, 1, 1);
	ck_assert_ptr_null(recount_clocks(s->world, world_state(s->world)));
	scheme_free(s);
}
END_TEST

START_TEST(a_recount_finds_a_clock_that_is_wrong) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, "110114", "");
	scheme_voucher(s, holder, 1000000);
	struct memory_state *memory = recount_replay(s->world);
	const struct state *state = memory_state_writable(memory);
	ck_assert_ptr_null(recount_clocks(s->world, memory_state_readable(memory)));
	struct key key = clock_key(s->programme, APPLICATION(SUBMITTED));
	struct clock_row right = clock_of(s, APPLICATION(SUBMITTED)), wrong = right;
	wrong.done_s++;
	STATE_PUT(state, TABLE_CLOCK, &key, &wrong);
	ck_assert_ptr_nonnull(recount_clocks(s->world, memory_state_readable(memory)));
	wrong = right;
	wrong.waiting++;
	STATE_PUT(state, TABLE_CLOCK, &key, &wrong);
	ck_assert_ptr_nonnull(recount_clocks(s->world, memory_state_readable(memory)));
	memory_state_free(memory);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("clock", every_status_in_which_something_waits_has_a_name, a_claim_is_timed_step_by_step,
    what_is_returned_waits_until_it_is_corrected, a_recount_finds_a_clock_that_is_wrong)
