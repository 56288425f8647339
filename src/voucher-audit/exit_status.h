/* SPDX-License-Identifier: Apache-2.0 */
/* How voucher-audit ends, for scripts. */
#ifndef VOUCHER_AUDIT_EXIT_STATUS_H
#define VOUCHER_AUDIT_EXIT_STATUS_H

enum exit_status {
	EXIT_CLEAN = 0,        /* everything was checked, and nothing is wrong */
	EXIT_FINDINGS = 1,     /* something is wrong: the report says what */
	EXIT_AUDIT_USAGE = 2,  /* the command line is wrong */
	EXIT_AUDIT_FAILED = 3, /* it could not be checked: no such file, no room, no memory */
};

#endif
