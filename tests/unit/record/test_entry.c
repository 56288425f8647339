/* SPDX-License-Identifier: Apache-2.0 */
#include "record/entry.h"

#include "base/limits.h"
#include "fill.h"
#include "record/crc32c.h"
#include "record/pb.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct buffer stored;

static Pb__JournalEntry *sample_entry(void) {
	uint64_t seed = 11;
	arena_init(&arena, 0);
	buffer_init(&stored, 0);
	return (Pb__JournalEntry *)fill_message(&pb__journal_entry__descriptor, &seed, 5, &arena);
}

static void done(void) {
	buffer_done(&stored);
	arena_done(&arena);
}

/* Puts format and CRC before bytes that are no entry. */
static void seal(const void *body, size_t bytes) {
	uint32_t crc = crc32c(body, bytes);
	uint8_t header[ENTRY_HEADER_BYTES] = { ENTRY_FORMAT, (uint8_t)crc, (uint8_t)(crc >> 8),
		(uint8_t)(crc >> 16), (uint8_t)(crc >> 24) };
	buffer_clear(&stored);
	buffer_append(&stored, header, sizeof(header));
	buffer_append(&stored, body, bytes);
}

START_TEST(an_entry_is_format_crc_and_protobuf) {
	Pb__JournalEntry *entry = sample_entry();
	struct buffer packed;
	buffer_init(&packed, 0);
	buffer_append_text(&stored, "before");
	ck_assert_int_eq(entry_encode(entry, &stored), ERR_OK);
	pb_pack(&entry->base, &packed);
	const uint8_t *bytes = (const uint8_t *)stored.data + 6;
	uint32_t crc = crc32c(packed.data, packed.bytes);
	ck_assert_mem_eq(stored.data, "before", 6);
	ck_assert_uint_eq(stored.bytes, 6 + 5 + packed.bytes);
	ck_assert_uint_eq(bytes[0], 1);
	ck_assert_uint_eq(bytes[1] | bytes[2] << 8 | bytes[3] << 16 | (uint32_t)bytes[4] << 24, crc);
	ck_assert_mem_eq(bytes + 5, packed.data, packed.bytes);
	buffer_done(&packed);
	done();
}
END_TEST

START_TEST(a_stored_entry_comes_back) {
	Pb__JournalEntry *entry = sample_entry(), *back = NULL;
	ck_assert_int_eq(entry_encode(entry, &stored), ERR_OK);
	ck_assert_int_eq(entry_verify(stored.data, stored.bytes), ERR_OK);
	ck_assert_int_eq(entry_decode(stored.data, stored.bytes, &arena, &back), ERR_OK);
	ck_assert(pb_is_equal(&entry->base, &back->base));
	done();
}
END_TEST

/* Every command there is, and none. */
START_TEST(a_glance_says_the_command) {
	const ProtobufCMessageDescriptor *commands = &pb__command__descriptor;
	for (unsigned i = 0; i <= commands->n_fields; i++) {
		bool is_body = i < commands->n_fields &&
		    (commands->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF);
		uint32_t wanted = is_body ? commands->fields[i].id : 0, found = 99;
		Pb__Command command = PB__COMMAND__INIT;
		Pb__Uuid id = PB__UUID__INIT;
		Pb__JournalEntry *entry = sample_entry();
		command.id = &id;
		command.body_case = (Pb__Command__BodyCase)wanted;
		if (is_body)
			command.redeem = (Pb__Redeem *)pb_new(commands->fields[i].descriptor, &arena);
		entry->command = i == commands->n_fields ? NULL : &command;
		ck_assert_int_eq(entry_encode(entry, &stored), ERR_OK);
		ck_assert_int_eq(entry_glance(stored.data, stored.bytes, &found), ERR_OK);
		ck_assert_uint_eq(found, wanted);
		stored.data[stored.bytes - 1] ^= 1;
		ck_assert_int_eq(entry_glance(stored.data, stored.bytes, &found), ERR_CORRUPT);
		done();
	}
}
END_TEST

