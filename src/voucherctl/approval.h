/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four eyes at the command line: who approves must have seen what. It is shown and the question is
 * asked; what is sent is the digest that was computed here of what was shown, whatever the server
 * says that it is.
 */
#ifndef VOUCHERCTL_APPROVAL_H
#define VOUCHERCTL_APPROVAL_H

#include "record/digest.h"
#include "voucher/v1/types.pb-c.h"
#include "voucherctl/session.h"

/*
 * Whether the server gave the digest that was computed: EXIT_DONE; else EXIT_REFUSED, and the user
 * is told. `err` is that of computing it.
 */
enum exit_status approval_check(struct session *session, enum err err,
    const uint8_t computed[DIGEST_BYTES], const Pb__Digest *given);

/* What is approved, on stderr, unless --json or --quiet: stdout is for the outcome. */
void approval_show(struct session *session, struct buffer *text);

/* EXIT_DONE for yes, with --yes, and with --dry-run. `question` ends before " [y/N] ". */
enum exit_status approval_ask(struct session *session, const char *question);

#endif
