/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether parties may act, and what the office holds of them:
 *
 *	suspended    nothing moves, payments included, until reinstated
 *	blacklisted  nothing new begins, until a day or until reinstated; what is owed is paid
 *	removed      from one programme, by so many failed assessments in a row as its rules say
 *
 * and who at the office answers for a party.
 */
#include "base/check.h"
#include "base/date.h"
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/want.h"

/* Of days that belong to no programme: whoever is registered here has Chinese codes. */
#define CHINA_UTC_OFFSET_MINUTES 480

#define ASSESSED_YEAR_MIN 1970

static bool is_blacklisted(const struct deciding *d, const struct party_row *party) {
	return d->occasion->time_us < party->blacklisted_until_us;
}

/* --- suspend_party, reinstate_party --- */

static const struct party_row *find_with_reason(
    struct deciding *d, const char *code, const char *reason, uint64_t *ret_id) {
	if (!want_text(d, reason, LIMIT_TEXT_BYTES, "reason"))
		return NULL;
	return find_concerned(d, code, "party", ret_id);
}

bool decide_suspend_party(struct deciding *d) {
	const Pb__SuspendParty *suspend = d->command->suspend_party;
	uint64_t id;
	const struct party_row *party = find_with_reason(d, suspend->party, suspend->reason, &id);
	return party && (!party->suspended || refuse(d, PB__OUTCOME__PARTY_STATE));
}

void apply_suspend_party(struct applying *a) {
	struct party_row row = get_party(a, a->decision->subject);
	row.suspended = 1;
	put_party(a, a->decision->subject, &row);
}

bool decide_reinstate_party(struct deciding *d) {
	const Pb__ReinstateParty *reinstate = d->command->reinstate_party;
	uint64_t id;
	const struct party_row *party = find_with_reason(d, reinstate->party, reinstate->reason, &id);
	return party &&
	    (party->suspended || is_blacklisted(d, party) || refuse(d, PB__OUTCOME__PARTY_STATE));
}

void apply_reinstate_party(struct applying *a) {
	struct party_row row = get_party(a, a->decision->subject);
	row.suspended = 0;
	row.blacklisted_until_us = 0;
	put_party(a, a->decision->subject, &row);
}

/* --- blacklist_party --- */

/* A last day, which has not passed; or none. */
static bool allow_last_day(struct deciding *d, const char *until) {
	int32_t day;
	if (!*until)
		return true;
	return want_date(d, until, "until", &day) &&
	    (day >= date_local_day(d->occasion->time_us, CHINA_UTC_OFFSET_MINUTES) ||
	        refuse_field(d, PB__OUTCOME__FIELD_INVALID, "until"));
}

bool decide_blacklist_party(struct deciding *d) {
	const Pb__BlacklistParty *blacklist = d->command->blacklist_party;
	uint64_t id;
	const struct party_row *party;
	if (!allow_last_day(d, blacklist->until) ||
	    !(party = find_with_reason(d, blacklist->party, blacklist->reason, &id)))
		return false;
	return !is_blacklisted(d, party) || refuse_field(d, PB__OUTCOME__BLACKLISTED, "party");
}

/* The end of the last day. */
static int64_t end_us(const char *until) {
	int32_t day;
	if (!*until)
		return INT64_MAX;
	check(date_parse(until, &day) == ERR_OK);
	return date_day_start_us(day + 1, CHINA_UTC_OFFSET_MINUTES);
}

void apply_blacklist_party(struct applying *a) {
	struct party_row row = get_party(a, a->decision->subject);
	row.blacklisted_until_us = end_us(a->command->blacklist_party->until);
	put_party(a, a->decision->subject, &row);
}

/* --- assess_party --- */

static bool want_assessment(struct deciding *d, const Pb__AssessParty *assess) {
	if (assess->year == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "year");
	if (assess->year < ASSESSED_YEAR_MIN)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "year");
	return allow_text(d, assess->document, LIMIT_TEXT_BYTES, "document") &&
	    (assess->passed ? allow_text(d, assess->reason, LIMIT_TEXT_BYTES, "reason")
	                    : want_text(d, assess->reason, LIMIT_TEXT_BYTES, "reason"));
}

/* Years are assessed in their order, and none before it has begun. */
static bool want_next_year(struct deciding *d, int32_t year, int32_t this_year, int32_t assessed) {
	if (year > this_year)
		return refuse_field(d, PB__OUTCOME__NOT_DUE, "year");
	return year > assessed ||
	    refuse_detail(
	        d, PB__OUTCOME__ASSESSED_ALREADY, "year", arena_printf(d->arena, "%d", assessed));
}

/* A year that was passed ends a row of failures. A removal is for good. */
bool decide_assess_party(struct deciding *d) {
	const Pb__AssessParty *assess = d->command->assess_party;
	uint64_t programme_id, party_id;
	const struct programme_row *programme;
	const Pb__RuleSet *rules;
	if (!want_assessment(d, assess) ||
	    !(programme = find_programme(d, assess->programme, "programme", &programme_id)) ||
	    !find_concerned(d, assess->party, "party", &party_id))
		return false;
	struct key key = key_of_ids(programme_id, party_id);
	const struct standing_row *row = STATE_GET(d->state, TABLE_STANDING, &key, struct standing_row);
	const struct standing_row before = row ? *row : (struct standing_row){ 0 };
	if (!want_next_year(d, assess->year, local_year(d, programme), before.assessed_year) ||
	    !(rules = read_rules_in_force(d, programme_id, programme)))
		return false;
	uint32_t failures = assess->passed ? 0 : before.failures + 1;
	d->decision->programme = programme_id;
	d->decision->year = assess->year;
	d->decision->rule_version = rules->version;
	d->decision->failures = failures;
	d->decision->removed = !before.removed && rules->assessment_failures > 0 &&
	    failures >= rules->assessment_failures;
	return true;
}

void apply_assess_party(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct key key = key_of_ids(decision->programme, decision->subject);
	const struct standing_row *old = STATE_GET(a->state, TABLE_STANDING, &key, struct standing_row);
	struct standing_row row = old ? *old : (struct standing_row){ 0 };
	check(decision->year > row.assessed_year);
	row.assessed_year = decision->year;
	row.failures = decision->failures;
	if (decision->removed)
		row.removed = 1;
	STATE_PUT(a->state, TABLE_STANDING, &key, &row);
	if (decision->removed)
		due_put_removal(a);
}

/* --- assign_party --- */

static bool allow_deadline(struct deciding *d, const char *deadline) {
	int32_t day;
	return !*deadline || want_date(d, deadline, "deadline", &day);
}

bool decide_assign_party(struct deciding *d) {
	const Pb__AssignParty *assign = d->command->assign_party;
	uint64_t id;
	return want_valid(d, assign->owner, identifier_is_person, "owner") &&
	    allow_text(d, assign->task, LIMIT_TEXT_BYTES, "task") &&
	    allow_deadline(d, assign->deadline) && find_concerned(d, assign->party, "party", &id);
}

void apply_assign_party(struct applying *a) {
	struct key key = key_of_id(a->decision->subject);
	put_message(a, TABLE_ASSIGNMENT, &key, &a->command->assign_party->base);
}
