/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/compose.h"

#include "base/check.h"
#include "base/uuid.h"
#include "record/field.h"
#include "record/pb.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/fields.h"

#include <string.h>

static const ProtobufCFieldDescriptor *field_named(
    const ProtobufCMessage *message, const char *name) {
	return protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
}

static enum err set_id(const struct command_line *line, Pb__Command *command, struct arena *arena,
    const char **ret_message) {
	const char *text = line->options[OPTION_ID];
	struct uuid uuid = uuid_new();
	if (text && uuid_parse_text(text, &uuid) != ERR_OK) {
		*ret_message = lang_pick(line->lang, "--id must be a UUID, as an earlier run printed it.",
		    "--id 应为此前运行所显示的命令编号（UUID）。");
		return ERR_CONFIG;
	}
	command->id = PB_NEW(Pb__Uuid, pb__uuid, arena);
	if (!command->id)
		return ERR_MEMORY;
	command->id->high = uuid.high;
	command->id->low = uuid.low;
	return ERR_OK;
}

/* An empty message of the verb's kind as the body. */
static ProtobufCMessage *set_body(
    Pb__Command *command, const struct verb *verb, struct arena *arena) {
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
	    command->base.descriptor, verb->body);
	check(field);
	ProtobufCMessage *body = pb_new(field->descriptor, arena);
	*(ProtobufCMessage **)field_value(&command->base, field) = body;
	field_set_case(&command->base, field, field->id);
	return body;
}

static void set_fixed(ProtobufCMessage *body, const struct verb *verb) {
	if (!verb->fixed)
		return;
	const ProtobufCFieldDescriptor *field = field_named(body, verb->field);
	check(field && field->type == PROTOBUF_C_TYPE_ENUM);
	const ProtobufCEnumValue *value = enum_find(field->descriptor, verb->fixed);
	check(value);
	memcpy(field_value(body, field), &value->value, sizeof(value->value));
}

static enum err set_presets(ProtobufCMessage *body, const struct command_line *line,
    struct arena *arena, const char **ret_message) {
	const struct view view = { line->lang, arena };
	for (size_t i = 0; i < line->verb->parameter_count; i++) {
		const struct parameter *parameter = &line->verb->parameters[i];
		if (!parameter->preset || !parameter->field || options_has(line, parameter->name))
			continue;
		enum err err = fields_set(body, parameter, parameter->preset, &view, ret_message);
		if (err)
			return err;
	}
	return ERR_OK;
}

enum err compose_command(const struct command_line *line, struct arena *arena,
    Pb__Command **ret_command, const char **ret_message) {
	const struct view view = { line->lang, arena };
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, arena);
	ProtobufCMessage *body = command ? set_body(command, line->verb, arena) : NULL;
	if (!body)
		return ERR_MEMORY;
	enum err err = set_id(line, command, arena, ret_message);
	if (!err)
		err = set_presets(body, line, arena, ret_message);
	for (size_t i = 0; !err && i < line->argument_count; i++)
		if (line->arguments[i].parameter->field)
			err = fields_set(
			    body, line->arguments[i].parameter, line->arguments[i].text, &view, ret_message);
	if (err)
		return err;
	set_fixed(body, line->verb);
	*ret_command = command;
	return ERR_OK;
}

ProtobufCMessage *compose_body(const Pb__Command *command) {
	const ProtobufCFieldDescriptor *field = pb_set_field(&command->base, command->body_case);
	return field ? *(ProtobufCMessage *const *)field_const(&command->base, field) : NULL;
}

static bool is_sent_by(const struct verb *verb, const Pb__Command *command) {
	if (verb->kind != VERB_COMMAND || verb->body != command->body_case)
		return false;
	const ProtobufCMessage *body = compose_body(command);
	if (!verb->fixed || !body)
		return true;
	const ProtobufCFieldDescriptor *field = field_named(body, verb->field);
	int value;
	memcpy(&value, field_const(body, field), sizeof(value));
	return enum_find(field->descriptor, verb->fixed)->value == value;
}

const struct verb *compose_verb(const Pb__Command *command) {
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++)
		if (is_sent_by(verb, command))
			return verb;
	return NULL;
}
