/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a payee owes of clawbacks is set off against what it is paid. Three funds pay; what each of
 * them bears is followed to the minor unit.
 */
#include "funds.h"
#include "ledger/pool.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"
#define SOME  4
#define PAID  10001 /* by the claim that is clawed back: 5,001, 3,333 and 1,667 of the funds */

struct stage {
	struct scheme *s;
	struct world *w;
	const struct member *holder;
	const struct member *provider;
	uint64_t old; /* the claim of which something is clawed back */
};

static void pay(struct stage *t, uint64_t settlement, int payment, const char *status) {
	world_as(t->w, t->s->finance);
	world_accept(t->w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d, 'status': '%s',"
	    " 'reason': 'r'}}",
	    settlement, payment, status);
}

static struct stage new_stage_of(struct scheme *s) {
	struct stage t = { .s = s, .w = s->world };
	t.holder = scheme_holder(s, LOCAL, "");
	t.provider = scheme_provider(s, LOCAL);
	t.old = scheme_published_claim(s, t.holder, t.provider, PAID);
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	pay(&t, settlement, 1, "PAYMENT_PAID");
	return t;
}

static struct stage new_stage(void) {
	return new_stage_of(new_netting_scheme());
}

static void check_money(struct stage *t) {
	check_fund_sums(t->w, t->s->programme);
	const char *fault = ledger_verify(world_state(t->w), world_arena(t->w));
	ck_assert_msg(!fault, "%s", fault);
}

static void end_stage(struct stage *t) {
	check_money(t);
	scheme_free(t->s);
}

static uint64_t owe(struct stage *t, uint64_t claim, int64_t amount) {
	world_as(t->w, t->s->office);
	return world_accept(t->w,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': %" PRId64
	    ", 'ground': 'CLAWBACK_MISUSE', 'reason': 'r'}}",
	    claim, amount);
}

static void recover(struct stage *t, uint64_t clawback, int64_t amount) {
	world_as(t->w, t->s->finance);
	world_accept(t->w, "{'record_recovery': {'clawback': %" PRIu64 ", 'amount': %" PRId64 "}}",
	    clawback, amount);
}

static uint64_t publish(struct stage *t, int64_t amount) {
	return scheme_published_claim(t->s, t->holder, t->provider, amount);
}

static void cancel(struct stage *t, uint64_t settlement) {
	world_as(t->w, t->s->finance);
	world_accept(
	    t->w, "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}", settlement);
}

static const Pb__Refusal *refuse_approval(
    struct stage *t, Pb__Outcome outcome, uint64_t settlement) {
	world_as(t->w, t->s->approver);
	return world_refuse(t->w, outcome,
	    "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}", settlement,
	    scheme_payments_digest(t->s, settlement));
}

/* --- what there is --- */

static struct payment_row payment_row(struct stage *t, uint64_t settlement, uint32_t number) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *row = STATE_GET(
	    world_state(t->w), TABLE_PAYMENT, &key, struct payment_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}

static struct settlement_row settlement_row(struct stage *t, uint64_t id) {
	return WORLD_ROW(t->w, TABLE_SETTLEMENT, id, struct settlement_row);
}

static struct clawback_row clawback_row(struct stage *t, uint64_t id) {
	return WORLD_ROW(t->w, TABLE_CLAWBACK, id, struct clawback_row);
}

static int64_t balance(struct stage *t, Pb__AccountKind account) {
	return world_balance(t->w, account, t->s->programme, t->provider->party);
}

static int64_t sum_of(Pb__Share *const *shares, size_t count) {
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += shares[i]->amount;
	return sum;
}

static size_t count_of(const int64_t amounts[SOME]) {
	size_t count = 0;
	while (count < SOME && amounts[count])
		count++;
	return count;
}

static int64_t total_of(const int64_t amounts[SOME]) {
	return amounts[0] + amounts[1] + amounts[2] + amounts[3];
}

#define EXPECT_READY(t, ...)                                                                       \
	do {                                                                                           \
		const uint64_t expected_[] = { 0, __VA_ARGS__ };                                           \
		size_t count_ = sizeof(expected_) / sizeof(expected_[0]) - 1;                              \
		uint64_t ready_[64];                                                                       \
		ck_assert_uint_eq(scheme_ready((t)->s, ready_, 64), count_);                               \
		for (size_t i_ = 0; i_ < count_; i_++)                                                     \
			ck_assert_uint_eq(ready_[i_], expected_[i_ + 1]);                                      \
	} while (0)

