/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/model.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/date.h"
#include "record/pb.h"

#include <stdlib.h>
#include <string.h>

/* Rule sets as they were unpacked, in the order of model.rules. */
struct model_cache {
	struct arena arena;
	const Pb__RuleSet **sets;
	size_t count, room;
	struct buffer packed;
};

/* --- open --- */

static enum err open_tables(struct model *model, struct store *store) {
	const struct {
		const char *name;
		size_t row_bytes;
		struct table *table;
	} tables[] = {
		{ "ledger", sizeof(struct ledger_row), &model->ledgers },
		{ "texts", 1, &model->texts },
		{ "messages", 1, &model->messages },
		{ "rules", sizeof(struct rules_row), &model->rules },
		{ "invoices", sizeof(struct mark), &model->invoices },
		{ "payments", sizeof(struct payment), &model->payments },
		{ "payment-claims", sizeof(uint64_t), &model->payment_claims },
		{ "nettings", sizeof(struct netting), &model->nettings },
		{ "targets", sizeof(struct target), &model->targets },
		{ "lines", sizeof(struct bank_line), &model->lines },
	};
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < sizeof(tables) / sizeof(tables[0]); i++)
		err = store_table(store, tables[i].name, tables[i].row_bytes, tables[i].table);
	return err;
}

static enum err open_objects(struct model *model, struct store *store) {
	const struct {
		const char *name;
		size_t row_bytes;
		struct objects *objects;
	} kinds[] = {
		{ "funds", sizeof(struct fund), &model->funds },
		{ "programmes", sizeof(struct programme), &model->programmes },
		{ "parties", sizeof(struct party), &model->parties },
		{ "applications", sizeof(struct application), &model->applications },
		{ "vouchers", sizeof(struct voucher), &model->vouchers },
		{ "reservations", sizeof(struct reservation), &model->reservations },
		{ "claims", sizeof(struct claim), &model->claims },
		{ "settlements", sizeof(struct settlement), &model->settlements },
		{ "clawbacks", sizeof(struct clawback), &model->clawbacks },
		{ "houses", sizeof(struct house), &model->houses },
		{ "statements", sizeof(struct statement), &model->statements },
	};
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		err = objects_open(kinds[i].objects, store, kinds[i].name, kinds[i].row_bytes);
	return err;
}

static enum err open_maps(struct model *model, struct store *store) {
	const struct {
		const char *name;
		size_t row_bytes;
		struct map *map;
	} maps[] = {
		{ "principals", sizeof(struct principal), &model->principals },
		{ "accounts", sizeof(struct account), &model->accounts },
		{ "numbers", sizeof(uint64_t), &model->numbers },
		{ "standings", sizeof(struct standing), &model->standings },
		{ "periods", sizeof(struct period), &model->periods },
	};
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < sizeof(maps) / sizeof(maps[0]); i++)
		err = map_open(maps[i].map, store, maps[i].name, maps[i].row_bytes);
	return err;
}

enum err model_open(struct model *model, struct store *store) {
	*model = (struct model){ .store = store };
	enum err err = open_tables(model, store);
	if (!err)
		err = open_objects(model, store);
	if (!err)
		err = open_maps(model, store);
	if (err)
		return err;
	model->cache = calloc(1, sizeof(*model->cache));
	if (!model->cache)
		return ERR_MEMORY;
	arena_init(&model->cache->arena, 0);
	buffer_init(&model->cache->packed, 0);
	if (model->ledgers.count == 0) {
		struct ledger_row *fresh = table_add(&model->ledgers);
		fresh->closed_until = INT32_MIN;
	}
	model->ledger = table_row(&model->ledgers, 0);
	return ERR_OK;
}

void model_close(struct model *model) {
	struct model_cache *cache = model->cache;
	if (!cache)
		return;
	arena_done(&cache->arena);
	buffer_done(&cache->packed);
	free(cache->sets);
	free(cache);
	model->cache = NULL;
}

/* --- texts and messages: places are counted from 1 --- */

uint64_t model_keep_text(struct model *model, const char *text) {
	return *text ? table_append(&model->texts, text, strlen(text) + 1) + 1 : 0;
}

const char *model_text(const struct model *model, uint64_t text) {
	return text ? model->texts.rows + (text - 1) : "";
}

uint64_t model_keep_message(struct model *model, const ProtobufCMessage *message) {
	struct buffer *packed = &model->cache->packed;
	buffer_clear(packed);
	pb_pack(message, packed);
	if (buffer_error(packed))
		table_die("memory");
	uint64_t bytes = packed->bytes;
	uint64_t at = table_append(&model->messages, &bytes, sizeof(bytes));
	table_append(&model->messages, packed->data, packed->bytes);
	return at + 1;
}

ProtobufCMessage *model_message(const struct model *model, uint64_t message,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena) {
	if (!message)
		return NULL;
	const char *at = model->messages.rows + (message - 1);
	uint64_t bytes;
	ProtobufCMessage *unpacked = NULL;
	memcpy(&bytes, at, sizeof(bytes));
	if (pb_unpack(descriptor, at + sizeof(bytes), bytes, arena, &unpacked) != ERR_OK)
		table_die("memory");
	return unpacked;
}

