/* SPDX-License-Identifier: Apache-2.0 */
/* libvoucher against a server that follows a script. What a real voucherd answers: tests/system. */
#include "voucher/client.h"

#include "support/suite.h"
#include "unit/client/pki.h"
#include "unit/client/stub_server.h"

#include <stdio.h>
#include <string.h>

#define OK_REPLY                                                                                   \
	"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n"                                                    \
	"Link: </v1/vouchers?cursor=abc>; rel=\"next\"\r\n\r\n{\"as_of\":7} "
#define BUSY_REPLY    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
#define REFUSED_REPLY "HTTP/1.1 403 Forbidden\r\nContent-Length: 14\r\n\r\n{\"status\":403}"
#define MOVED_REPLY                                                                                \
	"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
#define LIE_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{\"cut"

static struct pki pki;

struct conversation {
	struct stub *stub;
	struct voucher_client *client;
};

static struct conversation begin(
    struct stub_config *stub_config, struct voucher_client_config client_config) {
	if (!stub_config->certificate)
		stub_config->certificate = pki.server;
	struct conversation conversation = { .stub = stub_start(stub_config) };
	client_config.server = stub_url(conversation.stub);
	if (!client_config.ca_file)
		client_config.ca_file = pki.ca;
	const char *detail = "";
	ck_assert_msg(voucher_client_new(&client_config, &conversation.client, &detail) == VOUCHER_OK,
	    "%s", detail);
	return conversation;
}

static struct conversation begin_plain(const struct stub_action *actions, size_t count) {
	struct stub_config config = { .actions = actions, .count = count };
	return begin(&config, (struct voucher_client_config){ .retries = 3 });
}

/* The stub's record may be looked at from here on. */
static void hang_up(struct conversation *conversation) {
	voucher_client_free(conversation->client);
	stub_stop(conversation->stub);
}

START_TEST(reply_has_status_body_and_next_page) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, OK_REPLY } };
	struct conversation talk = begin_plain(actions, 1);
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(voucher_call(talk.client, "GET", "/v1/vouchers", NULL, &reply), VOUCHER_OK);
	ck_assert_uint_eq(voucher_reply_status(reply), 200);
	ck_assert_str_eq(voucher_reply_body(reply), "{\"as_of\":7} ");
	ck_assert_uint_eq(voucher_reply_bytes(reply), 12);
	ck_assert_str_eq(voucher_reply_next(reply), "/v1/vouchers?cursor=abc");
	ck_assert_str_eq(voucher_client_error(talk.client), "");
	voucher_reply_free(reply);
	hang_up(&talk);
	ck_assert_ptr_nonnull(strstr(stub_request(talk.stub, 0), "GET /v1/vouchers HTTP/1.1\r\n"));
	stub_free(talk.stub);
}
END_TEST

