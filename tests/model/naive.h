/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger a second time, as plainly as it can be said: no indexes, no counters, no balances.
 * What happened is kept in lists, and every question (what has this holder had this year, what is
 * in this account) is answered by adding up a list from its beginning. It shares with the ledger
 * the schema alone; test_model.c compares the two.
 *
 * A world has a few of everything, since every question costs a walk. Where the lists end, the
 * world does (naive_is_full). Not for anything but tests.
 */
#ifndef TESTS_MODEL_NAIVE_H
#define TESTS_MODEL_NAIVE_H

#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NAIVE_FUNDS = 3,
	NAIVE_PROGRAMMES = 3,
	NAIVE_PARTIES = 16,
	NAIVE_PRINCIPALS = 32,
	NAIVE_VERSIONS = 4,
	NAIVE_OBJECTS = 512, /* of each kind */
	NAIVE_MOVES = 16384,
	NAIVE_WORDS = 4096, /* invoices, contracts, statement lines */
	NAIVE_PAYMENTS = 16,
	NAIVE_NETTINGS = 64, /* of a payment */
	NAIVE_TARGETS = 32,  /* of a match */
	NAIVE_HOUSES = 3,
	NAIVE_PERIODS = 64,
	NAIVE_PAGE = 8, /* lines of a page of a statement */
	NAIVE_UTC_MINUTES = 480,
};

#define NAIVE_DAEMON (1ull << 57) /* the principal of the daemon itself */

struct naive_fund {
	uint64_t id;
	const char *code;
};

struct naive_rules {
	uint64_t programme;
	const Pb__RuleSet *set;
	int32_t effective_day;
};

struct naive_programme {
	uint64_t id;
	const char *code;
	const char *region;
	uint64_t funds[4]; /* in the order of their first allocation */
	size_t n_funds;
};

struct naive_party {
	uint64_t id;
	const Pb__RegisterParty *told; /* as it was last registered or updated */
	const char *controller;        /* its own code when nobody controls it */
	Pb__RegisterParty updated;     /* what `told` points to once it was */
	bool suspended;
	int64_t blacklisted_until; /* µs; 0: it is not */
};

struct naive_principal {
	uint64_t id;
	uint64_t party; /* 0: staff */
	const char *person;
	const char *region; /* staff: "" all */
};

struct naive_standing {
	uint64_t programme, party;
	int32_t year;
	uint32_t failures;
	bool removed;
};

struct naive_agreement {
	uint64_t programme, party;
	const Pb__RecordAgreement *told;
};

struct naive_application {
	uint64_t id, programme, party;
	const Pb__Apply *told;
	int64_t amount;
	uint32_t version;
	bool is_voucher;
	Pb__ApplicationStatus status;
	uint64_t replaced_by;
	const char *applied_by, *reviewed_by, *reviewed_again_by;
};

struct naive_voucher {
	uint64_t id, programme, holder;
	uint32_t version;
	int64_t amount, live, reserved, redeemed, returned, cancelled, expired;
	int64_t use_by, claim_by;
	int64_t left[4]; /* by the programme's funds */
	bool extended;
	uint32_t reminded;
	const char *issued_by;
};

struct naive_reservation {
	uint64_t id, voucher, programme, holder, provider;
	const char *controller;
	const char *beneficiary; /* "": the holder itself */
	uint64_t umbrellas[2];
	int64_t subsidy, held, redeemed, released;
	int64_t own_share, vat;
	int64_t claimed, invoiced;
	int32_t year;
	uint32_t tier, ratio_bp, group;
	bool increment;
};

struct naive_claim {
	uint64_t id, programme, reservation, holder, provider, payee;
	int64_t amount, invoiced;
	Pb__ClaimStatus status;
	int64_t publication_ends;
	int64_t objection_left; /* µs of publication that were left when it was objected to */
	uint64_t published_seq;
	uint64_t replaced_by;
	uint64_t settlement;
	uint32_t payment;
	int64_t clawed_back;
	int64_t netted;  /* of its amount, paid by setting it off */
	bool is_set_off; /* all of it: its payment is about the others */
	int64_t shares[4];
	const char *submitted_by, *approved_by, *countersigned_by, *objected_by;
};

