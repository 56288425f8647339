/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules in words: a rule weighed, and a whole rule set, as sentences in Chinese and English. Pure;
 * any thread. Money is written in yuan with two digits of 分, thousands separated.
 */
#ifndef LEDGER_EXPLAIN_H
#define LEDGER_EXPLAIN_H

#include "base/arena.h"
#include "voucher/v1/command.pb-c.h"

#include <stdbool.h>
#include <stddef.h>

/* "Annual cap of tier “local”: limit 200,000.00, used 150,000.00, asked 75,000.00, granted
 * 50,000.00; this decided the amount." In `arena`; NULL: no memory. */
Pb__Explanation *explain_bound(const Pb__Bound *bound, struct arena *arena);

/* The same for what was refused: all that was weighed, or the one rule that stood against it.
 * False: no memory. */
bool explain_refusal(const Pb__Refusal *refusal, struct arena *arena, Pb__Explanation ***ret_list,
    size_t *ret_count);

/* One for each bound of a decision or a refusal, in their order; sets reply->explanation. False: no
 * memory. */
bool explain_reply(Pb__Reply *reply, struct arena *arena);

#endif
