/* SPDX-License-Identifier: Apache-2.0 */
/* What a bank line may be, and what it was matched with, as queries show it. */
#include "ledger/house.h"
#include "record/pb.h"
#include "support/bank.h"
#include "support/memory_state.h"
#include "support/suite.h"
#include "unit/engine/asking.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- a settlement approved on 2026-01-20: 1,000 to one payee, 1,000 and 500 to two others --- */

static struct asked stage_new(void) {
	static const int64_t amounts[] = { 100000, 100000, 50000 };
	return asked_new(&scheme_plain, amounts);
}

static uint64_t settle(struct asked *stage, const char *when) {
	world_at(stage->w, when);
	uint64_t settlement = scheme_settlement(stage->s);
	scheme_approve_settlement(stage->s, settlement);
	world_as(stage->w, stage->s->finance);
	return settlement;
}

/* The number of a line that says nothing but this. */
static uint64_t import(struct asked *stage, int64_t amount, const char *date, const char *payee) {
	bank_import(stage->w, "{'amount': '%" PRId64 "', 'booking_date': '%s', 'payee': '%s'}", amount,
	    date, payee);
	return bank_house_row(stage->w, stage->s->house).lines;
}

static const Pb__BankLine *line(struct asked *stage, uint64_t number) {
	const char *name = arena_printf(world_arena(stage->w), "house/%" PRIu64, number);
	return asking_get(stage->w, RESOURCE_BANK_LINES, name, &asking_banker);
}

/* What it may be, as "1 2 ": numbers of payments, with "r" those that came back. */
static const char *suggested(struct asked *stage, uint64_t number) {
	const Pb__BankLine *shown = line(stage, number);
	const char *numbers = "";
	for (size_t i = 0; i < shown->n_targets; i++)
		numbers = arena_printf(world_arena(stage->w), "%s%u%s ", numbers,
		    shown->targets[i]->payment, shown->targets[i]->is_return ? "r" : "");
	ck_assert_int_eq(
	    shown->state, *numbers ? PB__LINE_STATE__LINE_SUGGESTED : PB__LINE_STATE__LINE_UNMATCHED);
	ck_assert_int_eq(
	    shown->by, *numbers ? PB__MATCH_BY__MATCH_BY_AMOUNT : PB__MATCH_BY__MATCH_BY_UNSPECIFIED);
	return numbers;
}

START_TEST(what_waits_with_the_amount_of_a_line_is_suggested) {
	struct asked stage = stage_new();
	const char *payees[] = { stage.payees[0]->code, stage.payees[1]->code, stage.payees[2]->code };
	const struct {
		int64_t amount;
		const char *date, *payee, *suggested;
	} table[] = {
		{ -50000, "2026-01-21", "", "3 " }, { -100000, "2026-01-21", "", "1 2 " },
		{ -100000, "2026-01-21", payees[1], "2 " },
		{ -100000, "2026-01-21", payees[2], "" }, /* who waits for another amount */
		{ -50000, "2026-01-19", "", "" },         /* the day before it was approved */
		{ -50000, "2026-01-20", "", "3 " }, { -50000, "2026-01-30", "", "3 " },
		{ -50000, "2026-01-31", "", "" }, /* eleven days after it */
	};
	world_at(stage.w, "2026-02-01 09:00");
	for (size_t i = 0; i < COUNT(table); i++) {
		uint64_t number = import(&stage, table[i].amount, table[i].date, table[i].payee);
		ck_assert_str_eq(suggested(&stage, number), table[i].suggested);
	}
	const Pb__Target *target = line(&stage, 1)->targets[0];
	ck_assert_uint_eq(target->settlement, stage.settlement);
	ck_assert_int_eq(target->amount, 50000);
	scheme_free(stage.s);
}
END_TEST

START_TEST(what_waits_no_longer_is_suggested_no_longer) {
	struct asked stage = stage_new();
	uint64_t number = import(&stage, -50000, "2026-01-21", "");
	ck_assert_str_eq(suggested(&stage, number), "3 ");
	world_accept(stage.w,
	    "{'record_payment': {'settlement': %" PRIu64
	    ", 'payment': 3, 'status': 'PAYMENT_FAILED', 'reason': 'no such account'}}",
	    stage.settlement);
	ck_assert_str_eq(suggested(&stage, number), "");
	scheme_free(stage.s);
}
END_TEST

