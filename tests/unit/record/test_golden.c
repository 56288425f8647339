/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept for ever must be readable for ever: each file tests/golden/<name>.json is a record
 * as people read it, and its line in tests/golden/golden.hex the bytes it becomes. A line may be
 * added, never changed.
 *
 * After adding a record: GOLDEN_UPDATE=1 tests/unit/record/test_golden, and look at what git diff
 * says.
 */
#include "record/entry.h"
#include "record/json.h"
#include "record/pb.h"

#include "base/text.h"
#include "record/field.h"
#include "support/suite.h"
#include "voucher/v1/command.pb-c.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTORY TESTS_DIRECTORY "/golden"

enum { RECORDS_MAX = 256, FIELDS_MAX = 1024 };

struct record {
	char name[64];
	char *json;
	ProtobufCMessage *message;
};

static struct record records[RECORDS_MAX];
static size_t record_count;
static struct arena arena;

/* --- reading the folder --- */

static char *read_all(const char *path) {
	FILE *file = fopen(path, "rb");
	ck_assert_msg(file != NULL, "%s cannot be read", path);
	struct buffer buffer;
	buffer_init(&buffer, 0);
	for (int c; (c = fgetc(file)) != EOF;)
		buffer_append_char(&buffer, (char)c);
	fclose(file);
	char *text = arena_string(&arena, buffer.data, buffer.bytes);
	buffer_done(&buffer);
	return text;
}

static const ProtobufCMessageDescriptor *type_of(const char *name) {
	static const struct {
		const char *prefix;
		const ProtobufCMessageDescriptor *descriptor;
	} types[] = {
		{ "command_", &pb__command__descriptor },
		{ "entry_", &pb__journal_entry__descriptor },
		{ "genesis", &pb__genesis__descriptor },
		{ "tree_head", &pb__tree_head__descriptor },
		{ "decision", &pb__decision__descriptor },
		{ "posting", &pb__posting__descriptor },
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strncmp(name, types[i].prefix, strlen(types[i].prefix)) == 0)
			return types[i].descriptor;
	}
	ck_abort_msg("%s: its name says no record type", name);
	return NULL;
}

static int is_json(const struct dirent *entry) {
	const char *dot = strrchr(entry->d_name, '.');
	return dot && strcmp(dot, ".json") == 0;
}

static void load(void) {
	struct dirent **files;
	int count = scandir(DIRECTORY, &files, is_json, alphasort);
	ck_assert_int_gt(count, 0);
	ck_assert_int_lt(count, RECORDS_MAX);
	arena_init(&arena, 0);
	record_count = 0;
	for (int i = 0; i < count; i++) {
		struct record *record = &records[record_count++];
		struct json_error error;
		const char *file = files[i]->d_name;
		snprintf(record->name, sizeof(record->name), "%.*s", (int)(strlen(file) - 5), file);
		record->json = read_all(arena_printf(&arena, "%s/%s", DIRECTORY, file));
		enum err err = json_decode(type_of(record->name), record->json, strlen(record->json),
		    &arena, &record->message, &error);
		ck_assert_msg(
		    !err, "%s:%d:%d: %s: %s", file, error.line, error.column, error.path, error.reason);
		free(files[i]);
	}
	free(files);
}

/* --- bytes --- */

/* Entries as they are stored, with format and CRC; the others as protobuf. */
static const char *bytes_of(const struct record *record) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	if (record->message->descriptor == &pb__journal_entry__descriptor)
		ck_assert_int_eq(entry_encode((const Pb__JournalEntry *)record->message, &buffer), ERR_OK);
	else
		pb_pack(record->message, &buffer);
	char *text = arena_alloc(&arena, 2 * buffer.bytes + 1);
	text_hex(buffer.data, buffer.bytes, text);
	buffer_done(&buffer);
	return text;
}

