/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A month of the books: prepared, reviewed by another person, closed, opened again.
 *
 * Months are closed one after another, the first being any. Preparing again is how a change after
 * the review gets into the figures: what concerns a house account and came since stands against the
 * close. Lines that were carried over stay so, whatever becomes of the month.
 */
#include "ledger/period.h"

#include "base/check.h"
#include "base/date.h"
#include "ledger/bank_line.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/period_figures.h"
#include "ledger/want.h"
#include "record/pb.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* Months of the whole ledger begin and end in China. */
#define PERIOD_UTC_OFFSET_MINUTES 480

/* --- what all of them look at --- */

static struct key key_of_period(uint32_t period) {
	struct key key = KEY_EMPTY;
	key_add_u32(&key, period);
	return key;
}

static const struct period_row *read_period(const struct state *state, uint32_t period) {
	struct key key = key_of_period(period);
	return STATE_GET(state, TABLE_PERIOD, &key, struct period_row);
}

/* A month, for staff who answer for all regions: the books are those of all. */
static bool want_period(struct deciding *d, const char *text, uint32_t *ret_period) {
	if (!*text)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "period");
	if (!period_parse(text, ret_period))
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "period");
	return want_all_regions(d, "period");
}

/* One that was prepared, and is in this status now. */
static const struct period_row *find_period(
    struct deciding *d, const char *text, Pb__PeriodStatus status, uint32_t *ret_period) {
	if (!want_period(d, text, ret_period))
		return NULL;
	const struct period_row *row = read_period(d->state, *ret_period);
	if (!row)
		refuse_field(d, PB__OUTCOME__PERIOD_UNKNOWN, "period");
	else if (row->status != status)
		refuse_state(d, PB__OUTCOME__PERIOD_STATE, &pb__period_status__descriptor, row->status);
	return row && row->status == status ? row : NULL;
}

static bool refuse_but(struct deciding *d, uint32_t period) {
	return refuse_detail(d, PB__OUTCOME__PERIOD_STATE, "period",
	    arena_printf(d->arena, "%04u-%02u", period / 100, period % 100));
}

/* It comes after the newest closed one. */
static bool want_next(struct deciding *d, uint32_t period) {
	uint32_t closed = d->head->closed_period;
	return !closed || period == period_after(closed) || refuse_but(d, period_after(closed));
}

static struct period_row get_period(
    const struct applying *a, const char *text, uint32_t *ret_period) {
	check(period_parse(text, ret_period));
	const struct period_row *row = read_period(a->state, *ret_period);
	check(row);
	return *row;
}

static void put_period(struct applying *a, uint32_t period, const struct period_row *row) {
	struct key key = key_of_period(period);
	STATE_PUT(a->state, TABLE_PERIOD, &key, row);
}

/* --- prepare_period --- */

static int compare_lines(const void *a, const void *b) {
	const struct carried_line *x = a, *y = b;
	if (x->house_id != y->house_id)
		return x->house_id < y->house_id ? -1 : 1;
	if (x->period != y->period)
		return x->period < y->period ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static bool read_carried(
    struct deciding *d, const Pb__CarryOver *over, uint32_t period, struct carried_line *ret_line) {
	uint64_t house_id;
	if (!find_house(d, over->house_account, "house_account", &house_id))
		return false;
	const struct bank_line_row *line = bank_line_find(d, house_id, over->line, "line");
	if (!line || !want_text(d, over->reason, LIMIT_TEXT_BYTES, "reason"))
		return false;
	if (!bank_line_is_open(line))
		return refuse_detail(d, PB__OUTCOME__BANK_LINE_STATE, "line",
		    protobuf_c_enum_descriptor_get_value(&pb__line_state__descriptor, (int)line->state)
		        ->name);
	*ret_line = (struct carried_line){
		.house_id = house_id,
		.line = over->line,
		.period = period_of_day(line->booking_day),
		.is_new = line->carried == 0,
	};
	return ret_line->period <= period ||
	    refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "line", "booked after the period");
}

