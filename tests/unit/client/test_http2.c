/* SPDX-License-Identifier: Apache-2.0 */
/* libvoucher against our own network layer: HTTP/2, a client certificate, several threads. */
#include "net/net.h"
#include "support/suite.h"
#include "unit/client/pki.h"
#include "voucher/client.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4
#define CALLS   50

static _Atomic unsigned requests;

/* Says what it saw, and gives the body back. */
static void echo(void *arg, struct exchange *exchange) {
	(void)arg;
	const struct request *request = exchange_request(exchange);
	atomic_fetch_add(&requests, 1);
	char text[300];
	int bytes = snprintf(text, sizeof(text), "%s %s certificate=%d token=%s %.*s", request->method,
	    request->is_http2 ? "h2" : "h1", request->has_certificate, request->authorization,
	    (int)request->body_bytes, request->body);
	struct response response = {
		.status = 200,
		.content_type = "text/plain",
		.body = text,
		.body_bytes = (size_t)bytes,
	};
	exchange_respond(exchange, &response);
}

static struct net *start(const struct pki *pki, char url[64]) {
	struct net_config config = {
		.address = "127.0.0.1",
		.threads = 1,
		.tls = { .certificate_file = pki->server,
		    .key_file = pki->server,
		    .client_ca_file = pki->ca },
		.handler = echo,
	};
	struct net *net = NULL;
	const char *detail = "";
	enum err err = net_open(&config, &net, &detail);
	ck_assert_msg(err == ERR_OK, "%s", detail);
	ck_assert_int_eq(net_start(net), ERR_OK);
	snprintf(url, 64, "https://127.0.0.1:%u", net_port(net));
	return net;
}

static void call(struct voucher_client *client, const char *body, const char *expected) {
	struct voucher_reply *reply = NULL;
	enum voucher_result result = voucher_call(client, body ? "POST" : "GET", "/v1/x", body, &reply);
	ck_assert_msg(result == VOUCHER_OK, "%s", voucher_client_error(client));
	ck_assert_str_eq(voucher_reply_body(reply), expected);
	voucher_reply_free(reply);
}

START_TEST(http2_is_spoken_and_the_identity_shown) {
	struct pki pki;
	char url[64];
	pki_make(&pki);
	struct net *net = start(&pki, url);
	struct voucher_client_config config = { .server = url, .ca_file = pki.ca };
	struct voucher_client *client = NULL;
	config.token = "abc";
	ck_assert_int_eq(voucher_client_new(&config, &client, NULL), VOUCHER_OK);
	call(client, NULL, "GET h2 certificate=0 token=Bearer abc ");
	voucher_client_free(client);
	config.token = NULL;
	config.certificate_file = pki.client;
	ck_assert_int_eq(voucher_client_new(&config, &client, NULL), VOUCHER_OK);
	call(client, NULL, "GET h2 certificate=1 token= ");
	call(client, "{\"commands\":[]}", "POST h2 certificate=1 token= {\"commands\":[]}");
	voucher_client_free(client);
	net_stop(net);
	net_close(net);
}
END_TEST

struct caller {
	pthread_t thread;
	struct voucher_client *client;
	unsigned number;
};

static void *run_calls(void *arg) {
	struct caller *caller = arg;
	char body[32], expected[100];
	for (unsigned i = 0; i < CALLS; i++) {
		snprintf(body, sizeof(body), "{\"n\":%u}", caller->number * CALLS + i);
		snprintf(expected, sizeof(expected), "POST h2 certificate=1 token= %s", body);
		call(caller->client, body, expected);
	}
	return NULL;
}

START_TEST(each_thread_has_its_own_client) {
	struct pki pki;
	char url[64];
	pki_make(&pki);
	struct net *net = start(&pki, url);
	struct voucher_client_config config = {
		.server = url, .ca_file = pki.ca, .certificate_file = pki.client
	};
	struct caller callers[THREADS];
	for (unsigned i = 0; i < THREADS; i++) {
		callers[i].number = i;
		ck_assert_int_eq(voucher_client_new(&config, &callers[i].client, NULL), VOUCHER_OK);
		ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, run_calls, &callers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_join(callers[i].thread, NULL), 0);
		voucher_client_free(callers[i].client);
	}
	ck_assert_uint_eq(atomic_load(&requests), THREADS * CALLS);
	net_stop(net);
	net_close(net);
}
END_TEST

SUITE_MAIN("http2", http2_is_spoken_and_the_identity_shown, each_thread_has_its_own_client)
