/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_rules: what deciding costs: under one tier, and under 8 tiers, 6 caps, 3 funds and
 * conditions on holders, where the case falls into the last tier. First by the rules alone, with
 * counts from memory; then a whole reservation by ledger_decide(), on a ledger whose rows lie in a
 * hash table. Times are of the processor, not of the clock; the fastest of several rounds counts.
 */
#include "ledger/rules.h"
#include "record/json.h"
#include "support/ledger_world.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ROUNDS = 25, /* the fastest counts */
	DECISIONS = 50000,
	BATCH = 1000, /* decisions whose memory goes at once */
	ALLOWED_NS = 2000,
};

/* Rules and commands are JSON with ' for ". */
/* clang-format off */
#define HEAD \
	"{'version': 1, 'effective_from': '2020-01-01', 'use_within_days': 365," \
	" 'payee': 'PAYEE_PROVIDER', 'instrument': 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE'," \
	" 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL', "

#define TIER(id, holder, provider, category) \
	"{'id': " id ", 'name': 'tier " id "', 'holder': 'LOCALITY_" holder "'," \
	" 'provider': 'LOCALITY_" provider "', 'categories': ['" category "']," \
	" 'statuses': ['高新技术企业'], 'ratio_bp': 5000},"

#define CAP(name, per, period) \
	"{'name': '" name "', 'per': 'CAP_PER_" per "', 'period': '" period "'," \
	" 'amount': '900000000000', 'grants': 1000000}"

static const char simplest[] =
	HEAD "'related_parties_allowed': true, 'tiers': [{'id': 1, 'ratio_bp': 5000}]}";

static const char largest[] =
	HEAD
	"'holder': {'kinds': ['PARTY_KIND_COMPANY'], 'region': '110000',"
	" 'statuses': ['科技型中小企业'], 'conditions': ["
	"  {'attribute': 'staff', 'is': 'LESS', 'value': 100},"
	"  {'attribute': 'revenue', 'is': 'LESS', 'value': 1000000000}]},"
	"'categories': ['检验检测', '研发设计', '技术咨询'], 'exclusions': ['强制检测'],"
	"'vat_excluded': true, 'tiers': ["
	TIER("1", "LOCAL", "LOCAL", "检验检测")
	TIER("2", "LOCAL", "OUTSIDE", "检验检测")
	TIER("3", "OUTSIDE", "LOCAL", "检验检测")
	TIER("4", "OUTSIDE", "OUTSIDE", "检验检测")
	TIER("5", "LOCAL", "ANY", "研发设计")
	TIER("6", "OUTSIDE", "ANY", "研发设计")
	TIER("7", "ANY", "ANY", "技术咨询")
	" {'id': 8, 'name': '其他', 'ratio_bp': 2500, 'per_contract': '90000000000',"
	"  'per_year': '90000000000', 'pool_share_bp': 2000,"
	"  'conditions': [{'attribute': 'staff', 'is': 'AT_LEAST', 'value': 1}]}],"
	"'caps': ["
	CAP("holder, year", "HOLDER", "CAP_A_YEAR") ","
	CAP("holder, ever", "HOLDER", "CAP_FOR_EVER") ","
	CAP("group, year", "CONTROLLER", "CAP_A_YEAR") ","
	CAP("group, ever", "CONTROLLER", "CAP_FOR_EVER") ","
	CAP("provider, year", "PROVIDER", "CAP_A_YEAR") ","
	CAP("provider, ever", "PROVIDER", "CAP_FOR_EVER") "],"
	"'fund_shares': [{'fund': 'city', 'share_bp': 5000}, {'fund': 'district', 'share_bp': 3333},"
	" {'fund': 'park', 'share_bp': 1667}]}";
/* clang-format on */

/* Text of a message, in the arena. */
static ProtobufCMessage *read_message(
    struct arena *arena, const ProtobufCMessageDescriptor *type, const char *written) {
	ProtobufCMessage *message = NULL;
	struct json_error error;
	char *text = arena_string(arena, written, strlen(written));
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	if (json_decode(type, text, strlen(text), arena, &message, &error)) {
		fprintf(stderr, "bench_rules: %s: %s in %s\n", error.path, error.reason, text);
		exit(1);
	}
	return message;
}

static struct rules_count count(void *arg, const struct rules_counter *counter) {
	(void)arg;
	return (struct rules_count){ 1000 + (int64_t)counter->what, 3 };
}

static const struct rules_fund funds[] = {
	{ "city", 5000, 100000000000 },
	{ "district", 3333, 100000000000 },
	{ "park", 1667, 100000000000 },
};

/* --- the case --- */

static Pb__Attribute staff = PB__ATTRIBUTE__INIT;
static Pb__Attribute revenue = PB__ATTRIBUTE__INIT;
static Pb__Attribute *const attributes[] = { &revenue, &staff };
static const char *const statuses[] = { "科技型中小企业" };

