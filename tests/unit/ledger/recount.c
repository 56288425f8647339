/* SPDX-License-Identifier: Apache-2.0 */
#include "recount.h"

#include "base/clock.h"
#include "base/date.h"
#include "fates.h"
#include "ledger/clock.h"
#include "ledger/take_up.h"
#include "support/memory_state.h"
#include "voucher/v1/resource.pb-c.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX       1024
#define LINE_NAME_BYTES 160

/* --- take-up --- */

/* What is known of the object that an entry made, by its sequence number. */
struct thing {
	int32_t offset; /* of a programme */
	char region[16];
	char category[LIMIT_WORD_BYTES + 1]; /* of a reservation */
	uint64_t programme, holder;          /* of a reservation */
	uint64_t reservation;                /* of a claim */
	int64_t amount;
};

struct line {
	char name[LINE_NAME_BYTES]; /* programme, region, category, month */
	struct take_up_row row;
	bool is_found;
};

struct recount {
	struct world *w;
	const struct state *state;
	const Pb__JournalEntry *entry;
	struct fates *fates;
	struct thing *things;
	struct line *lines;
	size_t count;
	const char *fault;
};

static struct line *line_of(struct recount *r, const char *name) {
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->lines[i].name, name) == 0)
			return &r->lines[i];
	ck_assert_uint_lt(r->count, LINES_MAX);
	snprintf(r->lines[r->count].name, LINE_NAME_BYTES, "%s", name);
	return &r->lines[r->count++];
}

static struct take_up_row *row_of(
    struct recount *r, uint64_t programme, uint64_t holder, const char *category) {
	char date[DATE_TEXT_BYTES], name[LINE_NAME_BYTES];
	int32_t offset = r->things[programme].offset;
	date_format(date_local_day((int64_t)r->entry->time_us, offset), date);
	snprintf(name, sizeof(name), "%" PRIu64 " '%s' '%s' %.7s", programme, r->things[holder].region,
	    category, date);
	return &line_of(r, name)->row;
}

static struct take_up_row *row_of_reservation(struct recount *r, uint64_t reservation) {
	const struct thing *thing = &r->things[reservation];
	return row_of(r, thing->programme, thing->holder, thing->category);
}

static void note_reservation(struct recount *r, const char *category) {
	const Pb__Decision *decision = r->entry->decision;
	struct thing *thing = &r->things[r->entry->seq];
	thing->programme = decision->programme;
	thing->holder = decision->holder;
	snprintf(thing->category, sizeof(thing->category), "%s", category);
}

/* A voucher, or a grant that is used as it is issued. */
static void note_issue(struct recount *r, const Pb__Apply *apply) {
	const Pb__Decision *decision = r->entry->decision;
	bool is_grant = decision->reservation == r->entry->seq;
	const char *category = is_grant ? apply->category : "";
	if (decision->voucher != r->entry->seq)
		return; /* applied for, no more */
	struct take_up_row *row = row_of(r, decision->programme, decision->holder, category);
	row->issued += decision->amount;
	row->vouchers++;
	if (!is_grant)
		return;
	note_reservation(r, category);
	row->used += decision->amount;
	row->uses++;
}

static void note_rejection(struct recount *r, uint64_t claim) {
	struct take_up_row *row = row_of_reservation(r, r->things[claim].reservation);
	row->used -= r->things[claim].amount;
	row->cancelled += r->things[claim].amount;
}

static void note_expiry(struct recount *r, const Pb__Expire *expire) {
	const Pb__Decision *decision = r->entry->decision;
	if (expire->voucher) {
		row_of(r, decision->programme, decision->holder, "")->expired += decision->amount;
		return;
	}
	struct take_up_row *row = row_of_reservation(r, expire->reservation);
	row->expired += decision->amount;
	for (size_t i = 0; i < r->entry->n_postings; i++)
		if (r->entry->postings[i]->account == PB__ACCOUNT_KIND__PROGRAMME_PAYABLE)
			row->used += r->entry->postings[i]->amount;
}

