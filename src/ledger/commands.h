/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: closed; a test holds it against the schema. Internal to src/ledger. */
#ifndef LEDGER_COMMANDS_H
#define LEDGER_COMMANDS_H

#include "ledger/families.h"

struct command_kind {
	const char *name; /* as the field of the schema: "create_fund" */
	bool (*decide)(struct deciding *d);
	void (*apply)(struct applying *a);
	bool is_bulky; /* its entry may grow beyond LIMIT_ENTRY_BYTES: measure it */
};

/* NULL: no such kind. */
const struct command_kind *command_kind(Pb__Command__BodyCase body);

#endif
