/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters, gauges and histograms, exposed as Prometheus text (exposition format 0.0.4).
 *
 * Each is a static object registered once at start; adding is one relaxed atomic. Units are in the
 * names: voucherd_commands_total, voucherd_commit_seconds.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/buffer.h"

#include <stdatomic.h>
#include <stdint.h>

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

#define METRIC_BUCKETS 20 /* powers of two from 16 µs to 8 s, then infinity */

struct metric {
	const char *name;
	const char *help;
	const char
	    *labels; /* `outcome="ok"`, or NULL; same name, other labels: register next to each other */
	enum metric_kind kind;
	_Atomic int64_t value; /* counter, gauge; histogram: sum in µs */
	_Atomic uint64_t buckets[METRIC_BUCKETS + 1];
	struct metric *next;
};

void metric_register(struct metric *metric); /* once, before threads start */
void metric_add(struct metric *metric, int64_t amount);
void metric_set(struct metric *metric, int64_t value);
void metric_observe_us(struct metric *metric, int64_t us); /* exposed in seconds */

/* Appends every metric as text. */
void metrics_write(struct buffer *buffer);

#endif