START_TEST(post_carries_body_type_and_token) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, OK_REPLY } };
	struct stub_config config = { .actions = actions, .count = 1 };
	struct conversation talk = begin(
	    &config, (struct voucher_client_config){ .token = "abc-DEF_123" });
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(
	    voucher_call(talk.client, "POST", "/v1/batch", "{\"commands\":[]}", &reply), VOUCHER_OK);
	voucher_reply_free(reply);
	hang_up(&talk);
	const char *request = stub_request(talk.stub, 0);
	ck_assert_ptr_nonnull(strstr(request, "POST /v1/batch HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(request, "Content-Type: application/json\r\n"));
	ck_assert_ptr_nonnull(strstr(request, "Authorization: Bearer abc-DEF_123\r\n"));
	ck_assert_ptr_null(strstr(request, "Expect:"));
	ck_assert_ptr_nonnull(strstr(request, "\r\n\r\n{\"commands\":[]}"));
	stub_free(talk.stub);
}
END_TEST

START_TEST(an_answer_comes_in_the_form_asked_for) {
	pki_make(&pki);
	static const char bytes_reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x01\x02z!";
	const struct stub_action actions[] = { { STUB_REPLY, bytes_reply }, { STUB_REPLY, OK_REPLY } };
	struct conversation talk = begin_plain(actions, 2);
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(
	    voucher_get(talk.client, "/v1/journal", "application/x-protobuf", &reply), VOUCHER_OK);
	ck_assert_uint_eq(voucher_reply_bytes(reply), 4);
	ck_assert_int_eq(memcmp(voucher_reply_body(reply), "\x01\x02z!", 4), 0);
	voucher_reply_free(reply);
	ck_assert_int_eq(voucher_call(talk.client, "GET", "/v1/me", NULL, &reply), VOUCHER_OK);
	voucher_reply_free(reply);
	ck_assert_int_eq(voucher_get(talk.client, "/v1/journal", "a/b\r\nX: y", &reply), VOUCHER_USAGE);
	hang_up(&talk);
	ck_assert_ptr_nonnull(strstr(stub_request(talk.stub, 0), "Accept: application/x-protobuf\r\n"));
	ck_assert_ptr_null(strstr(stub_request(talk.stub, 0), "Accept: application/json"));
	ck_assert_ptr_nonnull(strstr(stub_request(talk.stub, 1), "Accept: application/json\r\n"));
	stub_free(talk.stub);
}
END_TEST

START_TEST(connection_is_used_again) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, OK_REPLY }, { STUB_REPLY, REFUSED_REPLY },
		{ STUB_REPLY, OK_REPLY } };
	struct conversation talk = begin_plain(actions, 3);
	const enum voucher_result expected[] = { VOUCHER_OK, VOUCHER_REFUSED, VOUCHER_OK };
	for (int i = 0; i < 3; i++) {
		struct voucher_reply *reply = NULL;
		ck_assert_int_eq(voucher_call(talk.client, i == 2 ? "POST" : "GET", "/v1/me", NULL, &reply),
		    expected[i]);
		voucher_reply_free(reply);
	}
	hang_up(&talk);
	ck_assert_uint_eq(stub_connections(talk.stub), 1);
	ck_assert_uint_eq(stub_requests(talk.stub), 3);
	stub_free(talk.stub);
}
END_TEST

START_TEST(lost_reply_and_busy_server_are_repeated_with_the_same_body) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_LOSE, NULL }, { STUB_REPLY, BUSY_REPLY } };
	struct stub_config config = { .actions = actions, .count = 2 };
	struct conversation talk = begin(&config, (struct voucher_client_config){ .retries = 1 });
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(
	    voucher_call(talk.client, "POST", "/v1/batch", "{\"id\":1}", &reply), VOUCHER_REFUSED);
	ck_assert_uint_eq(voucher_reply_status(reply), 503);
	voucher_reply_free(reply);
	hang_up(&talk);
	ck_assert_uint_eq(stub_requests(talk.stub), 2);
	ck_assert_ptr_nonnull(strstr(stub_request(talk.stub, 0), "{\"id\":1}"));
	ck_assert_ptr_nonnull(strstr(stub_request(talk.stub, 1), "{\"id\":1}"));
	stub_free(talk.stub);
}
END_TEST

START_TEST(a_connection_that_ends_before_tls_is_made_again) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, OK_REPLY } };
	struct stub_config config = { .actions = actions, .count = 1, .resets = 3 };
	struct conversation talk = begin(&config, (struct voucher_client_config){ .retries = 1 });
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(
	    voucher_call(talk.client, "POST", "/v1/batch", "{}", &reply), VOUCHER_UNREACHABLE);
	ck_assert_ptr_null(reply);
	ck_assert_msg(strstr(voucher_client_error(talk.client), "before TLS") != NULL, "%s",
	    voucher_client_error(talk.client));
	ck_assert_int_eq(voucher_call(talk.client, "POST", "/v1/batch", "{}", &reply), VOUCHER_OK);
	voucher_reply_free(reply);
	hang_up(&talk);
	ck_assert_uint_eq(stub_requests(talk.stub), 1);
	stub_free(talk.stub);
}
END_TEST

START_TEST(cut_reply_is_no_reply) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, LIE_REPLY } };
	struct stub_config config = { .actions = actions, .count = 1 };
	struct conversation talk = begin(&config, (struct voucher_client_config){ 0 });
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(voucher_call(talk.client, "GET", "/v1/me", NULL, &reply), VOUCHER_LOST);
	ck_assert_ptr_null(reply);
	ck_assert_ptr_nonnull(strstr(voucher_client_error(talk.client), "may or may not"));
	hang_up(&talk);
	stub_free(talk.stub);
}
END_TEST

