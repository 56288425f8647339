/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry 1: what the ledger is, which currencies it knows, who administers it. It has no command, no
 * actor and no postings. Its fields are checked by the same code as those of commands.
 */
#include "ledger/genesis.h"

#include "base/check.h"
#include "ledger/checkpoint_key.h"
#include "ledger/identifier.h"
#include "ledger/principal.h"
#include "ledger/want.h"
#include "record/digest.h"
#include "record/outcome.h"

#include <string.h>

#define MINOR_DIGITS_MAX 4

/* --- fields --- */

static bool invalid(struct deciding *d, const char *field) {
	return refuse_field(d, PB__OUTCOME__FIELD_INVALID, field);
}

static bool is_currency_code(const char *text) {
	return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static bool is_currency_repeated(const Pb__Genesis *genesis, size_t index) {
	for (size_t i = 0; i < index; i++)
		if (strcmp(genesis->currencies[i]->code, genesis->currencies[index]->code) == 0)
			return true;
	return false;
}

static bool want_currency(struct deciding *d, const Pb__Genesis *genesis, size_t index) {
	const Pb__Currency *currency = genesis->currencies[index];
	return want_valid(d, currency->code, is_currency_code, "code") &&
	    (!is_currency_repeated(genesis, index) || invalid(d, "code")) &&
	    (currency->minor_digits <= MINOR_DIGITS_MAX || invalid(d, "minor_digits"));
}

static bool want_currencies(struct deciding *d, const Pb__Genesis *genesis) {
	if (genesis->n_currencies == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "currencies");
	if (genesis->n_currencies > LIMIT_CURRENCIES)
		return invalid(d, "currencies");
	for (size_t i = 0; i < genesis->n_currencies; i++)
		if (!want_currency(d, genesis, i))
			return refuse_within(d, "currencies", i);
	return true;
}

static bool is_credential_repeated(const Pb__Genesis *genesis, size_t index) {
	const Pb__Digest *credential = principal_credential(genesis->administrators[index]);
	for (size_t i = 0; i < index; i++) {
		const Pb__Digest *other = principal_credential(genesis->administrators[i]);
		if (memcmp(other->value.data, credential->value.data, DIGEST_BYTES) == 0)
			return true;
	}
	return false;
}

static bool want_administrator(struct deciding *d, const Pb__Genesis *genesis, size_t index) {
	const Pb__RegisterPrincipal *administrator = genesis->administrators[index];
	return want_principal(d, administrator) &&
	    (has_role(administrator, PB__ROLE__ROLE_ADMIN) || invalid(d, "roles")) &&
	    (!is_credential_repeated(genesis, index) ||
	        refuse_field(d, PB__OUTCOME__CREDENTIAL_TAKEN, "certificate_spki"));
}

static bool want_administrators(struct deciding *d, const Pb__Genesis *genesis) {
	if (genesis->n_administrators == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "administrators");
	if (genesis->n_administrators > LIMIT_ADMINISTRATORS)
		return invalid(d, "administrators");
	for (size_t i = 0; i < genesis->n_administrators; i++)
		if (!want_administrator(d, genesis, i))
			return refuse_within(d, "administrators", i);
	return true;
}

static bool is_hash(const char *name) {
	return strcmp(name, "SHA256") == 0 || strcmp(name, "SM3") == 0;
}

static bool want_genesis(struct deciding *d, const Pb__Genesis *genesis) {
	return want_text(d, genesis->name, LIMIT_NAME_BYTES, "name") && want_currencies(d, genesis) &&
	    want_valid(d, genesis->hash, is_hash, "hash") &&
	    want_valid(d, genesis->origin, identifier_is_origin, "origin") &&
	    want_checkpoint_key(d, genesis->checkpoint_key, "checkpoint_key") &&
	    want_administrators(d, genesis) &&
	    (genesis->format == LEDGER_JOURNAL_FORMAT || invalid(d, "format"));
}

/* --- the entry --- */

enum err ledger_genesis(const Pb__Genesis *genesis, struct uuid ledger_id, int64_t time_us,
    struct arena *arena, Pb__JournalEntry **ret_entry, const char **ret_reason) {
	struct deciding d = { .arena = arena };
	if (!want_genesis(&d, genesis)) {
		const char *field = d.refusal ? d.refusal->field : "";
		const char *reason = arena_printf(
		    arena, "%s: %s", field, outcome_info(d.outcome)->sentence);
		if (d.outcome == PB__OUTCOME__UNAVAILABLE || !reason)
			return ERR_MEMORY;
		*ret_reason = reason;
		return ERR_RANGE;
	}
	Pb__JournalEntry *entry = ARENA_NEW(arena, Pb__JournalEntry);
	Pb__Uuid *id = ARENA_NEW(arena, Pb__Uuid);
	if (!entry || !id)
		return ERR_MEMORY;
	pb__journal_entry__init(entry);
	pb__uuid__init(id);
	id->high = ledger_id.high;
	id->low = ledger_id.low;
	entry->seq = 1;
	entry->time_us = (uint64_t)time_us;
	entry->ledger_id = id;
	entry->genesis = (Pb__Genesis *)genesis;
	*ret_entry = entry;
	return ERR_OK;
}

void apply_genesis(struct applying *a) {
	const Pb__Genesis *genesis = a->entry->genesis;
	check(a->entry->ledger_id && a->entry->n_postings == 0);
	a->head.ledger_id.high = a->entry->ledger_id->high;
	a->head.ledger_id.low = a->entry->ledger_id->low;
	a->head.closed_until = INT32_MIN;
	for (size_t i = 0; i < genesis->n_currencies; i++) {
		struct key code = key_of_text(genesis->currencies[i]->code);
		put_id(a, TABLE_CURRENCY, &code, i);
	}
	put_checkpoint_key(a, genesis->checkpoint_key);
	put_system_principal(a);
	for (size_t i = 0; i < genesis->n_administrators; i++)
		put_principal(a, GENESIS_PRINCIPAL | (i + 1), genesis->administrators[i], 0);
	check(a->head.admins > 0);
}
