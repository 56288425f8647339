/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include "base/buffer.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define READ_BYTES   65536
#define OUTPUT_BYTES 65536 /* asked of nghttp2 before a write */

struct slot { /* one request in flight */
	struct connection *connection;
	struct slot *next_free;
	int64_t started_us;
	char *body;
	size_t body_bytes;
	size_t body_sent;
	unsigned status;
	struct buffer answer; /* the first bytes of an answer that is not 2xx */
};

struct connection {
	struct load *load;
	int fd;
	SSL *ssl;
	nghttp2_session *session; /* NULL: HTTP/1.1 */
	struct slot *slots;
	struct slot *free_slots;
	struct buffer output; /* bytes for SSL_write */
	size_t output_sent;
	struct buffer input; /* HTTP/1.1 */
	bool wants_write;
};

struct load {
	const struct load_target *target;
	const struct load_job *job;
	struct load_result *result;
	struct connection *connections;
	SSL_CTX *context;
	int epoll;
	uint64_t issued;
	int64_t started_us;
	bool is_broken;
};

static void finish(struct slot *slot) {
	struct load *load = slot->connection->load;
	struct load_result *result = load->result;
	int64_t us = clock_monotonic_us() - slot->started_us;
	bool is_accepted = slot->status == 200 || slot->status == 201;
	const char *refusal = load->job->expected_refusal;
	bool is_refused = !is_accepted && refusal && strstr(buffer_string(&slot->answer), refusal);
	if (is_accepted || is_refused)
		result->latencies_us[result->answered + result->refused] = (uint32_t)us;
	if (is_accepted) {
		result->answered++;
	} else if (is_refused) {
		result->refused++;
	} else {
		if (!result->failed)
			snprintf(result->first_failure, sizeof(result->first_failure), "%u %s", slot->status,
			    buffer_string(&slot->answer));
		result->failed++;
	}
	buffer_clear(&slot->answer);
	slot->next_free = slot->connection->free_slots;
	slot->connection->free_slots = slot;
}

/* --- HTTP/2 --- */

static ssize_t on_read_body(nghttp2_session *session, int32_t stream_id, uint8_t *room,
    size_t bytes, uint32_t *flags, nghttp2_data_source *source, void *user) {
	(void)session, (void)stream_id, (void)user;
	struct slot *slot = source->ptr;
	size_t left = slot->body_bytes - slot->body_sent;
	if (bytes > left)
		bytes = left;
	memcpy(room, slot->body + slot->body_sent, bytes);
	slot->body_sent += bytes;
	if (slot->body_sent == slot->body_bytes)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)bytes;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags, void *user) {
	(void)flags, (void)user, (void)value_bytes;
	if (name_bytes == 7 && !memcmp(name, ":status", 7)) {
		struct slot *slot = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
		if (slot)
			slot->status = (unsigned)atoi((const char *)value);
	}
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *data,
    size_t bytes, void *user) {
	(void)flags, (void)user;
	struct slot *slot = nghttp2_session_get_stream_user_data(session, stream_id);
	if (slot && slot->status / 100 != 2 && slot->answer.bytes < 400)
		buffer_append(&slot->answer, data, bytes < 400 ? bytes : 400);
	return 0;
}

static int on_close(nghttp2_session *session, int32_t stream_id, uint32_t error, void *user) {
	(void)user, (void)error;
	struct slot *slot = nghttp2_session_get_stream_user_data(session, stream_id);
	if (slot)
		finish(slot);
	return 0;
}

static int start_http2(struct connection *connection) {
	nghttp2_session_callbacks *callbacks;
	if (nghttp2_session_callbacks_new(&callbacks))
		return -1;
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
	int failed = nghttp2_session_client_new(&connection->session, callbacks, connection);
	nghttp2_session_callbacks_del(callbacks);
	if (failed)
		return -1;
	nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 16 << 20 },
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
	};
	nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 2);
	return nghttp2_session_set_local_window_size(
	    connection->session, NGHTTP2_FLAG_NONE, 0, 64 << 20);
}

#define HEADER(name, value)                                                                        \
	(nghttp2_nv) {                                                                                 \
		(uint8_t *)(name), (uint8_t *)(value), strlen(name), strlen(value),                        \
		    NGHTTP2_NV_FLAG_NO_COPY_NAME                                                           \
	}

