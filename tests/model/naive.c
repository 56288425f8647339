/* SPDX-License-Identifier: Apache-2.0 */
/* What everything else asks: who is who, what time it is, where the money is. */
#include "naive_inside.h"

#include <stdlib.h>
#include <string.h>

/* --- the calendar: counted from 1970, a year at a time --- */

#define MICROSECONDS_A_DAY (86400 * INT64_C(1000000))

int32_t naive_day(int64_t time_us) {
	return (int32_t)((time_us + NAIVE_UTC_MINUTES * INT64_C(60000000)) / MICROSECONDS_A_DAY);
}

int64_t naive_start_of(int32_t day) {
	return day * MICROSECONDS_A_DAY - NAIVE_UTC_MINUTES * INT64_C(60000000);
}

static bool is_leap(int32_t year) {
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_of(int32_t year, int32_t month) {
	static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && is_leap(year));
}

void naive_date(int32_t day, int32_t *ret_year, int32_t *ret_month, int32_t *ret_day) {
	int32_t year = 1970, month = 1;
	while (day >= 365 + is_leap(year))
		day -= 365 + is_leap(year++);
	while (day >= days_of(year, month))
		day -= days_of(year, month++);
	*ret_year = year;
	*ret_month = month;
	*ret_day = day + 1;
}

int32_t naive_year(int64_t time_us) {
	int32_t year, month, day;
	naive_date(naive_day(time_us), &year, &month, &day);
	return year;
}

/* "YYYY-MM-DD" as a day; −1: it is none. */
int32_t naive_parse_date(const char *text) {
	if (strlen(text) != 10)
		return -1;
	int32_t year = (int32_t)strtol(text, NULL, 10), month = (int32_t)strtol(text + 5, NULL, 10);
	int32_t day = (int32_t)strtol(text + 8, NULL, 10), sum = 0;
	if (month < 1 || month > 12 || day < 1 || day > days_of(year, month))
		return -1;
	for (int32_t y = 1970; y < year; y++)
		sum += 365 + is_leap(y);
	for (int32_t m = 1; m < month; m++)
		sum += days_of(year, m);
	return sum + day - 1;
}

/* Whether today's "MM-DD" lies in a window of such, perhaps across the end of the year. */
bool naive_is_open(Pb__Window *const *windows, size_t count, int64_t now) {
	int32_t year, month, day;
	naive_date(naive_day(now), &year, &month, &day);
	int32_t today = month * 100 + day;
	for (size_t i = 0; i < count; i++) {
		int32_t from = atoi(windows[i]->from) * 100 + atoi(windows[i]->from + 3);
		int32_t to = atoi(windows[i]->to) * 100 + atoi(windows[i]->to + 3);
		bool is_in = from <= to ? from <= today && today <= to : today >= from || today <= to;
		if (is_in)
			return true;
	}
	return count == 0;
}

/* --- who and what there is --- */

struct naive_fund *naive_fund_by_code(struct naive *world, const char *code) {
	for (size_t i = 0; i < world->n_funds; i++)
		if (strcmp(world->funds[i].code, code) == 0)
			return &world->funds[i];
	return NULL;
}

struct naive_programme *naive_programme_by_code(struct naive *world, const char *code) {
	for (size_t i = 0; i < world->n_programmes; i++)
		if (strcmp(world->programmes[i].code, code) == 0)
			return &world->programmes[i];
	return NULL;
}

struct naive_party *naive_party_by_code(struct naive *world, const char *code) {
	for (size_t i = 0; i < world->n_parties; i++)
		if (strcmp(world->parties[i].told->code, code) == 0)
			return &world->parties[i];
	return NULL;
}

#define DEFINE_FIND(name, list)                                                                    \
	struct naive_##name *naive_##name(struct naive *world, uint64_t id) {                          \
		for (size_t i = 0; i < world->n_##list; i++)                                               \
			if (world->list[i].id == id)                                                           \
				return &world->list[i];                                                            \
		return NULL;                                                                               \
	}

