/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FDS_MAX = 4096, NAMES_MAX = 4096, PATH_BYTES_MAX = 200 };

struct open_file {
	uint32_t file; /* 0: not one of ours */
	bool is_settled_at_once;
	bool is_directory;
	char path[PATH_BYTES_MAX]; /* of a directory */
};

static struct {
	pthread_mutex_t mutex;
	struct trace *trace; /* NULL: nothing is recorded */
	size_t root_bytes;
	char root[PATH_MAX];
	struct recorder_fault fault;
	struct open_file fds[FDS_MAX];
	char names[NAMES_MAX][PATH_BYTES_MAX]; /* names[i] is the file i; empty: removed */
	uint32_t name_count;
} recorder = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static void lock(void) {
	check(pthread_mutex_lock(&recorder.mutex) == 0);
}

static void unlock(void) {
	check(pthread_mutex_unlock(&recorder.mutex) == 0);
}

void recorder_start(
    struct trace *trace, const char *directory, const struct recorder_fault *fault) {
	lock();
	int bytes = snprintf(recorder.root, sizeof(recorder.root), "%s/", directory);
	check(bytes > 0 && (size_t)bytes < sizeof(recorder.root));
	recorder.root_bytes = (size_t)bytes;
	recorder.fault = fault ? *fault : (struct recorder_fault){ 0 };
	recorder.name_count = 1;
	memset(recorder.fds, 0, sizeof(recorder.fds));
	recorder.trace = trace;
	unlock();
}

void recorder_stop(void) {
	lock();
	recorder.trace = NULL;
	unlock();
}

/* --- the trace --- */

static void append(
    enum trace_kind kind, uint32_t file, uint64_t offset, const void *data, size_t bytes) {
	const struct trace_event head = {
		.kind = kind, .file = file, .offset = offset, .bytes = bytes
	};
	lock();
	if (recorder.trace)
		trace_append(recorder.trace, &head, data);
	unlock();
}

static void append_path(enum trace_kind kind, uint32_t file, const char *path) {
	append(kind, file, 0, path, strlen(path) + 1);
}

void recorder_tell(uint32_t what, const void *data, size_t bytes) {
	append(TRACE_TOLD, what, 0, data, bytes);
}

/* --- faults --- */

enum fate { FATE_WORKS, FATE_FAILS, FATE_WORKS_AND_SAYS_NOT, FATE_FAILS_AND_SAYS_NOT };

static enum fate next_fate(void) {
	const struct recorder_fault *fault = &recorder.fault;
	uint64_t call = atomic_fetch_add(&recorder.trace->calls, 1) + 1;
	if (fault->nth == 0 || call < fault->nth || (call > fault->nth && !fault->is_lasting))
		return FATE_WORKS;
	atomic_fetch_add(&recorder.trace->hits, 1);
	if (fault->is_silent)
		return FATE_FAILS_AND_SAYS_NOT;
	return fault->is_done ? FATE_WORKS_AND_SAYS_NOT : FATE_FAILS;
}

static bool is_skipped(enum fate fate) {
	return fate == FATE_FAILS || fate == FATE_FAILS_AND_SAYS_NOT;
}

/* What the call returns: `result`, as if it worked, or that it failed. */
static long told(enum fate fate, long result) {
	if (fate == FATE_WORKS || fate == FATE_FAILS_AND_SAYS_NOT)
		return result;
	errno = recorder.fault.error;
	return -1;
}

/* --- names --- */

/* The path below the directory; NULL: it is not there, or nothing is recorded. */
static const char *below(const char *path) {
	if (!recorder.trace || strncmp(path, recorder.root, recorder.root_bytes) != 0)
		return NULL;
	const char *name = path + recorder.root_bytes;
	check(strlen(name) < PATH_BYTES_MAX);
	return strstr(name, "lock.mdb") ? NULL : name;
}

