/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory: chunks of CHUNK_LEAVES leaves with the nodes that they complete, found by their number
 * in a ring of pointers. A chunk is there from when its first leaf is put until all of it is in a
 * checkpoint:
 *
 *	written / CHUNK_LEAVES ≤ number < chunk_end
 *
 * The writer alone sets pointers; when a ring is too small a larger one takes its place, and the
 * old one is kept for those who still look at it, until the end. Who looks holds the lock for
 * reading, so that `written` stands still and with it all chunks from there on.
 */
#include "store/hashes.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STEP = MERKLE_KEPT_STEP,
	CHUNK_LEVEL = 12,
	CHUNK_LEAVES = 1 << CHUNK_LEVEL,
	/* Level by level; each above CHUNK_LEVEL can have one node that the last leaf completes. */
	CHUNK_NODES = CHUNK_LEAVES + CHUNK_LEAVES / ((1 << STEP) - 1) + MERKLE_KEPT_MAX,
	RING_LEAST = 64,
};

struct hash_chunk {
	struct hash_chunk *next; /* of those to be freed */
	uint8_t nodes[CHUNK_NODES][DIGEST_BYTES];
};

struct hash_ring {
	struct hash_ring *before; /* that this one took the place of */
	uint64_t count;           /* a power of two */
	_Atomic(struct hash_chunk *) chunks[];
};

/* --- chunks --- */

static uint64_t chunk_of(unsigned level, uint64_t index) {
	return (((index + 1) << level) - 1) / CHUNK_LEAVES;
}

/* How many nodes of the level a chunk has, at least 1. */
static uint64_t level_width(unsigned level) {
	return level < CHUNK_LEVEL ? CHUNK_LEAVES >> level : 1;
}

static size_t place_in_chunk(unsigned level, uint64_t index) {
	size_t place = 0;
	for (unsigned below = 0; below < level; below += STEP)
		place += level_width(below);
	return place + index % level_width(level);
}

static struct hash_chunk *find_chunk(const struct hashes *hashes, uint64_t number) {
	struct hash_ring *ring = atomic_load_explicit(&hashes->ring, memory_order_acquire);
	return atomic_load_explicit(&ring->chunks[number & (ring->count - 1)], memory_order_acquire);
}

/* Where node `index` stands, with those after it in the same chunk: `*ret_count`, up to it. */
static const uint8_t *find_nodes(
    const struct hashes *hashes, unsigned level, uint64_t index, uint64_t *ret_count) {
	struct hash_chunk *chunk = find_chunk(hashes, chunk_of(level, index));
	uint64_t rest = level_width(level) - index % level_width(level);
	if (*ret_count > rest)
		*ret_count = rest;
	return chunk->nodes[place_in_chunk(level, index)];
}

static struct hash_ring *new_ring(uint64_t count) {
	struct hash_ring *ring = calloc(1, sizeof(*ring) + count * sizeof(ring->chunks[0]));
	if (ring)
		ring->count = count;
	return ring;
}

static void grow_ring(struct hashes *hashes, uint64_t first, uint64_t end) {
	struct hash_ring *before = atomic_load_explicit(&hashes->ring, memory_order_relaxed);
	struct hash_ring *ring = new_ring(before->count * 2);
	check(ring);
	ring->before = before;
	for (uint64_t number = first; number < end; number++)
		atomic_store_explicit(&ring->chunks[number & (ring->count - 1)], find_chunk(hashes, number),
		    memory_order_relaxed);
	atomic_store_explicit(&hashes->ring, ring, memory_order_release);
}

static void add_chunk(struct hashes *hashes) {
	uint64_t first = atomic_load_explicit(&hashes->written, memory_order_acquire) / CHUNK_LEAVES;
	struct hash_ring *ring = atomic_load_explicit(&hashes->ring, memory_order_relaxed);
	if (hashes->chunk_end - first >= ring->count) {
		grow_ring(hashes, first, hashes->chunk_end);
		ring = atomic_load_explicit(&hashes->ring, memory_order_relaxed);
	}
	struct hash_chunk *chunk = malloc(sizeof(*chunk));
	check(chunk);
	atomic_store_explicit(
	    &ring->chunks[hashes->chunk_end & (ring->count - 1)], chunk, memory_order_release);
	hashes->chunk_end++;
}

/* --- files --- */

