/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/bank_line.h"

#include "base/check.h"
#include "ledger/period.h"

#include <string.h>

/* --- deciding --- */

const struct bank_line_row *bank_line_find(
    struct deciding *d, uint64_t house_id, uint64_t line, const char *field) {
	struct key key = key_of_ids(house_id, line);
	const struct bank_line_row *row = STATE_GET(
	    d->state, TABLE_BANK_LINE, &key, struct bank_line_row);
	if (!row)
		refuse_field(d, line ? PB__OUTCOME__BANK_LINE_UNKNOWN : PB__OUTCOME__FIELD_MISSING, field);
	return row;
}

bool bank_line_is_open(const struct bank_line_row *line) {
	return line->state != PB__LINE_STATE__LINE_MATCHED &&
	    line->state != PB__LINE_STATE__LINE_IGNORED;
}

bool bank_line_want_open(struct deciding *d, const struct bank_line_row *line, const char *field) {
	if (!bank_line_is_open(line))
		return refuse_state(
		    d, PB__OUTCOME__BANK_LINE_STATE, &pb__line_state__descriptor, line->state);
	return line->booking_day > d->head->closed_until || line->carried ||
	    refuse_field(d, PB__OUTCOME__DATE_CLOSED, field);
}

/* --- applying --- */

struct bank_line_row get_bank_line(const struct applying *a, uint64_t house_id, uint64_t line) {
	struct key key = key_of_ids(house_id, line);
	const struct bank_line_row *row = STATE_GET(
	    a->state, TABLE_BANK_LINE, &key, struct bank_line_row);
	check(row);
	return *row;
}

/* What is in the books is of the line, and a closed line is in them as a whole. */
static void check_line(const struct bank_line_row *line) {
	bool is_in = line->amount > 0;
	check(line->amount != 0 && line->amount != INT64_MIN);
	check(is_in ? line->booked >= 0 && line->booked <= line->amount
	            : line->booked <= 0 && line->booked >= line->amount);
	check(bank_line_is_open(line) || line->booked == line->amount);
	check((line->ignored != 0) == (line->state == PB__LINE_STATE__LINE_IGNORED));
	check(is_in ? line->ignored >= 0 && line->ignored <= line->booked
	            : line->ignored <= 0 && line->ignored >= line->booked);
}

/* What depends on a line as it is (sign 1), or as it was (−1). */
struct reckoning {
	struct applying *a;
	uint64_t house_id;
	const struct bank_line_row *line;
	int sign;
};

static void count_number(uint64_t *counter, int sign) {
	check(sign > 0 || *counter > 0);
	*counter += sign > 0 ? 1 : -UINT64_C(1);
}

static void reckon_month(const struct reckoning *r) {
	struct key key = key_of_open_lines(r->house_id, period_of_day(r->line->booking_day));
	const struct open_lines_row *old = STATE_GET(
	    r->a->state, TABLE_OPEN_LINES, &key, struct open_lines_row);
	struct open_lines_row row = old ? *old : (struct open_lines_row){ 0 };
	count_number(&row.open, r->sign);
	if (r->line->carried)
		count_number(&row.carried, r->sign);
	STATE_PUT(r->a->state, TABLE_OPEN_LINES, &key, &row);
}

static void reckon(const struct reckoning *r) {
	struct house_row *house = touch_house(r->a, r->house_id);
	int64_t rest = r->line->amount - r->line->booked;
	if (rest > 0)
		count(&house->open_in, r->sign * rest);
	if (rest < 0)
		count(&house->open_out, -r->sign * rest);
	if (r->line->ignored > 0)
		count(&house->ignored_in, r->sign * r->line->ignored);
	if (r->line->ignored < 0)
		count(&house->ignored_out, -r->sign * r->line->ignored);
	if (!bank_line_is_open(r->line))
		return;
	count_number(&house->open_lines, r->sign);
	if (r->line->carried)
		count_number(&house->carried_lines, r->sign);
	if (r->line->state == PB__LINE_STATE__LINE_EXCEPTION)
		count_number(&house->exceptions, r->sign);
	reckon_month(r);
}

static void write_line(
    struct applying *a, uint64_t house_id, uint64_t line, const struct bank_line_row *row) {
	struct key key = key_of_ids(house_id, line);
	check_line(row);
	reckon(&(struct reckoning){ a, house_id, row, 1 });
	STATE_PUT(a->state, TABLE_BANK_LINE, &key, row);
}

void add_bank_line(
    struct applying *a, uint64_t house_id, uint64_t line, const struct bank_line_row *row) {
	struct bank_line_row after = *row;
	check(line > 0 && line == touch_house(a, house_id)->lines);
	after.since_us = (int64_t)a->entry->time_us;
	write_line(a, house_id, line, &after);
}

void put_bank_line(
    struct applying *a, uint64_t house_id, uint64_t line, const struct bank_line_row *row) {
	const struct bank_line_row before = get_bank_line(a, house_id, line);
	struct bank_line_row after = *row;
	check(before.amount == after.amount && before.booking_day == after.booking_day);
	if (before.state != after.state)
		after.since_us = (int64_t)a->entry->time_us;
	reckon(&(struct reckoning){ a, house_id, &before, -1 });
	write_line(a, house_id, line, &after);
}

/* --- keys --- */

struct key key_of_serial(uint64_t house_id, const char *serial) {
	struct key key = key_of_id(house_id);
	key_add_bytes(&key, serial, strlen(serial));
	return key;
}

struct key key_of_open_lines(uint64_t house_id, uint32_t period) {
	struct key key = key_of_id(house_id);
	key_add_u32(&key, period);
	return key;
}
