/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Particulars of natural persons, from beside the journal. They may have been replaced or erased
 * since the snapshot that a list is read from: what is erased is erased for every reader at once.
 */
#include "engine/query_build.h"

#include "ledger/ledger.h"

#include <string.h>

/* What is there now, in the scratch arena; ERR_NOT_FOUND: nothing any more. */
static enum err recall(
    struct query *query, uint64_t party, uint64_t *ret_seq, struct sealed *ret_sealed) {
	const struct history *history = query->view->history;
	arena_reset(&query->scratch);
	return history->ops->personal(history->self, party, &query->scratch, ret_seq, ret_sealed);
}

/* The entry that put the text says what it must be. */
static enum err open_as_committed(
    struct query *query, uint64_t seq, const struct sealed *sealed, Pb__Personal **ret_personal) {
	const struct history *history = query->view->history;
	const Pb__JournalEntry *entry = history->ops->entry(history->self, seq, &query->scratch);
	const Pb__Digest *commitment = entry && entry->command ? ledger_commitment(entry->command)
	                                                       : NULL;
	return commitment ? sealed_open(sealed, commitment, query->arena, ret_personal) : ERR_CORRUPT;
}

Pb__Personal *query_personal(struct query *query, uint64_t party) {
	struct sealed sealed;
	Pb__Personal *personal = NULL;
	uint64_t seq;
	enum err err = recall(query, party, &seq, &sealed);
	if (!err)
		err = open_as_committed(query, seq, &sealed, &personal);
	if (err && err != ERR_NOT_FOUND)
		query->err = err;
	return personal;
}

Pb__BankAccount *query_personal_account(
    struct query *query, uint64_t party, const Pb__Digest *commitment) {
	struct sealed sealed;
	uint8_t now[DIGEST_BYTES];
	Pb__Personal *personal = NULL;
	uint64_t seq;
	enum err err = recall(query, party, &seq, &sealed);
	if (!err) {
		sealed_commitment(&sealed, now);
		if (commitment->value.len != DIGEST_BYTES ||
		    memcmp(now, commitment->value.data, DIGEST_BYTES) != 0)
			return NULL;
		err = sealed_open(&sealed, commitment, query->arena, &personal);
	}
	if (err && err != ERR_NOT_FOUND)
		query->err = err;
	return personal ? personal->bank_account : NULL;
}
