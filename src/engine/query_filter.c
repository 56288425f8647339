/* SPDX-License-Identifier: Apache-2.0 */
/* What a filter asks for, and cursors. */
#include "engine/query_build.h"

#include "base/base64.h"
#include "base/limits.h"
#include "ledger/identifier.h"
#include "record/voucher_code.h"

#include <string.h>

enum { CURSOR_BYTES_MAX = 1 + BALANCE_KEY_BYTES }; /* the resource, then the place */

uint64_t query_find_code(const struct state *state, enum table table, const char *code) {
	size_t bytes = strlen(code);
	if (!bytes || bytes > LIMIT_CODE_BYTES)
		return 0;
	struct key key = key_of_text(code);
	const struct id_row *row = STATE_GET(state, table, &key, struct id_row);
	return row ? row->id : 0;
}

/* --- values --- */

/* "true" and "false". */
static bool read_flag(const char *text, bool *ret_flag) {
	*ret_flag = strcmp(text, "true") == 0;
	return *ret_flag || strcmp(text, "false") == 0;
}

static bool is_named(const char *prefix, const char *name, const char *text) {
	size_t prefix_bytes = strlen(prefix);
	if (strcmp(name, text) == 0)
		return true;
	if (strncmp(name, prefix, prefix_bytes) != 0)
		return false;
	name += prefix_bytes;
	while (*name && *text == (*name == '_' ? '_' : *name - 'A' + 'a'))
		name++, text++;
	return !*name && !*text;
}

/* A value of an enum by its name, or by what follows `prefix` in it, in lower case. */
static bool read_enum(const ProtobufCEnumDescriptor *values, const char *prefix, const char *text,
    uint32_t *ret_value) {
	for (unsigned i = 0; values && i < values->n_values; i++) {
		const ProtobufCEnumValue *value = &values->values[i];
		if (value->value != 0 && is_named(prefix, value->name, text)) {
			*ret_value = (uint32_t)value->value;
			return true;
		}
	}
	return false;
}

/* --- cursors --- */

static bool read_cursor(enum resource resource, const char *text, struct key *ret_place) {
	uint8_t data[BASE64_DATA_BYTES(BASE64_TEXT_BYTES(CURSOR_BYTES_MAX))];
	size_t bytes;
	if (strlen(text) >= BASE64_TEXT_BYTES(CURSOR_BYTES_MAX) ||
	    base64_decode(text, strlen(text), data, &bytes))
		return false;
	if (bytes != 1 + query_key_bytes(query_kind_of(resource)) || data[0] != (uint8_t)resource)
		return false;
	*ret_place = KEY_EMPTY;
	key_add_bytes(ret_place, data + 1, bytes - 1);
	return true;
}

const char *query_write_cursor(
    struct query *query, enum resource resource, const struct key *place) {
	uint8_t data[CURSOR_BYTES_MAX] = { (uint8_t)resource };
	char text[BASE64_TEXT_BYTES(CURSOR_BYTES_MAX)];
	memcpy(data + 1, place->data, place->bytes);
	base64url_encode(data, 1 + place->bytes, text);
	return query_keep(query, text);
}

/* --- a filter --- */

/* Each returns false when its member is not understood, or is none that the resource has. */

static bool read_programme(const struct state *state, const struct query_kind *kind,
    const char *code, struct query_wanted *wanted) {
	wanted->has_programme = true;
	wanted->programme = query_find_code(state, TABLE_PROGRAMME_CODE, code);
	return kind->has_programme && wanted->programme;
}

/* Which parties there are is for staff of the whole office to know: others find nothing of what is
 * not theirs. */
static bool read_party(const struct state *state, const struct query_kind *kind,
    const struct query_viewer *viewer, const char *code, struct query_wanted *wanted) {
	bool may_know = viewer->is_staff && !viewer->region[0];
	wanted->has_party = true;
	wanted->party = query_find_code(state, TABLE_PARTY_CODE, code);
	return kind->has_party && (wanted->party || !may_know);
}

static bool read_voucher_code(const struct state *state, const struct query_kind *kind,
    const char *text, struct query_wanted *wanted) {
	char code[VOUCHER_CODE_BYTES];
	wanted->has_code = true;
	if (kind->table != TABLE_VOUCHER || voucher_code_parse(text, code))
		return false;
	wanted->voucher = query_find_code(state, TABLE_VOUCHER_CODE, code);
	return true;
}

