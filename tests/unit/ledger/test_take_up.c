/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/take_up.h"

#include "recount.h"
#include "support/memory_state.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array)       (sizeof(array) / sizeof((array)[0]))
#define MONTH(year, month) ((year)*12 + (month)-1)

static uint32_t number_of(struct scheme *s, const char *category) {
	const struct state *state = world_state(s->world);
	struct key key = take_up_category_key(s->programme, category);
	const struct id_row *row = STATE_GET(state, TABLE_CATEGORY, &key, struct id_row);
	return row ? (uint32_t)row->id : 0;
}

static struct take_up_row row_of(
    struct scheme *s, const char *region, const char *category, uint32_t month) {
	const struct state *state = world_state(s->world);
	struct take_up_key parts = { .programme = s->programme, .month = month };
	snprintf(parts.region, sizeof(parts.region), "%s", region);
	parts.category = *category ? number_of(s, category) : 0;
	struct key key = take_up_key(&parts);
	const struct take_up_row *row = STATE_GET(state, TABLE_TAKE_UP, &key, struct take_up_row);
	return row ? *row : (struct take_up_row){ 0 };
}

#define CHECK_ROW(s, region, category, month, ...)                                                 \
	do {                                                                                           \
		const struct take_up_row expected = { __VA_ARGS__ };                                       \
		struct take_up_row found = row_of((s), (region), (category), (month));                     \
		ck_assert_int_eq(found.issued, expected.issued);                                           \
		ck_assert_int_eq(found.used, expected.used);                                               \
		ck_assert_int_eq(found.returned, expected.returned);                                       \
		ck_assert_int_eq(found.expired, expected.expired);                                         \
		ck_assert_int_eq(found.cancelled, expected.cancelled);                                     \
		ck_assert_int_eq(found.paid, expected.paid);                                               \
		ck_assert_int_eq(found.vouchers, expected.vouchers);                                       \
		ck_assert_int_eq(found.uses, expected.uses);                                               \
	} while (0)

START_TEST(keys_are_read_as_they_were_written) {
	const struct take_up_key parts = { 7, "110114", 3, MONTH(2026, 12) };
	struct key key = take_up_key(&parts);
	struct take_up_key back;
	ck_assert_uint_eq(key.bytes, TAKE_UP_KEY_BYTES);
	take_up_key_read(&key, &back);
	ck_assert_uint_eq(back.programme, 7);
	ck_assert_str_eq(back.region, "110114");
	ck_assert_uint_eq(back.category, 3);
	ck_assert_uint_eq(back.month, MONTH(2026, 12));
}
END_TEST

START_TEST(money_is_counted_where_and_when_it_moves) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, "110114", "");
	const struct member *other = scheme_holder(s, "110108", "");
	const struct member *provider = scheme_provider(s, "110114");
	uint32_t january = MONTH(2026, 1), february = MONTH(2026, 2);
	uint64_t voucher = scheme_voucher(s, holder, 1000000);
	uint64_t theirs = scheme_voucher(s, other, 300000);
	CHECK_ROW(s, "110114", "", january, .issued = 1000000, .vouchers = 1);
	CHECK_ROW(s, "110108", "", january, .issued = 300000, .vouchers = 1);

	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 400000);
	scheme_redeem(s, reservation, 50000);
	scheme_redeem(s, reservation, 70000);
	CHECK_ROW(s, "110114", "testing", january, .used = 120000, .uses = 2);

	uint64_t claim = scheme_claim(s, provider, reservation, 40000, 1);
	world_at(w, "2026-02-01 00:00");
	world_as(w, s->approver);
	world_accept(w, "{'reject_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", claim);
	CHECK_ROW(s, "110114", "testing", january, .used = 120000, .uses = 2);
	CHECK_ROW(s, "110114", "testing", february, .used = -40000, .cancelled = 40000);

	world_as(w, other->principal);
	world_accept(w, "{'return_voucher': {'voucher': %" PRIu64 ", 'reason': 'r'}}", theirs);
	CHECK_ROW(s, "110108", "", february, .returned = 300000);
	world_as(w, s->office);
	world_accept(w, "{'cancel_voucher': {'voucher': %" PRIu64 ", 'reason': 'r'}}", voucher);
	CHECK_ROW(s, "110114", "", february, .cancelled = 800000);
	ck_assert_ptr_null(recount_take_up(w, world_state(w)));
	scheme_free(s);
}
END_TEST

