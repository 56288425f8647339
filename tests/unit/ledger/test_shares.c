/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three funds share what is paid: whatever the amounts, and whatever becomes of claims and
 * payments, each fund's money is found again after every step, to the minor unit.
 */
#include "funds.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"

struct stage {
	struct scheme *s;
	const struct member *holder;
	const struct member *providers[2];
	unsigned invoices;
};

static struct stage new_stage(void) {
	struct stage t = { .s = new_shared_scheme() };
	t.holder = scheme_holder(t.s, LOCAL, "");
	for (int i = 0; i < 2; i++)
		t.providers[i] = scheme_provider(t.s, LOCAL);
	return t;
}

/* All of a voucher, reserved and redeemed. */
static uint64_t new_reservation(struct stage *t, int provider, int64_t amount) {
	char contract[32];
	uint64_t voucher = scheme_voucher(t->s, t->holder, amount);
	snprintf(contract, sizeof(contract), "C-%" PRIu64, voucher);
	uint64_t reservation = scheme_reserve(
	    t->s, voucher, t->providers[provider], contract, 2 * amount);
	scheme_redeem(t->s, reservation, amount);
	return reservation;
}

static uint64_t new_claim(struct stage *t, int provider, uint64_t reservation, int64_t amount) {
	return scheme_claim(t->s, t->providers[provider], reservation, amount, ++t->invoices);
}

static void publish(struct stage *t, uint64_t claim) {
	scheme_step(t->s, t->s->approver, "approve_claim", "claim", claim);
	scheme_step(t->s, t->s->office, "publish_claim", "claim", claim);
}

static void stop(struct stage *t, const char *command, uint64_t claim) {
	world_as(t->s->world, t->s->director);
	world_accept(t->s->world, "{'%s': {'claim': %" PRIu64 ", 'reason': 'r'}}", command, claim);
}

static void check_funds(struct stage *t) {
	check_fund_sums(t->s->world, t->s->programme);
}

static int64_t sum_of(const struct by_fund *amounts) {
	int64_t sum = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		sum += amounts->amount[i];
	return sum;
}

static struct by_fund left_of(struct stage *t, uint64_t reservation) {
	return scheme_voucher_row(t->s, scheme_reservation_row(t->s, reservation).voucher).left;
}

#define EXPECT_SHARES(shares, ...)                                                                 \
	do {                                                                                           \
		const int64_t expected_[LIMIT_FUNDS] = { __VA_ARGS__ };                                    \
		const struct by_fund shares_ = (shares);                                                   \
		for (size_t i_ = 0; i_ < LIMIT_FUNDS; i_++)                                                \
			ck_assert_int_eq(shares_.amount[i_], expected_[i_]);                                   \
	} while (0)

/* By the method of largest remainders: 50.00, 33.33, 16.67 of 1.00; of 0.01 the first bears all. */
START_TEST(claim_takes_its_shares_out_of_the_voucher) {
	struct stage t = new_stage();
	uint64_t reservation = new_reservation(&t, 0, 10001);
	EXPECT_SHARES(left_of(&t, reservation), 5001, 3333, 1667);
	uint64_t first = new_claim(&t, 0, reservation, 100);
	EXPECT_SHARES(scheme_claim_row(t.s, first).shares, 50, 33, 17);
	EXPECT_SHARES(left_of(&t, reservation), 4951, 3300, 1650);
	const Pb__Decision *decision = world_entry(t.s->world, first)->decision;
	ck_assert_uint_eq(decision->n_shares, 3);
	ck_assert_uint_eq(decision->shares[0]->fund, t.s->fund);
	ck_assert_int_eq(decision->shares[2]->amount, 17);
	uint64_t second = new_claim(&t, 0, reservation, 1);
	EXPECT_SHARES(scheme_claim_row(t.s, second).shares, 1, 0, 0);
	ck_assert_uint_eq(world_entry(t.s->world, second)->decision->n_shares, 1);
	/* The last claim takes exactly what is left. */
	uint64_t last = new_claim(&t, 0, reservation, 9900);
	EXPECT_SHARES(scheme_claim_row(t.s, last).shares, 4950, 3300, 1650);
	EXPECT_SHARES(left_of(&t, reservation), 0, 0, 0);
	check_funds(&t);
	scheme_free(t.s);
}
END_TEST

START_TEST(returned_claim_gives_its_shares_back_to_the_voucher) {
	struct stage t = new_stage();
	uint64_t reservation = new_reservation(&t, 0, 10001);
	struct by_fund before = left_of(&t, reservation);
	uint64_t claim = new_claim(&t, 0, reservation, 7777);
	stop(&t, "return_claim", claim);
	struct by_fund after = left_of(&t, reservation);
	ck_assert_mem_eq(&before, &after, sizeof(before));
	check_funds(&t);
	scheme_free(t.s);
}
END_TEST

