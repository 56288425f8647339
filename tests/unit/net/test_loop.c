/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include "support/suite.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

enum { POSTERS = 4, TASKS = 20000, ENDS = 5000 };

struct post {
	struct loop_task task;
	struct loop *loop;
	unsigned poster, number;
};

static unsigned last_seen[POSTERS];
static unsigned ran;

static void run(struct loop_task *task) {
	struct post *post = (struct post *)task;
	ck_assert(loop_is_mine(post->loop));
	ck_assert_uint_eq(last_seen[post->poster], post->number); /* in the order of each poster */
	last_seen[post->poster]++;
	if (++ran == POSTERS * TASKS)
		loop_break(post->loop);
}

static struct post posts[POSTERS][TASKS];

static void *post_all(void *arg) {
	struct post *mine = arg;
	for (unsigned i = 0; i < TASKS; i++)
		loop_post(mine[i].loop, &mine[i].task);
	return NULL;
}

START_TEST(every_task_of_many_threads_runs_once_and_in_order) {
	struct loop loop;
	pthread_t threads[POSTERS];
	ck_assert_int_eq(loop_init(&loop, NULL), ERR_OK);
	ck_assert_int_eq(loop_start(&loop), ERR_OK);
	for (unsigned i = 0; i < POSTERS; i++) {
		for (unsigned j = 0; j < TASKS; j++)
			posts[i][j] = (struct post){ { .run = run }, &loop, i, j };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, post_all, posts[i]), 0);
	}
	for (unsigned i = 0; i < POSTERS; i++)
		pthread_join(threads[i], NULL);
	loop_join(&loop);
	ck_assert_uint_eq(ran, POSTERS * TASKS);
	loop_done(&loop);
}
END_TEST

static unsigned turns, rounds;

static void count_turn(struct loop *loop) {
	(void)loop;
	turns++;
}

static void count_round(struct loop *loop) {
	(void)loop;
	rounds++;
}

START_TEST(what_is_posted_before_the_start_or_after_the_end_is_not_lost) {
	struct loop loop;
	ck_assert_int_eq(loop_init(&loop, count_turn), ERR_OK);
	loop.after_events = count_round;
	ran = POSTERS * TASKS - 2;
	struct post early = { { .run = run }, &loop, 0, 0 };
	struct post second = { { .run = run }, &loop, 0, 1 };
	struct post late = { { .run = run }, &loop, 0, 2 };
	loop_post(&loop, &early.task);
	loop_post(&loop, &second.task);
	ck_assert_int_eq(loop_start(&loop), ERR_OK);
	loop_join(&loop);            /* the second ends it */
	ck_assert_uint_eq(turns, 1); /* both in one */
	ck_assert_uint_eq(rounds, 1);
	loop_post(&loop, &late.task);
	ck_assert_uint_eq(last_seen[0], 2);
	loop_run_posted(&loop);
	ck_assert_uint_eq(last_seen[0], 3);
	loop_done(&loop);
}
END_TEST

static bool has_run;

static void note_run(struct loop_task *task) {
	(void)task;
	has_run = true;
}

static void *post_one(void *arg) {
	struct post *post = arg;
	loop_post(post->loop, &post->task);
	return NULL;
}

/* What it posted has run, and the poster may still be about to wake the loop. */
START_TEST(a_loop_goes_after_whoever_is_posting) {
	for (unsigned i = 0; i < ENDS; i++) {
		struct loop loop;
		struct post post = { .task = { .run = note_run }, .loop = &loop };
		pthread_t poster;
		ck_assert_int_eq(loop_init(&loop, NULL), ERR_OK);
		has_run = false;
		ck_assert_int_eq(pthread_create(&poster, NULL, post_one, &post), 0);
		while (!has_run)
			loop_run_posted(&loop);
		loop_done(&loop);
		pthread_join(poster, NULL);
	}
}
END_TEST

SUITE_MAIN("loop", every_task_of_many_threads_runs_once_and_in_order,
    what_is_posted_before_the_start_or_after_the_end_is_not_lost,
    a_loop_goes_after_whoever_is_posting)
