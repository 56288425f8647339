/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue is a stack that many threads push to and the loop takes as a whole: who pushes onto the
 * empty stack wakes the loop, the others need not. It has no ABA problem, as nobody pops one.
 */
#include "net/loop.h"

#include "base/check.h"
#include "base/clock.h"

#include <event2/event.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

void loop_begin_turn(struct loop *loop) {
	loop->now_us = clock_monotonic_us();
}

static void wake(const struct loop *loop) {
	uint64_t one = 1;
	ssize_t written = write(loop->wake_fd, &one, sizeof(one));
	check(written == (ssize_t)sizeof(one));
}

void loop_post(struct loop *loop, struct loop_task *task) {
	atomic_fetch_add_explicit(&loop->posters, 1, memory_order_relaxed);
	struct loop_task *newest = atomic_load_explicit(&loop->posted, memory_order_relaxed);
	do {
		task->next = newest;
	} while (!atomic_compare_exchange_weak_explicit(
	    &loop->posted, &newest, task, memory_order_acq_rel, memory_order_relaxed));
	if (!newest)
		wake(loop);
	atomic_fetch_sub_explicit(&loop->posters, 1, memory_order_release);
}

void loop_run_posted(struct loop *loop) {
	struct loop_task *newest = atomic_exchange_explicit(&loop->posted, NULL, memory_order_acq_rel);
	struct loop_task *oldest = NULL;
	while (newest) {
		struct loop_task *next = newest->next;
		newest->next = oldest;
		oldest = newest;
		newest = next;
	}
	while (oldest) {
		struct loop_task *task = oldest;
		oldest = oldest->next; /* first: the task may be gone, or posted again, afterwards */
		task->run(task);
	}
}

void loop_run_woken(struct loop *loop) {
	uint64_t count;
	ssize_t got = read(loop->wake_fd, &count, sizeof(count));
	(void)got; /* not readable: woken for nothing */
	loop_begin_turn(loop);
	loop_run_posted(loop);
	if (loop->after_tasks)
		loop->after_tasks(loop);
}

static void on_wake(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	loop_run_woken(arg);
}

enum err loop_init(struct loop *loop, void (*after_tasks)(struct loop *loop)) {
	*loop = (struct loop){ .wake_fd = -1, .after_tasks = after_tasks };
	enum err err = ERR_MEMORY;
	struct event_config *config = event_config_new();
	if (!config)
		goto out;
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	loop->base = event_base_new_with_config(config);
	if (!loop->base)
		goto out;
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->wake_fd < 0) {
		err = ERR_IO;
		goto out;
	}
	loop->wake_event = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST, on_wake, loop);
	if (!loop->wake_event || event_add(loop->wake_event, NULL))
		goto out;
	loop_begin_turn(loop);
	err = ERR_OK;
out:
	if (config)
		event_config_free(config);
	if (err)
		loop_done(loop);
	return err;
}

void loop_done(struct loop *loop) {
	while (atomic_load_explicit(&loop->posters, memory_order_acquire))
		sched_yield();
	if (loop->wake_event)
		event_free(loop->wake_event);
	if (loop->base) {
		event_base_free(loop->base);
		if (loop->wake_fd >= 0)
			close(loop->wake_fd);
	}
	*loop = (struct loop){ .wake_fd = -1 };
}

static void *run(void *arg) {
	struct loop *loop = arg;
	loop->self = pthread_self();
	atomic_store(&loop->is_running, true);
	do {
		int result = event_base_loop(loop->base, EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY);
		check(result == 0);
		if (loop->after_events)
			loop->after_events(loop);
	} while (!event_base_got_break(loop->base));
	return NULL;
}

enum err loop_start(struct loop *loop) {
	sigset_t all, before;
	sigfillset(&all);
	/* SIGPIPE too: a write to a client that has gone is an error code, not a signal */
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return ERR_IO;
	loop->is_started = !pthread_create(&loop->thread, NULL, run, loop);
	if (pthread_sigmask(SIG_SETMASK, &before, NULL) || !loop->is_started)
		return ERR_MEMORY;
	return ERR_OK;
}

void loop_break(struct loop *loop) {
	event_base_loopbreak(loop->base);
}

void loop_join(struct loop *loop) {
	if (!loop->is_started)
		return;
	pthread_join(loop->thread, NULL);
	loop->is_started = false;
	atomic_store(&loop->is_running, false);
}

bool loop_is_mine(const struct loop *loop) {
	return !atomic_load(&loop->is_running) || pthread_equal(loop->self, pthread_self());
}
