/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which objects are asked for, and who may see them. What an object looks like is in query_setup.c,
 * query_voucher.c and query_claim.c; what is known of each resource in query_kinds.c.
 *
 * A list walks the object's table; or, for a party, that party's part of TABLE_BY_PARTY. Visibility
 * and filters look at rows only, so that the journal is read for what is shown and nothing else. A
 * cursor names a place in the order of objects, not a key: whose objects are walked is decided anew
 * for each page, so that a cursor opens no door.
 *
 * On the sequencer's thread (point reads) or the query thread. Changes nothing.
 */
#include "engine/query.h"

#include "base/base64.h"
#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/query_build.h"
#include "record/field.h"

#include <string.h>

enum {
	CURSOR_BYTES_MAX = 1 + BALANCE_KEY_BYTES, /* the resource, then the place */
	PAGE_FIELD_FIRST = 10, /* Page.funds; the others follow as in enum resource */
};

/* --- who may see what --- */

static bool concerns(const struct query_facts *facts, uint64_t party) {
	return party &&
	    (facts->parties[0] == party || facts->parties[1] == party || facts->parties[2] == party);
}

static bool is_visible(const struct query_kind *kind, const struct query_facts *facts,
    const struct query_viewer *viewer) {
	if (facts->is_hidden)
		return false;
	if (viewer->is_staff || kind->audience == AUDIENCE_ALL)
		return true;
	return kind->audience == AUDIENCE_CONCERNED && concerns(facts, viewer->party);
}

bool query_may_see(const Pb__JournalEntry *entry, const struct query_viewer *viewer) {
	if (viewer->is_staff)
		return true;
	const Pb__Decision *decision = entry->decision;
	return viewer->party && decision &&
	    (decision->holder == viewer->party || decision->provider == viewer->party ||
	        decision->payee == viewer->party);
}

/* --- one object --- */

/* The id of a code; 0: none has it. */
static uint64_t find_code(const struct state *state, enum table table, const char *code) {
	size_t bytes = strlen(code);
	if (!bytes || bytes > LIMIT_CODE_BYTES)
		return 0;
	struct key key = key_of_text(code);
	const struct id_row *row = STATE_GET(state, table, &key, struct id_row);
	return row ? row->id : 0;
}

/* A code may consist of digits: it goes before an id. */
static uint64_t find_id(
    const struct state *state, const struct query_kind *kind, const char *text) {
	uint64_t id = kind->code_table ? find_code(state, kind->code_table, text) : 0;
	if (!id && text_parse_u64(text, strlen(text), &id))
		return 0;
	return id;
}

static void begin(struct query *query, const struct engine_view *view,
    const struct query_viewer *viewer, struct arena *arena) {
	*query = (struct query){ .view = view, .viewer = viewer, .arena = arena };
	arena_init(&query->scratch, 0);
}

static void end(struct query *query) {
	arena_done(&query->scratch);
}

static ProtobufCMessage *build(struct query *query, const struct query_kind *kind,
    const struct key *key, const void *row, bool is_alone) {
	ProtobufCMessage *message = kind->build(query, key, row, is_alone);
	if (!message && !query->err)
		query->err = ERR_MEMORY;
	return query->err ? NULL : message;
}

enum err query_get(const struct engine_view *view, enum resource resource, const char *id,
    const struct query_viewer *viewer, struct arena *arena, ProtobufCMessage **ret_resource) {
	const struct query_kind *kind = query_kind_of(resource);
	struct key key = key_of_id(find_id(view->state, kind, id));
	if (query_key_bytes(kind) != ID_KEY_BYTES)
		return ERR_NOT_FOUND;
	const void *row = state_get(view->state, kind->table, &key, kind->row_bytes);
	if (!row)
		return ERR_NOT_FOUND;
	struct query_facts facts;
	kind->facts(&key, row, &facts);
	if (!is_visible(kind, &facts, viewer))
		return ERR_NOT_FOUND;
	struct query query;
	begin(&query, view, viewer, arena);
	ProtobufCMessage *message = build(&query, kind, &key, row, true);
	if (message)
		*ret_resource = message;
	end(&query);
	return query.err;
}

/* --- filters --- */

/* A filter, understood. */
struct wanted {
	bool has_programme, has_party, has_status;
	uint64_t programme;
	uint64_t party; /* 0: no party that the viewer may know of */
	uint32_t status;
	struct key place; /* where to begin; empty: at the beginning */
	uint32_t limit;
};

static bool is_status(const struct query_kind *kind, const char *name, const char *text) {
	size_t prefix = strlen(kind->status_prefix);
	if (strcmp(name, text) == 0)
		return true;
	if (strncmp(name, kind->status_prefix, prefix) != 0)
		return false;
	name += prefix;
	while (*name && *text == (*name == '_' ? '_' : *name - 'A' + 'a'))
		name++, text++;
	return !*name && !*text;
}

static bool read_status(const struct query_kind *kind, const char *text, uint32_t *ret_status) {
	for (unsigned i = 0; kind->statuses && i < kind->statuses->n_values; i++) {
		const ProtobufCEnumValue *value = &kind->statuses->values[i];
		if (value->value != 0 && is_status(kind, value->name, text)) {
			*ret_status = (uint32_t)value->value;
			return true;
		}
	}
	return false;
}

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

static const char *write_cursor(
    struct query *query, enum resource resource, const struct key *place) {
	uint8_t data[CURSOR_BYTES_MAX] = { (uint8_t)resource };
	char text[BASE64_TEXT_BYTES(CURSOR_BYTES_MAX)];
	memcpy(data + 1, place->data, place->bytes);
	base64url_encode(data, 1 + place->bytes, text);
	return query_keep(query, text);
}

