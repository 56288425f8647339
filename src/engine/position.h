/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An end of the journal: everything about the entries before it that the next one depends on.
 * Stored with each checkpoint of the state, so that recovery can go on from there.
 *
 *	offset 0   16 bytes  ledger id, big-endian
 *	offset 16  8 bytes   time of the last entry, microseconds, big-endian
 *	offset 24  …         the tree as merkle_pack() writes it, whose size is the last sequence
 */
#ifndef ENGINE_POSITION_H
#define ENGINE_POSITION_H

#include "base/buffer.h"
#include "base/err.h"
#include "base/uuid.h"
#include "record/digest.h"
#include "record/merkle.h"

struct position {
	struct merkle tree; /* tree.size: sequence of the last entry */
	int64_t time_us;    /* of the last entry */
};

#define POSITION_BYTES_MAX  (24 + MERKLE_PACKED_BYTES_MAX)
#define TREE_HEAD_BYTES_MAX 64

/* Returns how many bytes of `ret_room` (POSITION_BYTES_MAX) are set. */
size_t position_pack(const struct position *position, struct uuid ledger_id, uint8_t *ret_room);

/* ERR_CORRUPT */
enum err position_unpack(const void *data, size_t bytes, struct uuid *ret_ledger_id,
    struct position *ret_position) MUST_CHECK;

/* The tree head as the log stores it: a packed TreeHead. */
enum err tree_head_pack(
    uint64_t size, const uint8_t root[DIGEST_BYTES], struct buffer *buffer) MUST_CHECK;
enum err tree_head_unpack(const void *data, size_t bytes, uint64_t *ret_size,
    uint8_t ret_root[DIGEST_BYTES]) MUST_CHECK; /* ERR_CORRUPT */

#endif
