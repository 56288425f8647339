/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listening socket, on the first worker's loop. Hands each connection to the worker that has
 * the fewest: clients here are few and stay long, and the kernel's SO_REUSEPORT, which hashes
 * addresses, would load one loop with eleven of sixteen. Accepting costs microseconds, the
 * handshake that follows on the chosen loop a millisecond.
 *
 * At the cap of connections it stops accepting (clients wait in the backlog) until one goes.
 * Without file descriptors it pauses.
 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include "base/err.h"
#include "net/gate.h"
#include "net/loop.h"
#include "net/worker.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct event;

struct listener {
	int fd;
	uint16_t port;
	struct gate *gate;
	struct worker *workers; /* the first one is its own */
	unsigned worker_count, next_worker;
	struct event *event, *pause_timer;
	struct loop_task resume_task, close_task;
	_Atomic bool is_resuming;
	bool is_closed; /* no thread runs any more */
	int64_t full_since_us;
};

/* Listens on a numeric address; port 0: any free one. `ret_detail` is static text. */
enum err listener_open(struct listener *listener, const char *address, uint16_t port,
    const char **ret_detail) MUST_CHECK;

/* Begins to accept; before the workers' threads run. */
enum err listener_start(struct listener *listener, struct gate *gate, struct worker *workers,
    unsigned worker_count) MUST_CHECK;

/* There is room in the gate again. Any thread. */
void listener_resume(struct listener *listener);

/* Stops accepting and closes the port, soon. Any thread. */
void listener_stop(struct listener *listener);

/* When no thread runs any more, before worker_done. A listener with fd -1 too. */
void listener_close(struct listener *listener);

#endif
