/* SPDX-License-Identifier: Apache-2.0 */
/* Money that was paid and must come back: clawbacks, recoveries, write-offs. Three funds paid. */
#include "funds.h"
#include "refusals.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"

struct stage {
	struct scheme *s;
	const struct member *holder;
	const struct member *provider;
	uint64_t claim; /* of 10,001: 5,001, 3,333 and 1,667 of the funds */
	uint64_t settlement;
};

static struct stage new_published_stage(void) {
	struct stage t = { .s = new_shared_scheme() };
	t.holder = scheme_holder(t.s, LOCAL, "");
	t.provider = scheme_provider(t.s, LOCAL);
	t.claim = scheme_published_claim(t.s, t.holder, t.provider, 10001);
	return t;
}

static struct stage new_stage(void) {
	struct stage t = new_published_stage();
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	world_as(t.s->world, t.s->finance);
	world_accept(t.s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    t.settlement);
	return t;
}

static void check_money(struct stage *t) {
	check_fund_sums(t->s->world, t->s->programme);
	const char *fault = ledger_verify(world_state(t->s->world), world_arena(t->s->world));
	ck_assert_msg(!fault, "%s", fault);
}

static void end_stage(struct stage *t) {
	check_money(t);
	scheme_free(t->s);
}

static uint64_t order(struct stage *t, int64_t amount) {
	world_as(t->s->world, t->s->office);
	uint64_t id = world_accept(t->s->world,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': %" PRId64
	    ", 'ground': 'CLAWBACK_MISUSE', 'reason': 'spent on furniture', 'due': '2026-06-30'}}",
	    t->claim, amount);
	check_money(t);
	return id;
}

static uint64_t recover(struct stage *t, uint64_t clawback, int64_t amount) {
	world_as(t->s->world, t->s->finance);
	uint64_t seq = world_accept(t->s->world,
	    "{'record_recovery': {'clawback': %" PRIu64 ", 'amount': %" PRId64
	    ", 'bank_reference': 'B-1', 'value_date': '2026-03-01'}}",
	    clawback, amount);
	check_money(t);
	return seq;
}

static void write_off(struct stage *t, uint64_t clawback, int64_t amount) {
	world_as(t->s->world, t->s->director);
	world_accept(t->s->world,
	    "{'write_off': {'clawback': %" PRIu64 ", 'amount': %" PRId64 ", 'reason': 'dissolved'}}",
	    clawback, amount);
	check_money(t);
}

static struct clawback_row clawback_row(struct stage *t, uint64_t id) {
	return WORLD_ROW(t->s->world, TABLE_CLAWBACK, id, struct clawback_row);
}

static int64_t balance(struct stage *t, Pb__AccountKind account, uint64_t party) {
	return world_balance(t->s->world, account, t->s->programme, party);
}

#define EXPECT_AMOUNTS(amounts, ...)                                                               \
	do {                                                                                           \
		const int64_t expected_[LIMIT_FUNDS] = { __VA_ARGS__ };                                    \
		const struct by_fund amounts_ = (amounts);                                                 \
		for (size_t i_ = 0; i_ < LIMIT_FUNDS; i_++)                                                \
			ck_assert_int_eq(amounts_.amount[i_], expected_[i_]);                                  \
	} while (0)

