/* SPDX-License-Identifier: Apache-2.0 */
/* What the server decided, in words: acceptances to stdout, refusals to stderr with what to do. */
#ifndef VOUCHERCTL_ANSWER_H
#define VOUCHERCTL_ANSWER_H

#include "voucher/v1/command.pb-c.h"
#include "voucherctl/session.h"

/*
 * A request that was refused as a whole: a problem document (RFC 9457), or whatever else stands
 * between us and the server said. EXIT_REFUSED; EXIT_NO_SERVER for a status of 500 and above.
 */
enum exit_status answer_problem(struct session *session, const struct voucher_reply *reply);

/* The reply to one command. */
enum exit_status answer_reply(
    struct session *session, const Pb__Command *command, const Pb__Reply *reply);

/* "POOL_EMPTY: The programme's pool has not enough left. (amount; limit 5.00, used 4.00, asked
 * 2.00)" in one line, for lists of refusals. NULL when `arena` is exhausted. */
const char *answer_briefly(enum lang lang, const Pb__Reply *reply, struct arena *arena);

#endif
