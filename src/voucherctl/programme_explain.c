/* SPDX-License-Identifier: Apache-2.0 */
/* "programme explain": the rules of a file as sentences, in Chinese and English. */
#include "voucherctl/actions.h"
#include "voucherctl/programme_file.h"
#include "voucherctl/programme_sentence.h"

enum exit_status action_programme_explain(struct session *session) {
	Pb__PublishRules publish;
	enum exit_status status = programme_read_valid(
	    session, options_text(&session->line, "FILE"), &publish);
	if (status != EXIT_DONE)
		return status == EXIT_REFUSED ? EXIT_USAGE : status;
	struct sentence to = { LANG_ZH, &session->arena, &session->out };
	bool has_choice = session->line.options[OPTION_LANG];
	if (has_choice)
		to.lang = session->settings.lang;
	sentence_rules(&to, publish.rules);
	if (!has_choice) {
		buffer_append_char(&session->out, '\n');
		to.lang = LANG_EN;
		sentence_rules(&to, publish.rules);
	}
	return session_print(session);
}