START_TEST(payee_owes_what_is_clawed_back) {
	struct stage t = new_stage();
	uint64_t payee = t.provider->party;
	struct programme_row before = scheme_programme(t.s);
	uint64_t id = order(&t, 6000);
	const Pb__Decision *decision = world_entry(t.s->world, id)->decision;
	ck_assert_int_eq(decision->amount, 6000);
	ck_assert_uint_eq(decision->claim, t.claim);
	ck_assert_uint_eq(decision->payee, payee);
	ck_assert_uint_eq(decision->n_bounds, 1);
	ck_assert_int_eq(decision->bounds[0]->rule, PB__RULE__RULE_CLAWBACK);
	ck_assert_int_eq(decision->bounds[0]->limit, 10001);
	ck_assert_uint_eq(decision->n_shares, 3);

	struct clawback_row row = clawback_row(&t, id);
	ck_assert_uint_eq(row.claim, t.claim);
	ck_assert_uint_eq(row.payee, payee);
	ck_assert_int_eq(row.amount, 6000);
	EXPECT_AMOUNTS(row.left, 3000, 2000, 1000);
	ck_assert_int_eq(scheme_claim_row(t.s, t.claim).clawed_back, 6000);
	ck_assert_int_eq(scheme_claim_row(t.s, t.claim).status, PB__CLAIM_STATUS__CLAIM_PAID);

	/* What is owed is no money of the fund's yet. */
	struct programme_row after = scheme_programme(t.s);
	ck_assert_int_eq(after.receivable, 6000);
	ck_assert_int_eq(after.available, before.available);
	ck_assert_int_eq(after.paid, before.paid);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, payee), 6000);
	struct key key = key_of_party_object(payee, TABLE_CLAWBACK, id);
	size_t bytes;
	const struct state *state = world_state(t.s->world);
	ck_assert_ptr_nonnull(state->ops->get(state->self, TABLE_BY_PARTY, &key, &bytes));
	end_stage(&t);
}
END_TEST

START_TEST(recovered_money_goes_to_the_funds_that_paid) {
	struct stage t = new_stage();
	uint64_t payee = t.provider->party;
	struct programme_row before = scheme_programme(t.s);
	uint64_t id = order(&t, 6000);
	uint64_t seq = recover(&t, id, 1);
	ck_assert_uint_eq(world_entry(t.s->world, seq)->decision->n_shares, 1);
	EXPECT_AMOUNTS(clawback_row(&t, id).left, 2999, 2000, 1000);
	seq = recover(&t, id, 3999);
	const Pb__Decision *decision = world_entry(t.s->world, seq)->decision;
	ck_assert_int_eq(decision->bounds[0]->rule, PB__RULE__RULE_RECEIVABLE);
	ck_assert_int_eq(decision->bounds[0]->limit, 6000);
	ck_assert_int_eq(decision->bounds[0]->used, 1);
	ck_assert_int_eq(decision->shares[0]->amount, 1999); /* of 2,999 : 2,000 : 1,000 */
	ck_assert_int_eq(decision->shares[1]->amount, 1333);
	ck_assert_int_eq(decision->shares[2]->amount, 667);

	struct programme_row after = scheme_programme(t.s);
	ck_assert_int_eq(after.available, before.available + 4000);
	ck_assert_int_eq(after.recovered, 4000);
	ck_assert_int_eq(after.receivable, 2000);
	ck_assert_int_eq(after.paid, before.paid);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, payee), -4000);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, payee), 2000);
	recover(&t, id, 2000);
	EXPECT_AMOUNTS(clawback_row(&t, id).left, 0, 0, 0);
	ck_assert_int_eq(scheme_programme(t.s).receivable, 0);
	end_stage(&t);
}
END_TEST

START_TEST(what_is_written_off_is_owed_no_longer) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	uint64_t id = order(&t, 6000);
	recover(&t, id, 1000);
	write_off(&t, id, 4000);
	struct programme_row programme = scheme_programme(t.s);
	ck_assert_int_eq(programme.receivable, 1000);
	ck_assert_int_eq(programme.written_off, 4000);
	ck_assert_int_eq(programme.recovered, 1000);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, t.provider->party), 4000);

	/* One thousand is owed still, not more. */
	world_as(w, t.s->finance);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__CLAWBACK_EXCEEDS,
	    "{'record_recovery': {'clawback': %" PRIu64 ", 'amount': 1001}}", id);
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_RECEIVABLE);
	ck_assert_int_eq(refusal->bound->limit - refusal->bound->used, 1000);
	recover(&t, id, 999);
	write_off(&t, id, 1);
	world_refuse(w, PB__OUTCOME__CLAWBACK_STATE,
	    "{'record_recovery': {'clawback': %" PRIu64 ", 'amount': 1}}", id);
	world_as(w, t.s->director);
	world_refuse(w, PB__OUTCOME__CLAWBACK_STATE,
	    "{'write_off': {'clawback': %" PRIu64 ", 'amount': 1, 'reason': 'r'}}", id);
	end_stage(&t);
}
END_TEST