/* --- how much is set off --- */

struct netting_case {
	const char *name;
	int64_t claims[SOME];
	int64_t owed[SOME]; /* oldest first */
	int64_t amount;     /* that is left to pay */
	int64_t nettings[SOME];
	int64_t netted[SOME]; /* of each claim */
};

static const struct netting_case cases[] = {
	{ "nothing is owed", { 1000 }, { 0 }, 1000, { 0 }, { 0 } },
	{ "less is owed", { 1000 }, { 300 }, 700, { 300 }, { 300 } },
	{ "as much is owed", { 1000 }, { 1000 }, 0, { 1000 }, { 1000 } },
	{ "more is owed", { 1000 }, { 3000 }, 0, { 1000 }, { 1000 } },
	{ "several clawbacks", { 1000 }, { 300, 400, 500 }, 0, { 300, 400, 300 }, { 1000 } },
	{ "several claims", { 100, 200, 400 }, { 250 }, 450, { 250 }, { 100, 150, 0 } },
	{ "to the end of a claim", { 100, 200, 400 }, { 300 }, 400, { 300 }, { 100, 200, 0 } },
	{ "single units", { 1, 1, 1 }, { 1, 1 }, 1, { 1, 1 }, { 1, 1, 0 } },
	{ "several of both", { 101, 203, 407 }, { 151, 149, 97 }, 314, { 151, 149, 97 },
	    { 101, 203, 93 } },
	{ "several of both, and more is owed", { 101, 203, 407 }, { 311, 149, 1009, 500 }, 0,
	    { 311, 149, 251 }, { 101, 203, 407 } },
};

static void expect_payment(const struct netting_case *c, const Pb__Payment *payment) {
	ck_assert_int_eq(payment->amount, c->amount);
	ck_assert_int_eq(sum_of(payment->shares, payment->n_shares), c->amount);
	ck_assert_uint_eq(payment->n_nettings, count_of(c->nettings));
	for (size_t i = 0; i < payment->n_nettings; i++) {
		const Pb__Netting *netting = payment->nettings[i];
		ck_assert_int_eq(netting->amount, c->nettings[i]);
		ck_assert_int_eq(sum_of(netting->shares, netting->n_shares), c->nettings[i]);
		ck_assert(i == 0 || netting->clawback > payment->nettings[i - 1]->clawback);
	}
}

static void expect_claims(struct stage *t, const struct netting_case *c, const uint64_t *claims,
    Pb__ClaimStatus status, uint64_t approved) {
	for (size_t i = 0; i < count_of(c->claims); i++) {
		const struct claim_row row = scheme_claim_row(t->s, claims[i]);
		bool is_whole = c->netted[i] == c->claims[i];
		ck_assert_int_eq(row.netted, c->netted[i]);
		ck_assert_int_eq(by_fund_sum(&row.netted_shares), c->netted[i]);
		ck_assert_int_eq(row.status, is_whole ? PB__CLAIM_STATUS__CLAIM_RECONCILED : status);
		if (is_whole)
			ck_assert_uint_eq(row.paid_seq, approved);
	}
}

/* Before it, and after it, nothing but this moved. */
static void expect_accounts(struct stage *t, const struct netting_case *c, int64_t payable,
    int64_t in_payment, int64_t paid) {
	int64_t netted = payable > 0 ? 0 : total_of(c->nettings);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE), payable);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT), in_payment);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_PAID), PAID + paid);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED), -netted);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__MEMO_RECEIVABLE), total_of(c->owed) - netted);
	check_money(t);
}

static int64_t books(struct stage *t) {
	return world_balance(t->w, PB__ACCOUNT_KIND__MEMO_BANK, t->s->house, 0);
}

