/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_desk.h"

#include "record/json.h"
#include "voucher/v1/setup.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES 16384

/* --- rules --- */

static const struct {
	const char *key;
	const char *value;
} base_fields[] = {
	{ "version", "1" },
	{ "title", "'Sample'" },
	{ "effective_from", "'2026-01-01'" },
	{ "instrument", "'INSTRUMENT_VOUCHER'" },
	{ "review", "'REVIEW_ONE'" },
	{ "when_capped", "'GRANT_THE_REST'" },
	{ "expense_base", "'EXPENSE_ACTUAL'" },
	{ "tiers", "[{'id': 1, 'name': 'half', 'ratio_bp': 5000}]" },
	{ "use_within_days", "365" },
	{ "claim_within_days", "90" },
	{ "payee", "'PAYEE_PROVIDER'" },
};

static ProtobufCMessage *read_json(
    struct arena *arena, const ProtobufCMessageDescriptor *type, char *text) {
	ProtobufCMessage *message = NULL;
	struct json_error error = { 0 };
	enum err err = json_decode(type, text, strlen(text), arena, &message, &error);
	ck_assert_msg(
	    !err, "%d:%d %s: %s in %s", error.line, error.column, error.path, error.reason, text);
	return message;
}

Pb__RuleSet *desk_rules(struct arena *arena, const char *fields) {
	char *text = arena_printf(arena, "{%s", fields);
	for (size_t i = 0; i < sizeof(base_fields) / sizeof(base_fields[0]); i++) {
		const char *key = arena_printf(arena, "'%s':", base_fields[i].key);
		if (strstr(fields, key))
			continue;
		const char *comma = strlen(text) > 1 ? ", " : "";
		text = arena_printf(arena, "%s%s%s %s", text, comma, key, base_fields[i].value);
	}
	text = arena_printf(arena, "%s}", text);
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return (Pb__RuleSet *)read_json(arena, &pb__rule_set__descriptor, text);
}

Pb__RuleSet *desk_rules_of(struct arena *arena, const char *name) {
	const char *top = getenv("top_srcdir");
	const char *path = arena_printf(arena, "%s/contrib/programmes/%s", top ? top : "..", name);
	char *text = arena_alloc(arena, FILE_BYTES);
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	size_t bytes = fread(text, 1, FILE_BYTES, file);
	fclose(file);
	ck_assert_uint_lt(bytes, FILE_BYTES);
	text[bytes] = '\0';
	Pb__PublishRules *publish = (Pb__PublishRules *)read_json(
	    arena, &pb__publish_rules__descriptor, text);
	return publish->rules;
}

/* --- counts --- */

static uint64_t subject_of(const struct desk *desk, enum rules_counted what) {
	switch (what) {
	case RULES_HOLDER:
	case RULES_HOLDER_TIER: return desk->one.holder->id;
	case RULES_CONTROLLER: return desk->controller;
	case RULES_PROVIDER: return desk->one.provider ? desk->one.provider->id : 0;
	case RULES_TIER: return 0;
	default: return desk->beneficiary;
	}
}

static struct rules_count *find_count(struct desk *desk, const struct rules_counter *counter) {
	uint64_t subject = subject_of(desk, counter->what);
	for (size_t i = 0; i < desk->n_rows; i++) {
		const struct rules_counter *row = &desk->rows[i].counter;
		if (row->what == counter->what && row->ever == counter->ever &&
		    row->joint == counter->joint && row->umbrella == counter->umbrella &&
		    row->tier == counter->tier && row->group == counter->group &&
		    desk->rows[i].subject == subject)
			return &desk->rows[i].count;
	}
	return NULL;
}

static struct rules_count count_for(void *arg, const struct rules_counter *counter) {
	struct desk *desk = arg;
	const struct rules_count *count = find_count(desk, counter);
	desk->asked++;
	return count ? *count : (struct rules_count){ 0 };
}

void desk_count(
    struct desk *desk, const struct rules_counter *counter, int64_t amount, int64_t grants) {
	struct rules_count *count = find_count(desk, counter);
	if (!count) {
		ck_assert_uint_lt(desk->n_rows, DESK_COUNTS);
		desk->rows[desk->n_rows].counter = *counter;
		desk->rows[desk->n_rows].subject = subject_of(desk, counter->what);
		count = &desk->rows[desk->n_rows++].count;
	}
	count->amount += amount;
	count->grants += grants;
}

/* --- the desk --- */

