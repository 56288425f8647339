/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/recovery.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/detail.h"
#include "engine/group.h"
#include "engine/loader.h"
#include "engine/prover.h"
#include "engine/view.h"
#include "ledger/foresee.h"
#include "ledger/ledger.h"
#include "ledger/rows.h"
#include "record/entry.h"
#include "store/attempts.h"

#include <inttypes.h>
#include <string.h>

enum {
	PROGRESS_ENTRIES = 1 << 20, /* between two lines of the log */
	REBUILD_ENTRIES = 10000,    /* a shorter journal is replayed like what a state lacks */
	REBUILD_IDLE_MS = 3600000,  /* a checkpoint begins when there is enough for it, not earlier */
	ATTEMPTS_MAX = 2,           /* in vain, after which a state is discarded */
};

static const size_t MEMTABLE_BYTES_DEFAULT = 256 << 20;

struct recovery {
	const struct recovery_config *config;
	struct recovered *recovered;
	struct group_reader reader;
	struct state state;
	size_t batch_bytes_max; /* more than this is merged; 0: every group is */
	char *detail;
};

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
		return detail_fail(
		    ret_detail, err, "The journal in %s cannot be read: %s.", directory, err_text(err));
	if (first.err || !first.entry->genesis || !first.entry->ledger_id)
		return detail_fail(ret_detail, first.err ? first.err : ERR_CORRUPT,
		    "Entry 1 of the journal in %s is not a genesis: restore the journal from a backup.",
		    directory);
	*ret_genesis = first.entry;
	return ERR_OK;
}

/* --- replay --- */

/* What has been applied becomes part of the state: a row that changed often since the last time
 * counts once. */
static enum err merge(struct recovery *recovery, const struct position *end) {
	uint8_t meta[POSITION_BYTES_MAX];
	size_t bytes = position_pack(end, recovery->reader.ledger_id, meta);
	enum err err = store_merge(recovery->recovered->store, end->tree.size, meta, bytes);
	if (!err)
		return ERR_OK;
	return detail_fail(recovery->detail, err, "The state in %s cannot be written: %s.",
	    recovery->config->directory, err_text(err));
}

static void foresee(const struct recovery *recovery, const struct group *group, size_t from) {
	const Pb__Command *commands[FORESEE_MAX];
	size_t count = 0;
	while (count < FORESEE_MAX && from + count < group->count) {
		commands[count] = group->entries[from + count]->command;
		count++;
	}
	ledger_foresee(&recovery->state, commands, count);
}

static enum err apply_group(struct recovery *recovery, const struct group *group) {
	struct recovered *recovered = recovery->recovered;
	uint64_t last = group->end.tree.size;
	const uint8_t(*nodes)[DIGEST_BYTES] = (const uint8_t(*)[DIGEST_BYTES])group->nodes;
	for (size_t i = 0; i < group->count; i++) {
		if (i % FORESEE_MAX == 0)
			foresee(recovery, group, i);
		ledger_apply(recovered->ledger, &recovery->state, group->entries[i]);
		uint64_t index = last - group->count + i;
		store_put_hashes(recovered->store, index, nodes);
		nodes += merkle_kept_count(index);
	}
	if (store_batch_bytes(recovered->store) > recovery->batch_bytes_max ||
	    last == log_last(recovery->config->log)) {
		enum err err = merge(recovery, &group->end);
		if (err)
			return err;
	}
	if (last / PROGRESS_ENTRIES != recovered->position.tree.size / PROGRESS_ENTRIES)
		log_event(LOG_INFO, "replaying", "seq=%" PRIu64 " last_seq=%" PRIu64, last,
		    log_last(recovery->config->log));
	recovered->position = group->end;
	return ERR_OK;
}

