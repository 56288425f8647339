/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/fields.h"

#include "base/check.h"
#include "base/date.h"
#include "base/text.h"
#include "record/field.h"
#include "record/pb.h"
#include "voucher/v1/bank.pb-c.h"
#include "voucher/v1/claim.pb-c.h"
#include "voucher/v1/period.pb-c.h"
#include "voucher/v1/setup.pb-c.h"
#include "voucher/v1/voucher.pb-c.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/hash.h"

#include <errno.h>
#include <string.h>

#define UTC_OFFSET_MAX (14 * 60)

struct setting {
	ProtobufCMessage *message;
	const ProtobufCFieldDescriptor *field;
	const struct parameter *parameter;
	struct arena *arena;
	enum lang lang;
	const char *message_text; /* what is wrong */
};

#define FAIL(setting, en, zh, ...)                                                                 \
	((setting)->message_text = arena_printf(                                                       \
	     (setting)->arena, lang_pick((setting)->lang, en, zh), __VA_ARGS__),                       \
	    (setting)->message_text ? ERR_CONFIG : ERR_MEMORY)

/* --- places --- */

/* Steps into sub-messages ("bank_account.number"), making those that are not there. */
static enum err find_field(struct setting *setting) {
	const char *path = setting->parameter->field;
	for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
		const char *name = arena_string(setting->arena, path, (size_t)(dot - path));
		if (!name)
			return ERR_MEMORY;
		const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		    setting->message->descriptor, name);
		check(field && field->type == PROTOBUF_C_TYPE_MESSAGE && !field_is_repeated(field));
		ProtobufCMessage **place = field_value(setting->message, field);
		if (!*place)
			*place = pb_new(field->descriptor, setting->arena);
		if (!*place)
			return ERR_MEMORY;
		setting->message = *place;
	}
	setting->field = protobuf_c_message_descriptor_get_field_by_name(
	    setting->message->descriptor, path);
	check(setting->field);
	return ERR_OK;
}

/* Where the value goes: the field itself, or a new last element of it. NULL: arena exhausted. */
static void *make_place(struct setting *setting) {
	void *value = field_value(setting->message, setting->field);
	if (!field_is_repeated(setting->field))
		return value;
	size_t *count = field_count(setting->message, setting->field);
	size_t size = field_size(setting->field);
	char *longer = arena_zalloc(setting->arena, (*count + 1) * size);
	if (!longer)
		return NULL;
	if (*count > 0)
		memcpy(longer, *(void **)value, *count * size);
	*(void **)value = longer;
	return longer + size * (*count)++;
}

static enum err put(struct setting *setting, const void *value, size_t bytes) {
	void *place = make_place(setting);
	if (!place)
		return ERR_MEMORY;
	check(bytes == field_size(setting->field));
	memcpy(place, value, bytes);
	return ERR_OK;
}

static enum err put_pointer(struct setting *setting, const void *pointer) {
	return pointer ? put(setting, &pointer, sizeof(pointer)) : ERR_MEMORY;
}

/* --- values --- */

/* A copy with full-width digits made plain: for everything but free text. */
static char *plain(struct setting *setting, const char *text) {
	char *copy = arena_string(setting->arena, text, strlen(text));
	if (copy)
		text_normalise(copy);
	return copy;
}

static enum err set_text(struct setting *setting, const char *text) {
	if (!text_is_clean_utf8(text, strlen(text)))
		return FAIL(setting, "%s is not UTF-8, or has control characters in it.",
		    "%s 不是 UTF-8，或含有控制字符。", setting->parameter->name);
	return put_pointer(setting, arena_string(setting->arena, text, strlen(text)));
}

static enum err set_number(struct setting *setting, const char *text) {
	uint64_t value = 0;
	uint64_t most = UINT64_MAX;
	if (setting->field->type == PROTOBUF_C_TYPE_UINT32)
		most = UINT32_MAX;
	if (setting->field->type == PROTOBUF_C_TYPE_SINT32)
		most = INT32_MAX;
	if (text_parse_u64(text, strlen(text), &value) != ERR_OK || value > most)
		return FAIL(setting, "%s must be a number such as 42, not \"%s\".",
		    "%s 应为数字（如 42），而非 \"%s\"。", setting->parameter->name, text);
	uint32_t short_value = (uint32_t)value;
	return most == UINT64_MAX ? put(setting, &value, sizeof(value))
	                          : put(setting, &short_value, sizeof(short_value));
}