DEFINE_FIND(programme, programmes)
DEFINE_FIND(party, parties)
DEFINE_FIND(application, applications)
DEFINE_FIND(voucher, vouchers)
DEFINE_FIND(reservation, reservations)
DEFINE_FIND(claim, claims)
DEFINE_FIND(settlement, settlements)
DEFINE_FIND(clawback, clawbacks)

struct naive_standing *naive_standing(struct naive *world, uint64_t programme, uint64_t party) {
	for (size_t i = 0; i < world->n_standings; i++)
		if (world->standings[i].programme == programme && world->standings[i].party == party)
			return &world->standings[i];
	return NULL;
}

const Pb__RuleSet *naive_rules(const struct naive *world, uint64_t programme, uint32_t version) {
	for (size_t i = 0; i < world->n_rules; i++)
		if (world->rules[i].programme == programme && world->rules[i].set->version == version)
			return world->rules[i].set;
	return NULL;
}

const Pb__RuleSet *naive_rules_in_force(
    const struct naive *world, uint64_t programme, int64_t now) {
	const Pb__RuleSet *newest = NULL;
	for (size_t i = 0; i < world->n_rules; i++)
		if (world->rules[i].programme == programme &&
		    world->rules[i].effective_day <= naive_day(now))
			newest = world->rules[i].set;
	return newest;
}

bool naive_is_taken(const struct naive_word *words, size_t count, const char *text) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].text, text) == 0)
			return true;
	return false;
}

bool naive_is_full(const struct naive *world) {
	return world->n_applications == NAIVE_OBJECTS || world->n_vouchers == NAIVE_OBJECTS ||
	    world->n_reservations == NAIVE_OBJECTS || world->n_claims == NAIVE_OBJECTS ||
	    world->n_settlements == NAIVE_OBJECTS || world->n_clawbacks == NAIVE_OBJECTS ||
	    world->n_allocations == NAIVE_OBJECTS || world->n_moves + 64 > NAIVE_MOVES ||
	    world->n_rules == NAIVE_PROGRAMMES * NAIVE_VERSIONS ||
	    world->n_invoices + 8 > NAIVE_WORDS || world->n_contracts == NAIVE_WORDS ||
	    world->n_lines + NAIVE_PAGE > NAIVE_OBJECTS || world->n_statements == NAIVE_OBJECTS ||
	    world->n_matches + NAIVE_PAGE > NAIVE_OBJECTS || world->n_files == NAIVE_OBJECTS ||
	    world->n_returned + 64 > NAIVE_OBJECTS || world->n_periods == NAIVE_PERIODS;
}

/* --- money --- */

int64_t naive_balance(
    const struct naive *world, Pb__AccountKind account, uint64_t owner, uint64_t party) {
	int64_t sum = 0;
	for (size_t i = 0; i < world->n_moves; i++) {
		const struct naive_move *move = &world->moves[i];
		if (move->account == account && move->owner == owner && move->party == party)
			sum += move->amount;
	}
	return sum;
}

/* All of an account, whoever it is kept for. */
int64_t naive_total(const struct naive *world, Pb__AccountKind account, uint64_t owner) {
	int64_t sum = 0;
	for (size_t i = 0; i < world->n_moves; i++)
		if (world->moves[i].account == account && world->moves[i].owner == owner)
			sum += world->moves[i].amount;
	return sum;
}

void naive_move(
    struct naive *world, Pb__AccountKind account, uint64_t owner, uint64_t party, int64_t amount) {
	if (amount)
		world->moves[world->n_moves++] = (struct naive_move){ account, owner, party, amount };
}

/* --- what is asked of many commands --- */

bool naive_is_staff(const struct naive *world) {
	return world->actor->party == 0;
}

