/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the server for resources: one, or all that a list has. */
#ifndef VOUCHERCTL_QUERY_H
#define VOUCHERCTL_QUERY_H

#include "base/err.h"
#include "base/uuid.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/session.h"

/* GET, and shows what came: as it is with --json, else by `render`, which appends it to
 * session->out as people read it, and has complained when it fails. */
enum exit_status query_show(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor,
    enum exit_status (*render)(struct session *session, const ProtobufCMessage *message));

/* A render: every field that says something. */
enum exit_status query_render_fields(struct session *session, const ProtobufCMessage *message);

/*
 * All pages of a list, by the server's links, in the session's arena. `take` is given each; what it
 * returns but EXIT_DONE ends it.
 */
enum exit_status query_pages(struct session *session, const char *target,
    enum exit_status (*take)(void *user, const Pb__Page *page), void *user);

/* What the ledger is, as the first journal entry says that comes after `before` and may be seen. */
enum exit_status query_ledger_id(struct session *session, uint64_t before, struct uuid *ret_id);

/* "prefix" and `text` escaped: "/v1/house-accounts/icbc". NULL: memory. */
const char *query_target(struct session *session, const char *prefix, const char *text);

#endif
