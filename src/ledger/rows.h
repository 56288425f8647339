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

#define STATE_FORMAT 2 /* raise when a row or a key changes */

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* A text of at most LIMIT_CODE_BYTES in a row: with its NUL, and eights kept. */
#define CODE_ROOM_BYTES   (LIMIT_CODE_BYTES + 8)
#define REGION_ROOM_BYTES 16 /* an administrative division, of at most 12 digits */

/* An amount by fund: the funds of its programme, in programme_row.funds' order. */
struct by_fund {
	int64_t amount[LIMIT_FUNDS];
};

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

/* Identity: allocated = available + live + reserved + payable + in_payment + paid − recovered, each
 * being the account's balance. issued = live + reserved + redeemed + returned + cancelled +
 * expired. redeemed = payable + in_payment + paid. */
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
	int64_t expired;
	int64_t recovered;           /* − PROGRAMME_RECOVERED */
	int64_t receivable;          /* MEMO_RECEIVABLE */
	int64_t written_off;         /* MEMO_WRITTEN_OFF */
	uint64_t funds[LIMIT_FUNDS]; /* in the order of their first allocation; 0: none */
	uint64_t part_of; /* by its newest rules: whose joint caps bind here, too; 0: nobody's */
	uint64_t vouchers;
	uint64_t ready_head; /* published claims that wait for settlement, oldest first (ready.h) */
	uint64_t ready_tail;
	uint32_t rule_version; /* newest published; 0: none */
	int32_t utc_offset_minutes;
	uint32_t currency;
	uint32_t levels_below; /* of programmes that are, or were, part of this one */
	char region[CODE_ROOM_BYTES];
};

struct party_row {
	uint64_t controller;          /* the group of parties under one controller (TABLE_CONTROLLER) */
	int64_t blacklisted_until_us; /* 0: it is not; INT64_MAX: until reinstated */
	uint32_t kind;                /* Pb__PartyKind */
	uint32_t suspended;
	uint64_t owed_by; /* accounts of what is payable to it, or in payment, that are not empty */
	char region[REGION_ROOM_BYTES];
	char code[CODE_ROOM_BYTES];
};

struct principal_row {
	uint64_t party;     /* 0: staff */
	uint64_t person_id; /* the person's first principal: what four eyes compare; never 0 */
	uint32_t roles;     /* bit per Pb__Role */
	uint32_t revoked;
	char person[CODE_ROOM_BYTES];
	char region[REGION_ROOM_BYTES]; /* staff: of the files that it sees; "": all */
};

struct application_row {
	uint64_t programme;
	uint64_t party;
	int64_t amount;
	uint64_t voucher;
	uint64_t review_seq;  /* the newest review */
	uint64_t replaced_by; /* a returned or rejected one: the application that came after it; 0 */
	uint64_t applied_by;  /* persons */
	uint64_t reviewed_by;
	uint64_t reviewed_again_by;
	int64_t since_us;      /* in this status */
	uint32_t rule_version; /* under which it was made: by whose review levels it goes */
	uint32_t status;       /* Pb__ApplicationStatus */
};

