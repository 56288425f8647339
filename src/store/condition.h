/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variables on the monotonic clock: a wait ends at a deadline of base/clock.h, and
 * nobody's setting of the wall clock can stretch it.
 */
#ifndef STORE_CONDITION_H
#define STORE_CONDITION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

void condition_init(pthread_cond_t *condition);

/* False: the deadline has passed. As ever, true says nothing about what was waited for. */
bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline_us);

#endif
