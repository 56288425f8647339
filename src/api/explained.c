/* SPDX-License-Identifier: Apache-2.0 */
#include "api/explained.h"

#include "ledger/explain.h"

enum { TEXT_BYTES_MAX = 16 << 20 }; /* of one batch */

static bool is_wanted(const Pb__Reply *reply, bool is_dry_run) {
	if (reply->refusal)
		return reply->refusal->bound || reply->refusal->n_bounds;
	size_t bounds = reply->decision ? reply->decision->n_bounds : 0;
	return bounds > 1 || (bounds && is_dry_run);
}

void explained_replies(
    Pb__Reply *const *replies, size_t count, bool is_dry_run, struct arena *arena) {
	size_t before = arena->bytes;
	for (size_t i = 0; i < count && arena->bytes - before < TEXT_BYTES_MAX; i++)
		if (is_wanted(replies[i], is_dry_run) && !explain_reply(replies[i], arena))
			return;
}
