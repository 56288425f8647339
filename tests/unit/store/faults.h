/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails when told to: the program's own pwrite, writev and fdatasync stand before the C
 * library's, also for what LMDB calls.
 */
#ifndef TESTS_UNIT_STORE_FAULTS_H
#define TESTS_UNIT_STORE_FAULTS_H

#include "base/err.h"

enum fault {
	FAULT_NONE,
	FAULT_DATA_IO,    /* writing pages fails with EIO */
	FAULT_DATA_SPACE, /* … with ENOSPC */
	FAULT_SYNC,       /* fdatasync fails */
	FAULT_SLOT,       /* writing 1,024 bytes, a slot of texts that can be erased, fails */
	FAULT_META,       /* writing the meta page, 120 bytes that end a commit, fails */
};

/* What a disk does when it is written to, and what is said of it then. */
enum { FAULTS_OF_WRITING = 3 };
extern const struct faults_of_writing {
	enum fault fault;
	enum err err;
} faults_of_writing[FAULTS_OF_WRITING];

/* Any thread; holds until the next call. */
void faults_set(enum fault fault);

/* How many calls have been failed. */
unsigned faults_hit(void);

#endif
