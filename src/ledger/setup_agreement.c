/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Agreements: terms that one holder has in a programme in place of the tiers, where the rules in
 * force allow that. The newest one counts, from its first day to its last.
 */
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/want.h"

/* --- fields --- */

static bool want_days(struct deciding *d, const Pb__RecordAgreement *agreement) {
	int32_t from, until;
	return want_date(d, agreement->from, "from", &from) &&
	    want_date(d, agreement->until, "until", &until) &&
	    (from <= until || refuse_field(d, PB__OUTCOME__FIELD_INVALID, "until"));
}

static bool want_fields(struct deciding *d, const Pb__RecordAgreement *agreement) {
	return want_text(d, agreement->document, LIMIT_TEXT_BYTES, "document") &&
	    (agreement->terms || refuse_field(d, PB__OUTCOME__FIELD_MISSING, "terms")) &&
	    want_days(d, agreement);
}

/* --- terms --- */

static bool want_sound_terms(
    struct deciding *d, const Pb__RuleSet *rules, const Pb__RecordAgreement *agreement) {
	struct rules_mistake *mistakes;
	size_t count;
	Pb__Outcome outcome = rules_terms_mistakes(
	    rules, agreement->terms, d->arena, &mistakes, &count);
	if (outcome == PB__OUTCOME__RULES_INVALID)
		return refuse_detail(d, outcome, mistakes[0].path,
		    arena_printf(d->arena, "%s %s", mistakes[0].en, mistakes[0].zh));
	return outcome == PB__OUTCOME__OUTCOME_OK || refuse(d, outcome);
}

static bool want_allowed(struct deciding *d, const Pb__RuleSet *rules) {
	return rules->agreements_allowed ||
	    refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "programme", "its rules allow no agreements");
}

/* --- record_agreement --- */

bool decide_record_agreement(struct deciding *d) {
	const Pb__RecordAgreement *agreement = d->command->record_agreement;
	uint64_t programme_id, party_id;
	const struct programme_row *programme;
	const struct party_row *party;
	const Pb__RuleSet *rules;
	if (!want_fields(d, agreement) ||
	    !(programme = find_programme(d, agreement->programme, "programme", &programme_id)) ||
	    !(party = find_concerned(d, agreement->party, "party", &party_id)))
		return false;
	if (party->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "party");
	if (!(rules = read_rules_in_force(d, programme_id, programme)) || !want_allowed(d, rules) ||
	    !want_sound_terms(d, rules, agreement))
		return false;
	d->decision->programme = programme_id;
	d->decision->rule_version = rules->version;
	return true;
}

void apply_record_agreement(struct applying *a) {
	struct key key = key_of_ids(a->decision->programme, a->decision->holder);
	put_message(a, TABLE_AGREEMENT, &key, &a->command->record_agreement->base);
}
