/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "tiles": copies the ledger's tree into a directory, or brings the copy there up to date.
 *
 *	/checkpoint ─► the tiles that the copy has not ─► do they give its root, and still the root
 *	of the copy's own checkpoint? ─► checkpoint
 *
 * Nothing that the server says is believed: a copy goes on only from what it has.
 */
#include "base/base64.h"
#include "record/checkpoint.h"
#include "voucherctl/actions.h"
#include "voucherctl/progress.h"
#include "voucherctl/session.h"
#include "voucherctl/tile_folder.h"

#include <inttypes.h>
#include <string.h>

enum { KEYS_MAX = 64 };

struct copying {
	struct session *session;
	struct tile_folder folder;
	struct note_key keys[KEYS_MAX]; /* of the ledger, as given */
	size_t key_count;
	struct buffer old_note, note;
	struct checkpoint old, newest; /* old.size 0: there is no copy yet */
	uint64_t tile_count;           /* that have been fetched */
};

/* --- what is given --- */

static enum exit_status read_keys(struct copying *copying) {
	struct session *session = copying->session;
	for (size_t i = 0; i < session->line.argument_count; i++) {
		const struct argument *argument = &session->line.arguments[i];
		if (strcmp(argument->parameter->name, "--verifier") != 0)
			continue;
		if (copying->key_count == KEYS_MAX ||
		    note_key_parse(argument->text, strlen(argument->text),
		        &copying->keys[copying->key_count]) != ERR_OK) {
			session_complain(session_say(session,
			                     "\"%s\" is no verifier key (NAME+ID+KEY), as `status` shows it.",
			                     "“%s”不是验证公钥（NAME+ID+KEY）；status 可显示。"),
			    argument->text);
			return EXIT_USAGE;
		}
		copying->key_count++;
	}
	return EXIT_DONE;
}

static enum exit_status open_digest(struct copying *copying) {
	struct session *session = copying->session;
	enum err err = digest_new(options_text(&session->line, "--hash"), &copying->folder.digest);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err)
		session_complain(
		    "%s", session_say(session, "--hash is SHA256 or SM3.", "--hash 应为 SHA256 或 SM3。"));
	return err ? EXIT_USAGE : EXIT_DONE;
}

/* --- checkpoints --- */

/* Whoever signed it, unless keys were given. */
static enum err open_note(
    const struct copying *copying, const struct buffer *text, struct checkpoint *ret_checkpoint) {
	const struct checkpoint_trust trust = {
		.origin = copying->key_count ? copying->keys[0].name : "",
		.keys = copying->keys,
		.count = copying->key_count,
	};
	struct note note;
	if (copying->key_count)
		return checkpoint_open(&trust, text->data, text->bytes, ret_checkpoint, NULL);
	enum err err = note_parse(text->data, text->bytes, &note);
	return err ? err : checkpoint_parse(note.text, note.text_bytes, ret_checkpoint);
}

static const char *explain_note(const struct session *session, enum err err) {
	switch (err) {
	case ERR_CONFIG: return session_say(session, "it is another ledger's", "它属于另一账本");
	case ERR_NOT_FOUND:
		return session_say(session, "it is signed by none of the keys given", "没有所给公钥的签名");
	case ERR_DENIED: return session_say(session, "its signature is wrong", "签名不正确");
	default: return session_say(session, "it is none", "格式不正确");
	}
}

static enum exit_status read_note(struct copying *copying, const char *whose,
    const struct buffer *text, struct checkpoint *ret_checkpoint) {
	enum err err = open_note(copying, text, ret_checkpoint);
	if (!err)
		return EXIT_DONE;
	session_complain(session_say(copying->session, "The checkpoint of %s is not taken: %s.",
	                     "不接受 %s 的检查点：%s。"),
	    whose, explain_note(copying->session, err));
	return EXIT_NO_SERVER;
}

static enum exit_status complain_of_folder(const struct copying *copying, enum err err) {
	struct session *session = copying->session;
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	session_complain(session_say(session, "%s cannot be read or written: %s.", "无法读写 %s：%s。"),
	    copying->folder.directory, err == ERR_IO ? session_reason(session) : err_text(err));
	return EXIT_LOCAL;
}

