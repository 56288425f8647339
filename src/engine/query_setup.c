/* SPDX-License-Identifier: Apache-2.0 */
/* Funds, programmes, parties, principals and accounts as resources. */
#include "engine/query_build.h"

#include "base/check.h"
#include "ledger/ledger.h"

ProtobufCMessage *query_build_fund(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct fund_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Fund *fund = PB_NEW(Pb__Fund, pb__fund, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_CREATE_FUND);
	if (!fund || !entry)
		return NULL;
	fund->id = id;
	fund->code = entry->command->create_fund->code;
	fund->name = entry->command->create_fund->name;
	fund->currency = query_currency(query, row->currency);
	fund->appropriated = row->appropriated;
	fund->allocated = row->allocated;
	fund->available = row->available;
	return &fund->base;
}

/* The newest rule set; NULL: none, or query->err. */
static Pb__RuleSet *newest_rules(struct query *query, uint64_t programme, uint32_t version) {
	if (!version)
		return NULL;
	const struct state *state = query->view->state;
	struct key key = key_of_rules(programme, version);
	size_t bytes;
	const void *row = state->ops->get(state->self, TABLE_RULES, &key, &bytes);
	check(row);
	ProtobufCMessage *message = NULL;
	enum err err = pb_unpack(&pb__rule_set__descriptor, row, bytes, query->arena, &message);
	check(err == ERR_OK || err == ERR_MEMORY);
	if (err)
		query->err = err;
	return (Pb__RuleSet *)message;
}

/* What each of its funds has left in the pool. */
static void add_funds(
    struct query *query, uint64_t id, const struct programme_row *row, Pb__Programme *programme) {
	programme->funds = arena_alloc(query->arena, LIMIT_FUNDS * sizeof(programme->funds[0]));
	for (size_t i = 0; programme->funds && i < LIMIT_FUNDS && row->funds[i]; i++) {
		struct key key = key_of_balance(PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, id, row->funds[i]);
		const struct balance_row *balance = STATE_GET(
		    query->view->state, TABLE_BALANCE, &key, struct balance_row);
		int64_t available = balance ? balance->balance : 0;
		Pb__FundLeft *left = PB_NEW(Pb__FundLeft, pb__fund_left, query->arena);
		if (!left) {
			query->err = ERR_MEMORY;
			return;
		}
		left->available = available;
		left->fund = query_fund_code(query, row->funds[i]);
		programme->funds[programme->n_funds++] = left;
	}
	if (!programme->funds)
		query->err = ERR_MEMORY;
}

ProtobufCMessage *query_build_programme(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct programme_row *row = data;
	uint64_t id = key_read_u64(key, 0);
	Pb__Programme *programme = PB_NEW(Pb__Programme, pb__programme, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_CREATE_PROGRAMME);
	if (!programme || !entry)
		return NULL;
	const Pb__CreateProgramme *made = entry->command->create_programme;
	programme->id = id;
	programme->code = made->code;
	programme->name = made->name;
	programme->region = made->region;
	programme->utc_offset_minutes = made->utc_offset_minutes;
	programme->currency = query_currency(query, row->currency);
	programme->rule_version = row->rule_version;
	programme->allocated = row->allocated;
	programme->available = row->available;
	programme->live = row->live;
	programme->reserved = row->reserved;
	programme->payable = row->payable;
	programme->in_payment = row->in_payment;
	programme->paid = row->paid;
	programme->issued = row->issued;
	programme->redeemed = row->redeemed;
	programme->returned = row->returned;
	programme->cancelled = row->cancelled;
	programme->vouchers = row->vouchers;
	programme->expired = row->expired;
	programme->recovered = row->recovered;
	programme->receivable = row->receivable;
	programme->written_off = row->written_off;
	add_funds(query, id, row, programme);
	if (is_alone)
		programme->rules = newest_rules(query, id, row->rule_version);
	return &programme->base;
}

