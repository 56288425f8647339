/* SPDX-License-Identifier: Apache-2.0 */
/* What voucherctl exits with: part of its interface, see voucherctl(1). */
#ifndef VOUCHERCTL_EXIT_STATUS_H
#define VOUCHERCTL_EXIT_STATUS_H

enum exit_status {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,   /* the ledger, or the server, said no */
	EXIT_USAGE = 2,     /* the command line or the configuration is wrong; nothing was sent */
	EXIT_NO_SERVER = 3, /* unreachable or not to be trusted */
	EXIT_LOCAL = 4,     /* this machine: no memory, output or ledger directory cannot be written */
};

#endif
