/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's own hand: at every tick it gives the commands that have fallen due (engine/chores.h)
 * as LEDGER_SYSTEM_PRINCIPAL, through the queue like any client.
 *
 * At most LIMIT_TICK_COMMANDS go at once, and the next ones when these are answered; so clients'
 * commands come between. What could not be made durable is given again at the next tick, with the
 * same ids. How far it came is kept in memory alone: after a restart it begins at the first due row
 * of all, and passes those that are done by a look at each (two million a second).
 * So nothing is ever left behind, and no state has to say what is done beside the objects.
 *
 * A thread of its own, or, with an interval of 0, whoever calls ticker_tick(). Never two at once.
 */
#ifndef ENGINE_TICKER_H
#define ENGINE_TICKER_H

#include "base/err.h"
#include "engine/engine.h"

struct ticker;

/* The engine is borrowed until ticker_stop(). `interval_s` 0: no thread. ERR_MEMORY. */
enum err ticker_start(
    struct engine *engine, unsigned interval_s, struct ticker **ret_ticker) MUST_CHECK;

/* Waits for the commands that are under way, and gives no more. Accepts NULL. */
void ticker_stop(struct ticker *ticker);

/* One tick: everything that is due by now. An error ended it early; the next one goes on. ERR_IO:
 * some commands were answered UNAVAILABLE. */
enum err ticker_tick(struct ticker *ticker) MUST_CHECK;

#endif
