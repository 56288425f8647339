/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/show.h"

#include "base/check.h"
#include "ledger/explain.h"
#include "record/field.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/labels.h"
#include "voucherctl/width.h"

#include <string.h>

#define INDENT_STEP 2

/* Lists of these are tables; of others, one line. */
static const struct {
	const ProtobufCMessageDescriptor *descriptor;
	const char *columns;
} tables[] = {
	{ &pb__bound__descriptor, "" }, /* in words */
	{ &pb__invoice__descriptor, "code number amount date" },
	{ &pb__payment__descriptor,
	    "number amount account.holder_name account.number account.bank_code reference claims" },
	{ &pb__settlement_payment__descriptor,
	    "payment.number payee payment.amount status payment.account.holder_name "
	    "payment.account.number payment.account.bank_code payment.reference payment.claims "
	    "payment.nettings bank_reference value_date line return_line" },
	{ &pb__payment_file__descriptor, "format time_us person file" },
	{ &pb__target__descriptor, "settlement payment is_return clawback amount" },
	{ &pb__line_result__descriptor, "line is_known state exception by targets" },
	{ &pb__carry_over__descriptor, "house_account line reason" },
	{ &pb__fund_figures__descriptor, "fund appropriated available allocated" },
	{ &pb__programme_figures__descriptor,
	    "programme allocated available live reserved payable in_payment paid recovered receivable "
	    "written_off" },
	{ &pb__house_figures__descriptor,
	    "house_account statement books open_in open_out awaited_in awaited_out lines open_lines "
	    "carried_lines ignored_in ignored_out" },
	{ &pb__tier__descriptor,
	    "id name holder provider categories statuses ratio_bp fixed per_unit per_contract per_year "
	    "pool_share_bp group increment conditions" },
	{ &pb__cap__descriptor, "name per period amount grants who joint" },
	{ &pb__combination__descriptor, "group name kind" },
	{ &pb__standing__descriptor,
	    "programme admitted categories assessed_year failures warned removed" },
};

static const char *table_columns(const ProtobufCFieldDescriptor *field) {
	if (field->type != PROTOBUF_C_TYPE_MESSAGE || !field_is_repeated(field))
		return NULL;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i].descriptor == field->descriptor)
			return tables[i].columns;
	return NULL;
}

/* The next blank-separated word at *at, in `word`; false at the end. */
static bool next_word(const char **at, char word[VIEW_PATH_BYTES]) {
	*at += strspn(*at, " ");
	size_t bytes = strcspn(*at, " ");
	check(bytes < VIEW_PATH_BYTES);
	memcpy(word, *at, bytes);
	word[bytes] = '\0';
	*at += bytes;
	return bytes > 0;
}

/* --- tables --- */

/* The message that has the field at the end of the path: BankAccount for "account.number". */
static const char *type_of(const ProtobufCMessageDescriptor *descriptor, const char *path) {
	char parent[VIEW_PATH_BYTES];
	const char *dot = strrchr(path, '.');
	if (!dot)
		return descriptor->short_name;
	memcpy(parent, path, (size_t)(dot - path));
	parent[dot - path] = '\0';
	const ProtobufCMessageDescriptor *inner = view_find(descriptor, parent)->descriptor;
	return inner->short_name;
}

enum err show_table_begin(struct table *table, const struct view *view,
    const ProtobufCMessageDescriptor *descriptor, const char *columns) {
	char path[VIEW_PATH_BYTES];
	while (next_word(&columns, path)) {
		const ProtobufCFieldDescriptor *field = view_find(descriptor, path);
		const char *label = label_of_field(
		    type_of(descriptor, path), field->name, view->lang, view->arena);
		if (!label)
			return ERR_MEMORY;
		table_column(table, label, view_is_number(field));
	}
	return ERR_OK;
}

void show_table_row(struct table *table, const struct view *view, const ProtobufCMessage *message,
    const char *columns) {
	char path[VIEW_PATH_BYTES];
	while (next_word(&columns, path))
		table_cell(table, view_value(view, message, path));
}

/* Each rule as it was weighed, as a sentence. */
static enum err show_bounds(const struct view *view, const Pb__Bound *const *bounds, size_t count,
    size_t indent, struct buffer *buffer) {
	for (size_t i = 0; i < count; i++) {
		const Pb__Explanation *explanation = explain_bound(bounds[i], view->arena);
		const char *safe = explanation
		    ? width_safe_text(view->arena, lang_pick(view->lang, explanation->en, explanation->zh))
		    : NULL;
		if (!safe)
			return ERR_MEMORY;
		buffer_printf(buffer, "%*s- %s\n", (int)(indent + INDENT_STEP), "", safe);
	}
	return ERR_OK;
}

