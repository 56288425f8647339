/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal, read in groups for replay. A group ends where the log has a tree head, and is given
 * out only when every entry of it is whole and in its place and the tree over them has that head's
 * root: what is applied has been proved first.
 *
 * One thread at a time per reader.
 */
#ifndef ENGINE_GROUP_H
#define ENGINE_GROUP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "engine/position.h"
#include "store/log.h"

struct group {
	struct arena arena;
	Pb__JournalEntry **entries; /* `count` of them, in `arena` */
	size_t count;
	struct position end; /* after the last of them */
	/* What merkle_append_kept() gave for each of them, one after the other; in `arena`. */
	uint8_t (*nodes)[DIGEST_BYTES];
	size_t n_nodes;
};

void group_init(struct group *group);
void group_done(struct group *group);

struct group_reader {
	const struct log *log; /* borrowed, as is `directory`: for messages */
	const char *directory;
	struct digest *digest; /* borrowed */
	struct uuid ledger_id;
	struct position position; /* up to which has been read */
	char *detail;             /* ENGINE_DETAIL_BYTES, filled on failure */
};

/* The next group, of about 1,024 entries or one commit, in place of the last one; count 0: the
 * log's end. ERR_CORRUPT, ERR_IO, ERR_MEMORY. */
enum err group_read(struct group_reader *reader, struct group *group) MUST_CHECK;

/* Whether the log has a head for exactly the entries of `position`, and it is the one that they
 * give. */
bool group_fits_head(const struct group_reader *reader, const struct position *position);

#endif
