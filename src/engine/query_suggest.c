/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bank line may be: never stored, found anew when it is asked for. What waits is known by
 * house account and signed amount (TABLE_AWAITED), which also keeps what no longer waits, as its
 * payment says: so the look is bounded, and passes over settlements that were not approved in time.
 */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/date.h"
#include "ledger/house.h"
#include "ledger/payment.h"

/* What follows house account and amount in the key. */
enum {
	AT_SETTLEMENT = 2 * ID_KEY_BYTES,
	AT_PAYMENT = AT_SETTLEMENT + ID_KEY_BYTES,
};

struct look {
	struct query *query;
	const struct bank_line_row *line;
	uint64_t payee;   /* 0: it is not known */
	uint64_t waiting; /* with this amount, and not seen yet */
	uint32_t looked;
	uint64_t passed; /* a settlement that is passed over; 0: the walk came to its end */
	struct query_suggestions *found;
};

static bool is_money_in(const struct look *look) {
	return look->line->amount > 0;
}

static int32_t local_day(struct look *look, uint64_t settlement, int64_t time_us) {
	const struct state *state = look->query->view->state;
	struct key key = key_of_id(settlement);
	const struct settlement_row *row = STATE_GET(
	    state, TABLE_SETTLEMENT, &key, struct settlement_row);
	check(row);
	key = key_of_id(row->programme);
	const struct programme_row *programme = STATE_GET(
	    state, TABLE_PROGRAMME, &key, struct programme_row);
	check(programme);
	return date_local_day(time_us, programme->utc_offset_minutes);
}

/* Money that went out is booked after its settlement was approved. */
static bool is_approved_in_time(struct look *look, uint64_t settlement, int64_t approved_us) {
	int32_t days = look->line->booking_day - local_day(look, settlement, approved_us);
	return days >= 0 && days <= QUERY_SUGGESTION_DAYS;
}

/* Money that came back is booked about when it was recorded. */
static bool is_recorded_in_time(struct look *look, uint64_t settlement, uint64_t record_seq) {
	int64_t recorded_us = query_time_us(look->query, record_seq);
	int32_t days = look->line->booking_day - local_day(look, settlement, recorded_us);
	return days >= -QUERY_SUGGESTION_DAYS && days <= QUERY_SUGGESTION_DAYS;
}

static struct payment_row payment_at(struct look *look, uint64_t settlement, uint32_t number) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *row = STATE_GET(
	    look->query->view->state, TABLE_PAYMENT, &key, struct payment_row);
	check(row);
	return *row;
}

/* Something that waits, or did. False ends the walk. */
static bool visit(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct look *look = arg;
	(void)row;
	check(bytes == 0);
	if (look->looked++ == QUERY_SUGGESTION_LOOK)
		return false;
	uint64_t settlement = key_read_u64(key, AT_SETTLEMENT);
	uint32_t number = key_read_u32(key, AT_PAYMENT);
	struct payment_row payment = payment_at(look, settlement, number);
	if (!is_money_in(look) && !is_approved_in_time(look, settlement, payment.approved_us)) {
		look->passed = settlement;
		return false;
	}
	if (!(is_money_in(look) ? payment_awaits_return(&payment) : payment_awaits_line(&payment)))
		return true;
	bool is_fit = (!look->payee || look->payee == payment.payee) &&
	    (!is_money_in(look) || is_recorded_in_time(look, settlement, payment.record_seq));
	if (is_fit)
		look->found->targets[look->found->count++] = (struct match_row){
			.settlement = settlement,
			.payment = number,
			.is_return = is_money_in(look),
			.amount = payment.amount,
		};
	return --look->waiting > 0 && look->found->count < QUERY_SUGGESTIONS;
}

static void walk(struct look *look, uint64_t house_account) {
	const struct state *state = look->query->view->state;
	const struct key prefix = key_of_awaited(house_account, look->line->amount);
	struct key from = prefix;
	do {
		look->passed = 0;
		state->ops->scan(state->self, TABLE_AWAITED, &prefix, &from, visit, look);
		from = prefix;
		key_add_u64(&from, look->passed + 1);
	} while (look->passed && !look->query->err);
}

static uint64_t count_waiting(const struct state *state, uint64_t house_account, int64_t amount) {
	struct key key = key_of_awaited(house_account, amount);
	const struct id_row *row = STATE_GET(state, TABLE_AWAITED_COUNT, &key, struct id_row);
	return row ? row->id : 0;
}

const struct query_suggestions *query_suggest(
    struct query *query, const struct key *key, const struct bank_line_row *row) {
	const struct state *state = query->view->state;
	struct query_suggestions *found = &query->suggestions;
	uint64_t house_account = key_read_u64(key, 0), line = key_read_u64(key, ID_KEY_BYTES);
	if (found->house_account == house_account && found->line == line)
		return found;
	*found = (struct query_suggestions){ .house_account = house_account, .line = line };
	const struct bank_line_row kept = *row;
	struct look look = {
		.query = query,
		.line = &kept,
		.waiting = count_waiting(state, house_account, kept.amount),
		.found = found,
	};
	if (!look.waiting || !state->ops->scan)
		return found;
	const Pb__StatementLine *said = query_line_said(query, &kept);
	if (!said)
		return found;
	look.payee = query_find_code(state, TABLE_PARTY_CODE, said->payee);
	walk(&look, house_account);
	query->looked += look.looked;
	return found;
}
