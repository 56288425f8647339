/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving commands: one by its conventional route, or many in a batch.
 *
 *	loop thread   read, check roles, submit ─► sequencer: decide, apply, commit
 *	loop thread   answer  ◄── exchange_post ◄──┘
 *
 * What a role forbids never reaches the engine; its reply is made here and put in its place among
 * the others. Everything else is the ledger's to refuse.
 */
#include "api/handlers.h"

#include "api/call.h"
#include "api/command_body.h"
#include "api/counters.h"
#include "api/explained.h"
#include "api/receipts.h"
#include "auth/roles.h"
#include "base/check.h"
#include "ledger/ledger.h"
#include "record/json.h"
#include "record/outcome.h"
#include "record/pb.h"

#include <inttypes.h>

#define DENIALS_LOGGED_MAX 16 /* of one batch, each on its own line; then their number */

struct submission {
	struct engine_call engine; /* first: done() gets back to us through it */
	struct call *call;
	const Pb__Batch *asked; /* as the client sent it */
	Pb__Batch accepted;     /* what the engine was given: `asked` without what we refused */
	Pb__Reply **refused;    /* by position in `asked`; NULL when nothing was refused */
	void (*answer)(struct call *call, Pb__BatchReply *reply);
	bool wants_receipt; /* of a single command */
};

/* --- to the engine and back --- */

/* Puts the engine's replies between ours. NULL: arena exhausted. */
static Pb__BatchReply *merge(const struct submission *submission, struct arena *arena) {
	const Pb__BatchReply *decided = submission->engine.reply;
	Pb__BatchReply *reply = PB_NEW(Pb__BatchReply, pb__batch_reply, arena);
	if (!reply)
		return NULL;
	reply->n_replies = submission->asked->n_commands;
	reply->replies = submission->refused;
	for (size_t i = 0, next = 0; i < reply->n_replies; i++) {
		if (reply->replies[i])
			continue;
		check(decided && next < decided->n_replies);
		reply->replies[i] = decided->replies[next++];
	}
	return reply;
}

static void log_denials(
    const struct call *call, const Pb__Batch *batch, Pb__Reply *const *replies) {
	size_t denied = 0;
	for (size_t i = 0; i < batch->n_commands; i++) {
		if (replies[i]->retry != PB__RETRY__RETRY_NOT_ALLOWED)
			continue;
		const ProtobufCFieldDescriptor *field = command_field(batch->commands[i]->body_case);
		if (++denied <= DENIALS_LOGGED_MAX)
			call_log_denied(
			    call, field ? field->name : "", outcome_info(replies[i]->outcome)->name);
	}
	if (denied > DENIALS_LOGGED_MAX)
		call_log_denied(
		    call, arena_printf(call->arena, "%zu commands of one batch", denied), "MANY");
}

static void count_replies(Pb__Reply *const *replies, size_t count) {
	int64_t by_retry[PB__RETRY__RETRY_LIMIT + 1] = { 0 };
	for (size_t i = 0; i < count; i++)
		if ((unsigned)replies[i]->retry <= PB__RETRY__RETRY_LIMIT)
			by_retry[replies[i]->retry]++;
	for (int retry = 0; retry <= PB__RETRY__RETRY_LIMIT; retry++)
		if (by_retry[retry])
			counters_command((Pb__Retry)retry, by_retry[retry]);
}

/* Whether nothing was decided, because nothing can be written. What had taken effect before, and
 * what is only tried, is answered all the same. */
static bool is_read_only_refusal(const struct call *call, const Pb__BatchReply *reply) {
	if (engine_is_writable(call->api->engine))
		return false;
	for (size_t i = 0; i < reply->n_replies; i++)
		if (reply->replies[i]->outcome != PB__OUTCOME__UNAVAILABLE)
			return false;
	return true;
}

static void answer_merged(struct submission *submission) {
	struct call *call = submission->call;
	Pb__BatchReply *reply = submission->refused ? merge(submission, call->arena)
	                                            : submission->engine.reply;
	if (!reply) {
		call_unavailable(call, ERR_MEMORY);
		return;
	}
	log_denials(call, submission->asked, reply->replies);
	count_replies(reply->replies, reply->n_replies);
	explained_replies(reply->replies, reply->n_replies, submission->asked->dry_run, call->arena);
	if (is_read_only_refusal(call, reply))
		call_not_durable(call);
	else
		submission->answer(call, reply);
}

