/* SPDX-License-Identifier: Apache-2.0 */
/* Months: their figures, and who reviews them must have seen them. */
#include "ledger/period.h"

#include "voucherctl/actions.h"
#include "voucherctl/approval.h"
#include "voucherctl/figures.h"
#include "voucherctl/query.h"

static enum exit_status render(struct session *session, const ProtobufCMessage *message) {
	return figures_show(session, (const Pb__Period *)message, &session->out);
}

enum exit_status action_period_show(struct session *session) {
	const char *target = query_target(
	    session, "/v1/periods/", options_text(&session->line, "PERIOD"));
	if (!target)
		return session_out_of_memory();
	return query_show(session, target, &pb__period__descriptor, render);
}

/* --- review --- */

/* Of the figures that are shown, as src/ledger/period.h defines it. */
static enum exit_status check_digest(struct session *session, const Pb__Period *period) {
	struct uuid ledger_id;
	uint8_t hash[DIGEST_BYTES] = { 0 };
	uint32_t month = 0;
	enum err err = ERR_SYNTAX;
	enum exit_status status = query_ledger_id(session, period->seq - 1, &ledger_id);
	if (status != EXIT_DONE)
		return status;
	if (period->figures && period_parse(period->period, &month))
		err = period_digest(ledger_id, month, period->seq, period->figures, hash);
	return approval_check(session, err, hash, period->figures_digest);
}

static enum exit_status show_and_ask(struct session *session, const Pb__Period *period) {
	struct buffer text;
	buffer_init(&text, 0);
	enum exit_status status = figures_show(session, period, &text);
	if (status == EXIT_DONE)
		approval_show(session, &text);
	buffer_done(&text);
	const char *question = arena_printf(&session->arena,
	    session_say(session, "Are the figures of %s right?", "%s 的以上数据是否无误？"),
	    period->period);
	if (!question)
		return session_out_of_memory();
	return status == EXIT_DONE ? approval_ask(session, question) : status;
}

enum exit_status prepare_review_period(struct session *session, Pb__Command *command) {
	Pb__ReviewPeriod *review = command->review_period;
	if (review->figures)
		return EXIT_DONE;
	const char *target = query_target(session, "/v1/periods/", review->period);
	if (!target)
		return session_out_of_memory();
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_get(
	    session, target, &pb__period__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	const Pb__Period *period = (const Pb__Period *)message;
	if (period->status == PB__PERIOD_STATUS__PERIOD_OPEN || period->seq == 0) {
		session_complain(
		    session_say(session, "Nobody has prepared %s: period prepare %s comes first.",
		        "%s 尚未编制：请先执行 period prepare %s。"),
		    review->period, review->period);
		return EXIT_REFUSED;
	}
	status = check_digest(session, period);
	if (status != EXIT_DONE)
		return status;
	review->figures = period->figures_digest;
	if (period->status != PB__PERIOD_STATUS__PERIOD_PREPARED)
		return EXIT_DONE; /* nothing to decide: the ledger will say so */
	return show_and_ask(session, period);
}
