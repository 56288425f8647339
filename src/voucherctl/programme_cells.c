/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/programme_cells.h"

#include "base/date.h"
#include "base/text.h"
#include "ledger/identifier.h"
#include "record/outcome.h"
#include "voucherctl/enum_name.h"

#include <string.h>

#define FUND_PREFIX "fund:"

#define FAULT(reading, ...)                                                                        \
	case_csv_fault(&(reading)->cases->csv, (reading)->line, (reading)->column, __VA_ARGS__)

static void *place_of(const struct reading *reading) {
	return (char *)reading->into + reading->by->place;
}

/* --- amounts and numbers --- */

static enum err read_money(const struct reading *reading, int64_t *ret_amount) {
	int64_t amount;
	if (text_parse_money(reading->text, &amount) != ERR_OK)
		return FAULT(reading, "%s: \"%s\" is no amount in yuan, such as 300000 or 300,000.00.",
		    reading->title, reading->text);
	if (amount < 0)
		return FAULT(reading, "%s: \"%s\" is negative.", reading->title, reading->text);
	*ret_amount = amount;
	return ERR_OK;
}

static enum err take_money(const struct reading *reading) {
	return read_money(reading, place_of(reading));
}

static enum err take_expense(const struct reading *reading) {
	int64_t *place = place_of(reading);
	enum err err = read_money(reading, place);
	if (err || *place > 0)
		return err;
	return FAULT(reading, "%s: must be more than 0.", reading->title);
}

static enum err take_count(const struct reading *reading) {
	int64_t value;
	if (text_parse_i64(reading->text, strlen(reading->text), &value) != ERR_OK || value < 0)
		return FAULT(reading, "%s: \"%s\" is no number such as 3.", reading->title, reading->text);
	*(int64_t *)place_of(reading) = value;
	return ERR_OK;
}

static enum err take_fund(const struct reading *reading) {
	const Pb__RuleSet *rules = reading->cases->rules;
	const char *code = reading->title + strlen(FUND_PREFIX);
	for (size_t i = 0; i < rules->n_fund_shares && i < LIMIT_FUNDS; i++) {
		if (strcmp(rules->fund_shares[i]->fund, code) == 0)
			return read_money(reading, &reading->into->funds_left[i]);
	}
	return FAULT(reading, "%s: no fund of the rules is called \"%s\".", reading->title, code);
}

static enum err take_year(const struct reading *reading) {
	int64_t year;
	if (text_parse_i64(reading->text, strlen(reading->text), &year) != ERR_OK ||
	    year < DATE_YEAR_MIN || year > DATE_YEAR_MAX)
		return FAULT(reading, "%s: \"%s\" is no year such as 2026.", reading->title, reading->text);
	reading->into->year = (int32_t)year;
	return ERR_OK;
}

static enum err take_date(const struct reading *reading) {
	if (date_parse(reading->text, &reading->into->day) != ERR_OK)
		return FAULT(reading, "%s: \"%s\" is no day as YYYY-MM-DD.", reading->title, reading->text);
	reading->into->year = 0;
	for (size_t i = 0; i < 4; i++)
		reading->into->year = reading->into->year * 10 + (reading->text[i] - '0');
	return ERR_OK;
}

/* --- texts --- */

static enum err take_text(const struct reading *reading) {
	*(const char **)place_of(reading) = reading->text;
	return ERR_OK;
}

static enum err take_holder(const struct reading *reading) {
	reading->into->holder.code = reading->text;
	reading->into->has_holder = true;
	return ERR_OK;
}

static enum err take_provider(const struct reading *reading) {
	reading->into->provider.code = reading->text;
	reading->into->has_provider = true;
	return ERR_OK;
}

static enum err take_region(const struct reading *reading) {
	if (!identifier_is_region(reading->text))
		return FAULT(reading, "%s: \"%s\" is no division of 6 digits (GB/T 2260).", reading->title,
		    reading->text);
	return take_text(reading);
}

static enum err take_provider_region(const struct reading *reading) {
	reading->into->has_provider = true;
	return take_region(reading);
}