/* Staff who answer for one region only see the files of its holders. */
bool naive_may_see(const struct naive *world, uint64_t holder) {
	const struct naive_party *party = naive_party((struct naive *)world, holder);
	return !naive_is_staff(world) || !world->actor->region[0] ||
	    naive_lies_in(party->told->region, world->actor->region);
}

/* What is of a whole programme. */
bool naive_may_settle(const struct naive *world, uint64_t programme) {
	return !naive_is_staff(world) || !world->actor->region[0] ||
	    naive_lies_in(
	        naive_programme((struct naive *)world, programme)->region, world->actor->region);
}

bool naive_is_same(const char *person, const char *other) {
	return person && other && strcmp(person, other) == 0;
}

bool naive_is_apart(const Pb__RuleSet *rules, Pb__Duty duty) {
	for (size_t i = 0; i < rules->n_duties_apart; i++)
		if (rules->duties_apart[i] == duty)
			return true;
	return false;
}

bool naive_is_blacklisted(const struct naive *world, const struct naive_party *party) {
	return party->blacklisted_until > world->now;
}

bool naive_is_removed(const struct naive *world, uint64_t programme, uint64_t party) {
	const struct naive_standing *s = naive_standing((struct naive *)world, programme, party);
	return s && s->removed;
}

/* Suspended or blacklisted. */
Pb__Outcome naive_ask_standing(const struct naive *world, uint64_t id) {
	const struct naive_party *party = naive_party((struct naive *)world, id);
	if (party->suspended)
		return PB__OUTCOME__PARTY_STATE;
	return naive_is_blacklisted(world, party) ? PB__OUTCOME__BLACKLISTED : PB__OUTCOME__OUTCOME_OK;
}

/* --- the pool --- */

bool naive_take(struct naive *world, const Pb__RuleSet *rules, uint64_t programme, int64_t amount,
    int64_t ret_shares[4]) {
	const struct naive_programme *p = naive_programme(world, programme);
	int64_t weights[4] = { 0 }, parts[4] = { 0 }, shares[4] = { 0 };
	uint64_t funds[4] = { 0 };
	size_t count = rules->n_fund_shares;
	for (size_t i = 0; i < count; i++) {
		funds[i] = naive_fund_by_code(world, rules->fund_shares[i]->fund)->id;
		weights[i] = rules->fund_shares[i]->share_bp;
	}
	naive_split(amount, weights, count, parts);
	for (size_t i = 0; count == 0 && i < p->n_funds; i++) { /* one fund after the other */
		int64_t left = naive_balance(
		    world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, p->funds[i]);
		int64_t before = 0;
		for (size_t b = 0; b < i; b++)
			before += parts[b];
		funds[i] = p->funds[i];
		parts[i] = left < amount - before ? left : amount - before;
	}
	count = count ? count : p->n_funds;
	for (size_t i = 0; i < count; i++) {
		int64_t left = naive_balance(
		    world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, funds[i]);
		for (size_t f = 0; f < p->n_funds; f++)
			if (p->funds[f] == funds[i])
				shares[f] = parts[i];
		if (parts[i] > left)
			return false;
	}
	for (size_t f = 0; f < p->n_funds; f++)
		naive_move(
		    world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, p->funds[f], -shares[f]);
	memcpy(ret_shares, shares, sizeof(shares));
	return true;
}

void naive_give_back(struct naive *world, uint64_t programme, int64_t amount, int64_t left[4]) {
	const struct naive_programme *p = naive_programme(world, programme);
	int64_t parts[4];
	naive_split(amount, left, 4, parts);
	for (size_t i = 0; i < 4; i++) {
		left[i] -= parts[i];
		if (parts[i])
			naive_move(
			    world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, p->funds[i], parts[i]);
	}
}

/* --- every command --- */

static void add_principal(struct naive *world, uint64_t id, const char *person) {
	world->principals[world->n_principals++] = (struct naive_principal){
		.id = id, .person = person, .region = ""
	};
}

