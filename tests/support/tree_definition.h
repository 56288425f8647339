/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of RFC 9162, section 2.1.1, word by word: faster ways to it are compared with this. */
#ifndef TESTS_SUPPORT_TREE_DEFINITION_H
#define TESTS_SUPPORT_TREE_DEFINITION_H

#include "record/digest.h"

#include <string.h>

/* MTH({d}), of an entry's bytes. */
static inline void tree_leaf(
    struct digest *digest, const void *data, size_t bytes, uint8_t ret_hash[DIGEST_BYTES]) {
	digest_compute(digest, "\0", 1, data, bytes, NULL, 0, ret_hash);
}

/* MTH(D[n]), of the hashes of n leaves. */
static inline void tree_root(struct digest *digest, uint8_t (*leaves)[DIGEST_BYTES], size_t n,
    uint8_t ret_hash[DIGEST_BYTES]) {
	uint8_t left[DIGEST_BYTES], right[DIGEST_BYTES];
	size_t k = 1;
	if (n == 0) {
		digest_compute(digest, NULL, 0, NULL, 0, NULL, 0, ret_hash);
	} else if (n == 1) {
		memcpy(ret_hash, leaves[0], DIGEST_BYTES);
	} else {
		while (k * 2 < n)
			k *= 2;
		tree_root(digest, leaves, k, left);
		tree_root(digest, leaves + k, n - k, right);
		digest_compute(digest, "\1", 1, left, DIGEST_BYTES, right, DIGEST_BYTES, ret_hash);
	}
}

#endif
