/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/group.h"

#include "engine/detail.h"
#include "record/entry.h"

#include <inttypes.h>
#include <string.h>

enum { GROUP_ENTRIES = 1024 }; /* unpacked, they should fit the cache */

void group_init(struct group *group) {
	*group = (struct group){ .count = 0 };
	arena_init(&group->arena, 0);
}

void group_done(struct group *group) {
	arena_done(&group->arena);
}

/* --- heads --- */

static enum err read_head(const struct group_reader *reader, uint64_t size, uint64_t *ret_size,
    uint8_t ret_root[DIGEST_BYTES]) {
	uint8_t data[TREE_HEAD_BYTES_MAX];
	size_t bytes;
	enum err err = log_head(reader->log, size, data, sizeof(data), &bytes);
	return err ? err : tree_head_unpack(data, bytes, ret_size, ret_root);
}

bool group_fits_head(const struct group_reader *reader, const struct position *position) {
	uint8_t stored[DIGEST_BYTES];
	uint8_t computed[DIGEST_BYTES];
	uint64_t size;
	if (read_head(reader, position->tree.size, &size, stored) || size != position->tree.size)
		return false;
	merkle_root(&position->tree, reader->digest, computed);
	return memcmp(stored, computed, DIGEST_BYTES) == 0;
}

/* The last sequence of a group that begins after `from`. */
static uint64_t find_end(const struct group_reader *reader, uint64_t from, uint64_t last) {
	uint8_t root[DIGEST_BYTES];
	for (uint64_t step = GROUP_ENTRIES; step < last - from; step *= 2) {
		uint64_t size;
		if (read_head(reader, from + step, &size, root) == ERR_OK && size > from)
			return size;
	}
	return last;
}

/* --- entries --- */

static enum err damaged(const struct group_reader *reader, uint64_t seq, const char *what) {
	return detail_fail(reader->detail, ERR_CORRUPT,
	    "Entry %" PRIu64 " of the journal in %s %s: restore the journal from a backup.", seq,
	    reader->directory, what);
}

struct visiting {
	struct group_reader *reader;
	struct group *group;
	uint64_t end_seq;
	enum err err;
};

/* Whether the entry can be the next one. */
static enum err examine(
    const struct group_reader *reader, uint64_t seq, const Pb__JournalEntry *entry) {
	uint64_t expected = reader->position.tree.size + 1;
	if (seq != expected)
		return damaged(reader, expected, "is missing");
	if (entry->seq != seq)
		return damaged(reader, seq, "bears another number");
	if (!entry->ledger_id || entry->ledger_id->high != reader->ledger_id.high ||
	    entry->ledger_id->low != reader->ledger_id.low)
		return damaged(reader, seq, "belongs to another ledger");
	if (entry->time_us > INT64_MAX || (int64_t)entry->time_us <= reader->position.time_us)
		return damaged(reader, seq, "is not later than the entry before it");
	if ((seq == 1) != (entry->genesis != NULL) || (seq == 1) != (entry->command == NULL))
		return damaged(reader, seq, "is not a command, or is a second genesis");
	return ERR_OK;
}

static enum err add_entry(struct visiting *visiting, uint64_t seq, const void *data, size_t bytes) {
	struct group_reader *reader = visiting->reader;
	struct group *group = visiting->group;
	Pb__JournalEntry *entry;
	enum err err = entry_decode(data, bytes, &group->arena, &entry);
	if (err == ERR_CORRUPT)
		return damaged(reader, seq, "is damaged (its checksum or its form is wrong)");
	if (err)
		return detail_fail(reader->detail, err, "Entry %" PRIu64 " of the journal in %s: %s.", seq,
		    reader->directory, err_text(err));
	err = examine(reader, seq, entry);
	if (err)
		return err;
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	unsigned count = merkle_append_kept(&reader->position.tree, reader->digest,
	    (const char *)data + ENTRY_HEADER_BYTES, bytes - ENTRY_HEADER_BYTES, nodes);
	memcpy(group->nodes[group->n_nodes], nodes, count * sizeof(nodes[0]));
	group->n_nodes += count;
	reader->position.time_us = (int64_t)entry->time_us;
	group->entries[group->count++] = entry;
	return ERR_OK;
}

static bool visit_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct visiting *visiting = arg;
	visiting->err = add_entry(visiting, seq, data, bytes);
	return !visiting->err && seq < visiting->end_seq;
}

/* So many nodes can `count` entries complete: at each level one more than go into them. */
static size_t nodes_max(size_t count) {
	return count + count / ((1 << MERKLE_KEPT_STEP) - 1) + MERKLE_KEPT_MAX;
}

static enum err read_entries(struct group_reader *reader, struct group *group, uint64_t end_seq) {
	struct visiting visiting = { .reader = reader, .group = group, .end_seq = end_seq };
	uint64_t from = reader->position.tree.size;
	size_t count = end_seq - from;
	group->entries = arena_alloc(&group->arena, count * sizeof(group->entries[0]));
	group->nodes = arena_alloc(&group->arena, nodes_max(count) * sizeof(group->nodes[0]));
	if (!group->entries || !group->nodes)
		return detail_fail(reader->detail, ERR_MEMORY, "The journal in %s cannot be read: %s.",
		    reader->directory, err_text(ERR_MEMORY));
	enum err err = log_read(reader->log, from + 1, visit_entry, &visiting);
	if (err)
		return detail_fail(reader->detail, err, "The journal in %s cannot be read: %s.",
		    reader->directory, err_text(err));
	if (visiting.err)
		return visiting.err;
	if (reader->position.tree.size < end_seq)
		return damaged(reader, reader->position.tree.size + 1, "is missing");
	return ERR_OK;
}

enum err group_read(struct group_reader *reader, struct group *group) {
	uint64_t from = reader->position.tree.size;
	uint64_t last = log_last(reader->log);
	arena_reset(&group->arena);
	group->count = 0;
	group->n_nodes = 0;
	group->end = reader->position;
	if (from >= last)
		return ERR_OK;
	uint64_t end_seq = find_end(reader, from, last);
	enum err err = read_entries(reader, group, end_seq);
	if (err)
		return err;
	if (!group_fits_head(reader, &reader->position))
		return detail_fail(reader->detail, ERR_CORRUPT,
		    "Entries 1 to %" PRIu64 " of the journal in %s do not give the tree head stored with "
		    "them: restore the journal from a backup.",
		    end_seq, reader->directory);
	group->end = reader->position;
	return ERR_OK;
}
