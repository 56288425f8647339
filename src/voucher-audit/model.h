/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The auditor's own picture of the ledger, made from the entries one after another, and taken over
 * from no one. Rows of tables (table.h): ids instead of pointers, texts and messages as places.
 *
 * Persons are known by the id of their first principal; who is the same person as who is all that
 * is asked. Amounts are minor units. A list by fund (left, shares) is in the order in which funds
 * first allocated to the programme (programme.funds).
 *
 * Who changes what: each object by the file of its family (model_*.c, in `after`), balances by
 * check_postings.c. Checks read all of it.
 */
#ifndef VOUCHER_AUDIT_MODEL_H
#define VOUCHER_AUDIT_MODEL_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "voucher-audit/map.h"
#include "voucher-audit/objects.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

#define ACCOUNT_KINDS 17 /* Pb__AccountKind: one more than the greatest */

/* What marks (map.h) are kept apart by. Those of decide_*.c begin at MARK_DECIDE. */
enum mark_kind {
	MARK_ACCOUNT = 1,
	MARK_PRINCIPAL,
	MARK_PERSON,
	MARK_CREDENTIAL,
	MARK_FUND,
	MARK_PROGRAMME,
	MARK_PARTY,
	MARK_HOUSE,
	MARK_CURRENCY,
	MARK_RULES,
	MARK_STANDING,
	MARK_ADMISSION,
	MARK_AGREEMENT,
	MARK_CONTRACT,
	MARK_INVOICE,
	MARK_TOPPED,
	MARK_CODE,
	MARK_LINE,
	MARK_SERIAL,
	MARK_FILE,
	MARK_PERIOD,
	MARK_PAYMENT_FILE,
	MARK_ACCOUNT_NUMBER,
	MARK_BENEFICIARY,
	MARK_CONTROLLER,
	MARK_NUMBER,
	MARK_DECIDE = 1000,
};

struct ledger_row {
	struct uuid id;
	uint64_t seq;    /* of the newest entry; 0: none yet */
	int64_t time_us; /* of it */
	int64_t admins;  /* not revoked */
	uint64_t name;   /* text */
	uint64_t currencies;
	uint64_t closed_period; /* the newest closed, year × 100 + month; 0: none */
	int64_t closed_until;   /* its last day; INT32_MIN */
	uint64_t genesis;       /* message */
	uint64_t in_place;      /* reserved */
};

struct fund {
	uint64_t id;
	uint64_t code; /* text */
	int64_t appropriated;
	int64_t available;
	int64_t allocated;
	uint64_t currency; /* index */
};

struct programme {
	uint64_t id;
	uint64_t code;               /* text */
	uint64_t region;             /* text */
	int64_t sums[ACCOUNT_KINDS]; /* of its accounts of each kind, over all parties */
	int64_t allocated;
	int64_t issued; /* = live + reserved + redeemed + returned + cancelled + expired */
	int64_t redeemed;
	int64_t returned;
	int64_t cancelled;
	int64_t expired;
	uint64_t funds[LIMIT_FUNDS]; /* in the order of their first allocation; 0: none */
	uint64_t part_of;            /* by its newest rules; 0: nobody's */
	uint64_t currency;           /* index */
	uint32_t rule_version;       /* newest published; 0: none */
	int32_t utc_offset_minutes;
};

struct rules_row {
	uint64_t programme;
	uint64_t message; /* RuleSet */
	uint32_t version;
	int32_t effective_day;
	uint64_t seq;
};

struct party {
	uint64_t id;
	uint64_t code;                /* text */
	uint64_t region;              /* text */
	uint64_t told;                /* message: RegisterParty, as it was last registered or updated */
	uint64_t controller;          /* the group of parties under one controller: its first party */
	int64_t blacklisted_until_us; /* 0: it is not; INT64_MAX: until reinstated */
	uint32_t kind;                /* Pb__PartyKind */
	uint32_t suspended;
	uint32_t has_account; /* of its own in the journal */
	uint32_t has_commitment;
	uint8_t commitment[32]; /* to its personal particulars, which hold the account */
	uint8_t account[32];    /* SHA-256 of BankAccount as packed, with has_account */
};

struct principal {
	uint64_t id;
	uint64_t person; /* the person's first principal */
	uint64_t name;   /* text: its pseudonym */
	uint64_t party;  /* 0: staff */
	uint64_t region; /* text; 0: all */
	uint32_t roles;  /* 1 << Pb__Role */
	uint32_t is_revoked;
};

struct standing {
	int32_t assessed_year;
	uint32_t failures;
	uint32_t is_removed;
	uint32_t reserved;
};

struct application {
	uint64_t id;
	uint64_t programme;
	uint64_t holder;
	int64_t amount;
	uint64_t terms; /* message: Apply, of instruments other than vouchers; 0 */
	uint64_t replaced_by;
	uint64_t voucher;    /* that came of it */
	uint64_t applied_by; /* persons */
	uint64_t reviewed_by;
	uint64_t reviewed_again_by;
	uint32_t rule_version;
	uint32_t status; /* Pb__ApplicationStatus */
};

