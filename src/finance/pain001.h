/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payment files: ISO 20022 pain.001, customer credit transfer initiation, of one approved
 * settlement. The same settlement and options give the same bytes, whatever became of its payments
 * since; the message id is the same too, so that a bank knows a file that it has had.
 *
 * The message id is also that of its one payment information block. A payment carries its reference
 * as EndToEndId and at the beginning of the remittance text, before the programme's code. Banks are
 * named by their CNAPS code (ClrSysMmbId of clearing system CNAPS), accounts by number (Othr/Id),
 * creditors by the account's holder.
 *
 * Pure: no clock, no files. Any thread.
 */
#ifndef FINANCE_PAIN001_H
#define FINANCE_PAIN001_H

#include "base/buffer.h"
#include "base/err.h"
#include "finance/payments.h"

enum pain001_version {
	PAIN001_09, /* pain.001.001.09 */
	PAIN001_03, /* pain.001.001.03 */
};

/*
 * Appends the file to `buffer`, or nothing. ERR_DENIED when it is refused, and `ret_result` says
 * why; ERR_MEMORY; ERR_RANGE when it is beyond the buffer's limit.
 */
enum err pain001_write(const Pb__Settlement *settlement, const struct payments_options *options,
    enum pain001_version version, struct buffer *buffer,
    struct payments_result *ret_result) MUST_CHECK;

#endif
