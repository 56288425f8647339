/* SPDX-License-Identifier: Apache-2.0 */
/* What verification finds of settlements when a row was changed behind the ledger's back. */
#include "faults.h"
#include "funds.h"
#include "ledger/key.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <string.h>

/*
 * Two payees. What the first owed, 300 and 50, was set off against its claims of 100, 150 and 400
 * (in settlement `netted`, where the 300 that are left are approved and not paid); the second is to
 * be paid 500 by `prepared`, which is not approved. A claim of 700 waits; the first owes 60 and 70.
 */
struct stage {
	struct scheme *s;
	const struct member *payees[2];
	uint64_t claims[5];
	uint64_t clawbacks[3]; /* set off, owed, owed */
	uint64_t netted;
	uint64_t prepared;
	struct replay replay;
};

static uint64_t owe(struct scheme *s, uint64_t claim, int amount) {
	world_as(s->world, s->office);
	return world_accept(s->world,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': %d, 'ground': 'CLAWBACK_MISUSE',"
	    " 'reason': 'r'}}",
	    claim, amount);
}

static struct stage new_stage(void) {
	struct stage t = { .s = new_netting_scheme() };
	struct world *w = t.s->world;
	const struct member *holder = scheme_holder(t.s, "110114", "");
	static const int amounts[] = { 100, 150, 400, 500, 700 };
	t.payees[0] = scheme_provider(t.s, "110114");
	t.payees[1] = scheme_provider(t.s, "110114");
	uint64_t old = scheme_published_claim(t.s, holder, t.payees[0], 2000);
	uint64_t paid = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, paid);
	world_as(w, t.s->finance);
	world_accept(w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    paid);
	t.clawbacks[0] = owe(t.s, old, 300);
	owe(t.s, old, 50);
	for (int i = 0; i < 3; i++)
		t.claims[i] = scheme_published_claim(t.s, holder, t.payees[0], amounts[i]);
	t.netted = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.netted);
	t.claims[3] = scheme_published_claim(t.s, holder, t.payees[1], amounts[3]);
	t.prepared = scheme_settlement(t.s);
	t.claims[4] = scheme_published_claim(t.s, holder, t.payees[1], amounts[4]);
	t.clawbacks[1] = owe(t.s, old, 60);
	t.clawbacks[2] = owe(t.s, old, 70);
	t.replay = new_replay(w);
	return t;
}

static void end_stage(struct stage *t) {
	end_replay(&t->replay);
	scheme_free(t->s);
}

struct change {
	size_t offset, bytes;
	uint64_t value;
	const char *fault;
};

#define CHANGE(type, field, value, fault)                                                          \
	{ offsetof(struct type, field), sizeof(((struct type *)0)->field), (value), (fault) }

static void expect_faults(
    struct stage *t, enum table table, struct key key, const struct change *changes, size_t count) {
	const struct state *state = t->replay.state;
	for (size_t i = 0; i < count; i++) {
		size_t bytes = 0;
		const void *there = state->ops->get(state->self, table, &key, &bytes);
		ck_assert_ptr_nonnull(there);
		char *row = arena_copy(world_arena(t->s->world), there, bytes);
		ck_assert(row && changes[i].offset + changes[i].bytes <= bytes);
		memcpy(row + changes[i].offset, &changes[i].value, changes[i].bytes);
		expect_fault(&t->replay, table, &key, row, changes[i].fault);
	}
}
#define EXPECT_FAULTS(stage, table, key, ...)                                                      \
	do {                                                                                           \
		const struct change changes_[] = { __VA_ARGS__ };                                          \
		expect_faults((stage), (table), (key), changes_, sizeof(changes_) / sizeof(changes_[0]));  \
	} while (0)

