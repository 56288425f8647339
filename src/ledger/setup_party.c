/* SPDX-License-Identifier: Apache-2.0 */
/* Startups, teams and providers: who they are, and whether they may act. */
#include "base/check.h"
#include "base/text.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/want.h"

#include <string.h>

/* The entry concerns the party: as its subject, and so that it may read the entry. */
static void concern(struct deciding *d, uint64_t id, uint32_t kind) {
	d->decision->subject = id;
	if (kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		d->decision->provider = id;
	else
		d->decision->holder = id;
}

/* --- particulars --- */

static bool is_attribute_repeated(Pb__Attribute *const *attributes, size_t index) {
	for (size_t i = 0; i < index; i++)
		if (strcmp(attributes[i]->name, attributes[index]->name) == 0)
			return true;
	return false;
}

static bool allow_attributes(struct deciding *d, Pb__Attribute *const *attributes, size_t count) {
	if (count > LIMIT_WORDS)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "attributes");
	for (size_t i = 0; i < count; i++) {
		if (!want_text(d, attributes[i]->name, LIMIT_WORD_BYTES, "name") ||
		    (is_attribute_repeated(attributes, i) &&
		        !refuse_field(d, PB__OUTCOME__FIELD_INVALID, "name")))
			return refuse_within(d, "attributes", i);
	}
	return true;
}

static bool allow_bank_account(struct deciding *d, const Pb__BankAccount *account) {
	return !account ||
	    (want_valid(d, account->number, identifier_is_bank_account, "bank_account.number") &&
	        want_valid(d, account->bank_code, identifier_is_bank_code, "bank_account.bank_code") &&
	        want_text(d, account->holder_name, LIMIT_NAME_BYTES, "bank_account.holder_name"));
}

/* Everything but code and kind. Update has the same fields in another message; so that there is one
 * rule for both, it is read as a registration. */
static bool want_particulars(struct deciding *d, const Pb__RegisterParty *party) {
	return want_text(d, party->name, LIMIT_NAME_BYTES, "name") &&
	    want_valid(d, party->region, identifier_is_region, "region") &&
	    allow_attributes(d, party->attributes, party->n_attributes) &&
	    allow_words(d, party->statuses, party->n_statuses, "statuses") &&
	    allow_text(d, party->controller, LIMIT_WORD_BYTES, "controller") &&
	    allow_words(d, party->related, party->n_related, "related") &&
	    allow_bank_account(d, party->bank_account);
}

static Pb__RegisterParty updated(const Pb__RegisterParty *party, const Pb__UpdateParty *update) {
	Pb__RegisterParty merged = *party;
	merged.name = update->name;
	merged.region = update->region;
	merged.n_attributes = update->n_attributes;
	merged.attributes = update->attributes;
	merged.n_statuses = update->n_statuses;
	merged.statuses = update->statuses;
	merged.controller = update->controller;
	merged.n_related = update->n_related;
	merged.related = update->related;
	merged.bank_account = update->bank_account;
	return merged;
}

static struct party_row get_party(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct party_row *row = STATE_GET(a->state, TABLE_PARTY, &key, struct party_row);
	check(row);
	return *row;
}

static void put_party(const struct applying *a, uint64_t id, const struct party_row *party) {
	struct key key = key_of_id(id);
	STATE_PUT(a->state, TABLE_PARTY, &key, party);
}

/* --- register_party --- */

static bool want_no_override(struct deciding *d, const Pb__RegisterParty *party) {
	return !*party->code_override_reason ||
	    refuse_field(d, PB__OUTCOME__FIELD_INVALID, "code_override_reason");
}

/* A real firm's code is known to fail its check: with a reason, what looks like one is taken. */
static bool want_credit_code(struct deciding *d, const Pb__RegisterParty *party) {
	if (!*party->code)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "code");
	if (identifier_is_credit_code(party->code))
		return want_no_override(d, party);
	if (!*party->code_override_reason || !identifier_looks_like_credit_code(party->code))
		return refuse_field(d, PB__OUTCOME__USCC_INVALID, "code");
	return want_text(d, party->code_override_reason, LIMIT_TEXT_BYTES, "code_override_reason");
}

static bool want_party_code(struct deciding *d, const Pb__RegisterParty *party) {
	switch (party->kind) {
	case PB__PARTY_KIND__PARTY_KIND_COMPANY:
	case PB__PARTY_KIND__PARTY_KIND_PROVIDER: return want_credit_code(d, party);
	case PB__PARTY_KIND__PARTY_KIND_TEAM:
		return want_valid(d, party->code, identifier_is_team, "code") && want_no_override(d, party);
	case PB__PARTY_KIND__PARTY_KIND_UNSPECIFIED:
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "kind");
	default: return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "kind");
	}
}

