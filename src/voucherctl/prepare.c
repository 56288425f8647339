/* SPDX-License-Identifier: Apache-2.0 */
/* What some setup commands need beyond their options: a file of rules, what a party is so far. */
#include "record/pb.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/programme_file.h"
#include "voucherctl/session.h"

#include <string.h>

/* --- programme publish-rules --- */

enum exit_status prepare_publish_rules(struct session *session, Pb__Command *command) {
	const char *name = options_text(&session->line, "FILE");
	const char *programme = options_text(&session->line, "--programme");
	Pb__PublishRules *publish = command->publish_rules;
	enum exit_status status = programme_read_valid(session, name, publish);
	if (status != EXIT_DONE)
		return status == EXIT_REFUSED ? EXIT_USAGE : status; /* nothing was sent */
	if (programme)
		publish->programme = programme;
	if (!publish->programme[0]) {
		session_complain("%s does not name the programme; give --programme CODE.", name);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* --- party update --- */

/* A list given as one empty text is an empty list. */
static void drop_empty_text(size_t *count, const char **texts) {
	if (*count == 1 && !texts[0][0])
		*count = 0;
}

static bool has_attribute(const Pb__UpdateParty *update, const char *name) {
	for (size_t i = 0; i < update->n_attributes; i++)
		if (strcmp(update->attributes[i]->name, name) == 0)
			return true;
	return false;
}

/* Those given, and those that are there and were not given. */
static enum err merge_attributes(
    Pb__UpdateParty *update, const Pb__Party *party, struct arena *arena) {
	size_t given = update->n_attributes;
	Pb__Attribute **all = arena_zalloc(arena, (given + party->n_attributes + 1) * sizeof(all[0]));
	if (!all)
		return ERR_MEMORY;
	size_t count = 0;
	for (; count < given; count++)
		all[count] = update->attributes[count];
	for (size_t i = 0; i < party->n_attributes; i++)
		if (!has_attribute(update, party->attributes[i]->name))
			all[count++] = party->attributes[i];
	update->attributes = all;
	update->n_attributes = count;
	return ERR_OK;
}

static void keep(const char **given, const char *now) {
	if (!(*given)[0])
		*given = now;
}

static Pb__BankAccount *merge_bank_account(Pb__BankAccount *given, Pb__BankAccount *now) {
	if (!given || !now)
		return given ? given : now;
	keep(&given->number, now->number);
	keep(&given->bank_code, now->bank_code);
	keep(&given->holder_name, now->holder_name);
	return given;
}

/* Without any, the ledger keeps what there is. */
static void merge_personal(Pb__Personal *given, const Pb__Personal *now) {
	if (!given || !now)
		return;
	keep(&given->name, now->name);
	keep(&given->telephone, now->telephone);
	keep(&given->identity_number, now->identity_number);
	given->bank_account = merge_bank_account(given->bank_account, now->bank_account);
}

/* The command replaces everything; the user names what changes. */
static enum err merge_party(const struct command_line *line, Pb__UpdateParty *update,
    const Pb__Party *party, struct arena *arena) {
	if (!options_has(line, "--name"))
		update->name = party->name;
	if (!options_has(line, "--region"))
		update->region = party->region;
	if (!options_has(line, "--controller"))
		update->controller = party->controller;
	if (!options_has(line, "--status")) {
		update->n_statuses = party->n_statuses;
		update->statuses = party->statuses;
	}
	if (!options_has(line, "--related")) {
		update->n_related = party->n_related;
		update->related = party->related;
	}
	drop_empty_text(&update->n_statuses, update->statuses);
	drop_empty_text(&update->n_related, update->related);
	update->bank_account = merge_bank_account(update->bank_account, party->bank_account);
	merge_personal(update->personal, party->personal);
	return merge_attributes(update, party, arena);
}

enum exit_status prepare_update_party(struct session *session, Pb__Command *command) {
	Pb__UpdateParty *update = command->update_party;
	const char *code = session_escape(&session->arena, update->code);
	const char *target = code ? arena_printf(&session->arena, "/v1/parties/%s", code) : NULL;
	if (!target)
		return session_out_of_memory();
	ProtobufCMessage *party = NULL;
	enum exit_status status = session_get(
	    session, target, &pb__party__descriptor, &session->arena, &party);
	if (status != EXIT_DONE)
		return status;
	if (merge_party(&session->line, update, (const Pb__Party *)party, &session->arena) != ERR_OK)
		return session_out_of_memory();
	return EXIT_DONE;
}

/* --- principal register --- */

enum exit_status prepare_register_principal(struct session *session, Pb__Command *command) {
	const struct command_line *line = &session->line;
	(void)command;
	int given = options_has(line, "--certificate") + options_has(line, "--spki") +
	    options_has(line, "--token-hash");
	if (given == 1)
		return EXIT_DONE;
	session_complain("Give one of --certificate FILE, --spki HEX and --token-hash HEX: what the "
	                 "person will show to the server.");
	return EXIT_USAGE;
}
