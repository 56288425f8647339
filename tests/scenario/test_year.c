/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Case F, 缙云 2017: a made-up year with the totals of the real one. 30 providers, 55 firms, 112
 * projects; issued 1,818,200.00, used 1,703,800.00, paid 1,648,800.00. What was issued and not used
 * is live, returned, cancelled or expired; what was used and not paid is payable or in payment.
 */
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>

#define YUAN      INT64_C(100)
#define JINYUN    "331122"
#define PROVIDERS 30
#define FIRMS     55
#define PROJECTS  112
#define SETTLED   108 /* projects whose claims are paid; of the others two are in payment */
#define ISSUED    (1818200 * YUAN)
#define USED      (1703800 * YUAN)
#define PAID      (1648800 * YUAN)
#define SPARE     ((ISSUED - USED) / FIRMS) /* of each firm's voucher: it is never used */
#define RETURNED  20                        /* firms that give it back, */
#define CANCELLED 5                         /* that lose it, */
#define EXPIRED   25 /* and of whom it expires; the daemon has not come to the others */

static const int64_t unsettled[PROJECTS - SETTLED] = { 15000, 14000, 13000, 13000 }; /* yuan */

struct year {
	struct scheme *scheme;
	struct world *world;
	const struct member *providers[PROVIDERS];
	const struct member *firms[FIRMS];
	uint64_t vouchers[FIRMS];
	uint64_t reservations[PROJECTS];
	uint64_t claims[PROJECTS];
	int64_t amounts[PROJECTS];
};

/* The last settled project makes the sum come out. */
static void plan(struct year *y) {
	int64_t sum = 0;
	for (int i = 0; i < SETTLED - 1; i++) {
		y->amounts[i] = (15000 + i % 11 * 50) * YUAN + i; /* no two alike, and odd 分 */
		sum += y->amounts[i];
	}
	y->amounts[SETTLED - 1] = PAID - sum;
	ck_assert(y->amounts[SETTLED - 1] > 0 && y->amounts[SETTLED - 1] < 50000 * YUAN);
	for (int i = SETTLED; i < PROJECTS; i++) {
		y->amounts[i] = unsettled[i - SETTLED] * YUAN;
		sum += y->amounts[i];
	}
	ck_assert_int_eq(sum + y->amounts[SETTLED - 1], USED);
	ck_assert_int_eq(SPARE * FIRMS, ISSUED - USED);
}

static void begin(struct year *y) {
	const struct scheme_config config = { .programme = "jinyun-2017",
		.region = JINYUN,
		.rules = scheme_rules_file("jinyun-2017.json"),
		.allocated = 2000000 * YUAN,
		.begins = "2017-01-03 09:00" };
	y->scheme = scheme_new(&config);
	y->world = y->scheme->world;
	plan(y);
	for (int i = 0; i < PROVIDERS; i++)
		y->providers[i] = scheme_provider(y->scheme, JINYUN);
	for (int i = 0; i < FIRMS; i++)
		y->firms[i] = scheme_holder(y->scheme, JINYUN, "");
}

/* --- the year --- */

static void issue_vouchers(struct year *y) {
	for (int i = 0; i < FIRMS; i++) {
		int64_t worth = SPARE;
		for (int k = i; k < PROJECTS; k += FIRMS)
			worth += y->amounts[k];
		y->vouchers[i] = scheme_voucher(y->scheme, y->firms[i], worth);
	}
	ck_assert_int_eq(scheme_programme(y->scheme).issued, ISSUED);
	ck_assert_uint_eq(scheme_programme(y->scheme).vouchers, FIRMS);
}

/* Half of twice the amount; accepted in two milestones. */
static void use_vouchers(struct year *y) {
	for (int i = 0; i < PROJECTS; i++) {
		char contract[32];
		snprintf(contract, sizeof(contract), "JY-2017-%03d", i + 1);
		y->reservations[i] = scheme_reserve(y->scheme, y->vouchers[i % FIRMS],
		    y->providers[i % PROVIDERS], contract, 2 * y->amounts[i]);
		ck_assert_int_eq(
		    scheme_reservation_row(y->scheme, y->reservations[i]).subsidy, y->amounts[i]);
		scheme_redeem(y->scheme, y->reservations[i], y->amounts[i] / 3);
		scheme_redeem(y->scheme, y->reservations[i], y->amounts[i] - y->amounts[i] / 3);
	}
	ck_assert_int_eq(scheme_programme(y->scheme).redeemed, USED);
}

static void claim(struct year *y, int first, int end) {
	for (int i = first; i < end; i++) {
		world_as(y->world, y->providers[i % PROVIDERS]->principal);
		y->claims[i] = world_accept(y->world,
		    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': '%" PRId64 "', 'invoices':"
		    " [{'number': '2417%016d', 'amount': '%" PRId64 "', 'date': '2017-10-09'}]}}",
		    y->reservations[i], y->amounts[i], i + 1, 2 * y->amounts[i]);
		scheme_publish(y->scheme, y->claims[i]);
	}
}