/* NULL when it is understood, else which field is not. */
static const char *understand(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer, struct wanted *wanted) {
	const struct query_kind *kind = query_kind_of(resource);
	wanted->has_programme = filter->programme != NULL;
	wanted->has_party = filter->party != NULL;
	wanted->has_status = filter->status != NULL;
	wanted->limit = filter->limit ? filter->limit : LIMIT_PAGE_ROWS_DEFAULT;
	if (filter->programme) {
		wanted->programme = find_code(view->state, TABLE_PROGRAMME_CODE, filter->programme);
		if (!kind->has_programme || !wanted->programme)
			return "programme";
	}
	if (filter->party) {
		wanted->party = find_code(view->state, TABLE_PARTY_CODE, filter->party);
		/* Which parties there are is for staff to know: others find nothing of theirs. */
		if (!kind->has_party || (!wanted->party && viewer->is_staff))
			return "party";
	}
	if (filter->status && !read_status(kind, filter->status, &wanted->status))
		return "status";
	if (filter->cursor && !read_cursor(resource, filter->cursor, &wanted->place))
		return "cursor";
	return wanted->limit > LIMIT_PAGE_ROWS ? "limit" : NULL;
}

static bool is_wanted(const struct wanted *wanted, const struct query_facts *facts) {
	return (!wanted->has_programme || facts->programme == wanted->programme) &&
	    (!wanted->has_party || concerns(facts, wanted->party)) &&
	    (!wanted->has_status || facts->status == wanted->status);
}

/* --- lists --- */

struct listing {
	struct query query;
	const struct query_kind *kind;
	const struct query_viewer *viewer;
	struct wanted wanted;
	uint64_t index_party; /* whose part of TABLE_BY_PARTY is walked; 0: the table itself */
	ProtobufCMessage **found;
	uint32_t count;
	uint32_t looked;
	bool is_cut;
	struct key next; /* if it is */
};

/* One object of the table, in order; false ends the walk. */
static bool look(struct listing *list, const struct key *place, const void *row) {
	struct query_facts facts;
	if (list->looked++ == LIMIT_SCAN_ROWS) {
		list->is_cut = true;
		list->next = *place;
		return false;
	}
	list->kind->facts(place, row, &facts);
	if (!is_visible(list->kind, &facts, list->viewer) || !is_wanted(&list->wanted, &facts))
		return true;
	if (list->count == list->wanted.limit) {
		list->is_cut = true;
		list->next = *place;
		return false;
	}
	ProtobufCMessage *message = build(&list->query, list->kind, place, row, false);
	if (!message)
		return false;
	list->found[list->count++] = message;
	return true;
}

static bool visit_object(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct listing *list = arg;
	check(bytes == list->kind->row_bytes);
	return look(list, key, row);
}

static bool visit_index(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct listing *list = arg;
	(void)row, (void)bytes;
	struct key place = key_of_id(key_read_u64(key, key->bytes - ID_KEY_BYTES));
	const void *object = state_get(
	    list->query.view->state, list->kind->table, &place, list->kind->row_bytes);
	check(object);
	return look(list, &place, object);
}

static void walk(struct listing *list) {
	const struct state *state = list->query.view->state;
	struct key prefix = KEY_EMPTY;
	if (list->index_party) {
		key_add_u64(&prefix, list->index_party);
		key_add_u32(&prefix, list->kind->table);
	} else if (list->kind->table == TABLE_PARTY && !list->viewer->is_staff) {
		prefix = key_of_id(list->viewer->party); /* itself is all that it sees */
	}
	struct key from = prefix;
	if (list->index_party)
		key_add_bytes(&from, list->wanted.place.data, list->wanted.place.bytes);
	else if (list->wanted.place.bytes)
		from = list->wanted.place;
	state->ops->scan(state->self, list->index_party ? TABLE_BY_PARTY : list->kind->table, &prefix,
	    &from, list->index_party ? visit_index : visit_object, list);
}

static bool may_see_any(const struct query_kind *kind, const struct query_viewer *viewer) {
	return viewer->is_staff || kind->audience == AUDIENCE_ALL ||
	    (kind->audience == AUDIENCE_CONCERNED && viewer->party);
}

/* Walks, if there is anything to be seen, and puts what was found on the page. */
static enum err fill(struct listing *list, enum resource resource, Pb__Page *page) {
	list->found = arena_zalloc(list->query.arena, list->wanted.limit * sizeof(list->found[0]));
	if (!list->found)
		return ERR_MEMORY;
	bool is_nobody = list->wanted.has_party && !list->wanted.party;
	if (may_see_any(list->kind, list->viewer) && !is_nobody)
		walk(list);
	page->as_of = list->query.view->seq;
	if (list->is_cut && !list->query.err)
		page->next = write_cursor(&list->query, resource, &list->next);
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
	    &pb__page__descriptor, PAGE_FIELD_FIRST + (unsigned)resource);
	*field_count(&page->base, field) = list->count;
	*(ProtobufCMessage ***)field_value(&page->base, field) = list->found;
	return list->query.err;
}

enum err query_list(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer, struct arena *arena,
    Pb__Page **ret_page, const char **ret_field) {
	struct listing list = { .kind = query_kind_of(resource), .viewer = viewer };
	const char *fault = understand(view, resource, filter, viewer, &list.wanted);
	if (fault) {
		*ret_field = fault;
		return ERR_SYNTAX;
	}
	if (list.kind->is_indexed)
		list.index_party = viewer->is_staff ? list.wanted.party : viewer->party;
	Pb__Page *page = PB_NEW(Pb__Page, pb__page, arena);
	if (!page)
		return ERR_MEMORY;
	begin(&list.query, view, viewer, arena);
	enum err err = fill(&list, resource, page);
	end(&list.query);
	if (!err)
		*ret_page = page;
	return err;
}
