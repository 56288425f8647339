/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/find.h"

#include "base/check.h"
#include "base/date.h"
#include "base/text.h"
#include "ledger/rules_cache.h"
#include "record/pb.h"

#include <string.h>

/* What there is to know of a kind of object in order to find one. */
struct kind {
	enum table codes; /* 0: it has none */
	enum table rows;
	size_t bytes;
	Pb__Outcome unknown;
};

static const struct kind fund_kind = { TABLE_FUND_CODE, TABLE_FUND, sizeof(struct fund_row),
	PB__OUTCOME__FUND_UNKNOWN };
static const struct kind programme_kind = { TABLE_PROGRAMME_CODE, TABLE_PROGRAMME,
	sizeof(struct programme_row), PB__OUTCOME__PROGRAMME_UNKNOWN };
static const struct kind party_kind = { TABLE_PARTY_CODE, TABLE_PARTY, sizeof(struct party_row),
	PB__OUTCOME__PARTY_UNKNOWN };
static const struct kind house_kind = { TABLE_HOUSE_CODE, TABLE_HOUSE, sizeof(struct house_row),
	PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN };
static const struct kind principal_kind = { 0, TABLE_PRINCIPAL, sizeof(struct principal_row),
	PB__OUTCOME__PRINCIPAL_UNKNOWN };
static const struct kind application_kind = { 0, TABLE_APPLICATION, sizeof(struct application_row),
	PB__OUTCOME__APPLICATION_UNKNOWN };
static const struct kind voucher_kind = { 0, TABLE_VOUCHER, sizeof(struct voucher_row),
	PB__OUTCOME__VOUCHER_UNKNOWN };
static const struct kind reservation_kind = { 0, TABLE_RESERVATION, sizeof(struct reservation_row),
	PB__OUTCOME__RESERVATION_UNKNOWN };
static const struct kind claim_kind = { 0, TABLE_CLAIM, sizeof(struct claim_row),
	PB__OUTCOME__CLAIM_UNKNOWN };
static const struct kind settlement_kind = { 0, TABLE_SETTLEMENT, sizeof(struct settlement_row),
	PB__OUTCOME__SETTLEMENT_UNKNOWN };

uint64_t find_id(const struct deciding *d, enum table table, const struct key *key) {
	const struct id_row *row = STATE_GET(d->state, table, key, struct id_row);
	return row ? row->id : 0;
}

static const void *the_row(const struct deciding *d, const struct kind *kind, uint64_t id) {
	struct key key = key_of_id(id);
	const void *row = state_get(d->state, kind->rows, &key, kind->bytes);
	check(row);
	return row;
}

static const void *find_by_code(struct deciding *d, const struct kind *kind, const char *code,
    const char *field, uint64_t *ret_id) {
	if (!*code) {
		refuse_field(d, PB__OUTCOME__FIELD_MISSING, field);
		return NULL;
	}
	uint64_t id = 0;
	if (strlen(code) <= LIMIT_CODE_BYTES) { /* a key holds no more */
		struct key key = key_of_text(code);
		id = find_id(d, kind->codes, &key);
	}
	if (id == 0) {
		refuse_field(d, kind->unknown, field);
		return NULL;
	}
	*ret_id = id;
	return the_row(d, kind, id);
}

static const void *find_by_id(
    struct deciding *d, const struct kind *kind, uint64_t id, const char *field) {
	struct key key = key_of_id(id);
	const void *row = id ? state_get(d->state, kind->rows, &key, kind->bytes) : NULL;
	if (!row)
		refuse_field(d, id ? kind->unknown : PB__OUTCOME__FIELD_MISSING, field);
	return row;
}

/* --- by code, by id --- */

