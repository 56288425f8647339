/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items form a stack, newest first; the consumer takes the whole stack with one exchange and
 * turns it round. There is no ABA: nobody ever pops one item.
 */
#include "engine/queue.h"

#include "base/check.h"

#include <errno.h>

/* Stands for "closed and empty" where the newest item would be. */
static struct queue_item closed;

void queue_init(struct queue *queue, size_t depth_max) {
	queue->depth_max = depth_max;
	atomic_init(&queue->newest, NULL);
	atomic_init(&queue->depth, 0);
	atomic_init(&queue->is_sleeping, false);
	atomic_init(&queue->is_closing, false);
	check(sem_init(&queue->wakeup, 0, 0) == 0);
}

void queue_done(struct queue *queue) {
	sem_destroy(&queue->wakeup);
}

/* The order matters: first what there is to see, then the look at who sleeps. */
static void wake_if_sleeping(struct queue *queue) {
	if (atomic_load(&queue->is_sleeping) && atomic_exchange(&queue->is_sleeping, false))
		check(sem_post(&queue->wakeup) == 0);
}

void queue_wake(struct queue *queue) {
	if (atomic_load(&queue->newest))
		wake_if_sleeping(queue);
}

enum err queue_push_quietly(struct queue *queue, struct queue_item *item) {
	size_t before = atomic_fetch_add(&queue->depth, item->weight);
	if (before && before + item->weight > queue->depth_max) {
		atomic_fetch_sub(&queue->depth, item->weight);
		return ERR_FULL;
	}
	struct queue_item *newest = atomic_load(&queue->newest);
	do {
		if (newest == &closed || atomic_load(&queue->is_closing)) {
			atomic_fetch_sub(&queue->depth, item->weight);
			return ERR_CLOSED;
		}
		item->next = newest;
	} while (!atomic_compare_exchange_weak(&queue->newest, &newest, item));
	return ERR_OK;
}

enum err queue_push(struct queue *queue, struct queue_item *item) {
	enum err err = queue_push_quietly(queue, item);
	if (!err)
		queue_wake(queue);
	return err;
}

void queue_close(struct queue *queue) {
	atomic_store(&queue->is_closing, true);
	wake_if_sleeping(queue);
}

size_t queue_depth(struct queue *queue) {
	return atomic_load_explicit(&queue->depth, memory_order_relaxed);
}

struct queue_item *queue_take(struct queue *queue) {
	struct queue_item *item = atomic_load(&queue->newest);
	if (!item || item == &closed)
		return NULL;
	item = atomic_exchange(&queue->newest, NULL);
	struct queue_item *oldest = NULL;
	while (item) {
		struct queue_item *next = item->next;
		item->next = oldest;
		oldest = item;
		item = next;
	}
	return oldest;
}

void queue_release(struct queue *queue, size_t weight) {
	size_t before = atomic_fetch_sub(&queue->depth, weight);
	check(before >= weight);
}

static void sleep_until_posted(struct queue *queue) {
	while (sem_wait(&queue->wakeup) != 0)
		check(errno == EINTR);
}

/* True: something to do. `ret_closed`: nothing, and there never will be. */
static bool is_ready(struct queue *queue, bool *ret_closed) {
	struct queue_item *nothing = NULL;
	if (atomic_load(&queue->newest))
		return true;
	if (!atomic_load(&queue->is_closing))
		return false;
	*ret_closed = atomic_compare_exchange_strong(&queue->newest, &nothing, &closed);
	return true;
}

bool queue_wait(struct queue *queue) {
	bool is_closed = atomic_load(&queue->newest) == &closed;
	while (!is_closed) {
		atomic_store(&queue->is_sleeping, true);
		bool ready = is_ready(queue, &is_closed);
		/* Somebody who saw us asleep has posted, or is about to: that post is ours to take. */
		if (!ready || !atomic_exchange(&queue->is_sleeping, false))
			sleep_until_posted(queue);
		if (ready)
			break;
	}
	return !is_closed;
}
