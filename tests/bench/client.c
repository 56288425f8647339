/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include "base/clock.h"
#include "wire.h"

#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define PATIENCE_MS 30000 /* without any answer */
#define PACE_US     100   /* with a rate: how often to look for what is due */

void wire_break(struct connection *connection, const char *why) {
	if (!connection->load->is_broken)
		fprintf(stderr, "bench: a connection broke: %s\n", why);
	connection->load->is_broken = true;
}

void wire_finish(struct connection *connection, struct slot *slot) {
	struct load *load = connection->load;
	struct load_result *result = load->result;
	struct load_answer answer = { slot->is_200, slot->answer.data, slot->answer.bytes };
	enum load_verdict verdict = load->job->judge(load->job->arg, &slot->request, &answer);
	uint32_t us = (uint32_t)(load->now_us - slot->started_us);
	if (verdict == LOAD_FAILED) {
		if (!result->failed)
			snprintf(result->first_failure, sizeof(result->first_failure), "%s: %.*s",
			    slot->is_200 ? "200" : "not 200", (int)answer.bytes,
			    answer.bytes ? answer.body : "");
		result->failed++;
	} else {
		buffer_append(&result->latencies, &us, sizeof(us));
		*(verdict == LOAD_ACCEPTED ? &result->accepted : &result->refused) += 1;
	}
	buffer_clear(&slot->answer);
	slot->next_free = connection->free_slots;
	connection->free_slots = slot;
}

/* --- requests --- */

static int64_t due_us(const struct load *load, uint64_t number) {
	return load->started_us + (int64_t)((double)number * 1e6 / load->job->rate);
}

/* Whether another request is to be made now. */
static bool is_due(struct load *load) {
	const struct load_job *job = load->job;
	if (job->seconds > 0 && (double)(load->now_us - load->started_us) >= job->seconds * 1e6)
		load->has_ended = true;
	return load->issued < job->requests && !load->has_ended &&
	    (job->rate <= 0 || due_us(load, load->issued) <= load->now_us);
}

/* At most `count` requests, as long as some are due and there is room. */
static void issue(struct connection *connection, unsigned count) {
	struct load *load = connection->load;
	while (count-- && connection->free_slots && connection->is_ready && is_due(load)) {
		struct slot *slot = connection->free_slots;
		connection->free_slots = slot->next_free;
		slot->started_us = load->job->rate > 0 ? due_us(load, load->issued) : load->now_us;
		load->job->make(load->job->arg, load->issued++, &slot->request);
		if (load->target->is_http1)
			http1_send(connection, slot);
		else
			http2_send(connection, slot);
	}
}

