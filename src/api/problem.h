/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Problem documents (RFC 9457): how a refusal looks over HTTP.
 *
 * A refusal of the ledger has the type "/problems/<OUTCOME>" (which can be fetched), its number,
 * its retry class and its sentences. What has no outcome (no such route, no identity) has the type
 * "about:blank" and the title of its status.
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "base/arena.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdint.h>

struct json_error;

struct problem {
	uint16_t status;            /* 0: as problem_status(outcome) says */
	Pb__Outcome outcome;        /* OK: none of them fits */
	const char *detail;         /* a sentence about this case; NULL: made from the refusal */
	const Pb__Refusal *refusal; /* or NULL */
};

/* The HTTP status by retry class: fix_request 400, not_allowed 403, conflict 409, limit 422,
 * retry_same_id 503; and for single outcomes: an unknown object 404, ID_REUSED and LINKED_FAILED
 * 409, TOO_LARGE 413. */
uint16_t problem_status(Pb__Outcome outcome);

/* NULL when the arena is exhausted. `instance`: the path of the request. The document borrows. */
Pb__Problem *problem_document(
    const struct problem *problem, const char *instance, struct arena *arena);

/* A field at fault: MALFORMED when `field` is "" (the whole document), else `outcome`. */
struct problem problem_of_field(
    Pb__Outcome outcome, const char *field, const char *detail, struct arena *arena);

/* What json_decode() found. */
struct problem problem_of_json(const struct json_error *error, struct arena *arena);

/* What stands in a refusal when the object that a path names is not there: by resource or command
 * field, "vouchers" or "voucher". MALFORMED for any other word. */
Pb__Outcome problem_unknown(const char *noun);

#endif
