/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identities of ledger/postings.h, re-derived: each counter of a fund or programme from the
 * balances that it mirrors, the trial balance from all of them. Of house accounts: verify_house.c;
 * of settlements: verify_settle.c.
 */
#include "ledger/verify.h"

#include "ledger/ledger.h"
#include "ledger/postings.h"

typedef __int128 wide;

bool verify_fault(struct verifying *v, const char *what, uint64_t id) {
	const char *text = arena_printf(v->arena, "%s (%llu)", what, (unsigned long long)id);
	v->fault = text ? text : what;
	return false;
}

void verify_scan(struct verifying *v, enum table table, const struct key *prefix,
    bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes), void *arg) {
	if (!v->fault)
		v->state->ops->scan(v->state->self, table, prefix, prefix, visit, arg);
}

static void scan(struct verifying *v, enum table table,
    bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes)) {
	const struct key all = KEY_EMPTY;
	verify_scan(v, table, &all, visit, v);
}

/* --- balances --- */

static bool sum_one(void *arg, const struct key *key, const void *row, size_t bytes) {
	const struct balance_row *balance = row;
	(void)key, (void)bytes;
	*(wide *)arg += balance->balance;
	return true;
}

wide verify_balance(const struct verifying *v, Pb__AccountKind kind, uint64_t owner) {
	wide sum = 0;
	struct key prefix = KEY_EMPTY;
	key_add_u32(&prefix, kind);
	key_add_u64(&prefix, owner);
	v->state->ops->scan(v->state->self, TABLE_BALANCE, &prefix, &prefix, sum_one, &sum);
	return sum;
}

static bool visit_balance(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct balance_row *balance = row;
	if (bytes != sizeof(*balance) || balance->currency >= LIMIT_CURRENCIES)
		verify_fault(v, "a balance is not a balance", key_read_u64(key, 4));
	else if (!is_guard_kept((Pb__AccountKind)key_read_u32(key, 0), balance->balance))
		verify_fault(v, "a guarded account went past zero; owner", key_read_u64(key, 4));
	else
		v->trial[balance->currency] += balance->balance;
	if (is_owed((Pb__AccountKind)key_read_u32(key, 0)) && balance->balance != 0)
		v->owed++;
	return !v->fault;
}

static bool visit_party(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct party_row *party = row;
	if (bytes != sizeof(*party))
		verify_fault(v, "a party is not a party", key_read_u64(key, 0));
	else
		v->owed -= party->owed_by;
	return !v->fault;
}

static void verify_owed(struct verifying *v) {
	scan(v, TABLE_PARTY, visit_party);
	if (!v->fault && v->owed != 0)
		verify_fault(v, "parties: who is owed money is not what accounts say", 0);
}

static void verify_trial_balance(struct verifying *v) {
	for (size_t i = 0; i < LIMIT_CURRENCIES && !v->fault; i++)
		if (v->trial[i] != 0)
			verify_fault(v, "the trial balance is not zero; currency", i);
}

/* --- funds and programmes --- */

static bool visit_fund(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct fund_row *fund = row;
	uint64_t id = key_read_u64(key, 0);
	if (bytes != sizeof(*fund))
		verify_fault(v, "a fund is not a fund", id);
	else if (!fund_adds_up(fund))
		verify_fault(v, "fund: appropriated is not available + allocated", id);
	else if (verify_balance(v, PB__ACCOUNT_KIND__FUND_APPROPRIATED, id) !=
	    -(wide)fund->appropriated)
		verify_fault(v, "fund: appropriated is not its account", id);
	else if (verify_balance(v, PB__ACCOUNT_KIND__FUND_AVAILABLE, id) != fund->available)
		verify_fault(v, "fund: available is not its account", id);
	return !v->fault;
}

/* Whether the programme's memorandum accounts balance among themselves. */
static bool memo_balances(const struct verifying *v, uint64_t id) {
	wide sum = 0;
	for (uint32_t kind = PB__ACCOUNT_KIND__MEMO_OWN_SHARE; is_memo(kind); kind++)
		sum += verify_balance(v, kind, id);
	return sum == 0;
}

