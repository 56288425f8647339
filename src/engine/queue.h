/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded queue from many threads to one, which takes all that waits at once. Pushing is one
 * compare-and-swap, and a system call only when the consumer sleeps.
 *
 * The queue links items and owns none. Its depth counts weights (commands), not items.
 */
#ifndef ENGINE_QUEUE_H
#define ENGINE_QUEUE_H

#include "base/err.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embed it in what waits. */
struct queue_item {
	struct queue_item *next;
	uint32_t weight; /* at least 1 */
	uint32_t kind;   /* the owner's */
};

struct queue {
	_Atomic(struct queue_item *) newest;
	_Atomic size_t depth;
	size_t depth_max;
	_Atomic bool is_sleeping; /* whoever sets it false posts `wakeup` */
	_Atomic bool is_closing;
	sem_t wakeup;
};

void queue_init(struct queue *queue, size_t depth_max);
void queue_done(struct queue *queue);

/* --- any thread --- */

/* ERR_FULL: no room for the item's weight (an empty queue takes an item of any weight). ERR_CLOSED.
 */
enum err queue_push(struct queue *queue, struct queue_item *item) MUST_CHECK;

/* Likewise, but leaves a sleeping consumer asleep until queue_wake, or queue_push, by anybody: for
 * who has more to push at once. */
enum err queue_push_quietly(struct queue *queue, struct queue_item *item) MUST_CHECK;
void queue_wake(struct queue *queue); /* if there is something to take */

/* From now on pushing is refused. What was pushed can still be taken. */
void queue_close(struct queue *queue);

size_t queue_depth(struct queue *queue);

/* --- the consumer --- */

/* All that was pushed, oldest first; NULL when there is nothing. Does not wait. */
struct queue_item *queue_take(struct queue *queue);

/* Gives back the room of items taken. */
void queue_release(struct queue *queue, size_t weight);

/* Waits for a push or queue_close(). False: closed and empty for good. */
bool queue_wait(struct queue *queue);

#endif
