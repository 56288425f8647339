/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/date.h"

#include <string.h>

/* --- the journal --- */

static const Pb__JournalEntry *read_entry(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command, struct arena *arena) {
	const struct history *history = query->view->history;
	const Pb__JournalEntry *entry = history->ops->entry(history->self, seq, arena);
	if (!entry) {
		query->err = ERR_MEMORY;
		return NULL;
	}
	check(command == PB__COMMAND__BODY__NOT_SET ||
	    (entry->command && entry->command->body_case == command));
	return entry;
}

const Pb__JournalEntry *query_entry(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command) {
	return read_entry(query, seq, command, query->arena);
}

const Pb__JournalEntry *query_glance(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command) {
	arena_reset(&query->scratch);
	return read_entry(query, seq, command, &query->scratch);
}

const Pb__JournalEntry *query_recent(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command) {
	if (query->recent_entry && query->recent_seq == seq)
		return query->recent_entry;
	arena_reset(&query->recent);
	query->recent_entry = read_entry(query, seq, command, &query->recent);
	query->recent_seq = seq;
	return query->recent_entry;
}

/* A grant is made by its application, or by the issue that followed it. */
bool query_contract_of(
    struct query *query, const Pb__JournalEntry *entry, struct query_contract *ret_contract) {
	const Pb__Command *command = entry->command;
	check(command);
	if (command->body_case == PB__COMMAND__BODY_RESERVE) {
		const Pb__Reserve *reserve = command->reserve;
		*ret_contract = (struct query_contract){ reserve->contract_number, reserve->category,
			reserve->total, reserve->eligible };
		return true;
	}
	if (command->body_case == PB__COMMAND__BODY_ISSUE) {
		entry = query_entry(query, command->issue->application, PB__COMMAND__BODY_APPLY);
		if (!entry)
			return false;
		command = entry->command;
	}
	check(command->body_case == PB__COMMAND__BODY_APPLY);
	const Pb__Apply *apply = command->apply;
	*ret_contract = (struct query_contract){ apply->contract_number, apply->category, apply->total,
		apply->eligible };
	return true;
}

int64_t query_time_us(struct query *query, uint64_t seq) {
	const Pb__JournalEntry *entry = query_glance(query, seq, PB__COMMAND__BODY__NOT_SET);
	return entry ? (int64_t)entry->time_us : 0;
}

const Pb__Genesis *query_genesis(struct query *query) {
	if (!query->genesis) {
		const Pb__JournalEntry *entry = query_entry(query, 1, PB__COMMAND__BODY__NOT_SET);
		query->genesis = entry ? entry->genesis : NULL;
	}
	return query->genesis;
}

const char *query_currency(struct query *query, uint32_t index) {
	const Pb__Genesis *genesis = query_genesis(query);
	if (!genesis)
		return "";
	check(index < genesis->n_currencies);
	return genesis->currencies[index]->code;
}

/* --- text --- */

const char *query_keep(struct query *query, const char *text) {
	const char *copy = arena_string(query->arena, text, strlen(text));
	if (!copy)
		query->err = ERR_MEMORY;
	return copy ? copy : "";
}

ProtobufCMessage *query_keep_message(struct query *query, const ProtobufCMessage *message) {
	ProtobufCMessage *copy = NULL;
	struct buffer packed;
	buffer_init(&packed, 0);
	pb_pack(message, &packed);
	enum err err = buffer_error(&packed);
	if (!err)
		err = pb_unpack(message->descriptor, packed.data, packed.bytes, query->arena, &copy);
	buffer_done(&packed);
	if (err)
		query->err = err;
	return copy;
}

Pb__Digest *query_keep_digest(struct query *query, const uint8_t hash[DIGEST_BYTES]) {
	Pb__Digest *digest = PB_NEW(Pb__Digest, pb__digest, query->arena);
	uint8_t *copy = arena_copy(query->arena, hash, DIGEST_BYTES);
	if (!digest || !copy) {
		query->err = ERR_MEMORY;
		return NULL;
	}
	digest->value = (ProtobufCBinaryData){ .len = DIGEST_BYTES, .data = copy };
	return digest;
}

const char *query_date(struct query *query, int32_t day) {
	char date[DATE_TEXT_BYTES];
	date_format(day, date);
	return query_keep(query, date);
}

const char *query_period(struct query *query, uint32_t period) {
	const char *text = arena_printf(query->arena, "%04u-%02u", period / 100, period % 100);
	if (!text)
		query->err = ERR_MEMORY;
	return text ? text : "";
}

const Pb__RegisterParty *query_particulars(struct query *query, uint64_t party) {
	const struct state *state = query->view->state;
	struct key key = key_of_id(party);
	size_t bytes;
	const void *row = state->ops->get(state->self, TABLE_PARTICULARS, &key, &bytes);
	check(row);
	ProtobufCMessage *message;
	enum err err = pb_unpack(&pb__register_party__descriptor, row, bytes, query->arena, &message);
	check(err == ERR_OK || err == ERR_MEMORY);
	if (err)
		query->err = err;
	return err ? NULL : (const Pb__RegisterParty *)message;
}

/* --- codes --- */

/* What has a code is known by the number of its entry: no two are the same. */
static struct query_code *code_slot(struct query *query, uint64_t id) {
	return &query->codes[id % QUERY_CODES];
}

static const char *remember(struct query *query, uint64_t id, const char *code) {
	*code_slot(query, id) = (struct query_code){ .id = id, .text = query_keep(query, code) };
	return code_slot(query, id)->text;
}

const char *query_fund_code(struct query *query, uint64_t id) {
	if (!id || code_slot(query, id)->id == id)
		return id ? code_slot(query, id)->text : "";
	const Pb__JournalEntry *entry = query_glance(query, id, PB__COMMAND__BODY_CREATE_FUND);
	return entry ? remember(query, id, entry->command->create_fund->code) : "";
}

const char *query_programme_code(struct query *query, uint64_t id) {
	if (!id || code_slot(query, id)->id == id)
		return id ? code_slot(query, id)->text : "";
	const Pb__JournalEntry *entry = query_glance(query, id, PB__COMMAND__BODY_CREATE_PROGRAMME);
	return entry ? remember(query, id, entry->command->create_programme->code) : "";
}

const char *query_party_code(struct query *query, uint64_t id) {
	if (!id || code_slot(query, id)->id == id)
		return id ? code_slot(query, id)->text : "";
	struct key key = key_of_id(id);
	const struct party_row *row = STATE_GET(
	    query->view->state, TABLE_PARTY, &key, struct party_row);
	check(row);
	return remember(query, id, row->code);
}

const char *query_house_code(struct query *query, uint64_t id) {
	if (!id || code_slot(query, id)->id == id)
		return id ? code_slot(query, id)->text : "";
	struct key key = key_of_id(id);
	const struct house_row *row = STATE_GET(
	    query->view->state, TABLE_HOUSE, &key, struct house_row);
	check(row);
	return remember(query, id, row->code);
}
