/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the auditor counts beside the model, from each entry as it stands: what caps count of
 * grants, vouchers in use, what was allocated in a year, claims in the order of their publication,
 * clawbacks in the order in which they were ordered. Internal to decide*.c.
 */
#ifndef VOUCHER_AUDIT_DECIDE_USED_H
#define VOUCHER_AUDIT_DECIDE_USED_H

#include "voucher-audit/decide_rules.h"
#include "voucher-audit/model.h"

/* What a grant counts against. */
struct counted {
	uint64_t programme, holder, controller, provider, beneficiary;
	uint64_t umbrellas[LIMIT_UMBRELLAS]; /* programmes whose joint caps bind, from below; 0 */
	int32_t year;
	uint32_t tier, group;
	bool is_increment;
};

/* Whom the rules ask about: what decide_standing.had is given. */
struct asking {
	const struct model *model;
	struct counted of;
};

struct decide_had used_had(void *asking, const struct decide_question *question);

int64_t used_vouchers(const struct model *model, uint64_t programme, uint64_t holder); /* in use */
int64_t used_allocated(const struct model *model, uint64_t programme, int32_t year);

/* The entry that first named a beneficiary in the programme; 0: none has. */
uint64_t used_beneficiary(const struct model *model, uint64_t programme, const char *beneficiary);

/* The newest application in the programme that tops up this claim; 0: none does. */
uint64_t used_topped(const struct model *model, uint64_t programme, uint64_t claim);

/* The programme's published claims in their order; 0 begins, 0 is the end. Some of them may wait no
 * longer. */
uint64_t used_next_published(const struct model *model, uint64_t programme, uint64_t after);

/* The payee's clawbacks in the programme, the oldest first; 0 begins, 0 is the end. Some of them
 * may be owed no longer. */
uint64_t used_next_clawback(
    const struct model *model, uint64_t programme, uint64_t payee, uint64_t after);

#endif
