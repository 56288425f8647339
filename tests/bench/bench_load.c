/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_load: redeems against a running voucherd and says how fast and how slow. Each command has
 * its own new id and is a redemption of 0.01 on one of the reservations that bench_prepare made;
 * afterwards the journal must have grown by exactly that many entries.
 *
 *	bench_load [options] single | batch | opening
 *
 * "opening": applies for vouchers of the programme "opening", which issues at once, until its pool
 * is empty and beyond. What was granted must have come to exactly the pool, and every refusal must
 * say that the pool is empty.
 *
 * Started by tests/bench/run, which also makes the ledger and the keys.
 */
#include "client.h"

#include "base/uuid.h"
#include "voucher/v1/command.pb-c.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_COMMANDS_MAX 8192
#define COMMAND_BYTES_MAX  80

struct plan {
	const char *name;           /* of the row that is printed */
	uint64_t first_reservation; /* ids are first, first + step, … */
	uint64_t step;
	uint64_t reservations;
	unsigned batch; /* commands per request; 1: JSON on the redeem route */
};

static uint64_t reservation_of(const struct plan *plan, uint64_t number) {
	/* A stride that visits all of them in an order that is not theirs. */
	return plan->first_reservation + number * 7919 % plan->reservations * plan->step;
}

static void make_single(void *arg, uint64_t number, struct load_request *request) {
	const struct plan *plan = arg;
	char id[UUID_TEXT_BYTES];
	uuid_format(uuid_new(), id);
	snprintf(request->path, sizeof(request->path), "/v1/reservations/%" PRIu64 ":redeem",
	    reservation_of(plan, number));
	request->content_type = "application/json";
	request->body_bytes = (size_t)sprintf(request->body,
	    "{\"id\":\"%s\",\"redeem\":{\"reservation\":\"%" PRIu64 "\",\"amount\":\"1\"}}", id,
	    reservation_of(plan, number));
}

/* An application for 10,000.00, of which the pool holds so and so many. */
static void make_application(void *arg, uint64_t number, struct load_request *request) {
	char id[UUID_TEXT_BYTES];
	(void)arg, (void)number;
	uuid_format(uuid_new(), id);
	strcpy(request->path, "/v1/applications");
	request->content_type = "application/json";
	request->body_bytes = (size_t)sprintf(request->body,
	    "{\"id\":\"%s\",\"apply\":{\"programme\":\"opening\",\"amount\":\"1000000\"}}", id);
}

static void make_batch(void *arg, uint64_t number, struct load_request *request) {
	const struct plan *plan = arg;
	static Pb__Command commands[BATCH_COMMANDS_MAX];
	static Pb__Command *list[BATCH_COMMANDS_MAX];
	static Pb__Redeem redeems[BATCH_COMMANDS_MAX];
	static Pb__Uuid ids[BATCH_COMMANDS_MAX];
	for (unsigned i = 0; i < plan->batch; i++) {
		struct uuid id = uuid_new();
		pb__uuid__init(&ids[i]);
		ids[i].high = id.high;
		ids[i].low = id.low;
		pb__redeem__init(&redeems[i]);
		redeems[i].reservation = reservation_of(plan, number * plan->batch + i);
		redeems[i].amount = 1;
		pb__command__init(&commands[i]);
		commands[i].id = &ids[i];
		commands[i].body_case = PB__COMMAND__BODY_REDEEM;
		commands[i].redeem = &redeems[i];
		list[i] = &commands[i];
	}
	Pb__Batch batch = PB__BATCH__INIT;
	batch.n_commands = plan->batch;
	batch.commands = list;
	strcpy(request->path, "/v1/batch");
	request->content_type = "application/x-protobuf";
	request->body_bytes = pb__batch__pack(&batch, (uint8_t *)request->body);
}

