/* SPDX-License-Identifier: Apache-2.0 */
#include "net/listener.h"

#include "net/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 1024,
	ACCEPTS_PER_TURN = 64,
	PAUSE_US = 250000,
	REPORT_US = 10000000,  /* that it is full; it may come and go with every connection */
	KEEPALIVE_IDLE_S = 60, /* a client that waits for its answer may have vanished */
	KEEPALIVE_INTERVAL_S = 15,
	KEEPALIVE_COUNT = 4,
};

static _Thread_local char detail_text[128];

/* --- opening --- */

static bool parse_address(const char *address, uint16_t port, struct sockaddr_storage *ret_address,
    socklen_t *ret_bytes) {
	struct sockaddr_in *v4 = (void *)ret_address;
	struct sockaddr_in6 *v6 = (void *)ret_address;
	*ret_address = (struct sockaddr_storage){ 0 };
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		*ret_bytes = sizeof(*v4);
		return true;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) != 1)
		return false;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	*ret_bytes = sizeof(*v6);
	return true;
}

static bool set_option(int fd, int level, int name, int value) {
	return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

/* Accepted sockets inherit them. */
static bool set_options(int fd, int family) {
	return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
	    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
	    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1) &&
	    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S) &&
	    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S) &&
	    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT) &&
	    (family != AF_INET6 || set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0));
}

static bool find_port(int fd, uint16_t *ret_port) {
	struct sockaddr_storage bound;
	socklen_t bytes = sizeof(bound);
	if (getsockname(fd, (struct sockaddr *)&bound, &bytes))
		return false;
	*ret_port = ntohs(bound.ss_family == AF_INET ? ((struct sockaddr_in *)&bound)->sin_port
	                                             : ((struct sockaddr_in6 *)&bound)->sin6_port);
	return true;
}

enum err listener_open(
    struct listener *listener, const char *address, uint16_t port, const char **ret_detail) {
	*listener = (struct listener){ .fd = -1 };
	struct sockaddr_storage where;
	socklen_t where_bytes;
	if (!parse_address(address, port, &where, &where_bytes)) {
		*ret_detail = "the address is not a numeric IPv4 or IPv6 address";
		return ERR_CONFIG;
	}
	int fd = socket(where.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && set_options(fd, where.ss_family) &&
	    !bind(fd, (struct sockaddr *)&where, where_bytes) && !listen(fd, BACKLOG) &&
	    find_port(fd, &listener->port)) {
		listener->fd = fd;
		return ERR_OK;
	}
	enum err err = errno == EADDRINUSE ? ERR_BUSY : errno == EACCES ? ERR_DENIED : ERR_IO;
	snprintf(detail_text, sizeof(detail_text), "port %u of %s: %s", port, address, strerror(errno));
	*ret_detail = detail_text;
	if (fd >= 0)
		close(fd);
	return err;
}

/* --- accepting --- */

static struct worker *least_busy(struct listener *listener) {
	unsigned first = listener->next_worker++ % listener->worker_count;
	struct worker *chosen = &listener->workers[first];
	for (unsigned i = 1; i < listener->worker_count; i++) {
		struct worker *other = &listener->workers[(first + i) % listener->worker_count];
		if (atomic_load(&other->conn_count) < atomic_load(&chosen->conn_count))
			chosen = other;
	}
	return chosen;
}

static void admit(struct listener *listener, int fd, const struct sockaddr_storage *peer) {
	struct gate_key key = gate_key(peer);
	enum err err = gate_enter(listener->gate, &key);
	if (err) {
		char address[INET6_ADDRSTRLEN];
		conn_print_address(peer, address);
		worker_report(listener->workers, "connection_refused", address,
		    err == ERR_FULL ? "too many connections from this address" : err_text(err));
		close(fd);
		return;
	}
	struct worker *worker = least_busy(listener);
	struct conn *conn = conn_new(worker, fd, peer, &key);
	if (conn)
		loop_post(&worker->loop, &conn->task);
}

static void pause_accepting(struct listener *listener, const char *why) {
	struct timeval wait = { .tv_usec = PAUSE_US };
	worker_report(listener->workers, "accept_paused", "", why);
	event_del(listener->event);
	if (event_add(listener->pause_timer, &wait))
		event_active(listener->pause_timer, EV_TIMEOUT, 0);
}

static void report_full(struct listener *listener) {
	int64_t now_us = listener->workers->loop.now_us;
	if (listener->full_since_us && now_us - listener->full_since_us < REPORT_US)
		return;
	listener->full_since_us = now_us;
	worker_report(
	    listener->workers, "connections_full", "", "no more are accepted until one is closed");
}

/* False: no more for now. */
static bool accept_one(struct listener *listener) {
	if (!gate_has_room(listener->gate)) {
		report_full(listener);
		event_del(listener->event);
		return false;
	}
	struct sockaddr_storage peer = { 0 };
	socklen_t peer_bytes = sizeof(peer);
	int fd = accept4(
	    listener->fd, (struct sockaddr *)&peer, &peer_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		admit(listener, fd, &peer);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		pause_accepting(listener, strerror(errno));
	return errno == ECONNABORTED || errno == EINTR;
}

static void on_connection(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	struct listener *listener = arg;
	worker_begin_turn(listener->workers);
	for (int i = 0; i < ACCEPTS_PER_TURN && accept_one(listener); i++)
		;
	worker_end_turn(listener->workers);
}

static void go_on(struct listener *listener) {
	if (listener->fd >= 0)
		event_add(listener->event, NULL);
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg) {
	(void)fd, (void)what;
	go_on(arg);
}

static void resume(struct loop_task *task) {
	struct listener *listener = (struct listener *)((char *)task -
	    offsetof(struct listener, resume_task));
	atomic_store(&listener->is_resuming, false);
	go_on(listener);
}

void listener_resume(struct listener *listener) {
	if (!listener->is_closed && !atomic_exchange(&listener->is_resuming, true))
		loop_post(&listener->workers->loop, &listener->resume_task);
}

enum err listener_start(
    struct listener *listener, struct gate *gate, struct worker *workers, unsigned worker_count) {
	struct event_base *base = workers->loop.base;
	listener->gate = gate;
	listener->workers = workers;
	listener->worker_count = worker_count;
	listener->resume_task.run = resume;
	listener->event = event_new(base, listener->fd, EV_READ | EV_PERSIST, on_connection, listener);
	listener->pause_timer = event_new(base, -1, 0, on_pause_over, listener);
	if (!listener->event || !listener->pause_timer || event_add(listener->event, NULL))
		return ERR_MEMORY;
	return ERR_OK;
}

/* --- the end --- */

static void close_port(struct listener *listener) {
	if (listener->event) {
		event_del(listener->event);
		event_del(listener->pause_timer);
	}
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
}

static void run_close(struct loop_task *task) {
	close_port((struct listener *)((char *)task - offsetof(struct listener, close_task)));
}

void listener_stop(struct listener *listener) {
	listener->close_task.run = run_close;
	loop_post(&listener->workers->loop, &listener->close_task);
}

void listener_close(struct listener *listener) {
	listener->is_closed = true;
	close_port(listener);
	if (listener->event)
		event_free(listener->event);
	if (listener->pause_timer)
		event_free(listener->pause_timer);
	listener->event = listener->pause_timer = NULL;
}
