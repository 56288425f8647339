/* SPDX-License-Identifier: Apache-2.0 */
/* Programmes, the rules they publish and the providers they admit. */
#include "base/check.h"
#include "base/date.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/want.h"

/* From UTC−12 to UTC+14, the range of the world's zones. */
#define UTC_OFFSET_MINUTES_MIN (-12 * 60)
#define UTC_OFFSET_MINUTES_MAX (14 * 60)

/* --- create_programme --- */

bool decide_create_programme(struct deciding *d) {
	const Pb__CreateProgramme *programme = d->command->create_programme;
	uint32_t currency;
	if (!want_code(d, programme->code, "code") ||
	    !want_text(d, programme->name, LIMIT_NAME_BYTES, "name") ||
	    !want_valid(d, programme->region, identifier_is_region, "region"))
		return false;
	if (programme->utc_offset_minutes < UTC_OFFSET_MINUTES_MIN ||
	    programme->utc_offset_minutes > UTC_OFFSET_MINUTES_MAX)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "utc_offset_minutes");
	if (!find_currency(d, programme->currency, "currency", &currency))
		return false;
	struct key code = key_of_text(programme->code);
	if (find_id(d, TABLE_PROGRAMME_CODE, &code))
		return refuse_field(d, PB__OUTCOME__CODE_TAKEN, "code");
	d->decision->programme = d->entry->seq;
	return true;
}

void apply_create_programme(struct applying *a) {
	const Pb__CreateProgramme *programme = a->command->create_programme;
	struct programme_row row = {
		.older = a->head.newest_programme,
		.utc_offset_minutes = programme->utc_offset_minutes,
		.currency = currency_index(a, programme->currency),
	};
	a->head.newest_programme = a->entry->seq;
	set_code(row.region, programme->region);
	struct key id = key_of_id(a->entry->seq);
	struct key code = key_of_text(programme->code);
	STATE_PUT(a->state, TABLE_PROGRAMME, &id, &row);
	put_id(a, TABLE_PROGRAMME_CODE, &code, a->entry->seq);
}

/* --- publish_rules --- */

static bool want_next_version(
    struct deciding *d, const Pb__RuleSet *rules, const struct programme_row *programme) {
	uint32_t next = programme->rule_version + 1;
	return rules->version == next ||
	    refuse_detail(
	        d, PB__OUTCOME__RULES_VERSION, "rules.version", arena_printf(d->arena, "%u", next));
}

/* The first of what is wrong with it, in both languages; voucherctl names all. */
static bool want_sound_rules(struct deciding *d, const Pb__RuleSet *rules) {
	struct rules_mistake *mistakes = NULL;
	size_t count = 0;
	Pb__Outcome outcome = rules_mistakes(rules, d->arena, &mistakes, &count);
	if (outcome == PB__OUTCOME__OUTCOME_OK)
		return true;
	if (count == 0)
		return refuse(d, outcome);
	return refuse_detail(d, outcome, mistakes[0].path,
	    arena_printf(d->arena, "%s %s", mistakes[0].en, mistakes[0].zh));
}

/* Its first day in force is not before that of the version that it follows. */
static bool want_later(struct deciding *d, uint64_t id, const struct programme_row *programme,
    const Pb__RuleSet *rules) {
	const Pb__RuleSet *last = NULL;
	int32_t day, last_day;
	if (programme->rule_version == 0)
		return true;
	last = read_rules(d, id, programme->rule_version);
	if (!last || !want_date(d, rules->effective_from, "rules.effective_from", &day))
		return false;
	check(date_parse(last->effective_from, &last_day) == ERR_OK);
	return day >= last_day ||
	    refuse_detail(d, PB__OUTCOME__RULES_INVALID, "rules.effective_from",
	        arena_printf(
	            d->arena, "version %u is in force from %s", last->version, last->effective_from));
}

/* Whoever asks for the rules in force looks past those that are to come. */
static bool want_few_ahead(struct deciding *d, uint64_t id, const struct programme_row *programme) {
	int32_t day;
	if (programme->rule_version < LIMIT_RULES_AHEAD)
		return true;
	const Pb__RuleSet *first = read_rules(d, id, programme->rule_version - LIMIT_RULES_AHEAD + 1);
	if (!first)
		return false;
	check(date_parse(first->effective_from, &day) == ERR_OK);
	return day <= local_day(d, programme) ||
	    refuse_detail(d, PB__OUTCOME__RULES_INVALID, "rules.effective_from",
	        "too many versions are not in force yet");
}

static bool want_funds(
    struct deciding *d, const Pb__RuleSet *rules, const struct programme_row *programme) {
	for (size_t i = 0; i < rules->n_fund_shares; i++) {
		uint64_t id;
		const struct fund_row *fund = find_fund(d, rules->fund_shares[i]->fund, "fund", &id);
		if (!fund ||
		    (fund->currency != programme->currency &&
		        !refuse_detail(d, PB__OUTCOME__RULES_INVALID, "fund", "another currency")))
			return refuse_within(d, "rules.fund_shares", i);
	}
	return true;
}

