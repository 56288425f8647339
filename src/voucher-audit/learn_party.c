/* SPDX-License-Identifier: Apache-2.0 */
/* Parties: who they are, and whether they may act. */
#include "base/date.h"
#include "base/text.h"
#include "record/pb.h"
#include "voucher-audit/learn.h"

#include <string.h>

#define CHINA_UTC_OFFSET_MINUTES 480 /* of days that belong to no programme */

/* The parties of one controller are known by the first that named it, or was it. A code in
 * full-width characters is the same one. */
static uint64_t controller_of(struct look *look, const Pb__RegisterParty *told) {
	char text[512];
	const char *code = *told->controller ? told->controller : told->code;
	if (strlen(code) >= sizeof(text))
		return 0;
	strcpy(text, code);
	if (*told->controller)
		text_normalise(text);
	struct mark key = mark_of_text(MARK_CONTROLLER, *text ? text : told->code);
	uint64_t known = model_number(look->model, key);
	if (!known)
		model_set_number(look->model, key, look->seq);
	return known ? known : look->seq;
}

static void tell(struct look *look, struct party *row, const Pb__RegisterParty *told) {
	struct model *model = look->model;
	const Pb__Digest *commitment = told->personal_commitment;
	row->told = model_keep_message(model, &told->base);
	row->region = model_keep_text(model, told->region);
	row->has_account = told->bank_account != NULL;
	row->has_commitment = commitment && commitment->value.len == sizeof(row->commitment);
	memset(row->commitment, 0, sizeof(row->commitment));
	if (row->has_commitment)
		memcpy(row->commitment, commitment->value.data, sizeof(row->commitment));
}

void learn_register_party(struct look *look) {
	const Pb__RegisterParty *told = look->command->register_party;
	struct party *row = objects_add(&look->model->parties, look->seq);
	if (!row)
		return;
	row->code = model_keep_text(look->model, told->code);
	row->kind = told->kind;
	row->controller = controller_of(look, told);
	tell(look, row, told);
	model_set_number(look->model, mark_of_text(MARK_PARTY, told->code), look->seq);
}

void learn_update_party(struct look *look) {
	const Pb__UpdateParty *update = look->command->update_party;
	struct party *row = model_party(look->model, update->code);
	const Pb__RegisterParty *old = row ? model_told(look->model, row, look->arena) : NULL;
	if (!old)
		return;
	Pb__RegisterParty told = *old;
	told.name = update->name;
	told.region = update->region;
	told.n_attributes = update->n_attributes;
	told.attributes = update->attributes;
	told.n_statuses = update->n_statuses;
	told.statuses = update->statuses;
	told.controller = update->controller;
	told.n_related = update->n_related;
	told.related = update->related;
	told.bank_account = update->bank_account;
	if (update->personal_commitment) {
		told.personal_commitment = update->personal_commitment;
		told.personal_account = update->personal_account;
	}
	row->controller = controller_of(look, &told);
	tell(look, row, &told);
}

void learn_erase_personal(struct look *look) {
	struct party *row = model_party(look->model, look->command->erase_personal->party);
	const Pb__RegisterParty *old = row ? model_told(look->model, row, look->arena) : NULL;
	if (!old)
		return;
	Pb__RegisterParty told = *old;
	told.personal_commitment = NULL;
	told.personal_account = false;
	tell(look, row, &told);
}

void learn_suspend_party(struct look *look) {
	struct party *row = model_party(look->model, look->command->suspend_party->party);
	if (row)
		row->suspended = 1;
}

void learn_reinstate_party(struct look *look) {
	struct party *row = model_party(look->model, look->command->reinstate_party->party);
	if (!row)
		return;
	row->suspended = 0;
	row->blacklisted_until_us = 0;
}

void learn_blacklist_party(struct look *look) {
	const Pb__BlacklistParty *told = look->command->blacklist_party;
	struct party *row = model_party(look->model, told->party);
	int32_t day;
	if (!row)
		return;
	row->blacklisted_until_us = INT64_MAX;
	if (*told->until && date_parse(told->until, &day) == ERR_OK)
		row->blacklisted_until_us = date_day_start_us(day + 1, CHINA_UTC_OFFSET_MINUTES);
}

void learn_assess_party(struct look *look) {
	const Pb__AssessParty *told = look->command->assess_party;
	const struct programme *programme = model_programme(look->model, told->programme);
	const struct party *party = model_party(look->model, told->party);
	if (!programme || !party)
		return;
	struct standing *row = map_put(
	    &look->model->standings, mark_of_numbers(MARK_STANDING, programme->id, party->id, 0));
	row->assessed_year = look->decision->year;
	row->failures = look->decision->failures;
	row->is_removed |= look->decision->removed;
}