static void watch(struct connection *connection, bool wants_write) {
	if (connection->wants_write == wants_write)
		return;
	connection->wants_write = wants_write;
	struct epoll_event event = {
		.events = wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN,
		.data.ptr = connection,
	};
	epoll_ctl(connection->load->epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

static void flush(struct connection *connection) {
	struct buffer *output = &connection->output;
	while (connection->output_sent < output->bytes) {
		int written = SSL_write(connection->ssl, output->data + connection->output_sent,
		    (int)(output->bytes - connection->output_sent));
		if (written <= 0) {
			if (SSL_get_error(connection->ssl, written) != SSL_ERROR_WANT_WRITE)
				wire_break(connection, "it cannot be written to");
			watch(connection, true);
			return;
		}
		connection->output_sent += (size_t)written;
	}
	buffer_clear(output);
	connection->output_sent = 0;
	watch(connection, false);
}

static void receive(struct connection *connection) {
	do {
		int bytes = SSL_read(connection->ssl, connection->input + connection->input_bytes,
		    (int)(INPUT_BYTES - connection->input_bytes));
		if (bytes <= 0) {
			if (SSL_get_error(connection->ssl, bytes) != SSL_ERROR_WANT_READ)
				wire_break(connection, "it cannot be read from");
			return;
		}
		connection->input_bytes += (size_t)bytes;
		size_t taken = connection->load->target->is_http1 ? http1_receive(connection)
		                                                  : http2_receive(connection);
		connection->input_bytes -= taken;
		memmove(connection->input, connection->input + taken, connection->input_bytes);
		if (connection->input_bytes == INPUT_BYTES)
			wire_break(connection, "an answer is too long");
	} while (SSL_has_pending(connection->ssl) && !connection->load->is_broken);
}

/* --- connections --- */

int wire_dial(const struct load_target *target) {
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found;
	if (getaddrinfo(target->host, target->port, &hints, &found))
		return -1;
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen)) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	int one = 1;
	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

SSL *wire_new_ssl(SSL_CTX *context, const struct load_target *target, int fd) {
	static const unsigned char h2[] = "\x02h2";
	static const unsigned char h1[] = "\x08http/1.1";
	SSL *ssl = SSL_new(context);
	if (!ssl || !SSL_set_fd(ssl, fd) ||
	    SSL_set_alpn_protos(ssl, target->is_http1 ? h1 : h2, target->is_http1 ? 9 : 3)) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_connect_state(ssl);
	return ssl;
}

static int open_slots(struct connection *connection, unsigned count) {
	connection->slots = calloc(count, sizeof(*connection->slots));
	if (!connection->slots)
		return -1;
	for (unsigned i = 0; i < count; i++) {
		struct slot *slot = &connection->slots[i];
		buffer_init(&slot->answer, 0);
		slot->request.body = calloc(1, connection->load->job->body_room + 1);
		slot->next_free = connection->free_slots;
		connection->free_slots = slot;
		if (!slot->request.body)
			return -1;
	}
	return 0;
}

static int open_connection(struct load *load, struct connection *connection) {
	const struct load_target *target = load->target;
	connection->load = load;
	connection->fd = wire_dial(target);
	if (connection->fd < 0)
		return -1;
	connection->ssl = wire_new_ssl(load->context, target, connection->fd);
	connection->input = malloc(INPUT_BYTES);
	buffer_init(&connection->output, 0);
	if (!connection->ssl || !connection->input || SSL_connect(connection->ssl) != 1 ||
	    open_slots(connection, target->streams))
		return -1;
	fcntl(connection->fd, F_SETFL, O_NONBLOCK);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &event))
		return -1;
	if (target->is_http1)
		connection->is_ready = true;
	else
		http2_begin(connection);
	return 0;
}

static void close_connection(struct connection *connection, unsigned streams) {
	for (unsigned i = 0; connection->slots && i < streams; i++) {
		free(connection->slots[i].request.body);
		buffer_done(&connection->slots[i].answer);
	}
	free(connection->slots);
	free(connection->input);
	SSL_free(connection->ssl);
	buffer_done(&connection->output);
	if (connection->fd >= 0)
		close(connection->fd);
}

SSL_CTX *wire_new_context(const struct load_target *target) {
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (!context)
		return NULL;
	SSL_CTX_set_mode(context,
	    SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	/* The same for every server. */
	if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1 ||
	    SSL_CTX_set1_groups_list(context, "X25519:P-256") != 1 ||
	    SSL_CTX_load_verify_file(context, target->ca_file) != 1 ||
	    SSL_CTX_use_certificate_chain_file(context, target->certificate_file) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, target->key_file, SSL_FILETYPE_PEM) != 1) {
		ERR_print_errors_fp(stderr);
		SSL_CTX_free(context);
		return NULL;
	}
	return context;
}

/* --- a run --- */

static bool has_work(const struct load *load) {
	const struct load_result *result = load->result;
	uint64_t done = result->accepted + result->refused + result->failed;
	return !load->is_broken &&
	    (done < load->issued || (load->issued < load->job->requests && !load->has_ended));
}

