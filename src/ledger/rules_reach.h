/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a tier can ever apply, given that the first tier that fits does.
 *
 * Cases are told apart by the locality of both parties (or that there is no provider, where the
 * instrument is no voucher), the category, and the holder's attributes and statuses. A tier is out
 * of reach when each pair of localities and each category of it is taken by a tier before it whose
 * conditions and statuses follow from its own and from those on every holder. (Two tiers that only
 * together take all values of an attribute are not seen as one.)
 */
#ifndef LEDGER_RULES_REACH_H
#define LEDGER_RULES_REACH_H

#include "voucher/v1/rules.pb-c.h"

#include <stdbool.h>
#include <stddef.h>

/* Of rules whose tiers up to `index` are free of contradictions. */
bool rules_is_reachable(const Pb__RuleSet *rules, size_t index);

#endif
