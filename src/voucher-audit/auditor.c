/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/auditor.h"

#include "voucher-audit/decide.h"

#include <stdio.h>

#define MEMORY_MAX     ((size_t)384 << 20)
#define ENTRIES_A_LOOK (1u << 16) /* at how much memory we take */

static enum err open_checks(struct auditor *auditor) {
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < CHECKS_COUNT; i++)
		if (CHECKS[i].open)
			err = CHECKS[i].open(&auditor->model, &auditor->store);
	return err;
}

enum err auditor_open(struct auditor *auditor, const struct auditor_config *config) {
	*auditor = (struct auditor){ .memory_max = config->memory_max ? config->memory_max
		                                                          : MEMORY_MAX };
	pb__decision__init(&auditor->no_decision);
	arena_init(&auditor->arena, 0);
	enum err err = store_open(&auditor->store, config->directory, config->work);
	if (!err)
		err = model_open(&auditor->model, &auditor->store);
	if (!err)
		err = findings_open(&auditor->findings, &auditor->store);
	if (!err)
		err = once_open(&auditor->ids, &auditor->store, "ids");
	if (!err)
		err = store_table(&auditor->store, "tree", sizeof(struct tree_row), &auditor->tree);
	if (!err && auditor->tree.count == 0)
		table_add(&auditor->tree);
	if (!err)
		err = open_checks(auditor);
	if (!err)
		err = store_begin(&auditor->store);
	auditor->resumed_seq = err ? 0 : auditor->model.ledger->seq;
	return err;
}

/* --- one entry --- */

static struct look look_at(struct auditor *auditor, uint64_t seq) {
	return (struct look){
		.seq = seq,
		.model = &auditor->model,
		.findings = &auditor->findings,
		.ids = &auditor->ids,
		.arena = &auditor->arena,
		.decision = &auditor->no_decision,
	};
}

static struct look look_at_entry(
    struct auditor *auditor, const Pb__JournalEntry *entry, uint64_t seq) {
	struct look look = look_at(auditor, seq);
	look.entry = entry;
	look.command = entry->command;
	look.time_us = (int64_t)entry->time_us;
	if (entry->decision)
		look.decision = entry->decision;
	if (entry->actor)
		look.actor = model_principal(&auditor->model, entry->actor->principal);
	return look;
}

void auditor_take(struct auditor *auditor, const Pb__JournalEntry *entry, uint64_t seq) {
	struct look look = look_at_entry(auditor, entry, seq);
	for (size_t i = 0; i < CHECKS_COUNT; i++)
		if (CHECKS[i].before)
			CHECKS[i].before(&look);
	for (size_t i = 0; i < CHECKS_COUNT; i++)
		if (CHECKS[i].after)
			CHECKS[i].after(&look);
	arena_reset(&auditor->arena);
	if (++auditor->entries % ENTRIES_A_LOOK == 0)
		store_trim(&auditor->store, auditor->memory_max);
}

void auditor_miss(struct auditor *auditor, uint64_t seq, enum finding_kind kind, const char *why) {
	struct look look = look_at(auditor, seq);
	look_found(&look, kind, 0, "%s", why);
}

/* --- the whole --- */

static void used_twice(void *arg, const struct once_use *first, const struct once_use *again) {
	struct auditor *auditor = arg;
	struct look look = look_at(auditor, again->seq);
	look_found(&look, FINDING_ID_TWICE, first->seq, "command.id");
}

enum err auditor_end(struct auditor *auditor) {
	struct look look = look_at(auditor, auditor->model.ledger->seq);
	look.time_us = auditor->model.ledger->time_us;
	for (size_t i = 0; i < CHECKS_COUNT; i++)
		if (CHECKS[i].end)
			CHECKS[i].end(&look);
	return once_compare(&auditor->ids, auditor->resumed_seq, used_twice, auditor);
}

enum err auditor_keep(struct auditor *auditor) {
	return store_commit(&auditor->store);
}

void auditor_close(struct auditor *auditor) {
	model_close(&auditor->model);
	store_close(&auditor->store);
	decide_close(&auditor->model);
	arena_done(&auditor->arena);
}