START_TEST(money_that_came_back_is_suggested_about_when_it_was_recorded) {
	struct asked stage = stage_new();
	world_at(stage.w, "2026-02-10 10:00");
	static const char *const statuses[] = { "PAID", "RETURNED" };
	for (int i = 0; i < 2; i++)
		world_accept(stage.w,
		    "{'record_payment': {'settlement': %" PRIu64
		    ", 'payment': 3, 'status': 'PAYMENT_%s', 'reason': 'closed account'}}",
		    stage.settlement, statuses[i]);
	static const struct {
		const char *date, *suggested;
	} table[] = { { "2026-02-09", "3r " }, { "2026-02-20", "3r " }, { "2026-01-30", "" },
		{ "2026-01-31", "3r " }, { "2026-02-21", "" } };
	world_at(stage.w, "2026-02-22 09:00");
	for (size_t i = 0; i < COUNT(table); i++)
		ck_assert_str_eq(
		    suggested(&stage, import(&stage, 50000, table[i].date, "")), table[i].suggested);
	scheme_free(stage.s);
}
END_TEST

START_TEST(settlements_that_were_not_approved_in_time_are_passed_over) {
	struct asked stage = stage_new();
	const struct member *holder = scheme_holder(stage.s, "110114", "");
	for (int i = 0; i < 2; i++)
		scheme_published_claim(stage.s, holder, stage.payees[i], 100000);
	uint64_t later = settle(&stage, "2026-02-15 10:00");
	uint64_t number = import(&stage, -100000, "2026-02-16", "");
	ck_assert_str_eq(suggested(&stage, number), "1 2 ");
	for (int i = 0; i < 2; i++)
		ck_assert_uint_eq(line(&stage, number)->targets[i]->settlement, later);
	number = import(&stage, -100000, "2026-01-25", "");
	ck_assert_str_eq(suggested(&stage, number), "1 2 ");
	ck_assert_uint_eq(line(&stage, number)->targets[0]->settlement, stage.settlement);
	scheme_free(stage.s);
}
END_TEST

START_TEST(suggested_lines_are_told_from_unmatched_ones) {
	struct asked stage = stage_new();
	import(&stage, -50000, "2026-01-21", "");
	import(&stage, -50000, "2026-01-01", "");
	import(&stage, -77, "2026-01-21", "");
	static const struct {
		const char *state;
		uint64_t line;
	} table[] = { { "suggested", 1 }, { "unmatched", 2 }, { "exception", 3 } };
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct query_filter filter = { .state = table[i].state };
		const Pb__Page *page = asking_list(stage.w, RESOURCE_BANK_LINES, &filter, &asking_banker);
		ck_assert_uint_eq(page->n_bank_lines, 1);
		ck_assert_uint_eq(page->bank_lines[0]->line, table[i].line);
		ck_assert_uint_eq(page->bank_lines[0]->n_targets, i == 0); /* in lists, too */
	}
	scheme_free(stage.s);
}
END_TEST

START_TEST(nothing_is_suggested_where_rows_cannot_be_walked) {
	struct asked stage = stage_new();
	import(&stage, -50000, "2026-01-21", "");
	struct state_ops ops = *world_state(stage.w)->ops;
	ops.scan = NULL;
	const struct state state = { &ops, world_state(stage.w)->self };
	const struct engine_view view = { &state, world_history(stage.w), world_last_seq(stage.w) };
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(query_get(&view, RESOURCE_BANK_LINES, "house/1", &asking_banker,
	                     world_arena(stage.w), &message),
	    ERR_OK);
	ck_assert_int_eq(((const Pb__BankLine *)message)->state, PB__LINE_STATE__LINE_UNMATCHED);
	scheme_free(stage.s);
}
END_TEST

/* --- among much that waits no longer --- */

enum { OLD = 5000, LINES = 100, LINE_AMOUNT = -1000 };

