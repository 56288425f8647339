/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what is on disk to a state that reflects the whole journal.
 *
 * The state on disk is trusted only as far as it fits the journal: what was derived from another
 * journal, or reaches beyond this one, is thrown away and rebuilt, with a warning. The journal
 * itself is never changed: when it is damaged, recovery says where and fails.
 */
#ifndef ENGINE_RECOVERY_H
#define ENGINE_RECOVERY_H

#include "engine/engine.h"
#include "engine/position.h"
#include "ledger/ledger.h"
#include "store/log.h"
#include "store/state_store.h"

struct recovery_config {
	const char *directory;
	size_t memtable_bytes_max;
	size_t map_bytes;
	const struct log *log;
	const Pb__JournalEntry *genesis;
};

struct recovered {
	struct state_store *store; /* the caller's to close */
	struct ledger *ledger;     /* the caller's to free */
	struct position position;  /* of the log's end */
};

/* Entry 1, in `arena`. ERR_CORRUPT with `ret_detail`. */
enum err recovery_read_genesis(const struct log *log, const char *directory, struct arena *arena,
    const Pb__JournalEntry **ret_genesis, char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

/* ERR_CORRUPT and others, with `ret_detail`. */
enum err recovery_run(const struct recovery_config *config, struct recovered *ret_recovered,
    char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

#endif
