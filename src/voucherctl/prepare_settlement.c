/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and approving settlements. Who approves must have seen what is paid: the payments are
 * shown and the question is asked, or the digest of payments seen elsewhere is given.
 */
#include "ledger/settle.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"
#include "voucherctl/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum exit_status prepare_open_settlement(struct session *session, Pb__Command *command) {
	Pb__OpenSettlement *open = command->open_settlement;
	if (options_has(&session->line, "--cutoff"))
		return EXIT_DONE;
	ProtobufCMessage *head = NULL;
	enum exit_status status = session_get(
	    session, "/v1/checkpoint", &pb__tree_head__descriptor, &session->arena, &head);
	if (status == EXIT_DONE)
		open->cutoff = ((const Pb__TreeHead *)head)->size;
	return status;
}

/* --- approval --- */

/* The entry that opened the settlement: it names the ledger. */
static enum exit_status get_entry(
    struct session *session, uint64_t seq, const Pb__JournalEntry **ret_entry) {
	const char *target = arena_printf(
	    &session->arena, "/v1/journal?after=%" PRIu64 "&limit=1", seq - 1);
	if (!target)
		return session_out_of_memory();
	ProtobufCMessage *entry = NULL;
	enum exit_status status = session_get(
	    session, target, &pb__journal_entry__descriptor, &session->arena, &entry);
	if (status == EXIT_DONE)
		*ret_entry = (const Pb__JournalEntry *)entry;
	return status;
}

static enum err digest_of(const Pb__Settlement *settlement, const Pb__Uuid *ledger_id,
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
		.ledger_id = { ledger_id->high, ledger_id->low },
		.settlement = settlement->id,
		.house_account = settlement->house_account,
		.payments = payments,
		.count = settlement->n_payments,
	};
	return settle_digest(&signed_for, ret_hash);
}

/* Computes the digest of the payments that are shown: what is approved is that, whatever the server
 * says their digest is. */
static enum exit_status check_digest(struct session *session, const Pb__Settlement *settlement) {
	const Pb__JournalEntry *entry = NULL;
	enum exit_status status = get_entry(session, settlement->id, &entry);
	if (status != EXIT_DONE)
		return status;
	uint8_t hash[DIGEST_BYTES];
	const Pb__Digest *given = settlement->payments_digest;
	enum err err = ERR_SYNTAX;
	if (entry->ledger_id && given && given->value.len == DIGEST_BYTES)
		err = digest_of(settlement, entry->ledger_id, &session->arena, hash);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err == ERR_OK && memcmp(hash, given->value.data, DIGEST_BYTES) == 0)
		return EXIT_DONE;
	session_complain("The digest that the server gives is not that of these payments. Nothing was "
	                 "approved; tell the auditor.");
	return EXIT_REFUSED;
}

/* What will be paid, on stderr: stdout is for the outcome. */
static enum exit_status show_payments(struct session *session, const Pb__Settlement *settlement) {
	struct view view = { session->settings.lang, &session->arena };
	struct buffer text;
	buffer_init(&text, 0);
	enum exit_status status = EXIT_DONE;
	if (show_message(&view, &settlement->base, 0, &text) != ERR_OK)
		status = session_out_of_memory();
	else
		fwrite(text.data, 1, text.bytes, stderr);
	buffer_done(&text);
	return status;
}

static enum exit_status ask(struct session *session, const Pb__Settlement *settlement) {
	if (session->line.options[OPTION_YES] || session->line.options[OPTION_DRY_RUN])
		return EXIT_DONE;
	if (!isatty(STDIN_FILENO)) {
		session_complain("Nobody is here to be asked. Give --digest of the payments that you have "
		                 "seen, or --yes.");
		return EXIT_USAGE;
	}
	struct view view = { session->settings.lang, &session->arena };
	const char *amount = view_money(&view, settlement->amount);
	const char *netted = view_money(&view, settlement->netted);
	if (!amount || !netted)
		return session_out_of_memory();
	unsigned count = settlement->payments_count;
	fprintf(stderr,
	    session_say(session, "Approve %u payment%s, %s in all", "批准以上 %u 笔付款%s，合计 %s"),
	    count, session_say(session, count == 1 ? "" : "s", ""), amount);
	if (settlement->netted > 0)
		fprintf(stderr, session_say(session, ", and %s set off", "，另抵扣 %s"), netted);
	fputs(session_say(session, "? [y/N] ", "？[y/N] "), stderr);
	char answer[16] = "";
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return EXIT_DONE;
	session_complain("%s", session_say(session, "Not approved.", "未批准。"));
	return EXIT_REFUSED;
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
	if (!session_is_json(session) && !session_is_quiet(session))
		status = show_payments(session, settlement);
	return status == EXIT_DONE ? ask(session, settlement) : status;
}
