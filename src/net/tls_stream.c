/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL's error queue is empty between any two calls: whoever fails takes its error out, with
 * tls_failure or ERR_clear_error. SSL_get_error depends on it.
 */
#include "net/tls_stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CHUNKS_KEPT = 64,
	STREAMS_WARM = 256, /* the others of a thread give their buffers back after each use */
};

/* --- chunks --- */

static struct tls_chunk *take_chunk(struct tls_chunk_pool *pool) {
	struct tls_chunk *chunk = pool->free;
	if (!chunk)
		return malloc(sizeof(*chunk));
	pool->free = chunk->next;
	pool->free_count--;
	return chunk;
}

static void give_chunk(struct tls_chunk_pool *pool, struct tls_chunk *chunk) {
	if (pool->free_count == CHUNKS_KEPT) {
		free(chunk);
		return;
	}
	chunk->next = pool->free;
	pool->free = chunk;
	pool->free_count++;
}

void tls_chunk_pool_done(struct tls_chunk_pool *pool) {
	while (pool->free) {
		struct tls_chunk *chunk = pool->free;
		pool->free = chunk->next;
		free(chunk);
	}
	pool->free_count = 0;
}

/* --- the stream --- */

static void keep_or_release_buffers(struct tls_stream *stream) {
	stream->is_warm = stream->pool->warm_count < STREAMS_WARM;
	if (stream->is_warm)
		stream->pool->warm_count++;
	else
		SSL_set_mode(stream->ssl, SSL_MODE_RELEASE_BUFFERS);
}

bool tls_stream_open(
    struct tls_stream *stream, SSL_CTX *context, int fd, struct tls_chunk_pool *pool) {
	*stream = (struct tls_stream){ .fd = fd, .pool = pool, .ssl = SSL_new(context) };
	if (stream->ssl && SSL_set_fd(stream->ssl, fd) == 1) {
		SSL_set_accept_state(stream->ssl);
		keep_or_release_buffers(stream);
		return true;
	}
	ERR_clear_error();
	return false;
}

static void drop_output(struct tls_stream *stream) {
	if (stream->out)
		give_chunk(stream->pool, stream->out);
	stream->out = NULL;
	stream->out_start = stream->out_end = 0;
}

void tls_stream_close(struct tls_stream *stream) {
	drop_output(stream);
	if (stream->is_warm)
		stream->pool->warm_count--;
	SSL_free(stream->ssl);
	if (stream->fd >= 0)
		close(stream->fd);
	*stream = (struct tls_stream){ .fd = -1 };
}

static enum tls_result judge(struct tls_stream *stream, int result) {
	switch (SSL_get_error(stream->ssl, result)) {
	case SSL_ERROR_WANT_READ: return TLS_AGAIN;
	case SSL_ERROR_WANT_WRITE: stream->is_blocked = true; return TLS_AGAIN;
	case SSL_ERROR_ZERO_RETURN: return TLS_CLOSED;
	default: return TLS_FAILED;
	}
}

enum tls_result tls_stream_handshake(struct tls_stream *stream) {
	stream->is_blocked = false;
	int result = SSL_do_handshake(stream->ssl);
	return result == 1 ? TLS_OK : judge(stream, result);
}

enum tls_result tls_stream_read(
    struct tls_stream *stream, void *room, size_t bytes, size_t *ret_bytes) {
	stream->is_blocked = false; /* the flush at the end of the turn finds out */
	int result = SSL_read_ex(stream->ssl, room, bytes, ret_bytes);
	return result == 1 ? TLS_OK : judge(stream, result);
}

bool tls_stream_has_pending(const struct tls_stream *stream) {
	return SSL_has_pending(stream->ssl);
}

size_t tls_stream_room(struct tls_stream *stream) {
	if (!stream->out)
		stream->out = take_chunk(stream->pool);
	return stream->out ? TLS_CHUNK_BYTES - stream->out_end : 0;
}

size_t tls_stream_append(struct tls_stream *stream, const void *data, size_t bytes) {
	size_t room = tls_stream_room(stream);
	size_t count = bytes < room ? bytes : room;
	if (!count)
		return 0;
	memcpy(stream->out->data + stream->out_end, data, count);
	stream->out_end += (uint32_t)count;
	return count;
}

static enum tls_result fail_quietly(enum tls_result result) {
	if (result == TLS_FAILED)
		ERR_clear_error(); /* the reader, or the deadline, finds out what became of the peer */
	return result;
}

enum tls_result tls_stream_flush(struct tls_stream *stream) {
	stream->is_blocked = false;
	while (stream->out_start < stream->out_end) {
		size_t written;
		/* always all that waits: a write to be repeated must not shrink */
		int result = SSL_write_ex(stream->ssl, stream->out->data + stream->out_start,
		    stream->out_end - stream->out_start, &written);
		if (result != 1)
			return fail_quietly(judge(stream, result));
		stream->out_start += (uint32_t)written;
		stream->written_bytes += written;
	}
	drop_output(stream);
	return TLS_OK;
}

void tls_stream_goodbye(struct tls_stream *stream) {
	drop_output(stream);
	if (SSL_is_init_finished(stream->ssl) && SSL_shutdown(stream->ssl) < 0)
		ERR_clear_error(); /* the peer does without it */
	shutdown(stream->fd, SHUT_WR);
}

enum tls_result tls_stream_discard(struct tls_stream *stream, void *room, size_t bytes) {
	ssize_t got = recv(stream->fd, room, bytes, 0);
	if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
		return TLS_AGAIN;
	return TLS_CLOSED;
}