static enum exit_status read_copy(struct copying *copying) {
	enum err err = tile_folder_open(copying->folder.directory, &copying->old_note);
	if (err)
		return complain_of_folder(copying, err);
	if (!copying->old_note.bytes)
		return EXIT_DONE;
	return read_note(copying, copying->folder.directory, &copying->old_note, &copying->old);
}

static enum exit_status fetch_note(struct copying *copying) {
	struct session *session = copying->session;
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_fetch(session, "/checkpoint", "text/plain", &reply);
	if (status != EXIT_DONE)
		return status;
	buffer_append(&copying->note, voucher_reply_body(reply), voucher_reply_bytes(reply));
	voucher_reply_free(reply);
	if (buffer_error(&copying->note))
		return session_out_of_memory();
	return read_note(copying, session->settings.server, &copying->note, &copying->newest);
}

/* --- tiles --- */

static enum exit_status fetch_tile(struct copying *copying, const struct tile *tile) {
	struct session *session = copying->session;
	char target[1 + TILE_PATH_BYTES] = "/";
	struct voucher_reply *reply = NULL;
	tile_format(tile, target + 1);
	enum exit_status status = session_fetch(session, target, "application/octet-stream", &reply);
	if (status != EXIT_DONE)
		return status;
	if (voucher_reply_bytes(reply) != (size_t)tile->width * DIGEST_BYTES) {
		session_complain(
		    session_say(session, "%s: the server gave %zu bytes.", "%s：服务器返回 %zu 字节。"),
		    target, voucher_reply_bytes(reply));
		status = EXIT_NO_SERVER;
	} else {
		enum err err = tile_folder_write(&copying->folder, tile, voucher_reply_body(reply));
		if (err)
			status = complain_of_folder(copying, err);
	}
	voucher_reply_free(reply);
	copying->tile_count++;
	return status;
}

static enum exit_status fetch_tiles(struct copying *copying) {
	enum exit_status status = EXIT_DONE;
	struct tile tile = { .width = 0 };
	struct progress progress;
	uint64_t leaves = copying->newest.size - copying->old.size;
	progress_begin(&progress, leaves);
	progress.noun = "tiles";
	while (status == EXIT_DONE && tile_next(copying->old.size, copying->newest.size, &tile)) {
		status = fetch_tile(copying, &tile);
		uint64_t done = tile.level ? leaves : tile.index * TILE_WIDTH;
		progress_show(&progress, done > copying->old.size ? done - copying->old.size : 0,
		    copying->tile_count);
	}
	progress_clear(&progress);
	return status;
}

/* --- checking --- */

static enum exit_status complain_of_tiles(const struct copying *copying, enum err err) {
	struct session *session = copying->session;
	if (err != ERR_CORRUPT)
		return complain_of_folder(copying, err);
	session_complain(session_say(session,
	                     "The hashes in %s do not lead to the checkpoint that the server gave. Is "
	                     "--hash that of the ledger? If so, begin again in an empty directory, and "
	                     "if that ends like this, do not trust the server. The copy is as it was.",
	                     "%s 中的哈希推不出服务器给出的检查点。请确认 --hash 与账本一致；若一致，请"
	                     "在空目录中重新复制；若仍如此，不要采信该服务器。原副本未改动。"),
	    copying->folder.directory);
	return EXIT_NO_SERVER;
}

/* The ledger has taken something back, or shows different books to different people. */
static enum exit_status complain_of_history(const struct copying *copying) {
	struct session *session = copying->session;
	session_complain(session_say(session,
	                     "The ledger at %s (%" PRIu64 " entries) does not begin with the copy in "
	                     "%s (%" PRIu64 " entries): it was restored from an older copy, its "
	                     "history was changed, or it is another ledger. The copy is as it was: "
	                     "keep it, it is evidence.",
	                     "%s 的账本（%" PRIu64 " 条）并非以 %s 中的副本（%" PRIu64
	                     " 条）开头：账本曾恢复自旧备份、"
	                     "历史被改动，或是另一账本。原副本未改动，请保留作为证据。"),
	    session->settings.server, copying->newest.size, copying->folder.directory,
	    copying->old.size);
	return EXIT_NO_SERVER;
}

static enum err check_root(
    const struct copying *copying, const struct checkpoint *checkpoint, bool *ret_is_right) {
	uint8_t root[DIGEST_BYTES];
	enum err err = tile_folder_root(&copying->folder, checkpoint->size, root);
	if (!err)
		*ret_is_right = memcmp(root, checkpoint->root, DIGEST_BYTES) == 0;
	return err;
}

