/* SPDX-License-Identifier: Apache-2.0 */
/* Funds, programmes and their rules, principals. */
#include "base/date.h"
#include "voucher-audit/learn.h"

#define GENESIS_PRINCIPAL (UINT64_C(1) << 56) /* | 1, 2, … (journal.proto) */
#define DAEMON_PRINCIPAL  (UINT64_C(1) << 57)
#define DAEMON_PERSON     "voucherd"

static uint64_t currency_of(const struct model *model, const char *code) {
	uint64_t place = *code ? model_number(model, mark_of_text(MARK_CURRENCY, code)) : 1;
	return place ? place - 1 : 0;
}

/* --- principals --- */

static uint64_t person_of(struct model *model, const char *name, uint64_t id) {
	struct mark key = mark_of_text(MARK_PERSON, name);
	uint64_t known = model_number(model, key);
	if (!known)
		model_set_number(model, key, id);
	return known ? known : id;
}

static void keep_credential(struct model *model, const Pb__Digest *credential, uint64_t id) {
	if (credential)
		model_set_number(
		    model, mark_of(MARK_CREDENTIAL, credential->value.data, credential->value.len), id);
}

static void keep_principal(
    struct model *model, uint64_t id, const Pb__RegisterPrincipal *told, uint64_t party) {
	struct principal *row = map_put(&model->principals, mark_of_numbers(MARK_PRINCIPAL, id, 0, 0));
	*row = (struct principal){ .id = id, .party = party };
	for (size_t i = 0; i < told->n_roles; i++)
		row->roles |= UINT32_C(1) << ((unsigned)told->roles[i] & 31);
	row->person = person_of(model, told->person, id);
	row->name = model_keep_text(model, told->person);
	row->region = model_keep_text(model, told->region);
	keep_credential(model, told->token ? told->token : told->certificate_spki, id);
	model->ledger->admins += (row->roles >> PB__ROLE__ROLE_ADMIN) & 1;
}

void learn_genesis(struct look *look) {
	const Pb__Genesis *genesis = look->entry->genesis;
	struct model *model = look->model;
	static const Pb__RegisterPrincipal nobody = PB__REGISTER_PRINCIPAL__INIT;
	Pb__RegisterPrincipal daemon = nobody;
	daemon.person = DAEMON_PERSON;
	model->ledger->name = model_keep_text(model, genesis->name);
	model->ledger->genesis = model_keep_message(model, &genesis->base);
	model->ledger->currencies = genesis->n_currencies;
	for (size_t i = 0; i < genesis->n_currencies; i++)
		model_set_number(model, mark_of_text(MARK_CURRENCY, genesis->currencies[i]->code), i + 1);
	keep_principal(model, DAEMON_PRINCIPAL, &daemon, 0);
	for (size_t i = 0; i < genesis->n_administrators; i++)
		keep_principal(model, GENESIS_PRINCIPAL | (i + 1), genesis->administrators[i], 0);
}

void learn_register_principal(struct look *look) {
	const Pb__RegisterPrincipal *told = look->command->register_principal;
	const struct party *party = *told->party ? model_party(look->model, told->party) : NULL;
	keep_principal(look->model, look->seq, told, party ? party->id : 0);
}

void learn_revoke_principal(struct look *look) {
	struct principal *row = model_principal(
	    look->model, look->command->revoke_principal->principal);
	if (!row || row->is_revoked)
		return;
	row->is_revoked = 1;
	look->model->ledger->admins -= (row->roles >> PB__ROLE__ROLE_ADMIN) & 1;
}

/* --- funds and programmes --- */

void learn_create_fund(struct look *look) {
	const Pb__CreateFund *told = look->command->create_fund;
	struct fund *row = objects_add(&look->model->funds, look->seq);
	if (!row)
		return;
	row->code = model_keep_text(look->model, told->code);
	row->currency = currency_of(look->model, told->currency);
	model_set_number(look->model, mark_of_text(MARK_FUND, told->code), look->seq);
}

void learn_create_programme(struct look *look) {
	const Pb__CreateProgramme *told = look->command->create_programme;
	struct programme *row = objects_add(&look->model->programmes, look->seq);
	if (!row)
		return;
	row->code = model_keep_text(look->model, told->code);
	row->region = model_keep_text(look->model, told->region);
	row->currency = currency_of(look->model, told->currency);
	row->utc_offset_minutes = told->utc_offset_minutes;
	model_set_number(look->model, mark_of_text(MARK_PROGRAMME, told->code), look->seq);
}

static void join_funds(struct programme *programme, uint64_t fund) {
	size_t place = 0;
	while (place < LIMIT_FUNDS && programme->funds[place] && programme->funds[place] != fund)
		place++;
	if (place < LIMIT_FUNDS)
		programme->funds[place] = fund;
}

void learn_allocate(struct look *look) {
	const Pb__Allocate *told = look->command->allocate;
	struct fund *fund = model_fund(look->model, told->fund);
	struct programme *programme = model_programme(look->model, told->programme);
	if (fund)
		learn_count(&fund->allocated, look->decision->amount);
	if (programme)
		learn_count(&programme->allocated, look->decision->amount);
	if (fund && programme)
		join_funds(programme, fund->id);
}

void learn_publish_rules(struct look *look) {
	const Pb__PublishRules *told = look->command->publish_rules;
	struct model *model = look->model;
	struct programme *programme = model_programme(model, told->programme);
	int32_t day = 0;
	if (!programme || !told->rules || date_parse(told->rules->effective_from, &day) != ERR_OK)
		return;
	struct rules_row *row = table_add(&model->rules);
	*row = (struct rules_row){
		.programme = programme->id,
		.message = model_keep_message(model, &told->rules->base),
		.version = told->rules->version,
		.effective_day = day,
		.seq = look->seq,
	};
	struct mark key = mark_of_numbers(MARK_RULES, programme->id, row->version, 0);
	model_set_number(model, key, model->rules.count);
	programme->rule_version = row->version;
	const struct programme *above = *told->rules->part_of
	    ? model_programme(model, told->rules->part_of)
	    : NULL;
	programme->part_of = above ? above->id : 0;
}

static void keep_message_of(struct look *look, enum mark_kind kind, const char *programme_code,
    const char *party_code, const ProtobufCMessage *message) {
	const struct programme *programme = model_programme(look->model, programme_code);
	const struct party *party = model_party(look->model, party_code);
	if (programme && party)
		model_set_number(look->model, mark_of_numbers(kind, programme->id, party->id, 0),
		    model_keep_message(look->model, message));
}

void learn_admit_provider(struct look *look) {
	const Pb__AdmitProvider *told = look->command->admit_provider;
	keep_message_of(look, MARK_ADMISSION, told->programme, told->party, &told->base);
}

void learn_record_agreement(struct look *look) {
	const Pb__RecordAgreement *told = look->command->record_agreement;
	keep_message_of(look, MARK_AGREEMENT, told->programme, told->party, &told->base);
}
