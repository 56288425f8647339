/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The publication list (公示) as people read it: a spreadsheet's CSV, and a plain HTML page. Pure;
 * any thread.
 */
#ifndef API_PUBLICATION_H
#define API_PUBLICATION_H

#include "base/buffer.h"
#include "voucher/v1/resource.pb-c.h"

/* RFC 4180 with a UTF-8 byte order mark, so that spreadsheets read it as what it is. A cell that
 * begins with = + - @ tab or CR, which a spreadsheet would compute, is given an apostrophe. */
void publication_csv(const Pb__Page *page, struct buffer *buffer);

/* The queries (what follows "?") of the same list in other places. */
struct publication_links {
	const char *next; /* NULL: this page is the last */
	const char *csv;  /* from its beginning */
	const char *json;
};

/* Chinese first, English beside it; no script, and nothing loaded from anywhere. */
void publication_html(
    const Pb__Page *page, const struct publication_links *links, struct buffer *buffer);

/* Allows a browser nothing but the style in the page. */
extern const char publication_security_policy[];

#endif
