/* SPDX-License-Identifier: Apache-2.0 */
/* Funds, programmes, rules, parties, principals, house accounts. */
#include "voucher-audit/decide_case.h"

#include "base/date.h"

/* Of the ledger's table; none is named: its first. */
static uint64_t find_currency(struct deciding *d, const char *code) {
	uint64_t number = code[0] ? model_number(d->m, mark_of_text(MARK_CURRENCY, code)) : 1;
	case_want(d, number > 0, PB__OUTCOME__FIELD_INVALID);
	return number > 0 ? number - 1 : 0;
}

/* --- funds --- */

static bool create_fund(struct deciding *d) {
	find_currency(d, d->command->create_fund->currency);
	d->decision.subject = d->seq;
	return true;
}

static bool appropriate(struct deciding *d) {
	const Pb__Appropriate *command = d->command->appropriate;
	const struct fund *fund = model_fund(d->m, command->fund);
	d->at_stake = command->amount;
	if (!fund)
		return case_unknown(d, PB__OUTCOME__FUND_UNKNOWN);
	case_want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	d->decision.subject = fund->id;
	d->decision.amount = command->amount;
	case_transfer(d, case_fund_account(PB__ACCOUNT_KIND__FUND_APPROPRIATED, fund),
	    case_fund_account(PB__ACCOUNT_KIND__FUND_AVAILABLE, fund), command->amount);
	return true;
}

static bool allocate(struct deciding *d) {
	const Pb__Allocate *command = d->command->allocate;
	const struct fund *fund = model_fund(d->m, command->fund);
	const struct programme *programme = case_find_programme(d, command->programme);
	d->at_stake = command->amount;
	if (!fund || !programme)
		return case_unknown(d, PB__OUTCOME__FUND_UNKNOWN);
	bool has_place = model_fund_place(programme, fund->id) >= 0 ||
	    programme->funds[LIMIT_FUNDS - 1] == 0;
	const struct limit limit = { PB__RULE__RULE_FUND, PB__OUTCOME__FUND_INSUFFICIENT, NULL,
		fund->appropriated, fund->allocated };
	case_want(d, command->amount > 0, PB__OUTCOME__AMOUNT_INVALID);
	case_want(d, has_place, PB__OUTCOME__FUNDS_TOO_MANY);
	case_want(d, fund->currency == programme->currency, PB__OUTCOME__FIELD_INVALID);
	case_weigh(d, &limit, command->amount);
	d->decision.subject = fund->id;
	d->decision.programme = programme->id;
	d->decision.amount = command->amount;
	d->decision.year = case_local_year(d, programme);
	case_transfer(d, case_fund_account(PB__ACCOUNT_KIND__FUND_AVAILABLE, fund),
	    case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, fund->id),
	    command->amount);
	return true;
}

/* --- programmes --- */

static bool create_programme(struct deciding *d) {
	find_currency(d, d->command->create_programme->currency);
	d->decision.programme = d->seq;
	return true;
}

static void want_next_rules(
    struct deciding *d, const struct programme *programme, const Pb__RuleSet *rules) {
	const Pb__RuleSet *last = model_rules(d->m, programme->id, programme->rule_version);
	int32_t day, last_day;
	case_want(d, rules->version == programme->rule_version + 1, PB__OUTCOME__RULES_VERSION);
	case_want(d, date_parse(rules->effective_from, &day) == ERR_OK, PB__OUTCOME__RULES_INVALID);
	if (last && date_parse(rules->effective_from, &day) == ERR_OK &&
	    date_parse(last->effective_from, &last_day) == ERR_OK)
		case_want(d, day >= last_day, PB__OUTCOME__RULES_INVALID);
}

/* All programmes above, by their newest rules; not this one. */
static void name_umbrellas(
    struct deciding *d, const struct programme *programme, const Pb__RuleSet *rules) {
	enum { ABOVE_MAX = LIMIT_UMBRELLAS + 1 };
	if (!rules->part_of[0])
		return;
	const struct programme *above = case_find_programme(d, rules->part_of);
	d->decision.umbrellas = decide_alloc(d->arena, ABOVE_MAX * sizeof(uint64_t));
	for (; above && d->decision.n_umbrellas < ABOVE_MAX;
	     above = case_programme_at(d, above->part_of)) {
		case_want(d, above->id != programme->id, PB__OUTCOME__RULES_INVALID);
		d->decision.umbrellas[d->decision.n_umbrellas++] = above->id;
	}
	case_want(d, d->decision.n_umbrellas <= LIMIT_UMBRELLAS, PB__OUTCOME__RULES_INVALID);
}

