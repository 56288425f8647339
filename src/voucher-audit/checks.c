/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of checks, in the order in which they look at an entry and learn from it. What learns
 * first is read by what learns later: objects before postings, since balances are counted by
 * programme.
 */
#include "voucher-audit/check_chain.h"
#include "voucher-audit/look.h"

const struct check_row CHECKS[] = {
	{ "chain", "Sequence, time, ledger and command ids", "序号、时间、账本与命令编号", NULL,
	    check_chain, learn_chain, NULL },
};

const size_t CHECKS_COUNT = sizeof(CHECKS) / sizeof(CHECKS[0]);
