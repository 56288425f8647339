/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the rows of the table of commands are written. Each command_*.c has those of a few nouns;
 * command_table.c lists them all. Included by these alone.
 */
#ifndef VOUCHERCTL_COMMAND_ROWS_H
#define VOUCHERCTL_COMMAND_ROWS_H

#include "voucherctl/command_table.h"

struct verb_list {
	const struct verb *verbs;
	size_t count;
};
extern const struct verb_list command_setup, command_use, command_money, command_bank,
    command_office;

/* Parameters of verbs in several files */
extern const struct parameter list_all[2], list_by_programme[3], show_id[1], show_code[1];

/* clang-format off */

/* --- parameters: one array per verb that has any --- */

#define REQUIRED PARAMETER_REQUIRED
#define REPEATED PARAMETER_REPEATED
#define ARGUMENT(name, type, field, help) \
	{ name, PARAMETER_##type, REQUIRED, field, NULL, help, NULL }
#define OPTION(name, type, flags, field, value, help) \
	{ name, PARAMETER_##type, flags, field, value, help, NULL }
#define OPTIONAL(name, type, field, help) { name, PARAMETER_##type, 0, field, NULL, help, NULL }
#define REASON(flags) OPTION("--reason", TEXT, flags, "reason", "TEXT", "why; kept in the journal")
#define EVIDENCE OPTION("--evidence", EVIDENCE, REPEATED, "evidence", "FILE", \
	"a document; its SHA-256 is kept, not the file (or sha256:HEX)")

#define PAGING \
	OPTION("--limit", NUMBER, 0, "limit", "ROWS", "at most so many; else 100"), \
	OPTION("--all", FLAG, 0, NULL, NULL, "every row there is")
#define BY_PROGRAMME OPTION("--programme", TEXT, 0, "programme", "CODE", "of this programme only")
#define BY_PARTY OPTION("--party", TEXT, 0, "party", "CODE", "holder, provider or payee")
#define BY_STATUS(help) OPTION("--status", TEXT, 0, "status", "STATUS", help)

/* --- verbs --- */

#define COUNT(array) (array), sizeof(array) / sizeof((array)[0])
#define COMMAND(noun, verb, body, makes, parameters, prepare, help, example) \
	{ noun, verb, VERB_COMMAND, PB__COMMAND__BODY_##body, makes, NULL, NULL, COUNT(parameters), \
		prepare, NULL, help, example }
#define LIST(noun, parameters, help, example) \
	{ noun, "list", VERB_LIST, 0, NULL, NULL, NULL, COUNT(parameters), NULL, action_list, help, \
		example }
#define SHOW(noun, parameters, help, example) \
	{ noun, "show", VERB_SHOW, 0, NULL, NULL, NULL, COUNT(parameters), NULL, action_show, help, \
		example }
#define OTHER(noun, verb, parameters, run, help, example) \
	{ noun, verb, VERB_OTHER, 0, NULL, NULL, NULL, COUNT(parameters), NULL, run, help, example }
#define SENDER(noun, verb, parameters, run, help, example) \
	{ noun, verb, VERB_SENDER, 0, NULL, NULL, NULL, COUNT(parameters), NULL, run, help, example }
#define PLAIN(noun, verb, run, help, example) \
	{ noun, verb, VERB_OTHER, 0, NULL, NULL, NULL, NULL, 0, NULL, run, help, example }
/* clang-format on */

#endif