static void note_fate(void *arg, const Pb__JournalEntry *entry, const Pb__Payment *payment,
    const struct fate *before, const struct fate *after) {
	struct recount *r = arg;
	int sign = fate_is_paid(after) - fate_is_paid(before);
	(void)entry;
	for (size_t i = 0; i < payment->n_claims; i++) {
		const struct thing *claim = &r->things[payment->claims[i]];
		int64_t left = fates_left(r->fates, payment->claims[i]);
		row_of_reservation(r, claim->reservation)->paid += sign * left;
	}
}

static void note_set_off(void *arg, const Pb__JournalEntry *entry, uint64_t claim, int64_t amount) {
	struct recount *r = arg;
	(void)entry;
	row_of_reservation(r, r->things[claim].reservation)->paid += amount;
}

static void note(struct recount *r) {
	const Pb__Command *command = r->entry->command;
	const Pb__Decision *decision = r->entry->decision;
	struct thing *thing = &r->things[r->entry->seq];
	switch (command->body_case) {
	case PB__COMMAND__BODY_CREATE_PROGRAMME:
		thing->offset = command->create_programme->utc_offset_minutes;
		break;
	case PB__COMMAND__BODY_REGISTER_PARTY:
		snprintf(thing->region, sizeof(thing->region), "%s", command->register_party->region);
		break;
	case PB__COMMAND__BODY_UPDATE_PARTY:
		snprintf(r->things[decision->subject].region, sizeof(thing->region), "%s",
		    command->update_party->region);
		break;
	case PB__COMMAND__BODY_APPLY: note_issue(r, command->apply); break;
	case PB__COMMAND__BODY_ISSUE:
		note_issue(r, world_entry(r->w, command->issue->application)->command->apply);
		break;
	case PB__COMMAND__BODY_RETURN_VOUCHER:
		row_of(r, decision->programme, decision->holder, "")->returned += decision->amount;
		break;
	case PB__COMMAND__BODY_CANCEL_VOUCHER:
		row_of(r, decision->programme, decision->holder, "")->cancelled += decision->amount;
		break;
	case PB__COMMAND__BODY_RESERVE: note_reservation(r, command->reserve->category); break;
	case PB__COMMAND__BODY_REDEEM: {
		struct take_up_row *row = row_of_reservation(r, command->redeem->reservation);
		row->used += decision->amount;
		row->uses++;
		break;
	}
	case PB__COMMAND__BODY_WITHDRAW_RESERVATION:
		row_of_reservation(r, command->withdraw_reservation->reservation)->cancelled +=
		    decision->amount;
		break;
	case PB__COMMAND__BODY_EXPIRE: note_expiry(r, command->expire); break;
	case PB__COMMAND__BODY_SUBMIT_CLAIM:
		thing->reservation = command->submit_claim->reservation;
		thing->amount = decision->amount;
		break;
	case PB__COMMAND__BODY_REJECT_CLAIM: note_rejection(r, command->reject_claim->claim); break;
	case PB__COMMAND__BODY_RESOLVE_OBJECTION:
		if (command->resolve_objection->upheld)
			note_rejection(r, command->resolve_objection->claim);
		break;
	default: break;
	}
}

struct category {
	uint32_t number;
	char name[LIMIT_WORD_BYTES + 1];
};

static bool visit_category(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct category *category = arg;
	(void)bytes;
	if (key->bytes > 8 && ((const struct id_row *)row)->id == category->number)
		snprintf(category->name, sizeof(category->name), "%.*s", (int)(key->bytes - 8),
		    (const char *)key->data + 8);
	return !category->name[0];
}

