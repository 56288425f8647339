/* SPDX-License-Identifier: Apache-2.0 */
#include "record/json.h"

#include "base/limits.h"
#include "base/text.h"
#include "fill.h"
#include "record/pb.h"
#include "support/suite.h"
#include "tests/unit/record/sample.pb-c.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TYPES_MAX = 256 };

/* --- every message type of the schema --- */

static const ProtobufCMessageDescriptor *types[TYPES_MAX];
static size_t type_count;

static void collect(const ProtobufCMessageDescriptor *type) {
	for (size_t i = 0; i < type_count; i++) {
		if (types[i] == type)
			return;
	}
	ck_assert_uint_lt(type_count, TYPES_MAX);
	types[type_count++] = type;
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			collect(type->fields[i].descriptor);
	}
}

static void collect_schema(void) {
	collect(&pb__batch__descriptor);
	collect(&pb__batch_reply__descriptor);
	collect(&pb__journal_entry__descriptor);
	collect(&pb__tree_head__descriptor);
	collect(&pb__page__descriptor);
	collect(&pb__inclusion_proof__descriptor);
	collect(&pb__consistency_proof__descriptor);
	collect(&pb__problem__descriptor);
}

static bool is_collected(const char *name) {
	for (size_t i = 0; i < type_count; i++) {
		if (strcmp(types[i]->short_name, name) == 0)
			return true;
	}
	return false;
}

START_TEST(every_type_of_the_schema_is_tested_here) {
	collect_schema();
	struct dirent **files;
	int count = scandir(SCHEMA_DIRECTORY, &files, NULL, alphasort);
	ck_assert_int_gt(count, 5);
	for (int i = 0; i < count; i++) {
		char path[512], line[512], name[128];
		snprintf(path, sizeof(path), SCHEMA_DIRECTORY "/%s", files[i]->d_name);
		FILE *file = files[i]->d_name[0] == '.' ? NULL : fopen(path, "r");
		while (file && fgets(line, sizeof(line), file)) {
			if (sscanf(line, "message %127[A-Za-z0-9]", name) == 1)
				ck_assert_msg(is_collected(name), "%s of %s is reached from no root", name, path);
		}
		if (file)
			fclose(file);
		free(files[i]);
	}
	free(files);
}
END_TEST

static void check_round_trip(const ProtobufCMessage *message, unsigned flags, struct arena *arena) {
	struct buffer json, packed, again;
	struct json_error error;
	ProtobufCMessage *back;
	buffer_init(&json, 0);
	buffer_init(&packed, 0);
	buffer_init(&again, 0);
	json_encode(message, flags, &json);
	enum err err = json_decode(message->descriptor, json.data, json.bytes, arena, &back, &error);
	ck_assert_msg(!err, "%s: %s: %s\n%s", message->descriptor->short_name, error.path, error.reason,
	    buffer_string(&json));
	pb_pack(message, &packed);
	pb_pack(back, &again);
	ck_assert_uint_eq(packed.bytes, again.bytes);
	ck_assert(!packed.bytes || memcmp(packed.data, again.data, packed.bytes) == 0);
	buffer_done(&again);
	buffer_done(&packed);
	buffer_done(&json);
}

START_TEST(every_type_comes_back_from_json_unchanged) {
	static const unsigned flags[] = { JSON_COMPACT, JSON_PRETTY, JSON_ALL_FIELDS,
		JSON_PRETTY | JSON_ALL_FIELDS };
	collect_schema();
	types[type_count++] = &sample__sample__descriptor;
	uint64_t seed = 1;
	for (size_t i = 0; i < type_count; i++) {
		for (int round = 0; round < 40; round++) {
			struct arena arena;
			arena_init(&arena, 0);
			ProtobufCMessage *message = fill_message(types[i], &seed, 1 + round % 4, &arena);
			check_round_trip(message, flags[round % COUNT(flags)], &arena);
			arena_done(&arena);
		}
	}
}
END_TEST

/* --- writing --- */

