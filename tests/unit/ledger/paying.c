/* SPDX-License-Identifier: Apache-2.0 */
#include "paying.h"

#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define LOCAL "110114"

struct paying new_prepared(const int64_t *amounts, size_t count) {
	struct scheme_config config = scheme_plain;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES
	               "'effective_from': '2026-01-01',"
	               " 'tiers': [{'id': 1, 'ratio_bp': 5000}], 'use_within_days': 30,"
	               " 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER',"
	               " 'net_clawbacks': true}}";
	struct paying p = { .s = scheme_new(&config), .count = count };
	p.w = p.s->world;
	p.holder = scheme_holder(p.s, LOCAL, "");
	ck_assert_uint_le(count, PAYING_MAX);
	for (size_t i = 0; i < count; i++) {
		p.providers[i] = scheme_provider(p.s, LOCAL);
		p.claims[i] = scheme_published_claim(p.s, p.holder, p.providers[i], amounts[i]);
	}
	p.settlement = scheme_settlement(p.s);
	world_as(p.w, p.s->finance);
	return p;
}

struct paying new_paying(const int64_t *amounts, size_t count) {
	struct paying p = new_prepared(amounts, count);
	scheme_approve_settlement(p.s, p.settlement);
	return p;
}

void end_paying(struct paying *p) {
	check_paying(p);
	scheme_free(p->s);
}

void record_payment(struct paying *p, unsigned payment, const char *status) {
	world_accept(p->w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': %u, 'status': '%s',"
	    " 'reason': 'the bank said so', 'bank_reference': 'BR-%u'}}",
	    p->settlement, payment, status, payment);
}

uint64_t order_clawback(struct paying *p, uint64_t claim, int64_t amount) {
	uint64_t actor = world_as(p->w, p->s->office);
	uint64_t id = world_accept(p->w,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': %" PRId64
	    ", 'ground': 'CLAWBACK_MISUSE', 'reason': 'spent on furniture', 'due': '2026-06-30'}}",
	    claim, amount);
	world_as(p->w, actor);
	return id;
}

uint64_t owe_back(struct paying *p, int64_t amount) {
	record_payment(p, 1, "PAYMENT_PAID");
	return order_clawback(p, p->claims[0], amount);
}

/* --- lines --- */

const char *reference_of(struct paying *p, unsigned payment) {
	struct arena *arena = world_arena(p->w);
	const char *text = payment
	    ? arena_printf(arena, "V0190a1b2-%" PRIu64 "-%u", p->settlement, payment)
	    : arena_printf(arena, "V0190a1b2-%" PRIu64, p->settlement);
	ck_assert_ptr_nonnull(text);
	return text;
}

uint64_t line_of(struct paying *p, unsigned payment, int64_t amount) {
	return bank_import_line(p->w, amount, PAYING_DAY, reference_of(p, payment));
}

uint64_t line_saying(struct paying *p, int64_t amount, const char *text) {
	uint64_t seq = bank_import(p->w,
	    "{'amount': '%" PRId64 "', 'booking_date': '" PAYING_DAY "', 'text': '%s'}", amount, text);
	return world_entry(p->w, seq)->decision->lines[0]->line;
}

uint64_t plain_line(struct paying *p, int64_t amount) {
	return line_saying(p, amount, "");
}

uint64_t match_by_hand(struct paying *p, const char *lines, const char *targets, ...) {
	char text[8192];
	va_list arguments;
	va_start(arguments, targets);
	int bytes = vsnprintf(text, sizeof(text), targets, arguments);
	va_end(arguments);
	ck_assert(bytes >= 0 && (size_t)bytes < sizeof(text));
	return world_accept(p->w,
	    "{'reconcile': {'house_account': 'house', 'lines': [%s], 'targets': [%s]}}", lines, text);
}

void unmatch(struct paying *p, uint64_t line) {
	world_accept(p->w,
	    "{'unmatch': {'house_account': 'house', 'line': %" PRIu64 ", 'reason': 'a mistake'}}",
	    line);
}

/* --- what there is --- */

struct payment_row payment_at(struct paying *p, unsigned payment) {
	struct key key = key_of_payment(p->settlement, payment);
	const struct payment_row *row = STATE_GET(
	    world_state(p->w), TABLE_PAYMENT, &key, struct payment_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}

struct bank_line_row line_at(struct paying *p, uint64_t line) {
	return bank_line_row(p->w, p->s->house, line);
}

void expect_line(
    struct paying *p, uint64_t line, Pb__LineState state, Pb__LineException exception) {
	const struct bank_line_row row = line_at(p, line);
	ck_assert_int_eq(row.state, state);
	ck_assert_int_eq(row.exception, exception);
}

void expect_status(struct paying *p, unsigned payment, Pb__PaymentStatus status) {
	ck_assert_int_eq(payment_at(p, payment).status, status);
}

struct bank_side bank_side(struct paying *p) {
	const struct house_row row = bank_house_row(p->w, p->s->house);
	return (
	    struct bank_side){ row.books, row.awaited_in, row.awaited_out, row.open_in, row.open_out };
}

/* The payment of each line's targets names the line's leader. */
static void check_line(struct paying *p, uint64_t number) {
	const struct bank_line_row row = line_at(p, number);
	ck_assert(row.targets == 0 || row.leader == number);
	for (uint32_t i = 0; i < row.targets; i++) {
		struct key key = key_of_ids(p->s->house, number);
		key_add_u32(&key, i);
		const struct match_row *match = STATE_GET(
		    world_state(p->w), TABLE_MATCH, &key, struct match_row);
		ck_assert_ptr_nonnull(match);
		if (match->clawback)
			continue;
		ck_assert_uint_eq(match->settlement, p->settlement);
		const struct payment_row payment = payment_at(p, match->payment);
		ck_assert_uint_eq(match->is_return ? payment.return_line : payment.line, number);
		ck_assert_int_eq(match->amount, payment.amount);
	}
}

void check_paying(struct paying *p) {
	const char *fault = ledger_verify(world_state(p->w), world_arena(p->w));
	ck_assert_msg(!fault, "%s", fault);
	for (uint64_t line = 1; line <= bank_house_row(p->w, p->s->house).lines; line++)
		check_line(p, line);
}
