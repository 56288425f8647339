/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What client.c shares with the two protocols: connections and their requests in flight.
 */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include "client.h"

#include <openssl/ssl.h>

enum { INPUT_BYTES = 65536 }; /* a frame or an answer of HTTP/1.1 is smaller */

struct slot { /* one request in flight */
	struct load_request request;
	struct slot *next_free;
	int64_t started_us;
	size_t body_sent;
	uint32_t stream_id; /* 0: free */
	int64_t window;     /* bytes that the server takes on this stream */
	bool is_200;
	struct buffer answer;
};

struct connection {
	struct load *load;
	int fd;
	SSL *ssl;
	struct slot *slots;
	struct slot *free_slots;
	struct buffer output; /* bytes for SSL_write */
	size_t output_sent;
	uint8_t *input; /* INPUT_BYTES */
	size_t input_bytes;
	bool wants_write;
	/* HTTP/2 */
	bool is_ready; /* the server's settings are here */
	bool is_begun; /* the headers that repeat are in the server's table */
	uint32_t next_stream_id;
	int64_t window;         /* bytes that the server takes on this connection */
	int64_t initial_window; /* and on a new stream */
	uint32_t received;      /* bytes of DATA that the server was not told of yet */
	unsigned unsent;        /* requests whose body waits for a window */
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
	int64_t now_us; /* read once per burst */
	bool has_ended; /* job->seconds are over */
	bool is_broken;
};

/* A complete answer: judges and counts it, and frees the slot. */
void wire_finish(struct connection *connection, struct slot *slot);
/* The connection cannot go on. */
void wire_break(struct connection *connection, const char *why);

/* A connected socket; −1: none. */
int wire_dial(const struct load_target *target);
/* Keys, trust, and the version, cipher and group that every server is asked for; NULL: said why. */
SSL_CTX *wire_new_context(const struct load_target *target);
/* A TLS client on a socket, its handshake still to be done; NULL: none. */
SSL *wire_new_ssl(SSL_CTX *context, const struct load_target *target, int fd);

/* Each takes whole frames or answers from connection->input and returns the bytes that it took. */
size_t http1_receive(struct connection *connection);
size_t http2_receive(struct connection *connection);

/* Each appends to connection->output. */
void http1_send(struct connection *connection, struct slot *slot);
void http2_begin(struct connection *connection);
void http2_send(struct connection *connection, struct slot *slot);

#endif
