/* SPDX-License-Identifier: Apache-2.0 */
/* Clawbacks and samples as resources. */
#include "engine/query_build.h"

#include "base/check.h"
#include "ledger/claim_index.h"
#include "ledger/sample.h"

#include <string.h>

ProtobufCMessage *query_build_clawback(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct clawback_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Clawback *clawback = PB_NEW(Pb__Clawback, pb__clawback, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_ORDER_CLAWBACK);
	if (!clawback || !entry)
		return NULL;
	const Pb__OrderClawback *order = entry->command->order_clawback;
	clawback->id = id;
	clawback->claim = row->claim;
	clawback->programme = query_programme_code(query, row->programme);
	clawback->payee = query_party_code(query, row->payee);
	clawback->ground = order->ground;
	clawback->amount = row->amount;
	clawback->recovered = row->recovered;
	clawback->written_off = row->written_off;
	clawback->due = order->due;
	clawback->reason = order->reason;
	clawback->time_us = (int64_t)entry->time_us;
	return &clawback->base;
}

/* --- samples --- */

/* The claims of a programme that were first paid in a range of the journal. */
struct population {
	struct query *query;
	uint64_t until;
	uint64_t *claims; /* NULL: they are only counted */
	size_t count;
};

static bool visit_paid(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct population *population = arg;
	(void)row, (void)bytes;
	if (key_read_u64(key, ID_KEY_BYTES) > population->until)
		return false;
	if (population->claims)
		population->claims[population->count] = key_read_u64(key, 2 * ID_KEY_BYTES);
	population->count++;
	return true;
}

static void walk_paid(
    struct population *population, uint64_t programme, const Pb__DrawSample *draw) {
	const struct state *state = population->query->view->state;
	struct key prefix = key_of_id(programme);
	struct key from = claim_index_paid_key(programme, draw->after + 1, 0);
	population->count = 0;
	state->ops->scan(state->self, TABLE_PAID, &prefix, &from, visit_paid, population);
}

/* Draws again, as anyone can. */
static void draw(struct population *population, const Pb__DrawSample *drawn, uint64_t programme,
    Pb__Sample *sample) {
	struct query *query = population->query;
	population->claims = arena_alloc(
	    query->arena, (population->count + 1) * sizeof(population->claims[0]));
	if (!population->claims) {
		query->err = ERR_MEMORY;
		return;
	}
	walk_paid(population, programme, drawn);
	check(drawn->seed && drawn->seed->value.len == DIGEST_BYTES);
	size_t count;
	query->err = sample_pick(
	    drawn->seed->value.data, drawn->share_bp, population->claims, population->count, &count);
	if (query->err)
		return;
	sample->claims = population->claims;
	sample->n_claims = count;
}

ProtobufCMessage *query_build_sample(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct id_row *row = data;
	uint64_t id = key_read_u64(key, 0);
	Pb__Sample *sample = PB_NEW(Pb__Sample, pb__sample, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_DRAW_SAMPLE);
	if (!sample || !entry)
		return NULL;
	const Pb__DrawSample *drawn = entry->command->draw_sample;
	struct population population = { .query = query, .until = drawn->until };
	sample->id = id;
	sample->programme = query_programme_code(query, row->id);
	sample->after = drawn->after;
	sample->until = drawn->until;
	sample->share_bp = drawn->share_bp;
	sample->seed = drawn->seed;
	sample->time_us = (int64_t)entry->time_us;
	if (is_alone) {
		walk_paid(&population, row->id, drawn);
		sample->population = population.count;
		draw(&population, drawn, row->id, sample);
	}
	return &sample->base;
}
