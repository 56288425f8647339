/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "programme try": what rules grant in a table of cases, decided in the order in which the ledger
 * decides, but for what only a ledger knows (admission, contracts, suspension).
 */
#include "base/text.h"
#include "ledger/explain.h"
#include "ledger/identifier.h"
#include "record/json.h"
#include "record/outcome.h"
#include "voucherctl/actions.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"
#include "voucherctl/programme_cases.h"
#include "voucherctl/programme_file.h"
#include "voucherctl/programme_tally.h"
#include "voucherctl/table.h"
#include "voucherctl/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CASES_BYTES_MAX (4u << 20)

struct trial {
	struct session *session;
	const Pb__RuleSet *rules;
	struct programme_cases cases;
	struct tally tally;
	struct table table;
	size_t count, mismatches;
};

struct verdict {
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

/* The first document that the rules ask for and the case does not cite; NULL: there is none. */
static const char *missing_document(const struct trial *trial, const struct programme_case *one) {
	const Pb__RuleSet *rules = trial->rules;
	for (size_t i = 0; trial->cases.has_documents && i < rules->n_documents; i++) {
		size_t k = 0;
		while (k < one->n_documents && strcmp(one->documents[k], rules->documents[i]) != 0)
			k++;
		if (k == one->n_documents)
			return rules->documents[i];
	}
	return NULL;
}

static void weigh(struct trial *trial, const struct programme_case *one, struct verdict *verdict) {
	const Pb__RuleSet *rules = trial->rules;
	const struct rules_case asked = {
		.programme_region = one->region,
		.holder = &one->holder,
		.provider = one->has_provider ? &one->provider : NULL,
		.category = one->category,
		.eligible = one->eligible,
		.vat = one->vat,
		.earlier = one->earlier,
		.granted = one->granted,
		.units = one->units,
	};
	struct rules_standing standing = tally_begin(&trial->tally, one);
	rules_decide(rules, &asked, &standing, &trial->session->arena, &verdict->result);
}

static enum err decide(struct trial *trial, struct programme_case *one, struct verdict *verdict) {
	const Pb__RuleSet *rules = trial->rules;
	struct rules_result *result = &verdict->result;
	if (!one->region[0] && has_localities(rules))
		return case_csv_fault(&trial->cases.csv, one->line, 1,
		    "programme_region: is missing; give it here or with --region DIGITS.");
	if (one->day != CASE_NOT_STATED &&
	    !rules_is_open(rules->application_windows, rules->n_application_windows, one->day)) {
		refuse(result, PB__OUTCOME__WINDOW_CLOSED, "date");
		return ERR_OK;
	}
	const char *missing = missing_document(trial, one);
	if (missing) {
		refuse(result, PB__OUTCOME__DOCUMENT_MISSING, "documents");
		result->detail = missing;
		return ERR_OK;
	}
	weigh(trial, one, verdict);
	const Pb__Tier *tier = result->tier;
	if (tier && tier->pool_share_bp && !rules->annual_pool && one->annual_pool == CASE_NOT_STATED)
		return case_csv_fault(&trial->cases.csv, one->line, 1,
		    "pool: is missing; the tier \"%s\" may use a share of the annual pool.", tier->name);
	return result->outcome == PB__OUTCOME__OUTCOME_OK
	    ? tally_grant(&trial->tally, one, tier, result->amount)
	    : ERR_OK;
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

static void format_quantity(bool is_money, int64_t value, char ret_text[TEXT_MONEY_BYTES]) {
	if (is_money)
		text_money(value, ret_text);
	else
		snprintf(ret_text, TEXT_MONEY_BYTES, "%" PRId64, value);
}

/* NULL: no memory. */
static const char *describe_bound(struct trial *trial, const Pb__Bound *bound) {
	struct arena *arena = &trial->session->arena;
	enum lang lang = trial->session->settings.lang;
	const char *name = enum_name(&pb__rule__descriptor, (int)bound->rule, arena);
	bool is_computed = bound->rule == PB__RULE__RULE_RATIO || bound->rule == PB__RULE__RULE_FIXED ||
	    bound->rule == PB__RULE__RULE_PER_UNIT;
	if (!name || is_computed)
		return name ? label_of_value(NULL, name, lang) : NULL;
	char limit[TEXT_MONEY_BYTES], used[TEXT_MONEY_BYTES];
	bool is_money = bound->unit == PB__UNIT__UNIT_MONEY;
	format_quantity(is_money, bound->limit, limit);
	format_quantity(is_money, bound->used, used);
	bool is_named = bound->rule == PB__RULE__RULE_CAP || bound->rule == PB__RULE__RULE_JOINT_CAP ||
	    bound->rule == PB__RULE__RULE_CAP_GRANTS ||
	    bound->rule == PB__RULE__RULE_JOINT_CAP_GRANTS || bound->rule == PB__RULE__RULE_FUND_SHARE;
	const char *title = is_named ? bound->name : "";
	return arena_printf(arena,
	    lang_pick(lang, "%s%s%s (limit %s, used %s)", "%s%s%s（上限 %s，已用 %s）"),
	    label_of_value(NULL, name, lang), title[0] ? " " : "", title, limit, used);
}

static const char *describe_refusal(struct trial *trial, const struct rules_result *result) {
	struct arena *arena = &trial->session->arena;
	const struct outcome_info *info = outcome_info(result->outcome);
	if (result->against) {
		const Pb__Explanation *why = explain_bound(result->against, arena);
		return why ? arena_printf(
		                 arena, "%s: %s", info->name, session_say(trial->session, why->en, why->zh))
		           : NULL;
	}
	if (result->detail)
		return arena_printf(arena, "%s: %s", info->name, result->detail);
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
	table_cell(&trial->table, result->tier ? result->tier->name : "");
	table_cell(&trial->table,
	    is_granted ? describe_bound(trial, binding(result)) : describe_refusal(trial, result));
	table_cell(&trial->table, verdict->is_as_expected ? "" : one->expected);
}

/* --- for programs --- */

static void add_bounds(const struct rules_result *result, struct buffer *out) {
	const char *before = "";
	buffer_append_text(out, ",\"bounds\":[");
	for (size_t i = 0; i < result->n_bounds; i++) {
		const Pb__Bound *bound = result->bounds[i];
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
	buffer_printf(out, ",\"line\":%" PRIu64 ",\"outcome\":\"%s\",\"amount\":\"%lld\"", one->line,
	    outcome_info(result->outcome)->name, (long long)result->amount);
	if (result->tier)
		buffer_printf(out, ",\"tier\":%u", result->tier->id);
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
	struct verdict verdict = { .is_as_expected = false };
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
		return case_csv_fault(
		    &trial->cases.csv, trial->cases.csv.line, 1, "The file has no cases.");
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

/* The programmes whose joint caps bind: the nearest first. */
static enum exit_status read_umbrellas(struct session *session, struct tally *tally) {
	const struct command_line *line = &session->line;
	for (size_t i = 0; i < line->argument_count; i++) {
		if (strcmp(line->arguments[i].parameter->name, "--umbrella") != 0)
			continue;
		if (tally->n_umbrellas == LIMIT_UMBRELLAS) {
			session_complain("--umbrella: at most %d.", LIMIT_UMBRELLAS);
			return EXIT_USAGE;
		}
		Pb__PublishRules publish;
		enum exit_status status = programme_read_valid(session, line->arguments[i].text, &publish);
		if (status != EXIT_DONE)
			return EXIT_USAGE;
		tally->umbrellas[tally->n_umbrellas] = publish.rules;
		tally->umbrella_names[tally->n_umbrellas++] = publish.programme;
	}
	return EXIT_DONE;
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
		tally_init(&trial.tally, publish.rules, &session->arena);
		case_csv_init(&csv, name, buffer_string(&text), text.bytes, &session->arena);
		status = read_umbrellas(session, &trial.tally);
		if (status == EXIT_DONE)
			status = finish(&trial, try_all(&trial, &csv));
	}
	buffer_done(&text);
	return status;
}