static enum err parse_money(struct setting *setting, const char *text, int64_t *ret_amount) {
	enum err err = text_parse_money(text, ret_amount);
	if (err == ERR_RANGE)
		return FAIL(setting, "%s: %s is more than any ledger can hold.",
		    "%s：%s 超出账本所能记录的金额。", setting->parameter->name, text);
	if (err != ERR_OK)
		return FAIL(setting, "%s must be an amount in yuan such as 1,234.56, not \"%s\".",
		    "%s 应为以元计的金额（如 1,234.56），而非 \"%s\"。", setting->parameter->name, text);
	return ERR_OK;
}

static enum err set_money(struct setting *setting, const char *text) {
	int64_t amount = 0;
	enum err err = parse_money(setting, text, &amount);
	if (err)
		return err;
	bool is_signed = setting->field->type == PROTOBUF_C_TYPE_SINT64; /* a balance */
	if (amount < 0 && !is_signed)
		return FAIL(setting, "%s must not be negative.", "%s 不得为负。", setting->parameter->name);
	return put(setting, &amount, sizeof(amount));
}

static enum err check_date(struct setting *setting, const char *text) {
	int32_t day;
	if (date_parse(text, &day) != ERR_OK)
		return FAIL(setting, "%s must have a day as YYYY-MM-DD, not \"%s\".",
		    "%s 的日期应为 YYYY-MM-DD，而非 \"%s\"。", setting->parameter->name, text);
	return ERR_OK;
}

static enum err set_date(struct setting *setting, const char *text) {
	enum err err = check_date(setting, text);
	return err ? err : put_pointer(setting, text);
}

static enum err set_month(struct setting *setting, const char *text) {
	int32_t day;
	const char *first = arena_printf(setting->arena, "%s-01", text);
	if (!first)
		return ERR_MEMORY;
	if (date_parse(first, &day) != ERR_OK)
		return FAIL(setting, "%s must be a month as YYYY-MM, not \"%s\".",
		    "%s 应为月份 YYYY-MM，而非 \"%s\"。", setting->parameter->name, text);
	return put_pointer(setting, text);
}

static enum err set_enum(struct setting *setting, const char *text) {
	const ProtobufCEnumDescriptor *descriptor = setting->field->descriptor;
	const ProtobufCEnumValue *value = enum_find(descriptor, text);
	if (!value)
		return FAIL(setting, "%s must be one of %s, not \"%s\".", "%s 应为 %s 之一，而非 \"%s\"。",
		    setting->parameter->name, enum_list(descriptor, setting->arena), text);
	return put(setting, &value->value, sizeof(value->value));
}

static bool parse_digits(const char *text, int least, int most, int *ret_value) {
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;
	*ret_value = (text[0] - '0') * 10 + (text[1] - '0');
	return *ret_value >= least && *ret_value <= most;
}

/* "+08:00" */
static enum err set_offset(struct setting *setting, const char *text) {
	int hours = 0, minutes = 0;
	if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
	    !parse_digits(text + 1, 0, 14, &hours) || !parse_digits(text + 4, 0, 59, &minutes) ||
	    hours * 60 + minutes > UTC_OFFSET_MAX)
		return FAIL(setting, "%s must be an offset from UTC such as +08:00, not \"%s\".",
		    "%s 应为与 UTC 的时差（如 +08:00），而非 \"%s\"。", setting->parameter->name, text);
	int32_t offset = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
	return put(setting, &offset, sizeof(offset));
}

/* --- hashes --- */

static enum err make_digest(
    struct setting *setting, const uint8_t hash[DIGEST_BYTES], Pb__Digest **ret_digest) {
	Pb__Digest *digest = PB_NEW(Pb__Digest, pb__digest, setting->arena);
	if (!digest)
		return ERR_MEMORY;
	digest->value.data = arena_copy(setting->arena, hash, DIGEST_BYTES);
	digest->value.len = DIGEST_BYTES;
	if (!digest->value.data)
		return ERR_MEMORY;
	*ret_digest = digest;
	return ERR_OK;
}

