/* SPDX-License-Identifier: Apache-2.0 */
/* What contracts cost beyond the subsidy, however much they state. */
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>

#define LOCAL         "110114"
#define CONTRACTS_MAX (INT64_MAX / 2)

static const struct scheme_config paid_to_the_holder = {
	.programme = "plain",
	.region = LOCAL,
	.rules = "{'programme': 'plain', 'rules': {'version': 1, 'title': 'Plain',"
	         " 'effective_from': '2026-01-01', " WORLD_RULES
	         "'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 30,"
	         " 'claim_within_days': 30, 'payee': 'PAYEE_STARTUP', 'countersign': true}}",
	.allocated = 1000000,
};

#define RESERVE                                                                                    \
	"{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': '%s', 'category':"  \
	" 'testing', 'total': '%" PRId64 "', 'eligible': 100, 'vat': '%d'}}"

/* Of the holder, in this account. */
static int64_t memo_of(struct scheme *s, Pb__AccountKind account, const struct member *holder) {
	return world_balance(s->world, account, s->programme, holder->party);
}

START_TEST(a_contract_of_any_size_stands_in_nobody_elses_way) {
	struct scheme *s = scheme_new(&paid_to_the_holder);
	struct world *w = s->world;
	const struct member *first = scheme_holder(s, LOCAL, "");
	const struct member *second = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t one = scheme_voucher(s, first, 1000), other = scheme_voucher(s, second, 1000);
	world_as(w, first->principal);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__OVERFLOW, RESERVE, one,
	    provider->code, "C-1", CONTRACTS_MAX + 50 + 1, 0); /* 50 of it are the subsidy */
	ck_assert_str_eq(refusal->field, "total");
	uint64_t reservation = world_accept(
	    w, RESERVE, one, provider->code, "C-1", CONTRACTS_MAX + 50, 10);
	ck_assert_int_eq(memo_of(s, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, first), CONTRACTS_MAX - 10);
	ck_assert_int_eq(memo_of(s, PB__ACCOUNT_KIND__MEMO_VAT, first), 10);
	world_refuse(w, PB__OUTCOME__OVERFLOW, RESERVE, one, provider->code, "C-2", INT64_C(100), 0);
	world_as(w, second->principal);
	world_accept(w, RESERVE, other, provider->code, "C-3", CONTRACTS_MAX + 50, 0);
	ck_assert_int_eq(memo_of(s, PB__ACCOUNT_KIND__MEMO_COUNTER, second), -CONTRACTS_MAX);
	scheme_step(s, first->principal, "release", "reservation", reservation);
	ck_assert_int_eq(memo_of(s, PB__ACCOUNT_KIND__MEMO_COUNTER, first), 0);
	scheme_free(s);
}
END_TEST

START_TEST(nobody_keeps_a_debt_out_of_the_books_by_stating_much) {
	struct scheme *s = scheme_new(&paid_to_the_holder);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 1000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "C-1", 200);
	scheme_redeem(s, reservation, 100);
	uint64_t claim = scheme_claim(s, holder, reservation, 100, 1);
	scheme_publish(s, claim);
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	world_as(w, s->finance);
	world_accept(w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    settlement);
	world_as(w, holder->principal);
	world_accept(w, RESERVE, voucher, provider->code, "C-2", CONTRACTS_MAX - 100 + 50, 0);
	ck_assert_int_eq(memo_of(s, PB__ACCOUNT_KIND__MEMO_COUNTER, holder), -CONTRACTS_MAX);
	world_as(w, s->approver);
	world_accept(w,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': 100, 'ground': 'CLAWBACK_FRAUD',"
	    " 'reason': 'r'}}",
	    claim);
	ck_assert_int_eq(memo_of(s, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, holder), 100);
	ck_assert_int_eq(scheme_programme(s).receivable, 100);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("memorandum accounts", a_contract_of_any_size_stands_in_nobody_elses_way,
    nobody_keeps_a_debt_out_of_the_books_by_stating_much)
