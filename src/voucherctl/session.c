/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/session.h"

#include "record/json.h"
#include "voucherctl/answer.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void session_init(struct session *session) {
	*session = (struct session){ 0 };
	arena_init(&session->arena, 0);
	buffer_init(&session->out, 0);
}

void session_done(struct session *session) {
	voucher_client_free(session->client);
	buffer_done(&session->out);
	arena_done(&session->arena);
}

bool session_is_json(const struct session *session) {
	return session->line.options[OPTION_JSON];
}

bool session_is_quiet(const struct session *session) {
	return session->line.options[OPTION_QUIET];
}

const char *session_say(const struct session *session, const char *en, const char *zh) {
	return lang_pick(session->settings.lang, en, zh);
}

const char *session_reason(const struct session *session) {
	return lang_errno(session->settings.lang, errno);
}

void session_complain(const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	fputs("voucherctl: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

enum exit_status session_out_of_memory(void) {
	session_complain("Out of memory.");
	return EXIT_LOCAL;
}

enum exit_status session_print(struct session *session) {
	if (buffer_error(&session->out) != ERR_OK)
		return session_out_of_memory();
	size_t bytes = session->out.bytes;
	const char *text = buffer_string(&session->out); /* never NULL, even when empty */
	if (fwrite(text, 1, bytes, stdout) != bytes || fflush(stdout) != 0) {
		session_complain(session_say(session, "Standard output cannot be written: %s.",
		                     "无法写入标准输出：%s。"),
		    session_reason(session));
		return EXIT_LOCAL;
	}
	buffer_clear(&session->out);
	return EXIT_DONE;
}

enum exit_status session_open(struct session *session) {
	const struct settings *settings = &session->settings;
	if (session->client)
		return EXIT_DONE;
	if (!settings->server && settings->profiles[0] && !session->line.options[OPTION_PROFILE]) {
		session_complain("%s has no [default] server. Choose a section with --profile: %s",
		    settings->file, settings->profiles);
		return EXIT_USAGE;
	}
	if (!settings->server || !settings->ca_file) {
		session_complain("%s is not set. Give %s, or write it into %s:\n"
		                 "  [default]\n  server = https://host:8443\n  ca = ca.pem\n"
		                 "  cert = me.pem\n  key = me.key",
		    settings->server ? "Who signed the server's certificate (ca)" : "The server",
		    settings->server ? "--ca FILE or VOUCHERCTL_CA" : "--server URL or VOUCHERCTL_SERVER",
		    settings->file);
		return EXIT_USAGE;
	}
	struct voucher_client_config config = {
		.server = settings->server,
		.ca_file = settings->ca_file,
		.certificate_file = settings->certificate_file,
		.key_file = settings->key_file,
		.token = settings->token,
		.timeout_ms = settings->timeout_ms,
		.retries = settings->retries,
	};
	const char *detail = "";
	enum voucher_result result = voucher_client_new(&config, &session->client, &detail);
	if (result == VOUCHER_OK)
		return EXIT_DONE;
	session_complain("%s", detail);
	return result == VOUCHER_MEMORY ? EXIT_LOCAL : EXIT_USAGE;
}

static enum exit_status failed(struct session *session, enum voucher_result result) {
	session_complain("%s", voucher_client_error(session->client));
	session->is_in_doubt = result == VOUCHER_LOST;
	switch (result) {
	case VOUCHER_MEMORY: return EXIT_LOCAL;
	case VOUCHER_USAGE: return EXIT_USAGE;
	default: return EXIT_NO_SERVER;
	}
}

enum exit_status session_explain(struct session *session, enum voucher_result result,
    struct voucher_reply *reply, struct voucher_reply **ret_reply) {
	if (result == VOUCHER_OK) {
		*ret_reply = reply;
		return EXIT_DONE;
	}
	if (result == VOUCHER_REFUSED) {
		enum exit_status status = answer_problem(session, reply);
		voucher_reply_free(reply);
		return status;
	}
	return failed(session, result);
}

enum exit_status session_call(struct session *session, const char *method, const char *target,
    const char *body, struct voucher_reply **ret_reply) {
	session->is_in_doubt = false;
	enum exit_status status = session_open(session);
	if (status != EXIT_DONE)
		return status;
	struct voucher_reply *reply = NULL;
	enum voucher_result result = voucher_call(session->client, method, target, body, &reply);
	return session_explain(session, result, reply, ret_reply);
}

enum exit_status session_fetch(struct session *session, const char *target, const char *accept,
    struct voucher_reply **ret_reply) {
	session->is_in_doubt = false;
	enum exit_status status = session_open(session);
	if (status != EXIT_DONE)
		return status;
	struct voucher_reply *reply = NULL;
	enum voucher_result result = voucher_get(session->client, target, accept, &reply);
	return session_explain(session, result, reply, ret_reply);
}

enum exit_status session_decode(const struct voucher_reply *reply,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
    ProtobufCMessage **ret_message) {
	struct json_error error = { 0 };
	enum err err = json_decode(descriptor, voucher_reply_body(reply), voucher_reply_bytes(reply),
	    arena, ret_message, &error);
	if (err == ERR_OK)
		return EXIT_DONE;
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	session_complain("The server's reply is not understood (%s: %s). Is it newer than this "
	                 "voucherctl? --json shows the reply as it is.",
	    error.path[0] ? error.path : "reply", error.reason);
	return EXIT_NO_SERVER;
}

enum exit_status session_get(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
    ProtobufCMessage **ret_message) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_call(session, "GET", target, NULL, &reply);
	if (status == EXIT_DONE)
		status = session_decode(reply, descriptor, arena, ret_message);
	voucher_reply_free(reply);
	return status;
}

enum exit_status session_find(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
    ProtobufCMessage **ret_message) {
	session->is_in_doubt = false;
	enum exit_status status = session_open(session);
	if (status != EXIT_DONE)
		return status;
	struct voucher_reply *reply = NULL;
	enum voucher_result result = voucher_call(session->client, "GET", target, NULL, &reply);
	if (result == VOUCHER_REFUSED && voucher_reply_status(reply) == 404) {
		voucher_reply_free(reply);
		*ret_message = NULL;
		return EXIT_DONE;
	}
	status = session_explain(session, result, reply, &reply);
	if (status != EXIT_DONE)
		return status;
	status = session_decode(reply, descriptor, arena, ret_message);
	voucher_reply_free(reply);
	return status;
}

const char *session_escape(struct arena *arena, const char *text) {
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = arena_alloc(arena, strlen(text) * 3 + 1);
	if (!escaped)
		return NULL;
	char *at = escaped;
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c < 0x80 && (isalnum(*c) || strchr("-._~", *c))) {
			*at++ = (char)*c;
			continue;
		}
		*at++ = '%';
		*at++ = digits[*c >> 4];
		*at++ = digits[*c & 15];
	}
	*at = '\0';
	return escaped;
}
