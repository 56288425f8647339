/* SPDX-License-Identifier: Apache-2.0 */
/* Months of the books. */
#include "naive_inside.h"

#include <stdio.h>
#include <string.h>

uint32_t naive_month(int32_t day) {
	int32_t year, month, day_of_month;
	naive_date(day, &year, &month, &day_of_month);
	return (uint32_t)(year * 100 + month);
}

uint32_t naive_closed(const struct naive *world) {
	uint32_t newest = 0;
	for (size_t i = 0; i < world->n_periods; i++)
		if (world->periods[i].status == PB__PERIOD_STATUS__PERIOD_CLOSED &&
		    world->periods[i].period > newest)
			newest = world->periods[i].period;
	return newest;
}

bool naive_is_closed_day(const struct naive *world, int32_t day) {
	return naive_month(day) <= naive_closed(world);
}

static struct naive_period *find(struct naive *world, uint32_t period) {
	for (size_t i = 0; i < world->n_periods; i++)
		if (world->periods[i].period == period)
			return &world->periods[i];
	return NULL;
}

/* 0: it is none. */
static uint32_t parse(const char *text) {
	char date[32];
	snprintf(date, sizeof(date), "%s-01", text);
	return naive_parse_date(date) < 0 ? 0 : naive_month(naive_parse_date(date));
}

