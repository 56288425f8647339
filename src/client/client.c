/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libvoucher's client: one libcurl handle, so one connection that is used again from call to call.
 *
 * A client belongs to one thread at a time. A call ends, repetitions included, by its deadline.
 * Trusts the given CA and nobody else; speaks TLS 1.3 and nothing older. Does not look into JSON.
 */
#include "voucher/client.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "client/failure.h"
#include "client/reply.h"
#include "client/retry.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS_DEFAULT 30000
#define SERVER_BYTES_MAX   300 /* a host name has at most 253 */
#define ACCEPT_BYTES       256
#define DETAIL_BYTES       (CURL_ERROR_SIZE + 512)

struct voucher_client {
	CURL *curl;
	struct curl_slist *headers;    /* of every call, but for what it accepts */
	char server[SERVER_BYTES_MAX]; /* without a slash at the end */
	uint32_t timeout_ms;
	uint32_t retries;
	char curl_detail[CURL_ERROR_SIZE];
	char detail[DETAIL_BYTES];
};

static _Thread_local char thread_detail[DETAIL_BYTES];

/* --- making a client --- */

static CURLcode global_result;

static void global_init(void) {
	global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* "https://host[:port]", perhaps with a slash at the end. */
static bool take_server(struct voucher_client *client, const char *server) {
	static const char scheme[] = "https://";
	if (!server || strncmp(server, scheme, sizeof(scheme) - 1) != 0)
		return false;
	size_t bytes = strlen(server);
	if (bytes > 0 && server[bytes - 1] == '/')
		bytes--;
	if (bytes < sizeof(scheme) || bytes >= sizeof(client->server))
		return false;
	memcpy(client->server, server, bytes);
	client->server[bytes] = '\0';
	return strcspn(client->server + sizeof(scheme) - 1, "/?#@ \t\r\n") ==
	    bytes - (sizeof(scheme) - 1);
}

static bool is_loopback(const char *server) {
	const char *host = server + strlen("https://");
	return strncmp(host, "127.", 4) == 0 || strncmp(host, "[::1]", 5) == 0 ||
	    (strncmp(host, "localhost", 9) == 0 && (host[9] == '\0' || host[9] == ':'));
}

static bool add_header(struct voucher_client *client, const char *line) {
	struct curl_slist *longer = curl_slist_append(client->headers, line);
	if (longer)
		client->headers = longer;
	return longer;
}

static bool add_headers(struct voucher_client *client, const char *token) {
	/* "Expect:" keeps curl from asking whether it may send a large body. */
	if (!add_header(client, "Content-Type: application/json") || !add_header(client, "Expect:"))
		return false;
	if (!token)
		return true;
	size_t bytes = strlen(token) + sizeof("Authorization: Bearer ");
	char *line = malloc(bytes);
	if (!line)
		return false;
	snprintf(line, bytes, "Authorization: Bearer %s", token);
	bool added = add_header(client, line);
	explicit_bzero(line, bytes);
	free(line);
	return added;
}

/* curl_easy_setopt() copies texts; the only failure of the options used here is memory. */
#define SET(option, value)                                                                         \
	do {                                                                                           \
		if (curl_easy_setopt(client->curl, (option), (value)) != CURLE_OK)                         \
			return false;                                                                          \
	} while (0)

static size_t take_body(char *data, size_t size, size_t count, void *reply_arg) {
	struct voucher_reply *reply = reply_arg;
	buffer_append(&reply->body, data, size * count);
	return buffer_error(&reply->body) == ERR_OK ? size * count : 0;
}

static size_t take_header(char *data, size_t size, size_t count, void *reply) {
	return reply_take_header(reply, data, size * count) == ERR_OK ? size * count : 0;
}

static bool set_transfer(struct voucher_client *client) {
	SET(CURLOPT_ERRORBUFFER, client->curl_detail);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TCP_NODELAY, 1L);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* A proxy from the environment cannot reach our own machine. */
	if (is_loopback(client->server))
		SET(CURLOPT_NOPROXY, "*");
	return true;
}

static bool set_trust(struct voucher_client *client, const struct voucher_client_config *config) {
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
	SET(CURLOPT_CAINFO, config->ca_file);
	SET(CURLOPT_CAPATH, NULL);
	if (config->certificate_file) {
		SET(CURLOPT_SSLCERT, config->certificate_file);
		SET(CURLOPT_SSLKEY, config->key_file ? config->key_file : config->certificate_file);
	}
	return true;
}

/* curl's own text about a missing file does not say which one it is. */
static const char *unreadable_file(const struct voucher_client_config *config) {
	const char *files[] = { config->ca_file, config->certificate_file, config->key_file };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] && access(files[i], R_OK) != 0)
			return files[i];
	return NULL;
}

