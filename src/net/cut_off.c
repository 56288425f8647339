/* SPDX-License-Identifier: Apache-2.0 */
/* Static metrics, added to with one relaxed atomic; any thread. */
#include "net/cut_off.h"

#include "base/metrics.h"

#include <pthread.h>
#include <stddef.h>

#define NAME "voucherd_connections_cut_off_total"

static struct metric counts[] = {
	[CUT_OFF_HANDSHAKE] = { .name = NAME,
	    .help = "Connections ended because the client was too slow, by what it was slow at",
	    .labels = "at=\"handshake\"" },
	[CUT_OFF_WRITE] = { .name = NAME, .labels = "at=\"reading\"" },
};

static void register_once(void) {
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		metric_register(&counts[i]);
}

void cut_off_register(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, register_once);
}

void cut_off_count(enum cut_off reason) {
	metric_add(&counts[reason], 1);
}
