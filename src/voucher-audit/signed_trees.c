/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/signed_trees.h"

#include "record/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail(const struct options *options, const char *what, const char *en, const char *zh) {
	fprintf(stderr, "voucher-audit: %s: %s\n", what, options->is_zh ? zh : en);
	return false;
}

static bool read_keys(const struct options *options, struct note_key *keys) {
	for (size_t i = 0; i < options->n_keys; i++) {
		const char *text = options->keys[i];
		switch (note_key_parse(text, strlen(text), &keys[i])) {
		case ERR_OK: break;
		case ERR_NOT_FOUND:
			return fail(options, text, "a key of an unknown algorithm", "密钥算法未知");
		case ERR_CORRUPT:
			return fail(options, text, "the key's id does not fit it: mistyped?",
			    "密钥编号与内容不符，请检查是否有误");
		default: return fail(options, text, "not a verifier key", "不是验证公钥");
		}
	}
	return true;
}

static bool say(const struct options *options, const char *file, enum err err) {
	switch (err) {
	case ERR_OK: return true;
	case ERR_CONFIG:
		return fail(options, file, "a checkpoint of another ledger than the key is of (origin)",
		    "检查点属于另一账本（来源与密钥名不同）");
	case ERR_NOT_FOUND:
		return fail(options, file, "signed by none of the keys given", "未由所给密钥签名");
	case ERR_DENIED: return fail(options, file, "the signature is wrong", "签名无效");
	default: return fail(options, file, "not a signed checkpoint", "不是已签名的检查点");
	}
}

/* The origin of a checkpoint is the name of the key that signs it (C2SP tlog-checkpoint). */
static bool read_tree(const struct options *options, const struct note_key *keys, const char *file,
    struct signed_tree *tree) {
	char note[LIMIT_NOTE_BYTES];
	struct checkpoint checkpoint;
	FILE *in = fopen(file, "re");
	if (!in)
		return fail(options, file, "it cannot be read", "无法读取");
	size_t bytes = fread(note, 1, sizeof(note), in);
	fclose(in);
	const struct checkpoint_trust trust = { keys[0].name, keys, options->n_keys };
	enum err err = checkpoint_open(&trust, note, bytes, &checkpoint, NULL);
	if (!say(options, file, err))
		return false;
	*tree = (struct signed_tree){ .size = checkpoint.size, .name = file };
	memcpy(tree->root, checkpoint.root, sizeof(tree->root));
	return true;
}

static int compare(const void *a, const void *b) {
	uint64_t x = ((const struct signed_tree *)a)->size, y = ((const struct signed_tree *)b)->size;
	return (x > y) - (x < y);
}

bool signed_trees_read(struct signed_trees *trees, const struct options *options) {
	struct note_key keys[OPTION_FILES_MAX];
	if (!read_keys(options, keys))
		return false;
	for (size_t i = 0; i < options->n_checkpoints; i++)
		if (!read_tree(options, keys, options->checkpoints[i], &trees->trees[trees->count++]))
			return false;
	qsort(trees->trees, trees->count, sizeof(trees->trees[0]), compare);
	return true;
}
