/* SPDX-License-Identifier: Apache-2.0 */
/* What decide_used.c keeps with the model (model.decided). Internal to decide*.c. */
#ifndef VOUCHER_AUDIT_DECIDE_TABLES_H
#define VOUCHER_AUDIT_DECIDE_TABLES_H

#include "voucher-audit/look.h"

struct decide_tables {
	struct map used; /* struct decide_had */

	/* From used_before() to used_after(): the voucher that the entry may change the use of. */
	uint64_t voucher;
	bool was_in_use;
};

enum err used_open(struct model *model, struct store *store) MUST_CHECK;
void used_close(struct model *model);
void used_before(struct look *look);
void used_after(struct look *look);

#endif
