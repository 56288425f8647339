/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases to try rules on, from a CSV file whose heading names the columns, in any order. What a
 * column means is in voucherctl(1), "TABLES OF CASES". Every mistake is named with its place.
 */
#ifndef VOUCHERCTL_PROGRAMME_CASES_H
#define VOUCHERCTL_PROGRAMME_CASES_H

#include "base/limits.h"
#include "ledger/rules.h"
#include "voucherctl/programme_csv.h"

enum expectation {
	EXPECT_NOTHING,
	EXPECT_AMOUNT,
	EXPECT_REFUSAL, /* any */
	EXPECT_OUTCOME,
};

#define CASE_NOT_STATED (-1)

/* What caps count, as a case may state it: of whom, whether over all programmes of an umbrella,
 * whether ever. */
enum case_subject { CASE_HOLDER, CASE_CONTROLLER, CASE_PROVIDER, CASE_SUBJECTS };

struct case_usage {
	struct rules_count of[2][CASE_SUBJECTS][2]; /* [joint][subject][ever]; CASE_NOT_STATED */
	int64_t holder_tier;                        /* by the tier that fits; CASE_NOT_STATED */
	int64_t tier;
};

/* Everything is in the arena. */
struct programme_case {
	uint64_t line;
	const char *name;
	const char *region;   /* the programme's; "": not stated */
	const char *category; /* "": not stated */
	struct rules_party holder, provider;
	bool has_holder;         /* it was named: what is granted counts in the cases below */
	bool has_provider;       /* one is concerned */
	bool is_related;         /* the two are */
	const char *beneficiary; /* "": the holder */
	int32_t day;             /* of the application, since 1970-01-01; CASE_NOT_STATED */
	int32_t year;            /* 0: not stated */
	int64_t eligible, vat, earlier, granted, units;
	struct case_usage usage;
	int64_t annual_pool, pool_left, voucher; /* CASE_NOT_STATED */
	int64_t funds_left[LIMIT_FUNDS];         /* as in RuleSet.fund_shares; CASE_NOT_STATED */
	const char *const *documents;
	size_t n_documents;
	const char *expected;     /* as it was written */
	enum expectation expects; /* and what it means */
	int64_t expected_amount;
	Pb__Outcome expected_outcome;
};

struct column;

struct programme_cases {
	struct csv csv; /* `csv.message`: why reading failed */
	const Pb__RuleSet *rules;
	bool has_documents; /* there is a column for them */

	/* its own */
	struct csv_reader heading;
	const struct column *columns[CASE_CELLS_MAX]; /* what each cell is; NULL: an attribute */
};

/* Reads the heading. `rules` (borrowed) says which attributes matter: a column that is none of them
 * and nearly one of ours is a mistake. ERR_CONFIG with `csv.message`, ERR_MEMORY. */
enum err programme_cases_init(
    struct programme_cases *cases, const struct csv *csv, const Pb__RuleSet *rules) MUST_CHECK;

/* The next case; NULL at the end. ERR_CONFIG with `csv.message`, ERR_MEMORY. */
enum err programme_cases_next(
    struct programme_cases *cases, struct programme_case **ret_case) MUST_CHECK;

#endif