START_TEST(who_ordered_a_clawback_does_not_write_it_off) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	uint64_t id = order(&t, 100);
	uint64_t other_key = world_member(w, "S1", "ROLE_FINANCE", ""); /* the same person's */
	const uint64_t same[] = { t.s->office, other_key };
	for (int i = 0; i < 2; i++) {
		world_as(w, same[i]);
		world_refuse(w, PB__OUTCOME__SAME_PERSON,
		    "{'write_off': {'clawback': %" PRIu64 ", 'amount': 1, 'reason': 'r'}}", id);
	}
	write_off(&t, id, 100);
	end_stage(&t);
}
END_TEST

/* Each bears what it paid, however small the pieces in which it is clawed back. */
START_TEST(many_small_clawbacks_come_to_the_claim_and_no_more) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	static const int64_t amounts[] = { 1, 1, 1, 2, 3, 7, 101, 997, 1, 3333, 1, 1, 5000, 552 };
	int64_t sum = 0;
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		uint64_t id = order(&t, amounts[i]);
		sum += amounts[i];
		if (i % 3 == 0)
			recover(&t, id, amounts[i]);
		else if (i % 3 == 1)
			write_off(&t, id, (amounts[i] + 1) / 2);
	}
	ck_assert_int_eq(sum, 10001);
	EXPECT_AMOUNTS(scheme_claim_row(t.s, t.claim).clawed_shares, 5001, 3333, 1667);
	world_as(w, t.s->office);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__CLAWBACK_EXCEEDS,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': 1, 'ground': 'CLAWBACK_FRAUD',"
	    " 'reason': 'r'}}",
	    t.claim);
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_CLAWBACK);
	ck_assert_int_eq(refusal->bound->limit, 10001);
	ck_assert_int_eq(refusal->bound->used, 10001);
	end_stage(&t);
}
END_TEST

START_TEST(only_paid_claims_are_clawed_back) {
	struct stage t = new_published_stage();
	struct world *w = t.s->world;
	static const char order_one[] = "{'order_clawback': {'claim': %" PRIu64 ", 'amount': 1,"
	                                " 'ground': 'CLAWBACK_ERROR', 'reason': 'r'}}";
	world_as(w, t.s->office);
	world_refuse(w, PB__OUTCOME__CLAIM_STATE, order_one, t.claim);
	uint64_t settlement = scheme_settlement(t.s);
	world_refuse(w, PB__OUTCOME__CLAIM_STATE, order_one, t.claim);
	scheme_approve_settlement(t.s, settlement);
	world_refuse(w, PB__OUTCOME__CLAIM_STATE, order_one, t.claim);
	world_accept(w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    settlement);
	world_accept(w, order_one, t.claim);
	scheme_bank_line(t.s, settlement, 1, false);
	world_accept(w, order_one, t.claim);
	end_stage(&t);
}
END_TEST

/* The money may come back through the bank: then it is the recovery, and is not paid once more. */
START_TEST(payment_of_a_claim_that_is_clawed_back_is_not_returned) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	static const char returned[] = "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1,"
	                               " 'status': 'PAYMENT_RETURNED', 'reason': 'closed'}}";
	uint64_t id = order(&t, 10001);
	world_as(w, t.s->finance);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__CLAIM_STATE, returned, t.settlement);
	char expected[64];
	snprintf(
	    expected, sizeof(expected), "claim %" PRIu64 " is clawed back: record a recovery", t.claim);
	ck_assert_str_eq(refusal->field, "payment");
	ck_assert_str_eq(refusal->detail, expected);
	recover(&t, id, 10001);
	end_stage(&t);
}
END_TEST