START_TEST(rejected_claim_gives_its_shares_back_to_the_funds) {
	struct stage t = new_stage();
	uint64_t reservation = new_reservation(&t, 0, 10001);
	uint64_t claim = new_claim(&t, 0, reservation, 7777);
	struct by_fund shares = scheme_claim_row(t.s, claim).shares;
	struct by_fund left = left_of(&t, reservation);
	struct programme_row programme = scheme_programme(t.s);
	int64_t pools[3];
	for (int i = 0; i < 3; i++)
		pools[i] = world_balance(
		    t.s->world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, t.s->programme, programme.funds[i]);
	stop(&t, "reject_claim", claim);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(world_balance(t.s->world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE,
		                     t.s->programme, programme.funds[i]),
		    pools[i] + shares.amount[i]);
	struct by_fund still_left = left_of(&t, reservation);
	ck_assert_mem_eq(&still_left, &left, sizeof(left));
	check_funds(&t);
	scheme_free(t.s);
}
END_TEST

/* Vouchers, claims in parts, and every third or so returned or rejected. */
static void use_one_voucher(struct stage *t, int64_t amount, int round) {
	int provider = round % 2;
	int64_t left = amount;
	uint64_t reservation = new_reservation(t, provider, amount);
	for (int part = 0; left > 0; part++) {
		int64_t asked = part < 4 ? left / 3 + 1 : left;
		uint64_t claim = new_claim(t, provider, reservation, asked);
		struct claim_row row = scheme_claim_row(t->s, claim);
		ck_assert_int_eq(sum_of(&row.shares), asked);
		if ((round + part) % 5 == 3) {
			stop(t, "return_claim", claim);
		} else if ((round + part) % 7 == 5) {
			stop(t, "reject_claim", claim);
			left -= asked;
		} else {
			publish(t, claim);
			left -= asked;
		}
		check_funds(t);
	}
	EXPECT_SHARES(left_of(t, reservation), 0, 0, 0);
}

static void expect_sums(struct stage *t, uint64_t settlement) {
	const Pb__Decision *decision = world_entry(t->s->world, settlement)->decision;
	for (size_t i = 0; i < decision->n_payments; i++) {
		const Pb__Payment *payment = decision->payments[i];
		int64_t sum = 0, by_claims[3] = { 0 };
		ck_assert_uint_eq(payment->n_shares, 3);
		for (size_t j = 0; j < payment->n_claims; j++)
			for (size_t k = 0; k < 3; k++)
				by_claims[k] += scheme_claim_row(t->s, payment->claims[j]).shares.amount[k];
		for (size_t k = 0; k < 3; k++) {
			ck_assert_int_eq(payment->shares[k]->amount, by_claims[k]);
			sum += payment->shares[k]->amount;
		}
		ck_assert_int_eq(sum, payment->amount);
	}
}

static void pay(struct stage *t, uint64_t settlement, int payment, const char *status) {
	world_as(t->s->world, t->s->finance);
	world_accept(t->s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d, 'status': '%s',"
	    " 'reason': 'r'}}",
	    settlement, payment, status);
	check_funds(t);
}

START_TEST(sums_are_exact_over_odd_amounts_and_every_way_out) {
	struct stage t = new_stage();
	static const int64_t amounts[] = { 1, 2, 3, 5, 7, 99, 101, 9999, 10001, 33333, 65537, 99991,
		123457, 7, 1, 271829, 3141593, 11, 13 };
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
		use_one_voucher(&t, amounts[i], (int)i);

	uint64_t settlement = scheme_settlement(t.s);
	expect_sums(&t, settlement);
	check_funds(&t);
	world_accept(t.s->world, "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}",
	    settlement);
	check_funds(&t);
	settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, settlement);
	pay(&t, settlement, 1, "PAYMENT_FAILED");
	pay(&t, settlement, 2, "PAYMENT_PAID");
	pay(&t, settlement, 2, "PAYMENT_RETURNED");
	settlement = scheme_settlement(t.s);
	expect_sums(&t, settlement);
	scheme_approve_settlement(t.s, settlement);
	pay(&t, settlement, 1, "PAYMENT_PAID");
	pay(&t, settlement, 2, "PAYMENT_PAID");

	struct programme_row programme = scheme_programme(t.s);
	ck_assert_int_eq(programme.payable, 0);
	ck_assert_int_eq(programme.paid + programme.available, programme.allocated);
	scheme_free(t.s);
}
END_TEST

SUITE_MAIN("shares", claim_takes_its_shares_out_of_the_voucher,
    returned_claim_gives_its_shares_back_to_the_voucher,
    rejected_claim_gives_its_shares_back_to_the_funds,
    sums_are_exact_over_odd_amounts_and_every_way_out)
