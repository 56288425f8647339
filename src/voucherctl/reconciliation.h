/* SPDX-License-Identifier: Apache-2.0 */
/* The bank reconciliation statement (银行存款余额调节表), laid out. */
#ifndef VOUCHERCTL_RECONCILIATION_H
#define VOUCHERCTL_RECONCILIATION_H

#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/session.h"

/* One thing that one side has and the other has not. Texts are as people read them. */
struct reconciling_item {
	const char *what; /* "line 17", a payment's reference */
	int64_t amount;   /* above nought */
	const char *note;
};

struct reconciling_items {
	struct reconciling_item *items;
	size_t count;
	int64_t sum;
};

enum reconciling_side { AWAITED_IN, AWAITED_OUT, OPEN_IN, OPEN_OUT, RECONCILING_SIDES };

/* Both sides, adjusted. False when a sum is beyond range. */
bool reconciliation_adjust(
    const Pb__HouseFigures *figures, int64_t *ret_statement, int64_t *ret_books);

/* Appends both sides with their adjusted balances, and whether these agree. `items`: of each side;
 * NULL: not known here, only their sums are. ERR_MEMORY. */
enum err reconciliation_lay_out(struct session *session, const Pb__HouseFigures *figures,
    const struct reconciling_items *items, size_t indent, struct buffer *out) MUST_CHECK;

#endif
