/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which claims a settlement takes, how they are grouped, and where they go when it is not paid.
 * What is refused, and when, is in tests/scenario/test_refusals.c.
 */
#include "ledger/settle.h"

#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCAL "110114"

/* As scheme_plain, but claims are ready as soon as they are published. */
static struct scheme *new_scheme(void) {
	return scheme_new(&scheme_direct);
}

static const Pb__Decision *open(struct scheme *s) {
	return world_entry(s->world, scheme_settlement(s))->decision;
}

static void expect_claims(
    const uint64_t *claims, size_t count, const uint64_t *expected, size_t expected_count) {
	ck_assert_uint_eq(count, expected_count);
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(claims[i] == expected[i], "claim %zu is %" PRIu64 ", not %" PRIu64, i,
		    claims[i], expected[i]);
}

#define EXPECT_PAYMENT(payment, member, ...)                                                       \
	do {                                                                                           \
		const uint64_t expected_[] = { __VA_ARGS__ };                                              \
		const Pb__Payment *payment_ = (payment);                                                   \
		ck_assert_uint_eq(payment_->payee, (member)->party);                                       \
		expect_claims(payment_->claims, payment_->n_claims, expected_,                             \
		    sizeof(expected_) / sizeof(expected_[0]));                                             \
	} while (0)

#define EXPECT_READY(scheme, ...)                                                                  \
	do {                                                                                           \
		const uint64_t expected_[] = { __VA_ARGS__ };                                              \
		uint64_t ready_[64];                                                                       \
		expect_claims(ready_, scheme_ready((scheme), ready_, 64), expected_,                       \
		    sizeof(expected_) / sizeof(expected_[0]));                                             \
	} while (0)

static void cancel(struct scheme *s, uint64_t settlement) {
	world_as(s->world, s->finance);
	world_accept(
	    s->world, "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}", settlement);
}

static void record(struct scheme *s, uint64_t settlement, int payment, const char *status) {
	world_as(s->world, s->finance);
	world_accept(s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d, 'status': '%s',"
	    " 'reason': 'r'}}",
	    settlement, payment, status);
}

START_TEST(claims_are_grouped_by_payee_in_order_of_the_first) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *a = scheme_provider(s, LOCAL);
	const struct member *b = scheme_provider(s, LOCAL);
	uint64_t b1 = scheme_published_claim(s, holder, b, 100);
	uint64_t a1 = scheme_published_claim(s, holder, a, 200);
	uint64_t b2 = scheme_published_claim(s, holder, b, 400);
	uint64_t a2 = scheme_published_claim(s, holder, a, 800);
	uint64_t a3 = scheme_published_claim(s, holder, a, 1600);
	uint64_t settlement = scheme_settlement(s);
	const Pb__Decision *decision = world_entry(s->world, settlement)->decision;
	ck_assert_int_eq(decision->amount, 3100);
	ck_assert_uint_eq(decision->n_payments, 2);
	EXPECT_PAYMENT(decision->payments[0], b, b1, b2);
	EXPECT_PAYMENT(decision->payments[1], a, a1, a2, a3);
	ck_assert_int_eq(decision->payments[0]->amount, 500);
	ck_assert_int_eq(decision->payments[1]->amount, 2600);
	ck_assert_str_eq(decision->payments[0]->account->number, "622200000003");
	ck_assert_uint_eq(decision->n_unpayable, 0);
	ck_assert_uint_eq(scheme_programme(s).ready_head, 0);
	struct settlement_row row = WORLD_ROW(
	    s->world, TABLE_SETTLEMENT, settlement, struct settlement_row);
	ck_assert_uint_eq(row.payments, 2);
	ck_assert_int_eq(row.amount, 3100);
	ck_assert_str_eq(row.prepared_by, "S5");
	scheme_free(s);
}
END_TEST

START_TEST(reference_is_unique_and_fits_the_bank) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	scheme_published_claim(s, holder, scheme_provider(s, LOCAL), 100);
	scheme_published_claim(s, holder, scheme_provider(s, LOCAL), 100);
	uint64_t settlement = scheme_settlement(s);
	const Pb__Decision *decision = world_entry(s->world, settlement)->decision;
	char expected[64];
	for (int i = 0; i < 2; i++) {
		snprintf(expected, sizeof(expected), "V0190a1b2-%" PRIu64 "-%d", settlement, i + 1);
		ck_assert_str_eq(decision->payments[i]->reference, expected);
		ck_assert_uint_le(strlen(expected), 35);
	}
	scheme_free(s);
}
END_TEST

