/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/send.h"

#include "record/json.h"
#include "voucherctl/answer.h"
#include "voucherctl/compose.h"
#include "voucherctl/receipt.h"
#include "voucherctl/view.h"

#include <stdio.h>

enum exit_status send_batch(struct session *session, const Pb__Batch *batch, struct arena *arena,
    Pb__BatchReply **ret_reply) {
	struct buffer body;
	buffer_init(&body, 0);
	json_encode(&batch->base, JSON_COMPACT, &body);
	struct voucher_reply *reply = NULL;
	enum exit_status status = EXIT_LOCAL;
	if (buffer_error(&body) != ERR_OK)
		status = session_out_of_memory();
	else
		status = session_call(session, "POST", "/v1/batch", buffer_string(&body), &reply);
	ProtobufCMessage *message = NULL;
	if (status == EXIT_DONE)
		status = session_decode(reply, &pb__batch_reply__descriptor, arena, &message);
	voucher_reply_free(reply);
	buffer_done(&body);
	if (status != EXIT_DONE)
		return status;
	Pb__BatchReply *batch_reply = (Pb__BatchReply *)message;
	if (batch_reply->n_replies != batch->n_commands) {
		session_complain("The server answered %zu commands of %zu; it is no voucherd.",
		    batch_reply->n_replies, batch->n_commands);
		return EXIT_NO_SERVER;
	}
	*ret_reply = batch_reply;
	return EXIT_DONE;
}

static void say_how_to_repeat(struct session *session, const Pb__Command *command) {
	struct view view = { session->settings.lang, &session->arena };
	const char *id = view_value(&view, &command->base, "id");
	if (session->is_in_doubt && !session->line.options[OPTION_DRY_RUN])
		fprintf(stderr,
		    session_say(session,
		        "  It may have taken effect. To be sure, repeat the same command with\n"
		        "    --id %s\n  It then takes effect once, however often it is repeated.\n",
		        "  该命令可能已经生效。请加上以下选项重复同一命令以确认：\n    --id %s\n"
		        "  无论重复多少次，命令只会生效一次。\n"),
		    id ? id : "");
}

static enum exit_status compose(struct session *session, Pb__Command **ret_command) {
	const char *message = "";
	enum err err = compose_command(&session->line, &session->arena, ret_command, &message);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err != ERR_OK) {
		session_complain("%s", message);
		return EXIT_USAGE;
	}
	const struct verb *verb = session->line.verb;
	return verb->prepare ? verb->prepare(session, *ret_command) : EXIT_DONE;
}

enum exit_status send_command(struct session *session) {
	Pb__Command *command = NULL;
	enum exit_status status = compose(session, &command);
	if (status != EXIT_DONE)
		return status;
	Pb__Batch batch = PB__BATCH__INIT;
	batch.n_commands = 1;
	batch.commands = &command;
	batch.dry_run = session->line.options[OPTION_DRY_RUN] != NULL;
	Pb__BatchReply *reply = NULL;
	status = send_batch(session, &batch, &session->arena, &reply);
	if (status == EXIT_NO_SERVER)
		say_how_to_repeat(session, command);
	if (status != EXIT_DONE)
		return status;
	status = answer_reply(session, command, reply->replies[0]);
	const char *file = session->line.options[OPTION_RECEIPT];
	return status == EXIT_DONE && file && !batch.dry_run
	    ? receipt_save(session, reply->replies[0]->seq, file)
	    : status;
}