START_TEST(success_after_repetition_is_success) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, BUSY_REPLY }, { STUB_LOSE, NULL },
		{ STUB_REPLY, OK_REPLY } };
	struct conversation talk = begin_plain(actions, 3);
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(voucher_call(talk.client, "POST", "/v1/batch", "{}", &reply), VOUCHER_OK);
	ck_assert_uint_eq(voucher_reply_bytes(reply), 12); /* nothing of the earlier attempts */
	voucher_reply_free(reply);
	hang_up(&talk);
	ck_assert_uint_eq(stub_requests(talk.stub), 3);
	stub_free(talk.stub);
}
END_TEST

START_TEST(refusal_and_redirection_are_not_repeated_or_followed) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, REFUSED_REPLY },
		{ STUB_REPLY, MOVED_REPLY } };
	struct conversation talk = begin_plain(actions, 2);
	const unsigned statuses[] = { 403, 302 };
	for (int i = 0; i < 2; i++) {
		struct voucher_reply *reply = NULL;
		ck_assert_int_eq(
		    voucher_call(talk.client, "POST", "/v1/batch", "{}", &reply), VOUCHER_REFUSED);
		ck_assert_uint_eq(voucher_reply_status(reply), statuses[i]);
		voucher_reply_free(reply);
	}
	hang_up(&talk);
	ck_assert_uint_eq(stub_requests(talk.stub), 2);
	stub_free(talk.stub);
}
END_TEST

START_TEST(silent_server_is_left_at_the_deadline) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_SILENT, NULL } };
	struct stub_config config = { .actions = actions, .count = 1 };
	struct conversation talk = begin(
	    &config, (struct voucher_client_config){ .timeout_ms = 300, .retries = 3 });
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(voucher_call(talk.client, "POST", "/v1/batch", "{}", &reply), VOUCHER_LOST);
	ck_assert_ptr_nonnull(strstr(voucher_client_error(talk.client), "may or may not"));
	hang_up(&talk);
	stub_free(talk.stub);
}
END_TEST

START_TEST(trust_needs_the_right_ca_name_version_and_certificate) {
	pki_make(&pki);
	const struct stub_action actions[] = { { STUB_REPLY, OK_REPLY } };
	const struct {
		struct stub_config stub;
		struct voucher_client_config client;
		enum voucher_result expected;
	} cases[] = {
		{ { .certificate = pki.server }, { .ca_file = pki.ca }, VOUCHER_OK },
		{ { .certificate = pki.server }, { .ca_file = pki.other_ca }, VOUCHER_UNTRUSTED },
		{ { .certificate = pki.elsewhere }, { .ca_file = pki.ca }, VOUCHER_UNTRUSTED },
		{ { .certificate = pki.server, .is_old = true }, { .ca_file = pki.ca }, VOUCHER_UNTRUSTED },
		{ { .certificate = pki.server, .client_ca = pki.ca }, { .ca_file = pki.ca },
		    VOUCHER_UNTRUSTED },
		{ { .certificate = pki.server, .client_ca = pki.ca },
		    { .ca_file = pki.ca, .certificate_file = pki.client }, VOUCHER_OK },
		{ { .certificate = pki.server, .client_ca = pki.other_ca },
		    { .ca_file = pki.ca, .certificate_file = pki.client, .key_file = pki.client },
		    VOUCHER_UNTRUSTED },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stub_config config = cases[i].stub;
		config.actions = actions;
		config.count = 1;
		struct conversation talk = begin(&config, cases[i].client);
		struct voucher_reply *reply = NULL;
		enum voucher_result result = voucher_call(talk.client, "GET", "/v1/me", NULL, &reply);
		ck_assert_msg(result == cases[i].expected, "case %zu: %d, %s", i, result,
		    voucher_client_error(talk.client));
		voucher_reply_free(reply);
		hang_up(&talk);
		stub_free(talk.stub);
	}
}
END_TEST