struct voucher {
	uint64_t id;
	uint64_t programme;
	uint64_t holder;
	int64_t amount; /* = live + reserved + redeemed + returned + cancelled + expired */
	int64_t live;
	int64_t reserved;
	int64_t redeemed;
	int64_t returned;
	int64_t cancelled;
	int64_t expired;
	int64_t use_by_us;
	int64_t claim_by_us;
	int64_t left[LIMIT_FUNDS]; /* of each fund's share: what is in no claim and went not back */
	uint64_t issued_by;        /* person */
	uint32_t rule_version;
	uint32_t is_extended;
	uint32_t reminded_days;
	uint32_t is_grant; /* made and used up in one entry */
};

struct reservation {
	uint64_t id;
	uint64_t voucher;
	uint64_t programme;
	uint64_t holder;
	uint64_t provider;
	int64_t subsidy; /* = held + redeemed + released */
	int64_t held;
	int64_t redeemed;
	int64_t released;
	int64_t own_share;
	int64_t vat;
	int64_t claimed;  /* of what is redeemed: in claims that were not returned */
	int64_t invoiced; /* by those claims */
	uint64_t controller;
	uint64_t beneficiary;
	uint64_t umbrellas[LIMIT_UMBRELLAS];
	int32_t year;
	uint32_t tier;
	uint32_t ratio_bp;
	uint32_t group;
	uint32_t is_increment;
	uint32_t reserved;
};

struct claim {
	uint64_t id;
	uint64_t programme;
	uint64_t reservation;
	uint64_t holder;
	uint64_t provider;
	uint64_t payee;
	int64_t amount;
	int64_t invoiced;
	int64_t publication_ends_us;
	int64_t since_us; /* in its status */
	uint64_t published_seq;
	uint64_t replaced_by;
	uint64_t settlement; /* that pays it; 0: none */
	uint64_t paid_seq;   /* the entry that first recorded it paid */
	uint64_t submitter;  /* persons */
	uint64_t approver;
	uint64_t countersigner;
	uint64_t objector;
	int64_t clawed_back;
	int64_t netted; /* of its amount: paid by setting it off */
	int64_t shares[LIMIT_FUNDS];
	int64_t netted_shares[LIMIT_FUNDS];
	int64_t clawed_shares[LIMIT_FUNDS];
	uint64_t invoices; /* first of them in model.invoices */
	uint32_t n_invoices;
	uint32_t payment; /* its number in the settlement */
	uint32_t status;  /* Pb__ClaimStatus */
	uint32_t reserved;
};

struct settlement {
	uint64_t id;
	uint64_t programme;
	uint64_t house;
	uint64_t cutoff;
	int64_t amount;
	int64_t netted;
	uint64_t payments;    /* first of them in model.payments */
	uint64_t prepared_by; /* persons */
	uint64_t approved_by;
	uint32_t n_payments;
	uint32_t status; /* Pb__SettlementStatus */
	uint32_t files;
	uint32_t recorded; /* payments that left PAYMENT_APPROVED */
	uint8_t digest[32];
};

struct payment {
	uint64_t settlement;
	uint64_t payee;
	int64_t amount; /* to be paid, beside what is set off */
	int64_t netted;
	int64_t approved_us;
	uint64_t claims; /* first of them in model.payment_claims */
	uint64_t nettings;
	uint64_t line;        /* of the house account, that says it went out; 0: none */
	uint64_t return_line; /* that says it came back */
	uint32_t n_claims;
	uint32_t n_nettings;
	uint32_t number;
	uint32_t status;       /* Pb__PaymentStatus */
	uint32_t is_said_paid; /* by a person */
	uint32_t is_said_returned;
};

struct netting {
	uint64_t clawback;
	int64_t amount;
	int64_t shares[LIMIT_FUNDS];
};

struct clawback {
	uint64_t id;
	uint64_t programme;
	uint64_t claim;
	uint64_t payee;
	int64_t amount; /* = recovered + written_off + what is owed */
	int64_t recovered;
	int64_t written_off;
	int64_t left[LIMIT_FUNDS]; /* of each fund's share: not yet recovered */
	uint64_t ordered_by;       /* person */
};

struct house {
	uint64_t id;
	uint64_t code; /* text */
	uint64_t currency;
	int64_t opening;
	int64_t statement; /* the bank's balance after the newest line */
	int64_t books;     /* MEMO_BANK */
	int64_t open_in;   /* what of its lines is not in the books */
	int64_t open_out;
	int64_t awaited_in; /* in the books, and on no line yet */
	int64_t awaited_out;
	int64_t ignored_in;
	int64_t ignored_out;
	uint64_t lines; /* numbered 1 … lines */
	uint64_t open_lines;
	uint64_t carried_lines;
	uint64_t receiving; /* a statement of which pages are missing; 0: none */
};

