/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files query*.c share: one query under way, and what there is to know of each kind of
 * resource. Internal to src/engine.
 */
#ifndef ENGINE_QUERY_BUILD_H
#define ENGINE_QUERY_BUILD_H

#include "engine/query.h"
#include "ledger/rows.h"
#include "record/digest.h"
#include "record/pb.h"

#define QUERY_CODES 256

/* What a bank line may be. */
enum {
	QUERY_SUGGESTIONS = 16,       /* of one line: more help nobody */
	QUERY_SUGGESTION_LOOK = 2048, /* rows looked at for one line */
	QUERY_SUGGESTION_DAYS = 10,   /* from the day of approval to that of booking */
};
struct query_suggestions {
	uint64_t house_account, line; /* 0: none */
	size_t count;
	struct match_row targets[QUERY_SUGGESTIONS];
};

/*
 * One query. Whatever fails (memory, or an entry that cannot be read) is remembered in `err`: the
 * functions below then give "", 0 or NULL, and the result is thrown away.
 */
struct query {
	const struct engine_view *view;
	const struct query_viewer *viewer;
	struct arena *arena;        /* for the result */
	struct arena scratch;       /* for what is looked at only once */
	const Pb__Genesis *genesis; /* NULL: not read yet */
	struct query_code {
		uint64_t id;
		const char *text;
	} codes[QUERY_CODES]; /* recently used */
	uint64_t *programmes; /* all there are; NULL: not read yet */
	size_t n_programmes;
	struct arena recent; /* of the entry that query_recent() gave last */
	const Pb__JournalEntry *recent_entry;
	uint64_t recent_seq;
	struct query_suggestions suggestions; /* of the line that was looked at last */
	uint32_t looked;                      /* rows, for one page */
	enum err err;
};

/* The code of a fund, programme, party or house account; "" for id 0. */
const char *query_fund_code(struct query *query, uint64_t id);
const char *query_programme_code(struct query *query, uint64_t id);
const char *query_party_code(struct query *query, uint64_t id);
const char *query_house_code(struct query *query, uint64_t id);

const Pb__Genesis *query_genesis(struct query *query);
const char *query_currency(struct query *query, uint32_t index);

/* A party's newest particulars, in the result's arena. */
const Pb__RegisterParty *query_particulars(struct query *query, uint64_t party);

/* The particulars of the natural person behind a party, in the result's arena; who may see them is
 * for the caller to ask. NULL: there are none, or they have been erased (or query->err). */
Pb__Personal *query_personal(struct query *query, uint64_t party);

/* The bank account among them, if they are still those of this commitment. */
Pb__BankAccount *query_personal_account(
    struct query *query, uint64_t party, const Pb__Digest *commitment);

/* The entry that made an object, which is a command of this kind; in the result's arena. */
const Pb__JournalEntry *query_entry(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command);

/*
 * The same, valid until the next use of a function of this file. Any command:
 * PB__COMMAND__BODY__NOT_SET.
 */
const Pb__JournalEntry *query_glance(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command);

/* The same, valid until another entry is asked for by this function: for many objects in a row that
 * one entry made. */
const Pb__JournalEntry *query_recent(
    struct query *query, uint64_t seq, Pb__Command__BodyCase command);

/* What a reservation is of: the contract, as reserve or apply stated it. For an entry that made a
 * reservation; false: query->err. */
struct query_contract {
	const char *number, *category;
	int64_t total, eligible;
};
bool query_contract_of(
    struct query *query, const Pb__JournalEntry *entry, struct query_contract *ret_contract);

int64_t query_time_us(struct query *query, uint64_t seq);

/* A copy that lives as long as the result. */
const char *query_keep(struct query *query, const char *text);
ProtobufCMessage *query_keep_message(struct query *query, const ProtobufCMessage *message);
Pb__Digest *query_keep_digest(struct query *query, const uint8_t hash[DIGEST_BYTES]);

/* "YYYY-MM-DD". */
const char *query_date(struct query *query, int32_t day);

/* "2026-11" of 202611. */
const char *query_period(struct query *query, uint32_t period);

/* What visibility and filters look at, from a row alone. */
struct query_facts {
	uint64_t programme;
	uint64_t parties[3]; /* whom it concerns; 0: nobody */
	uint64_t holder; /* whose file it is: whose region decides which staff see it; 0: nobody's */
	uint64_t house_account;
	uint32_t status;
	bool is_common;  /* no holder's file: for staff of every region */
	bool is_hidden;  /* for everybody: it is in the table, but not of this resource */
	bool is_banking; /* only for bankers, whatever the resource's audience */
};

