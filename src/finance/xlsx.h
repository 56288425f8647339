/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of finance/sheet.h as a workbook (ISO/IEC 29500), by libxlsxwriter, row by row. What
 * does not fit into a worksheet of 1,048,576 rows goes on in a further one, under the same heading.
 */
#ifndef FINANCE_XLSX_H
#define FINANCE_XLSX_H

#include "finance/sheet.h"

struct xlsx;

/* As sheet_begin, sheet_row, sheet_end and sheet_free. Other files that it needs on the way lie
 * beside `path`, and are gone at the end. */
enum err xlsx_begin(const char *path, const struct sheet_column *columns, size_t count,
    struct xlsx **ret_xlsx) MUST_CHECK;
enum err xlsx_row(struct xlsx *xlsx, const struct sheet_cell *cells) MUST_CHECK;
enum err xlsx_end(struct xlsx *xlsx) MUST_CHECK;
void xlsx_free(struct xlsx *xlsx); /* accepts NULL */

#endif
