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
#include "api/publication.h"
#include "base/uuid.h"
#include "ledger/ledger.h"
#include "record/json.h"

#include <string.h>

struct job {
	struct engine_read read; /* first: the engine gives it back to us */
	struct call *call;
	struct query_viewer viewer;
	enum resource resource;
	const char *id;               /* one object */
	struct query_filter filter;   /* a list */
	enum media media;             /* of disclosures */
	struct query_take_up take_up; /* statistics */
	Pb__Uuid command;             /* a command's reply */
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
	if (strcmp(field, "house_account") == 0)
		return "No house account has this code, or this list does not know house accounts.";
	if (strcmp(field, "code") == 0)
		return "This is no voucher code: 13 letters and digits, the last of which checks the "
		       "others.";
	if (strcmp(field, "from") == 0 || strcmp(field, "to") == 0)
		return "Say months as YYYY-MM, the first one first.";
	if (strcmp(field, "by") == 0)
		return "Say some of region, category and month, with commas; fewer where the sums are too "
		       "many.";
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

/* The query of the request with `name` set to `value`, and without `left_out`. NULL: the arena is
 * exhausted. */
static const char *other_query(
    struct call *call, const char *name, const char *value, const char *left_out) {
	struct buffer query;
	buffer_init(&query, 0);
	for (size_t i = 0; i < call->parameters.count; i++) {
		const char *given = call->parameters.items[i].name;
		if (strcmp(given, name) == 0 || strcmp(given, left_out) == 0)
			continue;
		buffer_printf(&query, "%s=", given);
		percent_encode(call->parameters.items[i].value, &query);
		buffer_append_char(&query, '&');
	}
	buffer_printf(&query, "%s=", name);
	percent_encode(value, &query);
	const char *text = buffer_error(&query) ? NULL
	                                        : arena_string(call->arena, query.data, query.bytes);
	buffer_done(&query);
	return text;
}

/* The query of the next page of the same list. */
static const char *next_query(struct call *call, const char *cursor) {
	return other_query(call, "cursor", cursor, "");
}

static const char *next_link(struct call *call, const char *query) {
	return query ? arena_printf(call->arena, "<%s?%s>; rel=\"next\"", call->request->path, query)
	             : NULL;
}

/* False: no memory. */
static bool write_publication(
    struct call *call, const Pb__Page *page, enum media media, struct buffer *text) {
	const struct publication_links links = {
		.next = page->next[0] ? next_query(call, page->next) : NULL,
		.csv = other_query(call, "format", "csv", "cursor"),
		.json = other_query(call, "format", "json", "cursor"),
	};
	if ((page->next[0] && !links.next) || !links.csv || !links.json)
		return false;
	if (media == MEDIA_HTML)
		publication_html(page, &links, text);
	else
		publication_csv(page, text);
	return buffer_error(text) == ERR_OK;
}

/* A page for people. */
static void answer_publication(struct call *call, const Pb__Page *page, enum media media) {
	bool is_html = media == MEDIA_HTML;
	struct buffer text;
	buffer_init(&text, 0);
	if (write_publication(call, page, media, &text)) {
		const struct response response = {
			.status = 200,
			.content_type = is_html ? MEDIA_TYPE_HTML "; charset=utf-8"
			                        : MEDIA_TYPE_CSV "; charset=utf-8",
			.body = text.data,
			.body_bytes = text.bytes,
			.link = page->next[0] ? next_link(call, next_query(call, page->next)) : NULL,
			.content_security_policy = is_html ? publication_security_policy : NULL,
			.content_disposition = is_html ? NULL : "attachment; filename=\"disclosures.csv\"",
		};
		call_respond(call, &response);
	} else {
		call_unavailable(call, ERR_MEMORY);
	}
	buffer_done(&text);
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
		if (job->media == MEDIA_CSV || job->media == MEDIA_HTML) {
			answer_publication(call, page, job->media);
			return;
		}
		answer.link = page->next[0] ? next_link(call, next_query(call, page->next)) : NULL;
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

static void start_snapshot(
    struct job *job, void (*run)(struct engine_read *, const struct engine_view *)) {
	job->read.run = run;
	job->read.done = on_done;
	enum err err = engine_read_snapshot(job->call->api->engine, &job->read);
	if (err)
		call_unavailable(job->call, err);
}

/* What is put together from many rows is read where rows can be walked, and not on the sequencer's
 * time. */
static bool is_gathered(enum resource resource) {
	switch (resource) {
	case RESOURCE_PARTIES:
	case RESOURCE_SETTLEMENTS:
	case RESOURCE_SAMPLES:
	case RESOURCE_BANK_LINES:
	case RESOURCE_PAYMENTS:
	case RESOURCE_PERIODS: return true;
	default: return false;
	}
}

/* What the path names, as query_get() takes it: "main" and "7" as "main/7". NULL: no memory. */
static const char *name_in_path(struct call *call) {
	if (!call->values[1])
		return call->values[0];
	return arena_printf(call->arena, "%s/%s", call->values[0], call->values[1]);
}

void queries_get(struct call *call) {
	struct job *job = new_job(call);
	if (!job)
		return;
	job->id = name_in_path(call);
	if (!job->id)
		call_unavailable(call, ERR_MEMORY);
	else if (is_gathered(job->resource))
		start_snapshot(job, run_get);
	else
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

static void start_list(struct call *call, enum media media) {
	const struct parameters *parameters = &call->parameters;
	const struct parameter_range limits = { 1, LIMIT_PAGE_ROWS, LIMIT_PAGE_ROWS_DEFAULT };
	uint64_t limit;
	if (parameters_number(parameters, "limit", &limits, &limit)) {
		call_invalid(
		    call, "limit", arena_printf(call->arena, "Ask for 1 to %d rows.", LIMIT_PAGE_ROWS));
		return;
	}
	struct job *job = new_job(call);
	if (!job)
		return;
	job->media = media;
	job->filter = (struct query_filter){
		.programme = parameters_get(parameters, "programme"),
		.party = parameters_get(parameters, "party"),
		.status = parameters_get(parameters, "status"),
		.cursor = parameters_get(parameters, "cursor"),
		.limit = (uint32_t)limit,
		.code = parameters_get(parameters, "code"),
		.house_account = parameters_get(parameters, "house_account"),
		.awaited = parameters_get(parameters, "awaited"),
		.state = parameters_get(parameters, "state"),
		.exception = parameters_get(parameters, "exception"),
		.open = parameters_get(parameters, "open"),
		.kind = parameters_get(parameters, "kind"),
		.region = parameters_get(parameters, "region"),
		.owner = parameters_get(parameters, "owner"),
		.overdue = parameters_get(parameters, "overdue"),
		.blacklisted = parameters_get(parameters, "blacklisted"),
	};
	job->read.may_be_old = true; /* the page says as of what it is */
	start_snapshot(job, run_list);
}

void queries_list(struct call *call) {
	start_list(call, MEDIA_NONE);
}

/* By ?format=, which a person can type, before Accept. */
void queries_disclosures(struct call *call) {
	static const struct {
		const char *name;
		enum media media;
	} formats[] = { { "json", MEDIA_JSON }, { "csv", MEDIA_CSV }, { "html", MEDIA_HTML } };
	const char *format = parameters_get(&call->parameters, "format");
	enum media media = format ? MEDIA_NONE : media_choose_page(call->request->accept, MEDIA_JSON);
	for (size_t i = 0; format && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(format, formats[i].name) == 0)
			media = formats[i].media;
	if (media == MEDIA_NONE)
		call_invalid(call, "format", "Say json, csv or html.");
	else
		start_list(call, media);
}

/* --- statistics --- */

static void run_take_up(struct engine_read *read, const struct engine_view *view) {
	struct job *job = (struct job *)read;
	Pb__Page *page;
	job->err = query_take_up(
	    view, &job->take_up, &job->viewer, job->call->arena, &page, &job->field);
	if (!job->err)
		job->message = &page->base;
}

void queries_take_up(struct call *call) {
	struct job *job = new_job(call);
	if (!job)
		return;
	job->take_up = (struct query_take_up){
		.programme = parameters_get(&call->parameters, "programme"),
		.from = parameters_get(&call->parameters, "from"),
		.to = parameters_get(&call->parameters, "to"),
		.by = parameters_get(&call->parameters, "by"),
	};
	start_snapshot(job, run_take_up);
}

static void run_waiting(struct engine_read *read, const struct engine_view *view) {
	struct job *job = (struct job *)read;
	Pb__Page *page;
	job->err = query_waiting(
	    view, job->filter.programme, &job->viewer, job->call->arena, &page, &job->field);
	if (!job->err)
		job->message = &page->base;
}

void queries_waiting(struct call *call) {
	struct job *job = new_job(call);
	if (!job)
		return;
	job->filter.programme = parameters_get(&call->parameters, "programme");
	start_snapshot(job, run_waiting);
}