static const char *encode(const ProtobufCMessage *message, unsigned flags) {
	static char room[4096];
	struct buffer buffer;
	buffer_init(&buffer, 0);
	json_encode(message, flags, &buffer);
	snprintf(room, sizeof(room), "%s", buffer_string(&buffer));
	buffer_done(&buffer);
	return room;
}

START_TEST(the_mapping_is_as_documented) {
	uint8_t bytes[] = { 0xfb, 0xff, 0x00 };
	Sample__Sample child = SAMPLE__SAMPLE__INIT, sample = SAMPLE__SAMPLE__INIT;
	Sample__Sample *children[] = { &child, &child };
	sample.i32 = -5;
	sample.u64 = UINT64_MAX;
	sample.i64 = INT64_MIN;
	sample.flag = 1;
	sample.colour = SAMPLE__COLOUR__BLUE;
	sample.text = "q\"b\\s/\b\f\n\r\t\x1f\x7f创";
	sample.data = (ProtobufCBinaryData){ .len = 3, .data = bytes };
	sample.n_children = 2;
	sample.children = children;
	sample.first_case = SAMPLE__SAMPLE__FIRST_FIRST_NUMBER;
	ck_assert_str_eq(encode(&sample.base, JSON_COMPACT),
	    "{\"i32\":-5,\"i64\":\"-9223372036854775808\",\"u64\":\"18446744073709551615\",\"flag\":"
	    "true,"
	    "\"colour\":\"BLUE\",\"text\":\"q\\\"b\\\\s/\\u0008\\u000c\\n\\u000d\\t\\u001f\x7f创\","
	    "\"data\":\"+/8A\",\"children\":[{},{}],\"first_number\":\"0\"}");
}
END_TEST

START_TEST(pretty_puts_one_field_on_a_line) {
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	Pb__ApproveClaim approve = PB__APPROVE_CLAIM__INIT;
	Pb__Uuid id = PB__UUID__INIT;
	Pb__Command *commands[] = { &command };
	command.id = &id;
	id.high = 1;
	command.body_case = PB__COMMAND__BODY_APPROVE_CLAIM;
	command.approve_claim = &approve;
	batch.n_commands = 1;
	batch.commands = commands;
	ck_assert_str_eq(encode(&batch.base, JSON_PRETTY),
	    "{\n"
	    "  \"commands\": [\n"
	    "    {\n"
	    "      \"id\": \"00000000-0000-0001-0000-000000000000\",\n"
	    "      \"approve_claim\": {}\n"
	    "    }\n"
	    "  ]\n"
	    "}");
}
END_TEST

START_TEST(all_fields_keeps_scalars_that_are_zero) {
	Pb__Reply reply = PB__REPLY__INIT;
	ck_assert_str_eq(encode(&reply.base, JSON_COMPACT), "{}");
	ck_assert_str_eq(encode(&reply.base, JSON_ALL_FIELDS),
	    "{\"outcome\":\"OUTCOME_OK\",\"retry\":\"RETRY_NONE\",\"seq\":\"0\",\"time_us\":\"0\","
	    "\"replayed\":false,\"sentence\":\"\",\"sentence_zh\":\"\",\"receipt\":\"\"}");
}
END_TEST

START_TEST(an_enum_value_without_a_name_is_written_as_its_number) {
	Pb__Reply reply = PB__REPLY__INIT;
	reply.outcome = (Pb__Outcome)9999;
	ck_assert_str_eq(encode(&reply.base, JSON_COMPACT), "{\"outcome\":9999}");
}
END_TEST

START_TEST(a_full_buffer_is_said_so) {
	Pb__Reply reply = PB__REPLY__INIT;
	struct buffer buffer;
	reply.sentence = "longer than ten bytes";
	buffer_init(&buffer, 10);
	json_encode(&reply.base, JSON_COMPACT, &buffer);
	ck_assert_int_eq(buffer_error(&buffer), ERR_RANGE);
	buffer_done(&buffer);
}
END_TEST

/* --- reading --- */

static enum err decode(const char *text, struct arena *arena, Sample__Sample **ret_sample,
    struct json_error *ret_error) {
	ProtobufCMessage *message = NULL;
	enum err err = json_decode(
	    &sample__sample__descriptor, text, strlen(text), arena, &message, ret_error);
	ck_assert(err || message);
	*ret_sample = (Sample__Sample *)message;
	return err;
}

