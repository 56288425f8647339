/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/claim_index.h"

#include "voucher/v1/resource.pb-c.h"

/* programme id (0: of all programmes), the complement of the sequence number of publication */
static struct key published_key(uint64_t programme, uint64_t published_seq) {
	return key_of_ids(programme, ~published_seq);
}

struct key claim_index_paid_key(uint64_t programme, uint64_t paid_seq, uint64_t claim) {
	struct key key = key_of_ids(programme, paid_seq);
	key_add_u64(&key, claim);
	return key;
}

static void note_published(struct applying *a, uint64_t id, const struct claim_row *row) {
	struct key of_all = published_key(0, row->published_seq);
	struct key of_programme = published_key(row->programme, row->published_seq);
	put_id(a, TABLE_PUBLISHED, &of_all, id);
	put_id(a, TABLE_PUBLISHED, &of_programme, id);
}

static void note_paid(struct applying *a, uint64_t id, const struct claim_row *row) {
	struct key key = claim_index_paid_key(row->programme, row->paid_seq, id);
	state_put(a->state, TABLE_PAID, &key, "", 0);
}

void claim_index(
    struct applying *a, uint64_t id, const struct claim_row *before, struct claim_row *row) {
	if (row->published_seq && (!before || before->published_seq != row->published_seq))
		note_published(a, id, row);
	bool is_paid = row->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    row->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
	if (is_paid && !row->paid_seq)
		row->paid_seq = a->entry->seq;
	if (row->paid_seq && !(before && before->paid_seq))
		note_paid(a, id, row);
}
