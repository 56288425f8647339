/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_index.h"

#include "base/check.h"
#include "base/random.h"
#include "record/crc32c.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MERGED_PER_ID = 8,       /* of the entries to be merged, for each that is new … */
	MERGED_AT_LEAST = 16384, /* … and so many with any checkpoint */
	RUNS_ENOUGH = ID_RUNS_MAX - ID_MERGE_RUNS,
	TIER_FACTOR = ID_MERGE_RUNS,
};

struct manifest_header {
	uint64_t seed[2];
	uint64_t next_number;
	uint32_t run_count;
	uint32_t tail_count;
	uint32_t crc; /* of all the rest, of this header too, with 0 here */
	uint32_t zero;
};

static void lock(struct id_index *index) {
	check(pthread_mutex_lock(&index->mutex) == 0);
}

static void unlock(struct id_index *index) {
	check(pthread_mutex_unlock(&index->mutex) == 0);
}

/* --- views --- */

static struct id_view *new_view(uint64_t seq, size_t tail_count) {
	struct id_view *view = calloc(1, sizeof(*view));
	if (!view)
		return NULL;
	view->seq = seq;
	view->references = 1;
	view->tail = malloc((tail_count ? tail_count : 1) * sizeof(view->tail[0]));
	if (view->tail)
		return view;
	free(view);
	return NULL;
}

/* The view has one more run, which it shares. */
static void add_run(struct id_view *view, struct id_run *run) {
	check(view->run_count < ID_RUNS_MAX);
	view->runs[view->run_count++] = run;
	run->references++;
}

/* Under the mutex, or before there is another thread. */
static void drop_view(struct id_index *index, struct id_view *view) {
	if (!view || --view->references > 0)
		return;
	for (size_t i = 0; i < view->run_count; i++) {
		struct id_run *run = view->runs[i];
		if (--run->references > 0)
			continue;
		run->next_dead = index->dead;
		index->dead = run;
	}
	free(view->tail);
	free(view);
}

/* For a thread that nobody waits for. */
static void bury(struct id_index *index) {
	lock(index);
	struct id_run *run = index->dead;
	index->dead = NULL;
	unlock(index);
	while (run) {
		struct id_run *next = run->next_dead;
		id_run_free(run);
		run = next;
	}
}

struct id_view *id_index_newest(struct id_index *index) {
	lock(index);
	struct id_view *view = index->current;
	view->references++;
	unlock(index);
	return view;
}

struct id_view *id_index_view(struct id_index *index, uint64_t seq) {
	struct id_view *view = NULL;
	lock(index);
	if (index->current->seq == seq)
		view = index->current;
	else if (index->next && index->next->seq == seq)
		view = index->next;
	if (view)
		view->references++;
	unlock(index);
	return view;
}

void id_index_release(struct id_index *index, struct id_view *view) {
	if (!view)
		return;
	lock(index);
	drop_view(index, view);
	unlock(index);
}

/* --- lookup --- */

