/* SPDX-License-Identifier: Apache-2.0 */
#include "store/slots.h"

#include "base/check.h"
#include "record/crc32c.h"
#include "store/lmdb_env.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROWTH_SLOTS = 64 };

struct slot_header {
	uint32_t crc;
	uint32_t bytes;
	uint64_t key;
	uint64_t seq;
};

_Static_assert(sizeof(struct slot_header) == SLOT_HEADER_BYTES, "as it stands in the file");

static uint32_t crc_of(const uint8_t slot[SLOT_BYTES], size_t text_bytes) {
	return crc32c(slot + sizeof(uint32_t), SLOT_HEADER_BYTES - sizeof(uint32_t) + text_bytes);
}

static off_t offset_of(uint64_t slot) {
	return (off_t)(slot * SLOT_BYTES);
}

/* --- which are in use --- */

static bool is_used(const struct slots *slots, uint64_t slot) {
	return slots->used[slot / 8] >> slot % 8 & 1;
}

static void set_used(struct slots *slots, uint64_t slot) {
	slots->used[slot / 8] |= (uint8_t)(1 << slot % 8);
}

/* Room in the bitmap; the new slots are free. */
static enum err set_count(struct slots *slots, uint64_t count) {
	size_t before = (size_t)(slots->count + 7) / 8, after = (size_t)(count + 7) / 8;
	uint8_t *used = realloc(slots->used, after ? after : 1);
	if (!used)
		return ERR_MEMORY;
	if (after > before)
		memset(used + before, 0, after - before);
	slots->used = used;
	slots->count = count;
	return ERR_OK;
}

enum err slots_mark(struct slots *slots, uint64_t slot) {
	if (slot >= slots->count || is_used(slots, slot))
		return ERR_CORRUPT;
	set_used(slots, slot);
	return ERR_OK;
}

/* --- the file --- */

enum err slots_open(struct slots *slots, const struct env *env, const char *directory) {
	char path[PATH_MAX];
	struct stat stat_of;
	*slots = (struct slots){ .env = env, .fd = -1 };
	int bytes = snprintf(path, sizeof(path), "%s/erasable", directory);
	if (bytes < 0 || (size_t)bytes >= sizeof(path))
		return ERR_RANGE;
	slots->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (slots->fd < 0 || fstat(slots->fd, &stat_of) != 0)
		return env_error(env, errno);
	enum err err = env_sync_directory(directory);
	return err ? err : set_count(slots, (uint64_t)stat_of.st_size / SLOT_BYTES);
}

enum err slots_open_as_guest(struct slots *slots, const struct env *env, const char *directory) {
	char path[PATH_MAX];
	*slots = (struct slots){ .env = env, .fd = -1 };
	int bytes = snprintf(path, sizeof(path), "%s/erasable", directory);
	if (bytes < 0 || (size_t)bytes >= sizeof(path))
		return ERR_RANGE;
	slots->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return slots->fd < 0 ? env_error(env, errno) : ERR_OK;
}

void slots_close(struct slots *slots) {
	if (slots->fd >= 0)
		close(slots->fd);
	free(slots->used);
}

enum err slots_sync(struct slots *slots) {
	return fdatasync(slots->fd) == 0 ? ERR_OK : env_error(slots->env, errno);
}

static enum err write_slot(struct slots *slots, uint64_t slot, const uint8_t bytes[SLOT_BYTES]) {
	size_t done = 0;
	while (done < SLOT_BYTES) {
		ssize_t written = pwrite(
		    slots->fd, bytes + done, SLOT_BYTES - done, offset_of(slot) + (off_t)done);
		if (written < 0 && errno != EINTR)
			return env_error(slots->env, errno);
		done += written > 0 ? (size_t)written : 0;
	}
	return ERR_OK;
}

static enum err read_slot(const struct slots *slots, uint64_t slot, uint8_t bytes[SLOT_BYTES]) {
	size_t done = 0;
	while (done < SLOT_BYTES) {
		ssize_t got = pread(
		    slots->fd, bytes + done, SLOT_BYTES - done, offset_of(slot) + (off_t)done);
		if (got == 0)
			return ERR_NOT_FOUND;
		if (got < 0 && errno != EINTR)
			return env_error(slots->env, errno);
		done += got > 0 ? (size_t)got : 0;
	}
	return ERR_OK;
}

static const uint8_t zeros[SLOT_BYTES];

enum err slots_sweep(struct slots *slots) {
	uint8_t bytes[SLOT_BYTES];
	bool is_clean = true;
	for (uint64_t slot = 0; slot < slots->count; slot++) {
		if (is_used(slots, slot))
			continue;
		enum err err = read_slot(slots, slot, bytes);
		if (!err && memcmp(bytes, zeros, SLOT_BYTES) != 0) {
			is_clean = false;
			err = write_slot(slots, slot, zeros);
		}
		if (err)
			return err;
	}
	return is_clean ? ERR_OK : slots_sync(slots);
}

static enum err grow(struct slots *slots) {
	int error = posix_fallocate(
	    slots->fd, offset_of(slots->count), (off_t)GROWTH_SLOTS * SLOT_BYTES);
	return error ? env_error(slots->env, error) : set_count(slots, slots->count + GROWTH_SLOTS);
}

enum err slots_take(struct slots *slots, uint64_t *ret_slot) {
	uint64_t slot = slots->lowest;
	while (slot < slots->count && is_used(slots, slot))
		slot++;
	slots->lowest = slot;
	enum err err = slot < slots->count ? ERR_OK : grow(slots);
	if (err)
		return err;
	set_used(slots, slot);
	*ret_slot = slot;
	return ERR_OK;
}

void slots_free(struct slots *slots, uint64_t slot) {
	check(slot < slots->count && is_used(slots, slot));
	slots->used[slot / 8] &= (uint8_t) ~(1 << slot % 8);
	if (slot < slots->lowest)
		slots->lowest = slot;
}

enum err slots_put(struct slots *slots, uint64_t slot, const struct slot_text *text) {
	uint8_t bytes[SLOT_BYTES] = { 0 };
	check(slot < slots->count && is_used(slots, slot));
	check(text->bytes <= LIMIT_ERASABLE_BYTES);
	struct slot_header header = {
		.bytes = (uint32_t)text->bytes, .key = text->key, .seq = text->seq
	};
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), text->data, text->bytes);
	header.crc = crc_of(bytes, text->bytes);
	memcpy(bytes, &header.crc, sizeof(header.crc));
	return write_slot(slots, slot, bytes);
}

enum err slots_erase(struct slots *slots, uint64_t slot) {
	check(slot < slots->count && is_used(slots, slot));
	return write_slot(slots, slot, zeros);
}

enum err slots_get(const struct slots *slots, uint64_t slot, struct slot_text *text,
    uint8_t room[LIMIT_ERASABLE_BYTES]) {
	uint8_t bytes[SLOT_BYTES];
	struct slot_header header;
	enum err err = read_slot(slots, slot, bytes);
	if (err)
		return err;
	memcpy(&header, bytes, sizeof(header));
	if (header.key != text->key || header.seq != text->seq || header.bytes > LIMIT_ERASABLE_BYTES ||
	    header.crc != crc_of(bytes, header.bytes))
		return ERR_NOT_FOUND;
	memcpy(room, bytes + sizeof(header), header.bytes);
	text->data = room;
	text->bytes = header.bytes;
	return ERR_OK;
}
