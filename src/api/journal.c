/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal over HTTP: the feed, as NDJSON or protobuf.
 *
 * Every answer of the feed, an empty one too, says in `Link: rel="next"` where to go on; following
 * it misses nothing that the caller may see.
 */
#include "api/handlers.h"

#include "api/call.h"
#include "api/feed.h"
#include "record/json.h"

#include <inttypes.h>

struct follow {
	struct feed_request request; /* first: done() gets back to us through it */
	struct call *call;
	enum err err;
};

/* On the loop's thread. */
static void on_read(struct exchange *exchange) {
	struct call *call = exchange_user(exchange);
	struct follow *follow = call->work;
	const char *link = arena_printf(call->arena, "<%s?after=%" PRIu64 ">; rel=\"next\"",
	    call->request->path, follow->request.after);
	enum err err = follow->err ? follow->err : link ? ERR_OK : ERR_MEMORY;
	struct buffer body = follow->request.page; /* outlives the call, in whose arena `follow` lies */
	if (err) {
		call_unavailable(call, err);
	} else {
		const struct response response = {
			.status = 200,
			.content_type = follow->request.is_packed ? MEDIA_TYPE_PROTOBUF : MEDIA_TYPE_NDJSON,
			.body = body.bytes ? body.data : "",
			.body_bytes = body.bytes,
			.link = link,
		};
		call_respond(call, &response);
	}
	buffer_done(&body);
}

/* On the feed's thread. */
static void on_done(struct feed_request *request, enum err err) {
	struct follow *follow = (struct follow *)request;
	follow->err = err;
	exchange_post(follow->call->exchange, on_read);
}

/* The three parameters. False: answered. */
static bool read_parameters(struct call *call, struct feed_request *request) {
	const struct parameter_range after = { 0, engine_last_seq(call->api->engine), 0 };
	const struct parameter_range wait = { 0, LIMIT_FEED_WAIT_S, 0 };
	const struct parameter_range limit = { 1, LIMIT_SCAN_ROWS, LIMIT_SCAN_ROWS };
	uint64_t wait_s;
	if (parameters_number(&call->parameters, "after", &after, &request->after)) {
		call_invalid(call, "after",
		    arena_printf(call->arena,
		        "Name an entry: 0 (before the first) to %" PRIu64 " (the last).", after.most));
		return false;
	}
	if (parameters_number(&call->parameters, "wait", &wait, &wait_s)) {
		call_invalid(call, "wait",
		    arena_printf(call->arena, "Wait for 0 to %d seconds.", LIMIT_FEED_WAIT_S));
		return false;
	}
	if (parameters_number(&call->parameters, "limit", &limit, &request->entries_max)) {
		call_invalid(
		    call, "limit", arena_printf(call->arena, "Ask for 1 to %d entries.", LIMIT_SCAN_ROWS));
		return false;
	}
	request->wait_ms = (uint32_t)wait_s * 1000;
	return true;
}

void journal_feed(struct call *call) {
	struct follow *follow = ARENA_NEW(call->arena, struct follow);
	if (!follow) {
		call_unavailable(call, ERR_MEMORY);
		return;
	}
	follow->call = call;
	struct feed_request *request = &follow->request;
	if (!read_parameters(call, request))
		return;
	request->viewer = call_viewer(call);
	request->principal = call->identity.principal;
	request->done = on_done;
	request->is_packed = media_choose_feed(call->request->accept) == MEDIA_PROTOBUF;
	buffer_init(&request->page, 0);
	call->work = follow;
	if (request->wait_ms > 0)
		call->begun_us = 0;
	exchange_set_user(call->exchange, call);
	enum err err = feed_ask(call->api->feed, request);
	if (err)
		call_unavailable(call, err);
}