START_TEST(cutoff_is_a_journal_sequence) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t first = scheme_published_claim(s, holder, provider, 100);
	uint64_t published = world_last_seq(s->world);
	uint64_t second = scheme_published_claim(s, holder, provider, 100);
	world_as(s->world, s->finance);
	world_refuse(s->world, PB__OUTCOME__NOTHING_TO_SETTLE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': %" PRIu64
	    "}}",
	    published - 1);
	uint64_t settlement = world_accept(s->world,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': %" PRIu64
	    "}}",
	    published);
	EXPECT_PAYMENT(world_entry(s->world, settlement)->decision->payments[0], provider, first);
	EXPECT_READY(s, second);
	scheme_free(s);
}
END_TEST

/* Rules with other days of publication: what was published later may be ready first. */
START_TEST(claim_in_publication_holds_up_nobody) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t slow = scheme_published_claim(s, holder, provider, 100);
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'publish_rules': {'programme': 'plain', 'rules': {'version': 2," WORLD_RULES
	    "'effective_from': '2026-01-05', 'tiers': [{'id': 1, 'ratio_bp': 5000}],"
	    " 'use_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}}");
	uint64_t quick = scheme_published_claim(s, holder, provider, 100);
	EXPECT_READY(s, slow, quick);
	EXPECT_PAYMENT(open(s)->payments[0], provider, quick);
	EXPECT_READY(s, slow);
	world_at(s->world, "2026-01-12 23:59");
	world_as(s->world, s->finance);
	world_refuse(s->world, PB__OUTCOME__NOTHING_TO_SETTLE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': 1}}");
	world_at(s->world, "2026-01-13 00:00");
	EXPECT_PAYMENT(open(s)->payments[0], provider, slow);
	scheme_free(s);
}
END_TEST

START_TEST(payee_that_cannot_be_paid_holds_up_nobody_and_is_named) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *suspended = scheme_provider(s, LOCAL);
	const struct member *homeless = scheme_provider(s, LOCAL);
	const struct member *good = scheme_provider(s, LOCAL);
	uint64_t first = scheme_published_claim(s, holder, suspended, 100);
	uint64_t second = scheme_published_claim(s, holder, homeless, 100);
	uint64_t third = scheme_published_claim(s, holder, suspended, 100);
	world_as(s->world, s->office);
	world_accept(s->world, "{'suspend_party': {'party': '%s', 'reason': 'r'}}", suspended->code);
	world_accept(s->world, "{'update_party': {'code': '%s', 'name': 'n', 'region': '" LOCAL "'}}",
	    homeless->code);
	world_as(s->world, s->finance);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__NOTHING_TO_SETTLE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': %" PRIu64
	    "}}",
	    world_last_seq(s->world));
	char expected[64];
	snprintf(expected, sizeof(expected), "%s is suspended", suspended->code);
	ck_assert_str_eq(refusal->detail, expected);

	uint64_t fourth = scheme_published_claim(s, holder, good, 100);
	const Pb__Decision *decision = open(s);
	ck_assert_uint_eq(decision->n_payments, 1);
	EXPECT_PAYMENT(decision->payments[0], good, fourth);
	ck_assert_uint_eq(decision->n_unpayable, 2);
	ck_assert_uint_eq(decision->unpayable[0], suspended->party);
	ck_assert_uint_eq(decision->unpayable[1], homeless->party);
	EXPECT_READY(s, first, second, third);
	world_as(s->world, s->office);
	world_accept(s->world, "{'reinstate_party': {'party': '%s', 'reason': 'r'}}", suspended->code);
	EXPECT_PAYMENT(open(s)->payments[0], suspended, first, third);
	scheme_free(s);
}
END_TEST

#define INVOICE "2611000000000000090"
#define LEAN                                                                                       \
	"{'submit_claim': {'reservation': %" PRIu64 ", 'amount': %d, 'invoices': [{'number': '%s',"    \
	" 'amount': %d, 'date': '2026-01-05'}]}}"