START_TEST(verification_finds_a_settlement_that_is_off) {
	struct stage t = new_stage();
	EXPECT_FAULTS(&t, TABLE_SETTLEMENT, key_of_id(t.netted),
	    CHANGE(settlement_row, amount, 301, "settlement: it is not its payments"),
	    CHANGE(settlement_row, netted, 349, "settlement: it is not its payments"),
	    CHANGE(settlement_row, payments, 2, "settlement: it is not its payments"),
	    CHANGE(settlement_row, recorded, 1, "settlement: it is not its payments"),
	    CHANGE(settlement_row, programme, 1, "claim: it is in a payment that it is not in"));
	EXPECT_FAULTS(&t, TABLE_PAYMENT, key_of_payment(t.netted, 1),
	    CHANGE(payment_row, netted, 351, "settlement: another sum is set off"),
	    CHANGE(payment_row, nettings, 1, "settlement: another sum is set off"),
	    CHANGE(payment_row, nettings, 3, "settlement: another sum is set off"),
	    CHANGE(payment_row, payee, t.payees[1]->party, "claim: it is in a payment that"),
	    CHANGE(payment_row, first_claim, 0, "settlement: a payment is not its claims"),
	    CHANGE(payment_row, first_claim, t.claims[0], "claim: it is in a payment that"),
	    CHANGE(payment_row, first_claim, t.netted, "claim: it is in a list where it is not"));
	EXPECT_FAULTS(&t, TABLE_PAYMENT, key_of_payment(t.prepared, 1),
	    CHANGE(payment_row, amount, 501, "settlement: a payment is not its claims"),
	    CHANGE(payment_row, status, PB__PAYMENT_STATUS__PAYMENT_CANCELLED, "claim: it is in a"));
	struct key netting = key_of_payment(t.netted, 1);
	key_add_u32(&netting, 1);
	EXPECT_FAULTS(&t, TABLE_NETTING, netting,
	    CHANGE(netting_row, amount, 49, "settlement: another sum is set off"),
	    CHANGE(netting_row, shares.amount[1], 0, "settlement: another sum is set off"));
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_claim_that_is_lost_or_is_paid_twice) {
	struct stage t = new_stage();
	EXPECT_FAULTS(&t, TABLE_CLAIM, key_of_id(t.claims[2]),
	    CHANGE(claim_row, netted, 99, "settlement: a payment is not its claims"),
	    CHANGE(claim_row, netted, 401, "claim: more is set off than it comes to"),
	    CHANGE(claim_row, payment, 2, "claim: it is in a payment that it is not in"),
	    CHANGE(claim_row, settlement, t.prepared, "claim: it is in a payment that it is not in"),
	    CHANGE(claim_row, previous, t.claims[0], "claim: it is in a payment that it is not in"),
	    CHANGE(claim_row, next, t.claims[2], "claim: it is in a payment that it is not in"),
	    CHANGE(claim_row, next, t.claims[3], "claim: it is in a payment that it is not in"),
	    CHANGE(claim_row, status, PB__CLAIM_STATUS__CLAIM_PAID, "claim: it is in a payment"));
	EXPECT_FAULTS(&t, TABLE_CLAIM, key_of_id(t.claims[0]), /* of which all was set off */
	    CHANGE(claim_row, netted, 99, "claims: some are in no list where they should be"));
	EXPECT_FAULTS(&t, TABLE_CLAIM, key_of_id(t.claims[4]),
	    CHANGE(claim_row, next, t.claims[3], "claim: it is in a list where it is not"),
	    CHANGE(claim_row, previous, t.claims[3], "claim: it waits for settlement where it does"),
	    CHANGE(claim_row, programme, 1, "claim: it waits for settlement where it does"),
	    CHANGE(claim_row, status, PB__CLAIM_STATUS__CLAIM_PAID, "claim: it is in a list where"),
	    CHANGE(
	        claim_row, status, PB__CLAIM_STATUS__CLAIM_OBJECTED, "claim: it is in a list where"));
	EXPECT_FAULTS(&t, TABLE_PROGRAMME, key_of_id(t.s->programme),
	    CHANGE(programme_row, ready_head, 0, "programme: another claim is the last that waits"),
	    CHANGE(programme_row, ready_tail, t.claims[3], "programme: another claim is the last"));
	end_stage(&t);
}
END_TEST

START_TEST(verification_finds_a_clawback_that_is_lost) {
	struct stage t = new_stage();
	uint64_t payee = t.payees[0]->party;
	struct key list = key_of_ids(t.s->programme, payee);
	EXPECT_FAULTS(&t, TABLE_CLAWBACK, key_of_id(t.clawbacks[1]),
	    CHANGE(clawback_row, next, 0, "party: another clawback is the last that it owes"),
	    CHANGE(clawback_row, next, t.clawbacks[0], "clawback: it is in a list where it is not"),
	    CHANGE(clawback_row, next, t.clawbacks[1], "clawback: it is in a list where it is not"),
	    CHANGE(clawback_row, previous, t.clawbacks[0], "clawback: it is in a list where it is not"),
	    CHANGE(clawback_row, programme, 1, "clawback: it is in a list where it is not"),
	    CHANGE(
	        clawback_row, payee, t.payees[1]->party, "clawback: it is in a list where it is not"),
	    CHANGE(clawback_row, recovered, 60, "clawback: it is in a list where it is not"));
	EXPECT_FAULTS(&t, TABLE_OWED, list,
	    CHANGE(owed_row, first, t.clawbacks[2], "clawback: it is in a list where it is not"),
	    CHANGE(owed_row, last, t.clawbacks[1], "party: another clawback is the last that it owes"));
	const struct owed_row empty = { 0 };
	const struct owed_row there = *STATE_GET(t.replay.state, TABLE_OWED, &list, struct owed_row);
	STATE_PUT(t.replay.state, TABLE_OWED, &list, &empty);
	const char *found = ledger_verify(t.replay.state, world_arena(t.s->world));
	ck_assert_str_eq(found, "clawbacks: some are in no list where they should be (0)");
	STATE_PUT(t.replay.state, TABLE_OWED, &list, &there);
	end_stage(&t);
}
END_TEST

SUITE_MAIN("verify: settlements", verification_finds_a_settlement_that_is_off,
    verification_finds_a_claim_that_is_lost_or_is_paid_twice,
    verification_finds_a_clawback_that_is_lost)
