/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answering. Every path ends in exactly one exchange_respond(), after which neither the call nor
 * its arena may be touched. Runs on the exchange's loop thread.
 */
#include "api/call.h"

#include "api/counters.h"
#include "auth/roles.h"
#include "base/clock.h"
#include "base/log.h"
#include "record/json.h"
#include "record/pb.h"

#include <inttypes.h>
#include <string.h>

#define RETRY_AFTER_S 1
/* What concerns our accounts at banks is these roles' work. */
#define BANKERS                                                                                    \
	(ROLE_BIT(PB__ROLE__ROLE_OPERATOR) | ROLE_BIT(PB__ROLE__ROLE_APPROVER) |                       \
	    ROLE_BIT(PB__ROLE__ROLE_FINANCE) | ROLE_BIT(PB__ROLE__ROLE_AUDITOR))
#define STRANGERS_LOGGED_PER_S 100

struct query_viewer call_viewer(const struct call *call) {
	struct query_viewer viewer = {
		.is_staff = roles_is_staff(call->identity.roles),
		.is_payer = call->identity.roles &
		    (ROLE_BIT(PB__ROLE__ROLE_FINANCE) | ROLE_BIT(PB__ROLE__ROLE_APPROVER)),
		.is_banker = (call->identity.roles & BANKERS) && !call->identity.region[0],
		.party = call->identity.party,
		.principal = call->identity.principal,
		.now_us = engine_now_us(call->api->engine),
	};
	memcpy(viewer.region, call->identity.region, sizeof(viewer.region));
	return viewer;
}

void call_respond(struct call *call, const struct response *response) {
	bool has_waited = call->begun_us == 0; /* a long poll says nothing about our speed */
	counters_request(response->status, has_waited ? -1 : clock_monotonic_us() - call->begun_us);
	exchange_respond(call->exchange, response);
}

/* When not even the document could be made. */
static void respond_bare(struct call *call, uint16_t status) {
	const struct response response = { .status = status, .retry_after_s = RETRY_AFTER_S };
	call_respond(call, &response);
}

void call_answer(struct call *call, const struct call_answer *answer) {
	enum media media = media_choose(call->request->accept, answer->usual);
	struct buffer *body = exchange_scratch(call->exchange);
	if (media == MEDIA_PROTOBUF)
		pb_pack(answer->message, body);
	else
		json_encode(answer->message, answer->flags, body);
	if (buffer_error(body)) {
		respond_bare(call, 503);
		return;
	}
	const struct response response = {
		.status = answer->status,
		.content_type = media == MEDIA_PROTOBUF ? MEDIA_TYPE_PROTOBUF : MEDIA_TYPE_JSON,
		.body = body->data,
		.body_bytes = body->bytes,
		.link = answer->link,
	};
	call_respond(call, &response);
}

void call_text(struct call *call, uint16_t status, const char *text) {
	const struct response response = {
		.status = status,
		.content_type = "text/plain; charset=utf-8",
		.body = text,
		.body_bytes = strlen(text),
	};
	call_respond(call, &response);
}

static void respond_problem(struct call *call, const Pb__Problem *document) {
	struct buffer *body = exchange_scratch(call->exchange);
	json_encode(&document->base, JSON_COMPACT, body);
	if (buffer_error(body)) {
		respond_bare(call, 503);
		return;
	}
	struct response response = {
		.status = (uint16_t)document->status,
		.content_type = MEDIA_TYPE_PROBLEM,
		.body = body->data,
		.body_bytes = body->bytes,
		.retry_after_s = document->status == 503 ? RETRY_AFTER_S : 0,
		.www_authenticate = document->status == 401 ? "Bearer realm=\"voucherd\"" : NULL,
	};
	if (document->status == 405) {
		struct route_match match;
		routes_match(call->request->method, call->request->path, &match);
		response.allow = match.allow;
	}
	call_respond(call, &response);
}

void call_problem(struct call *call, const struct problem *problem) {
	const Pb__Problem *document = problem_document(problem, call->request->path, call->arena);
	if (document)
		respond_problem(call, document);
	else
		respond_bare(call, 503);
}

void call_fail(struct call *call, uint16_t status, const char *detail) {
	const struct problem problem = { .status = status, .detail = detail };
	call_problem(call, &problem);
}

void call_invalid(struct call *call, const char *field, const char *detail) {
	const struct problem problem = problem_of_field(
	    PB__OUTCOME__FIELD_INVALID, field, detail, call->arena);
	call_problem(call, &problem);
}

void call_unavailable(struct call *call, enum err err) {
	struct problem problem = { .status = 503, .outcome = PB__OUTCOME__UNAVAILABLE };
	bool is_disk_full = err == ERR_FULL && !engine_is_writable(call->api->engine);
	switch (err) {
	case ERR_FULL:
		problem.status = is_disk_full ? 507 : 503;
		problem.detail = is_disk_full
		    ? "The disk is full: this cannot be brought up to date. Ask again when there is room."
		    : "Too much is waiting. Try again in a moment.";
		break;
	case ERR_CLOSED: problem.detail = "The daemon is stopping. Try again later."; break;
	case ERR_TIMEOUT:
		problem.detail = "The ledger is too busy for lists. Try again in a moment.";
		break;
	case ERR_MEMORY: problem.detail = "Out of memory. Try again in a moment."; break;
	default:
		problem.status = 500;
		problem.detail = "The ledger could not be read. The daemon's log says why.";
		log_event(LOG_ERROR, "read-failed", "path=%s reason=%s", LOG_QUOTED(call->request->path),
		    LOG_QUOTED(err_text(err)));
	}
	call_problem(call, &problem);
}

void call_not_durable(struct call *call) {
	bool is_full = !engine_is_writable(call->api->engine);
	const struct problem problem = {
		.status = is_full ? 507 : 503,
		.outcome = PB__OUTCOME__UNAVAILABLE,
		.detail = is_full ? "The disk is full: the ledger can be read, not written."
		                  : "Send the same command with the same id again.",
	};
	call_problem(call, &problem);
}

/*
 * Strangers can knock as often as they like, so the lines about them are limited per second; the
 * metric counts them all. Known principals are always logged. Any loop's thread: when two of them
 * meet at the turn of a second, a line more or less does not matter.
 */
static bool may_log_stranger(void) {
	static _Atomic int64_t second;
	static _Atomic uint32_t lines;
	int64_t now = clock_monotonic_us() / US_PER_S;
	if (atomic_exchange(&second, now) != now)
		atomic_store(&lines, 0);
	uint32_t before = atomic_fetch_add(&lines, 1);
	if (before == STRANGERS_LOGGED_PER_S)
		log_event(LOG_WARNING, "denied_often", "logged_per_second=%d metric=voucherd_denied_total",
		    STRANGERS_LOGGED_PER_S);
	return before < STRANGERS_LOGGED_PER_S;
}

void call_log_denied(const struct call *call, const char *action, const char *reason) {
	counters_denied();
	if (call->identity.principal == 0 && !may_log_stranger())
		return;
	log_event(LOG_WARNING, "denied",
	    "address=%s principal=%" PRIu64 " person=%s action=%s reason=%s",
	    LOG_QUOTED(call->request->address), call->identity.principal,
	    LOG_QUOTED(call->identity.person), LOG_QUOTED(action), reason);
}
