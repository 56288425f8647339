/* SPDX-License-Identifier: Apache-2.0 */
/* What claims and settlements need to know of reservations. Internal to src/ledger. */
#ifndef LEDGER_USE_H
#define LEDGER_USE_H

#include "ledger/applying.h"
#include "ledger/rules.h"

/* Who is paid, and who claims: the provider or the holder, as the rules of the voucher say. */
uint64_t use_payee(const Pb__RuleSet *rules, const struct reservation_row *reservation);
uint64_t use_claimant(const Pb__RuleSet *rules, const struct reservation_row *reservation);

/* Whether the invoices of the claims that stand support all that these claim, or none need to. They
 * did when each was submitted; a claim that was stopped since took its invoices with it. */
bool use_is_supported(const struct reservation_row *reservation);

/* Adds `delta` to everything that caps count of the reservation's subsidy, in its year. */
void use_count(struct applying *a, const struct reservation_row *reservation, int64_t delta);

/* What the holder has been granted in a year under one tier (USAGE_HOLDER_TIER). */
struct key use_key_of_holder_tier(uint64_t programme, uint64_t holder, int32_t year, uint32_t tier);

#endif
