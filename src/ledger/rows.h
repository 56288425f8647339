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

#define STATE_FORMAT 7 /* raise when a row or a key changes, or what is kept beside them */

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
	uint64_t seq;         /* of the newest entry */
	int64_t time_us;      /* of the newest entry */
	int64_t admins;       /* principals with ROLE_ADMIN that are not revoked; never 0 */
	uint64_t newest_fund; /* .older leads to the others; 0: there is none */
	uint64_t newest_programme;
	uint64_t newest_house;
	uint64_t checkpoint_key; /* the entry that names the key in force: 1, or a rotation */
	int32_t closed_until;    /* the last day of the newest closed period; INT32_MIN: none */
	uint32_t closed_period;  /* it, as year × 100 + month; 0: none */
};

struct fund_row {
	int64_t appropriated; /* identity: appropriated = available + allocated */
	int64_t available;    /* FUND_AVAILABLE */
	int64_t allocated;
	uint64_t older; /* the fund made before it; 0: none */
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
	uint64_t older;              /* the programme made before it; 0: none */
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
	int64_t netted;               /* of its amount: paid by setting it off */
	struct by_fund netted_shares;
	uint32_t payment;
	uint32_t status; /* Pb__ClaimStatus */
};

struct settlement_row {
	uint64_t programme;
	uint64_t cutoff;
	int64_t amount;
	uint64_t approve_seq;
	uint64_t house_account; /* that pays */
	int64_t netted;         /* set off, beside amount */
	uint32_t payments;
	uint32_t status;   /* Pb__SettlementStatus */
	uint32_t files;    /* payment files recorded */
	uint32_t recorded; /* payments that left PAYMENT_APPROVED */
	uint8_t payments_digest[32];
	char prepared_by[CODE_ROOM_BYTES];
	char approved_by[CODE_ROOM_BYTES];
};

struct payment_row {
	uint64_t payee;
	int64_t amount; /* to be paid, beside what is set off; 0: nothing (PAYMENT_NETTED) */
	int64_t netted;
	uint64_t record_seq;  /* the newest record_payment, or import of its line */
	uint64_t line;        /* of the house account, with which it is matched; 0: none */
	uint64_t return_line; /* that says it came back; 0: none */
	int64_t approved_us;
	uint64_t first_claim;  /* its claims: claim_row.next, .previous; 0: it has none any more */
	uint32_t status;       /* Pb__PaymentStatus */
	uint32_t is_personal;  /* its account is, and this is the commitment to it */
	uint32_t nettings;     /* TABLE_NETTING */
	uint32_t was_recorded; /* bits of enum recorded: before its line was matched */
	uint8_t account_commitment[32];
};

enum recorded {
	RECORDED_PAID = 1,
	RECORDED_RETURNED = 2,
};

struct clawback_row {
	uint64_t programme;
	uint64_t claim;
	uint64_t payee;
	int64_t amount; /* amount = recovered + written_off + what is owed */
	int64_t recovered;
	int64_t written_off;
	uint64_t ordered_by; /* person */
	uint64_t previous;   /* among those that its payee owes in the programme (TABLE_OWED) */
	uint64_t next;
	struct by_fund left; /* of each fund's share: not yet recovered */
};

/* Clawbacks that are owed, oldest first (ledger/clawback.h); 0: none. */
struct owed_row {
	uint64_t first;
	uint64_t last;
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

/* Of ours at a bank. Identity (银行存款余额调节表):
 * statement − (open_in − open_out) = books − (awaited_in − awaited_out). */
struct house_row {
	int64_t statement;   /* the bank's balance after the newest line */
	int64_t books;       /* MEMO_BANK */
	int64_t open_in;     /* what of its lines is not in the books: came in */
	int64_t open_out;    /* and went out */
	int64_t awaited_in;  /* in the books, and on no line yet: payments that came back */
	int64_t awaited_out; /* and payments that went out */
	int64_t opening;     /* the bank's balance before the first line */
	int64_t ignored_in;  /* of `books`: of lines resolved as none of the ledger's business */
	int64_t ignored_out; /* and what of them went out, above nought */
	uint64_t lines;      /* numbered 1 … lines */
	uint64_t open_lines;
	uint64_t carried_lines; /* of the open ones */
	uint64_t exceptions;    /* of the open ones: LINE_EXCEPTION */
	uint64_t statements;
	uint64_t receiving; /* a statement of which pages are missing; 0: none */
	uint64_t older;     /* the house account made before it; 0: none */
	int32_t first_day;  /* of booking, of any line; 0 with `lines` 0 */
	int32_t last_day;
	uint32_t currency;
	uint32_t reserved;
	char code[CODE_ROOM_BYTES];
};

/* A line of a statement. Its text is in the journal: entry `seq`, element `index` of its lines. */
struct bank_line_row {
	uint64_t seq;
	uint64_t statement;
	int64_t amount;     /* above nought: it came in; never 0 */
	int64_t booked;     /* what of it is in the books; the sign of amount, or 0 */
	int64_t ignored;    /* of `booked`: its rest, when it was resolved; not 0 iff IGNORED */
	int64_t since_us;   /* in this state */
	uint64_t leader;    /* the line whose match it is in (itself, mostly); 0: none */
	uint64_t together;  /* the next line of the same match; 0: the last */
	uint64_t word_seq;  /* the newest entry that said something of it: reason, owner */
	uint64_t owner_seq; /* the newest assign_line; 0: none */
	int32_t booking_day;
	uint32_t index;
	uint32_t state;     /* Pb__LineState */
	uint32_t exception; /* Pb__LineException */
	uint32_t by;        /* Pb__MatchBy */
	uint32_t kind;      /* Pb__LineKind */
	uint32_t targets;   /* of a leader: TABLE_MATCH has so many */
	uint32_t carried;   /* over, at the close of this period (year × 100 + month); 0: not */
};

struct statement_row {
	uint64_t house_account;
	uint64_t lines;
	uint64_t new_lines;
	int64_t balance; /* after the newest page; with has_balances */
	uint32_t page;   /* the newest that came */
	uint32_t pages;
	uint32_t has_balances;
	uint32_t reserved;
	uint8_t file[32];
};

struct match_row {
	uint64_t settlement;
	uint64_t clawback;
	int64_t amount;        /* above nought */
	uint64_t record_seq;   /* of its payment, before */
	struct by_fund shares; /* of a clawback: which fund got back how much of it */
	uint32_t payment;
	uint32_t is_return;
};

/* Which payment is known by a number; `count` when several are: then which is not. */
struct payment_ref_row {
	uint64_t settlement;
	uint32_t payment;
	uint32_t count;
};

/* Lines booked in a month that are open, and of them those that are carried over. */
struct open_lines_row {
	uint64_t open;
	uint64_t carried;
};

struct payment_file_row {
	uint64_t seq;
	uint8_t file[32];
};

struct netting_row {
	uint64_t clawback;
	int64_t amount;
	struct by_fund shares; /* which fund gets back how much of it */
};

struct period_row {
	uint64_t prepared_by; /* persons */
	uint64_t reviewed_by;
	uint64_t closed_by;
	uint64_t prepare_seq;
	uint64_t review_seq;
	uint64_t close_seq;
	uint64_t reopen_seq; /* the newest; 0: never */
	uint32_t reopened;   /* how often */
	uint32_t status;     /* Pb__PeriodStatus */
	uint8_t digest[32];  /* of the figures */
	uint8_t houses[32];  /* SHA-256 of the house accounts' part of them, packed */
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
