/* SPDX-License-Identifier: Apache-2.0 */
/* Who is shown the particulars of natural persons, and what is left of them in payments. */
#include "engine/query.h"
#include "ledger/settle.h"
#include "record/entry.h"
#include "record/json.h"
#include "record/pb.h"
#include "support/bank.h"
#include "support/ledger_world.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LAB "91110108551385082Q"

static const struct query_viewer staff = { .is_staff = true };
static const struct query_viewer payer = { .is_staff = true, .is_payer = true, .is_banker = true };
static const struct query_viewer banker = { .is_staff = true, .is_banker = true };

static uint64_t enter(struct world *w, const char *code, const char *name) {
	return world_accept(w,
	    "{'register_party': {'code': '%s', 'kind': 'PARTY_KIND_TEAM', 'region': '110114',"
	    " 'personal': {'name': '%s', 'telephone': '138', 'bank_account': {'number': '6222',"
	    " 'bank_code': '102100099996', 'holder_name': '%s'}}}}",
	    code, name, name);
}

static void update(struct world *w, const char *code, const char *name) {
	world_accept(w,
	    "{'update_party': {'code': '%s', 'region': '110114', 'personal': {'name': '%s',"
	    " 'bank_account': {'number': '9999', 'bank_code': '102100099996', 'holder_name': '%s'}}}}",
	    code, name, name);
}

static struct engine_view view_of(struct world *w) {
	return (struct engine_view){ world_state(w), world_history(w), world_last_seq(w) };
}

static const Pb__Party *party(struct world *w, const char *code, struct query_viewer viewer) {
	struct engine_view view = view_of(w);
	ProtobufCMessage *message;
	ck_assert_int_eq(
	    query_get(&view, RESOURCE_PARTIES, code, &viewer, world_arena(w), &message), ERR_OK);
	return (const Pb__Party *)message;
}

START_TEST(staff_and_the_party_itself_see_its_particulars) {
	struct world *w = world_new();
	uint64_t one = enter(w, "T-1", "Li Si");
	enter(w, "T-2", "Wang Wu");
	const struct query_viewer itself = { .party = one };
	ck_assert_str_eq(party(w, "T-1", staff)->personal->name, "Li Si");
	ck_assert_str_eq(party(w, "T-1", itself)->personal->bank_account->number, "6222");
	ck_assert(!party(w, "T-1", itself)->personal_erased);

	struct engine_view view = view_of(w);
	ProtobufCMessage *message;
	ck_assert_int_eq(query_get(&view, RESOURCE_PARTIES, "T-2", &itself, world_arena(w), &message),
	    ERR_NOT_FOUND);
	world_free(w);
}
END_TEST

START_TEST(a_list_shows_the_newest_and_what_was_erased) {
	struct world *w = world_new();
	enter(w, "T-1", "one");
	enter(w, "T-2", "two");
	enter(w, "T-3", "three");
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	update(w, "T-2", "another");
	world_accept(w, "{'erase_personal': {'party': 'T-3', 'reason': 'asked for'}}");
	struct engine_view view = view_of(w);
	const struct query_filter all = { 0 };
	Pb__Page *page;
	const char *field;
	ck_assert_int_eq(
	    query_list(&view, RESOURCE_PARTIES, &all, &staff, world_arena(w), &page, &field), ERR_OK);
	ck_assert_uint_eq(page->n_parties, 4);
	ck_assert_str_eq(page->parties[0]->personal->name, "one");
	ck_assert_str_eq(page->parties[1]->personal->name, "another");
	ck_assert_ptr_null(page->parties[2]->personal);
	ck_assert(page->parties[2]->personal_erased);
	ck_assert_ptr_null(page->parties[3]->personal);
	ck_assert(!page->parties[3]->personal_erased); /* it never had any */
	world_free(w);
}
END_TEST

/* The text may be gone, or be another, since the snapshot that a list is read from. */
START_TEST(a_list_of_the_past_shows_no_erased_text) {
	struct world *w = world_new();
	enter(w, "T-1", "one");
	uint64_t past = world_last_seq(w);
	world_accept(w, "{'erase_personal': {'party': 'T-1', 'reason': 'asked for'}}");
	struct engine_view view = view_of(w);
	view.seq = past;
	ProtobufCMessage *message;
	ck_assert_int_eq(
	    query_get(&view, RESOURCE_PARTIES, "T-1", &staff, world_arena(w), &message), ERR_OK);
	ck_assert_ptr_null(((const Pb__Party *)message)->personal);
	world_free(w);
}
END_TEST

