/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/foresee.h"

#include "base/check.h"
#include "ledger/bank_line.h"
#include "ledger/house.h"
#include "ledger/matching.h"
#include "ledger/rows.h"

struct object {
	enum table table; /* 0: none */
	uint64_t id;
};

/* The object that a command is about, where each of many commands has another. */
static struct object object_of(const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_RESERVE:
		return (struct object){ TABLE_VOUCHER, command->reserve->voucher };
	case PB__COMMAND__BODY_REDEEM:
		return (struct object){ TABLE_RESERVATION, command->redeem->reservation };
	case PB__COMMAND__BODY_RELEASE:
		return (struct object){ TABLE_RESERVATION, command->release->reservation };
	case PB__COMMAND__BODY_SUBMIT_CLAIM:
		return (struct object){ TABLE_RESERVATION, command->submit_claim->reservation };
	case PB__COMMAND__BODY_APPROVE_CLAIM:
		return (struct object){ TABLE_CLAIM, command->approve_claim->claim };
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM:
		return (struct object){ TABLE_CLAIM, command->countersign_claim->claim };
	case PB__COMMAND__BODY_PUBLISH_CLAIM:
		return (struct object){ TABLE_CLAIM, command->publish_claim->claim };
	default: return (struct object){ 0 };
	}
}

/* What it belongs to. */
static struct object owner_of(const struct state *state, const struct object *object) {
	struct key key = key_of_id(object->id);
	if (object->table == TABLE_CLAIM) {
		const struct claim_row *row = STATE_GET(state, TABLE_CLAIM, &key, struct claim_row);
		if (row)
			return (struct object){ TABLE_RESERVATION, row->reservation };
	} else if (object->table == TABLE_RESERVATION) {
		const struct reservation_row *row = STATE_GET(
		    state, TABLE_RESERVATION, &key, struct reservation_row);
		if (row)
			return (struct object){ TABLE_VOUCHER, row->voucher };
	}
	return (struct object){ 0 };
}

/* Rows to be read, of commands and then of what they lead to. */
struct foreseen {
	struct object objects[FORESEE_MAX];
	size_t n_objects;
	struct state_name names[3 * FORESEE_MAX];
	size_t n_names;
};

static void add_name(struct foreseen *foreseen, enum table table, struct key key) {
	foreseen->names[foreseen->n_names++] = (struct state_name){ table, key };
}

static void add_object(struct foreseen *foreseen, struct object object) {
	if (!object.table)
		return;
	foreseen->objects[foreseen->n_objects++] = object;
	add_name(foreseen, object.table, key_of_id(object.id));
}

static void prefetch(const struct state *state, struct foreseen *foreseen) {
	state->ops->prefetch(state->self, foreseen->names, foreseen->n_names);
	foreseen->n_names = 0;
}

/* In place of each object what it belongs to. */
static void go_on(const struct state *state, struct foreseen *foreseen) {
	size_t count = foreseen->n_objects;
	foreseen->n_objects = 0;
	for (size_t i = 0; i < count; i++)
		add_object(foreseen, owner_of(state, &foreseen->objects[i]));
}

static void follow(const struct state *state, struct foreseen *foreseen) {
	while (foreseen->n_names) {
		prefetch(state, foreseen);
		go_on(state, foreseen);
	}
}

/* False: there is no use in it. */
static bool begin(struct foreseen *foreseen, const struct state *state) {
	foreseen->n_objects = foreseen->n_names = 0;
	return state->ops->prefetch != NULL;
}

void ledger_foresee(const struct state *state, const Pb__Command *const *commands, size_t count) {
	struct foreseen foreseen;
	check(count <= FORESEE_MAX);
	if (!begin(&foreseen, state))
		return;
	for (size_t i = 0; i < count; i++) {
		const Pb__Uuid *id = commands[i] ? commands[i]->id : NULL;
		if (!id)
			continue;
		add_name(&foreseen, TABLE_COMMAND, key_of_ids(id->high, id->low));
		add_object(&foreseen, object_of(commands[i]));
	}
	follow(state, &foreseen);
}

/* --- within an entry --- */

/* Where those that begin with `from` end; `from` itself: nothing is looked ahead at. */
static size_t begin_part(
    struct foreseen *foreseen, const struct state *state, size_t from, size_t count) {
	size_t left = count - from;
	if (from % FORESEE_MAX || !begin(foreseen, state))
		return from;
	return from + (left < FORESEE_MAX ? left : FORESEE_MAX);
}

void foresee_postings(
    const struct state *state, Pb__Posting *const *postings, size_t from, size_t count) {
	struct foreseen foreseen;
	size_t end = begin_part(&foreseen, state, from, count);
	for (size_t i = from; i < end; i++)
		add_name(&foreseen, TABLE_BALANCE,
		    key_of_balance(postings[i]->account, postings[i]->owner, postings[i]->party));
	if (end > from)
		prefetch(state, &foreseen);
}

void foresee_lines(const struct state *state, uint64_t house_id, Pb__StatementLine *const *lines,
    size_t from, size_t count) {
	struct foreseen foreseen;
	size_t end = begin_part(&foreseen, state, from, count);
	for (size_t i = from; i < end; i++) {
		if (*lines[i]->serial)
			add_name(&foreseen, TABLE_BANK_SERIAL, key_of_serial(house_id, lines[i]->serial));
		add_name(&foreseen, TABLE_AWAITED_COUNT, key_of_awaited(house_id, lines[i]->amount));
	}
	if (end > from)
		prefetch(state, &foreseen);
}

/* The first claim of a payment whose row was read when it was decided. */
static struct object claim_of(const struct state *state, const Pb__Target *target) {
	struct key key = key_of_payment(target->settlement, target->payment);
	const struct payment_row *row = STATE_GET(state, TABLE_PAYMENT, &key, struct payment_row);
	return row && row->first_claim ? (struct object){ TABLE_CLAIM, row->first_claim }
	                               : (struct object){ 0 };
}

void foresee_line_results(const struct state *state, uint64_t house_id,
    Pb__LineResult *const *results, size_t from, size_t count) {
	struct foreseen foreseen;
	size_t end = begin_part(&foreseen, state, from, count);
	for (size_t i = from; i < end; i++) {
		if (results[i]->is_known)
			continue;
		add_name(&foreseen, TABLE_BANK_LINE, key_of_ids(house_id, results[i]->line));
		if (results[i]->n_targets == 0)
			continue;
		add_name(&foreseen, TABLE_MATCH, key_of_match(house_id, results[i]->line, 0));
		if (results[i]->targets[0]->settlement)
			add_object(&foreseen, claim_of(state, results[i]->targets[0]));
	}
	if (end > from)
		follow(state, &foreseen);
}
