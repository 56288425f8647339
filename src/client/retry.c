/* SPDX-License-Identifier: Apache-2.0 */
#include "client/retry.h"

bool retry_is_worthwhile(unsigned status) {
	return status == 429 || status == 502 || status == 503 || status == 504;
}

uint32_t retry_pause_ms(uint32_t attempt, uint32_t retry_after_s, uint32_t random) {
	uint32_t most_ms = attempt < 6 ? RETRY_FIRST_MS << attempt : RETRY_MOST_MS;
	if (most_ms > RETRY_MOST_MS)
		most_ms = RETRY_MOST_MS;
	uint32_t pause_ms = most_ms / 2 + random % (most_ms / 2 + 1);
	/* Jitter on top of what the server asked for, too: it told everybody the same. */
	return retry_after_s ? retry_after_s * 1000 + pause_ms : pause_ms;
}