START_TEST(paid_is_counted_once_and_taken_back_when_it_comes_back) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, "110114", "");
	const struct member *provider = scheme_provider(s, "110114");
	scheme_published_claim(s, holder, provider, 500000);
	world_at(w, "2026-01-20 00:00");
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	static const struct {
		const char *status, *time;
		uint32_t month;
		int64_t paid; /* in that month */
	} steps[] = {
		{ "PAYMENT_PAID", "2026-02-01 12:00", MONTH(2026, 2), 500000 },
		{ "PAYMENT_RETURNED", "2026-03-01 12:00", MONTH(2026, 3), -500000 },
	};
	world_as(w, s->finance);
	for (size_t i = 0; i < COUNT(steps); i++) {
		world_at(w, steps[i].time);
		world_accept(w,
		    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': '%s',"
		    " 'bank_reference': 'b', 'value_date': '2026-02-01', 'reason': '%s'}}",
		    settlement, steps[i].status, i ? "r" : "");
		CHECK_ROW(s, "110114", "testing", steps[i].month, .paid = steps[i].paid);
		ck_assert_ptr_null(recount_take_up(w, world_state(w)));
	}
	scheme_free(s);
}
END_TEST

START_TEST(a_holder_that_moves_is_counted_where_it_is) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, "110114", "");
	scheme_voucher(s, holder, 1000);
	world_as(s->world, s->office);
	world_accept(s->world, "{'update_party': {'code': '%s', 'name': 'n', 'region': '310115'}}",
	    holder->code);
	scheme_voucher(s, holder, 2000);
	CHECK_ROW(s, "110114", "", MONTH(2026, 1), .issued = 1000, .vouchers = 1);
	CHECK_ROW(s, "310115", "", MONTH(2026, 1), .issued = 2000, .vouchers = 1);
	ck_assert_ptr_null(recount_take_up(s->world, world_state(s->world)));
	scheme_free(s);
}
END_TEST

START_TEST(too_many_categories_are_counted_as_none) {
	struct scheme *s = scheme_new(&scheme_plain);
	ck_assert_uint_eq(number_of(s, "testing"), 0);
	struct memory_state *memory = recount_replay(s->world);
	struct applying a = { .state = memory_state_writable(memory) };
	char name[32];
	for (uint32_t i = 1; i <= TAKE_UP_CATEGORIES; i++) {
		snprintf(name, sizeof(name), "c%u", i);
		ck_assert_uint_eq(take_up_category(&a, s->programme, name), i);
	}
	ck_assert_uint_eq(take_up_category(&a, s->programme, "one too many"), 0);
	ck_assert_uint_eq(take_up_category(&a, s->programme, "c17"), 17);
	ck_assert_uint_eq(take_up_category(&a, s->programme, ""), 0);
	ck_assert_uint_eq(take_up_category(&a, s->programme + 1, "one too many"), 1);
	memory_state_free(memory);
	scheme_free(s);
}
END_TEST

START_TEST(a_recount_finds_a_counter_that_is_wrong) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, "110114", "");
	scheme_voucher(s, holder, 1000000);
	struct memory_state *memory = recount_replay(s->world);
	const struct state *state = memory_state_writable(memory);
	ck_assert_ptr_null(recount_take_up(s->world, memory_state_readable(memory)));
	struct take_up_key parts = { s->programme, "110114", 0, MONTH(2026, 1) };
	struct key key = take_up_key(&parts);
	struct take_up_row right = row_of(s, "110114", "", MONTH(2026, 1)), wrong = right;
	wrong.issued--;
	STATE_PUT(state, TABLE_TAKE_UP, &key, &wrong);
	ck_assert_ptr_nonnull(recount_take_up(s->world, memory_state_readable(memory)));
	const char *fault = ledger_verify(memory_state_readable(memory), world_arena(s->world));
	ck_assert_ptr_nonnull(fault);
	ck_assert_ptr_nonnull(strstr(fault, "its take-up is not what its counters say"));
	STATE_PUT(state, TABLE_TAKE_UP, &key, &right);
	ck_assert_ptr_null(ledger_verify(memory_state_readable(memory), world_arena(s->world)));
	parts.month++;
	key = take_up_key(&parts);
	STATE_PUT(state, TABLE_TAKE_UP, &key, &right);
	ck_assert_ptr_nonnull(recount_take_up(s->world, memory_state_readable(memory)));
	memory_state_free(memory);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("take-up", keys_are_read_as_they_were_written, money_is_counted_where_and_when_it_moves,
    paid_is_counted_once_and_taken_back_when_it_comes_back,
    a_holder_that_moves_is_counted_where_it_is, too_many_categories_are_counted_as_none,
    a_recount_finds_a_counter_that_is_wrong)