static uint64_t settle(struct year *y) {
	uint64_t settlement = scheme_settlement(y->scheme);
	scheme_approve_settlement(y->scheme, settlement);
	return settlement;
}

/* Every payment of it reaches its provider, and is found on the bank's statement. */
static void pay(struct year *y, uint64_t settlement) {
	const Pb__Decision *decision = world_entry(y->world, settlement)->decision;
	ck_assert_uint_eq(decision->n_payments, PROVIDERS);
	world_as(y->world, y->scheme->finance);
	for (size_t i = 0; i < decision->n_payments; i++) {
		world_accept(y->world,
		    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %zu, 'status':"
		    " 'PAYMENT_PAID', 'bank_reference': 'B%zu', 'value_date': '2017-12-11'}}",
		    settlement, i + 1, i + 1);
		scheme_bank_line(y->scheme, settlement, (uint32_t)i + 1, false);
	}
}

static void give_back(struct year *y) {
	for (int i = 0; i < RETURNED; i++) {
		world_as(y->world, y->firms[i]->principal);
		world_accept(y->world, "{'return_voucher': {'voucher': %" PRIu64 "}}", y->vouchers[i]);
	}
	world_as(y->world, y->scheme->office);
	for (int i = RETURNED; i < RETURNED + CANCELLED; i++)
		world_accept(y->world, "{'cancel_voucher': {'voucher': %" PRIu64 ", 'reason': '企业注销'}}",
		    y->vouchers[i]);
}

static void expire(struct year *y) {
	world_as(y->world, LEDGER_SYSTEM_PRINCIPAL);
	for (int i = RETURNED + CANCELLED; i < RETURNED + CANCELLED + EXPIRED; i++)
		world_accept(y->world, "{'expire': {'voucher': %" PRIu64 "}}", y->vouchers[i]);
}

/* --- that it reconciles --- */

static void expect_totals(struct year *y, int64_t live, int64_t expired) {
	struct programme_row row = scheme_programme(y->scheme);
	ck_assert_int_eq(row.issued, ISSUED);
	ck_assert_int_eq(row.redeemed, USED);
	ck_assert_int_eq(row.paid, PAID);
	ck_assert_int_eq(row.live, live);
	ck_assert_int_eq(row.expired, expired);
	ck_assert_int_eq(row.returned, RETURNED * SPARE);
	ck_assert_int_eq(row.cancelled, CANCELLED * SPARE);
	ck_assert_int_eq(row.live + row.returned + row.cancelled + row.expired, ISSUED - USED);
	ck_assert_int_eq(row.payable, (13000 + 13000) * YUAN);
	ck_assert_int_eq(row.in_payment, (15000 + 14000) * YUAN);
	ck_assert_int_eq(row.payable + row.in_payment, USED - PAID);
	ck_assert_int_eq(row.available, 2000000 * YUAN - ISSUED + ISSUED - USED - live);
}

/* What each provider was paid is what its projects were worth. */
static void expect_payees(struct year *y) {
	int64_t sum = 0;
	for (int i = 0; i < PROVIDERS; i++) {
		int64_t worth = 0;
		for (int k = i; k < SETTLED; k += PROVIDERS)
			worth += y->amounts[k];
		int64_t paid = world_balance(y->world, PB__ACCOUNT_KIND__PROGRAMME_PAID,
		    y->scheme->programme, y->providers[i]->party);
		ck_assert_int_eq(paid, worth);
		sum += paid;
	}
	ck_assert_int_eq(sum, PAID);
}

/* What was paid is what the bank says, and nothing else went out. */
static void expect_bank(struct year *y) {
	struct house_row house = WORLD_ROW(y->world, TABLE_HOUSE, y->scheme->house, struct house_row);
	ck_assert_int_eq(house.opening - house.books, PAID);
	ck_assert_int_eq(house.statement, house.books);
	ck_assert_int_eq(house.awaited_out, 0);
	ck_assert_uint_eq(house.open_lines, 0);
}

START_TEST(f_a_year_of_112_projects_reconciles_to_the_fen) {
	static struct year year;
	struct year *y = &year;
	begin(y);
	issue_vouchers(y);
	world_at(y->world, "2017-10-09 09:00");
	use_vouchers(y);
	claim(y, 0, SETTLED);
	pay(y, settle(y));
	claim(y, SETTLED, SETTLED + 2);
	settle(y);
	claim(y, SETTLED + 2, PROJECTS);
	give_back(y);
	expect_totals(y, (FIRMS - RETURNED - CANCELLED) * SPARE, 0);
	world_at(y->world, "2018-01-01 00:00");
	expire(y);
	expect_totals(y, (FIRMS - RETURNED - CANCELLED - EXPIRED) * SPARE, EXPIRED * SPARE);
	expect_payees(y);
	expect_bank(y);
	scheme_free(y->scheme);
}
END_TEST

SUITE_MAIN("year", f_a_year_of_112_projects_reconciles_to_the_fen)
