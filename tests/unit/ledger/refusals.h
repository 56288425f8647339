/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of commands that must be refused, and how. */
#ifndef TESTS_UNIT_LEDGER_REFUSALS_H
#define TESTS_UNIT_LEDGER_REFUSALS_H

#include "support/ledger_world.h"

struct refused {
	const char *command; /* as world_give takes it, but not a format */
	Pb__Outcome outcome;
	const char *field; /* of the refusal; "" : it names none */
};

/* Gives them all; nothing may change. */
void refuse_all(struct world *world, const struct refused *table, size_t count);
#define REFUSE_ALL(world, table) refuse_all((world), (table), sizeof(table) / sizeof((table)[0]))

/* So many times the character, as text that lives as long as the world. */
const char *repeated(struct world *world, char c, size_t count);

#endif
