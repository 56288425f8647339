/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_run.h"

#include "base/check.h"
#include "record/crc32c.h"
#include "store/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_OF_IDS = 0 }; /* for hash_key(): ids have no likes here */

struct id id_of_key(const void *key) {
	struct id id;
	memcpy(&id, key, sizeof(id));
	return (struct id){ __builtin_bswap64(id.high), __builtin_bswap64(id.low) };
}

void id_to_key(struct id id, unsigned char ret_key[ID_KEY_BYTES]) {
	struct id swapped = { __builtin_bswap64(id.high), __builtin_bswap64(id.low) };
	memcpy(ret_key, &swapped, sizeof(swapped));
}

uint64_t id_hash(const struct id_place *place, struct id id) {
	return hash_key(place->seed, NUMBER_OF_IDS, (const unsigned char *)&id, sizeof(id));
}

/* --- bytes of the file --- */

static uint32_t crc_of_block(const struct id_block *block) {
	return crc32c(block, offsetof(struct id_block, crc));
}

static bool is_whole(const struct id_block *block) {
	return block->crc == crc_of_block(block) && block->count > 0 &&
	    block->count <= ID_BLOCK_ENTRIES;
}

static size_t fence_bytes(const struct id_run *run) {
	return (size_t)run->info.blocks * sizeof(run->fences[0]);
}

static uint32_t crc_of_index(const struct id_run *run) {
	return crc32c(run->fences, fence_bytes(run)) ^ crc32c(run->filter.blocks, run->filter.bytes);
}

static enum err read_all(const struct id_run *run, void *data, size_t bytes, uint64_t offset) {
	for (size_t done = 0; done < bytes;) {
		ssize_t n = pread(run->fd, (char *)data + done, bytes - done, (off_t)(offset + done));
		if (n < 0 && errno != EINTR)
			return env_error(run->place->env, errno);
		if (n == 0)
			return ERR_CORRUPT;
		done += n > 0 ? (size_t)n : 0;
	}
	return ERR_OK;
}

static enum err write_all(
    const struct id_run *run, const void *data, size_t bytes, uint64_t offset) {
	for (size_t done = 0; done < bytes;) {
		ssize_t n = pwrite(
		    run->fd, (const char *)data + done, bytes - done, (off_t)(offset + done));
		if (n < 0 && errno != EINTR)
			return env_error(run->place->env, errno);
		done += n > 0 ? (size_t)n : 0;
	}
	return ERR_OK;
}

/* --- life --- */

void id_run_free(struct id_run *run) {
	if (!run)
		return;
	if (run->fd >= 0)
		close(run->fd);
	if (run->is_doomed && !run->is_kept)
		unlink(run->path);
	id_filter_done(&run->filter);
	free(run->fences);
	free(run->path);
	free(run);
}

static enum err new_run(const struct id_place *place, const struct id_run_info *info, int flags,
    struct id_run **ret_run) {
	char path[PATH_MAX];
	int bytes = snprintf(path, sizeof(path), "%s/ids-%" PRIu64, place->directory, info->number);
	if (bytes < 0 || (size_t)bytes >= sizeof(path))
		return ERR_RANGE;
	struct id_run *run = calloc(1, sizeof(*run));
	if (!run)
		return ERR_MEMORY;
	run->place = place;
	run->info = *info;
	run->references = 1;
	run->fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum err err = run->fd < 0 ? env_error(place->env, errno) : ERR_OK;
	run->path = strdup(path);
	run->fences = malloc(fence_bytes(run) ? fence_bytes(run) : 1);
	if (!err && (!run->path || !run->fences))
		err = ERR_MEMORY;
	if (!err)
		err = id_filter_init(&run->filter, info->filter_ids);
	if (err)
		id_run_free(run);
	else
		*ret_run = run;
	return err;
}

enum err id_run_open(
    const struct id_place *place, const struct id_run_info *info, struct id_run **ret_run) {
	struct id_run *run;
	if (info->blocks == 0 || info->blocks > info->entries || info->filter_ids < info->entries)
		return ERR_CORRUPT;
	enum err err = new_run(place, info, O_RDONLY, &run);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	uint64_t offset = info->blocks * ID_BLOCK_BYTES;
	err = read_all(run, run->fences, fence_bytes(run), offset);
	if (!err)
		err = read_all(run, run->filter.blocks, run->filter.bytes, offset + fence_bytes(run));
	if (!err && crc_of_index(run) != info->crc)
		err = ERR_CORRUPT;
	if (err)
		id_run_free(run);
	else
		*ret_run = run;
	return err;
}

/* --- lookup --- */

