/* SPDX-License-Identifier: Apache-2.0 */
/* What is true of every statement that is taken, and of every mistake. */
#ifndef TESTS_UNIT_FINANCE_BANK_CHECKS_H
#define TESTS_UNIT_FINANCE_BANK_CHECKS_H

#include "finance/mistake.h"
#include "finance/statement.h"

void bank_check_statement(const struct statement *statement);
void bank_check_mistake(const struct file_mistake *mistake);

#endif