/* Of the first entry that is not before the id. */
static size_t position_in_tail(const struct id_view *view, struct id id) {
	size_t low = 0, high = view->tail_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (id_compare(view->tail[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool find_in_tail(const struct id_view *view, struct id id, uint64_t *ret_value) {
	size_t low = position_in_tail(view, id);
	if (low == view->tail_count || id_compare(view->tail[low].id, id) != 0)
		return false;
	*ret_value = view->tail[low].value;
	return true;
}

enum err id_index_find(const struct id_index *index, const struct id_view *view, const void *key,
    uint64_t *ret_value) {
	struct id id = id_of_key(key);
	uint64_t hash = id_hash(&index->place, id);
	if (find_in_tail(view, id, ret_value))
		return ERR_OK;
	for (size_t i = 0; i < view->run_count; i++) {
		if (!id_filter_may_have(&view->runs[i]->filter, hash))
			continue;
		enum err err = id_run_find(view->runs[i], id, ret_value);
		if (err != ERR_NOT_FOUND)
			return err;
	}
	return ERR_NOT_FOUND;
}

void id_index_prefetch(const struct id_index *index, const struct id_view *view, const void *key) {
	uint64_t hash = id_hash(&index->place, id_of_key(key));
	for (size_t i = 0; i < view->run_count; i++)
		id_filter_prefetch(&view->runs[i]->filter, hash);
}

struct id_scan {
	const struct id_view *view;
	struct id_cursor cursors[ID_RUNS_MAX];
	size_t tail; /* the next one there */
};

/* The least of the entries that come next; NULL: the end. `ret_cursor`: whose it is; NULL: the
 * tail's. */
static const struct id_entry *next_entry(struct id_scan *scan, struct id_cursor **ret_cursor) {
	const struct id_view *view = scan->view;
	const struct id_entry *best = scan->tail < view->tail_count ? &view->tail[scan->tail] : NULL;
	*ret_cursor = NULL;
	for (size_t i = 0; i < view->run_count; i++) {
		const struct id_entry *entry = id_cursor_entry(&scan->cursors[i]);
		if (!entry || (best && id_compare(best->id, entry->id) <= 0))
			continue;
		best = entry;
		*ret_cursor = &scan->cursors[i];
	}
	return best;
}

enum err id_index_scan(const struct id_view *view, struct id from, id_visit visit, void *arg) {
	struct id_scan *scan = calloc(1, sizeof(*scan));
	if (!scan)
		return ERR_MEMORY;
	enum err err = ERR_OK;
	scan->view = view;
	scan->tail = position_in_tail(view, from);
	for (size_t i = 0; !err && i < view->run_count; i++)
		err = id_cursor_open(&scan->cursors[i], view->runs[i], from);
	while (!err) {
		struct id_cursor *cursor;
		const struct id_entry *entry = next_entry(scan, &cursor);
		if (!entry || !visit(arg, entry))
			break;
		if (cursor)
			err = id_cursor_next(cursor);
		else
			scan->tail++;
	}
	for (size_t i = 0; i < view->run_count; i++)
		id_cursor_close(&scan->cursors[i]);
	free(scan);
	return err;
}

/* --- merging --- */

/* 0 for runs as short as they come, and one more for each time as long. */
static unsigned tier_of(const struct id_run *run) {
	unsigned tier = 0;
	for (uint64_t entries = run->info.entries / ID_TAIL_MAX; entries >= TIER_FACTOR; tier++)
		entries /= TIER_FACTOR;
	return tier;
}

/* The runs of the lowest tier that has enough of them; how many, or 0. */
static size_t choose(const struct id_view *view, struct id_run *ret_runs[ID_MERGE_RUNS]) {
	for (unsigned tier = 0; tier <= 64 / 3; tier++) {
		size_t count = 0;
		for (size_t i = 0; i < view->run_count && count < ID_MERGE_RUNS; i++) {
			if (tier_of(view->runs[i]) == tier)
				ret_runs[count++] = view->runs[i];
		}
		if (count == ID_MERGE_RUNS)
			return count;
	}
	return 0;
}

static enum err go_on_merging(struct id_index *index, size_t new_count) {
	struct id_merge *merge = &index->merge;
	struct id_run *runs[ID_MERGE_RUNS];
	enum err err = ERR_OK;
	if (merge->output)
		return ERR_OK; /* of a checkpoint that was not written */
	if (merge->count == 0) {
		size_t count = choose(index->current, runs);
		if (count == 0)
			return ERR_OK;
		err = id_merge_start(merge, &index->place, runs, count, index->next_number++);
		if (err)
			return err;
	}
	bool is_late = index->current->run_count >= RUNS_ENOUGH;
	err = id_merge_step(
	    merge, is_late ? UINT64_MAX : MERGED_AT_LEAST + (uint64_t)new_count * MERGED_PER_ID);
	if (err)
		id_merge_stop(merge);
	return err;
}

static bool is_merged(const struct id_index *index, const struct id_run *run) {
	const struct id_merge *merge = &index->merge;
	for (size_t i = 0; merge->output && i < merge->count; i++) {
		if (merge->inputs[i] == run)
			return true;
	}
	return false;
}

/* --- a checkpoint --- */

/* The tail and the new entries, in order. */
static size_t interleave(const struct id_view *before, const struct id_entry *entries, size_t count,
    struct id_entry *ret_entries) {
	size_t old = 0, new = 0, n = 0;
	while (old < before->tail_count || new < count) {
		bool takes_old = new == count ||
		    (old < before->tail_count && id_compare(before->tail[old].id, entries[new].id) <= 0);
		ret_entries[n++] = takes_old ? before->tail[old++] : entries[new ++];
	}
	return n;
}

static enum err write_run(struct id_index *index, struct id_view *view) {
	struct id_writer writer;
	struct id_run *run;
	enum err err = id_writer_open(&writer, &index->place, index->next_number, view->tail_count);
	if (err)
		return err;
	index->next_number++;
	for (size_t i = 0; !err && i < view->tail_count; i++)
		err = id_writer_add(&writer, &view->tail[i]);
	if (!err)
		err = id_writer_finish(&writer, &run);
	if (err) {
		id_writer_abandon(&writer);
		return err;
	}
	check(view->run_count < ID_RUNS_MAX);
	view->runs[view->run_count++] = run; /* its first reference */
	view->tail_count = 0;
	return ERR_OK;
}

/* Its runs are those of the view before, less what has been merged. */
static void take_over_runs(struct id_index *index, struct id_view *view) {
	lock(index);
	for (size_t i = 0; i < index->current->run_count; i++) {
		if (!is_merged(index, index->current->runs[i]))
			add_run(view, index->current->runs[i]);
	}
	if (index->merge.output)
		add_run(view, index->merge.output);
	unlock(index);
}

static enum err make_durable(struct id_index *index, struct id_view *view) {
	bool is_long = view->tail_count > ID_TAIL_MAX;
	enum err err = is_long ? write_run(index, view) : ERR_OK;
	if (!err && (is_long || index->merge.output))
		err = env_sync_directory(index->place.directory);
	return err;
}

static void forget_next(struct id_index *index, bool is_known) {
	lock(index);
	struct id_view *view = index->next;
	index->next = NULL;
	for (size_t i = 0; i < view->run_count; i++) {
		view->runs[i]->is_doomed |= view->runs[i]->references == 1; /* nobody else's: it is new */
		view->runs[i]->is_kept |= !is_known;
	}
	drop_view(index, view);
	unlock(index);
	bury(index);
}

enum err id_index_prepare(
    struct id_index *index, uint64_t seq, const struct id_entry *entries, size_t count) {
	enum err err = go_on_merging(index, count);
	if (err)
		return err;
	struct id_view *view = new_view(seq, index->current->tail_count + count);
	if (!view)
		return ERR_MEMORY;
	view->tail_count = interleave(index->current, entries, count, view->tail);
	take_over_runs(index, view);
	err = make_durable(index, view);
	lock(index);
	index->next = view;
	unlock(index);
	if (err)
		forget_next(index, true);
	return err;
}

void id_index_abort(struct id_index *index, bool is_known) {
	forget_next(index, is_known);
}

void id_index_commit(struct id_index *index) {
	struct id_merge *merge = &index->merge;
	lock(index);
	struct id_view *before = index->current;
	index->current = index->next;
	index->next = NULL;
	for (size_t i = 0; merge->output && i < merge->count; i++)
		merge->inputs[i]->is_doomed = true;
	if (merge->output)
		id_merge_stop(merge);
	drop_view(index, before);
	unlock(index);
	bury(index);
}

/* --- manifest --- */

static uint32_t crc_of_manifest(const struct manifest_header *header, const char *rest, size_t n) {
	struct manifest_header zeroed = *header;
	zeroed.crc = 0;
	return crc32c(&zeroed, sizeof(zeroed)) ^ crc32c(rest, n);
}

enum err id_index_manifest(const struct id_index *index, struct buffer *manifest) {
	const struct id_view *view = index->next;
	struct manifest_header header = {
		.seed = { index->place.seed[0], index->place.seed[1] },
		.next_number = index->next_number,
		.run_count = (uint32_t)view->run_count,
		.tail_count = (uint32_t)view->tail_count,
	};
	buffer_append(manifest, &header, sizeof(header));
	for (size_t i = 0; i < view->run_count; i++)
		buffer_append(manifest, &view->runs[i]->info, sizeof(view->runs[i]->info));
	buffer_append(manifest, view->tail, view->tail_count * sizeof(view->tail[0]));
	enum err err = buffer_error(manifest);
	if (err)
		return err;
	header.crc = crc_of_manifest(
	    &header, manifest->data + sizeof(header), manifest->bytes - sizeof(header));
	memcpy(manifest->data, &header, sizeof(header));
	return ERR_OK;
}

static enum err read_manifest(
    struct id_index *index, struct id_view *view, const void *manifest, size_t bytes) {
	struct manifest_header header;
	const char *rest = (const char *)manifest + sizeof(header);
	if (bytes < sizeof(header))
		return ERR_CORRUPT;
	memcpy(&header, manifest, sizeof(header));
	size_t run_bytes = header.run_count * sizeof(struct id_run_info);
	size_t tail_bytes = header.tail_count * sizeof(struct id_entry);
	if (header.run_count > ID_RUNS_MAX || header.tail_count > ID_TAIL_MAX ||
	    bytes != sizeof(header) + run_bytes + tail_bytes ||
	    header.crc != crc_of_manifest(&header, rest, bytes - sizeof(header)))
		return ERR_CORRUPT;
	memcpy(index->place.seed, header.seed, sizeof(header.seed));
	index->next_number = header.next_number;
	for (; view->run_count < header.run_count; view->run_count++) {
		struct id_run_info info;
		memcpy(&info, rest + view->run_count * sizeof(info), sizeof(info));
		enum err err = id_run_open(&index->place, &info, &view->runs[view->run_count]);
		if (err)
			return err;
	}
	memcpy(view->tail, rest + run_bytes, tail_bytes);
	view->tail_count = header.tail_count;
	return ERR_OK;
}

/* --- open and close --- */

static bool is_named(const struct id_view *view, const char *file) {
	for (size_t i = 0; i < view->run_count; i++) {
		const char *name = strrchr(view->runs[i]->path, '/') + 1;
		if (strcmp(name, file) == 0)
			return true;
	}
	return false;
}

/* Removes the files of runs that the view does not have. */
static enum err sweep(const struct id_index *index, const struct id_view *view) {
	char path[PATH_MAX];
	DIR *directory = opendir(index->place.directory);
	if (!directory)
		return env_error(index->place.env, errno);
	for (const struct dirent *entry; (entry = readdir(directory));) {
		if (strncmp(entry->d_name, "ids-", 4) != 0 || is_named(view, entry->d_name))
			continue;
		int bytes = snprintf(path, sizeof(path), "%s/%s", index->place.directory, entry->d_name);
		if (bytes > 0 && (size_t)bytes < sizeof(path))
			unlink(path);
	}
	closedir(directory);
	return ERR_OK;
}

enum err id_index_open(struct id_index *index, const struct env *env, const char *directory,
    uint64_t seq, const void *manifest, size_t bytes) {
	*index = (struct id_index){
		.place = { .env = env, .directory = directory },
		.next_number = 1,
	};
	struct id_view *view = new_view(seq, ID_TAIL_MAX);
	if (!view)
		return ERR_MEMORY;
	enum err err = ERR_OK;
	if (manifest)
		err = read_manifest(index, view, manifest, bytes);
	else
		random_fill(index->place.seed, sizeof(index->place.seed));
	if (!err)
		err = sweep(index, view);
	index->current = view;
	check(pthread_mutex_init(&index->mutex, NULL) == 0);
	if (err)
		id_index_close(index);
	return err;
}

void id_index_close(struct id_index *index) {
	id_merge_stop(&index->merge);
	drop_view(index, index->current);
	bury(index);
	pthread_mutex_destroy(&index->mutex);
}
