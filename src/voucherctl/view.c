/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/view.h"

#include "base/base64.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid.h"
#include "record/field.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static bool ends_with(const char *text, const char *end) {
	size_t bytes = strlen(text), end_bytes = strlen(end);
	return bytes >= end_bytes && strcmp(text + bytes - end_bytes, end) == 0;
}

/* --- numbers --- */

static const char *format_time(const struct view *view, int64_t time_us, const char *format) {
	char text[64];
	time_t seconds = (time_t)(time_us / US_PER_S);
	struct tm local;
	if (!localtime_r(&seconds, &local) || strftime(text, sizeof(text), format, &local) == 0)
		return arena_printf(view->arena, "%" PRId64 " µs", time_us);
	return arena_string(view->arena, text, strlen(text));
}

const char *view_time(const struct view *view, int64_t time_us) {
	return format_time(view, time_us, "%Y-%m-%d %H:%M:%S");
}

const char *view_money(const struct view *view, int64_t amount) {
	char text[TEXT_MONEY_BYTES];
	text_money(amount, text);
	return arena_string(view->arena, text, strlen(text));
}

/* Limits of days are kept as the first moment that is too late; people count the last that is
 * not. */
static const char *view_moment(const struct view *view, const char *name, int64_t time_us) {
	if (time_us == 0)
		return "";
	if (strcmp(name, "use_by_us") == 0 || strcmp(name, "claim_by_us") == 0)
		return format_time(view, time_us - 1, "%Y-%m-%d");
	return view_time(view, time_us);
}

/* Bounds count money, but for the rules that count something else, or may. */
static bool counts_numbers(const Pb__Bound *bound) {
	switch (bound->rule) {
	case PB__RULE__RULE_VOUCHERS_AT_ONCE:
	case PB__RULE__RULE_CAP_GRANTS:
	case PB__RULE__RULE_JOINT_CAP_GRANTS: return true;
	case PB__RULE__RULE_CONDITION:
	case PB__RULE__RULE_COMBINATION: return bound->unit != PB__UNIT__UNIT_MONEY;
	default: return false;
	}
}

/* An attribute does not say what it counts. */
static bool is_counted(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	const ProtobufCMessageDescriptor *type = message->descriptor;
	if (type == &pb__condition__descriptor)
		return ((const Pb__Condition *)message)->unit != PB__UNIT__UNIT_MONEY;
	if (type != &pb__bound__descriptor)
		return type == &pb__attribute__descriptor;
	const Pb__Bound *bound = (const Pb__Bound *)message;
	bool is_units = bound->rule == PB__RULE__RULE_PER_UNIT && strcmp(field->name, "asked") == 0;
	return is_units || counts_numbers(bound);
}

/* "2 d 03:04:05" */
static const char *view_seconds(const struct view *view, int64_t seconds) {
	int64_t day = 24 * 60 * 60;
	return seconds == 0
	    ? ""
	    : arena_printf(view->arena, "%" PRId64 " d %02d:%02d:%02d", seconds / day,
	          (int)(seconds % day / 3600), (int)(seconds % 3600 / 60), (int)(seconds % 60));
}

/* Where nought means that there is no such cap, or that nothing was decided. */
static bool is_nothing(const ProtobufCMessage *message, int64_t value) {
	const ProtobufCMessageDescriptor *type = message->descriptor;
	return value == 0 &&
	    (type == &pb__tier__descriptor || type == &pb__rule_set__descriptor ||
	        type == &pb__decision__descriptor || type == &pb__cap__descriptor ||
	        type == &pb__take_up__descriptor);
}

static const char *view_signed(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, int64_t value) {
	if (ends_with(field->name, "_us"))
		return view_moment(view, field->name, value);
	if (is_nothing(message, value))
		return "";
	if (ends_with(field->name, "_s"))
		return view_seconds(view, value);
	if (is_counted(message, field))
		return arena_printf(view->arena, "%" PRId64, value);
	return view_money(view, value);
}

static const char *view_unsigned(
    const struct view *view, const ProtobufCFieldDescriptor *field, uint64_t value) {
	if (value == 0 && strcmp(field->name, "population") != 0) /* a sample of nothing says so */
		return "";
	if (!ends_with(field->name, "_bp"))
		return arena_printf(view->arena, "%" PRIu64, value);
	if (value % 100 == 0)
		return arena_printf(view->arena, "%" PRIu64 "%%", value / 100);
	return arena_printf(view->arena, "%" PRIu64 ".%02u%%", value / 100, (unsigned)(value % 100));
}