static void send_http2(
    struct connection *connection, struct slot *slot, const struct load_request *request) {
	nghttp2_data_provider body = { .source.ptr = slot, .read_callback = on_read_body };
	nghttp2_nv headers[] = {
		HEADER(":method", "POST"),
		HEADER(":scheme", "https"),
		HEADER(":authority", connection->load->target->host),
		HEADER(":path", request->path),
		HEADER("content-type", request->content_type),
		HEADER("accept", request->content_type),
	};
	if (nghttp2_submit_request(connection->session, NULL, headers,
	        sizeof(headers) / sizeof(headers[0]), &body, slot) < 0)
		connection->load->is_broken = true;
}

/* --- HTTP/1.1 --- */

static void send_http1(
    struct connection *connection, struct slot *slot, const struct load_request *request) {
	buffer_printf(&connection->output,
	    "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nAccept: %s\r\nContent-Length: "
	    "%zu\r\n\r\n",
	    request->path, connection->load->target->host, request->content_type, request->content_type,
	    slot->body_bytes);
	buffer_append(&connection->output, slot->body, slot->body_bytes);
}

/* One request is in flight, so the input is at most one answer. Returns whether it was complete. */
static bool receive_http1(struct connection *connection) {
	const char *text = buffer_string(&connection->input);
	const char *body = strstr(text, "\r\n\r\n");
	if (!body)
		return false;
	const char *length = strcasestr(text, "\r\ncontent-length:");
	size_t body_bytes = length && length < body ? strtoul(length + 17, NULL, 10) : 0;
	size_t have = connection->input.bytes - (size_t)(body + 4 - text);
	if (have < body_bytes)
		return false;
	struct slot *slot = &connection->slots[0];
	slot->status = (unsigned)atoi(text + 9);
	if (slot->status / 100 != 2)
		buffer_append(&slot->answer, body + 4, body_bytes < 400 ? body_bytes : 400);
	buffer_clear(&connection->input);
	finish(slot);
	return true;
}

/* --- both --- */

static bool is_due(const struct load *load) {
	if (load->issued == load->job->requests)
		return false;
	if (load->job->rate <= 0)
		return true;
	double elapsed = (double)(clock_monotonic_us() - load->started_us) / 1e6;
	return (double)load->issued <= elapsed * load->job->rate;
}

static void issue(struct connection *connection) {
	struct load *load = connection->load;
	while (connection->free_slots && is_due(load)) {
		struct slot *slot = connection->free_slots;
		connection->free_slots = slot->next_free;
		struct load_request request = { .body = slot->body };
		load->job->make(load->job->arg, load->issued++, &request);
		slot->body_bytes = request.body_bytes;
		slot->body_sent = 0;
		slot->status = 0;
		slot->started_us = clock_monotonic_us();
		if (connection->session)
			send_http2(connection, slot, &request);
		else
			send_http1(connection, slot, &request);
	}
}

static void take_http2_output(struct connection *connection) {
	while (connection->output.bytes < OUTPUT_BYTES) {
		const uint8_t *data;
		ssize_t bytes = nghttp2_session_mem_send(connection->session, &data);
		if (bytes <= 0)
			return;
		buffer_append(&connection->output, data, (size_t)bytes);
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
	for (;;) {
		if (connection->session)
			take_http2_output(connection);
		size_t left = connection->output.bytes - connection->output_sent;
		if (!left)
			break;
		int written = SSL_write(
		    connection->ssl, connection->output.data + connection->output_sent, (int)left);
		if (written <= 0) {
			if (SSL_get_error(connection->ssl, written) != SSL_ERROR_WANT_WRITE)
				connection->load->is_broken = true;
			watch(connection, true);
			return;
		}
		connection->output_sent += (size_t)written;
		if (connection->output_sent == connection->output.bytes) {
			buffer_clear(&connection->output);
			connection->output_sent = 0;
		}
	}
	watch(connection, false);
}

static void receive(struct connection *connection) {
	static uint8_t room[READ_BYTES];
	for (;;) {
		int bytes = SSL_read(connection->ssl, room, sizeof(room));
		if (bytes <= 0) {
			if (SSL_get_error(connection->ssl, bytes) != SSL_ERROR_WANT_READ)
				connection->load->is_broken = true;
			return;
		}
		if (connection->session) {
			if (nghttp2_session_mem_recv(connection->session, room, (size_t)bytes) < 0)
				connection->load->is_broken = true;
		} else {
			buffer_append(&connection->input, room, (size_t)bytes);
			receive_http1(connection);
		}
	}
}

static int dial(const struct load_target *target) {
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

static int open_connection(struct load *load, struct connection *connection) {
	static const unsigned char h2[] = "\x02h2";
	static const unsigned char h1[] = "\x08http/1.1";
	const struct load_target *target = load->target;
	connection->load = load;
	connection->fd = dial(target);
	if (connection->fd < 0)
		return -1;
	connection->ssl = SSL_new(load->context);
	if (!connection->ssl || !SSL_set_fd(connection->ssl, connection->fd))
		return -1;
	SSL_set_alpn_protos(connection->ssl, target->is_http1 ? h1 : h2, target->is_http1 ? 9 : 3);
	if (SSL_connect(connection->ssl) != 1)
		return -1;
	fcntl(connection->fd, F_SETFL, O_NONBLOCK);
	buffer_init(&connection->output, 0);
	buffer_init(&connection->input, 0);
	unsigned streams = target->is_http1 ? 1 : target->streams;
	connection->slots = calloc(streams, sizeof(*connection->slots));
	if (!connection->slots)
		return -1;
	for (unsigned i = 0; i < streams; i++) {
		struct slot *slot = &connection->slots[i];
		slot->connection = connection;
		slot->body = malloc(load->job->body_room);
		buffer_init(&slot->answer, 0);
		slot->next_free = connection->free_slots;
		connection->free_slots = slot;
		if (!slot->body)
			return -1;
	}
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &event))
		return -1;
	return target->is_http1 ? 0 : start_http2(connection);
}

