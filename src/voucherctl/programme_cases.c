/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/programme_cases.h"

#include "base/text.h"
#include "ledger/identifier.h"
#include "record/outcome.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/suggest.h"

#include <stdio.h>
#include <string.h>

enum column {
	COLUMN_CASE,
	COLUMN_PROGRAMME_REGION,
	COLUMN_HOLDER_REGION,
	COLUMN_PROVIDER_REGION,
	COLUMN_CATEGORY,
	COLUMN_ELIGIBLE,
	COLUMN_HOLDER_USED,
	COLUMN_HOLDER_TIER_USED,
	COLUMN_TIER_USED,
	COLUMN_POOL,
	COLUMN_VOUCHER,
	COLUMN_RELATED,
	COLUMN_KIND,
	COLUMN_STATUSES,
	COLUMN_EXPECTED,
	COLUMN_COUNT, /* an attribute of the holder */
};

static const char *const column_names[COLUMN_COUNT] = {
	[COLUMN_CASE] = "case",
	[COLUMN_PROGRAMME_REGION] = "programme_region",
	[COLUMN_HOLDER_REGION] = "holder_region",
	[COLUMN_PROVIDER_REGION] = "provider_region",
	[COLUMN_CATEGORY] = "category",
	[COLUMN_ELIGIBLE] = "eligible",
	[COLUMN_HOLDER_USED] = "holder_used",
	[COLUMN_HOLDER_TIER_USED] = "holder_tier_used",
	[COLUMN_TIER_USED] = "tier_used",
	[COLUMN_POOL] = "pool",
	[COLUMN_VOUCHER] = "voucher",
	[COLUMN_RELATED] = "related",
	[COLUMN_KIND] = "kind",
	[COLUMN_STATUSES] = "statuses",
	[COLUMN_EXPECTED] = "expected",
};

/* One cell being read. */
struct reading {
	struct programme_cases *cases;
	struct programme_case *into;
	const char *title;
	char *text;
	unsigned line, column;
};

#define FAULT(reading, ...)                                                                        \
	csv_fault(&(reading)->cases->csv, (reading)->line, (reading)->column, __VA_ARGS__)

/* --- the heading --- */

static bool names(Pb__Condition *const *conditions, size_t count, const char *attribute) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(conditions[i]->attribute, attribute) == 0)
			return true;
	}
	return false;
}

static bool asks_for(const Pb__RuleSet *rules, const char *attribute) {
	const Pb__Eligibility *holder = rules->holder;
	if (holder && names(holder->conditions, holder->n_conditions, attribute))
		return true;
	for (size_t i = 0; i < rules->n_tiers; i++) {
		if (names(rules->tiers[i]->conditions, rules->tiers[i]->n_conditions, attribute))
			return true;
	}
	return false;
}

static int find_column(const char *title) {
	int column = 0;
	while (column < COLUMN_COUNT && strcmp(column_names[column], title) != 0)
		column++;
	return column;
}

static enum err take_title(struct programme_cases *cases, size_t index, const Pb__RuleSet *rules) {
	const struct csv_cell *cell = &cases->heading.cells[index];
	unsigned line = cases->heading.line;
	text_normalise(cell->text);
	if (!cell->text[0])
		return csv_fault(&cases->csv, line, cell->column, "This column has no name.");
	for (size_t i = 0; i < index; i++) {
		if (strcmp(cases->heading.cells[i].text, cell->text) == 0)
			return csv_fault(
			    &cases->csv, line, cell->column, "\"%s\" stands here twice.", cell->text);
	}
	int column = cases->columns[index] = find_column(cell->text);
	if (column < COLUMN_COUNT || asks_for(rules, cell->text))
		return ERR_OK;
	struct suggestion suggestion;
	suggest_begin(&suggestion, cell->text);
	for (int i = 0; i < COLUMN_COUNT; i++)
		suggest_offer(&suggestion, column_names[i]);
	if (!suggestion.word)
		return ERR_OK;
	return csv_fault(&cases->csv, line, cell->column,
	    "There is no column \"%s\". Did you mean \"%s\"?", cell->text, suggestion.word);
}

enum err programme_cases_init(
    struct programme_cases *cases, const struct csv *csv, const Pb__RuleSet *rules) {
	*cases = (struct programme_cases){ .csv = *csv };
	enum err err = csv_next(&cases->csv, &cases->heading);
	if (!err && cases->heading.count == 0)
		return csv_fault(&cases->csv, 1, 1, "The file has no heading that names its columns.");
	bool has_eligible = false;
	for (size_t i = 0; !err && i < cases->heading.count; i++) {
		err = take_title(cases, i, rules);
		has_eligible = has_eligible || cases->columns[i] == COLUMN_ELIGIBLE;
	}
	if (!err && !has_eligible)
		return csv_fault(&cases->csv, cases->heading.line, 1,
		    "The column \"eligible\" is missing: the eligible expense, in yuan.");
	return err;
}

