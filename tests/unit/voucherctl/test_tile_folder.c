/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of a tree: what is in its files is proved, down to the last bit. */
#include "voucherctl/tile_folder.h"

#include "record/merkle.h"
#include "support/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OLD_SIZE = 700, SIZE = 66000 }; /* three levels of tiles */

static struct tile_folder folder;

/* Hashes of each level of tiles. */
static uint8_t (*levels[TILE_LEVELS])[DIGEST_BYTES];
static uint8_t old_root[DIGEST_BYTES], root[DIGEST_BYTES];

static void grow_tree(void) {
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	struct merkle tree;
	merkle_init(&tree);
	for (unsigned level = 0; SIZE >> (8 * level); level++)
		levels[level] = calloc(SIZE >> (8 * level), DIGEST_BYTES);
	for (uint64_t i = 0; i < SIZE; i++) {
		unsigned count = merkle_append_kept(&tree, folder.digest, &i, sizeof(i), nodes);
		for (unsigned k = 0; k < count; k += 8 / MERKLE_KEPT_STEP) {
			unsigned level = k * MERKLE_KEPT_STEP / 8;
			memcpy(levels[level][i >> (8 * level)], nodes[k], DIGEST_BYTES);
		}
		if (tree.size == OLD_SIZE)
			merkle_root(&tree, folder.digest, old_root);
	}
	merkle_root(&tree, folder.digest, root);
}

static void write_tiles(uint64_t old_size, uint64_t size) {
	struct tile tile = { .width = 0 };
	while (tile_next(old_size, size, &tile))
		ck_assert_int_eq(
		    tile_folder_write(&folder, &tile, levels[tile.level][tile.index * TILE_WIDTH]), ERR_OK);
	folder.size = size;
}

static void begin(void) {
	struct buffer note;
	static char directory[200];
	snprintf(directory, sizeof(directory), "%s/copy", suite_directory());
	folder.directory = directory;
	ck_assert_int_eq(digest_new("SHA256", &folder.digest), ERR_OK);
	buffer_init(&note, 0);
	ck_assert_int_eq(tile_folder_open(directory, &note), ERR_OK);
	ck_assert_uint_eq(note.bytes, 0);
	grow_tree();
}

static void end(void) {
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		free(levels[level]);
	digest_free(folder.digest);
}

/* As voucherctl asks: both roots, and every full tile. */
static bool is_proved(void) {
	uint8_t told[DIGEST_BYTES];
	struct tile tile = { .width = 0 };
	if (tile_folder_root(&folder, SIZE, told) != ERR_OK || memcmp(told, root, DIGEST_BYTES) != 0)
		return false;
	if (tile_folder_root(&folder, OLD_SIZE, told) != ERR_OK ||
	    memcmp(told, old_root, DIGEST_BYTES) != 0)
		return false;
	while (tile_next(0, SIZE, &tile)) {
		if (tile_folder_check(&folder, &tile) != ERR_OK)
			return false;
	}
	return true;
}

static void path_of(const struct tile *tile, char path[400]) {
	char name[TILE_PATH_BYTES];
	tile_format(tile, name);
	snprintf(path, 400, "%s/%s", folder.directory, name);
}

START_TEST(a_copy_that_grew_is_proved_as_a_whole) {
	begin();
	write_tiles(0, OLD_SIZE);
	write_tiles(OLD_SIZE, SIZE);
	ck_assert(is_proved());
	end();
}
END_TEST

START_TEST(a_bit_that_is_flipped_anywhere_is_noticed) {
	char path[400];
	struct tile tile = { .width = 0 };
	uint64_t random = 1, tiles = 0;
	begin();
	write_tiles(0, SIZE);
	while (tile_next(0, SIZE, &tile)) {
		tiles++;
		if (tile.level == 0 && tile.index % 16 && tile.width == TILE_WIDTH)
			continue; /* they are all alike */
		random = random * UINT64_C(6364136223846793005) + 1;
		off_t offset = (off_t)((random >> 33) % ((uint64_t)tile.width * DIGEST_BYTES));
		uint8_t byte;
		path_of(&tile, path);
		int fd = open(path, O_RDWR);
		ck_assert_int_eq(pread(fd, &byte, 1, offset), 1);
		byte ^= (uint8_t)(1 << (random >> 60) % 8);
		ck_assert_int_eq(pwrite(fd, &byte, 1, offset), 1);
		ck_assert_msg(!is_proved(), "%s, byte %ld", path, (long)offset);
		byte ^= (uint8_t)(1 << (random >> 60) % 8);
		ck_assert_int_eq(pwrite(fd, &byte, 1, offset), 1);
		close(fd);
	}
	ck_assert_uint_eq(tiles, 258 + 2 + 1);
	ck_assert(is_proved());
	end();
}
END_TEST

