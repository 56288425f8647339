/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/state.h"

#include "base/check.h"

const void *state_get(
    const struct state *state, enum table table, const struct key *key, size_t bytes) {
	size_t row_bytes = 0;
	const void *row = state->ops->get(state->self, table, key, &row_bytes);
	check(!row || row_bytes == bytes);
	return row;
}

void state_put(const struct state *state, enum table table, const struct key *key, const void *row,
    size_t bytes) {
	check(bytes <= LIMIT_ROW_BYTES);
	state->ops->put(state->self, table, key, row, bytes);
}
