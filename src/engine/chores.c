/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/chores.h"

#include "base/check.h"
#include "base/clock.h"
#include "ledger/due.h"
#include "ledger/rows.h"
#include "record/pb.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

/* Rule sets live in the look's arena until its end: so many bound what that takes. */
enum {
	RULES_KEPT = 64,
	RULES_READ_MAX = 4 * RULES_KEPT,
};

struct look {
	struct chores *chores;
	const struct engine_view *view;
	struct due due; /* the row under way */
	size_t rows;    /* looked at, of whatever table */
	bool is_full;   /* no more now: the cursor stays where it is */

	size_t rules_read;
	struct kept_rules {
		uint64_t programme; /* 0: none yet */
		uint32_t rule_version;
		const Pb__RuleSet *rules;
	} kept[RULES_KEPT];
};

static bool is_spent(const struct look *look) {
	return look->is_full || look->chores->is_starved;
}

/* One more row to look at; false: that was enough for once. */
static bool take_row(struct look *look) {
	if (look->rows >= LIMIT_SCAN_ROWS)
		look->is_full = true;
	else
		look->rows++;
	return !is_spent(look);
}

/* --- cursor --- */

struct chores_cursor chores_after(int64_t time_us) {
	const struct due first = { .time_us = time_us + 1 };
	return (struct chores_cursor){ .row = due_key(&first), .within = KEY_EMPTY };
}

int64_t chores_time_us(const struct chores_cursor *cursor) {
	return cursor->row.bytes ? (int64_t)key_read_u64(&cursor->row, 0) : 0;
}

/* The least key that comes after this one. */
static void step_over(struct key *key) {
	key_add_u8(key, 0);
}

/* --- commands --- */

/* A command with its body's kind and id set; NULL: none, and the look has ended. */
static Pb__Command *add_command(
    struct look *look, Pb__Command__BodyCase body, uint64_t object, uint32_t days) {
	struct chores *chores = look->chores;
	if (chores->count == LIMIT_TICK_FOUND) {
		look->is_full = true;
		return NULL;
	}
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, chores->arena);
	Pb__Uuid *id = PB_NEW(Pb__Uuid, pb__uuid, chores->arena);
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
	    &pb__command__descriptor, body);
	check(field);
	ProtobufCMessage *message = pb_new(field->descriptor, chores->arena);
	if (!command || !id || !message) {
		chores->is_starved = true;
		return NULL;
	}
	const struct due_command what = {
		.time_us = look->due.time_us, .object = object, .body = body, .days = days
	};
	struct uuid uuid = due_command_id(chores->ledger_id, &what);
	id->high = uuid.high;
	id->low = uuid.low;
	command->id = id;
	command->body_case = body;
	memcpy((char *)command + field->offset, &message, sizeof(message));
	chores->commands[chores->count++] = command;
	return command;
}

static void remind(struct look *look, uint64_t voucher, uint32_t days) {
	Pb__Command *command = add_command(look, PB__COMMAND__BODY_REMIND, voucher, days);
	if (command) {
		command->remind->voucher = voucher;
		command->remind->days = days;
	}
}

static void expire_voucher(struct look *look, uint64_t voucher) {
	Pb__Command *command = add_command(look, PB__COMMAND__BODY_EXPIRE, voucher, 0);
	if (command)
		command->expire->voucher = voucher;
}

static void expire_reservation(struct look *look, uint64_t reservation) {
	Pb__Command *command = add_command(look, PB__COMMAND__BODY_EXPIRE, reservation, 0);
	if (command)
		command->expire->reservation = reservation;
}

static const char REMOVED[] = "the party was removed from the programme by its assessments";

static void withdraw(struct look *look, uint64_t reservation) {
	Pb__Command *command = add_command(
	    look, PB__COMMAND__BODY_WITHDRAW_RESERVATION, reservation, 0);
	if (command) {
		command->withdraw_reservation->reservation = reservation;
		command->withdraw_reservation->reason = REMOVED;
	}
}

static void cancel(struct look *look, uint64_t voucher) {
	Pb__Command *command = add_command(look, PB__COMMAND__BODY_CANCEL_VOUCHER, voucher, 0);
	if (command) {
		command->cancel_voucher->voucher = voucher;
		command->cancel_voucher->reason = REMOVED;
	}
}

/* --- objects --- */

static const struct voucher_row *voucher_of(const struct look *look, uint64_t id) {
	struct key key = key_of_id(id);
	const struct voucher_row *row = STATE_GET(
	    look->view->state, TABLE_VOUCHER, &key, struct voucher_row);
	check(row);
	return row;
}

