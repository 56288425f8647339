/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes one run of several, a little at a time: with every checkpoint as much as keeps up with what
 * comes, so that none takes long.
 *
 * One thread: the checkpointer. The runs outlive the merge.
 */
#ifndef STORE_ID_MERGE_H
#define STORE_ID_MERGE_H

#include "store/id_run.h"

enum { ID_MERGE_RUNS = 8 };

struct id_merge {
	size_t count; /* of inputs; 0: nothing is being merged */
	struct id_run *inputs[ID_MERGE_RUNS];
	struct id_cursor cursors[ID_MERGE_RUNS];
	struct id_writer writer;
	struct id_run *output; /* when it is complete: a reference of the merge's own */
};

/* `merge` is zeroed. After a failure it is so again. */
enum err id_merge_start(struct id_merge *merge, const struct id_place *place,
    struct id_run *const runs[], size_t count, uint64_t number) MUST_CHECK;

/* Goes on for so many entries. With the last of them `output` is there. On an error: stop. */
enum err id_merge_step(struct id_merge *merge, uint64_t entries) MUST_CHECK;

/* Ends it: zeroed again. An output that nobody else has a reference to is removed. */
void id_merge_stop(struct id_merge *merge);

#endif
