/* SPDX-License-Identifier: Apache-2.0 */
/* Parties that change while they hold something, and agreements with them. */
#include "invent.h"
#include "naive_inside.h"

#include "base/date.h"

static const struct naive_party *any_of_all(struct invention *i) {
	return &i->world->parties[invent_below(i, i->world->n_parties)];
}

static Pb__Attribute *staff_of(struct invention *i) {
	INVENT(i, attribute, Attribute);
	attribute->name = "staff";
	attribute->value = 30 + (int64_t)invent_below(i, 90);
	return attribute;
}

/* Another region, controller, size or status; what it is paid to stays. */
void invent_update_party(struct invention *i, Pb__Command *command) {
	static const char *const regions[] = { "110114", "110108", "310115" };
	static const char *const controllers[] = { "", "C1", "C2" };
	const Pb__RegisterParty *told = any_of_all(i)->told;
	INVENT(i, update_party, UpdateParty);
	update_party->code = invent_one_in(i, 30) ? "" : told->code;
	update_party->name = invent_one_in(i, 30) ? "" : "n";
	update_party->region = invent_one_in(i, 3) ? regions[invent_below(i, 3)] : told->region;
	update_party->controller = invent_one_in(i, 2) ? controllers[invent_below(i, 3)]
	                                               : told->controller;
	update_party->attributes = invent_alloc(i, sizeof(*update_party->attributes));
	update_party->attributes[0] = staff_of(i);
	update_party->n_attributes = 1;
	update_party->statuses = told->statuses;
	update_party->n_statuses = invent_one_in(i, 3) ? 0 : told->n_statuses;
	update_party->related = told->related;
	update_party->n_related = invent_one_in(i, 3) ? 0 : told->n_related;
	update_party->bank_account = told->bank_account;
	command->body_case = PB__COMMAND__BODY_UPDATE_PARTY;
	command->update_party = update_party;
}

static const char *day_text(struct invention *i, int32_t day) {
	char date[DATE_TEXT_BYTES];
	date_format(day, date);
	return invent_text(i, "%s", date);
}

/* As the rules in force compute, mostly. */
static Pb__Tier *terms_under(struct invention *i, const Pb__RuleSet *rules) {
	size_t kind = rules && !invent_one_in(i, 10) ? (size_t)rules->instrument : invent_below(i, 5);
	int64_t amount = 1 + (int64_t)invent_below(i, 50000);
	INVENT(i, tier, Tier);
	tier->id = invent_one_in(i, 3) ? 1 : 9;
	tier->name = "agreed";
	tier->per_unit = kind == PB__INSTRUMENT__INSTRUMENT_AWARD ? amount : 0;
	tier->fixed = kind == PB__INSTRUMENT__INSTRUMENT_GRANT || invent_one_in(i, 6) ? amount : 0;
	if (tier->fixed)
		tier->per_unit = 0;
	else if (!tier->per_unit)
		tier->ratio_bp = 1 + (uint32_t)invent_below(i, 10000);
	if (invent_one_in(i, 4))
		tier->provider = PB__LOCALITY__LOCALITY_LOCAL;
	if (invent_one_in(i, 3))
		tier->per_year = amount + (int64_t)invent_below(i, 200000);
	if (invent_one_in(i, 4))
		tier->pool_share_bp = 1 + (uint32_t)invent_below(i, 5000);
	return tier;
}

void invent_agreement(struct invention *i, Pb__Command *command) {
	const struct naive_programme *programme = &i->world->programmes[invent_below(i, 2)];
	int32_t from = naive_day(i->world->now) - 2 + (int32_t)invent_below(i, 5);
	int32_t days = invent_one_in(i, 20) ? -1 : (int32_t)invent_below(i, 20);
	INVENT(i, record_agreement, RecordAgreement);
	record_agreement->programme = programme->code;
	record_agreement->party = any_of_all(i)->told->code;
	record_agreement->document = invent_one_in(i, 20) ? "" : "agreement";
	record_agreement->terms = terms_under(
	    i, naive_rules_in_force(i->world, programme->id, i->world->now));
	record_agreement->caps_waived = invent_one_in(i, 2);
	record_agreement->from = day_text(i, from);
	record_agreement->until = day_text(i, from + days);
	command->body_case = PB__COMMAND__BODY_RECORD_AGREEMENT;
	command->record_agreement = record_agreement;
}