/* The programme that rules of programme `id` name in `field`: another one, with the same money. */
static const struct programme_row *find_other(struct deciding *d, uint64_t id,
    const struct programme_row *programme, const char *code, const char *field) {
	uint64_t other_id;
	const struct programme_row *other = find_programme(d, code, field, &other_id);
	if (!other)
		return NULL;
	if (other_id == id)
		refuse_detail(d, PB__OUTCOME__RULES_INVALID, field, "the programme itself");
	else if (other->currency != programme->currency)
		refuse_detail(d, PB__OUTCOME__RULES_INVALID, field, "another currency");
	else
		return other;
	return NULL;
}

/* The programmes above it are no more than may be, whoever is below, and it is not among them. What
 * counts are newest rules: those that are to come, too. */
static bool want_no_cycle(struct deciding *d, uint64_t id, const struct programme_row *programme) {
	Pb__Decision *decision = d->decision;
	for (size_t i = 0; i < decision->n_umbrellas; i++)
		if (decision->umbrellas[i] == id)
			return refuse_detail(
			    d, PB__OUTCOME__RULES_INVALID, "rules.part_of", "a cycle: it is part of this one");
	return decision->n_umbrellas + programme->levels_below <= LIMIT_UMBRELLAS ||
	    refuse_detail(d, PB__OUTCOME__RULES_INVALID, "rules.part_of",
	        "more programmes above one another than may be");
}

static bool want_umbrellas(struct deciding *d, uint64_t id, const struct programme_row *programme,
    const Pb__RuleSet *rules) {
	Pb__Decision *decision = d->decision;
	uint64_t above;
	const struct programme_row *row;
	if (!*rules->part_of)
		return true;
	if (!find_other(d, id, programme, rules->part_of, "rules.part_of") ||
	    !find_programme(d, rules->part_of, "rules.part_of", &above))
		return false;
	decision->umbrellas = arena_alloc(d->arena, (LIMIT_UMBRELLAS + 1) * sizeof(uint64_t));
	if (!decision->umbrellas)
		return refuse_memory(d);
	for (; above && decision->n_umbrellas <= LIMIT_UMBRELLAS; above = row->part_of) {
		decision->umbrellas[decision->n_umbrellas++] = above;
		row = the_programme(d, above);
	}
	return want_no_cycle(d, id, programme);
}

static bool want_topped_up(struct deciding *d, uint64_t id, const struct programme_row *programme,
    const Pb__RuleSet *rules) {
	return !*rules->tops_up || find_other(d, id, programme, rules->tops_up, "rules.tops_up");
}

bool decide_publish_rules(struct deciding *d) {
	const Pb__PublishRules *publish = d->command->publish_rules;
	const Pb__RuleSet *rules = publish->rules;
	uint64_t id;
	const struct programme_row *programme;
	if (!rules)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "rules");
	if (!want_sound_rules(d, rules) ||
	    !(programme = find_programme(d, publish->programme, "programme", &id)) ||
	    !want_next_version(d, rules, programme) || !want_later(d, id, programme, rules) ||
	    !want_few_ahead(d, id, programme) || !want_funds(d, rules, programme) ||
	    !want_umbrellas(d, id, programme, rules) || !want_topped_up(d, id, programme, rules))
		return false;
	d->decision->programme = id;
	d->decision->rule_version = rules->version;
	return true;
}

/* Each programme above knows how many levels it has below it. */
static void note_below(struct applying *a, uint32_t levels_below) {
	for (size_t i = 0; i < a->decision->n_umbrellas; i++) {
		struct key key = key_of_id(a->decision->umbrellas[i]);
		const struct programme_row *old = STATE_GET(
		    a->state, TABLE_PROGRAMME, &key, struct programme_row);
		check(old && a->decision->umbrellas[i] != a->decision->programme);
		struct programme_row row = *old;
		levels_below++;
		if (row.levels_below < levels_below)
			row.levels_below = levels_below;
		STATE_PUT(a->state, TABLE_PROGRAMME, &key, &row);
	}
}

void apply_publish_rules(struct applying *a) {
	const Pb__RuleSet *rules = a->command->publish_rules->rules;
	struct key key = key_of_rules(a->decision->programme, rules->version);
	put_message(a, TABLE_RULES, &key, &rules->base);
	struct programme_row *programme = touch_programme(a, a->decision->programme);
	programme->rule_version = rules->version;
	programme->part_of = a->decision->n_umbrellas > 0 ? a->decision->umbrellas[0] : 0;
	note_below(a, programme->levels_below);
}

/* --- admit_provider --- */

bool decide_admit_provider(struct deciding *d) {
	const Pb__AdmitProvider *admit = d->command->admit_provider;
	uint64_t programme_id, party_id;
	const struct party_row *party;
	if (!allow_words(d, admit->categories, admit->n_categories, "categories") ||
	    !find_programme(d, admit->programme, "programme", &programme_id) ||
	    !(party = find_party(d, admit->party, "party", &party_id)))
		return false;
	if (party->kind != PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "party");
	d->decision->programme = programme_id;
	d->decision->provider = party_id;
	return want_in_good_standing(d, party_id, "party") &&
	    want_not_removed(d, programme_id, party_id, "party");
}

void apply_admit_provider(struct applying *a) {
	struct key key = key_of_ids(a->decision->programme, a->decision->provider);
	put_message(a, TABLE_ADMISSION, &key, &a->command->admit_provider->base);
}
