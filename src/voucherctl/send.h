/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on their way to the server. */
#ifndef VOUCHERCTL_SEND_H
#define VOUCHERCTL_SEND_H

#include "voucher/v1/command.pb-c.h"
#include "voucherctl/session.h"

/* Posts the batch and returns its reply, with one reply for each command, in `arena`. When the
 * reply got lost, says with which ids to repeat. */
enum exit_status send_batch(struct session *session, const Pb__Batch *batch, struct arena *arena,
    Pb__BatchReply **ret_reply);

/* Builds the command of a VERB_COMMAND, sends it and explains what came back. */
enum exit_status send_command(struct session *session);

#endif
