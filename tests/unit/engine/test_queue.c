/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/queue.h"

#include "support/suite.h"

#include <pthread.h>

#define PRODUCERS    4
#define PER_PRODUCER 20000

START_TEST(items_come_out_in_the_order_in_which_they_went_in) {
	struct queue queue;
	struct queue_item items[5];
	queue_init(&queue, 100);
	ck_assert_ptr_null(queue_take(&queue));
	for (unsigned i = 0; i < 5; i++) {
		items[i] = (struct queue_item){ .weight = i + 1, .kind = i };
		ck_assert_int_eq(queue_push(&queue, &items[i]), ERR_OK);
	}
	ck_assert_uint_eq(queue_depth(&queue), 15);
	unsigned count = 0;
	for (struct queue_item *item = queue_take(&queue); item; item = item->next)
		ck_assert_uint_eq(item->kind, count++);
	ck_assert_uint_eq(count, 5);
	ck_assert_ptr_null(queue_take(&queue));
	ck_assert_uint_eq(queue_depth(&queue), 15);
	queue_release(&queue, 15);
	ck_assert_uint_eq(queue_depth(&queue), 0);
	queue_done(&queue);
}
END_TEST

START_TEST(a_full_queue_refuses_until_room_is_given_back) {
	struct queue queue;
	struct queue_item small = { .weight = 6 }, other = { .weight = 5 }, last = { .weight = 4 };
	queue_init(&queue, 10);
	ck_assert_int_eq(queue_push(&queue, &small), ERR_OK);
	ck_assert_int_eq(queue_push(&queue, &other), ERR_FULL);
	ck_assert_uint_eq(queue_depth(&queue), 6);
	ck_assert_int_eq(queue_push(&queue, &last), ERR_OK);
	ck_assert_ptr_eq(queue_take(&queue), &small);
	ck_assert_int_eq(queue_push(&queue, &other), ERR_FULL);
	queue_release(&queue, 6);
	ck_assert_int_eq(queue_push(&queue, &other), ERR_OK);
	queue_done(&queue);
}
END_TEST

START_TEST(an_empty_queue_takes_an_item_of_any_weight) {
	struct queue queue;
	struct queue_item heavy = { .weight = 1000 }, light = { .weight = 1 };
	queue_init(&queue, 10);
	ck_assert_int_eq(queue_push(&queue, &heavy), ERR_OK);
	ck_assert_int_eq(queue_push(&queue, &light), ERR_FULL);
	queue_done(&queue);
}
END_TEST

START_TEST(a_closed_queue_gives_what_it_has_and_takes_no_more) {
	struct queue queue;
	struct queue_item before = { .weight = 1 }, after = { .weight = 1 };
	queue_init(&queue, 10);
	ck_assert_int_eq(queue_push(&queue, &before), ERR_OK);
	queue_close(&queue);
	ck_assert_int_eq(queue_push(&queue, &after), ERR_CLOSED);
	ck_assert(queue_wait(&queue));
	ck_assert_ptr_eq(queue_take(&queue), &before);
	ck_assert(!queue_wait(&queue));
	ck_assert(!queue_wait(&queue));
	ck_assert_ptr_null(queue_take(&queue));
	ck_assert_int_eq(queue_push(&queue, &after), ERR_CLOSED);
	ck_assert_uint_eq(queue_depth(&queue), 1);
	queue_done(&queue);
}
END_TEST

struct numbered {
	struct queue_item item;
	unsigned number;
};

struct producer {
	pthread_t thread;
	struct queue *queue;
	unsigned index;
	struct numbered items[PER_PRODUCER];
};

static void *produce(void *arg) {
	struct producer *producer = arg;
	for (unsigned i = 0; i < PER_PRODUCER; i++) {
		struct numbered *numbered = &producer->items[i];
		numbered->item = (struct queue_item){ .weight = 1 + i % 3, .kind = producer->index };
		numbered->number = i;
		while (queue_push(producer->queue, &numbered->item) == ERR_FULL)
			sched_yield();
	}
	return NULL;
}

struct consumer {
	struct queue *queue;
	unsigned taken[PRODUCERS];
	bool is_in_order;
};