static void close_connection(struct connection *connection, unsigned streams) {
	for (unsigned i = 0; connection->slots && i < streams; i++) {
		free(connection->slots[i].body);
		buffer_done(&connection->slots[i].answer);
	}
	free(connection->slots);
	nghttp2_session_del(connection->session);
	SSL_free(connection->ssl);
	buffer_done(&connection->output);
	buffer_done(&connection->input);
	if (connection->fd >= 0)
		close(connection->fd);
}

static SSL_CTX *new_context(const struct load_target *target) {
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (!context)
		return NULL;
	SSL_CTX_set_mode(context,
	    SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_load_verify_file(context, target->ca_file) != 1 ||
	    SSL_CTX_use_certificate_chain_file(context, target->certificate_file) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, target->key_file, SSL_FILETYPE_PEM) != 1) {
		ERR_print_errors_fp(stderr);
		SSL_CTX_free(context);
		return NULL;
	}
	return context;
}

static void work(struct load *load) {
	struct load_result *result = load->result;
	unsigned connections = load->target->connections;
	load->started_us = clock_monotonic_us();
	while (!load->is_broken &&
	    result->answered + result->refused + result->failed < load->job->requests) {
		for (unsigned i = 0; i < connections; i++) {
			issue(&load->connections[i]);
			flush(&load->connections[i]);
		}
		struct epoll_event events[64];
		int count = epoll_wait(load->epoll, events, 64, load->job->rate > 0 ? 1 : 1000);
		for (int i = 0; i < count; i++)
			receive(events[i].data.ptr);
	}
	result->seconds = (double)(clock_monotonic_us() - load->started_us) / 1e6;
}

int load_run(
    const struct load_target *target, const struct load_job *job, struct load_result *ret_result) {
	struct load load = { .target = target, .job = job, .result = ret_result };
	int status = -1;
	*ret_result = (struct load_result){ 0 };
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.context = new_context(target);
	load.connections = calloc(target->connections, sizeof(*load.connections));
	ret_result->latencies_us = calloc(job->requests, sizeof(uint32_t));
	if (load.epoll < 0 || !load.context || !load.connections || !ret_result->latencies_us)
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
	if (load.is_broken)
		fprintf(
		    stderr, "bench: a connection broke; first failure: %s\n", ret_result->first_failure);
	status = load.is_broken ? -1 : 0;
out:
	for (unsigned i = 0; load.connections && i < target->connections; i++)
		close_connection(&load.connections[i], target->is_http1 ? 1 : target->streams);
	free(load.connections);
	SSL_CTX_free(load.context);
	if (load.epoll >= 0)
		close(load.epoll);
	return status;
}

char *load_get(const struct load_target *target, const char *path) {
	char *answer = NULL;
	struct buffer input;
	buffer_init(&input, 1 << 20);
	SSL *ssl = NULL;
	SSL_CTX *context = new_context(target);
	int fd = dial(target);
	if (!context || fd < 0 || !(ssl = SSL_new(context)) || !SSL_set_fd(ssl, fd) ||
	    SSL_connect(ssl) != 1)
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