START_TEST(tiles_that_lack_something_are_noticed) {
	const struct tile tiles[] = { { 0, 0, TILE_WIDTH }, { 0, 257, SIZE % TILE_WIDTH },
		{ 1, 0, TILE_WIDTH }, { 1, 1, 1 }, { 2, 0, 1 } };
	char path[400];
	begin();
	write_tiles(0, SIZE);
	for (size_t i = 0; i < sizeof(tiles) / sizeof(tiles[0]); i++) {
		const uint8_t *hashes = levels[tiles[i].level][tiles[i].index * TILE_WIDTH];
		path_of(&tiles[i], path);
		ck_assert_msg(truncate(path, (off_t)tiles[i].width * DIGEST_BYTES - 1) == 0, "%s", path);
		ck_assert(!is_proved());
		ck_assert_int_eq(unlink(path), 0);
		ck_assert(!is_proved());
		ck_assert_int_eq(tile_folder_write(&folder, &tiles[i], hashes), ERR_OK);
	}
	ck_assert(is_proved());
	end();
}
END_TEST

START_TEST(pieces_of_a_tile_go_when_it_is_full) {
	const struct tile piece = { 0, 2, OLD_SIZE % TILE_WIDTH }, whole = { 0, 2, TILE_WIDTH };
	char path[400];
	struct stat status;
	begin();
	write_tiles(0, OLD_SIZE);
	path_of(&piece, path);
	ck_assert_int_eq(stat(path, &status), 0);
	tile_folder_tidy(&folder, &piece); /* it is not full: it stays */
	ck_assert_int_eq(stat(path, &status), 0);
	write_tiles(OLD_SIZE, SIZE);
	tile_folder_tidy(&folder, &whole);
	ck_assert_int_ne(stat(path, &status), 0);
	path[strlen(folder.directory) + strlen("/tile/0/002.p")] = '\0';
	ck_assert_int_ne(stat(path, &status), 0);
	ck_assert(is_proved());
	end();
}
END_TEST

START_TEST(a_checkpoint_is_kept_and_found_again) {
	struct buffer note;
	begin();
	buffer_init(&note, 0);
	ck_assert_int_eq(tile_folder_commit(&folder, "a note\n", 7), ERR_OK);
	ck_assert_int_eq(tile_folder_open(folder.directory, &note), ERR_OK);
	ck_assert_str_eq(buffer_string(&note), "a note\n");
	buffer_done(&note);
	end();
}
END_TEST

START_TEST(a_directory_that_cannot_be_is_an_error) {
	const struct tile tile = { 0, 0, 1 };
	struct buffer note;
	char path[300];
	begin();
	buffer_init(&note, 0);
	snprintf(path, sizeof(path), "%s/file", suite_directory());
	close(open(path, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(tile_folder_open(path, &note), ERR_IO);
	const struct tile_folder bad = { .directory = path };
	ck_assert_int_eq(tile_folder_write(&bad, &tile, root), ERR_IO);
	ck_assert_int_eq(errno, ENOTDIR);
	buffer_done(&note);
	end();
}
END_TEST

SUITE_MAIN("tile folder", a_copy_that_grew_is_proved_as_a_whole,
    a_bit_that_is_flipped_anywhere_is_noticed, tiles_that_lack_something_are_noticed,
    pieces_of_a_tile_go_when_it_is_full, a_checkpoint_is_kept_and_found_again,
    a_directory_that_cannot_be_is_an_error)
