/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the parts together, in the order log, recovery (store, ledger), sequencer, reader, and takes
 * them apart the other way round.
 */
#include "engine/engine.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "engine/engine_internal.h"
#include "engine/instruments.h"
#include "engine/position.h"
#include "engine/reader.h"
#include "engine/recovery.h"
#include "engine/sequencer.h"
#include "record/entry.h"
#include "store/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct engine {
	struct log log;
	struct arena arena; /* of the genesis */
	const Pb__JournalEntry *genesis;
	struct state_store *store;
	struct ledger *ledger;
	struct sequencer *sequencer;
	struct reader *reader;
	struct prover *prover;
	int64_t (*now_us)(void *arg);
	void *now_arg;
};

static int64_t system_now_us(void *arg) {
	(void)arg;
	return clock_wall_us();
}

/* --- create --- */

static enum err append_genesis(const struct log *log, const Pb__JournalEntry *genesis) {
	struct merkle tree;
	struct digest *digest = NULL;
	struct buffer entry;
	struct buffer head;
	uint8_t root[DIGEST_BYTES];
	buffer_init(&entry, 0);
	buffer_init(&head, 0);
	enum err err = digest_new(genesis->genesis->hash, &digest);
	if (err)
		goto out;
	err = entry_encode(genesis, &entry);
	if (err)
		goto out;
	merkle_init(&tree);
	merkle_append(&tree, digest, entry.data + ENTRY_HEADER_BYTES, entry.bytes - ENTRY_HEADER_BYTES);
	merkle_root(&tree, digest, root);
	err = tree_head_pack(tree.size, root, &head);
	if (err)
		goto out;
	const struct log_record record = { .data = entry.data, .bytes = entry.bytes };
	const struct log_batch batch = {
		.expected_seq = 1,
		.records = &record,
		.count = 1,
		.head = head.data,
		.head_bytes = head.bytes,
	};
	err = log_append(log, &batch);
out:
	digest_free(digest);
	buffer_done(&entry);
	buffer_done(&head);
	return err;
}

enum err engine_create(const char *directory, const Pb__JournalEntry *genesis) {
	const struct journal_config config = { .directory = directory, .create = true };
	struct log log;
	check(genesis->seq == 1 && genesis->genesis && genesis->ledger_id);
	enum err err = journal_open(&config, &log);
	if (err)
		return err == ERR_BUSY ? ERR_EXISTS : err;
	err = append_genesis(&log, genesis);
	log_close(&log);
	return err;
}

/* --- open --- */

static enum err start(struct engine *engine, const struct engine_config *config,
    const struct position *position, char ret_detail[ENGINE_DETAIL_BYTES]) {
	const struct sequencer_config sequencer = {
		.store = engine->store,
		.log = &engine->log,
		.ledger = engine->ledger,
		.genesis = engine->genesis,
		.position = position,
		.queue_commands_max = config->queue_commands_max ? config->queue_commands_max
		                                                 : LIMIT_QUEUE_COMMANDS,
		.on_commit = config->on_commit,
		.on_commit_arg = config->on_commit_arg,
		.now_us = engine->now_us,
		.now_arg = engine->now_arg,
	};
	instruments_init();
	enum err err = sequencer_start(&sequencer, &engine->sequencer);
	if (!err)
		err = reader_start(engine->store, &engine->log, engine->sequencer, &engine->reader);
	if (err)
		snprintf(ret_detail, ENGINE_DETAIL_BYTES, "The engine's threads cannot start: %s.",
		    err_text(err));
	return err;
}

static void read_head(void *arg, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]) {
	engine_tree_head(arg, ret_size, ret_root);
}

static enum err recover_and_start(struct engine *engine, const struct engine_config *config,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct recovered recovered = { 0 };
	enum err err = recovery_read_genesis(
	    &engine->log, config->directory, &engine->arena, &engine->genesis, ret_detail);
	if (err)
		return err;
	const struct recovery_config recovery = {
		.directory = config->directory,
		.memtable_bytes_max = config->memtable_bytes_max,
		.map_bytes = config->map_bytes,
		.log = &engine->log,
		.genesis = engine->genesis,
	};
	err = recovery_run(&recovery, &recovered, ret_detail);
	if (err)
		return err;
	engine->store = recovered.store;
	engine->ledger = recovered.ledger;
	const struct prover_head head = { .read = read_head, .arg = engine };
	err = prover_new(engine->store, engine->genesis->genesis->hash, &head, &engine->prover);
	if (err) {
		snprintf(ret_detail, ENGINE_DETAIL_BYTES, "%s", err_text(err));
		return err;
	}
	return start(engine, config, &recovered.position, ret_detail);
}