/* 0: none. */
static uint32_t find_name(const char *name) {
	for (uint32_t i = 1; i < recorder.name_count; i++)
		if (strcmp(recorder.names[i], name) == 0)
			return i;
	return 0;
}

static uint32_t add_name(const char *name) {
	lock();
	check(recorder.name_count < NAMES_MAX);
	uint32_t file = recorder.name_count++;
	snprintf(recorder.names[file], PATH_BYTES_MAX, "%s", name);
	unlock();
	return file;
}

static bool is_there(const char *path) {
	return syscall(SYS_access, path, F_OK) == 0;
}

static struct open_file *file_of(int fd) {
	if (!recorder.trace || fd < 0 || fd >= FDS_MAX || !recorder.fds[fd].file)
		return NULL;
	return &recorder.fds[fd];
}

static void note_open(int fd, const char *name, int flags, bool was_there) {
	struct stat stat_of;
	check(fd < FDS_MAX && fstat(fd, &stat_of) == 0);
	struct open_file *open_file = &recorder.fds[fd];
	*open_file = (struct open_file){ .is_settled_at_once = (flags & O_DSYNC) != 0 };
	if (S_ISDIR(stat_of.st_mode)) {
		open_file->is_directory = true;
		open_file->file = UINT32_MAX;
		snprintf(open_file->path, sizeof(open_file->path), "%s", name);
		return;
	}
	uint32_t file = find_name(name);
	if (!file) {
		file = add_name(name);
		append_path(was_there ? TRACE_FILE : TRACE_MAKE, file, name);
	}
	if (was_there && (flags & O_TRUNC))
		append(TRACE_RESIZE, file, 0, NULL, 0);
	open_file->file = file;
}

int open(const char *path, int flags, ...) {
	mode_t mode = 0;
	if (flags & O_CREAT) {
		va_list list;
		va_start(list, flags);
		mode = va_arg(list, mode_t);
		va_end(list);
	}
	const char *name = below(path);
	bool was_there = name && is_there(path);
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (name && fd >= 0)
		note_open(fd, name, flags, was_there);
	return fd;
}

int close(int fd) {
	struct open_file *open_file = file_of(fd);
	if (open_file)
		open_file->file = 0;
	return (int)syscall(SYS_close, fd);
}

int mkdir(const char *path, mode_t mode) {
	const char *name = below(path);
	long result = syscall(SYS_mkdir, path, mode);
	if (name && result == 0)
		append_path(TRACE_MAKE_DIRECTORY, 0, name);
	return (int)result;
}

static void forget_name(const char *name) {
	uint32_t file = find_name(name);
	if (file)
		recorder.names[file][0] = '\0';
}

int unlink(const char *path) {
	const char *name = below(path);
	if (!name)
		return (int)syscall(SYS_unlink, path);
	enum fate fate = next_fate();
	if (is_skipped(fate))
		return (int)told(fate, 0);
	long result = syscall(SYS_unlink, path);
	if (result == 0) {
		forget_name(name);
		append_path(TRACE_REMOVE, 0, name);
	}
	return (int)told(fate, result);
}

int rename(const char *from, const char *to) {
	const char *source = below(from), *target = below(to);
	if (!source || !target)
		return (int)syscall(SYS_rename, from, to);
	enum fate fate = next_fate();
	if (is_skipped(fate))
		return (int)told(fate, 0);
	long result = syscall(SYS_rename, from, to);
	if (result == 0) {
		char both[2 * PATH_BYTES_MAX];
		size_t bytes = (size_t)snprintf(both, sizeof(both), "%s%c%s", source, 0, target) + 1;
		uint32_t file = find_name(source);
		if (!file) {
			file = add_name(source);
			append_path(TRACE_FILE, file, source);
		}
		forget_name(target);
		snprintf(recorder.names[file], PATH_BYTES_MAX, "%s", target);
		append(TRACE_RENAME, file, 0, both, bytes);
	}
	return (int)told(fate, result);
}

/* --- content --- */

