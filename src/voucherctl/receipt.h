/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts: proofs that an entry is in the books. */
#ifndef VOUCHERCTL_RECEIPT_H
#define VOUCHERCTL_RECEIPT_H

#include "voucherctl/exit_status.h"

#include <stdint.h>

struct session;

/* Asks the server for the receipt of an entry and writes it to a file; "-" is standard output.
 * Complains. */
enum exit_status receipt_save(struct session *session, uint64_t seq, const char *file);

#endif
