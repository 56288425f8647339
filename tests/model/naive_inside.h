/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the naive model. */
#ifndef TESTS_MODEL_NAIVE_INSIDE_H
#define TESTS_MODEL_NAIVE_INSIDE_H

#include "naive.h"

struct naive_programme *naive_programme(struct naive *world, uint64_t id);
struct naive_party *naive_party(struct naive *world, uint64_t id);
int32_t naive_parse_date(const char *text);
int64_t naive_start_of(int32_t day);
void naive_date(int32_t day, int32_t *ret_year, int32_t *ret_month, int32_t *ret_day);
bool naive_is_open(Pb__Window *const *windows, size_t count, int64_t now);

struct naive_fund *naive_fund_by_code(struct naive *world, const char *code);
struct naive_programme *naive_programme_by_code(struct naive *world, const char *code);
struct naive_party *naive_party_by_code(struct naive *world, const char *code);
struct naive_application *naive_application(struct naive *world, uint64_t id);
struct naive_voucher *naive_voucher(struct naive *world, uint64_t id);
struct naive_reservation *naive_reservation(struct naive *world, uint64_t id);
struct naive_claim *naive_claim(struct naive *world, uint64_t id);
struct naive_settlement *naive_settlement(struct naive *world, uint64_t id);
struct naive_clawback *naive_clawback(struct naive *world, uint64_t id);
struct naive_standing *naive_standing(struct naive *world, uint64_t programme, uint64_t party);
bool naive_is_taken(const struct naive_word *words, size_t count, const char *text);
void naive_move(
    struct naive *world, Pb__AccountKind account, uint64_t owner, uint64_t party, int64_t amount);
bool naive_is_staff(const struct naive *world);
bool naive_may_see(const struct naive *world, uint64_t holder);
bool naive_may_settle(const struct naive *world, uint64_t programme);
bool naive_is_same(const char *person, const char *other);
bool naive_is_apart(const Pb__RuleSet *rules, Pb__Duty duty);
bool naive_is_blacklisted(const struct naive *world, const struct naive_party *party);
bool naive_is_removed(const struct naive *world, uint64_t programme, uint64_t party);
Pb__Outcome naive_ask_standing(const struct naive *world, uint64_t id);
const Pb__RuleSet *naive_rules(const struct naive *world, uint64_t programme, uint32_t version);

/* Splits an amount in proportion to weights, one 分 at a time for what is left over. */
void naive_split(int64_t amount, const int64_t *weights, size_t count, int64_t *ret_parts);

/* A subsidy, as the rules give it. */
struct naive_case {
	uint64_t programme;
	const struct naive_party *holder;
	const struct naive_party *provider; /* NULL: none */
	const char *category;
	const char *beneficiary;
	int64_t eligible, vat, earlier, granted, units;
	int64_t voucher_live; /* −1: no voucher */
	bool from_pool;
};

struct naive_subsidy {
	Pb__Outcome outcome;
	int64_t amount;
	const Pb__Tier *tier;
	uint64_t umbrellas[2];
};

struct naive_subsidy naive_subsidise(
    const struct naive *world, const Pb__RuleSet *rules, const struct naive_case *one);

bool naive_is_eligible(const Pb__RuleSet *rules, const struct naive_party *holder);
bool naive_lies_in(const char *region, const char *in);

/* --- the pool --- */

/* Takes from the pool, and gives back in proportion to what is left of each fund's share (`left`,
 * which becomes less); `to` and `from` are accounts of the programme kept for `party`. False: a
 * fund has not got its share. */
bool naive_take(struct naive *world, const Pb__RuleSet *rules, uint64_t programme, int64_t amount,
    int64_t ret_shares[4]);
void naive_give_back(struct naive *world, uint64_t programme, int64_t amount, int64_t left[4]);

/* --- grants --- */

struct naive_contract {
	uint64_t voucher;
	int64_t total;
	const char *number; /* "": none */
};