/* What is set off against a payment of a settlement. */
struct naive_netting {
	uint64_t settlement;
	uint32_t payment;
	uint64_t clawback;
	int64_t amount;
	int64_t shares[4];
};

struct naive_payment {
	uint64_t payee;
	int64_t amount; /* to be paid, beside what is set off */
	int64_t netted;
	Pb__PaymentStatus status;
	int64_t approved; /* µs */
	bool said_paid;   /* by a person; and that it came back */
	bool said_returned;
	uint64_t line, return_line; /* numbers of the lines that say so; 0: none */
	const char *reference;      /* the bank's, with which it was said to be paid */
};

struct naive_settlement {
	uint64_t id, programme, house;
	Pb__SettlementStatus status;
	int64_t amount;
	size_t n_payments;
	struct naive_payment payments[NAIVE_PAYMENTS];
	uint8_t digest[32]; /* as the ledger answered it: what approval must repeat */
	const char *prepared_by;
};

struct naive_file {
	uint64_t settlement;
	const char *format;
	uint8_t hash[32];
};

/* --- banks --- */

struct naive_house {
	uint64_t id;
	const char *code;
	int64_t opening;
	uint64_t receiving; /* the statement of which pages are missing; 0: none */
};

struct naive_statement {
	uint64_t id, house;
	uint8_t file[32];
	const char *number;
	uint32_t page, pages;
	bool has_balances;
	int64_t closing;
	uint64_t lines, new_lines;
};

struct naive_line {
	uint64_t house, number;
	int64_t amount, booked;
	int32_t day;
	Pb__LineState state;
	Pb__LineException exception;
	Pb__MatchBy by;
	const char *serial;
	uint32_t carried; /* year × 100 + month; 0: it is not */
	size_t match;     /* its place in `matches`, from 1; 0: none */
};

struct naive_target {
	uint64_t settlement;
	uint32_t payment;
	bool is_return;
	uint64_t clawback;
	int64_t amount;
	bool is_news; /* it was the line that told the books of it */
	int64_t shares[4];
};

/* A claim of a payment that a line said came back. */
struct naive_returned {
	uint64_t settlement;
	uint32_t payment;
	uint64_t claim;
	int64_t unpaid;
};

struct naive_match {
	uint64_t leader;
	size_t n_targets;
	struct naive_target targets[NAIVE_TARGETS];
};

/* What of a house account the books are closed on. */
struct naive_bank_sums {
	int64_t statement, books, open_in, open_out, awaited_in, awaited_out;
	int64_t ignored_in, ignored_out;
	uint64_t lines, open_lines, carried_lines, exceptions;
};

struct naive_period {
	uint32_t period;
	uint64_t prepared_seq;
	Pb__PeriodStatus status;
	const char *prepared_by;
	struct naive_bank_sums houses[NAIVE_HOUSES];
	uint8_t digest[32]; /* as the ledger answered it */
};

struct naive_clawback {
	uint64_t id, programme, claim, payee;
	int64_t amount, recovered, written_off;
	int64_t ordered[4]; /* by funds */
	int64_t left[4];    /* of it, what is still owed */
	const char *ordered_by;
};

struct naive_move {
	Pb__AccountKind account;
	uint64_t owner, party;
	int64_t amount;
};

struct naive_allocation {
	uint64_t programme;
	int32_t year;
	int64_t amount;
};

/* Something that may be used once: an invoice and the claim that named it, a contract, a claim that
 * was topped up. */
struct naive_word {
	char text[96];
	uint64_t id;
};

#define LIST(type, name, max)                                                                      \
	struct type name[max];                                                                         \
	size_t n_##name

