/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of ledger_verify() share. Each looks for the first fault and stops there: nothing
 * is visited once there is one. Internal to src/ledger.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "ledger/rows.h"
#include "ledger/state.h"

struct verifying {
	const struct state *state;
	struct arena *arena;
	const char *fault; /* NULL: none found yet */
	__int128 trial[LIMIT_CURRENCIES];
	__int128 owed;    /* accounts of what is owed that are not empty, less those of parties' rows */
	__int128 awaited; /* payments that wait for a line, less those whose rows say so */
	__int128 bank_lines; /* lines of all house accounts, less those of their statements */
	__int128 matched;    /* payments that matches name, less those that name a line */
	__int128 together;   /* lines that are in a match, less those of all matches */
};

/* "what (id)" is the fault. Always false. */
bool verify_fault(struct verifying *v, const char *what, uint64_t id);

/* Visits the rows of a table whose keys begin with `prefix` until `visit` returns false. */
void verify_scan(struct verifying *v, enum table table, const struct key *prefix,
    bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes), void *arg);

/* An account's balance over all parties. */
__int128 verify_balance(const struct verifying *v, Pb__AccountKind kind, uint64_t owner);

/* verify_house.c: house accounts, from their lines, their payments and their statements. */
void verify_houses(struct verifying *v);

/* verify_settle.c: settlements, their payments and claims, and what is set off. */
void verify_settlements(struct verifying *v);

/* verify_match.c: the match of one line, where it has one. */
bool verify_match(
    struct verifying *v, uint64_t house_id, uint64_t number, const struct bank_line_row *line);

#endif