/* --- cells --- */

static enum err take_money(const struct reading *reading, int64_t *ret_amount) {
	int64_t amount;
	if (text_parse_money(reading->text, &amount) != ERR_OK)
		return FAULT(reading, "%s: \"%s\" is no amount in yuan, such as 300000 or 300,000.00.",
		    reading->title, reading->text);
	if (amount < 0)
		return FAULT(reading, "%s: \"%s\" is negative.", reading->title, reading->text);
	*ret_amount = amount;
	return ERR_OK;
}

static enum err take_region(const struct reading *reading, const char **ret_region) {
	if (!identifier_is_region(reading->text))
		return FAULT(reading, "%s: \"%s\" is no division of 6 digits (GB/T 2260).", reading->title,
		    reading->text);
	*ret_region = reading->text;
	return ERR_OK;
}

static enum err take_related(const struct reading *reading) {
	static const char *const related[] = { "provider" };
	bool is_related = strcmp(reading->text, "yes") == 0 || strcmp(reading->text, "是") == 0;
	if (!is_related && strcmp(reading->text, "no") != 0 && strcmp(reading->text, "否") != 0)
		return FAULT(reading, "%s: \"%s\" is neither yes nor no.", reading->title, reading->text);
	reading->into->holder.related = related;
	reading->into->holder.n_related = is_related;
	return ERR_OK;
}

static enum err take_kind(const struct reading *reading) {
	const ProtobufCEnumValue *value = enum_find(&pb__party_kind__descriptor, reading->text);
	if (!value || value->value == 0) {
		const char *list = enum_list(&pb__party_kind__descriptor, reading->cases->csv.arena);
		return list
		    ? FAULT(reading, "%s: \"%s\" is none of %s.", reading->title, reading->text, list)
		    : ERR_MEMORY;
	}
	reading->into->holder.kind = (Pb__PartyKind)value->value;
	return ERR_OK;
}

static enum err take_statuses(const struct reading *reading) {
	struct rules_party *holder = &reading->into->holder;
	size_t count = 1;
	for (const char *c = reading->text; *c; c++)
		count += *c == ';';
	const char **statuses = arena_zalloc(reading->cases->csv.arena, count * sizeof(statuses[0]));
	if (!statuses)
		return ERR_MEMORY;
	char *rest = reading->text, *word;
	while ((word = strsep(&rest, ";"))) {
		text_normalise(word);
		if (word[0])
			statuses[holder->n_statuses++] = word;
	}
	holder->statuses = statuses;
	return ERR_OK;
}

static enum err take_expected(const struct reading *reading) {
	struct programme_case *into = reading->into;
	size_t count;
	const struct outcome_info *outcomes = outcome_table(&count);
	into->expected = reading->text;
	into->expects = EXPECT_REFUSAL;
	if (strcmp(reading->text, "refused") == 0 || strcmp(reading->text, "拒绝") == 0)
		return ERR_OK;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(outcomes[i].name, reading->text) != 0)
			continue;
		into->expects = EXPECT_OUTCOME;
		into->expected_outcome = outcomes[i].outcome;
		return ERR_OK;
	}
	into->expects = EXPECT_AMOUNT;
	if (text_parse_money(reading->text, &into->expected_amount) == ERR_OK)
		return ERR_OK;
	return FAULT(reading,
	    "%s: \"%s\" is no amount in yuan, not \"refused\" and not the name of an outcome.",
	    reading->title, reading->text);
}

/* "42" is a count; "42.00" and "1,000" are in yuan. */
static enum err take_attribute(const struct reading *reading) {
	struct arena *arena = reading->cases->csv.arena;
	struct rules_party *holder = &reading->into->holder;
	int64_t value;
	bool is_money = strpbrk(reading->text, ".,");
	enum err err = is_money ? text_parse_money(reading->text, &value)
	                        : text_parse_i64(reading->text, strlen(reading->text), &value);
	if (err)
		return FAULT(reading,
		    "%s: \"%s\" is no number: 42 is a count, 42.00 and 4,200 are amounts in yuan.",
		    reading->title, reading->text);
	Pb__Attribute *attribute = ARENA_NEW(arena, Pb__Attribute);
	if (!attribute)
		return ERR_MEMORY;
	pb__attribute__init(attribute);
	attribute->name = reading->title;
	attribute->value = value;
	/* Room for all cells of a row was taken with the case. */
	((Pb__Attribute **)holder->attributes)[holder->n_attributes++] = attribute;
	return ERR_OK;
}

