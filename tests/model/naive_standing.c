/* SPDX-License-Identifier: Apache-2.0 */
/* Who may act: suspended, blacklisted, removed. */
#include "naive_inside.h"

static Pb__Outcome find_party(
    struct naive *world, const char *code, const char *reason, struct naive_party **ret_party) {
	*ret_party = naive_party_by_code(world, code);
	if (!reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!*ret_party)
		return PB__OUTCOME__PARTY_UNKNOWN;
	return naive_may_see(world, (*ret_party)->id) ? PB__OUTCOME__OUTCOME_OK
	                                              : PB__OUTCOME__NOT_IN_REGION;
}

static Pb__Outcome suspend(struct naive *world, const Pb__SuspendParty *command) {
	struct naive_party *party;
	Pb__Outcome outcome = find_party(world, command->party, command->reason, &party);
	if (!outcome && party->suspended)
		outcome = PB__OUTCOME__PARTY_STATE;
	if (!outcome)
		party->suspended = true;
	return outcome;
}

static Pb__Outcome reinstate(struct naive *world, const Pb__ReinstateParty *command) {
	struct naive_party *party;
	Pb__Outcome outcome = find_party(world, command->party, command->reason, &party);
	if (!outcome && !party->suspended && !naive_is_blacklisted(world, party))
		outcome = PB__OUTCOME__PARTY_STATE;
	if (!outcome) {
		party->suspended = false;
		party->blacklisted_until = 0;
	}
	return outcome;
}

static Pb__Outcome blacklist(struct naive *world, const Pb__BlacklistParty *command) {
	struct naive_party *party;
	int32_t last = command->until[0] ? naive_parse_date(command->until) : INT32_MAX;
	if (last < naive_day(world->now))
		return PB__OUTCOME__FIELD_INVALID;
	Pb__Outcome outcome = find_party(world, command->party, command->reason, &party);
	if (!outcome && naive_is_blacklisted(world, party))
		outcome = PB__OUTCOME__BLACKLISTED;
	if (!outcome)
		party->blacklisted_until = command->until[0] ? naive_start_of(last + 1) : INT64_MAX;
	return outcome;
}

static Pb__Outcome ask_assessment(struct naive *world, const Pb__AssessParty *command) {
	const struct naive_programme *programme = naive_programme_by_code(world, command->programme);
	const struct naive_party *party = naive_party_by_code(world, command->party);
	if (!command->passed && !command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!programme)
		return PB__OUTCOME__PROGRAMME_UNKNOWN;
	if (!party)
		return PB__OUTCOME__PARTY_UNKNOWN;
	if (!naive_may_see(world, party->id))
		return PB__OUTCOME__NOT_IN_REGION;
	const struct naive_standing *before = naive_standing(world, programme->id, party->id);
	if (command->year > naive_year(world->now))
		return PB__OUTCOME__NOT_DUE;
	if (before && command->year <= before->year)
		return PB__OUTCOME__ASSESSED_ALREADY;
	return naive_rules_in_force(world, programme->id, world->now) ? PB__OUTCOME__OUTCOME_OK
	                                                              : PB__OUTCOME__RULES_MISSING;
}

static Pb__Outcome assess(struct naive *world, const Pb__AssessParty *command) {
	Pb__Outcome outcome = ask_assessment(world, command);
	if (outcome)
		return outcome;
	uint64_t programme = naive_programme_by_code(world, command->programme)->id;
	uint64_t party = naive_party_by_code(world, command->party)->id;
	uint32_t most = naive_rules_in_force(world, programme, world->now)->assessment_failures;
	struct naive_standing *standing = naive_standing(world, programme, party);
	if (!standing) {
		standing = &world->standings[world->n_standings++];
		*standing = (struct naive_standing){ .programme = programme, .party = party };
	}
	standing->year = command->year;
	standing->failures = command->passed ? 0 : standing->failures + 1;
	if (most && standing->failures >= most)
		standing->removed = true;
	return outcome;
}

struct naive_answer naive_standings(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_SUSPEND_PARTY: return refused(suspend(world, command->suspend_party));
	case PB__COMMAND__BODY_REINSTATE_PARTY:
		return refused(reinstate(world, command->reinstate_party));
	case PB__COMMAND__BODY_BLACKLIST_PARTY:
		return refused(blacklist(world, command->blacklist_party));
	default: return refused(assess(world, command->assess_party));
	}
}