struct naive {
	LIST(naive_fund, funds, NAIVE_FUNDS);
	LIST(naive_programme, programmes, NAIVE_PROGRAMMES);
	LIST(naive_rules, rules, NAIVE_PROGRAMMES *NAIVE_VERSIONS);
	LIST(naive_party, parties, NAIVE_PARTIES);
	LIST(naive_principal, principals, NAIVE_PRINCIPALS);
	LIST(naive_standing, standings, NAIVE_PARTIES *NAIVE_PROGRAMMES);
	LIST(naive_agreement, agreements, NAIVE_PARTIES *NAIVE_PROGRAMMES);
	LIST(naive_application, applications, NAIVE_OBJECTS);
	LIST(naive_voucher, vouchers, NAIVE_OBJECTS);
	LIST(naive_reservation, reservations, NAIVE_OBJECTS);
	LIST(naive_claim, claims, NAIVE_OBJECTS);
	LIST(naive_settlement, settlements, NAIVE_OBJECTS);
	LIST(naive_clawback, clawbacks, NAIVE_OBJECTS);
	LIST(naive_netting, nettings, 2 * NAIVE_OBJECTS);
	LIST(naive_file, files, NAIVE_OBJECTS);
	LIST(naive_house, houses, NAIVE_HOUSES);
	LIST(naive_statement, statements, NAIVE_OBJECTS);
	LIST(naive_line, lines, NAIVE_OBJECTS);
	LIST(naive_match, matches, NAIVE_OBJECTS);
	LIST(naive_returned, returned, NAIVE_OBJECTS);
	LIST(naive_period, periods, NAIVE_PERIODS);
	LIST(naive_move, moves, NAIVE_MOVES);
	LIST(naive_allocation, allocations, NAIVE_OBJECTS);
	LIST(naive_word, invoices, NAIVE_WORDS);
	LIST(naive_word, contracts, NAIVE_WORDS);

	/* For the controls */
	bool is_wrong;    /* what is computed by a ratio is rounded up */
	bool is_tolerant; /* a line matches its payment, be it 1 less or more */

	/* The command being decided */
	uint64_t seq; /* that its entry would have */
	int64_t now;  /* µs */
	const struct naive_principal *actor;
};

/* What the ledger must answer. */
struct naive_answer {
	Pb__Outcome outcome;
	int64_t amount; /* Decision.amount */
	size_t n_lines; /* Decision.lines: numbers in their house account; of which many were known */
	uint64_t lines[NAIVE_PAGE];
	bool known[NAIVE_PAGE];
};

#undef LIST

/* Decides the command, and makes it happen if it is accepted. Everything that the command points to
 * must live as long as the world. */
struct naive_answer naive_give(struct naive *world, const Pb__Command *command, uint64_t principal,
    uint64_t seq, int64_t time_us);

/* The first entry: one administrator. */
void naive_begin(struct naive *world, uint64_t administrator, const char *person);

bool naive_is_full(const struct naive *world);

/* What the account holds: the sum of all that ever moved. */
int64_t naive_balance(
    const struct naive *world, Pb__AccountKind account, uint64_t owner, uint64_t party);

/* A house account's sums, from its lines and payments. */
struct naive_bank_sums naive_bank_sums(const struct naive *world, uint64_t house);

/* The newest closed month; 0: none. */
uint32_t naive_closed(const struct naive *world);
uint32_t naive_month(int32_t day);

bool naive_is_open_line(const struct naive_line *line);

/* What of a line a person put into the books as its kind. */
int64_t naive_ignored(const struct naive *world, const struct naive_line *line);

/* The sum over all parties. */
int64_t naive_total(const struct naive *world, Pb__AccountKind account, uint64_t owner);

int32_t naive_day(int64_t time_us);
int32_t naive_year(int64_t time_us);
const Pb__RuleSet *naive_rules_in_force(const struct naive *world, uint64_t programme, int64_t now);

#endif
