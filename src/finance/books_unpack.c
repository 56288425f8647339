/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most of an entry is its decision, of which books want one number. So the entry is first copied
 * without the rest: what is between is skipped by its length, and never unpacked.
 */
#include "finance/books.h"

#include "record/pb.h"
#include "record/token.h"

#include <string.h>

/* JournalEntry and Decision in proto/voucher/v1 */
enum { ENTRY_LEDGER_ID = 3, ENTRY_DECISION = 6, DECISION_PROGRAMME = 7 };

#define LENGTH_DELIMITED(field) (uint8_t)((field) << 3 | WIRE_BYTES)

struct field {
	struct token token;
	const uint8_t *begin, *end; /* all of it, its tag included */
};

static bool read_field(struct token_reader *reader, struct field *ret_field) {
	ret_field->begin = reader->next;
	bool is_read = token_read(reader, &ret_field->token);
	ret_field->end = reader->next;
	return is_read;
}

static uint8_t *copy_field(uint8_t *to, const struct field *field) {
	size_t bytes = (size_t)(field->end - field->begin);
	memcpy(to, field->begin, bytes);
	return to + bytes;
}

/* A decision that says the programme, or nothing. NULL: the bytes are none. A number takes at most
 * 11 bytes with its tag, so that one byte holds the length. */
static uint8_t *copy_decision(uint8_t *to, struct token_reader decision) {
	while (decision.next < decision.end) {
		struct field field;
		if (!read_field(&decision, &field))
			return NULL;
		if (field.token.number != DECISION_PROGRAMME || field.token.wire != WIRE_VARINT)
			continue;
		*to++ = LENGTH_DELIMITED(ENTRY_DECISION);
		*to++ = (uint8_t)(field.end - field.begin);
		return copy_field(to, &field);
	}
	return to;
}

enum err books_unpack(
    const void *data, size_t bytes, struct arena *arena, Pb__JournalEntry **ret_entry) {
	struct token_reader reader = { data, (const uint8_t *)data + bytes };
	uint8_t *copy = arena_alloc(arena, bytes), *to = copy;
	ProtobufCMessage *message = NULL;
	if (!copy)
		return ERR_MEMORY;
	while (reader.next < reader.end) {
		struct field field;
		if (!read_field(&reader, &field))
			return ERR_SYNTAX;
		if (field.token.number == ENTRY_DECISION && field.token.wire == WIRE_BYTES)
			to = copy_decision(to, field.token.bytes);
		else if (field.token.number != ENTRY_LEDGER_ID)
			to = copy_field(to, &field);
		if (!to)
			return ERR_SYNTAX;
	}
	enum err err = pb_unpack(
	    &pb__journal_entry__descriptor, copy, (size_t)(to - copy), arena, &message);
	if (!err)
		*ret_entry = (Pb__JournalEntry *)message;
	return err;
}
