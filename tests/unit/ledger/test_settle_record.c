/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From which account a settlement is paid, and what becomes of it when it is approved: its file,
 * its payments as the bank reports them, what the account's books say of them, and how it is
 * cancelled.
 */
#include "ledger/house.h"
#include "ledger/payment.h"
#include "refusals.h"
#include "support/bank.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"

struct stage {
	struct scheme *s;
	struct world *w;
	const struct member *holder;
	const struct member *providers[3];
	uint64_t claims[3]; /* of 100, 200 and 400: each a payment of its own */
	uint64_t settlement;
};

static struct stage new_stage(void) {
	struct stage t = { .s = scheme_new(&scheme_direct) };
	t.w = t.s->world;
	t.holder = scheme_holder(t.s, LOCAL, "");
	for (int i = 0; i < 3; i++) {
		t.providers[i] = scheme_provider(t.s, LOCAL);
		t.claims[i] = scheme_published_claim(t.s, t.holder, t.providers[i], 100 << i);
	}
	t.settlement = scheme_settlement(t.s);
	world_as(t.w, t.s->finance);
	return t;
}

static struct stage new_approved_stage(void) {
	struct stage t = new_stage();
	scheme_approve_settlement(t.s, t.settlement);
	return t;
}

static void end_stage(struct stage *t) {
	scheme_free(t->s);
}

#define RECORD                                                                                     \
	"{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d, 'status': '%s',"                \
	" 'bank_reference': '%s', 'reason': 'r'}}"
#define CANCEL "{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'r'}}"
#define A_FILE "{'record_payment_file': {'settlement': %" PRIu64 ", 'format': '%s', 'file': '%s'}}"

static uint64_t record(struct stage *t, int payment, const char *status, const char *reference) {
	return world_accept(t->w, RECORD, t->settlement, payment, status, reference);
}

static struct settlement_row settlement_row(struct stage *t) {
	return WORLD_ROW(t->w, TABLE_SETTLEMENT, t->settlement, struct settlement_row);
}

