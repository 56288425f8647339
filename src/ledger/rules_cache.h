/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacked rule sets, so that a reservation need not unpack one. No truth lives here: what it gives
 * is compared with the state's packed row each time, so a rule set that was published in a batch
 * that then failed is never mistaken for another. One thread. Internal to src/ledger.
 */
#ifndef LEDGER_RULES_CACHE_H
#define LEDGER_RULES_CACHE_H

#include "base/err.h"
#include "ledger/state.h"
#include "voucher/v1/rules.pb-c.h"

struct rules_cache;

enum err rules_cache_new(struct rules_cache **ret_cache) MUST_CHECK;
void rules_cache_free(struct rules_cache *cache);

/* Forgets all when there are too many. Ends the life of what rules_cache_get() gave. */
void rules_cache_trim(struct rules_cache *cache);

/* The rule set, which must exist; NULL: no memory. Valid until the next trim. */
const Pb__RuleSet *rules_cache_get(
    struct rules_cache *cache, const struct state *state, uint64_t programme, uint32_t version);

#endif
