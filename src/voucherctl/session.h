/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of voucherctl: its command line, its settings, its connection and what it prints. One
 * thread.
 */
#ifndef VOUCHERCTL_SESSION_H
#define VOUCHERCTL_SESSION_H

#include "base/arena.h"
#include "base/buffer.h"
#include "voucher/client.h"
#include "voucherctl/command_table.h"
#include "voucherctl/options.h"
#include "voucherctl/settings.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct session {
	struct arena arena; /* lives as long as the session */
	struct command_line line;
	struct settings settings;
	struct voucher_client *client; /* NULL until session_open, or the first call */
	bool is_in_doubt;              /* the last call may have taken effect, or not */
	struct buffer out;             /* for stdout; see session_print */
};

void session_init(struct session *session);
void session_done(struct session *session);

bool session_is_json(const struct session *session);
bool session_is_quiet(const struct session *session);

/* In the language of the session. Both may be formats: the compiler checks what is printed by
 * them. */
__attribute__((format_arg(2), format_arg(3))) const char *session_say(
    const struct session *session, const char *en, const char *zh);

/* Why the operating system refused what was asked of it last. */
const char *session_reason(const struct session *session);

/* One line to stderr: "voucherctl: …". */
__attribute__((format(printf, 1, 2))) void session_complain(const char *format, ...);

/* What complains about exhausted memory, and returns EXIT_LOCAL. */
enum exit_status session_out_of_memory(void);

/* Writes what `out` holds to stdout and empties it. EXIT_LOCAL, having complained, when stdout does
 * not take it. */
enum exit_status session_print(struct session *session);

/*
 * One call of the server; EXIT_DONE with the reply, which is the caller's to free. A refusal of the
 * whole request is explained to the user: EXIT_REFUSED. So is every other failure.
 */
enum exit_status session_call(struct session *session, const char *method, const char *target,
    const char *body, struct voucher_reply **ret_reply);

/* The same, a GET that wants the answer as this media type. */
enum exit_status session_fetch(struct session *session, const char *target, const char *accept,
    struct voucher_reply **ret_reply);

/*
 * For those who ask `client` themselves. session_open makes it, unless it is there. session_explain
 * takes what came of asking: EXIT_DONE with the reply in `ret_reply`, or the reply is freed and the
 * user told, as session_call does.
 */
enum exit_status session_open(struct session *session);
enum exit_status session_explain(struct session *session, enum voucher_result result,
    struct voucher_reply *reply, struct voucher_reply **ret_reply);

/* GET, and the reply read as a message of this type, which lives in `arena`. */
enum exit_status session_get(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
    ProtobufCMessage **ret_message);

/* The same; EXIT_DONE with NULL when there is no such thing (or none that one may see). */
enum exit_status session_find(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
    ProtobufCMessage **ret_message);

/* Reads a reply; complains about one that is not understood. */
enum exit_status session_decode(const struct voucher_reply *reply,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
    ProtobufCMessage **ret_message);

/* `text` for use in a target: everything but A–Z a–z 0–9 - . _ ~ becomes %XX. NULL: exhausted. */
const char *session_escape(struct arena *arena, const char *text);

#endif
