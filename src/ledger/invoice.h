/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invoices of a claim. One is taken, in the whole ledger, while the newest claim that named it
 * is neither returned nor rejected: so nothing needs to be done to free it. Internal to src/ledger.
 */
#ifndef LEDGER_INVOICE_H
#define LEDGER_INVOICE_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* At most LIMIT_INVOICES of them, each well-formed; else names "invoices[2].number" or the like. */
bool allow_invoices(struct deciding *d, const Pb__SubmitClaim *submit);

/* No other claim has them and none stands there twice; else INVOICE_TAKEN, "invoices[2]". */
bool want_free_invoices(struct deciding *d, const Pb__SubmitClaim *submit);

/* VAT is part of the amount. */
struct invoice_sums {
	int64_t amount;
	int64_t vat;
};

/* What they come to; else OVERFLOW. */
bool add_invoices(struct deciding *d, const Pb__SubmitClaim *submit, struct invoice_sums *ret_sums);

/* Takes them for a claim whose row is not there yet; returns the sum of their amounts. */
int64_t take_invoices(struct applying *a, const Pb__SubmitClaim *submit, uint64_t claim);

#endif
