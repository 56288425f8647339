/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feed's thread and its two lists:
 *
 *	feed_ask ─► fresh ─► read from request.after ─► something, or no wait ─► done()
 *	                                             └► nothing: waiting ─► on commit: read once for all
 *
 * Invariant: whoever waits has been shown everything up to its `after`, and `after` only grows. The
 * mutex covers `fresh`, `count` and the flags; `waiting` is the thread's own.
 */
#include "api/feed.h"

#include "api/counters.h"
#include "base/clock.h"
#include "base/limits.h"
#include "engine/thread.h"
#include "record/delimited.h"
#include "record/entry.h"
#include "record/json.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Principals that meet in a bucket share the limit of one. */
#define PRINCIPAL_BUCKETS 4096

struct feed {
	struct engine *engine;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	struct feed_request *fresh;
	struct feed_request *waiting;
	size_t count;                       /* requests that have not been answered */
	uint16_t counts[PRINCIPAL_BUCKETS]; /* the same, by principal */
	_Atomic bool has_waiting;           /* so that commits that interest nobody cost nothing */
	bool is_news;                       /* a commit since the waiting were last looked after */
	bool is_open;
	bool is_stopping;
};

static uint16_t *count_of(struct feed *feed, uint64_t principal) {
	return &feed->counts[principal % PRINCIPAL_BUCKETS];
}

/* --- reading --- */

/* A walk over the journal for a list of requests. */
struct walk {
	struct feed_request *requests;
	struct arena arena; /* of the entry at hand */
	const void *data;   /* the entry at hand as it is stored … */
	size_t bytes;
	uint32_t body_case;      /* … its command … */
	Pb__JournalEntry *entry; /* … and what is made of it when somebody wants it */
	struct buffer line, packed;
	uint64_t entries_left; /* that this walk may still look at */
	enum err err;
};

/* NULL: walk->err. */
static const Pb__JournalEntry *entry_of(struct walk *walk) {
	if (!walk->entry && !walk->err)
		walk->err = entry_decode(walk->data, walk->bytes, &walk->arena, &walk->entry);
	return walk->entry;
}

static bool is_revocation_of(struct walk *walk, uint64_t principal) {
	if (walk->body_case != PB__COMMAND__BODY_REVOKE_PRINCIPAL)
		return false;
	const Pb__JournalEntry *entry = entry_of(walk);
	return entry && entry->command->revoke_principal->principal == principal;
}

static bool may_see(struct walk *walk, const struct query_viewer *viewer) {
	if (query_may_see_all(viewer))
		return true;
	const Pb__JournalEntry *entry = entry_of(walk);
	return entry && query_may_see(entry, viewer);
}

static const struct buffer *line_of(struct walk *walk) {
	const Pb__JournalEntry *entry = entry_of(walk);
	if (entry && walk->line.bytes == 0) {
		json_encode(&entry->base, JSON_COMPACT, &walk->line);
		buffer_append_char(&walk->line, '\n');
	}
	return &walk->line;
}

/* Its protobuf is what is stored. */
static const struct buffer *packed_of(struct walk *walk) {
	if (walk->packed.bytes > 0)
		return &walk->packed;
	delimited_append(&walk->packed, (const char *)walk->data + ENTRY_HEADER_BYTES,
	    walk->bytes - ENTRY_HEADER_BYTES);
	return &walk->packed;
}

static void add_entry(struct walk *walk, struct feed_request *request, uint64_t seq) {
	const struct buffer *form = request->is_packed ? packed_of(walk) : line_of(walk);
	if (!walk->err)
		walk->err = buffer_error(form);
	if (walk->err)
		return;
	bool fits = request->page.bytes + form->bytes <= LIMIT_FEED_BYTES;
	if (!fits && request->entries > 0) {
		request->is_full = true;
		return;
	}
	buffer_append(&request->page, form->data, form->bytes);
	if (buffer_error(&request->page)) {
		walk->err = ERR_MEMORY;
		return;
	}
	request->after = seq;
	request->is_full = ++request->entries == request->entries_max || !fits;
}

