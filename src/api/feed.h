/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the journal for those who follow it, with long poll. Knows entries, viewers and time;
 * nothing of HTTP.
 *
 * One thread of its own, since reading blocks. A request is served at once if there is anything for
 * it, otherwise it waits: on a commit, the new entries are read and decoded once for all who wait.
 */
#ifndef API_FEED_H
#define API_FEED_H

#include "base/buffer.h"
#include "base/err.h"
#include "engine/engine.h"
#include "engine/query.h"

#include <stdbool.h>
#include <stdint.h>

struct feed;

/* Embed it in what asks. Lent to the feed until done(). */
struct feed_request {
	struct query_viewer viewer;
	uint64_t principal;   /* who asks: its revocation ends the wait */
	uint64_t after;       /* in: entries after this one. out: all up to here has been looked at */
	uint64_t entries_max; /* at least 1 */
	uint32_t wait_ms;     /* when there is nothing yet; 0: do not wait */
	bool is_packed;       /* protobuf (record/delimited.h); else a line of JSON for each */
	struct buffer page;   /* out: the entries; initialised and freed by the caller */
	void (*done)(struct feed_request *request, enum err err); /* on the feed's thread */
	/* The feed's: */
	uint64_t entries;
	int64_t deadline_us;
	bool is_full;
	struct feed_request *next;
};

/* Starts the thread. */
enum err feed_new(struct engine *engine, struct feed **ret_feed) MUST_CHECK;

/* Ends every wait, joins the thread: from then on the engine is not read, and feed_ask says
 * ERR_CLOSED. Commits may still come. Always by the same
 * thread. */
void feed_stop(struct feed *feed);

/* After feed_stop. Accepts NULL. */
void feed_free(struct feed *feed);

/* ERR_FULL: as many wait as LIMIT_FEED_WAITERS allows, or of this principal's as
 * LIMIT_FEED_WAITERS_PER_PRINCIPAL does. ERR_CLOSED: after feed_stop. On ERR_OK, done() is called
 * exactly once. Any thread. */
enum err feed_ask(struct feed *feed, struct feed_request *request) MUST_CHECK;

/* The journal has grown. Any thread; quick. */
void feed_on_commit(struct feed *feed);

/* While closed nobody waits: those who do are answered with what there is. */
void feed_set_open(struct feed *feed, bool is_open);

#endif