static void run_case(const struct netting_case *c) {
	struct stage t = new_stage();
	uint64_t claims[SOME], clawbacks[SOME];
	for (size_t i = 0; i < count_of(c->owed); i++)
		clawbacks[i] = owe(&t, t.old, c->owed[i]);
	for (size_t i = 0; i < count_of(c->claims); i++)
		claims[i] = publish(&t, c->claims[i]);
	int64_t all = total_of(c->claims), netted = total_of(c->nettings), before = books(&t);

	uint64_t settlement = scheme_settlement(t.s);
	const Pb__Decision *decision = world_entry(t.w, settlement)->decision;
	expect_payment(c, decision->payments[0]);
	ck_assert_int_eq(decision->amount, c->amount);
	ck_assert_int_eq(settlement_row(&t, settlement).amount, c->amount);
	ck_assert_int_eq(settlement_row(&t, settlement).netted, netted);
	expect_accounts(&t, c, all, 0, 0);

	scheme_approve_settlement(t.s, settlement);
	uint64_t approved = world_last_seq(t.w);
	ck_assert_int_eq(payment_row(&t, settlement, 1).status,
	    c->amount ? PB__PAYMENT_STATUS__PAYMENT_APPROVED : PB__PAYMENT_STATUS__PAYMENT_NETTED);
	expect_accounts(&t, c, 0, c->amount, netted);
	expect_claims(&t, c, claims, PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT, approved);
	for (size_t i = 0; i < count_of(c->owed); i++)
		ck_assert_int_eq(clawback_row(&t, clawbacks[i]).recovered, c->nettings[i]);
	ck_assert_int_eq(books(&t), before);

	if (c->amount > 0)
		pay(&t, settlement, 1, "PAYMENT_PAID");
	expect_accounts(&t, c, 0, 0, all);
	expect_claims(&t, c, claims, PB__CLAIM_STATUS__CLAIM_PAID, approved);
	ck_assert_int_eq(books(&t), before - c->amount);
	end_stage(&t);
}

START_TEST(so_much_is_set_off) {
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(&cases[i]);
}
END_TEST

/* --- when the rest is not paid --- */

/* The rest of three claims of 100, 200 and 400, of which 250 are set off; the first is done. */
struct rest {
	struct stage t;
	uint64_t claims[3];
	uint64_t settlement;
};

static struct rest new_rest(void) {
	struct rest r = { .t = new_stage() };
	owe(&r.t, r.t.old, 250);
	for (int i = 0; i < 3; i++)
		r.claims[i] = publish(&r.t, 100 << i);
	r.settlement = scheme_settlement(r.t.s);
	scheme_approve_settlement(r.t.s, r.settlement);
	return r;
}

/* What was set off stays set off, and the next payment pays what is left, of each fund's share. */
static void expect_rest_is_paid(struct rest *r) {
	struct stage *t = &r->t;
	EXPECT_READY(t, r->claims[1], r->claims[2]);
	ck_assert_int_eq(
	    scheme_claim_row(t->s, r->claims[0]).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	ck_assert_uint_eq(scheme_claim_row(t->s, r->claims[0]).settlement, r->settlement);
	ck_assert_int_eq(scheme_claim_row(t->s, r->claims[1]).netted, 150);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE), 450);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_PAID), PAID + 250);
	check_money(t);

	uint64_t again = scheme_settlement(t->s);
	const Pb__Payment *payment = world_entry(t->w, again)->decision->payments[0];
	ck_assert_int_eq(payment->amount, 450);
	ck_assert_uint_eq(payment->n_nettings, 0);
	ck_assert_uint_eq(payment->n_claims, 2);
	ck_assert_int_eq(payment->shares[0]->amount, 225); /* 50 % of 50 and 400, … */
	ck_assert_int_eq(payment->shares[1]->amount, 150);
	ck_assert_int_eq(payment->shares[2]->amount, 75);
	scheme_approve_settlement(t->s, again);
	pay(t, again, 1, "PAYMENT_PAID");
	struct claim_row row = scheme_claim_row(t->s, r->claims[1]);
	ck_assert_int_eq(row.status, PB__CLAIM_STATUS__CLAIM_PAID);
	ck_assert_int_eq(row.netted, 150);
	ck_assert_int_eq(balance(t, PB__ACCOUNT_KIND__PROGRAMME_PAID), PAID + 700);
	EXPECT_READY(t);
	end_stage(t);
}

START_TEST(failed_payment_gives_back_what_was_not_set_off) {
	struct rest r = new_rest();
	pay(&r.t, r.settlement, 1, "PAYMENT_FAILED");
	expect_rest_is_paid(&r);
}
END_TEST

START_TEST(returned_payment_gives_back_what_was_not_set_off) {
	struct rest r = new_rest();
	pay(&r.t, r.settlement, 1, "PAYMENT_PAID");
	pay(&r.t, r.settlement, 1, "PAYMENT_RETURNED");
	expect_rest_is_paid(&r);
}
END_TEST