static struct payment_row payment_row(struct stage *t, uint32_t number) {
	struct key key = key_of_payment(t->settlement, number);
	const struct payment_row *row = STATE_GET(
	    world_state(t->w), TABLE_PAYMENT, &key, struct payment_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}

/* How many payments wait for a line with this amount. */
static uint64_t waiting(struct stage *t, int64_t amount) {
	struct key key = key_of_awaited(t->s->house, amount);
	const struct id_row *row = STATE_GET(
	    world_state(t->w), TABLE_AWAITED_COUNT, &key, struct id_row);
	return row ? row->id : 0;
}

static int64_t balance(struct stage *t, Pb__AccountKind account, int provider) {
	return world_balance(t->w, account, t->s->programme, t->providers[provider]->party);
}

static struct payment_ref_row ref_row(struct stage *t, enum table table, struct key key) {
	const struct payment_ref_row *row = STATE_GET(
	    world_state(t->w), table, &key, struct payment_ref_row);
	return row ? *row : (struct payment_ref_row){ 0 };
}

/* The payment that is known by it, of the stage's settlement; 0: none is. */
static uint32_t known(struct stage *t, struct payment_ref_row row) {
	return row.count == 1 && row.settlement == t->settlement ? row.payment : 0;
}

static uint32_t known_by_reference(struct stage *t, const char *reference) {
	return known(
	    t, ref_row(t, TABLE_BANK_REFERENCE, key_of_bank_reference(t->s->house, reference)));
}

static uint64_t voucher_of(struct stage *t, int claim) {
	uint64_t reservation = scheme_claim_row(t->s, t->claims[claim]).reservation;
	return scheme_reservation_row(t->s, reservation).voucher;
}

/* --- the account that pays --- */

START_TEST(settlement_is_paid_from_an_account_of_ours) {
	struct stage t = new_stage();
	world_as(t.w, t.s->office);
	world_accept(t.w,
	    "{'register_house_account': {'code': 'euros', 'name': 'E', 'currency': 'EUR', 'account':"
	    " {'number': '1', 'bank_code': '102100099996', 'holder_name': 'C'}}}");
	static const struct refused table[] = {
		{ "{'open_settlement': {'programme': 'plain', 'cutoff': 1}}", PB__OUTCOME__FIELD_MISSING,
		    "house_account" },
		{ "{'open_settlement': {'programme': 'plain', 'cutoff': 1, 'house_account': 'x'}}",
		    PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN, "house_account" },
		{ "{'open_settlement': {'programme': 'plain', 'cutoff': 1, 'house_account': 'euros'}}",
		    PB__OUTCOME__FIELD_INVALID, "house_account" },
		{ "{'open_settlement': {'programme': 'plain', 'house_account': 'house'}}",
		    PB__OUTCOME__FIELD_MISSING, "cutoff" },
	};
	world_as(t.w, t.s->finance);
	REFUSE_ALL(t.w, table);
	ck_assert_uint_eq(world_entry(t.w, t.settlement)->decision->house_account, t.s->house);
	ck_assert_uint_eq(settlement_row(&t).house_account, t.s->house);
	end_stage(&t);
}
END_TEST

/* Approved, a payment waits for its line; paid, it is in the books; failed, neither. */
START_TEST(books_follow_what_the_bank_reports) {
	struct stage t = new_approved_stage();
	int64_t before = bank_house_row(t.w, t.s->house).books;
	ck_assert_uint_eq(waiting(&t, -100), 1);
	ck_assert_int_eq(bank_house_row(t.w, t.s->house).awaited_out, 0);
	ck_assert_int_eq(payment_row(&t, 1).approved_us, world_time_us(t.w));

	record(&t, 1, "PAYMENT_PAID", "");
	record(&t, 2, "PAYMENT_FAILED", "");
	record(&t, 3, "PAYMENT_PAID", "");
	struct house_row house = bank_house_row(t.w, t.s->house);
	ck_assert_int_eq(house.books, before - 500);
	ck_assert_int_eq(house.awaited_out, 500);
	ck_assert_uint_eq(waiting(&t, -100), 1);
	ck_assert_uint_eq(waiting(&t, -200), 0);

	record(&t, 3, "PAYMENT_RETURNED", "");
	house = bank_house_row(t.w, t.s->house);
	ck_assert_int_eq(house.books, before - 100);
	ck_assert_int_eq(house.awaited_out, 500);
	ck_assert_int_eq(house.awaited_in, 400);
	ck_assert_uint_eq(waiting(&t, -400), 1);
	ck_assert_uint_eq(waiting(&t, 400), 1);
	ck_assert_uint_eq(settlement_row(&t).recorded, 3);
	end_stage(&t);
}
END_TEST

/* --- what was recorded by mistake --- */

START_TEST(payment_recorded_paid_by_mistake_is_recorded_failed) {
	struct stage t = new_approved_stage();
	struct house_row before = bank_house_row(t.w, t.s->house);
	record(&t, 1, "PAYMENT_PAID", "");
	record(&t, 2, "PAYMENT_PAID", "B-2");
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_PAID, 1), 200);
	uint64_t seq = record(&t, 2, "PAYMENT_FAILED", "");
	ck_assert_uint_eq(world_entry(t.w, seq)->n_postings, 4);
	struct payment_row row = payment_row(&t, 2);
	ck_assert_int_eq(row.status, PB__PAYMENT_STATUS__PAYMENT_FAILED);
	ck_assert_uint_eq(row.record_seq, seq);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_PAID, 1), 0);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, 1), 0);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1), 200);
	struct house_row house = bank_house_row(t.w, t.s->house);
	ck_assert_int_eq(house.books, before.books - 100);
	ck_assert_int_eq(house.awaited_out, 100);
	ck_assert_int_eq(house.awaited_in, 0);
	ck_assert_uint_eq(waiting(&t, -200), 0);
	ck_assert_uint_eq(waiting(&t, 200), 0);
	ck_assert_uint_eq(settlement_row(&t).recorded, 2);
	world_refuse(t.w, PB__OUTCOME__PAYMENT_STATE, RECORD, t.settlement, 2, "PAYMENT_FAILED", "");
	world_refuse(t.w, PB__OUTCOME__PAYMENT_STATE, RECORD, t.settlement, 2, "PAYMENT_RETURNED", "");
	end_stage(&t);
}
END_TEST

