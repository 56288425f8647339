/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/recovery.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/view.h"
#include "ledger/rows.h"
#include "record/entry.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	MERGE_ENTRIES = 4096,        /* replayed into one batch layer */
	PROGRESS_ENTRIES = 1 << 20,  /* between two lines of the log */
	ENTRY_ARENA_BYTES = 64 << 20 /* an entry of LIMIT_ENTRY_BYTES, unpacked, with room to spare */
};

struct replay {
	const struct recovery_config *config;
	struct recovered *recovered;
	struct digest *digest;
	struct state state;
	struct uuid ledger_id;
	struct arena arena; /* of the entry being applied */
	size_t unmerged;
	enum err err;
	char *detail;
};

__attribute__((format(printf, 3, 4))) static enum err fail(
    char *ret_detail, enum err err, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vsnprintf(ret_detail, ENGINE_DETAIL_BYTES, format, args);
	va_end(args);
	return err;
}

/* --- genesis --- */

struct first_record {
	struct arena *arena;
	Pb__JournalEntry *entry;
	enum err err;
};

static bool visit_first(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct first_record *first = arg;
	if (seq == 1)
		first->err = entry_decode(data, bytes, first->arena, &first->entry);
	return false;
}

enum err recovery_read_genesis(const struct log *log, const char *directory, struct arena *arena,
    const Pb__JournalEntry **ret_genesis, char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct first_record first = { .arena = arena, .err = ERR_CORRUPT };
	enum err err = log_read(log, 1, visit_first, &first);
	if (err)
		return fail(
		    ret_detail, err, "The journal in %s cannot be read: %s.", directory, err_text(err));
	if (first.err || !first.entry->genesis || !first.entry->ledger_id)
		return fail(ret_detail, first.err ? first.err : ERR_CORRUPT,
		    "Entry 1 of the journal in %s is not a genesis: restore the journal from a backup.",
		    directory);
	*ret_genesis = first.entry;
	return ERR_OK;
}

/* --- replay --- */

static enum err merge(struct replay *replay) {
	uint8_t meta[POSITION_BYTES_MAX];
	const struct position *position = &replay->recovered->position;
	if (!replay->unmerged)
		return ERR_OK;
	size_t bytes = position_pack(position, replay->ledger_id, meta);
	replay->unmerged = 0;
	enum err err = store_merge(replay->recovered->store, position->tree.size, meta, bytes);
	if (err)
		return fail(replay->detail, err, "The state in %s cannot be written: %s.",
		    replay->config->directory, err_text(err));
	return ERR_OK;
}

static enum err damaged(struct replay *replay, uint64_t seq, const char *what) {
	return fail(replay->detail, ERR_CORRUPT,
	    "Entry %" PRIu64 " of the journal in %s %s: restore the journal from a backup.", seq,
	    replay->config->directory, what);
}

/* Whether the entry can be the next one. */
static enum err examine(struct replay *replay, uint64_t seq, const Pb__JournalEntry *entry) {
	const struct position *position = &replay->recovered->position;
	uint64_t expected = position->tree.size + 1;
	if (seq != expected)
		return damaged(replay, expected, "is missing");
	if (entry->seq != seq)
		return damaged(replay, seq, "bears another number");
	if (!entry->ledger_id || entry->ledger_id->high != replay->ledger_id.high ||
	    entry->ledger_id->low != replay->ledger_id.low)
		return damaged(replay, seq, "belongs to another ledger");
	if (entry->time_us > INT64_MAX || (int64_t)entry->time_us <= position->time_us)
		return damaged(replay, seq, "is older than the entry before it");
	if ((seq == 1) != (entry->genesis != NULL) || (seq == 1) != (entry->command == NULL))
		return damaged(replay, seq, "is neither a command nor the genesis");
	return ERR_OK;
}