/* Once a claim is stopped, what leaned on its invoices is not paid: neither taken nor approved. */
START_TEST(claim_whose_support_was_taken_back_is_not_paid) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t voucher = scheme_voucher(s, holder, 10000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-lean", 20000);
	uint64_t other = scheme_published_claim(s, holder, provider, 100);
	scheme_redeem(s, reservation, 10000);
	world_as(s->world, provider->principal);
	uint64_t rich = world_accept(s->world, LEAN, reservation, 1, INVOICE "1", 20000);
	uint64_t poor = world_accept(s->world, LEAN, reservation, 9000, INVOICE "2", 2);
	scheme_publish(s, poor);
	uint64_t settlement = scheme_settlement(s);
	EXPECT_PAYMENT(world_entry(s->world, settlement)->decision->payments[0], provider, other, poor);

	world_as(s->world, s->approver);
	world_accept(s->world, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", rich);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__INVOICES_INSUFFICIENT,
	    "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}", settlement,
	    scheme_payments_digest(s, settlement));
	char expected[64];
	snprintf(expected, sizeof(expected), "claim %" PRIu64, poor);
	ck_assert_str_eq(refusal->detail, expected);
	cancel(s, settlement);
	EXPECT_PAYMENT(open(s)->payments[0], provider, other);
	EXPECT_READY(s, poor);

	world_as(s->world, provider->principal);
	world_accept(s->world, LEAN, reservation, 1, INVOICE "1", 20000);
	settlement = scheme_settlement(s);
	EXPECT_PAYMENT(world_entry(s->world, settlement)->decision->payments[0], provider, poor);
	scheme_approve_settlement(s, settlement);
	scheme_free(s);
}
END_TEST

START_TEST(settlement_is_not_approved_for_a_payee_suspended_since) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	scheme_published_claim(s, holder, provider, 100);
	uint64_t settlement = scheme_settlement(s);
	world_as(s->world, s->office);
	world_accept(s->world, "{'suspend_party': {'party': '%s', 'reason': 'r'}}", provider->code);
	world_as(s->world, s->approver);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__PARTY_STATE,
	    "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}", settlement,
	    scheme_payments_digest(s, settlement));
	ck_assert_str_eq(refusal->field, "settlement");
	world_as(s->world, s->office);
	world_accept(s->world, "{'reinstate_party': {'party': '%s', 'reason': 'r'}}", provider->code);
	scheme_approve_settlement(s, settlement);
	scheme_free(s);
}
END_TEST

START_TEST(cancelled_settlement_gives_its_claims_back_in_their_order) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *a = scheme_provider(s, LOCAL);
	const struct member *b = scheme_provider(s, LOCAL);
	uint64_t c1 = scheme_published_claim(s, holder, a, 100);
	uint64_t c2 = scheme_published_claim(s, holder, b, 100);
	uint64_t c3 = scheme_published_claim(s, holder, a, 100);
	uint64_t first = scheme_settlement(s);
	uint64_t c4 = scheme_published_claim(s, holder, b, 100);
	uint64_t c5 = scheme_published_claim(s, holder, a, 100);
	uint64_t second = scheme_settlement(s);
	uint64_t c6 = scheme_published_claim(s, holder, b, 100);
	cancel(s, second);
	EXPECT_READY(s, c4, c5, c6);
	cancel(s, first);
	EXPECT_READY(s, c1, c2, c3, c4, c5, c6);
	ck_assert_int_eq(scheme_claim_row(s, c3).status, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	ck_assert_uint_eq(scheme_claim_row(s, c3).settlement, 0);
	const Pb__Decision *decision = open(s);
	EXPECT_PAYMENT(decision->payments[0], a, c1, c3, c5);
	EXPECT_PAYMENT(decision->payments[1], b, c2, c4, c6);
	scheme_free(s);
}
END_TEST

/* The one that was opened first comes back first: it must still end up before the other. */
START_TEST(settlements_cancelled_in_any_order_leave_the_same_list) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *a = scheme_provider(s, LOCAL);
	uint64_t c1 = scheme_published_claim(s, holder, a, 100);
	uint64_t first = scheme_settlement(s);
	uint64_t c2 = scheme_published_claim(s, holder, a, 100);
	uint64_t second = scheme_settlement(s);
	cancel(s, first);
	EXPECT_READY(s, c1);
	cancel(s, second);
	EXPECT_READY(s, c1, c2);
	scheme_free(s);
}
END_TEST

