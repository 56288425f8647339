/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/entries.h"

#include "base/date.h"
#include "base/text.h"
#include "voucherctl/entry_pages.h"
#include "voucherctl/progress.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <string.h>

enum { CHINA_MINUTES = 480 };

/* --- reading --- */

struct reading {
	const struct entries_reader *reader;
	uint64_t seq; /* the last that was read */
	uint64_t until;
};

static enum exit_status not_understood(uint64_t seq) {
	session_complain("Entry %" PRIu64 " is not understood. Is the server another version than this "
	                 "voucherctl?",
	    seq);
	return EXIT_NO_SERVER;
}

enum exit_status entries_unfit(uint64_t seq, enum err err) {
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	session_complain("Entry %" PRIu64 " does not follow from those before it. Books need every "
	                 "entry: export them as finance staff or auditor.",
	    seq);
	return EXIT_REFUSED;
}

static enum exit_status read_page(struct reading *reading, const struct entry_page *page) {
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; i < page->count && reading->seq < reading->until; i++) {
		if (page->entries[i]->seq != reading->seq + 1)
			return entries_unfit(reading->seq + 1, ERR_SYNTAX);
		status = reading->reader->take(reading->reader->user, page->entries[i]);
		if (status != EXIT_DONE)
			return status;
		reading->seq++;
	}
	if (page->err == ERR_MEMORY)
		return session_out_of_memory();
	if (page->err && reading->seq < reading->until)
		return not_understood(reading->seq + 1);
	return EXIT_DONE;
}

/* Whether the page leads to the end, or without a gap to the next one. */
static bool leads_on(const struct reading *reading, const struct entry_page *page) {
	return reading->seq >= reading->until || (!page->is_last && reading->seq >= page->next);
}

enum exit_status entries_read(
    struct session *session, uint64_t until, const struct entries_reader *reader) {
	struct reading reading = { .reader = reader, .until = until };
	struct progress progress;
	enum exit_status status = session_open(session);
	if (status != EXIT_DONE)
		return status;
	struct entry_pages *pages = entry_pages_begin(session->client, until);
	if (!pages)
		return session_out_of_memory();
	progress_begin(&progress, until);
	while (status == EXIT_DONE && reading.seq < until) {
		struct entry_page *page = entry_pages_next(pages);
		status = entry_page_explain(page, session);
		if (status == EXIT_DONE)
			status = read_page(&reading, page);
		if (status == EXIT_DONE && !leads_on(&reading, page))
			status = entries_unfit(reading.seq + 1, ERR_SYNTAX);
		progress_show(&progress, reading.seq, reading.seq);
	}
	progress_clear(&progress);
	entry_pages_end(pages);
	return status;
}

/* --- the last entry that counts --- */

static enum exit_status time_of(struct session *session, uint64_t seq, int64_t *ret_time_us) {
	struct entry_page page;
	enum exit_status status = entry_page_load(&page, session, seq - 1, 1);
	if (page.err == ERR_MEMORY)
		status = session_out_of_memory();
	else if (page.err)
		status = not_understood(seq);
	else if (status == EXIT_DONE && (page.count != 1 || page.entries[0]->seq != seq))
		status = entries_unfit(seq, ERR_SYNTAX);
	if (status == EXIT_DONE)
		*ret_time_us = (int64_t)page.entries[0]->time_us;
	entry_page_free(&page);
	return status;
}

/* Times grow with numbers: halving finds the last entry before a moment. 0: there is none. */
static enum exit_status last_before(
    struct session *session, int64_t time_us, uint64_t size, uint64_t *ret_seq) {
	uint64_t low = 0, high = size; /* it is one of low … high */
	while (low < high) {
		uint64_t middle = low + (high - low + 1) / 2;
		int64_t at_us = 0;
		enum exit_status status = time_of(session, middle, &at_us);
		if (status != EXIT_DONE)
			return status;
		if (at_us < time_us)
			low = middle;
		else
			high = middle - 1;
	}
	*ret_seq = low;
	return EXIT_DONE;
}

static enum exit_status find_day(
    struct session *session, const char *date, uint64_t size, uint64_t *ret_until) {
	int32_t day;
	uint64_t until = 0;
	if (date_parse(date, &day) != ERR_OK) {
		session_complain(session_say(session, "--date must be a day, YYYY-MM-DD, not \"%s\".",
		                     "--date 应为日期 YYYY-MM-DD，而非 \"%s\"。"),
		    date);
		return EXIT_USAGE;
	}
	enum exit_status status = last_before(
	    session, date_day_start_us(day + 1, CHINA_MINUTES), size, &until);
	if (status != EXIT_DONE)
		return status;
	if (until == 0) {
		session_complain(
		    session_say(session, "The ledger begins after %s.", "账本在 %s 之后才开始。"), date);
		return EXIT_USAGE;
	}
	*ret_until = until;
	return EXIT_DONE;
}

enum exit_status entries_until(struct session *session, uint64_t *ret_until) {
	const char *until = options_text(&session->line, "--until");
	const char *date = options_text(&session->line, "--date");
	ProtobufCMessage *message = NULL;
	if (until && date) {
		session_complain("%s",
		    session_say(
		        session, "Give --until or --date, not both.", "--until 与 --date 只能给一个。"));
		return EXIT_USAGE;
	}
	enum exit_status status = session_get(
	    session, "/v1/tree-head", &pb__tree_head__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	uint64_t size = ((const Pb__TreeHead *)message)->size, seq = size;
	if (date)
		return find_day(session, date, size, ret_until);
	if (until && (text_parse_u64(until, strlen(until), &seq) != ERR_OK || seq < 1 || seq > size)) {
		session_complain(
		    "--until must be an entry from 1 to %" PRIu64 ", the last, not \"%s\".", size, until);
		return EXIT_USAGE;
	}
	*ret_until = seq;
	return EXIT_DONE;
}
