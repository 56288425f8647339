/* SPDX-License-Identifier: Apache-2.0 */
/* One request to a witness: POST <url>add-checkpoint (C2SP tlog-witness), by libcurl. Blocks for at
 * most WITNESS_CALL_MS. One thread at a time. */
#ifndef WITNESS_WITNESS_CALL_H
#define WITNESS_WITNESS_CALL_H

#include "base/buffer.h"

enum { WITNESS_CALL_MS = 10000, WITNESS_ANSWER_BYTES_MAX = 1 << 17 };

struct witness_caller; /* a connection that is kept */

/* `ca_file`: who signed the witnesses' certificates, PEM; "": whom this machine trusts.
 * ERR_MEMORY. */
enum err witness_caller_new(const char *ca_file, struct witness_caller **ret_caller) MUST_CHECK;
void witness_caller_free(struct witness_caller *caller); /* accepts NULL */

/* `ret_answer` is cleared and gets the body. ERR_IO: no answer (or one too long); `ret_reason` is
 * why, until the next call. A redirection is an answer like others. */
enum err witness_call(struct witness_caller *caller, const char *url, const struct buffer *body,
    long *ret_status, struct buffer *ret_answer, const char **ret_reason) MUST_CHECK;

/* Ends a call that is under way, and every later one. Any thread. */
void witness_caller_abort(struct witness_caller *caller);

#endif