static const struct reservation_row *reservation_of(const struct look *look, uint64_t id) {
	struct key key = key_of_id(id);
	const struct reservation_row *row = STATE_GET(
	    look->view->state, TABLE_RESERVATION, &key, struct reservation_row);
	check(row);
	return row;
}

/* In the look's arena. NULL: no memory. */
static const Pb__RuleSet *read_rules(struct look *look, const struct voucher_row *voucher) {
	const struct state *state = look->view->state;
	struct key key = key_of_rules(voucher->programme, voucher->rule_version);
	size_t bytes;
	const void *row = state->ops->get(state->self, TABLE_RULES, &key, &bytes);
	check(row);
	ProtobufCMessage *rules;
	enum err err = pb_unpack(&pb__rule_set__descriptor, row, bytes, look->chores->arena, &rules);
	check(err == ERR_OK || err == ERR_MEMORY);
	return err ? NULL : (const Pb__RuleSet *)rules;
}

/* The rules of a voucher; NULL: no memory, or too many, and the look has ended. */
static const Pb__RuleSet *rules_of(struct look *look, const struct voucher_row *voucher) {
	size_t place = (voucher->programme * 31 + voucher->rule_version) % RULES_KEPT;
	struct kept_rules *kept = &look->kept[place];
	if (kept->programme == voucher->programme && kept->rule_version == voucher->rule_version)
		return kept->rules;
	if (look->rules_read == RULES_READ_MAX) {
		look->is_full = true;
		return NULL;
	}
	const Pb__RuleSet *rules = read_rules(look, voucher);
	if (!rules) {
		look->chores->is_starved = true;
		return NULL;
	}
	look->rules_read++;
	*kept = (struct kept_rules){ voucher->programme, voucher->rule_version, rules };
	return rules;
}

/* Whether a row that may have been put before an extension speaks of the day as it is now. */
static bool is_reminder(struct look *look, const struct voucher_row *voucher, int64_t days) {
	if (days < 0 || days > LIMIT_RULE_DAYS)
		return false;
	if (!voucher->extended)
		return true;
	const Pb__RuleSet *rules = rules_of(look, voucher);
	for (size_t i = 0; rules && i < rules->n_remind_days; i++)
		if (rules->remind_days[i] == days)
			return true;
	return false;
}

static void look_at_reminder(struct look *look) {
	const struct voucher_row *voucher = voucher_of(look, look->due.object);
	if (voucher->live == 0 || voucher->use_by_us <= look->chores->now_us)
		return;
	int64_t days = (voucher->use_by_us - look->due.time_us) / US_PER_DAY - 1;
	bool was_reminded = voucher->reminded_days && days >= voucher->reminded_days;
	if (!was_reminded && is_reminder(look, voucher, days))
		remind(look, look->due.object, (uint32_t)days);
}

static void look_at_voucher(struct look *look) {
	const struct voucher_row *voucher = voucher_of(look, look->due.object);
	if (voucher->live > 0 && voucher->use_by_us <= look->chores->now_us)
		expire_voucher(look, look->due.object);
}

static bool is_claims_end(struct look *look, const struct voucher_row *voucher) {
	const Pb__RuleSet *rules = rules_of(look, voucher);
	return rules && look->chores->now_us >= due_claims_us(voucher, rules);
}

static void look_at_reservation(struct look *look, uint64_t id) {
	const struct reservation_row *reservation = reservation_of(look, id);
	bool is_unclaimed = reservation->redeemed > reservation->claimed;
	if (reservation->held == 0 && !is_unclaimed)
		return;
	const struct voucher_row *voucher = voucher_of(look, reservation->voucher);
	bool is_used_by = voucher->use_by_us <= look->chores->now_us;
	bool is_claimed_by = voucher->claim_by_us <= look->chores->now_us;
	if ((reservation->held > 0 && is_used_by) ||
	    (is_unclaimed && is_claimed_by && is_claims_end(look, voucher)))
		expire_reservation(look, id);
}

/* --- the objects of a party --- */

enum { PARTY_BYTES = 8, PARTY_OBJECT_BYTES = 8 + 4 + 8 };

struct walk {
	struct look *look;
	uint64_t party;
	uint64_t programme; /* of a removal */
	void (*visit)(struct walk *walk, enum table table, uint64_t object);
};