static void *consume(void *arg) {
	struct consumer *consumer = arg;
	while (queue_wait(consumer->queue)) {
		size_t weight = 0;
		for (struct queue_item *item = queue_take(consumer->queue); item; item = item->next) {
			const struct numbered *numbered = (const struct numbered *)item;
			if (numbered->number != consumer->taken[item->kind]++)
				consumer->is_in_order = false;
			weight += item->weight;
		}
		queue_release(consumer->queue, weight);
	}
	return NULL;
}

START_TEST(many_producers_lose_nothing_and_each_keeps_its_order) {
	static struct producer producers[PRODUCERS];
	struct queue queue;
	struct consumer consumer = { .queue = &queue, .is_in_order = true };
	pthread_t thread;
	queue_init(&queue, 50);
	ck_assert_int_eq(pthread_create(&thread, NULL, consume, &consumer), 0);
	for (unsigned i = 0; i < PRODUCERS; i++) {
		producers[i].queue = &queue;
		producers[i].index = i;
		ck_assert_int_eq(pthread_create(&producers[i].thread, NULL, produce, &producers[i]), 0);
	}
	for (unsigned i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i].thread, NULL);
	queue_close(&queue);
	pthread_join(thread, NULL);
	ck_assert(consumer.is_in_order);
	for (unsigned i = 0; i < PRODUCERS; i++)
		ck_assert_uint_eq(consumer.taken[i], PER_PRODUCER);
	ck_assert_uint_eq(queue_depth(&queue), 0);
	queue_done(&queue);
}
END_TEST

static void *wait_once(void *arg) {
	return queue_wait(arg) ? queue_take(arg) : NULL;
}

/* Whether the consumer was awake or asleep at each push: one wake-up behind them all is enough. */
START_TEST(what_is_pushed_quietly_is_found_after_one_wake_up) {
	for (int i = 0; i < 2000; i++) {
		struct queue queue;
		struct queue_item items[3] = { { .weight = 1 }, { .weight = 1 }, { .weight = 1 } };
		pthread_t thread;
		void *taken;
		queue_init(&queue, 10);
		queue_wake(&queue); /* for nothing */
		ck_assert_int_eq(pthread_create(&thread, NULL, wait_once, &queue), 0);
		for (size_t at = 0; at < 3; at++)
			ck_assert_int_eq(queue_push_quietly(&queue, &items[at]), ERR_OK);
		queue_wake(&queue);
		pthread_join(thread, &taken);
		ck_assert_ptr_eq(taken, &items[0]);
		queue_done(&queue);
	}
}
END_TEST

static void *echo(void *arg) {
	struct queue **both = arg;
	while (queue_wait(both[0])) {
		struct queue_item *item = queue_take(both[0]);
		if (!item)
			continue;
		queue_release(both[0], 1);
		if (queue_push(both[1], item))
			return NULL;
	}
	return NULL;
}

/* One item at a time, there and back: every push must find the consumer, asleep or about to be. */
START_TEST(no_wake_up_is_lost) {
	struct queue there, back;
	struct queue_item item = { .weight = 1 };
	pthread_t thread;
	struct queue *both[] = { &there, &back };
	queue_init(&there, 10);
	queue_init(&back, 10);
	ck_assert_int_eq(pthread_create(&thread, NULL, echo, both), 0);
	for (int i = 0; i < 20000; i++) {
		ck_assert_int_eq(queue_push(&there, &item), ERR_OK);
		struct queue_item *answer;
		while (!(answer = queue_take(&back)))
			ck_assert(queue_wait(&back));
		ck_assert_ptr_eq(answer, &item);
		queue_release(&back, 1);
	}
	queue_close(&there);
	pthread_join(thread, NULL);
	queue_done(&there);
	queue_done(&back);
}
END_TEST

SUITE_MAIN("queue", items_come_out_in_the_order_in_which_they_went_in,
    a_full_queue_refuses_until_room_is_given_back, an_empty_queue_takes_an_item_of_any_weight,
    a_closed_queue_gives_what_it_has_and_takes_no_more,
    many_producers_lose_nothing_and_each_keeps_its_order,
    what_is_pushed_quietly_is_found_after_one_wake_up, no_wake_up_is_lost)
