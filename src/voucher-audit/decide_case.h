/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry on its way through the recomputation: what it had to decide and to post, and what stood
 * against it. Each function of a family fills in `decision`, moves money with case_transfer(), and
 * notes with case_want() what should have kept the command from being accepted, but goes on, so
 * that what follows is judged by itself. It returns false when what the command is about is not
 * there. Nothing is changed but the case. Internal to decide*.c.
 */
#ifndef VOUCHER_AUDIT_DECIDE_CASE_H
#define VOUCHER_AUDIT_DECIDE_CASE_H

#include "voucher-audit/decide_rules.h"
#include "voucher-audit/decide_used.h"
#include "voucher-audit/look.h"

struct posting {
	Pb__AccountKind kind;
	uint32_t currency;
	uint64_t owner, party;
	int64_t amount;
};

struct deciding {
	struct model *m;
	struct arena *arena;
	const Pb__JournalEntry *entry;
	const Pb__Command *command;
	const Pb__Decision *stated; /* what stands in the journal: for what is checked, not computed */
	uint64_t seq;
	int64_t now_us;

	Pb__Decision decision; /* as it had to be; its bounds are `weighed` */
	struct weighed weighed;
	struct posting *postings;
	size_t n_postings;
	Pb__Outcome against; /* the first that stood against it */
	int64_t at_stake;    /* money that the command asks for */
};

/* --- against it --- */

void case_want(struct deciding *d, bool is_well, Pb__Outcome outcome);
bool case_unknown(struct deciding *d, Pb__Outcome outcome); /* always false */

/* A limit, named among the bounds, and noted when more is asked than it leaves. */
struct limit {
	Pb__Rule rule;
	Pb__Outcome outcome;
	const char *name; /* NULL: none */
	int64_t limit, used;
};
void case_weigh(struct deciding *d, const struct limit *limit, int64_t asked);
int64_t case_weigh_rest(
    struct deciding *d, const struct limit *limit, int64_t asked); /* what it leaves */
void case_weigh_fact(
    struct deciding *d, Pb__Rule rule, Pb__Outcome outcome, const char *attribute, bool holds);

/* --- what there is; NULL: nothing, and that is noted --- */

const struct programme *case_find_programme(struct deciding *d, const char *code);
const struct party *case_find_party(struct deciding *d, const char *code);
const struct house *case_find_house(struct deciding *d, const char *code);
const struct voucher *case_find_voucher(struct deciding *d, uint64_t id);
const struct reservation *case_find_reservation(struct deciding *d, uint64_t id);
const struct claim *case_find_claim(struct deciding *d, uint64_t id);

/* Without a note. */
const struct programme *case_programme_at(const struct deciding *d, uint64_t id);
const struct party *case_party_at(const struct deciding *d, uint64_t id);
const struct voucher *case_voucher_at(const struct deciding *d, uint64_t id);
const struct reservation *case_reservation_at(const struct deciding *d, uint64_t id);
const struct claim *case_claim_at(const struct deciding *d, uint64_t id);

/* A party as rules see it, relations normalised; in the arena. */
struct decide_party *case_read_party(const struct deciding *d, const struct party *party);

/* Days lie within the calendar, whatever offset or number of days the journal says. */
int32_t case_local_day(const struct deciding *d, const struct programme *programme);
int32_t case_days_after(int32_t day, uint32_t days);
int64_t case_days_us(uint32_t days); /* how long so many days are */
int32_t case_local_year(const struct deciding *d, const struct programme *programme);

/* Never NULL: where there are none, that is noted, and they are empty. */
const Pb__RuleSet *case_rules_in_force(struct deciding *d, const struct programme *programme);
const Pb__RuleSet *case_rules_of(struct deciding *d, uint64_t programme, uint32_t version);

void case_want_not_suspended(struct deciding *d, uint64_t party);
void case_want_in_standing(struct deciding *d, uint64_t party); /* nor blacklisted */
void case_want_not_removed(struct deciding *d, uint64_t programme, uint64_t party);

bool case_is_active(const struct voucher *voucher);

/* --- who is concerned --- */

void case_name_holder(struct deciding *d, uint64_t party);
void case_name_party(struct deciding *d, uint64_t party, uint32_t kind); /* as the subject, too */
void case_name_reservation(struct deciding *d, const struct reservation *reservation);
void case_name_claim(struct deciding *d, const struct claim *claim);

/* --- money --- */

struct account_name {
	Pb__AccountKind kind;
	uint32_t currency;
	uint64_t owner, party;
};

struct account_name case_fund_account(Pb__AccountKind kind, const struct fund *fund);
struct account_name case_programme_account(
    Pb__AccountKind kind, const struct programme *programme, uint64_t party);

