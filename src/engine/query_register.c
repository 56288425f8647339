/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The register (台账): what is known of a party beside its particulars. Who answers for it and what
 * is due is for staff alone.
 */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/date.h"
#include "ledger/rules.h"

#include <string.h>

/* A party belongs to no programme, so its dates have no programme's calendar: China's. */
#define REGISTER_UTC_OFFSET_MINUTES 480

/* A packed row; NULL: there is none, or query->err. */
static ProtobufCMessage *read_message(struct query *query, enum table table, const struct key *key,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena) {
	const struct state *state = query->view->state;
	size_t bytes;
	const void *row = state->ops->get(state->self, table, key, &bytes);
	if (!row)
		return NULL;
	ProtobufCMessage *message = NULL;
	enum err err = pb_unpack(descriptor, row, bytes, arena, &message);
	check(err == ERR_OK || err == ERR_MEMORY);
	if (err)
		query->err = err;
	return message;
}

static const Pb__AssignParty *read_assignment(
    struct query *query, uint64_t party, struct arena *arena) {
	struct key key = key_of_id(party);
	return (const Pb__AssignParty *)read_message(
	    query, TABLE_ASSIGNMENT, &key, &pb__assign_party__descriptor, arena);
}

static bool is_blacklisted(const struct query *query, const struct party_row *row) {
	return row->blacklisted_until_us > query->viewer->now_us;
}

/* The day after the deadline has begun. */
static bool is_overdue(const struct query *query, const Pb__AssignParty *assignment) {
	int32_t deadline;
	if (!assignment || !assignment->deadline[0] || date_parse(assignment->deadline, &deadline))
		return false;
	return date_local_day(query->viewer->now_us, REGISTER_UTC_OFFSET_MINUTES) > deadline;
}

/* --- filters --- */

static bool is_assigned(
    struct query *query, const struct query_wanted *wanted, const struct key *key) {
	if (!wanted->owner && !wanted->has_overdue)
		return true;
	if (!query->viewer->is_staff)
		return false;
	arena_reset(&query->scratch);
	const Pb__AssignParty *assignment = read_assignment(
	    query, key_read_u64(key, 0), &query->scratch);
	if (wanted->owner && (!assignment || strcmp(assignment->owner, wanted->owner) != 0))
		return false;
	return !wanted->has_overdue || is_overdue(query, assignment) == wanted->is_overdue;
}

bool query_is_registered(struct query *query, const struct query_wanted *wanted,
    const struct key *key, const void *data) {
	const struct party_row *row = data;
	return (!wanted->has_kind || row->kind == wanted->kind) &&
	    (!wanted->region || rules_is_local(wanted->region, row->region)) &&
	    (!wanted->has_blacklisted || is_blacklisted(query, row) == wanted->is_blacklisted) &&
	    is_assigned(query, wanted, key);
}

/* --- standings --- */

static bool visit_programme(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct query *query = arg;
	(void)row, (void)bytes;
	uint64_t *programmes = arena_grow(
	    query->arena, query->programmes, query->n_programmes, sizeof(*programmes));
	if (!programmes) {
		query->err = ERR_MEMORY;
		return false;
	}
	query->programmes = programmes;
	programmes[query->n_programmes++] = key_read_u64(key, 0);
	return true;
}

/* All programmes, read once for a query. Where the state cannot be walked there are none. */
static void read_programmes(struct query *query) {
	const struct state *state = query->view->state;
	const struct key first = KEY_EMPTY;
	if (!query->programmes && state->ops->scan)
		state->ops->scan(state->self, TABLE_PROGRAMME, &first, &first, visit_programme, query);
}

/* A party in a programme; NULL: it has nothing to do with it, or query->err. */
static Pb__Standing *build_standing(struct query *query, uint64_t programme, uint64_t party) {
	struct key key = key_of_ids(programme, party);
	const struct state *state = query->view->state;
	const struct standing_row *row = STATE_GET(state, TABLE_STANDING, &key, struct standing_row);
	struct standing_row assessed = row ? *row : (struct standing_row){ 0 };
	const Pb__AdmitProvider *admission = (const Pb__AdmitProvider *)read_message(
	    query, TABLE_ADMISSION, &key, &pb__admit_provider__descriptor, query->arena);
	if (query->err || (!row && !admission))
		return NULL;
	Pb__Standing *standing = PB_NEW(Pb__Standing, pb__standing, query->arena);
	if (!standing) {
		query->err = ERR_MEMORY;
		return NULL;
	}
	standing->programme = query_programme_code(query, programme);
	standing->admitted = admission && !assessed.removed;
	standing->n_categories = admission ? admission->n_categories : 0;
	standing->categories = admission ? admission->categories : NULL;
	standing->assessed_year = assessed.assessed_year;
	standing->failures = assessed.failures;
	standing->warned = assessed.failures > 0 && !assessed.removed;
	standing->removed = assessed.removed != 0;
	return standing;
}

static void add_standings(struct query *query, uint64_t id, Pb__Party *party) {
	read_programmes(query);
	if (query->err || !query->n_programmes)
		return;
	party->standings = arena_alloc(query->arena, query->n_programmes * sizeof(party->standings[0]));
	if (!party->standings) {
		query->err = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < query->n_programmes && !query->err; i++) {
		Pb__Standing *standing = build_standing(query, query->programmes[i], id);
		if (standing)
			party->standings[party->n_standings++] = standing;
	}
}

void query_add_register(
    struct query *query, uint64_t id, const struct party_row *row, Pb__Party *party) {
	party->blacklisted = is_blacklisted(query, row);
	if (party->blacklisted && row->blacklisted_until_us < INT64_MAX)
		party->blacklisted_until = query_date(
		    query, date_local_day(row->blacklisted_until_us - 1, REGISTER_UTC_OFFSET_MINUTES));
	const Pb__AssignParty *assignment = query->viewer->is_staff
	    ? read_assignment(query, id, query->arena)
	    : NULL;
	if (assignment) {
		party->owner = assignment->owner;
		party->task = assignment->task;
		party->deadline = assignment->deadline;
		party->overdue = is_overdue(query, assignment);
	}
	add_standings(query, id, party);
}
