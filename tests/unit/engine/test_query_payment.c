/* SPDX-License-Identifier: Apache-2.0 */
/* Settlements, their payments and files, as queries show them. */
#include "record/pb.h"
#include "support/bank.h"
#include "support/suite.h"
#include "unit/engine/asking.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct asked stage_new(const struct scheme_config *config) {
	static const int64_t amounts[] = { 1000, 2000, 3000 };
	return asked_new(config, amounts);
}

static uint64_t record(struct asked *stage, int number, const char *status, const char *more) {
	return world_accept(stage->w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %d, 'status': 'PAYMENT_%s'%s}}",
	    stage->settlement, number, status, more);
}

static const Pb__SettlementPayment *payment(struct asked *stage, int number) {
	const char *name = arena_printf(
	    world_arena(stage->w), "%" PRIu64 "/%d", stage->settlement, number);
	const Pb__SettlementPayment *found = asking_get(
	    stage->w, RESOURCE_PAYMENTS, name, &asking_banker);
	ck_assert_msg(found != NULL, "%s", name);
	return found;
}

static const Pb__Settlement *settlement(struct asked *stage) {
	const char *name = arena_printf(world_arena(stage->w), "%" PRIu64, stage->settlement);
	return asking_get(stage->w, RESOURCE_SETTLEMENTS, name, &asking_banker);
}

/* --- what is shown --- */

START_TEST(a_payment_is_shown_with_what_the_settlement_says_of_it) {
	struct asked stage = stage_new(&scheme_plain);
	const Pb__Decision *opened = world_entry(stage.w, stage.settlement)->decision;
	for (int number = 1; number <= 3; number++) {
		const Pb__SettlementPayment *shown = payment(&stage, number);
		ck_assert(pb_is_equal(&shown->payment->base, &opened->payments[number - 1]->base));
		ck_assert_str_eq(shown->payee, stage.payees[number - 1]->code);
		ck_assert_ptr_nonnull(shown->payment->account);
		ck_assert_int_eq(shown->status, PB__PAYMENT_STATUS__PAYMENT_APPROVED);
		ck_assert_uint_eq(shown->settlement, stage.settlement);
		ck_assert_str_eq(shown->programme, "plain");
		ck_assert_str_eq(shown->house_account, "house");
		ck_assert_uint_eq(shown->line, 0);
		ck_assert_str_eq(shown->bank_reference, "");
	}
	static const char *const none[] = { "1/1", "0/0", "", "x", "1", "/", "99999999999/1" };
	for (size_t i = 0; i < COUNT(none); i++)
		ck_assert_ptr_null(asking_get(stage.w, RESOURCE_PAYMENTS, none[i], &asking_banker));
	const char *fourth = arena_printf(world_arena(stage.w), "%" PRIu64 "/4", stage.settlement);
	ck_assert_ptr_null(asking_get(stage.w, RESOURCE_PAYMENTS, fourth, &asking_banker));
	const char *wide = arena_printf(
	    world_arena(stage.w), "%" PRIu64 "/4294967297", stage.settlement);
	ck_assert_ptr_null(asking_get(stage.w, RESOURCE_PAYMENTS, wide, &asking_banker));
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_payment_says_how_it_was_recorded) {
	struct asked stage = stage_new(&scheme_plain);
	record(&stage, 2, "PAID", ", 'bank_reference': 'ICBC-2', 'value_date': '2026-01-21'");
	const Pb__SettlementPayment *paid = payment(&stage, 2);
	ck_assert_int_eq(paid->status, PB__PAYMENT_STATUS__PAYMENT_PAID);
	ck_assert_str_eq(paid->bank_reference, "ICBC-2");
	ck_assert_str_eq(paid->value_date, "2026-01-21");
	const Pb__SettlementPayment *in_settlement = settlement(&stage)->payments[1];
	ck_assert(pb_is_equal(&in_settlement->base, &paid->base));
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_settlement_says_from_where_it_is_paid_and_which_files_were_made) {
	struct asked stage = stage_new(&scheme_plain);
	ck_assert_str_eq(settlement(&stage)->house_account, "house");
	ck_assert_uint_eq(settlement(&stage)->n_files, 0);
	static const char *const formats[] = { "csv icbc", "pain.001.001.09" };
	uint64_t entries[2];
	for (int i = 0; i < 2; i++)
		entries[i] = world_accept(stage.w,
		    "{'record_payment_file': {'settlement': %" PRIu64 ", 'format': '%s', 'file': '%s'}}",
		    stage.settlement, formats[i], bank_file(stage.w, 70 + (uint64_t)i));
	const Pb__Settlement *shown = settlement(&stage);
	ck_assert_uint_eq(shown->n_files, 2);
	for (int i = 0; i < 2; i++) {
		const Pb__JournalEntry *entry = world_entry(stage.w, entries[i]);
		const Pb__Digest *file = entry->command->record_payment_file->file;
		ck_assert_str_eq(shown->files[i]->format, formats[i]);
		ck_assert(pb_is_equal(&shown->files[i]->file->base, &file->base));
		ck_assert_int_eq(shown->files[i]->time_us, (int64_t)entry->time_us);
		ck_assert_str_eq(shown->files[i]->person, entry->actor->person);
	}
	const Pb__Page *page = asking_list(stage.w, RESOURCE_SETTLEMENTS, NULL, &asking_banker);
	ck_assert_uint_eq(page->settlements[0]->n_files, 0); /* only when it is asked for alone */
	scheme_free(stage.s);
}
END_TEST

