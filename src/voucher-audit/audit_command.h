/* SPDX-License-Identifier: Apache-2.0 */
/* The audit as a command: opens what it needs, goes through the ledger, prints the report. */
#ifndef VOUCHER_AUDIT_AUDIT_COMMAND_H
#define VOUCHER_AUDIT_AUDIT_COMMAND_H

#include "voucher-audit/options.h"

enum exit_status audit_command(const struct options *options);

#endif