static bool is_token(const char *token) {
	size_t bytes = strlen(token);
	return bytes > 0 && bytes <= 256 &&
	    strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") ==
	    bytes;
}

__attribute__((format(printf, 2, 3))) static enum voucher_result explain(
    const char **ret_detail, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(thread_detail, sizeof(thread_detail), format, arguments);
	va_end(arguments);
	if (ret_detail)
		*ret_detail = thread_detail;
	return VOUCHER_USAGE;
}

static enum voucher_result check_config(
    const struct voucher_client_config *config, const char **ret_detail) {
	if (!config->ca_file)
		return explain(ret_detail, "No CA file is given: who signed the server's certificate?");
	const char *unreadable = unreadable_file(config);
	if (unreadable)
		return explain(ret_detail, "Cannot read \"%s\": %m.", unreadable);
	if (config->key_file && !config->certificate_file)
		return explain(ret_detail, "A key is given, but no certificate.");
	if (config->token && !is_token(config->token))
		return explain(ret_detail, "The token has characters that no token has.");
	return VOUCHER_OK;
}

enum voucher_result voucher_client_new(const struct voucher_client_config *config,
    struct voucher_client **ret_client, const char **ret_detail) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, global_init);
	enum voucher_result result = check_config(config, ret_detail);
	if (result != VOUCHER_OK)
		return result;
	struct voucher_client *client = calloc(1, sizeof(*client));
	if (!client)
		goto memory;
	if (!take_server(client, config->server)) {
		voucher_client_free(client);
		return explain(ret_detail, "The server must be given as https://host:port, not \"%s\".",
		    config->server ? config->server : "");
	}
	client->timeout_ms = config->timeout_ms ? config->timeout_ms : TIMEOUT_MS_DEFAULT;
	client->retries = config->retries;
	client->curl = global_result == CURLE_OK ? curl_easy_init() : NULL;
	if (!client->curl || !add_headers(client, config->token) || !set_transfer(client) ||
	    !set_trust(client, config))
		goto memory;
	*ret_client = client;
	return VOUCHER_OK;

memory:
	voucher_client_free(client);
	explain(ret_detail, "Out of memory.");
	return VOUCHER_MEMORY;
}

void voucher_client_free(struct voucher_client *client) {
	if (!client)
		return;
	curl_easy_cleanup(client->curl);
	curl_slist_free_all(client->headers);
	free(client);
}

void voucher_command_id(char ret_id[37]) {
	uuid_format(uuid_new(), ret_id);
}

const char *voucher_client_error(const struct voucher_client *client) {
	return client->detail;
}

/* --- a call --- */

struct call {
	const char *method, *target, *body;
	const char *accept;
};

static bool set_request(
    struct voucher_client *client, const struct call *call, struct voucher_reply *reply) {
	const char *target = call->target, *body = call->body;
	size_t bytes = strlen(client->server) + strlen(target) + 1;
	char *url = malloc(bytes);
	if (!url)
		return false;
	snprintf(url, bytes, "%s%s", client->server, target);
	CURLcode code = curl_easy_setopt(client->curl, CURLOPT_URL, url);
	free(url);
	if (code != CURLE_OK)
		return false;
	if (strcmp(call->method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(body ? strlen(body) : 0));
		SET(CURLOPT_POSTFIELDS, body ? body : "");
	} else {
		SET(CURLOPT_HTTPGET, 1L);
	}
	SET(CURLOPT_WRITEDATA, reply);
	SET(CURLOPT_HEADERDATA, reply);
	return true;
}

struct attempt {
	enum voucher_result result;
	bool may_repeat;
};

static struct attempt attempt_failed(
    struct voucher_client *client, CURLcode code, const struct voucher_reply *reply) {
	if (buffer_error(&reply->body) == ERR_MEMORY)
		code = CURLE_OUT_OF_MEMORY;
	const char *detail = client->curl_detail[0] ? client->curl_detail : curl_easy_strerror(code);
	curl_off_t before_sending_us = 0; /* how long until the request went out; 0: it did not */
	curl_easy_getinfo(client->curl, CURLINFO_PRETRANSFER_TIME_T, &before_sending_us);
	struct failure failure = failure_of(code, detail, before_sending_us > 0);
	snprintf(client->detail, sizeof(client->detail), "%s: %s. %s", client->server, detail,
	    failure.advice);
	return (struct attempt){ failure.result, failure.may_repeat };
}

/*
 * A server that goes away while we write must not end the program that we are part of. Signals are
 * the program's, so SIGPIPE is held back on this thread only, and one of our making is taken away.
 */
