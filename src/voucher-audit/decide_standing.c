/* SPDX-License-Identifier: Apache-2.0 */
/* Who may act: suspended, blacklisted, assessed; and agreements. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"

#define CHINA_MINUTES 480

static const struct party *concerning(struct deciding *d, const char *code) {
	const struct party *party = case_find_party(d, code);
	if (party)
		case_name_party(d, party->id, party->kind);
	return party;
}

static bool is_blacklisted(const struct deciding *d, const struct party *party) {
	return d->now_us < party->blacklisted_until_us;
}

static bool suspend(struct deciding *d) {
	const struct party *party = concerning(d, d->command->suspend_party->party);
	case_want(d, !party || !party->suspended, PB__OUTCOME__PARTY_STATE);
	return party != NULL;
}

static bool reinstate(struct deciding *d) {
	const struct party *party = concerning(d, d->command->reinstate_party->party);
	case_want(d, !party || party->suspended || is_blacklisted(d, party), PB__OUTCOME__PARTY_STATE);
	return party != NULL;
}

static bool blacklist(struct deciding *d) {
	const Pb__BlacklistParty *command = d->command->blacklist_party;
	const struct party *party = concerning(d, command->party);
	int32_t until;
	if (command->until[0])
		case_want(d,
		    date_parse(command->until, &until) == ERR_OK &&
		        until >= date_local_day(d->now_us, CHINA_MINUTES),
		    PB__OUTCOME__FIELD_INVALID);
	case_want(d, !party || !is_blacklisted(d, party), PB__OUTCOME__BLACKLISTED);
	return party != NULL;
}

/* One year after another; a passed one ends a row of failures. */
static bool assess(struct deciding *d) {
	static const struct standing never;
	const Pb__AssessParty *command = d->command->assess_party;
	const struct programme *programme = case_find_programme(d, command->programme);
	const struct party *party = concerning(d, command->party);
	if (!programme || !party)
		return false;
	const struct standing *row = model_standing(d->m, programme->id, party->id);
	const struct standing *before = row ? row : &never;
	const Pb__RuleSet *rules = case_rules_in_force(d, programme);
	case_want(d, command->year <= case_local_year(d, programme), PB__OUTCOME__NOT_DUE);
	case_want(d, command->year > before->assessed_year, PB__OUTCOME__ASSESSED_ALREADY);
	uint32_t failures = command->passed ? 0 : before->failures + 1;
	d->decision.programme = programme->id;
	d->decision.year = command->year;
	d->decision.rule_version = rules->version;
	d->decision.failures = failures;
	d->decision.removed = !before->is_removed && rules->assessment_failures > 0 &&
	    failures >= rules->assessment_failures;
	return true;
}

static bool record_agreement(struct deciding *d) {
	const Pb__RecordAgreement *command = d->command->record_agreement;
	const struct programme *programme = case_find_programme(d, command->programme);
	const struct party *party = concerning(d, command->party);
	if (!programme || !party)
		return false;
	const Pb__RuleSet *rules = case_rules_in_force(d, programme);
	case_want(d, party->kind != PB__PARTY_KIND__PARTY_KIND_PROVIDER, PB__OUTCOME__PARTY_KIND_WRONG);
	case_want(d, rules->agreements_allowed, PB__OUTCOME__FIELD_INVALID);
	d->decision.programme = programme->id;
	d->decision.rule_version = rules->version;
	return true;
}

bool case_standing(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_SUSPEND_PARTY: return suspend(d);
	case PB__COMMAND__BODY_REINSTATE_PARTY: return reinstate(d);
	case PB__COMMAND__BODY_BLACKLIST_PARTY: return blacklist(d);
	case PB__COMMAND__BODY_ASSESS_PARTY: return assess(d);
	default: return record_agreement(d);
	}
}