START_TEST(settlement_cancelled_after_approval_leaves_what_was_set_off) {
	struct rest r = new_rest();
	cancel(&r.t, r.settlement);
	ck_assert_int_eq(
	    payment_row(&r.t, r.settlement, 1).status, PB__PAYMENT_STATUS__PAYMENT_CANCELLED);
	expect_rest_is_paid(&r);
}
END_TEST

/* The second time the rest of it is set off, the third time the rest of that. */
START_TEST(claim_is_set_off_piece_by_piece) {
	struct stage t = new_stage();
	uint64_t claim = publish(&t, 1000);
	static const int64_t pieces[] = { 333, 1, 665 };
	int64_t netted = 0;
	for (int i = 0; i < 3; i++) {
		owe(&t, t.old, pieces[i]);
		uint64_t settlement = scheme_settlement(t.s);
		netted += pieces[i];
		ck_assert_int_eq(world_entry(t.w, settlement)->decision->amount, 1000 - netted);
		scheme_approve_settlement(t.s, settlement);
		ck_assert_int_eq(scheme_claim_row(t.s, claim).netted, netted);
		ck_assert_uint_eq(scheme_claim_row(t.s, claim).paid_seq, 0);
		pay(&t, settlement, 1, "PAYMENT_FAILED");
		check_money(&t);
	}
	owe(&t, t.old, 5);
	scheme_approve_settlement(t.s, scheme_settlement(t.s));
	struct claim_row row = scheme_claim_row(t.s, claim);
	ck_assert_int_eq(row.status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	ck_assert_uint_eq(row.paid_seq, world_last_seq(t.w));
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		ck_assert_int_eq(row.netted_shares.amount[i], row.shares.amount[i]);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__MEMO_RECEIVABLE), 4);
	end_stage(&t);
}
END_TEST

START_TEST(claim_of_which_a_part_was_set_off_is_not_stopped) {
	struct rest r = new_rest();
	struct stage *t = &r.t;
	pay(t, r.settlement, 1, "PAYMENT_FAILED");
	world_as(t->w, t->s->approver);
	static const char *const steps[] = { "return_claim", "reject_claim" };
	for (int i = 0; i < 2; i++)
		world_refuse(t->w, PB__OUTCOME__CLAIM_STATE,
		    "{'%s': {'claim': %" PRIu64 ", 'reason': 'r'}}", steps[i], r.claims[1]);
	world_accept(t->w, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", r.claims[2]);
	end_stage(t);
}
END_TEST

/* --- payments of which nothing is left --- */

START_TEST(payment_that_is_set_off_whole_is_done) {
	struct stage t = new_stage();
	owe(&t, t.old, 1000);
	publish(&t, 600);
	uint64_t settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, settlement);
	world_as(t.w, t.s->finance);
	const Pb__Refusal *refusal = world_refuse(t.w, PB__OUTCOME__PAYMENT_STATE,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    settlement);
	ck_assert_str_eq(refusal->detail, "PAYMENT_NETTED");
	refusal = world_refuse(t.w, PB__OUTCOME__SETTLEMENT_STATE,
	    "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}", settlement);
	ck_assert_str_eq(refusal->detail, "all of it was set off");
	refusal = world_refuse(t.w, PB__OUTCOME__SETTLEMENT_STATE,
	    "{'record_payment_file': {'settlement': %" PRIu64 ", 'format': 'csv icbc', 'file':"
	    " '%064d'}}",
	    settlement, 1);
	ck_assert_str_eq(refusal->detail, "all of it was set off");
	end_stage(&t);
}
END_TEST

/* One payee is paid nothing, another all, and that payment fails. */
START_TEST(payment_beside_one_that_is_set_off_goes_its_own_way) {
	struct stage t = new_stage();
	const struct member *other = scheme_provider(t.s, LOCAL);
	owe(&t, t.old, 600);
	uint64_t mine = publish(&t, 600);
	uint64_t theirs = scheme_published_claim(t.s, t.holder, other, 500);
	uint64_t settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, settlement);
	ck_assert_int_eq(settlement_row(&t, settlement).amount, 500);
	ck_assert_int_eq(settlement_row(&t, settlement).netted, 600);
	cancel(&t, settlement);
	ck_assert_int_eq(payment_row(&t, settlement, 1).status, PB__PAYMENT_STATUS__PAYMENT_NETTED);
	ck_assert_int_eq(payment_row(&t, settlement, 2).status, PB__PAYMENT_STATUS__PAYMENT_CANCELLED);
	ck_assert_int_eq(scheme_claim_row(t.s, mine).status, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	EXPECT_READY(&t, theirs);
	end_stage(&t);
}
END_TEST