static bool visit_object(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct walk *walk = arg;
	struct chores_cursor *cursor = &walk->look->chores->cursor;
	(void)row;
	(void)bytes;
	check(key->bytes == PARTY_OBJECT_BYTES);
	cursor->within = *key;
	if (!take_row(walk->look))
		return false;
	walk->visit(
	    walk, (enum table)key_read_u32(key, PARTY_BYTES), key_read_u64(key, PARTY_BYTES + 4));
	return !is_spent(walk->look);
}

/* From where the last look left off, or from `first`, as far as this look reaches. */
static void walk_party(struct walk *walk, enum table table, uint64_t first) {
	const struct state *state = walk->look->view->state;
	const struct key *within = &walk->look->chores->cursor.within;
	struct key prefix = key_of_id(walk->party);
	struct key from = within->bytes ? *within : key_of_party_object(walk->party, table, first);
	state->ops->scan(state->self, TABLE_BY_PARTY, &prefix, &from, visit_object, walk);
}

static void visit_of_extended(struct walk *walk, enum table table, uint64_t object) {
	if (table == TABLE_RESERVATION &&
	    reservation_of(walk->look, object)->voucher == walk->look->due.object)
		look_at_reservation(walk->look, object);
}

/* Reservations are younger than their voucher. */
static void look_at_extended(struct look *look) {
	struct walk walk = {
		.look = look,
		.party = voucher_of(look, look->due.object)->holder,
		.visit = visit_of_extended,
	};
	walk_party(&walk, TABLE_RESERVATION, look->due.object);
}

static void visit_of_removed(struct walk *walk, enum table table, uint64_t object) {
	if (table == TABLE_VOUCHER) {
		const struct voucher_row *voucher = voucher_of(walk->look, object);
		if (voucher->programme == walk->programme && voucher->live > 0)
			cancel(walk->look, object);
	} else if (table == TABLE_RESERVATION) {
		const struct reservation_row *reservation = reservation_of(walk->look, object);
		if (reservation->programme == walk->programme && reservation->provider == walk->party &&
		    reservation->held > 0)
			withdraw(walk->look, object);
	}
}

/* A party that has been taken back since keeps what it has. */
static void look_at_removal(struct look *look) {
	const struct history *history = look->view->history;
	const Pb__JournalEntry *entry = history->ops->entry(
	    history->self, look->due.object, look->chores->arena);
	if (!entry || !entry->decision) {
		look->chores->is_starved = true;
		return;
	}
	struct walk walk = {
		.look = look,
		.party = entry->decision->subject,
		.programme = entry->decision->programme,
		.visit = visit_of_removed,
	};
	struct key key = key_of_ids(walk.programme, walk.party);
	const struct standing_row *standing = STATE_GET(
	    look->view->state, TABLE_STANDING, &key, struct standing_row);
	if (standing && standing->removed)
		walk_party(&walk, TABLE_VOUCHER, 0);
}

/* --- due rows --- */

static void look_at(struct look *look) {
	switch (look->due.kind) {
	case DUE_REMINDER: look_at_reminder(look); break;
	case DUE_VOUCHER: look_at_voucher(look); break;
	case DUE_RESERVATION:
	case DUE_CLAIMS: look_at_reservation(look, look->due.object); break;
	case DUE_EXTENDED: look_at_extended(look); break;
	case DUE_REMOVAL: look_at_removal(look); break;
	default: check(!"a kind of due rows");
	}
}

static bool visit_due(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct look *look = arg;
	struct chores_cursor *cursor = &look->chores->cursor;
	(void)row;
	(void)bytes;
	look->due = due_of_key(key);
	if (look->due.time_us > look->chores->now_us)
		return false;
	if (!take_row(look)) {
		cursor->row = *key;
		return false;
	}
	look_at(look);
	cursor->row = *key;
	if (is_spent(look))
		return false;
	*cursor = (struct chores_cursor){ .row = *key };
	step_over(&cursor->row);
	return true;
}

void chores_find(struct chores *chores, const struct engine_view *view) {
	struct look look = { .chores = chores, .view = view };
	const struct state *state = view->state;
	struct key all = KEY_EMPTY, from = chores->cursor.row;
	const struct ledger_row *head = STATE_GET(state, TABLE_LEDGER, &all, struct ledger_row);
	check(head);
	chores->as_of_us = head->time_us;
	chores->count = 0;
	chores->is_starved = false;
	state->ops->scan(state->self, TABLE_DUE, &all, &from, visit_due, &look);
	chores->has_more = is_spent(&look);
}
