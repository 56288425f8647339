/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A match as it takes effect, and as it is taken back: payments, clawbacks, what is awaited,
 * TABLE_MATCH and the lines. What it posted is the deciding side's (taking.c, reconcile_unmatch.c).
 */
#include "ledger/matching.h"

#include "base/check.h"
#include "ledger/clawback.h"
#include "ledger/payment.h"
#include "ledger/pool.h"
#include "ledger/returned.h"

typedef __int128 wide;

struct key key_of_match(uint64_t house_id, uint64_t leader, uint32_t index) {
	struct key key = key_of_ids(house_id, leader);
	key_add_u32(&key, index);
	return key;
}

const struct match_row *match_at(
    const struct state *state, uint64_t house_id, uint64_t leader, uint32_t index) {
	struct key key = key_of_match(house_id, leader, index);
	const struct match_row *row = STATE_GET(state, TABLE_MATCH, &key, struct match_row);
	check(row);
	return row;
}

int64_t match_signed_amount(const struct match_row *row) {
	return row->clawback || row->is_return ? row->amount : -row->amount;
}

/* --- taken --- */

static struct awaited awaited_of(uint64_t house_id, const struct match_row *row) {
	return (struct awaited){
		.house_id = house_id,
		.amount = row->amount,
		.settlement = row->settlement,
		.payment = row->payment,
		.is_return = row->is_return,
	};
}

/* A payment of which nothing was recorded is confirmed by the line; else the line is only found. */
static void take_out(struct applying *a, const struct match *match, struct match_row *row) {
	struct payment_row payment = get_payment(a, row->settlement, row->payment);
	const struct awaited awaited = awaited_of(match->house_id, row);
	check(payment_awaits_line(&payment) && payment.amount == row->amount);
	house_await_no_longer(a, &awaited);
	row->record_seq = payment.record_seq;
	if (payment.status == PB__PAYMENT_STATUS__PAYMENT_APPROVED) {
		payment.record_seq = a->entry->seq;
	} else {
		house_count_awaited(a, &awaited, false);
		payment.was_recorded |= RECORDED_PAID;
	}
	payment.line = match->lines[0];
	if (payment.status != PB__PAYMENT_STATUS__PAYMENT_RETURNED)
		payment_become(a, &payment, PB__PAYMENT_STATUS__PAYMENT_RECONCILED);
	put_payment(a, row->settlement, row->payment, &payment);
}

/* True: the books did not know of it. */
static bool take_return(struct applying *a, const struct match *match, struct match_row *row) {
	struct payment_row payment = get_payment(a, row->settlement, row->payment);
	bool is_news = payment.status != PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	check(payment.return_line == 0 && payment.amount == row->amount);
	row->record_seq = payment.record_seq;
	payment.return_line = match->lines[0];
	if (is_news) {
		struct giving_back back = { .a = a };
		payment.record_seq = a->entry->seq;
		returned_keep(a, row->settlement, row->payment, &payment);
		give_back(&back, &payment, PB__PAYMENT_STATUS__PAYMENT_RETURNED);
		give_back_end(&back);
	} else {
		const struct awaited awaited = awaited_of(match->house_id, row);
		house_await_no_longer(a, &awaited);
		house_count_awaited(a, &awaited, false);
		payment.was_recorded |= RECORDED_RETURNED;
	}
	put_payment(a, row->settlement, row->payment, &payment);
	return is_news;
}

static void take_recovery(struct applying *a, struct match_row *row) {
	const struct clawback_row clawback = get_clawback(a, row->clawback);
	row->shares = by_fund_split(row->amount, &clawback.left);
	clawback_recover(a, row->clawback, &row->shares);
}

/* Writes down one target and takes it. True: a payment came back. */
static bool take(
    struct applying *a, const struct match *match, struct match_row *row, uint32_t index) {
	struct key key = key_of_match(match->house_id, match->lines[0], index);
	bool came_back = false;
	if (row->clawback)
		take_recovery(a, row);
	else if (row->is_return)
		came_back = take_return(a, match, row);
	else
		take_out(a, match, row);
	STATE_PUT(a->state, TABLE_MATCH, &key, row);
	return came_back;
}

/* Takes all of them behind the `count` that the match has, and completes the leader's row. */
static void take_all(struct applying *a, const struct match *match, struct bank_line_row *leader) {
	bool came_back = false;
	wide booked = leader->booked; /* what comes in and goes out of it may be more in between */
	for (size_t i = 0; i < match->target_count; i++) {
		const Pb__Target *target = match->targets[i];
		struct match_row row = {
			.settlement = target->settlement,
			.clawback = target->clawback,
			.amount = target->amount,
			.payment = target->payment,
			.is_return = target->is_return,
		};
		came_back |= take(a, match, &row, leader->targets++);
		booked += match_signed_amount(&row);
	}
	leader->booked = (int64_t)booked;
	/* What a person matched, somebody has looked at. */
	bool is_exception = came_back && match->by != PB__MATCH_BY__MATCH_BY_PERSON;
	bool is_whole = leader->booked == leader->amount || match->line_count > 1;
	leader->state = is_exception ? PB__LINE_STATE__LINE_EXCEPTION
	    : is_whole               ? PB__LINE_STATE__LINE_MATCHED
	                             : PB__LINE_STATE__LINE_PARTIALLY_MATCHED;
	leader->exception = is_exception ? PB__LINE_EXCEPTION__LINE_RETURNED
	                                 : PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	leader->leader = match->lines[0];
	leader->by = match->by;
	leader->word_seq = a->entry->seq;
}

