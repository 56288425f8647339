/* SPDX-License-Identifier: Apache-2.0 */
#include "record/outcome.h"

static const struct outcome_info outcomes[] = {
#include "outcome_table.inc"
};

enum { COUNT = sizeof(outcomes) / sizeof(outcomes[0]) };

const struct outcome_info *outcome_info(Pb__Outcome outcome) {
	const struct outcome_info *malformed = &outcomes[0];
	for (size_t i = 0; i < COUNT; i++) {
		if (outcomes[i].outcome == outcome)
			return &outcomes[i];
		if (outcomes[i].outcome == PB__OUTCOME__MALFORMED)
			malformed = &outcomes[i];
	}
	return malformed;
}

const struct outcome_info *outcome_table(size_t *ret_count) {
	*ret_count = COUNT;
	return outcomes;
}
