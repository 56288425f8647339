/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_store.h"

#include "fixture.h"
#include "model.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

enum { MERGES_MAX = 600 };

struct run {
	struct state_store_config config;
	struct state_store *store;
	uint64_t random;
	uint64_t seq;          /* merged */
	struct model now;      /* with the batch under way */
	struct model *history; /* [seq]: as merged */
	struct {
		size_t mark;
		struct model model;
	} marks[4];
	unsigned mark_count;
};

static unsigned below(struct run *run, unsigned limit) {
	return (unsigned)(model_random(&run->random) % limit);
}

static void do_get(struct run *run) {
	unsigned indexes[2] = { below(run, MODEL_KEYS), below(run, MODEL_KEYS) };
	const void *rows[2];
	size_t bytes[2] = { 0 };
	struct store_key names[2];
	for (int i = 0; i < 2; i++) {
		const struct model_key *key = model_key(indexes[i]);
		names[i] = (struct store_key){ key->data, key->bytes, key->table };
	}
	store_prefetch(run->store, names, 2);
	for (int i = 0; i < 2; i++) {
		const struct model_key *key = model_key(indexes[i]);
		rows[i] = store_get(run->store, key->table, key->data, key->bytes, &bytes[i]);
	}
	for (int i = 0; i < 2; i++)
		model_expect(&run->now, indexes[i], rows[i], bytes[i], "get");
}

static void do_put(struct run *run) {
	unsigned char row[MODEL_ROW_BYTES_MAX];
	unsigned index = below(run, below(run, 4) ? MODEL_KEYS : 50);
	const struct model_key *key = model_key(index);
	uint64_t value = model_random(&run->random) | 1 << 20; /* not 0 */
	if (key->table == MODEL_ID_TABLE && run->now.values[index])
		return;
	size_t bytes = model_row(key->table, value, row);
	store_put(run->store, key->table, key->data, key->bytes, row, bytes);
	run->now.values[index] = value;
}

static void do_mark(struct run *run) {
	if (run->mark_count == sizeof(run->marks) / sizeof(run->marks[0]))
		return;
	run->marks[run->mark_count].mark = store_mark(run->store);
	run->marks[run->mark_count++].model = run->now;
}

static void do_rollback(struct run *run) {
	if (!run->mark_count)
		return;
	run->mark_count = below(run, run->mark_count);
	store_rollback(run->store, run->marks[run->mark_count].mark);
	run->now = run->marks[run->mark_count].model;
}

static void do_merge(struct run *run) {
	if (run->seq + 3 >= MERGES_MAX)
		return;
	run->seq += 1 + below(run, 3);
	merge(run->store, run->seq);
	run->history[run->seq] = run->now;
	run->mark_count = 0;
}

static void do_drop(struct run *run) {
	store_drop(run->store);
	run->now = run->history[run->seq];
	run->mark_count = 0;
}

static void do_snapshot(struct run *run) {
	struct snapshot *snapshot;
	if (below(run, 2)) {
		store_flush(run->store);
		wait_for(run->store, run->seq);
	}
	uint64_t least = store_checkpoint_seq(run->store);
	ck_assert_int_eq(snapshot_open(run->store, &snapshot), ERR_OK);
	uint64_t seq = snapshot_seq(snapshot);
	ck_assert_uint_ge(seq, least);
	ck_assert_uint_le(seq, run->seq);
	model_expect_snapshot(&run->history[seq], snapshot);
	snapshot_close(snapshot);
}

static void do_reopen(struct run *run) {
	unsigned char meta[STORE_META_BYTES_MAX];
	size_t meta_bytes;
	uint64_t seq;
	bool is_crash = below(run, 2);
	if (is_crash)
		store_abandon(run->store);
	else
		store_close(run->store);
	ck_assert_int_eq(store_open(&run->config, &run->store, &seq, meta, &meta_bytes), ERR_OK);
	if (is_crash)
		ck_assert_uint_le(seq, run->seq);
	else
		ck_assert_uint_eq(seq, run->seq);
	if (seq > 0) {
		ck_assert_uint_eq(meta_bytes, sizeof(seq));
		ck_assert_mem_eq(meta, &seq, sizeof(seq));
	}
	run->seq = seq;
	do_drop(run);
	for (unsigned i = 0; i < MODEL_KEYS; i += 1 + below(run, 20)) {
		const struct model_key *key = model_key(i);
		size_t bytes = 0;
		const void *row = store_get(run->store, key->table, key->data, key->bytes, &bytes);
		model_expect(&run->now, i, row, bytes, "get after reopening");
	}
}

static void do_something(struct run *run) {
	static const struct {
		unsigned weight;
		void (*action)(struct run *run);
	} actions[] = {
		{ 1000, do_get },
		{ 1000, do_put },
		{ 30, do_mark },
		{ 20, do_rollback },
		{ 20, do_merge },
		{ 5, do_drop },
		{ 2, do_snapshot },
		{ 2, do_reopen },
	};
	unsigned total = 0;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		total += actions[i].weight;
	unsigned choice = below(run, total);
	size_t i = 0;
	for (; choice >= actions[i].weight; i++)
		choice -= actions[i].weight;
	actions[i].action(run);
}

START_TEST(random_changes_give_what_the_model_has) {
	const char *rounds_text = getenv("STORE_MODEL_ROUNDS");
	uint64_t rounds = rounds_text ? strtoull(rounds_text, NULL, 10) : 2;
	const char *directory = suite_directory();
	struct run *run = calloc(1, sizeof(*run));
	struct model *history = calloc(MERGES_MAX, sizeof(*history));
	ck_assert(run && history);
	for (uint64_t seed = 1; seed <= rounds; seed++) {
		memset(run, 0, sizeof(*run));
		memset(&history[0], 0, sizeof(history[0]));
		run->config = small_config(directory);
		run->config.discard = true;
		run->random = seed;
		run->history = history;
		run->store = open_expecting(&run->config, 0);
		run->config.discard = false;
		for (int i = 0; i < 20000; i++)
			do_something(run);
		do_drop(run);
		do_snapshot(run);
		store_close(run->store);
	}
	free(history);
	free(run);
}
END_TEST

SUITE_MAIN("state model", random_changes_give_what_the_model_has)
