/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/client/stub_server.h"

#include "support/suite.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUESTS_MAX  16
#define REQUEST_BYTES 8192

struct stub {
	struct stub_config config;
	SSL_CTX *context;
	pthread_t thread;
	int listener;
	int stop; /* eventfd */
	char url[64];
	unsigned resets, connections, requests;
	char texts[REQUESTS_MAX][REQUEST_BYTES];
};

/* False when the stub is to stop. */
static bool wait_for(const struct stub *stub, int fd) {
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = stub->stop, .events = POLLIN } };
	while (poll(fds, 2, -1) < 0)
		;
	return !fds[1].revents;
}

/* Reads until `text` holds a head and the body that its Content-Length promises. */
static bool read_request(const struct stub *stub, SSL *ssl, char text[REQUEST_BYTES]) {
	size_t bytes = 0, wanted = REQUEST_BYTES - 1;
	while (bytes < wanted) {
		if (!SSL_pending(ssl) && !wait_for(stub, SSL_get_fd(ssl)))
			return false;
		int got = SSL_read(ssl, text + bytes, (int)(REQUEST_BYTES - 1 - bytes));
		if (got <= 0)
			return false;
		bytes += (size_t)got;
		text[bytes] = '\0';
		const char *end = strstr(text, "\r\n\r\n");
		const char *length = strstr(text, "Content-Length: ");
		if (end)
			wanted = (size_t)(end + 4 - text) + (length ? strtoul(length + 16, NULL, 10) : 0);
	}
	return true;
}

/* Whether the connection goes on. */
static bool serve(struct stub *stub, SSL *ssl) {
	ck_assert_uint_lt(stub->requests, REQUESTS_MAX);
	if (!read_request(stub, ssl, stub->texts[stub->requests]))
		return false;
	const struct stub_action *action = &stub->config.actions[stub->requests++];
	if (action->step == STUB_LOSE)
		return false;
	if (action->step == STUB_SILENT) {
		(void)wait_for(stub, SSL_get_fd(ssl));
		return false;
	}
	return SSL_write(ssl, action->text, (int)strlen(action->text)) > 0;
}

/* Closing with unread bytes would reset the connection, and the client might not see the alert. */
static void close_gently(const struct stub *stub, int fd) {
	char rest[1024];
	shutdown(fd, SHUT_WR);
	while (wait_for(stub, fd) && read(fd, rest, sizeof(rest)) > 0)
		;
	close(fd);
}

/* As a kernel does for a process that has gone: here when the client's hello has come. */
static void reset(const struct stub *stub, int fd) {
	(void)wait_for(stub, fd);
	const struct linger at_once = { .l_onoff = 1 };
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
	close(fd);
}

static void converse(struct stub *stub, int fd) {
	SSL *ssl = SSL_new(stub->context);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1) {
		stub->connections++;
		while (stub->requests < stub->config.count && serve(stub, ssl))
			;
		SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	close_gently(stub, fd);
}

static void *run(void *stub_arg) {
	struct stub *stub = stub_arg;
	while (wait_for(stub, stub->listener)) {
		int fd = accept(stub->listener, NULL, NULL);
		if (fd >= 0 && stub->resets < stub->config.resets) {
			stub->resets++;
			reset(stub, fd);
		} else if (fd >= 0) {
			converse(stub, fd);
		}
	}
	return NULL;
}

static SSL_CTX *make_context(const struct stub_config *config) {
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	ck_assert_ptr_nonnull(context);
	ck_assert_int_eq(SSL_CTX_use_certificate_chain_file(context, config->certificate), 1);
	ck_assert_int_eq(
	    SSL_CTX_use_PrivateKey_file(context, config->certificate, SSL_FILETYPE_PEM), 1);
	if (config->client_ca) {
		ck_assert_int_eq(SSL_CTX_load_verify_locations(context, config->client_ca, NULL), 1);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	if (config->is_old)
		SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	return context;
}

struct stub *stub_start(const struct stub_config *config) {
	signal(SIGPIPE, SIG_IGN);
	struct stub *stub = calloc(1, sizeof(*stub));
	ck_assert_ptr_nonnull(stub);
	stub->config = *config;
	stub->context = make_context(config);
	stub->stop = eventfd(0, EFD_CLOEXEC);
	stub->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);
	ck_assert_int_eq(bind(stub->listener, (struct sockaddr *)&address, bytes), 0);
	ck_assert_int_eq(listen(stub->listener, 8), 0);
	ck_assert_int_eq(getsockname(stub->listener, (struct sockaddr *)&address, &bytes), 0);
	snprintf(stub->url, sizeof(stub->url), "https://127.0.0.1:%u", ntohs(address.sin_port));
	ck_assert_int_eq(pthread_create(&stub->thread, NULL, run, stub), 0);
	return stub;
}

const char *stub_url(const struct stub *stub) {
	return stub->url;
}

void stub_stop(struct stub *stub) {
	ck_assert_int_eq(eventfd_write(stub->stop, 1), 0);
	ck_assert_int_eq(pthread_join(stub->thread, NULL), 0);
	close(stub->listener);
	close(stub->stop);
	SSL_CTX_free(stub->context);
}

unsigned stub_connections(const struct stub *stub) {
	return stub->connections;
}

unsigned stub_requests(const struct stub *stub) {
	return stub->requests;
}

const char *stub_request(const struct stub *stub, unsigned number) {
	ck_assert_uint_lt(number, stub->requests);
	return stub->texts[number];
}

void stub_free(struct stub *stub) {
	free(stub);
}