static const struct rules_party holder = {
	.id = 1,
	.kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
	.region = "110114",
	.code = "91110108551385082Q",
	.controller = "C-1",
	.attributes = attributes,
	.n_attributes = 2,
	.statuses = statuses,
	.n_statuses = 1,
};

static const struct rules_party provider = {
	.id = 2,
	.kind = PB__PARTY_KIND__PARTY_KIND_PROVIDER,
	.region = "110114",
	.code = "91310000MA1FL00900",
	.controller = "",
};

static const struct rules_case one = {
	.programme_region = "110114",
	.holder = &holder,
	.provider = &provider,
	.category = "检验检测",
	.eligible = 11300000,
	.vat = 1300000,
};

/* --- measuring --- */

static const Pb__RuleSet *read_rules(struct arena *arena, const char *text) {
	return (const Pb__RuleSet *)read_message(arena, &pb__rule_set__descriptor, text);
}

static void decide(const Pb__RuleSet *rules, struct arena *arena, struct rules_result *ret_result) {
	const struct rules_standing standing = {
		.count = count,
		.annual_pool = 100000000000,
		.voucher_live = 50000000000,
		.pool = rules->n_fund_shares ? 100000000000 : -1,
		.funds = funds,
		.n_funds = rules->n_fund_shares,
	};
	rules_decide(rules, &one, &standing, arena, ret_result);
}

