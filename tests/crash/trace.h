/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process did to the files of a ledger, and what it told its clients, in the order in which
 * it happened. In memory shared with the parent, so that it outlives the process.
 */
#ifndef TESTS_CRASH_TRACE_H
#define TESTS_CRASH_TRACE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum trace_kind {
	TRACE_FILE = 1,       /* a file that was there before: number, data is its path */
	TRACE_MAKE,           /* a new file: number, data is its path */
	TRACE_MAKE_DIRECTORY, /* data is its path */
	TRACE_REMOVE,         /* data is the path */
	TRACE_RENAME,         /* data is both paths, each with its NUL */
	TRACE_WRITE,          /* of data at offset; begun, not known to have ended */
	TRACE_SETTLED,        /* the file's newest write at this offset is durable (O_DSYNC) */
	TRACE_RESIZE,         /* to offset bytes; what is new is zeros */
	TRACE_SYNC,           /* what was written to the file is durable */
	TRACE_SYNC_FAILED,    /* what was written may never be */
	TRACE_SYNC_DIRECTORY, /* the names in it are durable; data is its path */
	TRACE_TOLD,           /* `file` says what (load.h), data the rest */
};

/* Paths are relative to the directory that is recorded, and end in NUL. */
struct trace_event {
	uint32_t kind;
	uint32_t file;
	uint64_t offset;
	uint64_t bytes; /* of data */
	unsigned char data[];
};

struct trace {
	size_t room;
	_Atomic size_t bytes;   /* of the events */
	_Atomic uint64_t calls; /* that can be made to fail, so far */
	_Atomic uint64_t hits;  /* that were */
	_Alignas(8) unsigned char events[];
};

struct trace *trace_new(size_t room); /* address space: only what is used takes memory */
void trace_clear(struct trace *trace);
void trace_free(struct trace *trace);

/* One thread at a time. Ends the process when there is no room. */
void trace_append(struct trace *trace, const struct trace_event *head, const void *data);

/* The first after NULL; NULL after the last. */
const struct trace_event *trace_next(const struct trace *trace, const struct trace_event *before);

#endif
