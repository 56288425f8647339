/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading: one object, a page of a list, who am I, what became of a command.
 *
 * The loop's thread prepares a job, the engine runs it on its own thread (an object: the
 * sequencer's, so that it is the newest; a list: the query thread's, on a snapshot), and the loop's
 * thread answers. The job and all that it finds live in the exchange's arena.
 */
#include "api/handlers.h"

#include "api/call.h"
#include "api/explained.h"
#include "base/uuid.h"
#include "ledger/ledger.h"
#include "record/json.h"

#include <string.h>

struct job {
	struct engine_read read; /* first: the engine gives it back to us */
	struct call *call;
	struct query_viewer viewer;
	enum resource resource;
	const char *id;             /* one object */
	struct query_filter filter; /* a list */
	Pb__Uuid command;           /* a command's reply */
	/* Found: */
	enum err err;
	const char *field; /* of the filter, at fault */
	ProtobufCMessage *message;
};

static struct job *new_job(struct call *call) {
	struct job *job = ARENA_NEW(call->arena, struct job);
	if (!job) {
		call_unavailable(call, ERR_MEMORY);
		return NULL;
	}
	job->call = call;
	job->viewer = call_viewer(call);
	job->resource = call->route->resource;
	job->field = "";
	call->work = job;
	exchange_set_user(call->exchange, call);
	return job;
}

/* --- answers --- */

static void answer_missing(struct call *call, const char *noun) {
	Pb__Outcome unknown = problem_unknown(noun);
	const struct problem problem = {
		.status = 404,
		.outcome = unknown == PB__OUTCOME__MALFORMED ? PB__OUTCOME__OUTCOME_OK : unknown,
		.detail = "There is none with this id, or this principal may not see it.",
	};
	call_problem(call, &problem);
}

static const char *filter_complaint(const char *field) {
	if (strcmp(field, "programme") == 0)
		return "No programme has this code, or this list does not know programmes.";
	if (strcmp(field, "party") == 0)
		return "No party has this code, or this list does not know parties.";
	if (strcmp(field, "cursor") == 0)
		return "Take it from the Link header of the page before, of the same list.";
	return "This value is not one that can be asked for.";
}

static void answer_failure(struct call *call, const struct job *job) {
	if (job->err == ERR_NOT_FOUND)
		answer_missing(call,
		    call->route->handler == HANDLE_COMMAND_REPLY ? "commands"
		                                                 : resource_name(job->resource));
	else if (job->err == ERR_SYNTAX || job->err == ERR_RANGE)
		call_invalid(call, job->field, filter_complaint(job->field));
	else
		call_unavailable(call, job->err);
}

/* The next page of the same list: `<…>; rel="next"`. */
static const char *next_link(struct call *call, const char *cursor) {
	struct buffer link;
	buffer_init(&link, 0);
	buffer_printf(&link, "<%s?", call->request->path);
	for (size_t i = 0; i < call->parameters.count; i++) {
		if (strcmp(call->parameters.items[i].name, "cursor") == 0)
			continue;
		buffer_printf(&link, "%s=", call->parameters.items[i].name);
		percent_encode(call->parameters.items[i].value, &link);
		buffer_append_char(&link, '&');
	}
	buffer_append_text(&link, "cursor=");
	percent_encode(cursor, &link);
	buffer_append_text(&link, ">; rel=\"next\"");
	const char *text = buffer_error(&link) ? NULL
	                                       : arena_string(call->arena, link.data, link.bytes);
	buffer_done(&link);
	return text;
}

static void on_read(struct exchange *exchange) {
	struct call *call = exchange_user(exchange);
	const struct job *job = call->work;
	if (job->err) {
		answer_failure(call, job);
		return;
	}
	struct call_answer answer = {
		.status = 200,
		.message = job->message,
		.flags = JSON_ALL_FIELDS,
		.usual = MEDIA_JSON,
	};
	if (job->message->descriptor == &pb__reply__descriptor) {
		Pb__Reply *reply = (Pb__Reply *)job->message;
		explained_replies(&reply, 1, false, call->arena);
		answer.flags = JSON_ALL_ENUMS;
	}
	if (job->message->descriptor == &pb__page__descriptor) {
		const Pb__Page *page = (const Pb__Page *)job->message;
		answer.link = page->next[0] ? next_link(call, page->next) : NULL;
	}
	call_answer(call, &answer);
}

