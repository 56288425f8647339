/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of the house account "house" of a world (support/scheme.h has one). The actor of the
 * world imports them; every statement is a file of its own.
 */
#ifndef TESTS_SUPPORT_BANK_H
#define TESTS_SUPPORT_BANK_H

#include "support/ledger_world.h"

/* Registers it, with this balance. Its id. */
uint64_t bank_house(struct world *world, int64_t opening);

/* A world with this account, and finance, who acts. */
struct desk {
	struct world *w;
	uint64_t house;
};
struct desk bank_desk(int64_t opening);

/* A statement of one page without balances; `lines` are StatementLines in JSON. Its entry. */
__attribute__((format(printf, 2, 3))) uint64_t bank_import(
    struct world *world, const char *lines, ...);

/* A statement of one line. The line's number. */
uint64_t bank_import_line(
    struct world *world, int64_t amount, const char *date, const char *reference);

/* A digest in hexadecimal, of its own for every number; lives as long as the world. */
const char *bank_file(struct world *world, uint64_t number);

struct house_row bank_house_row(struct world *world, uint64_t house);
struct bank_line_row bank_line_row(struct world *world, uint64_t house, uint64_t line);

#endif