static enum err replay_journal(struct recovery *recovery) {
	struct loader *loader;
	recovery->reader.position = recovery->recovered->position;
	enum err err = loader_start(&recovery->reader, &loader);
	if (err)
		return detail_fail(recovery->detail, err, "The journal cannot be read: %s.", err_text(err));
	const struct group *group;
	do {
		err = loader_next(loader, &group);
		if (!err && group->count)
			err = apply_group(recovery, group);
	} while (!err && group->count);
	loader_stop(loader);
	return err;
}

/* --- state --- */

/* Whether the hashes beside the state are of the same tree: at least those at its right edge. */
static bool has_hashes_of(const struct recovery *recovery, const struct merkle *tree) {
	uint8_t computed[DIGEST_BYTES];
	uint8_t kept[DIGEST_BYTES];
	struct prover *prover;
	enum err err = prover_new(
	    recovery->recovered->store, recovery->config->genesis->genesis->hash, NULL, &prover);
	if (err)
		return false;
	err = prover_root(prover, tree->size, kept);
	prover_free(prover);
	merkle_root(tree, recovery->reader.digest, computed);
	return !err && memcmp(computed, kept, DIGEST_BYTES) == 0;
}

/* Why the state just opened is of no use for this journal; NULL: it is. */
static const char *misfit(struct recovery *recovery, uint64_t seq, const void *meta, size_t bytes) {
	struct position *position = &recovery->recovered->position;
	struct uuid ledger_id;
	if (position_unpack(meta, bytes, &ledger_id, position) || position->tree.size != seq)
		return "its checkpoint cannot be read";
	if (ledger_id.high != recovery->reader.ledger_id.high ||
	    ledger_id.low != recovery->reader.ledger_id.low)
		return "it belongs to another ledger";
	if (seq > log_last(recovery->config->log))
		return "it reaches beyond the end of the journal";
	if (!group_fits_head(&recovery->reader, position))
		return "it was derived from another journal";
	if (!has_hashes_of(recovery, &position->tree))
		return "its hashes are damaged";
	return NULL;
}

enum opening {
	KEEP,    /* what is there, if it is of use */
	DISCARD, /* what is there */
	BULK,    /* the same, for a rebuild */
};

/* Opens the state and sets the position that it reflects. */
static enum err open_state(struct recovery *recovery, enum opening opening) {
	uint8_t meta[STORE_META_BYTES_MAX];
	size_t meta_bytes;
	uint64_t seq;
	bool is_bulk = opening == BULK;
	const struct state_store_config config = {
		.directory = recovery->config->directory,
		.format = STATE_FORMAT,
		.id_table = TABLE_COMMAND,
		.has_hashes = true,
		.memtable_bytes_max = recovery->config->memtable_bytes_max,
		.map_bytes = recovery->config->map_bytes,
		.segment_bytes = is_bulk ? 1 : 0, /* a checkpoint for each merge */
		.idle_ms = is_bulk ? REBUILD_IDLE_MS : 0,
		.discard = opening == DISCARD,
		.bulk = is_bulk,
	};
	struct recovered *recovered = recovery->recovered;
	enum err err = store_open(&config, &recovered->store, &seq, meta, &meta_bytes);
	if (err)
		return detail_fail(recovery->detail, err, "The state in %s cannot be opened: %s.",
		    recovery->config->directory, err_text(err));
	recovery->state = is_bulk ? view_rebuilt(recovered->store) : view_live(recovered->store);
	const char *reason = seq ? misfit(recovery, seq, meta, meta_bytes) : NULL;
	if (!seq || reason) {
		merkle_init(&recovered->position.tree);
		recovered->position.time_us = 0;
	}
	if (!reason)
		return ERR_OK;
	check(opening == KEEP);
	log_event(LOG_WARNING, "state_discarded", "directory=%s seq=%" PRIu64 " reason=%s",
	    LOG_QUOTED(recovery->config->directory), seq, LOG_QUOTED(reason));
	store_abandon(recovered->store);
	recovered->store = NULL;
	return open_state(recovery, DISCARD);
}

/* --- recovery --- */

/* In place of an empty state, one that is made in one go: with few, large checkpoints and nothing
 * synced before the end. What cannot be kept in the end is made again, step by step. */
