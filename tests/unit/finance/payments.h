/* SPDX-License-Identifier: Apache-2.0 */
/* An approved settlement of three payments, and options that suit it. */
#ifndef TESTS_UNIT_FINANCE_PAYMENTS_H
#define TESTS_UNIT_FINANCE_PAYMENTS_H

#include "finance/payments.h"

#define SAMPLE_PAYMENTS 3

struct sample {
	Pb__Settlement settlement;
	Pb__SettlementPayment entries[SAMPLE_PAYMENTS];
	Pb__SettlementPayment *entry_pointers[SAMPLE_PAYMENTS];
	Pb__Payment payments[SAMPLE_PAYMENTS];
	Pb__BankAccount accounts[SAMPLE_PAYMENTS];
	struct payments_options options;
};

/* It holds pointers into itself: it must not be copied. */
void sample_make(struct sample *ret_sample);

#endif
