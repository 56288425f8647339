/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and approving settlements. Who approves must have seen what is paid: the payments are
 * shown and the question is asked, or the digest of payments seen elsewhere is given.
 */
#include "ledger/settle.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/approval.h"
#include "voucherctl/query.h"
#include "voucherctl/session.h"
#include "voucherctl/show.h"

#include <inttypes.h>

enum exit_status prepare_open_settlement(struct session *session, Pb__Command *command) {
	Pb__OpenSettlement *open = command->open_settlement;
	if (options_has(&session->line, "--cutoff"))
		return EXIT_DONE;
	ProtobufCMessage *head = NULL;
	enum exit_status status = session_get(
	    session, "/v1/tree-head", &pb__tree_head__descriptor, &session->arena, &head);
	if (status == EXIT_DONE)
		open->cutoff = ((const Pb__TreeHead *)head)->size;
	return status;
}

/* --- approval --- */

static enum err digest_of(const Pb__Settlement *settlement, struct uuid ledger_id,
    struct arena *arena, uint8_t ret_hash[DIGEST_BYTES]) {
	Pb__Payment **payments = arena_alloc(arena, (settlement->n_payments + 1) * sizeof(*payments));
	if (!payments)
		return ERR_MEMORY;
	for (size_t i = 0; i < settlement->n_payments; i++) {
		payments[i] = settlement->payments[i]->payment;
		if (!payments[i] || !(payments[i]->account || payments[i]->account_commitment))
			return ERR_SYNTAX;
	}
	const struct settle_payments signed_for = {
		.ledger_id = ledger_id,
		.settlement = settlement->id,
		.house_account = settlement->house_account,
		.payments = payments,
		.count = settlement->n_payments,
	};
	return settle_digest(&signed_for, ret_hash);
}

static enum exit_status check_digest(struct session *session, const Pb__Settlement *settlement) {
	struct uuid ledger_id;
	uint8_t hash[DIGEST_BYTES] = { 0 };
	enum exit_status status = query_ledger_id(session, settlement->id - 1, &ledger_id);
	if (status != EXIT_DONE)
		return status;
	enum err err = digest_of(settlement, ledger_id, &session->arena, hash);
	return approval_check(session, err, hash, settlement->payments_digest);
}

static enum exit_status show_payments(struct session *session, const Pb__Settlement *settlement) {
	struct view view = { session->settings.lang, &session->arena };
	struct buffer text;
	buffer_init(&text, 0);
	enum err err = show_message(&view, &settlement->base, 0, &text);
	if (!err)
		approval_show(session, &text);
	buffer_done(&text);
	return err ? session_out_of_memory() : EXIT_DONE;
}

static enum exit_status ask(struct session *session, const Pb__Settlement *settlement) {
	struct view view = { session->settings.lang, &session->arena };
	const char *amount = view_money(&view, settlement->amount);
	const char *netted = view_money(&view, settlement->netted);
	if (!amount || !netted)
		return session_out_of_memory();
	unsigned count = settlement->payments_count;
	const char *set_off = settlement->netted > 0
	    ? arena_printf(view.arena, session_say(session, ", and %s set off", "，另抵扣 %s"), netted)
	    : "";
	const char *question = arena_printf(view.arena,
	    session_say(
	        session, "Approve %u payment%s, %s in all%s?", "批准以上 %u 笔付款%s，合计 %s%s？"),
	    count, session_say(session, count == 1 ? "" : "s", ""), amount, set_off ? set_off : "");
	return question ? approval_ask(session, question) : session_out_of_memory();
}

enum exit_status prepare_approve_settlement(struct session *session, Pb__Command *command) {
	Pb__ApproveSettlement *approve = command->approve_settlement;
	if (approve->payments_digest)
		return EXIT_DONE;
	const char *target = arena_printf(
	    &session->arena, "/v1/settlements/%" PRIu64, approve->settlement);
	if (!target)
		return session_out_of_memory();
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_get(
	    session, target, &pb__settlement__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	Pb__Settlement *settlement = (Pb__Settlement *)message;
	status = check_digest(session, settlement);
	if (status != EXIT_DONE)
		return status;
	approve->payments_digest = settlement->payments_digest;
	if (settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return EXIT_DONE; /* nothing to decide any more: the ledger will say so */
	status = show_payments(session, settlement);
	return status == EXIT_DONE ? ask(session, settlement) : status;
}
