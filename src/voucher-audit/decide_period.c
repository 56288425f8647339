/* SPDX-License-Identifier: Apache-2.0 */
/* A month of the books: the figures that are prepared, and their hash. */
#include "voucher-audit/decide_case.h"

#include "base/buffer.h"
#include "base/date.h"
#include "record/digest.h"
#include "record/pb.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#define PERIOD_MINUTES 480 /* months of the whole ledger begin and end in China */

/* "2026-11" as 202611; 0: it is no month. */
static uint32_t parse(const char *text) {
	char date[DATE_TEXT_BYTES];
	int32_t day;
	if (strlen(text) != strlen("YYYY-MM"))
		return 0;
	snprintf(date, sizeof(date), "%s-01", text);
	if (date_parse(date, &day) != ERR_OK)
		return 0;
	int32_t month = date_local_month(date_day_start_us(day, 0), 0);
	return (uint32_t)(month / 12 * 100 + month % 12 + 1);
}

static uint32_t after(uint32_t period) {
	return period % 100 == 12 ? period + 89 : period + 1;
}

static const struct period *find_period(struct deciding *d, const char *text) {
	const struct period *period = map_find(
	    &d->m->periods, mark_of_numbers(MARK_PERIOD, parse(text), 0, 0));
	case_want(d, period != NULL, PB__OUTCOME__PERIOD_UNKNOWN);
	return period;
}

static void want_next(struct deciding *d, uint32_t period) {
	uint64_t closed = d->m->ledger->closed_period;
	case_want(d, !closed || period == after((uint32_t)closed), PB__OUTCOME__PERIOD_STATE);
}

/* --- figures --- */

static Pb__FundFigures *figures_of_fund(struct deciding *d, const struct fund *fund) {
	Pb__FundFigures *figures = decide_alloc(d->arena, sizeof(*figures));
	pb__fund_figures__init(figures);
	figures->fund = fund->id;
	figures->appropriated = fund->appropriated;
	figures->available = fund->available;
	figures->allocated = fund->allocated;
	return figures;
}

static Pb__ProgrammeFigures *figures_of_programme(
    struct deciding *d, const struct programme *programme) {
	Pb__ProgrammeFigures *figures = decide_alloc(d->arena, sizeof(*figures));
	const int64_t *sums = programme->sums;
	pb__programme_figures__init(figures);
	figures->programme = programme->id;
	figures->allocated = programme->allocated;
	figures->available = sums[PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE];
	figures->live = sums[PB__ACCOUNT_KIND__PROGRAMME_LIVE];
	figures->reserved = sums[PB__ACCOUNT_KIND__PROGRAMME_RESERVED];
	figures->payable = sums[PB__ACCOUNT_KIND__PROGRAMME_PAYABLE];
	figures->in_payment = sums[PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT];
	figures->paid = sums[PB__ACCOUNT_KIND__PROGRAMME_PAID];
	figures->recovered = amount_subtract(0, sums[PB__ACCOUNT_KIND__PROGRAMME_RECOVERED]);
	figures->receivable = sums[PB__ACCOUNT_KIND__MEMO_RECEIVABLE];
	figures->written_off = sums[PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF];
	return figures;
}

/* Lines that this entry carries over, and that were not before. */
static uint64_t count_carried(struct deciding *d, const struct house *house) {
	const Pb__PreparePeriod *command = d->command->prepare_period;
	uint64_t count = 0;
	for (size_t i = 0; i < command->n_carry_over; i++) {
		const Pb__CarryOver *over = command->carry_over[i];
		const struct house *of = model_house(d->m, over->house_account);
		const struct bank_line *line = of ? model_line(d->m, of->id, over->line) : NULL;
		count += of && of->id == house->id && line && !line->carried;
	}
	return count;
}

static Pb__HouseFigures *figures_of_house(struct deciding *d, const struct house *house) {
	Pb__HouseFigures *figures = decide_alloc(d->arena, sizeof(*figures));
	pb__house_figures__init(figures);
	figures->house_account = house->id;
	figures->statement = house->statement;
	figures->books = house->books;
	figures->open_in = house->open_in;
	figures->open_out = house->open_out;
	figures->awaited_in = house->awaited_in;
	figures->awaited_out = house->awaited_out;
	figures->lines = house->lines;
	figures->open_lines = house->open_lines;
	figures->carried_lines = house->carried_lines + count_carried(d, house);
	figures->ignored_in = house->ignored_in;
	figures->ignored_out = house->ignored_out;
	return figures;
}

