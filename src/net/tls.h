/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the port demands of TLS: 1.3 (1.2 by option), ALPN, client certificates checked against a CA
 * and a CRL when one is shown, and nothing that lets a revoked certificate come back: no tickets, no
 * session cache, no early data, no renegotiation. Contexts are immutable; any thread.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "base/err.h"
#include "net/net.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

/* Loads the files. `ret_detail`: which file is wrong, and how (thread-local text). The caller owns
 * the context and gives it back with SSL_CTX_free. */
enum err tls_context_new(
    const struct net_tls *tls, SSL_CTX **ret_context, const char **ret_detail) MUST_CHECK;

/* False when the peer showed no certificate. */
bool tls_peer_spki(const SSL *ssl, uint8_t ret_spki_sha256[32]);

/* Would this context accept the certificate that the peer showed, now? True when it showed none;
 * else `ret_detail` (static) says why not. */
bool tls_is_peer_accepted(SSL_CTX *context, const SSL *ssl, const char **ret_detail);

/* The client speaks HTTP/2. */
bool tls_is_http2(const SSL *ssl);

/* Why the last operation on it failed, from OpenSSL's queue, which it empties. Static text. */
const char *tls_failure(const SSL *ssl);

#endif
