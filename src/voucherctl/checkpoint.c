/* SPDX-License-Identifier: Apache-2.0 */
/* "checkpoint": the signed state of the ledger, and the keys that sign it. */
#include "engine/key_file.h"
#include "ledger/identifier.h"
#include "record/pb.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"
#include "voucherctl/verifier_key.h"

#include <string.h>

/* --- show --- */

/* As it is: what is signed must not be written in another way. */
enum exit_status action_checkpoint_show(struct session *session) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_fetch(session, "/v1/checkpoint", "text/plain", &reply);
	if (status == EXIT_DONE)
		buffer_append(&session->out, voucher_reply_body(reply), voucher_reply_bytes(reply));
	voucher_reply_free(reply);
	return status == EXIT_DONE ? session_print(session) : status;
}

/* --- new-key --- */

static enum exit_status complain_of_file(const char *path, enum err err) {
	if (err == ERR_EXISTS)
		session_complain("There is a file %s already; it is left as it is.", path);
	else if (err == ERR_SYNTAX)
		session_complain("--origin must be what the first line of a checkpoint says.");
	else
		session_complain("The key file %s cannot be written: %m.", path);
	return err == ERR_IO ? EXIT_LOCAL : EXIT_USAGE;
}

enum exit_status action_checkpoint_new_key(struct session *session) {
	const struct command_line *line = &session->line;
	const char *path = options_text(line, "FILE"), *origin = options_text(line, "--origin");
	struct key_file keys = { .count = 0 };
	enum err err = identifier_is_origin(origin)
	    ? key_file_generate(origin, options_has(line, "--sm2"), &keys)
	    : ERR_SYNTAX;
	if (!err)
		err = key_file_write(&keys, path);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err) {
		key_file_close(&keys);
		return complain_of_file(path, err);
	}
	Pb__CheckpointKey *key = key_file_public(&keys, &session->arena);
	key_file_close(&keys);
	if (!key || verifier_keys_write(origin, key, "", &session->out) != ERR_OK)
		return session_out_of_memory();
	if (!session_is_quiet(session))
		buffer_printf(&session->out,
		    session_say(session,
		        "Next: add %s to the end of the daemon's key file, send it SIGHUP, and then\n"
		        "  voucherctl checkpoint rotate-key KEY --reason TEXT\n",
		        "下一步：将 %s 附加到服务密钥文件末尾并发送 SIGHUP，然后执行\n"
		        "  voucherctl checkpoint rotate-key KEY --reason 原因\n"),
		    path);
	return session_print(session);
}

/* --- rotate-key --- */

/* Each KEY is a verifier key, or a file of keys. */
static enum exit_status add_key(
    struct session *session, const char *text, Pb__CheckpointKey *message) {
	char detail[ENGINE_DETAIL_BYTES];
	struct key_file keys = { .count = 0 };
	if (strchr(text, '+') && verifier_key_read(text, &session->arena, message) == ERR_OK)
		return EXIT_DONE;
	enum err err = key_file_open(text, "any", &keys, detail);
	if (err) {
		session_complain("KEY must be a verifier key (NAME+ID+KEY), or a key file. %s", detail);
		return EXIT_USAGE;
	}
	const Pb__CheckpointKey *key = key_file_public(&keys, &session->arena);
	key_file_close(&keys);
	if (!key)
		return session_out_of_memory();
	message->ed25519 = key->ed25519;
	message->sm2 = key->sm2;
	return EXIT_DONE;
}

enum exit_status prepare_rotate_checkpoint_key(struct session *session, Pb__Command *command) {
	const struct command_line *line = &session->line;
	Pb__CheckpointKey *key = PB_NEW(Pb__CheckpointKey, pb__checkpoint_key, &session->arena);
	enum exit_status status = key ? EXIT_DONE : session_out_of_memory();
	for (size_t i = 0; status == EXIT_DONE && i < line->argument_count; i++)
		if (strcmp(line->arguments[i].parameter->name, "KEY") == 0)
			status = add_key(session, line->arguments[i].text, key);
	command->rotate_checkpoint_key->key = key;
	return status;
}
