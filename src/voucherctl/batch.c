/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "batch": commands from a file to the server, a thousand at a time. Refusals are listed with their
 * lines and do not stop the rest. Stopped in between, it may simply be run again (batch_source.h).
 */
#include "base/limits.h"
#include "base/text.h"
#include "record/json.h"
#include "voucherctl/actions.h"
#include "voucherctl/answer.h"
#include "voucherctl/batch_source.h"
#include "voucherctl/file.h"
#include "voucherctl/progress.h"
#include "voucherctl/send.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#define COMMANDS_DEFAULT 1000
#define PART_BYTES_MAX   (LIMIT_BODY_BYTES / 2) /* of input; what is sent is about as long */

struct batch_run {
	struct session *session;
	struct batch_source source;
	struct progress progress;
	struct arena arena; /* of one part */
	Pb__Command **commands;
	uint64_t *lines; /* of `commands` */
	size_t count, most;
	uint64_t done, replayed, refused;
	bool is_linked;
	bool at_end;
};

/* --- a part --- */

/* Collects commands up to the size of a part. What is right before a mistake is still sent. */
static enum err collect(struct batch_run *run) {
	uint64_t began = run->source.bytes;
	arena_reset(&run->arena);
	run->count = 0;
	while (run->count < run->most && run->source.bytes - began < PART_BYTES_MAX) {
		Pb__Command *command = NULL;
		enum err err = batch_source_next(&run->source, &run->arena, &command);
		if (err || !command) {
			run->at_end = true;
			return err;
		}
		run->lines[run->count] = run->source.line;
		run->commands[run->count++] = command;
	}
	return ERR_OK;
}

static enum exit_status tell_refusal(struct batch_run *run, uint64_t line, const Pb__Reply *reply) {
	const char *text = answer_briefly(run->session->settings.lang, reply, &run->arena);
	if (!text)
		return session_out_of_memory();
	progress_clear(&run->progress);
	fprintf(stderr, run->source.batch ? "%s: command %" PRIu64 ": %s\n" : "%s:%" PRIu64 ": %s\n",
	    run->source.name, line, text);
	return EXIT_DONE;
}

static enum exit_status tell(struct batch_run *run, size_t i, const Pb__Reply *reply) {
	struct session *session = run->session;
	bool is_accepted = reply->outcome == PB__OUTCOME__OUTCOME_OK;
	run->done += is_accepted && !reply->replayed;
	run->replayed += is_accepted && reply->replayed;
	run->refused += !is_accepted;
	if (session_is_json(session)) {
		json_encode(&reply->base, JSON_COMPACT, &session->out);
		buffer_append_char(&session->out, '\n');
		return EXIT_DONE;
	}
	if (session_is_quiet(session))
		buffer_printf(&session->out, "%" PRIu64 "\n", is_accepted ? reply->seq : 0);
	return is_accepted ? EXIT_DONE : tell_refusal(run, run->lines[i], reply);
}

static enum exit_status send_part(struct batch_run *run) {
	Pb__Batch batch = PB__BATCH__INIT;
	batch.n_commands = run->count;
	batch.commands = run->commands;
	batch.linked = run->is_linked;
	batch.dry_run = run->source.is_dry_run || run->session->line.options[OPTION_DRY_RUN];
	Pb__BatchReply *reply = NULL;
	enum exit_status status = send_batch(run->session, &batch, &run->arena, &reply);
	for (size_t i = 0; status == EXIT_DONE && i < run->count; i++)
		status = tell(run, i, reply->replies[i]);
	progress_show(&run->progress, run->source.bytes, run->done + run->replayed + run->refused);
	return status == EXIT_DONE ? session_print(run->session) : status;
}

/* --- all of them --- */

