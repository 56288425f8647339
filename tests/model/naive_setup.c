/* SPDX-License-Identifier: Apache-2.0 */
/* Funds, programmes, rules, parties: what a world begins with. Only the money in it is ever
 * refused. */
#include "naive_inside.h"

#include <string.h>

static struct naive_answer create_fund(struct naive *world, const Pb__CreateFund *fund) {
	world->funds[world->n_funds++] = (struct naive_fund){ world->seq, fund->code };
	return accepted(0);
}

static struct naive_answer appropriate(struct naive *world, const Pb__Appropriate *command) {
	struct naive_fund *fund = naive_fund_by_code(world, command->fund);
	if (command->amount <= 0)
		return refused(PB__OUTCOME__AMOUNT_INVALID);
	if (!fund)
		return refused(PB__OUTCOME__FUND_UNKNOWN);
	int64_t all = -naive_balance(world, PB__ACCOUNT_KIND__FUND_APPROPRIATED, fund->id, 0);
	if (command->amount > INT64_MAX - all)
		return refused(PB__OUTCOME__OVERFLOW);
	naive_move(world, PB__ACCOUNT_KIND__FUND_APPROPRIATED, fund->id, 0, -command->amount);
	naive_move(world, PB__ACCOUNT_KIND__FUND_AVAILABLE, fund->id, 0, command->amount);
	return accepted(command->amount);
}

static struct naive_answer create_programme(
    struct naive *world, const Pb__CreateProgramme *programme) {
	world->programmes[world->n_programmes++] = (struct naive_programme){
		.id = world->seq, .code = programme->code, .region = programme->region
	};
	return accepted(0);
}

static struct naive_answer allocate(struct naive *world, const Pb__Allocate *command) {
	struct naive_fund *fund = naive_fund_by_code(world, command->fund);
	struct naive_programme *programme = naive_programme_by_code(world, command->programme);
	if (command->amount <= 0)
		return refused(PB__OUTCOME__AMOUNT_INVALID);
	if (!fund)
		return refused(PB__OUTCOME__FUND_UNKNOWN);
	if (!programme)
		return refused(PB__OUTCOME__PROGRAMME_UNKNOWN);
	if (command->amount > naive_balance(world, PB__ACCOUNT_KIND__FUND_AVAILABLE, fund->id, 0))
		return refused(PB__OUTCOME__FUND_INSUFFICIENT);
	int64_t all = 0;
	for (size_t i = 0; i < world->n_allocations; i++)
		if (world->allocations[i].programme == programme->id)
			all += world->allocations[i].amount;
	if (command->amount > INT64_MAX - all)
		return refused(PB__OUTCOME__OVERFLOW);
	bool is_known = false;
	for (size_t i = 0; i < programme->n_funds; i++)
		is_known = is_known || programme->funds[i] == fund->id;
	if (!is_known)
		programme->funds[programme->n_funds++] = fund->id;
	world->allocations[world->n_allocations++] = (struct naive_allocation){ programme->id,
		naive_year(world->now), command->amount };
	naive_move(world, PB__ACCOUNT_KIND__FUND_AVAILABLE, fund->id, 0, -command->amount);
	naive_move(
	    world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme->id, fund->id, command->amount);
	return accepted(command->amount);
}

static struct naive_answer publish(struct naive *world, const Pb__PublishRules *command) {
	struct naive_programme *programme = naive_programme_by_code(world, command->programme);
	int32_t day = naive_parse_date(command->rules->effective_from);
	uint32_t version = 1;
	bool is_in_order = true;
	for (size_t i = 0; i < world->n_rules; i++)
		if (world->rules[i].programme == programme->id) {
			version++;
			is_in_order = is_in_order && world->rules[i].effective_day <= day;
		}
	if (command->rules->version != version)
		return refused(PB__OUTCOME__RULES_VERSION);
	if (!is_in_order)
		return refused(PB__OUTCOME__RULES_INVALID);
	world->rules[world->n_rules++] = (struct naive_rules){ programme->id, command->rules,
		naive_parse_date(command->rules->effective_from) };
	return accepted(0);
}

static struct naive_answer register_party(struct naive *world, const Pb__RegisterParty *party) {
	world->parties[world->n_parties++] = (struct naive_party){ .id = world->seq,
		.told = party,
		.controller = party->controller[0] ? party->controller : party->code };
	return accepted(0);
}

