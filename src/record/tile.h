/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash tiles (C2SP tlog-tiles): the tree's hashes in pieces of 256, that a static file server can
 * hand out and a client can compute every proof from.
 *
 *	tile/<level>/<index>        full: 256 hashes, 8,192 bytes
 *	tile/<level>/<index>.p/<w>  partial: the first w, 1 to 255
 *
 * Hash i of tile n of level l is the node (8·l, 256·n + i) of record/proof.h. The index is written
 * in groups of three digits, "x001/x234/067". Entries are private: there are no entry bundles.
 * Public tools expect SHA-256; of a tree by SM3 they can fetch the tiles, but not check them. Pure.
 */
#ifndef RECORD_TILE_H
#define RECORD_TILE_H

#include "base/err.h"
#include "record/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TILE_WIDTH     256
#define TILE_BYTES_MAX (TILE_WIDTH * DIGEST_BYTES)
#define TILE_LEVELS    8 /* levels of tiles that a tree of 2⁶⁴ − 1 leaves has */
#define TILE_INDEX_MAX ((UINT64_C(1) << 56) - 1)

struct tile {
	unsigned level; /* 0 to TILE_LEVELS − 1: nodes of level 8 × level */
	uint64_t index; /* at most TILE_INDEX_MAX */
	unsigned width; /* hashes: 1 to TILE_WIDTH */
};

/* "tile/0/x001/234.p/112", with NUL. */
#define TILE_PATH_BYTES 64
void tile_format(const struct tile *tile, char ret_path[TILE_PATH_BYTES]);

/* The path as above, without a leading "/", and nothing but the one spelling. ERR_SYNTAX; ERR_RANGE
 * for a level or an index that no tree has. */
enum err tile_parse(const char *path, size_t bytes, struct tile *ret_tile) MUST_CHECK;

/* How wide this tile of a tree of `size` leaves is: 0 (there is none) to TILE_WIDTH. */
unsigned tile_width(unsigned level, uint64_t index, uint64_t size);

/*
 * The tiles that a tree of `size` has and one of `old_size` (at most as large) has not, level by
 * level: what has to be written to go on from there. Begins with { .width = 0 }; false: no more.
 */
bool tile_next(uint64_t old_size, uint64_t size, struct tile *tile) MUST_CHECK;

#endif