static enum err take_eligible(const struct reading *reading) {
	enum err err = take_money(reading, &reading->into->eligible);
	if (err || reading->into->eligible > 0)
		return err;
	return FAULT(reading, "%s: must be more than 0.", reading->title);
}

static enum err take_cell(const struct reading *reading, int column) {
	struct programme_case *into = reading->into;
	struct rules_usage *usage = &into->usage;
	switch ((enum column)column) {
	case COLUMN_CASE: into->name = reading->text; return ERR_OK;
	case COLUMN_PROGRAMME_REGION: return take_region(reading, &into->region);
	case COLUMN_HOLDER_REGION: return take_region(reading, &into->holder.region);
	case COLUMN_PROVIDER_REGION: return take_region(reading, &into->provider.region);
	case COLUMN_CATEGORY: into->category = reading->text; return ERR_OK;
	case COLUMN_ELIGIBLE: return take_eligible(reading);
	case COLUMN_HOLDER_USED: return take_money(reading, &usage->holder_this_year);
	case COLUMN_HOLDER_TIER_USED: return take_money(reading, &usage->holder_this_tier);
	case COLUMN_TIER_USED: return take_money(reading, &usage->tier_this_year);
	case COLUMN_POOL: into->has_pool = true; return take_money(reading, &usage->annual_pool);
	case COLUMN_VOUCHER: return take_money(reading, &usage->voucher_live);
	case COLUMN_RELATED: return take_related(reading);
	case COLUMN_KIND: return take_kind(reading);
	case COLUMN_STATUSES: return take_statuses(reading);
	case COLUMN_EXPECTED: return take_expected(reading);
	case COLUMN_COUNT: break;
	}
	return take_attribute(reading);
}

/* --- cases --- */

#define NOT_STATED (-1)

static struct programme_case *new_case(struct programme_cases *cases, unsigned line) {
	struct arena *arena = cases->csv.arena;
	struct programme_case *made = ARENA_NEW(arena, struct programme_case);
	Pb__Attribute **attributes = arena_zalloc(arena, cases->heading.count * sizeof(attributes[0]));
	const char *name = arena_printf(arena, "%u", line);
	if (!made || !attributes || !name)
		return NULL;
	*made = (struct programme_case){
		.line = line,
		.name = name,
		.region = "",
		.category = "",
		.expected = "",
		.holder = { .id = 1,
		    .kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
		    .region = "",
		    .code = "holder",
		    .controller = "",
		    .attributes = attributes },
		.provider = { .id = 2, .region = "", .code = "provider", .controller = "" },
		.usage = { .holder_this_tier = NOT_STATED, .voucher_live = INT64_MAX },
	};
	return made;
}

static enum err read_case(
    struct programme_cases *cases, const struct csv_row *row, struct programme_case *into) {
	struct reading reading = { .cases = cases, .into = into, .line = row->line };
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < row->count; i++) {
		int column = cases->columns[i];
		reading.title = cases->heading.cells[i].text;
		reading.text = row->cells[i].text;
		reading.column = row->cells[i].column;
		bool is_words = column == COLUMN_CASE || column == COLUMN_CATEGORY ||
		    column == COLUMN_STATUSES;
		if (!is_words)
			text_normalise(reading.text);
		if (reading.text[0])
			err = take_cell(&reading, column);
		else if (column == COLUMN_ELIGIBLE)
			err = FAULT(&reading, "%s: is missing.", reading.title);
	}
	if (into->usage.holder_this_tier == NOT_STATED)
		into->usage.holder_this_tier = into->usage.holder_this_year;
	return err;
}

enum err programme_cases_next(struct programme_cases *cases, struct programme_case **ret_case) {
	struct csv_row row;
	enum err err = csv_next(&cases->csv, &row);
	if (err)
		return err;
	if (row.count == 0) {
		*ret_case = NULL;
		return ERR_OK;
	}
	if (row.count != cases->heading.count)
		return csv_fault(&cases->csv, row.line, row.cells[row.count - 1].column,
		    "The line has %zu cells and the heading %zu.", row.count, cases->heading.count);
	struct programme_case *made = new_case(cases, row.line);
	if (!made)
		return ERR_MEMORY;
	err = read_case(cases, &row, made);
	if (!err)
		*ret_case = made;
	return err;
}
