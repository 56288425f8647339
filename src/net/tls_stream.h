/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes over TLS on a non-blocking socket: handshake, read, buffered write, goodbye. No events, no
 * deadlines, no policy. Touched by one thread.
 *
 * Why not bufferevent_openssl (libevent 2.1.12): it reports an unexpected end as an error and sends
 * no close_notify, copies each byte once more, and calls back when it likes. Here a turn of the
 * loop reads what there is, and writes once.
 */
#ifndef NET_TLS_STREAM_H
#define NET_TLS_STREAM_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TLS_CHUNK_BYTES = 32768 };

/* Output waits in one chunk, taken from the pool when there is something to say. */
struct tls_chunk {
	struct tls_chunk *next;
	char data[TLS_CHUNK_BYTES];
};

/* What the streams of one thread share. All zero: empty. */
struct tls_chunk_pool {
	struct tls_chunk *free;
	unsigned free_count;
	unsigned warm_count; /* streams that keep OpenSSL's two buffers (34 KB) while they are idle */
};

void tls_chunk_pool_done(struct tls_chunk_pool *pool);

struct tls_stream {
	SSL *ssl;
	int fd;
	struct tls_chunk_pool *pool;
	struct tls_chunk *out; /* NULL: nothing waits */
	uint32_t out_start, out_end;
	bool is_warm;    /* counted in the pool */
	bool is_blocked; /* go on when the socket is writable */
	uint64_t written_bytes;
};

enum tls_result {
	TLS_OK,
	TLS_AGAIN,  /* not now: wait for the socket; when is_blocked, for room in it */
	TLS_CLOSED, /* the peer said goodbye */
	TLS_FAILED, /* it broke, or it was no TLS; tls_failure says why */
};

/* Takes the socket over, also on failure. False: out of memory. */
bool tls_stream_open(
    struct tls_stream *stream, SSL_CTX *context, int fd, struct tls_chunk_pool *pool);

/* Closes the socket. A stream of zero bytes and fd -1 too. */
void tls_stream_close(struct tls_stream *stream);

enum tls_result tls_stream_handshake(struct tls_stream *stream);

/* At least one byte when TLS_OK. */
enum tls_result tls_stream_read(
    struct tls_stream *stream, void *room, size_t bytes, size_t *ret_bytes);

/* Read, but not handed out yet: the socket will not become readable for it. */
bool tls_stream_has_pending(const struct tls_stream *stream);

/* How many bytes tls_stream_append would take. 0 when out of memory, too. */
size_t tls_stream_room(struct tls_stream *stream);

/* Takes as much as there is room for; returns how much. */
size_t tls_stream_append(struct tls_stream *stream, const void *data, size_t bytes);

/* Writes what waits. TLS_OK: all of it. */
enum tls_result tls_stream_flush(struct tls_stream *stream);

static inline bool tls_stream_has_output(const struct tls_stream *stream) {
	return stream->out != NULL;
}

/* Says goodbye and sends no more. Afterwards only tls_stream_discard and tls_stream_close. */
void tls_stream_goodbye(struct tls_stream *stream);

/* Throws away what still comes, so that closing does not reset the connection before the peer has
 * read our last words. TLS_AGAIN until the peer is gone. */
enum tls_result tls_stream_discard(struct tls_stream *stream, void *room, size_t bytes);

#endif