static enum err put_digest(struct setting *setting, const uint8_t hash[DIGEST_BYTES]) {
	Pb__Digest *digest = NULL;
	enum err err = make_digest(setting, hash, &digest);
	return err ? err : put_pointer(setting, digest);
}

static enum err read_digest(
    struct setting *setting, const char *text, uint8_t ret_hash[DIGEST_BYTES]) {
	if (text_parse_hex(text, ret_hash, DIGEST_BYTES) != ERR_OK)
		return FAIL(setting, "%s must be 64 hexadecimal digits (a SHA-256), not \"%s\".",
		    "%s 应为 64 位十六进制数（SHA-256），而非 \"%s\"。", setting->parameter->name, text);
	return ERR_OK;
}

static enum err set_digest(struct setting *setting, const char *text) {
	uint8_t hash[DIGEST_BYTES];
	enum err err = read_digest(setting, text, hash);
	return err ? err : put_digest(setting, hash);
}

/* Of a file, or of what "sha256:" says. */
static enum err read_evidence(
    struct setting *setting, const char *text, uint8_t ret_hash[DIGEST_BYTES]) {
	static const char prefix[] = "sha256:";
	if (strncmp(text, prefix, sizeof(prefix) - 1) == 0)
		return read_digest(setting, text + sizeof(prefix) - 1, ret_hash);
	enum err err = hash_file(text, ret_hash);
	return err == ERR_IO
	    ? FAIL(setting, "%s: \"%s\" cannot be read: %s.", "%s：无法读取 \"%s\"：%s。",
	          setting->parameter->name, text, lang_errno(setting->lang, errno))
	    : err;
}

static enum err set_evidence(struct setting *setting, const char *text) {
	uint8_t hash[DIGEST_BYTES];
	enum err err = read_evidence(setting, text, hash);
	return err ? err : put_digest(setting, hash);
}

static enum err set_certificate(struct setting *setting, const char *text) {
	uint8_t hash[DIGEST_BYTES];
	enum err err = hash_certificate_key(text, hash);
	if (err == ERR_IO)
		return FAIL(setting, "%s: \"%s\" cannot be read: %s.", "%s：无法读取 \"%s\"：%s。",
		    setting->parameter->name, text, lang_errno(setting->lang, errno));
	if (err == ERR_SYNTAX)
		return FAIL(setting,
		    "%s: There is no certificate in \"%s\"; it must be PEM, with a line "
		    "\"-----BEGIN CERTIFICATE-----\".",
		    "%s：\"%s\" 中没有证书；应为 PEM 格式，含 \"-----BEGIN CERTIFICATE-----\" 一行。",
		    setting->parameter->name, text);
	return err ? err : put_digest(setting, hash);
}

/* --- small messages --- */

/* "staff=42", or with money "revenue_last_year=8,000,000.00". */
static enum err set_attribute(struct setting *setting, char *text) {
	char *equals = strchr(text, '=');
	if (!equals || equals == text)
		return FAIL(setting, "%s must be NAME=VALUE, not \"%s\".", "%s 应为 名称=值，而非 \"%s\"。",
		    setting->parameter->name, text);
	Pb__Attribute *attribute = PB_NEW(Pb__Attribute, pb__attribute, setting->arena);
	if (!attribute)
		return ERR_MEMORY;
	*equals = '\0';
	attribute->name = text;
	enum err err = ERR_OK;
	if (setting->parameter->type == PARAMETER_VALUED)
		err = parse_money(setting, equals + 1, &attribute->value);
	else if (text_parse_i64(equals + 1, strlen(equals + 1), &attribute->value) != ERR_OK)
		err = FAIL(setting, "%s %s: \"%s\" is no whole number. (Amounts of money go with --money.)",
		    "%s %s：\"%s\" 不是整数。（金额请用 --money。）", setting->parameter->name, text,
		    equals + 1);
	return err ? err : put_pointer(setting, attribute);
}

/* Takes a text apart at its colons. How many parts there are: more than `room` when they do not
 * fit. */
static size_t split(char *text, char **ret_parts, size_t room) {
	size_t count = 0;
	for (char *part; (part = strsep(&text, ":"));) {
		if (count == room)
			return room + 1;
		ret_parts[count++] = part;
	}
	return count;
}

