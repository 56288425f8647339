/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	META_BYTES_MAX = 256, /* a page is larger, what a commit writes to the meta page smaller */
	SLOT_BYTES = 1024,
};

const struct faults_of_writing faults_of_writing[FAULTS_OF_WRITING] = {
	{ FAULT_DATA_IO, ERR_IO },
	{ FAULT_DATA_SPACE, ERR_FULL },
	{ FAULT_SYNC, ERR_IO },
};

static _Atomic enum fault current;
static _Atomic unsigned hits;

void faults_set(enum fault fault) {
	current = fault;
}

unsigned faults_hit(void) {
	return hits;
}

static bool fails(int error) {
	hits++;
	errno = error;
	return true;
}

static bool slot_fails(void) {
	return current == FAULT_SLOT && fails(EIO);
}

static bool data_fails(void) {
	if (current == FAULT_DATA_IO)
		return fails(EIO);
	return current == FAULT_DATA_SPACE && fails(ENOSPC);
}

static bool meta_fails(void) {
	return current == FAULT_META && fails(EIO);
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) {
	if ((bytes == SLOT_BYTES && slot_fails()) ||
	    (bytes <= META_BYTES_MAX ? meta_fails() : data_fails()))
		return -1;
	return syscall(SYS_pwrite64, fd, data, bytes, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
	if (data_fails())
		return -1;
	return syscall(SYS_writev, fd, parts, count);
}

int fdatasync(int fd) {
	if (current == FAULT_SYNC && fails(EIO))
		return -1;
	return (int)syscall(SYS_fdatasync, fd);
}