static enum exit_status check_tiles(const struct copying *copying) {
	struct tile tile = { .width = 0 };
	bool is_right = false, is_continued = true;
	enum err err = check_root(copying, &copying->newest, &is_right);
	while (!err && is_right && tile_next(copying->old.size, copying->newest.size, &tile))
		err = tile_folder_check(&copying->folder, &tile);
	if (!err && !is_right)
		err = ERR_CORRUPT;
	if (!err && copying->old.size)
		err = check_root(copying, &copying->old, &is_continued);
	if (err)
		return complain_of_tiles(copying, err);
	return is_continued ? EXIT_DONE : complain_of_history(copying);
}

static bool can_be_continued(const struct copying *copying) {
	if (!copying->old_note.bytes)
		return true;
	const struct checkpoint *old = &copying->old, *newest = &copying->newest;
	return strcmp(old->origin, newest->origin) == 0 &&
	    (newest->size > old->size ||
	        (newest->size == old->size && memcmp(newest->root, old->root, DIGEST_BYTES) == 0));
}

/* --- the whole --- */

static enum exit_status commit(const struct copying *copying) {
	struct tile tile = { .width = 0 };
	enum err err = tile_folder_commit(&copying->folder, copying->note.data, copying->note.bytes);
	if (err)
		return complain_of_folder(copying, err);
	while (tile_next(copying->old.size, copying->newest.size, &tile))
		tile_folder_tidy(&copying->folder, &tile);
	return EXIT_DONE;
}

static enum exit_status say(struct copying *copying) {
	struct session *session = copying->session;
	char root[BASE64_TEXT_BYTES(DIGEST_BYTES)];
	base64_encode(copying->newest.root, DIGEST_BYTES, root);
	if (session_is_json(session))
		buffer_printf(&session->out,
		    "{\"size\":\"%" PRIu64 "\",\"root\":\"%s\",\"old_size\":\"%" PRIu64
		    "\",\"tiles\":%" PRIu64 ",\"signature_checked\":%s}\n",
		    copying->newest.size, root, copying->old.size, copying->tile_count,
		    copying->key_count ? "true" : "false");
	else
		buffer_printf(&session->out,
		    session_say(session,
		        "%s: %" PRIu64 " entries (%" PRIu64 " before), %" PRIu64 " tiles fetched.\n",
		        "%s：%" PRIu64 " 条记录（原有 %" PRIu64 " 条），取得 %" PRIu64 " 个哈希块。\n"),
		    copying->newest.origin, copying->newest.size, copying->old.size, copying->tile_count);
	if (!session_is_json(session) && !session_is_quiet(session) && !copying->key_count)
		buffer_append_text(&session->out,
		    session_say(session,
		        "The hashes are those of the checkpoint; who signed it was not checked: give "
		        "--verifier.\n",
		        "哈希与检查点一致；未核验检查点的签名：请用 --verifier 给出公钥。\n"));
	return session_print(session);
}

static enum exit_status copy(struct copying *copying) {
	enum exit_status status = read_copy(copying);
	if (status == EXIT_DONE)
		status = fetch_note(copying);
	if (status == EXIT_DONE && !can_be_continued(copying))
		status = complain_of_history(copying);
	copying->folder.size = copying->newest.size;
	if (status == EXIT_DONE)
		status = fetch_tiles(copying);
	if (status == EXIT_DONE)
		status = check_tiles(copying);
	if (status == EXIT_DONE)
		status = commit(copying);
	return status == EXIT_DONE ? say(copying) : status;
}

enum exit_status action_tiles(struct session *session) {
	struct copying *copying = ARENA_NEW(&session->arena, struct copying);
	if (!copying)
		return session_out_of_memory();
	copying->session = session;
	copying->folder.directory = options_text(&session->line, "DIR");
	buffer_init(&copying->old_note, 0);
	buffer_init(&copying->note, 0);
	enum exit_status status = read_keys(copying);
	if (status == EXIT_DONE)
		status = open_digest(copying);
	if (status == EXIT_DONE)
		status = copy(copying);
	digest_free(copying->folder.digest);
	buffer_done(&copying->old_note);
	buffer_done(&copying->note);
	return status;
}