static int compare(const void *a, const void *b) {
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

static void report(const char *name, unsigned batch, struct load_result *result) {
	uint64_t count = result->answered + result->refused;
	qsort(result->latencies_us, count, sizeof(uint32_t), compare);
	uint32_t p50 = count ? result->latencies_us[count / 2] : 0;
	uint32_t p99 = count ? result->latencies_us[count - 1 - count / 100] : 0;
	uint32_t max = count ? result->latencies_us[count - 1] : 0;
	printf("%s | %.0f | %.2f | %.2f | %.2f\n", name, (double)(count * batch) / result->seconds,
	    p50 / 1e3, p99 / 1e3, max / 1e3);
	fflush(stdout);
}

/* The journal's length, from the checkpoint's size. */
static uint64_t journal_size(const struct load_target *target) {
	char *answer = load_get(target, "/v1/checkpoint");
	const char *size = answer ? strstr(answer, "\"size\"") : NULL;
	uint64_t value = size ? strtoull(size + 6 + strspn(size + 6, ": \""), NULL, 10) : 0;
	free(answer);
	return value;
}

static int run(
    const struct load_target *target, struct plan *plan, uint64_t commands, double rate) {
	bool is_single = plan->batch == 1;
	struct load_job job = {
		.requests = commands / plan->batch,
		.body_room = is_single ? 256 : (size_t)plan->batch * COMMAND_BYTES_MAX,
		.rate = rate,
		.make = is_single ? make_single : make_batch,
		.arg = plan,
	};
	struct load_result result;
	uint64_t before = journal_size(target);
	int status = load_run(target, &job, &result);
	uint64_t grown = journal_size(target) - before;
	if (!status)
		report(plan->name, plan->batch, &result);
	if (result.failed)
		fprintf(stderr, "bench: %" PRIu64 " requests failed; the first: %s\n", result.failed,
		    result.first_failure);
	if (!status && grown != result.answered * plan->batch) {
		fprintf(stderr, "bench: the journal grew by %" PRIu64 ", not by %" PRIu64 "\n", grown,
		    result.answered * plan->batch);
		status = -1;
	}
	free(result.latencies_us);
	return status || result.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* What the programme's pool has left; −1: no answer. */
static int64_t pool_left(const struct load_target *target) {
	char *answer = load_get(target, "/v1/programmes/opening");
	const char *left = answer ? strstr(answer, "\"available\"") : NULL;
	int64_t value = left ? strtoll(left + 11 + strspn(left + 11, ": \""), NULL, 10) : -1;
	free(answer);
	return value;
}

static int run_opening(
    const struct load_target *target, const char *name, uint64_t applications, double rate) {
	struct load_job job = {
		.requests = applications,
		.body_room = 256,
		.rate = rate,
		.make = make_application,
		.expected_refusal = "POOL_EMPTY",
	};
	struct load_result result;
	int64_t before = pool_left(target);
	int status = load_run(target, &job, &result);
	int64_t after = pool_left(target);
	int64_t granted = (int64_t)result.answered * 1000000;
	if (!status)
		report(name, 1, &result);
	printf("granted %" PRIu64 ", pool empty for %" PRIu64 ", failed %" PRIu64
	       "; pool before %" PRId64 ", after %" PRId64 "\n",
	    result.answered, result.refused, result.failed, before, after);
	if (result.failed)
		fprintf(stderr, "bench: the first failure: %s\n", result.first_failure);
	bool is_exact = before > 0 && before - granted == after && (after == 0 || !result.refused);
	if (!is_exact)
		fputs("bench: what was granted is not what left the pool\n", stderr);
	free(result.latencies_us);
	return status || result.failed || !is_exact ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const char usage[] =
    "Usage: bench_load [options] single|batch|opening\n"
    "  --server HOST:PORT  --ca FILE  --cert FILE  --key FILE\n"
    "  --first ID --step N --reservations N   what bench_prepare printed\n"
    "  --commands N (200000)  --batch N (1000)  --connections N (16)  --streams N (32)\n"
    "  --http1  --rate REQUESTS_PER_SECOND (as fast as answers come)  --name TEXT\n"
    "Prints: name | commands/s | median, 99th percentile and maximum of the answers' ms\n";

int main(int argc, char **argv) {
	static const struct option options[] = {
		{ "server", 1, NULL, 's' },
		{ "ca", 1, NULL, 'a' },
		{ "cert", 1, NULL, 'c' },
		{ "key", 1, NULL, 'k' },
		{ "first", 1, NULL, 'f' },
		{ "step", 1, NULL, 't' },
		{ "reservations", 1, NULL, 'r' },
		{ "commands", 1, NULL, 'n' },
		{ "batch", 1, NULL, 'b' },
		{ "connections", 1, NULL, 'C' },
		{ "streams", 1, NULL, 'S' },
		{ "http1", 0, NULL, '1' },
		{ "rate", 1, NULL, 'R' },
		{ "name", 1, NULL, 'N' },
		{ NULL, 0, NULL, 0 },
	};
	struct load_target target = { .connections = 16, .streams = 32 };
	struct plan plan = { .name = "redemptions", .step = 1, .batch = 1000 };
	uint64_t commands = 200000;
	double rate = 0;
	int code;
	while ((code = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (code) {
		case 's': target.host = strtok(optarg, ":"), target.port = strtok(NULL, ":"); break;
		case 'a': target.ca_file = optarg; break;
		case 'c': target.certificate_file = optarg; break;
		case 'k': target.key_file = optarg; break;
		case 'f': plan.first_reservation = strtoull(optarg, NULL, 10); break;
		case 't': plan.step = strtoull(optarg, NULL, 10); break;
		case 'r': plan.reservations = strtoull(optarg, NULL, 10); break;
		case 'n': commands = strtoull(optarg, NULL, 10); break;
		case 'b': plan.batch = (unsigned)atoi(optarg); break;
		case 'C': target.connections = (unsigned)atoi(optarg); break;
		case 'S': target.streams = (unsigned)atoi(optarg); break;
		case '1': target.is_http1 = true; break;
		case 'R': rate = atof(optarg); break;
		case 'N': plan.name = optarg; break;
		default: fputs(usage, stderr); return 2;
		}
	bool is_single = optind + 1 == argc && !strcmp(argv[optind], "single");
	bool is_batch = optind + 1 == argc && !strcmp(argv[optind], "batch");
	bool is_opening = optind + 1 == argc && !strcmp(argv[optind], "opening");
	if ((!is_single && !is_batch && !is_opening) || !target.host || !target.port ||
	    !target.ca_file || !target.certificate_file || !target.key_file ||
	    (!plan.reservations && !is_opening) || !plan.batch || plan.batch > BATCH_COMMANDS_MAX ||
	    !target.connections || !target.streams) {
		fputs(usage, stderr);
		return 2;
	}
	if (is_opening)
		return run_opening(&target, plan.name, commands, rate);
	if (is_single)
		plan.batch = 1;
	return run(&target, &plan, commands, rate);
}