static long write_at(
    int fd, const struct open_file *open_file, const void *data, size_t bytes, off_t offset) {
	enum fate fate = next_fate();
	if (is_skipped(fate))
		return told(fate, (long)bytes);
	append(TRACE_WRITE, open_file->file, (uint64_t)offset, data, bytes);
	long result = syscall(SYS_pwrite64, fd, data, bytes, offset);
	if (result == (long)bytes && open_file->is_settled_at_once)
		append(TRACE_SETTLED, open_file->file, (uint64_t)offset, NULL, 0);
	return told(fate, result);
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) {
	const struct open_file *open_file = file_of(fd);
	return open_file ? write_at(fd, open_file, data, bytes, offset)
	                 : syscall(SYS_pwrite64, fd, data, bytes, offset);
}

ssize_t write(int fd, const void *data, size_t bytes) {
	const struct open_file *open_file = file_of(fd);
	if (!open_file)
		return syscall(SYS_write, fd, data, bytes);
	off_t offset = lseek(fd, 0, SEEK_CUR);
	long result = write_at(fd, open_file, data, bytes, offset);
	if (result > 0)
		lseek(fd, offset + result, SEEK_SET);
	return result;
}

/* In one piece, as the kernel does it. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
	static unsigned char joined[4 << 20];
	static pthread_mutex_t joining = PTHREAD_MUTEX_INITIALIZER;
	size_t bytes = 0;
	if (!file_of(fd))
		return syscall(SYS_writev, fd, parts, count);
	check(pthread_mutex_lock(&joining) == 0);
	for (int i = 0; i < count; i++) {
		check(parts[i].iov_len <= sizeof(joined) - bytes);
		memcpy(joined + bytes, parts[i].iov_base, parts[i].iov_len);
		bytes += parts[i].iov_len;
	}
	ssize_t result = write(fd, joined, bytes);
	check(pthread_mutex_unlock(&joining) == 0);
	return result;
}

static int resize(int fd, const struct open_file *open_file, off_t bytes) {
	enum fate fate = next_fate();
	if (is_skipped(fate))
		return (int)told(fate, 0);
	append(TRACE_RESIZE, open_file->file, (uint64_t)bytes, NULL, 0);
	return (int)told(fate, syscall(SYS_ftruncate, fd, bytes));
}

int ftruncate(int fd, off_t bytes) {
	const struct open_file *open_file = file_of(fd);
	return open_file ? resize(fd, open_file, bytes) : (int)syscall(SYS_ftruncate, fd, bytes);
}

int posix_fallocate(int fd, off_t offset, off_t bytes) {
	const struct open_file *open_file = file_of(fd);
	struct stat stat_of;
	if (!open_file)
		return syscall(SYS_fallocate, fd, 0, offset, bytes) == 0 ? 0 : errno;
	check(fstat(fd, &stat_of) == 0);
	if (offset + bytes <= stat_of.st_size)
		return 0;
	return resize(fd, open_file, offset + bytes) == 0 ? 0 : errno;
}

/* --- syncing --- */

static int sync_file(int fd, long number) {
	const struct open_file *open_file = file_of(fd);
	if (!open_file)
		return (int)syscall(number, fd);
	enum fate fate = next_fate();
	if (is_skipped(fate)) {
		if (!open_file->is_directory)
			append(TRACE_SYNC_FAILED, open_file->file, 0, NULL, 0);
		return (int)told(fate, 0);
	}
	long result = syscall(number, fd);
	if (result == 0 && open_file->is_directory)
		append_path(TRACE_SYNC_DIRECTORY, 0, open_file->path);
	else if (result == 0)
		append(TRACE_SYNC, open_file->file, 0, NULL, 0);
	return (int)told(fate, result);
}

int fdatasync(int fd) {
	return sync_file(fd, SYS_fdatasync);
}

int fsync(int fd) {
	return sync_file(fd, SYS_fsync);
}
