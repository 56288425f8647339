/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include "base/check.h"
#include "ledger/commands.h"
#include "ledger/due.h"
#include "ledger/genesis.h"
#include "ledger/personal.h"
#include "ledger/postings.h"
#include "ledger/rules_cache.h"

#include <stdlib.h>
#include <string.h>

struct ledger {
	struct rules_cache *rules;
	struct buffer scratch; /* rows that apply packs */
	struct arena arena;    /* and unpacks */
};

enum err ledger_new(struct ledger **ret_ledger) {
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	if (!ledger)
		return ERR_MEMORY;
	buffer_init(&ledger->scratch, 0);
	arena_init(&ledger->arena, 0);
	enum err err = rules_cache_new(&ledger->rules);
	if (err) {
		ledger_free(ledger);
		return err;
	}
	*ret_ledger = ledger;
	return ERR_OK;
}

void ledger_free(struct ledger *ledger) {
	if (!ledger)
		return;
	rules_cache_free(ledger->rules);
	buffer_done(&ledger->scratch);
	arena_done(&ledger->arena);
	free(ledger);
}

const char *ledger_command_name(Pb__Command__BodyCase body) {
	const struct command_kind *kind = command_kind(body);
	return kind ? kind->name : NULL;
}

static struct ledger_row read_head(const struct state *state) {
	struct key key = KEY_EMPTY;
	const struct ledger_row *head = STATE_GET(state, TABLE_LEDGER, &key, struct ledger_row);
	check(head); /* every ledger begins with its genesis */
	return *head;
}

/* --- decide --- */

/* What every entry consists of, in one piece. */
struct draft {
	Pb__JournalEntry entry;
	Pb__Uuid ledger_id;
	Pb__Actor actor;
	Pb__Decision decision;
};

static bool find_actor(struct deciding *d) {
	struct key key = key_of_id(d->occasion->principal);
	d->actor = STATE_GET(d->state, TABLE_PRINCIPAL, &key, struct principal_row);
	return (d->actor && !d->actor->revoked) || refuse(d, PB__OUTCOME__PRINCIPAL_REVOKED);
}

static bool want_id(struct deciding *d) {
	const Pb__Uuid *id = d->command->id;
	if (!id)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "id");
	if (due_is_daemon_id(id) && d->occasion->principal != LEDGER_SYSTEM_PRINCIPAL)
		return refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "id", "kept for the daemon");
	return id->high || id->low || refuse_field(d, PB__OUTCOME__FIELD_INVALID, "id");
}

static bool begin_entry(struct deciding *d) {
	struct draft *draft = arena_alloc(d->arena, sizeof(*draft));
	if (!draft)
		return refuse_memory(d);
	pb__journal_entry__init(&draft->entry);
	pb__uuid__init(&draft->ledger_id);
	pb__actor__init(&draft->actor);
	pb__decision__init(&draft->decision);

	draft->ledger_id.high = d->head->ledger_id.high;
	draft->ledger_id.low = d->head->ledger_id.low;
	draft->actor.principal = d->occasion->principal;
	draft->actor.person = arena_string(d->arena, d->actor->person, strlen(d->actor->person));
	draft->entry.seq = d->occasion->seq;
	draft->entry.time_us = (uint64_t)d->occasion->time_us;
	draft->entry.ledger_id = &draft->ledger_id;
	draft->entry.actor = &draft->actor;
	draft->entry.command = (Pb__Command *)d->command;
	draft->entry.decision = &draft->decision;
	d->entry = &draft->entry;
	d->decision = &draft->decision;
	return draft->actor.person || refuse_memory(d);
}

/* Whose file it is. A party that is about to be registered says it itself. */
static bool note_region(struct deciding *d) {
	if (!d->decision->holder || d->decision->holder == d->entry->seq)
		return true;
	struct key key = key_of_id(d->decision->holder);
	const struct party_row *row = STATE_GET(d->state, TABLE_PARTY, &key, struct party_row);
	check(row);
	d->decision->holder_region = arena_string(d->arena, row->region, strlen(row->region));
	return d->decision->holder_region || refuse_memory(d);
}