START_TEST(nobody_there_is_unreachable) {
	pki_make(&pki);
	struct stub_config stub_config = { .certificate = pki.server };
	struct stub *stub = stub_start(&stub_config);
	struct voucher_client_config config = { .server = stub_url(stub), .ca_file = pki.ca };
	stub_stop(stub); /* its port is free now */
	struct voucher_client *client = NULL;
	ck_assert_int_eq(voucher_client_new(&config, &client, NULL), VOUCHER_OK);
	struct voucher_reply *reply = NULL;
	ck_assert_int_eq(voucher_call(client, "GET", "/healthz", NULL, &reply), VOUCHER_UNREACHABLE);
	ck_assert_ptr_nonnull(strstr(voucher_client_error(client), "Is voucherd running"));
	voucher_client_free(client);
	stub_free(stub);
}
END_TEST

START_TEST(wrong_configuration_is_explained) {
	pki_make(&pki);
	const struct {
		struct voucher_client_config config;
		const char *detail; /* part of it */
	} cases[] = {
		{ { .server = NULL, .ca_file = pki.ca }, "https://host:port" },
		{ { .server = "", .ca_file = pki.ca }, "https://host:port" },
		{ { .server = "http://localhost", .ca_file = pki.ca }, "https://host:port" },
		{ { .server = "https://", .ca_file = pki.ca }, "https://host:port" },
		{ { .server = "https://a/b", .ca_file = pki.ca }, "https://host:port" },
		{ { .server = "https://me@a", .ca_file = pki.ca }, "https://host:port" },
		{ { .server = "https://a" }, "CA" },
		{ { .server = "https://a", .ca_file = "/nowhere/ca.pem" }, "/nowhere/ca.pem" },
		{ { .server = "https://a", .ca_file = pki.ca, .certificate_file = "/nowhere/me.pem" },
		    "/nowhere/me.pem" },
		{ { .server = "https://a", .ca_file = pki.ca, .key_file = pki.client }, "no certificate" },
		{ { .server = "https://a", .ca_file = pki.ca, .token = "two\r\nlines" }, "token" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct voucher_client *client = NULL;
		const char *detail = "";
		ck_assert_int_eq(voucher_client_new(&cases[i].config, &client, &detail), VOUCHER_USAGE);
		ck_assert_ptr_null(client);
		ck_assert_msg(strstr(detail, cases[i].detail) != NULL, "case %zu: %s", i, detail);
	}
}
END_TEST

START_TEST(wrong_call_is_not_sent) {
	pki_make(&pki);
	struct voucher_client_config config = { .server = "https://127.0.0.1:1", .ca_file = pki.ca };
	struct voucher_client *client = NULL;
	ck_assert_int_eq(voucher_client_new(&config, &client, NULL), VOUCHER_OK);
	const char *calls[][2] = { { "PUT", "/v1/me" }, { "GET", "v1/me" }, { "GET", "" },
		{ "GET", "/v1/me HTTP/1.1\r\nX: y" }, { "GET", "/a b" } };
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct voucher_reply *reply = NULL;
		ck_assert_int_eq(
		    voucher_call(client, calls[i][0], calls[i][1], NULL, &reply), VOUCHER_USAGE);
	}
	voucher_client_free(client);
}
END_TEST

START_TEST(command_ids_are_new_and_in_order) {
	char last[37] = "", id[37];
	for (int i = 0; i < 100; i++) {
		voucher_command_id(id);
		ck_assert_uint_eq(strlen(id), 36);
		ck_assert_int_eq(id[14], '7');
		ck_assert_str_ne(id, last);
		ck_assert_int_le(strncmp(last, id, 8), 0);
		memcpy(last, id, sizeof(last));
	}
}
END_TEST

SUITE_MAIN("client", reply_has_status_body_and_next_page, post_carries_body_type_and_token,
    an_answer_comes_in_the_form_asked_for, connection_is_used_again,
    lost_reply_and_busy_server_are_repeated_with_the_same_body,
    a_connection_that_ends_before_tls_is_made_again, cut_reply_is_no_reply,
    success_after_repetition_is_success, refusal_and_redirection_are_not_repeated_or_followed,
    silent_server_is_left_at_the_deadline, trust_needs_the_right_ca_name_version_and_certificate,
    nobody_there_is_unreachable, wrong_configuration_is_explained, wrong_call_is_not_sent,
    command_ids_are_new_and_in_order)
