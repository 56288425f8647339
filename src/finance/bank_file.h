/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the files that banks send a file is: XML by its namespace, and what is no XML is taken
 * for a table (bank_csv.h).
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_BANK_FILE_H
#define FINANCE_BANK_FILE_H

#include "base/err.h"
#include "finance/mistake.h"

#include <stddef.h>

enum bank_file {
	BANK_FILE_STATUS_REPORT, /* pain002.h */
	BANK_FILE_STATEMENT,     /* camt053.h */
	BANK_FILE_TABLE,         /* bank_csv.h, with the bank's profile */
};

/* Reads no further than the first element within the document; ERR_SYNTAX when XML is neither, or
 * ends before, and when there is nothing but blanks. As xml_read(). */
enum err bank_file_recognise(const char *data, size_t bytes, enum bank_file *ret_file,
    struct file_mistake *ret_mistake) MUST_CHECK;

#endif