static enum err replay_entry(struct replay *replay, uint64_t seq, const void *data, size_t bytes) {
	struct position *position = &replay->recovered->position;
	Pb__JournalEntry *entry;
	arena_reset(&replay->arena);
	enum err err = entry_decode(data, bytes, &replay->arena, &entry);
	if (err == ERR_CORRUPT)
		return damaged(replay, seq, "is damaged (its checksum or its form is wrong)");
	if (err)
		return fail(replay->detail, err, "Entry %" PRIu64 " of the journal in %s: %s.", seq,
		    replay->config->directory, err_text(err));
	err = examine(replay, seq, entry);
	if (err)
		return err;
	ledger_apply(replay->recovered->ledger, &replay->state, entry);
	merkle_append(&position->tree, replay->digest, (const char *)data + ENTRY_HEADER_BYTES,
	    bytes - ENTRY_HEADER_BYTES);
	position->time_us = (int64_t)entry->time_us;
	if (seq % PROGRESS_ENTRIES == 0)
		log_event(LOG_INFO, "replaying", "seq=%" PRIu64 " last_seq=%" PRIu64, seq,
		    log_last(replay->config->log));
	replay->unmerged++;
	return replay->unmerged == MERGE_ENTRIES ? merge(replay) : ERR_OK;
}

static bool visit_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct replay *replay = arg;
	replay->err = replay_entry(replay, seq, data, bytes);
	return replay->err == ERR_OK;
}

static enum err replay_journal(struct replay *replay) {
	const struct log *log = replay->config->log;
	uint64_t last = log_last(log);
	const struct position *position = &replay->recovered->position;
	if (position->tree.size >= last)
		return ERR_OK;
	enum err err = log_read(log, position->tree.size + 1, visit_entry, replay);
	if (err)
		return fail(replay->detail, err, "The journal in %s cannot be read: %s.",
		    replay->config->directory, err_text(err));
	if (replay->err)
		return replay->err;
	if (position->tree.size != last)
		return damaged(replay, position->tree.size + 1, "is missing");
	return merge(replay);
}

/* --- does it fit? --- */

/* ERR_OK: the log's head at exactly the position's size has the same root. ERR_NOT_FOUND: the log
 * has no head at that size. ERR_CORRUPT: another root. */
static enum err compare_head(struct replay *replay) {
	uint8_t data[TREE_HEAD_BYTES_MAX];
	uint8_t stored[DIGEST_BYTES];
	uint8_t computed[DIGEST_BYTES];
	uint64_t size;
	size_t bytes;
	const struct merkle *tree = &replay->recovered->position.tree;
	enum err err = log_head(replay->config->log, tree->size, data, sizeof(data), &bytes);
	if (err)
		return err;
	err = tree_head_unpack(data, bytes, &size, stored);
	if (err)
		return err;
	if (size != tree->size)
		return ERR_NOT_FOUND;
	merkle_root(tree, replay->digest, computed);
	return memcmp(stored, computed, DIGEST_BYTES) == 0 ? ERR_OK : ERR_CORRUPT;
}

/* Why the state just opened is of no use for this journal; NULL: it is. */
static const char *misfit(struct replay *replay, uint64_t seq, const void *meta, size_t bytes) {
	struct position *position = &replay->recovered->position;
	struct uuid ledger_id;
	if (position_unpack(meta, bytes, &ledger_id, position) || position->tree.size != seq)
		return "its checkpoint cannot be read";
	if (ledger_id.high != replay->ledger_id.high || ledger_id.low != replay->ledger_id.low)
		return "it belongs to another ledger";
	if (seq > log_last(replay->config->log))
		return "it reaches beyond the end of the journal";
	if (compare_head(replay) == ERR_CORRUPT)
		return "it was derived from another journal";
	return NULL;
}

