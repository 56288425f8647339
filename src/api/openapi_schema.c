/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Schema of every message, from its descriptor: what record/json.h reads and writes. */
#include "api/openapi.h"

#include "record/outcome.h"
#include "voucher/v1/outcome.pb-c.h"
#include "voucher/v1/types.pb-c.h"

#include <stdbool.h>
#include <string.h>

static const struct {
	const char *type;
	const char *member;
	const char *text;
} comments[] = {
#include "api/comments.inc"
};

const char *openapi_comment(const char *type, const char *member) {
	for (size_t i = 0; i < sizeof(comments) / sizeof(comments[0]); i++)
		if (strcmp(comments[i].type, type) == 0 && strcmp(comments[i].member, member) == 0)
			return comments[i].text;
	return "";
}

static json_t *reference(const char *name) {
	return json_pack("{s:s+}", "$ref", "#/components/schemas/", name);
}

static void describe(json_t *schema, const char *text) {
	if (text[0])
		json_object_set_new(schema, "description", json_string(text));
}

/* --- enums --- */

static json_t *describe_values(const ProtobufCEnumDescriptor *descriptor) {
	bool is_outcome = descriptor == &pb__outcome__descriptor;
	json_t *text = json_string(openapi_comment(descriptor->short_name, ""));
	for (unsigned i = 0; i < descriptor->n_values; i++) {
		const ProtobufCEnumValue *value = &descriptor->values[i];
		const char *comment = is_outcome ? outcome_info((Pb__Outcome)value->value)->sentence
		                                 : openapi_comment(descriptor->short_name, value->name);
		if (comment[0] == '\0')
			continue;
		const char *before = json_string_value(text);
		json_t *longer = json_sprintf("%s%s%s (%d): %s", before ? before : "",
		    before && before[0] ? "\n" : "", value->name, value->value, comment);
		json_decref(text);
		text = longer;
	}
	return text;
}

static json_t *enum_reference(json_t *schemas, const ProtobufCEnumDescriptor *descriptor) {
	if (!json_object_get(schemas, descriptor->short_name)) {
		json_t *names = json_array();
		for (unsigned i = 0; i < descriptor->n_values; i++)
			json_array_append_new(names, json_string(descriptor->values[i].name));
		json_t *schema = json_pack("{s:s, s:o}", "type", "string", "enum", names);
		json_t *text = describe_values(descriptor);
		if (json_string_length(text) > 0)
			json_object_set(schema, "description", text);
		json_decref(text);
		json_object_set_new(schemas, descriptor->short_name, schema);
	}
	return reference(descriptor->short_name);
}

/* --- scalars --- */

static json_t *wide_number(json_t *schemas, bool is_signed) {
	const char *name = is_signed ? "Int64" : "Uint64";
	if (!json_object_get(schemas, name))
		json_object_set_new(schemas, name,
		    json_pack("{s:[s,s], s:s, s:s}", "type", "string", "integer", "pattern",
		        is_signed ? "^-?(0|[1-9][0-9]{0,18})$" : "^(0|[1-9][0-9]{0,19})$", "description",
		        is_signed ? "A signed 64-bit number: written as a string, read as a string or an "
		                    "integer. Amounts of money are in minor units (分)."
		                  : "An unsigned 64-bit number: written as a string, read as a string or "
		                    "an integer."));
	return reference(name);
}

static json_t *scalar(json_t *schemas, const ProtobufCFieldDescriptor *field) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64: return wide_number(schemas, true);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64: return wide_number(schemas, false);
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)INT32_MIN,
		    "maximum", (json_int_t)INT32_MAX);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)0, "maximum",
		    (json_int_t)UINT32_MAX);
	case PROTOBUF_C_TYPE_BOOL: return json_pack("{s:s}", "type", "boolean");
	case PROTOBUF_C_TYPE_BYTES:
		return json_pack("{s:s, s:s}", "type", "string", "contentEncoding", "base64");
	case PROTOBUF_C_TYPE_ENUM: return enum_reference(schemas, field->descriptor);
	default: return json_pack("{s:s}", "type", "string");
	}
}

/* --- messages --- */

/* The two that JSON has a text form for. */
static json_t *text_form(const ProtobufCMessageDescriptor *descriptor) {
	if (descriptor == &pb__uuid__descriptor)
		return json_pack("{s:s, s:s}", "type", "string", "format", "uuid");
	if (descriptor == &pb__digest__descriptor)
		return json_pack("{s:s, s:s}", "type", "string", "pattern", "^([0-9a-f]{2})*$");
	return NULL;
}

static json_t *property(json_t *schemas, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, bool is_input) {
	json_t *schema = field->type == PROTOBUF_C_TYPE_MESSAGE
	    ? openapi_message(schemas, field->descriptor, is_input)
	    : scalar(schemas, field);
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
	describe(schema, openapi_comment(message->short_name, field->name));
	return schema;
}

/* At most one field of a oneof; with exactly one: what a client sends does something. */
static void add_choice(json_t *schema, const ProtobufCMessageDescriptor *descriptor) {
	json_t *choices = json_array();
	for (unsigned i = 0; i < descriptor->n_fields; i++)
		if (descriptor->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
			json_array_append_new(
			    choices, json_pack("{s:[s]}", "required", descriptor->fields[i].name));
	if (json_array_size(choices) > 0)
		json_object_set(schema, "oneOf", choices);
	json_decref(choices);
}

json_t *openapi_message(
    json_t *schemas, const ProtobufCMessageDescriptor *descriptor, bool is_input) {
	if (json_object_get(schemas, descriptor->short_name))
		return reference(descriptor->short_name);
	json_t *schema = text_form(descriptor);
	if (schema) {
		describe(schema, openapi_comment(descriptor->short_name, ""));
		json_object_set_new(schemas, descriptor->short_name, schema);
		return reference(descriptor->short_name);
	}
	schema = json_pack("{s:s}", "type", "object");
	describe(schema, openapi_comment(descriptor->short_name, ""));
	json_object_set_new(schemas, descriptor->short_name, schema); /* before its fields: cycles */
	json_t *properties = json_object();
	for (unsigned i = 0; i < descriptor->n_fields; i++)
		json_object_set_new(properties, descriptor->fields[i].name,
		    property(schemas, descriptor, &descriptor->fields[i], is_input));
	json_object_set_new(schema, "properties", properties);
	if (is_input)
		json_object_set_new(schema, "additionalProperties", json_false());
	add_choice(schema, descriptor);
	return reference(descriptor->short_name);
}