START_TEST(each_payment_goes_its_own_way) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *members[3];
	uint64_t claims[3];
	for (int i = 0; i < 3; i++) {
		members[i] = scheme_provider(s, LOCAL);
		claims[i] = scheme_published_claim(s, holder, members[i], 100);
	}
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	record(s, settlement, 3, "PAYMENT_FAILED");
	record(s, settlement, 1, "PAYMENT_PAID");
	record(s, settlement, 1, "PAYMENT_RETURNED");
	record(s, settlement, 2, "PAYMENT_PAID");
	EXPECT_READY(s, claims[0], claims[2]);
	ck_assert_int_eq(scheme_claim_row(s, claims[1]).status, PB__CLAIM_STATUS__CLAIM_PAID);
	static const Pb__PaymentStatus statuses[] = { PB__PAYMENT_STATUS__PAYMENT_RETURNED,
		PB__PAYMENT_STATUS__PAYMENT_PAID, PB__PAYMENT_STATUS__PAYMENT_FAILED };
	for (uint32_t i = 0; i < 3; i++) {
		struct key key = key_of_payment(settlement, i + 1);
		const struct payment_row *row = STATE_GET(
		    world_state(s->world), TABLE_PAYMENT, &key, struct payment_row);
		ck_assert_int_eq(row->status, statuses[i]);
		ck_assert_int_eq(world_balance(s->world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, s->programme,
		                     members[i]->party),
		    i == 1 ? 0 : 100);
	}
	scheme_free(s);
}
END_TEST

/* A sample drawn by when claims were paid must not change when a payment comes back. */
START_TEST(claim_keeps_the_entry_that_first_paid_it) {
	struct scheme *s = new_scheme();
	uint64_t claim = scheme_published_claim(
	    s, scheme_holder(s, LOCAL, ""), scheme_provider(s, LOCAL), 100);
	uint64_t first = scheme_settlement(s);
	scheme_approve_settlement(s, first);
	ck_assert_uint_eq(scheme_claim_row(s, claim).paid_seq, 0);
	record(s, first, 1, "PAYMENT_PAID");
	uint64_t paid = world_last_seq(s->world);
	ck_assert_uint_eq(scheme_claim_row(s, claim).paid_seq, paid);
	ck_assert_int_eq(scheme_claim_row(s, claim).since_us, world_time_us(s->world));
	record(s, first, 1, "PAYMENT_RETURNED");
	ck_assert_uint_eq(scheme_claim_row(s, claim).paid_seq, paid);
	uint64_t second = scheme_settlement(s);
	scheme_approve_settlement(s, second);
	record(s, second, 1, "PAYMENT_PAID");
	ck_assert_uint_eq(scheme_claim_row(s, claim).paid_seq, paid);
	scheme_free(s);
}
END_TEST

/* A settlement is of the whole programme: it is decided by those whose region holds that. */
START_TEST(staff_of_another_region_settle_nothing) {
	struct scheme *s = new_scheme();
	struct world *w = s->world;
	uint64_t elsewhere = scheme_regional(s, "E1", "ROLE_FINANCE", "110105");
	uint64_t city = scheme_regional(s, "C1", "ROLE_FINANCE", "110000");
	scheme_published_claim(s, scheme_holder(s, "110105", ""), scheme_provider(s, LOCAL), 100);
	world_as(w, elsewhere);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': %" PRIu64
	    "}}",
	    world_last_seq(w));
	ck_assert_str_eq(refusal->field, "programme");
	world_as(w, city);
	uint64_t settlement = world_accept(w,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': %" PRIu64
	    "}}",
	    world_last_seq(w));
	world_as(w, elsewhere);
	refusal = world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}", settlement,
	    scheme_payments_digest(s, settlement));
	ck_assert_str_eq(refusal->field, "settlement");
	world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}", settlement);
	scheme_approve_settlement(s, settlement);
	world_as(w, elsewhere);
	world_refuse(w, PB__OUTCOME__NOT_IN_REGION,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    settlement);
	record(s, settlement, 1, "PAYMENT_PAID");
	scheme_free(s);
}
END_TEST

/* --- the digest --- */

struct bytes {
	uint8_t data[4096];
	size_t count;
};

static void add(struct bytes *bytes, const void *data, size_t count) {
	ck_assert_uint_le(bytes->count + count, sizeof(bytes->data));
	memcpy(bytes->data + bytes->count, data, count);
	bytes->count += count;
}

static void add_number(struct bytes *bytes, uint64_t value, int size) {
	for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
		uint8_t byte = (uint8_t)(value >> shift);
		add(bytes, &byte, 1);
	}
}

static void add_text(struct bytes *bytes, const char *text) {
	add_number(bytes, strlen(text), 4);
	add(bytes, text, strlen(text));
}

static void add_shares(struct bytes *bytes, Pb__Share *const *shares, size_t count) {
	add_number(bytes, count, 4);
	for (size_t i = 0; i < count; i++) {
		add_number(bytes, shares[i]->fund, 8);
		add_number(bytes, (uint64_t)shares[i]->amount, 8);
	}
}