START_TEST(all_documented_forms_are_read) {
	struct arena arena;
	struct json_error error;
	Sample__Sample *sample;
	arena_init(&arena, 0);
	ck_assert_int_eq(
	    decode(
	        " {\"i64\": -7, \"u64\": 9223372036854775807, \"s64\": \"-8\",\r\n\t"
	        "\"u32\": 4294967295, \"i32\": -2147483648, \"colour\": -1, \"colours\": [\"RED\", 7],"
	        "\"flag\": true, \"text\": \"\\u521b\\ud83d\\udcb0\\n\", \"data\": \"-_8\","
	        "\"texts\": [], \"child\": null, \"i32s\": null, \"first_text\": null,"
	        "\"first_flag\": false} \n",
	        &arena, &sample, &error),
	    ERR_OK);
	ck_assert_int_eq(sample->i64, -7);
	ck_assert_uint_eq(sample->u64, INT64_MAX);
	ck_assert_int_eq(sample->s64, -8);
	ck_assert_uint_eq(sample->u32, UINT32_MAX);
	ck_assert_int_eq(sample->i32, INT32_MIN);
	ck_assert_int_eq(sample->colour, SAMPLE__COLOUR__INFRARED);
	ck_assert_uint_eq(sample->n_colours, 2);
	ck_assert_int_eq(sample->colours[1], SAMPLE__COLOUR__BLUE);
	ck_assert_int_eq(sample->flag, 1);
	ck_assert_str_eq(sample->text, "创💰\n");
	ck_assert_uint_eq(sample->data.len, 2);
	ck_assert_mem_eq(sample->data.data, "\xfb\xff", 2);
	ck_assert_uint_eq(sample->n_texts, 0);
	ck_assert_ptr_null(sample->child);
	ck_assert_uint_eq(sample->n_i32s, 0);
	ck_assert_int_eq(sample->first_case, SAMPLE__SAMPLE__FIRST_FIRST_FLAG);
	arena_done(&arena);
}
END_TEST

START_TEST(uuids_and_digests_have_forms_of_their_own) {
	struct arena arena;
	struct json_error error;
	ProtobufCMessage *message;
	arena_init(&arena, 0);
	const char *text = "{\"id\":\"0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\",\"redeem\":{\"evidence\":"
	                   "[\"00fF\",\"\"]}}";
	ck_assert_int_eq(
	    json_decode(&pb__command__descriptor, text, strlen(text), &arena, &message, &error),
	    ERR_OK);
	Pb__Command *command = (Pb__Command *)message;
	ck_assert_uint_eq(command->id->high, 0x0190a1b2c3d47e5f);
	ck_assert_uint_eq(command->id->low, 0x8a9b0c1d2e3f4a5b);
	ck_assert_uint_eq(command->redeem->evidence[0]->value.len, 2);
	ck_assert_mem_eq(command->redeem->evidence[0]->value.data, "\x00\xff", 2);
	ck_assert_uint_eq(command->redeem->evidence[1]->value.len, 0);
	ck_assert_str_eq(encode(message, JSON_COMPACT),
	    "{\"id\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\",\"redeem\":{\"evidence\":[\"00ff\",\"\"]}"
	    "}");
	arena_done(&arena);
}
END_TEST

struct refusal {
	const char *text;
	enum err err;
	int line, column; /* 0: the fault is in what it means, not in how it is written */
	const char *path;
	const char *reason; /* a part of it */
};

static void check_refusals(
    const ProtobufCMessageDescriptor *type, const struct refusal *cases, size_t count) {
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t i = 0; i < count; i++) {
		const struct refusal *want = &cases[i];
		struct json_error error = { 0 };
		ProtobufCMessage *message = NULL;
		enum err err = json_decode(type, want->text, strlen(want->text), &arena, &message, &error);
		ck_assert_msg(err == want->err, "%s: %s", want->text, err_text(err));
		ck_assert_ptr_null(message);
		ck_assert_str_eq(error.path, want->path);
		ck_assert_msg(
		    strstr(error.reason, want->reason) != NULL, "%s: %s", want->text, error.reason);
		ck_assert_msg(error.line == want->line && error.column == want->column, "%s: %d:%d",
		    want->text, error.line, error.column);
	}
	arena_done(&arena);
}