/* Shows one entry to whoever has not seen it. Returns whether anyone can take more. */
static bool show(struct walk *walk, uint64_t seq) {
	bool has_room = false;
	for (struct feed_request *request = walk->requests; request; request = request->next) {
		if (!request->is_full && request->after < seq && !walk->err) {
			if (is_revocation_of(walk, request->principal))
				request->is_full = true;
			else if (may_see(walk, &request->viewer))
				add_entry(walk, request, seq);
			else if (!walk->err)
				request->after = seq;
		}
		has_room |= !request->is_full;
	}
	return has_room && !walk->err;
}

static bool visit(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct walk *walk = arg;
	arena_reset(&walk->arena);
	buffer_clear(&walk->line);
	buffer_clear(&walk->packed);
	walk->data = data;
	walk->bytes = bytes;
	walk->entry = NULL;
	walk->err = entry_glance(data, bytes, &walk->body_case);
	return !walk->err && show(walk, seq) && --walk->entries_left > 0;
}

/* Reads on for all of `requests`, from the first entry that one of them has not seen.
 * `ret_is_end`: the end of the journal was reached. */
static enum err read_for(struct feed *feed, struct feed_request *requests, bool *ret_is_end) {
	uint64_t from = UINT64_MAX;
	for (const struct feed_request *request = requests; request; request = request->next)
		from = request->after < from ? request->after : from;
	struct walk walk = { .requests = requests, .entries_left = LIMIT_SCAN_ROWS };
	arena_init(&walk.arena, 0);
	buffer_init(&walk.line, 0);
	buffer_init(&walk.packed, 0);
	enum err err = engine_read_journal(feed->engine, from + 1, visit, &walk);
	if (!err)
		err = walk.err;
	*ret_is_end = walk.entries_left > 0;
	buffer_done(&walk.line);
	buffer_done(&walk.packed);
	arena_done(&walk.arena);
	return err;
}

/* --- requests --- */

static void finish(struct feed *feed, struct feed_request *request, enum err err) {
	pthread_mutex_lock(&feed->mutex);
	feed->count--;
	--*count_of(feed, request->principal);
	pthread_mutex_unlock(&feed->mutex);
	request->done(request, err);
}

static void wait_for_more(struct feed *feed, struct feed_request *request) {
	request->deadline_us = clock_monotonic_us() + request->wait_ms * 1000LL;
	request->next = feed->waiting;
	feed->waiting = request;
	counters_waiting(1);
}

/* A request that has just come, alone. */
static void serve(struct feed *feed, struct feed_request *request, bool may_wait) {
	bool is_end;
	request->next = NULL;
	enum err err = read_for(feed, request, &is_end);
	if (!err && may_wait && request->wait_ms > 0 && request->entries == 0 && is_end &&
	    !request->is_full)
		wait_for_more(feed, request);
	else
		finish(feed, request, err);
}

/* Those who wait, after a commit. Whoever got something is answered; so is everyone when reading
 * fails. */
static void look_after_waiting(struct feed *feed) {
	bool is_end = false;
	enum err err = ERR_OK;
	while (feed->waiting && !is_end && !err) {
		err = read_for(feed, feed->waiting, &is_end);
		struct feed_request **place = &feed->waiting;
		while (*place) {
			struct feed_request *request = *place;
			if (!err && request->entries == 0 && !request->is_full) {
				place = &request->next;
				continue;
			}
			*place = request->next;
			counters_waiting(-1);
			finish(feed, request, err);
		}
	}
}

/* Answers those whose time is over; `now_us` INT64_MAX: everyone. Returns the next deadline. */
static int64_t expire_waiting(struct feed *feed, int64_t now_us) {
	int64_t next_us = INT64_MAX;
	struct feed_request **place = &feed->waiting;
	while (*place) {
		struct feed_request *request = *place;
		if (request->deadline_us > now_us) {
			next_us = request->deadline_us < next_us ? request->deadline_us : next_us;
			place = &request->next;
			continue;
		}
		*place = request->next;
		counters_waiting(-1);
		finish(feed, request, ERR_OK);
	}
	return next_us;
}

/* --- the thread --- */

