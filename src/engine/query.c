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

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/query_build.h"
#include "ledger/rules.h"
#include "record/field.h"

#include <string.h>

/* --- who may see what --- */

static bool concerns(const struct query_facts *facts, uint64_t party) {
	return party &&
	    (facts->parties[0] == party || facts->parties[1] == party || facts->parties[2] == party);
}

bool query_is_in_region(const struct query_viewer *viewer, const char *region) {
	return !viewer->region[0] || rules_is_local(viewer->region, region);
}

/* Staff of a region see the files of its holders. */
static bool is_file_in_region(
    const struct state *state, const struct query_facts *facts, const struct query_viewer *viewer) {
	if (!viewer->region[0] || facts->is_common)
		return true;
	struct key key = key_of_id(facts->holder);
	const struct party_row *holder = STATE_GET(state, TABLE_PARTY, &key, struct party_row);
	return holder && query_is_in_region(viewer, holder->region);
}

static bool is_visible(const struct state *state, const struct query_kind *kind,
    const struct query_facts *facts, const struct query_viewer *viewer) {
	bool is_banking = facts->is_banking || kind->audience == AUDIENCE_BANKERS ||
	    kind->audience == AUDIENCE_PAYEES;
	if (facts->is_hidden)
		return false;
	if (is_banking)
		return viewer->is_banker ||
		    (kind->audience == AUDIENCE_PAYEES && concerns(facts, viewer->party));
	if (kind->audience == AUDIENCE_ALL)
		return true;
	if (viewer->is_staff)
		return is_file_in_region(state, facts, viewer);
	return kind->audience == AUDIENCE_CONCERNED && concerns(facts, viewer->party);
}

/* What is nobody's file, and everyone's to know. */
static bool is_common(const Pb__JournalEntry *entry) {
	return entry->command &&
	    (entry->command->body_case == PB__COMMAND__BODY_CREATE_PROGRAMME ||
	        entry->command->body_case == PB__COMMAND__BODY_PUBLISH_RULES ||
	        entry->command->body_case == PB__COMMAND__BODY_ROTATE_CHECKPOINT_KEY);
}

/* Of the holder of whom the entry tells, when it was written; NULL: of none. */
static const char *region_of(const Pb__JournalEntry *entry) {
	const Pb__Decision *decision = entry->decision;
	if (!decision || !decision->holder)
		return NULL;
	bool is_registered = entry->command->body_case == PB__COMMAND__BODY_REGISTER_PARTY;
	return is_registered ? entry->command->register_party->region : decision->holder_region;
}

/* Whether it tells of our accounts at banks, or of the closing of months. */
static bool is_banking(const Pb__JournalEntry *entry) {
	switch (entry->command ? entry->command->body_case : PB__COMMAND__BODY__NOT_SET) {
	case PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT:
	case PB__COMMAND__BODY_IMPORT_STATEMENT:
	case PB__COMMAND__BODY_RECONCILE:
	case PB__COMMAND__BODY_UNMATCH:
	case PB__COMMAND__BODY_ASSIGN_LINE:
	case PB__COMMAND__BODY_RESOLVE_LINE:
	case PB__COMMAND__BODY_PREPARE_PERIOD:
	case PB__COMMAND__BODY_REVIEW_PERIOD:
	case PB__COMMAND__BODY_CLOSE_PERIOD:
	case PB__COMMAND__BODY_REOPEN_PERIOD: return true;
	default: return false;
	}
}

bool query_may_see(const Pb__JournalEntry *entry, const struct query_viewer *viewer) {
	if (is_banking(entry))
		return viewer->is_banker;
	if (viewer->is_staff) {
		const char *region = region_of(entry);
		return !viewer->region[0] || is_common(entry) ||
		    (region && query_is_in_region(viewer, region));
	}
	const Pb__Decision *decision = entry->decision;
	return viewer->party && decision &&
	    (decision->holder == viewer->party || decision->provider == viewer->party ||
	        decision->payee == viewer->party);
}

/* --- one object --- */

/* A code may consist of digits: it goes before an id. */
static bool find(const struct state *state, const struct query_kind *kind, const char *name,
    struct key *ret_key) {
	if (kind->is_only_listed)
		return false;
	if (kind->find)
		return kind->find(state, name, ret_key);
	uint64_t id = kind->code_table ? query_find_code(state, kind->code_table, name) : 0;
	if (!id && text_parse_u64(name, strlen(name), &id))
		return false;
	*ret_key = key_of_id(id);
	return true;
}

static void begin(struct query *query, const struct engine_view *view,
    const struct query_viewer *viewer, struct arena *arena) {
	*query = (struct query){ .view = view, .viewer = viewer, .arena = arena };
	arena_init(&query->scratch, 0);
	arena_init(&query->recent, 0);
}

static void end(struct query *query) {
	arena_done(&query->recent);
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
	struct key key;
	if (!find(view->state, kind, id, &key))
		return ERR_NOT_FOUND;
	const void *row = state_get(view->state, kind->table, &key, kind->row_bytes);
	if (!row)
		return ERR_NOT_FOUND;
	struct query_facts facts;
	kind->facts(view->state, &key, row, &facts);
	if (!is_visible(view->state, kind, &facts, viewer))
		return ERR_NOT_FOUND;
	struct query query;
	begin(&query, view, viewer, arena);
	ProtobufCMessage *message = build(&query, kind, &key, row, true);
	if (message)
		*ret_resource = message;
	end(&query);
	return query.err;
}

/* --- lists --- */