static void add_nettings(struct bytes *bytes, const Pb__Payment *payment) {
	add_number(bytes, payment->n_nettings, 4);
	for (size_t i = 0; i < payment->n_nettings; i++) {
		add_number(bytes, payment->nettings[i]->clawback, 8);
		add_number(bytes, (uint64_t)payment->nettings[i]->amount, 8);
		add_shares(bytes, payment->nettings[i]->shares, payment->nettings[i]->n_shares);
	}
}

/* Written down a second time, from the comment in settle.h alone. */
START_TEST(digest_is_of_the_bytes_that_the_header_lays_down) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	scheme_published_claim(s, holder, provider, 100);
	scheme_published_claim(s, holder, scheme_provider(s, LOCAL), 300);
	scheme_published_claim(s, holder, provider, 200);
	const Pb__JournalEntry *entry = world_entry(s->world, scheme_settlement(s));
	struct bytes bytes = { .count = 0 };
	add(&bytes, "voucher-payments-3\n", 19);
	add_number(&bytes, entry->ledger_id->high, 8);
	add_number(&bytes, entry->ledger_id->low, 8);
	add_number(&bytes, entry->seq, 8);
	add_text(&bytes, "house");
	add_number(&bytes, entry->decision->n_payments, 4);
	for (size_t i = 0; i < entry->decision->n_payments; i++) {
		const Pb__Payment *payment = entry->decision->payments[i];
		add_number(&bytes, payment->number, 4);
		add_number(&bytes, payment->payee, 8);
		add_number(&bytes, (uint64_t)payment->amount, 8);
		add_text(&bytes, payment->account->number);
		add_text(&bytes, payment->account->bank_code);
		add_text(&bytes, payment->account->holder_name);
		add_number(&bytes, 0, 4); /* no commitment */
		add_text(&bytes, payment->reference);
		add_shares(&bytes, payment->shares, payment->n_shares);
		add_number(&bytes, payment->n_claims, 4);
		for (size_t j = 0; j < payment->n_claims; j++)
			add_number(&bytes, payment->claims[j], 8);
		add_nettings(&bytes, payment);
	}
	uint8_t expected[DIGEST_BYTES];
	digest_sha256(bytes.data, bytes.count, expected);
	const Pb__Digest *digest = entry->decision->payments_digest;
	ck_assert_uint_eq(digest->value.len, DIGEST_BYTES);
	ck_assert_mem_eq(digest->value.data, expected, DIGEST_BYTES);
	scheme_free(s);
}
END_TEST

static struct settle_payments signed_for(const Pb__Decision *decision) {
	return (
	    struct settle_payments){ { 1, 2 }, 9, "house", decision->payments, decision->n_payments };
}

START_TEST(digest_changes_with_everything_that_is_paid) {
	struct scheme *s = new_scheme();
	scheme_published_claim(s, scheme_holder(s, LOCAL, ""), scheme_provider(s, LOCAL), 100);
	const Pb__Decision *decision = open(s);
	uint8_t before[DIGEST_BYTES];
	uint8_t after[DIGEST_BYTES];
	Pb__Payment *payment = decision->payments[0];
	Pb__Share *share = payment->shares[0];
	Pb__Netting netting = PB__NETTING__INIT, *nettings = &netting;
	netting.shares = &share;
	netting.n_shares = 1;
	payment->nettings = &nettings;
	payment->n_nettings = 1;
	const Pb__Payment kept = *payment;
	const Pb__BankAccount kept_account = *payment->account;
	const Pb__Share kept_share = *share;
	const Pb__Netting kept_netting = netting;
	const struct settle_payments payments = signed_for(decision);
	ck_assert_int_eq(settle_digest(&payments, before), ERR_OK);
	uint8_t hash[DIGEST_BYTES] = { 7 };
	Pb__Digest commitment = PB__DIGEST__INIT;
	commitment.value = (ProtobufCBinaryData){ DIGEST_BYTES, hash };
	for (int change = 0; change < 18; change++) {
		struct settle_payments other = payments;
		uint64_t claim = 1;
		switch (change) {
		case 0: other.ledger_id.low++; break;
		case 1: other.settlement++; break;
		case 2: payment->payee++; break;
		case 3: payment->amount++; break;
		case 4: payment->account->number = "1"; break;
		case 5: payment->account->bank_code = "2"; break;
		case 6: payment->account->holder_name = "3"; break;
		case 7: payment->reference = "4"; break;
		case 8: share->amount++; break;
		case 9: share->fund++; break;
		case 10: payment->n_shares = 0; break;
		case 11: payment->account_commitment = &commitment; break;
		case 12: other.house_account = "other"; break;
		case 13: netting.clawback++; break;
		case 14: netting.amount++; break;
		case 15: netting.n_shares = 0; break;
		case 16: payment->n_nettings = 0; break;
		default: payment->claims = &claim; break;
		}
		ck_assert_int_eq(settle_digest(&other, after), ERR_OK);
		ck_assert_msg(memcmp(before, after, sizeof(before)) != 0, "change %d", change);
		*payment = kept;
		*payment->account = kept_account;
		*share = kept_share;
		netting = kept_netting;
	}
	scheme_free(s);
}
END_TEST