void apply_new_match(
    struct applying *a, const struct match *match, const struct bank_line_row *new_row) {
	struct bank_line_row row = *new_row;
	take_all(a, match, &row);
	add_bank_line(a, match->house_id, match->lines[0], &row);
}

/* Of several lines each is matched as a whole. */
static void put_together(struct applying *a, const struct match *match, size_t index) {
	struct bank_line_row row = get_bank_line(a, match->house_id, match->lines[index]);
	row.booked = row.amount;
	row.leader = match->lines[0];
	row.together = index + 1 < match->line_count ? match->lines[index + 1] : 0;
	row.state = PB__LINE_STATE__LINE_MATCHED;
	row.exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	row.by = match->by;
	row.word_seq = a->entry->seq;
	put_bank_line(a, match->house_id, match->lines[index], &row);
}

void apply_match(struct applying *a, const struct match *match) {
	struct bank_line_row leader = get_bank_line(a, match->house_id, match->lines[0]);
	take_all(a, match, &leader);
	if (match->line_count > 1) {
		leader.booked = leader.amount;
		leader.together = match->lines[1];
	}
	put_bank_line(a, match->house_id, match->lines[0], &leader);
	for (size_t i = 1; i < match->line_count; i++)
		put_together(a, match, i);
}

/* --- taken back --- */

static void leave_out(struct applying *a, uint64_t house_id, const struct match_row *row) {
	struct payment_row payment = get_payment(a, row->settlement, row->payment);
	const struct awaited awaited = awaited_of(house_id, row);
	bool was_recorded = payment.was_recorded & RECORDED_PAID;
	check(payment.line);
	house_await(a, &awaited);
	if (was_recorded)
		house_count_awaited(a, &awaited, true);
	else
		payment.record_seq = row->record_seq;
	payment.line = 0;
	payment.was_recorded &= ~(uint32_t)RECORDED_PAID;
	if (payment.status != PB__PAYMENT_STATUS__PAYMENT_RETURNED)
		payment_become(a, &payment,
		    was_recorded ? PB__PAYMENT_STATUS__PAYMENT_PAID : PB__PAYMENT_STATUS__PAYMENT_APPROVED);
	put_payment(a, row->settlement, row->payment, &payment);
}

static void leave_return(struct applying *a, uint64_t house_id, const struct match_row *row) {
	struct payment_row payment = get_payment(a, row->settlement, row->payment);
	check(payment.return_line);
	payment.return_line = 0;
	if (payment.was_recorded & RECORDED_RETURNED) {
		const struct awaited awaited = awaited_of(house_id, row);
		house_await(a, &awaited);
		house_count_awaited(a, &awaited, true);
		payment.was_recorded &= ~(uint32_t)RECORDED_RETURNED;
	} else {
		payment.record_seq = row->record_seq;
		returned_take_back(a, row->settlement, row->payment, &payment,
		    payment.line ? PB__PAYMENT_STATUS__PAYMENT_RECONCILED
		                 : PB__PAYMENT_STATUS__PAYMENT_PAID);
	}
	put_payment(a, row->settlement, row->payment, &payment);
}

static void leave_recovery(struct applying *a, const struct match_row *row) {
	struct clawback_row clawback = get_clawback(a, row->clawback);
	by_fund_add(&clawback.left, &row->shares);
	count(&clawback.recovered, -row->amount);
	put_clawback(a, row->clawback, &clawback);
}

void apply_match_taken_back(struct applying *a, uint64_t house_id, uint64_t leader) {
	uint32_t index = get_bank_line(a, house_id, leader).targets;
	while (index-- > 0) {
		const struct match_row row = *match_at(a->state, house_id, leader, index);
		if (row.clawback)
			leave_recovery(a, &row);
		else if (row.is_return)
			leave_return(a, house_id, &row);
		else
			leave_out(a, house_id, &row);
	}
	for (uint64_t line = leader; line;) {
		struct bank_line_row row = get_bank_line(a, house_id, line);
		uint64_t next = row.together;
		row.state = PB__LINE_STATE__LINE_UNMATCHED;
		row.exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
		row.booked = 0;
		row.ignored = 0;
		row.leader = 0;
		row.together = 0;
		row.by = PB__MATCH_BY__MATCH_BY_UNSPECIFIED;
		row.kind = PB__LINE_KIND__LINE_KIND_UNSPECIFIED;
		row.targets = 0;
		row.word_seq = a->entry->seq;
		put_bank_line(a, house_id, line, &row);
		line = next;
	}
}
