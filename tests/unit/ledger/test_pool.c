/* SPDX-License-Identifier: Apache-2.0 */
/* Which fund pays how much, and which gets it back. */
#include "ledger/pool.h"
#include "support/ledger_world.h"
#include "support/suite.h"

#include <inttypes.h>

#define COMPANY "91350100M000100Y43"
#define LAB     "91110108551385082Q"

struct pooled {
	struct world *w;
	uint64_t programme;
	uint64_t city;
	uint64_t district;
};

/* Two funds have allocated these amounts, the district first; `shares` continues the rules. */
static struct pooled pooled_new(int64_t city, int64_t district, const char *shares) {
	struct pooled p = { .w = world_new() };
	struct world *w = p.w;
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	p.city = world_accept(w, "{'create_fund': {'code': 'city', 'name': 'n'}}");
	p.district = world_accept(w, "{'create_fund': {'code': 'district', 'name': 'n'}}");
	p.programme = world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': 100000, 'document': 'd'}}");
	world_accept(w, "{'appropriate': {'fund': 'district', 'amount': 100000, 'document': 'd'}}");
	world_accept(w,
	    "{'allocate': {'fund': 'district', 'programme': 'cp', 'amount': '%" PRId64 "'}}", district);
	world_accept(
	    w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': '%" PRId64 "'}}", city);
	world_accept(w,
	    "{'publish_rules': {'programme': 'cp', 'rules': {'version': 1, 'title': 't', 'document': "
	    "'d', 'effective_from': '2026-01-01', " WORLD_RULES
	    "'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"
	    " 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER'%s}}}",
	    shares);
	world_accept(w, "{'admit_provider': {'programme': 'cp', 'party': '" LAB "'}}");
	return p;
}

#define SIX_TO_FOUR                                                                                \
	", 'fund_shares': [{'fund': 'city', 'share_bp': 6000}, {'fund': 'district', 'share_bp': "      \
	"4000}]"

static uint64_t approved(const struct pooled *p, int64_t amount) {
	uint64_t application = world_accept(p->w,
	    "{'apply': {'programme': 'cp', 'party': '" COMPANY "', 'amount': '%" PRId64 "'}}", amount);
	world_accept(p->w,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	return application;
}

#define ISSUE "{'issue': {'application': %" PRIu64 ", 'amount': '%" PRId64 "'}}"

static uint64_t issued(const struct pooled *p, int64_t amount) {
	return world_accept(p->w, ISSUE, approved(p, amount), amount);
}

static int64_t left_of(const struct pooled *p, uint64_t fund) {
	return world_balance(p->w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, p->programme, fund);
}

#define EXPECT_POOL(p, in_city, in_district)                                                       \
	do {                                                                                           \
		ck_assert_int_eq(left_of((p), (p)->city), (in_city));                                      \
		ck_assert_int_eq(left_of((p), (p)->district), (in_district));                              \
	} while (0)

/* What an entry's decision says that each fund bore. */
static int64_t share_of(const struct pooled *p, uint64_t entry, uint64_t fund) {
	const Pb__Decision *decision = world_entry(p->w, entry)->decision;
	for (size_t i = 0; i < decision->n_shares; i++)
		if (decision->shares[i]->fund == fund)
			return decision->shares[i]->amount;
	return 0;
}

static void cancel(const struct pooled *p, uint64_t voucher) {
	world_accept(p->w, "{'cancel_voucher': {'voucher': %" PRIu64 ", 'reason': 'r'}}", voucher);
}

START_TEST(without_shares_one_fund_pays_after_the_other) {
	struct pooled p = pooled_new(600, 400, "");
	uint64_t late = approved(&p, 1);
	uint64_t first = issued(&p, 300);
	EXPECT_POOL(&p, 600, 100);
	ck_assert_uint_eq(world_entry(p.w, first)->decision->n_shares, 1);
	uint64_t second = issued(&p, 250);
	EXPECT_POOL(&p, 450, 0);
	ck_assert_int_eq(share_of(&p, second, p.district), 100);
	ck_assert_int_eq(share_of(&p, second, p.city), 150);
	struct voucher_row row = WORLD_ROW(p.w, TABLE_VOUCHER, second, struct voucher_row);
	ck_assert_int_eq(row.left.amount[0], 100);
	ck_assert_int_eq(row.left.amount[1], 150);
	issued(&p, 450);
	EXPECT_POOL(&p, 0, 0);
	const Pb__Refusal *refusal = world_refuse(
	    p.w, PB__OUTCOME__POOL_EMPTY, ISSUE, late, INT64_C(1));
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_POOL);
	cancel(&p, second); /* each gets back what it gave */
	EXPECT_POOL(&p, 150, 100);
	world_free(p.w);
}
END_TEST

START_TEST(with_shares_every_amount_is_shared_to_the_last_unit) {
	struct pooled p = pooled_new(600, 400, SIX_TO_FOUR);
	uint64_t voucher = issued(&p, 333); /* 199.8 and 133.2 */
	ck_assert_int_eq(share_of(&p, voucher, p.city), 200);
	ck_assert_int_eq(share_of(&p, voucher, p.district), 133);
	EXPECT_POOL(&p, 400, 267);
	cancel(&p, voucher);
	EXPECT_POOL(&p, 600, 400);
	issued(&p, 1000);
	EXPECT_POOL(&p, 0, 0);
	world_free(p.w);
}
END_TEST

START_TEST(a_fund_that_cannot_pay_its_share_stands_against_it) {
	struct pooled p = pooled_new(600, 100, SIX_TO_FOUR);
	uint64_t application = approved(&p, 251); /* the district's part of it would be 100.4 */
	const Pb__Refusal *refusal = world_refuse(
	    p.w, PB__OUTCOME__POOL_EMPTY, ISSUE, application, INT64_C(251));
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_FUND_SHARE);
	ck_assert_str_eq(refusal->bound->name, "district");
	ck_assert_int_eq(refusal->bound->limit, 250);
	ck_assert_int_eq(refusal->bound->granted, 250);
	EXPECT_POOL(&p, 600, 100);
	world_accept(p.w, ISSUE, application, INT64_C(250));
	EXPECT_POOL(&p, 450, 0);
	world_free(p.w);
}
END_TEST

