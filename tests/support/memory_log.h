/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log in memory, for tests: it fails and stalls when told to, and its records can be tampered
 * with. Survives log_close(), as a disk would. Thread-safe.
 */
#ifndef TESTS_SUPPORT_MEMORY_LOG_H
#define TESTS_SUPPORT_MEMORY_LOG_H

#include "store/log.h"

#include <pthread.h>

struct memory_record {
	void *data;
	size_t bytes;
};

struct memory_text {
	uint64_t key;
	uint64_t seq;
	struct memory_record text; /* data NULL: erased */
};

struct memory_log {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct memory_record *records; /* records[i] has the sequence i + 1 */
	struct memory_record *heads;   /* bytes 0: none after this record */
	size_t count;
	struct memory_text *texts; /* every change of an erasable text, the newest last */
	size_t n_texts;
	size_t appends;    /* batches appended, or failed */
	enum err failure;  /* what appends return instead of appending; ERR_OK: they work */
	bool is_stalled;   /* appends wait */
	size_t waiting;    /* appends that do */
	uint64_t hide_seq; /* this record is not read; 0: all are */
};

void memory_log_init(struct memory_log *memory);
void memory_log_done(struct memory_log *memory);

/* The log to open an engine with; as often as wanted. */
struct log memory_log_open(struct memory_log *memory);

void memory_log_fail(struct memory_log *memory, enum err err);

/* Makes appends wait; until one does; lets them go on. */
void memory_log_stall(struct memory_log *memory);
void memory_log_wait_stalled(struct memory_log *memory);
void memory_log_release(struct memory_log *memory);

size_t memory_log_appends(struct memory_log *memory);

#endif