static void work(struct load *load) {
	bool has_rate = load->job->rate > 0;
	unsigned burst = has_rate ? 1 : load->target->streams;
	struct timespec wait = { .tv_sec = PATIENCE_MS / 1000 };
	if (has_rate)
		wait = (struct timespec){ .tv_nsec = PACE_US * 1000 };
	load->now_us = load->started_us = clock_monotonic_us();
	int64_t last_us = load->now_us;
	for (unsigned i = 0; i < load->target->connections; i++) {
		issue(&load->connections[i], burst);
		flush(&load->connections[i]);
	}
	unsigned turn = 0;
	while (has_work(load)) {
		struct epoll_event events[64];
		int count = epoll_pwait2(load->epoll, events, 64, &wait, NULL);
		load->now_us = clock_monotonic_us();
		if (count > 0)
			last_us = load->now_us;
		else if (load->now_us - last_us > (int64_t)PATIENCE_MS * 1000)
			wire_break(&load->connections[0], "no answer for too long");
		for (int i = 0; i < count; i++) {
			struct connection *connection = events[i].data.ptr;
			receive(connection);
			issue(connection, burst);
			flush(connection);
		}
		/* With a rate the connections take turns. */
		for (unsigned i = 0; has_rate && i < load->target->connections && is_due(load); i++) {
			struct connection *connection = &load->connections[turn++ % load->target->connections];
			issue(connection, burst);
			flush(connection);
		}
	}
	load->result->seconds = (double)(last_us - load->started_us) / 1e6;
}

int load_run(
    const struct load_target *target, const struct load_job *job, struct load_result *ret_result) {
	struct load load = { .target = target, .job = job, .result = ret_result };
	int status = -1;
	*ret_result = (struct load_result){ 0 };
	buffer_init(&ret_result->latencies, 0);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.context = wire_new_context(target);
	load.connections = calloc(target->connections, sizeof(*load.connections));
	if (load.epoll < 0 || !load.context || !load.connections)
		goto out;
	for (unsigned i = 0; i < target->connections; i++)
		load.connections[i].fd = -1;
	for (unsigned i = 0; i < target->connections; i++)
		if (open_connection(&load, &load.connections[i])) {
			fprintf(stderr, "bench: cannot connect to %s:%s\n", target->host, target->port);
			ERR_print_errors_fp(stderr);
			goto out;
		}
	work(&load);
	if (buffer_error(&ret_result->latencies))
		load.is_broken = true;
	status = load.is_broken ? -1 : 0;
out:
	for (unsigned i = 0; load.connections && i < target->connections; i++)
		close_connection(&load.connections[i], target->streams);
	free(load.connections);
	SSL_CTX_free(load.context);
	if (load.epoll >= 0)
		close(load.epoll);
	return status;
}

void load_result_done(struct load_result *result) {
	buffer_done(&result->latencies);
}

char *load_get(const struct load_target *target, const char *path) {
	struct load_target http1 = *target;
	http1.is_http1 = true;
	char *answer = NULL;
	struct buffer input;
	buffer_init(&input, 1 << 20);
	SSL *ssl = NULL;
	SSL_CTX *context = wire_new_context(target);
	int fd = wire_dial(target);
	if (!context || fd < 0 || !(ssl = wire_new_ssl(context, &http1, fd)) || SSL_connect(ssl) != 1)
		goto out;
	char text[512];
	int bytes = snprintf(text, sizeof(text),
	    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, target->host);
	if (SSL_write(ssl, text, bytes) != bytes)
		goto out;
	while ((bytes = SSL_read(ssl, text, sizeof(text))) > 0)
		buffer_append(&input, text, (size_t)bytes);
	const char *body = strstr(buffer_string(&input), "\r\n\r\n");
	if (body)
		answer = strdup(body + 4);
out:
	SSL_free(ssl);
	SSL_CTX_free(context);
	if (fd >= 0)
		close(fd);
	buffer_done(&input);
	return answer;
}