/* "[CODE:]NUMBER:AMOUNT:DATE[:VAT]": the date has hyphens, and nothing else does. */
static enum err set_invoice(struct setting *setting, char *text) {
	const char *whole = arena_string(setting->arena, text, strlen(text));
	char *parts[5];
	size_t count = split(text, parts, 5);
	size_t date = count == 3 || (count == 4 && strchr(parts[2], '-')) ? 2 : 3;
	if (!whole)
		return ERR_MEMORY;
	if (count < 3 || count > 5)
		return FAIL(setting,
		    "%s must be NUMBER:AMOUNT:DATE, or CODE:NUMBER:AMOUNT:DATE for an old one, perhaps "
		    "with :VAT behind it, not \"%s\".",
		    "%s 应为 号码:金额:日期，旧发票为 代码:号码:金额:日期，其后可加 :税额，而非 \"%s\"。",
		    setting->parameter->name, whole);
	Pb__Invoice *invoice = PB_NEW(Pb__Invoice, pb__invoice, setting->arena);
	if (!invoice)
		return ERR_MEMORY;
	if (date == 3)
		invoice->code = parts[0];
	invoice->number = parts[date - 2];
	invoice->date = parts[date];
	enum err err = parse_money(setting, parts[date - 1], &invoice->amount);
	if (!err)
		err = check_date(setting, parts[date]);
	if (!err && date + 1 < count)
		err = parse_money(setting, parts[date + 1], &invoice->vat);
	return err ? err : put_pointer(setting, invoice);
}

/* "KIND:NUMBER[:DATE[:FILE]]" */
static enum err set_document(struct setting *setting, const char *text) {
	char *copy = arena_string(setting->arena, text, strlen(text)), *file = copy, *parts[3] = { 0 };
	if (!copy)
		return ERR_MEMORY;
	for (size_t i = 0; i < 3; i++)
		parts[i] = strsep(&file, ":"); /* the name of the file may have colons */
	if (!parts[1] || !parts[0][0] || !text_is_clean_utf8(text, strlen(text)))
		return FAIL(setting, "%s must be KIND:NUMBER, perhaps with :DATE and :FILE, not \"%s\".",
		    "%s 应为 种类:文号，其后可加 :日期 和 :文件，而非 \"%s\"。", setting->parameter->name,
		    text);
	Pb__CitedDocument *document = PB_NEW(Pb__CitedDocument, pb__cited_document, setting->arena);
	if (!document)
		return ERR_MEMORY;
	document->kind = parts[0];
	document->number = parts[1];
	document->date = parts[2] ? parts[2] : "";
	enum err err = document->date[0] ? check_date(setting, document->date) : ERR_OK;
	uint8_t hash[DIGEST_BYTES];
	if (!err && file)
		err = read_evidence(setting, file, hash);
	if (!err && file)
		err = make_digest(setting, hash, &document->digest);
	return err ? err : put_pointer(setting, document);
}

/* "60-2", or with the ledger before it, "V0190a1b2-60-2", as banks write it; "60" where a whole
 * settlement may be meant. */
static enum err set_payment(struct setting *setting, const char *text) {
	bool is_return = setting->parameter->type == PARAMETER_RETURN;
	const char *number = text + (text[0] == 'V' ? strcspn(text, "-") : 0);
	number += *number == '-';
	size_t bytes = strcspn(number, "-");
	uint64_t payment = 0;
	Pb__Target *target = PB_NEW(Pb__Target, pb__target, setting->arena);
	if (!target)
		return ERR_MEMORY;
	bool is_right = text_parse_u64(number, bytes, &target->settlement) == ERR_OK;
	if (is_right && number[bytes])
		is_right = text_parse_u64(number + bytes + 1, strlen(number + bytes + 1), &payment) ==
		        ERR_OK &&
		    payment > 0 && payment <= UINT32_MAX;
	if (!is_right || (is_return && payment == 0))
		return FAIL(setting,
		    "%s must be a payment such as 60-2 (settlement 60, its second)%s, not \"%s\".",
		    "%s 应为付款，如 60-2（结算批次 60 的第 2 笔）%s，而非 \"%s\"。",
		    setting->parameter->name,
		    is_return ? ""
		              : lang_pick(setting->lang, ", or 60 for all of a settlement",
		                    "，或以 60 表示整个批次"),
		    text);
	target->payment = (uint32_t)payment;
	target->is_return = is_return;
	return put_pointer(setting, target);
}