/* In the arena, sorted; NULL: refused. */
static struct carried_line *read_all_carried(
    struct deciding *d, const Pb__PreparePeriod *prepare, uint32_t period) {
	size_t count = prepare->n_carry_over;
	if (count > LIMIT_CARRY_OVER) {
		refuse_field(d, PB__OUTCOME__FIELD_INVALID, "carry_over");
		return NULL;
	}
	struct carried_line *lines = arena_zalloc(d->arena, (count + 1) * sizeof(*lines));
	if (!lines) {
		refuse_memory(d);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		if (!read_carried(d, prepare->carry_over[i], period, &lines[i])) {
			refuse_within(d, "carry_over", i);
			return NULL;
		}
		lines[i].index = (uint32_t)i;
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 1; i < count; i++) {
		if (compare_lines(&lines[i - 1], &lines[i]) == 0) {
			refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "line", "named twice");
			refuse_within(d, "carry_over", lines[i].index);
			return NULL;
		}
	}
	return lines;
}

/* As the house accounts will be after the entry. */
static void count_carried(
    Pb__PeriodFigures *figures, const struct carried_line *lines, size_t count) {
	for (size_t i = 0, house = 0; i < count; i++) {
		while (figures->houses[house]->house_account != lines[i].house_id)
			check(++house < figures->n_houses);
		figures->houses[house]->carried_lines += lines[i].is_new;
	}
}

static bool set_figures(
    struct deciding *d, uint32_t period, const struct carried_line *lines, size_t count) {
	struct period_found found;
	if (period_find(d->state, d->head, d->arena, &found))
		return refuse_memory(d);
	if (found.broken)
		return refuse_detail(d, PB__OUTCOME__IDENTITY_BROKEN, "period", found.broken);
	count_carried(found.figures, lines, count);
	Pb__Digest *digest = ARENA_NEW(d->arena, Pb__Digest);
	uint8_t *hash = arena_alloc(d->arena, DIGEST_BYTES);
	if (!digest || !hash ||
	    period_digest(d->head->ledger_id, period, d->entry->seq, found.figures, hash))
		return refuse_memory(d);
	pb__digest__init(digest);
	digest->value.data = hash;
	digest->value.len = DIGEST_BYTES;
	d->decision->period = found.figures;
	d->decision->period_digest = digest;
	return true;
}

bool decide_prepare_period(struct deciding *d) {
	const Pb__PreparePeriod *prepare = d->command->prepare_period;
	uint32_t period;
	const struct carried_line *lines;
	if (!want_period(d, prepare->period, &period) ||
	    !(lines = read_all_carried(d, prepare, period)) || !want_next(d, period))
		return false;
	if (period_first_day(period) > date_local_day(d->occasion->time_us, PERIOD_UTC_OFFSET_MINUTES))
		return refuse_field(d, PB__OUTCOME__NOT_DUE, "period");
	return period_want_no_open_lines(d, period, lines, prepare->n_carry_over) &&
	    set_figures(d, period, lines, prepare->n_carry_over);
}

static void apply_carry_over(struct applying *a, const Pb__CarryOver *over, uint32_t period) {
	struct key code = key_of_text(over->house_account);
	const struct id_row *house = STATE_GET(a->state, TABLE_HOUSE_CODE, &code, struct id_row);
	check(house);
	uint64_t house_id = house->id;
	struct bank_line_row line = get_bank_line(a, house_id, over->line);
	check(bank_line_is_open(&line) && period_of_day(line.booking_day) <= period);
	line.carried = period;
	line.word_seq = a->entry->seq;
	put_bank_line(a, house_id, over->line, &line);
}

/* The figures decided are those of the state: what was carried over included. */
static void check_figures(struct applying *a) {
	struct period_found found;
	check(period_find(a->state, &a->head, a->arena, &found) == ERR_OK && !found.broken);
	check(a->decision->period && pb_is_equal(&a->decision->period->base, &found.figures->base));
}

void apply_prepare_period(struct applying *a) {
	const Pb__PreparePeriod *prepare = a->command->prepare_period;
	uint32_t period;
	check(period_parse(prepare->period, &period));
	for (size_t i = 0; i < prepare->n_carry_over; i++)
		apply_carry_over(a, prepare->carry_over[i], period);
	put_house(a); /* the figures are read from the state */
	check_figures(a);
	const struct period_row *old = read_period(a->state, period);
	check(!old || old->status != PB__PERIOD_STATUS__PERIOD_CLOSED);
	const Pb__Digest *digest = a->decision->period_digest;
	struct period_row row = {
		.prepared_by = actor_person(a),
		.prepare_seq = a->entry->seq,
		.status = PB__PERIOD_STATUS__PERIOD_PREPARED,
		.reopen_seq = old ? old->reopen_seq : 0,
		.reopened = old ? old->reopened : 0,
	};
	check(digest && digest->value.len == sizeof(row.digest));
	memcpy(row.digest, digest->value.data, sizeof(row.digest));
	check(period_houses_digest(a->decision->period, row.houses) == ERR_OK);
	put_period(a, period, &row);
}

