/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/programme_cases.h"

#include "base/text.h"
#include "voucherctl/programme_cells.h"
#include "voucherctl/suggest.h"

#include <inttypes.h>
#include <string.h>

/* --- what the rules ask for --- */

static bool names(Pb__Condition *const *conditions, size_t count, const char *attribute) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(conditions[i]->attribute, attribute) == 0)
			return true;
	}
	return false;
}

static bool is_asked_of(const Pb__Eligibility *who, const char *attribute) {
	return who && names(who->conditions, who->n_conditions, attribute);
}

static bool asks_for(const Pb__RuleSet *rules, const char *attribute) {
	if (is_asked_of(rules->holder, attribute))
		return true;
	for (size_t i = 0; i < rules->n_tiers; i++) {
		if (names(rules->tiers[i]->conditions, rules->tiers[i]->n_conditions, attribute))
			return true;
	}
	for (size_t i = 0; i < rules->n_caps; i++) {
		if (is_asked_of(rules->caps[i]->who, attribute))
			return true;
	}
	return false;
}

static bool has_ratio(const Pb__RuleSet *rules) {
	for (size_t i = 0; i < rules->n_tiers; i++) {
		if (rules->tiers[i]->ratio_bp)
			return true;
	}
	return false;
}

/* The column without which nothing can be computed; NULL: there is none. */
static const char *needed_column(const Pb__RuleSet *rules) {
	if (rules->instrument != PB__INSTRUMENT__INSTRUMENT_VOUCHER && !has_ratio(rules))
		return NULL;
	return rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED ? "granted" : "eligible";
}

static bool is_needed(const struct programme_cases *cases, size_t index) {
	const char *needed = needed_column(cases->rules);
	return needed && strcmp(cases->heading.cells[index].text, needed) == 0;
}

/* --- the heading --- */

static enum err take_title(struct programme_cases *cases, size_t index) {
	const struct csv_cell *cell = &cases->heading.cells[index];
	uint64_t line = cases->heading.line;
	text_normalise(cell->text);
	if (!cell->text[0])
		return case_csv_fault(&cases->csv, line, cell->column, "This column has no name.");
	for (size_t i = 0; i < index; i++) {
		if (strcmp(cases->heading.cells[i].text, cell->text) == 0)
			return case_csv_fault(
			    &cases->csv, line, cell->column, "\"%s\" stands here twice.", cell->text);
	}
	cases->columns[index] = column_find(cell->text);
	if (cases->columns[index] || asks_for(cases->rules, cell->text))
		return ERR_OK;
	struct suggestion suggestion;
	suggest_begin(&suggestion, cell->text);
	for (size_t i = 0; i < column_count; i++)
		suggest_offer(&suggestion, column_table[i].name);
	if (!suggestion.word)
		return ERR_OK;
	return case_csv_fault(&cases->csv, line, cell->column,
	    "There is no column \"%s\". Did you mean \"%s\"?", cell->text, suggestion.word);
}

enum err programme_cases_init(
    struct programme_cases *cases, const struct csv *csv, const Pb__RuleSet *rules) {
	*cases = (struct programme_cases){ .csv = *csv, .rules = rules };
	enum err err = case_csv_next(&cases->csv, &cases->heading);
	if (!err && cases->heading.count == 0)
		return case_csv_fault(&cases->csv, 1, 1, "The file has no heading that names its columns.");
	const char *needed = needed_column(rules);
	for (size_t i = 0; !err && i < cases->heading.count; i++) {
		err = take_title(cases, i);
		if (needed && strcmp(cases->heading.cells[i].text, needed) == 0)
			needed = NULL;
		if (strcmp(cases->heading.cells[i].text, "documents") == 0)
			cases->has_documents = true;
	}
	if (!err && needed)
		return case_csv_fault(&cases->csv, cases->heading.line, 1,
		    "The column \"%s\" is missing: %s, in yuan.", needed,
		    strcmp(needed, "granted") == 0 ? "what the claim that is topped up was paid"
		                                   : "the eligible expense");
	return err;
}

/* --- cases --- */

static const struct rules_count nothing_stated = { CASE_NOT_STATED, CASE_NOT_STATED };

static void state_nothing(struct programme_case *made) {
	for (int subject = 0; subject < CASE_SUBJECTS; subject++) {
		for (int i = 0; i < 4; i++)
			made->usage.of[i / 2][subject][i % 2] = nothing_stated;
	}
	made->usage.holder_tier = CASE_NOT_STATED;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		made->funds_left[i] = CASE_NOT_STATED;
}

static struct programme_case *new_case(struct programme_cases *cases, uint64_t line) {
	struct arena *arena = cases->csv.arena;
	struct programme_case *made = ARENA_NEW(arena, struct programme_case);
	Pb__Attribute **attributes = arena_zalloc(arena, cases->heading.count * sizeof(attributes[0]));
	const char *name = arena_printf(arena, "%" PRIu64, line);
	if (!made || !attributes || !name)
		return NULL;
	*made = (struct programme_case){
		.line = line,
		.name = name,
		.region = "",
		.category = "",
		.beneficiary = "",
		.expected = "",
		.holder = { .id = 1,
		    .kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
		    .region = "",
		    .code = "holder",
		    .controller = "",
		    .attributes = attributes },
		.provider = { .id = 2, .region = "", .code = "provider", .controller = "" },
		.has_provider = cases->rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER,
		.day = CASE_NOT_STATED,
		.annual_pool = CASE_NOT_STATED,
		.pool_left = CASE_NOT_STATED,
		.voucher = CASE_NOT_STATED,
	};
	state_nothing(made);
	return made;
}

static enum err read_case(
    struct programme_cases *cases, const struct csv_reader *row, struct programme_case *into) {
	struct reading reading = { .cases = cases, .into = into, .line = row->line };
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < row->count; i++) {
		reading.by = cases->columns[i];
		reading.title = cases->heading.cells[i].text;
		reading.text = row->cells[i].text;
		reading.column = row->cells[i].column;
		if (!reading.by || !reading.by->is_words)
			text_normalise(reading.text);
		if (reading.text[0])
			err = cell_take(&reading);
		else if (is_needed(cases, i))
			err = case_csv_fault(
			    &cases->csv, reading.line, reading.column, "%s: is missing.", reading.title);
	}
	if (into->is_related) {
		into->holder.related = &into->provider.code;
		into->holder.n_related = 1;
	}
	if (strcmp(into->holder.code, into->provider.code) == 0)
		into->provider.id = into->holder.id;
	return err;
}

enum err programme_cases_next(struct programme_cases *cases, struct programme_case **ret_case) {
	struct csv_reader row;
	enum err err = case_csv_next(&cases->csv, &row);
	if (err)
		return err;
	if (row.count == 0) {
		*ret_case = NULL;
		return ERR_OK;
	}
	if (row.count != cases->heading.count)
		return case_csv_fault(&cases->csv, row.line, row.cells[row.count - 1].column,
		    "The line has %zu cells and the heading %zu.", row.count, cases->heading.count);
	struct programme_case *made = new_case(cases, row.line);
	if (!made)
		return ERR_MEMORY;
	err = read_case(cases, &row, made);
	if (!err)
		*ret_case = made;
	return err;
}