Pb__Outcome naive_ask_numbers(int64_t total, int64_t eligible, int64_t vat, int64_t earlier);
Pb__Outcome naive_ask_provider(struct naive *world, uint64_t programme, const char *code,
    const struct naive_party **ret_provider);
Pb__Outcome naive_grant(struct naive *world, const Pb__RuleSet *rules, const struct naive_case *one,
    const struct naive_contract *contract, int64_t amount_max,
    struct naive_reservation **ret_grant);
uint64_t naive_claimant(const struct naive *world, const struct naive_reservation *reservation);
uint64_t naive_payee(const Pb__RuleSet *rules, const struct naive_reservation *reservation);

/* The share of invoices that must support what was granted at once; 0: none must. */
uint32_t naive_supported_ratio(const Pb__RuleSet *rules, uint32_t ratio_bp);

/* Takes so much off the memorandum legs. */
void naive_take_back_memo(
    struct naive *world, struct naive_reservation *reservation, int64_t own_share, int64_t vat);

/* What is held is held no longer; where it goes is for the caller to say. */
void naive_end_holding(struct naive *world, struct naive_reservation *reservation);

/* --- payments and what banks say of them --- */

struct naive_house *naive_house_by_code(struct naive *world, const char *code);
struct naive_house *naive_house(struct naive *world, uint64_t id);
struct naive_line *naive_line(struct naive *world, uint64_t house, uint64_t number);

/* The account's books grow by so much. */
void naive_book(struct naive *world, uint64_t house, int64_t amount);

/* In a month that is closed. */
bool naive_is_closed_day(const struct naive *world, int32_t day);

/* Staff who answer for all regions. */
bool naive_may_bank(const struct naive *world);

/* A payment's amount goes from one account of its payee to another. */
void naive_shift(struct naive *world, const struct naive_settlement *settlement,
    const struct naive_payment *payment, Pb__AccountKind from, Pb__AccountKind to);

/* The claims of a payment, or of all (0), become this. */
void naive_mark(struct naive *world, uint64_t settlement, uint32_t payment, Pb__ClaimStatus status);

/* A claim of it was clawed back. */
bool naive_is_clawed_back(const struct naive *world, uint64_t settlement, uint32_t payment);

int64_t naive_owed(const struct naive_clawback *clawback);

/* So much of it is recovered; the funds get back their parts of it. */
void naive_recover(struct naive *world, struct naive_clawback *clawback, const int64_t parts[4]);

/* What a payment, or its return, is to a line that names it. */
enum naive_fit { FIT_WAITS, FIT_NEWS, FIT_TAKEN, FIT_PREPARED, FIT_CLAWED, FIT_NOT };
enum naive_fit naive_fit(
    const struct naive *world, uint64_t settlement, uint32_t number, bool is_return);

/* NULL: there is none, or another account pays it. */
struct naive_payment *naive_payment_of(
    struct naive *world, uint64_t house, uint64_t settlement, uint32_t number);

/* The target is the line's: all that follows from it. */
void naive_find_target(
    struct naive *world, struct naive_line *line, const struct naive_target *target);

/* What a new line is: sets all but its number, and does what follows from it. `before`: the world
 * before the page that it is on. */
void naive_match_line(struct naive *world, struct naive *before, struct naive_line *line,
    const Pb__StatementLine *told);

/* --- families: each decides and does its commands --- */

typedef struct naive_answer naive_family(struct naive *world, const Pb__Command *command);
naive_family naive_setup, naive_standings, naive_applications, naive_vouchers, naive_uses,
    naive_claims, naive_settlements, naive_recoveries, naive_banks, naive_matches, naive_periods;

static inline struct naive_answer refused(Pb__Outcome outcome) {
	return (struct naive_answer){ .outcome = outcome };
}

static inline struct naive_answer accepted(int64_t amount) {
	return (struct naive_answer){ .amount = amount };
}

/* An object that there is not: was one named at all? */
static inline Pb__Outcome naive_unknown(uint64_t id, Pb__Outcome unknown) {
	return id ? unknown : PB__OUTCOME__FIELD_MISSING;
}

#endif
