/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands between the program, LMDB included, and the system: the program's own open, write, pwrite,
 * writev, fdatasync, rename, … come before the C library's. It records what they do to the files
 * below a directory, and makes them fail.
 *
 * What is written through a file opened with O_DSYNC is recorded as a write and, when the call has
 * returned, as settled. The mapped lock.mdb is not recorded: it means nothing after a restart.
 * Any thread.
 */
#ifndef TESTS_CRASH_RECORDER_H
#define TESTS_CRASH_RECORDER_H

#include "trace.h"

#include <stdbool.h>

/* A call that changes or syncs a file fails, and then perhaps all that follow. */
struct recorder_fault {
	uint64_t nth;    /* 1: the first; 0: none does */
	bool is_lasting; /* every one from the nth on */
	bool is_done;    /* it did what it was asked to, and says that it did not */
	bool is_silent;  /* it did not, and says that it did: a control */
	int error;
};

/* `directory` is absolute. One at a time; the trace may be a parent's. `fault` may be NULL. */
void recorder_start(struct trace *trace, const char *directory, const struct recorder_fault *fault);
void recorder_stop(void);

/* What a client was told, or is about to ask. */
void recorder_tell(uint32_t what, const void *data, size_t bytes);

#endif
