/* SPDX-License-Identifier: Apache-2.0 */
#include "record/pb.h"

#include "base/limits.h"
#include "base/text.h"
#include "fill.h"
#include "support/suite.h"
#include "tests/unit/record/sample.pb-c.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Unpacks hexadecimal as a Sample. */
static enum err unpack(const char *hex, struct arena *arena, Sample__Sample **ret_sample) {
	uint8_t data[256];
	size_t bytes = strlen(hex) / 2;
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(text_parse_hex(hex, data, bytes), ERR_OK);
	enum err err = pb_unpack(&sample__sample__descriptor, data, bytes, arena, &message);
	ck_assert(err || message);
	*ret_sample = (Sample__Sample *)message;
	return err;
}

START_TEST(what_is_packed_unpacks_to_the_same) {
	uint64_t seed = 1;
	for (int round = 0; round < 300; round++) {
		struct arena arena;
		struct buffer packed, again;
		arena_init(&arena, 0);
		buffer_init(&packed, 0);
		buffer_init(&again, 0);
		ProtobufCMessage *message = fill_message(&sample__sample__descriptor, &seed, 3, &arena),
		                 *back;
		pb_pack(message, &packed);
		ck_assert_int_eq(
		    pb_unpack(message->descriptor, packed.data, packed.bytes, &arena, &back), ERR_OK);
		ck_assert(pb_is_equal(message, back));
		ck_assert_ptr_null(pb_first_difference(message, back, &arena));
		pb_pack(back, &again);
		ck_assert_uint_eq(again.bytes, packed.bytes);
		ck_assert(!again.bytes || memcmp(again.data, packed.data, again.bytes) == 0);
		buffer_done(&again);
		buffer_done(&packed);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(other_encoders_forms_are_understood) {
	struct arena arena;
	Sample__Sample *sample;
	arena_init(&arena, 0);
	ck_assert_int_eq(unpack("", &arena, &sample), ERR_OK);
	ck_assert_str_eq(sample->text, "");
	/* fields out of order, a zero written out, a number in more bytes than it needs */
	ck_assert_int_eq(unpack("6a0161"
	                        "0800"
	                        "20858000",
	                     &arena, &sample),
	    ERR_OK);
	ck_assert_str_eq(sample->text, "a");
	ck_assert_uint_eq(sample->u32, 5);
	/* a list one by one, and in packs */
	ck_assert_int_eq(unpack("c00101"
	                        "c00102",
	                     &arena, &sample),
	    ERR_OK);
	ck_assert_uint_eq(sample->n_u32s, 2);
	ck_assert_uint_eq(sample->u32s[1], 2);
	ck_assert_int_eq(unpack("c201020102"
	                        "c2010103",
	                     &arena, &sample),
	    ERR_OK);
	ck_assert_uint_eq(sample->n_u32s, 3);
	ck_assert_uint_eq(sample->u32s[2], 3);
	/* a negative number and a negative enum value, ten bytes each */
	ck_assert_int_eq(unpack("08ffffffffffffffffff01"
	                        "60ffffffffffffffffff01",
	                     &arena, &sample),
	    ERR_OK);
	ck_assert_int_eq(sample->i32, -1);
	ck_assert_int_eq(sample->colour, SAMPLE__COLOUR__INFRARED);
	arena_done(&arena);
}
END_TEST

START_TEST(anything_loose_is_refused) {
	static const struct {
		const char *why, *hex;
	} cases[] = {
		{ "unknown field",
		    "9806"
		    "01" },
		{ "field number 0", "0001" },
		{ "field number over 32 bits",
		    "888080808080808001"
		    "01" },
		{ "unknown field in a nested message",
		    "c202"
		    "03"
		    "980601" },
		{ "wrong wire type", "0d01000000" },
		{ "text as a number", "6801" },
		{ "group", "0b0c" },
		{ "wire type 6", "0e" },
		{ "a pack for a singular field", "0a0101" },
		{ "no value", "08" },
		{ "a number cut short", "0880" },
		{ "a number of eleven bytes",
		    "3080808080808080808080"
		    "01" },
		{ "a number over 64 bits", "48ffffffffffffffffff02" },
		{ "a fixed number cut short", "2d010000" },
		{ "a fixed number cut short, 64 bits", "5101000000000000" },
		{ "text cut short", "6a0561" },
		{ "a length over the end of memory", "6affffffffffffffffff01" },
		{ "a pack cut short", "c2010201" },
		{ "a pack that ends within a number", "c2010180" },
		{ "a pack of a length that does not divide", "ca0103010000" },
		{ "uint32 over 32 bits", "208080808010" },
		{ "sint32 over 32 bits", "108080808010" },
		{ "int32 over 31 bits", "088080808008" },
		{ "int32 below 31 bits",
		    "08ffffffff07"
		    "00" },
		{ "int32 in a pack over 31 bits", "aa01058080808008" },
		{ "a boolean of 2", "5802" },
		{ "an enum value without a name", "6002" },
		{ "an enum value over 32 bits",
		    "6081808080"
		    "10" },
		{ "an enum value without a name in a pack", "82020102" },
		{ "text that is not UTF-8", "6a01ff" },
		{ "text with NUL", "6a03610062" },
		{ "text that is not UTF-8 in a list", "8a0202c080" },
		{ "a field twice", "08010801" },
		{ "a message twice",
		    "c20200"
		    "c20200" },
		{ "a oneof twice, the same member",
		    "90030190"
		    "0302" },
		{ "a oneof twice, another member",
		    "900301"
		    "9a030161" },
	};
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		Sample__Sample *sample;
		ck_assert_msg(unpack(cases[i].hex, &arena, &sample) == ERR_SYNTAX, "%s", cases[i].why);
	}
	arena_done(&arena);
}
END_TEST

static struct buffer nested(int depth) {
	struct buffer inner;
	buffer_init(&inner, 0);
	for (int i = 1; i < depth; i++) {
		struct buffer outer;
		buffer_init(&outer, 0);
		ck_assert_uint_lt(inner.bytes, 128);
		buffer_append(&outer, "\xc2\x02", 2); /* Sample.child */
		buffer_append_char(&outer, (char)inner.bytes);
		buffer_append(&outer, inner.data, inner.bytes);
		buffer_done(&inner);
		inner = outer;
	}
	return inner;
}

START_TEST(nesting_is_bounded) {
	struct arena arena;
	ProtobufCMessage *message;
	arena_init(&arena, 0);
	struct buffer good = nested(LIMIT_JSON_DEPTH), deep = nested(LIMIT_JSON_DEPTH + 1);
	ck_assert_int_eq(
	    pb_unpack(&sample__sample__descriptor, good.data, good.bytes, &arena, &message), ERR_OK);
	ck_assert_int_eq(
	    pb_unpack(&sample__sample__descriptor, deep.data, deep.bytes, &arena, &message),
	    ERR_SYNTAX);
	buffer_done(&good);
	buffer_done(&deep);
	arena_done(&arena);
}
END_TEST

START_TEST(the_number_of_fields_is_bounded) {
	struct arena arena;
	ProtobufCMessage *message;
	struct buffer batch; /* of empty commands: two bytes each */
	arena_init(&arena, 0);
	buffer_init(&batch, 0);
	for (unsigned i = 0; i < LIMIT_JSON_VALUES; i++)
		buffer_append(&batch, "\x0a\x00", 2);
	ck_assert_int_eq(
	    pb_unpack(&pb__batch__descriptor, batch.data, batch.bytes, &arena, &message), ERR_OK);
	buffer_append(&batch, "\x0a\x00", 2);
	ck_assert_int_eq(
	    pb_unpack(&pb__batch__descriptor, batch.data, batch.bytes, &arena, &message), ERR_RANGE);
	buffer_done(&batch);
	arena_done(&arena);
}
END_TEST

START_TEST(an_exhausted_arena_is_said_so) {
	struct arena large, small;
	struct buffer packed;
	uint64_t seed = 5;
	arena_init(&large, 0);
	arena_init(&small, 512);
	buffer_init(&packed, 0);
	ProtobufCMessage *message = fill_message(&sample__sample__descriptor, &seed, 4, &large),
	                 *back = NULL;
	pb_pack(message, &packed);
	ck_assert_int_eq(
	    pb_unpack(message->descriptor, packed.data, packed.bytes, &small, &back), ERR_MEMORY);
	ck_assert_ptr_null(back);
	ck_assert_ptr_null(pb_new(&sample__sample__descriptor, &small));
	buffer_done(&packed);
	arena_done(&small);
	arena_done(&large);
}
END_TEST

START_TEST(packing_stops_at_the_buffers_limit) {
	struct buffer buffer;
	buffer_init(&buffer, 3);
	Pb__Posting posting = PB__POSTING__INIT;
	posting.owner = 1;
	posting.amount = 1000;
	pb_pack(&posting.base, &buffer);
	ck_assert_int_eq(buffer_error(&buffer), ERR_RANGE);
	buffer_done(&buffer);
}
END_TEST

/* --- comparing --- */

START_TEST(the_first_difference_is_named) {
	static const struct {
		const char *a, *b, *path; /* hexadecimal */
	} cases[] = {
		{ "", "", NULL },
		{ "0800", "", NULL },
		{ "6a00", "", NULL },
		{ "0801", "0802", "i32" },
		{ "0801"
		  "6a0161",
		    "0801"
		    "6a0162",
		    "text" },
		{ "6a026162", "6a0161", "text" },
		{ "7200", "720100", "data" },
		{ "720101", "720102", "data" },
		{ "5801", "", "flag" },
		{ "c2010101", "c201020102", "u32s[1]" },
		{ "c201020102", "c201020103", "u32s[1]" },
		{ "c2010101", "", "u32s[0]" },
		{ "c20200", "", "child" },
		{ "c202020801", "c202020802", "child.i32" },
		{ "ca0200"
		  "ca0205c202020801",
		    "ca0200"
		    "ca0205c202020802",
		    "children[1].child.i32" },
		{ "900301", "900302", "first_number" },
		{ "900300", "9a0300", "first_number" },
		{ "9a0300", "", "first_text" },
		{ "a203020801", "a203020802", "first_child.i32" },
	};
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		Sample__Sample *a, *b;
		ck_assert_int_eq(unpack(cases[i].a, &arena, &a), ERR_OK);
		ck_assert_int_eq(unpack(cases[i].b, &arena, &b), ERR_OK);
		const char *path = pb_first_difference(&a->base, &b->base, &arena);
		ck_assert_pstr_eq(path, cases[i].path);
		ck_assert_pstr_eq(pb_first_difference(&b->base, &a->base, &arena), cases[i].path);
		ck_assert(pb_is_equal(&a->base, &b->base) == !cases[i].path);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(equality_is_that_of_the_packed_bytes) {
	uint64_t seed = 9;
	for (int round = 0; round < 300; round++) {
		struct arena arena;
		struct buffer packed[2];
		ProtobufCMessage *messages[2];
		arena_init(&arena, 0);
		uint64_t start = seed;
		for (int i = 0; i < 2; i++) {
			seed = round % 3 ? start : seed;
			buffer_init(&packed[i], 0);
			messages[i] = fill_message(&pb__command__descriptor, &seed, 4, &arena);
			pb_pack(messages[i], &packed[i]);
		}
		bool are_equal = packed[0].bytes == packed[1].bytes &&
		    memcmp(buffer_string(&packed[0]), buffer_string(&packed[1]), packed[0].bytes) == 0;
		ck_assert(pb_is_equal(messages[0], messages[1]) == are_equal);
		buffer_done(&packed[0]);
		buffer_done(&packed[1]);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(the_set_member_of_a_oneof_is_found) {
	Pb__Command command = PB__COMMAND__INIT;
	ck_assert_ptr_null(pb_set_field(&command.base, command.body_case));
	command.body_case = PB__COMMAND__BODY_REDEEM;
	ck_assert_str_eq(pb_set_field(&command.base, command.body_case)->name, "redeem");
}
END_TEST

SUITE_MAIN("pb", what_is_packed_unpacks_to_the_same, other_encoders_forms_are_understood,
    anything_loose_is_refused, nesting_is_bounded, the_number_of_fields_is_bounded,
    an_exhausted_arena_is_said_so, packing_stops_at_the_buffers_limit,
    the_first_difference_is_named, equality_is_that_of_the_packed_bytes,
    the_set_member_of_a_oneof_is_found)