static void build_personal(
    struct query *query, const Pb__RegisterParty *particulars, Pb__Party *party) {
	if (!particulars->personal_commitment ||
	    (!query->viewer->is_staff && query->viewer->party != party->id))
		return;
	party->personal = query_personal(query, party->id);
	party->personal_erased = !party->personal;
}

ProtobufCMessage *query_build_party(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct party_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Party *party = PB_NEW(Pb__Party, pb__party, query->arena);
	const Pb__RegisterParty *particulars = query_particulars(query, id);
	if (!party || !particulars)
		return NULL;
	party->id = id;
	party->code = particulars->code;
	party->kind = particulars->kind;
	party->name = particulars->name;
	party->region = particulars->region;
	party->suspended = row->suspended != 0;
	party->n_attributes = particulars->n_attributes;
	party->attributes = particulars->attributes;
	party->n_statuses = particulars->n_statuses;
	party->statuses = particulars->statuses;
	party->controller = particulars->controller;
	party->n_related = particulars->n_related;
	party->related = particulars->related;
	party->bank_account = particulars->bank_account;
	build_personal(query, particulars, party);
	query_add_register(query, id, row, party);
	return &party->base;
}

/* --- principals --- */

/* How it was registered; NULL: query->err. */
static const Pb__RegisterPrincipal *registration(struct query *query, uint64_t id) {
	static const Pb__RegisterPrincipal the_daemon = PB__REGISTER_PRINCIPAL__INIT;
	if (id == LEDGER_SYSTEM_PRINCIPAL)
		return &the_daemon;
	if (id < GENESIS_PRINCIPAL) {
		const Pb__JournalEntry *entry = query_entry(
		    query, id, PB__COMMAND__BODY_REGISTER_PRINCIPAL);
		return entry ? entry->command->register_principal : NULL;
	}
	const Pb__Genesis *genesis = query_genesis(query);
	if (!genesis)
		return NULL;
	check(id - GENESIS_PRINCIPAL <= genesis->n_administrators);
	return genesis->administrators[id - GENESIS_PRINCIPAL - 1];
}

ProtobufCMessage *query_build_principal(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct principal_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Principal *principal = PB_NEW(Pb__Principal, pb__principal, query->arena);
	const Pb__RegisterPrincipal *registered = registration(query, id);
	if (!principal || !registered)
		return NULL;
	principal->id = id;
	principal->person = query_keep(query, row->person);
	principal->party = query_party_code(query, row->party);
	principal->n_roles = registered->n_roles;
	principal->roles = registered->roles;
	principal->label = registered->label;
	principal->revoked = row->revoked != 0;
	principal->by_token = registered->token != NULL;
	principal->region = query_keep(query, row->region);
	return &principal->base;
}

/* --- the trial balance --- */

static bool is_of_fund(Pb__AccountKind account) {
	return account == PB__ACCOUNT_KIND__FUND_APPROPRIATED ||
	    account == PB__ACCOUNT_KIND__FUND_AVAILABLE;
}

static const char *owner_code(struct query *query, Pb__AccountKind account, uint64_t owner) {
	if (query_is_bank_account(account))
		return query_house_code(query, owner);
	return is_of_fund(account) ? query_fund_code(query, owner) : query_programme_code(query, owner);
}

ProtobufCMessage *query_build_account(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct balance_row *row = data;
	(void)is_alone;
	Pb__AccountBalance *account = PB_NEW(Pb__AccountBalance, pb__account_balance, query->arena);
	if (!account)
		return NULL;
	uint64_t owner = key_read_u64(key, 4);
	account->account = (Pb__AccountKind)key_read_u32(key, 0);
	account->owner = owner_code(query, account->account, owner);
	uint64_t party = key_read_u64(key, 12);
	account->party = account->account == PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE
	    ? query_fund_code(query, party)
	    : query_party_code(query, party);
	account->balance = row->balance;
	account->currency = query_currency(query, row->currency);
	return &account->base;
}