START_TEST(what_comes_back_is_split_as_it_is_borne) {
	struct pooled p = pooled_new(600, 400, "");
	uint64_t voucher = issued(&p, 700); /* district 400, city 300 */
	uint64_t startup = world_member(p.w, "s1", "ROLE_STARTUP", COMPANY);
	uint64_t staff = world_as(p.w, startup);
	world_accept(p.w,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '" LAB "', 'contract_number': 'C-1',"
	    " 'category': 'testing', 'total': 1200, 'eligible': 1200}}",
	    voucher);
	uint64_t back = world_accept(p.w, "{'return_voucher': {'voucher': %" PRIu64 "}}", voucher);
	world_as(p.w, staff);
	ck_assert_int_eq(share_of(&p, back, p.district), 57); /* of 100: 57.14 */
	ck_assert_int_eq(share_of(&p, back, p.city), 43);     /* 42.86 */
	struct voucher_row row = WORLD_ROW(p.w, TABLE_VOUCHER, voucher, struct voucher_row);
	ck_assert_int_eq(row.left.amount[0], 343);
	ck_assert_int_eq(row.left.amount[1], 257);
	EXPECT_POOL(&p, 343, 57);
	world_free(p.w);
}
END_TEST

/* --- amounts by fund --- */

START_TEST(a_split_never_gives_more_than_its_weight) {
	const struct by_fund weights = { { INT64_MAX / 2, 0, 1, INT64_MAX / 2 } };
	static const int64_t amounts[] = { 0, 1, 2, 3, INT64_MAX - 1, INT64_MAX };
	ck_assert_int_eq(by_fund_sum(&weights), INT64_MAX);
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		struct by_fund parts = by_fund_split(amounts[i], &weights), rest = weights;
		ck_assert_int_eq(by_fund_sum(&parts), amounts[i]);
		ck_assert_int_eq(by_fund_is_zero(&parts), amounts[i] == 0);
		by_fund_subtract(&rest, &parts); /* stops the process if one were more */
		by_fund_add(&rest, &parts);
		ck_assert_mem_eq(&rest, &weights, sizeof(rest));
	}
}
END_TEST

SUITE_MAIN("pool", without_shares_one_fund_pays_after_the_other,
    with_shares_every_amount_is_shared_to_the_last_unit,
    a_fund_that_cannot_pay_its_share_stands_against_it, what_comes_back_is_split_as_it_is_borne,
    a_split_never_gives_more_than_its_weight)
