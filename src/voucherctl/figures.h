/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a month, as who reviews them reads them. */
#ifndef VOUCHERCTL_FIGURES_H
#define VOUCHERCTL_FIGURES_H

#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/session.h"

/*
 * Appends who prepared, reviewed and closed it, what was carried over, and the figures: funds and
 * programmes, then each house account as a bank reconciliation statement. Asks the server what
 * those are called that the figures know by number.
 */
enum exit_status figures_show(
    struct session *session, const Pb__Period *period, struct buffer *out);

#endif
