/* SPDX-License-Identifier: Apache-2.0 */
/* What a condition asks of an attribute, as the range of values that meet it. */
#ifndef LEDGER_RULES_RANGE_H
#define LEDGER_RULES_RANGE_H

#include "voucher/v1/rules.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules_range {
	int64_t low; /* both inclusive; low > high: nothing */
	int64_t high;
};

#define RULES_RANGE_ALL ((struct rules_range){ .low = INT64_MIN, .high = INT64_MAX })

/* Nothing, for a comparison that has no meaning. */
struct rules_range rules_range_of(const Pb__Condition *condition);

/* Narrows `range` to what those of the conditions that name `attribute` leave of it; false: none
 * does. */
bool rules_range_narrow(Pb__Condition *const *conditions, size_t count, const char *attribute,
    struct rules_range *range);

static inline bool rules_range_is_empty(struct rules_range range) {
	return range.low > range.high;
}

static inline bool rules_range_has(struct rules_range range, int64_t value) {
	return value >= range.low && value <= range.high;
}

/* Whether every value of a non-empty `inner` lies in `outer`. */
static inline bool rules_range_covers(struct rules_range outer, struct rules_range inner) {
	return inner.low >= outer.low && inner.high <= outer.high;
}

#endif
