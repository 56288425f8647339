/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/voucher_code.h"

#include "base/text.h"
#include "record/voucher_code.h"

const char *voucher_code_or_complain(struct session *session, const char *given) {
	char code[VOUCHER_CODE_BYTES], text[VOUCHER_CODE_TEXT_BYTES];
	char *plain = arena_printf(&session->arena, "%s", given);
	if (!plain) {
		(void)session_out_of_memory();
		return NULL;
	}
	text_normalise(plain);
	if (voucher_code_parse(plain, code) != ERR_OK) {
		session_complain(session_say(session,
		                     "\"%s\" is no voucher code: 12 symbols and a check symbol that fits "
		                     "them, 7ZQK-03MA-X9D2-A.",
		                     "“%s”不是券码：应为 12 位字符加校验位，如 7ZQK-03MA-X9D2-A。"),
		    given);
		return NULL;
	}
	voucher_code_format(code, text);
	const char *written = arena_printf(&session->arena, "%s", text);
	if (!written)
		(void)session_out_of_memory();
	return written;
}
