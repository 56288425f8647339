/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_load: puts load on a server and says how fast and how slow it answers.
 *
 *	bench_load [options] MODE
 *
 * single      redemptions of 0.01 as JSON, each with its own new id (a random UUID) on one of the
 *             reservations that bench_prepare made
 * batch       the same as protobuf, --batch of them in a request
 * opening     applications for vouchers of the programme "opening", which issues at once, until
 *             its pool is empty and beyond
 * point       reads of one reservation
 * list        reads of a page of reservations
 * static      for a server of another kind: POSTs what single does, to --path
 * get         for a server of another kind: GETs --path
 * handshakes  full TLS handshakes, each with one GET of --path
 *
 * A redemption counts when its answer names its id and is OK; afterwards the journal must have
 * grown by exactly as many entries. At an opening what was granted must have come to exactly the
 * pool, and every refusal must say that the pool is empty.
 *
 * Started by contrib/bench, which also makes the ledger and the keys.
 */
#include "client.h"

#include "ids.h"

#include <endian.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define BATCH_COMMANDS_MAX 8192
#define COMMAND_BYTES      64 /* at most, of one in a batch */
#define SINGLE_BYTES       160
#define ID_TEXT_BYTES      36

struct plan {
	const char *name;           /* of the row that is printed */
	const char *path;           /* of other servers */
	uint64_t first_reservation; /* ids are first, first + step, … */
	uint64_t step;
	uint64_t reservations;
	unsigned batch;  /* commands per request */
	unsigned limit;  /* of a page of a list */
	uint64_t random; /* where the ids come from */
};

static char *put_hex(char *at, uint64_t value, unsigned digits) {
	for (unsigned i = digits; i--;)
		*at++ = "0123456789abcdef"[value >> 4 * i & 15];
	return at;
}

static char *put_id(char *at, struct uuid id) {
	at = put_hex(at, id.high >> 32, 8);
	*at++ = '-';
	at = put_hex(at, id.high >> 16, 4);
	*at++ = '-';
	at = put_hex(at, id.high, 4);
	*at++ = '-';
	at = put_hex(at, id.low >> 48, 4);
	*at++ = '-';
	return put_hex(at, id.low, 12);
}

static char *put_text(char *at, const char *text) {
	return stpcpy(at, text);
}

static char *put_u64(char *at, uint64_t value) {
	char digits[20];
	unsigned count = 0;
	do
		digits[count++] = (char)('0' + value % 10);
	while (value /= 10);
	while (count)
		*at++ = digits[--count];
	return at;
}

static uint64_t reservation_of(const struct plan *plan, uint64_t number) {
	/* A stride that visits all of them in an order that is not theirs. */
	return plan->first_reservation + number * 7919 % plan->reservations * plan->step;
}

/* --- single commands --- */

static const char id_opens[] = "{\"id\":\"";

static char *put_command(struct plan *plan, struct load_request *request) {
	return put_id(put_text(request->body, id_opens), ids_next(&plan->random));
}

static void make_single(void *arg, uint64_t number, struct load_request *request) {
	struct plan *plan = arg;
	uint64_t reservation = reservation_of(plan, number);
	char *at = put_text(request->path, "/v1/reservations/");
	at = put_text(put_u64(at, reservation), ":redeem");
	request->path_bytes = (size_t)(at - request->path);
	at = put_text(put_command(plan, request), "\",\"redeem\":{\"reservation\":\"");
	at = put_text(put_u64(at, reservation), "\",\"amount\":\"1\"}}");
	request->body_bytes = (size_t)(at - request->body);
}

/* An application for 10,000.00, of which the pool holds so and so many. */
static void make_application(void *arg, uint64_t number, struct load_request *request) {
	(void)number;
	char *at = put_text(request->path, "/v1/applications");
	request->path_bytes = (size_t)(at - request->path);
	at = put_text(put_command(arg, request),
	    "\",\"apply\":{\"programme\":\"opening\",\"amount\":\"1000000\"}}");
	request->body_bytes = (size_t)(at - request->body);
}

/* Both the request and an answer that accepts it begin with the id. */
static bool is_ok(const struct load_request *request, const struct load_answer *answer) {
	static const char outcome[] = "\",\"outcome\":\"OUTCOME_OK\"";
	const size_t id_bytes = sizeof(id_opens) - 1 + ID_TEXT_BYTES;
	return answer->bytes > id_bytes + sizeof(outcome) &&
	    !memcmp(answer->body, request->body, id_bytes) &&
	    !memcmp(answer->body + id_bytes, outcome, sizeof(outcome) - 1);
}

static enum load_verdict judge_single(
    void *arg, const struct load_request *request, const struct load_answer *answer) {
	(void)arg;
	return answer->is_200 && is_ok(request, answer) ? LOAD_ACCEPTED : LOAD_FAILED;
}