static void update(void) {
	FILE *file = fopen(DIRECTORY "/golden.hex", "w");
	ck_assert_ptr_nonnull(file);
	for (size_t i = 0; i < record_count; i++)
		fprintf(file, "%s: %s\n", records[i].name, bytes_of(&records[i]));
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(records_become_the_bytes_they_always_became) {
	load();
	if (getenv("GOLDEN_UPDATE"))
		update();
	char *golden = read_all(DIRECTORY "/golden.hex");
	size_t lines = 0;
	for (const char *at = golden; (at = strchr(at, '\n')); at++)
		lines++;
	ck_assert_uint_eq(lines, record_count);
	for (size_t i = 0; i < record_count; i++) {
		const char *line = arena_printf(&arena, "%s: %s\n", records[i].name, bytes_of(&records[i]));
		const char *found = strstr(golden, line);
		ck_assert_msg(
		    found && (found == golden || found[-1] == '\n'), "%s became %s", records[i].name, line);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(golden_bytes_read_back_as_their_records) {
	load();
	char *line = strtok(read_all(DIRECTORY "/golden.hex"), "\n");
	for (size_t i = 0; i < record_count; i++, line = strtok(NULL, "\n")) {
		const char *hex = strchr(line, ' ') + 1;
		size_t bytes = strlen(hex) / 2;
		uint8_t *data = arena_alloc(&arena, bytes);
		const ProtobufCMessageDescriptor *type = records[i].message->descriptor;
		ProtobufCMessage *message = NULL;
		ck_assert_int_eq(text_parse_hex(hex, data, bytes), ERR_OK);
		if (type == &pb__journal_entry__descriptor)
			ck_assert_int_eq(
			    entry_decode(data, bytes, &arena, (Pb__JournalEntry **)&message), ERR_OK);
		else
			ck_assert_int_eq(pb_unpack(type, data, bytes, &arena, &message), ERR_OK);
		const char *path = pb_first_difference(records[i].message, message, &arena);
		ck_assert_msg(!path, "%s differs in %s", records[i].name, path);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(records_are_written_as_json_the_same_way_for_ever) {
	load();
	for (size_t i = 0; i < record_count; i++) {
		struct buffer buffer;
		buffer_init(&buffer, 0);
		json_encode(records[i].message, JSON_PRETTY, &buffer);
		buffer_append_char(&buffer, '\n');
		ck_assert_str_eq(buffer_string(&buffer), records[i].json);
		buffer_done(&buffer);
	}
	arena_done(&arena);
}
END_TEST

/* --- completeness --- */

START_TEST(every_command_has_a_record) {
	load();
	for (unsigned f = 0; f < pb__command__descriptor.n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &pb__command__descriptor.fields[f];
		bool is_there = !field_is_oneof(field);
		for (size_t i = 0; i < record_count; i++)
			is_there |= records[i].message->descriptor == &pb__command__descriptor &&
			    field_case(records[i].message, field) == field->id;
		ck_assert_msg(is_there, "tests/golden/command_%s.json is missing", field->name);
	}
	arena_done(&arena);
}
END_TEST

static const ProtobufCFieldDescriptor *seen[FIELDS_MAX];
static size_t seen_count;

static bool is_seen(const ProtobufCFieldDescriptor *field) {
	for (size_t i = 0; i < seen_count; i++) {
		if (seen[i] == field)
			return true;
	}
	return false;
}

/* Notes which fields are set, here and below. */
static void see_fields(const ProtobufCMessage *message) {
	for (unsigned f = 0; f < message->descriptor->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[f];
		const void *value = field_const(message, field);
		size_t count = 1;
		if (field_is_oneof(field) && field_case(message, field) != field->id)
			continue;
		if (field_is_repeated(field)) {
			count = field_count_const(message, field);
			value = *(const void *const *)value;
		}
		static const char zero[sizeof(ProtobufCBinaryData)];
		bool is_empty_text = field->type == PROTOBUF_C_TYPE_STRING && count &&
		    **(const char *const *)value == '\0';
		if (!count || is_empty_text || memcmp(value, zero, field_size(field)) == 0)
			continue;
		for (size_t i = 0; field->type == PROTOBUF_C_TYPE_MESSAGE && i < count; i++)
			see_fields(((const ProtobufCMessage *const *)value)[i]);
		if (!is_seen(field))
			seen[seen_count++] = field;
		ck_assert_uint_lt(seen_count, FIELDS_MAX);
	}
}

static void want_fields(const ProtobufCMessageDescriptor *type) {
	for (unsigned f = 0; f < type->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &type->fields[f];
		ck_assert_msg(is_seen(field), "no record sets %s.%s", type->short_name, field->name);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			want_fields(field->descriptor);
	}
}

START_TEST(every_field_is_set_in_some_record) {
	load();
	for (size_t i = 0; i < record_count; i++)
		see_fields(records[i].message);
	want_fields(&pb__journal_entry__descriptor);
	want_fields(&pb__tree_head__descriptor);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("golden", records_become_the_bytes_they_always_became,
    golden_bytes_read_back_as_their_records, records_are_written_as_json_the_same_way_for_ever,
    every_command_has_a_record, every_field_is_set_in_some_record)
