/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load generator: many requests in flight over TLS, one thread, HTTP/2 or HTTP/1.1.
 *
 * It shares the processors with the server that it measures, so it is made to cost little: frames
 * and heads are written by hand into one buffer per connection, a burst of them goes out with one
 * write, and of an answer no more is read than says whether it is the one that was asked for.
 */
#ifndef TESTS_BENCH_CLIENT_H
#define TESTS_BENCH_CLIENT_H

#include "base/buffer.h"

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

enum { LOAD_PATH_BYTES = 120 };

struct load_request {
	char path[LOAD_PATH_BYTES];
	size_t path_bytes;
	char *body; /* load_job.body_room bytes, filled by `make`; keeps what it held before */
	size_t body_bytes;
};

struct load_answer {
	bool is_200;
	const char *body; /* not terminated */
	size_t bytes;
};

enum load_verdict { LOAD_FAILED, LOAD_ACCEPTED, LOAD_REFUSED };

struct load_job {
	uint64_t requests; /* how many at most */
	double seconds;    /* no new ones after so long; 0: no such end */
	double rate;       /* requests per second, evenly spaced; 0: as fast as answers come */
	/* Of bodies and what is accepted; NULL: the requests are GETs. */
	const char *content_type;
	size_t body_room;
	/* Makes request `number` (0, 1, …). */
	void (*make)(void *arg, uint64_t number, struct load_request *request);
	enum load_verdict (*judge)(
	    void *arg, const struct load_request *request, const struct load_answer *answer);
	void *arg;
};

struct load_result {
	double seconds; /* from the first request to the last answer */
	uint64_t accepted;
	uint64_t refused; /* as `judge` expects */
	uint64_t failed;
	char first_failure[512];
	/* uint32_t microseconds of each accepted or refused; with a rate, from when it was due. */
	struct buffer latencies;
};

/* 0, or −1 with a message on stderr. load_result_done() either way. */
int load_run(
    const struct load_target *target, const struct load_job *job, struct load_result *ret_result);
void load_result_done(struct load_result *result);

/* One GET; the body, or NULL. free() it. */
char *load_get(const struct load_target *target, const char *path);

/*
 * `count` times: a new TCP connection, a full TLS handshake with the client's certificate, one GET
 * that must be answered with 200 (only then has the server accepted the certificate), a close;
 * target->connections at a time. Returns the seconds, or −1 with a message on stderr.
 */
double load_handshakes(const struct load_target *target, const char *path, uint64_t count);

#endif