static enum load_verdict judge_application(
    void *arg, const struct load_request *request, const struct load_answer *answer) {
	static const char refusal[] = "POOL_EMPTY";
	(void)arg;
	if (is_ok(request, answer))
		return LOAD_ACCEPTED;
	return memmem(answer->body, answer->bytes, refusal, sizeof(refusal) - 1) ? LOAD_REFUSED
	                                                                         : LOAD_FAILED;
}

/* --- batches: voucher.v1.Batch and BatchReply by hand --- */

enum { ID_FIELD_BYTES = 20 }; /* of a message that begins with a Uuid as field 1 */

static uint8_t *put_tag(uint8_t *at, unsigned field, unsigned wire_type) {
	unsigned tag = field << 3 | wire_type;
	if (tag >= 128)
		*at++ = (uint8_t)(tag | 128), tag >>= 7;
	*at++ = (uint8_t)tag;
	return at;
}

static uint8_t *put_varint(uint8_t *at, uint64_t value) {
	for (; value >= 128; value >>= 7)
		*at++ = (uint8_t)(value | 128);
	*at++ = (uint8_t)value;
	return at;
}

static uint8_t *put_fixed64(uint8_t *at, unsigned field, uint64_t value) {
	value = htole64(value);
	at = put_tag(at, field, 1);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

/* Command { id = 1; redeem = 41 { reservation = 1; amount = 2 } }, as an element of a Batch. */
static uint8_t *put_redeem(uint8_t *at, struct uuid id, uint64_t reservation) {
	uint8_t redeem[24];
	uint8_t *end = put_varint(put_tag(redeem, 1, 0), reservation);
	end = put_varint(put_tag(end, 2, 0), 1);
	size_t redeem_bytes = (size_t)(end - redeem);
	at = put_varint(put_tag(at, 1, 2), ID_FIELD_BYTES + 3 + redeem_bytes);
	at = put_varint(put_tag(at, 1, 2), ID_FIELD_BYTES - 2);
	at = put_fixed64(put_fixed64(at, 1, id.high), 2, id.low);
	at = put_varint(put_tag(at, 41, 2), redeem_bytes);
	memcpy(at, redeem, redeem_bytes);
	return at + redeem_bytes;
}

static void make_batch(void *arg, uint64_t number, struct load_request *request) {
	struct plan *plan = arg;
	uint8_t *at = (uint8_t *)request->body;
	for (unsigned i = 0; i < plan->batch; i++)
		at = put_redeem(
		    at, ids_next(&plan->random), reservation_of(plan, number * plan->batch + i));
	request->body_bytes = (size_t)((char *)at - request->body);
	request->path_bytes = (size_t)(put_text(request->path, "/v1/batch") - request->path);
}

/* The next element of field 1, or NULL. */
static const uint8_t *next_element(const uint8_t **at, const uint8_t *end, size_t *ret_bytes) {
	size_t bytes = 0;
	if (*at == end || *(*at)++ != (1 << 3 | 2))
		return NULL;
	for (unsigned shift = 0; *at < end && shift < 28; shift += 7) {
		uint8_t byte = *(*at)++;
		bytes |= (size_t)(byte & 127) << shift;
		if (byte < 128)
			break;
	}
	if (bytes > (size_t)(end - *at))
		return NULL;
	const uint8_t *element = *at;
	*at += bytes;
	*ret_bytes = bytes;
	return element;
}

/* Each reply must have its command's id, and no outcome (field 2), which is then OK. */
static enum load_verdict judge_batch(
    void *arg, const struct load_request *request, const struct load_answer *answer) {
	const struct plan *plan = arg;
	const uint8_t *asked = (const uint8_t *)request->body;
	const uint8_t *asked_end = asked + request->body_bytes;
	const uint8_t *at = (const uint8_t *)answer->body;
	const uint8_t *end = at + answer->bytes;
	bool is_good = answer->is_200;
	for (unsigned i = 0; is_good && i < plan->batch; i++) {
		size_t command_bytes, reply_bytes;
		const uint8_t *command = next_element(&asked, asked_end, &command_bytes);
		const uint8_t *reply = next_element(&at, end, &reply_bytes);
		is_good = command && reply && reply_bytes > ID_FIELD_BYTES &&
		    !memcmp(command, reply, ID_FIELD_BYTES) && reply[ID_FIELD_BYTES] != 2 << 3;
	}
	return is_good && at == end ? LOAD_ACCEPTED : LOAD_FAILED;
}

/* --- reads, and other servers --- */

static void make_point(void *arg, uint64_t number, struct load_request *request) {
	const struct plan *plan = arg;
	char *at = put_text(request->path, "/v1/reservations/");
	at = put_u64(at, reservation_of(plan, number));
	request->path_bytes = (size_t)(at - request->path);
}

static void make_list(void *arg, uint64_t number, struct load_request *request) {
	const struct plan *plan = arg;
	(void)number;
	char *at = put_u64(put_text(request->path, "/v1/reservations?limit="), plan->limit);
	request->path_bytes = (size_t)(at - request->path);
}

static void make_get(void *arg, uint64_t number, struct load_request *request) {
	const struct plan *plan = arg;
	(void)number;
	request->path_bytes = (size_t)(put_text(request->path, plan->path) - request->path);
}

static void make_static(void *arg, uint64_t number, struct load_request *request) {
	make_single(arg, number, request);
	make_get(arg, number, request);
}

static enum load_verdict judge_200(
    void *arg, const struct load_request *request, const struct load_answer *answer) {
	(void)arg, (void)request;
	return answer->is_200 && answer->bytes ? LOAD_ACCEPTED : LOAD_FAILED;
}

/* --- runs --- */

static int compare(const void *a, const void *b) {
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

/* What is done to the server, and what one request of it counts. */
struct mode {
	const char *name;
	const char *content_type;
	void (*make)(void *arg, uint64_t number, struct load_request *request);
	enum load_verdict (*judge)(
	    void *arg, const struct load_request *request, const struct load_answer *answer);
	bool is_redeeming;
	bool is_batch;
};

static const struct mode modes[] = {
	{ "single", "application/json", make_single, judge_single, true, false },
	{ "batch", "application/x-protobuf", make_batch, judge_batch, true, true },
	{ "opening", "application/json", make_application, judge_application, false, false },
	{ "point", NULL, make_point, judge_200, false, false },
	{ "list", NULL, make_list, judge_200, false, false },
	{ "static", "application/json", make_static, judge_200, false, false },
	{ "get", NULL, make_get, judge_200, false, false },
};

static void report(const char *name, unsigned batch, struct load_result *result) {
	uint64_t count = result->accepted + result->refused;
	uint32_t *us = (uint32_t *)(void *)result->latencies.data;
	if (count)
		qsort(us, count, sizeof(*us), compare);
	printf("%s | %.0f | %.3f | %.3f | %.3f\n", name,
	    count ? (double)(count * batch) / result->seconds : 0.0, count ? us[count / 2] / 1e3 : 0,
	    count ? us[count - 1 - count / 100] / 1e3 : 0, count ? us[count - 1] / 1e3 : 0);
	fflush(stdout);
}

/* The number that follows `"name":` or `"name":"` in what a GET of `path` answers; −1: none. */
static int64_t number_at(const struct load_target *target, const char *path, const char *name) {
	char *answer = load_get(target, path);
	const char *found = answer ? strstr(answer, name) : NULL;
	int64_t value = -1;
	if (found) {
		found += strlen(name);
		value = strtoll(found + strspn(found, ": \""), NULL, 10);
	}
	free(answer);
	return value;
}

static bool has_grown(int64_t before, int64_t after, uint64_t count) {
	if (before >= 0 && after - before == (int64_t)count)
		return true;
	fprintf(stderr, "bench: the journal grew by %" PRId64 ", not by %" PRIu64 "\n", after - before,
	    count);
	return false;
}

static bool is_exact_opening(int64_t before, int64_t after, const struct load_result *result) {
	int64_t granted = (int64_t)result->accepted * 1000000;
	printf("granted %" PRIu64 ", pool empty for %" PRIu64 ", failed %" PRIu64
	       "; pool before %" PRId64 ", after %" PRId64 "\n",
	    result->accepted, result->refused, result->failed, before, after);
	if (before > 0 && before - granted == after && (after == 0 || !result->refused))
		return true;
	fputs("bench: what was granted is not what left the pool\n", stderr);
	return false;
}

static int run(const struct load_target *target, const struct mode *mode, struct plan *plan,
    struct load_job *job) {
	static const char checkpoint[] = "/v1/tree-head", pool[] = "/v1/programmes/opening";
	bool is_opening = mode->make == make_application;
	unsigned batch = mode->is_batch ? plan->batch : 1;
	job->requests /= batch;
	job->content_type = mode->content_type;
	job->body_room = mode->is_batch ? (size_t)batch * COMMAND_BYTES : SINGLE_BYTES;
	job->make = mode->make;
	job->judge = mode->judge;
	job->arg = plan;
	int64_t before = 0, left = 0;
	if (mode->is_redeeming)
		before = number_at(target, checkpoint, "\"size\"");
	if (is_opening)
		left = number_at(target, pool, "\"available\"");
	struct load_result result;
	bool is_good = !load_run(target, job, &result);
	if (is_good)
		report(plan->name, batch, &result);
	if (result.failed)
		fprintf(stderr, "bench: %" PRIu64 " requests failed; the first: %s\n", result.failed,
		    result.first_failure);
	if (mode->is_redeeming)
		is_good &= has_grown(
		    before, number_at(target, checkpoint, "\"size\""), result.accepted * batch);
	if (is_opening)
		is_good &= is_exact_opening(left, number_at(target, pool, "\"available\""), &result);
	is_good &= !result.failed && result.accepted;
	load_result_done(&result);
	return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_handshakes(
    const struct load_target *target, const struct plan *plan, uint64_t count) {
	double seconds = load_handshakes(target, plan->path, count);
	if (seconds < 0)
		return EXIT_FAILURE;
	printf("%s | %.0f\n", plan->name, (double)count / seconds);
	return EXIT_SUCCESS;
}

static const char usage[] =
    "Usage: bench_load [options] single|batch|opening|point|list|static|get|handshakes\n"
    "  --server HOST:PORT  --ca FILE  --cert FILE  --key FILE\n"
    "  --first ID --step N --reservations N   what bench_prepare printed\n"
    "  --commands N (200000)  --seconds S  --batch N (1000)  --limit N (100)  --path PATH (/)\n"
    "  --connections N (16)  --streams N (32)  --http1\n"
    "  --rate REQUESTS_PER_SECOND (as fast as answers come)  --name TEXT\n"
    "Prints: name | per second | median, 99th percentile and maximum of the answers' ms\n";

static const struct option options[] = {
	{ "server", 1, NULL, 's' },
	{ "ca", 1, NULL, 'a' },
	{ "cert", 1, NULL, 'c' },
	{ "key", 1, NULL, 'k' },
	{ "first", 1, NULL, 'f' },
	{ "step", 1, NULL, 't' },
	{ "reservations", 1, NULL, 'r' },
	{ "commands", 1, NULL, 'n' },
	{ "seconds", 1, NULL, 'd' },
	{ "batch", 1, NULL, 'b' },
	{ "limit", 1, NULL, 'l' },
	{ "path", 1, NULL, 'p' },
	{ "connections", 1, NULL, 'C' },
	{ "streams", 1, NULL, 'S' },
	{ "http1", 0, NULL, '1' },
	{ "rate", 1, NULL, 'R' },
	{ "name", 1, NULL, 'N' },
	{ NULL, 0, NULL, 0 },
};

/* False: not an option of ours. */
static bool take_option(
    int code, struct load_target *target, struct plan *plan, struct load_job *job) {
	switch (code) {
	case 's': target->host = strtok(optarg, ":"), target->port = strtok(NULL, ":"); break;
	case 'a': target->ca_file = optarg; break;
	case 'c': target->certificate_file = optarg; break;
	case 'k': target->key_file = optarg; break;
	case 'f': plan->first_reservation = strtoull(optarg, NULL, 10); break;
	case 't': plan->step = strtoull(optarg, NULL, 10); break;
	case 'r': plan->reservations = strtoull(optarg, NULL, 10); break;
	case 'n': job->requests = strtoull(optarg, NULL, 10); break;
	case 'd': job->seconds = atof(optarg); break;
	case 'b': plan->batch = (unsigned)atoi(optarg); break;
	case 'l': plan->limit = (unsigned)atoi(optarg); break;
	case 'p': plan->path = optarg; break;
	case 'C': target->connections = (unsigned)atoi(optarg); break;
	case 'S': target->streams = (unsigned)atoi(optarg); break;
	case '1': target->is_http1 = true; break;
	case 'R': job->rate = atof(optarg); break;
	case 'N': plan->name = optarg; break;
	default: return false;
	}
	return true;
}

int main(int argc, char **argv) {
	struct load_target target = { .connections = 16, .streams = 32 };
	struct plan plan = {
		.name = "load", .path = "/", .step = 1, .reservations = 1, .batch = 1000, .limit = 100
	};
	struct load_job job = { .requests = 200000 };
	int code;
	bool is_good = true;
	while ((code = getopt_long(argc, argv, "", options, NULL)) != -1)
		is_good &= take_option(code, &target, &plan, &job);
	if (target.is_http1)
		target.streams = 1;
	if (!is_good || optind + 1 != argc || !target.host || !target.port || !target.ca_file ||
	    !target.certificate_file || !target.key_file || !plan.reservations || !plan.batch ||
	    plan.batch > BATCH_COMMANDS_MAX || !target.connections || !target.streams ||
	    strlen(plan.path) >= LOAD_PATH_BYTES ||
	    getrandom(&plan.random, sizeof(plan.random), 0) != sizeof(plan.random)) {
		fputs(usage, stderr);
		return 2;
	}
	if (!strcmp(argv[optind], "handshakes"))
		return run_handshakes(&target, &plan, job.requests);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(argv[optind], modes[i].name))
			return run(&target, &modes[i], &plan, &job);
	fputs(usage, stderr);
	return 2;
}