/* Opens the state and sets the position that it reflects. */
static enum err open_state(struct replay *replay, bool discard) {
	uint8_t meta[STORE_META_BYTES_MAX];
	size_t meta_bytes;
	uint64_t seq;
	const struct state_store_config config = {
		.directory = replay->config->directory,
		.format = STATE_FORMAT,
		.memtable_bytes_max = replay->config->memtable_bytes_max,
		.discard = discard,
	};
	struct recovered *recovered = replay->recovered;
	enum err err = store_open(&config, &recovered->store, &seq, meta, &meta_bytes);
	if (err)
		return fail(replay->detail, err, "The state in %s cannot be opened: %s.",
		    replay->config->directory, err_text(err));
	replay->state = view_live(recovered->store);
	const char *reason = seq ? misfit(replay, seq, meta, meta_bytes) : NULL;
	if (!seq || reason) {
		merkle_init(&recovered->position.tree);
		recovered->position.time_us = 0;
	}
	if (!reason)
		return ERR_OK;
	check(!discard);
	log_event(LOG_WARNING, "state_discarded", "directory=%s seq=%" PRIu64 " reason=%s",
	    LOG_QUOTED(replay->config->directory), seq, LOG_QUOTED(reason));
	store_abandon(recovered->store);
	recovered->store = NULL;
	return open_state(replay, true);
}

/* Everything again from entry 1. */
static enum err rebuild(struct replay *replay) {
	log_event(LOG_WARNING, "state_discarded", "directory=%s reason=%s",
	    LOG_QUOTED(replay->config->directory),
	    LOG_QUOTED("with it the tree does not come out as the journal says"));
	store_abandon(replay->recovered->store);
	replay->recovered->store = NULL;
	ledger_free(replay->recovered->ledger);
	replay->recovered->ledger = NULL;
	enum err err = ledger_new(&replay->recovered->ledger);
	if (err)
		return fail(replay->detail, err, "%s", err_text(err));
	err = open_state(replay, true);
	return err ? err : replay_journal(replay);
}

static enum err recover(struct replay *replay) {
	enum err err = open_state(replay, false);
	if (err)
		return err;
	uint64_t start_seq = replay->recovered->position.tree.size;
	int64_t start_us = clock_monotonic_us();
	err = replay_journal(replay);
	if (err)
		return err;
	enum err fit = compare_head(replay);
	if (fit && start_seq) {
		err = rebuild(replay);
		if (err)
			return err;
		fit = compare_head(replay);
	}
	if (fit)
		return fail(replay->detail, ERR_CORRUPT,
		    "The entries of the journal in %s do not give the tree head stored with them: "
		    "restore the journal from a backup.",
		    replay->config->directory);
	log_event(LOG_INFO, "recovered", "last_seq=%" PRIu64 " replayed=%" PRIu64 " took_ms=%" PRId64,
	    replay->recovered->position.tree.size, replay->recovered->position.tree.size - start_seq,
	    (clock_monotonic_us() - start_us) / 1000);
	return ERR_OK;
}

enum err recovery_run(const struct recovery_config *config, struct recovered *ret_recovered,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct recovered recovered = { 0 };
	struct replay replay = {
		.config = config,
		.recovered = &recovered,
		.ledger_id = { config->genesis->ledger_id->high, config->genesis->ledger_id->low },
		.detail = ret_detail,
	};
	arena_init(&replay.arena, ENTRY_ARENA_BYTES);
	enum err err = digest_new(config->genesis->genesis->hash, &replay.digest);
	if (err) {
		fail(ret_detail, err, "The hash of the ledger in %s cannot be used: %s.", config->directory,
		    err_text(err));
		goto out;
	}
	err = ledger_new(&recovered.ledger);
	if (err)
		fail(ret_detail, err, "%s", err_text(err));
	else
		err = recover(&replay);
	if (err) {
		store_abandon(recovered.store);
		ledger_free(recovered.ledger);
		goto out;
	}
	*ret_recovered = recovered;
out:
	digest_free(replay.digest);
	arena_done(&replay.arena);
	return err;
}
