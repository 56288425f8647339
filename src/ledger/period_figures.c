/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/period_figures.h"

#include "base/buffer.h"
#include "base/check.h"
#include "ledger/bank_line.h"
#include "ledger/find.h"
#include "ledger/house.h"
#include "ledger/period.h"
#include "ledger/postings.h"
#include "record/pb.h"

/* --- figures --- */

struct finding {
	const struct state *state;
	struct arena *arena;
	Pb__PeriodFigures *figures;
	const char *broken;
	bool is_exhausted; /* the memory is */
};

/* Appends a new message to a list of the figures, and returns it; NULL: no memory. */
static void *add(
    struct finding *f, const ProtobufCMessageDescriptor *descriptor, void ***list, size_t *count) {
	ProtobufCMessage *message = pb_new(descriptor, f->arena);
	void **larger = message ? arena_grow(f->arena, *list, *count, sizeof(*larger)) : NULL;
	if (!larger) {
		f->is_exhausted = true;
		return NULL;
	}
	*list = larger;
	larger[(*count)++] = message;
	return message;
}
#define ADD(f, prefix, list)                                                                       \
	add((f), &prefix##__descriptor, (void ***)&(f)->figures->list, &(f)->figures->n_##list)

/* The first one is told. */
static void find_broken(struct finding *f, const char *what, uint64_t id) {
	if (f->broken)
		return;
	f->broken = arena_printf(f->arena, "%s %llu", what, (unsigned long long)id);
	f->is_exhausted = !f->broken;
}

/* Each returns the id of the one made before it. */
static uint64_t add_fund(struct finding *f, uint64_t id) {
	struct key key = key_of_id(id);
	const struct fund_row *row = STATE_GET(f->state, TABLE_FUND, &key, struct fund_row);
	Pb__FundFigures *figures = ADD(f, pb__fund_figures, funds);
	check(row && row->older < id);
	if (!figures)
		return 0;
	figures->fund = id;
	figures->appropriated = row->appropriated;
	figures->available = row->available;
	figures->allocated = row->allocated;
	if (!fund_adds_up(row))
		find_broken(f, "fund", id);
	return row->older;
}

static uint64_t add_programme(struct finding *f, uint64_t id) {
	struct key key = key_of_id(id);
	const struct programme_row *row = STATE_GET(
	    f->state, TABLE_PROGRAMME, &key, struct programme_row);
	Pb__ProgrammeFigures *figures = ADD(f, pb__programme_figures, programmes);
	check(row && row->older < id);
	if (!figures)
		return 0;
	figures->programme = id;
	figures->allocated = row->allocated;
	figures->available = row->available;
	figures->live = row->live;
	figures->reserved = row->reserved;
	figures->payable = row->payable;
	figures->in_payment = row->in_payment;
	figures->paid = row->paid;
	figures->recovered = row->recovered;
	figures->receivable = row->receivable;
	figures->written_off = row->written_off;
	if (!programme_adds_up(row))
		find_broken(f, "programme", id);
	return row->older;
}

static uint64_t add_house(struct finding *f, uint64_t id) {
	struct key key = key_of_id(id);
	const struct house_row *row = STATE_GET(f->state, TABLE_HOUSE, &key, struct house_row);
	Pb__HouseFigures *figures = ADD(f, pb__house_figures, houses);
	check(row && row->older < id);
	if (!figures)
		return 0;
	house_figures(id, row, figures);
	if (!house_adds_up(row))
		find_broken(f, "house_account", id);
	return row->older;
}

static void turn_round(void **list, size_t count) {
	for (size_t i = 0; i < count / 2; i++) {
		void *kept = list[i];
		list[i] = list[count - 1 - i];
		list[count - 1 - i] = kept;
	}
}

static enum err find_houses(struct finding *f, const struct ledger_row *head) {
	for (uint64_t id = head->newest_house; id;)
		id = add_house(f, id);
	if (f->is_exhausted)
		return ERR_MEMORY;
	turn_round((void **)f->figures->houses, f->figures->n_houses);
	return ERR_OK;
}

enum err period_find(const struct state *state, const struct ledger_row *head, struct arena *arena,
    struct period_found *ret_found) {
	struct finding f = { .state = state, .arena = arena };
	f.figures = PB_NEW(Pb__PeriodFigures, pb__period_figures, arena);
	if (!f.figures)
		return ERR_MEMORY;
	for (uint64_t id = head->newest_fund; id;)
		id = add_fund(&f, id);
	for (uint64_t id = head->newest_programme; id;)
		id = add_programme(&f, id);
	if (find_houses(&f, head) || f.is_exhausted)
		return ERR_MEMORY;
	turn_round((void **)f.figures->funds, f.figures->n_funds);
	turn_round((void **)f.figures->programmes, f.figures->n_programmes);
	*ret_found = (struct period_found){ f.figures, f.broken };
	return ERR_OK;
}

enum err period_find_houses(const struct state *state, const struct ledger_row *head,
    struct arena *arena, Pb__PeriodFigures **ret_figures) {
	struct finding f = { .state = state, .arena = arena };
	f.figures = PB_NEW(Pb__PeriodFigures, pb__period_figures, arena);
	if (!f.figures || find_houses(&f, head))
		return ERR_MEMORY;
	*ret_figures = f.figures;
	return ERR_OK;
}

enum err period_houses_digest(const Pb__PeriodFigures *figures, uint8_t ret_hash[DIGEST_BYTES]) {
	Pb__PeriodFigures part = PB__PERIOD_FIGURES__INIT;
	struct buffer buffer;
	buffer_init(&buffer, 0);
	part.n_houses = figures->n_houses;
	part.houses = figures->houses;
	pb_pack(&part.base, &buffer);
	enum err err = buffer_error(&buffer);
	if (!err)
		digest_sha256(buffer.data, buffer.bytes, ret_hash);
	buffer_done(&buffer);
	return err;
}

/* --- open lines --- */

/* What of the month is open and not carried over, before this entry. */
static uint64_t open_in_month(const struct deciding *d, uint64_t house_id, uint32_t period) {
	struct key key = key_of_open_lines(house_id, period);
	const struct open_lines_row *row = STATE_GET(
	    d->state, TABLE_OPEN_LINES, &key, struct open_lines_row);
	return row ? row->open - row->carried : 0;
}

/* Of the month's open lines, how many are carried over by this entry. `*list` moves past them. */
static uint64_t pass_carried(const struct carried_line **list, const struct carried_line *end,
    uint64_t house_id, uint32_t period) {
	uint64_t count = 0;
	for (; *list < end && (*list)->house_id == house_id && (*list)->period <= period; (*list)++)
		count += (*list)->is_new && (*list)->period == period;
	return count;
}

static bool want_house_done(struct deciding *d, uint64_t house_id, uint32_t period,
    const struct carried_line *carried, const struct carried_line *end) {
	const struct house_row *house = the_house(d, house_id);
	if (house->receiving)
		return refuse_detail(d, PB__OUTCOME__STATEMENT_INCOMPLETE, "period",
		    arena_printf(
		        d->arena, "%s: statement %llu", house->code, (unsigned long long)house->receiving));
	if (house->lines == 0)
		return true;
	uint32_t first = period_of_day(house->first_day);
	uint32_t after_closed = d->head->closed_period ? period_after(d->head->closed_period) : 0;
	for (uint32_t month = first > after_closed ? first : after_closed; month <= period;
	     month = period_after(month)) {
		uint64_t open = open_in_month(d, house_id, month);
		open -= pass_carried(&carried, end, house_id, month);
		if (open > 0)
			return refuse_detail(d, PB__OUTCOME__EXCEPTIONS_OPEN, "period",
			    arena_printf(d->arena, "%s: %04u-%02u: %llu", house->code, month / 100, month % 100,
			        (unsigned long long)open));
	}
	return true;
}

bool period_want_no_open_lines(
    struct deciding *d, uint32_t period, const struct carried_line *carried, size_t count) {
	static const struct carried_line nothing;
	if (count == 0)
		carried = &nothing;
	const struct carried_line *end = carried + count;
	for (uint64_t id = d->head->newest_house; id; id = the_house(d, id)->older) {
		const struct carried_line *of_house = carried;
		while (of_house < end && of_house->house_id != id)
			of_house++;
		if (!want_house_done(d, id, period, of_house, end))
			return false;
	}
	return true;
}
