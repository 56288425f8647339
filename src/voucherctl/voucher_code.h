/* SPDX-License-Identifier: Apache-2.0 */
/* Voucher codes as people give them: checked before anything is sent. */
#ifndef VOUCHERCTL_VOUCHER_CODE_H
#define VOUCHERCTL_VOUCHER_CODE_H

#include "voucherctl/session.h"

/* The code as it is written, "7ZQK-03MA-X9D2-A", in the session's arena. NULL, having complained,
 * when it is none: it has another length, or its check symbol does not fit. */
const char *voucher_code_or_complain(struct session *session, const char *given);

#endif
