/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/approval.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum exit_status approval_check(struct session *session, enum err err,
    const uint8_t computed[DIGEST_BYTES], const Pb__Digest *given) {
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err == ERR_OK && given && given->value.len == DIGEST_BYTES &&
	    memcmp(computed, given->value.data, DIGEST_BYTES) == 0)
		return EXIT_DONE;
	session_complain("%s",
	    session_say(session,
	        "The digest that the server gives is not that of what it shows. Nothing was approved; "
	        "tell the auditor.",
	        "服务器给出的摘要与所示内容不符。未作批准，请告知审计人员。"));
	return EXIT_REFUSED;
}

void approval_show(struct session *session, struct buffer *text) {
	if (!session_is_json(session) && !session_is_quiet(session))
		fwrite(text->data, 1, text->bytes, stderr);
}

enum exit_status approval_ask(struct session *session, const char *question) {
	if (session->line.options[OPTION_YES] || session->line.options[OPTION_DRY_RUN])
		return EXIT_DONE;
	if (!isatty(STDIN_FILENO)) {
		session_complain("%s",
		    session_say(session,
		        "Nobody is here to be asked. Give --digest of what you have seen, or --yes.",
		        "无人应答。请以 --digest 给出所审内容的摘要，或使用 --yes。"));
		return EXIT_USAGE;
	}
	fprintf(stderr, "%s [y/N] ", question);
	char answer[16] = "";
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return EXIT_DONE;
	session_complain("%s", session_say(session, "Not approved.", "未批准。"));
	return EXIT_REFUSED;
}
