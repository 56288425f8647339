/* SPDX-License-Identifier: Apache-2.0 */
/* What the server answered: filled by the transfer as it arrives, then read by the caller. */
#ifndef CLIENT_REPLY_H
#define CLIENT_REPLY_H

#include "base/buffer.h"
#include "voucher/client.h"

#define REPLY_BYTES_MAX (64u << 20) /* more than any reply of a voucherd */

struct voucher_reply {
	unsigned status;
	struct buffer body;
	char *next;             /* target of Link rel="next", or NULL */
	uint32_t retry_after_s; /* 0: the server did not say */
};

struct voucher_reply *reply_new(void); /* NULL: no memory */

/* Forgets everything, for another attempt. */
void reply_clear(struct voucher_reply *reply);

/*
 * One header line as it came, with or without its CRLF. Takes Link and Retry-After (in seconds) and
 * ignores the others. A new status line begins a new header block: what an interim (1xx) response
 * or a proxy said is forgotten. ERR_MEMORY.
 */
enum err reply_take_header(struct voucher_reply *reply, const char *line, size_t bytes) MUST_CHECK;

#endif