struct bank_line {
	uint64_t house;
	uint64_t number;
	uint64_t statement;
	uint64_t seq;      /* the entry that imported it */
	int64_t amount;    /* above nought: it came in */
	int64_t booked;    /* what of it is in the books */
	int64_t ignored;   /* of `booked`: when it was resolved as none of the ledger's business */
	uint64_t leader;   /* the line whose match it is in; 0: none */
	uint64_t together; /* the next line of that match; 0: the last */
	uint64_t targets;  /* of a leader: first of them in model.targets */
	uint32_t n_targets;
	int32_t booking_day;
	uint32_t state;     /* Pb__LineState */
	uint32_t exception; /* Pb__LineException */
	uint32_t by;        /* Pb__MatchBy */
	uint32_t carried;   /* over, at the close of this period; 0: not */
};

struct target {
	uint64_t settlement;
	uint64_t clawback;
	int64_t amount;
	int64_t shares[LIMIT_FUNDS];
	uint32_t payment;
	uint32_t is_return;
	uint32_t is_news; /* it was the line that told the books of it */
	uint32_t reserved;
};

struct statement {
	uint64_t id;
	uint64_t house;
	uint64_t lines;
	uint64_t new_lines;
	int64_t balance; /* after the newest page; with has_balances */
	uint32_t page;
	uint32_t pages;
	uint32_t has_balances;
	uint32_t reserved;
	uint8_t file[32];
};

struct period {
	uint64_t figures; /* message: PeriodFigures, as prepared */
	uint64_t prepare_seq;
	uint64_t prepared_by; /* persons */
	uint64_t reviewed_by;
	uint32_t status; /* Pb__PeriodStatus */
	uint32_t reserved;
	uint8_t digest[32];
};

struct account {
	int64_t balance;
	uint64_t currency;
};

struct model {
	struct ledger_row *ledger; /* the one row of `ledgers` */
	struct table ledgers;
	struct table texts, messages; /* bytes */
	struct table rules;
	struct table invoices; /* marks: which claim named which */
	struct table payments, payment_claims, nettings, targets, lines;
	struct objects funds, programmes, parties, applications, vouchers, reservations, claims,
	    settlements, clawbacks, houses, statements;
	struct map principals;         /* struct principal, by MARK_PRINCIPAL */
	struct map accounts;           /* struct account */
	struct map numbers;            /* uint64_t: ids by code, of persons, rules, lines, files, … */
	struct map standings;          /* struct standing */
	struct map periods;            /* struct period */
	struct model_cache *cache;     /* rules, unpacked */
	struct decide_tables *decided; /* what decide_*.c counts */
	struct store *store;
};

enum err model_open(struct model *model, struct store *store) MUST_CHECK;
void model_close(struct model *model);

/* --- texts and messages --- */

uint64_t model_keep_text(struct model *model, const char *text);  /* "": 0 */
const char *model_text(const struct model *model, uint64_t text); /* 0: "" */

uint64_t model_keep_message(struct model *model, const ProtobufCMessage *message); /* never 0 */

/* Unpacked into the arena; `message` 0: NULL. */
ProtobufCMessage *model_message(const struct model *model, uint64_t message,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena);

/* --- numbers --- */

/* 0: there is none. */
uint64_t model_number(const struct model *model, struct mark key);
void model_set_number(struct model *model, struct mark key, uint64_t number);

/* --- objects; NULL: there is none --- */

struct fund *model_fund(const struct model *model, const char *code);
struct programme *model_programme(const struct model *model, const char *code);
struct party *model_party(const struct model *model, const char *code);
struct house *model_house(const struct model *model, const char *code);
struct principal *model_principal(const struct model *model, uint64_t id);
struct payment *model_payment(const struct model *model, uint64_t settlement, uint32_t number);
struct bank_line *model_line(const struct model *model, uint64_t house, uint64_t number);

/* A party in a programme, as its assessments left it; NULL: it had none. */
struct standing *model_standing(const struct model *model, uint64_t programme, uint64_t party);

/* What was last said of a party; in the arena. */
const Pb__RegisterParty *model_told(
    const struct model *model, const struct party *party, struct arena *arena);

/* A programme's admission of a provider, and its newest agreement with a holder; in the arena. */
const Pb__AdmitProvider *model_admission(
    const struct model *model, uint64_t programme, uint64_t party, struct arena *arena);
const Pb__RecordAgreement *model_agreement(
    const struct model *model, uint64_t programme, uint64_t party, struct arena *arena);

/* --- rules: unpacked once, and there until the model is closed --- */

const Pb__RuleSet *model_rules(struct model *model, uint64_t programme, uint32_t version);

/* The version in force at a moment: the newest whose first day has come. */
const Pb__RuleSet *model_rules_in_force(
    struct model *model, const struct programme *programme, int64_t time_us);

/* --- money --- */

int64_t model_balance(
    const struct model *model, Pb__AccountKind kind, uint64_t owner, uint64_t party);

/* The place of a fund in a programme's lists by fund; −1: it has none. */
int model_fund_place(const struct programme *programme, uint64_t fund);

#endif