static Pb__Outcome ask_period(const struct naive *world, const char *text) {
	if (!text[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!parse(text))
		return PB__OUTCOME__FIELD_INVALID;
	return naive_may_bank(world) ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__NOT_IN_REGION;
}

/* It was prepared, and is in this status. */
static Pb__Outcome ask_status(
    struct naive *world, const char *text, Pb__PeriodStatus status, struct naive_period **ret) {
	Pb__Outcome outcome = ask_period(world, text);
	if (outcome)
		return outcome;
	*ret = find(world, parse(text));
	if (!*ret)
		return PB__OUTCOME__PERIOD_UNKNOWN;
	return (*ret)->status == status ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__PERIOD_STATE;
}

static bool is_next(const struct naive *world, uint32_t period) {
	uint32_t closed = naive_closed(world);
	uint32_t year = closed / 100, month = closed % 100;
	return !closed || period == (month == 12 ? (year + 1) * 100 + 1 : closed + 1);
}

static bool is_named(const Pb__PreparePeriod *command, const char *house, uint64_t line) {
	for (size_t i = 0; command && i < command->n_carry_over; i++)
		if (command->carry_over[i]->line == line &&
		    strcmp(command->carry_over[i]->house_account, house) == 0)
			return true;
	return false;
}

/* Nothing stands open but what is carried over, before or now. */
static Pb__Outcome ask_done(
    struct naive *world, uint32_t period, const Pb__PreparePeriod *command) {
	for (size_t h = world->n_houses; h-- > 0;) {
		const struct naive_house *house = &world->houses[h];
		if (house->receiving)
			return PB__OUTCOME__STATEMENT_INCOMPLETE;
		for (size_t i = 0; i < world->n_lines; i++) {
			const struct naive_line *line = &world->lines[i];
			if (line->house == house->id && naive_is_open_line(line) && !line->carried &&
			    naive_month(line->day) <= period && !is_named(command, house->code, line->number))
				return PB__OUTCOME__EXCEPTIONS_OPEN;
		}
	}
	return PB__OUTCOME__OUTCOME_OK;
}

/* --- prepare --- */

static Pb__Outcome ask_carried(struct naive *world, const Pb__CarryOver *over, uint32_t period) {
	const struct naive_house *house = naive_house_by_code(world, over->house_account);
	if (!house)
		return over->house_account[0] ? PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN
		                              : PB__OUTCOME__FIELD_MISSING;
	const struct naive_line *line = naive_line(world, house->id, over->line);
	if (!line)
		return naive_unknown(over->line, PB__OUTCOME__BANK_LINE_UNKNOWN);
	if (!over->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!naive_is_open_line(line))
		return PB__OUTCOME__BANK_LINE_STATE;
	return naive_month(line->day) > period ? PB__OUTCOME__FIELD_INVALID : PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_prepare(struct naive *world, const Pb__PreparePeriod *command) {
	Pb__Outcome outcome = ask_period(world, command->period);
	uint32_t period = parse(command->period);
	for (size_t i = 0; i < command->n_carry_over && !outcome; i++)
		outcome = ask_carried(world, command->carry_over[i], period);
	for (size_t i = 0; i < command->n_carry_over && !outcome; i++)
		for (size_t j = 0; j < i; j++)
			if (command->carry_over[i]->line == command->carry_over[j]->line &&
			    strcmp(command->carry_over[i]->house_account,
			        command->carry_over[j]->house_account) == 0)
				outcome = PB__OUTCOME__FIELD_INVALID;
	if (outcome)
		return outcome;
	if (!is_next(world, period))
		return PB__OUTCOME__PERIOD_STATE;
	if (period > naive_month(naive_day(world->now)))
		return PB__OUTCOME__NOT_DUE;
	return ask_done(world, period, command);
}

static void take_sums(const struct naive *world, struct naive_bank_sums ret_sums[NAIVE_HOUSES]) {
	memset(ret_sums, 0, NAIVE_HOUSES * sizeof(*ret_sums));
	for (size_t i = 0; i < world->n_houses; i++)
		ret_sums[i] = naive_bank_sums(world, world->houses[i].id);
}

static struct naive_answer prepare(struct naive *world, const Pb__PreparePeriod *command) {
	Pb__Outcome outcome = ask_prepare(world, command);
	if (outcome)
		return refused(outcome);
	uint32_t month = parse(command->period);
	for (size_t i = 0; i < command->n_carry_over; i++)
		naive_line(world, naive_house_by_code(world, command->carry_over[i]->house_account)->id,
		    command->carry_over[i]->line)
		    ->carried = month;
	struct naive_period *period = find(world, month);
	if (!period)
		period = &world->periods[world->n_periods++];
	*period = (struct naive_period){ .period = month,
		.prepared_seq = world->seq,
		.status = PB__PERIOD_STATUS__PERIOD_PREPARED,
		.prepared_by = world->actor->person };
	take_sums(world, period->houses);
	return accepted(0);
}

/* --- review, close, reopen --- */

static struct naive_answer review(struct naive *world, const Pb__ReviewPeriod *command) {
	struct naive_period *period;
	if (command->figures->value.len != 32)
		return refused(PB__OUTCOME__FIELD_INVALID);
	Pb__Outcome outcome = ask_status(
	    world, command->period, PB__PERIOD_STATUS__PERIOD_PREPARED, &period);
	if (!outcome && naive_is_same(period->prepared_by, world->actor->person))
		outcome = PB__OUTCOME__SAME_PERSON;
	if (!outcome && memcmp(command->figures->value.data, period->digest, 32) != 0)
		outcome = PB__OUTCOME__PERIOD_CHANGED;
	if (!outcome)
		period->status = PB__PERIOD_STATUS__PERIOD_REVIEWED;
	return refused(outcome);
}

/* The number of exceptions among the open lines is no figure of the account. */
static bool is_as_prepared(const struct naive *world, const struct naive_period *period) {
	struct naive_bank_sums now[NAIVE_HOUSES];
	take_sums(world, now);
	for (size_t i = 0; i < NAIVE_HOUSES; i++) {
		now[i].exceptions = period->houses[i].exceptions;
		if (memcmp(&now[i], &period->houses[i], sizeof(now[i])) != 0)
			return false;
	}
	return true;
}

static struct naive_answer close(struct naive *world, const Pb__ClosePeriod *command) {
	struct naive_period *period;
	Pb__Outcome outcome = ask_status(
	    world, command->period, PB__PERIOD_STATUS__PERIOD_REVIEWED, &period);
	if (!outcome && !is_next(world, period->period))
		outcome = PB__OUTCOME__PERIOD_STATE;
	if (!outcome)
		outcome = ask_done(world, period->period, NULL);
	if (!outcome && !is_as_prepared(world, period))
		outcome = PB__OUTCOME__PERIOD_CHANGED;
	if (!outcome)
		period->status = PB__PERIOD_STATUS__PERIOD_CLOSED;
	return refused(outcome);
}

static struct naive_answer reopen(struct naive *world, const Pb__ReopenPeriod *command) {
	struct naive_period *period;
	if (!command->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	Pb__Outcome outcome = ask_status(
	    world, command->period, PB__PERIOD_STATUS__PERIOD_CLOSED, &period);
	if (!outcome && period->period != naive_closed(world))
		outcome = PB__OUTCOME__PERIOD_STATE;
	if (!outcome)
		period->status = PB__PERIOD_STATUS__PERIOD_OPEN;
	return refused(outcome);
}

struct naive_answer naive_periods(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_PREPARE_PERIOD: return prepare(world, command->prepare_period);
	case PB__COMMAND__BODY_REVIEW_PERIOD: return review(world, command->review_period);
	case PB__COMMAND__BODY_CLOSE_PERIOD: return close(world, command->close_period);
	default: return reopen(world, command->reopen_period);
	}
}
