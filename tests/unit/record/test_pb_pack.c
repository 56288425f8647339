/* SPDX-License-Identifier: Apache-2.0 */
/* Our packer beside protobuf-c's: the same bytes, for every message type there is. */
#include "record/pb.h"

#include "fill.h"
#include "support/suite.h"
#include "tests/unit/record/sample.pb-c.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { TYPES_MAX = 512, ROUNDS = 40 };

static const ProtobufCMessageDescriptor *types[TYPES_MAX];

/* Packs behind three bytes of something else, as batches do. */
static void assert_packs_alike(const ProtobufCMessage *message) {
	struct buffer ours;
	size_t bytes = protobuf_c_message_get_packed_size(message);
	uint8_t *theirs = malloc(bytes + 1);
	ck_assert_uint_eq(protobuf_c_message_pack(message, theirs), bytes);
	buffer_init(&ours, 0);
	buffer_append(&ours, "abc", 3);
	pb_pack(message, &ours);
	ck_assert_int_eq(buffer_error(&ours), ERR_OK);
	ck_assert_uint_eq(ours.bytes, 3 + bytes);
	ck_assert_mem_eq(ours.data, "abc", 3);
	ck_assert_msg(memcmp(ours.data + 3, theirs, bytes) == 0, "a %s became other bytes",
	    message->descriptor->name);
	buffer_done(&ours);
	free(theirs);
}

START_TEST(random_messages_of_every_type_become_the_bytes_of_protobuf_c) {
	size_t count = fill_types(&sample__sample__descriptor, types, TYPES_MAX);
	uint64_t seed = 3;
	ck_assert_uint_gt(count, 100);
	for (size_t i = 0; i < count * ROUNDS; i++) {
		struct arena arena;
		arena_init(&arena, 0);
		assert_packs_alike(fill_message(types[i / ROUNDS], &seed, (int)(i % 5) + 1, &arena));
		arena_done(&arena);
	}
}
END_TEST

START_TEST(every_command_becomes_the_bytes_of_protobuf_c) {
	const ProtobufCMessageDescriptor *commands = &pb__command__descriptor;
	uint64_t seed = 4;
	for (unsigned i = 0; i < commands->n_fields * ROUNDS; i++) {
		const ProtobufCFieldDescriptor *body = &commands->fields[i / ROUNDS];
		struct arena arena;
		arena_init(&arena, 0);
		Pb__Uuid id = PB__UUID__INIT;
		Pb__Command command = PB__COMMAND__INIT;
		id.high = fill_below(&seed, UINT64_MAX);
		command.id = &id;
		command.body_case = (Pb__Command__BodyCase)(body->flags ? body->id : 0);
		command.redeem = body->flags
		    ? (Pb__Redeem *)fill_message(body->descriptor, &seed, 4, &arena)
		    : NULL;
		assert_packs_alike(&command.base);
		arena_done(&arena);
	}
}
END_TEST

/* What code may leave in a struct though unpacking does not make it. */
START_TEST(what_is_not_said_packs_as_in_protobuf_c) {
	Sample__Sample sample = SAMPLE__SAMPLE__INIT;
	const char *texts[] = { "a", "" };
	sample.text = NULL;
	sample.n_texts = 2;
	sample.texts = texts;
	sample.first_case = SAMPLE__SAMPLE__FIRST_FIRST_TEXT;
	sample.first_text = NULL;
	assert_packs_alike(&sample.base);
	sample.first_text = protobuf_c_empty_string;
	assert_packs_alike(&sample.base);
	sample.first_text = "";
	assert_packs_alike(&sample.base);
	sample.first_case = SAMPLE__SAMPLE__FIRST_FIRST_CHILD;
	sample.first_child = NULL;
	assert_packs_alike(&sample.base);
	sample.first_case = SAMPLE__SAMPLE__FIRST_FIRST_FLAG;
	sample.first_flag = 0;
	sample.flag = 7; /* true, as C has it */
	assert_packs_alike(&sample.base);
	sample.second_case = SAMPLE__SAMPLE__SECOND_SECOND_DATA;
	sample.second_data = (ProtobufCBinaryData){ 0 };
	assert_packs_alike(&sample.base);
}
END_TEST