/* --- a settlement that pays a team --- */

#define TO(...) world_accept(w, __VA_ARGS__)

static void set_up(struct world *w) {
	TO("{'create_fund': {'code': 'city', 'name': 'City'}}");
	TO("{'appropriate': {'fund': 'city', 'amount': 500000, 'document': 'd'}}");
	TO("{'create_programme': {'code': 'cp', 'name': 'P', 'region': '110114',"
	   " 'utc_offset_minutes': 480}}");
	TO("{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 100000}}");
	TO("{'publish_rules': {'programme': 'cp', 'rules': {'version': 1, 'title': 't'," WORLD_RULES
	   "'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"
	   " 'use_within_days': 30, 'claim_within_days': 10, 'payee': 'PAYEE_STARTUP'}}}");
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	TO("{'admit_provider': {'programme': 'cp', 'party': '" LAB "'}}");
	enter(w, "T-1", "Li Si");
	bank_house(w, 0);
}

static uint64_t open_settlement(struct world *w, uint64_t cutoff) {
	return TO("{'open_settlement': {'programme': 'cp', 'house_account': 'house', 'cutoff': %" PRIu64
	          "}}",
	    cutoff);
}

static uint64_t settle(struct world *w) {
	uint64_t id = TO("{'apply': {'programme': 'cp', 'party': 'T-1', 'amount': 40000,"
	                 " 'purpose': 'tests'}}");
	TO("{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}", id);
	uint64_t voucher = TO("{'issue': {'application': %" PRIu64 ", 'amount': 30000}}", id);
	world_as(w, world_member(w, "s1", "ROLE_STARTUP", "T-1"));
	uint64_t reservation = TO("{'reserve': {'voucher': %" PRIu64 ", 'provider': '" LAB "',"
	                          " 'contract_number': 'HT-1', 'category': 'c', 'total': 40000,"
	                          " 'eligible': 40000}}",
	    voucher);
	TO("{'redeem': {'reservation': %" PRIu64 ", 'amount': 20000}}", reservation);
	uint64_t claim = TO("{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 20000,"
	                    " 'invoices': [{'number': '24112000000012345678', 'amount': 40000,"
	                    " 'date': '2026-01-05'}]}}",
	    reservation);
	world_as(w, WORLD_ADMIN);
	TO("{'approve_claim': {'claim': %" PRIu64 "}}", claim);
	uint64_t published = TO("{'publish_claim': {'claim': %" PRIu64 "}}", claim);
	return open_settlement(w, published);
}

static const Pb__Settlement *settlement(struct world *w, uint64_t id, struct query_viewer viewer) {
	struct engine_view view = view_of(w);
	ProtobufCMessage *message;
	ck_assert_int_eq(
	    query_get(&view, RESOURCE_SETTLEMENTS, arena_printf(world_arena(w), "%" PRIu64, id),
	        &viewer, world_arena(w), &message),
	    ERR_OK);
	const Pb__Settlement *found = (const Pb__Settlement *)message;
	ck_assert_uint_eq(found->n_payments, 1);
	return found;
}

static const Pb__Payment *payment(struct world *w, uint64_t id, struct query_viewer viewer) {
	return settlement(w, id, viewer)->payments[0]->payment;
}

static const Pb__Payment *listed_payment(struct world *w, struct query_viewer viewer) {
	struct engine_view view = view_of(w);
	const struct query_filter all = { 0 };
	Pb__Page *page;
	const char *field;
	ck_assert_int_eq(
	    query_list(&view, RESOURCE_PAYMENTS, &all, &viewer, world_arena(w), &page, &field), ERR_OK);
	ck_assert_uint_eq(page->n_payments, 1);
	return page->payments[0]->payment;
}