/* What the funds have left of the pool, each named in the row, is all of it. */
static wide pool_of(const struct verifying *v, uint64_t id, const struct programme_row *p) {
	wide sum = 0;
	for (size_t i = 0; i < LIMIT_FUNDS && p->funds[i]; i++) {
		struct key key = key_of_balance(PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, id, p->funds[i]);
		const struct balance_row *row = STATE_GET(
		    v->state, TABLE_BALANCE, &key, struct balance_row);
		sum += row ? row->balance : 0;
	}
	return sum;
}

static void verify_mirrors(struct verifying *v, uint64_t id, const struct programme_row *p) {
	const struct {
		Pb__AccountKind kind;
		int64_t counter;
		const char *fault;
	} mirrors[] = {
		{ PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, p->available,
		    "programme: available is not its accounts" },
		{ PB__ACCOUNT_KIND__PROGRAMME_LIVE, p->live, "programme: live is not its account" },
		{ PB__ACCOUNT_KIND__PROGRAMME_RESERVED, p->reserved,
		    "programme: reserved is not its account" },
		{ PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, p->payable,
		    "programme: payable is not its accounts" },
		{ PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, p->in_payment,
		    "programme: in_payment is not its accounts" },
		{ PB__ACCOUNT_KIND__PROGRAMME_PAID, p->paid, "programme: paid is not its accounts" },
		{ PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, -p->recovered,
		    "programme: recovered is not its accounts" },
		{ PB__ACCOUNT_KIND__MEMO_RECEIVABLE, p->receivable,
		    "programme: receivable is not its accounts" },
		{ PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, p->written_off,
		    "programme: written_off is not its accounts" },
	};
	for (size_t i = 0; i < sizeof(mirrors) / sizeof(mirrors[0]) && !v->fault; i++)
		if (verify_balance(v, mirrors[i].kind, id) != mirrors[i].counter)
			verify_fault(v, mirrors[i].fault, id);
	if (!v->fault && pool_of(v, id, p) != p->available)
		verify_fault(v, "programme: its funds' accounts are not its pool", id);
	if (!v->fault && !memo_balances(v, id))
		verify_fault(v, "programme: its memorandum accounts do not balance", id);
}

struct take_up_sum {
	wide issued, used, returned, expired, cancelled, paid, vouchers;
};

static bool add_take_up(void *arg, const struct key *key, const void *data, size_t bytes) {
	struct take_up_sum *sum = arg;
	const struct take_up_row *row = data;
	(void)key, (void)bytes;
	sum->issued += row->issued;
	sum->used += row->used;
	sum->returned += row->returned;
	sum->expired += row->expired;
	sum->cancelled += row->cancelled;
	sum->paid += row->paid;
	sum->vouchers += row->vouchers;
	return true;
}

/* What became of the money, by region, category and month, is all that became of it. */
static void verify_take_up(struct verifying *v, uint64_t id, const struct programme_row *p) {
	struct take_up_sum sum = { 0 };
	struct key prefix = key_of_id(id);
	v->state->ops->scan(v->state->self, TABLE_TAKE_UP, &prefix, &prefix, add_take_up, &sum);
	bool is_all = sum.issued == p->issued && sum.used == p->redeemed &&
	    sum.returned == p->returned && sum.expired == p->expired && sum.cancelled == p->cancelled &&
	    sum.paid == p->paid && sum.vouchers == (wide)p->vouchers;
	if (!is_all)
		verify_fault(v, "programme: its take-up is not what its counters say", id);
}

static bool visit_programme(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct verifying *v = arg;
	const struct programme_row *programme = row;
	uint64_t id = key_read_u64(key, 0);
	if (bytes != sizeof(*programme))
		verify_fault(v, "a programme is not a programme", id);
	else if (!programme_adds_up(programme))
		verify_fault(v, "programme: its counters do not add up", id);
	else
		verify_mirrors(v, id, programme);
	if (!v->fault)
		verify_take_up(v, id, programme);
	return !v->fault;
}

const char *ledger_verify(const struct state *state, struct arena *arena) {
	struct verifying v = { .state = state, .arena = arena };
	scan(&v, TABLE_BALANCE, visit_balance);
	verify_trial_balance(&v);
	verify_owed(&v);
	scan(&v, TABLE_FUND, visit_fund);
	scan(&v, TABLE_PROGRAMME, visit_programme);
	verify_houses(&v);
	verify_settlements(&v);
	return v.fault;
}