/* On an engine's thread. */
static void on_done(struct engine_read *read, enum err err) {
	struct job *job = (struct job *)read;
	if (err)
		job->err = err;
	exchange_post(job->call->exchange, on_read);
}

/* --- one object --- */

static void run_get(struct engine_read *read, const struct engine_view *view) {
	struct job *job = (struct job *)read;
	job->err = query_get(
	    view, job->resource, job->id, &job->viewer, job->call->arena, &job->message);
}

static void start_latest(
    struct job *job, void (*run)(struct engine_read *, const struct engine_view *)) {
	job->read.run = run;
	job->read.done = on_done;
	enum err err = engine_read_latest(job->call->api->engine, &job->read);
	if (err)
		call_unavailable(job->call, err);
}

void queries_get(struct call *call) {
	struct job *job = new_job(call);
	if (!job)
		return;
	job->id = call->values[0];
	start_latest(job, run_get);
}

/* Everyone may know itself. */
void queries_me(struct call *call) {
	struct job *job = new_job(call);
	if (!job)
		return;
	job->resource = RESOURCE_PRINCIPALS;
	job->viewer = (struct query_viewer){ .is_staff = true };
	job->id = arena_printf(call->arena, "%llu", (unsigned long long)call->identity.principal);
	if (job->id)
		start_latest(job, run_get);
	else
		call_unavailable(call, ERR_MEMORY);
}

/* --- what became of a command --- */

static void run_command(struct engine_read *read, const struct engine_view *view) {
	struct job *job = (struct job *)read;
	struct arena *arena = job->call->arena;
	uint64_t seq = ledger_find_command(view->state, &job->command);
	const Pb__JournalEntry *entry = seq ? view->history->ops->entry(view->history->self, seq, arena)
	                                    : NULL;
	bool is_own = entry && entry->actor && entry->actor->principal == job->call->identity.principal;
	if (seq && !entry) {
		job->err = ERR_MEMORY;
	} else if (!entry || (!is_own && !query_may_see(entry, &job->viewer))) {
		job->err = ERR_NOT_FOUND;
	} else {
		Pb__Reply *reply = ledger_reply(entry, arena);
		job->err = reply ? ERR_OK : ERR_MEMORY;
		job->message = reply ? &reply->base : NULL;
	}
}

void queries_command(struct call *call) {
	struct uuid uuid;
	if (uuid_parse_text(call->values[0], &uuid)) {
		answer_missing(call, "commands");
		return;
	}
	struct job *job = new_job(call);
	if (!job)
		return;
	pb__uuid__init(&job->command);
	job->command.high = uuid.high;
	job->command.low = uuid.low;
	start_latest(job, run_command);
}

/* --- lists --- */

static void run_list(struct engine_read *read, const struct engine_view *view) {
	struct job *job = (struct job *)read;
	Pb__Page *page;
	job->err = query_list(
	    view, job->resource, &job->filter, &job->viewer, job->call->arena, &page, &job->field);
	if (!job->err)
		job->message = &page->base;
}

void queries_list(struct call *call) {
	const struct parameter_range limits = { 1, LIMIT_PAGE_ROWS, LIMIT_PAGE_ROWS_DEFAULT };
	uint64_t limit;
	if (parameters_number(&call->parameters, "limit", &limits, &limit)) {
		call_invalid(
		    call, "limit", arena_printf(call->arena, "Ask for 1 to %d rows.", LIMIT_PAGE_ROWS));
		return;
	}
	struct job *job = new_job(call);
	if (!job)
		return;
	job->filter = (struct query_filter){
		.programme = parameters_get(&call->parameters, "programme"),
		.party = parameters_get(&call->parameters, "party"),
		.status = parameters_get(&call->parameters, "status"),
		.cursor = parameters_get(&call->parameters, "cursor"),
		.limit = (uint32_t)limit,
	};
	job->read.run = run_list;
	job->read.done = on_done;
	enum err err = engine_read_snapshot(call->api->engine, &job->read);
	if (err)
		call_unavailable(call, err);
}
