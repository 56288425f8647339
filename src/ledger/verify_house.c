/* SPDX-License-Identifier: Apache-2.0 */
/*
 * House accounts re-derived: the bank's side from the rows of the lines, our side from MEMO_BANK
 * and from the payments that wait for a line. A payment waits (house.h)
 *
 *	for the line that says it went out    APPROVED, PAID or RETURNED, and it has no such line;
 *	                                      in the books unless APPROVED
 *	for the line that says it came back   RETURNED, and it has no such line; in the books
 */
#include "ledger/bank_line.h"
#include "ledger/house.h"
#include "ledger/payment.h"
#include "ledger/period.h"
#include "ledger/verify.h"

typedef __int128 wide;

/* Of one house account, as its rows have it. */
struct tally {
	struct verifying *v;
	uint64_t house_id;
	uint64_t lines;
	uint64_t open;
	uint64_t carried;
	uint64_t exceptions;
	wide amount;
	wide in; /* not in the books */
	wide out;
	wide ignored_in; /* in the books as none of the ledger's business */
	wide ignored_out;
	wide months; /* of the open lines, summed: so that each is counted in its own */
	wide carried_months;
	int32_t first_day;
	int32_t last_day;
	wide awaited_in;
	wide awaited_out;
	wide waiting; /* payments, less what TABLE_AWAITED_COUNT says of their amounts */
};

/* --- lines --- */

static bool is_line(const struct bank_line_row *line) {
	wide rest = (wide)line->amount - line->booked;
	bool is_part = line->amount > 0 ? line->booked >= 0 && rest >= 0
	                                : line->booked <= 0 && rest <= 0;
	bool is_ignored = line->state == PB__LINE_STATE__LINE_IGNORED;
	return line->amount != 0 && is_part && (rest == 0 || bank_line_is_open(line)) &&
	    is_ignored == (line->ignored != 0) && (wide)line->ignored * line->amount >= 0;
}

static void count_open(struct tally *t, const struct bank_line_row *line) {
	uint32_t period = period_of_day(line->booking_day);
	t->open++;
	t->months += period;
	t->exceptions += line->state == PB__LINE_STATE__LINE_EXCEPTION;
	if (line->carried) {
		t->carried++;
		t->carried_months += period;
	}
}

static bool visit_line(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct tally *t = arg;
	const struct bank_line_row *line = row;
	if (bytes != sizeof(*line) || key_read_u64(key, 8) != t->lines + 1)
		return verify_fault(t->v, "house account: its lines are not numbered on", t->house_id);
	if (!is_line(line))
		return verify_fault(t->v, "house account: a line's part in the books cannot be; line",
		    key_read_u64(key, 8));
	bool is_first = t->lines++ == 0;
	t->first_day = is_first || line->booking_day < t->first_day ? line->booking_day : t->first_day;
	t->last_day = is_first || line->booking_day > t->last_day ? line->booking_day : t->last_day;
	wide rest = (wide)line->amount - line->booked;
	t->amount += line->amount;
	t->in += rest > 0 ? rest : 0;
	t->out -= rest < 0 ? rest : 0;
	t->ignored_in += line->ignored > 0 ? line->ignored : 0;
	t->ignored_out -= line->ignored < 0 ? line->ignored : 0;
	if (bank_line_is_open(line))
		count_open(t, line);
	return verify_match(t->v, t->house_id, t->lines, line);
}

static bool visit_month(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct tally *t = arg;
	const struct open_lines_row *month = row;
	uint32_t period = key_read_u32(key, 8);
	if (bytes != sizeof(*month))
		return verify_fault(t->v, "house account: a month is not a month", t->house_id);
	t->months -= (wide)month->open * period;
	t->carried_months -= (wide)month->carried * period;
	return true;
}

static void verify_lines(struct tally *t, const struct house_row *house) {
	struct key prefix = key_of_id(t->house_id);
	verify_scan(t->v, TABLE_BANK_LINE, &prefix, visit_line, t);
	verify_scan(t->v, TABLE_OPEN_LINES, &prefix, visit_month, t);
	if (t->v->fault)
		return;
	t->v->bank_lines += t->lines;
	if (house->lines != t->lines || house->first_day != t->first_day ||
	    house->last_day != t->last_day)
		verify_fault(t->v, "house account: it has other lines than it says", t->house_id);
	else if (house->statement != house->opening + t->amount)
		verify_fault(t->v, "house account: statement is not its lines", t->house_id);
	else if (house->open_in != t->in || house->open_out != t->out)
		verify_fault(t->v, "house account: what is not in the books is not its lines", t->house_id);
	else if (house->ignored_in != t->ignored_in || house->ignored_out != t->ignored_out)
		verify_fault(t->v, "house account: what was ignored is not its lines", t->house_id);
	else if (house->open_lines != t->open || house->carried_lines != t->carried ||
	    house->exceptions != t->exceptions)
		verify_fault(t->v, "house account: it has other open lines than it says", t->house_id);
	else if (t->months != 0 || t->carried_months != 0)
		verify_fault(t->v, "house account: its open lines are of other months", t->house_id);
}

/* --- payments that wait --- */