void desk_init(struct desk *desk) {
	*desk = (struct desk){
		.holder = { .id = 1,
		    .kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
		    .region = "110114",
		    .code = "H",
		    .controller = "" },
		.provider = { .id = 2,
		    .kind = PB__PARTY_KIND__PARTY_KIND_PROVIDER,
		    .region = "110114",
		    .code = "P",
		    .controller = "" },
	};
	arena_init(&desk->arena, 0);
	desk->one = (struct rules_case){
		.programme_region = "110114",
		.holder = &desk->holder,
		.provider = &desk->provider,
		.category = "testing",
	};
	desk->standing = (struct rules_standing){
		.count = count_for, .arg = desk, .voucher_live = -1, .pool = -1
	};
}

void desk_done(struct desk *desk) {
	arena_done(&desk->arena);
}

static bool counts_grants(const Pb__Bound *bound) {
	return bound->unit == PB__UNIT__UNIT_NUMBER;
}

static bool is_amount(const Pb__Bound *bound) {
	return !bound->attribute[0] && bound->rule != PB__RULE__RULE_AGREEMENT;
}

/* Nothing granted is more than any bound of money leaves, nor beyond a bound of grants. */
static void check_granted(const struct rules_result *result) {
	size_t binding = 0;
	ck_assert_int_gt(result->amount, 0);
	ck_assert_ptr_nonnull(result->tier);
	for (size_t i = 0; i < result->n_bounds; i++) {
		const Pb__Bound *bound = result->bounds[i];
		binding += bound->binds ? 1 : 0;
		if (counts_grants(bound) && is_amount(bound))
			ck_assert_int_eq(bound->granted, 1);
		else if (is_amount(bound))
			ck_assert_int_le(result->amount, bound->granted);
		if (bound->binds)
			ck_assert_int_eq(result->amount, bound->granted);
	}
	ck_assert_uint_eq(binding, 1);
	ck_assert_ptr_null(result->against);
}

const struct rules_result *desk_decide(struct desk *desk, const Pb__RuleSet *rules) {
	struct rules_result *result = &desk->result;
	rules_decide(rules, &desk->one, &desk->standing, &desk->arena, result);
	if (result->outcome == PB__OUTCOME__OUTCOME_OK) {
		check_granted(result);
		return result;
	}
	ck_assert_int_eq(result->amount, 0);
	ck_assert_ptr_eq(desk_binding(result), result->against);
	return result;
}

const Pb__Bound *desk_binding(const struct rules_result *result) {
	for (size_t i = 0; i < result->n_bounds; i++) {
		if (result->bounds[i]->binds)
			return result->bounds[i];
	}
	return NULL;
}

const Pb__Bound *desk_bound(const struct rules_result *result, Pb__Rule rule) {
	for (size_t i = 0; i < result->n_bounds; i++) {
		if (result->bounds[i]->rule == rule)
			return result->bounds[i];
	}
	return NULL;
}

static void count_both(struct desk *desk, enum rules_counted what, int64_t amount) {
	struct rules_counter counter = { .what = what };
	desk_count(desk, &counter, amount, 1);
	counter.ever = true;
	desk_count(desk, &counter, amount, 1);
}

static void count_group(struct desk *desk, const Pb__Tier *tier, int64_t amount) {
	struct rules_counter counter = { .what = RULES_GROUP, .ever = true, .group = tier->group };
	desk_count(desk, &counter, amount, 1);
	if (tier->increment) {
		counter.what = RULES_GROUP_INCREMENT;
		desk_count(desk, &counter, amount, 1);
	}
	counter.what = RULES_GROUP_TIER;
	counter.tier = tier->id;
	desk_count(desk, &counter, amount, 1);
}

const struct rules_result *desk_grant(struct desk *desk, const Pb__RuleSet *rules) {
	const struct rules_result *result = desk_decide(desk, rules);
	if (result->outcome != PB__OUTCOME__OUTCOME_OK)
		return result;
	struct rules_counter tier = { .what = RULES_TIER, .tier = result->tier->id };
	struct rules_counter both = { .what = RULES_HOLDER_TIER, .tier = result->tier->id };
	desk_count(desk, &tier, result->amount, 1);
	desk_count(desk, &both, result->amount, 1);
	count_both(desk, RULES_HOLDER, result->amount);
	count_both(desk, RULES_CONTROLLER, result->amount);
	if (desk->one.provider)
		count_both(desk, RULES_PROVIDER, result->amount);
	if (result->tier->group)
		count_group(desk, result->tier, result->amount);
	return result;
}