/* Which accounts there are is for those who may see them to know. */
static bool read_house_account(const struct state *state, const struct query_kind *kind,
    const struct query_viewer *viewer, const char *code, struct query_wanted *wanted) {
	wanted->has_house_account = true;
	wanted->house_account = viewer->is_banker ? query_find_code(state, TABLE_HOUSE_CODE, code) : 0;
	return kind->has_house_account && (wanted->house_account || !viewer->is_banker);
}

/* Our accounts at banks, their lines and what waits for them. */
static const char *understand_banking(const struct state *state, const struct query_kind *kind,
    const struct query_filter *filter, const struct query_viewer *viewer,
    struct query_wanted *wanted) {
	bool is_line = kind->table == TABLE_BANK_LINE, is_payment = kind->table == TABLE_PAYMENT;
	wanted->has_awaited = filter->awaited != NULL;
	wanted->has_state = filter->state != NULL;
	wanted->has_exception = filter->exception != NULL;
	wanted->has_open = filter->open != NULL;
	if (filter->house_account &&
	    !read_house_account(state, kind, viewer, filter->house_account, wanted))
		return "house_account";
	if (filter->awaited && (!is_payment || !read_flag(filter->awaited, &wanted->is_awaited)))
		return "awaited";
	if (filter->state &&
	    (!is_line ||
	        !read_enum(&pb__line_state__descriptor, "LINE_", filter->state, &wanted->state)))
		return "state";
	if (filter->exception &&
	    (!is_line ||
	        !read_enum(
	            &pb__line_exception__descriptor, "LINE_", filter->exception, &wanted->exception)))
		return "exception";
	if (filter->open && (!is_line || !read_flag(filter->open, &wanted->is_open)))
		return "open";
	return NULL;
}

static const char *understand_register(
    const struct query_kind *kind, const struct query_filter *filter, struct query_wanted *wanted) {
	bool is_register = kind->table == TABLE_PARTY;
	wanted->region = filter->region;
	wanted->owner = filter->owner;
	wanted->has_kind = filter->kind != NULL;
	wanted->has_overdue = filter->overdue != NULL;
	wanted->has_blacklisted = filter->blacklisted != NULL;
	if (filter->kind &&
	    (!is_register ||
	        !read_enum(&pb__party_kind__descriptor, "PARTY_KIND_", filter->kind, &wanted->kind)))
		return "kind";
	if (filter->region && (!is_register || !identifier_is_region(filter->region)))
		return "region";
	if (filter->owner && (!is_register || !*filter->owner))
		return "owner";
	if (filter->overdue && (!is_register || !read_flag(filter->overdue, &wanted->is_overdue)))
		return "overdue";
	if (filter->blacklisted &&
	    (!is_register || !read_flag(filter->blacklisted, &wanted->is_blacklisted)))
		return "blacklisted";
	return NULL;
}

const char *query_understand(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer,
    struct query_wanted *ret_wanted) {
	const struct query_kind *kind = query_kind_of(resource);
	struct query_wanted *wanted = ret_wanted;
	*wanted = (struct query_wanted){
		.has_status = filter->status != NULL,
		.limit = filter->limit ? filter->limit : LIMIT_PAGE_ROWS_DEFAULT,
	};
	if (filter->programme && !read_programme(view->state, kind, filter->programme, wanted))
		return "programme";
	if (filter->party && !read_party(view->state, kind, viewer, filter->party, wanted))
		return "party";
	if (filter->status &&
	    !read_enum(kind->statuses, kind->status_prefix, filter->status, &wanted->status))
		return "status";
	if (filter->code && !read_voucher_code(view->state, kind, filter->code, wanted))
		return "code";
	if (filter->cursor && !read_cursor(resource, filter->cursor, &wanted->place))
		return "cursor";
	if (wanted->limit > LIMIT_PAGE_ROWS)
		return "limit";
	const char *fault = understand_banking(view->state, kind, filter, viewer, wanted);
	return fault ? fault : understand_register(kind, filter, wanted);
}
