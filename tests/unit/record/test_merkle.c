/* SPDX-License-Identifier: Apache-2.0 */
#include "record/merkle.h"

#include "base/text.h"
#include "known_leaves.h"
#include "support/suite.h"
#include "support/tree_definition.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { LEAVES_MAX = 130 };

/* Of the trees over the first 0, 1, 2, … of the known leaves, from the same tests. */
static const char *const roots[] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

START_TEST(known_trees_have_their_known_roots) {
	struct digest *digest = NULL;
	struct merkle tree;
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	merkle_init(&tree);
	for (size_t size = 0; size < COUNT(roots); size++) {
		uint8_t root[DIGEST_BYTES];
		char text[2 * DIGEST_BYTES + 1];
		merkle_root(&tree, digest, root);
		text_hex(root, DIGEST_BYTES, text);
		ck_assert_str_eq(text, roots[size]);
		ck_assert_uint_eq(tree.size, size);
		if (size < COUNT(known_leaves))
			merkle_append(&tree, digest, known_leaves[size].data, known_leaves[size].bytes);
	}
	digest_free(digest);
}
END_TEST

START_TEST(the_compact_range_agrees_with_the_definition) {
	static uint8_t leaves[LEAVES_MAX][DIGEST_BYTES];
	struct digest *digest = NULL;
	struct merkle tree;
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	merkle_init(&tree);
	for (size_t size = 0; size < LEAVES_MAX; size++) {
		uint8_t root[DIGEST_BYTES], wanted[DIGEST_BYTES], entry[LEAVES_MAX];
		merkle_root(&tree, digest, root);
		tree_root(digest, leaves, size, wanted);
		ck_assert_mem_eq(root, wanted, DIGEST_BYTES);
		memset(entry, (int)size, size + 1);
		tree_leaf(digest, entry, size + 1, leaves[size]);
		merkle_append(&tree, digest, entry, size + 1);
	}
	digest_free(digest);
}
END_TEST

START_TEST(a_packed_tree_goes_on_where_it_was) {
	struct digest *digest = NULL;
	struct merkle tree, back;
	uint8_t packed[MERKLE_PACKED_BYTES_MAX], root[DIGEST_BYTES], wanted[DIGEST_BYTES];
	ck_assert_int_eq(digest_new("SM3", &digest), ERR_OK);
	merkle_init(&tree);
	for (size_t size = 0; size < 70; size++) {
		size_t bytes = merkle_pack(&tree, packed);
		ck_assert_uint_eq(bytes, 8 + DIGEST_BYTES * (size_t)__builtin_popcountll(size));
		ck_assert_int_eq(packed[7], (int)size);
		ck_assert_int_eq(merkle_unpack(packed, bytes, &back), ERR_OK);
		merkle_append(&tree, digest, packed, bytes);
		merkle_append(&back, digest, packed, bytes);
		merkle_root(&tree, digest, wanted);
		merkle_root(&back, digest, root);
		ck_assert_mem_eq(root, wanted, DIGEST_BYTES);
	}
	digest_free(digest);
}
END_TEST

START_TEST(packed_bytes_of_another_length_are_corrupt) {
	uint8_t packed[MERKLE_PACKED_BYTES_MAX + 1] = { 0 };
	struct merkle tree = { .size = 99 };
	packed[7] = 5; /* two bits */
	for (size_t bytes = 0; bytes < 8 + 3 * DIGEST_BYTES; bytes++) {
		enum err wanted = bytes == 8 + 2 * DIGEST_BYTES ? ERR_OK : ERR_CORRUPT;
		ck_assert_int_eq(merkle_unpack(packed, bytes, &tree), wanted);
	}
	memset(packed, 0xff, 8);
	ck_assert_int_eq(merkle_unpack(packed, sizeof(packed), &tree), ERR_CORRUPT);
	ck_assert_uint_eq(tree.size, 5);
	ck_assert_int_eq(merkle_unpack(packed, MERKLE_PACKED_BYTES_MAX, &tree), ERR_OK);
}
END_TEST

SUITE_MAIN("merkle", known_trees_have_their_known_roots,
    the_compact_range_agrees_with_the_definition, a_packed_tree_goes_on_where_it_was,
    packed_bytes_of_another_length_are_corrupt)