bool decide_register_party(struct deciding *d) {
	const Pb__RegisterParty *party = d->command->register_party;
	if (!want_party_code(d, party) || !want_particulars(d, party))
		return false;
	struct key code = key_of_text(party->code);
	if (find_id(d, TABLE_PARTY_CODE, &code))
		return refuse_field(d, PB__OUTCOME__CODE_TAKEN, "code");
	concern(d, d->entry->seq, party->kind);
	return true;
}

/* The group of parties under the actual controller that a party states, or under itself: known by
 * the entry that first named it. A code in full-width characters is the same controller. */
static uint64_t controller_of(struct applying *a, const Pb__RegisterParty *party) {
	char text[LIMIT_WORD_BYTES + 1];
	size_t bytes = strlen(party->controller);
	check(bytes < sizeof(text));
	memcpy(text, party->controller, bytes + 1);
	text_normalise(text);
	struct key key = key_of_text(*text ? text : party->code);
	const struct id_row *known = STATE_GET(a->state, TABLE_CONTROLLER, &key, struct id_row);
	if (known)
		return known->id;
	put_id(a, TABLE_CONTROLLER, &key, a->entry->seq);
	return a->entry->seq;
}

/* What a party's row has of its particulars. */
static void set_particulars(
    struct applying *a, struct party_row *row, const Pb__RegisterParty *party) {
	row->controller = controller_of(a, party);
	size_t bytes = strlen(party->region);
	check(bytes < sizeof(row->region));
	memset(row->region, 0, sizeof(row->region));
	memcpy(row->region, party->region, bytes);
}

void apply_register_party(struct applying *a) {
	const Pb__RegisterParty *party = a->command->register_party;
	struct party_row row = { .kind = party->kind };
	set_code(row.code, party->code);
	set_particulars(a, &row, party);
	struct key id = key_of_id(a->entry->seq);
	struct key code = key_of_text(party->code);
	STATE_PUT(a->state, TABLE_PARTY, &id, &row);
	put_id(a, TABLE_PARTY_CODE, &code, a->entry->seq);
	put_message(a, TABLE_PARTICULARS, &id, &party->base);
}

/* --- update_party --- */

bool decide_update_party(struct deciding *d) {
	const Pb__UpdateParty *update = d->command->update_party;
	Pb__RegisterParty blank = PB__REGISTER_PARTY__INIT;
	const Pb__RegisterParty particulars = updated(&blank, update);
	uint64_t id;
	const struct party_row *party;
	if (!want_particulars(d, &particulars) || !(party = find_party(d, update->code, "code", &id)))
		return false;
	concern(d, id, party->kind);
	return true;
}

void apply_update_party(struct applying *a) {
	struct key id = key_of_id(a->decision->subject);
	const Pb__RegisterParty *old = (const Pb__RegisterParty *)get_message(
	    a, TABLE_PARTICULARS, &id, &pb__register_party__descriptor);
	const Pb__RegisterParty particulars = updated(old, a->command->update_party);
	put_message(a, TABLE_PARTICULARS, &id, &particulars.base);
	struct party_row row = get_party(a, a->decision->subject);
	set_particulars(a, &row, &particulars);
	put_party(a, a->decision->subject, &row);
}

/* --- suspend_party, reinstate_party --- */

static bool decide_suspension(
    struct deciding *d, const char *code, const char *reason, bool is_suspended_after) {
	uint64_t id;
	const struct party_row *party;
	if (!want_text(d, reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(party = find_party(d, code, "party", &id)))
		return false;
	if ((party->suspended != 0) == is_suspended_after)
		return refuse(d, PB__OUTCOME__PARTY_STATE);
	concern(d, id, party->kind);
	return true;
}

static void apply_suspension(struct applying *a, bool is_suspended) {
	struct party_row row = get_party(a, a->decision->subject);
	row.suspended = is_suspended;
	put_party(a, a->decision->subject, &row);
}

bool decide_suspend_party(struct deciding *d) {
	const Pb__SuspendParty *suspend = d->command->suspend_party;
	return decide_suspension(d, suspend->party, suspend->reason, true);
}

void apply_suspend_party(struct applying *a) {
	apply_suspension(a, true);
}

bool decide_reinstate_party(struct deciding *d) {
	const Pb__ReinstateParty *reinstate = d->command->reinstate_party;
	return decide_suspension(d, reinstate->party, reinstate->reason, false);
}

void apply_reinstate_party(struct applying *a) {
	apply_suspension(a, false);
}