START_TEST(what_is_not_json_is_refused_with_its_place) {
	static const struct refusal cases[] = {
		{ "", ERR_SYNTAX, 1, 1, "", "end of file" },
		{ "{", ERR_SYNTAX, 1, 1, "", "end of file" },
		{ "{\n \"i32\": 5,\n}", ERR_SYNTAX, 3, 1, "", "expected" },
		{ "{'i32': 5}", ERR_SYNTAX, 1, 2, "", "expected" },
		{ "{\"i32\": 05}", ERR_SYNTAX, 1, 9, "", "invalid token" },
		{ "{\"i32\": +5}", ERR_SYNTAX, 1, 9, "", "invalid token" },
		{ "{\"i32\": 5} {}", ERR_SYNTAX, 1, 12, "", "end of file expected" },
		{ "{\"i32\": 5, \"i32\": 5}", ERR_SYNTAX, 1, 16, "", "duplicate" },
		{ "{\"text\": \"\\u0000\"}", ERR_SYNTAX, 1, 17, "", "\\u0000" },
		{ "{\"text\": \"\\ud800\"}", ERR_SYNTAX, 1, 17, "", "Unicode" },
		{ "{\"text\": \"a\nb\"}", ERR_SYNTAX, 1, 11, "", "unexpected newline" },
		{ "{\"text\": \"\xff\"}", ERR_SYNTAX, 1, 10, "", "unable to decode" },
		{ "{\"text\": \"\xed\xa0\x80\"}", ERR_SYNTAX, 1, 10, "", "unable to decode" },
		{ "{\"i64\": 9223372036854775808}", ERR_RANGE, 1, 27, "", "too big" },
		{ "{\"i64\": 1e999}", ERR_RANGE, 1, 13, "", "overflow" },
	};
	check_refusals(&sample__sample__descriptor, cases, COUNT(cases));
}
END_TEST

