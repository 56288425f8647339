/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include "net/cut_off.h"
#include "net/gate.h"
#include "net/listener.h"
#include "net/tls.h"
#include "net/worker.h"

#include "base/clock.h"
#include "base/limits.h"

#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
	THREADS_MAX = 256,
	DESCRIPTORS_RESERVED = 64, /* for everything that is not a connection */
};

struct net {
	struct net_settings settings;
	struct gate gate;
	struct listener listener;
	struct worker *workers;
	unsigned worker_count; /* those that worker_init has seen */
	struct tls_current tls;
	bool is_running;
};

/* --- settings --- */

static int64_t us_of(uint32_t ms, uint32_t default_ms) {
	return (ms ? ms : default_ms) * 1000LL;
}

static uint32_t or_default(uint32_t value, uint32_t default_value) {
	return value ? value : default_value;
}

/* A connection needs a descriptor: a cap above their number would end in EMFILE. */
static uint32_t cap_connections(uint32_t wanted) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted + DESCRIPTORS_RESERVED)
		return wanted;
	return limit.rlim_cur > 2 * DESCRIPTORS_RESERVED
	    ? (uint32_t)(limit.rlim_cur - DESCRIPTORS_RESERVED)
	    : DESCRIPTORS_RESERVED;
}

/* Each worker has its share, but one that a few of the largest bodies do not exhaust. */
static uint64_t share_held_bytes(const struct net_config *config, uint32_t body_bytes_max) {
	uint64_t share = or_default(config->limits.held_bytes_max, LIMIT_HELD_BYTES) /
	    (config->threads ? config->threads : 1);
	uint64_t least = 4 * (uint64_t)body_bytes_max;
	return share > least ? share : least;
}

static void settle_settings(struct net_settings *settings, const struct net_config *config) {
	const struct net_limits *limits = &config->limits;
	*settings = (struct net_settings){
		.connections_max = cap_connections(or_default(limits->connections_max, LIMIT_CONNECTIONS)),
		.connections_per_address_max = or_default(
		    limits->connections_per_address_max, LIMIT_CONNECTIONS_PER_ADDRESS),
		.body_bytes_max = or_default(limits->body_bytes_max, LIMIT_BODY_BYTES),
		.handshake_us = us_of(limits->handshake_ms, LIMIT_HANDSHAKE_MS),
		.header_us = us_of(limits->header_ms, LIMIT_HEADER_MS),
		.body_us = us_of(limits->body_ms, LIMIT_BODY_MS),
		.idle_us = us_of(limits->idle_ms, LIMIT_IDLE_MS),
		.write_us = us_of(limits->write_ms, LIMIT_WRITE_MS),
		.drain_us = us_of(limits->drain_ms, LIMIT_DRAIN_MS),
		.handler = config->handler,
		.handler_arg = config->handler_arg,
		.after_events = config->after_events,
		.on_event = config->on_event,
	};
	settings->held_bytes_max = share_held_bytes(config, settings->body_bytes_max);
}

/* --- life --- */

static void on_room(void *arg) {
	listener_resume(arg);
}

static enum err init_workers(struct net *net, unsigned count) {
	net->workers = calloc(count, sizeof(*net->workers));
	if (!net->workers)
		return ERR_MEMORY;
	for (unsigned i = 0; i < count; i++) {
		struct worker *worker = &net->workers[i];
		net->worker_count++;
		enum err err = worker_init(worker, &net->settings, &net->gate, &net->tls);
		if (err)
			return err;
		worker->on_room = on_room;
		worker->on_room_arg = &net->listener;
	}
	return ERR_OK;
}

static enum err open_parts(
    struct net *net, const struct net_config *config, const char **ret_detail) {
	if (config->threads > THREADS_MAX) {
		*ret_detail = "there are too many threads";
		return ERR_CONFIG;
	}
	SSL_CTX *tls;
	enum err err = tls_context_new(&config->tls, &tls, ret_detail);
	if (err)
		return err;
	tls_current_init(&net->tls, tls);
	err = listener_open(&net->listener, config->address, config->port, ret_detail);
	if (err)
		return err;
	*ret_detail = "out of memory, or of file descriptors";
	err = gate_init(
	    &net->gate, net->settings.connections_max, net->settings.connections_per_address_max);
	if (!err)
		err = init_workers(net, config->threads ? config->threads : 1);
	if (!err)
		err = listener_start(&net->listener, &net->gate, net->workers, net->worker_count);
	return err;
}

enum err net_open(const struct net_config *config, struct net **ret_net, const char **ret_detail) {
	struct net *net = calloc(1, sizeof(*net));
	if (!net) {
		*ret_detail = "out of memory";
		return ERR_MEMORY;
	}
	cut_off_register();
	net->listener.fd = -1;
	settle_settings(&net->settings, config);
	enum err err = open_parts(net, config, ret_detail);
	if (err) {
		net_close(net);
		return err;
	}
	*ret_net = net;
	return ERR_OK;
}

uint16_t net_port(const struct net *net) {
	return net->listener.port;
}

uint32_t net_connection_count(struct net *net) {
	return gate_count(&net->gate);
}

static void join_all(struct net *net) {
	for (unsigned i = 0; i < net->worker_count; i++)
		loop_join(&net->workers[i].loop);
}

enum err net_start(struct net *net) {
	net->is_running = true;
	for (unsigned i = 0; i < net->worker_count; i++) {
		enum err err = loop_start(&net->workers[i].loop);
		if (err) {
			net_stop(net);
			return err;
		}
	}
	return ERR_OK;
}

void net_stop(struct net *net) {
	if (!net->is_running)
		return;
	listener_stop(&net->listener);
	for (unsigned i = 0; i < net->worker_count; i++)
		worker_drain(&net->workers[i]);
	join_all(net);
	net->is_running = false;
}

/* True when nobody holds an exchange any more. */
static bool wind_up(struct net *net) {
	int64_t until_us = clock_monotonic_us() + net->settings.drain_us;
	bool is_all = true;
	for (unsigned i = 0; i < net->worker_count; i++)
		is_all = worker_wind_up(&net->workers[i], until_us) && is_all;
	return is_all;
}

void net_close(struct net *net) {
	if (!net)
		return;
	net_stop(net);
	listener_close(&net->listener);
	if (!wind_up(net))
		return; /* memory is lost, but whoever holds an exchange does not touch what is gone */
	for (unsigned i = 0; i < net->worker_count; i++)
		worker_done(&net->workers[i]);
	free(net->workers);
	gate_done(&net->gate);
	tls_current_done(&net->tls);
	free(net);
}

enum err net_reload(struct net *net, const struct net_tls *tls, const char **ret_detail) {
	SSL_CTX *fresh;
	enum err err = tls_context_new(tls, &fresh, ret_detail);
	if (err)
		return err;
	tls_current_replace(&net->tls, fresh);
	for (unsigned i = 0; i < net->worker_count; i++)
		worker_recheck(&net->workers[i]);
	return ERR_OK;
}

enum err net_withdraw(struct net *net, const uint8_t spki_sha256[32]) {
	enum err err = ERR_OK;
	for (unsigned i = 0; i < net->worker_count; i++)
		if (worker_withdraw(&net->workers[i], spki_sha256))
			err = ERR_MEMORY;
	return err;
}

enum err net_check_tls(const struct net_tls *tls, const char **ret_detail) {
	SSL_CTX *context;
	enum err err = tls_context_new(tls, &context, ret_detail);
	if (!err)
		SSL_CTX_free(context);
	return err;
}
