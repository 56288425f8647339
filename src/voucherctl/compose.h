/* SPDX-License-Identifier: Apache-2.0 */
/* From the command line to the command of the schema, and back to the words for it. */
#ifndef VOUCHERCTL_COMPOSE_H
#define VOUCHERCTL_COMPOSE_H

#include "base/arena.h"
#include "base/err.h"
#include "voucher/v1/command.pb-c.h"
#include "voucherctl/options.h"

/*
 * The command that the line asks for (its verb is a VERB_COMMAND), with a new id or that of --id.
 * Lives in `arena`. ERR_CONFIG with a sentence in `ret_message`.
 */
enum err compose_command(const struct command_line *line, struct arena *arena,
    Pb__Command **ret_command, const char **ret_message) MUST_CHECK;

/* The message within the command; NULL when no body is set. */
ProtobufCMessage *compose_body(const Pb__Command *command);

/* The verb that would send it; NULL when no body is set. */
const struct verb *compose_verb(const Pb__Command *command);

#endif