START_TEST(who_pays_sees_the_account_and_the_journal_does_not) {
	struct world *w = world_new();
	set_up(w);
	uint64_t id = settle(w);
	ck_assert_str_eq(payment(w, id, payer)->account->number, "6222");
	ck_assert_str_eq(payment(w, id, payer)->account->holder_name, "Li Si");
	ck_assert_ptr_null(payment(w, id, staff)->account);
	ck_assert_uint_eq(payment(w, id, staff)->account_commitment->value.len, DIGEST_BYTES);
	ck_assert_str_eq(listed_payment(w, payer)->account->number, "6222");
	ck_assert_ptr_null(listed_payment(w, banker)->account);
	struct buffer bytes;
	buffer_init(&bytes, 0);
	ck_assert_int_eq(entry_encode(world_entry(w, id), &bytes), ERR_OK);
	ck_assert_ptr_null(memmem(bytes.data, bytes.bytes, "Li Si", 5));
	buffer_done(&bytes);
	world_free(w);
}
END_TEST

START_TEST(what_is_approved_is_the_same_with_the_account_filled_in) {
	struct world *w = world_new();
	uint8_t hash[DIGEST_BYTES];
	set_up(w);
	uint64_t id = settle(w);
	const Pb__Settlement *seen = settlement(w, id, payer);
	const Pb__Uuid *ledger_id = world_entry(w, id)->ledger_id;
	Pb__Payment *paid[] = { seen->payments[0]->payment };
	const struct settle_payments payments = {
		.ledger_id = { ledger_id->high, ledger_id->low },
		.settlement = id,
		.house_account = seen->house_account,
		.payments = paid,
		.count = 1,
	};
	ck_assert_ptr_nonnull(paid[0]->account);
	ck_assert_int_eq(settle_digest(&payments, hash), ERR_OK);
	ck_assert_mem_eq(hash, seen->payments_digest->value.data, DIGEST_BYTES);
	world_free(w);
}
END_TEST

START_TEST(an_account_that_was_replaced_is_not_shown_for_the_old_one) {
	struct world *w = world_new();
	set_up(w);
	uint64_t id = settle(w);
	update(w, "T-1", "Li Si");
	ck_assert_ptr_null(payment(w, id, payer)->account);
	ck_assert_str_eq(party(w, "T-1", staff)->personal->bank_account->number, "9999");
	world_free(w);
}
END_TEST

static const Pb__Reply *approve(struct world *w, uint64_t id) {
	const Pb__Digest *digest = world_entry(w, id)->decision->payments_digest;
	char hex[65];
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest->value.data[i]);
	uint64_t before = world_as(w, world_staff(w, "fin2", "ROLE_APPROVER"));
	const Pb__Reply *reply = world_give(
	    w, "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}", id, hex);
	world_as(w, before);
	return reply;
}

START_TEST(what_would_go_to_an_account_that_was_replaced_is_not_approved) {
	struct world *w = world_new();
	set_up(w);
	uint64_t id = settle(w);
	update(w, "T-1", "Li Si");
	const Pb__Reply *reply = approve(w, id);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__PAYMENTS_CHANGED);
	ck_assert_str_eq(reply->refusal->field, "settlement");
	TO("{'cancel_settlement': {'settlement': %" PRIu64 ", 'reason': 'new account'}}", id);
	id = open_settlement(w, world_last_seq(w));
	ck_assert_int_eq(approve(w, id)->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert_str_eq(payment(w, id, payer)->account->number, "9999");
	world_free(w);
}
END_TEST

START_TEST(nothing_is_erased_while_money_is_owed_and_nothing_is_owed_without_an_account) {
	struct world *w = world_new();
	set_up(w);
	settle(w);
	world_refuse(w, PB__OUTCOME__PERSONAL_STATE,
	    "{'erase_personal': {'party': 'T-1', 'reason': 'asked for'}}");
	world_free(w);
}
END_TEST

SUITE_MAIN("query: persons", staff_and_the_party_itself_see_its_particulars,
    a_list_shows_the_newest_and_what_was_erased, a_list_of_the_past_shows_no_erased_text,
    who_pays_sees_the_account_and_the_journal_does_not,
    what_is_approved_is_the_same_with_the_account_filled_in,
    an_account_that_was_replaced_is_not_shown_for_the_old_one,
    what_would_go_to_an_account_that_was_replaced_is_not_approved,
    nothing_is_erased_while_money_is_owed_and_nothing_is_owed_without_an_account)
