/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/directory.h"
#include "base/text.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"

#include <string.h>

/* Made here and nowhere kept: the holder gets the token, the ledger its hash. */
enum exit_status action_token_new(struct session *session) {
	char token[TOKEN_TEXT_BYTES], hex[2 * CREDENTIAL_BYTES + 1];
	uint8_t hash[CREDENTIAL_BYTES];
	if (token_new(token, hash) != ERR_OK) {
		session_complain("The operating system gives no random numbers: %m.");
		return EXIT_LOCAL;
	}
	text_hex(hash, sizeof(hash), hex);
	struct buffer *out = &session->out;
	if (session_is_json(session))
		buffer_printf(out, "{\"token\":\"%s\",\"hash\":\"%s\"}\n", token, hex);
	else
		buffer_printf(out, "token: %s\nhash:  %s\n", token, hex);
	if (!session_is_json(session) && !session_is_quiet(session))
		buffer_printf(out,
		    session_say(session,
		        "\nThe token is a secret of whoever will use it; it is kept nowhere else. Its "
		        "holder\n"
		        "puts it into a file that nobody else can read (chmod 600) and names that file "
		        "with\n"
		        "token_file in ~/.config/voucherctl.ini. The administrator registers the hash:\n"
		        "  voucherctl principal register --person E1 --role startup --party CODE "
		        "--token-hash %s\n",
		        "\n令牌是使用者的秘密，他处不留存。使用者应将其存入仅本人可读的文件（chmod "
		        "600），\n"
		        "并在 ~/.config/voucherctl.ini 中以 token_file 指明。管理员登记其摘要：\n"
		        "  voucherctl principal register --person E1 --role startup --party CODE "
		        "--token-hash %s\n"),
		    hex);
	explicit_bzero(token, sizeof(token));
	return session_print(session);
}
