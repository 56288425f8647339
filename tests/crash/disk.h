/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk whose power fails: from what stood in a directory, and a trace of what was done to it
 * since, the states that it may be found in.
 *
 * The model is what POSIX promises and no more. A write is lost, kept or torn into sectors, in any
 * combination with others, until the file has been synced; so is a file's new size. A name that was
 * made, removed or renamed may be the old or the new one until its directory has been synced, in
 * any combination; to sync the file does not help. Where a file has grown and what was written
 * there is lost, there are zeros or garbage. After a failed sync, what was written before may be
 * lost for good, although a later sync of the file succeeds.
 */
#ifndef TESTS_CRASH_DISK_H
#define TESTS_CRASH_DISK_H

#include "trace.h"

#include <stdbool.h>

/* Syncs of which nothing comes: what a disk or a careless program does not keep. */
enum {
	LIE_FILES = 1,       /* syncs of files */
	LIE_SETTLED = 2,     /* O_DSYNC */
	LIE_DIRECTORIES = 4, /* syncs of directories */
};

struct disk_lies {
	unsigned which;
	const char *part; /* of the paths that are lied about; NULL: any */
};

struct disk;

/* What stands in the directory is durable. `lies` may be NULL. */
struct disk *disk_new(const char *directory, const struct disk_lies *lies);
void disk_free(struct disk *disk);

void disk_apply(struct disk *disk, const struct trace_event *event);

/* Makes a state of now in a new directory, by what comes of the seed. */
void disk_make_state(const struct disk *disk, const char *directory, uint64_t seed);

/* The same with everything that was done. */
void disk_make_whole(const struct disk *disk, const char *directory);

/* A random number, and the next seed. */
uint64_t chance(uint64_t *seed);

#endif