/* --- review_period --- */

bool decide_review_period(struct deciding *d) {
	const Pb__ReviewPeriod *review = d->command->review_period;
	const struct period_row *row;
	uint32_t period;
	if (!want_digest(d, review->figures, "figures") ||
	    !(row = find_period(d, review->period, PB__PERIOD_STATUS__PERIOD_PREPARED, &period)) ||
	    !want_other_person(d, row->prepared_by))
		return false;
	return memcmp(review->figures->value.data, row->digest, sizeof(row->digest)) == 0 ||
	    refuse_field(d, PB__OUTCOME__PERIOD_CHANGED, "figures");
}

void apply_review_period(struct applying *a) {
	uint32_t period;
	struct period_row row = get_period(a, a->command->review_period->period, &period);
	check(row.status == PB__PERIOD_STATUS__PERIOD_PREPARED);
	row.status = PB__PERIOD_STATUS__PERIOD_REVIEWED;
	row.reviewed_by = actor_person(a);
	row.review_seq = a->entry->seq;
	check(row.reviewed_by != row.prepared_by);
	put_period(a, period, &row);
}

/* --- close_period --- */

static bool want_houses_unchanged(struct deciding *d, const struct period_row *row) {
	Pb__PeriodFigures *figures;
	uint8_t houses[DIGEST_BYTES];
	if (period_find_houses(d->state, d->head, d->arena, &figures) ||
	    period_houses_digest(figures, houses))
		return refuse_memory(d);
	return memcmp(houses, row->houses, sizeof(houses)) == 0 ||
	    refuse_field(d, PB__OUTCOME__PERIOD_CHANGED, "period");
}

bool decide_close_period(struct deciding *d) {
	const struct period_row *row;
	uint32_t period;
	return (row = find_period(d, d->command->close_period->period,
	            PB__PERIOD_STATUS__PERIOD_REVIEWED, &period)) &&
	    want_next(d, period) && period_want_no_open_lines(d, period, NULL, 0) &&
	    want_houses_unchanged(d, row);
}

void apply_close_period(struct applying *a) {
	uint32_t period;
	struct period_row row = get_period(a, a->command->close_period->period, &period);
	check(row.status == PB__PERIOD_STATUS__PERIOD_REVIEWED);
	check(!a->head.closed_period || period == period_after(a->head.closed_period));
	row.status = PB__PERIOD_STATUS__PERIOD_CLOSED;
	row.closed_by = actor_person(a);
	row.close_seq = a->entry->seq;
	put_period(a, period, &row);
	a->head.closed_period = period;
	a->head.closed_until = period_last_day(period);
}

/* --- reopen_period --- */

bool decide_reopen_period(struct deciding *d) {
	const Pb__ReopenPeriod *reopen = d->command->reopen_period;
	uint32_t period;
	return want_text(d, reopen->reason, LIMIT_TEXT_BYTES, "reason") &&
	    find_period(d, reopen->period, PB__PERIOD_STATUS__PERIOD_CLOSED, &period) &&
	    (period == d->head->closed_period || refuse_but(d, d->head->closed_period));
}

void apply_reopen_period(struct applying *a) {
	uint32_t period;
	struct period_row row = get_period(a, a->command->reopen_period->period, &period);
	check(row.status == PB__PERIOD_STATUS__PERIOD_CLOSED && period == a->head.closed_period);
	row.status = PB__PERIOD_STATUS__PERIOD_OPEN;
	row.reopen_seq = a->entry->seq;
	row.reopened++;
	put_period(a, period, &row);

	uint32_t before = period_before(period);
	const struct period_row *closed = read_period(a->state, before);
	bool is_closed = closed && closed->status == PB__PERIOD_STATUS__PERIOD_CLOSED;
	a->head.closed_period = is_closed ? before : 0;
	a->head.closed_until = is_closed ? period_last_day(before) : INT32_MIN;
}
