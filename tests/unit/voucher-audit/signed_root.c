/* SPDX-License-Identifier: Apache-2.0 */
#include "signed_root.h"

#include "record/delimited.h"
#include "record/entry.h"
#include "support/suite.h"
#include "voucher-audit/journey.h"

#include <stdio.h>
#include <string.h>

void signed_root_of(const struct golden *golden, uint8_t ret_root[32]) {
	struct merkle tree;
	struct digest *digest;
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	merkle_init(&tree);
	for (size_t i = 0; i < golden->count; i++)
		merkle_append(&tree, digest, golden->entries[i].data + ENTRY_HEADER_BYTES,
		    golden->entries[i].bytes - ENTRY_HEADER_BYTES);
	merkle_root(&tree, digest, ret_root);
	digest_free(digest);
}

static void write_export(const struct golden *golden, const char *path) {
	struct buffer out;
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	buffer_init(&out, 0);
	for (size_t i = 0; i < golden->count; i++)
		delimited_append(&out, golden->entries[i].data + ENTRY_HEADER_BYTES,
		    golden->entries[i].bytes - ENTRY_HEADER_BYTES);
	ck_assert_int_eq(buffer_error(&out), ERR_OK);
	ck_assert_uint_eq(fwrite(out.data, 1, out.bytes, file), out.bytes);
	ck_assert_int_eq(fclose(file), 0);
	buffer_done(&out);
}

bool signed_root_is_met(const struct golden *golden, const uint8_t root[32]) {
	static char path[512];
	static struct auditor auditor;
	struct signed_tree tree = { .size = golden->count, .name = "root" };
	struct journey_result result = { .reason = "" };
	if (!path[0])
		snprintf(path, sizeof(path), "%s/export", suite_directory());
	write_export(golden, path);
	memcpy(tree.root, root, sizeof(tree.root));
	const struct journey_config config = {
		.path = path, .is_only_hashes = true, .trees = &tree, .n_trees = 1
	};
	ck_assert_int_eq(auditor_open(&auditor, &config.audit), ERR_OK);
	ck_assert_msg(journey(&auditor, &config, &result) == ERR_OK, "%s", result.reason);
	auditor_close(&auditor);
	return tree.is_met;
}