struct listing {
	struct query query;
	const struct query_kind *kind;
	const struct query_viewer *viewer;
	struct query_wanted wanted;
	uint64_t index_party; /* whose part of TABLE_BY_PARTY is walked; 0: the table itself */
	ProtobufCMessage **found;
	uint32_t count;
	bool is_cut;
	struct key next; /* if it is */
};

static bool is_wanted(
    struct listing *list, const struct query_facts *facts, const struct key *key, const void *row) {
	const struct query_wanted *wanted = &list->wanted;
	return (!wanted->has_programme || facts->programme == wanted->programme) &&
	    (!wanted->has_party || concerns(facts, wanted->party)) &&
	    (!wanted->has_status || facts->status == wanted->status) &&
	    (!wanted->has_house_account || facts->house_account == wanted->house_account) &&
	    (!list->kind->is_wanted || list->kind->is_wanted(&list->query, wanted, key, row));
}

/* One object, at its place in the order; false ends the walk. */
static bool look(
    struct listing *list, const struct key *place, const struct key *key, const void *row) {
	const struct state *state = list->query.view->state;
	struct query_facts facts;
	if (list->query.looked++ >= LIMIT_SCAN_ROWS) {
		list->is_cut = true;
		list->next = *place;
		return false;
	}
	list->kind->facts(state, key, row, &facts);
	if (!is_visible(state, list->kind, &facts, list->viewer) || !is_wanted(list, &facts, key, row))
		return !list->query.err;
	if (list->count == list->wanted.limit) {
		list->is_cut = true;
		list->next = *place;
		return false;
	}
	ProtobufCMessage *message = build(&list->query, list->kind, key, row, false);
	if (!message)
		return false;
	list->found[list->count++] = message;
	return true;
}

static bool visit_object(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct listing *list = arg;
	check(bytes == list->kind->row_bytes);
	return look(list, key, key, row);
}

/* The object of the kind's table that an index leads to. */
static bool look_up(struct listing *list, const struct key *place, uint64_t id) {
	struct key key = key_of_id(id);
	const void *row = state_get(
	    list->query.view->state, list->kind->table, &key, list->kind->row_bytes);
	check(row);
	return look(list, place, &key, row);
}

static bool visit_index(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct listing *list = arg;
	(void)row, (void)bytes;
	uint64_t id = key_read_u64(key, key->bytes - ID_KEY_BYTES);
	struct key place = key_of_id(id);
	return look_up(list, &place, id);
}

static bool visit_published(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct listing *list = arg;
	const struct id_row *claim = row;
	check(bytes == sizeof(*claim));
	struct key place = key_of_id(key_read_u64(key, key->bytes - ID_KEY_BYTES));
	return look_up(list, &place, claim->id);
}

/* The part of an index that begins with `prefix`, from the wanted place on. */
static void walk_index(struct listing *list, enum table index, const struct key *prefix,
    bool (*visit)(void *, const struct key *, const void *, size_t)) {
	const struct state *state = list->query.view->state;
	struct key from = *prefix;
	key_add_bytes(&from, list->wanted.place.data, list->wanted.place.bytes);
	state->ops->scan(state->self, index, prefix, &from, visit, list);
}

static void walk_table(struct listing *list) {
	const struct state *state = list->query.view->state;
	struct key prefix = KEY_EMPTY;
	if (list->kind->table == TABLE_PARTY && !list->viewer->is_staff)
		prefix = key_of_id(list->viewer->party); /* itself is all that it sees */
	if (list->kind->table == TABLE_BANK_LINE && list->wanted.has_house_account)
		prefix = key_of_id(list->wanted.house_account);
	struct key from = list->wanted.place.bytes ? list->wanted.place : prefix;
	state->ops->scan(state->self, list->kind->table, &prefix, &from, visit_object, list);
}

static void walk(struct listing *list, enum resource resource) {
	struct key prefix = KEY_EMPTY;
	if (list->wanted.has_code) {
		struct key place = key_of_id(list->wanted.voucher);
		if (list->wanted.voucher)
			look_up(list, &place, list->wanted.voucher);
	} else if (resource == RESOURCE_DISCLOSURES) {
		key_add_u64(&prefix, list->wanted.programme);
		walk_index(list, TABLE_PUBLISHED, &prefix, visit_published);
	} else if (list->index_party) {
		key_add_u64(&prefix, list->index_party);
		key_add_u32(&prefix, list->kind->table);
		walk_index(list, TABLE_BY_PARTY, &prefix, visit_index);
	} else {
		walk_table(list);
	}
}

static bool may_see_any(const struct query_kind *kind, const struct query_viewer *viewer) {
	if (kind->audience == AUDIENCE_BANKERS || kind->audience == AUDIENCE_PAYEES)
		return viewer->is_banker || (kind->audience == AUDIENCE_PAYEES && viewer->party);
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
		walk(list, resource);
	page->as_of = list->query.view->seq;
	if (list->is_cut && !list->query.err)
		page->next = query_write_cursor(&list->query, resource, &list->next);
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
	    &pb__page__descriptor, list->kind->name);
	*field_count(&page->base, field) = list->count;
	*(ProtobufCMessage ***)field_value(&page->base, field) = list->found;
	return list->query.err;
}

enum err query_list(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer, struct arena *arena,
    Pb__Page **ret_page, const char **ret_field) {
	struct listing list = { .kind = query_kind_of(resource), .viewer = viewer };
	const char *fault = query_understand(view, resource, filter, viewer, &list.wanted);
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