/* "70:50,000.00" */
static enum err set_recovery(struct setting *setting, const char *text) {
	Pb__Target *target = PB_NEW(Pb__Target, pb__target, setting->arena);
	size_t bytes = strcspn(text, ":");
	if (!target)
		return ERR_MEMORY;
	if (!text[bytes] || text_parse_u64(text, bytes, &target->clawback) != ERR_OK)
		return FAIL(setting, "%s must be CLAWBACK:AMOUNT, such as 70:50,000.00, not \"%s\".",
		    "%s 应为 追回编号:金额，如 70:50,000.00，而非 \"%s\"。", setting->parameter->name,
		    text);
	enum err err = parse_money(setting, text + bytes + 1, &target->amount);
	return err ? err : put_pointer(setting, target);
}

/* "icbc-vouchers:17=reason" */
static enum err set_carry_over(struct setting *setting, const char *text) {
	Pb__CarryOver *carry = PB_NEW(Pb__CarryOver, pb__carry_over, setting->arena);
	size_t account = strcspn(text, ":"), line = strcspn(text, "=");
	if (!carry)
		return ERR_MEMORY;
	if (!text[line] || account >= line || !text_is_clean_utf8(text, strlen(text)) ||
	    text_parse_u64(text + account + 1, line - account - 1, &carry->line) != ERR_OK)
		return FAIL(setting,
		    "%s must be ACCOUNT:LINE=REASON, such as icbc-vouchers:17=待银行回复, not \"%s\".",
		    "%s 应为 账户:流水=原因，如 icbc-vouchers:17=待银行回复，而非 \"%s\"。",
		    setting->parameter->name, text);
	const char *reason = text + line + 1;
	carry->house_account = arena_string(setting->arena, text, account);
	carry->reason = arena_string(setting->arena, reason, strlen(reason));
	return carry->house_account && carry->reason ? put_pointer(setting, carry) : ERR_MEMORY;
}

static enum err set_value(struct setting *setting, const char *text) {
	enum parameter_type type = setting->parameter->type;
	if (type == PARAMETER_TEXT)
		return set_text(setting, text);
	if (type == PARAMETER_EVIDENCE)
		return set_evidence(setting, text);
	if (type == PARAMETER_CERTIFICATE)
		return set_certificate(setting, text);
	if (type == PARAMETER_DOCUMENT)
		return set_document(setting, text);
	if (type == PARAMETER_CARRY_OVER)
		return set_carry_over(setting, text);
	if (type == PARAMETER_FLAG) {
		protobuf_c_boolean yes = true;
		return put(setting, &yes, sizeof(yes));
	}
	char *copy = plain(setting, text);
	if (!copy)
		return ERR_MEMORY;
	switch (type) {
	case PARAMETER_NUMBER: return set_number(setting, copy);
	case PARAMETER_MONEY: return set_money(setting, copy);
	case PARAMETER_DATE: return set_date(setting, copy);
	case PARAMETER_MONTH: return set_month(setting, copy);
	case PARAMETER_ENUM: return set_enum(setting, copy);
	case PARAMETER_OFFSET: return set_offset(setting, copy);
	case PARAMETER_DIGEST: return set_digest(setting, copy);
	case PARAMETER_COUNTED:
	case PARAMETER_VALUED: return set_attribute(setting, copy);
	case PARAMETER_INVOICE: return set_invoice(setting, copy);
	case PARAMETER_PAYMENT:
	case PARAMETER_RETURN: return set_payment(setting, copy);
	case PARAMETER_RECOVERY: return set_recovery(setting, copy);
	default: break;
	}
	check(!"a parameter of this type has no field");
	return ERR_CONFIG;
}

enum err fields_set(ProtobufCMessage *message, const struct parameter *parameter, const char *text,
    const struct view *view, const char **ret_message) {
	struct setting setting = {
		.message = message, .parameter = parameter, .arena = view->arena, .lang = view->lang
	};
	enum err err = find_field(&setting);
	if (!err)
		err = set_value(&setting, text);
	if (err && setting.message_text)
		*ret_message = setting.message_text;
	return err;
}
