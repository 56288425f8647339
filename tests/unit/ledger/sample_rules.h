/* SPDX-License-Identifier: Apache-2.0 */
/* A valid rule set of two tiers that a test may change before it uses it. */
#ifndef TESTS_UNIT_LEDGER_SAMPLE_RULES_H
#define TESTS_UNIT_LEDGER_SAMPLE_RULES_H

#include "voucher/v1/rules.pb-c.h"

struct sample_rules {
	Pb__RuleSet rules;
	Pb__Eligibility holder;
	Pb__PartyKind kinds[2]; /* company, team */
	const char *statuses[2];
	Pb__Condition conditions[3]; /* staff < 100, revenue < 10 m; the third is for tiers */
	Pb__Condition *holder_conditions[2];
	Pb__Condition *tier_conditions[1];
	const char *categories[2]; /* "testing", "consulting" */
	const char *exclusions[2]; /* "mandatory-testing" */
	Pb__Tier tiers[2];         /* local holder: 50 %; else 20 % */
	Pb__Tier *tier_list[2];
};

/* Points into itself: do not copy. */
void sample_rules_init(struct sample_rules *sample);

#endif
