/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/engine/asking.h"

#include "record/json.h"
#include "record/pb.h"
#include "support/suite.h"

const struct query_viewer asking_banker = { .is_staff = true, .is_banker = true };

struct asked asked_new(const struct scheme_config *config, const int64_t amounts[3]) {
	struct asked stage = { .s = scheme_new(config) };
	stage.w = stage.s->world;
	const struct member *holder = scheme_holder(stage.s, config->region, "");
	for (int i = 0; i < 3; i++) {
		stage.payees[i] = scheme_provider(stage.s, config->region);
		scheme_published_claim(stage.s, holder, stage.payees[i], amounts[i]);
	}
	world_at(stage.w, "2026-01-20 10:00");
	stage.settlement = scheme_settlement(stage.s);
	scheme_approve_settlement(stage.s, stage.settlement);
	world_as(stage.w, stage.s->finance);
	return stage;
}

static struct engine_view view_of(struct world *w) {
	return (struct engine_view){ world_state(w), world_history(w), world_last_seq(w) };
}

const Pb__Page *asking_list(struct world *world, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer) {
	static const struct query_filter all = { 0 };
	struct engine_view view = view_of(world);
	Pb__Page *page = NULL;
	const char *field = "";
	enum err err = query_list(
	    &view, resource, filter ? filter : &all, viewer, world_arena(world), &page, &field);
	ck_assert_msg(!err, "%s: %s %s", resource_name(resource), err_text(err), field);
	ck_assert_uint_eq(page->as_of, world_last_seq(world));
	return page;
}

const char *asking_fault(struct world *world, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer) {
	struct engine_view view = view_of(world);
	Pb__Page *page = NULL;
	const char *field = NULL;
	enum err err = query_list(&view, resource, filter, viewer, world_arena(world), &page, &field);
	ck_assert_int_eq(err, ERR_SYNTAX);
	ck_assert_ptr_null(page);
	return field;
}

const void *asking_get(struct world *world, enum resource resource, const char *name,
    const struct query_viewer *viewer) {
	struct engine_view view = view_of(world);
	ProtobufCMessage *message = NULL;
	enum err err = query_get(&view, resource, name, viewer, world_arena(world), &message);
	ck_assert_msg(
	    err == (message ? ERR_OK : ERR_NOT_FOUND), "%s %s", resource_name(resource), name);
	return message;
}

static bool is_all(enum err err, const void *answer) {
	ck_assert(err == (answer ? ERR_OK : ERR_MEMORY));
	return answer != NULL;
}

void asking_short_of_memory(struct world *world, enum resource resource, const char *name) {
	const struct query_filter first = { .limit = 1 };
	struct engine_view view = view_of(world);
	int got = 0, listed = 0, rounds = 0;
	for (size_t bytes = 16; bytes < 200000; bytes += bytes / 4, rounds++) {
		ProtobufCMessage *message = NULL;
		Pb__Page *page = NULL;
		const char *field;
		struct arena arena;
		arena_init(&arena, bytes);
		enum err err = query_get(&view, resource, name, &asking_banker, &arena, &message);
		got += is_all(err, message);
		arena_done(&arena);
		arena_init(&arena, bytes);
		err = query_list(&view, resource, &first, &asking_banker, &arena, &page, &field);
		listed += is_all(err, page);
		arena_done(&arena);
	}
	ck_assert(got > 0 && got < rounds && listed > 0 && listed < rounds);
}

size_t asking_count(const Pb__Page *page) {
	size_t count = 0;
	for (unsigned i = 0; i < pb__page__descriptor.n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &pb__page__descriptor.fields[i];
		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			count += *(const size_t *)((const char *)page + field->quantifier_offset);
	}
	return count;
}

const char *asking_json(struct world *world, const void *message) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	json_encode(message, JSON_COMPACT, &buffer);
	const char *text = arena_printf(world_arena(world), "%s", buffer_string(&buffer));
	buffer_done(&buffer);
	return text;
}
