/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bank statements of ISO 20022: camt.053, and camt.052, the reports during a day. Read whole or not
 * at all.
 *
 * - What is booked is kept (BOOK); PDNG, INFO, FUTR and what a bank writes instead are counted.
 * - Balances: OPBD or else PRCD leads by the booked entries to CLBD or else ITBD; of two ITBD the
 *   first opens and the last closes. OPAV, CLAV, FWAV lead nowhere. A camt.053 whose entries do not
 *   lead from one to the other is refused; a camt.052, which may hold a part of the day only, has
 *   no balances then.
 * - The numbers and sums of TxsSummry are those of all entries, or of the booked ones.
 * - The serial is AcctSvcrRef of the entry or of its one transaction; else NtryRef, unless that is
 *   but a number of up to 6 digits, by which banks count the entries of a statement.
 * - The reference is EndToEndId or else InstrId; that of a batch its PmtInfId. NOTPROVIDED is none.
 * - The text: Ustrd, the creditor's reference, why it was returned, AddtlTxInf, AddtlNtryInf; of
 *   several transactions, their references first.
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_CAMT053_H
#define FINANCE_CAMT053_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/mistake.h"
#include "finance/statement.h"

#include <stddef.h>

/* Of the versions that are read. */
#define CAMT053_NAMESPACES                                                                         \
	"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",                                              \
	    "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",                                          \
	    "urn:iso:std:iso:20022:tech:xsd:camt.052.001.02",                                          \
	    "urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"

struct camt053 {
	const char *message_id;
	struct statement *statements; /* a file may hold those of several accounts and days */
	size_t count;
};

/* Everything is in `arena`. As xml_read(). */
enum err camt053_read(const char *data, size_t bytes, struct arena *arena,
    struct camt053 *ret_report, struct file_mistake *ret_mistake) MUST_CHECK;

#endif
