/* SPDX-License-Identifier: Apache-2.0 */
/* When a call is repeated, and how long it waits before that. Pure. */
#ifndef CLIENT_RETRY_H
#define CLIENT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#define RETRY_FIRST_MS 100
#define RETRY_MOST_MS  5000

/* Whether this HTTP status says that nothing happened, or that the answer got lost behind a proxy,
 * and that it may be different soon. */
bool retry_is_worthwhile(unsigned status);

/*
 * Milliseconds to wait before attempt `attempt` + 1 (the first attempt is 0). Doubles from
 * RETRY_FIRST_MS to RETRY_MOST_MS; the upper half is left to `random`, so that many clients that
 * lost the same server do not all come back at once. Never less than the server asked for.
 */
uint32_t retry_pause_ms(uint32_t attempt, uint32_t retry_after_s, uint32_t random);

#endif
