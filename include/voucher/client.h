/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libvoucher: talk to a voucherd from a program of your own.
 *
 * JSON in, JSON (or what is asked for) out, over mutual TLS (or TLS with a token). Thread-safe as
 * long as each thread has its own client. Nothing here shows a type of another library.
 *
 *	struct voucher_client_config config = { .server = "https://vouchers.example.cn:8443",
 *		.ca_file = "ca.pem", .certificate_file = "me.pem", .key_file = "me.key", .retries = 4 };
 *	const char *detail;
 *	if (voucher_client_new(&config, &client, &detail) != VOUCHER_OK) …
 *	if (voucher_call(client, "GET", "/v1/vouchers/42", NULL, &reply) == VOUCHER_OK)
 *		puts(voucher_reply_body(reply));
 *	voucher_reply_free(reply);
 */
#ifndef VOUCHER_CLIENT_H
#define VOUCHER_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct voucher_client;

/* Texts are copied. */
struct voucher_client_config {
	const char *server;  /* "https://host:8443": no path, no user */
	const char *ca_file; /* PEM: who signed the server's certificate; nobody else is trusted */
	const char *certificate_file; /* PEM; NULL: no client certificate */
	const char *key_file;         /* PEM; NULL: it is in certificate_file */
	const char *token;            /* bearer token; NULL: none */
	uint32_t timeout_ms;          /* of one call, its repetitions included; 0: 30,000 */
	uint32_t retries;             /* how often a call is repeated after a lost reply or a 503 */
};

enum voucher_result {
	VOUCHER_OK = 0,
	VOUCHER_REFUSED = 1, /* the server answered with a problem document: see voucher_reply_body */
	VOUCHER_UNREACHABLE = -1, /* no connection: nothing was sent, nothing has happened */
	VOUCHER_UNTRUSTED = -2,   /* the server's certificate, or ours, was not accepted */
	VOUCHER_MEMORY = -3,
	VOUCHER_USAGE = -4, /* the configuration or an argument is wrong */
	VOUCHER_LOST = -5,  /* sent, but not answered: the command may or may not have taken effect;
	                     * repeat it with its id */
};

struct voucher_reply;

/* `ret_detail`, if not NULL: a sentence about what is wrong, valid until the next call on this
 * thread. */
enum voucher_result voucher_client_new(const struct voucher_client_config *config,
    struct voucher_client **ret_client, const char **ret_detail);
void voucher_client_free(struct voucher_client *client); /* accepts NULL */

/* A new command id (UUID version 7), 36 characters and NUL. */
void voucher_command_id(char ret_id[37]);

/*
 * One HTTP call. `method` is "GET" or "POST"; `target` begins with "/"; `body` is JSON text or
 * NULL. A POST carries its idempotency key in the body, so it is safe to repeat, and is repeated as
 * `retries` says, with growing, random pauses. `ret_reply` is set with VOUCHER_OK and
 * VOUCHER_REFUSED and is the caller's to free; it does not depend on the client.
 */
enum voucher_result voucher_call(struct voucher_client *client, const char *method,
    const char *target, const char *body, struct voucher_reply **ret_reply);

/*
 * A GET that wants the answer in another form: `accept` is a media type such as
 * "application/x-protobuf", which the journal and every object come in. The body then is bytes,
 * voucher_reply_bytes() of them. What is refused is JSON all the same.
 */
enum voucher_result voucher_get(struct voucher_client *client, const char *target,
    const char *accept, struct voucher_reply **ret_reply);

unsigned voucher_reply_status(const struct voucher_reply *reply);  /* HTTP status */
const char *voucher_reply_body(const struct voucher_reply *reply); /* terminated text, "" if none */
size_t voucher_reply_bytes(const struct voucher_reply *reply);
const char *voucher_reply_next(
    const struct voucher_reply *reply);               /* target of Link rel="next", or NULL */
void voucher_reply_free(struct voucher_reply *reply); /* accepts NULL */

/* A sentence about the last failed call on this client, "" if none failed; valid until its next
 * call. */
const char *voucher_client_error(const struct voucher_client *client);

#ifdef __cplusplus
}
#endif

#endif