START_TEST(what_does_not_fit_the_message_is_refused_with_its_path) {
	static const struct refusal cases[] = {
		{ "[]", ERR_SYNTAX, 0, 0, "", "expected an object, found a list" },
		{ "null", ERR_SYNTAX, 0, 0, "", "expected an object, found null" },
		{ "{\"nope\": 1}", ERR_SYNTAX, 0, 0, "nope", "Sample has no such field" },
		{ "{\"nope\": null}", ERR_SYNTAX, 0, 0, "nope", "no such field" },
		{ "{\"firstText\": \"\"}", ERR_SYNTAX, 0, 0, "firstText", "no such field" },
		{ "{\"\": 1}", ERR_SYNTAX, 0, 0, "", "no such field" },
		{ "{\"a\\u009bb\": 1}", ERR_SYNTAX, 0, 0, "a?b", "no such field" },
		{ "{\"child\": {\"children\": [{}, {\"i32\": true}]}}", ERR_SYNTAX, 0, 0,
		    "child.children[1].i32", "expected an integer, found true" },
		{ "{\"child\": []}", ERR_SYNTAX, 0, 0, "child", "expected an object" },
		{ "{\"children\": {}}", ERR_SYNTAX, 0, 0, "children", "expected a list, found an object" },
		{ "{\"children\": [null]}", ERR_SYNTAX, 0, 0, "children[0]", "found null" },
		{ "{\"texts\": [\"a\", null]}", ERR_SYNTAX, 0, 0, "texts[1]", "found null" },
		{ "{\"i32\": [5]}", ERR_SYNTAX, 0, 0, "i32", "expected an integer, found a list" },
		{ "{\"i32\": \"5\"}", ERR_SYNTAX, 0, 0, "i32", "found a string" },
		{ "{\"i32\": 1.0}", ERR_SYNTAX, 0, 0, "i32", "a fraction or an exponent" },
		{ "{\"i64\": 1e3}", ERR_SYNTAX, 0, 0, "i64", "a fraction or an exponent" },
		{ "{\"i64\": \"1.0\"}", ERR_SYNTAX, 0, 0, "i64", "not an integer" },
		{ "{\"i64\": \"\"}", ERR_SYNTAX, 0, 0, "i64", "not an integer" },
		{ "{\"u64\": \"-1\"}", ERR_SYNTAX, 0, 0, "u64", "not an integer from 0 up" },
		{ "{\"u64\": -1}", ERR_RANGE, 0, 0, "u64", "negative" },
		{ "{\"u64\": true}", ERR_SYNTAX, 0, 0, "u64", "found true" },
		{ "{\"u64\": \"18446744073709551616\"}", ERR_RANGE, 0, 0, "u64", "64 bits" },
		{ "{\"i64\": \"9223372036854775808\"}", ERR_RANGE, 0, 0, "i64", "64 bits" },
		{ "{\"i32\": 2147483648}", ERR_RANGE, 0, 0, "i32", "between -2147483648 and 2147483647" },
		{ "{\"i32\": -2147483649}", ERR_RANGE, 0, 0, "i32", "between" },
		{ "{\"u32\": 4294967296}", ERR_RANGE, 0, 0, "u32", "between 0 and 4294967295" },
		{ "{\"u32\": -1}", ERR_RANGE, 0, 0, "u32", "between" },
		{ "{\"flag\": 1}", ERR_SYNTAX, 0, 0, "flag", "expected true or false, found a number" },
		{ "{\"flag\": \"true\"}", ERR_SYNTAX, 0, 0, "flag", "found a string" },
		{ "{\"colour\": \"GREEN\"}", ERR_SYNTAX, 0, 0, "colour",
		    "no Colour is called \"GREEN\"; one of " },
		{ "{\"colour\": \"blue\"}", ERR_SYNTAX, 0, 0, "colour", "no Colour" },
		{ "{\"colour\": 2}", ERR_RANGE, 0, 0, "colour", "no Colour has this number" },
		{ "{\"colour\": 4294967297}", ERR_RANGE, 0, 0, "colour", "no Colour has this number" },
		{ "{\"colour\": true}", ERR_SYNTAX, 0, 0, "colour", "expected a name" },
		{ "{\"text\": 5}", ERR_SYNTAX, 0, 0, "text", "expected a string, found a number" },
		{ "{\"data\": \"a\"}", ERR_SYNTAX, 0, 0, "data", "not base64" },
		{ "{\"data\": [1]}", ERR_SYNTAX, 0, 0, "data", "expected a string of base64" },
		{ "{\"first_text\": \"\", \"first_flag\": true}", ERR_SYNTAX, 0, 0, "first_flag",
		    "excludes \"first_text\"" },
	};
	check_refusals(&sample__sample__descriptor, cases, COUNT(cases));
}
END_TEST

START_TEST(what_does_not_fit_a_command_is_refused_with_its_path) {
	static const struct refusal cases[] = {
		{ "{\"commands\": [{\"id\": \"7\"}]}", ERR_SYNTAX, 0, 0, "commands[0].id", "not a UUID" },
		{ "{\"commands\": [{\"id\": {\"high\": 1}}]}", ERR_SYNTAX, 0, 0, "commands[0].id", "UUID" },
		{ "{\"commands\": [{\"redeem\": {\"evidence\": [\"0\"]}}]}", ERR_SYNTAX, 0, 0,
		    "commands[0].redeem.evidence[0]", "not hexadecimal" },
		{ "{\"commands\": [{\"redeem\": {\"evidence\": [\"0g\"]}}]}", ERR_SYNTAX, 0, 0,
		    "commands[0].redeem.evidence[0]", "not hexadecimal" },
		{ "{\"commands\": [{\"redeem\": {\"evidence\": [7]}}]}", ERR_SYNTAX, 0, 0,
		    "commands[0].redeem.evidence[0]", "hexadecimal" },
		{ "{\"commands\": [{}, {\"redeem\": {}, \"reserve\": {}}]}", ERR_SYNTAX, 0, 0,
		    "commands[1].reserve", "excludes \"redeem\"" },
	};
	check_refusals(&pb__batch__descriptor, cases, COUNT(cases));
}
END_TEST

