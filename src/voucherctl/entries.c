/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread fetches the next page while this one is read; it has the session's client to itself
 * until it is joined.
 */
#include "voucherctl/entries.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "finance/books.h"
#include "record/delimited.h"
#include "voucherctl/progress.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { CHINA_MINUTES = 480, DAY_MAX = 2932893 /* 9999-12-28 */ };

/* --- a page --- */

struct page {
	struct session *session;
	uint64_t after, limit;
	struct voucher_reply *reply;
	enum exit_status status;
	pthread_t thread;
	bool has_thread;
};

static void *fetch(void *arg) {
	struct page *page = arg;
	char target[96];
	snprintf(target, sizeof(target), "/v1/journal?after=%" PRIu64 "&limit=%" PRIu64, page->after,
	    page->limit);
	page->status = session_fetch(page->session, target, "application/x-protobuf", &page->reply);
	return NULL;
}

static void page_begin(struct page *page, struct session *session, uint64_t after, uint64_t limit) {
	*page = (struct page){ .session = session, .after = after, .limit = limit };
	page->has_thread = pthread_create(&page->thread, NULL, fetch, page) == 0;
}

/* EXIT_DONE: its reply is there. */
static enum exit_status page_wait(struct page *page) {
	if (page->has_thread)
		pthread_join(page->thread, NULL);
	else if (!page->reply)
		fetch(page);
	page->has_thread = false;
	return page->status;
}

/* Also of a page that nobody has waited for. */
static void page_done(struct page *page) {
	if (page->has_thread)
		pthread_join(page->thread, NULL);
	voucher_reply_free(page->reply);
	*page = (struct page){ 0 };
}

enum err entries_position(const char *link, uint64_t *ret_after) {
	static const char key[] = "after=";
	const char *at = link ? strstr(link, key) : NULL;
	if (!at)
		return ERR_SYNTAX;
	at += sizeof(key) - 1;
	return text_parse_u64(at, strcspn(at, "&"), ret_after);
}

/* --- reading --- */

struct reading {
	const struct entries_reader *reader;
	struct arena arena; /* of one entry */
	uint64_t seq;       /* the last that was read */
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

static enum exit_status read_entry(struct reading *reading, const void *data, size_t bytes) {
	Pb__JournalEntry *entry = NULL;
	arena_reset(&reading->arena);
	enum err err = books_unpack(data, bytes, &reading->arena, &entry);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err || entry->time_us / US_PER_DAY > DAY_MAX)
		return not_understood(reading->seq + 1);
	if (entry->seq != reading->seq + 1)
		return entries_unfit(reading->seq + 1, ERR_SYNTAX);
	reading->seq++;
	return reading->reader->take(reading->reader->user, entry);
}

static enum exit_status read_page(struct reading *reading, const struct voucher_reply *reply) {
	const char *body = voucher_reply_body(reply);
	struct delimited messages = { body, body + voucher_reply_bytes(reply) };
	enum exit_status status = EXIT_DONE;
	while (status == EXIT_DONE && reading->seq < reading->until) {
		const void *data;
		size_t bytes;
		enum err err = delimited_read(&messages, &data, &bytes);
		if (err == ERR_NOT_FOUND)
			break;
		status = err ? not_understood(reading->seq + 1) : read_entry(reading, data, bytes);
	}
	return status;
}

static uint64_t limit_of(uint64_t after, uint64_t until) {
	return until - after < LIMIT_SCAN_ROWS ? until - after : LIMIT_SCAN_ROWS;
}

/* Reads `page`, and fetches `next` in the meantime. */
static enum exit_status read_on(struct reading *reading, struct page *page, struct page *next) {
	uint64_t before = reading->seq, after;
	enum exit_status status = page_wait(page);
	if (status != EXIT_DONE)
		return status;
	if (entries_position(voucher_reply_next(page->reply), &after) != ERR_OK)
		after = UINT64_MAX; /* no daemon of ours */
	if (after < reading->until && after > page->after)
		page_begin(next, page->session, after, limit_of(after, reading->until));
	status = read_page(reading, page->reply);
	bool has_gap = reading->seq < reading->until &&
	    (reading->seq == before || reading->seq < after);
	if (status == EXIT_DONE && has_gap)
		status = entries_unfit(reading->seq + 1, ERR_SYNTAX);
	page_done(page);
	return status;
}

enum exit_status entries_read(
    struct session *session, uint64_t until, const struct entries_reader *reader) {
	struct reading reading = { .reader = reader, .until = until };
	struct progress progress;
	struct page pages[2] = { 0 };
	enum exit_status status = EXIT_DONE;
	arena_init(&reading.arena, 0);
	progress_begin(&progress, until);
	page_begin(&pages[0], session, 0, limit_of(0, until));
	for (size_t i = 0; status == EXIT_DONE && reading.seq < until; i ^= 1) {
		status = read_on(&reading, &pages[i], &pages[i ^ 1]);
		progress_show(&progress, reading.seq, reading.seq);
	}
	page_done(&pages[0]);
	page_done(&pages[1]);
	progress_clear(&progress);
	arena_done(&reading.arena);
	return status;
}

/* --- the last entry that counts --- */

static enum exit_status time_of(struct session *session, uint64_t seq, int64_t *ret_time_us) {
	struct page page = { .session = session, .after = seq - 1, .limit = 1 };
	struct delimited messages;
	Pb__JournalEntry *entry = NULL;
	const void *data;
	size_t bytes;
	fetch(&page);
	if (page.status != EXIT_DONE)
		return page.status;
	messages.next = voucher_reply_body(page.reply);
	messages.end = messages.next + voucher_reply_bytes(page.reply);
	enum err err = delimited_read(&messages, &data, &bytes);
	if (!err)
		err = books_unpack(data, bytes, &session->arena, &entry);
	page_done(&page);
	if (err == ERR_MEMORY || err == ERR_NOT_FOUND)
		return entries_unfit(seq, err);
	if (err || entry->time_us / US_PER_DAY > DAY_MAX)
		return not_understood(seq);
	if (entry->seq != seq)
		return entries_unfit(seq, ERR_SYNTAX);
	*ret_time_us = (int64_t)entry->time_us;
	return EXIT_DONE;
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
		session_complain("--date must be a day, YYYY-MM-DD, not \"%s\".", date);
		return EXIT_USAGE;
	}
	enum exit_status status = last_before(
	    session, date_day_start_us(day + 1, CHINA_MINUTES), size, &until);
	if (status != EXIT_DONE)
		return status;
	if (until == 0) {
		session_complain("The ledger begins after %s.", date);
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
		session_complain("Give --until or --date, not both.");
		return EXIT_USAGE;
	}
	enum exit_status status = session_get(
	    session, "/v1/checkpoint", &pb__tree_head__descriptor, &session->arena, &message);
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
