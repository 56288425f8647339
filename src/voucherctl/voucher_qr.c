/* SPDX-License-Identifier: Apache-2.0 */
/* "voucher qr": the code of a voucher for a telephone's camera. It shows a voucher and spends none.
 */
#include "base/text.h"
#include "record/voucher_code.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/qr_show.h"
#include "voucherctl/session.h"
#include "voucherctl/voucher_code.h"

#include <inttypes.h>
#include <string.h>

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

enum exit_status action_voucher_qr(struct session *session) {
	const char *code = NULL;
	enum exit_status status = find_code(session, options_text(&session->line, "VOUCHER"), &code);
	return status == EXIT_DONE ? qr_show(session, code, code) : status;
}
