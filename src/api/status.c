/* SPDX-License-Identifier: Apache-2.0 */
/* How the daemon is, for supervisors and monitoring, and what it documents about itself. */
#include "api/handlers.h"

#include "api/call.h"
#include "base/metrics.h"
#include "record/json.h"
#include "record/outcome.h"

#include <string.h>

void status_health(struct call *call) {
	call_text(call, 200, "ok\n");
}

/* A full disk leaves the daemon ready to be read, and says so; the gauge of the engine alarms. */
void status_readiness(struct call *call) {
	if (!atomic_load(&call->api->is_ready))
		call_text(call, 503, "not ready\n");
	else if (!engine_is_writable(call->api->engine))
		call_text(call, 200, "ready, read-only: the disk is full\n");
	else
		call_text(call, 200, "ready\n");
}

void status_metrics(struct call *call) {
	struct buffer text;
	buffer_init(&text, 0);
	engine_refresh_metrics(call->api->engine);
	metrics_write(&text);
	if (buffer_error(&text)) {
		call_unavailable(call, ERR_MEMORY);
	} else {
		const struct response response = {
			.status = 200,
			.content_type = "text/plain; version=0.0.4; charset=utf-8",
			.body = text.data,
			.body_bytes = text.bytes,
		};
		call_respond(call, &response);
	}
	buffer_done(&text);
}

void status_openapi(struct call *call) {
	const struct response response = {
		.status = 200,
		.content_type = MEDIA_TYPE_JSON,
		.body = call->api->openapi,
		.body_bytes = strlen(call->api->openapi),
		.cache_control = "public, max-age=3600",
	};
	call_respond(call, &response);
}

/* What the `type` of a problem document leads to. */
void status_problem(struct call *call) {
	size_t count;
	const struct outcome_info *outcomes = outcome_table(&count);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(outcomes[i].name, call->values[0]) != 0)
			continue;
		const struct problem problem = { .outcome = outcomes[i].outcome };
		const Pb__Problem *document = problem_document(&problem, "", call->arena);
		const struct call_answer answer = {
			.status = 200,
			.message = document ? &document->base : NULL,
			.usual = MEDIA_JSON,
		};
		if (document)
			call_answer(call, &answer);
		else
			call_unavailable(call, ERR_MEMORY);
		return;
	}
	call_fail(call, 404, "There is no outcome of this name.");
}
