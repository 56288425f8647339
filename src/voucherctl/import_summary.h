/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a statement that was imported: how many lines of each kind, and those that
 * somebody must look at, with their lines in the file. */
#ifndef VOUCHERCTL_IMPORT_SUMMARY_H
#define VOUCHERCTL_IMPORT_SUMMARY_H

#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/bank_reader.h"

struct import_summary {
	const struct bank_content *content;
	const Pb__HouseAccount *house;
	Pb__Command *const *commands; /* one for each page */
	Pb__Reply *const *replies;    /* accepted, each */
	size_t count;
	bool was_imported; /* by an earlier run */
};

enum exit_status import_summary_show(struct session *session, const struct import_summary *summary);

#endif
