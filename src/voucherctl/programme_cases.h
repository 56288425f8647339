/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases to try rules on, from a CSV file whose heading names the columns, in any order. What a
 * column means is in voucherctl(1), "TABLES OF CASES". Every mistake is named with its place.
 */
#ifndef VOUCHERCTL_PROGRAMME_CASES_H
#define VOUCHERCTL_PROGRAMME_CASES_H

#include "ledger/rules.h"
#include "voucherctl/programme_csv.h"

enum expectation {
	EXPECT_NOTHING,
	EXPECT_AMOUNT,
	EXPECT_REFUSAL, /* any */
	EXPECT_OUTCOME,
};

/* Everything is in the arena. */
struct programme_case {
	unsigned line;
	const char *name;
	const char *region;   /* the programme's; "": not stated */
	const char *category; /* "": not stated */
	struct rules_party holder, provider;
	int64_t eligible;
	struct rules_usage usage;
	bool has_pool;            /* usage.annual_pool was stated */
	const char *expected;     /* as it was written */
	enum expectation expects; /* and what it means */
	int64_t expected_amount;
	Pb__Outcome expected_outcome;
};

struct programme_cases {
	struct csv csv; /* `csv.message`: why reading failed */

	/* its own */
	struct csv_row heading;
	int columns[CSV_CELLS_MAX]; /* what each cell is */
};

/* Reads the heading. `rules` says which attributes matter: a column that is none of them and nearly
 * one of ours is a mistake. ERR_CONFIG with `csv.message`, ERR_MEMORY. */
enum err programme_cases_init(
    struct programme_cases *cases, const struct csv *csv, const Pb__RuleSet *rules) MUST_CHECK;

/* The next case; NULL at the end. ERR_CONFIG with `csv.message`, ERR_MEMORY. */
enum err programme_cases_next(
    struct programme_cases *cases, struct programme_case **ret_case) MUST_CHECK;

#endif