START_TEST(payment_recorded_paid_by_mistake_is_taken_again_and_paid) {
	struct stage t = new_approved_stage();
	int64_t before = bank_house_row(t.w, t.s->house).books;
	record(&t, 2, "PAYMENT_PAID", "");
	record(&t, 2, "PAYMENT_FAILED", "");
	uint64_t ready[8];
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 1);
	ck_assert_uint_eq(ready[0], t.claims[1]);
	ck_assert_int_eq(scheme_claim_row(t.s, t.claims[1]).status, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	ck_assert_uint_eq(settlement_row(&t).payments, 1);
	ck_assert_uint_eq(waiting(&t, -200), 1);
	const char *reference = world_entry(t.w, t.settlement)->decision->payments[0]->reference;
	bank_import_line(t.w, -200, "2026-01-05", reference);
	ck_assert_int_eq(payment_row(&t, 1).status, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_PAID, 1), 200);
	ck_assert_int_eq(bank_house_row(t.w, t.s->house).books, before - 200);
	ck_assert_int_eq(bank_house_row(t.w, t.s->house).awaited_out, 0);
	end_stage(&t);
}
END_TEST

/* The bank says that it left; a person may say so only when the line was another thing. */
START_TEST(payment_that_a_line_confirms_did_not_fail) {
	struct stage t = new_approved_stage();
	record(&t, 2, "PAYMENT_PAID", "");
	const char *reference = world_entry(t.w, t.settlement)->decision->payments[1]->reference;
	uint64_t line = bank_import_line(t.w, -200, "2026-01-05", reference);
	ck_assert_int_eq(payment_row(&t, 2).status, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	const Pb__Refusal *refusal = world_refuse(
	    t.w, PB__OUTCOME__PAYMENT_STATE, RECORD, t.settlement, 2, "PAYMENT_FAILED", "");
	ck_assert_str_eq(refusal->detail, "PAYMENT_RECONCILED");
	world_accept(
	    t.w, "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'r'}}", line);
	record(&t, 2, "PAYMENT_FAILED", "");
	ck_assert_int_eq(bank_house_row(t.w, t.s->house).awaited_out, 0);
	ck_assert_uint_eq(waiting(&t, -200), 0);
	world_refuse(t.w, PB__OUTCOME__PAYMENT_STATE,
	    "{'reconcile': {'house_account': 'house', 'lines': [%" PRIu64
	    "], 'targets': [{'settlement': %" PRIu64 ", 'payment': 2}]}}",
	    line, t.settlement);
	end_stage(&t);
}
END_TEST

START_TEST(payment_of_a_claim_that_is_clawed_back_did_not_fail) {
	struct stage t = new_approved_stage();
	record(&t, 2, "PAYMENT_PAID", "");
	world_as(t.w, t.s->office);
	world_accept(t.w,
	    "{'order_clawback': {'claim': %" PRIu64
	    ", 'amount': 50, 'ground': 'CLAWBACK_ERROR', 'reason': 'r'}}",
	    t.claims[1]);
	world_as(t.w, t.s->finance);
	const Pb__Refusal *refusal = world_refuse(
	    t.w, PB__OUTCOME__CLAIM_STATE, RECORD, t.settlement, 2, "PAYMENT_FAILED", "");
	ck_assert_str_eq(refusal->field, "payment");
	ck_assert_int_eq(bank_house_row(t.w, t.s->house).awaited_out, 200);
	end_stage(&t);
}
END_TEST

/* --- by what a payment is known --- */

START_TEST(payment_is_known_by_the_reference_that_the_bank_gave) {
	struct stage t = new_approved_stage();
	record(&t, 1, "PAYMENT_PAID", "B-1");
	record(&t, 2, "PAYMENT_PAID", "B-2");
	ck_assert_uint_eq(known_by_reference(&t, "B-1"), 1);
	ck_assert_uint_eq(known_by_reference(&t, "B-2"), 2);
	record(&t, 3, "PAYMENT_PAID", "B-1"); /* booked in one sum */
	ck_assert_uint_eq(known_by_reference(&t, "B-1"), 0);
	ck_assert_uint_eq(
	    ref_row(&t, TABLE_BANK_REFERENCE, key_of_bank_reference(t.s->house, "")).count, 0);
	end_stage(&t);
}
END_TEST

START_TEST(payment_is_known_by_its_vouchers_until_it_is_given_back) {
	struct stage t = new_stage();
	struct key key = key_of_id(voucher_of(&t, 1));
	ck_assert_uint_eq(ref_row(&t, TABLE_VOUCHER_PAYMENT, key).count, 0);
	scheme_approve_settlement(t.s, t.settlement);
	ck_assert_uint_eq(known(&t, ref_row(&t, TABLE_VOUCHER_PAYMENT, key)), 2);
	record(&t, 2, "PAYMENT_FAILED", "");
	ck_assert_uint_eq(ref_row(&t, TABLE_VOUCHER_PAYMENT, key).count, 0);
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	ck_assert_uint_eq(known(&t, ref_row(&t, TABLE_VOUCHER_PAYMENT, key)), 1);
	end_stage(&t);
}
END_TEST

static void claim_more(struct stage *t, uint64_t reservation, unsigned invoice) {
	scheme_publish(t->s, scheme_claim(t->s, t->providers[0], reservation, 100, invoice));
}

/* Two claims of a voucher in one payment are named by it; not, when another payment has a third. */
START_TEST(voucher_of_several_payments_names_none) {
	struct stage t = new_stage();
	uint64_t voucher = scheme_voucher(t.s, t.holder, 1000);
	uint64_t reservation = scheme_reserve(t.s, voucher, t.providers[0], "HT-1", 2000);
	scheme_redeem(t.s, reservation, 1000);
	struct key key = key_of_id(voucher);
	claim_more(&t, reservation, 901);
	claim_more(&t, reservation, 902);
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	ck_assert_uint_eq(known(&t, ref_row(&t, TABLE_VOUCHER_PAYMENT, key)), 1);
	claim_more(&t, reservation, 903);
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	ck_assert_uint_eq(ref_row(&t, TABLE_VOUCHER_PAYMENT, key).count, 2);
	record(&t, 1, "PAYMENT_FAILED", "");
	ck_assert_uint_eq(known(&t, ref_row(&t, TABLE_VOUCHER_PAYMENT, key)), 0);
	end_stage(&t);
}
END_TEST

/* --- payment files --- */

START_TEST(payment_file_is_recorded_once_of_a_format) {
	struct stage t = new_approved_stage();
	const char *one = bank_file(t.w, 1), *two = bank_file(t.w, 2);
	uint64_t seq = world_accept(t.w, A_FILE, t.settlement, "pain.001.001.09", one);
	const Pb__Decision *decision = world_entry(t.w, seq)->decision;
	ck_assert_int_eq(decision->amount, 700);
	ck_assert_uint_eq(decision->house_account, t.s->house);
	struct key key = key_of_id(t.settlement);
	key_add_bytes(&key, "pain.001.001.09", 15);
	const struct payment_file_row *row = STATE_GET(
	    world_state(t.w), TABLE_PAYMENT_FILE, &key, struct payment_file_row);
	ck_assert_uint_eq(row->seq, seq);
	ck_assert_uint_eq(row->file[31], 1);

	const Pb__Refusal *refusal = world_refuse(
	    t.w, PB__OUTCOME__PAYMENT_FILE_KNOWN, A_FILE, t.settlement, "pain.001.001.09", one);
	ck_assert_str_eq(refusal->field, "file");
	refusal = world_refuse(
	    t.w, PB__OUTCOME__PAYMENT_FILE_DIFFERS, A_FILE, t.settlement, "pain.001.001.09", two);
	ck_assert_str_eq(refusal->field, "file");
	world_accept(t.w, A_FILE, t.settlement, "csv icbc", two);
	ck_assert_uint_eq(settlement_row(&t).files, 2);
	end_stage(&t);
}
END_TEST

START_TEST(payment_file_is_of_an_approved_settlement) {
	struct stage t = new_stage();
	const Pb__Refusal *refusal = world_refuse(
	    t.w, PB__OUTCOME__SETTLEMENT_STATE, A_FILE, t.settlement, "csv icbc", bank_file(t.w, 1));
	ck_assert_str_eq(refusal->detail, "SETTLEMENT_OPEN");
	world_as(t.w, scheme_regional(t.s, "E1", "ROLE_FINANCE", "110105"));
	world_refuse(
	    t.w, PB__OUTCOME__NOT_IN_REGION, A_FILE, t.settlement, "csv icbc", bank_file(t.w, 1));
	world_as(t.w, t.s->finance);
#define FILE_OF(fields) "{'record_payment_file': {" fields "}}"
#define HASH            "'file': '0000000000000000000000000000000000000000000000000000000000000001'"
	static const struct refused table[] = {
		{ FILE_OF("'settlement': 1, " HASH), PB__OUTCOME__FIELD_MISSING, "format" },
		{ FILE_OF("'settlement': 1, 'format': 'a\\u0001', " HASH), PB__OUTCOME__FIELD_INVALID,
		    "format" },
		{ FILE_OF("'settlement': 1, 'format': 'x'"), PB__OUTCOME__FIELD_MISSING, "file" },
		{ FILE_OF("'settlement': 1, 'format': 'x', 'file': '01'"), PB__OUTCOME__FIELD_INVALID,
		    "file" },
		{ FILE_OF("'format': 'x', " HASH), PB__OUTCOME__FIELD_MISSING, "settlement" },
		{ FILE_OF("'settlement': 1, 'format': 'x', " HASH), PB__OUTCOME__SETTLEMENT_UNKNOWN,
		    "settlement" },
	};
	REFUSE_ALL(t.w, table);
	end_stage(&t);
}
END_TEST

/* --- cancelling --- */

START_TEST(approved_settlement_is_cancelled_before_it_is_sent) {
	struct stage t = new_approved_stage();
	uint64_t seq = world_accept(t.w, CANCEL, t.settlement);
	ck_assert_int_eq(world_entry(t.w, seq)->decision->amount, 700);
	ck_assert_int_eq(settlement_row(&t).status, PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED);
	uint64_t ready[8];
	ck_assert_uint_eq(scheme_ready(t.s, ready, 8), 3);
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(ready[i], t.claims[i]);
		ck_assert_int_eq(
		    payment_row(&t, (uint32_t)i + 1).status, PB__PAYMENT_STATUS__PAYMENT_CANCELLED);
		ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, i), 100 << i);
		ck_assert_int_eq(balance(&t, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, i), 0);
		ck_assert_uint_eq(waiting(&t, -(100 << i)), 0);
	}
	world_refuse(t.w, PB__OUTCOME__SETTLEMENT_STATE, CANCEL, t.settlement);
	world_refuse(t.w, PB__OUTCOME__PAYMENT_STATE, RECORD, t.settlement, 1, "PAYMENT_PAID", "");
	world_refuse(t.w, PB__OUTCOME__SETTLEMENT_STATE, A_FILE, t.settlement, "x", bank_file(t.w, 1));
	t.settlement = scheme_settlement(t.s);
	scheme_approve_settlement(t.s, t.settlement);
	record(&t, 1, "PAYMENT_PAID", "");
	end_stage(&t);
}
END_TEST