static enum err open_level(struct hashes *hashes, unsigned level, int flags) {
	char path[PATH_MAX];
	int bytes = snprintf(path, sizeof(path), "%s/hashes-%u", hashes->directory, level);
	if (bytes < 0 || (size_t)bytes >= sizeof(path))
		return ERR_RANGE;
	int fd = open(path, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return env_error(hashes->env, errno);
	hashes->fds[level / STEP] = fd;
	return ERR_OK;
}

static enum err create_level(struct hashes *hashes, unsigned level) {
	enum err err = open_level(hashes, level, O_CREAT);
	if (err)
		return err;
	err = env_sync_directory(hashes->directory);
	if (err) {
		close(hashes->fds[level / STEP]);
		hashes->fds[level / STEP] = -1;
	}
	return err;
}

/* What the level has must be there. */
static enum err open_written(struct hashes *hashes, unsigned level, uint64_t count) {
	struct stat status;
	enum err err = open_level(hashes, level, 0);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (fstat(hashes->fds[level / STEP], &status) != 0)
		return env_error(hashes->env, errno);
	return (uint64_t)status.st_size / DIGEST_BYTES < count ? ERR_CORRUPT : ERR_OK;
}

/* Of an earlier life of the state. */
static void remove_level(const struct hashes *hashes, unsigned level) {
	char path[PATH_MAX];
	int bytes = snprintf(path, sizeof(path), "%s/hashes-%u", hashes->directory, level);
	if (bytes > 0 && (size_t)bytes < sizeof(path))
		unlink(path);
}

static enum err read_file(const struct hashes *hashes, unsigned level, uint64_t first,
    uint64_t count, uint8_t *ret_hashes) {
	size_t bytes = count * DIGEST_BYTES;
	off_t offset = (off_t)(first * DIGEST_BYTES);
	for (size_t done = 0; done < bytes;) {
		ssize_t n = pread(
		    hashes->fds[level / STEP], ret_hashes + done, bytes - done, offset + (off_t)done);
		if (n < 0 && errno != EINTR)
			return env_error(hashes->env, errno);
		if (n == 0)
			return ERR_CORRUPT;
		done += n > 0 ? (size_t)n : 0;
	}
	return ERR_OK;
}

static enum err write_file(const struct hashes *hashes, unsigned level, uint64_t first,
    uint64_t count, const uint8_t *nodes) {
	size_t bytes = count * DIGEST_BYTES;
	off_t offset = (off_t)(first * DIGEST_BYTES);
	for (size_t done = 0; done < bytes;) {
		ssize_t n = pwrite(
		    hashes->fds[level / STEP], nodes + done, bytes - done, offset + (off_t)done);
		if (n < 0 && errno != EINTR)
			return env_error(hashes->env, errno);
		done += n > 0 ? (size_t)n : 0;
	}
	return ERR_OK;
}

static enum err sync_file(const struct hashes *hashes, unsigned level) {
	return fdatasync(hashes->fds[level / STEP]) == 0 ? ERR_OK : env_error(hashes->env, errno);
}

/* --- life --- */

static void init_lock(pthread_rwlock_t *lock) {
	pthread_rwlockattr_t attributes;
	check(pthread_rwlockattr_init(&attributes) == 0);
	/* Readers one after another must not keep the checkpointer out. */
	check(pthread_rwlockattr_setkind_np(
	          &attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0);
	check(pthread_rwlock_init(lock, &attributes) == 0);
	pthread_rwlockattr_destroy(&attributes);
}

enum err hashes_open(
    struct hashes *hashes, const struct env *env, const char *directory, uint64_t size) {
	struct hash_ring *ring = new_ring(RING_LEAST);
	if (!ring)
		return ERR_MEMORY;
	*hashes = (struct hashes){
		.env = env,
		.directory = directory,
		.next = size,
		.chunk_end = size / CHUNK_LEAVES,
	};
	atomic_init(&hashes->written, size);
	atomic_init(&hashes->size, size);
	atomic_init(&hashes->ring, ring);
	init_lock(&hashes->lock);
	for (size_t i = 0; i < MERKLE_KEPT_MAX; i++)
		hashes->fds[i] = -1;
	enum err err = ERR_OK;
	for (unsigned level = 0; !err && level < MERKLE_KEPT_MAX * STEP; level += STEP) {
		if (size >> level)
			err = open_written(hashes, level, size >> level);
		else
			remove_level(hashes, level);
	}
	if (err)
		hashes_close(hashes);
	return err;
}

void hashes_close(struct hashes *hashes) {
	uint64_t first = atomic_load(&hashes->written) / CHUNK_LEAVES;
	for (uint64_t number = first; number < hashes->chunk_end; number++)
		free(find_chunk(hashes, number));
	for (struct hash_ring *ring = atomic_load(&hashes->ring), *before; ring; ring = before) {
		before = ring->before;
		free(ring);
	}
	for (size_t i = 0; i < MERKLE_KEPT_MAX; i++) {
		if (hashes->fds[i] >= 0)
			close(hashes->fds[i]);
	}
	pthread_rwlock_destroy(&hashes->lock);
}

/* --- writer --- */

void hashes_put(struct hashes *hashes, uint64_t index, const uint8_t (*nodes)[DIGEST_BYTES]) {
	check(index <= hashes->next &&
	    index >= atomic_load_explicit(&hashes->size, memory_order_relaxed));
	if (index / CHUNK_LEAVES == hashes->chunk_end)
		add_chunk(hashes);
	struct hash_chunk *chunk = find_chunk(hashes, index / CHUNK_LEAVES);
	for (unsigned i = 0; i < merkle_kept_count(index); i++) {
		unsigned level = i * STEP;
		memcpy(chunk->nodes[place_in_chunk(level, index >> level)], nodes[i], DIGEST_BYTES);
	}
	hashes->next = index + 1;
}

void hashes_commit(struct hashes *hashes, uint64_t size) {
	check(size <= hashes->next);
	atomic_store_explicit(&hashes->size, size, memory_order_release);
	hashes->next = size;
}

void hashes_drop(struct hashes *hashes) {
	hashes->next = atomic_load_explicit(&hashes->size, memory_order_relaxed);
}

/* --- checkpointer --- */

static enum err write_level(
    const struct hashes *hashes, unsigned level, uint64_t from, uint64_t to) {
	enum err err = ERR_OK;
	while (!err && from < to) {
		uint64_t count = to - from;
		const uint8_t *nodes = find_nodes(hashes, level, from, &count);
		err = write_file(hashes, level, from, count, nodes);
		from += count;
	}
	return err;
}

enum err hashes_write(struct hashes *hashes, uint64_t size, bool is_synced) {
	uint64_t written = atomic_load_explicit(&hashes->written, memory_order_relaxed);
	check(size <= hashes_size(hashes));
	for (unsigned level = 0; size >> level > written >> level; level += STEP) {
		enum err err = hashes->fds[level / STEP] < 0 ? create_level(hashes, level) : ERR_OK;
		if (!err)
			err = write_level(hashes, level, written >> level, size >> level);
		if (!err && is_synced)
			err = sync_file(hashes, level);
		if (err)
			return err;
	}
	return ERR_OK;
}

void hashes_release(struct hashes *hashes, uint64_t size) {
	uint64_t number = atomic_load_explicit(&hashes->written, memory_order_relaxed) / CHUNK_LEAVES;
	struct hash_chunk *done = NULL;
	/* Once `written` says so the writer uses the places in the ring for others. */
	for (; number < size / CHUNK_LEAVES; number++) {
		struct hash_chunk *chunk = find_chunk(hashes, number);
		chunk->next = done;
		done = chunk;
	}
	check(pthread_rwlock_wrlock(&hashes->lock) == 0);
	atomic_store_explicit(&hashes->written, size, memory_order_release);
	check(pthread_rwlock_unlock(&hashes->lock) == 0);
	while (done) {
		struct hash_chunk *next = done->next;
		free(done);
		done = next;
	}
}

enum err hashes_sync(struct hashes *hashes) {
	enum err err = ERR_OK;
	for (unsigned level = 0; !err && level < MERKLE_KEPT_MAX * STEP; level += STEP) {
		if (hashes->fds[level / STEP] >= 0)
			err = sync_file(hashes, level);
	}
	return err;
}

/* --- any thread --- */

uint64_t hashes_size(const struct hashes *hashes) {
	return atomic_load_explicit(&hashes->size, memory_order_acquire);
}

/* Under the lock: the first of them may be in the file, the others are in memory. */
static enum err read_nodes(const struct hashes *hashes, unsigned level, uint64_t first,
    uint64_t end, uint8_t *ret_hashes) {
	uint64_t in_file = atomic_load_explicit(&hashes->written, memory_order_relaxed) >> level;
	if (first < in_file) {
		uint64_t count = (end < in_file ? end : in_file) - first;
		enum err err = read_file(hashes, level, first, count, ret_hashes);
		if (err)
			return err;
		first += count;
		ret_hashes += count * DIGEST_BYTES;
	}
	while (first < end) {
		uint64_t count = end - first;
		const uint8_t *nodes = find_nodes(hashes, level, first, &count);
		memcpy(ret_hashes, nodes, count * DIGEST_BYTES);
		first += count;
		ret_hashes += count * DIGEST_BYTES;
	}
	return ERR_OK;
}

enum err hashes_read(
    struct hashes *hashes, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	check(level % STEP == 0 && level < MERKLE_KEPT_MAX * STEP);
	uint64_t end;
	if (__builtin_add_overflow(first, count, &end) || end > hashes_size(hashes) >> level)
		return ERR_RANGE;
	check(pthread_rwlock_rdlock(&hashes->lock) == 0);
	enum err err = read_nodes(hashes, level, first, end, ret_hashes);
	check(pthread_rwlock_unlock(&hashes->lock) == 0);
	return err;
}
