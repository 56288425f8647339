/* SPDX-License-Identifier: Apache-2.0 */
#include "store/condition.h"

#include "base/check.h"
#include "base/clock.h"

#include <errno.h>
#include <time.h>

void condition_init(pthread_cond_t *condition) {
	pthread_condattr_t attributes;
	check(pthread_condattr_init(&attributes) == 0);
	check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	check(pthread_cond_init(condition, &attributes) == 0);
	check(pthread_condattr_destroy(&attributes) == 0);
}

bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline_us) {
	if (deadline_us < 0)
		return false;
	struct timespec deadline = {
		.tv_sec = deadline_us / US_PER_S,
		.tv_nsec = deadline_us % US_PER_S * 1000,
	};
	int error = pthread_cond_timedwait(condition, mutex, &deadline);
	check(error == 0 || error == ETIMEDOUT);
	return error == 0;
}