/* The limits on fields keep most entries far below the limit on an entry. */
static bool want_fitting_entry(struct deciding *d, const struct command_kind *kind) {
	return !kind->is_bulky ||
	    protobuf_c_message_get_packed_size(&d->entry->base) <= LIMIT_ENTRY_BYTES ||
	    refuse(d, PB__OUTCOME__TOO_LARGE);
}

/* A refusal names every rule that was weighed until then. */
static void name_bounds(struct deciding *d) {
	if (d->refusal && d->decision) {
		d->refusal->n_bounds = d->decision->n_bounds;
		d->refusal->bounds = d->decision->bounds;
	}
}

void ledger_decide(struct ledger *ledger, const struct state *state, const Pb__Command *command,
    const struct occasion *occasion, struct arena *arena, struct verdict *ret_verdict) {
	const struct ledger_row head = read_head(state);
	check(occasion->seq == head.seq + 1 && occasion->time_us > head.time_us);
	rules_cache_trim(ledger->rules);
	struct deciding d = {
		.state = state,
		.rules = ledger->rules,
		.command = command,
		.occasion = occasion,
		.arena = arena,
		.head = &head,
	};
	const struct command_kind *kind = command_kind(command->body_case);
	struct sealed sealed = { .data = NULL };
	bool is_accepted = kind ? want_id(&d) && find_actor(&d) && seal_personal(&d, &sealed) &&
	        begin_entry(&d) && kind->decide(&d) && note_region(&d) && want_fitting_entry(&d, kind)
	                        : refuse(&d, PB__OUTCOME__MALFORMED);
	check(is_accepted == (d.outcome == PB__OUTCOME__OUTCOME_OK));
	name_bounds(&d);
	*ret_verdict = (struct verdict){
		.outcome = d.outcome,
		.entry = is_accepted ? d.entry : NULL,
		.refusal = d.refusal,
	};
	if (is_accepted && changes_personal(d.command)) {
		check(d.decision->subject);
		ret_verdict->personal = (struct personal_change){ d.decision->subject, sealed };
	}
}

bool ledger_wants_salt(const Pb__Command *command) {
	return bears_personal(command);
}

const Pb__Digest *ledger_commitment(const Pb__Command *command) {
	return personal_commitment_of(command);
}

/* --- apply --- */

static void apply_command(struct applying *a) {
	const struct command_kind *kind = command_kind(a->command->body_case);
	check(kind && a->command->id && a->decision && !bears_personal(a->command));
	apply_postings(a);
	kind->apply(a);
	put_touched(a);
	struct key key = key_of_ids(a->command->id->high, a->command->id->low);
	put_id(a, TABLE_COMMAND, &key, a->entry->seq);
}

void ledger_apply(struct ledger *ledger, const struct state *state, const Pb__JournalEntry *entry) {
	struct applying a = {
		.state = state,
		.entry = entry,
		.command = entry->command,
		.decision = entry->decision,
		.rules = ledger->rules,
		.scratch = &ledger->scratch,
		.arena = &ledger->arena,
	};
	check((entry->genesis == NULL) != (entry->command == NULL));
	if (entry->command)
		a.head = read_head(state);
	check(entry->seq == a.head.seq + 1 && (int64_t)entry->time_us > a.head.time_us);
	arena_reset(&ledger->arena);
	rules_cache_trim(ledger->rules);
	if (entry->command)
		apply_command(&a);
	else
		apply_genesis(&a);
	a.head.seq = entry->seq;
	a.head.time_us = (int64_t)entry->time_us;
	struct key key = KEY_EMPTY;
	STATE_PUT(state, TABLE_LEDGER, &key, &a.head);
}
