/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "backup": copies the ledger of this machine, also while voucherd runs. "restore": makes a ledger
 * of such a copy (or of any ledger), as it is or as it was, and has it rebuilt and verified.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/copy.h"
#include "voucherctl/actions.h"
#include "voucherctl/progress.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static void show_progress(void *arg, uint64_t seq, uint64_t last) {
	struct progress *progress = arg;
	progress->total = last;
	progress_show(progress, seq, seq);
}

static enum exit_status copy(
    struct session *session, struct copy_config *config, struct copy_result *ret_result) {
	char detail[ENGINE_DETAIL_BYTES];
	struct progress progress;
	progress_begin(&progress, 0);
	config->progress = show_progress;
	config->arg = &progress;
	enum err err = engine_copy(config, ret_result, detail);
	progress_clear(&progress);
	if (!err)
		return EXIT_DONE;
	session_complain("%s", detail);
	(void)session;
	return err == ERR_RANGE || err == ERR_EXISTS || err == ERR_NOT_FOUND ? EXIT_USAGE : EXIT_LOCAL;
}

static enum exit_status say_result(
    struct session *session, const struct copy_config *config, const struct copy_result *result) {
	struct buffer *out = &session->out;
	char root[2 * DIGEST_BYTES + 1], moment[32] = "?";
	time_t seconds = (time_t)(result->time_us / 1000000);
	struct tm utc;
	if (gmtime_r(&seconds, &utc))
		strftime(moment, sizeof(moment), "%Y-%m-%dT%H:%M:%SZ", &utc);
	text_hex(result->root, DIGEST_BYTES, root);
	if (session_is_json(session))
		buffer_printf(out,
		    "{\"size\":\"%" PRIu64 "\",\"added\":\"%" PRIu64
		    "\",\"root\":\"%s\",\"time\":\"%s\"}\n",
		    result->size, result->size - result->before, root, moment);
	else if (session_is_quiet(session))
		buffer_printf(out, "%" PRIu64 "\n", result->size);
	else
		buffer_printf(out,
		    session_say(session,
		        "%s has entries 1 to %" PRIu64 ", %" PRIu64
		        " of them new. Each has been proved.\n  last  %s\n  root  %s\n",
		        "%s 现有第 1 至 %" PRIu64 " 笔，其中新增 %" PRIu64
		        " 笔，均已核验。\n  最后一笔  %s\n  根  %s\n"),
		    config->to, result->size, result->size - result->before, moment, root);
	return EXIT_DONE;
}

/* --- backup --- */

static enum exit_status read_rate(struct session *session, uint64_t *ret_bytes_per_s) {
	const char *text = options_text(&session->line, "--rate");
	uint64_t mib;
	if (text_parse_u64(text, strlen(text), &mib) || mib > UINT32_MAX) {
		session_complain("--rate must be a number of MiB per second, or 0, not \"%s\".", text);
		return EXIT_USAGE;
	}
	*ret_bytes_per_s = mib << 20;
	return EXIT_DONE;
}

enum exit_status action_backup(struct session *session) {
	struct copy_config config = {
		.from = options_text(&session->line, "--directory"),
		.to = options_text(&session->line, "DIR"),
		.time_max_us = INT64_MAX,
	};
	struct copy_result result;
	enum exit_status status = read_rate(session, &config.bytes_per_s);
	if (status == EXIT_DONE)
		status = copy(session, &config, &result);
	if (status == EXIT_DONE)
		status = say_result(session, &config, &result);
	return status == EXIT_DONE ? session_print(session) : status;
}

/* --- restore --- */

/* "12345", or "2026-11-30T08:15:00+08:00". */
static enum exit_status read_end(struct session *session, struct copy_config *config) {
	const char *text = options_text(&session->line, "--at");
	if (!text || !date_parse_time(text, &config->time_max_us))
		return EXIT_DONE;
	config->time_max_us = INT64_MAX;
	if (!text_parse_u64(text, strlen(text), &config->seq_max) && config->seq_max > 0)
		return EXIT_DONE;
	session_complain("--at must be the number of an entry or a moment such as "
	                 "2026-11-30T08:15:00+08:00, not \"%s\".",
	    text);
	return EXIT_USAGE;
}

/* Opens it as voucherd would: the state is rebuilt, and every entry applied. */
static enum exit_status rebuild(
    struct session *session, const struct copy_config *config, const struct copy_result *result) {
	const struct engine_config opening = { .directory = config->to };
	char detail[ENGINE_DETAIL_BYTES];
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	struct engine *engine;
	(void)session;
	if (engine_open(&opening, &engine, detail)) {
		session_complain("%s", detail);
		return EXIT_LOCAL;
	}
	engine_tree_head(engine, &size, root);
	engine_close(engine);
	if (size == result->size && memcmp(root, result->root, DIGEST_BYTES) == 0)
		return EXIT_DONE;
	session_complain("The ledger rebuilt in %s is not what was copied.", config->to);
	return EXIT_LOCAL;
}

static void say_what_next(struct session *session, const struct copy_config *config) {
	if (session_is_json(session) || session_is_quiet(session))
		return;
	buffer_printf(&session->out,
	    session_say(session,
	        "Next: put the key that signs its checkpoints into %s/checkpoint.key (it is in no "
	        "backup), and name this directory in voucherd.conf.\n",
	        "下一步：将检查点签名私钥放入 %s/checkpoint.key（备份不含私钥），"
	        "并在 voucherd.conf 中指定此目录。\n"),
	    config->to);
}

enum exit_status action_restore(struct session *session) {
	struct copy_config config = {
		.from = options_text(&session->line, "--from"),
		.to = options_text(&session->line, "DIR"),
		.is_new = true,
		.time_max_us = INT64_MAX,
	};
	struct copy_result result;
	enum exit_status status = read_end(session, &config);
	if (status == EXIT_DONE)
		status = copy(session, &config, &result);
	if (status == EXIT_DONE)
		status = rebuild(session, &config, &result);
	if (status == EXIT_DONE)
		status = say_result(session, &config, &result);
	if (status == EXIT_DONE)
		say_what_next(session, &config);
	return status == EXIT_DONE ? session_print(session) : status;
}
