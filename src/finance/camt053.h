/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bank statements: ISO 20022 camt.053, what moved on our accounts. Read whole or not at all.
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_CAMT053_H
#define FINANCE_CAMT053_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/xml_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the versions that are read. */
#define CAMT053_NAMESPACES                                                                         \
	"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",                                              \
	    "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

#define CAMT053_LINES_MAX 1000000

/*
 * One entry of a statement. Texts are "" where the file has none. Of an entry that sums several
 * transactions (`details` > 1) the end-to-end reference and the text are those of the first.
 */
struct camt053_line {
	const char *account;      /* IBAN or other id of ours */
	const char *serial;       /* AcctSvcrRef, else NtryRef: the bank's own number */
	const char *currency;     /* ISO 4217 */
	int64_t amount;           /* in minor units, not below nought */
	bool is_credit;           /* CRDT: it came in */
	bool is_reversal;         /* it takes an earlier entry back */
	const char *status;       /* BOOK, PDNG, INFO, or what the bank writes, verbatim */
	const char *booking_date; /* YYYY-MM-DD */
	const char *value_date;
	const char *end_to_end_id;
	const char *remittance; /* its lines, joined with spaces */
	uint32_t details;
	uint64_t line; /* of the file: where the entry begins */
};

struct camt053 {
	const char *message_id;
	struct camt053_line *lines;
	size_t count;
};

/* Everything is in `arena`. As xml_read(). An entry without amount, direction or account is
 * ERR_SYNTAX. */
enum err camt053_read(const char *data, size_t bytes, struct arena *arena,
    struct camt053 *ret_report, struct xml_mistake *ret_mistake) MUST_CHECK;

#endif