/* Around the sizes at which a length takes a byte more, and the room for it grows. */
START_TEST(texts_of_any_length_pack_as_in_protobuf_c) {
	static const size_t around[] = { 0, 127, 128, 508, 512, 1024, 2048, 16384, 2097152 };
	char *text = calloc(1, 2097152 + 16);
	for (size_t i = 0; i < 16 * sizeof(around) / sizeof(around[0]); i++) {
		Sample__Sample child = SAMPLE__SAMPLE__INIT, sample = SAMPLE__SAMPLE__INIT;
		size_t bytes = around[i / 16] + i % 16;
		bytes = bytes < 8 ? 0 : bytes - 8;
		memset(text, 'x', bytes);
		text[bytes] = '\0';
		child.text = text;
		sample.i32 = -1;
		sample.child = &child;
		assert_packs_alike(&sample.base);
	}
	free(text);
}
END_TEST

START_TEST(a_limit_holds_to_the_byte) {
	uint64_t seed = 8;
	for (int round = 0; round < 200; round++) {
		struct arena arena;
		struct buffer buffer;
		arena_init(&arena, 0);
		buffer_init(&buffer, 0);
		buffer_append(&buffer, "abc", 3);
		ProtobufCMessage *message = fill_message(&sample__sample__descriptor, &seed, 3, &arena);
		size_t bytes = protobuf_c_message_get_packed_size(message);
		for (size_t limit = bytes > 40 ? bytes - 40 : 0; limit < bytes; limit++) {
			ck_assert_int_eq(pb_pack_within(message, limit, &buffer), ERR_RANGE);
			ck_assert_int_eq(buffer_error(&buffer), ERR_OK);
			ck_assert_uint_eq(buffer.bytes, 3);
		}
		ck_assert_int_eq(pb_pack_within(message, bytes, &buffer), ERR_OK);
		ck_assert_uint_eq(buffer.bytes, 3 + bytes);
		ck_assert_mem_eq(buffer.data, "abc", 3);
		buffer_done(&buffer);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(a_buffers_own_limit_holds_to_the_byte_and_is_remembered) {
	uint64_t seed = 9;
	for (int round = 0; round < 200; round++) {
		struct arena arena;
		struct buffer exact, small;
		arena_init(&arena, 0);
		ProtobufCMessage *message = fill_message(&sample__sample__descriptor, &seed, 3, &arena);
		size_t bytes = protobuf_c_message_get_packed_size(message);
		buffer_init(&exact, 3 + bytes);
		buffer_init(&small, 2 + bytes);
		buffer_append(&exact, "abc", 3);
		buffer_append(&small, "abc", bytes ? 3 : 2);
		ck_assert_int_eq(pb_pack_within(message, SIZE_MAX, &exact), ERR_OK);
		ck_assert_uint_eq(exact.bytes, 3 + bytes);
		enum err err = pb_pack_within(message, SIZE_MAX, &small);
		ck_assert_int_eq(err, bytes ? ERR_RANGE : ERR_OK);
		ck_assert_int_eq(buffer_error(&small), err);
		ck_assert_int_eq(pb_pack_within(message, SIZE_MAX, &small), err);
		buffer_done(&small);
		buffer_done(&exact);
		arena_done(&arena);
	}
}
END_TEST

SUITE_MAIN("pb_pack", random_messages_of_every_type_become_the_bytes_of_protobuf_c,
    every_command_becomes_the_bytes_of_protobuf_c, what_is_not_said_packs_as_in_protobuf_c,
    texts_of_any_length_pack_as_in_protobuf_c, a_limit_holds_to_the_byte,
    a_buffers_own_limit_holds_to_the_byte_and_is_remembered)
