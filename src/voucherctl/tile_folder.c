/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/tile_folder.h"

#include "base/file.h"
#include "base/limits.h"
#include "record/merkle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LEVELS_PER_TILE = 8,
	FOLDER_MODE = 0755, /* what is public is for a web server to read */
	FILE_MODE = 0644,
};

/* --- names --- */

/* "<directory>/<name><end>" */
static enum err path_of(
    const struct tile_folder *folder, const char *name, const char *end, char path[PATH_MAX]) {
	int bytes = snprintf(path, PATH_MAX, "%s/%s%s", folder->directory, name, end);
	if (bytes > 0 && bytes < PATH_MAX)
		return ERR_OK;
	errno = ENAMETOOLONG;
	return ERR_IO;
}

static enum err tile_path(
    const struct tile_folder *folder, const struct tile *tile, const char *end, char *path) {
	char name[TILE_PATH_BYTES];
	tile_format(tile, name);
	return path_of(folder, name, end, path);
}

static enum err make_folder(const char *path) {
	return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST ? ERR_OK : ERR_IO;
}

/* Those of the file at `path`, below the directory itself. */
static enum err make_folders(const struct tile_folder *folder, char path[PATH_MAX]) {
	enum err err = ERR_OK;
	for (char *slash = path + strlen(folder->directory); !err && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		err = make_folder(path);
		*slash = '/';
	}
	return err;
}

/* --- one tile --- */

static enum err write_all(int fd, const void *data, size_t bytes) {
	ssize_t written = write(fd, data, bytes);
	if (written >= 0 && (size_t)written < bytes)
		errno = ENOSPC; /* a regular file takes all, or has no room */
	return written == (ssize_t)bytes ? ERR_OK : ERR_IO;
}

enum err tile_folder_write(
    const struct tile_folder *folder, const struct tile *tile, const void *hashes) {
	char path[PATH_MAX];
	enum err err = tile_path(folder, tile, "", path);
	if (!err)
		err = make_folders(folder, path);
	if (err)
		return err;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return ERR_IO;
	err = write_all(fd, hashes, (size_t)tile->width * DIGEST_BYTES);
	if (close(fd) != 0)
		err = ERR_IO;
	return err;
}

/* ERR_CORRUPT: it is missing or cut short. */
static enum err read_tile(
    const struct tile_folder *folder, const struct tile *tile, uint8_t ret_hashes[TILE_BYTES_MAX]) {
	char path[PATH_MAX];
	enum err err = tile_path(folder, tile, "", path);
	if (err)
		return err;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? ERR_CORRUPT : ERR_IO;
	ssize_t bytes = read(fd, ret_hashes, (size_t)tile->width * DIGEST_BYTES);
	close(fd);
	if (bytes < 0)
		return ERR_IO;
	return (size_t)bytes == (size_t)tile->width * DIGEST_BYTES ? ERR_OK : ERR_CORRUPT;
}

void tile_folder_tidy(const struct tile_folder *folder, const struct tile *tile) {
	char pieces[PATH_MAX], path[PATH_MAX];
	if (tile->width < TILE_WIDTH || tile_path(folder, tile, ".p", pieces) != ERR_OK)
		return;
	DIR *directory = opendir(pieces);
	if (!directory)
		return;
	for (const struct dirent *entry; (entry = readdir(directory));) {
		int bytes = snprintf(path, sizeof(path), "%s/%s", pieces, entry->d_name);
		if (bytes > 0 && bytes < PATH_MAX)
			unlink(path); /* "." and ".." stay */
	}
	closedir(directory);
	rmdir(pieces);
}

/* --- the tree --- */

/* Some neighbours of a level of tiles: they lie in one tile. */
static enum err read_hashes(
    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	const struct tile_folder *folder = context;
	uint8_t hashes[TILE_BYTES_MAX];
	struct tile tile = { .level = level / LEVELS_PER_TILE, .index = first / TILE_WIDTH };
	tile.width = tile_width(tile.level, tile.index, folder->size);
	enum err err = read_tile(folder, &tile, hashes);
	if (!err)
		memcpy(ret_hashes, hashes + first % TILE_WIDTH * DIGEST_BYTES, count * DIGEST_BYTES);
	return err;
}

enum err tile_folder_root(
    const struct tile_folder *folder, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) {
	const struct proof_source source = {
		.read = read_hashes,
		.context = (void *)folder,
		.step = LEVELS_PER_TILE,
	};
	return proof_root(&source, folder->digest, size, ret_root);
}

enum err tile_folder_check(const struct tile_folder *folder, const struct tile *tile) {
	uint8_t hashes[TILE_BYTES_MAX], above[DIGEST_BYTES];
	if (tile->width < TILE_WIDTH)
		return ERR_OK;
	enum err err = read_tile(folder, tile, hashes);
	if (!err)
		err = read_hashes(
		    (void *)folder, (tile->level + 1) * LEVELS_PER_TILE, tile->index, 1, above);
	if (err)
		return err;
	for (unsigned count = TILE_WIDTH; count > 1; count /= 2) {
		for (unsigned i = 0; i < count / 2; i++)
			merkle_node(folder->digest, hashes + (size_t)2 * i * DIGEST_BYTES,
			    hashes + (size_t)(2 * i + 1) * DIGEST_BYTES, hashes + (size_t)i * DIGEST_BYTES);
	}
	return memcmp(hashes, above, DIGEST_BYTES) == 0 ? ERR_OK : ERR_CORRUPT;
}

/* --- the checkpoint --- */

enum err tile_folder_open(const char *directory, struct buffer *checkpoint) {
	const struct tile_folder folder = { .directory = directory };
	char path[PATH_MAX];
	enum err err = make_folder(directory);
	if (!err)
		err = path_of(&folder, "checkpoint", "", path);
	if (!err)
		err = file_read(path, LIMIT_NOTE_BYTES, checkpoint);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err tile_folder_commit(
    const struct tile_folder *folder, const void *checkpoint, size_t bytes) {
	char path[PATH_MAX];
	enum err err = path_of(folder, "checkpoint", "", path);
	if (err)
		return err;
	int fd = open(folder->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	err = syncfs(fd) == 0 ? ERR_OK : ERR_IO;
	close(fd);
	return err ? err : file_replace(path, checkpoint, bytes, FILE_MODE);
}