static bool is_of_house(const struct verifying *v, uint64_t settlement, uint64_t house_id) {
	struct key key = key_of_id(settlement);
	const struct settlement_row *row = STATE_GET(
	    v->state, TABLE_SETTLEMENT, &key, struct settlement_row);
	return row && row->house_account == house_id;
}

/* Whether the key of a row of TABLE_AWAITED is its payment's. */
static bool is_key_of(
    const struct tally *t, const struct key *row_key, const struct payment_row *payment) {
	bool is_return = row_key->data[28] != 0;
	struct key amount = key_of_awaited(t->house_id, is_return ? payment->amount : -payment->amount);
	return key_read_u64(row_key, 8) == key_read_u64(&amount, 8) &&
	    is_of_house(t->v, key_read_u64(row_key, 16), t->house_id);
}

static bool visit_awaited(void *arg, const struct key *row_key, const void *row, size_t bytes) {
	struct tally *t = arg;
	(void)row;
	if (bytes != 0 || row_key->bytes != 29 || row_key->data[28] > 1)
		return verify_fault(t->v, "house account: what waits is not a payment", t->house_id);
	struct key key = key_of_payment(key_read_u64(row_key, 16), key_read_u32(row_key, 24));
	const struct payment_row *payment = STATE_GET(
	    t->v->state, TABLE_PAYMENT, &key, struct payment_row);
	if (!payment || !is_key_of(t, row_key, payment))
		return verify_fault(t->v,
		    "house account: a payment waits with another amount or account; settlement",
		    key_read_u64(&key, 0));
	if (!(row_key->data[28] ? payment_awaits_return(payment) : payment_awaits_line(payment)))
		return true;
	t->waiting++;
	t->v->awaited--;
	if (row_key->data[28])
		t->awaited_in += payment->amount;
	else if (payment->status != PB__PAYMENT_STATUS__PAYMENT_APPROVED)
		t->awaited_out += payment->amount;
	return true;
}

/* How many wait with an amount, for each amount of which any ever did. */
static bool visit_awaited_count(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct tally *t = arg;
	const struct id_row *count = row;
	struct tally of_amount = { .v = t->v, .house_id = t->house_id };
	if (bytes != sizeof(*count))
		return verify_fault(t->v, "house account: a count is not a count", t->house_id);
	verify_scan(t->v, TABLE_AWAITED, key, visit_awaited, &of_amount);
	if (!t->v->fault && of_amount.waiting != count->id)
		verify_fault(t->v, "house account: other payments of an amount wait", t->house_id);
	t->awaited_in += of_amount.awaited_in;
	t->awaited_out += of_amount.awaited_out;
	return !t->v->fault;
}

static void verify_awaited(struct tally *t, const struct house_row *house) {
	struct key prefix = key_of_id(t->house_id);
	verify_scan(t->v, TABLE_AWAITED_COUNT, &prefix, visit_awaited_count, t);
	if (!t->v->fault &&
	    (house->awaited_in != t->awaited_in || house->awaited_out != t->awaited_out))
		verify_fault(t->v, "house account: what is awaited is not its payments", t->house_id);
}

/* --- house accounts --- */

static bool visit_house(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct house_row *house = row;
	struct tally tally = { .v = v, .house_id = key_read_u64(key, 0) };
	uint64_t id = tally.house_id;
	if (bytes != sizeof(*house))
		return verify_fault(v, "a house account is not a house account", id);
	if (!house_adds_up(house))
		return verify_fault(v, "house account: the bank and the books do not add up", id);
	if (verify_balance(v, PB__ACCOUNT_KIND__MEMO_BANK, id) != house->books)
		return verify_fault(v, "house account: books is not its account", id);
	if (verify_balance(v, PB__ACCOUNT_KIND__MEMO_BANK_COUNTER, id) != -(wide)house->books)
		return verify_fault(v, "house account: its accounts do not balance", id);
	verify_lines(&tally, house);
	verify_awaited(&tally, house);
	return !v->fault;
}

static bool visit_payment(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct payment_row *payment = row;
	if (bytes != sizeof(*payment))
		return verify_fault(v, "a payment is not a payment; settlement", key_read_u64(key, 0));
	v->awaited += payment_awaits_line(payment) + payment_awaits_return(payment);
	v->matched -= (payment->line != 0) + (payment->return_line != 0);
	return true;
}

static bool visit_statement(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct statement_row *statement = row;
	if (bytes != sizeof(*statement))
		return verify_fault(v, "a statement is not a statement", key_read_u64(key, 0));
	v->bank_lines -= statement->new_lines;
	return true;
}

void verify_houses(struct verifying *v) {
	const struct key all = KEY_EMPTY;
	verify_scan(v, TABLE_HOUSE, &all, visit_house, v);
	verify_scan(v, TABLE_PAYMENT, &all, visit_payment, v);
	verify_scan(v, TABLE_STATEMENT, &all, visit_statement, v);
	if (!v->fault && v->awaited != 0)
		verify_fault(v, "payments: other ones wait for a line than house accounts say", 0);
	if (!v->fault && v->matched != 0)
		verify_fault(v, "payments: they are matched with lines that are not matched with them", 0);
	if (!v->fault && v->together != 0)
		verify_fault(v, "bank lines: they are in matches that do not have them", 0);
	if (!v->fault && v->bank_lines != 0)
		verify_fault(v, "statements: they have other lines than their accounts", 0);
}
