/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "receipt": gets one from the server, checks one without any server, shows one as a QR code.
 * Checking is libvoucher's (voucher/verify.h), as a provider's own program would do it.
 */
#include "voucherctl/receipt.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/pb.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/verify.h"
#include "voucherctl/actions.h"
#include "voucherctl/file.h"
#include "voucherctl/qr_show.h"
#include "voucherctl/session.h"
#include "voucherctl/show.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* --- get --- */

static enum exit_status fetch(
    struct session *session, uint64_t seq, struct voucher_reply **ret_reply) {
	const char *target = arena_printf(&session->arena, "/v1/receipts/%" PRIu64, seq);
	if (!target)
		return session_out_of_memory();
	return session_fetch(session, target, "text/plain", ret_reply);
}

enum exit_status receipt_save(struct session *session, uint64_t seq, const char *file) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = fetch(session, seq, &reply);
	if (status != EXIT_DONE)
		return status;
	const char *text = voucher_reply_body(reply);
	size_t bytes = voucher_reply_bytes(reply);
	if (strcmp(file, "-") == 0) {
		buffer_append(&session->out, text, bytes);
		status = session_print(session);
	} else if (file_replace(file, text, bytes, 0644) != ERR_OK) {
		session_complain(session_say(session, "%s cannot be written: %s.", "无法写入 %s：%s。"),
		    file, session_reason(session));
		status = EXIT_LOCAL;
	}
	voucher_reply_free(reply);
	return status;
}

/* False: complained. */
static bool read_seq(struct session *session, const char *text, uint64_t *ret_seq) {
	if (text_parse_u64(text, strlen(text), ret_seq) == ERR_OK)
		return true;
	session_complain(session_say(session, "An entry has a number such as 42, not \"%s\".",
	                     "账本条目应为编号（如 42），而非 \"%s\"。"),
	    text);
	return false;
}

enum exit_status action_receipt_get(struct session *session) {
	const char *file = options_text(&session->line, "--output");
	uint64_t seq;
	if (!read_seq(session, options_text(&session->line, "ENTRY"), &seq))
		return EXIT_USAGE;
	return receipt_save(session, seq, file ? file : "-");
}

/* --- verify --- */

static enum exit_status read_receipt(
    struct session *session, const char *name, struct buffer *text) {
	FILE *file = file_open(name);
	buffer_init(text, LIMIT_RECEIPT_BYTES);
	enum err err = file ? file_read_all(file, text) : ERR_IO;
	int reason = errno;
	file_close(file);
	errno = reason;
	if (!err)
		return EXIT_DONE;
	if (err == ERR_RANGE)
		session_complain(
		    "%s", session_say(session, "This is too long for a receipt.", "文件过大，不是凭据。"));
	else
		session_complain(
		    session_say(session, "\"%s\" cannot be read: %s.", "无法读取 \"%s\"：%s。"), name,
		    session_reason(session));
	buffer_done(text);
	return EXIT_USAGE;
}

static enum exit_status trust_keys(struct session *session, struct voucher_trust *trust) {
	const struct command_line *line = &session->line;
	for (size_t i = 0; i < line->argument_count; i++) {
		const char *detail = "";
		if (strcmp(line->arguments[i].parameter->name, "--verifier") == 0 &&
		    voucher_trust_add(trust, line->arguments[i].text, &detail) != VOUCHER_OK) {
			session_complain("--verifier: %s", detail);
			return EXIT_USAGE;
		}
	}
	return EXIT_DONE;
}

/* Whom the command line says to believe. */
static enum exit_status make_trust(struct session *session, struct voucher_trust **ret_trust) {
	uint64_t witnesses = 0;
	const char *wanted = options_text(&session->line, "--witnesses");
	if (wanted && (text_parse_u64(wanted, strlen(wanted), &witnesses) || witnesses > UINT32_MAX)) {
		session_complain("--witnesses must be a number, not \"%s\".", wanted);
		return EXIT_USAGE;
	}
	if (voucher_trust_new(options_text(&session->line, "--hash"), ret_trust) != VOUCHER_OK) {
		session_complain("--hash must be SHA256 or SM3.");
		return EXIT_USAGE;
	}
	voucher_trust_want_witnesses(*ret_trust, (unsigned)witnesses);
	return trust_keys(session, *ret_trust);
}

static enum exit_status show_valid(struct session *session, const struct voucher_receipt *receipt) {
	const struct voucher_checkpoint *checkpoint = voucher_receipt_checkpoint(receipt);
	struct view view = { session->settings.lang, &session->arena };
	size_t bytes;
	const uint8_t *entry = voucher_receipt_entry(receipt, &bytes);
	ProtobufCMessage *message = NULL;
	buffer_printf(&session->out,
	    session_say(session,
	        "Valid: entry %" PRIu64 " is in the books of %s, which have %" PRIu64
	        " entries; witnesses: %u.\n",
	        "有效：第 %" PRIu64 " 条在账本 %s 中（共 %" PRIu64 " 条）；见证方：%u。\n"),
	    voucher_receipt_seq(receipt), voucher_checkpoint_origin(checkpoint),
	    voucher_checkpoint_size(checkpoint), voucher_checkpoint_witnesses(checkpoint));
	if (session_is_quiet(session))
		return session_print(session);
	enum err err = pb_unpack(
	    &pb__journal_entry__descriptor, entry, bytes, &session->arena, &message);
	if (!err)
		err = show_message(&view, message, 2, &session->out);
	if (err == ERR_SYNTAX) /* of a later version: what was proved are its bytes */
		buffer_append_text(&session->out,
		    session_say(session, "  This version cannot read what the entry says.\n",
		        "  本版本无法读取该条目的内容。\n"));
	else if (err)
		return session_out_of_memory();
	return session_print(session);
}

static enum exit_status judge(
    struct session *session, const struct voucher_trust *trust, const struct buffer *text) {
	struct voucher_receipt *receipt = NULL;
	enum voucher_verdict verdict = voucher_receipt_check(trust, text->data, text->bytes, &receipt);
	if (verdict == VOUCHER_UNDECIDED)
		return session_out_of_memory();
	if (verdict != VOUCHER_VALID) {
		session_complain("%s",
		    session_say(session, voucher_verdict_text(verdict), voucher_verdict_text_zh(verdict)));
		return EXIT_REFUSED;
	}
	enum exit_status status = show_valid(session, receipt);
	voucher_receipt_free(receipt);
	return status;
}

enum exit_status action_receipt_verify(struct session *session) {
	struct voucher_trust *trust = NULL;
	struct buffer text;
	enum exit_status status = make_trust(session, &trust);
	if (status == EXIT_DONE)
		status = read_receipt(session, options_text(&session->line, "FILE"), &text);
	if (status == EXIT_DONE) {
		status = judge(session, trust, &text);
		buffer_done(&text);
	}
	voucher_trust_free(trust);
	return status;
}

/* --- qr --- */

enum exit_status action_receipt_qr(struct session *session) {
	struct voucher_reply *reply = NULL;
	uint64_t seq;
	if (!read_seq(session, options_text(&session->line, "ENTRY"), &seq))
		return EXIT_USAGE;
	const char *title = arena_printf(&session->arena, "receipt %" PRIu64, seq);
	enum exit_status status = title ? fetch(session, seq, &reply) : session_out_of_memory();
	if (status == EXIT_DONE)
		status = qr_show(session, voucher_reply_body(reply), title);
	voucher_reply_free(reply);
	return status;
}