bool find_currency(struct deciding *d, const char *code, const char *field, uint32_t *ret_index) {
	const struct id_row *row = NULL;
	struct key key = KEY_EMPTY;
	if (!*code) {
		*ret_index = 0;
		return true;
	}
	if (strlen(code) <= LIMIT_CODE_BYTES) {
		key = key_of_text(code);
		row = STATE_GET(d->state, TABLE_CURRENCY, &key, struct id_row);
	}
	if (!row)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, field);
	*ret_index = (uint32_t)row->id;
	return true;
}

const struct fund_row *find_fund(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id) {
	return find_by_code(d, &fund_kind, code, field, ret_id);
}

const struct programme_row *find_programme(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id) {
	return find_by_code(d, &programme_kind, code, field, ret_id);
}

const struct party_row *find_party(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id) {
	return find_by_code(d, &party_kind, code, field, ret_id);
}

const struct house_row *find_house(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id) {
	return find_by_code(d, &house_kind, code, field, ret_id);
}

const struct principal_row *find_principal(struct deciding *d, uint64_t id, const char *field) {
	return find_by_id(d, &principal_kind, id, field);
}

const struct application_row *find_application(struct deciding *d, uint64_t id, const char *field) {
	return find_by_id(d, &application_kind, id, field);
}

const struct voucher_row *find_voucher(struct deciding *d, uint64_t id, const char *field) {
	return find_by_id(d, &voucher_kind, id, field);
}

const struct reservation_row *find_reservation(struct deciding *d, uint64_t id, const char *field) {
	return find_by_id(d, &reservation_kind, id, field);
}

const struct claim_row *find_claim(struct deciding *d, uint64_t id, const char *field) {
	return find_by_id(d, &claim_kind, id, field);
}

const struct settlement_row *find_settlement(struct deciding *d, uint64_t id, const char *field) {
	return find_by_id(d, &settlement_kind, id, field);
}

const struct house_row *the_house(const struct deciding *d, uint64_t id) {
	return the_row(d, &house_kind, id);
}

const struct programme_row *the_programme(const struct deciding *d, uint64_t id) {
	return the_row(d, &programme_kind, id);
}

const struct party_row *the_party(const struct deciding *d, uint64_t id) {
	return the_row(d, &party_kind, id);
}

const struct voucher_row *the_voucher(const struct deciding *d, uint64_t id) {
	return the_row(d, &voucher_kind, id);
}

const struct reservation_row *the_reservation(const struct deciding *d, uint64_t id) {
	return the_row(d, &reservation_kind, id);
}

const struct claim_row *the_claim(const struct deciding *d, uint64_t id) {
	return the_row(d, &claim_kind, id);
}

bool want_not_suspended(struct deciding *d, uint64_t party, const char *field) {
	const struct party_row *row = the_party(d, party);
	if (!row->suspended)
		return true;
	const char *detail = arena_printf(d->arena, "%s is suspended", row->code);
	return refuse_detail(d, PB__OUTCOME__PARTY_STATE, field, detail);
}

bool want_in_good_standing(struct deciding *d, uint64_t party, const char *field) {
	const struct party_row *row = the_party(d, party);
	if (!want_not_suspended(d, party, field))
		return false;
	if (d->occasion->time_us >= row->blacklisted_until_us)
		return true;
	const char *detail = arena_printf(d->arena, "%s is blacklisted", row->code);
	return refuse_detail(d, PB__OUTCOME__BLACKLISTED, field, detail);
}

bool want_not_removed(struct deciding *d, uint64_t programme, uint64_t party, const char *field) {
	struct key key = key_of_ids(programme, party);
	const struct standing_row *row = STATE_GET(d->state, TABLE_STANDING, &key, struct standing_row);
	return !row || !row->removed || refuse_field(d, PB__OUTCOME__PARTY_REMOVED, field);
}

static bool want_region(struct deciding *d, const char *region, const char *field) {
	const char *own = d->actor->region;
	return !is_staff(d) || !*own || rules_is_local(own, region) ||
	    refuse_field(d, PB__OUTCOME__NOT_IN_REGION, field);
}

