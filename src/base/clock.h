/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time. The only callers of the operating system's clocks; the ledger gets time as an argument.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define US_PER_S   1000000LL
#define US_PER_DAY (86400LL * US_PER_S)

/* Microseconds since 1970-01-01T00:00Z. May step. */
int64_t clock_wall_us(void);

/* Microseconds since an arbitrary start. Never steps: for deadlines and durations. */
int64_t clock_monotonic_us(void);

#endif
