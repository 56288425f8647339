/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parser of HTTP/1.1 says to some bytes, as text. The pieces of a body are put together,
 * so the text must not depend on how the bytes are cut.
 *
 *	head POST /v1/batch host=[a] content-length=[2] | body=2
 *	body {}
 *	end
 *	refused 400 Host is missing.
 *	more                                 (in the middle of a request)
 */
#ifndef TESTS_UNIT_NET_HTTP1_TRACE_H
#define TESTS_UNIT_NET_HTTP1_TRACE_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

/* Feeds pieces of 1 to `piece_max` bytes; their sizes follow from `seed`. piece_max 0: all at once.
 * Also checks what must hold for every event. */
void http1_trace(
    const char *data, size_t bytes, size_t piece_max, uint64_t seed, struct buffer *ret_trace);

/* In two pieces. */
void http1_trace_cut(const char *data, size_t bytes, size_t first_bytes, struct buffer *ret_trace);

#endif
