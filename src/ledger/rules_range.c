/* SPDX-License-Identifier: Apache-2.0 */
/* Pure; any thread. */
#include "ledger/rules_range.h"

#include <string.h>

struct rules_range rules_range_of(const Pb__Condition *condition) {
	static const struct rules_range nothing = { .low = INT64_MAX, .high = INT64_MIN };
	int64_t value = condition->value;
	switch (condition->is) {
	case PB__COMPARISON__LESS:
		return value == INT64_MIN ? nothing : (struct rules_range){ INT64_MIN, value - 1 };
	case PB__COMPARISON__AT_MOST: return (struct rules_range){ INT64_MIN, value };
	case PB__COMPARISON__MORE:
		return value == INT64_MAX ? nothing : (struct rules_range){ value + 1, INT64_MAX };
	case PB__COMPARISON__AT_LEAST: return (struct rules_range){ value, INT64_MAX };
	case PB__COMPARISON__EQUAL: return (struct rules_range){ value, value };
	default: return nothing;
	}
}

static struct rules_range both(struct rules_range a, struct rules_range b) {
	return (struct rules_range){
		.low = a.low > b.low ? a.low : b.low,
		.high = a.high < b.high ? a.high : b.high,
	};
}

bool rules_range_narrow(Pb__Condition *const *conditions, size_t count, const char *attribute,
    struct rules_range *range) {
	bool is_named = false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(conditions[i]->attribute, attribute) != 0)
			continue;
		*range = both(*range, rules_range_of(conditions[i]));
		is_named = true;
	}
	return is_named;
}