/* Every line's entry: it says nothing but its amount. */
static const Pb__JournalEntry *an_import(void *self, uint64_t seq, struct arena *arena) {
	(void)self;
	Pb__JournalEntry *entry = PB_NEW(Pb__JournalEntry, pb__journal_entry, arena);
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, arena);
	Pb__ImportStatement *import = PB_NEW(Pb__ImportStatement, pb__import_statement, arena);
	import->lines = arena_alloc(arena, sizeof(Pb__StatementLine *));
	import->lines[0] = PB_NEW(Pb__StatementLine, pb__statement_line, arena);
	import->n_lines = 1;
	command->body_case = PB__COMMAND__BODY_IMPORT_STATEMENT;
	command->import_statement = import;
	entry->seq = seq;
	entry->command = command;
	return entry;
}

/* Payments of one settlement and one amount, of which the last alone still waits. */
static void put_payments(const struct state *state, uint64_t settlement) {
	struct payment_row payment = {
		.amount = -LINE_AMOUNT,
		.status = PB__PAYMENT_STATUS__PAYMENT_RECONCILED,
	};
	const struct settlement_row of = { .programme = 1 };
	const struct programme_row programme = { .utc_offset_minutes = 480 };
	struct key key = key_of_id(settlement);
	STATE_PUT(state, TABLE_SETTLEMENT, &key, &of);
	key = key_of_id(1);
	STATE_PUT(state, TABLE_PROGRAMME, &key, &programme);
	for (uint32_t number = 1; number <= OLD; number++) {
		if (number == OLD)
			payment.status = PB__PAYMENT_STATUS__PAYMENT_APPROVED;
		key = key_of_payment(settlement, number);
		STATE_PUT(state, TABLE_PAYMENT, &key, &payment);
		key = key_of_awaited(2, LINE_AMOUNT);
		key_add_u64(&key, settlement);
		key_add_u32(&key, number);
		key_add_u8(&key, false);
		state_put(state, TABLE_AWAITED, &key, "", 0);
	}
	const struct id_row count = { 1 };
	key = key_of_awaited(2, LINE_AMOUNT);
	STATE_PUT(state, TABLE_AWAITED_COUNT, &key, &count);
}

START_TEST(a_look_is_bounded_and_so_is_a_page_of_them) {
	struct memory_state *memory = memory_state_new();
	const struct state *state = memory_state_writable(memory);
	const struct house_row house = { .code = "house" };
	const struct bank_line_row row = {
		.seq = 9,
		.amount = LINE_AMOUNT,
		.state = PB__LINE_STATE__LINE_UNMATCHED,
	};
	put_payments(state, 3);
	struct key key = key_of_id(2);
	STATE_PUT(state, TABLE_HOUSE, &key, &house);
	for (uint64_t number = 1; number <= LINES; number++) {
		key = key_of_ids(2, number);
		STATE_PUT(state, TABLE_BANK_LINE, &key, &row);
	}
	static const struct history_ops ops = { .entry = an_import };
	const struct history history = { .ops = &ops };
	const struct engine_view view = { memory_state_readable(memory), &history, 9 };
	struct query_filter filter = { .state = "unmatched" };
	struct arena arena;
	arena_init(&arena, 0);
	size_t pages = 0, found = 0;
	do {
		Pb__Page *page;
		const char *field;
		ck_assert_int_eq(
		    query_list(&view, RESOURCE_BANK_LINES, &filter, &asking_banker, &arena, &page, &field),
		    ERR_OK);
		found += page->n_bank_lines; /* the one that waits is too far away to be found */
		filter.cursor = page->next;
		pages++;
	} while (filter.cursor[0]);
	ck_assert_uint_eq(found, LINES);
	ck_assert_uint_gt(pages, 1);
	ck_assert_uint_lt(pages, 10);
	arena_done(&arena);
	memory_state_free(memory);
}
END_TEST

/* --- what it was matched with --- */