static enum exit_status run_parts(struct batch_run *run) {
	enum exit_status status = EXIT_DONE;
	enum err err = ERR_OK;
	while (status == EXIT_DONE && !err && !run->at_end) {
		err = collect(run);
		/* Linked commands go together or not at all; so do those before a mistake. */
		bool is_whole = !run->is_linked || (!err && run->at_end);
		if (run->is_linked && !err && !run->at_end) {
			session_complain("Linked commands must fit into one request: at most %d, and %d MiB.",
			    LIMIT_BATCH_COMMANDS, (int)(PART_BYTES_MAX >> 20));
			return EXIT_USAGE;
		}
		if (run->count > 0 && is_whole)
			status = send_part(run);
	}
	progress_clear(&run->progress);
	if (status == EXIT_DONE && err == ERR_MEMORY)
		return session_out_of_memory();
	if (status == EXIT_DONE && err) {
		session_complain("%s", run->source.message);
		return EXIT_USAGE;
	}
	return status;
}

static void sum_up(struct batch_run *run, enum exit_status status) {
	struct session *session = run->session;
	if (!session_is_json(session) && !session_is_quiet(session)) {
		fprintf(stderr,
		    session_say(session,
		        "%" PRIu64 " done, %" PRIu64 " done before, %" PRIu64 " refused.\n",
		        "已完成 %" PRIu64 "，此前已完成 %" PRIu64 "，被拒绝 %" PRIu64 "。\n"),
		    run->done, run->replayed, run->refused);
	}
	if (status != EXIT_DONE)
		fputs(session_say(session,
		          "Not all of it was sent. Run the same again when the trouble is over: what took "
		          "effect is not done twice.\n",
		          "未全部发送。问题解决后请重新执行同一命令：已生效的不会重复执行。\n"),
		    stderr);
}

static enum exit_status read_size(struct batch_run *run) {
	struct session *session = run->session;
	const char *text = options_text(&session->line, "--size");
	uint64_t size = COMMANDS_DEFAULT;
	run->is_linked = run->source.is_linked || options_has(&session->line, "--linked");
	if (text &&
	    (text_parse_u64(text, strlen(text), &size) != ERR_OK || size < 1 ||
	        size > LIMIT_BATCH_COMMANDS)) {
		session_complain("--size must be from 1 to %d, not \"%s\".", LIMIT_BATCH_COMMANDS, text);
		return EXIT_USAGE;
	}
	/* One more than allowed shows that there is more. */
	run->most = run->is_linked ? LIMIT_BATCH_COMMANDS + 1 : (size_t)size;
	run->commands = arena_zalloc(&session->arena, run->most * sizeof(run->commands[0]));
	run->lines = arena_zalloc(&session->arena, run->most * sizeof(run->lines[0]));
	return run->commands && run->lines ? EXIT_DONE : session_out_of_memory();
}

static enum exit_status run_file(struct batch_run *run, FILE *file, const char *name) {
	struct stat stat;
	bool is_sized = fstat(fileno(file), &stat) == 0 && S_ISREG(stat.st_mode);
	enum err err = batch_source_init(&run->source, file, name);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err) {
		session_complain("%s", run->source.message);
		return EXIT_USAGE;
	}
	enum exit_status status = read_size(run);
	if (status != EXIT_DONE)
		return status;
	progress_begin(&run->progress, is_sized ? (uint64_t)stat.st_size : 0);
	status = run_parts(run);
	sum_up(run, status);
	return status == EXIT_DONE && run->refused > 0 ? EXIT_REFUSED : status;
}

enum exit_status action_batch(struct session *session) {
	const char *name = options_text(&session->line, "FILE");
	FILE *file = file_open(name);
	if (!file) {
		session_complain("%s cannot be read: %m.", name);
		return EXIT_USAGE;
	}
	struct batch_run run = { .session = session };
	arena_init(&run.arena, 0);
	enum exit_status status = run_file(&run, file, strcmp(name, "-") == 0 ? "stdin" : name);
	batch_source_done(&run.source);
	arena_done(&run.arena);
	file_close(file);
	return status;
}