bool want_in_region(struct deciding *d, uint64_t party, const char *field) {
	return want_region(d, the_party(d, party)->region, field);
}

bool want_programme_in_region(
    struct deciding *d, const struct programme_row *programme, const char *field) {
	return want_region(d, programme->region, field);
}

bool want_all_regions(struct deciding *d, const char *field) {
	return !*d->actor->region || refuse_field(d, PB__OUTCOME__NOT_IN_REGION, field);
}

void name_concerned(struct deciding *d, uint64_t id, uint32_t kind) {
	d->decision->subject = id;
	if (kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		d->decision->provider = id;
	else
		d->decision->holder = id;
}

const struct party_row *find_concerned(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id) {
	const struct party_row *party = find_party(d, code, field, ret_id);
	if (!party || !want_in_region(d, *ret_id, field))
		return NULL;
	name_concerned(d, *ret_id, party->kind);
	return party;
}

/* --- packed rows --- */

/* True with NULL: no such row. What the ledger packed itself can only fail to unpack for want of
 * memory. */
static bool read_message(struct deciding *d, enum table table, const struct key *key,
    const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage **ret_message) {
	size_t bytes;
	const void *row = d->state->ops->get(d->state->self, table, key, &bytes);
	ProtobufCMessage *message = NULL;
	if (row) {
		enum err err = pb_unpack(descriptor, row, bytes, d->arena, &message);
		check(err == ERR_OK || err == ERR_MEMORY);
		if (err)
			return refuse_memory(d);
	}
	*ret_message = message;
	return true;
}

const Pb__RegisterParty *read_particulars(struct deciding *d, uint64_t party) {
	ProtobufCMessage *message;
	struct key key = key_of_id(party);
	if (!read_message(d, TABLE_PARTICULARS, &key, &pb__register_party__descriptor, &message))
		return NULL;
	check(message);
	return (const Pb__RegisterParty *)message;
}

/* Who controls a party, and who is related to it, are compared as text: as its group is formed, a
 * code in full-width characters is the same code. The message is the decision's own. */
static void normalise_relations(const Pb__RegisterParty *particulars) {
	if (*particulars->controller)
		text_normalise((char *)particulars->controller);
	for (size_t i = 0; i < particulars->n_related; i++)
		text_normalise((char *)particulars->related[i]);
}

bool read_rules_party(struct deciding *d, uint64_t party, struct rules_party *ret_party) {
	const Pb__RegisterParty *particulars = read_particulars(d, party);
	if (!particulars)
		return false;
	normalise_relations(particulars);
	*ret_party = (struct rules_party){
		.id = party,
		.kind = particulars->kind,
		.region = particulars->region,
		.code = particulars->code,
		.controller = particulars->controller,
		.n_attributes = particulars->n_attributes,
		.attributes = particulars->attributes,
		.n_statuses = particulars->n_statuses,
		.statuses = particulars->statuses,
		.n_related = particulars->n_related,
		.related = particulars->related,
	};
	return true;
}

bool read_admission(struct deciding *d, uint64_t programme, uint64_t party,
    const Pb__AdmitProvider **ret_admission) {
	ProtobufCMessage *message;
	struct key key = key_of_ids(programme, party);
	if (!read_message(d, TABLE_ADMISSION, &key, &pb__admit_provider__descriptor, &message))
		return false;
	*ret_admission = (const Pb__AdmitProvider *)message;
	return true;
}

static int32_t day_of(const char *date) {
	int32_t day;
	check(date_parse(date, &day) == ERR_OK); /* as it was when it was accepted */
	return day;
}

bool read_agreement(struct deciding *d, uint64_t programme_id,
    const struct programme_row *programme, uint64_t party,
    const Pb__RecordAgreement **ret_agreement) {
	ProtobufCMessage *message;
	struct key key = key_of_ids(programme_id, party);
	if (!read_message(d, TABLE_AGREEMENT, &key, &pb__record_agreement__descriptor, &message))
		return false;
	const Pb__RecordAgreement *agreement = (const Pb__RecordAgreement *)message;
	int32_t today = local_day(d, programme);
	bool is_in_force = agreement && day_of(agreement->from) <= today &&
	    today <= day_of(agreement->until);
	*ret_agreement = is_in_force ? agreement : NULL;
	return true;
}

bool read_applied(struct deciding *d, uint64_t application, const Pb__Apply **ret_apply) {
	ProtobufCMessage *message;
	struct key key = key_of_id(application);
	if (!read_message(d, TABLE_APPLIED, &key, &pb__apply__descriptor, &message))
		return false;
	*ret_apply = (const Pb__Apply *)message;
	return true;
}

/* --- rule sets --- */

const Pb__RuleSet *read_rules(struct deciding *d, uint64_t programme, uint32_t version) {
	const Pb__RuleSet *rules = rules_cache_get(d->rules, d->state, programme, version);
	if (!rules)
		refuse_memory(d);
	return rules;
}

/* True with NULL: none is in force yet; false: refused, no memory. */
static bool newest_in_force(struct deciding *d, uint64_t programme, const struct programme_row *row,
    const Pb__RuleSet **ret_rules) {
	int32_t today = local_day(d, row);
	*ret_rules = NULL;
	for (uint32_t version = row->rule_version; version > 0; version--) {
		const Pb__RuleSet *rules = read_rules(d, programme, version);
		if (!rules)
			return false;
		if (day_of(rules->effective_from) <= today) {
			*ret_rules = rules;
			return true;
		}
	}
	return true;
}

const Pb__RuleSet *read_rules_in_force(
    struct deciding *d, uint64_t programme, const struct programme_row *row) {
	const Pb__RuleSet *rules = NULL;
	if (newest_in_force(d, programme, row, &rules) && !rules)
		refuse_field(d, PB__OUTCOME__RULES_MISSING, "programme");
	return rules;
}

static bool is_among(const struct umbrellas *umbrellas, uint64_t id) {
	for (size_t i = 0; i < umbrellas->count; i++)
		if (umbrellas->ids[i] == id)
			return true;
	return false;
}

bool read_umbrellas(struct deciding *d, uint64_t programme, const Pb__RuleSet *rules,
    struct umbrellas *ret_umbrellas) {
	static const Pb__RuleSet no_caps = PB__RULE_SET__INIT;
	struct umbrellas above = { .count = 0 };
	/* What older versions, still in force or a voucher's, make of it need not be free of cycles. */
	while (rules && *rules->part_of && above.count < LIMIT_UMBRELLAS) {
		struct key code = key_of_text(rules->part_of);
		uint64_t id = find_id(d, TABLE_PROGRAMME_CODE, &code);
		check(id);
		if (id == programme || is_among(&above, id))
			break;
		above.ids[above.count] = id;
		above.names[above.count] = rules->part_of;
		if (!newest_in_force(d, id, the_programme(d, id), &rules))
			return false;
		above.rules[above.count++] = rules ? rules : &no_caps;
	}
	*ret_umbrellas = above;
	return true;
}

/* --- counters and the calendar --- */

int64_t usage_so_far(const struct deciding *d, enum usage_kind kind, uint64_t programme,
    uint64_t subject, int32_t year) {
	struct key key = key_of_usage(kind, programme, subject, year);
	const struct usage_row *row = STATE_GET(d->state, TABLE_USAGE, &key, struct usage_row);
	return row ? row->amount : 0;
}

int32_t local_day(const struct deciding *d, const struct programme_row *programme) {
	return date_local_day(d->occasion->time_us, programme->utc_offset_minutes);
}

int32_t local_year(const struct deciding *d, const struct programme_row *programme) {
	return date_local_year(d->occasion->time_us, programme->utc_offset_minutes);
}