static CURLcode perform_without_sigpipe(CURL *curl) {
	sigset_t sigpipe, before, pending;
	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigpending(&pending);
	bool was_pending = sigismember(&pending, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
	CURLcode code = curl_easy_perform(curl);
	const struct timespec now = { 0 };
	if (!was_pending)
		while (sigtimedwait(&sigpipe, NULL, &now) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}

static struct attempt attempt_once(
    struct voucher_client *client, struct voucher_reply *reply, int64_t left_ms) {
	reply_clear(reply);
	client->curl_detail[0] = '\0';
	curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
	CURLcode code = perform_without_sigpipe(client->curl);
	if (code != CURLE_OK)
		return attempt_failed(client, code, reply);
	long status = 0;
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	reply->status = (unsigned)status;
	buffer_string(&reply->body); /* terminates it */
	if (buffer_error(&reply->body) != ERR_OK)
		return attempt_failed(client, CURLE_WRITE_ERROR, reply);
	if (status >= 200 && status < 300)
		return (struct attempt){ VOUCHER_OK, false };
	snprintf(client->detail, sizeof(client->detail), "%s answered with HTTP status %ld.",
	    client->server, status);
	return (struct attempt){ VOUCHER_REFUSED, retry_is_worthwhile(reply->status) };
}

static uint32_t random_u32(void) {
	uint32_t value;
	if (getrandom(&value, sizeof(value), GRND_NONBLOCK) != sizeof(value))
		value = (uint32_t)clock_monotonic_us();
	return value;
}

static void sleep_ms(int64_t ms) {
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	while (nanosleep(&left, &left) != 0)
		;
}

/* Attempts until one is final, the retries are used up, or the deadline leaves no time for
 * another. What got lost once stays in doubt, although the last attempt found nobody. */
static enum voucher_result attempt_repeatedly(
    struct voucher_client *client, struct voucher_reply *reply) {
	int64_t deadline_us = clock_monotonic_us() + client->timeout_ms * 1000LL;
	bool is_in_doubt = false;
	for (uint32_t i = 0;; i++) {
		int64_t left_ms = (deadline_us - clock_monotonic_us()) / 1000;
		struct attempt attempt = attempt_once(client, reply, left_ms > 1 ? left_ms : 1);
		is_in_doubt = is_in_doubt || attempt.result == VOUCHER_LOST;
		if (attempt.result == VOUCHER_UNREACHABLE && is_in_doubt)
			attempt.result = VOUCHER_LOST;
		if (!attempt.may_repeat || i >= client->retries)
			return attempt.result;
		int64_t pause_ms = retry_pause_ms(i, reply->retry_after_s, random_u32());
		if (clock_monotonic_us() + pause_ms * 1000 >= deadline_us)
			return attempt.result;
		sleep_ms(pause_ms);
	}
}

static bool is_call(const struct call *call) {
	return (strcmp(call->method, "GET") == 0 || strcmp(call->method, "POST") == 0) &&
	    call->target[0] == '/' && !strpbrk(call->target, " \t\r\n#") &&
	    !strpbrk(call->accept, "\r\n");
}

static enum voucher_result perform(
    struct voucher_client *client, const struct call *call, struct voucher_reply *reply) {
	char line[ACCEPT_BYTES];
	if ((size_t)snprintf(line, sizeof(line), "Accept: %s", call->accept) >= sizeof(line))
		return VOUCHER_USAGE;
	struct curl_slist headers = { .data = line, .next = client->headers };
	if (curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, &headers) != CURLE_OK ||
	    !set_request(client, call, reply))
		return VOUCHER_MEMORY;
	enum voucher_result result = attempt_repeatedly(client, reply);
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, NULL);
	return result;
}

static enum voucher_result make_call(
    struct voucher_client *client, const struct call *call, struct voucher_reply **ret_reply) {
	client->detail[0] = '\0';
	if (!is_call(call)) {
		snprintf(client->detail, sizeof(client->detail),
		    "A call is a GET or a POST of a target that begins with \"/\" and has no blanks.");
		return VOUCHER_USAGE;
	}
	struct voucher_reply *reply = reply_new();
	enum voucher_result result = reply ? perform(client, call, reply) : VOUCHER_MEMORY;
	if (result == VOUCHER_OK || result == VOUCHER_REFUSED) {
		*ret_reply = reply;
		return result;
	}
	if (result == VOUCHER_MEMORY)
		snprintf(client->detail, sizeof(client->detail), "Out of memory.");
	if (result == VOUCHER_USAGE)
		snprintf(client->detail, sizeof(client->detail), "A media type is not as long as that.");
	voucher_reply_free(reply);
	return result;
}

enum voucher_result voucher_call(struct voucher_client *client, const char *method,
    const char *target, const char *body, struct voucher_reply **ret_reply) {
	const struct call call = { method, target, body, "application/json" };
	return make_call(client, &call, ret_reply);
}

enum voucher_result voucher_get(struct voucher_client *client, const char *target,
    const char *accept, struct voucher_reply **ret_reply) {
	const struct call call = { "GET", target, NULL, accept };
	return make_call(client, &call, ret_reply);
}
