/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that says the same 100 bytes to everything: what the network layer alone can do, to be
 * compared with nghttpd.
 *
 *	bench_net_server CERTIFICATE KEY PORT [THREADS]
 *	h2load -c16 -m32 -n300000 -d body https://127.0.0.1:PORT/
 */
#include "net/net.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char reply[] = "{\"voucher\":\"0194f8a2-7c5e-7000-8000-1b2c3d4e5f60\",\"remaining\":"
                            "\"5000000\",\"status\":\"VOUCHER_LIVE\"}\n";

static void handle(void *arg, struct exchange *exchange) {
	(void)arg;
	exchange_respond(exchange,
	    &(struct response){
	        .status = 200,
	        .content_type = "application/json",
	        .body = reply,
	        .body_bytes = sizeof(reply) - 1,
	    });
}

static void report(void *arg, const char *event, const char *address, const char *detail) {
	(void)arg;
	fprintf(stderr, "%s %s %s\n", event, address, detail);
}

int main(int argc, char **argv) {
	if (argc < 4) {
		fprintf(stderr, "usage: %s CERTIFICATE KEY PORT [THREADS]\n", argv[0]);
		return EXIT_FAILURE;
	}
	const struct net_config config = {
		.address = "127.0.0.1",
		.port = (uint16_t)atoi(argv[3]),
		.threads = argc > 4 ? (unsigned)atoi(argv[4]) : 1,
		.tls = { .certificate_file = argv[1], .key_file = argv[2] },
		.handler = handle,
		.on_event = report,
	};
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	struct net *net;
	const char *detail;
	enum err err = net_open(&config, &net, &detail);
	if (err) {
		fprintf(stderr, "%s: %s\n", err_text(err), detail);
		return EXIT_FAILURE;
	}
	if (net_start(net))
		return EXIT_FAILURE;
	int signal_number;
	sigwait(&ends, &signal_number);
	net_stop(net);
	net_close(net);
	return EXIT_SUCCESS;
}
