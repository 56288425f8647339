/* SPDX-License-Identifier: Apache-2.0 */
/* Programmes, the rules they publish and the providers they admit. */
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/want.h"

/* From UTC−12 to UTC+14, the range of the world's zones. */
#define UTC_OFFSET_MINUTES_MIN (-12 * 60)
#define UTC_OFFSET_MINUTES_MAX (14 * 60)

/* --- create_programme --- */

bool decide_create_programme(struct deciding *d) {
	const Pb__CreateProgramme *programme = d->command->create_programme;
	uint32_t currency;
	if (!want_code(d, programme->code, "code") ||
	    !want_text(d, programme->name, LIMIT_NAME_BYTES, "name") ||
	    !want_valid(d, programme->region, identifier_is_region, "region"))
		return false;
	if (programme->utc_offset_minutes < UTC_OFFSET_MINUTES_MIN ||
	    programme->utc_offset_minutes > UTC_OFFSET_MINUTES_MAX)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "utc_offset_minutes");
	if (!find_currency(d, programme->currency, "currency", &currency))
		return false;
	struct key code = key_of_text(programme->code);
	if (find_id(d, TABLE_PROGRAMME_CODE, &code))
		return refuse_field(d, PB__OUTCOME__CODE_TAKEN, "code");
	d->decision->programme = d->entry->seq;
	return true;
}

void apply_create_programme(struct applying *a) {
	const Pb__CreateProgramme *programme = a->command->create_programme;
	struct programme_row row = {
		.utc_offset_minutes = programme->utc_offset_minutes,
		.currency = currency_index(a, programme->currency),
	};
	set_code(row.region, programme->region);
	struct key id = key_of_id(a->entry->seq);
	struct key code = key_of_text(programme->code);
	STATE_PUT(a->state, TABLE_PROGRAMME, &id, &row);
	put_id(a, TABLE_PROGRAMME_CODE, &code, a->entry->seq);
}

/* --- publish_rules --- */

static bool want_next_version(
    struct deciding *d, const Pb__RuleSet *rules, const struct programme_row *programme) {
	uint32_t next = programme->rule_version + 1;
	return rules->version == next ||
	    refuse_detail(
	        d, PB__OUTCOME__RULES_VERSION, "rules.version", arena_printf(d->arena, "%u", next));
}

static bool want_sound_rules(struct deciding *d, const Pb__RuleSet *rules) {
	Pb__Refusal *refusal = NULL;
	Pb__Outcome outcome = rules_check(rules, d->arena, &refusal);
	if (outcome == PB__OUTCOME__OUTCOME_OK)
		return true;
	refuse(d, outcome);
	d->refusal = refusal;
	return false;
}

static bool want_funds(
    struct deciding *d, const Pb__RuleSet *rules, const struct programme_row *programme) {
	for (size_t i = 0; i < rules->n_fund_shares; i++) {
		uint64_t id;
		const struct fund_row *fund = find_fund(d, rules->fund_shares[i]->fund, "fund", &id);
		if (!fund ||
		    (fund->currency != programme->currency &&
		        !refuse_detail(d, PB__OUTCOME__RULES_INVALID, "fund", "another currency")))
			return refuse_within(d, "rules.fund_shares", i);
	}
	return true;
}

bool decide_publish_rules(struct deciding *d) {
	const Pb__PublishRules *publish = d->command->publish_rules;
	uint64_t id;
	const struct programme_row *programme;
	if (!publish->rules)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "rules");
	if (!want_sound_rules(d, publish->rules) ||
	    !(programme = find_programme(d, publish->programme, "programme", &id)) ||
	    !want_next_version(d, publish->rules, programme) ||
	    !want_funds(d, publish->rules, programme))
		return false;
	d->decision->programme = id;
	d->decision->rule_version = publish->rules->version;
	return true;
}

void apply_publish_rules(struct applying *a) {
	const Pb__RuleSet *rules = a->command->publish_rules->rules;
	struct key key = key_of_rules(a->decision->programme, rules->version);
	put_message(a, TABLE_RULES, &key, &rules->base);
	touch_programme(a, a->decision->programme)->rule_version = rules->version;
}

/* --- admit_provider --- */

bool decide_admit_provider(struct deciding *d) {
	const Pb__AdmitProvider *admit = d->command->admit_provider;
	uint64_t programme_id, party_id;
	const struct party_row *party;
	if (!allow_words(d, admit->categories, admit->n_categories, "categories") ||
	    !find_programme(d, admit->programme, "programme", &programme_id) ||
	    !(party = find_party(d, admit->party, "party", &party_id)))
		return false;
	if (party->kind != PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "party");
	d->decision->programme = programme_id;
	d->decision->provider = party_id;
	return true;
}

void apply_admit_provider(struct applying *a) {
	struct key key = key_of_ids(a->decision->programme, a->decision->provider);
	put_message(a, TABLE_ADMISSION, &key, &a->command->admit_provider->base);
}