/* Of the processor, so that others on the machine do not count. */
static double now_ns(void) {
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Nanoseconds for one decision. */
static double measure_alone(const Pb__RuleSet *rules) {
	struct arena arena;
	struct rules_result result;
	double fastest = 0;
	arena_init(&arena, 0);
	for (int round = 0; round < ROUNDS; round++) {
		double start_ns = now_ns();
		for (int64_t i = 0; i < DECISIONS; i++) {
			if (i % BATCH == 0)
				arena_reset(&arena);
			decide(rules, &arena, &result);
			if (result.outcome != PB__OUTCOME__OUTCOME_OK)
				exit(1);
		}
		double each = (now_ns() - start_ns) / DECISIONS;
		fastest = round == 0 || each < fastest ? each : fastest;
	}
	printf("%2zu tiers, %zu caps, %zu funds, %2zu rules weighed: %6.0f ns\n", rules->n_tiers,
	    rules->n_caps, rules->n_fund_shares, result.n_bounds, fastest);
	arena_done(&arena);
	return fastest;
}

static void report(double simple, double large) {
	printf("the largest costs %.0f ns more; %d are allowed\n", large - simple, ALLOWED_NS);
}

/* --- a state that does not change --- */

enum { SLOTS = 4096 };

struct frozen_row {
	struct frozen_row *next; /* in its slot */
	enum table table;
	struct key key;
	const void *data;
	size_t bytes;
};

static struct frozen {
	struct arena arena;
	struct frozen_row *slots[SLOTS];
	enum table copying;
} frozen;

static size_t slot_of(enum table table, const struct key *key) {
	uint32_t hash = 2166136261U ^ (uint32_t)table; /* FNV-1a */
	for (size_t i = 0; i < key->bytes; i++)
		hash = (hash ^ key->data[i]) * 16777619U;
	return hash % SLOTS;
}

static bool freeze_row(void *arg, const struct key *key, const void *data, size_t bytes) {
	(void)arg;
	struct frozen_row *row = ARENA_NEW(&frozen.arena, struct frozen_row);
	struct frozen_row **slot = &frozen.slots[slot_of(frozen.copying, key)];
	*row = (struct frozen_row){ .next = *slot,
		.table = frozen.copying,
		.key = *key,
		.data = arena_copy(&frozen.arena, data, bytes),
		.bytes = bytes };
	*slot = row;
	return true;
}

static const void *frozen_get(
    void *self, enum table table, const struct key *key, size_t *ret_bytes) {
	(void)self;
	for (const struct frozen_row *row = frozen.slots[slot_of(table, key)]; row; row = row->next) {
		if (row->table == table && row->key.bytes == key->bytes &&
		    memcmp(row->key.data, key->data, key->bytes) == 0) {
			*ret_bytes = row->bytes;
			return row->data;
		}
	}
	return NULL;
}

static struct state freeze(const struct state *state) {
	static const struct state_ops ops = { .get = frozen_get };
	const struct key all = KEY_EMPTY;
	arena_init(&frozen.arena, 0);
	for (int table = 1; table < TABLE_COUNT; table++) {
		frozen.copying = (enum table)table;
		state->ops->scan(state->self, frozen.copying, &all, &all, freeze_row, NULL);
	}
	return (struct state){ .ops = &ops };
}

/* --- a ledger --- */

#define STARTUP  "91350100M000100Y43"
#define PROVIDER "91310000MA1FL00900"

static uint64_t member;

static void set_up(struct world *w) {
	static const char *const funds_of_city[] = { "city", "district", "park" };
	for (int i = 0; i < 3; i++) {
		world_accept(w, "{'create_fund': {'code': '%s', 'name': 'n'}}", funds_of_city[i]);
		world_accept(w, "{'appropriate': {'fund': '%s', 'amount': 9000000000000, 'document': 'd'}}",
		    funds_of_city[i]);
	}
	world_accept(w,
	    "{'register_party': {'code': '" STARTUP "', 'kind': 'PARTY_KIND_COMPANY', 'name': 'n',"
	    " 'region': '110114', 'statuses': ['科技型中小企业'], 'attributes':"
	    " [{'name': 'revenue', 'value': 500000000}, {'name': 'staff', 'value': 42}]}}");
	world_party(w, "PARTY_KIND_PROVIDER", PROVIDER);
	member = world_member(w, "m", "ROLE_STARTUP", STARTUP);
}

/* A programme under these rules, and a voucher in it, used once. */
static uint64_t set_up_programme(struct world *w, const char *code, const char *rules) {
	world_accept(w,
	    "{'create_programme': {'code': '%s', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}",
	    code);
	for (int i = 0; i < 3; i++)
		world_accept(w, "{'allocate': {'fund': '%s', 'programme': '%s', 'amount': 1000000000000}}",
		    funds[i].code, code);
	world_accept(w, "{'publish_rules': {'programme': '%s', 'rules': %s}}", code, rules);
	world_accept(w, "{'admit_provider': {'programme': '%s', 'party': '" PROVIDER "'}}", code);
	uint64_t application = world_accept(w,
	    "{'apply': {'programme': '%s', 'party': '" STARTUP "', 'amount': 900000000000,"
	    " 'purpose': 'p'}}",
	    code);
	world_accept(w,
	    "{'review_application': {'application': '%" PRIu64 "', 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	return world_accept(
	    w, "{'issue': {'application': '%" PRIu64 "', 'amount': 900000000000}}", application);
}

static Pb__Command *reservation(struct arena *arena, uint64_t voucher, const char *contract) {
	const char *text = arena_printf(arena,
	    "{'id': '01890a5d-ac96-774b-bcce-b302099a8057', 'reserve': {'voucher': '%" PRIu64
	    "', 'provider': '" PROVIDER "', 'contract_number': '%s', 'category': '检验检测',"
	    " 'total': 11300000, 'eligible': 11300000, 'vat': 1300000}}",
	    voucher, contract);
	return (Pb__Command *)read_message(arena, &pb__command__descriptor, text);
}

static double measure_reservation(
    const struct state *state, const Pb__Command *command, const struct occasion *occasion) {
	struct arena arena;
	struct ledger *ledger;
	struct verdict verdict;
	double fastest = 0;
	arena_init(&arena, 0);
	if (ledger_new(&ledger))
		exit(1);
	for (int round = 0; round < ROUNDS; round++) {
		double start_ns = now_ns();
		for (int i = 0; i < DECISIONS / 4; i++) {
			if (i % BATCH == 0)
				arena_reset(&arena);
			ledger_decide(ledger, state, command, occasion, &arena, &verdict);
			if (verdict.outcome != PB__OUTCOME__OUTCOME_OK)
				exit(1);
		}
		double each = (now_ns() - start_ns) / (DECISIONS / 4);
		fastest = round == 0 || each < fastest ? each : fastest;
	}
	printf("a reservation, %2zu rules weighed:             %6.0f ns\n",
	    verdict.entry->decision->n_bounds, fastest);
	ledger_free(ledger);
	arena_done(&arena);
	return fastest;
}

static void measure_reservations(struct arena *arena) {
	struct world *w = world_new();
	set_up(w);
	uint64_t small = set_up_programme(w, "small", simplest);
	uint64_t big = set_up_programme(w, "big", largest);
	world_as(w, member);
	for (int i = 0; i < 2; i++) /* so that there is something to count */
		world_accept(w,
		    "{'reserve': {'voucher': '%" PRIu64 "', 'provider': '" PROVIDER "',"
		    " 'contract_number': 'C-%d', 'category': '检验检测', 'total': 1130, 'eligible': 1130}}",
		    i ? big : small, i);
	const struct occasion occasion = {
		.principal = member, .seq = world_last_seq(w) + 1, .time_us = world_time_us(w) + 1000000
	};
	struct state state = freeze(world_state(w));
	double simple = measure_reservation(&state, reservation(arena, small, "N-1"), &occasion);
	double large = measure_reservation(&state, reservation(arena, big, "N-2"), &occasion);
	report(simple, large);
	arena_done(&frozen.arena);
	world_free(w);
}

/* A test, since the world in which it measures asserts as tests do. */
START_TEST(measure) {
	struct arena arena;
	arena_init(&arena, 0);
	staff.name = "staff";
	staff.value = 42;
	revenue.name = "revenue";
	revenue.value = 500000000;
	double simple = measure_alone(read_rules(&arena, simplest));
	double large = measure_alone(read_rules(&arena, largest));
	report(simple, large);
	measure_reservations(&arena);
	arena_done(&arena);
}
END_TEST

int main(void) {
	const TTest *const tests[] = { measure };
	setenv("CK_FORK", "no", 1);
	return suite_run("bench_rules", tests, 1, SUITE_TIMEOUT_S);
}
