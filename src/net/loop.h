/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread with one event_base, and a queue by which other threads hand it work.
 *
 * The event_base has no locks: only the loop's thread touches it. loop_post is the one thing that
 * any thread may do; it wakes the loop once for as many tasks as are posted before it looks.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/err.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct event;
struct event_base;

struct loop_task {
	struct loop_task *next;
	void (*run)(struct loop_task *task); /* on the loop's thread */
};

struct loop {
	struct event_base *base;
	struct event *wake_event;
	int wake_fd;
	pthread_t thread; /* for who starts and joins */
	bool is_started;
	pthread_t self; /* set by the thread itself */
	_Atomic bool is_running;
	int64_t now_us;                         /* monotonic, of the current turn */
	_Atomic(struct loop_task *) posted;     /* newest first */
	_Atomic unsigned posters;               /* within loop_post */
	void (*after_tasks)(struct loop *loop); /* may be NULL */
	/* Behind all that one wait for events brought; set before loop_start, or NULL. */
	void (*after_events)(struct loop *loop);
};

enum err loop_init(struct loop *loop, void (*after_tasks)(struct loop *loop)) MUST_CHECK;

/* Waits for those who are still within loop_post, though what they posted has run. Accepts a loop
 * of zero bytes. */
void loop_done(struct loop *loop);

/* The thread takes no signals. */
enum err loop_start(struct loop *loop) MUST_CHECK;

/* Ends the loop after the current turn. On its thread. */
void loop_break(struct loop *loop);

/* Waits for the thread. What is posted later runs with loop_run_posted. */
void loop_join(struct loop *loop);

/* The task must stay until it has run, and not be posted again before. Any thread. */
void loop_post(struct loop *loop, struct loop_task *task);

/* Runs what has been posted, oldest first. On the loop's thread, or after loop_join. */
void loop_run_posted(struct loop *loop);

/* A turn for what has been posted: quiets wake_fd, runs it, then after_tasks. Likewise. */
void loop_run_woken(struct loop *loop);

/* Every event callback begins with it. */
void loop_begin_turn(struct loop *loop);

/* The caller is the loop's thread; or the loop is not running. */
bool loop_is_mine(const struct loop *loop);

#endif
