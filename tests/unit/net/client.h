/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client for tests: TLS on a blocking socket, and just enough of HTTP/1.1. Reading gives up after
 * CLIENT_PATIENCE_S, which fails the test.
 */
#ifndef TESTS_UNIT_NET_CLIENT_H
#define TESTS_UNIT_NET_CLIENT_H

#include "base/buffer.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pki_identity;

enum { CLIENT_PATIENCE_S = 20 };

struct client_options {
	uint16_t port;
	const char *from;                    /* local address, or NULL */
	const char *ca_file;                 /* whom to trust; NULL: anyone */
	const char *alpn;                    /* "h2", "http/1.1" or NULL */
	const struct pki_identity *identity; /* or NULL */
	int tls_max;                         /* such as TLS1_2_VERSION, or 0 */
};

struct client {
	SSL_CTX *context;
	SSL *ssl;
	int fd;
};

enum client_end {
	CLIENT_GOT,    /* bytes */
	CLIENT_CLOSED, /* after close_notify */
	CLIENT_CUT,    /* without, or reset, or an alert */
};

/* A connected TCP socket. */
int client_connect(uint16_t port, const char *from);

/* False: the handshake failed. With TLS 1.3 a server that refuses our certificate says so only when
 * we read. Needs client_close in any case. */
bool client_open(struct client *client, const struct client_options *options);
void client_close(struct client *client);

/* Closes the socket without a word. */
void client_vanish(struct client *client);

/* False: the server does not listen any more. */
bool client_send(struct client *client, const void *data, size_t bytes);
bool client_say(struct client *client, const char *text);

enum client_end client_receive(struct client *client, void *room, size_t bytes, size_t *ret_bytes);

/* Until the server closes. */
enum client_end client_receive_all(struct client *client, struct buffer *ret_bytes);

struct client_response {
	int status;
	bool closes; /* Connection: close */
	size_t content_length;
	char head[2048];
	struct buffer body;
};

/* One response with Content-Length; false: the connection ended before. */
bool client_response(struct client *client, bool is_head, struct client_response *ret_response);
void client_response_done(struct client_response *response);

#endif