static enum err take_related(const struct reading *reading) {
	struct programme_case *into = reading->into;
	bool is_related = strcmp(reading->text, "yes") == 0 || strcmp(reading->text, "是") == 0;
	if (!is_related && strcmp(reading->text, "no") != 0 && strcmp(reading->text, "否") != 0)
		return FAULT(reading, "%s: \"%s\" is neither yes nor no.", reading->title, reading->text);
	into->is_related = is_related;
	into->has_provider = into->has_provider || is_related;
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

/* Words between ";". */
static enum err split(const struct reading *reading, const char *const **ret_words, size_t *ret_n) {
	size_t room = 1, count = 0;
	for (const char *c = reading->text; *c; c++)
		room += *c == ';';
	const char **words = arena_zalloc(reading->cases->csv.arena, room * sizeof(words[0]));
	if (!words)
		return ERR_MEMORY;
	char *rest = reading->text, *word;
	while ((word = strsep(&rest, ";"))) {
		text_normalise(word);
		if (word[0])
			words[count++] = word;
	}
	*ret_words = words;
	*ret_n = count;
	return ERR_OK;
}

static enum err take_statuses(const struct reading *reading) {
	struct rules_party *holder = &reading->into->holder;
	return split(reading, &holder->statuses, &holder->n_statuses);
}

static enum err take_documents(const struct reading *reading) {
	return split(reading, &reading->into->documents, &reading->into->n_documents);
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
	struct rules_party *holder = &reading->into->holder;
	int64_t value;
	bool is_money = strpbrk(reading->text, ".,");
	enum err err = is_money ? text_parse_money(reading->text, &value)
	                        : text_parse_i64(reading->text, strlen(reading->text), &value);
	if (err)
		return FAULT(reading,
		    "%s: \"%s\" is no number: 42 is a count, 42.00 and 4,200 are amounts in yuan.",
		    reading->title, reading->text);
	Pb__Attribute *attribute = ARENA_NEW(reading->cases->csv.arena, Pb__Attribute);
	if (!attribute)
		return ERR_MEMORY;
	pb__attribute__init(attribute);
	attribute->name = reading->title;
	attribute->value = value;
	/* Room for all cells of a row was taken with the case. */
	((Pb__Attribute **)holder->attributes)[holder->n_attributes++] = attribute;
	return ERR_OK;
}

/* --- the table --- */

/* clang-format off */
#define PLACE(member) offsetof(struct programme_case, member)
#define USED(joint, subject, ever) PLACE(usage.of[joint][CASE_##subject][ever].amount)
#define GRANTS(joint, subject, ever) PLACE(usage.of[joint][CASE_##subject][ever].grants)
#define USAGE(joint, prefix, name, subject) \
	{ prefix name "_used", take_money, USED(joint, subject, 0), false }, \
	{ prefix name "_used_ever", take_money, USED(joint, subject, 1), false }, \
	{ prefix name "_grants", take_count, GRANTS(joint, subject, 0), false }, \
	{ prefix name "_grants_ever", take_count, GRANTS(joint, subject, 1), false }

const struct column column_table[] = {
	{ "case", take_text, PLACE(name), true },
	{ "programme_region", take_region, PLACE(region), false },
	{ "holder", take_holder, 0, true },
	{ "holder_region", take_region, PLACE(holder.region), false },
	{ "kind", take_kind, 0, false },
	{ "statuses", take_statuses, 0, true },
	{ "controller", take_text, PLACE(holder.controller), true },
	{ "provider", take_provider, 0, true },
	{ "provider_region", take_provider_region, PLACE(provider.region), false },
	{ "related", take_related, 0, false },
	{ "category", take_text, PLACE(category), true },
	{ "beneficiary", take_text, PLACE(beneficiary), true },
	{ "documents", take_documents, 0, true },
	{ "date", take_date, 0, false },
	{ "year", take_year, 0, false },
	{ "eligible", take_expense, PLACE(eligible), false },
	{ "vat", take_money, PLACE(vat), false },
	{ "earlier", take_money, PLACE(earlier), false },
	{ "granted", take_expense, PLACE(granted), false },
	{ "units", take_count, PLACE(units), false },
	USAGE(0, "", "holder", HOLDER),
	USAGE(0, "", "controller", CONTROLLER),
	USAGE(0, "", "provider", PROVIDER),
	USAGE(1, "joint_", "holder", HOLDER),
	USAGE(1, "joint_", "controller", CONTROLLER),
	USAGE(1, "joint_", "provider", PROVIDER),
	{ "holder_tier_used", take_money, PLACE(usage.holder_tier), false },
	{ "tier_used", take_money, PLACE(usage.tier), false },
	{ "pool", take_money, PLACE(annual_pool), false },
	{ "pool_left", take_money, PLACE(pool_left), false },
	{ "voucher", take_money, PLACE(voucher), false },
	{ "expected", take_expected, 0, false },
};
/* clang-format on */
const size_t column_count = sizeof(column_table) / sizeof(column_table[0]);

static const struct column fund_column = { FUND_PREFIX, take_fund, 0, false };

const struct column *column_find(const char *title) {
	for (size_t i = 0; i < column_count; i++) {
		if (strcmp(column_table[i].name, title) == 0)
			return &column_table[i];
	}
	return strncmp(title, FUND_PREFIX, strlen(FUND_PREFIX)) == 0 ? &fund_column : NULL;
}

enum err cell_take(const struct reading *reading) {
	return reading->by ? reading->by->take(reading) : take_attribute(reading);
}
