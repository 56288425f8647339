/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running server for tests, with a certificate authority and a handler that does by path:
 *
 *	/echo     200: "METHOD PATH QUERY TYPE ACCEPT KEY" and the body, if any, behind a newline
 *	/whoami   200: the certificate's SPKI SHA-256 in hexadecimal, or "nobody"
 *	/size     200: how many bytes of body came
 *	/big?N    200: N bytes of body
 *	/later    as /echo, but posted by another thread
 *	/hold     nothing, until fixture_release
 *	/timer    200 after 10 ms, by the exchange's timer
 *	/hour     the same after an hour
 *	/empty    204
 *	/fields   405 with every optional header field
 *	others    404
 */
#ifndef TESTS_UNIT_NET_FIXTURE_H
#define TESTS_UNIT_NET_FIXTURE_H

#include "net/net.h"
#include "unit/net/client.h"
#include "unit/net/pki.h"

#include <stdbool.h>

struct fixture;

struct fixture_options {
	struct net_limits limits;
	unsigned threads;
	bool allow_tls12;
	bool has_crl; /* an empty one */
};

struct fixture {
	struct net *net;
	uint16_t port;
	struct pki pki, other_pki; /* the server trusts the first for clients */
	struct pki_identity server, alice, bob, stranger, expired; /* the stranger: by other_pki */
	struct net_tls tls;
	char crl_file[PKI_PATH_BYTES];
	struct fixture_state *state;
};

void fixture_start(struct fixture *fixture, const struct fixture_options *options);
/* Stops and closes; every exchange must have been answered. */
void fixture_stop(struct fixture *fixture);

struct client_options fixture_client(const struct fixture *fixture);

/* Until /hold has been asked for that often altogether. */
void fixture_wait_held(struct fixture *fixture, unsigned count);

/* How often it has been. */
unsigned fixture_held(struct fixture *fixture);

/* Answers everything that is held, from this thread by exchange_post. Returns how many of them were
 * abandoned, once all have been answered. */
unsigned fixture_release(struct fixture *fixture);

/* As fixture_release, when the loops have ended already: they are answered by fixture_stop. */
void fixture_leave_held(struct fixture *fixture);

/* One of them, to be answered by the caller. */
struct exchange *fixture_take_held(struct fixture *fixture);

/* Until one of these events has been reported that often. `ret_detail` may be NULL. */
void fixture_wait_event(
    struct fixture *fixture, const char *event, unsigned count, char ret_detail[256]);
unsigned fixture_event_count(struct fixture *fixture, const char *event);

#endif
