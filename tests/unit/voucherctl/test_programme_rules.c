/* SPDX-License-Identifier: Apache-2.0 */
/* Every field of a rule set is used by a file of contrib/programmes, and is explained. */
#include "record/field.h"
#include "record/json.h"
#include "record/pb.h"
#include "support/suite.h"
#include "voucher/v1/setup.pb-c.h"
#include "voucherctl/programme_sentence.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES       32768
#define FIELD_PATH_BYTES 200

static struct arena arena;

static const char *directory(void) {
	static char path[512];
	const char *top = getenv("top_srcdir");
	snprintf(path, sizeof(path), "%s/contrib/programmes", top ? top : "..");
	return path;
}

static Pb__RuleSet *read_rules(const char *name) {
	char path[800], text[FILE_BYTES];
	struct json_error error = { 0 };
	ProtobufCMessage *message = NULL;
	snprintf(path, sizeof(path), "%s/%s", directory(), name);
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	size_t bytes = fread(text, 1, sizeof(text), file);
	fclose(file);
	ck_assert_msg(json_decode(&pb__publish_rules__descriptor, text, bytes, &arena, &message,
	                  &error) == ERR_OK,
	    "%s: %s", name, error.path);
	return ((Pb__PublishRules *)message)->rules;
}

/* --- which fields occur --- */

/* Paths of fields, as "tiers.ratio_bp". */
struct paths {
	const char *items[400];
	size_t count;
};

static bool has_path(const struct paths *paths, const char *path) {
	for (size_t i = 0; i < paths->count; i++) {
		if (strcmp(paths->items[i], path) == 0)
			return true;
	}
	return false;
}

static void add_path(struct paths *paths, const char *path) {
	if (has_path(paths, path))
		return;
	ck_assert_uint_lt(paths->count, sizeof(paths->items) / sizeof(paths->items[0]));
	paths->items[paths->count++] = arena_string(&arena, path, strlen(path));
}

static void join(
    char room[FIELD_PATH_BYTES], const char *before, const ProtobufCFieldDescriptor *field) {
	snprintf(room, FIELD_PATH_BYTES, "%s%s%s", before, before[0] ? "." : "", field->name);
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	static const char nothing[16];
	const void *value = field_const(message, field);
	if (field_is_repeated(field))
		return field_count_const(message, field) > 0;
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return **(const char *const *)value != '\0';
	return memcmp(value, nothing, field_size(field)) != 0;
}

/* What of a message's fields is set, in it and below. */
static void note_fields(const ProtobufCMessage *message, const char *before, struct paths *paths) {
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		char path[FIELD_PATH_BYTES];
		if (!is_set(message, field))
			continue;
		join(path, before, field);
		add_path(paths, path);
		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		const void *value = field_const(message, field);
		if (!field_is_repeated(field))
			note_fields(*(const ProtobufCMessage *const *)value, path, paths);
		for (size_t k = 0; field_is_repeated(field) && k < field_count_const(message, field); k++)
			note_fields((*(const ProtobufCMessage *const *const *)value)[k], path, paths);
	}
}

/* Eligibility and conditions stand in several places: one of them is enough. */
static bool occurs(const struct paths *paths, const char *path) {
	const char *last = strrchr(path, '.');
	if (has_path(paths, path))
		return true;
	if (!strstr(path, "conditions.") && strncmp(path, "caps.who", 8) != 0)
		return false;
	for (size_t i = 0; i < paths->count; i++) {
		const char *other = strrchr(paths->items[i], '.');
		if (other && strcmp(other, last) == 0)
			return true;
	}
	return false;
}

static void check_fields(
    const ProtobufCMessageDescriptor *descriptor, const char *before, const struct paths *paths) {
	for (unsigned i = 0; i < descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
		char path[FIELD_PATH_BYTES];
		join(path, before, field);
		ck_assert_msg(occurs(paths, path), "no file of contrib/programmes has %s", path);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			check_fields(field->descriptor, path, paths);
	}
}

START_TEST(every_field_of_a_rule_set_occurs_in_a_file) {
	static struct paths paths;
	size_t files = 0;
	arena_init(&arena, 0);
	DIR *programmes = opendir(directory());
	ck_assert_msg(programmes != NULL, "%s", directory());
	for (const struct dirent *entry; (entry = readdir(programmes));) {
		const char *ending = strrchr(entry->d_name, '.');
		if (!ending || strcmp(ending, ".json") != 0)
			continue;
		note_fields(&read_rules(entry->d_name)->base, "", &paths);
		files++;
	}
	closedir(programmes);
	ck_assert_uint_gt(files, 10);
	check_fields(&pb__rule_set__descriptor, "", &paths);
	arena_done(&arena);
}
END_TEST