START_TEST(a_glance_at_what_is_no_entry_is_refused) {
	static const struct {
		const char *bytes;
		size_t count;
	} cases[] = { { "\x2a\x05", 2 }, { "\x28\x01", 2 }, { "\x2a\x02\x0a\x05", 4 }, { "\xff", 1 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t found = 99;
		sample_entry();
		seal(cases[i].bytes, cases[i].count);
		ck_assert_int_eq(entry_glance(stored.data, stored.bytes, &found), ERR_CORRUPT);
		ck_assert_uint_eq(found, 99);
		done();
	}
}
END_TEST

START_TEST(any_flipped_bit_is_noticed) {
	Pb__JournalEntry *entry = sample_entry(), *back = NULL;
	ck_assert_int_eq(entry_encode(entry, &stored), ERR_OK);
	for (size_t bit = 0; bit < stored.bytes * 8; bit++) {
		stored.data[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_int_eq(entry_verify(stored.data, stored.bytes), ERR_CORRUPT);
		ck_assert_int_eq(entry_decode(stored.data, stored.bytes, &arena, &back), ERR_CORRUPT);
		stored.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	ck_assert_ptr_null(back);
	done();
}
END_TEST

START_TEST(any_cut_is_noticed) {
	Pb__JournalEntry *entry = sample_entry();
	ck_assert_int_eq(entry_encode(entry, &stored), ERR_OK);
	for (size_t bytes = 0; bytes < stored.bytes; bytes++)
		ck_assert_int_eq(entry_verify(stored.data, bytes), ERR_CORRUPT);
	done();
}
END_TEST

START_TEST(bytes_that_are_no_entry_are_corrupt_even_with_a_good_crc) {
	Pb__JournalEntry *back = NULL;
	sample_entry();
	seal("\x9a\x06\x01x", 4); /* a field that JournalEntry does not have */
	ck_assert_int_eq(entry_verify(stored.data, stored.bytes), ERR_OK);
	ck_assert_int_eq(entry_decode(stored.data, stored.bytes, &arena, &back), ERR_CORRUPT);
	ck_assert_ptr_null(back);
	seal("", 0);
	ck_assert_int_eq(entry_decode(stored.data, stored.bytes, &arena, &back), ERR_OK);
	done();
}
END_TEST

START_TEST(an_entry_has_a_largest_size) {
	char *text = malloc(LIMIT_ENTRY_BYTES);
	Pb__JournalEntry entry = PB__JOURNAL_ENTRY__INIT, *back = NULL;
	Pb__Actor actor = PB__ACTOR__INIT;
	arena_init(&arena, 0);
	buffer_init(&stored, 0);
	entry.actor = &actor;
	actor.person = text;
	/* 5 of header, 4 for the actor's tag and length, 4 for the text's */
	memset(text, 'x', LIMIT_ENTRY_BYTES);
	text[LIMIT_ENTRY_BYTES - 13] = '\0';
	ck_assert_int_eq(entry_encode(&entry, &stored), ERR_OK);
	ck_assert_uint_eq(stored.bytes, LIMIT_ENTRY_BYTES);
	ck_assert_int_eq(entry_decode(stored.data, stored.bytes, &arena, &back), ERR_OK);
	buffer_clear(&stored);
	text[LIMIT_ENTRY_BYTES - 13] = 'x';
	text[LIMIT_ENTRY_BYTES - 12] = '\0';
	ck_assert_int_eq(entry_encode(&entry, &stored), ERR_RANGE);
	ck_assert_uint_eq(stored.bytes, 0);
	ck_assert_int_eq(buffer_error(&stored), ERR_OK);
	free(text);
	done();
}
END_TEST

START_TEST(a_full_buffer_or_arena_is_said_so) {
	Pb__JournalEntry *entry = sample_entry(), *back = NULL;
	struct buffer small;
	struct arena little;
	buffer_init(&small, 20);
	arena_init(&little, 64);
	ck_assert_int_eq(entry_encode(entry, &small), ERR_RANGE);
	ck_assert_int_eq(entry_encode(entry, &stored), ERR_OK);
	ck_assert_int_eq(entry_decode(stored.data, stored.bytes, &little, &back), ERR_MEMORY);
	ck_assert_ptr_null(back);
	arena_done(&little);
	buffer_done(&small);
	done();
}
END_TEST

SUITE_MAIN("entry", an_entry_is_format_crc_and_protobuf, a_stored_entry_comes_back,
    a_glance_says_the_command, a_glance_at_what_is_no_entry_is_refused, any_flipped_bit_is_noticed,
    any_cut_is_noticed, bytes_that_are_no_entry_are_corrupt_even_with_a_good_crc,
    an_entry_has_a_largest_size, a_full_buffer_or_arena_is_said_so)
