/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the messages that banks send a file is, by its namespace.
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_BANK_FILE_H
#define FINANCE_BANK_FILE_H

#include "base/err.h"
#include "finance/xml_reader.h"

#include <stddef.h>

enum bank_file {
	BANK_FILE_STATUS_REPORT, /* pain002.h */
	BANK_FILE_STATEMENT,     /* camt053.h */
};

/* Reads no further than the first element within the document; ERR_SYNTAX when it is neither, or
 * ends before. As xml_read(). */
enum err bank_file_recognise(const char *data, size_t bytes, enum bank_file *ret_file,
    struct xml_mistake *ret_mistake) MUST_CHECK;

#endif
