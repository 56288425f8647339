/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole lives of vouchers. After each step stands where the programme's money is, in yuan; that the
 * books balance at the end, and that replaying the journal gives the same state, is checked by
 * scheme_free().
 */
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>

#define LOCAL "110114"
#define YUAN  INT64_C(100)

/* Where the money of a programme is. */
static void expect_money(struct scheme *s, const char *step, const int64_t yuan[6]) {
	struct programme_row row = scheme_programme(s);
	const struct {
		const char *name;
		int64_t amount;
		Pb__AccountKind account;
	} actual[6] = {
		{ "available", row.available, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE },
		{ "live", row.live, PB__ACCOUNT_KIND__PROGRAMME_LIVE },
		{ "reserved", row.reserved, PB__ACCOUNT_KIND__PROGRAMME_RESERVED },
		{ "payable", row.payable, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE },
		{ "in payment", row.in_payment, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT },
		{ "paid", row.paid, PB__ACCOUNT_KIND__PROGRAMME_PAID },
	};
	for (int i = 0; i < 6; i++)
		ck_assert_msg(actual[i].amount == yuan[i] * YUAN, "%s: %s is %" PRId64, step,
		    actual[i].name, actual[i].amount);
}

/* available, live, reserved, payable, in payment, paid */
#define MONEY(step, ...) expect_money(s, (step), (const int64_t[6]){ __VA_ARGS__ })

static void record(struct scheme *s, uint64_t settlement, const char *status, const char *reason) {
	uint64_t actor = world_as(s->world, s->finance);
	world_accept(s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': '%s',"
	    " 'bank_reference': 'B1', 'value_date': '2026-01-20', 'reason': '%s'}}",
	    settlement, status, reason);
	world_as(s->world, actor);
}

START_TEST(voucher_lives_from_fund_to_reconciled_payment_in_two_milestones) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	MONEY("allocated", 1000000, 0, 0, 0, 0, 0);
	uint64_t voucher = scheme_voucher(s, holder, 200000 * YUAN);
	MONEY("issued", 800000, 200000, 0, 0, 0, 0);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 300000 * YUAN);
	MONEY("reserved", 800000, 50000, 150000, 0, 0, 0);
	scheme_redeem(s, reservation, 100000 * YUAN);
	MONEY("first milestone", 800000, 50000, 50000, 100000, 0, 0);
	uint64_t first = scheme_claim(s, provider, reservation, 100000 * YUAN, 1);
	scheme_publish(s, first);
	scheme_redeem(s, reservation, 50000 * YUAN);
	MONEY("second milestone", 800000, 50000, 0, 150000, 0, 0);
	uint64_t second = scheme_claim(s, provider, reservation, 50000 * YUAN, 2);
	scheme_publish(s, second);

	world_at(s->world, "2026-01-13 00:00"); /* published on the 5th, for 7 days */
	uint64_t settlement = scheme_settlement(s);
	MONEY("settlement opened", 800000, 50000, 0, 150000, 0, 0);
	ck_assert_int_eq(scheme_claim_row(s, first).status, PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT);
	scheme_approve_settlement(s, settlement);
	MONEY("settlement approved", 800000, 50000, 0, 0, 150000, 0);
	record(s, settlement, "PAYMENT_PAID", "");
	MONEY("paid", 800000, 50000, 0, 0, 0, 150000);
	ck_assert_int_eq(scheme_claim_row(s, second).status, PB__CLAIM_STATUS__CLAIM_PAID);
	scheme_bank_line(s, settlement, 1, false);
	MONEY("reconciled", 800000, 50000, 0, 0, 0, 150000);
	ck_assert_int_eq(scheme_claim_row(s, first).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	ck_assert_int_eq(scheme_claim_row(s, second).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	ck_assert_int_eq(
	    world_balance(s->world, PB__ACCOUNT_KIND__PROGRAMME_PAID, s->programme, provider->party),
	    150000 * YUAN);

	scheme_step(s, holder->principal, "return_voucher", "voucher", voucher);
	MONEY("returned", 850000, 0, 0, 0, 0, 150000);
	struct voucher_row row = scheme_voucher_row(s, voucher);
	ck_assert_int_eq(row.status, PB__VOUCHER_STATUS__VOUCHER_CLOSED);
	ck_assert_int_eq(row.redeemed, 150000 * YUAN);
	ck_assert_int_eq(row.returned, 50000 * YUAN);
	scheme_free(s);
}
END_TEST

START_TEST(what_is_left_of_a_contract_is_released_and_used_again) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 200000 * YUAN);
	uint64_t first = scheme_reserve(s, voucher, provider, "HT-1", 300000 * YUAN);
	scheme_redeem(s, first, 60000 * YUAN);
	scheme_step(s, holder->principal, "release", "reservation", first);
	MONEY("released", 800000, 140000, 0, 60000, 0, 0);
	struct reservation_row row = scheme_reservation_row(s, first);
	ck_assert_int_eq(row.status, PB__RESERVATION_STATUS__RESERVATION_CLOSED);
	ck_assert_int_eq(row.redeemed, 60000 * YUAN);
	ck_assert_int_eq(row.released, 90000 * YUAN);
	/* The year's cap of 200,000 has 140,000 left: what was released does not count against it. */
	uint64_t second = scheme_reserve(s, voucher, provider, "HT-2", 400000 * YUAN);
	ck_assert_int_eq(scheme_reservation_row(s, second).subsidy, 140000 * YUAN);
	MONEY("used again", 800000, 0, 140000, 60000, 0, 0);
	scheme_free(s);
}
END_TEST

