/* SPDX-License-Identifier: Apache-2.0 */
#include "record/tile.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(paths_are_written_and_read_as_the_specification_has_them) {
	static const struct {
		struct tile tile;
		const char *path;
	} cases[] = {
		{ { 0, 0, 256 }, "tile/0/000" },
		{ { 0, 1, 256 }, "tile/0/001" },
		{ { 0, 999, 1 }, "tile/0/999.p/1" },
		{ { 1, 1000, 255 }, "tile/1/x001/000.p/255" },
		{ { 0, 1234067, 256 }, "tile/0/x001/x234/067" }, /* the example of C2SP tlog-tiles */
		{ { 2, 1234067, 17 }, "tile/2/x001/x234/067.p/17" },
		{ { 7, TILE_INDEX_MAX, 255 }, "tile/7/x072/x057/x594/x037/x927/935.p/255" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char path[TILE_PATH_BYTES];
		struct tile tile = { .width = 0 };
		tile_format(&cases[i].tile, path);
		ck_assert_str_eq(path, cases[i].path);
		ck_assert_int_eq(tile_parse(path, strlen(path), &tile), ERR_OK);
		ck_assert_uint_eq(tile.level, cases[i].tile.level);
		ck_assert_uint_eq(tile.index, cases[i].tile.index);
		ck_assert_uint_eq(tile.width, cases[i].tile.width);
	}
}
END_TEST

START_TEST(any_other_spelling_is_refused) {
	static const struct {
		const char *path;
		enum err wanted;
	} cases[] = {
		{ "", ERR_SYNTAX },
		{ "/tile/0/000", ERR_SYNTAX },
		{ "tile/0", ERR_SYNTAX },
		{ "tile/0/", ERR_SYNTAX },
		{ "tile/0/0", ERR_SYNTAX },
		{ "tile/0/00", ERR_SYNTAX },
		{ "tile/0/0000", ERR_SYNTAX },
		{ "tile/00/000", ERR_SYNTAX },
		{ "tile/-1/000", ERR_SYNTAX },
		{ "tile//000", ERR_SYNTAX },
		{ "tile/entries/000", ERR_SYNTAX },
		{ "tile/data/000", ERR_SYNTAX },
		{ "tile/0/x000/001", ERR_SYNTAX },
		{ "tile/0/x001", ERR_SYNTAX },
		{ "tile/0/x001/", ERR_SYNTAX },
		{ "tile/0/001/002", ERR_SYNTAX },
		{ "tile/0/x001/002/", ERR_SYNTAX },
		{ "tile/0/x001/2", ERR_SYNTAX },
		{ "tile/0/../000", ERR_SYNTAX },
		{ "tile/0/000.p/0", ERR_SYNTAX },
		{ "tile/0/000.p/256", ERR_SYNTAX },
		{ "tile/0/000.p/01", ERR_SYNTAX },
		{ "tile/0/000.p/", ERR_SYNTAX },
		{ "tile/0/000.p", ERR_SYNTAX },
		{ "tile/0/000.p/1000", ERR_SYNTAX },
		{ "tile/0/000.p/1x", ERR_SYNTAX },
		{ "tile/8/000", ERR_RANGE },
		{ "tile/63/000", ERR_RANGE },
		{ "tile/0/x072/x057/x594/x037/x927/936", ERR_RANGE },
		{ "tile/0/x999/x999/x999/x999/x999/x999/999", ERR_RANGE },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tile tile = { .width = 99 };
		enum err err = tile_parse(cases[i].path, strlen(cases[i].path), &tile);
		ck_assert_msg(err == cases[i].wanted, "%s: %s", cases[i].path, err_text(err));
		ck_assert_uint_eq(tile.width, 99);
	}
}
END_TEST

/* C2SP tlog-tiles: "a tree of size 70,000 will be represented by 273 full level 0 tiles, one
 * partial level 0 tile of width 112, one full level 1 tile, one partial level 1 tile of width 17,
 * and one partial level 2 tile of width 1." */
START_TEST(the_tree_of_the_specification_has_its_tiles) {
	struct tile tile = { .width = 0 };
	unsigned full[3] = { 0 }, partial[3] = { 0 };
	while (tile_next(0, 70000, &tile)) {
		ck_assert_uint_lt(tile.level, 3);
		if (tile.width == TILE_WIDTH)
			full[tile.level]++;
		else
			partial[tile.level] = tile.width;
	}
	ck_assert_uint_eq(full[0], 273);
	ck_assert_uint_eq(full[1], 1);
	ck_assert_uint_eq(full[2], 0);
	ck_assert_uint_eq(partial[0], 112);
	ck_assert_uint_eq(partial[1], 17);
	ck_assert_uint_eq(partial[2], 1);
	ck_assert_uint_eq(tile_width(0, 0, 256), 256);
	ck_assert_uint_eq(tile_width(1, 0, 256), 1);
	ck_assert_uint_eq(tile_width(0, 1, 256), 0);
	ck_assert_uint_eq(tile_width(7, 255, UINT64_MAX), 0);
	ck_assert_uint_eq(tile_width(7, 0, UINT64_MAX), 255);
	ck_assert_uint_eq(tile_width(63, 0, UINT64_MAX), 0);
}
END_TEST

/* What is new, by looking at every tile there could be. */
static void check_new(uint64_t old_size, uint64_t size) {
	struct tile tile = { .width = 0 };
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		for (uint64_t index = 0; index * 256 << 8 * level < size && index < 400; index++) {
			unsigned width = tile_width(level, index, size);
			if (!width || width == tile_width(level, index, old_size))
				continue;
			ck_assert(tile_next(old_size, size, &tile));
			ck_assert_uint_eq(tile.level, level);
			ck_assert_uint_eq(tile.index, index);
			ck_assert_uint_eq(tile.width, width);
		}
	ck_assert(!tile_next(old_size, size, &tile));
}

START_TEST(only_what_is_new_is_named) {
	static const uint64_t sizes[] = { 0, 1, 2, 255, 256, 257, 511, 512, 600, 65535, 65536, 65537,
		65792, 70000, 100000 };
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t j = 0; j <= i; j++)
			check_new(sizes[j], sizes[i]);
}
END_TEST

SUITE_MAIN("tile", paths_are_written_and_read_as_the_specification_has_them,
    any_other_spelling_is_refused, the_tree_of_the_specification_has_its_tiles,
    only_what_is_new_is_named)