/* Back on the loop's thread. */
static void on_answered(struct exchange *exchange) {
	struct call *call = exchange_user(exchange);
	struct submission *submission = call->work;
	if (submission->engine.reply)
		answer_merged(submission);
	else
		call_unavailable(call, ERR_MEMORY);
}

/* On the sequencer's thread. */
static void on_done(struct engine_call *engine_call) {
	struct submission *submission = (struct submission *)engine_call;
	exchange_post(submission->call->exchange, on_answered);
}

static void submit(struct submission *submission) {
	struct call *call = submission->call;
	if (submission->accepted.n_commands == 0) {
		answer_merged(submission);
		return;
	}
	submission->engine.batch = &submission->accepted;
	submission->engine.principal = call->identity.principal;
	submission->engine.arena = call->arena;
	submission->engine.done = on_done;
	call->work = submission;
	exchange_set_user(call->exchange, call);
	enum err err = engine_submit_quietly(call->api->engine, &submission->engine);
	if (err)
		call_unavailable(call, err);
}

static struct submission *new_submission(
    struct call *call, const Pb__Batch *asked, void (*answer)(struct call *, Pb__BatchReply *)) {
	struct submission *submission = ARENA_NEW(call->arena, struct submission);
	if (!submission)
		return NULL;
	submission->call = call;
	submission->asked = asked;
	submission->accepted = *asked;
	submission->answer = answer;
	return submission;
}

/* --- one command --- */

static void answer_done(struct call *call, const Pb__Reply *reply) {
	const struct submission *submission = call->work;
	bool has_made = call->route->creates && !submission->asked->dry_run;
	const struct call_answer answer = {
		.status = has_made ? 201 : 200,
		.message = &reply->base,
		.flags = JSON_ALL_ENUMS,
		.usual = media_of_type(call->request->content_type),
	};
	call_answer(call, &answer);
}

/* It is done, with a receipt or without: one can be had later. */
static void on_receipt(struct call *call, enum err err, const char *text) {
	const struct submission *submission = call->work;
	Pb__Reply *reply = submission->engine.reply->replies[0];
	if (!err)
		reply->receipt = text;
	answer_done(call, reply);
}

static void answer_single(struct call *call, Pb__BatchReply *batch_reply) {
	const struct submission *submission = call->work;
	const Pb__Reply *reply = batch_reply->replies[0];
	if (reply->outcome == PB__OUTCOME__UNAVAILABLE) {
		call_not_durable(call);
	} else if (reply->outcome != PB__OUTCOME__OUTCOME_OK) {
		const struct problem problem = { .outcome = reply->outcome, .refusal = reply->refusal };
		call_problem(call, &problem);
	} else if (submission->wants_receipt && !submission->asked->dry_run) {
		receipts_make(call, reply->seq, on_receipt);
	} else {
		answer_done(call, reply);
	}
}

/* False: answered. */
static bool read_flag(struct call *call, const char *name, bool *ret_flag) {
	if (parameters_flag(&call->parameters, name, ret_flag) == ERR_OK)
		return true;
	call_invalid(call, name, "Say true or false.");
	return false;
}

/* The batch around one command of the route. False: answered. */
static bool read_single(struct call *call, Pb__Batch *batch, bool *ret_wants_receipt) {
	const struct request *request = call->request;
	const struct command_source source = {
		.route = call->route,
		.values = call->values,
		.idempotency_key = request->idempotency_key,
		.body = { media_of_type(request->content_type), request->body, request->body_bytes },
	};
	bool dry_run;
	if (!read_flag(call, "dry_run", &dry_run) || !read_flag(call, "receipt", ret_wants_receipt))
		return false;
	struct problem problem;
	if (!command_read(&source, call->arena, &batch->commands[0], &problem)) {
		call_problem(call, &problem);
		return false;
	}
	batch->dry_run = dry_run;
	return true;
}

void commands_single(struct call *call) {
	if (!roles_may_command(call->identity.roles, call->route->command)) {
		call_log_denied(call, command_field(call->route->command)->name, "ROLE_NOT_ALLOWED");
		counters_command(PB__RETRY__RETRY_NOT_ALLOWED, 1);
		const struct problem problem = { .outcome = PB__OUTCOME__ROLE_NOT_ALLOWED };
		call_problem(call, &problem);
		return;
	}
	Pb__Batch *batch = PB_NEW(Pb__Batch, pb__batch, call->arena);
	Pb__Command **commands = arena_zalloc(call->arena, sizeof(*commands));
	struct submission *submission = NULL;
	if (batch && commands) {
		batch->commands = commands;
		batch->n_commands = 1;
		bool wants_receipt;
		if (!read_single(call, batch, &wants_receipt))
			return;
		submission = new_submission(call, batch, answer_single);
		if (submission)
			submission->wants_receipt = wants_receipt;
	}
	if (submission)
		submit(submission);
	else
		call_unavailable(call, ERR_MEMORY);
}

