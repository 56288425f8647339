/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads XML messages of ISO 20022 that others wrote: element by element, keeping no tree.
 *
 * Refused are: documents that are not well-formed, a DOCTYPE of any kind (and with it every entity
 * but the five of XML), elements of another namespace than the document's (only SplmtryData may
 * hold them, and is skipped), and whatever is beyond the limits below. Nothing is fetched.
 *
 * Pure. One thread; several, after one of them has called xmlInitParser().
 */
#ifndef FINANCE_XML_READER_H
#define FINANCE_XML_READER_H

#include "base/err.h"
#include "finance/mistake.h"

#include <stddef.h>
#include <stdint.h>

#define XML_BYTES_MAX      ((size_t)256 << 20) /* of a document */
#define XML_DEPTH_MAX      32
#define XML_PATH_BYTES     512
#define XML_TEXT_BYTES     4096 /* of one element */
#define XML_CURRENCY_BYTES 4

struct xml_element {
	/* Local names from the child of the root: "BkToCstmrStmt/Stmt/Ntry/Amt". */
	const char *path;
	const char *text;       /* at its end: what stands in it, without blanks at both ends */
	const char *currency;   /* its attribute Ccy, or "" */
	const char *name_space; /* the document's; valid during the call */
	uint64_t line, column;  /* of its beginning, or at its end, of that */
};

/*
 * What is done with elements. A function that returns an error ends the reading; it may have said
 * why in `mistake`, to which the place is added unless it has said that, too.
 */
struct xml_handler {
	const char *const *namespaces; /* that the document may have; NULL ends the list */
	void *user;
	enum err (*begin)(void *user, const struct xml_element *element, struct file_mistake *mistake);
	enum err (*end)(void *user, const struct xml_element *element, struct file_mistake *mistake);
};

/* ERR_SYNTAX, ERR_RANGE (a limit) or what a function returned, with `ret_mistake`; ERR_MEMORY. */
enum err xml_read(const char *data, size_t bytes, const struct xml_handler *handler,
    struct file_mistake *ret_mistake) MUST_CHECK;

/* "1234.5" → 123450: a decimal without sign, no more than two digits that count after the point.
 * ERR_SYNTAX, ERR_RANGE. */
enum err xml_parse_amount(const char *text, int64_t *ret_minor) MUST_CHECK;

#endif
