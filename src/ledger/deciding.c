/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/deciding.h"

#include "base/check.h"

#include <string.h>

/* --- refusing --- */

bool refuse(struct deciding *d, Pb__Outcome outcome) {
	check(outcome != PB__OUTCOME__OUTCOME_OK);
	d->outcome = outcome;
	d->refusal = NULL;
	return false;
}

bool refuse_memory(struct deciding *d) {
	return refuse(d, PB__OUTCOME__UNAVAILABLE);
}

/* NULL, and refused for want of memory. */
static Pb__Refusal *refuse_with(struct deciding *d, Pb__Outcome outcome) {
	Pb__Refusal *refusal = ARENA_NEW(d->arena, Pb__Refusal);
	refuse(d, refusal ? outcome : PB__OUTCOME__UNAVAILABLE);
	if (refusal)
		pb__refusal__init(refusal);
	d->refusal = refusal;
	return refusal;
}

bool refuse_field(struct deciding *d, Pb__Outcome outcome, const char *field) {
	Pb__Refusal *refusal = refuse_with(d, outcome);
	if (refusal)
		refusal->field = field;
	return false;
}

bool refuse_detail(struct deciding *d, Pb__Outcome outcome, const char *field, const char *detail) {
	if (!detail)
		return refuse_memory(d);
	Pb__Refusal *refusal = refuse_with(d, outcome);
	if (refusal) {
		refusal->field = field;
		refusal->detail = detail;
	}
	return false;
}

bool refuse_state(struct deciding *d, Pb__Outcome outcome, const ProtobufCEnumDescriptor *states,
    uint32_t value) {
	const ProtobufCEnumValue *state = protobuf_c_enum_descriptor_get_value(states, (int)value);
	check(state);
	return refuse_detail(d, outcome, "", state->name);
}

bool refuse_bound(struct deciding *d, Pb__Outcome outcome, Pb__Bound *bound) {
	Pb__Refusal *refusal = refuse_with(d, outcome);
	if (refusal)
		refusal->bound = bound;
	return false;
}

bool refuse_within(struct deciding *d, const char *list, size_t index) {
	if (d->outcome == PB__OUTCOME__UNAVAILABLE)
		return false;
	Pb__Refusal *refusal = d->refusal ? d->refusal : refuse_with(d, d->outcome);
	if (!refusal)
		return false;
	const char *field = refusal->field;
	const char *path = arena_printf(d->arena, "%s[%zu]%s%s", list, index, *field ? "." : "", field);
	if (!path)
		return refuse_memory(d);
	refusal->field = path;
	return false;
}

/* --- who acts --- */

bool is_staff(const struct deciding *d) {
	return d->actor->party == 0;
}

bool want_owner(struct deciding *d, uint64_t party) {
	return is_staff(d) || d->actor->party == party || refuse(d, PB__OUTCOME__NOT_OWNER);
}

bool want_party(struct deciding *d, uint64_t party) {
	return d->actor->party == party || refuse(d, PB__OUTCOME__NOT_OWNER);
}

bool want_other_person(struct deciding *d, uint64_t person_id) {
	return d->actor->person_id != person_id || refuse(d, PB__OUTCOME__SAME_PERSON);
}

bool want_other_person_named(struct deciding *d, const char *person) {
	return strcmp(d->actor->person, person) != 0 || refuse(d, PB__OUTCOME__SAME_PERSON);
}

bool want_apart(struct deciding *d, const Pb__RuleSet *rules, Pb__Duty duty, uint64_t person_id) {
	for (size_t i = 0; i < rules->n_duties_apart; i++)
		if (rules->duties_apart[i] == duty)
			return want_other_person(d, person_id);
	return true;
}

/* --- rules weighed --- */

