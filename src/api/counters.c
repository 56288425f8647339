/* SPDX-License-Identifier: Apache-2.0 */
/* The api's metrics. Static, added to with one relaxed atomic; any thread. */
#include "api/counters.h"

#include "base/metrics.h"

#include <pthread.h>
#include <stddef.h>

#define REQUESTS "voucherd_http_requests_total"
#define COMMANDS "voucherd_command_replies_total"

static struct metric requests[] = {
	{ .name = REQUESTS,
	    .help = "Requests answered, by class of status",
	    .labels = "status=\"2xx\"" },
	{ .name = REQUESTS, .labels = "status=\"3xx\"" },
	{ .name = REQUESTS, .labels = "status=\"4xx\"" },
	{ .name = REQUESTS, .labels = "status=\"5xx\"" },
};

/* In the order of Pb__Retry. */
static struct metric commands[] = {
	{ .name = COMMANDS, .help = "Commands answered, by retry class", .labels = "retry=\"none\"" },
	{ .name = COMMANDS, .labels = "retry=\"fix_request\"" },
	{ .name = COMMANDS, .labels = "retry=\"same_id\"" },
	{ .name = COMMANDS, .labels = "retry=\"conflict\"" },
	{ .name = COMMANDS, .labels = "retry=\"not_allowed\"" },
	{ .name = COMMANDS, .labels = "retry=\"limit\"" },
};

static struct metric request_seconds = {
	.name = "voucherd_http_request_seconds",
	.help = "From a request read in full to its answer, long polls excepted",
	.kind = METRIC_HISTOGRAM,
};

static struct metric denied = {
	.name = "voucherd_denied_total",
	.help = "Requests and commands that were not permitted",
};

static struct metric waiting = {
	.name = "voucherd_feed_waiting",
	.help = "Long polls of the journal that wait",
	.kind = METRIC_GAUGE,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void register_once(void) {
	for (size_t i = 0; i < COUNT(requests); i++)
		metric_register(&requests[i]);
	for (size_t i = 0; i < COUNT(commands); i++)
		metric_register(&commands[i]);
	metric_register(&request_seconds);
	metric_register(&denied);
	metric_register(&waiting);
}

void counters_register(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, register_once);
}

void counters_request(uint16_t status, int64_t took_us) {
	if (status >= 200 && status < 600)
		metric_add(&requests[status / 100 - 2], 1);
	if (took_us >= 0)
		metric_observe_us(&request_seconds, took_us);
}

void counters_command(Pb__Retry retry, int64_t count) {
	if (retry >= 0 && (size_t)retry < COUNT(commands))
		metric_add(&commands[retry], count);
}

void counters_denied(void) {
	metric_add(&denied, 1);
}

void counters_waiting(int64_t change) {
	metric_add(&waiting, change);
}