START_TEST(nesting_is_bounded) {
	struct arena arena;
	struct json_error error;
	Sample__Sample *sample;
	char text[LIMIT_JSON_DEPTH * 12];
	for (int extra = 0; extra < 2; extra++) {
		arena_init(&arena, 0);
		text[0] = '\0';
		for (int i = 1; i < LIMIT_JSON_DEPTH + extra; i++)
			strcat(text, "{\"child\":");
		strcat(text, "{}");
		for (int i = 1; i < LIMIT_JSON_DEPTH + extra; i++)
			strcat(text, "}");
		ck_assert_int_eq(decode(text, &arena, &sample, &error), extra ? ERR_RANGE : ERR_OK);
		if (extra)
			ck_assert_int_eq(error.column, LIMIT_JSON_DEPTH * 9 + 1);
		arena_done(&arena);
	}
	arena_init(&arena, 0);
	ck_assert_int_eq(decode("{\"text\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"}", &arena,
	                     &sample, &error),
	    ERR_OK);
	arena_done(&arena);
}
END_TEST

START_TEST(the_number_of_values_is_bounded) {
	struct arena arena;
	struct buffer text;
	struct json_error error;
	Sample__Sample *sample;
	for (int extra = 0; extra < 2; extra++) {
		arena_init(&arena, 0);
		buffer_init(&text, 0);
		buffer_append_text(&text, "{\"u32s\":[0");
		for (int i = 3; i < LIMIT_JSON_VALUES + extra; i++)
			buffer_append_text(&text, ",0");
		buffer_append_text(&text, "]}");
		enum err err = decode(buffer_string(&text), &arena, &sample, &error);
		ck_assert_int_eq(err, extra ? ERR_RANGE : ERR_OK);
		if (extra)
			ck_assert_ptr_nonnull(strstr(error.reason, "more than 524288 values"));
		else
			ck_assert_uint_eq(sample->n_u32s, LIMIT_JSON_VALUES - 2);
		buffer_done(&text);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(an_exhausted_arena_is_said_so) {
	struct arena arena;
	struct json_error error;
	Sample__Sample *sample;
	arena_init(&arena, 4096);
	ck_assert_int_eq(
	    decode("{\"children\":[{},{},{},{},{},{},{},{},{},{}]}", &arena, &sample, &error),
	    ERR_MEMORY);
	ck_assert_str_eq(error.reason, "the document is too large");
	arena_done(&arena);
}
END_TEST

START_TEST(long_names_are_cut_in_the_path) {
	struct arena arena;
	struct json_error error;
	Sample__Sample *sample;
	struct buffer text;
	arena_init(&arena, 0);
	buffer_init(&text, 0);
	buffer_append_text(&text, "{\"child\":{\"");
	for (int i = 0; i < 200; i++)
		buffer_append_text(&text, "创");
	buffer_append_text(&text, "\":1}}");
	ck_assert_int_eq(decode(buffer_string(&text), &arena, &sample, &error), ERR_SYNTAX);
	ck_assert_int_eq(strncmp(error.path, "child.创创", 12), 0);
	ck_assert(text_is_clean_utf8(error.path, strlen(error.path)));
	buffer_done(&text);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("json", every_type_of_the_schema_is_tested_here,
    every_type_comes_back_from_json_unchanged, the_mapping_is_as_documented,
    pretty_puts_one_field_on_a_line, all_fields_keeps_scalars_that_are_zero,
    an_enum_value_without_a_name_is_written_as_its_number, a_full_buffer_is_said_so,
    all_documented_forms_are_read, uuids_and_digests_have_forms_of_their_own,
    what_is_not_json_is_refused_with_its_place,
    what_does_not_fit_the_message_is_refused_with_its_path,
    what_does_not_fit_a_command_is_refused_with_its_path, nesting_is_bounded,
    the_number_of_values_is_bounded, an_exhausted_arena_is_said_so, long_names_are_cut_in_the_path)
