/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE_OF_OTHERS (S_IRWXG | S_IRWXO)

/* Closes it and keeps errno. */
static void close_quietly(int file) {
	int saved = errno;
	close(file);
	errno = saved;
}

/* --- reading --- */

static enum err read_all(int file, size_t bytes_max, struct buffer *content) {
	/* room for all of it and one byte more at once: a buffer that grows leaves copies behind */
	char *room = buffer_reserve(content, bytes_max + 1);
	size_t bytes = 0;
	if (!room)
		return ERR_MEMORY;
	for (;;) {
		ssize_t got = read(file, room + bytes, bytes_max + 1 - bytes);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_IO;
		bytes += (size_t)got;
		if (bytes > bytes_max)
			return ERR_RANGE;
		if (got == 0)
			break;
	}
	buffer_grow(content, bytes);
	return buffer_error(content);
}

static enum err read_file(
    const char *path, size_t bytes_max, mode_t refused, struct buffer *content) {
	struct stat stat;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	enum err err = fstat(file, &stat) ? ERR_IO : ERR_OK;
	if (!err && (stat.st_mode & refused))
		err = ERR_DENIED;
	if (!err)
		err = read_all(file, bytes_max, content);
	close_quietly(file);
	return err;
}

enum err file_read(const char *path, size_t bytes_max, struct buffer *content) {
	return read_file(path, bytes_max, 0, content);
}

enum err file_read_secret(const char *path, size_t bytes_max, struct buffer *content) {
	return read_file(path, bytes_max, MODE_OF_OTHERS, content);
}

void file_forget(struct buffer *content) {
	if (content->data)
		explicit_bzero(content->data, content->capacity);
	buffer_done(content);
}

/* --- writing --- */

static enum err write_all(int file, const char *data, size_t bytes) {
	while (bytes > 0) {
		ssize_t written = write(file, data, bytes);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno == ENOSPC ? ERR_FULL : ERR_IO;
		data += written;
		bytes -= (size_t)written;
	}
	return ERR_OK;
}

/* A name is durable when its directory is. */
static enum err sync_directory(const char *path) {
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t bytes = slash ? (size_t)(slash - path) + (slash == path) : 1;
	if (bytes >= sizeof(directory))
		return ERR_RANGE;
	memcpy(directory, slash ? path : ".", bytes);
	directory[bytes] = '\0';
	int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file < 0)
		return ERR_IO;
	enum err err = fsync(file) ? ERR_IO : ERR_OK;
	close_quietly(file);
	return err;
}

static enum err write_file(
    const char *path, int flags, mode_t mode, const void *data, size_t bytes) {
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
	if (file < 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	enum err err = fchmod(file, mode) ? ERR_IO : write_all(file, data, bytes);
	if (!err && fsync(file))
		err = ERR_IO;
	close_quietly(file);
	return err;
}

enum err file_create(const char *path, const void *data, size_t bytes, mode_t mode) {
	enum err err = write_file(path, O_EXCL, mode, data, bytes);
	if (err == ERR_EXISTS)
		return err;
	if (!err)
		err = sync_directory(path);
	if (err) {
		int saved = errno;
		unlink(path);
		errno = saved;
	}
	return err;
}

enum err file_replace(const char *path, const void *data, size_t bytes, mode_t mode) {
	char fresh[PATH_MAX];
	int length = snprintf(fresh, sizeof(fresh), "%s.new", path);
	if (length < 0 || (size_t)length >= sizeof(fresh))
		return ERR_RANGE;
	enum err err = write_file(fresh, O_TRUNC, mode, data, bytes);
	if (!err && rename(fresh, path))
		err = ERR_IO;
	return err ? err : sync_directory(path);
}
