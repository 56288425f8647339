/* SPDX-License-Identifier: Apache-2.0 */
#include "witness/witness_call.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define USER_AGENT "voucherd"

struct witness_caller {
	CURL *curl;
	const char *ca_file;
	_Atomic bool is_aborted;
	char reason[CURL_ERROR_SIZE];
};

static void init_curl(void) {
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum err witness_caller_new(const char *ca_file, struct witness_caller **ret_caller) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, init_curl);
	struct witness_caller *caller = calloc(1, sizeof(*caller));
	if (!caller)
		return ERR_MEMORY;
	caller->ca_file = ca_file;
	caller->curl = curl_easy_init();
	if (!caller->curl) {
		free(caller);
		return ERR_MEMORY;
	}
	*ret_caller = caller;
	return ERR_OK;
}

void witness_caller_free(struct witness_caller *caller) {
	if (!caller)
		return;
	curl_easy_cleanup(caller->curl);
	free(caller);
}

void witness_caller_abort(struct witness_caller *caller) {
	atomic_store(&caller->is_aborted, true);
}

static size_t take_body(char *data, size_t size, size_t count, void *arg) {
	struct buffer *answer = arg;
	buffer_append(answer, data, size * count);
	return buffer_error(answer) ? 0 : size * count;
}

static int look_whether_aborted(
    void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up) {
	const struct witness_caller *caller = arg;
	(void)down_all, (void)down, (void)up_all, (void)up;
	return atomic_load(&caller->is_aborted);
}

static void set_options(struct witness_caller *caller, const char *target,
    const struct buffer *body, struct buffer *answer) {
	CURL *curl = caller->curl;
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, target);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, USER_AGENT);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)WITNESS_CALL_MS);
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, caller->reason);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_whether_aborted);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, caller);
	if (*caller->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, caller->ca_file);
}

enum err witness_call(struct witness_caller *caller, const char *url, const struct buffer *body,
    long *ret_status, struct buffer *ret_answer, const char **ret_reason) {
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/plain");
	struct buffer target;
	buffer_init(&target, 0);
	buffer_printf(&target, "%sadd-checkpoint", url);
	buffer_clear(ret_answer);
	caller->reason[0] = '\0';
	enum err err = headers ? buffer_error(&target) : ERR_MEMORY;
	if (!err) {
		set_options(caller, buffer_string(&target), body, ret_answer);
		curl_easy_setopt(caller->curl, CURLOPT_HTTPHEADER, headers);
		CURLcode code = curl_easy_perform(caller->curl);
		if (code == CURLE_OK)
			curl_easy_getinfo(caller->curl, CURLINFO_RESPONSE_CODE, ret_status);
		else
			err = ERR_IO;
		*ret_reason = caller->reason[0] ? caller->reason : curl_easy_strerror(code);
	} else {
		*ret_reason = err_text(err);
	}
	curl_slist_free_all(headers);
	buffer_done(&target);
	return err;
}
