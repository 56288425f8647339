/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Principals: the keys that act. Either staff, in staff roles and for no party; or a party's, in
 * the one role that fits the party's kind. A credential names one principal for ever, revoked or
 * not, and the ledger always has an administrator.
 */
#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/principal.h"
#include "ledger/want.h"

#include <string.h>

/* --- fields --- */

static uint32_t role_bit(Pb__Role role) {
	return 1U << (uint32_t)role;
}

static uint32_t role_mask(const Pb__RegisterPrincipal *principal) {
	uint32_t mask = 0;
	for (size_t i = 0; i < principal->n_roles; i++)
		mask |= role_bit(principal->roles[i]);
	return mask;
}

bool has_role(const Pb__RegisterPrincipal *principal, Pb__Role role) {
	return (role_mask(principal) & role_bit(role)) != 0;
}

static bool is_party_role(Pb__Role role) {
	return role == PB__ROLE__ROLE_PROVIDER || role == PB__ROLE__ROLE_STARTUP;
}

/* Known roles, none twice; and a party's role stands alone. */
static bool want_roles(struct deciding *d, const Pb__RegisterPrincipal *principal) {
	uint32_t seen = 0;
	if (principal->n_roles == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "roles");
	if (principal->n_roles > LIMIT_ROLES)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "roles");
	for (size_t i = 0; i < principal->n_roles; i++) {
		Pb__Role role = principal->roles[i];
		bool is_known = role >= PB__ROLE__ROLE_ADMIN && role <= PB__ROLE__ROLE_STARTUP;
		if (!is_known || (seen & role_bit(role)) ||
		    (is_party_role(role) && principal->n_roles > 1)) {
			refuse_field(d, PB__OUTCOME__FIELD_INVALID, "");
			return refuse_within(d, "roles", i);
		}
		seen |= role_bit(role);
	}
	return true;
}

static bool want_party_as_roles_ask(struct deciding *d, const Pb__RegisterPrincipal *principal) {
	bool is_for_party = is_party_role(principal->roles[0]);
	if (is_for_party == (*principal->party != '\0'))
		return true;
	return refuse_field(
	    d, is_for_party ? PB__OUTCOME__FIELD_MISSING : PB__OUTCOME__FIELD_INVALID, "party");
}

/* Staff and providers hold a key; a bearer token is for startups only. */
static bool want_one_credential(struct deciding *d, const Pb__RegisterPrincipal *principal) {
	if (!principal->token)
		return want_digest(d, principal->certificate_spki, "certificate_spki");
	if (principal->certificate_spki || !has_role(principal, PB__ROLE__ROLE_STARTUP))
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "token");
	return want_digest(d, principal->token, "token");
}

static bool want_person(struct deciding *d, const char *person) {
	return want_valid(d, person, identifier_is_person, "person") &&
	    (strcmp(person, LEDGER_SYSTEM_PERSON) != 0 ||
	        refuse_field(d, PB__OUTCOME__FIELD_INVALID, "person"));
}

/* Which files staff answer for; a party's principal has those of its party. */
static bool allow_region(struct deciding *d, const Pb__RegisterPrincipal *principal) {
	if (!*principal->region)
		return true;
	if (*principal->party)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "region");
	return want_valid(d, principal->region, identifier_is_region, "region");
}

bool want_principal(struct deciding *d, const Pb__RegisterPrincipal *principal) {
	return want_person(d, principal->person) && want_roles(d, principal) &&
	    want_party_as_roles_ask(d, principal) && allow_region(d, principal) &&
	    want_one_credential(d, principal) &&
	    allow_text(d, principal->label, LIMIT_WORD_BYTES, "label");
}

/* --- rows --- */

const Pb__Digest *principal_credential(const Pb__RegisterPrincipal *principal) {
	return principal->token ? principal->token : principal->certificate_spki;
}

static struct key credential_key(const Pb__RegisterPrincipal *principal) {
	const Pb__Digest *credential = principal_credential(principal);
	struct key key = KEY_EMPTY;
	key_add_bytes(&key, credential->value.data, credential->value.len);
	return key;
}

