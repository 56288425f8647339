/* SPDX-License-Identifier: Apache-2.0 */
/* How entry 1 takes effect. Internal to src/ledger; it is made by ledger_genesis(). */
#ifndef LEDGER_GENESIS_H
#define LEDGER_GENESIS_H

#include "ledger/applying.h"

void apply_genesis(struct applying *a);

#endif