void naive_begin(struct naive *world, uint64_t administrator, const char *person) {
	add_principal(world, administrator, person);
	add_principal(world, NAIVE_DAEMON, "voucherd");
}

static naive_family *family_of(Pb__Command__BodyCase body) {
	switch (body) {
	case PB__COMMAND__BODY_CREATE_FUND:
	case PB__COMMAND__BODY_APPROPRIATE:
	case PB__COMMAND__BODY_CREATE_PROGRAMME:
	case PB__COMMAND__BODY_ALLOCATE:
	case PB__COMMAND__BODY_PUBLISH_RULES:
	case PB__COMMAND__BODY_REGISTER_PARTY:
	case PB__COMMAND__BODY_UPDATE_PARTY:
	case PB__COMMAND__BODY_RECORD_AGREEMENT:
	case PB__COMMAND__BODY_REGISTER_PRINCIPAL:
	case PB__COMMAND__BODY_ADMIT_PROVIDER: return naive_setup;
	case PB__COMMAND__BODY_SUSPEND_PARTY:
	case PB__COMMAND__BODY_BLACKLIST_PARTY:
	case PB__COMMAND__BODY_REINSTATE_PARTY:
	case PB__COMMAND__BODY_ASSESS_PARTY: return naive_standings;
	case PB__COMMAND__BODY_APPLY:
	case PB__COMMAND__BODY_REVIEW_APPLICATION:
	case PB__COMMAND__BODY_ISSUE: return naive_applications;
	case PB__COMMAND__BODY_RETURN_VOUCHER:
	case PB__COMMAND__BODY_CANCEL_VOUCHER:
	case PB__COMMAND__BODY_EXTEND_VOUCHER:
	case PB__COMMAND__BODY_EXPIRE: return naive_vouchers;
	case PB__COMMAND__BODY_RESERVE:
	case PB__COMMAND__BODY_REDEEM:
	case PB__COMMAND__BODY_RELEASE:
	case PB__COMMAND__BODY_WITHDRAW_RESERVATION: return naive_uses;
	case PB__COMMAND__BODY_OPEN_SETTLEMENT:
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT:
	case PB__COMMAND__BODY_CANCEL_SETTLEMENT:
	case PB__COMMAND__BODY_RECORD_PAYMENT_FILE:
	case PB__COMMAND__BODY_RECORD_PAYMENT: return naive_settlements;
	case PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT:
	case PB__COMMAND__BODY_IMPORT_STATEMENT:
	case PB__COMMAND__BODY_ASSIGN_LINE:
	case PB__COMMAND__BODY_RESOLVE_LINE: return naive_banks;
	case PB__COMMAND__BODY_RECONCILE:
	case PB__COMMAND__BODY_UNMATCH: return naive_matches;
	case PB__COMMAND__BODY_PREPARE_PERIOD:
	case PB__COMMAND__BODY_REVIEW_PERIOD:
	case PB__COMMAND__BODY_CLOSE_PERIOD:
	case PB__COMMAND__BODY_REOPEN_PERIOD: return naive_periods;
	case PB__COMMAND__BODY_ORDER_CLAWBACK:
	case PB__COMMAND__BODY_RECORD_RECOVERY:
	case PB__COMMAND__BODY_WRITE_OFF: return naive_recoveries;
	default: return naive_claims;
	}
}

struct naive_answer naive_give(struct naive *world, const Pb__Command *command, uint64_t principal,
    uint64_t seq, int64_t time_us) {
	world->seq = seq;
	world->now = time_us;
	world->actor = NULL;
	for (size_t i = 0; i < world->n_principals; i++)
		if (world->principals[i].id == principal)
			world->actor = &world->principals[i];
	return world->actor ? family_of(command->body_case)(world, command)
	                    : refused(PB__OUTCOME__PRINCIPAL_REVOKED);
}
