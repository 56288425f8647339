/* SPDX-License-Identifier: Apache-2.0 */
/* An audit in one call, for tests of what it finds. */
#ifndef TESTS_UNIT_AUDIT_AUDITED_H
#define TESTS_UNIT_AUDIT_AUDITED_H

#include "voucher-audit/journey.h"

/*
 * What it found but for findings of kind FINDING_ROLE: the first steps of every test of the ledger
 * are an administrator's, and no role of hers may do that. `wrong` −1: it could not be read.
 */
struct audited {
	int64_t wrong;
	uint64_t counts[FINDING_KIND_COUNT];
	struct finding first; /* that is not of kind FINDING_ROLE */
	struct journey_result result;
	enum err opened;
};

/* Audits, keeps what is to be kept, and closes. */
struct audited audit(const struct journey_config *config);
struct audited audit_path(const char *path);

#endif
