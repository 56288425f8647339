/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "programme try": what rules grant in a table of cases, decided in the order in which the ledger
 * decides a reservation, but for what only a ledger knows (admission, contracts, pool, fund).
 */
#include "base/text.h"
#include "ledger/identifier.h"
#include "record/json.h"
#include "record/outcome.h"
#include "voucherctl/actions.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"
#include "voucherctl/programme_cases.h"
#include "voucherctl/programme_file.h"
#include "voucherctl/table.h"
#include "voucherctl/view.h"

#define CASES_BYTES_MAX (4u << 20)

struct trial {
	struct session *session;
	const Pb__RuleSet *rules;
	struct programme_cases cases;
	struct table table;
	size_t count, mismatches;
};

struct verdict {
	const Pb__Tier *tier; /* NULL: it did not come to that */
	struct rules_result result;
	bool is_as_expected;
};

/* --- deciding --- */

static bool has_localities(const Pb__RuleSet *rules) {
	for (size_t i = 0; i < rules->n_tiers; i++) {
		if (rules->tiers[i]->holder != PB__LOCALITY__LOCALITY_ANY ||
		    rules->tiers[i]->provider != PB__LOCALITY__LOCALITY_ANY)
			return true;
	}
	return false;
}

static void refuse(struct rules_result *result, Pb__Outcome outcome, const char *field) {
	*result = (struct rules_result){ .outcome = outcome, .field = field };
}

static enum err weigh_tier(
    struct trial *trial, struct programme_case *one, struct verdict *verdict) {
	struct arena *arena = &trial->session->arena;
	const Pb__RuleSet *rules = trial->rules;
	const Pb__Tier *tier = rules_tier(
	    rules, one->region, &one->holder, &one->provider, one->category);
	verdict->tier = tier;
	if (!tier) {
		refuse(&verdict->result, PB__OUTCOME__NO_TIER, NULL);
		return ERR_OK;
	}
	if (rules->annual_pool)
		one->usage.annual_pool = rules->annual_pool;
	else if (tier->pool_share_bp && !one->has_pool)
		return csv_fault(&trial->cases.csv, one->line, 1,
		    "pool: is missing; the tier \"%s\" may use a share of the annual pool.", tier->name);
	rules_subsidy(rules, tier, one->eligible, &one->usage, arena, &verdict->result);
	return ERR_OK;
}

static enum err decide(struct trial *trial, struct programme_case *one, struct verdict *verdict) {
	const Pb__RuleSet *rules = trial->rules;
	struct rules_result *result = &verdict->result;
	if (!one->region[0] && has_localities(rules))
		return csv_fault(&trial->cases.csv, one->line, 1,
		    "programme_region: is missing; give it here or with --region DIGITS.");
	if (rules_category(rules, one->category) != PB__OUTCOME__OUTCOME_OK) {
		refuse(result, PB__OUTCOME__CATEGORY_NOT_COVERED, "category");
		return ERR_OK;
	}
	rules_eligible(rules, &one->holder, &trial->session->arena, result);
	if (result->outcome != PB__OUTCOME__OUTCOME_OK)
		return ERR_OK;
	if (!rules->related_parties_allowed && rules_is_related(&one->holder, &one->provider)) {
		refuse(result, PB__OUTCOME__RELATED_PARTY, "provider");
		return ERR_OK;
	}
	return weigh_tier(trial, one, verdict);
}

static bool is_as_expected(const struct programme_case *one, const struct rules_result *result) {
	bool is_granted = result->outcome == PB__OUTCOME__OUTCOME_OK;
	switch (one->expects) {
	case EXPECT_NOTHING: return true;
	case EXPECT_AMOUNT: return is_granted && result->amount == one->expected_amount;
	case EXPECT_REFUSAL: return !is_granted;
	case EXPECT_OUTCOME: return result->outcome == one->expected_outcome;
	}
	return false;
}

/* --- for people --- */

static const Pb__Bound *binding(const struct rules_result *result) {
	for (size_t i = 0; i < result->n_bounds; i++) {
		if (result->bounds[i]->binds)
			return result->bounds[i];
	}
	return NULL;
}

/* NULL: no memory. */
static const char *describe_bound(struct trial *trial, const Pb__Bound *bound) {
	struct arena *arena = &trial->session->arena;
	enum lang lang = trial->session->settings.lang;
	const char *name = enum_name(&pb__rule__descriptor, (int)bound->rule, arena);
	if (!name || bound->rule == PB__RULE__RULE_RATIO)
		return name ? label_of_value(name, lang) : NULL;
	char limit[TEXT_MONEY_BYTES], used[TEXT_MONEY_BYTES];
	text_money(bound->limit, limit);
	text_money(bound->used, used);
	return arena_printf(arena, lang_pick(lang, "%s (limit %s, used %s)", "%s（上限 %s，已用 %s）"),
	    label_of_value(name, lang), limit, used);
}

static const char *describe_refusal(struct trial *trial, const struct rules_result *result) {
	struct arena *arena = &trial->session->arena;
	const struct outcome_info *info = outcome_info(result->outcome);
	if (result->detail)
		return arena_printf(arena, "%s: %s", info->name, result->detail);
	if (result->against) {
		const char *bound = describe_bound(trial, result->against);
		return bound ? arena_printf(arena, "%s: %s", info->name, bound) : NULL;
	}
	return arena_printf(arena, "%s: %s", info->name,
	    session_say(trial->session, info->sentence, info->sentence_zh));
}

static void begin_table(struct trial *trial) {
	struct session *session = trial->session;
	table_init(&trial->table, &session->arena);
	trial->table.hides_empty = true;
	table_column(&trial->table, session_say(session, "case", "案例"), false);
	table_column(&trial->table, session_say(session, "subsidy", "补贴"), true);
	table_column(&trial->table, session_say(session, "tier", "档次"), false);
	table_column(&trial->table, session_say(session, "bound by", "限制因素"), false);
	table_column(&trial->table, session_say(session, "not as expected", "与预期不符"), false);
}

