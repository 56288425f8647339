/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_rules: what deciding a case by rules costs, with no ledger: under one tier, and under 8
 * tiers, 6 caps, 3 funds and conditions on holders. The case falls into the last tier.
 *
 *	bench_rules [DECISIONS]
 *
 * Counts come from memory here; what the ledger's table of them costs is in bench_engine.
 */
#include "ledger/rules.h"
#include "record/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ROUNDS = 5, /* the fastest counts */
	BATCH = 1000,
};

#define HEAD                                                                                       \
	"{\"version\": 1, \"instrument\": \"INSTRUMENT_VOUCHER\", \"review\": \"REVIEW_ONE\","         \
	" \"when_capped\": \"GRANT_THE_REST\", \"expense_base\": \"EXPENSE_ACTUAL\", "

#define OTHER_TIER(id, holder, provider, ratio)                                                    \
	"{\"id\": " id ", \"name\": \"tier " id "\", \"holder\": \"LOCALITY_" holder "\","             \
	" \"provider\": \"LOCALITY_" provider "\", \"ratio_bp\": " ratio                               \
	", \"categories\": [\"检验检测\"], \"statuses\": [\"高新技术企业\"]},"

#define CAP(name, per, period)                                                                     \
	"{\"name\": \"" name "\", \"per\": \"CAP_PER_" per "\", \"period\": \"" period                 \
	"\", \"amount\": \"900000000000\", \"grants\": 1000000}"

static const char simplest[] = HEAD
    "\"related_parties_allowed\": true, \"tiers\": [{\"id\": 1, \"ratio_bp\": 5000}]}";

static const char largest[] = HEAD
    "\"holder\": {\"kinds\": [\"PARTY_KIND_COMPANY\"], \"region\": \"110000\","
    " \"statuses\": [\"科技型中小企业\"], \"conditions\": ["
    " {\"attribute\": \"staff\", \"is\": \"LESS\", \"value\": 100},"
    " {\"attribute\": \"revenue\", \"is\": \"LESS\", \"value\": 1000000000}]},"
    "\"categories\": [\"检验检测\", \"研发设计\", \"技术咨询\"], \"exclusions\": [\"强制检测\"],"
    "\"vat_excluded\": true, \"tiers\": [" OTHER_TIER("1", "LOCAL", "LOCAL", "6000") OTHER_TIER(
        "2", "LOCAL", "OUTSIDE", "5500") OTHER_TIER("3", "OUTSIDE", "LOCAL", "5000") OTHER_TIER("4",
        "OUTSIDE", "OUTSIDE", "4500") OTHER_TIER("5", "LOCAL", "ANY", "4000") OTHER_TIER("6",
        "OUTSIDE", "ANY", "3500") OTHER_TIER("7", "ANY", "ANY",
        "3000") "{\"id\": 8, \"name\": \"其他\", \"ratio_bp\": 2500, \"per_contract\": "
                "\"90000000000\","
                " \"per_year\": \"90000000000\", \"pool_share_bp\": 2000,"
                " \"conditions\": [{\"attribute\": \"staff\", \"is\": \"AT_LEAST\", \"value\": "
                "1}]}],"
                "\"caps\": [" CAP("holder, year", "HOLDER", "CAP_A_YEAR") "," CAP(
                    "holder, ever", "HOLDER", "CAP_FOR_EVER") "," CAP("group, year", "CONTROLLER",
                    "CAP_A_YEAR") "," CAP("group, ever", "CONTROLLER",
                    "CAP_FOR_EVER") "," CAP("provider, year", "PROVIDER",
                    "CAP_A_YEAR") "," CAP("provider, ever", "PROVIDER",
                    "CAP_FOR_EVER") "],"
                                    "\"fund_shares\": [{\"fund\": \"city\", \"share_bp\": 5000},"
                                    " {\"fund\": \"district\", \"share_bp\": 3333}, {\"fund\": "
                                    "\"park\", \"share_bp\": 1667}]}";

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
	ProtobufCMessage *rules = NULL;
	struct json_error error;
	if (json_decode(&pb__rule_set__descriptor, text, strlen(text), arena, &rules, &error)) {
		fprintf(stderr, "bench_rules: %s: %s\n", error.path, error.reason);
		exit(1);
	}
	return (const Pb__RuleSet *)rules;
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
static double measure(const Pb__RuleSet *rules, int64_t decisions) {
	struct arena arena;
	struct rules_result result;
	double fastest = 0;
	arena_init(&arena, 0);
	for (int round = 0; round < ROUNDS; round++) {
		double start_ns = now_ns();
		for (int64_t i = 0; i < decisions; i++) {
			if (i % BATCH == 0)
				arena_reset(&arena);
			decide(rules, &arena, &result);
			if (result.outcome != PB__OUTCOME__OUTCOME_OK)
				exit(1);
		}
		double each = (now_ns() - start_ns) / (double)decisions;
		fastest = round == 0 || each < fastest ? each : fastest;
	}
	printf("%2zu tiers, %zu caps, %zu funds, %2zu rules weighed: %6.0f ns\n", rules->n_tiers,
	    rules->n_caps, rules->n_fund_shares, result.n_bounds, fastest);
	arena_done(&arena);
	return fastest;
}

int main(int argc, char **argv) {
	int64_t decisions = argc > 1 ? strtoll(argv[1], NULL, 10) : 200000;
	struct arena arena;
	arena_init(&arena, 0);
	staff.name = "staff";
	staff.value = 42;
	revenue.name = "revenue";
	revenue.value = 500000000;
	double simple = measure(read_rules(&arena, simplest), decisions);
	double large = measure(read_rules(&arena, largest), decisions);
	printf("the largest costs %.0f ns more; 2000 are allowed\n", large - simple);
	arena_done(&arena);
	return large - simple > 2000;
}
