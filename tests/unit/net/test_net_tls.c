/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include "base/text.h"
#include "support/suite.h"
#include "unit/net/client.h"
#include "unit/net/fixture.h"
#include "unit/net/h2_client.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct fixture fixture;

static void start(bool has_crl) {
	fixture_start(&fixture, &(struct fixture_options){ .has_crl = has_crl });
}

/* What /whoami says to this client. */
static void ask_who_i_am(struct client *client, char ret_text[65]) {
	struct client_response response;
	ck_assert(client_say(client, "GET /whoami HTTP/1.1\r\nHost: localhost\r\n\r\n"));
	ck_assert(client_response(client, false, &response));
	ck_assert_int_eq(response.status, 200);
	ck_assert_uint_le(response.body.bytes, 64);
	snprintf(ret_text, 65, "%s", buffer_string(&response.body));
	client_response_done(&response);
}

START_TEST(a_client_certificate_is_seen_as_the_digest_of_its_key) {
	start(true);
	struct client_options options = fixture_client(&fixture);
	const struct pki_identity *who[] = { &fixture.alice, &fixture.bob };
	for (size_t i = 0; i < COUNT(who); i++) {
		struct client client;
		char expected[65], answered[65];
		options.identity = who[i];
		ck_assert(client_open(&client, &options));
		text_hex(who[i]->spki_sha256, 32, expected);
		ask_who_i_am(&client, answered);
		ck_assert_str_eq(answered, expected);
		client_close(&client);
	}
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_client_without_certificate_is_nobody) {
	start(true);
	struct client_options options = fixture_client(&fixture);
	struct client client;
	char answered[65];
	ck_assert(client_open(&client, &options));
	ck_assert_str_eq(SSL_get_version(client.ssl), "TLSv1.3");
	ask_who_i_am(&client, answered);
	ck_assert_str_eq(answered, "nobody");
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

/* The server's alert comes when we read, or the connection breaks before. */
static void assert_refused(const struct pki_identity *identity, const char *reason) {
	struct client_options options = fixture_client(&fixture);
	unsigned before = fixture_event_count(&fixture, "handshake_failed");
	struct client client;
	char room[16], detail[256];
	size_t got;
	options.identity = identity;
	if (client_open(&client, &options)) {
		client_say(&client, "GET /whoami HTTP/1.1\r\nHost: localhost\r\n\r\n");
		ck_assert_int_eq(client_receive(&client, room, sizeof(room), &got), CLIENT_CUT);
	}
	client_close(&client);
	fixture_wait_event(&fixture, "handshake_failed", before + 1, detail);
	ck_assert_str_eq(detail, reason);
}

START_TEST(certificates_that_do_not_verify_are_refused) {
	start(true);
	assert_refused(&fixture.stranger, "unable to get local issuer certificate");
	assert_refused(&fixture.expired, "certificate has expired");
	assert_refused(&fixture.server, "unsuitable certificate purpose");
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_revoked_certificate_is_refused_and_cannot_resume) {
	start(true);
	struct client_options options = fixture_client(&fixture);
	struct client client;
	char answered[65];
	options.identity = &fixture.alice;
	ck_assert(client_open(&client, &options));
	ask_who_i_am(&client, answered);
	SSL_SESSION *session = SSL_get0_session(client.ssl);
	ck_assert(!session || !SSL_SESSION_is_resumable(session));
	client_close(&client);
	pki_write_crl(&fixture.pki, "now", fixture.alice.serial, false, fixture.crl_file);
	const char *detail;
	ck_assert_int_eq(net_reload(fixture.net, &fixture.tls, &detail), ERR_OK);
	assert_refused(&fixture.alice, "certificate revoked");
	fixture_stop(&fixture);
}
END_TEST

START_TEST(tls_1_2_is_refused_by_default) {
	start(false);
	struct client_options options = fixture_client(&fixture);
	struct client client;
	char detail[256];
	options.tls_max = TLS1_2_VERSION;
	ck_assert(!client_open(&client, &options));
	client_close(&client);
	fixture_wait_event(&fixture, "handshake_failed", 1, detail);
	ck_assert_str_eq(detail, "unsupported protocol");
	fixture_stop(&fixture);
}
END_TEST

START_TEST(tls_1_2_is_spoken_by_option_without_tickets) {
	fixture_start(&fixture, &(struct fixture_options){ .has_crl = true, .allow_tls12 = true });
	struct client_options options = fixture_client(&fixture);
	struct client client;
	char answered[65], expected[65];
	options.tls_max = TLS1_2_VERSION;
	options.identity = &fixture.bob;
	ck_assert(client_open(&client, &options));
	ck_assert_str_eq(SSL_get_version(client.ssl), "TLSv1.2");
	ask_who_i_am(&client, answered);
	text_hex(fixture.bob.spki_sha256, 32, expected);
	ck_assert_str_eq(answered, expected);
	SSL_SESSION *session = SSL_get1_session(client.ssl);
	ck_assert(!SSL_SESSION_has_ticket(session));
	SSL_SESSION_free(session);
	ck_assert_int_le(SSL_renegotiate(client.ssl) == 1 && SSL_do_handshake(client.ssl) == 1, 0);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_client_that_offers_only_unknown_protocols_is_refused) {
	start(false);
	struct client_options options = fixture_client(&fixture);
	struct client client;
	options.alpn = "spdy/3";
	ck_assert(!client_open(&client, &options));
	client_close(&client);
	options.alpn = NULL; /* offers none: HTTP/1.1 */
	char answered[65];
	ck_assert(client_open(&client, &options));
	ask_who_i_am(&client, answered);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(garbage_on_the_port_is_closed_without_harm) {
	static const struct {
		const char *data;
		size_t bytes;
	} garbage[] = {
		{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 26 },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16 },
		{ "\x16\x03\x01\xff\xff\xff\xff\xff\xff", 9 },
		{ "SSH-2.0-OpenSSH_9.2\r\n", 21 },
		{ "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10 },
	};
	start(false);
	for (size_t i = 0; i < COUNT(garbage); i++) {
		int fd = client_connect(fixture.port, NULL);
		char room[256];
		ck_assert_int_eq(send(fd, garbage[i].data, garbage[i].bytes, 0), (int)garbage[i].bytes);
		shutdown(fd, SHUT_WR);
		while (recv(fd, room, sizeof(room), 0) > 0)
			;
		close(fd);
	}
	fixture_wait_event(&fixture, "handshake_failed", COUNT(garbage), NULL);
	struct client_options options = fixture_client(&fixture);
	struct client client;
	char answered[65];
	ck_assert(client_open(&client, &options));
	ask_who_i_am(&client, answered);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_request_cut_off_in_the_middle_is_never_handled) {
	start(false);
	struct client_options options = fixture_client(&fixture);
	struct client client;
	ck_assert(client_open(&client, &options));
	ck_assert(client_say(&client,
	    "POST /hold HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly so much"));
	client_vanish(&client);
	client_close(&client);
	char detail[256];
	fixture_wait_event(&fixture, "request_cut_off", 1, detail);
	ck_assert_str_eq(detail, "unexpected eof while reading");
	ck_assert_uint_eq(fixture_held(&fixture), 0);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(reload_closes_whom_the_new_crl_revokes_and_no_one_else) {
	start(true);
	struct client_options options = fixture_client(&fixture);
	struct client alice, bob, anonymous;
	char room[64], detail[256], answered[65];
	size_t got;
	const char *reason;
	ck_assert(client_open(&anonymous, &options));
	options.identity = &fixture.alice;
	ck_assert(client_open(&alice, &options));
	options.identity = &fixture.bob;
	ck_assert(client_open(&bob, &options));
	struct h2_client *bob_h2 = h2_open(&options);
	ask_who_i_am(&alice, answered);
	ask_who_i_am(&bob, answered);
	ask_who_i_am(&anonymous, answered);
	ck_assert(client_say(&bob, "GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n"));
	fixture_wait_held(&fixture, 1);

	pki_write_crl(&fixture.pki, "new", fixture.alice.serial, false, fixture.crl_file);
	ck_assert_int_eq(net_reload(fixture.net, &fixture.tls, &reason), ERR_OK);
	ck_assert_int_eq(client_receive(&alice, room, sizeof(room), &got), CLIENT_CUT);
	fixture_wait_event(&fixture, "certificate_withdrawn", 1, detail);
	ck_assert_str_eq(detail, "certificate revoked");

	ck_assert_uint_eq(fixture_release(&fixture), 0);
	struct client_response response;
	ck_assert(client_response(&bob, false, &response));
	ck_assert_int_eq(response.status, 200);
	client_response_done(&response);
	ask_who_i_am(&bob, answered);
	ask_who_i_am(&anonymous, answered);
	ck_assert_str_eq(answered, "nobody");
	h2_wait_stream(bob_h2, h2_request(bob_h2, "GET", "/whoami", NULL, 0));
	ck_assert_uint_eq(fixture_event_count(&fixture, "certificate_withdrawn"), 1);
	client_close(&alice);
	client_close(&bob);
	client_close(&anonymous);
	h2_close(bob_h2);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_withdrawn_key_loses_its_connections_and_no_one_else) {
	start(false);
	struct client_options options = fixture_client(&fixture);
	struct client alice, bob, anonymous;
	char room[64], answered[65];
	uint8_t alice_key[32];
	size_t got;
	ck_assert(client_open(&anonymous, &options));
	options.identity = &fixture.bob;
	ck_assert(client_open(&bob, &options));
	options.identity = &fixture.alice;
	ck_assert(client_open(&alice, &options));
	ask_who_i_am(&alice, answered);
	for (size_t i = 0; i < sizeof(alice_key); i++) {
		const char digits[] = { answered[2 * i], answered[2 * i + 1], '\0' };
		alice_key[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	ck_assert(client_say(&alice, "GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n"));
	fixture_wait_held(&fixture, 1);

	ck_assert_int_eq(net_withdraw(fixture.net, alice_key), ERR_OK);
	ck_assert_int_eq(client_receive(&alice, room, sizeof(room), &got), CLIENT_CUT);
	ck_assert_uint_eq(fixture_release(&fixture), 1); /* what she waited for is of no use any more */
	ask_who_i_am(&bob, answered);
	ask_who_i_am(&anonymous, answered);
	ck_assert_uint_eq(fixture_event_count(&fixture, "certificate_withdrawn"), 1);
	client_close(&alice);
	client_close(&bob);
	client_close(&anonymous);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_request_right_behind_a_reload_does_not_slip_through) {
	start(true);
	struct client_options options = fixture_client(&fixture);
	struct client alice;
	char answered[65], room[64];
	size_t got;
	const char *reason;
	options.identity = &fixture.alice;
	ck_assert(client_open(&alice, &options));
	ask_who_i_am(&alice, answered);
	struct h2_client *alice_h2 = h2_open(&options);
	h2_wait_stream(alice_h2, h2_request(alice_h2, "GET", "/whoami", NULL, 0));
	pki_write_crl(&fixture.pki, "new", fixture.alice.serial, false, fixture.crl_file);
	ck_assert_int_eq(net_reload(fixture.net, &fixture.tls, &reason), ERR_OK);
	for (int i = 0; i < 5; i++)
		h2_request(alice_h2, "GET", "/hold", NULL, 0);
	h2_flush(alice_h2); /* all in one piece */
	client_say(&alice, "GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
	h2_wait_end(alice_h2);
	ck_assert_int_eq(client_receive(&alice, room, sizeof(room), &got), CLIENT_CUT);
	ck_assert_uint_eq(fixture_held(&fixture), 0);
	client_close(&alice);
	h2_close(alice_h2);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_connection_does_not_outlive_its_certificate) {
	start(false);
	struct client_options options = fixture_client(&fixture);
	struct pki_identity brief;
	struct client client;
	struct client_response response;
	char detail[256];
	pki_issue_for(&fixture.pki, "brief", 2, &brief);
	options.identity = &brief;
	ck_assert(client_open(&client, &options));
	unsigned answered = 0;
	while (client_say(&client, "GET /whoami HTTP/1.1\r\nHost: localhost\r\n\r\n") &&
	    client_response(&client, false, &response)) {
		client_response_done(&response);
		ck_assert_uint_lt(++answered, 300);
		usleep(20000);
	}
	ck_assert_uint_gt(answered, 0);
	fixture_wait_event(&fixture, "certificate_withdrawn", 1, detail);
	ck_assert_str_eq(detail, "certificate has expired");
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(reload_changes_the_certificate_for_new_connections) {
	start(false);
	struct client_options options = fixture_client(&fixture);
	struct client old, new;
	struct pki_identity second;
	char answered[65];
	const char *reason;
	pki_issue(&fixture.pki, "second", "serverAuth", &second);
	ck_assert(client_open(&old, &options));
	fixture.tls.certificate_file = second.certificate_file;
	fixture.tls.key_file = second.key_file;
	ck_assert_int_eq(net_reload(fixture.net, &fixture.tls, &reason), ERR_OK);
	long serial;
	do { /* the loop takes it over soon */
		ck_assert(client_open(&new, &options));
		serial = ASN1_INTEGER_get(X509_get0_serialNumber(SSL_get0_peer_certificate(new.ssl)));
		client_close(&new);
	} while (serial != second.serial);
	ask_who_i_am(&old, answered);
	client_close(&old);
	fixture_stop(&fixture);
}
END_TEST

/* --- files that are wrong --- */

static void assert_reload_fails(const struct net_tls *tls, enum err err, const char *expected) {
	const char *detail = "";
	ck_assert_int_eq(net_reload(fixture.net, tls, &detail), err);
	ck_assert_msg(strstr(detail, expected), "\"%s\" is not in \"%s\"", expected, detail);
}

START_TEST(a_broken_file_leaves_the_old_ones_and_says_why) {
	start(true);
	char broken[PKI_PATH_BYTES], expired[PKI_PATH_BYTES], foreign[PKI_PATH_BYTES];
	pki_write_file(&fixture.pki, "broken.pem", "-----BEGIN CERTIFICATE-----\nabc\n", broken);
	pki_write_crl(&fixture.pki, "expired", 0, true, expired);
	snprintf(foreign, sizeof(foreign), "%s", fixture.stranger.key_file);
	struct net_tls tls = fixture.tls;
	tls.certificate_file = "/nonexistent.pem";
	assert_reload_fails(&tls, ERR_CONFIG, "certificate /nonexistent.pem: No such file");
	tls.certificate_file = broken;
	assert_reload_fails(&tls, ERR_CONFIG, "broken.pem");
	tls = fixture.tls;
	tls.key_file = "/nonexistent.key";
	assert_reload_fails(&tls, ERR_CONFIG, "key /nonexistent.key: No such file");
	tls.key_file = broken;
	assert_reload_fails(&tls, ERR_CONFIG, "no private key in PEM");
	tls.key_file = foreign;
	assert_reload_fails(&tls, ERR_CONFIG, "does not fit the certificate");
	tls = fixture.tls;
	tls.client_ca_file = broken;
	assert_reload_fails(&tls, ERR_CONFIG, "client CA");
	tls = fixture.tls;
	tls.crl_file = broken;
	assert_reload_fails(&tls, ERR_CONFIG, "CRL");
	tls.crl_file = fixture.pki.ca_file;
	assert_reload_fails(&tls, ERR_CONFIG, "CRL");
	tls.crl_file = expired;
	assert_reload_fails(&tls, ERR_CONFIG, "it has expired");
	tls.client_ca_file = NULL;
	assert_reload_fails(&tls, ERR_CONFIG, "without a client CA");
	ck_assert_int_eq(chmod(fixture.server.key_file, 0644), 0);
	assert_reload_fails(&fixture.tls, ERR_DENIED, "others may read");

	struct client_options options = fixture_client(&fixture);
	struct client client;
	char answered[65];
	options.identity = &fixture.alice;
	ck_assert(client_open(&client, &options));
	ask_who_i_am(&client, answered);
	client_close(&client);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(without_a_crl_of_the_issuer_nobody_comes_in) {
	start(true);
	char crl_file[PKI_PATH_BYTES];
	const char *reason;
	pki_write_crl(&fixture.other_pki, "other", 0, false, crl_file);
	fixture.tls.crl_file = crl_file;
	ck_assert_int_eq(net_reload(fixture.net, &fixture.tls, &reason), ERR_OK);
	assert_refused(&fixture.alice, "unable to get certificate CRL");
	fixture_stop(&fixture);
}
END_TEST

START_TEST(a_port_in_use_and_a_wrong_address_are_refused) {
	start(false);
	struct net_config config = { .address = "127.0.0.1", .port = fixture.port, .tls = fixture.tls };
	struct net *net;
	const char *detail = "";
	ck_assert_int_eq(net_open(&config, &net, &detail), ERR_BUSY);
	char expected[80];
	snprintf(
	    expected, sizeof(expected), "port %u of 127.0.0.1: Address already in use", fixture.port);
	ck_assert_str_eq(detail, expected);
	config.address = "localhost";
	ck_assert_int_eq(net_open(&config, &net, &detail), ERR_CONFIG);
	config.address = "127.0.0.1";
	config.tls.key_file = NULL;
	ck_assert_int_eq(net_open(&config, &net, &detail), ERR_CONFIG);
	fixture_stop(&fixture);
}
END_TEST

SUITE_MAIN("net_tls", a_client_certificate_is_seen_as_the_digest_of_its_key,
    a_client_without_certificate_is_nobody, certificates_that_do_not_verify_are_refused,
    a_revoked_certificate_is_refused_and_cannot_resume,
    a_connection_does_not_outlive_its_certificate, tls_1_2_is_refused_by_default,
    tls_1_2_is_spoken_by_option_without_tickets,
    a_client_that_offers_only_unknown_protocols_is_refused,
    garbage_on_the_port_is_closed_without_harm, a_request_cut_off_in_the_middle_is_never_handled,
    reload_closes_whom_the_new_crl_revokes_and_no_one_else,
    a_withdrawn_key_loses_its_connections_and_no_one_else,
    a_request_right_behind_a_reload_does_not_slip_through,
    reload_changes_the_certificate_for_new_connections,
    a_broken_file_leaves_the_old_ones_and_says_why, without_a_crl_of_the_issuer_nobody_comes_in,
    a_port_in_use_and_a_wrong_address_are_refused)
