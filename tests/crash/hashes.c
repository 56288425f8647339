/* SPDX-License-Identifier: Apache-2.0 */
#include "hashes.h"

#include "base/check.h"
#include "record/entry.h"
#include "record/merkle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The tile of a level that is being filled. */
struct lane {
	uint64_t count; /* of the level's hashes so far */
	uint8_t hashes[TILE_WIDTH][DIGEST_BYTES];
};

struct examination {
	struct engine *engine;
	struct arena *arena;
	struct digest *digest;
	struct merkle tree;
	struct lane lanes[TILE_LEVELS];
	const char *fault;
};

/* The tile that the newest hash of the level is in, as far as it goes. */
static void examine_tile(struct examination *exam, unsigned level) {
	const struct lane *lane = &exam->lanes[level];
	const struct tile tile = {
		.level = level,
		.index = (lane->count - 1) / TILE_WIDTH,
		.width = (unsigned)((lane->count - 1) % TILE_WIDTH) + 1,
	};
	uint8_t told[TILE_BYTES_MAX];
	enum err err = engine_read_tile(exam->engine, &tile, told);
	if (!err && memcmp(told, lane->hashes, (size_t)tile.width * DIGEST_BYTES) == 0)
		return;
	exam->fault = arena_printf(exam->arena, "tile %" PRIu64 " of level %u: %s", tile.index, level,
	    err ? err_text(err) : "other hashes than the journal's");
}

static bool take_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct examination *exam = arg;
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	(void)seq;
	unsigned count = merkle_append_kept(&exam->tree, exam->digest,
	    (const char *)data + ENTRY_HEADER_BYTES, bytes - ENTRY_HEADER_BYTES, nodes);
	for (unsigned i = 0; i < count && !exam->fault; i += 8 / MERKLE_KEPT_STEP) {
		unsigned level = i * MERKLE_KEPT_STEP / 8;
		struct lane *lane = &exam->lanes[level];
		memcpy(lane->hashes[lane->count++ % TILE_WIDTH], nodes[i], DIGEST_BYTES);
		if (lane->count % TILE_WIDTH == 0)
			examine_tile(exam, level);
	}
	return !exam->fault;
}

const char *examine_hashes(struct engine *engine, struct arena *arena) {
	struct examination *exam = calloc(1, sizeof(*exam));
	check(exam);
	exam->engine = engine;
	exam->arena = arena;
	check(digest_new("SHA256", &exam->digest) == ERR_OK);
	enum err err = engine_read_journal(engine, 1, take_entry, exam);
	if (err)
		exam->fault = err_text(err);
	for (unsigned level = 0; level < TILE_LEVELS && !exam->fault; level++) {
		if (exam->lanes[level].count % TILE_WIDTH)
			examine_tile(exam, level);
	}
	const char *fault = exam->fault;
	digest_free(exam->digest);
	free(exam);
	return fault;
}