/* Everything that there is, in order of ids. */
static Pb__PeriodFigures *find_figures(struct deciding *d) {
	const struct table *funds = &d->m->funds.rows, *programmes = &d->m->programmes.rows,
	                   *houses = &d->m->houses.rows;
	Pb__PeriodFigures *figures = decide_alloc(d->arena, sizeof(*figures));
	pb__period_figures__init(figures);
	figures->n_funds = funds->count;
	figures->n_programmes = programmes->count;
	figures->n_houses = houses->count;
	figures->funds = decide_alloc(d->arena, (funds->count + 1) * sizeof(void *));
	figures->programmes = decide_alloc(d->arena, (programmes->count + 1) * sizeof(void *));
	figures->houses = decide_alloc(d->arena, (houses->count + 1) * sizeof(void *));
	for (uint64_t i = 0; i < funds->count; i++)
		figures->funds[i] = figures_of_fund(d, table_row(funds, i));
	for (uint64_t i = 0; i < programmes->count; i++)
		figures->programmes[i] = figures_of_programme(d, table_row(programmes, i));
	for (uint64_t i = 0; i < houses->count; i++)
		figures->houses[i] = figures_of_house(d, table_row(houses, i));
	return figures;
}

static Pb__Digest *figures_digest(
    struct deciding *d, uint32_t period, const Pb__PeriodFigures *figures) {
	struct buffer buffer;
	const uint64_t ids[] = { htobe64(d->m->ledger->id.high), htobe64(d->m->ledger->id.low) };
	const uint32_t month = htobe32(period);
	const uint64_t seq = htobe64(d->seq);
	buffer_init(&buffer, 0);
	buffer_append_text(&buffer, "voucher-period-1\n");
	buffer_append(&buffer, ids, sizeof(ids));
	buffer_append(&buffer, &month, sizeof(month));
	buffer_append(&buffer, &seq, sizeof(seq));
	pb_pack(&figures->base, &buffer);
	if (buffer_error(&buffer))
		table_die("memory");
	Pb__Digest *digest = case_digest_of(d, buffer.data, buffer.bytes);
	buffer_done(&buffer);
	return digest;
}

static bool prepare(struct deciding *d) {
	uint32_t period = parse(d->command->prepare_period->period);
	uint32_t today = (uint32_t)date_local_month(d->now_us, PERIOD_MINUTES);
	case_want(d, period != 0, PB__OUTCOME__FIELD_INVALID);
	case_want(d, period <= today / 12 * 100 + today % 12 + 1, PB__OUTCOME__NOT_DUE);
	want_next(d, period);
	d->decision.period = find_figures(d);
	d->decision.period_digest = figures_digest(d, period, d->decision.period);
	return true;
}

/* --- reviewed, closed, opened again --- */

static bool review(struct deciding *d) {
	const Pb__ReviewPeriod *command = d->command->review_period;
	const struct period *period = find_period(d, command->period);
	if (!period)
		return false;
	case_want(d, period->status == PB__PERIOD_STATUS__PERIOD_PREPARED, PB__OUTCOME__PERIOD_STATE);
	case_want(d,
	    command->figures && command->figures->value.len == DIGEST_BYTES &&
	        memcmp(command->figures->value.data, period->digest, DIGEST_BYTES) == 0,
	    PB__OUTCOME__PERIOD_CHANGED);
	return true;
}

static bool close_period(struct deciding *d) {
	const char *text = d->command->close_period->period;
	const struct period *period = find_period(d, text);
	if (!period)
		return false;
	case_want(d, period->status == PB__PERIOD_STATUS__PERIOD_REVIEWED, PB__OUTCOME__PERIOD_STATE);
	want_next(d, parse(text));
	return true;
}

static bool reopen(struct deciding *d) {
	const char *text = d->command->reopen_period->period;
	const struct period *period = find_period(d, text);
	if (!period)
		return false;
	case_want(d,
	    period->status == PB__PERIOD_STATUS__PERIOD_CLOSED &&
	        parse(text) == d->m->ledger->closed_period,
	    PB__OUTCOME__PERIOD_STATE);
	return true;
}

bool case_period(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_PREPARE_PERIOD: return prepare(d);
	case PB__COMMAND__BODY_REVIEW_PERIOD: return review(d);
	case PB__COMMAND__BODY_CLOSE_PERIOD: return close_period(d);
	default: return reopen(d);
	}
}
