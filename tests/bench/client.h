/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The load generator's connections: HTTP/2 by nghttp2, or HTTP/1.1, over TLS, many requests in
 * flight, one thread.
 */
#ifndef TESTS_BENCH_CLIENT_H
#define TESTS_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_target {
	const char *host; /* numeric address */
	const char *port;
	const char *ca_file;
	const char *certificate_file;
	const char *key_file;
	bool is_http1;
	unsigned connections;
	unsigned streams; /* requests in flight on one connection; HTTP/1.1: 1 */
};

struct load_request {
	char path[128];
	const char *content_type;
	char *body; /* filled by `make`; load_run owns the room behind it */
	size_t body_bytes;
};

struct load_job {
	uint64_t requests; /* how many */
	size_t body_room;  /* bytes that `make` may write to request->body */
	double rate;       /* requests per second, evenly spaced; 0: as fast as answers come */
	/* An answer of another status that has this in it is no failure; NULL: each is. */
	const char *expected_refusal;
	/* Makes request `number` (0, 1, …). */
	void (*make)(void *arg, uint64_t number, struct load_request *request);
	void *arg;
};

struct load_result {
	double seconds;
	uint64_t answered; /* with status 200 or 201 */
	uint64_t refused;  /* as expected */
	uint64_t failed;
	char first_failure[512];
	uint32_t *latencies_us; /* one per answer, and one per expected refusal; free() it */
};

/* 0, or −1 with a message on stderr. */
int load_run(
    const struct load_target *target, const struct load_job *job, struct load_result *ret_result);

/* One GET; the body, or NULL. free() it. */
char *load_get(const struct load_target *target, const char *path);

#endif