/* --- what changes between opening and approval --- */

static void expect_void(int64_t recovered) {
	struct stage t = new_stage();
	uint64_t clawback = owe(&t, t.old, 300);
	publish(&t, 1000);
	uint64_t settlement = scheme_settlement(t.s);
	recover(&t, clawback, recovered);
	const Pb__Refusal *refusal = refuse_approval(&t, PB__OUTCOME__PAYMENTS_CHANGED, settlement);
	char expected[96];
	snprintf(expected, sizeof(expected),
	    "of clawback %" PRIu64 " less is owed than would be set off", clawback);
	ck_assert_str_eq(refusal->detail, expected);
	ck_assert_str_eq(refusal->field, "settlement");
	cancel(&t, settlement);
	settlement = scheme_settlement(t.s);
	ck_assert_int_eq(world_entry(t.w, settlement)->decision->amount, 700 + recovered);
	scheme_approve_settlement(t.s, settlement);
	end_stage(&t);
}

START_TEST(what_is_owed_no_longer_voids_the_settlement) {
	expect_void(1);
	expect_void(300);
}
END_TEST

START_TEST(what_is_written_off_is_not_set_off) {
	struct stage t = new_stage();
	uint64_t clawback = owe(&t, t.old, 300);
	publish(&t, 1000);
	uint64_t settlement = scheme_settlement(t.s);
	world_as(t.w, t.s->director);
	world_accept(
	    t.w, "{'write_off': {'clawback': %" PRIu64 ", 'amount': 300, 'reason': 'r'}}", clawback);
	refuse_approval(&t, PB__OUTCOME__PAYMENTS_CHANGED, settlement);
	end_stage(&t);
}
END_TEST

/* As much as is named is still owed: that there was more does not matter. */
START_TEST(clawback_of_which_enough_is_owed_is_set_off) {
	struct stage t = new_stage();
	uint64_t clawback = owe(&t, t.old, 3000);
	publish(&t, 1000);
	uint64_t settlement = scheme_settlement(t.s);
	recover(&t, clawback, 1500);
	scheme_approve_settlement(t.s, settlement);
	ck_assert_int_eq(clawback_row(&t, clawback).recovered, 2500);
	end_stage(&t);
}
END_TEST

START_TEST(clawback_is_set_off_in_one_of_two_settlements) {
	struct stage t = new_stage();
	owe(&t, t.old, 300);
	publish(&t, 1000);
	uint64_t first = scheme_settlement(t.s);
	publish(&t, 500);
	uint64_t second = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, second);
	refuse_approval(&t, PB__OUTCOME__PAYMENTS_CHANGED, first);
	cancel(&t, first);
	uint64_t third = scheme_settlement(t.s);
	ck_assert_int_eq(world_entry(t.w, third)->decision->amount, 1000);
	end_stage(&t);
}
END_TEST

START_TEST(settlement_that_is_cancelled_before_approval_sets_nothing_off) {
	struct stage t = new_stage();
	uint64_t clawback = owe(&t, t.old, 300);
	uint64_t claim = publish(&t, 1000);
	cancel(&t, scheme_settlement(t.s));
	ck_assert_int_eq(clawback_row(&t, clawback).recovered, 0);
	ck_assert_int_eq(scheme_claim_row(t.s, claim).netted, 0);
	EXPECT_READY(&t, claim);
	end_stage(&t);
}
END_TEST

/* --- which clawbacks --- */

START_TEST(nothing_is_set_off_where_the_rules_do_not_say_so) {
	struct stage t = new_stage_of(new_shared_scheme());
	owe(&t, t.old, 300);
	publish(&t, 1000);
	const Pb__Decision *decision = world_entry(t.w, scheme_settlement(t.s))->decision;
	ck_assert_int_eq(decision->amount, 1000);
	ck_assert_uint_eq(decision->payments[0]->n_nettings, 0);
	end_stage(&t);
}
END_TEST

