/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread fetches and unpacks the next page while this one is read; it has the session's client
 * and its page to itself until it is joined.
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
	enum exit_status status; /* of fetching it */
	struct arena arena;      /* of its entries */
	Pb__JournalEntry **entries;
	size_t count;
	enum err err; /* of unpacking what comes behind them */
	pthread_t thread;
	bool has_thread;
};

static enum err unpack_next(struct page *page, struct delimited *messages) {
	const void *data;
	size_t bytes;
	enum err err = delimited_read(messages, &data, &bytes);
	if (err)
		return err;
	page->entries = arena_grow(&page->arena, page->entries, page->count, sizeof(page->entries[0]));
	if (!page->entries)
		return ERR_MEMORY;
	err = books_unpack(data, bytes, &page->arena, &page->entries[page->count]);
	if (!err && page->entries[page->count]->time_us / US_PER_DAY > DAY_MAX)
		err = ERR_RANGE;
	page->count += !err;
	return err;
}

static void *fetch(void *arg) {
	struct page *page = arg;
	char target[96];
	snprintf(target, sizeof(target), "/v1/journal?after=%" PRIu64 "&limit=%" PRIu64, page->after,
	    page->limit);
	page->status = session_fetch(page->session, target, "application/x-protobuf", &page->reply);
	if (page->status != EXIT_DONE)
		return NULL;
	const char *body = voucher_reply_body(page->reply);
	struct delimited messages = { body, body + voucher_reply_bytes(page->reply) };
	while (!page->err)
		page->err = unpack_next(page, &messages);
	if (page->err == ERR_NOT_FOUND)
		page->err = ERR_OK;
	return NULL;
}

static void page_begin(struct page *page, struct session *session, uint64_t after, uint64_t limit) {
	arena_reset(&page->arena);
	*page = (struct page){
		.session = session, .after = after, .limit = limit, .arena = page->arena
	};
	page->has_thread = pthread_create(&page->thread, NULL, fetch, page) == 0;
	if (!page->has_thread)
		fetch(page);
}

/* EXIT_DONE: its reply is there. */
static enum exit_status page_wait(struct page *page) {
	if (page->has_thread)
		pthread_join(page->thread, NULL);
	page->has_thread = false;
	return page->status;
}

static void page_forget(struct page *page) {
	page_wait(page);
	voucher_reply_free(page->reply);
	page->reply = NULL;
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

static enum exit_status read_page(struct reading *reading, const struct page *page) {
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
	status = read_page(reading, page);
	bool has_gap = reading->seq < reading->until &&
	    (reading->seq == before || reading->seq < after);
	if (status == EXIT_DONE && has_gap)
		status = entries_unfit(reading->seq + 1, ERR_SYNTAX);
	page_forget(page);
	return status;
}

enum exit_status entries_read(
    struct session *session, uint64_t until, const struct entries_reader *reader) {
	struct reading reading = { .reader = reader, .until = until };
	struct progress progress;
	struct page pages[2] = { 0 };
	enum exit_status status = EXIT_DONE;
	arena_init(&pages[0].arena, 0);
	arena_init(&pages[1].arena, 0);
	progress_begin(&progress, until);
	page_begin(&pages[0], session, 0, limit_of(0, until));
	for (size_t i = 0; status == EXIT_DONE && reading.seq < until; i ^= 1) {
		status = read_on(&reading, &pages[i], &pages[i ^ 1]);
		progress_show(&progress, reading.seq, reading.seq);
	}
	progress_clear(&progress);
	for (size_t i = 0; i < 2; i++) {
		page_forget(&pages[i]);
		arena_done(&pages[i].arena);
	}
	return status;
}

/* --- the last entry that counts --- */

static enum exit_status time_of(struct session *session, uint64_t seq, int64_t *ret_time_us) {
	struct page page = { .session = session, .after = seq - 1, .limit = 1 };
	arena_init(&page.arena, 0);
	fetch(&page);
	enum exit_status status = page.status;
	if (page.err == ERR_MEMORY)
		status = session_out_of_memory();
	else if (page.err)
		status = not_understood(seq);
	else if (status == EXIT_DONE && (page.count != 1 || page.entries[0]->seq != seq))
		status = entries_unfit(seq, ERR_SYNTAX);
	if (status == EXIT_DONE)
		*ret_time_us = (int64_t)page.entries[0]->time_us;
	page_forget(&page);
	arena_done(&page.arena);
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
