/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/pages.h"

#include "voucherctl/session.h"

enum exit_status pages_read(
    struct session *session, const char *target, const struct pages_reader *reader) {
	enum exit_status status = EXIT_DONE;
	while (status == EXIT_DONE && target) {
		struct voucher_reply *reply = NULL;
		ProtobufCMessage *page = NULL;
		status = session_call(session, "GET", target, NULL, &reply);
		if (status == EXIT_DONE)
			status = session_decode(reply, &pb__page__descriptor, &session->arena, &page);
		if (status == EXIT_DONE)
			status = reader->take(reader->user, (const Pb__Page *)page);
		const char *next = status == EXIT_DONE ? voucher_reply_next(reply) : NULL;
		target = next ? arena_printf(&session->arena, "%s", next) : NULL;
		if (next && !target)
			status = session_out_of_memory();
		voucher_reply_free(reply);
	}
	return status;
}