/* With the mutex held: until there is something to do, at most until the deadline. */
static void sleep_until(struct feed *feed, int64_t deadline_us) {
	const struct timespec deadline = {
		.tv_sec = deadline_us / US_PER_S,
		.tv_nsec = deadline_us % US_PER_S * 1000,
	};
	while (!feed->fresh && !feed->is_news && !feed->is_stopping) {
		if (deadline_us == INT64_MAX)
			pthread_cond_wait(&feed->wake, &feed->mutex);
		else if (pthread_cond_timedwait(&feed->wake, &feed->mutex, &deadline) != 0)
			break;
	}
}

/* Oldest first. */
static struct feed_request *reverse(struct feed_request *list) {
	struct feed_request *reversed = NULL;
	for (struct feed_request *next; list; list = next) {
		next = list->next;
		list->next = reversed;
		reversed = list;
	}
	return reversed;
}

static void *run(void *arg) {
	struct feed *feed = arg;
	int64_t deadline_us = INT64_MAX;
	bool is_stopping = false;
	thread_step_back();
	while (!is_stopping) {
		pthread_mutex_lock(&feed->mutex);
		sleep_until(feed, deadline_us);
		struct feed_request *fresh = reverse(feed->fresh);
		bool is_news = feed->is_news, is_open = feed->is_open;
		is_stopping = feed->is_stopping;
		feed->fresh = NULL;
		feed->is_news = false;
		/* Before looking at the journal, so that no commit after that look goes unnoticed. */
		atomic_store(&feed->has_waiting, feed->waiting || fresh);
		pthread_mutex_unlock(&feed->mutex);

		for (struct feed_request *next; fresh; fresh = next) {
			next = fresh->next;
			serve(feed, fresh, is_open && !is_stopping);
		}
		if (is_news)
			look_after_waiting(feed);
		bool may_wait = is_open && !is_stopping;
		deadline_us = expire_waiting(feed, may_wait ? clock_monotonic_us() : INT64_MAX);
	}
	return NULL;
}

static void nudge(struct feed *feed) {
	pthread_cond_signal(&feed->wake);
	pthread_mutex_unlock(&feed->mutex);
}

enum err feed_ask(struct feed *feed, struct feed_request *request) {
	request->entries = 0;
	request->is_full = false;
	pthread_mutex_lock(&feed->mutex);
	bool is_full = feed->count == LIMIT_FEED_WAITERS ||
	    *count_of(feed, request->principal) == LIMIT_FEED_WAITERS_PER_PRINCIPAL;
	if (feed->is_stopping || is_full) {
		enum err err = feed->is_stopping ? ERR_CLOSED : ERR_FULL;
		pthread_mutex_unlock(&feed->mutex);
		return err;
	}
	feed->count++;
	++*count_of(feed, request->principal);
	request->next = feed->fresh;
	feed->fresh = request;
	nudge(feed);
	return ERR_OK;
}

void feed_on_commit(struct feed *feed) {
	if (!atomic_load(&feed->has_waiting))
		return;
	pthread_mutex_lock(&feed->mutex);
	feed->is_news = true;
	nudge(feed);
}

void feed_set_open(struct feed *feed, bool is_open) {
	pthread_mutex_lock(&feed->mutex);
	feed->is_open = is_open;
	feed->is_news = true;
	nudge(feed);
}

enum err feed_new(struct engine *engine, struct feed **ret_feed) {
	struct feed *feed = calloc(1, sizeof(*feed));
	if (!feed)
		return ERR_MEMORY;
	feed->engine = engine;
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&feed->mutex, NULL);
	pthread_cond_init(&feed->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&feed->thread, NULL, run, feed) != 0) {
		pthread_cond_destroy(&feed->wake);
		pthread_mutex_destroy(&feed->mutex);
		free(feed);
		return ERR_MEMORY;
	}
	*ret_feed = feed;
	return ERR_OK;
}

void feed_stop(struct feed *feed) {
	pthread_mutex_lock(&feed->mutex);
	bool is_stopped = feed->is_stopping;
	feed->is_stopping = true;
	nudge(feed);
	if (!is_stopped)
		pthread_join(feed->thread, NULL);
}

void feed_free(struct feed *feed) {
	if (!feed)
		return;
	pthread_cond_destroy(&feed->wake);
	pthread_mutex_destroy(&feed->mutex);
	free(feed);
}
