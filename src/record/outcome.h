/* SPDX-License-Identifier: Apache-2.0 */
/* The table of outcomes, made from proto/voucher/v1/outcome.proto by proto/outcome.awk. */
#ifndef RECORD_OUTCOME_H
#define RECORD_OUTCOME_H

#include "voucher/v1/outcome.pb-c.h"

#include <stddef.h>

struct outcome_info {
	Pb__Outcome outcome;
	const char *name; /* "POOL_EMPTY" */
	Pb__Retry retry;
	const char *sentence; /* English */
	const char *sentence_zh;
};

/* Never NULL; for a number that has no outcome, the entry of MALFORMED. */
const struct outcome_info *outcome_info(Pb__Outcome outcome);

/* All of them, in order of their numbers. */
const struct outcome_info *outcome_table(size_t *ret_count);

#endif
