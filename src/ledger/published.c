/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/published.h"

struct key published_key(uint64_t programme, uint64_t published_seq) {
	return key_of_ids(programme, ~published_seq);
}

void published_claim(
    struct applying *a, uint64_t id, const struct claim_row *before, const struct claim_row *row) {
	if (!row->published_seq || (before && before->published_seq == row->published_seq))
		return;
	struct key of_all = published_key(0, row->published_seq);
	struct key of_programme = published_key(row->programme, row->published_seq);
	put_id(a, TABLE_PUBLISHED, &of_all, id);
	put_id(a, TABLE_PUBLISHED, &of_programme, id);
}