START_TEST(others_owe_what_they_owe) {
	struct stage t = new_stage();
	const struct member *other = scheme_provider(t.s, LOCAL);
	owe(&t, t.old, 300);
	scheme_published_claim(t.s, t.holder, other, 1000);
	const Pb__Decision *decision = world_entry(t.w, scheme_settlement(t.s))->decision;
	ck_assert_int_eq(decision->amount, 1000);
	ck_assert_uint_eq(decision->payments[0]->n_nettings, 0);
	end_stage(&t);
}
END_TEST

/* Of four, those that are settled otherwise leave the list wherever they stand in it. */
struct order {
	int recovered[3];
	int left[2];
};

static void expect_order(const struct order *order) {
	struct stage t = new_stage();
	uint64_t clawbacks[4];
	for (int i = 0; i < 4; i++)
		clawbacks[i] = owe(&t, t.old, 100);
	for (int i = 0; i < 3 && order->recovered[i] >= 0; i++)
		recover(&t, clawbacks[order->recovered[i]], 100);
	publish(&t, 1000);
	const Pb__Payment *payment = world_entry(t.w, scheme_settlement(t.s))->decision->payments[0];
	ck_assert_uint_eq(payment->n_nettings, order->left[1] >= 0 ? 2 : 1);
	for (size_t i = 0; i < payment->n_nettings; i++)
		ck_assert_uint_eq(payment->nettings[i]->clawback, clawbacks[order->left[i]]);
	end_stage(&t);
}

START_TEST(oldest_that_is_owed_comes_first) {
	static const struct order orders[] = {
		{ { 0, 1, 2 }, { 3, -1 } },
		{ { 3, 1, 0 }, { 2, -1 } },
		{ { 1, 2, -1 }, { 0, 3 } },
		{ { 3, 0, -1 }, { 1, 2 } },
	};
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		expect_order(&orders[i]);
}
END_TEST

START_TEST(so_many_are_set_off_and_the_rest_stays_owed) {
	struct stage t = new_stage();
	for (int i = 0; i < LIMIT_NETTINGS + 3; i++)
		owe(&t, t.old, 2);
	publish(&t, 1000);
	uint64_t settlement = scheme_settlement(t.s);
	const Pb__Payment *payment = world_entry(t.w, settlement)->decision->payments[0];
	ck_assert_uint_eq(payment->n_nettings, LIMIT_NETTINGS);
	ck_assert_int_eq(payment->amount, 1000 - 2 * LIMIT_NETTINGS);
	scheme_approve_settlement(t.s, settlement);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__MEMO_RECEIVABLE), 6);
	end_stage(&t);
}
END_TEST

/* What was set off was paid: it may be clawed back, and that set off again. */
START_TEST(claim_that_was_set_off_is_clawed_back) {
	struct stage t = new_stage();
	owe(&t, t.old, 700);
	uint64_t claim = publish(&t, 700);
	scheme_approve_settlement(t.s, scheme_settlement(t.s));
	owe(&t, claim, 200);
	publish(&t, 1000);
	uint64_t settlement = scheme_settlement(t.s);
	ck_assert_int_eq(world_entry(t.w, settlement)->decision->amount, 800);
	scheme_approve_settlement(t.s, settlement);
	end_stage(&t);
}
END_TEST

SUITE_MAIN("netting", so_much_is_set_off, failed_payment_gives_back_what_was_not_set_off,
    returned_payment_gives_back_what_was_not_set_off,
    settlement_cancelled_after_approval_leaves_what_was_set_off, claim_is_set_off_piece_by_piece,
    claim_of_which_a_part_was_set_off_is_not_stopped, payment_that_is_set_off_whole_is_done,
    payment_beside_one_that_is_set_off_goes_its_own_way,
    what_is_owed_no_longer_voids_the_settlement, what_is_written_off_is_not_set_off,
    clawback_of_which_enough_is_owed_is_set_off, clawback_is_set_off_in_one_of_two_settlements,
    settlement_that_is_cancelled_before_approval_sets_nothing_off,
    nothing_is_set_off_where_the_rules_do_not_say_so, others_owe_what_they_owe,
    oldest_that_is_owed_comes_first, so_many_are_set_off_and_the_rest_stays_owed,
    claim_that_was_set_off_is_clawed_back)
