/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_merge.h"

#include "base/check.h"

static void close_inputs(struct id_merge *merge) {
	for (size_t i = 0; i < merge->count; i++)
		id_cursor_close(&merge->cursors[i]);
}

enum err id_merge_start(struct id_merge *merge, const struct id_place *place,
    struct id_run *const runs[], size_t count, uint64_t number) {
	uint64_t entries = 0;
	enum err err = ERR_OK;
	check(merge->count == 0 && count > 0 && count <= ID_MERGE_RUNS);
	for (; !err && merge->count < count; merge->count++) {
		struct id_run *run = runs[merge->count];
		merge->inputs[merge->count] = run;
		entries += run->info.entries;
		err = id_cursor_open(&merge->cursors[merge->count], run, (struct id){ 0 });
	}
	if (!err)
		err = id_writer_open(&merge->writer, place, number, entries);
	if (err)
		id_merge_stop(merge);
	return err;
}

/* Of the cursors, the one with the least id; NULL: all are at their ends. */
static struct id_cursor *least(struct id_merge *merge) {
	struct id_cursor *best = NULL;
	const struct id_entry *best_entry = NULL;
	for (size_t i = 0; i < merge->count; i++) {
		const struct id_entry *entry = id_cursor_entry(&merge->cursors[i]);
		if (!entry || (best && id_compare(best_entry->id, entry->id) <= 0))
			continue;
		best = &merge->cursors[i];
		best_entry = entry;
	}
	return best;
}

enum err id_merge_step(struct id_merge *merge, uint64_t entries) {
	check(merge->count > 0 && !merge->output);
	for (; entries > 0; entries--) {
		struct id_cursor *cursor = least(merge);
		if (!cursor)
			return id_writer_finish(&merge->writer, &merge->output);
		enum err err = id_writer_add(&merge->writer, id_cursor_entry(cursor));
		if (!err)
			err = id_cursor_next(cursor);
		if (err)
			return err;
	}
	return ERR_OK;
}

void id_merge_stop(struct id_merge *merge) {
	close_inputs(merge);
	id_writer_abandon(&merge->writer);
	if (merge->output && --merge->output->references == 0) {
		merge->output->is_doomed = true;
		id_run_free(merge->output);
	}
	*merge = (struct id_merge){ .count = 0 };
}
