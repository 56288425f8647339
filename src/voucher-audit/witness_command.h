/* SPDX-License-Identifier: Apache-2.0 */
/* "voucher-audit witness": one HTTP/1.1 request on standard input, its answer on standard output.
 * Whoever starts it for each connection listens; it does not. */
#ifndef VOUCHER_AUDIT_WITNESS_COMMAND_H
#define VOUCHER_AUDIT_WITNESS_COMMAND_H

#include "voucher-audit/exit_status.h"

/* The command line from "witness" on. */
enum exit_status witness_command(int argc, char **argv);

#endif
