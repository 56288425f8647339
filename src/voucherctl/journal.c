/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "journal": the feed of entries, one line each. Goes on from the last entry it has seen, so
 * nothing is shown twice and nothing is left out, whatever happens to the connection in between.
 */
#include "base/text.h"
#include "record/json.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/compose.h"
#include "voucherctl/entry_pages.h"
#include "voucherctl/session.h"
#include "voucherctl/view.h"
#include "voucherctl/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WAIT_S 25 /* of one long poll; below the timeout of a call */

struct feed {
	struct session *session;
	struct arena arena; /* of one entry */
	uint64_t after;
	uint64_t left;
	bool is_following;
};

/* --- one entry --- */

static const char *what_was_done(const Pb__JournalEntry *entry, struct arena *arena) {
	const struct verb *verb = entry->command ? compose_verb(entry->command) : NULL;
	if (entry->genesis)
		return "genesis";
	if (!verb)
		return "?";
	return arena_printf(arena, "%s %s", verb->noun, verb->verb);
}

/* Pads to `width` columns of a terminal. */
static void append_cell(struct buffer *out, const char *text, size_t width) {
	buffer_append_text(out, text);
	for (size_t used = width_of_text(text); used < width; used++)
		buffer_append_char(out, ' ');
	buffer_append_text(out, "  ");
}

static enum err append_entry(
    const struct feed *feed, const Pb__JournalEntry *entry, struct arena *arena) {
	struct view view = { feed->session->settings.lang, arena };
	struct buffer *out = &feed->session->out;
	const ProtobufCMessage *body = entry->command ? compose_body(entry->command) : NULL;
	const char *time = view_time(&view, (int64_t)entry->time_us);
	const char *person = width_safe_text(arena, entry->actor ? entry->actor->person : "");
	const char *what = what_was_done(entry, arena);
	const char *details = body ? view_summary(&view, body) : "";
	if (entry->genesis)
		details = entry->genesis->name;
	details = details ? width_safe_text(arena, details) : NULL;
	const char *decided = entry->decision && entry->decision->amount != 0
	    ? view_money(&view, entry->decision->amount)
	    : "";
	if (!time || !person || !what || !details || !decided)
		return ERR_MEMORY;
	buffer_printf(out, "%8" PRIu64 "  %s  ", entry->seq, time);
	append_cell(out, person, 10);
	append_cell(out, what, 25);
	buffer_append_text(out, details);
	if (decided[0])
		buffer_printf(out, " -> %s", decided);
	buffer_append_char(out, '\n');
	return buffer_error(out);
}

/* --- the feed --- */

static enum exit_status take_line(struct feed *feed, const char *line, size_t bytes) {
	struct json_error error = { 0 };
	ProtobufCMessage *message = NULL;
	arena_reset(&feed->arena);
	enum err err = json_decode(
	    &pb__journal_entry__descriptor, line, bytes, &feed->arena, &message, &error);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err) {
		session_complain("The entry after %" PRIu64 " is not understood (%s: %s).", feed->after,
		    error.path, error.reason);
		return EXIT_NO_SERVER;
	}
	const Pb__JournalEntry *entry = (const Pb__JournalEntry *)message;
	feed->after = entry->seq;
	feed->left--;
	if (session_is_json(feed->session)) {
		buffer_append(&feed->session->out, line, bytes);
		buffer_append_char(&feed->session->out, '\n');
	} else if (append_entry(feed, entry, &feed->arena) != ERR_OK) {
		return session_out_of_memory();
	}
	return EXIT_DONE;
}

static enum exit_status take_lines(struct feed *feed, const char *text) {
	enum exit_status status = EXIT_DONE;
	while (status == EXIT_DONE && *text && feed->left > 0) {
		size_t bytes = strcspn(text, "\n");
		if (bytes > 0)
			status = take_line(feed, text, bytes);
		text += bytes + (text[bytes] == '\n');
	}
	return status;
}

/* What the caller may not see is behind us, too. */
static void take_position(struct feed *feed, const char *next) {
	uint64_t after;
	if (entry_pages_position(next, &after) == ERR_OK && after > feed->after)
		feed->after = after;
}

/* One request. `ret_more` says whether it got any further. */
static enum exit_status take_reply(struct feed *feed, bool *ret_more) {
	struct session *session = feed->session;
	char target[96];
	snprintf(target, sizeof(target), "/v1/journal?after=%" PRIu64 "&wait=%d", feed->after,
	    feed->is_following ? WAIT_S : 0);
	struct voucher_reply *reply = NULL;
	uint64_t before = feed->after;
	enum exit_status status = session_call(session, "GET", target, NULL, &reply);
	if (status == EXIT_DONE)
		status = take_lines(feed, voucher_reply_body(reply));
	if (status == EXIT_DONE && feed->left > 0)
		take_position(feed, voucher_reply_next(reply));
	voucher_reply_free(reply);
	*ret_more = feed->after != before;
	return status == EXIT_DONE ? session_print(session) : status;
}

static enum exit_status read_number(
    struct session *session, const char *name, uint64_t *ret_value) {
	const char *text = options_text(&session->line, name);
	if (!text || text_parse_u64(text, strlen(text), ret_value) == ERR_OK)
		return EXIT_DONE;
	session_complain("%s must be a number, not \"%s\".", name, text);
	return EXIT_USAGE;
}

enum exit_status action_journal(struct session *session) {
	struct feed feed = { .session = session, .left = UINT64_MAX };
	feed.is_following = options_has(&session->line, "--follow");
	enum exit_status status = read_number(session, "--after", &feed.after);
	if (status == EXIT_DONE)
		status = read_number(session, "--limit", &feed.left);
	/* A long poll that nobody answers for a while is no lost reply. */
	if (session->settings.timeout_ms < (WAIT_S + 10) * 1000)
		session->settings.timeout_ms = (WAIT_S + 10) * 1000;
	arena_init(&feed.arena, 0);
	bool has_more = true;
	while (status == EXIT_DONE && feed.left > 0 && (has_more || feed.is_following))
		status = take_reply(&feed, &has_more);
	arena_done(&feed.arena);
	return status;
}
