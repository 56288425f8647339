/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files, as an operator publishes them and `voucherctl programme check` reads them: whatever
 * is wrong is named with its place and explained in clean text; and rules that may be published
 * decide every case within what there is, the same way twice.
 */
#include "base/check.h"
#include "base/text.h"
#include "ledger/rules.h"
#include "record/json.h"
#include "voucher/v1/command.pb-c.h"
#include "voucherctl/json_place.h"

#include <string.h>

#define POOL 1000000

enum { FUNDS_MAX = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* --- cases --- */

static struct rules_count count_some(void *arg, const struct rules_counter *counter) {
	const int64_t *used = arg;
	(void)counter;
	return (struct rules_count){ .amount = *used, .grants = *used % 5 };
}

static void check_text(const char *text) {
	check(text && text_is_clean_utf8(text, strlen(text)));
}

static void check_result(const struct rules_result *result, int64_t left) {
	for (size_t i = 0; i < result->n_bounds; i++)
		check(result->bounds[i]);
	if (result->outcome == PB__OUTCOME__OUTCOME_OK) {
		check(result->amount > 0 && result->amount <= left);
		check(result->base >= 0);
	} else if (result->field)
		check_text(result->field);
}

static void decide_twice(const Pb__RuleSet *rules, const struct rules_case *one,
    const struct rules_standing *standing, int64_t left) {
	struct rules_result first, second;
	struct arena arena;
	arena_init(&arena, 0);
	rules_decide(rules, one, standing, &arena, &first);
	check_result(&first, left);
	rules_decide(rules, one, standing, &arena, &second);
	check(first.outcome == second.outcome && first.n_bounds == second.n_bounds);
	check(first.outcome != PB__OUTCOME__OUTCOME_OK || first.amount == second.amount);
	arena_done(&arena);
}

/* On a voucher, and out of the pool with the funds that the rules name. */
static void decide(const Pb__RuleSet *rules, const struct rules_case *one, int64_t used) {
	struct rules_fund funds[FUNDS_MAX];
	struct rules_standing standing = {
		.count = count_some, .arg = &used, .annual_pool = POOL, .voucher_live = POOL, .pool = -1
	};
	decide_twice(rules, one, &standing, POOL);
	standing.voucher_live = -1;
	standing.pool = POOL;
	if (rules->n_fund_shares > FUNDS_MAX)
		return;
	for (size_t i = 0; i < rules->n_fund_shares; i++)
		funds[i] = (struct rules_fund){
			.code = rules->fund_shares[i]->fund,
			.share_bp = rules->fund_shares[i]->share_bp,
			.left = POOL,
		};
	standing.funds = funds;
	standing.n_funds = rules->n_fund_shares;
	decide_twice(rules, one, &standing, POOL);
}

static void decide_cases(const Pb__RuleSet *rules) {
	static const int64_t amounts[] = { 0, 1, 9999, 1234567, INT64_C(1) << 53, INT64_MAX };
	const Pb__PartyKind kinds[] = { PB__PARTY_KIND__PARTY_KIND_COMPANY,
		PB__PARTY_KIND__PARTY_KIND_TEAM };
	const char *category = rules->n_categories ? rules->categories[0] : "";
	struct rules_party holder = { .id = 1, .region = "110114", .code = "a", .controller = "" };
	struct rules_party provider = { .id = 2, .region = "110114", .code = "b", .controller = "" };
	provider.kind = PB__PARTY_KIND__PARTY_KIND_PROVIDER;
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]) * 2; i++) {
		holder.kind = kinds[i % 2];
		const struct rules_case one = {
			.programme_region = "110000",
			.holder = &holder,
			.provider = i % 3 ? &provider : NULL,
			.category = category,
			.eligible = amounts[i / 2],
			.granted = amounts[i / 2],
			.units = amounts[i / 2],
		};
		decide(rules, &one, amounts[i / 2] / 2);
	}
}

/* --- files --- */

static void judge(const Pb__RuleSet *rules, const char *text, struct arena *arena) {
	struct rules_mistake *mistakes;
	size_t count;
	Pb__Outcome outcome = rules_mistakes(rules, arena, &mistakes, &count);
	check(outcome != PB__OUTCOME__UNAVAILABLE);
	check(outcome == PB__OUTCOME__OUTCOME_OK || outcome == PB__OUTCOME__TOO_LARGE || count > 0);
	for (size_t i = 0; i < count; i++) {
		check_text(mistakes[i].path);
		check_text(mistakes[i].en);
		check_text(mistakes[i].zh);
		check(mistakes[i].en[0] && mistakes[i].zh[0]);
		check(json_place_line(text, mistakes[i].path) >= 1);
	}
	if (outcome == PB__OUTCOME__OUTCOME_OK)
		decide_cases(rules);
}

static void check_error(const struct json_error *error, const char *text) {
	check_text(error->path);
	check_text(error->reason);
	check(json_place_line(text, error->path) >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	struct arena arena;
	struct json_error error = { 0 };
	ProtobufCMessage *message;
	arena_init(&arena, 0);
	const char *text = arena_string(&arena, (const char *)data, bytes);
	if (!json_decode(&pb__rule_set__descriptor, text, bytes, &arena, &message, &error))
		judge((const Pb__RuleSet *)message, text, &arena);
	else if (memchr(text, '\0', bytes) == NULL)
		check_error(&error, text);
	if (!json_decode(&pb__publish_rules__descriptor, text, bytes, &arena, &message, &error) &&
	    ((const Pb__PublishRules *)message)->rules)
		judge(((const Pb__PublishRules *)message)->rules, text, &arena);
	arena_done(&arena);
	return 0;
}
