/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/2 on a connection (RFC 9113), by nghttp2: many requests at a time, each on its stream.
 *
 * nghttp2 judges frames, header syntax, pseudo-headers and the agreement of Content-Length with the
 * body. What is added here are limits: streams, header lists, bodies per stream and per connection,
 * resets and control frames per ten seconds, and deadlines.
 */
#ifndef NET_HTTP2_H
#define NET_HTTP2_H

#include "net/conn.h"

extern const struct protocol http2_protocol;

#endif