static void add_row(
    struct trial *trial, const struct programme_case *one, const struct verdict *verdict) {
	struct session *session = trial->session;
	const struct rules_result *result = &verdict->result;
	bool is_granted = result->outcome == PB__OUTCOME__OUTCOME_OK;
	char money[TEXT_MONEY_BYTES];
	text_money(result->amount, money);
	const char *amount = is_granted ? money : session_say(session, "refused", "拒绝");
	table_cell(&trial->table, one->name);
	table_cell(&trial->table, arena_printf(&session->arena, "%s", amount));
	table_cell(&trial->table, verdict->tier ? verdict->tier->name : "");
	table_cell(&trial->table,
	    is_granted ? describe_bound(trial, binding(result)) : describe_refusal(trial, result));
	table_cell(&trial->table, verdict->is_as_expected ? "" : one->expected);
}

/* --- for programs --- */

/* A voucher that is not stated has enough: it is no bound. */
static void add_bounds(const struct rules_result *result, struct buffer *out) {
	const char *before = "";
	buffer_append_text(out, ",\"bounds\":[");
	for (size_t i = 0; i < result->n_bounds; i++) {
		const Pb__Bound *bound = result->bounds[i];
		if (bound->rule == PB__RULE__RULE_VOUCHER && bound->limit == INT64_MAX)
			continue;
		buffer_append_text(out, before);
		json_encode(&bound->base, JSON_COMPACT, out);
		before = ",";
	}
	buffer_append_char(out, ']');
}

static void add_json(
    struct trial *trial, const struct programme_case *one, const struct verdict *verdict) {
	struct buffer *out = &trial->session->out;
	const struct rules_result *result = &verdict->result;
	buffer_append_text(out, "{\"case\":");
	json_append_string(out, one->name);
	buffer_printf(out, ",\"line\":%u,\"outcome\":\"%s\",\"amount\":\"%lld\"", one->line,
	    outcome_info(result->outcome)->name, (long long)result->amount);
	if (verdict->tier)
		buffer_printf(out, ",\"tier\":%u", verdict->tier->id);
	if (result->field) {
		buffer_append_text(out, ",\"field\":");
		json_append_string(out, result->field);
	}
	if (result->detail) {
		buffer_append_text(out, ",\"detail\":");
		json_append_string(out, result->detail);
	}
	add_bounds(result, out);
	if (one->expects != EXPECT_NOTHING)
		buffer_printf(out, ",\"as_expected\":%s", verdict->is_as_expected ? "true" : "false");
	buffer_append_text(out, "}\n");
}

/* --- the verb --- */

static enum err try_one(struct trial *trial, struct programme_case *one) {
	struct verdict verdict = { .tier = NULL };
	const char *region = options_text(&trial->session->line, "--region");
	if (!one->region[0] && region)
		one->region = region;
	enum err err = decide(trial, one, &verdict);
	if (err)
		return err;
	if (verdict.result.outcome == PB__OUTCOME__UNAVAILABLE)
		return ERR_MEMORY;
	verdict.is_as_expected = is_as_expected(one, &verdict.result);
	trial->count++;
	trial->mismatches += !verdict.is_as_expected;
	if (session_is_json(trial->session))
		add_json(trial, one, &verdict);
	else
		add_row(trial, one, &verdict);
	return ERR_OK;
}

static enum err try_all(struct trial *trial, const struct csv *csv) {
	struct programme_case *one = NULL;
	enum err err = programme_cases_init(&trial->cases, csv, trial->rules);
	begin_table(trial);
	while (!err) {
		err = programme_cases_next(&trial->cases, &one);
		if (err || !one)
			break;
		err = try_one(trial, one);
	}
	if (!err && trial->count == 0)
		return csv_fault(&trial->cases.csv, trial->cases.csv.line, 1, "The file has no cases.");
	return err ? err : table_write(&trial->table, &trial->session->out);
}

static enum exit_status finish(struct trial *trial, enum err err) {
	struct session *session = trial->session;
	if (err == ERR_CONFIG) {
		session_complain("%s", trial->cases.csv.message);
		return EXIT_USAGE;
	}
	if (err)
		return session_out_of_memory();
	enum exit_status status = session_print(session);
	if (status != EXIT_DONE || trial->mismatches == 0)
		return status;
	session_complain(session_say(session, "%zu of %zu cases are not as expected.",
	                     "%zu 个案例与预期不符，共 %zu 个。"),
	    trial->mismatches, trial->count);
	return EXIT_REFUSED;
}

enum exit_status action_programme_try(struct session *session) {
	const char *name = options_text(&session->line, "CASES");
	const char *region = options_text(&session->line, "--region");
	if (region && !identifier_is_region(region)) {
		session_complain("--region: \"%s\" is no division of 6 digits (GB/T 2260).", region);
		return EXIT_USAGE;
	}
	Pb__PublishRules publish;
	enum exit_status status = programme_read_valid(
	    session, options_text(&session->line, "FILE"), &publish);
	if (status != EXIT_DONE)
		return status == EXIT_REFUSED ? EXIT_USAGE : status;
	struct buffer text;
	buffer_init(&text, CASES_BYTES_MAX);
	status = programme_read_text(name, &text);
	if (status == EXIT_DONE) {
		struct trial trial = { .session = session, .rules = publish.rules };
		struct csv csv;
		csv_init(&csv, name, buffer_string(&text), text.bytes, &session->arena);
		status = finish(&trial, try_all(&trial, &csv));
	}
	buffer_done(&text);
	return status;
}
