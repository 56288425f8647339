/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's principals, copied into the directory: all of them at start, from the state as the
 * newest checkpoint has it and the entries after that, so that no start waits for a checkpoint;
 * then one by one as they are registered and revoked.
 *
 * The state has key → principal → who it is; whether the key is a certificate's or a token's stands
 * in the entry that registered it.
 */
#include "api/principals.h"

#include "auth/roles.h"
#include "base/limits.h"
#include "base/log.h"
#include "ledger/ledger.h"
#include "ledger/rows.h"
#include "record/entry.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#define LOAD_AT_ONCE 4096 /* principals in one read, so that no reader grows old */

struct load {
	struct engine_read read; /* first: the engine gives it back to us */
	struct directory *directory;
	const struct engine_view *view;
	struct arena arena;
	struct key from; /* where the next read goes on */
	size_t left;     /* of this read */
	uint64_t seq;    /* that the first read reflected */
	bool is_end;
	enum err err;
	sem_t is_done;
};

/* The registration of a principal: in its own entry, or in the genesis. */
static const Pb__RegisterPrincipal *registration(struct load *load, uint64_t principal) {
	const struct history *history = load->view->history;
	bool is_genesis = principal >= GENESIS_PRINCIPAL;
	const Pb__JournalEntry *entry = history->ops->entry(
	    history->self, is_genesis ? 1 : principal, &load->arena);
	if (!entry)
		return NULL;
	if (is_genesis) {
		size_t index = (size_t)(principal - GENESIS_PRINCIPAL - 1);
		return entry->genesis && index < entry->genesis->n_administrators
		    ? entry->genesis->administrators[index]
		    : NULL;
	}
	return entry->command && entry->command->body_case == PB__COMMAND__BODY_REGISTER_PRINCIPAL
	    ? entry->command->register_principal
	    : NULL;
}

static enum err load_one(struct load *load, const struct key *key, uint64_t principal) {
	struct key id = key_of_id(principal);
	const struct principal_row *row = STATE_GET(
	    load->view->state, TABLE_PRINCIPAL, &id, struct principal_row);
	if (!row || key->bytes != CREDENTIAL_BYTES)
		return ERR_CORRUPT;
	if (row->revoked)
		return ERR_OK;
	struct identity identity = {
		.principal = principal,
		.party = row->party,
		.roles = row->roles,
	};
	memcpy(identity.person, row->person, sizeof(identity.person) - 1);
	memcpy(identity.region, row->region, sizeof(identity.region) - 1);
	arena_reset(&load->arena);
	const Pb__RegisterPrincipal *registered = registration(load, principal);
	if (!registered)
		return ERR_CORRUPT;
	return directory_put(load->directory, key->data, registered->token != NULL, &identity);
}

static bool load_row(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct load *load = arg;
	if (load->left == 0) {
		load->from = *key;
		load->is_end = false;
		return false;
	}
	load->left--;
	struct id_row id;
	if (bytes != sizeof(id)) {
		load->err = ERR_CORRUPT;
		return false;
	}
	memcpy(&id, row, sizeof(id));
	load->err = load_one(load, key, id.id);
	return !load->err;
}

/* On the query thread. */
static void run_load(struct engine_read *read, const struct engine_view *view) {
	struct load *load = (struct load *)read;
	const struct key all = KEY_EMPTY, from = load->from;
	if (load->from.bytes == 0)
		load->seq = view->seq;
	load->view = view;
	load->left = LOAD_AT_ONCE;
	load->is_end = true;
	view->state->ops->scan(view->state->self, TABLE_CREDENTIAL, &all, &from, load_row, load);
}

static void load_done(struct engine_read *read, enum err err) {
	struct load *load = (struct load *)read;
	if (err)
		load->err = err;
	sem_post(&load->is_done);
}

static enum err load_state(struct engine *engine, struct load *load, bool as_checkpointed) {
	enum err err = ERR_OK;
	load->from = KEY_EMPTY;
	load->is_end = false;
	while (!err && !load->is_end) {
		load->read = (struct engine_read){
			.run = run_load, .done = load_done, .as_checkpointed = as_checkpointed
		};
		err = engine_read_snapshot(engine, &load->read);
		if (err)
			break;
		while (sem_wait(&load->is_done) != 0)
			continue;    /* EINTR */
		err = load->err; /* not before: until then it is the query thread's */
	}
	return err;
}

static bool note_later(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct load *load = arg;
	Pb__JournalEntry *entry;
	uint32_t body_case;
	(void)seq;
	load->err = entry_glance(data, bytes, &body_case);
	if (load->err ||
	    (body_case != PB__COMMAND__BODY_REGISTER_PRINCIPAL &&
	        body_case != PB__COMMAND__BODY_REVOKE_PRINCIPAL))
		return !load->err;
	arena_reset(&load->arena);
	load->err = entry_decode(data, bytes, &load->arena, &entry);
	if (!load->err)
		principals_note(load->directory, entry);
	return !load->err;
}

enum err principals_load(struct engine *engine, struct directory *directory) {
	struct load load = { .directory = directory };
	arena_init(&load.arena, 0);
	sem_init(&load.is_done, 0, 0);
	enum err err = load_state(engine, &load, true);
	if (!err && load.seq == 0) /* no checkpoint yet: the journal is short */
		err = load_state(engine, &load, false);
	if (!err)
		err = engine_read_journal(engine, load.seq + 1, note_later, &load);
	if (!err)
		err = load.err;
	sem_destroy(&load.is_done);
	arena_done(&load.arena);
	return err;
}

static void note_registered(struct directory *directory, const Pb__JournalEntry *entry) {
	const Pb__RegisterPrincipal *registered = entry->command->register_principal;
	const Pb__Decision *decision = entry->decision;
	struct identity identity = { .principal = entry->seq };
	if (decision)
		identity.party = decision->holder ? decision->holder : decision->provider;
	for (size_t i = 0; i < registered->n_roles; i++)
		identity.roles |= ROLE_BIT(registered->roles[i]);
	snprintf(identity.person, sizeof(identity.person), "%s", registered->person);
	snprintf(identity.region, sizeof(identity.region), "%s", registered->region);
	bool by_token = registered->token != NULL;
	const Pb__Digest *credential = by_token ? registered->token : registered->certificate_spki;
	if (!credential || credential->value.len != CREDENTIAL_BYTES)
		return; /* the ledger refuses such a registration */
	if (directory_put(directory, credential->value.data, by_token, &identity))
		log_event(LOG_ERROR, "principal-unknown",
		    "principal=%" PRIu64 " reason=\"out of memory; known again after a restart\"",
		    entry->seq);
}

void principals_note(struct directory *directory, const Pb__JournalEntry *entry) {
	if (!entry->command)
		return;
	if (entry->command->body_case == PB__COMMAND__BODY_REGISTER_PRINCIPAL)
		note_registered(directory, entry);
	else if (entry->command->body_case == PB__COMMAND__BODY_REVOKE_PRINCIPAL)
		directory_revoke(directory, entry->command->revoke_principal->principal);
}
