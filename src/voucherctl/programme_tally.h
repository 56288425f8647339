/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cases of a table stand before: what each states itself, and, where it names its holder,
 * what the cases above it were granted.
 */
#ifndef VOUCHERCTL_PROGRAMME_TALLY_H
#define VOUCHERCTL_PROGRAMME_TALLY_H

#include "voucherctl/programme_cases.h"

struct tally_grant;

struct tally {
	const Pb__RuleSet *rules;
	struct arena *arena;
	const Pb__RuleSet *umbrellas[LIMIT_UMBRELLAS];
	const char *umbrella_names[LIMIT_UMBRELLAS];
	size_t n_umbrellas;

	/* its own */
	const struct programme_case *one; /* the case that is weighed */
	const struct tally_grant *newest;
	int64_t pool_left; /* CASE_NOT_STATED */
	int64_t funds_left[LIMIT_FUNDS];
	struct rules_fund funds[LIMIT_FUNDS];
};

/* `umbrellas` are the caller's to fill in. */
void tally_init(struct tally *tally, const Pb__RuleSet *rules, struct arena *arena);

/* Where the case stands; valid until the next one begins. */
struct rules_standing tally_begin(struct tally *tally, const struct programme_case *one);

/* The case was granted `amount` by `tier`. ERR_MEMORY. */
enum err tally_grant(struct tally *tally, const struct programme_case *one, const Pb__Tier *tier,
    int64_t amount) MUST_CHECK;

#endif