static const char *view_small_signed(
    const struct view *view, const ProtobufCFieldDescriptor *field, int32_t value) {
	if (!ends_with(field->name, "offset_minutes"))
		return value ? arena_printf(view->arena, "%" PRId32, value) : "";
	unsigned minutes = value < 0 ? 0u - (unsigned)value : (unsigned)value;
	return arena_printf(
	    view->arena, "%c%02u:%02u", value < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* How long a line has been open, in whole days. */
static const char *view_age(const struct view *view, const Pb__BankLine *line) {
	const char *since = view_moment(view, "since_us", line->since_us);
	bool is_open = line->state != PB__LINE_STATE__LINE_MATCHED &&
	    line->state != PB__LINE_STATE__LINE_IGNORED;
	if (!since || !since[0] || !is_open)
		return since;
	int64_t age_us = clock_wall_us() - line->since_us;
	return arena_printf(view->arena, lang_pick(view->lang, "%s, %d d", "%s，%d 天"), since,
	    (int)(age_us > 0 ? age_us / US_PER_DAY : 0));
}

/* --- messages within messages --- */

static const char *view_digest(const struct view *view, const Pb__Digest *digest) {
	char *text = arena_alloc(view->arena, 2 * digest->value.len + 1);
	if (text)
		text_hex(digest->value.data, digest->value.len, text);
	return text;
}

static const char *view_uuid(const struct view *view, const Pb__Uuid *id) {
	char text[UUID_TEXT_BYTES];
	uuid_format((struct uuid){ id->high, id->low }, text);
	return arena_string(view->arena, text, strlen(text));
}

/* "staff < 100" */
static const char *view_condition(const struct view *view, const Pb__Condition *condition) {
	static const char *const signs[] = {
		[PB__COMPARISON__LESS] = "<",
		[PB__COMPARISON__AT_MOST] = "<=",
		[PB__COMPARISON__MORE] = ">",
		[PB__COMPARISON__AT_LEAST] = ">=",
		[PB__COMPARISON__EQUAL] = "=",
	};
	size_t is = (size_t)condition->is;
	const char *sign = is < sizeof(signs) / sizeof(signs[0]) && signs[is] ? signs[is] : "?";
	if (condition->unit == PB__UNIT__UNIT_MONEY)
		return arena_printf(view->arena, "%s %s %s", condition->attribute, sign,
		    view_money(view, condition->value));
	return arena_printf(
	    view->arena, "%s %s %" PRId64, condition->attribute, sign, condition->value);
}

const char *view_summary(const struct view *view, const ProtobufCMessage *message) {
	const char *text = "";
	for (unsigned i = 0; text && i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		const char *value = view_field(view, message, field);
		const char *label = label_of_field(
		    message->descriptor->short_name, field->name, view->lang, view->arena);
		if (!value || !label)
			return NULL;
		if (value[0])
			text = arena_printf(view->arena, "%s%s%s %s", text, text[0] ? ", " : "", label, value);
	}
	return text;
}

static const char *view_submessage(const struct view *view, const ProtobufCMessage *message) {
	if (!message)
		return "";
	if (message->descriptor == &pb__digest__descriptor)
		return view_digest(view, (const Pb__Digest *)message);
	if (message->descriptor == &pb__uuid__descriptor)
		return view_uuid(view, (const Pb__Uuid *)message);
	if (message->descriptor == &pb__condition__descriptor)
		return view_condition(view, (const Pb__Condition *)message);
	if (message->descriptor == &pb__attribute__descriptor) {
		const Pb__Attribute *attribute = (const Pb__Attribute *)message;
		return arena_printf(view->arena, "%s=%" PRId64, attribute->name, attribute->value);
	}
	return view_summary(view, message);
}

/* --- a field --- */

static const char *view_enum(
    const struct view *view, const ProtobufCFieldDescriptor *field, int value) {
	if (value == 0)
		return "";
	const ProtobufCEnumDescriptor *type = field->descriptor;
	const char *name = enum_name(type, value, view->arena);
	return name ? label_of_value(type->short_name, name, view->lang) : NULL;
}

/* A step is the status in which things wait: "APPLICATION_SUBMITTED", "CLAIM_PAID". */
static const char *view_step(const struct view *view, const char *step) {
	static const struct {
		const char *noun;
		const ProtobufCEnumDescriptor *statuses;
	} kinds[] = {
		{ "application", &pb__application_status__descriptor },
		{ "claim", &pb__claim_status__descriptor },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const ProtobufCEnumValue *value = enum_find(kinds[i].statuses, step);
		if (!value)
			continue;
		const char *noun = label_of_field(NULL, kinds[i].noun, view->lang, view->arena);
		const char *name = enum_name(kinds[i].statuses, value->value, view->arena);
		return noun && name
		    ? arena_printf(view->arena, "%s: %s", noun, label_of_value(NULL, name, view->lang))
		    : NULL;
	}
	return step;
}

static const char *view_text(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, const char *text) {
	bool is_step = message->descriptor == &pb__step_clock__descriptor &&
	    strcmp(field->name, "step") == 0;
	return is_step ? view_step(view, text) : text;
}

/* As JSON has it. */
static const char *view_bytes(const struct view *view, const ProtobufCBinaryData *value) {
	char *text = arena_alloc(view->arena, BASE64_TEXT_BYTES(value->len));
	if (text)
		base64_encode(value->data, value->len, text);
	return text;
}

static const char *view_one(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, const void *value) {
	if (message->descriptor == &pb__bank_line__descriptor && strcmp(field->name, "since_us") == 0)
		return view_age(view, (const Pb__BankLine *)message);
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64: return view_signed(view, message, field, *(const int64_t *)value);
	case PROTOBUF_C_TYPE_UINT64: return view_unsigned(view, field, *(const uint64_t *)value);
	case PROTOBUF_C_TYPE_FIXED64:
		return view_moment(view, field->name, (int64_t) * (const uint64_t *)value);
	case PROTOBUF_C_TYPE_UINT32: return view_unsigned(view, field, *(const uint32_t *)value);
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_INT32: return view_small_signed(view, field, *(const int32_t *)value);
	case PROTOBUF_C_TYPE_BOOL:
		return *(const protobuf_c_boolean *)value ? label_of_value(NULL, "yes", view->lang) : "";
	case PROTOBUF_C_TYPE_ENUM: return view_enum(view, field, *(const int *)value);
	case PROTOBUF_C_TYPE_STRING:
		return view_text(view, message, field, *(const char *const *)value);
	case PROTOBUF_C_TYPE_BYTES: return view_bytes(view, value);
	case PROTOBUF_C_TYPE_MESSAGE:
		return view_submessage(view, *(const ProtobufCMessage *const *)value);
	default: break;
	}
	check(!"the schema has no fields of this type");
	return NULL;
}

static const char *view_list(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field) {
	const char *elements = *(const char *const *)field_const(message, field);
	size_t count = field_count_const(message, field);
	const char *text = "";
	for (size_t i = 0; text && i < count; i++) {
		const char *one = view_one(view, message, field, elements + i * field_size(field));
		if (!one)
			return NULL;
		text = arena_printf(view->arena, "%s%s%s", text, i ? ", " : "", one);
	}
	return text;
}

const char *view_field(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field) {
	if (field_is_repeated(field))
		return view_list(view, message, field);
	if (field_is_oneof(field) && field_case(message, field) != field->id)
		return "";
	return view_one(view, message, field, field_const(message, field));
}

/* The first step of a path; `ret_rest` is what follows its dot, or NULL. */
static const ProtobufCFieldDescriptor *first_step(
    const ProtobufCMessageDescriptor *descriptor, const char *path, const char **ret_rest) {
	char name[VIEW_PATH_BYTES];
	size_t bytes = strcspn(path, ".");
	check(bytes < sizeof(name));
	memcpy(name, path, bytes);
	name[bytes] = '\0';
	*ret_rest = path[bytes] ? path + bytes + 1 : NULL;
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
	    descriptor, name);
	check(field);
	return field;
}

const ProtobufCFieldDescriptor *view_find(
    const ProtobufCMessageDescriptor *descriptor, const char *path) {
	const char *rest = NULL;
	const ProtobufCFieldDescriptor *field = first_step(descriptor, path, &rest);
	return rest ? view_find(field->descriptor, rest) : field;
}

const char *view_value(const struct view *view, const ProtobufCMessage *message, const char *path) {
	const char *rest = NULL;
	const ProtobufCFieldDescriptor *field = first_step(message->descriptor, path, &rest);
	if (!rest)
		return view_field(view, message, field);
	const ProtobufCMessage *inner = *(const ProtobufCMessage *const *)field_const(message, field);
	return inner ? view_value(view, inner, rest) : "";
}

bool view_is_number(const ProtobufCFieldDescriptor *field) {
	if (field_is_repeated(field) || ends_with(field->name, "_us"))
		return false;
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32: return true;
	default: return false;
	}
}