static enum err show_list(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, size_t indent, struct buffer *buffer) {
	size_t count = field_count_const(message, field);
	const ProtobufCMessage *const *elements = *(const ProtobufCMessage *const *const *)field_const(
	    message, field);
	const char *label = label_of_field(
	    message->descriptor->short_name, field->name, view->lang, view->arena);
	if (count == 0)
		return ERR_OK;
	if (!label)
		return ERR_MEMORY;
	buffer_printf(buffer, "%*s%s:\n", (int)indent, "", label);
	if (field->descriptor == &pb__bound__descriptor)
		return show_bounds(view, (const Pb__Bound *const *)elements, count, indent, buffer);
	struct table table;
	table_init(&table, view->arena);
	table.indent = indent + INDENT_STEP;
	table.hides_empty = true;
	enum err err = show_table_begin(&table, view, field->descriptor, table_columns(field));
	for (size_t i = 0; !err && i < count; i++)
		show_table_row(&table, view, elements[i], table_columns(field));
	return err ? err : table_write(&table, buffer);
}

/* --- lines --- */

static bool is_nested(const ProtobufCFieldDescriptor *field) {
	return field->type == PROTOBUF_C_TYPE_MESSAGE && !field_is_repeated(field) &&
	    field->descriptor != &pb__digest__descriptor && field->descriptor != &pb__uuid__descriptor;
}

static enum err show_nested(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, size_t indent, struct buffer *buffer) {
	const ProtobufCMessage *inner = *(const ProtobufCMessage *const *)field_const(message, field);
	if (!inner || (field_is_oneof(field) && field_case(message, field) != field->id))
		return ERR_OK;
	const char *label = label_of_field(
	    message->descriptor->short_name, field->name, view->lang, view->arena);
	if (!label)
		return ERR_MEMORY;
	buffer_printf(buffer, "%*s%s:\n", (int)indent, "", label);
	return show_message(view, inner, indent + INDENT_STEP, buffer);
}

static bool is_line(const ProtobufCFieldDescriptor *field) {
	return !is_nested(field) && !table_columns(field);
}

static enum err add_line(struct table *lines, const struct view *view,
    const ProtobufCMessage *message, const char *path) {
	const ProtobufCMessageDescriptor *descriptor = message->descriptor;
	const char *value = view_value(view, message, path);
	const char *label = label_of_field(
	    type_of(descriptor, path), view_find(descriptor, path)->name, view->lang, view->arena);
	if (!value || !label)
		return ERR_MEMORY;
	if (value[0]) {
		table_cell(lines, label);
		table_cell(lines, value);
	}
	return ERR_OK;
}

static void begin_lines(struct table *lines, struct arena *arena, size_t indent) {
	table_init(lines, arena);
	table_column(lines, "", false);
	table_column(lines, "", false);
	lines->indent = indent;
	lines->has_heading = true; /* none wanted */
}

enum err show_fields(const struct view *view, const ProtobufCMessage *message, const char *fields,
    size_t indent, struct buffer *buffer) {
	struct table lines;
	begin_lines(&lines, view->arena, indent);
	char path[VIEW_PATH_BYTES];
	while (next_word(&fields, path)) {
		enum err err = add_line(&lines, view, message, path);
		if (err)
			return err;
	}
	return table_write(&lines, buffer);
}

enum err show_message(const struct view *view, const ProtobufCMessage *message, size_t indent,
    struct buffer *buffer) {
	const ProtobufCMessageDescriptor *descriptor = message->descriptor;
	struct table lines;
	begin_lines(&lines, view->arena, indent);
	enum err err = ERR_OK;
	for (unsigned i = 0; !err && i < descriptor->n_fields; i++)
		if (is_line(&descriptor->fields[i]))
			err = add_line(&lines, view, message, descriptor->fields[i].name);
	if (!err)
		err = table_write(&lines, buffer);
	for (unsigned i = 0; !err && i < descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
		if (is_nested(field))
			err = show_nested(view, message, field, indent, buffer);
		else if (table_columns(field))
			err = show_list(view, message, field, indent, buffer);
	}
	return err;
}