/* A filter, understood. */
struct query_wanted {
	bool has_programme, has_party, has_status, has_kind, has_code;
	bool has_overdue, has_blacklisted, is_overdue, is_blacklisted;
	bool has_house_account, has_awaited, is_awaited, has_state, has_exception, has_open, is_open;
	uint64_t programme;
	uint64_t party;   /* 0: no party that the viewer may know of */
	uint64_t voucher; /* of the code; 0: none has it */
	uint64_t house_account;
	uint32_t state;
	uint32_t exception;
	uint32_t status;
	uint32_t kind;
	const char *region, *owner; /* NULL: any */
	struct key place;           /* where to begin; empty: at the beginning */
	uint32_t limit;
};

enum query_audience {
	AUDIENCE_BANKERS, /* alone */
	AUDIENCE_PAYEES,  /* and bankers */
	AUDIENCE_STAFF,
	AUDIENCE_CONCERNED, /* and staff */
	AUDIENCE_ALL,
};

struct query_kind {
	const char *name;
	enum table table;
	size_t key_bytes; /* 0: it is an id */
	size_t row_bytes;
	enum query_audience audience;
	bool is_indexed;       /* TABLE_BY_PARTY has the objects that concern a party */
	enum table code_table; /* 0: it has no codes */
	bool is_only_listed;
	/* Its key by what names it; NULL: by code or id. */
	bool (*find)(const struct state *state, const char *name, struct key *ret_key);
	bool has_programme; /* may be filtered by programme */
	bool has_party;     /* … by party */
	bool has_house_account;
	const ProtobufCEnumDescriptor *statuses; /* … by status; NULL: no */
	const char *status_prefix;
	void (*facts)(const struct state *state, const struct key *key, const void *row,
	    struct query_facts *ret_facts);
	/* Whether the filters that only this resource has let it pass; NULL: it has none. */
	bool (*is_wanted)(struct query *query, const struct query_wanted *wanted, const struct key *key,
	    const void *row);
	/* `is_alone`: asked for by id, with all there is; NULL or query->err on failure. */
	ProtobufCMessage *(*build)(
	    struct query *query, const struct key *key, const void *row, bool is_alone);
};

const struct query_kind *query_kind_of(enum resource resource);

enum {
	ID_KEY_BYTES = 8,
	BALANCE_KEY_BYTES = 20, /* account kind, owner, party: the longest */
};

/* Whether an account is owned by a house account. */
bool query_is_bank_account(uint32_t account_kind);

/* Of the kind's table. */
size_t query_key_bytes(const struct query_kind *kind);

/* The id of a code; 0: none has it. */
uint64_t query_find_code(const struct state *state, enum table table, const char *code);

/* NULL when the filter is understood, else which member is not. */
const char *query_understand(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer,
    struct query_wanted *ret_wanted);

/* The cursor of a place in a list. */
const char *query_write_cursor(
    struct query *query, enum resource resource, const struct key *place);

/* Whether a party of the table is one that the register is asked for. */
bool query_is_registered(
    struct query *query, const struct query_wanted *wanted, const struct key *key, const void *row);

/* What the register adds to a party. */
void query_add_register(
    struct query *query, uint64_t id, const struct party_row *row, Pb__Party *party);

/*
 * The payments that wait with the amount of a line, of its payee where that is known, approved
 * within QUERY_SUGGESTION_DAYS before it was booked (of money that came back: recorded within as
 * many days of it); oldest settlement first. None where rows cannot be walked. Valid until the next
 * line is asked for.
 */
const struct query_suggestions *query_suggest(
    struct query *query, const struct key *key, const struct bank_line_row *row);

/* How a bank line is shown: LINE_SUGGESTED for UNMATCHED when there are suggestions. */
Pb__LineState query_line_state(
    struct query *query, const struct key *key, const struct bank_line_row *row);

/* What the bank said of a line; NULL: query->err. As query_recent(). */
const Pb__StatementLine *query_line_said(struct query *query, const struct bank_line_row *row);

bool query_is_line_wanted(
    struct query *query, const struct query_wanted *wanted, const struct key *key, const void *row);
bool query_is_payment_wanted(
    struct query *query, const struct query_wanted *wanted, const struct key *key, const void *row);

/* Staff of a region: whether a holder's region lies in it. */
bool query_is_in_region(const struct query_viewer *viewer, const char *region);

typedef ProtobufCMessage *query_builder(
    struct query *query, const struct key *key, const void *row, bool is_alone);

query_builder query_build_fund, query_build_programme, query_build_party, query_build_principal,
    query_build_account, query_build_application, query_build_voucher, query_build_reservation,
    query_build_claim, query_build_disclosure, query_build_settlement, query_build_clawback,
    query_build_sample, query_build_house_account, query_build_statement, query_build_bank_line,
    query_build_payment, query_build_period;

#endif
