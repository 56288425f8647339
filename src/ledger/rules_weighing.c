/* SPDX-License-Identifier: Apache-2.0 */
/* Pure; any thread. */
#include "ledger/rules_weighing.h"

#include "base/check.h"

#include <string.h>

void weighing_init(struct weighing *weighing, struct arena *arena, size_t room) {
	weighing->arena = arena;
	weighing->count = 0;
	weighing->room = room;
	weighing->bounds = arena_alloc(arena, room * sizeof(weighing->bounds[0]));
	weighing->list = arena_alloc(arena, room * sizeof(weighing->list[0]));
	weighing->has_failed = !weighing->bounds || !weighing->list;
}

Pb__Bound *weighing_add(struct weighing *weighing, Pb__Rule rule) {
	Pb__Bound *bound = &weighing->spare;
	if (!weighing->has_failed) {
		check(weighing->count < weighing->room);
		bound = &weighing->bounds[weighing->count];
		weighing->list[weighing->count++] = bound;
	}
	pb__bound__init(bound);
	bound->rule = rule;
	return bound;
}

static int64_t smaller(int64_t a, int64_t b) {
	return a < b ? a : b;
}

Pb__Bound *weighing_add_money(
    struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used, int64_t asked) {
	Pb__Bound *bound = weighing_add(weighing, rule);
	bound->unit = PB__UNIT__UNIT_MONEY;
	bound->limit = limit;
	bound->used = used;
	bound->asked = asked;
	/* a cap that was lowered below what is used leaves nothing */
	bound->granted = limit > used ? smaller(asked, limit - used) : 0;
	return bound;
}

Pb__Bound *weighing_add_grants(
    struct weighing *weighing, Pb__Rule rule, int64_t limit, int64_t used) {
	Pb__Bound *bound = weighing_add(weighing, rule);
	bound->unit = PB__UNIT__UNIT_NUMBER;
	bound->limit = limit;
	bound->used = used;
	bound->asked = 1;
	bound->granted = limit > used;
	bound->holds = limit > used;
	return bound;
}

Pb__Bound *weighing_add_fact(
    struct weighing *weighing, Pb__Rule rule, const char *attribute, bool holds) {
	Pb__Bound *bound = weighing_add(weighing, rule);
	bound->attribute = weighing_text(weighing, attribute);
	bound->holds = holds;
	return bound;
}

const char *weighing_text(struct weighing *weighing, const char *text) {
	if (!text[0])
		return "";
	const char *copy = arena_string(weighing->arena, text, strlen(text));
	if (copy)
		return copy;
	weighing->has_failed = true;
	return "";
}

bool weighing_refuse(struct rules_result *result, Pb__Outcome outcome, const char *field,
    const char *detail, Pb__Bound *against) {
	result->outcome = outcome;
	result->amount = 0;
	result->field = field;
	result->detail = detail;
	result->against = against;
	if (against)
		against->binds = true;
	return false;
}

void weighing_finish(struct weighing *weighing, struct rules_result *result) {
	if (weighing->has_failed) {
		*result = (struct rules_result){ .outcome = PB__OUTCOME__UNAVAILABLE };
		return;
	}
	result->n_bounds = weighing->count;
	result->bounds = weighing->list;
}
