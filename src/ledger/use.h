/* SPDX-License-Identifier: Apache-2.0 */
/* What others need to know of reservations. Internal to src/ledger. */
#ifndef LEDGER_USE_H
#define LEDGER_USE_H

#include "ledger/applying.h"
#include "ledger/deciding.h"
#include "ledger/rules.h"

/* Who is paid, and who claims: the provider or the holder, as the rules of the voucher say. */
uint64_t use_payee(const Pb__RuleSet *rules, const struct reservation_row *reservation);
uint64_t use_claimant(const Pb__RuleSet *rules, const struct reservation_row *reservation);

/* Whether the invoices of the claims that stand support all that these claim, or none need to. They
 * did when each was submitted; a claim that was stopped since took its invoices with it. */
bool use_is_supported(const struct reservation_row *reservation);

/* The parties of a reservation, and its voucher, as those whom the entry concerns. */
void use_name_parties(struct deciding *d, uint64_t id, const struct reservation_row *reservation);

/*
 * Memorandum legs, as `amount` of what is held or redeemed is about to be taken back: of own share
 * and VAT the part that goes with it, floor(leg × amount / subsidy), and all of them when nothing
 * is left. Posts them after what moves money, and notes them in the decision.
 */
bool use_take_back_memo(struct deciding *d, const struct reservation_row *reservation,
    const struct programme_row *programme, int64_t amount);

/* What use_take_back_memo() decided; and what caps counted of the amount is taken back. The row has
 * it among `released` already. */
void use_apply_taken_back(struct applying *a, struct reservation_row *reservation, int64_t amount);

#endif