START_TEST(what_was_set_off_is_shown_beside_what_is_paid) {
	struct scheme_config config = scheme_plain;
	config.rules =
	    "{'programme': 'plain', 'rules': {'version': 1, 'title': 'Plain'," WORLD_RULES
	    "'effective_from': '2026-01-01', 'categories': ['testing'], 'net_clawbacks': true,"
	    " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000, 'per_year': 20000000}],"
	    " 'use_within_days': 60, 'claim_within_days': 60, 'payee': 'PAYEE_PROVIDER',"
	    " 'publication_days': 1}}";
	struct asked stage = stage_new(&config);
	record(&stage, 1, "PAID", "");
	uint64_t claim = world_entry(stage.w, stage.settlement)->decision->payments[0]->claims[0];
	world_as(stage.w, stage.s->approver);
	world_accept(stage.w,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': 400, 'ground': 'CLAWBACK_MISUSE',"
	    " 'due': '2026-03-01', 'reason': 'not delivered'}}",
	    claim);
	const struct member *holder = scheme_holder(stage.s, "110114", "");
	uint64_t second = scheme_published_claim(stage.s, holder, stage.payees[0], 5000);
	world_at(stage.w, "2026-01-24 10:00");
	stage.settlement = scheme_settlement(stage.s);
	scheme_approve_settlement(stage.s, stage.settlement);
	ck_assert_int_eq(settlement(&stage)->netted, 400);
	ck_assert_int_eq(settlement(&stage)->amount, 4600);
	ck_assert_int_eq(payment(&stage, 1)->payment->nettings[0]->amount, 400);
	const char *name = arena_printf(world_arena(stage.w), "%" PRIu64, second);
	const Pb__Claim *shown = asking_get(stage.w, RESOURCE_CLAIMS, name, &asking_banker);
	ck_assert_int_eq(shown->netted, 400);
	scheme_free(stage.s);
}
END_TEST

/* --- lists --- */

/* The numbers of a page's payments, "1 3 ". */
static const char *numbers_of(struct asked *stage, const Pb__Page *page) {
	const char *numbers = "";
	for (size_t i = 0; i < page->n_payments; i++)
		numbers = arena_printf(
		    world_arena(stage->w), "%s%u ", numbers, page->payments[i]->payment->number);
	return numbers;
}

static const char *listed(struct asked *stage, struct query_filter filter) {
	return numbers_of(stage, asking_list(stage->w, RESOURCE_PAYMENTS, &filter, &asking_banker));
}

