/* SPDX-License-Identifier: Apache-2.0 */
/* Reading commands from requests. Pure; any thread. */
#include "api/command_body.h"

#include "base/text.h"
#include "base/uuid.h"
#include "record/json.h"
#include "record/pb.h"

#include <string.h>

/* What is being read, and where a complaint goes. */
struct reading {
	const struct command_source *source;
	const ProtobufCFieldDescriptor *field; /* of Command: the one that the route is for */
	struct arena *arena;
	struct problem *problem;
};

const ProtobufCFieldDescriptor *command_field(Pb__Command__BodyCase command) {
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
	    &pb__command__descriptor, (unsigned)command);
	return field && (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ? field : NULL;
}

static bool complain(
    struct reading *reading, Pb__Outcome outcome, const char *field, const char *detail) {
	*reading->problem = problem_of_field(outcome, field, detail ? detail : "", reading->arena);
	return false;
}

static void complain_memory(struct problem *ret_problem) {
	*ret_problem = (struct problem){ .outcome = PB__OUTCOME__UNAVAILABLE,
		.detail = "Out of memory." };
}

static void complain_media(enum media media, struct problem *ret_problem) {
	*ret_problem = (struct problem){
		.status = 415,
		.outcome = PB__OUTCOME__MALFORMED,
		.detail = media == MEDIA_NONE ? "Say what the body is: Content-Type: " MEDIA_TYPE_JSON
		                                " or " MEDIA_TYPE_PROTOBUF "."
		                              : "Send " MEDIA_TYPE_JSON " or " MEDIA_TYPE_PROTOBUF ".",
	};
}

static bool read_protobuf(const struct body *body, const ProtobufCMessageDescriptor *descriptor,
    struct arena *arena, ProtobufCMessage **ret_message, struct problem *ret_problem) {
	enum err err = pb_unpack(descriptor, body->data, body->bytes, arena, ret_message);
	if (err == ERR_MEMORY)
		complain_memory(ret_problem);
	else if (err)
		*ret_problem = problem_of_field(PB__OUTCOME__MALFORMED, "",
		    err == ERR_RANGE ? "The body has too many fields; send less at a time."
		                     : "The body is not a well-formed protobuf message of this schema.",
		    arena);
	return err == ERR_OK;
}

bool body_read(const struct body *body, const ProtobufCMessageDescriptor *descriptor,
    struct arena *arena, ProtobufCMessage **ret_message, struct problem *ret_problem) {
	if (body->media == MEDIA_PROTOBUF)
		return read_protobuf(body, descriptor, arena, ret_message, ret_problem);
	if (body->media != MEDIA_JSON) {
		complain_media(body->media, ret_problem);
		return false;
	}
	struct json_error error;
	enum err err = json_decode(descriptor, body->data, body->bytes, arena, ret_message, &error);
	if (err == ERR_MEMORY)
		complain_memory(ret_problem);
	else if (err)
		*ret_problem = problem_of_json(&error, arena);
	return err == ERR_OK;
}

static void *member_of(void *message, const ProtobufCFieldDescriptor *field) {
	return (char *)message + field->offset;
}

/* A Command around a message of its own. */
static Pb__Command *wrap(struct reading *reading, ProtobufCMessage *message) {
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, reading->arena);
	if (!command)
		return NULL;
	command->body_case = reading->source->route->command;
	*(ProtobufCMessage **)member_of(command, reading->field) = message;
	return command;
}

static Pb__Command *wrap_empty(struct reading *reading) {
	ProtobufCMessage *message = pb_new(reading->field->descriptor, reading->arena);
	return message ? wrap(reading, message) : NULL;
}

/* Whether a failure to read the command's own message was over the keys of a whole Command. */
static bool is_about_whole(const struct reading *reading, const struct json_error *error) {
	return strcmp(error->path, "id") == 0 || strcmp(error->path, reading->field->name) == 0;
}

/*
 * JSON in either form. The likely one is tried first; if neither can be read, the complaint is
 * about the one that was meant.
 */
static bool read_json(struct reading *reading, Pb__Command **ret_command) {
	const struct body *body = &reading->source->body;
	bool is_whole = reading->source->idempotency_key[0] == '\0';
	struct json_error error[2] = { 0 }; /* as a message, as a whole Command */
	enum err err = ERR_OK;
	ProtobufCMessage *message;
	for (int attempt = 0; attempt < 2; attempt++, is_whole = !is_whole) {
		err = json_decode(is_whole ? &pb__command__descriptor : reading->field->descriptor,
		    body->data, body->bytes, reading->arena, &message, &error[is_whole]);
		if (err == ERR_OK || err == ERR_MEMORY)
			break;
	}
	if (err && err != ERR_MEMORY) {
		*reading->problem = problem_of_json(
		    &error[is_about_whole(reading, &error[0])], reading->arena);
		return false;
	}
	*ret_command = err ? NULL : is_whole ? (Pb__Command *)message : wrap(reading, message);
	if (!*ret_command)
		complain_memory(reading->problem);
	return *ret_command != NULL;
}

