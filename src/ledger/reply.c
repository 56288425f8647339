/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command is answered. An accepted one is answered from its entry alone, so the first answer
 * and every later one are the same; a refusal is not kept.
 */
#include "base/check.h"
#include "ledger/ledger.h"
#include "ledger/personal.h"
#include "ledger/rows.h"
#include "record/outcome.h"
#include "record/pb.h"

#include <string.h>

uint64_t ledger_find_command(const struct state *state, const Pb__Uuid *id) {
	struct key key = key_of_ids(id->high, id->low);
	const struct id_row *row = STATE_GET(state, TABLE_COMMAND, &key, struct id_row);
	return row ? row->id : 0;
}

static Pb__Reply *reply_new(const Pb__Uuid *id, Pb__Outcome outcome, struct arena *arena) {
	Pb__Reply *reply = ARENA_NEW(arena, Pb__Reply);
	if (!reply)
		return NULL;
	const struct outcome_info *info = outcome_info(outcome);
	pb__reply__init(reply);
	reply->id = (Pb__Uuid *)id;
	reply->outcome = outcome;
	reply->retry = info->retry;
	reply->sentence = info->sentence;
	reply->sentence_zh = info->sentence_zh;
	return reply;
}

Pb__Reply *ledger_reply(const Pb__JournalEntry *entry, struct arena *arena) {
	Pb__Reply *reply = reply_new(entry->command->id, PB__OUTCOME__OUTCOME_OK, arena);
	if (!reply)
		return NULL;
	reply->seq = entry->seq;
	reply->time_us = (int64_t)entry->time_us;
	reply->decision = entry->decision;
	return reply;
}

Pb__Reply *ledger_refuse(
    const Pb__Uuid *id, Pb__Outcome outcome, Pb__Refusal *refusal, struct arena *arena) {
	Pb__Reply *reply = reply_new(id, outcome, arena);
	if (reply)
		reply->refusal = refusal;
	return reply;
}

/* --- replay --- */

static const ProtobufCFieldDescriptor *body_field(const Pb__Command *command) {
	return pb_set_field(&command->base, command->body_case);
}

/* The path of the first field in which the bodies differ; NULL: they are equal. Another kind of
 * command differs by its name. */
static const char *first_difference(
    const Pb__Command *old, const Pb__Command *new, const Pb__Personal *kept, struct arena *arena) {
	const ProtobufCFieldDescriptor *old_field = body_field(old), *new_field = body_field(new);
	if (old->body_case != new->body_case || !old_field || !new_field)
		return new_field ? new_field->name : old_field ? old_field->name : "";
	const ProtobufCMessage *old_body = unseal_body(old, kept, new, arena);
	const ProtobufCMessage *new_body = *(
	    ProtobufCMessage *const *)((const char *)new + new_field->offset);
	return old_body ? pb_first_difference(old_body, new_body, arena) : "";
}

Pb__Reply *ledger_replay(const Pb__JournalEntry *entry, const Pb__Command *command,
    uint64_t principal, const Pb__Personal *kept, struct arena *arena) {
	/* What another principal did with the id is not for this one to learn. */
	if (entry->actor->principal != principal)
		return ledger_refuse(command->id, PB__OUTCOME__ID_REUSED, NULL, arena);

	const char *field = first_difference(entry->command, command, kept, arena);
	if (!field) {
		Pb__Reply *reply = ledger_reply(entry, arena);
		if (reply)
			reply->replayed = true;
		return reply;
	}
	Pb__Refusal *refusal = ARENA_NEW(arena, Pb__Refusal);
	if (!refusal)
		return NULL;
	pb__refusal__init(refusal);
	refusal->field = field;
	return ledger_refuse(command->id, PB__OUTCOME__ID_REUSED, refusal, arena);
}