START_TEST(a_matched_line_is_shown_with_its_payments_and_the_lines_beside_it) {
	struct asked stage = stage_new();
	uint64_t first = import(&stage, -120000, "2026-01-21", "");
	uint64_t second = import(&stage, -30000, "2026-01-21", "");
	uint64_t matched = world_accept(stage.w,
	    "{'reconcile': {'house_account': 'house', 'lines': [%" PRIu64 ", %" PRIu64 "], 'targets': ["
	    "{'settlement': %" PRIu64 ", 'payment': 1}, {'settlement': %" PRIu64 ", 'payment': 3}]}}",
	    first, second, stage.settlement, stage.settlement);
	for (uint64_t number = first; number <= second; number++) {
		const Pb__BankLine *shown = line(&stage, number);
		ck_assert_int_eq(shown->state, PB__LINE_STATE__LINE_MATCHED);
		ck_assert_int_eq(shown->by, PB__MATCH_BY__MATCH_BY_PERSON);
		ck_assert_int_eq(shown->open, 0);
		ck_assert_int_eq(shown->since_us, (int64_t)world_entry(stage.w, matched)->time_us);
		ck_assert_uint_eq(shown->n_targets, 2);
		ck_assert_uint_eq(shown->targets[0]->payment, 1);
		ck_assert_uint_eq(shown->targets[1]->payment, 3);
		ck_assert_int_eq(shown->targets[1]->amount, 50000);
		ck_assert_uint_eq(shown->n_together, 1);
		ck_assert_uint_eq(shown->together[0], number == first ? second : first);
	}
	const Pb__Page *page = asking_list(stage.w, RESOURCE_BANK_LINES, NULL, &asking_banker);
	ck_assert_uint_eq(page->bank_lines[0]->n_targets, 0); /* only when it is asked for alone */
	world_accept(stage.w,
	    "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'the wrong ones'}}",
	    second);
	const Pb__BankLine *shown = line(&stage, first);
	ck_assert_int_eq(shown->state, PB__LINE_STATE__LINE_UNMATCHED);
	ck_assert_str_eq(shown->reason, "the wrong ones");
	ck_assert_uint_eq(shown->n_targets, 0);
	ck_assert_uint_eq(shown->n_together, 0);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_payment_that_its_line_confirmed_says_what_the_line_says) {
	struct asked stage = stage_new();
	const Pb__Payment *made = world_entry(stage.w, stage.settlement)->decision->payments[2];
	bank_import(stage.w,
	    "{'amount': -50000, 'booking_date': '2026-01-21', 'serial': 'S9', 'reference': '%s'}",
	    made->reference);
	const char *name = arena_printf(world_arena(stage.w), "%" PRIu64 "/3", stage.settlement);
	const Pb__SettlementPayment *payment = asking_get(
	    stage.w, RESOURCE_PAYMENTS, name, &asking_banker);
	ck_assert_int_eq(payment->status, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	ck_assert_uint_eq(payment->line, 1);
	ck_assert_str_eq(payment->bank_reference, "S9");
	ck_assert_str_eq(payment->value_date, "2026-01-21");
	const struct query_filter awaited = { .awaited = "true" };
	ck_assert_uint_eq(
	    asking_list(stage.w, RESOURCE_PAYMENTS, &awaited, &asking_banker)->n_payments, 2);
	scheme_free(stage.s);
}
END_TEST

START_TEST(too_little_memory_is_said_so) {
	struct asked stage = stage_new();
	import(&stage, -50000, "2026-01-21", "");
	asking_short_of_memory(stage.w, RESOURCE_BANK_LINES, "house/1");
	world_accept(stage.w,
	    "{'reconcile': {'house_account': 'house', 'lines': [1], 'targets': ["
	    "{'settlement': %" PRIu64 ", 'payment': 3}]}}",
	    stage.settlement);
	asking_short_of_memory(stage.w, RESOURCE_BANK_LINES, "house/1");
	scheme_free(stage.s);
}
END_TEST

SUITE_MAIN("query: suggestions", too_little_memory_is_said_so,
    what_waits_with_the_amount_of_a_line_is_suggested, what_waits_no_longer_is_suggested_no_longer,
    money_that_came_back_is_suggested_about_when_it_was_recorded,
    settlements_that_were_not_approved_in_time_are_passed_over,
    a_look_is_bounded_and_so_is_a_page_of_them, suggested_lines_are_told_from_unmatched_ones,
    nothing_is_suggested_where_rows_cannot_be_walked,
    a_matched_line_is_shown_with_its_payments_and_the_lines_beside_it,
    a_payment_that_its_line_confirmed_says_what_the_line_says)
