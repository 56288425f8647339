/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the port demands of TLS: 1.3 (1.2 by option), ALPN, client certificates checked against a CA
 * and a CRL when one is shown, and nothing that lets a revoked certificate come back: no tickets,
 * no session cache, no early data, no renegotiation. Contexts are immutable; any thread.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "base/err.h"
#include "net/net.h"

#include <openssl/types.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Loads the files. `ret_detail`: which file is wrong, and how (thread-local text). The caller owns
 * the context and gives it back with SSL_CTX_free. */
enum err tls_context_new(
    const struct net_tls *tls, SSL_CTX **ret_context, const char **ret_detail) MUST_CHECK;

/* The context of the day. Any thread; who looks at the generation before each use of a context of
 * its own never goes on with a stale one after tls_current_replace has returned. */
struct tls_current {
	pthread_mutex_t lock;
	SSL_CTX *context;
	_Atomic unsigned generation; /* grows with every replacement */
};

/* Both take the context over. */
void tls_current_init(struct tls_current *current, SSL_CTX *context);
void tls_current_replace(struct tls_current *current, SSL_CTX *context);

/* Gives *context back and puts the present one in its place, with a reference of the caller's
 * own. */
void tls_current_get(struct tls_current *current, SSL_CTX **context, unsigned *generation);

/* Also of zero bytes. */
void tls_current_done(struct tls_current *current);

/* False when the peer showed no certificate. */
bool tls_peer_spki(const SSL *ssl, uint8_t ret_spki_sha256[32]);

/* When its certificate expires, by the monotonic clock; INT64_MAX: it showed none. */
int64_t tls_peer_expires_us(const SSL *ssl);

/* Would this context accept the certificate that the peer showed, now? True when it showed none;
 * else `ret_detail` (static) says why not. */
bool tls_is_peer_accepted(SSL_CTX *context, const SSL *ssl, const char **ret_detail);

/* The client speaks HTTP/2. */
bool tls_is_http2(const SSL *ssl);

/* Why the last operation on it failed, from OpenSSL's queue, which it empties. Static text. */
const char *tls_failure(const SSL *ssl);

#endif
