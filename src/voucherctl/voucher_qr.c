/* SPDX-License-Identifier: Apache-2.0 */
/* "voucher qr": the code of a voucher for a telephone's camera. It shows a voucher and spends none.
 */
#include "base/text.h"
#include "record/voucher_code.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/qr.h"
#include "voucherctl/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Asks the server which code the voucher of this number has. */
static enum exit_status ask(
    struct session *session, uint64_t id, char ret_code[VOUCHER_CODE_BYTES]) {
	const char *target = arena_printf(&session->arena, "/v1/vouchers/%llu", (unsigned long long)id);
	ProtobufCMessage *voucher = NULL;
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__voucher__descriptor, &session->arena, &voucher);
	if (status != EXIT_DONE)
		return status;
	if (voucher_code_parse(((const Pb__Voucher *)voucher)->code, ret_code) == ERR_OK)
		return EXIT_DONE;
	session_complain("%s", session_say(session, "This voucher has no code.", "该创新券没有券码。"));
	return EXIT_REFUSED;
}

/* Twelve symbols and their check symbol are a code, before they are a number. */
static enum exit_status find_code(
    struct session *session, const char *given, char ret_code[VOUCHER_CODE_BYTES]) {
	uint64_t id;
	if (voucher_code_parse(given, ret_code) == ERR_OK)
		return EXIT_DONE;
	if (text_parse_u64(given, strlen(given), &id) == ERR_OK)
		return ask(session, id, ret_code);
	session_complain(session_say(session,
	                     "\"%s\" is no voucher code: 12 symbols and a check symbol that fits them, "
	                     "7ZQK-03MA-X9D2-A.",
	                     "“%s”不是券码：应为 12 位字符加校验位，如 7ZQK-03MA-X9D2-A。"),
	    given);
	return EXIT_USAGE;
}

static enum exit_status write_file(
    struct session *session, const char *name, const struct buffer *svg) {
	FILE *file = fopen(name, "w");
	bool is_written = file && fwrite(svg->data, 1, svg->bytes, file) == svg->bytes;
	if (file && fclose(file) != 0)
		is_written = false;
	if (is_written)
		return EXIT_DONE;
	session_complain(session_say(session, "%s cannot be written: %s.", "无法写入 %s：%s。"), name,
	    strerror(errno));
	return EXIT_LOCAL;
}

static enum exit_status write_image(struct session *session, const char *name, const char *text) {
	struct buffer svg;
	buffer_init(&svg, 0);
	enum exit_status status = EXIT_DONE;
	if (qr_svg(text, &svg) != ERR_OK)
		status = session_out_of_memory();
	else if (strcmp(name, "-") != 0)
		status = write_file(session, name, &svg);
	else
		buffer_append(&session->out, svg.data, svg.bytes);
	buffer_done(&svg);
	return status == EXIT_DONE ? session_print(session) : status;
}

enum exit_status action_voucher_qr(struct session *session) {
	char code[VOUCHER_CODE_BYTES], text[VOUCHER_CODE_TEXT_BYTES];
	char *given = arena_printf(&session->arena, "%s", options_text(&session->line, "VOUCHER"));
	if (!given)
		return session_out_of_memory();
	text_normalise(given);
	enum exit_status status = find_code(session, given, code);
	if (status != EXIT_DONE)
		return status;
	voucher_code_format(code, text);
	const char *name = options_text(&session->line, "--svg");
	if (name)
		return write_image(session, name, text);
	if (qr_text(text, isatty(STDOUT_FILENO), &session->out) != ERR_OK)
		return session_out_of_memory();
	buffer_printf(&session->out, "%s\n", text);
	return session_print(session);
}