enum err engine_open_with_log(const struct engine_config *config, struct log log,
    struct engine **ret_engine, char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct engine *engine = calloc(1, sizeof(*engine));
	if (!engine) {
		log_close(&log);
		snprintf(ret_detail, ENGINE_DETAIL_BYTES, "%s", err_text(ERR_MEMORY));
		return ERR_MEMORY;
	}
	engine->log = log;
	engine->now_us = config->now_us ? config->now_us : system_now_us;
	engine->now_arg = config->now_arg;
	arena_init(&engine->arena, 0);
	enum err err = recover_and_start(engine, config, ret_detail);
	if (err) {
		engine_close(engine);
		return err;
	}
	*ret_engine = engine;
	return ERR_OK;
}

static const char *explain_journal(enum err err) {
	switch (err) {
	case ERR_NOT_FOUND: return "there is no ledger: make one with voucherctl init";
	case ERR_BUSY: return "another process has it open: stop that one first";
	case ERR_DENIED: return "the permissions do not allow it: run as the ledger's owner";
	case ERR_CORRUPT: return "it is damaged: restore the journal from a backup";
	default: return err_text(err);
	}
}

enum err engine_open(const struct engine_config *config, struct engine **ret_engine,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct log log;
	const struct journal_config journal = {
		.directory = config->directory,
		.map_bytes = config->map_bytes,
	};
	enum err err = journal_open(&journal, &log);
	if (err) {
		snprintf(ret_detail, ENGINE_DETAIL_BYTES, "The ledger in %s cannot be opened: %s.",
		    config->directory, explain_journal(err));
		return err;
	}
	return engine_open_with_log(config, log, ret_engine, ret_detail);
}

void engine_close(struct engine *engine) {
	if (!engine)
		return;
	reader_stop(engine->reader);
	sequencer_stop(engine->sequencer);
	prover_free(engine->prover);
	store_close(engine->store);
	ledger_free(engine->ledger);
	log_close(&engine->log);
	arena_done(&engine->arena);
	free(engine);
}

/* --- any thread --- */

enum err engine_submit(struct engine *engine, struct engine_call *call) {
	enum err err = sequencer_submit(engine->sequencer, call);
	if (!err)
		sequencer_wake(engine->sequencer);
	return err;
}

enum err engine_submit_quietly(struct engine *engine, struct engine_call *call) {
	return sequencer_submit(engine->sequencer, call);
}

void engine_wake(struct engine *engine) {
	sequencer_wake(engine->sequencer);
}

enum err engine_read_latest(struct engine *engine, struct engine_read *read) {
	return sequencer_read(engine->sequencer, read);
}

enum err engine_read_snapshot(struct engine *engine, struct engine_read *read) {
	return reader_submit(engine->reader, read);
}

enum err engine_read_journal(struct engine *engine, uint64_t from,
    bool (*visit)(void *arg, uint64_t seq, const void *data, size_t bytes), void *arg) {
	return log_read(&engine->log, from, visit, arg);
}

enum err engine_tree_root(struct engine *engine, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) {
	return prover_root(engine->prover, size, ret_root);
}

enum err engine_prove_inclusion(
    struct engine *engine, uint64_t seq, uint64_t size, struct inclusion *ret_inclusion) {
	return prover_inclusion(engine->prover, seq, size, ret_inclusion);
}

enum err engine_prove_consistency(
    struct engine *engine, uint64_t from, uint64_t to, struct consistency *ret_consistency) {
	return prover_consistency(engine->prover, from, to, ret_consistency);
}

enum err engine_read_tile(
    struct engine *engine, const struct tile *tile, uint8_t ret_hashes[TILE_BYTES_MAX]) {
	return prover_tile(engine->prover, tile, ret_hashes);
}

uint64_t engine_last_seq(struct engine *engine) {
	return sequencer_last_seq(engine->sequencer);
}

int64_t engine_now_us(struct engine *engine) {
	return engine->now_us(engine->now_arg);
}

bool engine_is_writable(struct engine *engine) {
	return sequencer_is_writable(engine->sequencer);
}

void engine_resume(struct engine *engine) {
	sequencer_resume(engine->sequencer);
}

void engine_tree_head(struct engine *engine, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]) {
	sequencer_tree_head(engine->sequencer, ret_size, ret_root);
}

struct uuid engine_ledger_id(struct engine *engine) {
	return (struct uuid){ .high = engine->genesis->ledger_id->high,
		.low = engine->genesis->ledger_id->low };
}

const Pb__Genesis *engine_genesis(struct engine *engine) {
	return engine->genesis->genesis;
}

void engine_refresh_metrics(struct engine *engine) {
	instruments_gauges(sequencer_queue_depth(engine->sequencer), engine_last_seq(engine),
	    store_checkpoint_seq(engine->store));
}