/* The last block that begins at or before the id; there is one unless this is false. */
static bool find_block(const struct id_run *run, struct id id, uint64_t *ret_block) {
	uint64_t low = 0, high = run->info.blocks;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (id_compare(run->fences[middle], id) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_block = low - 1;
	return low > 0;
}

enum err id_run_find(const struct id_run *run, struct id id, uint64_t *ret_value) {
	struct id_block block;
	uint64_t number;
	if (!find_block(run, id, &number))
		return ERR_NOT_FOUND;
	enum err err = read_all(run, &block, sizeof(block), number * ID_BLOCK_BYTES);
	if (err)
		return err;
	if (!is_whole(&block) || id_compare(block.entries[0].id, run->fences[number]) != 0)
		return ERR_CORRUPT;
	size_t low = 0, high = block.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = id_compare(block.entries[middle].id, id);
		if (order == 0) {
			*ret_value = block.entries[middle].value;
			return ERR_OK;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return ERR_NOT_FOUND;
}

/* --- in order --- */

static enum err read_blocks(struct id_cursor *cursor) {
	uint64_t left = cursor->run->info.blocks - cursor->next_block;
	size_t count = left < ID_BLOCKS_AT_ONCE ? (size_t)left : ID_BLOCKS_AT_ONCE;
	cursor->block = cursor->entry = 0;
	cursor->block_count = count;
	if (count == 0) {
		id_cursor_close(cursor);
		return ERR_OK;
	}
	enum err err = read_all(
	    cursor->run, cursor->blocks, count * ID_BLOCK_BYTES, cursor->next_block * ID_BLOCK_BYTES);
	cursor->next_block += count;
	for (size_t i = 0; !err && i < count; i++)
		err = is_whole(&cursor->blocks[i]) ? ERR_OK : ERR_CORRUPT;
	return err;
}

enum err id_cursor_open(struct id_cursor *cursor, const struct id_run *run, struct id from) {
	*cursor = (struct id_cursor){ .run = run };
	cursor->blocks = malloc(ID_BLOCKS_AT_ONCE * sizeof(cursor->blocks[0]));
	if (!cursor->blocks)
		return ERR_MEMORY;
	if (!find_block(run, from, &cursor->next_block))
		cursor->next_block = 0;
	enum err err = read_blocks(cursor);
	const struct id_entry *entry;
	while (!err && (entry = id_cursor_entry(cursor)) && id_compare(entry->id, from) < 0)
		err = id_cursor_next(cursor);
	if (err)
		id_cursor_close(cursor);
	return err;
}

void id_cursor_close(struct id_cursor *cursor) {
	free(cursor->blocks);
	cursor->blocks = NULL;
}

const struct id_entry *id_cursor_entry(const struct id_cursor *cursor) {
	return cursor->blocks ? &cursor->blocks[cursor->block].entries[cursor->entry] : NULL;
}

enum err id_cursor_next(struct id_cursor *cursor) {
	if (++cursor->entry < cursor->blocks[cursor->block].count)
		return ERR_OK;
	cursor->entry = 0;
	return ++cursor->block < cursor->block_count ? ERR_OK : read_blocks(cursor);
}

/* --- writing --- */

enum err id_writer_open(
    struct id_writer *writer, const struct id_place *place, uint64_t number, uint64_t entries_max) {
	*writer = (struct id_writer){
		.blocks_max = (entries_max + ID_BLOCK_ENTRIES - 1) / ID_BLOCK_ENTRIES,
	};
	const struct id_run_info info = {
		.number = number,
		.blocks = writer->blocks_max,
		.filter_ids = entries_max,
	};
	enum err err = new_run(place, &info, O_RDWR | O_CREAT | O_TRUNC, &writer->run);
	if (err)
		return err;
	writer->run->info.blocks = 0;
	writer->blocks = calloc(ID_BLOCKS_AT_ONCE, sizeof(writer->blocks[0]));
	if (writer->blocks)
		return ERR_OK;
	id_writer_abandon(writer);
	return ERR_MEMORY;
}

void id_writer_abandon(struct id_writer *writer) {
	if (writer->run)
		writer->run->is_doomed = true;
	id_run_free(writer->run);
	free(writer->blocks);
	*writer = (struct id_writer){ .run = NULL };
}

/* Writes what is there, and has the disk begin with it now rather than all at once in the end. */
static enum err write_blocks(struct id_writer *writer) {
	struct id_run *run = writer->run;
	size_t bytes = writer->block_count * ID_BLOCK_BYTES;
	uint64_t offset = (run->info.blocks - writer->block_count) * ID_BLOCK_BYTES;
	enum err err = write_all(run, writer->blocks, bytes, offset);
	if (err)
		return err;
	sync_file_range(run->fd, (off_t)offset, (off_t)bytes, SYNC_FILE_RANGE_WRITE);
	memset(writer->blocks, 0, bytes);
	writer->block_count = 0;
	return ERR_OK;
}

static enum err end_block(struct id_writer *writer) {
	struct id_block *block = &writer->blocks[writer->block_count++];
	block->crc = crc_of_block(block);
	return writer->block_count == ID_BLOCKS_AT_ONCE ? write_blocks(writer) : ERR_OK;
}

enum err id_writer_add(struct id_writer *writer, const struct id_entry *entry) {
	struct id_run *run = writer->run;
	struct id_block *block = &writer->blocks[writer->block_count];
	if (run->info.entries > 0) {
		int order = id_compare(writer->last, entry->id);
		check(order <= 0);
		if (order == 0)
			return ERR_OK;
	}
	if (block->count == 0) {
		check(run->info.blocks < writer->blocks_max);
		run->fences[run->info.blocks++] = entry->id;
	}
	block->entries[block->count++] = *entry;
	id_filter_add(&run->filter, id_hash(run->place, entry->id));
	writer->last = entry->id;
	run->info.entries++;
	return block->count == ID_BLOCK_ENTRIES ? end_block(writer) : ERR_OK;
}

enum err id_writer_finish(struct id_writer *writer, struct id_run **ret_run) {
	struct id_run *run = writer->run;
	enum err err = ERR_OK;
	check(run->info.entries > 0);
	if (run->info.entries % ID_BLOCK_ENTRIES)
		err = end_block(writer);
	if (!err && writer->block_count > 0)
		err = write_blocks(writer);
	uint64_t offset = run->info.blocks * ID_BLOCK_BYTES;
	if (!err)
		err = write_all(run, run->fences, fence_bytes(run), offset);
	if (!err)
		err = write_all(run, run->filter.blocks, run->filter.bytes, offset + fence_bytes(run));
	if (!err && fdatasync(run->fd) != 0)
		err = env_error(run->place->env, errno);
	if (err)
		return err;
	run->info.crc = crc_of_index(run);
	writer->run = NULL;
	free(writer->blocks);
	writer->blocks = NULL;
	*ret_run = run;
	return ERR_OK;
}