/* --- numbers --- */

uint64_t model_number(const struct model *model, struct mark key) {
	const uint64_t *number = map_find(&model->numbers, key);
	return number ? *number : 0;
}

void model_set_number(struct model *model, struct mark key, uint64_t number) {
	uint64_t *row = map_put(&model->numbers, key);
	*row = number;
}

/* --- objects --- */

static uint64_t id_of_code(const struct model *model, enum mark_kind kind, const char *code) {
	return model_number(model, mark_of_text(kind, code));
}

struct fund *model_fund(const struct model *model, const char *code) {
	return objects_find(&model->funds, id_of_code(model, MARK_FUND, code));
}

struct programme *model_programme(const struct model *model, const char *code) {
	return objects_find(&model->programmes, id_of_code(model, MARK_PROGRAMME, code));
}

struct party *model_party(const struct model *model, const char *code) {
	return objects_find(&model->parties, id_of_code(model, MARK_PARTY, code));
}

struct house *model_house(const struct model *model, const char *code) {
	return objects_find(&model->houses, id_of_code(model, MARK_HOUSE, code));
}

struct principal *model_principal(const struct model *model, uint64_t id) {
	return map_find(&model->principals, mark_of_numbers(MARK_PRINCIPAL, id, 0, 0));
}

struct payment *model_payment(const struct model *model, uint64_t settlement, uint32_t number) {
	const struct settlement *s = objects_find(&model->settlements, settlement);
	if (!s || number == 0 || number > s->n_payments)
		return NULL;
	return table_row(&model->payments, s->payments + number - 1);
}

struct bank_line *model_line(const struct model *model, uint64_t house, uint64_t number) {
	uint64_t place = model_number(model, mark_of_numbers(MARK_LINE, house, number, 0));
	return place ? table_row(&model->lines, place - 1) : NULL;
}

struct standing *model_standing(const struct model *model, uint64_t programme, uint64_t party) {
	return map_find(&model->standings, mark_of_numbers(MARK_STANDING, programme, party, 0));
}

const Pb__RegisterParty *model_told(
    const struct model *model, const struct party *party, struct arena *arena) {
	return (const Pb__RegisterParty *)model_message(
	    model, party->told, &pb__register_party__descriptor, arena);
}

const Pb__AdmitProvider *model_admission(
    const struct model *model, uint64_t programme, uint64_t party, struct arena *arena) {
	uint64_t message = model_number(model, mark_of_numbers(MARK_ADMISSION, programme, party, 0));
	return (const Pb__AdmitProvider *)model_message(
	    model, message, &pb__admit_provider__descriptor, arena);
}

const Pb__RecordAgreement *model_agreement(
    const struct model *model, uint64_t programme, uint64_t party, struct arena *arena) {
	uint64_t message = model_number(model, mark_of_numbers(MARK_AGREEMENT, programme, party, 0));
	return (const Pb__RecordAgreement *)model_message(
	    model, message, &pb__record_agreement__descriptor, arena);
}

/* --- rules --- */

static const Pb__RuleSet *unpack_rules(struct model *model, uint64_t place) {
	struct model_cache *cache = model->cache;
	if (place >= cache->room) {
		size_t room = 2 * place + 16;
		const Pb__RuleSet **sets = realloc(cache->sets, room * sizeof(*sets));
		if (!sets)
			table_die("memory");
		memset(sets + cache->room, 0, (room - cache->room) * sizeof(*sets));
		cache->sets = sets;
		cache->room = room;
	}
	const struct rules_row *row = table_row(&model->rules, place);
	if (!cache->sets[place])
		cache->sets[place] = (const Pb__RuleSet *)model_message(
		    model, row->message, &pb__rule_set__descriptor, &cache->arena);
	return cache->sets[place];
}

const Pb__RuleSet *model_rules(struct model *model, uint64_t programme, uint32_t version) {
	uint64_t place = model_number(model, mark_of_numbers(MARK_RULES, programme, version, 0));
	return place ? unpack_rules(model, place - 1) : NULL;
}

const Pb__RuleSet *model_rules_in_force(
    struct model *model, const struct programme *programme, int64_t time_us) {
	int32_t today = date_local_day(time_us, programme->utc_offset_minutes);
	for (uint32_t version = programme->rule_version; version > 0; version--) {
		uint64_t place = model_number(
		    model, mark_of_numbers(MARK_RULES, programme->id, version, 0));
		const struct rules_row *row = place ? table_row(&model->rules, place - 1) : NULL;
		if (row && row->effective_day <= today)
			return unpack_rules(model, place - 1);
	}
	return NULL;
}

/* --- money --- */

int64_t model_balance(
    const struct model *model, Pb__AccountKind kind, uint64_t owner, uint64_t party) {
	const struct account *account = map_find(
	    &model->accounts, mark_of_numbers(MARK_ACCOUNT, kind, owner, party));
	return account ? account->balance : 0;
}

int model_fund_place(const struct programme *programme, uint64_t fund) {
	for (int i = 0; i < LIMIT_FUNDS; i++)
		if (fund && programme->funds[i] == fund)
			return i;
	return -1;
}
