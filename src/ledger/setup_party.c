/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Startups, teams, providers and spaces: who they are. Whether they may act: setup_standing.c.
 *
 * A team is natural persons: its name and bank account are personal particulars, of which a command
 * has a commitment when it comes here (personal.h).
 */
#include "base/check.h"
#include "base/text.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/personal.h"
#include "ledger/want.h"

#include <string.h>

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

/* What must stand in `personal` where it is about natural persons. */
static bool want_nothing_in_clear(struct deciding *d, const Pb__RegisterParty *party) {
	if (*party->name)
		return refuse_field(d, PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "name");
	return !party->bank_account ||
	    refuse_field(d, PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "bank_account");
}

static bool want_identity(struct deciding *d, const Pb__RegisterParty *party) {
	if (party->kind == PB__PARTY_KIND__PARTY_KIND_TEAM)
		return want_nothing_in_clear(d, party);
	return want_text(d, party->name, LIMIT_NAME_BYTES, "name") &&
	    (!party->bank_account || want_bank_particulars(d, party->bank_account, "bank_account"));
}

/* Everything but code and kind. Update has the same fields in another message; so that there is one
 * rule for both, it is read as a registration. */
static bool want_particulars(struct deciding *d, const Pb__RegisterParty *party) {
	return want_identity(d, party) &&
	    want_valid(d, party->region, identifier_is_region, "region") &&
	    allow_attributes(d, party->attributes, party->n_attributes) &&
	    allow_words(d, party->statuses, party->n_statuses, "statuses") &&
	    allow_text(d, party->controller, LIMIT_WORD_BYTES, "controller") &&
	    allow_words(d, party->related, party->n_related, "related");
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
	if (update->personal_commitment) {
		merged.personal_commitment = update->personal_commitment;
		merged.personal_account = update->personal_account;
	}
	return merged;
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
	case PB__PARTY_KIND__PARTY_KIND_SPACE:
	case PB__PARTY_KIND__PARTY_KIND_PROVIDER: return want_credit_code(d, party);
	case PB__PARTY_KIND__PARTY_KIND_TEAM:
		return want_valid(d, party->code, identifier_is_team, "code") && want_no_override(d, party);
	case PB__PARTY_KIND__PARTY_KIND_UNSPECIFIED:
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "kind");
	default: return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "kind");
	}
}

/* A team has nothing else by which people know it. */
static bool want_commitment(struct deciding *d, const Pb__RegisterParty *party) {
	return party->kind != PB__PARTY_KIND__PARTY_KIND_TEAM || party->personal_commitment ||
	    refuse_field(d, PB__OUTCOME__FIELD_MISSING, "personal");
}

/* Staff who answer for a region register nobody outside it. */
static bool want_own_region(struct deciding *d, const Pb__RegisterParty *party) {
	return !*d->actor->region || rules_is_local(d->actor->region, party->region) ||
	    refuse_field(d, PB__OUTCOME__NOT_IN_REGION, "region");
}

bool decide_register_party(struct deciding *d) {
	const Pb__RegisterParty *party = d->command->register_party;
	if (!want_party_code(d, party) || !want_particulars(d, party) || !want_commitment(d, party) ||
	    !want_own_region(d, party))
		return false;
	struct key code = key_of_text(party->code);
	if (find_id(d, TABLE_PARTY_CODE, &code))
		return refuse_field(d, PB__OUTCOME__CODE_TAKEN, "code");
	name_concerned(d, d->entry->seq, party->kind);
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
	uint64_t id;
	const struct party_row *party = find_concerned(d, update->code, "code", &id);
	if (!party)
		return false;
	blank.kind = (Pb__PartyKind)party->kind;
	const Pb__RegisterParty particulars = updated(&blank, update);
	return want_particulars(d, &particulars);
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

/* --- erase_personal --- */

/* What is owed to it could not be paid afterwards. */
bool decide_erase_personal(struct deciding *d) {
	const Pb__ErasePersonal *erase = d->command->erase_personal;
	uint64_t id;
	const struct party_row *party;
	const Pb__RegisterParty *particulars;
	if (!want_text(d, erase->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(party = find_concerned(d, erase->party, "party", &id)) ||
	    !(particulars = read_particulars(d, id)))
		return false;
	if (!has_personal(particulars))
		return refuse_detail(d, PB__OUTCOME__PERSONAL_STATE, "party", "it has none");
	return party->owed_by == 0 ||
	    refuse_detail(d, PB__OUTCOME__PERSONAL_STATE, "party", "money is owed to it");
}

void apply_erase_personal(struct applying *a) {
	struct key id = key_of_id(a->decision->subject);
	Pb__RegisterParty *particulars = (Pb__RegisterParty *)get_message(
	    a, TABLE_PARTICULARS, &id, &pb__register_party__descriptor);
	erase_personal(particulars);
	put_message(a, TABLE_PARTICULARS, &id, &particulars->base);
}
