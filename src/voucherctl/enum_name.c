/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/enum_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_unspecified(const ProtobufCEnumValue *value) {
	return value->value == 0;
}

/* Bytes of the prefix, its '_' included, that all values but "unspecified" share. */
static size_t shared_prefix(const ProtobufCEnumDescriptor *descriptor) {
	const char *first = NULL;
	size_t shared = 0;
	for (unsigned i = 0; i < descriptor->n_values; i++) {
		const ProtobufCEnumValue *value = &descriptor->values[i];
		if (is_unspecified(value))
			continue;
		if (!first) {
			first = value->name;
			shared = strlen(first);
		}
		size_t same = 0;
		while (same < shared && value->name[same] == first[same])
			same++;
		shared = same;
	}
	while (shared > 0 && first[shared - 1] != '_')
		shared--;
	return shared;
}

static const char *shorten(const char *name, size_t prefix, struct arena *arena) {
	char *text = arena_string(arena, name + prefix, strlen(name) - prefix);
	for (char *c = text; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return text;
}

const char *enum_name(const ProtobufCEnumDescriptor *descriptor, int value, struct arena *arena) {
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);
	if (!found)
		return arena_printf(arena, "%d", value);
	return shorten(found->name, is_unspecified(found) ? 0 : shared_prefix(descriptor), arena);
}

static bool is_same(const char *typed, const char *name) {
	for (; *typed && *name; typed++, name++) {
		char c = *typed == '-' ? '_' : (char)toupper((unsigned char)*typed);
		if (c != *name)
			return false;
	}
	return !*typed && !*name;
}

const ProtobufCEnumValue *enum_find(const ProtobufCEnumDescriptor *descriptor, const char *name) {
	size_t prefix = shared_prefix(descriptor);
	for (unsigned i = 0; i < descriptor->n_values; i++) {
		const ProtobufCEnumValue *value = &descriptor->values[i];
		if (is_unspecified(value))
			continue;
		if (is_same(name, value->name) || is_same(name, value->name + prefix))
			return value;
	}
	return NULL;
}

const char *enum_list(const ProtobufCEnumDescriptor *descriptor, struct arena *arena) {
	const char *list = "";
	size_t prefix = shared_prefix(descriptor);
	for (unsigned i = 0; list && i < descriptor->n_values; i++) {
		if (is_unspecified(&descriptor->values[i]))
			continue;
		const char *name = shorten(descriptor->values[i].name, prefix, arena);
		if (!name)
			return NULL;
		list = arena_printf(arena, "%s%s%s", list, list[0] ? ", " : "", name);
	}
	return list;
}