static bool read_body(struct reading *reading, Pb__Command **ret_command) {
	const struct body *body = &reading->source->body;
	if (body->bytes == 0) {
		*ret_command = wrap_empty(reading);
		if (!*ret_command)
			complain_memory(reading->problem);
		return *ret_command != NULL;
	}
	if (body->media == MEDIA_JSON)
		return read_json(reading, ret_command);
	bool is_whole = reading->source->idempotency_key[0] == '\0';
	ProtobufCMessage *message;
	if (!body_read(body, is_whole ? &pb__command__descriptor : reading->field->descriptor,
	        reading->arena, &message, reading->problem))
		return false;
	*ret_command = is_whole ? (Pb__Command *)message : wrap(reading, message);
	if (!*ret_command)
		complain_memory(reading->problem);
	return *ret_command != NULL;
}

/* A whole Command must be of the route's kind; one with an id alone is taken as empty. */
static bool settle_kind(struct reading *reading, Pb__Command **command) {
	Pb__Command__BodyCase wanted = reading->source->route->command;
	if ((*command)->body_case == wanted)
		return true;
	if ((*command)->body_case != PB__COMMAND__BODY__NOT_SET)
		return complain(reading, PB__OUTCOME__FIELD_INVALID,
		    command_field((*command)->body_case)->name,
		    arena_printf(reading->arena, "This route takes %s.", reading->field->name));
	Pb__Command *empty = wrap_empty(reading);
	if (!empty) {
		complain_memory(reading->problem);
		return false;
	}
	empty->id = (*command)->id;
	*command = empty;
	return true;
}

/* The header is a UUID, bare or in the quotes that draft-ietf-httpapi-idempotency-key-header asks
 * for. */
static bool settle_id(struct reading *reading, Pb__Command *command) {
	const char *key = reading->source->idempotency_key;
	if (key[0] == '\0') {
		if (command->id && (command->id->high || command->id->low))
			return true;
		return complain(reading, PB__OUTCOME__FIELD_MISSING, "id",
		    "Send an Idempotency-Key header with a UUID of your choice, or a whole command "
		    "with its id.");
	}
	size_t bytes = strlen(key);
	if (bytes >= 2 && key[0] == '"' && key[bytes - 1] == '"')
		key = arena_string(reading->arena, key + 1, bytes - 2);
	struct uuid uuid;
	if (!key || uuid_parse_text(key, &uuid) || (uuid.high == 0 && uuid.low == 0))
		return complain(reading, PB__OUTCOME__FIELD_INVALID, "id",
		    "The Idempotency-Key header is not a UUID of 36 characters.");
	if (command->id && (command->id->high != uuid.high || command->id->low != uuid.low))
		return complain(reading, PB__OUTCOME__FIELD_INVALID, "id",
		    "The id in the body differs from the Idempotency-Key header.");
	if (!command->id)
		command->id = PB_NEW(Pb__Uuid, pb__uuid, reading->arena);
	if (!command->id) {
		complain_memory(reading->problem);
		return false;
	}
	command->id->high = uuid.high;
	command->id->low = uuid.low;
	return true;
}

static bool settle_text(struct reading *reading, const ProtobufCFieldDescriptor *field, void *place,
    const char *value) {
	const char **text = place;
	if ((*text)[0] && strcmp(*text, value) != 0)
		return complain(reading, PB__OUTCOME__FIELD_INVALID, field->name,
		    "The body names another object than the path.");
	*text = value;
	return true;
}

static bool settle_number(struct reading *reading, const ProtobufCFieldDescriptor *field,
    void *place, const char *value) {
	bool is_wide = field->type == PROTOBUF_C_TYPE_UINT64;
	uint64_t given = is_wide ? *(uint64_t *)place : *(uint32_t *)place, number;
	if (text_parse_u64(value, strlen(value), &number) || number == 0 ||
	    (!is_wide && number > UINT32_MAX)) {
		*reading->problem = (struct problem){ .outcome = problem_unknown(field->name) };
		return false;
	}
	if (given && given != number)
		return complain(reading, PB__OUTCOME__FIELD_INVALID, field->name,
		    "The body names another object than the path.");
	if (is_wide)
		*(uint64_t *)place = number;
	else
		*(uint32_t *)place = (uint32_t)number;
	return true;
}

static bool settle_path(struct reading *reading, Pb__Command *command) {
	ProtobufCMessage *message = *(ProtobufCMessage **)member_of(command, reading->field);
	const struct command_source *source = reading->source;
	for (size_t i = 0; i < ROUTE_VALUES_MAX && source->route->fields[i]; i++) {
		const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		    message->descriptor, source->route->fields[i]);
		void *place = member_of(message, field);
		bool is_text = field->type == PROTOBUF_C_TYPE_STRING;
		if (!(is_text ? settle_text : settle_number)(reading, field, place, source->values[i]))
			return false;
	}
	return true;
}

bool command_read(const struct command_source *source, struct arena *arena,
    Pb__Command **ret_command, struct problem *ret_problem) {
	struct reading reading = {
		.source = source,
		.field = command_field(source->route->command),
		.arena = arena,
		.problem = ret_problem,
	};
	Pb__Command *command;
	if (!read_body(&reading, &command) || !settle_kind(&reading, &command) ||
	    !settle_id(&reading, command) || !settle_path(&reading, command))
		return false;
	*ret_command = command;
	return true;
}
