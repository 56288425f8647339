/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

enum { BUCKET_FIRST_LOG2 = 4 }; /* 16 µs */

static struct metric *first;
static struct metric *last;

static const char *const kind_names[] = {
	[METRIC_COUNTER] = "counter",
	[METRIC_GAUGE] = "gauge",
	[METRIC_HISTOGRAM] = "histogram",
};

void metric_register(struct metric *metric) {
	check(!metric->next && metric != last);
	if (last)
		last->next = metric;
	else
		first = metric;
	last = metric;
}

void metric_add(struct metric *metric, int64_t amount) {
	atomic_fetch_add_explicit(&metric->value, amount, memory_order_relaxed);
}

void metric_set(struct metric *metric, int64_t value) {
	atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

static unsigned bucket_of(int64_t us) {
	unsigned bucket = 0;
	while (bucket < METRIC_BUCKETS && us > (int64_t)1 << (bucket + BUCKET_FIRST_LOG2))
		bucket++;
	return bucket;
}

void metric_observe_us(struct metric *metric, int64_t us) {
	metric_add(metric, us);
	atomic_fetch_add_explicit(&metric->buckets[bucket_of(us)], 1, memory_order_relaxed);
}

static void write_sample(struct buffer *buffer, const struct metric *metric, const char *suffix,
    const char *more_labels) {
	buffer_append_text(buffer, metric->name);
	buffer_append_text(buffer, suffix);
	if (metric->labels || more_labels) {
		buffer_append_char(buffer, '{');
		buffer_append_text(buffer, metric->labels ? metric->labels : "");
		if (metric->labels && more_labels)
			buffer_append_char(buffer, ',');
		buffer_append_text(buffer, more_labels ? more_labels : "");
		buffer_append_char(buffer, '}');
	}
	buffer_append_char(buffer, ' ');
}

static void write_histogram(struct buffer *buffer, struct metric *metric) {
	uint64_t count = 0;
	for (unsigned i = 0; i <= METRIC_BUCKETS; i++) {
		int64_t us = (int64_t)1 << (i + BUCKET_FIRST_LOG2);
		char bound[48] = "le=\"+Inf\"";
		if (i < METRIC_BUCKETS)
			snprintf(bound, sizeof(bound), "le=\"%lld.%06lld\"", (long long)(us / 1000000),
			    (long long)(us % 1000000));
		count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
		write_sample(buffer, metric, "_bucket", bound);
		buffer_append_u64(buffer, count);
		buffer_append_char(buffer, '\n');
	}
	int64_t sum_us = atomic_load_explicit(&metric->value, memory_order_relaxed);
	write_sample(buffer, metric, "_sum", NULL);
	buffer_printf(
	    buffer, "%lld.%06lld\n", (long long)(sum_us / 1000000), (long long)(sum_us % 1000000));
	write_sample(buffer, metric, "_count", NULL);
	buffer_append_u64(buffer, count);
	buffer_append_char(buffer, '\n');
}

void metrics_write(struct buffer *buffer) {
	const char *previous = "";
	for (struct metric *metric = first; metric; metric = metric->next) {
		if (strcmp(metric->name, previous) != 0)
			buffer_printf(buffer, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
			    metric->name, kind_names[metric->kind]);
		previous = metric->name;
		if (metric->kind == METRIC_HISTOGRAM) {
			write_histogram(buffer, metric);
			continue;
		}
		write_sample(buffer, metric, "", NULL);
		buffer_append_i64(buffer, atomic_load_explicit(&metric->value, memory_order_relaxed));
		buffer_append_char(buffer, '\n');
	}
}
