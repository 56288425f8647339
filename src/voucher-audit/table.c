/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/table.h"

#include "base/check.h"
#include "voucher-audit/exit_status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Address space of a table. ThreadSanitizer leaves little of it. */
#ifdef SANITIZED
#define MAP_BYTES ((size_t)1 << 30)
#else
#define MAP_BYTES ((size_t)1 << 36)
#endif
#define STEP_BYTES ((size_t)1 << 16) /* files grow by at least this */

enum err table_open(struct table *table, int fd, size_t row_bytes, uint64_t count) {
	uint64_t bytes;
	enum err err = ERR_OK;
	if (__builtin_mul_overflow(count, row_bytes, &bytes) || bytes > MAP_BYTES)
		err = ERR_RANGE;
	else if (ftruncate(fd, (off_t)bytes) != 0)
		err = ERR_IO;
	void *rows = err
	    ? MAP_FAILED
	    : mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (!err && rows == MAP_FAILED)
		err = ERR_MEMORY;
	if (err) {
		close(fd);
		return err;
	}
	*table = (struct table){
		.rows = rows, .count = count, .capacity = count, .row_bytes = row_bytes, .fd = fd
	};
	return ERR_OK;
}

void table_close(struct table *table) {
	if (!table->rows)
		return;
	munmap(table->rows, MAP_BYTES);
	close(table->fd);
	*table = (struct table){ .fd = -1 };
}

void table_die(const char *what) {
	fprintf(stderr, "voucher-audit: %s: %s\n", what, strerror(errno));
	exit(EXIT_AUDIT_FAILED);
}

/* By an eighth, so that the file is never much larger than what is in it. Room is reserved: a disk
 * that is full must not be met as SIGBUS. */
void table_grow(struct table *table, uint64_t count) {
	size_t have = table->capacity * table->row_bytes;
	size_t want;
	if (__builtin_mul_overflow(count, table->row_bytes, &want) || want > MAP_BYTES) {
		errno = EFBIG;
		table_die("a table of the audit is full");
	}
	size_t bytes = have + have / 8;
	bytes = (want > bytes ? want : bytes) + STEP_BYTES;
	bytes -= bytes % STEP_BYTES;
	int code = posix_fallocate(table->fd, (off_t)have, (off_t)(bytes - have));
	if (code != 0) {
		errno = code;
		table_die("cannot make room for what the audit remembers (see --work)");
	}
	table->capacity = bytes / table->row_bytes;
}

uint64_t table_append(struct table *table, const void *data, size_t bytes) {
	check(table->row_bytes == 1);
	uint64_t at = table->count;
	if (table->capacity - at < bytes)
		table_grow(table, at + bytes);
	if (bytes)
		memcpy(table->rows + at, data, bytes);
	table->count += bytes;
	return at;
}

void table_trim(const struct table *table) {
	if (table->rows && table->capacity)
		madvise(table->rows, table->capacity * table->row_bytes, MADV_DONTNEED);
}