START_TEST(payments_are_listed_by_account_status_programme_and_payee) {
	struct asked stage = stage_new(&scheme_plain);
	world_accept(stage.w,
	    "{'register_house_account': {'code': 'other', 'name': 'Other', 'account':"
	    " {'number': '2', 'bank_code': '102100099996', 'holder_name': 'Committee'}}}");
	record(&stage, 3, "PAID", "");
	const struct {
		struct query_filter filter;
		const char *numbers;
	} table[] = {
		{ { 0 }, "1 2 3 " },
		{ { .house_account = "house" }, "1 2 3 " },
		{ { .house_account = "other" }, "" },
		{ { .house_account = "house", .status = "approved" }, "1 2 " },
		{ { .status = "PAYMENT_PAID" }, "3 " },
		{ { .programme = "plain" }, "1 2 3 " },
		{ { .party = stage.payees[1]->code }, "2 " },
	};
	for (size_t i = 0; i < COUNT(table); i++)
		ck_assert_str_eq(listed(&stage, table[i].filter), table[i].numbers);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_payee_sees_its_payment_but_not_from_where_it_came) {
	struct asked stage = stage_new(&scheme_plain);
	struct query_viewer payee = { .party = stage.payees[1]->party };
	const Pb__Page *page = asking_list(stage.w, RESOURCE_PAYMENTS, NULL, &payee);
	ck_assert_str_eq(numbers_of(&stage, page), "2 ");
	ck_assert_str_eq(page->payments[0]->payee, stage.payees[1]->code);
	ck_assert_str_eq(page->payments[0]->house_account, "");
	struct query_filter filter = { .house_account = "house" };
	page = asking_list(stage.w, RESOURCE_PAYMENTS, &filter, &payee);
	ck_assert_str_eq(numbers_of(&stage, page), "");
	filter = (struct query_filter){ .party = stage.payees[0]->code };
	page = asking_list(stage.w, RESOURCE_PAYMENTS, &filter, &payee);
	ck_assert_str_eq(numbers_of(&stage, page), "");
	const char *other = arena_printf(world_arena(stage.w), "%" PRIu64 "/1", stage.settlement);
	const char *own = arena_printf(world_arena(stage.w), "%" PRIu64 "/2", stage.settlement);
	ck_assert_ptr_null(asking_get(stage.w, RESOURCE_PAYMENTS, other, &payee));
	ck_assert_ptr_nonnull(asking_get(stage.w, RESOURCE_PAYMENTS, own, &payee));
	const struct query_viewer reviewer = { .is_staff = true };
	page = asking_list(stage.w, RESOURCE_PAYMENTS, NULL, &reviewer);
	ck_assert_str_eq(numbers_of(&stage, page), "");
	scheme_free(stage.s);
}
END_TEST

START_TEST(pages_of_payments_follow_each_other) {
	struct asked stage = stage_new(&scheme_plain);
	struct query_filter filter = { .limit = 2 };
	const Pb__Page *page = asking_list(stage.w, RESOURCE_PAYMENTS, &filter, &asking_banker);
	ck_assert_str_eq(numbers_of(&stage, page), "1 2 ");
	filter.cursor = page->next;
	page = asking_list(stage.w, RESOURCE_PAYMENTS, &filter, &asking_banker);
	ck_assert_str_eq(numbers_of(&stage, page), "3 ");
	ck_assert_str_eq(page->next, "");
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_payment_is_awaited_until_its_line_comes_or_it_fails) {
	struct asked stage = stage_new(&scheme_plain);
	const struct query_filter awaited = { .awaited = "true" }, not_awaited = { .awaited = "false" };
	ck_assert_str_eq(listed(&stage, awaited), "1 2 3 ");
	record(&stage, 1, "PAID", "");
	ck_assert_str_eq(listed(&stage, awaited), "1 2 3 ");
	record(&stage, 2, "FAILED", ", 'reason': 'no such account'");
	ck_assert_str_eq(listed(&stage, awaited), "1 3 ");
	ck_assert_str_eq(listed(&stage, not_awaited), "2 ");
	ck_assert_str_eq(
	    listed(&stage, (struct query_filter){ .awaited = "true", .status = "paid" }), "1 ");
	scheme_free(stage.s);
}
END_TEST

START_TEST(too_little_memory_is_said_so) {
	struct asked stage = stage_new(&scheme_plain);
	const char *id = arena_printf(world_arena(stage.w), "%" PRIu64, stage.settlement);
	const char *name = arena_printf(world_arena(stage.w), "%s/2", id);
	world_accept(stage.w,
	    "{'record_payment_file': {'settlement': %" PRIu64 ", 'format': 'csv', 'file': '%s'}}",
	    stage.settlement, bank_file(stage.w, 70));
	asking_short_of_memory(stage.w, RESOURCE_SETTLEMENTS, id);
	asking_short_of_memory(stage.w, RESOURCE_PAYMENTS, name);
	scheme_free(stage.s);
}
END_TEST

SUITE_MAIN("query: payments", too_little_memory_is_said_so,
    a_payment_is_shown_with_what_the_settlement_says_of_it, a_payment_says_how_it_was_recorded,
    a_settlement_says_from_where_it_is_paid_and_which_files_were_made,
    what_was_set_off_is_shown_beside_what_is_paid,
    payments_are_listed_by_account_status_programme_and_payee,
    a_payee_sees_its_payment_but_not_from_where_it_came, pages_of_payments_follow_each_other,
    a_payment_is_awaited_until_its_line_comes_or_it_fails)
