/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receipts (record/receipt.h): the entry, its place in the tree, and a signed checkpoint that
 * covers it, as one text. The checkpoint is the newest witnessed one if
 * it does, else the newest, else one is signed.
 */
#ifndef API_RECEIPTS_H
#define API_RECEIPTS_H

#include "base/buffer.h"
#include "base/err.h"

#include <stdint.h>

struct call;

/*
 * Makes the receipt of an entry that the caller may see, and calls `then` once, on the loop's
 * thread, perhaps before this returns. `text` is in the call's arena. ERR_NOT_FOUND: there is no
 * such entry, or not for this caller; ERR_CLOSED, ERR_MEMORY; others: none can be signed or proved
 * just now.
 */
void receipts_make(struct call *call, uint64_t seq,
    void (*then)(struct call *call, enum err err, const char *text));

#endif
