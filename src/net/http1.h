/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 on a connection: keep-alive, one request at a time. Pipelined requests wait their turn,
 * so answers come in order.
 */
#ifndef NET_HTTP1_H
#define NET_HTTP1_H

#include "net/conn.h"

extern const struct protocol http1_protocol;

#endif
