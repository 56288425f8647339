/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What had to be decided beside what stands in the entry. Internal to decide*.c.
 */
#ifndef VOUCHER_AUDIT_DECIDE_COMPARE_H
#define VOUCHER_AUDIT_DECIDE_COMPARE_H

#include "voucher-audit/decide_case.h"

#define DIFFERENCE_PATH_BYTES 80

/* The first field, in the order of the schema, in which two messages of one type differ. */
struct difference {
	char path[DIFFERENCE_PATH_BYTES]; /* "shares[1].amount" */
	bool is_money;                    /* an amount: */
	int64_t want, have;
};

bool compare_messages(
    const ProtobufCMessage *want, const ProtobufCMessage *have, struct difference *ret_difference);

/* Says what is wrong with the entry's postings. */
void compare_postings(struct look *look, const struct deciding *d);

#endif
