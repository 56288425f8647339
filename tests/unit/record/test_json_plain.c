/* SPDX-License-Identifier: Apache-2.0 */
/* The two ways of reading JSON: what the one in one pass takes, jansson's reads as the same. */
#include "record/json_plain.h"

#include "base/limits.h"
#include "fill.h"
#include "record/pb.h"
#include "support/suite.h"
#include "tests/unit/record/sample.pb-c.h"
#include "voucher/v1/command.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TYPES_MAX = 512, ROUNDS = 20, CHANGES = 10, BYTES_MAX = 1 << 16 };

static const ProtobufCMessageDescriptor *types[TYPES_MAX];

/* Whether it was plain. The text has memory of its own, so that a sanitizer sees a read beyond. */
static bool reads_alike(const ProtobufCMessageDescriptor *type, const char *text, size_t bytes) {
	struct arena arena;
	struct json_error error;
	ProtobufCMessage *plain = NULL, *any;
	char *copy = malloc(bytes ? bytes : 1);
	ck_assert_ptr_nonnull(copy);
	if (bytes)
		memcpy(copy, text, bytes);
	arena_init(&arena, 0);
	bool is_plain = json_decode_plain(type, copy, bytes, &arena, &plain);
	ck_assert(is_plain || !plain);
	if (is_plain) {
		enum err err = json_decode_any(type, copy, bytes, &arena, &any, &error);
		ck_assert_msg(
		    !err, "%s: %s: %s\n%.*s", type->name, error.path, error.reason, (int)bytes, text);
		const char *path = pb_first_difference(any, plain, &arena);
		ck_assert_msg(!path, "a %s differs in %s\n%.*s", type->name, path, (int)bytes, text);
		ck_assert(protobuf_c_message_check(plain));
	}
	free(copy);
	arena_done(&arena);
	return is_plain;
}

static bool is_plain(const ProtobufCMessageDescriptor *type, const char *text) {
	return reads_alike(type, text, strlen(text));
}

/* With bytes of JSON put in other places. */
static void try_changed(
    const ProtobufCMessageDescriptor *type, const struct buffer *json, uint64_t *seed) {
	static const char odd[] = "{}[]\",:0123456789-.eE\\ \n\x01\x7f\xc0null";
	static char text[BYTES_MAX];
	for (int i = 0; i < CHANGES && json->bytes < BYTES_MAX / 2; i++) {
		size_t bytes = json->bytes;
		memcpy(text, json->data, bytes);
		for (uint64_t more = fill_below(seed, 3) + 1; more; more--) {
			size_t at = fill_below(seed, bytes), from = fill_below(seed, bytes);
			size_t piece = fill_below(seed, 16), end = at > from ? at : from;
			switch (fill_below(seed, 4)) {
			case 0: text[at] = odd[fill_below(seed, sizeof(odd) - 1)]; break;
			case 1: memmove(text + at, text + from, piece < bytes - end ? piece : 0); break;
			case 2: bytes -= fill_below(seed, 4) ? 0 : at / 2; break;
			default: text[at] ^= (char)(1 << fill_below(seed, 8));
			}
		}
		reads_alike(type, text, bytes);
	}
}

START_TEST(messages_of_every_type_and_nearly_such_are_read_alike) {
	static const unsigned flags[] = { JSON_COMPACT, JSON_PRETTY, JSON_ALL_FIELDS };
	size_t count = fill_types(&sample__sample__descriptor, types, TYPES_MAX), plain = 0;
	uint64_t seed = 21;
	for (size_t i = 0; i < count * ROUNDS; i++) {
		struct arena arena;
		struct buffer json;
		arena_init(&arena, 0);
		buffer_init(&json, 0);
		const ProtobufCMessageDescriptor *type = types[i / ROUNDS];
		json_encode(
		    fill_message(type, &seed, (int)(i % 4) + 1, &arena), flags[i % COUNT(flags)], &json);
		plain += reads_alike(type, json.data, json.bytes);
		try_changed(type, &json, &seed);
		buffer_done(&json);
		arena_done(&arena);
	}
	ck_assert_uint_gt(plain, count * ROUNDS / 4); /* the others hold escapes or long numbers */
}
END_TEST

START_TEST(what_programs_send_is_plain) {
	static const char *const commands[] = {
		"{}",
		" { } ",
		"{\"id\":\"015cf3a0-7c00-7000-8000-000000000012\","
		"\"redeem\":{\"reservation\":\"23456\",\"amount\":\"100\"}}",
		"{\"redeem\" : {\"amount\" : 100,\r\n\t\"reservation\":23456}, \n"
		"\"id\":\"015CF3A0-7c00-7000-8000-000000000012\"}",
		"{\"redeem\":{\"milestone\":\"验收报告\",\"evidence\":[\"00ff\",\"\"]}}",
		"{\"register_party\":{\"kind\":\"PARTY_KIND_COMPANY\",\"statuses\":[]}}",
	};
	for (size_t i = 0; i < COUNT(commands); i++)
		ck_assert_msg(is_plain(&pb__command__descriptor, commands[i]), "%s", commands[i]);
}
END_TEST

