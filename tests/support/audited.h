/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger's entries through the auditor (voucher-audit/auditor.h), and what it finds. What a test's
 * ledger did on its way is sound, or the test learns what is not.
 */
#ifndef TESTS_SUPPORT_AUDITED_H
#define TESTS_SUPPORT_AUDITED_H

#include "voucher-audit/auditor.h"

struct audited {
	struct auditor auditor;
	struct arena arena;
};

/* What fails here fails the Check test. */
void audited_begin(struct audited *audited);
void audited_take(struct audited *audited, const void *data, size_t bytes); /* record/entry.h */
void audited_end(struct audited *audited);
void audited_done(struct audited *audited);

/* What was found, in its order; NULL: no more. */
const struct finding *audited_finding(const struct audited *audited, uint64_t at);

/* "entry 7: amount, decision.amount: 3, must be 5". Valid until the next call. */
const char *audited_describe(const struct finding *finding);

/* Ends it; nothing may have been found but of the kinds whose bits are set (1 << FINDING_ROLE). */
void audited_expect_clean(struct audited *audited, uint64_t kinds_allowed, const char *name);

#endif
