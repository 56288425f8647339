/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS server that does what a script says, request by request, for what a real one does too
 * seldom: lose a reply, be busy, say nothing. HTTP/1.1 only; one connection at a time.
 */
#ifndef TESTS_UNIT_CLIENT_STUB_SERVER_H
#define TESTS_UNIT_CLIENT_STUB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stub_step {
	STUB_REPLY,  /* sends `text`, a whole HTTP response, and keeps the connection */
	STUB_LOSE,   /* reads the request and closes */
	STUB_SILENT, /* reads the request and says nothing until the client gives up */
};

struct stub_action {
	enum stub_step step;
	const char *text;
};

struct stub_config {
	const char *certificate;           /* PEM: certificate and key */
	const char *client_ca;             /* NULL: clients need no certificate */
	bool is_old;                       /* TLS 1.2 and nothing newer */
	unsigned resets;                   /* connections that are reset first, without a word of TLS */
	const struct stub_action *actions; /* then it accepts nothing any more */
	size_t count;
};

struct stub;

struct stub *stub_start(const struct stub_config *config);
const char *stub_url(const struct stub *stub); /* "https://127.0.0.1:port" */

/* Ends it; afterwards the following may be asked. */
void stub_stop(struct stub *stub);
unsigned stub_connections(const struct stub *stub); /* whose handshake succeeded */
unsigned stub_requests(const struct stub *stub);
const char *stub_request(const struct stub *stub, unsigned number); /* head and body, from 0 */
void stub_free(struct stub *stub);

#endif
