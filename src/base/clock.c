/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/check.h"

#include <time.h>

static int64_t read_us(clockid_t id) {
	struct timespec now;
	check(clock_gettime(id, &now) == 0);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

int64_t clock_wall_us(void) {
	return read_us(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void) {
	return read_us(CLOCK_MONOTONIC);
}