static bool visit_take_up(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct recount *r = arg;
	const struct state *state = r->state;
	struct take_up_key parts;
	char name[LINE_NAME_BYTES];
	ck_assert_uint_eq(bytes, sizeof(struct take_up_row));
	take_up_key_read(key, &parts);
	struct category category = { .number = parts.category };
	struct key prefix = key_of_id(parts.programme);
	if (parts.category)
		state->ops->scan(state->self, TABLE_CATEGORY, &prefix, &prefix, visit_category, &category);
	snprintf(name, sizeof(name), "%" PRIu64 " '%s' '%s' %04u-%02u", parts.programme, parts.region,
	    category.name, parts.month / 12, parts.month % 12 + 1);
	struct line *line = line_of(r, name);
	line->is_found = true;
	if (memcmp(&line->row, row, sizeof(line->row)) != 0)
		r->fault = arena_printf(world_arena(r->w), "%s differs", name);
	return !r->fault;
}

const char *recount_take_up(struct world *w, const struct state *state) {
	const struct key all = KEY_EMPTY;
	struct recount r = {
		.w = w,
		.state = state,
		.things = calloc(world_last_seq(w) + 1, sizeof(struct thing)),
		.lines = calloc(LINES_MAX, sizeof(struct line)),
	};
	const struct fates_watch watch = { &r, note_fate, note_set_off };
	r.fates = fates_new(w, &watch);
	ck_assert(r.things && r.lines);
	for (uint64_t seq = 2; seq <= world_last_seq(w); seq++) {
		r.entry = world_entry(w, seq);
		note(&r);
		fates_follow(r.fates, r.entry);
	}
	fates_free(r.fates);
	state->ops->scan(state->self, TABLE_TAKE_UP, &all, &all, visit_take_up, &r);
	for (size_t i = 0; i < r.count && !r.fault; i++)
		if (!r.lines[i].is_found)
			r.fault = arena_printf(world_arena(w), "%s is missing", r.lines[i].name);
	free(r.things);
	free(r.lines);
	return r.fault;
}

/* --- clocks --- */

#define STEPS (CLOCK_CLAIMS + 32)

struct clocks {
	struct world *w;
	struct clock_row waiting[STEPS]; /* from the rows of what waits */
	int64_t waited_s;                /* in all, from the journal's times */
	int64_t done_s;                  /* in all, from the clocks */
	const char *fault;
};

static int64_t seconds(int64_t time_us) {
	return time_us / US_PER_S;
}

/* One thing: `step` 0: it waits no longer, since `end_us`. */
static void note_waiting(
    struct clocks *c, uint64_t id, uint32_t step, int64_t since_us, int64_t end_us) {
	int64_t begin_us = (int64_t)world_entry(c->w, id)->time_us;
	if (step) {
		c->waiting[step].waiting++;
		c->waiting[step].waiting_since_s += seconds(since_us);
		end_us = since_us;
	}
	c->waited_s += seconds(end_us) - seconds(begin_us);
}

static int64_t end_of(const struct clocks *c, uint64_t replaced_by, int64_t since_us) {
	return replaced_by ? (int64_t)world_entry(c->w, replaced_by)->time_us : since_us;
}

static bool visit_application(void *arg, const struct key *key, const void *data, size_t bytes) {
	struct clocks *c = arg;
	const struct application_row *row = data;
	bool is_returned = row->status == PB__APPLICATION_STATUS__APPLICATION_RETURNED;
	bool is_over = row->status == PB__APPLICATION_STATUS__APPLICATION_REJECTED ||
	    row->status == PB__APPLICATION_STATUS__APPLICATION_ISSUED ||
	    (is_returned && row->replaced_by);
	(void)bytes;
	note_waiting(c, key_read_u64(key, 0), is_over ? 0 : row->status, row->since_us,
	    end_of(c, is_returned ? row->replaced_by : 0, row->since_us));
	return true;
}