/* An erased account must not change what was approved; another one must. */
START_TEST(digest_of_a_personal_account_is_that_of_its_commitment) {
	struct scheme *s = new_scheme();
	scheme_published_claim(s, scheme_holder(s, LOCAL, ""), scheme_provider(s, LOCAL), 100);
	const Pb__Decision *decision = open(s);
	const struct settle_payments payments = signed_for(decision);
	uint8_t hash[DIGEST_BYTES] = { 7 }, known[DIGEST_BYTES], erased[DIGEST_BYTES];
	Pb__Digest commitment = PB__DIGEST__INIT;
	commitment.value = (ProtobufCBinaryData){ DIGEST_BYTES, hash };
	Pb__Payment *payment = decision->payments[0];
	payment->account_commitment = &commitment;
	ck_assert_int_eq(settle_digest(&payments, known), ERR_OK);
	payment->account = NULL;
	ck_assert_int_eq(settle_digest(&payments, erased), ERR_OK);
	ck_assert_mem_eq(known, erased, DIGEST_BYTES);
	hash[31] = 1;
	ck_assert_int_eq(settle_digest(&payments, erased), ERR_OK);
	ck_assert_mem_ne(known, erased, DIGEST_BYTES);
	scheme_free(s);
}
END_TEST

/* --- limits --- */

/* Publishes `count` small claims of one reservation. */
static void publish_many(
    struct scheme *s, const struct member *holder, const struct member *provider, unsigned count) {
	uint64_t voucher = scheme_voucher(s, holder, count);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-many", 2 * (int64_t)count);
	scheme_redeem(s, reservation, count);
	for (unsigned i = 0; i < count; i++) {
		uint64_t claim = scheme_claim(s, provider, reservation, 1, 1000000 + i);
		scheme_step(s, s->approver, "approve_claim", "claim", claim);
		scheme_step(s, s->office, "publish_claim", "claim", claim);
	}
}

START_TEST(settlement_takes_so_many_claims_and_leaves_the_rest) {
	struct scheme *s = new_scheme();
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	publish_many(s, holder, provider, LIMIT_SETTLEMENT_CLAIMS + 3);
	uint64_t first = scheme_settlement(s);
	const Pb__Decision *decision = world_entry(s->world, first)->decision;
	ck_assert_uint_eq(decision->payments[0]->n_claims, LIMIT_SETTLEMENT_CLAIMS);
	ck_assert_int_eq(decision->amount, LIMIT_SETTLEMENT_CLAIMS);
	uint64_t ready[8];
	ck_assert_uint_eq(scheme_ready(s, ready, 8), 3);
	cancel(s, first);
	scheme_approve_settlement(s, scheme_settlement(s));
	scheme_approve_settlement(s, scheme_settlement(s));
	ck_assert_int_eq(scheme_programme(s).in_payment, LIMIT_SETTLEMENT_CLAIMS + 3);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("settle", claims_are_grouped_by_payee_in_order_of_the_first,
    reference_is_unique_and_fits_the_bank, cutoff_is_a_journal_sequence,
    claim_in_publication_holds_up_nobody, payee_that_cannot_be_paid_holds_up_nobody_and_is_named,
    claim_whose_support_was_taken_back_is_not_paid,
    settlement_is_not_approved_for_a_payee_suspended_since,
    cancelled_settlement_gives_its_claims_back_in_their_order,
    settlements_cancelled_in_any_order_leave_the_same_list, each_payment_goes_its_own_way,
    claim_keeps_the_entry_that_first_paid_it, staff_of_another_region_settle_nothing,
    digest_is_of_the_bytes_that_the_header_lays_down, digest_changes_with_everything_that_is_paid,
    digest_of_a_personal_account_is_that_of_its_commitment,
    settlement_takes_so_many_claims_and_leaves_the_rest)