static bool publish(struct deciding *d) {
	const Pb__PublishRules *command = d->command->publish_rules;
	const struct programme *programme = case_find_programme(d, command->programme);
	if (!programme || !command->rules)
		return case_unknown(d, PB__OUTCOME__FIELD_MISSING);
	want_next_rules(d, programme, command->rules);
	for (size_t i = 0; i < command->rules->n_fund_shares; i++)
		case_want(d, model_fund(d->m, command->rules->fund_shares[i]->fund) != NULL,
		    PB__OUTCOME__FUND_UNKNOWN);
	name_umbrellas(d, programme, command->rules);
	d->decision.programme = programme->id;
	d->decision.rule_version = command->rules->version;
	return true;
}

static bool admit(struct deciding *d) {
	const Pb__AdmitProvider *command = d->command->admit_provider;
	const struct programme *programme = case_find_programme(d, command->programme);
	const struct party *party = case_find_party(d, command->party);
	if (!programme || !party)
		return false;
	case_want(d, party->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER, PB__OUTCOME__PARTY_KIND_WRONG);
	case_want_in_standing(d, party->id);
	case_want_not_removed(d, programme->id, party->id);
	d->decision.programme = programme->id;
	d->decision.provider = party->id;
	return true;
}

/* --- parties, principals --- */

static bool concerning(struct deciding *d, const char *code) {
	const struct party *party = case_find_party(d, code);
	if (party)
		case_name_party(d, party->id, party->kind);
	return party != NULL;
}

static bool register_principal(struct deciding *d) {
	const Pb__RegisterPrincipal *command = d->command->register_principal;
	const struct party *party = command->party[0] ? case_find_party(d, command->party) : NULL;
	if (command->party[0] && !party)
		return false;
	if (party)
		case_name_party(d, party->id, party->kind);
	d->decision.subject = d->seq;
	return true;
}

static bool register_house(struct deciding *d) {
	const Pb__RegisterHouseAccount *command = d->command->register_house_account;
	uint64_t currency = find_currency(d, command->currency);
	d->decision.subject = d->seq;
	d->decision.house_account = d->seq;
	case_book(d, d->seq, currency, command->opening_balance);
	return true;
}

bool case_setup(struct deciding *d) {
	const Pb__Command *command = d->command;
	switch (command->body_case) {
	case PB__COMMAND__BODY_CREATE_FUND: return create_fund(d);
	case PB__COMMAND__BODY_ROTATE_CHECKPOINT_KEY: d->decision.subject = d->seq; return true;
	case PB__COMMAND__BODY_APPROPRIATE: return appropriate(d);
	case PB__COMMAND__BODY_CREATE_PROGRAMME: return create_programme(d);
	case PB__COMMAND__BODY_ALLOCATE: return allocate(d);
	case PB__COMMAND__BODY_PUBLISH_RULES: return publish(d);
	case PB__COMMAND__BODY_REGISTER_PARTY:
		case_name_party(d, d->seq, command->register_party->kind);
		return true;
	case PB__COMMAND__BODY_UPDATE_PARTY: return concerning(d, command->update_party->code);
	case PB__COMMAND__BODY_ERASE_PERSONAL: return concerning(d, command->erase_personal->party);
	case PB__COMMAND__BODY_ASSIGN_PARTY: return concerning(d, command->assign_party->party);
	case PB__COMMAND__BODY_ADMIT_PROVIDER: return admit(d);
	case PB__COMMAND__BODY_REGISTER_PRINCIPAL: return register_principal(d);
	case PB__COMMAND__BODY_REVOKE_PRINCIPAL:
		d->decision.subject = command->revoke_principal->principal;
		return true;
	default: return register_house(d);
	}
}
