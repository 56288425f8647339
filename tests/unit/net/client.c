/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/net/client.h"

#include "support/suite.h"
#include "unit/net/pki.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int client_connect(uint16_t port, const char *from) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct timeval patience = { .tv_sec = CLIENT_PATIENCE_S };
	int one = 1;
	ck_assert_int_ge(fd, 0);
	signal(SIGPIPE, SIG_IGN);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (from) {
		inet_pton(AF_INET, from, &address.sin_addr);
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	}
	address.sin_port = htons(port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void set_alpn(SSL *ssl, const char *alpn) {
	unsigned char wire[32];
	size_t bytes = strlen(alpn);
	wire[0] = (unsigned char)bytes;
	memcpy(wire + 1, alpn, bytes);
	ck_assert_int_eq(SSL_set_alpn_protos(ssl, wire, (unsigned)bytes + 1), 0);
}

static void use_identity(SSL_CTX *context, const struct pki_identity *identity) {
	ck_assert_int_eq(SSL_CTX_use_certificate_chain_file(context, identity->certificate_file), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey_file(context, identity->key_file, SSL_FILETYPE_PEM), 1);
}

bool client_open(struct client *client, const struct client_options *options) {
	*client = (struct client){ .fd = client_connect(options->port, options->from) };
	client->context = SSL_CTX_new(TLS_client_method());
	ck_assert_ptr_nonnull(client->context);
	if (options->ca_file) {
		ck_assert_int_eq(SSL_CTX_load_verify_file(client->context, options->ca_file), 1);
		SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
	}
	if (options->identity)
		use_identity(client->context, options->identity);
	if (options->tls_max)
		SSL_CTX_set_max_proto_version(client->context, options->tls_max);
	client->ssl = SSL_new(client->context);
	ck_assert_ptr_nonnull(client->ssl);
	SSL_set_fd(client->ssl, client->fd);
	if (options->alpn)
		set_alpn(client->ssl, options->alpn);
	bool is_open = SSL_connect(client->ssl) == 1;
	ERR_clear_error();
	return is_open;
}

void client_vanish(struct client *client) {
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

void client_close(struct client *client) {
	if (client->fd >= 0 && SSL_is_init_finished(client->ssl))
		SSL_shutdown(client->ssl);
	ERR_clear_error();
	client_vanish(client);
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	*client = (struct client){ .fd = -1 };
}

bool client_send(struct client *client, const void *data, size_t bytes) {
	size_t written;
	bool is_sent = SSL_write_ex(client->ssl, data, bytes, &written) == 1;
	ERR_clear_error();
	return is_sent;
}

bool client_say(struct client *client, const char *text) {
	return client_send(client, text, strlen(text));
}

enum client_end client_receive(struct client *client, void *room, size_t bytes, size_t *ret_bytes) {
	errno = 0;
	int result = SSL_read_ex(client->ssl, room, bytes, ret_bytes);
	if (result == 1)
		return CLIENT_GOT;
	int error = SSL_get_error(client->ssl, result);
	ck_assert_msg(error != SSL_ERROR_WANT_READ && errno != EAGAIN, "the server says nothing");
	ERR_clear_error();
	return error == SSL_ERROR_ZERO_RETURN ? CLIENT_CLOSED : CLIENT_CUT;
}

enum client_end client_receive_all(struct client *client, struct buffer *ret_bytes) {
	for (;;) {
		size_t got;
		char *room = buffer_reserve(ret_bytes, 16384);
		ck_assert_ptr_nonnull(room);
		enum client_end end = client_receive(client, room, 16384, &got);
		if (end != CLIENT_GOT)
			return end;
		buffer_grow(ret_bytes, got);
	}
}

static bool receive_head(struct client *client, struct client_response *response) {
	size_t bytes = 0, got;
	while (bytes < 4 || memcmp(response->head + bytes - 4, "\r\n\r\n", 4) != 0) {
		ck_assert_uint_lt(bytes, sizeof(response->head) - 1);
		if (client_receive(client, response->head + bytes, 1, &got) != CLIENT_GOT)
			return false;
		bytes++;
	}
	response->head[bytes] = '\0';
	return true;
}

bool client_response(struct client *client, bool is_head, struct client_response *ret_response) {
	struct client_response *response = ret_response;
	*response = (struct client_response){ 0 };
	buffer_init(&response->body, 0);
	if (!receive_head(client, response))
		return false;
	ck_assert_int_eq(strncmp(response->head, "HTTP/1.1 ", 9), 0);
	response->status = atoi(response->head + 9);
	response->closes = strstr(response->head, "\r\nconnection: close\r\n") != NULL;
	const char *length = strstr(response->head, "\r\ncontent-length: ");
	response->content_length = length ? strtoul(length + 18, NULL, 10) : 0;
	size_t left = is_head || response->status == 100 ? 0 : response->content_length;
	while (left) {
		size_t got;
		char *room = buffer_reserve(&response->body, left);
		ck_assert_ptr_nonnull(room);
		if (client_receive(client, room, left, &got) != CLIENT_GOT)
			return false;
		buffer_grow(&response->body, got);
		left -= got;
	}
	return true;
}

void client_response_done(struct client_response *response) {
	buffer_done(&response->body);
}