static void expect_sent(struct stage *t, const char *why) {
	const Pb__Refusal *refusal = world_refuse(
	    t->w, PB__OUTCOME__SETTLEMENT_STATE, CANCEL, t->settlement);
	ck_assert_str_eq(refusal->field, "settlement");
	ck_assert_str_eq(refusal->detail, why);
	end_stage(t);
}

START_TEST(settlement_that_was_sent_is_not_cancelled) {
	static const char *const statuses[] = { "PAYMENT_PAID", "PAYMENT_FAILED" };
	struct stage t = new_approved_stage();
	world_accept(t.w, A_FILE, t.settlement, "csv icbc", bank_file(t.w, 1));
	expect_sent(&t, "a payment file of it was recorded");
	for (int i = 0; i < 2; i++) {
		t = new_approved_stage();
		record(&t, 2, statuses[i], "");
		expect_sent(&t, "payments of it were recorded");
	}
}
END_TEST

/* A line of a statement says it as well as a person; taken back, it was said by nobody. */
START_TEST(settlement_of_which_a_line_was_found_is_not_cancelled) {
	struct stage t = new_approved_stage();
	const char *reference = world_entry(t.w, t.settlement)->decision->payments[1]->reference;
	uint64_t line = bank_import_line(t.w, -200, "2026-01-05", reference);
	ck_assert_int_eq(payment_row(&t, 2).status, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	world_refuse(t.w, PB__OUTCOME__SETTLEMENT_STATE, CANCEL, t.settlement);
	world_accept(
	    t.w, "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'r'}}", line);
	ck_assert_uint_eq(settlement_row(&t).recorded, 0);
	world_accept(t.w, CANCEL, t.settlement);
	end_stage(&t);
}
END_TEST

SUITE_MAIN("settle record", settlement_is_paid_from_an_account_of_ours,
    books_follow_what_the_bank_reports, payment_recorded_paid_by_mistake_is_recorded_failed,
    payment_recorded_paid_by_mistake_is_taken_again_and_paid,
    payment_that_a_line_confirms_did_not_fail, payment_of_a_claim_that_is_clawed_back_did_not_fail,
    payment_is_known_by_the_reference_that_the_bank_gave,
    payment_is_known_by_its_vouchers_until_it_is_given_back, voucher_of_several_payments_names_none,
    payment_file_is_recorded_once_of_a_format, payment_file_is_of_an_approved_settlement,
    approved_settlement_is_cancelled_before_it_is_sent, settlement_that_was_sent_is_not_cancelled,
    settlement_of_which_a_line_was_found_is_not_cancelled)