static struct naive_answer update_party(struct naive *world, const Pb__UpdateParty *update) {
	struct naive_party *party = naive_party_by_code(world, update->code);
	if (!party)
		return refused(update->code[0] ? PB__OUTCOME__PARTY_UNKNOWN : PB__OUTCOME__FIELD_MISSING);
	if (!naive_may_see(world, party->id))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (!update->name[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	Pb__RegisterParty now = *party->told;
	now.region = update->region;
	now.controller = update->controller;
	now.n_attributes = update->n_attributes;
	now.attributes = update->attributes;
	now.n_statuses = update->n_statuses;
	now.statuses = update->statuses;
	now.n_related = update->n_related;
	now.related = update->related;
	party->updated = now;
	party->told = &party->updated;
	party->controller = now.controller[0] ? now.controller : now.code;
	return accepted(0);
}

/* --- agreements --- */

/* Terms have one way of computing, and one that the instrument has. */
static bool are_sound(const Pb__RuleSet *rules, const Pb__Tier *terms) {
	switch (rules->instrument) {
	case PB__INSTRUMENT__INSTRUMENT_VOUCHER:
		return !terms->per_unit &&
		    (!rules->voucher_amount_max || terms->fixed <= rules->voucher_amount_max);
	case PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY: return terms->ratio_bp > 0;
	case PB__INSTRUMENT__INSTRUMENT_GRANT: return terms->fixed > 0;
	default: return terms->ratio_bp == 0;
	}
}

static Pb__Outcome ask_agreement(struct naive *world, const Pb__RecordAgreement *agreement) {
	const struct naive_programme *programme = naive_programme_by_code(world, agreement->programme);
	const struct naive_party *party = naive_party_by_code(world, agreement->party);
	if (!agreement->document[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (naive_parse_date(agreement->until) < naive_parse_date(agreement->from))
		return PB__OUTCOME__FIELD_INVALID;
	if (!naive_may_see(world, party->id))
		return PB__OUTCOME__NOT_IN_REGION;
	if (party->told->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return PB__OUTCOME__PARTY_KIND_WRONG;
	const Pb__RuleSet *rules = naive_rules_in_force(world, programme->id, world->now);
	if (!rules)
		return PB__OUTCOME__RULES_MISSING;
	if (!rules->agreements_allowed)
		return PB__OUTCOME__FIELD_INVALID;
	return are_sound(rules, agreement->terms) ? PB__OUTCOME__OUTCOME_OK
	                                          : PB__OUTCOME__RULES_INVALID;
}

/* The newest counts. */
static struct naive_answer record_agreement(
    struct naive *world, const Pb__RecordAgreement *agreement) {
	Pb__Outcome outcome = ask_agreement(world, agreement);
	if (outcome)
		return refused(outcome);
	uint64_t programme = naive_programme_by_code(world, agreement->programme)->id;
	uint64_t party = naive_party_by_code(world, agreement->party)->id;
	size_t place = 0;
	while (place < world->n_agreements &&
	    (world->agreements[place].programme != programme ||
	        world->agreements[place].party != party))
		place++;
	world->n_agreements += place == world->n_agreements;
	world->agreements[place] = (struct naive_agreement){ programme, party, agreement };
	return accepted(0);
}

static struct naive_answer register_principal(
    struct naive *world, const Pb__RegisterPrincipal *principal) {
	struct naive_party *party = naive_party_by_code(world, principal->party);
	world->principals[world->n_principals++] = (struct naive_principal){ .id = world->seq,
		.party = party ? party->id : 0,
		.person = principal->person,
		.region = principal->region };
	return accepted(0);
}

struct naive_answer naive_setup(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_CREATE_FUND: return create_fund(world, command->create_fund);
	case PB__COMMAND__BODY_APPROPRIATE: return appropriate(world, command->appropriate);
	case PB__COMMAND__BODY_CREATE_PROGRAMME:
		return create_programme(world, command->create_programme);
	case PB__COMMAND__BODY_ALLOCATE: return allocate(world, command->allocate);
	case PB__COMMAND__BODY_PUBLISH_RULES: return publish(world, command->publish_rules);
	case PB__COMMAND__BODY_REGISTER_PARTY: return register_party(world, command->register_party);
	case PB__COMMAND__BODY_UPDATE_PARTY: return update_party(world, command->update_party);
	case PB__COMMAND__BODY_RECORD_AGREEMENT:
		return record_agreement(world, command->record_agreement);
	case PB__COMMAND__BODY_REGISTER_PRINCIPAL:
		return register_principal(world, command->register_principal);
	default: return accepted(0); /* every provider of a world is admitted for everything */
	}
}
