/* SPDX-License-Identifier: Apache-2.0 */
/* "voucher qr": the code of a voucher for a telephone's camera. It shows a voucher and spends none.
 */
#include "base/text.h"
#include "record/voucher_code.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/qr.h"
#include "voucherctl/session.h"
#include "voucherctl/voucher_code.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Asks the server which code the voucher of this number has. */
static enum exit_status ask(struct session *session, uint64_t id, const char **ret_code) {
	const char *target = arena_printf(&session->arena, "/v1/vouchers/%" PRIu64, id);
	ProtobufCMessage *voucher = NULL;
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__voucher__descriptor, &session->arena, &voucher);
	if (status != EXIT_DONE)
		return status;
	const char *code = ((const Pb__Voucher *)voucher)->code;
	*ret_code = code[0] ? voucher_code_or_complain(session, code) : NULL;
	if (*ret_code)
		return EXIT_DONE;
	session_complain("%s", session_say(session, "This voucher has no code.", "该创新券没有券码。"));
	return EXIT_REFUSED;
}

/* Twelve symbols and their check symbol are a code, before they are a number. */
static enum exit_status find_code(
    struct session *session, const char *given, const char **ret_code) {
	char code[VOUCHER_CODE_BYTES];
	uint64_t id;
	bool is_code = voucher_code_parse(given, code) == ERR_OK;
	if (!is_code && text_parse_u64(given, strlen(given), &id) == ERR_OK)
		return ask(session, id, ret_code);
	*ret_code = voucher_code_or_complain(session, given);
	return *ret_code ? EXIT_DONE : EXIT_USAGE;
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
	const char *code = NULL;
	const char *name = options_text(&session->line, "--svg");
	enum exit_status status = find_code(session, options_text(&session->line, "VOUCHER"), &code);
	if (status != EXIT_DONE)
		return status;
	if (name)
		return write_image(session, name, code);
	if (qr_text(code, isatty(STDOUT_FILENO), &session->out) != ERR_OK)
		return session_out_of_memory();
	buffer_printf(&session->out, "%s\n", code);
	return session_print(session);
}