static enum err rebuild(struct recovery *recovery) {
	struct recovered *recovered = recovery->recovered;
	log_event(LOG_INFO, "rebuilding", "directory=%s last_seq=%" PRIu64,
	    LOG_QUOTED(recovery->config->directory), log_last(recovery->config->log));
	store_abandon(recovered->store);
	recovered->store = NULL;
	enum err err = open_state(recovery, BULK);
	if (err)
		return err;
	size_t memtable_bytes = recovery->config->memtable_bytes_max;
	recovery->batch_bytes_max = (memtable_bytes ? memtable_bytes : MEMTABLE_BYTES_DEFAULT) / 3;
	err = replay_journal(recovery);
	recovery->batch_bytes_max = 0;
	if (err)
		return err;
	store_close(recovered->store);
	recovered->store = NULL;
	return open_state(recovery, KEEP);
}

/* A state upon which two starts ended is of no use, however well it reads. */
static enum opening choose_opening(const struct recovery *recovery) {
	const char *directory = recovery->config->directory;
	unsigned in_vain = attempts_begin(directory);
	if (in_vain < ATTEMPTS_MAX)
		return KEEP;
	log_event(LOG_WARNING, "state_discarded", "directory=%s reason=%s", LOG_QUOTED(directory),
	    LOG_QUOTED("the process ended in the starts before, while it was brought up to date"));
	return DISCARD;
}

static enum err recover(struct recovery *recovery) {
	int64_t start_us = clock_monotonic_us();
	enum err err = open_state(recovery, choose_opening(recovery));
	if (err)
		return err;
	uint64_t start_seq = recovery->recovered->position.tree.size;
	if (start_seq == 0 && log_last(recovery->config->log) >= REBUILD_ENTRIES)
		err = rebuild(recovery);
	if (!err)
		err = replay_journal(recovery);
	if (err)
		return err;
	log_event(LOG_INFO, "recovered", "last_seq=%" PRIu64 " replayed=%" PRIu64 " took_ms=%" PRId64,
	    recovery->recovered->position.tree.size,
	    recovery->recovered->position.tree.size - start_seq,
	    (clock_monotonic_us() - start_us) / 1000);
	return ERR_OK;
}

static enum err check_format(
    const struct recovery_config *config, char ret_detail[ENGINE_DETAIL_BYTES]) {
	uint32_t format = config->genesis->genesis->format;
	if (format == LEDGER_JOURNAL_FORMAT)
		return ERR_OK;
	return detail_fail(ret_detail, ERR_RANGE,
	    "The ledger in %s has journal format %" PRIu32 "; this version reads format %d. Open it "
	    "with the version that made it, or begin a new ledger.",
	    config->directory, format, LEDGER_JOURNAL_FORMAT);
}

enum err recovery_run(const struct recovery_config *config, struct recovered *ret_recovered,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct recovered recovered = { 0 };
	struct recovery recovery = {
		.config = config,
		.recovered = &recovered,
		.reader = {
			.log = config->log,
			.directory = config->directory,
			.ledger_id = { config->genesis->ledger_id->high, config->genesis->ledger_id->low },
			.detail = ret_detail,
		},
		.detail = ret_detail,
	};
	enum err err = check_format(config, ret_detail);
	if (err)
		return err;
	err = digest_new(config->genesis->genesis->hash, &recovery.reader.digest);
	if (err)
		return detail_fail(ret_detail, err, "The hash of the ledger in %s cannot be used: %s.",
		    config->directory, err_text(err));
	err = ledger_new(&recovered.ledger);
	if (err)
		detail_fail(ret_detail, err, "%s", err_text(err));
	else
		err = recover(&recovery);
	attempts_end(config->directory);
	if (err) {
		store_abandon(recovered.store);
		ledger_free(recovered.ledger);
	} else
		*ret_recovered = recovered;
	digest_free(recovery.reader.digest);
	return err;
}
