/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files with fields changed at random, mostly to edges: what is wrong with them is said, and
 * what is said to be right decides any case without breaking what holds of every decision
 * (rules_desk.h). Seeded.
 */
#include "base/limits.h"
#include "record/pb.h"

#include "rules_desk.h"
#include "support/suite.h"

#include <stdint.h>
#include <string.h>

enum {
	ROUNDS = 20000,
	CASES = 4,
	CHANGED_ONCE_IN = 60, /* fields */
};

static uint64_t seed;

static uint64_t random_below(uint64_t bound) { /* xorshift64* */
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545F4914F6CDD1DULL >> 16) % bound;
}

static bool is_hit(void) {
	return random_below(CHANGED_ONCE_IN) == 0;
}

#define PICK(list) ((list)[random_below(sizeof(list) / sizeof((list)[0]))])

/* --- changing rules --- */

static int64_t random_amount(void) {
	static const int64_t edges[] = { 0, 1, -1, 100, 10000, 1000000, INT64_MAX, INT64_MAX - 1,
		INT64_MIN };
	return PICK(edges);
}

static uint32_t random_number(void) {
	static const uint32_t edges[] = { 0, 1, 2, 3, 7, 30, 365, 5000, 10000, 10001, UINT32_MAX };
	return PICK(edges);
}

static const char *random_text(void) {
	static const char *const texts[] = { "", "x", "staff", "testing", "110114", "12-31", "02-30",
		"2026-12-31", "2015-01-01", "\xff", "科技型中小企业", "a.b-c" };
	return PICK(texts);
}

static void change_value(const ProtobufCFieldDescriptor *field, void *value) {
	const ProtobufCEnumDescriptor *names = field->descriptor;
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: *(const char **)value = random_text(); break;
	case PROTOBUF_C_TYPE_INT64: *(int64_t *)value = random_amount(); break;
	case PROTOBUF_C_TYPE_UINT32: *(uint32_t *)value = random_number(); break;
	case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)value = random_below(2) == 1; break;
	case PROTOBUF_C_TYPE_ENUM:
		*(int *)value = names->values[random_below(names->n_values)].value;
		break;
	default: ck_abort_msg("%s", field->name);
	}
}

static size_t bytes_of(const ProtobufCFieldDescriptor *field) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT32: return sizeof(uint32_t);
	case PROTOBUF_C_TYPE_ENUM: return sizeof(int);
	default: return sizeof(int64_t); /* and pointers */
	}
}

static void change_message(ProtobufCMessage *message);

static void change_element(const ProtobufCFieldDescriptor *field, void *value) {
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		change_message(*(ProtobufCMessage **)value);
	else if (is_hit())
		change_value(field, value);
}

/* Shortens a list, or puts one entry in another's place, or changes entries. */
static void change_list(const ProtobufCFieldDescriptor *field, char *list, size_t *count) {
	size_t bytes = bytes_of(field);
	if (*count && is_hit())
		memcpy(list + random_below(*count) * bytes, list + random_below(*count) * bytes, bytes);
	if (*count && is_hit())
		*count = random_below(*count + 1);
	for (size_t i = 0; i < *count; i++)
		change_element(field, list + i * bytes);
}

static void change_message(ProtobufCMessage *message) {
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		void *value = (char *)message + field->offset;
		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			change_list(field, *(char **)value,
			    (size_t *)(void *)((char *)message + field->quantifier_offset));
		else if (field->type != PROTOBUF_C_TYPE_MESSAGE || *(void **)value)
			change_element(field, value);
	}
}

/* --- deciding by them --- */

static struct rules_count random_count(void *arg, const struct rules_counter *counter) {
	(void)arg;
	(void)counter;
	if (random_below(3) > 0)
		return (struct rules_count){ 0 };
	return (struct rules_count){ random_amount() & INT64_MAX, random_number() };
}