/* --- which fields are explained --- */

static const char *explain(const Pb__RuleSet *rules, enum lang lang) {
	struct buffer out;
	buffer_init(&out, 0);
	struct sentence to = { lang, &arena, &out };
	sentence_rules(&to, rules);
	const char *text = arena_string(&arena, buffer_string(&out), out.bytes);
	buffer_done(&out);
	ck_assert_ptr_nonnull(text);
	return text;
}

struct before {
	const Pb__RuleSet *rules;
	const char *en, *zh;
};

static void expect_change(const struct before *before, const char *path) {
	ck_assert_msg(strcmp(before->en, explain(before->rules, LANG_EN)) != 0,
	    "%s makes no difference in English", path);
	ck_assert_msg(strcmp(before->zh, explain(before->rules, LANG_ZH)) != 0,
	    "%s makes no difference in Chinese", path);
}

static int other_enum(const ProtobufCEnumDescriptor *descriptor, int value) {
	const ProtobufCEnumValue *last = &descriptor->values[descriptor->n_values - 1];
	return last->value != value ? last->value : last[-1].value;
}

/* Makes what stands at `place` something else. */
static void change_scalar(const ProtobufCFieldDescriptor *field, void *place) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: {
		const char *old = *(const char **)place;
		*(const char **)place = arena_printf(&arena, "%sx", old ? old : "");
		break;
	}
	case PROTOBUF_C_TYPE_ENUM: *(int *)place = other_enum(field->descriptor, *(int *)place); break;
	case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)place ^= 1; break;
	case PROTOBUF_C_TYPE_INT64: *(int64_t *)place += 1; break;
	case PROTOBUF_C_TYPE_UINT32: *(uint32_t *)place += 1; break;
	default: ck_abort_msg("%s has a type that this test does not know", field->name);
	}
}

/* One more, at the end, other than nothing; what it is. */
static void *lengthen(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	size_t *count = field_count(message, field);
	size_t size = field_size(field);
	char *longer = arena_zalloc(&arena, (*count + 1) * size);
	ck_assert_ptr_nonnull(longer);
	if (*count > 0)
		memcpy(longer, *(void **)field_value(message, field), *count * size);
	char *last = longer + *count * size;
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		*(ProtobufCMessage **)last = pb_new(field->descriptor, &arena);
	else
		change_scalar(field, last);
	*(void **)field_value(message, field) = longer;
	++*count;
	return last;
}

static void check_message(
    const Pb__RuleSet *rules, ProtobufCMessage *message, const char *before_path);

/* The change is made, looked at, and taken back. */
static void check_field(const Pb__RuleSet *rules, ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, const char *path) {
	struct before before = { rules, explain(rules, LANG_EN), explain(rules, LANG_ZH) };
	char saved[16];
	void *value = field_value(message, field);
	memcpy(saved, value, sizeof(void *));
	if (field_is_repeated(field)) {
		ProtobufCMessage *const *last = lengthen(message, field);
		expect_change(&before, path);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			check_message(rules, *last, path);
		--*field_count(message, field);
	} else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		ProtobufCMessage *made = pb_new(field->descriptor, &arena);
		*(ProtobufCMessage **)value = made;
		expect_change(&before, path);
		check_message(rules, made, path);
	} else {
		memcpy(saved, value, field_size(field));
		change_scalar(field, value);
		expect_change(&before, path);
		memcpy(value, saved, field_size(field));
		return;
	}
	memcpy(value, saved, sizeof(void *));
}

static void check_message(
    const Pb__RuleSet *rules, ProtobufCMessage *message, const char *before_path) {
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		char path[FIELD_PATH_BYTES];
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		join(path, before_path, field);
		check_field(rules, message, field, path);
	}
}

START_TEST(each_field_of_a_rule_set_makes_a_difference_to_its_explanation) {
	static const char *const files[] = { "shifan-2026.json", "jixian-2015.json",
		"ninghai-2016-recognition.json" };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		arena_init(&arena, 0);
		Pb__RuleSet *rules = read_rules(files[i]);
		check_message(rules, &rules->base, "");
		arena_done(&arena);
	}
}
END_TEST

SUITE_MAIN("programme rules", every_field_of_a_rule_set_occurs_in_a_file,
    each_field_of_a_rule_set_makes_a_difference_to_its_explanation)
