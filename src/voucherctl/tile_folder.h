/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of a ledger's tree in a directory, as C2SP tlog-tiles lays it out, so that any static file
 * server can hand it out and any tool for it can check it:
 *
 *	<directory>/checkpoint            a signed note; written last
 *	<directory>/tile/<level>/…        record/tile.h
 *
 * Invariant: the tiles of the tree that the checkpoint states are there, and are whole. What else
 * there is, is of an attempt that came to nothing, and is written again.
 *
 * Errors are ERR_IO with errno, unless said otherwise.
 */
#ifndef VOUCHERCTL_TILE_FOLDER_H
#define VOUCHERCTL_TILE_FOLDER_H

#include "base/buffer.h"
#include "record/proof.h"
#include "record/tile.h"

struct tile_folder {
	const char *directory;
	struct digest *digest;
	uint64_t size; /* of the tree whose tiles are read */
};

/* Makes the directory if it is not there, and appends its checkpoint, if it has one. ERR_RANGE: it
 * is too long. */
enum err tile_folder_open(const char *directory, struct buffer *checkpoint) MUST_CHECK;

/* Writes a tile, with the folders that it takes; not durably. */
enum err tile_folder_write(
    const struct tile_folder *folder, const struct tile *tile, const void *hashes) MUST_CHECK;

/* The root of the first `size` entries, of at most folder->size. ERR_CORRUPT: a tile is missing or
 * cut short. */
enum err tile_folder_root(
    const struct tile_folder *folder, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) MUST_CHECK;

/* Whether a full tile is what the level above it says. ERR_CORRUPT: it is not. */
enum err tile_folder_check(const struct tile_folder *folder, const struct tile *tile) MUST_CHECK;

/* Makes all tiles durable, then the checkpoint. ERR_FULL. */
enum err tile_folder_commit(
    const struct tile_folder *folder, const void *checkpoint, size_t bytes) MUST_CHECK;

/* Removes the pieces of a tile that is full now; what cannot be removed does no harm. */
void tile_folder_tidy(const struct tile_folder *folder, const struct tile *tile);

#endif