struct voucher_row {
	uint64_t programme;
	uint64_t holder;
	int64_t amount; /* amount = live + reserved + redeemed + returned + cancelled + expired */
	int64_t live;
	int64_t reserved;
	int64_t redeemed;
	int64_t returned;
	int64_t cancelled;
	int64_t expired;
	int64_t use_by_us;
	int64_t claim_by_us;
	struct by_fund left; /* of each fund's share: what is in no claim and went not back */
	uint64_t issued_by;  /* person */
	uint32_t rule_version;
	uint32_t status; /* Pb__VoucherStatus */
	uint32_t extended;
	uint32_t reminded_days; /* the last reminder; 0: none yet */
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
	int64_t own_share; /* memorandum: not yet taken back by a release */
	int64_t vat;
	uint64_t controller;  /* of the holder, when it was reserved */
	uint64_t beneficiary; /* of its combination; 0: none */
	uint64_t
	    umbrellas[LIMIT_UMBRELLAS]; /* programmes whose joint caps it counts against; 0: none */
	int64_t claimed;                /* of what is redeemed: in claims that were not returned */
	int64_t invoiced;               /* by those claims */
	int32_t year;                   /* against which the subsidy counts */
	uint32_t tier;
	uint32_t ratio_bp; /* 0: no invoices support it */
	uint32_t status;   /* Pb__ReservationStatus */
	uint32_t group;    /* Combination.group */
	uint32_t is_increment;
	uint32_t category; /* its number (TABLE_CATEGORY) */
	uint32_t reserved;
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
	uint64_t settled_reason_seq; /* the entry that returned or rejected it, or objected to it */
	uint64_t submitter;          /* persons */
	uint64_t approver;
	uint64_t countersigner;
	uint64_t objector;
	uint64_t paid_seq; /* the entry that first recorded it paid; 0: none yet */
	int64_t since_us;  /* in this status */
	int64_t clawed_back;
	struct by_fund shares;        /* of its amount */
	struct by_fund clawed_shares; /* of what is clawed back */
	uint32_t payment;
	uint32_t status; /* Pb__ClaimStatus */
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
	uint32_t is_personal;   /* its account is, and this is the commitment to it */
	uint8_t account_commitment[32];
};

struct clawback_row {
	uint64_t programme;
	uint64_t claim;
	uint64_t payee;
	int64_t amount; /* amount = recovered + written_off + what is owed */
	int64_t recovered;
	int64_t written_off;
	uint64_t ordered_by; /* person */
	struct by_fund left; /* of each fund's share: not yet recovered */
};

/* A party in a programme, as its assessments left it. */
struct standing_row {
	int32_t assessed_year;
	uint32_t failures; /* failed years in a row */
	uint32_t removed;
	uint32_t reserved;
};

/* May be negative in a month that takes back what an earlier one counted (ledger/take_up.h). */
struct take_up_row {
	int64_t issued;
	int64_t used;
	int64_t returned;
	int64_t expired;
	int64_t cancelled;
	int64_t paid;
	int64_t vouchers;
	int64_t uses;
};

/* Waiting at a step (ledger/clock.h). Sums of seconds; of moments, since 1970. */
struct clock_row {
	int64_t waiting;
	int64_t waiting_since_s; /* summed over those that wait */
	int64_t done;
	int64_t done_s;
	int64_t done_max_s;
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
	USAGE_HOLDER = 1,      /* subsidy granted to a holder in a year; year 0: ever */
	USAGE_TIER = 2,        /* the same by a tier */
	USAGE_ALLOCATED = 3,   /* allocated to the programme in a year; subject 0 */
	USAGE_VOUCHERS = 4,    /* active vouchers of a holder; year 0 */
	USAGE_HOLDER_TIER = 5, /* USAGE_HOLDER under one tier, whose id ends the key */
	USAGE_CONTROLLER = 6,  /* USAGE_HOLDER of all under one controller */
	USAGE_PROVIDER = 7,    /* the same with one provider */
	USAGE_GROUP = 8, /* to a beneficiary by the tiers of a combination, whose group ends the key */
	USAGE_GROUP_INCREMENT = 9, /* of it, by increments */
	USAGE_GROUP_TIER = 10,     /* of it, by one tier: group and tier end the key */
	USAGE_JOINT_HOLDER = 11,   /* USAGE_HOLDER in the programmes that are part of this one */
	USAGE_JOINT_CONTROLLER = 12,
	USAGE_JOINT_PROVIDER = 13,
};

struct usage_row {
	int64_t amount;
	int64_t grants; /* how many; only where a cap can count them */
};

/* Rows that are one number: codes, credentials, contracts, invoices, commands. */
struct id_row {
	uint64_t id;
};

#pragma GCC diagnostic pop

#endif