static bool visit_claim(void *arg, const struct key *key, const void *data, size_t bytes) {
	struct clocks *c = arg;
	const struct claim_row *row = data;
	bool is_returned = row->status == PB__CLAIM_STATUS__CLAIM_RETURNED;
	bool is_over = row->status == PB__CLAIM_STATUS__CLAIM_REJECTED ||
	    row->status == PB__CLAIM_STATUS__CLAIM_RECONCILED || (is_returned && row->replaced_by);
	(void)bytes;
	note_waiting(c, key_read_u64(key, 0), is_over ? 0 : CLOCK_CLAIMS + row->status, row->since_us,
	    end_of(c, is_returned ? row->replaced_by : 0, row->since_us));
	return true;
}

static bool visit_clock(void *arg, const struct key *key, const void *data, size_t bytes) {
	struct clocks *c = arg;
	const struct clock_row *row = data;
	uint32_t step = key_read_u32(key, 8);
	ck_assert_uint_eq(bytes, sizeof(*row));
	ck_assert_uint_lt(step, STEPS);
	ck_assert_ptr_nonnull(clock_step_name(step));
	c->waiting[step].waiting -= row->waiting;
	c->waiting[step].waiting_since_s -= row->waiting_since_s;
	c->done_s += row->done_s;
	if (row->done_max_s > row->done_s || row->done < 0)
		c->fault = clock_step_name(step);
	return true;
}

/* What is reconciled waits for nothing, until it is not any more: that time is no waiting. */
struct rests {
	struct clocks *clocks;
	struct fates *fates;
	int64_t *since_s; /* by claim; of those that rest */
};

static void note_rest(void *arg, const Pb__JournalEntry *entry, const Pb__Payment *payment,
    const struct fate *before, const struct fate *after) {
	struct rests *rests = arg;
	int64_t now_s = seconds((int64_t)entry->time_us);
	if (fate_is_reconciled(before) == fate_is_reconciled(after))
		return;
	for (size_t i = 0; i < payment->n_claims; i++) {
		if (fates_left(rests->fates, payment->claims[i]) == 0)
			continue; /* set off whole: it rests for ever */
		if (fate_is_reconciled(after))
			rests->since_s[payment->claims[i]] = now_s;
		else
			rests->clocks->waited_s -= now_s - rests->since_s[payment->claims[i]];
	}
}

static void note_rests(struct clocks *c) {
	struct rests rests = { .clocks = c };
	const struct fates_watch watch = { &rests, note_rest, NULL };
	rests.fates = fates_new(c->w, &watch);
	rests.since_s = calloc(world_last_seq(c->w) + 1, sizeof(rests.since_s[0]));
	ck_assert_ptr_nonnull(rests.since_s);
	for (uint64_t seq = 2; seq <= world_last_seq(c->w); seq++)
		fates_follow(rests.fates, world_entry(c->w, seq));
	fates_free(rests.fates);
	free(rests.since_s);
}

const char *recount_clocks(struct world *w, const struct state *state) {
	const struct key all = KEY_EMPTY;
	struct clocks c = { .w = w };
	state->ops->scan(state->self, TABLE_APPLICATION, &all, &all, visit_application, &c);
	state->ops->scan(state->self, TABLE_CLAIM, &all, &all, visit_claim, &c);
	state->ops->scan(state->self, TABLE_CLOCK, &all, &all, visit_clock, &c);
	note_rests(&c);
	for (uint32_t step = 0; step < STEPS && !c.fault; step++)
		if (c.waiting[step].waiting || c.waiting[step].waiting_since_s)
			c.fault = clock_step_name(step);
	if (!c.fault && c.waited_s != c.done_s)
		c.fault = arena_printf(
		    world_arena(w), "%" PRId64 " s waited, %" PRId64 " s counted", c.waited_s, c.done_s);
	return c.fault;
}

struct memory_state *recount_replay(struct world *w) {
	struct memory_state *memory = memory_state_new();
	struct ledger *ledger;
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	for (uint64_t seq = 1; seq <= world_last_seq(w); seq++)
		ledger_apply(ledger, memory_state_writable(memory), world_entry(w, seq));
	ledger_free(ledger);
	return memory;
}
