/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/guard.h"

#include "base/check.h"
#include "base/file.h"
#include "engine/detail.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- open --- */

static enum err read_last(const char *path, struct checkpoint *ret_last) {
	struct buffer file;
	struct note note;
	buffer_init(&file, 0);
	enum err err = file_read(path, LIMIT_NOTE_BYTES, &file);
	if (!err)
		err = note_parse(file.data, file.bytes, &note);
	if (!err)
		err = checkpoint_parse(note.text, note.text_bytes, ret_last);
	buffer_done(&file);
	return err == ERR_RANGE ? ERR_SYNTAX : err;
}

static enum err explain_file(const char *path, enum err err, char ret_detail[ENGINE_DETAIL_BYTES]) {
	if (err == ERR_SYNTAX)
		return detail_fail(ret_detail, err,
		    "The guard file %s is no checkpoint: restore it; without it an old copy of the ledger "
		    "would go unnoticed. "
		    "检查点存证文件已损坏：请恢复该文件，否则无法发现账本被旧副本替换。",
		    path);
	return detail_fail(
	    ret_detail, err, "The guard file %s cannot be read: %m. 无法读取检查点存证文件。", path);
}

static enum err refuse_old_copy(
    const struct guard *guard, uint64_t last_seq, char ret_detail[ENGINE_DETAIL_BYTES]) {
	return detail_fail(ret_detail, ERR_CORRUPT,
	    "The journal ends at entry %" PRIu64 ", but a checkpoint of %" PRIu64
	    " entries has been handed out (%s): this is an old copy. Put the newest journal in its "
	    "place. 账本止于第 %" PRIu64 " 条，而已签发的检查点有 %" PRIu64
	    " 条：这是旧副本，请换上最新的账本。",
	    last_seq, guard->last.size, guard->path, last_seq, guard->last.size);
}

static enum err refuse_fork(const struct guard *guard, char ret_detail[ENGINE_DETAIL_BYTES]) {
	return detail_fail(ret_detail, ERR_CORRUPT,
	    "The first %" PRIu64
	    " entries are not those of which a checkpoint has been handed out (%s): "
	    "the journal has been replaced or changed. Put back the one that was signed, and have it "
	    "audited. 前 %" PRIu64 " 条与已签发的检查点不符：账本被替换或改动，请恢复原账本并审计。",
	    guard->last.size, guard->path, guard->last.size);
}

static enum err compare(
    const struct guard *guard, struct engine *engine, char ret_detail[ENGINE_DETAIL_BYTES]) {
	uint8_t root[DIGEST_BYTES];
	if (strcmp(guard->last.origin, engine_genesis(engine)->origin) != 0)
		return detail_fail(ret_detail, ERR_CONFIG,
		    "The guard file %s is of another ledger, %s: name this ledger's own. "
		    "检查点存证文件属于另一账本，请指定本账本的文件。",
		    guard->path, guard->last.origin);
	if (engine_last_seq(engine) < guard->last.size)
		return refuse_old_copy(guard, engine_last_seq(engine), ret_detail);
	enum err err = engine_tree_root(engine, guard->last.size, root);
	if (err)
		return detail_fail(
		    ret_detail, err, "The tree of the journal cannot be read: %s.", err_text(err));
	bool is_same = memcmp(root, guard->last.root, DIGEST_BYTES) == 0;
	return is_same ? ERR_OK : refuse_fork(guard, ret_detail);
}

enum err guard_open(const char *path, struct engine *engine, struct guard *ret_guard,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct guard guard = { .last = { .size = 0 } };
	if ((size_t)snprintf(guard.path, sizeof(guard.path), "%s", path) >= sizeof(guard.path))
		return detail_fail(ret_detail, ERR_RANGE, "The guard file's path is too long.");
	enum err err = read_last(path, &guard.last);
	if (err == ERR_NOT_FOUND)
		guard.last = (struct checkpoint){ .size = 0 };
	else if (err)
		return explain_file(path, err, ret_detail);
	else if (guard.last.size > 0)
		err = compare(&guard, engine, ret_detail);
	if (err && err != ERR_NOT_FOUND)
		return err;
	*ret_guard = guard;
	return ERR_OK;
}

/* --- store --- */

enum err guard_store(
    struct guard *guard, const struct checkpoint *checkpoint, const struct buffer *note) {
	check(checkpoint->size >= guard->last.size);
	check(checkpoint->size > guard->last.size ||
	    memcmp(checkpoint->root, guard->last.root, DIGEST_BYTES) == 0);
	enum err err = file_replace(guard->path, note->data, note->bytes, S_IRUSR | S_IWUSR);
	if (!err)
		guard->last = *checkpoint;
	return err;
}
