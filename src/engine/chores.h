/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to do at a moment: the rows of TABLE_DUE (ledger/due.h) up to then, as commands. A
 * row that no longer asks for anything (a voucher used up, returned, extended) gives none and costs
 * a look at its object.
 *
 * Reads one view and changes nothing. Whether a command is right is for the ledger to decide, which
 * sees the newest state: what is found here is at most too much.
 */
#ifndef ENGINE_CHORES_H
#define ENGINE_CHORES_H

#include "base/limits.h"
#include "engine/engine.h"

/* Where to go on: at a due row, and within it at one of the objects that it stands for. */
struct chores_cursor {
	struct key row;
	struct key within; /* of TABLE_BY_PARTY; empty: from its beginning */
};

struct chores {
	struct uuid ledger_id;
	struct arena *arena; /* where the commands live */
	int64_t now_us;

	struct chores_cursor cursor; /* in: where to begin; out: where to go on */
	Pb__Command *commands[LIMIT_TICK_FOUND];
	size_t count;
	bool has_more;    /* there may be more to do at this moment, from the cursor on */
	bool is_starved;  /* and memory was not enough to find it */
	int64_t as_of_us; /* of the view's newest entry: rows that it does not show lie after this */
};

/* Finds at most LIMIT_TICK_FOUND commands, looking at no more than about LIMIT_SCAN_ROWS rows.
 * The view can be scanned. */
void chores_find(struct chores *chores, const struct engine_view *view);

/* The cursor at the first row that can lie after a moment. */
struct chores_cursor chores_after(int64_t time_us);

/* The moment of the row at which a cursor stands, or would. */
int64_t chores_time_us(const struct chores_cursor *cursor);

#endif
