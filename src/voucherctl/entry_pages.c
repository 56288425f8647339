/* SPDX-License-Identifier: Apache-2.0 */
/* Three counters say how far each hand is; page n lies in slot n % SLOTS. */
#include "voucherctl/entry_pages.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "finance/books.h"
#include "record/delimited.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 3, DAY_MAX = 2932893 /* 9999-12-28 */ };

struct entry_pages {
	struct voucher_client *client;
	uint64_t until;
	struct entry_page slots[SLOTS];
	uint64_t taken; /* pages that the reader has been given */
	pthread_t fetcher, unpacker;

	pthread_mutex_t mutex;
	pthread_cond_t moved;
	uint64_t fetched, unpacked, released; /* under the mutex, as what follows */
	bool is_stopping;
};

/* --- one page --- */

enum err entry_pages_position(const char *link, uint64_t *ret_after) {
	static const char key[] = "after=";
	const char *at = link ? strstr(link, key) : NULL;
	if (!at)
		return ERR_SYNTAX;
	at += sizeof(key) - 1;
	return text_parse_u64(at, strcspn(at, "&"), ret_after);
}

static void fetch(
    struct entry_page *page, struct voucher_client *client, uint64_t after, uint64_t limit) {
	char target[96];
	struct arena arena = page->arena;
	voucher_reply_free(page->reply);
	arena_reset(&arena);
	*page = (struct entry_page){ .next = UINT64_MAX, .arena = arena };
	snprintf(target, sizeof(target), "/v1/journal?after=%" PRIu64 "&limit=%" PRIu64, after, limit);
	page->result = voucher_get(client, target, "application/x-protobuf", &page->reply);
	if (page->result == VOUCHER_OK &&
	    entry_pages_position(voucher_reply_next(page->reply), &page->next) != ERR_OK)
		page->next = UINT64_MAX; /* no daemon of ours */
}

static enum err unpack_entry(struct entry_page *page, struct delimited *messages) {
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

static void unpack(struct entry_page *page) {
	if (page->result != VOUCHER_OK)
		return;
	const char *body = voucher_reply_body(page->reply);
	struct delimited messages = { body, body + voucher_reply_bytes(page->reply) };
	while (!page->err)
		page->err = unpack_entry(page, &messages);
	if (page->err == ERR_NOT_FOUND)
		page->err = ERR_OK;
}

enum exit_status entry_page_explain(struct entry_page *page, struct session *session) {
	struct voucher_reply *reply = page->reply;
	page->reply = NULL;
	return session_explain(session, page->result, reply, &page->reply);
}

enum exit_status entry_page_load(
    struct entry_page *page, struct session *session, uint64_t after, uint64_t limit) {
	*page = (struct entry_page){ 0 };
	arena_init(&page->arena, 0);
	enum exit_status status = session_open(session);
	if (status != EXIT_DONE)
		return status;
	fetch(page, session->client, after, limit);
	unpack(page);
	return entry_page_explain(page, session);
}

void entry_page_free(struct entry_page *page) {
	voucher_reply_free(page->reply);
	page->reply = NULL;
	arena_done(&page->arena);
}

/* --- one after the other --- */

static struct entry_page *slot(struct entry_pages *pages, uint64_t number) {
	return &pages->slots[number % SLOTS];
}

/* Page `number`, which the one before says where to begin. */
static void fetch_page(struct entry_pages *pages, uint64_t number) {
	struct entry_page *page = slot(pages, number);
	uint64_t after = number > 0 ? slot(pages, number - 1)->next : 0;
	uint64_t left = pages->until - after;
	fetch(page, pages->client, after, left < LIMIT_SCAN_ROWS ? left : LIMIT_SCAN_ROWS);
	page->is_last = page->result != VOUCHER_OK || page->next <= after || page->next >= pages->until;
}

/* --- hands --- */

/* False: there is no more to do. */
static bool wait_for(struct entry_pages *pages, const uint64_t *counter, uint64_t least) {
	check(pthread_mutex_lock(&pages->mutex) == 0);
	while (!pages->is_stopping && *counter < least)
		check(pthread_cond_wait(&pages->moved, &pages->mutex) == 0);
	bool is_stopping = pages->is_stopping;
	check(pthread_mutex_unlock(&pages->mutex) == 0);
	return !is_stopping;
}

static void advance(struct entry_pages *pages, uint64_t *counter) {
	check(pthread_mutex_lock(&pages->mutex) == 0);
	++*counter;
	check(pthread_cond_broadcast(&pages->moved) == 0);
	check(pthread_mutex_unlock(&pages->mutex) == 0);
}

static void stop(struct entry_pages *pages) {
	check(pthread_mutex_lock(&pages->mutex) == 0);
	pages->is_stopping = true;
	check(pthread_cond_broadcast(&pages->moved) == 0);
	check(pthread_mutex_unlock(&pages->mutex) == 0);
}

/* The slot before is looked at for where to begin: it must not serve again before. */
static void *fetch_all(void *arg) {
	struct entry_pages *pages = arg;
	bool is_last = false;
	for (uint64_t n = 0;
	     !is_last && wait_for(pages, &pages->released, n < SLOTS ? 0 : n - SLOTS + 1); n++) {
		fetch_page(pages, n);
		is_last = slot(pages, n)->is_last;
		advance(pages, &pages->fetched);
	}
	return NULL;
}

static void *unpack_all(void *arg) {
	struct entry_pages *pages = arg;
	bool is_last = false;
	for (uint64_t n = 0; !is_last && wait_for(pages, &pages->fetched, n + 1); n++) {
		unpack(slot(pages, n));
		is_last = slot(pages, n)->is_last;
		advance(pages, &pages->unpacked);
	}
	return NULL;
}

static bool start_threads(struct entry_pages *pages) {
	if (pthread_create(&pages->unpacker, NULL, unpack_all, pages))
		return false;
	if (pthread_create(&pages->fetcher, NULL, fetch_all, pages) == 0)
		return true;
	stop(pages);
	pthread_join(pages->unpacker, NULL);
	return false;
}

/* --- the reader --- */

static void release(struct entry_pages *pages) {
	for (size_t i = 0; i < SLOTS; i++)
		entry_page_free(&pages->slots[i]);
	pthread_cond_destroy(&pages->moved);
	pthread_mutex_destroy(&pages->mutex);
	free(pages);
}

struct entry_pages *entry_pages_begin(struct voucher_client *client, uint64_t until) {
	struct entry_pages *pages = calloc(1, sizeof(*pages));
	if (!pages)
		return NULL;
	pages->client = client;
	pages->until = until;
	for (size_t i = 0; i < SLOTS; i++)
		arena_init(&pages->slots[i].arena, 0);
	check(pthread_mutex_init(&pages->mutex, NULL) == 0);
	check(pthread_cond_init(&pages->moved, NULL) == 0);
	if (start_threads(pages))
		return pages;
	release(pages);
	return NULL;
}

struct entry_page *entry_pages_next(struct entry_pages *pages) {
	uint64_t number = pages->taken++;
	if (number > 0 && slot(pages, number - 1)->is_last)
		return NULL;
	if (number > 0)
		advance(pages, &pages->released);
	wait_for(pages, &pages->unpacked, number + 1);
	return slot(pages, number);
}

void entry_pages_end(struct entry_pages *pages) {
	if (!pages)
		return;
	stop(pages);
	pthread_join(pages->fetcher, NULL);
	pthread_join(pages->unpacker, NULL);
	release(pages);
}
