/* SPDX-License-Identifier: Apache-2.0 */
/* "bank-line show": a line is named by its account and its number. */
#include "voucherctl/actions.h"
#include "voucherctl/query.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum exit_status action_bank_line_show(struct session *session) {
	const char *given = options_text(&session->line, "LINE");
	uint64_t line;
	if (text_parse_u64(given, strlen(given), &line) != ERR_OK) {
		session_complain("LINE must be a number such as 17, not \"%s\".", given);
		return EXIT_USAGE;
	}
	const char *house = query_target(
	    session, "/v1/house-accounts/", options_text(&session->line, "HOUSE-ACCOUNT"));
	const char *target = house ? arena_printf(&session->arena, "%s/lines/%" PRIu64, house, line)
	                           : NULL;
	if (!target)
		return session_out_of_memory();
	return query_show(session, target, &pb__bank_line__descriptor, query_render_fields);
}
