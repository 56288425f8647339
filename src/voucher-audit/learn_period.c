/* SPDX-License-Identifier: Apache-2.0 */
/* Months of the books. */
#include "base/date.h"
#include "voucher-audit/learn.h"

#include <stdio.h>
#include <string.h>

uint32_t learn_period(const char *text) {
	char date[DATE_TEXT_BYTES];
	int32_t day;
	if (strlen(text) != 7)
		return 0;
	snprintf(date, sizeof(date), "%s-01", text);
	if (date_parse(date, &day) != ERR_OK)
		return 0;
	int32_t month = date_local_month(date_day_start_us(day, 0), 0);
	return (uint32_t)(month / 12 * 100 + month % 12 + 1);
}

static uint32_t neighbour(uint32_t period, int by) {
	int32_t month = (int32_t)(period / 100 * 12 + period % 100 - 1) + by;
	return (uint32_t)(month / 12 * 100 + month % 12 + 1);
}

static int32_t last_day(uint32_t period) {
	char date[DATE_TEXT_BYTES + 16];
	int32_t day = 0;
	uint32_t next = neighbour(period, 1);
	snprintf(date, sizeof(date), "%04u-%02u-01", next / 100 % 10000, next % 100);
	return date_parse(date, &day) == ERR_OK ? day - 1 : INT32_MAX;
}

static struct period *find(const struct look *look, uint32_t period) {
	return map_find(&look->model->periods, mark_of_numbers(MARK_PERIOD, period, 0, 0));
}

static void carry(struct look *look, const Pb__CarryOver *over, uint32_t period) {
	const struct house *house = model_house(look->model, over->house_account);
	struct bank_line *line = house ? model_line(look->model, house->id, over->line) : NULL;
	if (!line)
		return;
	learn_reckon_line(look, line, -1);
	line->carried = period;
	learn_reckon_line(look, line, 1);
}

void learn_prepare_period(struct look *look) {
	const Pb__PreparePeriod *told = look->command->prepare_period;
	const Pb__Decision *decision = look->decision;
	uint32_t period = learn_period(told->period);
	if (!period)
		return;
	for (size_t i = 0; i < told->n_carry_over; i++)
		carry(look, told->carry_over[i], period);
	struct period *row = map_put(&look->model->periods, mark_of_numbers(MARK_PERIOD, period, 0, 0));
	*row = (struct period){ .prepare_seq = look->seq,
		.prepared_by = learn_person(look),
		.status = PB__PERIOD_STATUS__PERIOD_PREPARED };
	if (decision->period)
		row->figures = model_keep_message(look->model, &decision->period->base);
	if (decision->period_digest && decision->period_digest->value.len == sizeof(row->digest))
		memcpy(row->digest, decision->period_digest->value.data, sizeof(row->digest));
}

void learn_review_period(struct look *look) {
	struct period *row = find(look, learn_period(look->command->review_period->period));
	if (!row)
		return;
	row->status = PB__PERIOD_STATUS__PERIOD_REVIEWED;
	row->reviewed_by = learn_person(look);
}

static void set_closed(struct look *look, uint32_t period) {
	look->model->ledger->closed_period = period;
	look->model->ledger->closed_until = period ? last_day(period) : INT32_MIN;
}

void learn_close_period(struct look *look) {
	uint32_t period = learn_period(look->command->close_period->period);
	struct period *row = find(look, period);
	if (!row)
		return;
	row->status = PB__PERIOD_STATUS__PERIOD_CLOSED;
	set_closed(look, period);
}

void learn_reopen_period(struct look *look) {
	uint32_t period = learn_period(look->command->reopen_period->period);
	struct period *row = find(look, period);
	if (!row)
		return;
	row->status = PB__PERIOD_STATUS__PERIOD_OPEN;
	const struct period *before = find(look, neighbour(period, -1));
	bool is_closed = before && before->status == PB__PERIOD_STATUS__PERIOD_CLOSED;
	set_closed(look, is_closed ? neighbour(period, -1) : 0);
}
