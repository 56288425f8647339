/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full TLS handshakes, one after the other on each of so many connections.
 */
#include "base/clock.h"
#include "wire.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct visit { /* one connection: handshake, a GET, its answer */
	int fd;
	SSL *ssl;
	bool has_asked;
};

struct visits {
	const struct load_target *target;
	SSL_CTX *context;
	int epoll;
	char request[256];
	struct visit *list;
	uint64_t begun;
	uint64_t done;
};

static int begin(struct visits *visits, struct visit *visit) {
	*visit = (struct visit){ .fd = wire_dial(visits->target) };
	if (visit->fd < 0)
		return -1;
	fcntl(visit->fd, F_SETFL, O_NONBLOCK);
	visit->ssl = wire_new_ssl(visits->context, visits->target, visit->fd);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = visit };
	visits->begun++;
	return visit->ssl ? epoll_ctl(visits->epoll, EPOLL_CTL_ADD, visit->fd, &event) : -1;
}

/* Reset instead of an orderly end, so that no port is left waiting. */
static void end(struct visit *visit) {
	struct linger linger = { .l_onoff = 1 };
	SSL_free(visit->ssl);
	if (visit->fd >= 0) {
		setsockopt(visit->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		close(visit->fd);
	}
	*visit = (struct visit){ .fd = -1 };
}

/* 1: answered with 200. 0: to be continued. −1: failed. */
static int go_on(struct visits *visits, struct visit *visit) {
	static const char wanted[] = "HTTP/1.1 200 ";
	char answer[4096];
	int status = 1;
	if (!visit->has_asked) {
		status = SSL_do_handshake(visit->ssl);
		if (status == 1) {
			int bytes = (int)strlen(visits->request);
			visit->has_asked = true;
			status = SSL_write(visit->ssl, visits->request, bytes) == bytes ? 1 : -1;
		}
	}
	if (status == 1) {
		status = SSL_read(visit->ssl, answer, sizeof(answer));
		if (status > 0)
			return (size_t)status >= sizeof(wanted) - 1 &&
			        !memcmp(answer, wanted, sizeof(wanted) - 1)
			    ? 1
			    : -1;
	}
	return SSL_get_error(visit->ssl, status) == SSL_ERROR_WANT_READ ? 0 : -1;
}

/* Goes on with a visit, and with those that follow on it, until one has to wait. */
static int go_far(struct visits *visits, struct visit *visit, uint64_t count) {
	for (;;) {
		int status = go_on(visits, visit);
		if (status < 0 || (status > 0 && SSL_session_reused(visit->ssl)))
			return -1;
		if (!status)
			return 0;
		end(visit);
		visits->done++;
		if (visits->begun == count)
			return 0;
		if (begin(visits, visit))
			return -1;
	}
}

static int go_round(struct visits *visits, uint64_t count) {
	struct epoll_event events[64];
	int ready = epoll_wait(visits->epoll, events, 64, 10000);
	for (int i = 0; i < ready; i++)
		if (go_far(visits, events[i].data.ptr, count))
			return -1;
	return ready > 0 ? 0 : -1;
}

double load_handshakes(const struct load_target *target, const char *path, uint64_t count) {
	struct load_target http1 = *target;
	http1.is_http1 = true;
	struct visits visits = { .target = &http1, .epoll = epoll_create1(EPOLL_CLOEXEC) };
	snprintf(visits.request, sizeof(visits.request),
	    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, target->host);
	visits.context = wire_new_context(target);
	visits.list = calloc(target->connections, sizeof(*visits.list));
	bool is_good = visits.epoll >= 0 && visits.context && visits.list;
	for (unsigned i = 0; visits.list && i < target->connections; i++)
		visits.list[i].fd = -1;
	int64_t started_us = clock_monotonic_us();
	for (unsigned i = 0; is_good && i < target->connections && visits.begun < count; i++)
		is_good = !begin(&visits, &visits.list[i]) && !go_far(&visits, &visits.list[i], count);
	while (is_good && visits.done < count)
		is_good = !go_round(&visits, count);
	double seconds = (double)(clock_monotonic_us() - started_us) / 1e6;
	if (!is_good)
		fprintf(stderr, "bench: a handshake failed, or its GET was not answered with 200\n");
	for (unsigned i = 0; visits.list && i < target->connections; i++)
		end(&visits.list[i]);
	free(visits.list);
	SSL_CTX_free(visits.context);
	if (visits.epoll >= 0)
		close(visits.epoll);
	return is_good ? seconds : -1;
}