START_TEST(voucher_is_returned_by_its_holder_or_cancelled_by_the_office) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t returned = scheme_voucher(s, holder, 200000 * YUAN);
	uint64_t cancelled = scheme_voucher(s, holder, 100000 * YUAN);
	uint64_t reservation = scheme_reserve(s, cancelled, provider, "HT-1", 20000 * YUAN);
	scheme_step(s, holder->principal, "return_voucher", "voucher", returned);
	MONEY("returned", 900000, 90000, 10000, 0, 0, 0);
	world_as(s->world, s->office);
	world_accept(
	    s->world, "{'cancel_voucher': {'voucher': %" PRIu64 ", 'reason': 'misuse'}}", cancelled);
	MONEY("cancelled", 990000, 0, 10000, 0, 0, 0);
	ck_assert_int_eq(scheme_voucher_row(s, cancelled).status, PB__VOUCHER_STATUS__VOUCHER_ACTIVE);
	/* What is reserved lives on; released, it can be cancelled too. */
	scheme_step(s, holder->principal, "release", "reservation", reservation);
	MONEY("released", 990000, 10000, 0, 0, 0, 0);
	world_accept(
	    s->world, "{'cancel_voucher': {'voucher': %" PRIu64 ", 'reason': 'misuse'}}", cancelled);
	MONEY("cancelled again", 1000000, 0, 0, 0, 0, 0);
	ck_assert_int_eq(scheme_voucher_row(s, cancelled).status, PB__VOUCHER_STATUS__VOUCHER_CLOSED);
	scheme_free(s);
}
END_TEST

START_TEST(released_money_can_be_returned_after_the_last_day_of_use) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 10000 * YUAN);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000 * YUAN);
	world_at(s->world, "2026-02-05 00:00");
	scheme_step(s, holder->principal, "release", "reservation", reservation);
	MONEY("released", 990000, 10000, 0, 0, 0, 0);
	scheme_step(s, holder->principal, "return_voucher", "voucher", voucher);
	MONEY("returned", 1000000, 0, 0, 0, 0, 0);
	scheme_free(s);
}
END_TEST

START_TEST(rejected_claim_gives_its_money_back_to_the_pool) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 150000 * YUAN);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 300000 * YUAN);
	scheme_redeem(s, reservation, 150000 * YUAN);
	uint64_t claim = scheme_claim(s, provider, reservation, 100000 * YUAN, 1);
	MONEY("claimed", 850000, 0, 0, 150000, 0, 0);
	world_as(s->world, s->approver);
	world_accept(
	    s->world, "{'reject_claim': {'claim': %" PRIu64 ", 'reason': 'not delivered'}}", claim);
	MONEY("rejected", 950000, 0, 0, 50000, 0, 0);
	struct voucher_row row = scheme_voucher_row(s, voucher);
	ck_assert_int_eq(row.redeemed, 50000 * YUAN);
	ck_assert_int_eq(row.cancelled, 100000 * YUAN);
	struct programme_row programme = scheme_programme(s);
	ck_assert_int_eq(programme.redeemed, 50000 * YUAN);
	ck_assert_int_eq(programme.cancelled, 100000 * YUAN);
	/* Its invoice is free for the rest, and the holder's year has 150,000 left again. */
	scheme_claim(s, provider, reservation, 50000 * YUAN, 1);
	uint64_t next = scheme_voucher(s, holder, 200000 * YUAN);
	uint64_t again = scheme_reserve(s, next, provider, "HT-2", 400000 * YUAN);
	ck_assert_int_eq(scheme_reservation_row(s, again).subsidy, 150000 * YUAN);
	scheme_free(s);
}
END_TEST

