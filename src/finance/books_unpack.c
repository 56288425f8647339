/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most of an entry is its decision, of which books want one number, and its command, of which they
 * want what makes accounts or cites a document. So the entry is first copied without the rest: what
 * is left out is skipped by its length, and never unpacked.
 */
#include "finance/books.h"

#include "record/pb.h"
#include "record/token.h"

#include <string.h>

/* JournalEntry and Decision in proto/voucher/v1 */
enum {
	ENTRY_LEDGER_ID = 3,
	ENTRY_COMMAND = 5,
	ENTRY_DECISION = 6,
	COMMAND_ID = 1,
	DECISION_PROGRAMME = 7,
};

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

/* Whether books look into a command: chart_learn(), and `document`. */
static bool is_wanted(uint32_t body_case) {
	switch (body_case) {
	case COMMAND_ID:
	case PB__COMMAND__BODY_CREATE_FUND:
	case PB__COMMAND__BODY_CREATE_PROGRAMME:
	case PB__COMMAND__BODY_REGISTER_PARTY:
	case PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT:
	case PB__COMMAND__BODY_APPROPRIATE:
	case PB__COMMAND__BODY_ASSESS_PARTY:
	case PB__COMMAND__BODY_RECORD_AGREEMENT: return true;
	default: return false;
	}
}

/* Of what is copied of a field of the command: all, or its tag and a length of nought. */
static size_t kept_bytes(const struct field *field) {
	const uint8_t *at = field->begin;
	if (field->token.wire != WIRE_BYTES || is_wanted(field->token.number))
		return (size_t)(field->end - at);
	while (*at++ >= 0x80)
		;
	return (size_t)(at - field->begin) + 1;
}

static uint8_t *copy_length(uint8_t *to, size_t bytes) {
	for (; bytes >= 0x80; bytes >>= 7)
		*to++ = (uint8_t)(bytes | 0x80);
	*to++ = (uint8_t)bytes;
	return to;
}

/* NULL: the bytes are none. What is copied is never longer than what there was. */
static uint8_t *copy_command(uint8_t *to, struct token_reader command) {
	struct token_reader ahead = command;
	struct field field;
	size_t bytes = 0;
	while (ahead.next < ahead.end) {
		if (!read_field(&ahead, &field))
			return NULL;
		bytes += kept_bytes(&field);
	}
	*to++ = LENGTH_DELIMITED(ENTRY_COMMAND);
	to = copy_length(to, bytes);
	while (command.next < command.end && read_field(&command, &field)) {
		size_t kept = kept_bytes(&field);
		bool is_whole = kept == (size_t)(field.end - field.begin);
		memcpy(to, field.begin, is_whole ? kept : kept - 1);
		to += kept;
		if (!is_whole)
			to[-1] = 0;
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
		else if (field.token.number == ENTRY_COMMAND && field.token.wire == WIRE_BYTES)
			to = copy_command(to, field.token.bytes);
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
