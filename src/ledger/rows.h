/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of the state. Plain structs, stored as they lie in memory: the state is derived and is
 * rebuilt when STATE_FORMAT, or the machine's byte order, is another. Amounts are minor units.
 * Every byte is a field's: the compiler refuses padding, whose bytes nothing would set.
 */
#ifndef LEDGER_ROWS_H
#define LEDGER_ROWS_H

#include "base/limits.h"
#include "base/uuid.h"

#include <stdint.h>

#define STATE_FORMAT 1 /* raise when a row or a key changes */

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* A text of at most LIMIT_CODE_BYTES in a row: with its NUL, and eights kept. */
#define CODE_ROOM_BYTES (LIMIT_CODE_BYTES + 8)

struct ledger_row {
	struct uuid ledger_id;
	uint64_t seq;    /* of the newest entry */
	int64_t time_us; /* of the newest entry */
	int64_t admins;  /* principals with ROLE_ADMIN that are not revoked; never 0 */
};

struct fund_row {
	int64_t appropriated; /* identity: appropriated = available + allocated */
	int64_t available;    /* FUND_AVAILABLE */
	int64_t allocated;
	uint32_t currency;
	uint32_t reserved;
};

/* Identity: allocated = available + live + reserved + payable + in_payment + paid, each being the
 * account's balance. issued = live + reserved + redeemed + returned + cancelled. */
struct programme_row {
	int64_t allocated;
	int64_t available;
	int64_t live;
	int64_t reserved;
	int64_t payable;
	int64_t in_payment;
	int64_t paid;
	int64_t issued;
	int64_t redeemed; /* ever redeemed, less what a rejected claim took back */
	int64_t returned;
	int64_t cancelled;
	uint64_t vouchers;
	uint64_t ready_head; /* published claims that wait for settlement, oldest first (ready.h) */
	uint64_t ready_tail;
	uint32_t rule_version; /* newest published; 0: none */
	int32_t utc_offset_minutes;
	uint32_t currency;
	uint32_t reserved_bytes;
	char region[CODE_ROOM_BYTES];
};

struct party_row {
	uint32_t kind; /* Pb__PartyKind */
	uint32_t suspended;
	char code[CODE_ROOM_BYTES];
};

struct principal_row {
	uint64_t party; /* 0: staff */
	uint32_t roles; /* bit per Pb__Role */
	uint32_t revoked;
	char person[CODE_ROOM_BYTES];
};

struct application_row {
	uint64_t programme;
	uint64_t party;
	int64_t amount;
	uint64_t voucher;
	uint64_t review_seq;
	uint32_t status; /* Pb__ApplicationStatus */
	uint32_t reserved;
};

struct voucher_row {
	uint64_t programme;
	uint64_t holder;
	int64_t amount; /* amount = live + reserved + redeemed + returned + cancelled */
	int64_t live;
	int64_t reserved;
	int64_t redeemed;
	int64_t returned;
	int64_t cancelled;
	int64_t use_by_us;
	int64_t claim_by_us;
	uint32_t rule_version;
	uint32_t status; /* Pb__VoucherStatus */
};

struct reservation_row {
	uint64_t voucher;
	uint64_t programme;
	uint64_t holder;
	uint64_t provider;
	int64_t subsidy; /* subsidy = held + redeemed + released; what a rejected claim took back moves
	                    from redeemed to released */
	int64_t held;
	int64_t redeemed;
	int64_t released;
	int64_t claimed;  /* of what is redeemed: in claims that were not returned */
	int64_t invoiced; /* by those claims */
	int32_t year;     /* against which the subsidy counts */
	uint32_t tier;
	uint32_t ratio_bp;
	uint32_t status; /* Pb__ReservationStatus */
};

struct claim_row {
	uint64_t programme;
	uint64_t reservation;
	uint64_t holder;
	uint64_t provider;
	uint64_t payee;
	int64_t amount;
	int64_t invoiced;
	int64_t publication_ends_us;
	uint64_t published_seq;
	uint64_t settlement;
	uint64_t
	    previous; /* among the claims that wait for settlement, or among those of its payment */
	uint64_t next;
	uint64_t replaced_by;        /* a returned one: the claim that corrects it; 0: none yet */
	uint64_t approve_seq;        /* whose actor approved */
	uint64_t settled_reason_seq; /* the entry that returned or rejected it */
	uint32_t payment;
	uint32_t status;                   /* Pb__ClaimStatus */
	char approved_by[CODE_ROOM_BYTES]; /* person */
	char submitted_by[CODE_ROOM_BYTES];
};

struct settlement_row {
	uint64_t programme;
	uint64_t cutoff;
	int64_t amount;
	uint64_t approve_seq;
	uint32_t payments;
	uint32_t status; /* Pb__SettlementStatus */
	uint8_t payments_digest[32];
	char prepared_by[CODE_ROOM_BYTES];
	char approved_by[CODE_ROOM_BYTES];
};

struct payment_row {
	uint64_t payee;
	int64_t amount;
	uint64_t record_seq;    /* the newest record_payment */
	uint64_t reconcile_seq; /* 0: not reconciled */
	uint64_t first_claim;   /* its claims: claim_row.next, .previous; 0: it has none any more */
	uint32_t status;        /* Pb__PaymentStatus */
	uint32_t reserved;
};

struct statement_line_row {
	uint64_t settlement;
	uint32_t payment;
	uint32_t reserved;
};

struct balance_row {
	int64_t balance;
	uint32_t currency;
	uint32_t reserved;
};

/* What a cap counts. `subject` in the key: a party, a tier, or 0. */
enum usage_kind {
	USAGE_HOLDER = 1,      /* subsidy reserved or redeemed by a holder in a year */
	USAGE_TIER = 2,        /* the same by a tier */
	USAGE_ALLOCATED = 3,   /* allocated to the programme in a year; subject 0 */
	USAGE_VOUCHERS = 4,    /* active vouchers of a holder; year 0 */
	USAGE_HOLDER_TIER = 5, /* USAGE_HOLDER under one tier, whose id ends the key */
};

struct usage_row {
	int64_t amount;
};

/* Rows that are one number: codes, credentials, contracts, invoices, commands. */
struct id_row {
	uint64_t id;
};

#pragma GCC diagnostic pop

#endif
