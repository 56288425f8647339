/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of commands that are made from what the command is about, so that it takes effect once. */
#ifndef VOUCHERCTL_DERIVED_ID_H
#define VOUCHERCTL_DERIVED_ID_H

#include "base/arena.h"
#include "record/digest.h"
#include "voucher/v1/types.pb-c.h"

/* UUID version 8 (RFC 9562) of a SHA-256. It never begins with ffff, as the daemon's own do. NULL
 * when the arena is exhausted. */
Pb__Uuid *derived_id(const uint8_t hash[DIGEST_BYTES], struct arena *arena);

#endif
