/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"

#include "support/suite.h"

#include <string.h>

static struct metric accepted = { .name = "test_commands_total",
	.help = "Commands decided.",
	.labels = "outcome=\"ok\"",
	.kind = METRIC_COUNTER };
static struct metric refused = { .name = "test_commands_total",
	.help = "Commands decided.",
	.labels = "outcome=\"refused\"",
	.kind = METRIC_COUNTER };
static struct metric depth = {
	.name = "test_queue_commands", .help = "Commands that wait.", .kind = METRIC_GAUGE
};
static struct metric commit = { .name = "test_commit_seconds",
	.help = "Time of a commit.",
	.labels = "kind=\"a\"",
	.kind = METRIC_HISTOGRAM };

static const char *written(struct buffer *buffer) {
	buffer_clear(buffer);
	metrics_write(buffer);
	return buffer_string(buffer);
}

START_TEST(counters_of_one_name_share_their_head) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	metric_register(&accepted);
	metric_register(&refused);
	metric_register(&depth);
	metric_add(&accepted, 3);
	metric_add(&accepted, 4);
	metric_set(&depth, 9);
	metric_set(&depth, -2);
	ck_assert_str_eq(written(&buffer),
	    "# HELP test_commands_total Commands decided.\n"
	    "# TYPE test_commands_total counter\n"
	    "test_commands_total{outcome=\"ok\"} 7\n"
	    "test_commands_total{outcome=\"refused\"} 0\n"
	    "# HELP test_queue_commands Commands that wait.\n"
	    "# TYPE test_queue_commands gauge\n"
	    "test_queue_commands -2\n");
	buffer_done(&buffer);
}
END_TEST

START_TEST(a_histogram_counts_up_to_each_bound) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	metric_register(&commit);
	metric_observe_us(&commit, 0);
	metric_observe_us(&commit, 16);
	metric_observe_us(&commit, 17);
	metric_observe_us(&commit, 8388608);
	metric_observe_us(&commit, 8388609);
	const char *text = written(&buffer);
	static const char *const lines[] = {
		"# TYPE test_commit_seconds histogram\n",
		"test_commit_seconds_bucket{kind=\"a\",le=\"0.000016\"} 2\n",
		"test_commit_seconds_bucket{kind=\"a\",le=\"0.000032\"} 3\n",
		"test_commit_seconds_bucket{kind=\"a\",le=\"4.194304\"} 3\n",
		"test_commit_seconds_bucket{kind=\"a\",le=\"8.388608\"} 4\n",
		"test_commit_seconds_bucket{kind=\"a\",le=\"+Inf\"} 5\n",
		"test_commit_seconds_sum{kind=\"a\"} 16.777250\n",
		"test_commit_seconds_count{kind=\"a\"} 5\n",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_msg(strstr(text, lines[i]) != NULL, "%s is not in\n%s", lines[i], text);
	buffer_done(&buffer);
}
END_TEST

SUITE_MAIN("metrics", counters_of_one_name_share_their_head, a_histogram_counts_up_to_each_bound)