/* NULL: refused, no memory. */
static Pb__Bound *note_weight(struct deciding *d, const struct weight *weight) {
	check(weight->limit >= 0 && weight->used >= 0 && weight->asked >= 0);
	Pb__Bound *bound = ARENA_NEW(d->arena, Pb__Bound);
	const char *name = weight->name ? arena_string(d->arena, weight->name, strlen(weight->name))
	                                : "";
	if (!bound || !name) {
		refuse_memory(d);
		return NULL;
	}
	pb__bound__init(bound);
	bound->name = name;
	bound->rule = weight->rule;
	bound->limit = weight->limit;
	bound->used = weight->used;
	bound->asked = weight->asked;
	int64_t left = weight->limit - weight->used;
	bound->binds = weight->asked > left;
	bound->holds = !bound->binds;
	bound->granted = !bound->binds ? weight->asked : left > 0 ? left : 0;
	bound->unit = weight->rule == PB__RULE__RULE_VOUCHERS_AT_ONCE ? PB__UNIT__UNIT_NUMBER
	                                                              : PB__UNIT__UNIT_MONEY;
	return LIST_ADD(d, d->decision->bounds, d->decision->n_bounds, bound) ? bound : NULL;
}

bool weigh(struct deciding *d, const struct weight *weight) {
	Pb__Bound *bound = note_weight(d, weight);
	return bound && (!bound->binds || refuse_bound(d, weight->outcome, bound));
}

bool weigh_rest(struct deciding *d, const struct weight *weight, int64_t *amount) {
	struct weight asking = *weight;
	asking.asked = *amount;
	Pb__Bound *bound = note_weight(d, &asking);
	if (!bound)
		return false;
	if (bound->granted == 0)
		return refuse_bound(d, weight->outcome, bound);
	bound->holds = true;
	*amount = bound->granted;
	return true;
}

bool weigh_fact(struct deciding *d, const struct fact *fact) {
	const char *attribute = fact->attribute ? fact->attribute : "";
	const char *copy = arena_string(d->arena, attribute, strlen(attribute));
	Pb__Bound *bound = ARENA_NEW(d->arena, Pb__Bound);
	if (!copy || !bound)
		return refuse_memory(d);
	pb__bound__init(bound);
	bound->rule = fact->rule;
	bound->attribute = copy;
	bound->holds = fact->holds;
	bound->binds = !fact->holds;
	if (!LIST_ADD(d, d->decision->bounds, d->decision->n_bounds, bound))
		return false;
	if (fact->holds)
		return true;
	refuse_bound(d, fact->outcome, bound);
	if (d->refusal) {
		d->refusal->field = fact->field;
		d->refusal->detail = copy;
	}
	return false;
}

bool weigh_result(struct deciding *d, const struct rules_result *result) {
	for (size_t i = 0; i < result->n_bounds; i++)
		if (!LIST_ADD(d, d->decision->bounds, d->decision->n_bounds, result->bounds[i]))
			return false;
	if (result->outcome == PB__OUTCOME__OUTCOME_OK)
		return true;
	refuse_bound(d, result->outcome, result->against);
	if (d->refusal && result->field)
		d->refusal->field = result->field;
	if (d->refusal && result->detail)
		d->refusal->detail = result->detail;
	return false;
}

/* --- money --- */

static bool post(struct deciding *d, const struct account *account, int64_t amount) {
	Pb__Posting *posting = ARENA_NEW(d->arena, Pb__Posting);
	if (!posting)
		return refuse_memory(d);
	pb__posting__init(posting);
	posting->account = account->kind;
	posting->owner = account->owner;
	posting->party = account->party;
	posting->currency = account->currency;
	posting->amount = amount;
	return LIST_ADD(d, d->entry->postings, d->entry->n_postings, posting);
}

bool transfer(struct deciding *d, struct account from, struct account to, int64_t amount) {
	check(amount > 0 && from.currency == to.currency);
	return post(d, &from, -amount) && post(d, &to, amount);
}

/* --- lists under construction --- */

bool list_add(struct deciding *d, void ***list, size_t *count, void *item) {
	void **larger = arena_grow(d->arena, *list, *count, sizeof(*larger));
	if (!larger)
		return refuse_memory(d);
	*list = larger;
	larger[(*count)++] = item;
	return true;
}