static void take_case(struct desk *desk, const Pb__RuleSet *rules, struct rules_fund *funds) {
	static const char *const regions[] = { "110114", "331122", "", "120225", "990100" };
	const Pb__Eligibility *who = rules->holder;
	desk->one.category = rules->n_categories ? rules->categories[0] : "testing";
	desk->one.programme_region = PICK(regions);
	desk->holder.region = who && random_below(4) ? who->region : PICK(regions);
	desk->holder.kind = who && who->n_kinds ? who->kinds[0] : PB__PARTY_KIND__PARTY_KIND_COMPANY;
	desk->holder.statuses = who ? (const char *const *)who->statuses : NULL;
	desk->holder.n_statuses = who ? who->n_statuses : 0;
	desk->one.provider = random_below(3) ? &desk->provider : NULL;
	desk->one.eligible = random_amount() & INT64_MAX;
	desk->one.vat = random_below(2) ? 0 : random_amount();
	desk->one.earlier = random_below(2) ? 0 : random_amount();
	desk->one.granted = random_amount();
	desk->one.units = random_amount();
	desk->standing.count = random_count;
	desk->standing.annual_pool = random_amount() & INT64_MAX;
	desk->standing.voucher_live = random_amount();
	desk->standing.pool = random_amount();
	desk->standing.funds = funds;
	desk->standing.n_funds = rules->n_fund_shares;
	for (size_t i = 0; i < rules->n_fund_shares; i++)
		funds[i] = (struct rules_fund){ .code = rules->fund_shares[i]->fund,
			.share_bp = rules->fund_shares[i]->share_bp,
			.left = random_amount() & INT64_MAX };
}

/* Without conditions on attributes, of which the desk's holder has none. */
static size_t decide_cases(struct desk *desk, Pb__RuleSet *rules) {
	struct rules_fund funds[LIMIT_FUNDS];
	size_t granted = 0;
	if (rules->holder)
		rules->holder->n_conditions = 0;
	for (int i = 0; i < CASES; i++) {
		take_case(desk, rules, funds);
		granted += desk_decide(desk, rules)->outcome == PB__OUTCOME__OUTCOME_OK;
	}
	return granted;
}

static Pb__RuleSet *copy_rules(struct arena *arena, const void *packed, size_t bytes) {
	ProtobufCMessage *rules = NULL;
	ck_assert_int_eq(pb_unpack(&pb__rule_set__descriptor, packed, bytes, arena, &rules), ERR_OK);
	return (Pb__RuleSet *)rules;
}

static bool are_right(struct arena *arena, const Pb__RuleSet *rules) {
	struct rules_mistake *mistakes = NULL;
	size_t count = 0;
	Pb__Outcome outcome = rules_mistakes(rules, arena, &mistakes, &count);
	ck_assert(outcome == (count ? PB__OUTCOME__RULES_INVALID : PB__OUTCOME__OUTCOME_OK));
	for (size_t i = 0; i < count; i++)
		ck_assert(
		    strncmp(mistakes[i].path, "rules.", 6) == 0 && mistakes[i].en[0] && mistakes[i].zh[0]);
	return count == 0;
}

START_TEST(rules_changed_at_random_are_refused_or_decide) {
	static const char *const names[] = { "shifan-2026.json", "ninghai-2016-recognition.json",
		"ninghai-2016-talent.json", "changping-2017.json", "shifan-top-up-2026.json",
		"jinyun-2017.json", "tongzhou-2018.json" };
	struct arena files;
	arena_init(&files, 0);
	size_t right = 0, granted = 0;
	for (size_t file = 0; file < sizeof(names) / sizeof(names[0]); file++) {
		const Pb__RuleSet *rules = desk_rules_of(&files, names[file]);
		size_t bytes = pb__rule_set__get_packed_size(rules);
		uint8_t *packed = arena_alloc(&files, bytes);
		pb__rule_set__pack(rules, packed);
		for (int round = 0; round < ROUNDS / 7; round++) {
			struct desk desk;
			desk_init(&desk);
			seed = (uint64_t)round * 64 + file + 1;
			Pb__RuleSet *changed = copy_rules(&desk.arena, packed, bytes);
			change_message(&changed->base);
			if (are_right(&desk.arena, changed)) {
				right++;
				granted += decide_cases(&desk, changed);
			}
			desk_done(&desk);
		}
	}
	ck_assert_uint_gt(right, ROUNDS / 20); /* both happen, and often */
	ck_assert_uint_lt(right, ROUNDS - ROUNDS / 20);
	ck_assert_uint_gt(granted, right / 20);
	arena_done(&files);
}
END_TEST

SUITE_MAIN("rules: random", rules_changed_at_random_are_refused_or_decide)
