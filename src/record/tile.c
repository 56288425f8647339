/* SPDX-License-Identifier: Apache-2.0 */
#include "record/tile.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

void tile_format(const struct tile *tile, char ret_path[TILE_PATH_BYTES]) {
	char groups[32]; /* of the index, from the last: three digits and a sign before each */
	size_t at = sizeof(groups) - 1;
	uint64_t index = tile->index;
	groups[at] = '\0';
	check(tile->level < TILE_LEVELS && index <= TILE_INDEX_MAX);
	check(tile->width && tile->width <= TILE_WIDTH);
	for (bool is_last = true; is_last || index; is_last = false, index /= 1000) {
		char group[8];
		snprintf(group, sizeof(group), "/%s%03u", is_last ? "" : "x", (unsigned)(index % 1000));
		at -= strlen(group);
		memcpy(groups + at, group, strlen(group));
	}
	int used = snprintf(ret_path, TILE_PATH_BYTES, "tile/%u%s", tile->level, groups + at);
	if (tile->width < TILE_WIDTH)
		used += snprintf(ret_path + used, TILE_PATH_BYTES - (size_t)used, ".p/%u", tile->width);
	check(used < TILE_PATH_BYTES);
}

struct reader {
	const char *next, *end;
};

static bool take(struct reader *reader, const char *text) {
	size_t bytes = strlen(text);
	if ((size_t)(reader->end - reader->next) < bytes || memcmp(reader->next, text, bytes) != 0)
		return false;
	reader->next += bytes;
	return true;
}

/* Up to three digits. Returns how many. */
static unsigned take_digits(struct reader *reader, unsigned *ret_value) {
	unsigned count = 0, value = 0;
	for (; count < 3 && reader->next < reader->end; count++) {
		char c = *reader->next;
		if (c < '0' || c > '9')
			break;
		value = value * 10 + (unsigned)(c - '0');
		reader->next++;
	}
	*ret_value = value;
	return count;
}

/* A number that does not begin with 0, unless it is 0. */
static bool take_number(struct reader *reader, unsigned *ret_value) {
	const char *start = reader->next;
	unsigned digits = take_digits(reader, ret_value);
	return digits && (digits == 1 || *start != '0');
}

static enum err take_index(struct reader *reader, uint64_t *ret_index) {
	uint64_t index = 0;
	for (bool is_first = true;; is_first = false) {
		bool is_more = take(reader, "x");
		unsigned group;
		if (take_digits(reader, &group) != 3 || (is_first && is_more && !group))
			return ERR_SYNTAX;
		if (index > TILE_INDEX_MAX / 1000)
			return ERR_RANGE;
		index = index * 1000 + group;
		if (!is_more)
			break;
		if (!take(reader, "/"))
			return ERR_SYNTAX;
	}
	if (index > TILE_INDEX_MAX)
		return ERR_RANGE;
	*ret_index = index;
	return ERR_OK;
}

enum err tile_parse(const char *path, size_t bytes, struct tile *ret_tile) {
	struct reader reader = { path, path + bytes };
	struct tile tile = { .width = TILE_WIDTH };
	if (!take(&reader, "tile/") || !take_number(&reader, &tile.level) || !take(&reader, "/"))
		return ERR_SYNTAX;
	enum err err = take_index(&reader, &tile.index);
	if (err)
		return err;
	if (take(&reader, ".p/") &&
	    (!take_number(&reader, &tile.width) || !tile.width || tile.width >= TILE_WIDTH))
		return ERR_SYNTAX;
	if (reader.next != reader.end)
		return ERR_SYNTAX;
	if (tile.level >= TILE_LEVELS)
		return ERR_RANGE;
	*ret_tile = tile;
	return ERR_OK;
}

unsigned tile_width(unsigned level, uint64_t index, uint64_t size) {
	uint64_t nodes = level < TILE_LEVELS ? size >> (8 * level) : 0;
	uint64_t full = nodes / TILE_WIDTH;
	if (index < full)
		return TILE_WIDTH;
	return index == full ? (unsigned)(nodes % TILE_WIDTH) : 0;
}

bool tile_next(uint64_t old_size, uint64_t size, struct tile *tile) {
	bool is_begun = tile->width;
	unsigned level = is_begun ? tile->level : 0;
	uint64_t index = is_begun ? tile->index + 1 : old_size / TILE_WIDTH;
	check(old_size <= size);
	while (level < TILE_LEVELS) {
		unsigned width = tile_width(level, index, size);
		if (width && width != tile_width(level, index, old_size)) {
			*tile = (struct tile){ .level = level, .index = index, .width = width };
			return true;
		}
		level++; /* the first tile that was not full there: everything before is as it was */
		index = level < TILE_LEVELS ? (old_size >> (8 * level)) / TILE_WIDTH : 0;
	}
	return false;
}