START_TEST(payment_that_failed_or_came_back_is_paid_again) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t claim = scheme_published_claim(s, holder, provider, 100000 * YUAN);
	world_at(s->world, "2026-01-13 00:00");
	uint64_t first = scheme_settlement(s);
	scheme_approve_settlement(s, first);
	record(s, first, "PAYMENT_FAILED", "account closed");
	MONEY("failed", 900000, 0, 0, 100000, 0, 0);
	ck_assert_int_eq(scheme_claim_row(s, claim).status, PB__CLAIM_STATUS__CLAIM_PUBLISHED);

	uint64_t second = scheme_settlement(s);
	scheme_approve_settlement(s, second);
	record(s, second, "PAYMENT_PAID", "");
	record(s, second, "PAYMENT_RETURNED", "name does not match");
	MONEY("came back", 900000, 0, 0, 100000, 0, 0);

	uint64_t third = scheme_settlement(s);
	scheme_approve_settlement(s, third);
	record(s, third, "PAYMENT_PAID", "");
	scheme_bank_line(s, third, 1, false);
	record(s, third, "PAYMENT_RETURNED", "recalled");
	MONEY("came back after all", 900000, 0, 0, 100000, 0, 0);

	uint64_t fourth = scheme_settlement(s);
	scheme_approve_settlement(s, fourth);
	scheme_bank_line(s, fourth, 1, false); /* before anybody recorded it */
	MONEY("paid at last", 900000, 0, 0, 0, 0, 100000);
	ck_assert_int_eq(scheme_claim_row(s, claim).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	ck_assert_uint_eq(scheme_claim_row(s, claim).settlement, fourth);
	scheme_free(s);
}
END_TEST

START_TEST(holder_claims_and_is_paid_where_the_rules_say_so) {
	const struct scheme_config config = { .programme = "equipment",
		.region = "330226",
		.rules = "{'programme': 'equipment', 'rules': {'version': 1, 'title': 'Equipment',"
		         " " WORLD_RULES "'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'name':"
		         " 'all', 'ratio_bp': 3000, 'per_year': 20000000}], 'use_within_days': 365,"
		         " 'claim_within_days': 90, 'payee': 'PAYEE_STARTUP', 'countersign': true}}",
		.allocated = 3000000 * YUAN };
	struct scheme *s = scheme_new(&config);
	const struct member *holder = scheme_holder(s, "330226", "");
	const struct member *provider = scheme_provider(s, "330226");
	uint64_t voucher = scheme_voucher(s, holder, 150000 * YUAN);
	world_as(s->world, holder->principal);
	uint64_t reservation = world_accept(s->world,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'NH-1',"
	    " 'category': '设备购置', 'total': 50000000, 'eligible': 50000000}}",
	    voucher, provider->code);
	scheme_redeem(s, reservation, 150000 * YUAN);
	ck_assert_int_eq(
	    world_balance(s->world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, s->programme, holder->party),
	    150000 * YUAN);
	uint64_t claim = world_accept(s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 15000000, 'invoices':"
	    " [{'code': '1100171320', 'number': '00000001', 'amount': 30000000, 'date': '2026-01-04'},"
	    "  {'code': '1100171320', 'number': '00000002', 'amount': 20000000, 'date': "
	    "'2026-01-04'}]}}",
	    reservation);
	scheme_publish(s, claim);
	uint64_t settlement = scheme_settlement(s); /* no days of publication */
	scheme_approve_settlement(s, settlement);
	record(s, settlement, "PAYMENT_PAID", "");
	scheme_bank_line(s, settlement, 1, false);
	ck_assert_int_eq(
	    world_balance(s->world, PB__ACCOUNT_KIND__PROGRAMME_PAID, s->programme, holder->party),
	    150000 * YUAN);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("life", voucher_lives_from_fund_to_reconciled_payment_in_two_milestones,
    what_is_left_of_a_contract_is_released_and_used_again,
    voucher_is_returned_by_its_holder_or_cancelled_by_the_office,
    released_money_can_be_returned_after_the_last_day_of_use,
    rejected_claim_gives_its_money_back_to_the_pool, payment_that_failed_or_came_back_is_paid_again,
    holder_claims_and_is_paid_where_the_rules_say_so)
