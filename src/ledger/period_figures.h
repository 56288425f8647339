/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a month is closed on: the figures of all funds, programmes and house accounts, and whether
 * any bank line is still open. Internal to src/ledger.
 */
#ifndef LEDGER_PERIOD_FIGURES_H
#define LEDGER_PERIOD_FIGURES_H

#include "ledger/deciding.h"
#include "record/digest.h"

/* What stands in the state, in order of ids. `broken` names what does not add up; NULL: all does.
 * ERR_MEMORY. */
struct period_found {
	Pb__PeriodFigures *figures;
	const char *broken;
};
enum err period_find(const struct state *state, const struct ledger_row *head, struct arena *arena,
    struct period_found *ret_found) MUST_CHECK;

/* The house accounts' part alone. ERR_MEMORY. */
enum err period_find_houses(const struct state *state, const struct ledger_row *head,
    struct arena *arena, Pb__PeriodFigures **ret_figures) MUST_CHECK;

/* SHA-256 of the house accounts' part, packed. ERR_MEMORY. */
enum err period_houses_digest(
    const Pb__PeriodFigures *figures, uint8_t ret_hash[DIGEST_BYTES]) MUST_CHECK;

/* Open lines that an entry is about to carry over, sorted by house account and month. */
struct carried_line {
	uint64_t house_id;
	uint64_t line;
	uint32_t period;
	uint32_t index; /* in the command */
	bool is_new;    /* not carried over before */
};

/* Every statement is whole, else STATEMENT_INCOMPLETE; and of the months up to `period` that are
 * not closed no line is open but those carried over, before or now, else EXCEPTIONS_OPEN. Both say
 * where; the latter, how many. */
bool period_want_no_open_lines(
    struct deciding *d, uint32_t period, const struct carried_line *carried, size_t count);

#endif