START_TEST(staff_of_another_region_recover_nothing) {
	struct stage t = new_stage();
	struct world *w = t.s->world;
	uint64_t id = order(&t, 100);
	world_as(w, scheme_regional(t.s, "S9", "ROLE_FINANCE", "110105"));
	world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': 1, 'ground': 'CLAWBACK_ERROR',"
	    " 'reason': 'r'}}",
	    t.claim);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'record_recovery': {'clawback': %" PRIu64 ", 'amount': 1}}", id);
	ck_assert_str_eq(refusal->field, "clawback");
	world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'write_off': {'clawback': %" PRIu64 ", 'amount': 1, 'reason': 'r'}}", id);
	end_stage(&t);
}
END_TEST

#define CLAWBACK(fields)  "{'order_clawback': {" fields "}}"
#define RECOVERY(fields)  "{'record_recovery': {" fields "}}"
#define WRITE_OFF(fields) "{'write_off': {" fields "}}"

START_TEST(fields_are_looked_at_first) {
	struct stage t = new_stage();
	char past[160];
	snprintf(past, sizeof(past),
	    CLAWBACK("'claim': %" PRIu64 ", 'amount': 1, 'ground': 'CLAWBACK_FRAUD', 'reason': 'r',"
	             " 'due': '2026-01-04'"),
	    t.claim);
	const struct refused table[] = {
		{ CLAWBACK("'claim': 1, 'ground': 'CLAWBACK_FRAUD', 'reason': 'r'"),
		    PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ CLAWBACK("'claim': 1, 'amount': -1, 'ground': 'CLAWBACK_FRAUD', 'reason': 'r'"),
		    PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ CLAWBACK("'claim': 1, 'amount': 1, 'reason': 'r'"), PB__OUTCOME__FIELD_MISSING,
		    "ground" },
		{ CLAWBACK("'claim': 1, 'amount': 1, 'ground': 'CLAWBACK_FRAUD'"),
		    PB__OUTCOME__FIELD_MISSING, "reason" },
		{ CLAWBACK("'amount': 1, 'ground': 'CLAWBACK_FRAUD', 'reason': 'r'"),
		    PB__OUTCOME__FIELD_MISSING, "claim" },
		{ CLAWBACK("'claim': 1, 'amount': 1, 'ground': 'CLAWBACK_FRAUD', 'reason': 'r'"),
		    PB__OUTCOME__CLAIM_UNKNOWN, "claim" },
		{ past, PB__OUTCOME__FIELD_INVALID, "due" },
		{ RECOVERY("'clawback': 1"), PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ RECOVERY("'amount': 1"), PB__OUTCOME__FIELD_MISSING, "clawback" },
		{ RECOVERY("'clawback': 1, 'amount': 1"), PB__OUTCOME__CLAWBACK_UNKNOWN, "clawback" },
		{ RECOVERY("'clawback': 1, 'amount': 1, 'value_date': '2026-02-30'"),
		    PB__OUTCOME__FIELD_INVALID, "value_date" },
		{ RECOVERY("'clawback': 1, 'amount': 1, 'bank_reference': 'a\\u0001'"),
		    PB__OUTCOME__FIELD_INVALID, "bank_reference" },
		{ WRITE_OFF("'clawback': 1, 'reason': 'r'"), PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ WRITE_OFF("'clawback': 1, 'amount': 1"), PB__OUTCOME__FIELD_MISSING, "reason" },
		{ WRITE_OFF("'clawback': 1, 'amount': 1, 'reason': 'r'"), PB__OUTCOME__CLAWBACK_UNKNOWN,
		    "clawback" },
	};
	world_as(t.s->world, t.s->office);
	REFUSE_ALL(t.s->world, table);
	end_stage(&t);
}
END_TEST

SUITE_MAIN("recover", payee_owes_what_is_clawed_back, recovered_money_goes_to_the_funds_that_paid,
    what_is_written_off_is_owed_no_longer, who_ordered_a_clawback_does_not_write_it_off,
    many_small_clawbacks_come_to_the_claim_and_no_more, only_paid_claims_are_clawed_back,
    payment_of_a_claim_that_is_clawed_back_is_not_returned, staff_of_another_region_recover_nothing,
    fields_are_looked_at_first)