/* A person is known by the first principal that it got. */
static uint64_t person_of(struct applying *a, uint64_t id, const char *person) {
	struct key key = key_of_text(person);
	const struct id_row *known = STATE_GET(a->state, TABLE_PERSON, &key, struct id_row);
	if (known)
		return known->id;
	put_id(a, TABLE_PERSON, &key, id);
	return id;
}

void put_system_principal(struct applying *a) {
	struct principal_row row = { .person_id = LEDGER_SYSTEM_PRINCIPAL };
	set_code(row.person, LEDGER_SYSTEM_PERSON);
	struct key key = key_of_id(LEDGER_SYSTEM_PRINCIPAL);
	struct key person = key_of_text(LEDGER_SYSTEM_PERSON);
	STATE_PUT(a->state, TABLE_PRINCIPAL, &key, &row);
	put_id(a, TABLE_PERSON, &person, LEDGER_SYSTEM_PRINCIPAL);
}

void put_principal(
    struct applying *a, uint64_t id, const Pb__RegisterPrincipal *principal, uint64_t party) {
	struct principal_row row = { .party = party, .roles = role_mask(principal) };
	row.person_id = person_of(a, id, principal->person);
	set_code(row.person, principal->person);
	check(strlen(principal->region) < sizeof(row.region));
	memcpy(row.region, principal->region, strlen(principal->region));
	struct key key = key_of_id(id);
	struct key credential = credential_key(principal);
	STATE_PUT(a->state, TABLE_PRINCIPAL, &key, &row);
	put_id(a, TABLE_CREDENTIAL, &credential, id);
	if (has_role(principal, PB__ROLE__ROLE_ADMIN))
		count(&a->head.admins, 1);
}

/* --- register_principal --- */

static bool want_party_of_kind(struct deciding *d, const Pb__RegisterPrincipal *principal) {
	uint64_t id;
	const struct party_row *party = find_party(d, principal->party, "party", &id);
	if (!party)
		return false;
	bool is_provider = party->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER;
	if (is_provider != has_role(principal, PB__ROLE__ROLE_PROVIDER))
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "party");
	if (is_provider)
		d->decision->provider = id;
	else
		d->decision->holder = id;
	return true;
}

bool decide_register_principal(struct deciding *d) {
	const Pb__RegisterPrincipal *principal = d->command->register_principal;
	if (!want_principal(d, principal) || (*principal->party && !want_party_of_kind(d, principal)))
		return false;
	struct key credential = credential_key(principal);
	if (find_id(d, TABLE_CREDENTIAL, &credential))
		return refuse_field(
		    d, PB__OUTCOME__CREDENTIAL_TAKEN, principal->token ? "token" : "certificate_spki");
	d->decision->subject = d->entry->seq;
	return true;
}

void apply_register_principal(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	uint64_t party = decision->provider ? decision->provider : decision->holder;
	put_principal(a, decision->subject, a->command->register_principal, party);
	if (party)
		index_party(a, party, TABLE_PRINCIPAL, decision->subject);
}

/* --- revoke_principal --- */

static bool is_admin(const struct principal_row *principal) {
	return (principal->roles & role_bit(PB__ROLE__ROLE_ADMIN)) != 0;
}

bool decide_revoke_principal(struct deciding *d) {
	const Pb__RevokePrincipal *revoke = d->command->revoke_principal;
	const struct principal_row *principal;
	if (!want_text(d, revoke->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(principal = find_principal(d, revoke->principal, "principal")))
		return false;
	if (revoke->principal == LEDGER_SYSTEM_PRINCIPAL)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "principal");
	if (principal->revoked)
		return refuse(d, PB__OUTCOME__PRINCIPAL_STATE);
	if (is_admin(principal) && d->head->admins == 1)
		return refuse(d, PB__OUTCOME__LAST_ADMIN);
	d->decision->subject = revoke->principal;
	return true;
}

void apply_revoke_principal(struct applying *a) {
	struct key key = key_of_id(a->decision->subject);
	const struct principal_row *old = STATE_GET(
	    a->state, TABLE_PRINCIPAL, &key, struct principal_row);
	check(old && !old->revoked);
	struct principal_row row = *old;
	row.revoked = 1;
	STATE_PUT(a->state, TABLE_PRINCIPAL, &key, &row);
	if (is_admin(&row))
		count(&a->head.admins, -1);
	check(a->head.admins > 0);
}