/* Two postings; none of nothing. */
void case_transfer(
    struct deciding *d, struct account_name from, struct account_name to, int64_t amount);

/* Into a house account's books (below nought: out of them). */
void case_book(struct deciding *d, uint64_t house, uint64_t currency, int64_t amount);

/* Memorandum legs enter against the counter, and leave to it. */
void case_enter_memo(struct deciding *d, Pb__AccountKind kind, const struct programme *programme,
    uint64_t party, int64_t amount);
void case_leave_memo(struct deciding *d, Pb__AccountKind kind, const struct programme *programme,
    uint64_t party, int64_t amount);

/* --- the pool (decide_pool.c) --- */

struct by_fund amounts_of(const int64_t amounts[LIMIT_FUNDS]);
size_t case_read_funds(struct deciding *d, const struct programme *programme,
    const Pb__RuleSet *rules, struct decide_fund ret_funds[LIMIT_FUNDS]);

/* What the pool can give, every fund for its share. Returns what it gives, where the rest is
 * taken. */
int64_t case_weigh_pool(struct deciding *d, const struct programme *programme,
    const Pb__RuleSet *rules, int64_t amount, bool is_rest_taken);

/* From the pool, as the rules share or in the funds' order; the shares are named. */
void case_draw(struct deciding *d, const struct programme *programme, const Pb__RuleSet *rules,
    struct account_name to, int64_t amount);

/* Back to the pool, as `weights` bear it, which become less; the shares are named. */
void case_give_back(struct deciding *d, const struct programme *programme, struct account_name from,
    int64_t amount, struct by_fund *weights);

/* Parts that are split already, and named elsewhere. */
void case_put_back(struct deciding *d, const struct programme *programme, struct account_name from,
    const struct by_fund *parts);

void case_name_shares(
    struct deciding *d, const struct programme *programme, const struct by_fund *shares);
void case_list_shares(struct deciding *d, const struct programme *programme,
    const struct by_fund *shares, Pb__Share ***ret_list, size_t *ret_count);

/* --- grants (decide_grant.c) --- */

struct asked_for {
	const struct programme *programme;
	const Pb__RuleSet *rules;
	uint64_t holder, provider;
	const struct voucher *voucher; /* NULL: of the pool */
	const char *category, *beneficiary;
	int64_t total, eligible, vat, earlier, granted;
	uint32_t units;
	int64_t amount_max; /* 0: what the rules give */
};

/* What the rules give, noted in the decision. False: a party of it is not there. */
bool case_grant(struct deciding *d, const struct asked_for *asked);

/* Own share and VAT as memorandum legs. */
void case_enter_costs(struct deciding *d, const struct asked_for *asked);

/* What of them goes with `amount`. */
void case_take_back_costs(struct deciding *d, const struct reservation *reservation,
    const struct programme *programme, int64_t amount);

void case_want_numbers(struct deciding *d, const struct asked_for *asked);
uint64_t case_find_provider(
    struct deciding *d, const struct programme *programme, const char *code, const char *category);

uint64_t case_payee_of(const Pb__RuleSet *rules, const struct reservation *reservation);
bool case_is_supported(const struct reservation *reservation);

/* --- claims, payments, clawbacks --- */

int64_t case_unpaid_of(const struct claim *claim, struct by_fund *ret_shares);
int64_t case_owed_of(const struct clawback *clawback);

/* A claim of it that was clawed back and not set off; 0: none. */
uint64_t case_clawed_claim_of(const struct deciding *d, const struct payment *payment);
void case_move_payment(struct deciding *d, const struct programme *programme,
    const struct payment *payment, Pb__AccountKind from, Pb__AccountKind to);
void case_post_recovery(
    struct deciding *d, const struct clawback *clawback, const struct by_fund *parts);
void case_weigh_owed(struct deciding *d, const struct clawback *clawback, int64_t amount);

bool case_is_closed_day(const struct deciding *d, int32_t day);
void case_want_open_date(struct deciding *d, const char *date); /* "": well */

/* The digest as a message of the arena. */
Pb__Digest *case_digest_of(struct deciding *d, const void *data, size_t bytes);

/* --- families --- */

bool case_setup(struct deciding *d);
bool case_standing(struct deciding *d);
bool case_application(struct deciding *d);
bool case_voucher(struct deciding *d);
bool case_use(struct deciding *d);
bool case_claim(struct deciding *d);
bool case_open_settlement(struct deciding *d);
bool case_settlement(struct deciding *d);
bool case_recovery(struct deciding *d);
bool case_bank(struct deciding *d);
bool case_period(struct deciding *d);

#endif