/* --- many commands --- */

static void answer_batch(struct call *call, Pb__BatchReply *reply) {
	const struct call_answer answer = {
		.status = 200,
		.message = &reply->base,
		.flags = JSON_ALL_ENUMS,
		.usual = media_of_type(call->request->content_type),
	};
	call_answer(call, &answer);
}

/* What is wrong with a command before the ledger looks at it: OUTCOME_OK, or why not. */
static Pb__Outcome screen(const struct call *call, const Pb__Command *command, const char **field) {
	*field = "";
	if (!command->id || (command->id->high == 0 && command->id->low == 0)) {
		*field = "id";
		return PB__OUTCOME__FIELD_MISSING;
	}
	if (command->body_case == PB__COMMAND__BODY__NOT_SET) {
		*field = "body";
		return PB__OUTCOME__FIELD_MISSING;
	}
	if (!roles_may_command(call->identity.roles, command->body_case))
		return PB__OUTCOME__ROLE_NOT_ALLOWED;
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Reply *refuse(
    const Pb__Command *command, Pb__Outcome outcome, const char *field, struct arena *arena) {
	Pb__Refusal *refusal = NULL;
	if (field[0]) {
		refusal = PB_NEW(Pb__Refusal, pb__refusal, arena);
		if (!refusal)
			return NULL;
		refusal->field = field;
	}
	return ledger_refuse(command->id, outcome, refusal, arena);
}

/* Refuses the commands that pass the screen too: one of their linked batch did not. */
static bool refuse_siblings(struct submission *submission, struct arena *arena) {
	for (size_t i = 0; i < submission->asked->n_commands; i++) {
		if (!submission->refused[i])
			submission->refused[i] = refuse(
			    submission->asked->commands[i], PB__OUTCOME__LINKED_FAILED, "", arena);
		if (!submission->refused[i])
			return false;
	}
	submission->accepted.n_commands = 0;
	return true;
}

/* Takes out of `accepted` what we refuse. False: arena exhausted. */
static bool screen_all(struct submission *submission, struct arena *arena) {
	const Pb__Batch *asked = submission->asked;
	Pb__Command **accepted = arena_alloc(arena, (asked->n_commands + 1) * sizeof(*accepted));
	if (!accepted)
		return false;
	size_t count = 0;
	for (size_t i = 0; i < asked->n_commands; i++) {
		const char *field;
		Pb__Outcome outcome = screen(submission->call, asked->commands[i], &field);
		if (outcome == PB__OUTCOME__OUTCOME_OK) {
			accepted[count++] = asked->commands[i];
			continue;
		}
		if (!submission->refused)
			submission->refused = arena_zalloc(arena, asked->n_commands * sizeof(Pb__Reply *));
		if (!submission->refused ||
		    !(submission->refused[i] = refuse(asked->commands[i], outcome, field, arena)))
			return false;
	}
	submission->accepted.commands = accepted;
	submission->accepted.n_commands = count;
	if (asked->linked && count < asked->n_commands)
		return refuse_siblings(submission, arena);
	return true;
}

void commands_batch(struct call *call) {
	const struct body body = {
		media_of_type(call->request->content_type),
		call->request->body,
		call->request->body_bytes,
	};
	ProtobufCMessage *message;
	struct problem problem;
	if (!body_read(&body, &pb__batch__descriptor, call->arena, &message, &problem)) {
		call_problem(call, &problem);
		return;
	}
	const Pb__Batch *batch = (const Pb__Batch *)message;
	if (batch->n_commands == 0) {
		problem = problem_of_field(PB__OUTCOME__FIELD_MISSING, "commands", "", call->arena);
		call_problem(call, &problem);
		return;
	}
	if (batch->n_commands > LIMIT_BATCH_COMMANDS) {
		problem = (struct problem){ .outcome = PB__OUTCOME__TOO_LARGE };
		problem.detail = arena_printf(
		    call->arena, "A batch has at most %d commands.", LIMIT_BATCH_COMMANDS);
		call_problem(call, &problem);
		return;
	}
	struct submission *submission = new_submission(call, batch, answer_batch);
	if (submission && screen_all(submission, call->arena))
		submit(submission);
	else
		call_unavailable(call, ERR_MEMORY);
}
