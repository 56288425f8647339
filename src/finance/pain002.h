/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status reports: ISO 20022 pain.002, what became of the payments of a payment file. Read whole or
 * not at all; codes are kept as written, also those that nobody here knows.
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_PAIN002_H
#define FINANCE_PAIN002_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/xml_reader.h"

#include <stddef.h>
#include <stdint.h>

/* Of the versions that are read. */
#define PAIN002_NAMESPACES                                                                         \
	"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03",                                              \
	    "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",                                          \
	    "urn:iso:std:iso:20022:tech:xsd:pain.002.001.11"

#define PAIN002_STATUSES_MAX 100000

/* What a status code says of a payment. */
enum pain002_meaning {
	PAIN002_UNKNOWN, /* nothing that we know */
	PAIN002_PENDING, /* the bank has it and has not paid */
	PAIN002_PAID,    /* ACSC: the debtor's account is charged; ACCC: the creditor has it */
	PAIN002_FAILED,  /* RJCT, CANC */
};

/* Texts are "" where the file has none. */
struct pain002_status {
	const char *end_to_end_id;
	const char *code; /* TxSts, else that of its block, else that of the message */
	enum pain002_meaning meaning;
	const char *reason;         /* its code, and what is added in words */
	const char *bank_reference; /* AcctSvcrRef */
	const char *accepted;       /* AccptncDtTm */
	uint64_t line, column;      /* of the file: where the payment's report begins */
};

struct pain002 {
	const char *message_id;
	const char *original_message_id;
	const char *code; /* of the message as a whole: a bank may refuse a file and name no payment */
	struct pain002_status *statuses;
	size_t count;
};

/* Everything is in `arena`. As xml_read(). */
enum err pain002_read(const char *data, size_t bytes, struct arena *arena,
    struct pain002 *ret_report, struct file_mistake *ret_mistake) MUST_CHECK;

#endif