/* Right or wrong: that is for the other way to say. */
START_TEST(anything_else_is_left_to_the_other_way) {
	static const char *const samples[] = { "", " ", "null", "[]", "\"\"", "{", "}", "{}x", "{}{}",
		"{\"text\":\"a\\u0062\"}", "{\"text\":null}", "{\"texts\":[null]}", "{\"text\":\"a\nb\"}",
		"{\"text\":\"\xff\"}", "{\"text\":\"\xed\xa0\x80\"}", "{\"text\":\"a}", "{\"text\":1}",
		"{\"text\" \"a\"}", "{text:1}", "{\"i32\":1.0}", "{\"i32\":1e1}", "{\"i32\":01}",
		"{\"i32\":+1}", "{\"i32\":-}", "{\"i32\":- 1}", "{\"i32\":2147483648}", "{\"i32\":\"1\"}",
		"{\"u32\":-1}", "{\"u32\":4294967296}", "{\"u64\":-1}", "{\"u64\":\"-1\"}",
		"{\"u64\":\"18446744073709551616\"}", "{\"i64\":\"9223372036854775808\"}",
		"{\"i64\":1234567890123456789}", "{\"i64\":12345678901234567890}", "{\"i64\":\"\"}",
		"{\"flag\":1}", "{\"flag\":truer}", "{\"flag\":\"true\"}", "{\"colour\":7}",
		"{\"colour\":\"GREEN\"}", "{\"data\":\"=\"}", "{\"child\":[]}", "{\"children\":{}}",
		"{\"i32\":1,}", "{,\"i32\":1}", "{\"i32s\":[1,]}", "{\"i32s\":[,1]}", "{\"i32s\":[1 2]}",
		"{\"i32s\":1}", "{\"i32s\":[1}", "{\"i32\":1]", "{\"i32\":1,\"i32\":1}",
		"{\"i32s\":[],\"i32s\":[]}", "{\"first_number\":1,\"first_number\":1}",
		"{\"first_number\":1,\"first_text\":\"\"}", "{\"unknown\":1}", "{\"i3\":1}",
		"{\"i32s3\":1}", "{\"\":1}" };
	for (size_t i = 0; i < COUNT(samples); i++)
		ck_assert_msg(!is_plain(&sample__sample__descriptor, samples[i]), "%s", samples[i]);
	ck_assert(!reads_alike(&sample__sample__descriptor, "{}\0", 3));
	ck_assert(!reads_alike(&sample__sample__descriptor, "{\"text\":\"a\0b\"}", 14));
}
END_TEST

/* To the level and to the value, as the other way has it. */
START_TEST(depth_and_number_of_values_are_bounded_alike) {
	struct arena arena;
	struct json_error error;
	ProtobufCMessage *message;
	arena_init(&arena, 0);
	for (int depth = LIMIT_JSON_DEPTH; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
		struct buffer json;
		buffer_init(&json, 0);
		for (int i = 1; i < depth; i++)
			buffer_append_text(&json, "{\"child\":");
		buffer_append_text(&json, "{}");
		for (int i = 1; i < depth; i++)
			buffer_append_text(&json, "}");
		bool fits = depth == LIMIT_JSON_DEPTH;
		ck_assert(reads_alike(&sample__sample__descriptor, json.data, json.bytes) == fits);
		buffer_done(&json);
	}
	for (int more = 0; more < 2; more++) {
		struct buffer json; /* the document, the object, the list, and a comma before each 1 */
		buffer_init(&json, 0);
		buffer_append_text(&json, "{\"i32s\":[1");
		for (int i = 3; i < LIMIT_JSON_VALUES + more; i++)
			buffer_append_text(&json, ",1");
		buffer_append_text(&json, "]}");
		ck_assert(json_decode_plain(&sample__sample__descriptor, json.data, json.bytes, &arena,
		              &message) == !more);
		ck_assert_int_eq(json_decode_any(&sample__sample__descriptor, json.data, json.bytes, &arena,
		                     &message, &error),
		    more ? ERR_RANGE : ERR_OK);
		buffer_done(&json);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(an_exhausted_arena_is_no_plain_document) {
	struct arena small;
	ProtobufCMessage *message = NULL;
	const char *text = "{\"texts\":[\"one\",\"two\",\"three\"]}";
	arena_init(&small, 2 * sizeof(Sample__Sample));
	bool is_read = false;
	for (int i = 0; i < 3; i++)
		is_read = json_decode_plain(
		    &sample__sample__descriptor, text, strlen(text), &small, &message);
	ck_assert(!is_read);
	arena_done(&small);
}
END_TEST

SUITE_MAIN("json_plain", messages_of_every_type_and_nearly_such_are_read_alike,
    what_programs_send_is_plain, anything_else_is_left_to_the_other_way,
    depth_and_number_of_values_are_bounded_alike, an_exhausted_arena_is_no_plain_document)
