/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"
#include "voucherctl/show.h"

#include <string.h>

/* Shows one of the server's answers; the next is asked for even when this one is a refusal. */
static enum exit_status show_answer(
    struct session *session, const char *target, const ProtobufCMessageDescriptor *descriptor) {
	struct voucher_reply *reply = NULL;
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_call(session, "GET", target, NULL, &reply);
	if (status == EXIT_DONE && session_is_json(session)) {
		buffer_append(&session->out, voucher_reply_body(reply), voucher_reply_bytes(reply));
		buffer_append_char(&session->out, '\n');
	} else if (status == EXIT_DONE && descriptor) {
		status = session_decode(reply, descriptor, &session->arena, &message);
	}
	voucher_reply_free(reply);
	struct view view = { session->settings.lang, &session->arena };
	if (message && show_message(&view, message, 2, &session->out) != ERR_OK)
		return session_out_of_memory();
	return status == EXIT_DONE ? session_print(session) : status;
}

/* "ready", or "ready, read-only: the disk is full". */
static enum exit_status show_ready(struct session *session) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_call(session, "GET", "/readyz", NULL, &reply);
	if (status == EXIT_DONE && !session_is_json(session))
		buffer_printf(&session->out, "%s: %.*s\n", session->settings.server,
		    (int)strcspn(voucher_reply_body(reply), "\r\n"), voucher_reply_body(reply));
	voucher_reply_free(reply);
	return status == EXIT_DONE ? session_print(session) : status;
}

static enum exit_status title(struct session *session, const char *en, const char *zh) {
	if (session_is_json(session))
		return EXIT_DONE;
	buffer_append_text(&session->out, session_say(session, en, zh));
	return session_print(session);
}

enum exit_status action_status(struct session *session) {
	enum exit_status status = show_ready(session);
	if (status == EXIT_NO_SERVER || status == EXIT_USAGE || status == EXIT_LOCAL)
		return status;
	title(session, "You are:\n", "当前用户：\n");
	enum exit_status me = show_answer(session, "/v1/me", &pb__principal__descriptor);
	if (me != EXIT_DONE)
		return me;
	title(session, "The ledger has:\n", "账本：\n");
	enum exit_status head = show_answer(session, "/v1/tree-head", &pb__tree_head__descriptor);
	return status == EXIT_DONE ? head : status;
}
